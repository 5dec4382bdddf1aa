//! Cuts CSV text into blocks of whole rows, fast enough for one thread to feed many.

use crate::csv_cell::unquoted;
use crate::csv_limits::{ROW_SPAN, SHORT_ROW, check_row};
use crate::csv_scan::{Before, Marks, PADDING, Signs, WIDTH, after_line, walk};
use crate::error::{IoError, reading};
use crate::format::Packing;
use crate::limits;
use crate::stream::{TextStream, read_error};
use std::io::{BufRead, Read};
use std::sync::{Arc, Mutex};

/// Bytes that are read at a time: as many as the buffers of the stream hold, so that they are passed by.
const READ_BYTES: usize = 256 << 10;

/// Whole rows of a CSV text.
#[derive(Debug, Default)]
pub(crate) struct CsvBlock {
    /// The rows as they stand in the file, then at least [`PADDING`] bytes that mean nothing.
    pub text: Vec<u8>,
    /// Bytes of the rows.
    pub length: usize,
    /// Physical line on which the block begins, from 1.
    pub line: u64,
    /// Rows of the file before this block.
    pub rows_before: u64,
    /// Rows of this block; empty lines are none.
    pub rows: usize,
    /// The last row opens a quote and does not close it.
    pub open: bool,
}

/// Texts that may be filled anew: new memory costs more than filling it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spare(Arc<Mutex<Vec<Vec<u8>>>>);

/// Texts that are kept at most, and how long they are at most.
const SPARE: (usize, usize) = (8, 16 << 20);

impl Spare {
    fn take(&self) -> Vec<u8> {
        self.0.lock().ok().and_then(|mut texts| texts.pop()).unwrap_or_default()
    }

    /// Gives a text back.
    pub(crate) fn give(&self, text: Vec<u8>) {
        if let Ok(mut texts) = self.0.lock()
            && texts.len() < SPARE.0
            && text.len() <= SPARE.1
        {
            texts.push(text);
        }
    }
}

/// Reads a text and cuts it.
pub(crate) struct Cutter {
    input: Box<dyn BufRead + Send>,
    signs: Signs,
    /// What was read and not yet cut off, in the first `filled` bytes.
    text: Vec<u8>,
    filled: usize,
    /// Texts of blocks that are done, to be filled again.
    spare: Spare,
    ended: bool,
    /// The last block ended with `\r`: a `\n` that follows belongs to it.
    after_return: bool,
    line: u64,
    rows: u64,
    /// Bytes of the last block: the next will be like it.
    last_length: usize,
    /// Bytes that are read at a time.
    piece: usize,
    path: String,
    packing: Packing,
}

/// How far the text that is at hand was looked through.
struct Progress {
    /// Next byte to look at.
    at: usize,
    before: Before,
    /// Where the row begins that is not yet read to its end.
    row_start: usize,
    /// Up to there.
    rows: usize,
    lines: u64,
    /// Lines within quotes, of the row that is not yet read to its end.
    open_lines: u64,
    /// Length of the unfinished row from which on its limits are checked.
    check_from: usize,
}

impl Cutter {
    pub(crate) fn new(stream: TextStream, separator: u8) -> Cutter {
        let TextStream { input, path, packing, .. } = stream;
        Cutter {
            input,
            signs: Signs::new(separator),
            text: vec![0; PADDING],
            filled: 0,
            spare: Spare::default(),
            ended: false,
            after_return: false,
            line: 1,
            rows: 0,
            last_length: 0,
            piece: READ_BYTES,
            path,
            packing,
        }
    }

    /// Reads by pieces of so many bytes.
    #[cfg(test)]
    pub(crate) fn read_by(&mut self, piece: usize) {
        self.piece = piece;
    }

    /// Where texts of blocks that are done can be given back.
    pub(crate) fn spare(&self) -> Spare {
        self.spare.clone()
    }

    /// From here on rows are counted.
    pub(crate) fn count_rows_from_here(&mut self) {
        self.rows = 0;
    }

    /// The next rows, as many as asked for or about `bytes`, whichever comes first; fewer at the end of the file. `None`
    /// after it.
    ///
    /// # Errors
    /// E0602, E0608 if reading fails, E0610 beyond a limit, E0611 for a quote over several lines that is never closed.
    pub(crate) fn cut(&mut self, rows: usize, bytes: usize) -> Result<Option<CsvBlock>, IoError> {
        let rows = rows.max(1);
        self.drop_newline()?;
        let mut progress = Progress {
            at: 0,
            before: Before::ROW,
            row_start: 0,
            rows: 0,
            lines: 0,
            open_lines: 0,
            check_from: limits::CELL_BYTES,
        };
        loop {
            self.look(&mut progress, rows, bytes)?;
            if progress.rows >= rows || progress.row_start >= bytes {
                return Ok(Some(self.take(&progress, progress.row_start, false)));
            }
            if self.ended {
                break;
            }
            self.check_open_row(&mut progress)?;
            self.read(self.piece.max(self.filled - progress.row_start))?;
        }
        self.finish(&mut progress)
    }

    /// A `\n` that belongs to the block before.
    fn drop_newline(&mut self) -> Result<(), IoError> {
        if !self.after_return {
            return Ok(());
        }
        if self.filled == 0 {
            self.read(self.piece)?;
        }
        if self.filled > 0 && self.text.first() == Some(&b'\n') {
            self.text.copy_within(1..self.filled, 0);
            self.filled -= 1;
        }
        self.after_return = false;
        Ok(())
    }

    /// Reads about `count` bytes more.
    fn read(&mut self, count: usize) -> Result<(), IoError> {
        let wanted = self.filled + count;
        if self.text.len() < wanted + PADDING {
            // Room for a block like the last one, so that the text need not move again.
            self.text.resize((wanted + PADDING).max(self.last_length + 2 * count), 0);
        }
        while self.filled < wanted && !self.ended {
            let into = self.text.get_mut(self.filled..wanted).unwrap_or(&mut []);
            match self.input.read(into) {
                Ok(0) => self.ended = true,
                Ok(more) => self.filled += more,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(read_error(&self.path, self.packing, &error)),
            }
        }
        Ok(())
    }

    /// Looks through the text at hand until there are enough rows.
    fn look(&self, progress: &mut Progress, rows: usize, bytes: usize) -> Result<(), IoError> {
        let length = self.filled;
        if !self.signs.are_distinct() {
            progress.at = progress.row_start;
            while self.walk_row(progress)? && progress.rows < rows && progress.row_start < bytes {}
            return Ok(());
        }
        // Bytes before the end of what is at hand are known with those that follow them.
        let known = if self.ended { length } else { length.saturating_sub(WIDTH) };
        while progress.at < known && progress.rows < rows && progress.row_start < bytes {
            let (at, mut before) = (progress.at, progress.before);
            let marks = self.signs.look(&self.text, length, at, &mut before);
            if marks.stray == 0 {
                (progress.at, progress.before) = (at + WIDTH, before);
                if marks.rows | marks.inner_lines != 0 {
                    self.count(progress, &marks, at, u64::MAX, rows)?;
                }
            } else {
                let good = (1u64 << marks.stray.trailing_zeros()) - 1;
                self.count(progress, &marks, at, good, rows)?;
                if progress.rows < rows && !self.walk_row(progress)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Counts the ends of rows among the `good` marks, up to the number of rows that is asked for.
    fn count(&self, progress: &mut Progress, marks: &Marks, at: usize, good: u64, rows: usize) -> Result<(), IoError> {
        let mut ends = marks.rows & good;
        let mut inner = marks.inner_lines & good;
        let first = at + ends.trailing_zeros() as usize;
        if ends != 0 && first - progress.row_start > SHORT_ROW {
            let start = self.row_begin(progress.row_start);
            self.check_row(start, first, self.line + progress.lines)?;
        }
        while ends != 0 && progress.rows < rows {
            let end = ends & ends.wrapping_neg();
            let below = inner & (end - 1);
            progress.lines += 1 + progress.open_lines + if below == 0 { 0 } else { u64::from(below.count_ones()) };
            progress.open_lines = 0;
            inner ^= below;
            progress.rows += usize::from(marks.empty & end == 0);
            progress.row_start = at + end.trailing_zeros() as usize + 1;
            ends ^= end;
        }
        if progress.rows < rows && inner != 0 {
            progress.open_lines += u64::from(inner.count_ones());
        }
        Ok(())
    }

    /// Reads the row at `row_start` byte by byte; false if it does not end in what is at hand.
    fn walk_row(&self, progress: &mut Progress) -> Result<bool, IoError> {
        let text = self.text.get(..self.filled).unwrap_or(&[]);
        // A `\n` after the `\r` of the row before.
        let start = self.row_begin(progress.row_start);
        let walk = walk(text, start, self.signs.separator, |_| {});
        let Some(end) = walk.end else {
            (progress.at, progress.before) = (progress.row_start, self.before(progress.row_start));
            progress.open_lines = 0;
            return Ok(false);
        };
        if end - start > SHORT_ROW {
            self.check_row(start, end, self.line + progress.lines)?;
        }
        progress.rows += usize::from(end > start);
        progress.lines += 1 + walk.inner_lines;
        progress.open_lines = 0;
        progress.row_start = end + 1;
        (progress.at, progress.before) = (end + 1, self.before(end + 1));
        Ok(true)
    }

    /// Where the row really begins.
    fn row_begin(&self, start: usize) -> usize {
        match start.checked_sub(1) {
            Some(end) => after_line(&self.text, end),
            None => start,
        }
    }

    /// What the end of a row leaves to the row that begins at `start`.
    fn before(&self, start: usize) -> Before {
        let carriage = start.checked_sub(1).and_then(|end| self.text.get(end)) == Some(&b'\r');
        if carriage { Before::ROW_AFTER_RETURN } else { Before::ROW }
    }

    /// An unfinished row that is beyond the limits need not be read to its end.
    fn check_open_row(&self, progress: &mut Progress) -> Result<(), IoError> {
        let span = self.filled - progress.row_start;
        if span < progress.check_from {
            return Ok(());
        }
        let line = self.line + progress.lines;
        let start = self.row_begin(progress.row_start);
        self.check_row(start, self.filled, line)?;
        if span > ROW_SPAN {
            return Err(reading::row_too_large(&self.path, line));
        }
        progress.check_from = span * 2;
        Ok(())
    }

    /// Checks the limits of a row.
    fn check_row(&self, start: usize, end: usize, line: u64) -> Result<(), IoError> {
        check_row(self.text.get(start..end).unwrap_or(&[]), self.signs.separator, &self.path, line)
    }

    /// The rest of the file.
    fn finish(&mut self, progress: &mut Progress) -> Result<Option<CsvBlock>, IoError> {
        let length = self.filled;
        let start = self.row_begin(progress.row_start).min(length);
        let mut open = false;
        if start < length {
            let line = self.line + progress.lines;
            let row = self.text.get(start..length).unwrap_or(&[]);
            if row.len() > SHORT_ROW {
                self.check_row(start, length, line)?;
            }
            let mut last = 0;
            open = walk(row, 0, self.signs.separator, |end| last = end + 1).open;
            if open {
                let mut cell = Vec::new();
                unquoted(row.get(last..).unwrap_or(&[]), &mut cell);
                if cell.trim_ascii_end().contains(&b'\n') {
                    return Err(reading::unclosed_quote(&self.path, line));
                }
            }
            progress.rows += 1;
        }
        if progress.rows == 0 {
            return Ok(None);
        }
        Ok(Some(self.take(progress, length, open)))
    }

    /// Cuts a block off.
    fn take(&mut self, progress: &Progress, end: usize, open: bool) -> CsvBlock {
        let end = self.row_begin(end).min(self.filled);
        let rest = self.text.get(end..self.filled).unwrap_or(&[]);
        let mut next = self.spare.take();
        if next.len() < rest.len() + PADDING {
            next.resize(rest.len() + PADDING, 0);
        }
        if let Some(into) = next.get_mut(..rest.len()) {
            into.copy_from_slice(rest);
        }
        let left = rest.len();
        let text = std::mem::replace(&mut self.text, next);
        self.filled = left;
        self.after_return = left == 0 && end.checked_sub(1).and_then(|last| text.get(last)) == Some(&b'\r');
        let block = CsvBlock { text, length: end, line: self.line, rows_before: self.rows, rows: progress.rows, open };
        self.line += progress.lines;
        self.rows += progress.rows as u64;
        self.last_length = end;
        block
    }
}
