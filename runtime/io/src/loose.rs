//! Rows whose cells have types of their own, each cell by itself: workbooks and JSON lines.

use crate::cell::Cell;
use crate::error::IoError;
use crate::kept::Kept;
use crate::limits;
use crate::output::given_text;
use crate::reader::{Chunk, RowIntake};
use arrow_buffer::i256;
use arrow_schema::SchemaRef;

/// A cell that owns what it holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LooseCell {
    Null,
    Text(String),
    Bool(bool),
    Int(i64),
    HugeInt(u64),
    Float(f64),
    /// Digits, and how many of them are decimals.
    Decimal(i256, i8),
    /// Days since 1970-01-01.
    Day(i64),
    /// Microseconds since 1970-01-01, of a clock without a zone.
    LocalTime(i64),
    /// Microseconds.
    Span(i64),
}

impl LooseCell {
    pub(crate) fn given(&self) -> Cell<'_> {
        match self {
            LooseCell::Null => Cell::Missing,
            LooseCell::Text(text) => Cell::Text(text),
            LooseCell::Bool(b) => Cell::Bool(*b),
            LooseCell::Int(n) => Cell::Int(*n),
            LooseCell::HugeInt(n) => Cell::HugeInt(*n),
            LooseCell::Float(x) => Cell::Number(*x),
            LooseCell::Decimal(digits, scale) => Cell::WideDecimal { digits, scale: *scale },
            LooseCell::Day(day) => Cell::Date(*day),
            LooseCell::LocalTime(us) => Cell::LocalTime(*us),
            LooseCell::Span(us) => Cell::Duration(*us),
        }
    }
}

/// A row.
#[derive(Debug, Default)]
pub(crate) struct LooseRow {
    /// Cells by column; those beyond the last are null.
    pub cells: Vec<LooseCell>,
    /// Physical line or row of the sheet, from 1.
    pub line: u64,
    /// What is wrong with the row as a whole: its text and the reason.
    pub fault: Option<(String, String)>,
    /// Bytes of its texts.
    pub size: usize,
}

/// Where such rows come from.
pub(crate) trait LooseRows {
    /// Names of the columns.
    fn headers(&self) -> &[String];

    /// Reads the next row; false at the end.
    fn next_row(&mut self, row: &mut LooseRow) -> Result<bool, IoError>;
}

/// Rows by chunks.
pub(crate) struct LooseInput<R> {
    rows: R,
    row: LooseRow,
    kept: Option<Kept>,
}

impl<R: LooseRows> LooseInput<R> {
    pub(crate) fn new(rows: R, keep: bool) -> LooseInput<R> {
        let kept = keep.then(|| Kept::new(rows.headers()));
        LooseInput { rows, row: LooseRow::default(), kept }
    }

    pub(crate) fn headers(&self) -> &[String] {
        self.rows.headers()
    }

    pub(crate) fn kept_schema(&self) -> Option<SchemaRef> {
        self.kept.as_ref().map(Kept::schema)
    }

    /// Rows up to a number or up to [`limits::CHUNK_BYTES`].
    pub(crate) fn next_chunk(&mut self, rows: usize, intake: &mut RowIntake) -> Result<Option<Chunk>, IoError> {
        let (mut count, mut bytes) = (0, 0);
        while count < rows && bytes < limits::CHUNK_BYTES {
            self.row.fault = None;
            if !self.rows.next_row(&mut self.row)? {
                break;
            }
            count += 1;
            bytes += self.row.size;
            self.take_row(intake);
        }
        if count == 0 {
            return Ok(None);
        }
        let kept = match &mut self.kept {
            Some(kept) => Some(kept.finish(&intake.path)?),
            None => None,
        };
        intake.finish(kept).map(Some)
    }

    fn take_row(&mut self, intake: &mut RowIntake) {
        intake.begin(Some(self.row.line));
        if let Some((text, reason)) = self.row.fault.take() {
            let shown = crate::rejects::shown(Cell::Text(&text));
            intake.reject(String::new(), String::new(), shown, reason);
            intake.end();
            return;
        }
        for index in 0..intake.bound.len() {
            let source = intake.bound.get(index).and_then(|b| b.source);
            let cell = source.map(|column| self.row.cells.get(column).map_or(Cell::Missing, LooseCell::given));
            intake.take(index, cell);
        }
        if intake.end()
            && let Some(kept) = &mut self.kept
        {
            let texts: Vec<String> = self.row.cells.iter().map(|cell| given_text(cell.given())).collect();
            kept.push((0..).map(|column: usize| texts.get(column).map(String::as_str)));
        }
    }
}
