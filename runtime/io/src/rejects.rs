//! Rows that could not be taken, and the file that lists them (promise E2).

use crate::cell::Cell;
use crate::error::IoError;
use crate::format::{Format, Target};
use crate::limits;
use crate::output::{OutputColumn, Sealed, WriteOptions, Writer, given_text};
use arrow_array::{ArrayRef, Int64Array, StringArray};
use revplay_ir::types::Type;
use std::sync::Arc;

/// A bad cell, or a row that is bad as a whole (then without column and field).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Physical line on which the row begins, from 1 (Parquet: the row number).
    pub line: u64,
    /// Row number, from 1, without the header and empty lines.
    pub row: u64,
    /// Header of the column.
    pub column: String,
    /// The field it feeds.
    pub field: String,
    /// What stands in the cell, cut to 200 characters.
    pub value: String,
    /// Why it is bad, in the analyst's words.
    pub reason: String,
}

/// The beginning of a cell, for a reject.
pub(crate) fn shown(given: Cell<'_>) -> String {
    let cut = |text: &str| match text.char_indices().nth(limits::SHOWN_CHARS) {
        Some((end, _)) => text.get(..end).unwrap_or(text).to_owned(),
        None => text.to_owned(),
    };
    match given {
        Cell::Text(text) => cut(text),
        // Four bytes make a character at most.
        Cell::NotText(bytes) => cut(&String::from_utf8_lossy(bytes.get(..limits::SHOWN_CHARS * 4).unwrap_or(bytes))),
        Cell::Missing
        | Cell::Bool(_)
        | Cell::Int(_)
        | Cell::HugeInt(_)
        | Cell::Number(_)
        | Cell::Single(_)
        | Cell::Decimal { .. }
        | Cell::WideDecimal { .. }
        | Cell::Date(_)
        | Cell::Instant(_)
        | Cell::LocalTime(_)
        | Cell::Duration(_)
        | Cell::BeyondTime => given_text(given),
    }
}

/// Writes rejects as CSV: `line,row,column,field,value,reason`. The file appears with
/// [`RejectWriter::finish`], whole or not at all.
pub struct RejectWriter {
    writer: Writer,
    written: u64,
}

impl RejectWriter {
    /// Opens the file.
    ///
    /// # Errors
    /// E0614 if it cannot be created.
    pub fn create(target: &Target) -> Result<RejectWriter, IoError> {
        let column = |name: &str, ty| OutputColumn::plain(name, ty);
        let columns = vec![
            column("line", Type::Int),
            column("row", Type::Int),
            column("column", Type::Text),
            column("field", Type::Text),
            column("value", Type::Text),
            column("reason", Type::Text),
        ];
        let writer = Writer::create(target, Format::Csv, columns, &WriteOptions::default())?;
        Ok(RejectWriter { writer, written: 0 })
    }

    /// Adds rejects.
    ///
    /// # Errors
    /// E0615 if writing fails.
    pub fn write_rows(&mut self, rejects: &[Reject]) -> Result<(), IoError> {
        if rejects.is_empty() {
            return Ok(());
        }
        let numbers = |of: fn(&Reject) -> u64| -> ArrayRef {
            Arc::new(rejects.iter().map(|r| i64::try_from(of(r)).ok()).collect::<Int64Array>())
        };
        // An empty text stays an empty cell.
        let texts = |of: fn(&Reject) -> &str| -> ArrayRef {
            Arc::new(rejects.iter().map(|r| Some(of(r)).filter(|text| !text.is_empty())).collect::<StringArray>())
        };
        self.written += rejects.len() as u64;
        self.writer.write(&[
            numbers(|r| r.line),
            numbers(|r| r.row),
            texts(|r| &r.column),
            texts(|r| &r.field),
            texts(|r| &r.value),
            texts(|r| &r.reason),
        ])
    }

    /// How many were written.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// E0615 if writing fails.
    pub fn finish(self) -> Result<(), IoError> {
        self.writer.finish().map(|_| ())
    }

    /// Writes what is left, without giving the file its name: see [`Writer::seal`].
    ///
    /// # Errors
    /// E0615 if writing fails.
    pub fn seal(self) -> Result<Sealed, IoError> {
        self.writer.seal()
    }
}
