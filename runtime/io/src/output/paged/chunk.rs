//! The pages of a column as they stand in a row group, and what the file says of them.

use super::{Codec, Edges};
use bytes::Bytes;
use parquet::basic::{BoundaryOrder, Encoding, PageType, Type};
use parquet::column::page::{CompressedPage, Page as StoredPage, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ColumnIndexBuilder, OffsetIndexBuilder, PageEncodingStats};
use parquet::file::statistics::{Statistics, ValueStatistics};
use parquet::file::writer::{SerializedPageWriter, SerializedRowGroupWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;
use std::cmp::Ordering;
use std::io::Write;

/// A page that is whole.
pub(super) struct Page {
    /// Compressed.
    bytes: Bytes,
    /// Its length before that.
    length: usize,
    encoding: Encoding,
    rows: usize,
    missing: usize,
    edges: Edges,
}

impl Page {
    pub(super) fn new(
        bytes: &[u8],
        encoding: Encoding,
        (rows, missing): (usize, usize),
        edges: Edges,
        codec: &mut Codec,
    ) -> Result<Page, ParquetError> {
        let compressed = codec.compressed(bytes)?.into();
        Ok(Page { bytes: compressed, length: bytes.len(), encoding, rows, missing, edges })
    }

    /// Bytes that it takes.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }

    fn stored(&self) -> Result<CompressedPage, ParquetError> {
        let page = StoredPage::DataPage {
            buf: self.bytes.clone(),
            num_values: u32::try_from(self.rows)?,
            encoding: self.encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        Ok(CompressedPage::new(page, self.length))
    }
}

/// A column in one row group.
pub(in crate::output) struct ColumnChunk {
    bytes: Bytes,
    about: ColumnCloseResult,
}

impl ColumnChunk {
    pub(super) fn new(
        column: &ColumnDescPtr,
        pages: &[Page],
        dictionary: Option<(Vec<u8>, usize)>,
        codec: &mut Codec,
    ) -> Result<ColumnChunk, ParquetError> {
        let mut to = TrackedWrite::new(Vec::new());
        let mut writer = SerializedPageWriter::new(&mut to);
        let (mut packed, mut unpacked) = (0, 0);
        let mut first = None;
        let mut offsets = OffsetIndexBuilder::new();
        let coded = dictionary.is_some();
        if let Some((entries, count)) = dictionary {
            let page = StoredPage::DictionaryPage {
                buf: codec.compressed(&entries)?.into(),
                num_values: u32::try_from(count)?,
                encoding: Encoding::PLAIN,
                is_sorted: false,
            };
            let written = writer.write_page(CompressedPage::new(page, entries.len()))?;
            (packed, unpacked) = (written.compressed_size, written.uncompressed_size);
        }
        for page in pages {
            let written = writer.write_page(page.stored()?)?;
            packed += written.compressed_size;
            unpacked += written.uncompressed_size;
            let offset = i64::try_from(written.offset)?;
            first.get_or_insert(offset);
            offsets.append_row_count(i64::try_from(page.rows)?);
            offsets.append_offset_and_size(offset, i32::try_from(written.compressed_size)?);
        }
        writer.close()?;
        let rows: usize = pages.iter().map(|page| page.rows).sum();
        let mut about = ColumnChunkMetaData::builder(column.clone())
            .set_compression(codec.stated())
            .set_encodings(encodings(pages, coded))
            .set_page_encoding_stats(kinds_of_pages(pages, coded)?)
            .set_total_compressed_size(i64::try_from(packed)?)
            .set_total_uncompressed_size(i64::try_from(unpacked)?)
            .set_num_values(i64::try_from(rows)?)
            .set_data_page_offset(first.unwrap_or(0))
            .set_dictionary_page_offset(coded.then_some(0));
        if let Some(statistics) = statistics(column.physical_type(), pages) {
            about = about.set_statistics(statistics);
        }
        let bytes: Bytes = to.into_inner()?.into();
        let about = ColumnCloseResult {
            bytes_written: bytes.len() as u64,
            rows_written: rows as u64,
            metadata: about.build()?,
            bloom_filter: None,
            column_index: column_index(column.physical_type(), pages).map(ColumnIndexBuilder::build).transpose()?,
            offset_index: Some(offsets.build()),
        };
        Ok(ColumnChunk { bytes, about })
    }

    /// Adds the column to a row group.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(in crate::output) fn append<W: Write + Send>(
        self,
        to: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<(), ParquetError> {
        to.append_column(&self.bytes, self.about)
    }
}

fn encodings(pages: &[Page], coded: bool) -> Vec<Encoding> {
    let plain = coded || pages.iter().any(|page| page.encoding == Encoding::PLAIN);
    let used = [(Encoding::PLAIN, plain), (Encoding::RLE, true), (Encoding::RLE_DICTIONARY, coded)];
    used.into_iter().filter(|(_, used)| *used).map(|(encoding, _)| encoding).collect()
}

/// How many pages there are of each kind.
fn kinds_of_pages(pages: &[Page], coded: bool) -> Result<Vec<PageEncodingStats>, ParquetError> {
    let count = |encoding: Encoding| i32::try_from(pages.iter().filter(|page| page.encoding == encoding).count());
    let kinds = [
        (PageType::DICTIONARY_PAGE, Encoding::PLAIN, i32::from(coded)),
        (PageType::DATA_PAGE, Encoding::RLE_DICTIONARY, count(Encoding::RLE_DICTIONARY)?),
        (PageType::DATA_PAGE, Encoding::PLAIN, count(Encoding::PLAIN)?),
    ];
    let kinds = kinds.into_iter().filter(|(_, _, count)| *count > 0);
    Ok(kinds.map(|(page_type, encoding, count)| PageEncodingStats { page_type, encoding, count }).collect())
}

/// The order of values as they stand in a page.
fn order(ty: Type, a: &[u8], b: &[u8]) -> Ordering {
    match (ty, int(a), int(b)) {
        (Type::INT64, Some(a), Some(b)) => a.cmp(&b),
        _ => a.cmp(b),
    }
}

fn int(bytes: &[u8]) -> Option<i64> {
    bytes.try_into().ok().map(i64::from_le_bytes)
}

/// Smallest and largest value of the column, where every page with values says its own.
fn statistics(ty: Type, pages: &[Page]) -> Option<Statistics> {
    let known = pages.iter().all(|page| page.edges.is_some() || page.missing == page.rows);
    let edges = || pages.iter().filter(|_| known).flat_map(|page| &page.edges);
    let low = edges().map(|(low, _)| low.as_slice()).min_by(|a, b| order(ty, a, b));
    let high = edges().map(|(_, high)| high.as_slice()).max_by(|a, b| order(ty, a, b));
    let missing = Some(pages.iter().map(|page| page.missing as u64).sum());
    Some(match ty {
        Type::INT64 => ValueStatistics::<i64>::new(low.and_then(int), high.and_then(int), None, missing, false)
            .with_backwards_compatible_min_max(true)
            .into(),
        Type::BOOLEAN => {
            let flag = |bytes: &[u8]| bytes.first().map(|byte| *byte != 0);
            ValueStatistics::<bool>::new(low.and_then(flag), high.and_then(flag), None, missing, false).into()
        }
        Type::BYTE_ARRAY => {
            let text = |bytes: &[u8]| ByteArray::from(bytes.to_vec());
            ValueStatistics::<ByteArray>::new(low.map(text), high.map(text), None, missing, false).into()
        }
        Type::INT32 | Type::INT96 | Type::FLOAT | Type::DOUBLE | Type::FIXED_LEN_BYTE_ARRAY => return None,
    })
}

/// The same page by page; `None` if one does not say it.
fn column_index(ty: Type, pages: &[Page]) -> Option<ColumnIndexBuilder> {
    let mut index = ColumnIndexBuilder::new(ty);
    let mut last: Option<&(Vec<u8>, Vec<u8>)> = None;
    let mut ascending = true;
    for page in pages {
        let missing = i64::try_from(page.missing).ok()?;
        if page.missing == page.rows {
            index.append(true, Vec::new(), Vec::new(), missing, None);
            continue;
        }
        let edges = page.edges.as_ref()?;
        ascending &= last.is_none_or(|last| {
            order(ty, &last.0, &edges.0) != Ordering::Greater && order(ty, &last.1, &edges.1) != Ordering::Greater
        });
        last = Some(edges);
        index.append(false, edges.0.clone(), edges.1.clone(), missing, None);
    }
    index.set_boundary_order(if ascending { BoundaryOrder::ASCENDING } else { BoundaryOrder::UNORDERED });
    Some(index)
}
