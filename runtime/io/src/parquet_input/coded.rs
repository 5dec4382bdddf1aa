//! Which text columns of a Parquet file are read with their dictionary: those that are stored with one.

use arrow_schema::{DataType, Field, FieldRef, Schema, SchemaRef};
use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use parquet::basic::Encoding;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use std::sync::Arc;

/// The schema of a file with these columns as dictionaries where that is how they are stored; `None` if there are
/// none.
pub(super) fn coded_schema(metadata: &ArrowReaderMetadata, columns: &[usize]) -> Option<SchemaRef> {
    let schema = metadata.schema();
    let coded = |(root, field): (usize, &FieldRef)| -> FieldRef {
        if columns.contains(&root) && is_text(field.data_type()) && is_coded(metadata.metadata(), root) {
            let ty = DataType::Dictionary(Box::new(DataType::Int32), Box::new(field.data_type().clone()));
            let same = Field::new(field.name(), ty, field.is_nullable()).with_metadata(field.metadata().clone());
            return Arc::new(same);
        }
        field.clone()
    };
    let fields: Vec<FieldRef> = schema.fields().iter().enumerate().map(coded).collect();
    let wanted = Schema::new_with_metadata(fields, schema.metadata().clone());
    (&wanted != schema.as_ref()).then(|| Arc::new(wanted))
}

fn is_text(ty: &DataType) -> bool {
    matches!(ty, DataType::Utf8 | DataType::LargeUtf8)
}

/// Whether all parts of a column hold codes.
fn is_coded(metadata: &ParquetMetaData, root: usize) -> bool {
    let schema = metadata.file_metadata().schema_descr();
    let leaf = (0..schema.num_columns()).find(|leaf| schema.get_column_root_idx(*leaf) == root);
    let Some(leaf) = leaf else { return false };
    metadata.row_groups().iter().all(|group| group.columns().get(leaf).is_some_and(holds_codes))
}

fn holds_codes(part: &ColumnChunkMetaData) -> bool {
    let codes = |encoding: Encoding| matches!(encoding, Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY);
    if part.dictionary_page_offset().is_none() && !part.encodings().any(codes) {
        return false;
    }
    match part.page_encoding_stats_mask() {
        Some(pages) => pages.is_only(Encoding::RLE_DICTIONARY) || pages.is_only(Encoding::PLAIN_DICTIONARY),
        // A text that stands there itself takes four bytes and its own; a code hardly ever.
        None => part.uncompressed_size() <= part.num_values().saturating_mul(4),
    }
}
