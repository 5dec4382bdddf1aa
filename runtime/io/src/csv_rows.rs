//! The rows of a block of CSV text as a chunk. Any thread can do it: a block knows the number of its first line and row.

use crate::cell::{Cell, ColumnBuffer};
use crate::columns::Bound;
use crate::csv_blocks::{CsvBlock, Spare};
use crate::csv_cell::{RowFault, unquoted};
use crate::csv_columns::Rows;
use crate::csv_index::{CsvIndex, RowPlace};
use crate::csv_scan::Signs;
use crate::error::IoError;
use crate::intake::NOT_TEXT;
use crate::intake::quick::Quick;
use crate::kept::Kept;
use crate::limits;
use crate::reader::{Chunk, defect};
use crate::rejects::{Reject, shown};
use arrow_array::{ArrayRef, BooleanArray};
use arrow_schema::{ArrowError, SchemaRef};
use arrow_select::filter::{FilterBuilder, FilterPredicate};
use revplay_ir::program::RecordId;
use revplay_runtime::table::Table;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[cfg(test)]
mod bytewise;
#[cfg(test)]
mod tests;

/// Turns blocks into chunks.
pub(crate) struct CsvParser {
    pub record: RecordId,
    /// Number of fields of the record.
    pub width: usize,
    pub bound: Arc<[Bound]>,
    pub headers: Vec<String>,
    pub signs: Signs,
    pub kept: Option<SchemaRef>,
    pub path: String,
    pub quick: Vec<Quick>,
    /// Bytes of text that the last block had in each bound column: room is made for as many.
    pub sizes: Vec<AtomicUsize>,
    pub spare: Spare,
}

/// What is taken of a block.
struct Taking<'a> {
    parser: &'a CsvParser,
    block: &'a CsvBlock,
    columns: Vec<ColumnBuffer>,
    kept: Option<Kept>,
    /// With the number of the row in the block.
    rejects: Vec<(u32, Reject)>,
    /// Rows that fit the header.
    numbers: Vec<u32>,
}

impl CsvParser {
    /// The rows of a block.
    ///
    /// # Errors
    /// Only for a defect of ours.
    pub(crate) fn parse(&self, block: CsvBlock) -> Result<Chunk, IoError> {
        let chunk = self.chunk(&block);
        self.spare.give(block.text);
        chunk
    }

    fn chunk(&self, block: &CsvBlock) -> Result<Chunk, IoError> {
        let mut columns: Vec<ColumnBuffer> = self.bound.iter().map(|b| b.intake.column()).collect();
        for (column, size) in columns.iter_mut().zip(&self.sizes) {
            let bytes = size.load(Ordering::Relaxed);
            column.reserve(block.rows, bytes + bytes / 16);
        }
        let kept = self.kept.clone().map(Kept::of_schema);
        let mut taking =
            Taking { parser: self, block, columns, kept, rejects: Vec::new(), numbers: Vec::with_capacity(block.rows) };
        let mut index = CsvIndex::new(self.signs);
        while index.next_rows(block) {
            taking.take(&index);
        }
        for (column, size) in taking.columns.iter().zip(&self.sizes) {
            size.store(column.text_size(), Ordering::Relaxed);
        }
        taking.finish()
    }

    /// Why a row cannot be laid under the header.
    fn row_fault(&self, block: &CsvBlock, index: &CsvIndex, row: &RowPlace) -> Option<String> {
        let headers = self.headers.len();
        let cells = row.cells as usize;
        if cells == headers && !row.odd {
            return None;
        }
        let raw = |index_of: usize| {
            let (start, end) = index.cell(row, index_of);
            block.text.get(start..end).unwrap_or(&[])
        };
        let mut scratch = Vec::new();
        let faults = (0..cells).filter_map(|cell| if row.odd { unquoted(raw(cell), &mut scratch) } else { None });
        match faults.reduce(|first, next| if next == RowFault::UnclosedQuote { next } else { first }) {
            Some(RowFault::TextAfterQuote) => {
                return Some("text after a closing quote: double a quote inside text".to_owned());
            }
            Some(RowFault::UnclosedQuote) => return Some("a quote is opened and never closed".to_owned()),
            None => {}
        }
        // Spreadsheets like to end rows with an empty cell more.
        let is_empty = |cell: usize| {
            let mut content = Vec::new();
            unquoted(raw(cell), &mut content);
            content.is_empty()
        };
        if cells == headers || (cells > headers && (headers..cells).all(is_empty)) {
            return None;
        }
        let cells = if cells == 1 { "1 cell".to_owned() } else { format!("{cells} cells") };
        let columns = if headers == 1 { "1 column".to_owned() } else { format!("{headers} columns") };
        Some(format!("the row has {cells}, the header {columns}"))
    }

    /// The beginning of a row, for its reject.
    fn row_text(&self, block: &CsvBlock, index: &CsvIndex, row: &RowPlace) -> String {
        let mut text = Vec::new();
        let mut content = Vec::new();
        for cell in 0..(row.cells as usize).min(limits::SHOWN_CHARS) {
            if cell > 0 {
                text.push(self.signs.separator);
            }
            let (start, end) = index.cell(row, cell);
            content.clear();
            unquoted(block.text.get(start..end).unwrap_or(&[]), &mut content);
            text.extend_from_slice(content.get(..limits::SHOWN_CHARS * 4).unwrap_or(&content));
            if text.len() > limits::SHOWN_CHARS * 4 {
                break;
            }
        }
        shown(given(&text))
    }
}

impl Taking<'_> {
    fn reject(&mut self, row: &RowPlace, column: &str, field: &str, value: String, reason: String) {
        let reject = Reject {
            line: self.block.line + u64::from(row.line),
            row: self.block.rows_before + 1 + u64::from(row.number),
            column: column.to_owned(),
            field: field.to_owned(),
            value,
            reason,
        };
        self.rejects.push((row.number, reject));
    }

    /// Takes some rows.
    fn take(&mut self, index: &CsvIndex) {
        let (parser, block) = (self.parser, self.block);
        let mut good = Vec::new();
        let faulty = |row: &RowPlace| row.odd || row.cells as usize != parser.headers.len();
        let mut places = index.rows.as_slice();
        if places.iter().any(faulty) {
            for row in places {
                match parser.row_fault(block, index, row) {
                    None => good.push(*row),
                    Some(reason) => self.reject(row, "", "", parser.row_text(block, index, row), reason),
                }
            }
            places = &good;
        }
        let (Some(first), Some(last)) = (places.first(), places.last()) else { return };
        self.numbers.extend(places.iter().map(|row| row.number));
        let (_, end) = index.cell(last, (last.cells as usize).saturating_sub(1));
        let span = block.text.get(first.start as usize..end).unwrap_or(&[]);
        let ascii = span.is_ascii();
        // Halves of a character on both sides of a separator do not make it one.
        let valid = ascii || (parser.signs.separator.is_ascii() && simdutf8::basic::from_utf8(span).is_ok());
        let rows = Rows { text: &block.text, index, places, ascii, valid };
        let mut columns = std::mem::take(&mut self.columns);
        for ((bound, quick), column) in parser.bound.iter().zip(&parser.quick).zip(&mut columns) {
            self.take_column(&rows, bound, quick, column);
        }
        self.columns = columns;
        if let Some(mut kept) = self.kept.take() {
            for (source, column) in kept.columns_mut().iter_mut().enumerate() {
                rows.keep(source, column, |row, bytes| self.bad_kept(row, source, bytes));
            }
            self.kept = Some(kept);
        }
    }

    fn take_column(&mut self, rows: &Rows<'_>, bound: &Bound, quick: &Quick, column: &mut ColumnBuffer) {
        let Some(source) = bound.source else {
            for row in rows.places {
                if let Err(reason) = bound.intake.take_missing(column) {
                    column.push_missing();
                    self.reject(row, &bound.header, &bound.field, String::new(), reason.into_owned());
                }
            }
            return;
        };
        rows.take(source, &bound.intake, quick, column, &mut |row, given, reason| {
            self.reject(row, &bound.header, &bound.field, shown(given), reason.into_owned());
        });
    }

    /// A column that is kept is written out as it stands: it must be text, too.
    fn bad_kept(&mut self, row: &RowPlace, source: usize, bytes: &[u8]) {
        let parser = self.parser;
        if parser.bound.iter().all(|b| b.source != Some(source)) {
            let header = parser.headers.get(source).map_or("", |header| header.trim());
            self.reject(row, header, "", shown(Cell::NotText(bytes)), NOT_TEXT.to_owned());
        }
    }

    /// The rows without the bad ones.
    fn finish(mut self) -> Result<Chunk, IoError> {
        let parser = self.parser;
        let failed = |e: ArrowError| defect(&parser.path, &e);
        // Column by column they were found; a file has them row by row.
        self.rejects.sort_by_key(|(row, _)| *row);
        let mut bad: Vec<u32> = self.rejects.iter().map(|(row, _)| *row).collect();
        bad.dedup();
        let good: Vec<bool> = self.numbers.iter().map(|row| bad.binary_search(row).is_err()).collect();
        let filter =
            good.contains(&false).then(|| FilterBuilder::new(&BooleanArray::from(good.clone())).optimize().build());
        let mut numbers = Vec::with_capacity(self.numbers.len());
        let own = self.numbers.iter().zip(&good).filter(|(_, good)| **good);
        numbers.extend(own.map(|(row, _)| self.block.rows_before + 1 + u64::from(*row)));
        let mut table = Table { record: parser.record, rows: numbers.len(), columns: vec![None; parser.width] };
        for (bound, column) in parser.bound.iter().zip(&mut self.columns) {
            let array = column.finish().and_then(|array| filtered(array, filter.as_ref())).map_err(failed)?;
            if let Some(place) = table.columns.get_mut(bound.position) {
                *place = Some(array);
            }
        }
        let kept = match &mut self.kept {
            Some(kept) => {
                let batch = kept.finish(&parser.path)?;
                Some(match &filter {
                    Some(filter) => filter.filter_record_batch(&batch).map_err(failed)?,
                    None => batch,
                })
            }
            None => None,
        };
        let rejects = self.rejects.into_iter().map(|(_, reject)| reject).collect();
        Ok(Chunk { table, kept, rejects, rejected_rows: bad.len() as u64, numbers })
    }
}

fn filtered(array: ArrayRef, filter: Option<&FilterPredicate>) -> Result<ArrayRef, ArrowError> {
    match filter {
        Some(filter) => filter.filter(&array),
        None => Ok(array),
    }
}

fn given(cell: &[u8]) -> Cell<'_> {
    std::str::from_utf8(cell).map_or(Cell::NotText(cell), Cell::Text)
}
