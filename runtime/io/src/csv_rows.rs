//! Splits CSV text into rows and cells (RFC 4180, forgiving where the meaning is plain).
//!
//! Rows end with `\n`, `\r\n` or `\r`; the last needs none; empty lines are no rows. A cell that
//! begins with a quote ends with the next quote that is not doubled; blanks after it are dropped.
//! A quote elsewhere is an ordinary character.

use crate::error::{IoError, reading};
use crate::format::Packing;
use crate::limits;
use crate::stream::{TextStream, read_error};
use std::io::BufRead;

/// What is wrong with a row as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowFault {
    /// `"Anna" Smith,`
    TextAfterQuote,
    /// The last row of the file, alone.
    UnclosedQuote,
}

/// A row, unquoted. Kept between rows, so that its memory is used again.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawRow {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// Physical line on which it begins, from 1.
    pub line: u64,
    pub fault: Option<RowFault>,
    quoted: bool,
}

impl RawRow {
    /// Number of cells.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all cells.
    pub(crate) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// A cell; empty beyond the last.
    pub(crate) fn cell(&self, index: usize) -> &[u8] {
        self.range(index).and_then(|range| self.bytes.get(range)).unwrap_or(&[])
    }

    /// All cells one after another as text; `None` if one of them is not UTF-8. One check of the
    /// whole row is much faster than one of each cell.
    pub(crate) fn text(&self) -> Option<&str> {
        let text = std::str::from_utf8(&self.bytes).ok()?;
        // Halves of a character on both sides of a separator do not make it one.
        (text.is_ascii() || self.ends.iter().all(|end| text.is_char_boundary(*end))).then_some(text)
    }

    /// A cell of the row's [`RawRow::text`].
    pub(crate) fn cell_text<'a>(&self, text: &'a str, index: usize) -> &'a str {
        self.range(index).and_then(|range| text.get(range)).unwrap_or("")
    }

    fn range(&self, index: usize) -> Option<std::ops::Range<usize>> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { *self.ends.get(index - 1)? };
        Some(start..end)
    }

    /// All cells.
    pub(crate) fn cells(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|index| self.cell(index))
    }

    fn clear(&mut self, line: u64) {
        self.bytes.clear();
        self.ends.clear();
        (self.line, self.fault, self.quoted) = (line, None, false);
    }

    fn end_cell(&mut self) {
        self.ends.push(self.bytes.len());
    }

    fn open_cell(&self) -> &[u8] {
        self.bytes.get(self.ends.last().copied().unwrap_or(0)..).unwrap_or(&[])
    }

    /// A line with nothing on it.
    fn is_empty_line(&self) -> bool {
        self.ends.len() <= 1 && self.bytes.is_empty() && !self.quoted
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    /// A quote inside quotes: the end of the cell, or half of a doubled one.
    Quote,
    /// Blanks after the closing quote.
    AfterQuote,
    RowEnd,
}

/// The rows of a text input.
pub(crate) struct CsvRows {
    input: Box<dyn BufRead + Send>,
    separator: u8,
    line: u64,
    /// A `\r` ended the row: a `\n` that follows belongs to it.
    after_return: bool,
    path: String,
    packing: Packing,
}

impl CsvRows {
    pub(crate) fn new(stream: TextStream, separator: u8) -> CsvRows {
        let TextStream { input, path, packing, .. } = stream;
        CsvRows { input, separator, line: 1, after_return: false, path, packing }
    }

    /// Reads the next row that is not an empty line; false at the end of the file.
    ///
    /// # Errors
    /// E0602, E0608 if reading fails, E0610 beyond a limit, E0611 for a quote over several lines
    /// that is never closed.
    pub(crate) fn next_row(&mut self, row: &mut RawRow) -> Result<bool, IoError> {
        loop {
            row.clear(self.line);
            let more = self.read_row(row)?;
            if !row.is_empty_line() {
                return Ok(true);
            }
            if !more {
                return Ok(false);
            }
        }
    }

    /// Reads one line or row; false if the file ended.
    fn read_row(&mut self, row: &mut RawRow) -> Result<bool, IoError> {
        let mut state = State::CellStart;
        loop {
            let input = match self.input.fill_buf() {
                Ok(input) => input,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(read_error(&self.path, self.packing, &error)),
            };
            if input.is_empty() {
                self.end_of_file(row, state)?;
                return Ok(false);
            }
            let mut used = 0;
            if std::mem::take(&mut self.after_return) && input.first() == Some(&b'\n') {
                used = 1;
            }
            let split = split(input.get(used..).unwrap_or(&[]), self.separator, state, row);
            (state, self.line) = (split.state, self.line + split.lines);
            self.after_return = split.after_return;
            let used = used + split.used;
            self.input.consume(used);
            self.check_limits(row)?;
            if state == State::RowEnd {
                return Ok(true);
            }
        }
    }

    fn end_of_file(&self, row: &mut RawRow, state: State) -> Result<(), IoError> {
        if state == State::Quoted {
            if row.open_cell().trim_ascii_end().contains(&b'\n') {
                return Err(reading::unclosed_quote(&self.path, row.line));
            }
            row.fault = Some(RowFault::UnclosedQuote);
        }
        if state != State::CellStart || row.len() > 0 {
            row.end_cell();
        }
        Ok(())
    }

    fn check_limits(&self, row: &RawRow) -> Result<(), IoError> {
        if row.open_cell().len() > limits::CELL_BYTES || row.cells_over_limit() {
            return Err(reading::cell_too_large(&self.path, &format!("line {}", row.line)));
        }
        if row.size() > limits::ROW_BYTES {
            return Err(reading::row_too_large(&self.path, row.line));
        }
        if row.len() > limits::COLUMNS {
            return Err(reading::too_many_columns(&self.path, row.line));
        }
        Ok(())
    }
}

impl RawRow {
    /// Only a row that is larger than a cell may be has to be looked through.
    fn cells_over_limit(&self) -> bool {
        self.size() > limits::CELL_BYTES && self.cells().any(|cell| cell.len() > limits::CELL_BYTES)
    }
}

/// What became of a piece of input.
struct Split {
    used: usize,
    lines: u64,
    state: State,
    after_return: bool,
}

/// Moves a piece of input into the row, up to the row's or the piece's end.
fn split(input: &[u8], separator: u8, mut state: State, row: &mut RawRow) -> Split {
    let mut at = 0;
    let mut lines = 0;
    let mut after_return = false;
    while let Some(&byte) = input.get(at) {
        let rest = input.get(at..).unwrap_or(&[]);
        match state {
            State::CellStart if byte == b'"' => {
                row.quoted = true;
                state = State::Quoted;
                at += 1;
            }
            State::CellStart | State::Plain => {
                let ends = |b: &u8| *b == separator || *b == b'\n' || *b == b'\r';
                let run = rest.iter().position(ends).unwrap_or(rest.len());
                row.bytes.extend_from_slice(rest.get(..run).unwrap_or(rest));
                at += run;
                state = State::Plain;
                if let Some(&end) = rest.get(run) {
                    at += 1;
                    state = end_of_cell(end, separator, row);
                }
            }
            State::Quoted => {
                let run = rest.iter().position(|b| *b == b'"').unwrap_or(rest.len());
                let text = rest.get(..run).unwrap_or(rest);
                lines += text.iter().filter(|b| **b == b'\n').count() as u64;
                row.bytes.extend_from_slice(text);
                at += run;
                if run < rest.len() {
                    at += 1;
                    state = State::Quote;
                }
            }
            State::Quote | State::AfterQuote => {
                at += 1;
                state = match byte {
                    b'"' if state == State::Quote => {
                        row.bytes.push(byte);
                        State::Quoted
                    }
                    _ if byte == separator || byte == b'\n' || byte == b'\r' => end_of_cell(byte, separator, row),
                    b' ' | b'\t' => State::AfterQuote,
                    _ => {
                        row.fault.get_or_insert(RowFault::TextAfterQuote);
                        row.bytes.push(byte);
                        State::Plain
                    }
                };
            }
            State::RowEnd => break,
        }
        if state == State::RowEnd {
            lines += 1;
            after_return = input.get(at - 1) == Some(&b'\r');
            break;
        }
    }
    Split { used: at, lines, state, after_return }
}

fn end_of_cell(end: u8, separator: u8, row: &mut RawRow) -> State {
    row.end_cell();
    if end == separator { State::CellStart } else { State::RowEnd }
}
