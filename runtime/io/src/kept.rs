//! All columns of a source as text, for results that keep them.

use crate::cell::{ColumnBuffer, Taken};
use crate::error::IoError;
use crate::reader::defect;
use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use revplay_ir::types::Type;
use std::borrow::Cow;
use std::sync::Arc;

/// The good rows so far.
pub(crate) struct Kept {
    schema: SchemaRef,
    columns: Vec<ColumnBuffer>,
}

impl Kept {
    pub(crate) fn new(headers: &[String]) -> Kept {
        let fields: Vec<Field> = headers.iter().map(|h| Field::new(h.as_str(), DataType::Utf8, true)).collect();
        Kept::of_schema(Arc::new(Schema::new(fields)))
    }

    /// Of the schema that another has.
    pub(crate) fn of_schema(schema: SchemaRef) -> Kept {
        let columns = schema.fields().iter().map(|_| ColumnBuffer::of(Type::Text)).collect();
        Kept { schema, columns }
    }

    /// The columns, to add to.
    pub(crate) fn columns_mut(&mut self) -> &mut [ColumnBuffer] {
        &mut self.columns
    }

    pub(crate) fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    /// Adds a row: a cell for each column; an empty text is a null.
    pub(crate) fn push<'a>(&mut self, cells: impl Iterator<Item = Option<&'a str>>) {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            match cell {
                None | Some("") => column.push_missing(),
                Some(cell) => column.push(&Taken::Text(Cow::Borrowed(cell))),
            }
        }
    }

    pub(crate) fn finish(&mut self, path: &str) -> Result<RecordBatch, IoError> {
        let rows = self.columns.first().map_or(0, ColumnBuffer::len);
        let arrays = self.columns.iter_mut().map(ColumnBuffer::finish).collect::<Result<Vec<_>, _>>();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        arrays
            .and_then(|arrays| RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options))
            .map_err(|e| defect(path, &e))
    }
}
