//! Where the cells of a block stand: found for some hundred rows at a time, so that it all stays near the processor.

use crate::csv_blocks::CsvBlock;
use crate::csv_scan::{Before, Marks, Signs, WIDTH, after_line, walk};

/// Rows that are looked at together.
const ROWS: usize = 512;

/// A row of a block.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RowPlace {
    /// Its first byte.
    pub start: u32,
    /// Its first end of a cell in [`CsvIndex::ends`].
    pub first: u32,
    /// Number of its cells.
    pub cells: u32,
    /// Lines of the block before it.
    pub line: u32,
    /// Rows of the block before it.
    pub number: u32,
    /// Its quoted cells may hold doubled quotes, or text after a quote.
    pub odd: bool,
}

/// Some rows of a block, and where their cells end.
#[derive(Debug)]
pub(crate) struct CsvIndex {
    signs: Signs,
    /// Rows that were found; empty lines are none.
    pub rows: Vec<RowPlace>,
    /// Where cells end, row by row: the places of separators and ends of lines.
    ends: Vec<u32>,
    /// How many of the ends are set.
    ends_count: usize,
    /// Next byte to look at.
    at: usize,
    before: Before,
    /// Where the next row begins, its first end, its line and its number.
    start: usize,
    first: usize,
    line: u32,
    number: u32,
    /// Lines within quotes, of the row that is not read to its end.
    open_lines: u32,
    /// Places of odd quotes since the rows before.
    odd: Vec<u32>,
    finished: bool,
}

impl CsvIndex {
    pub(crate) fn new(signs: Signs) -> CsvIndex {
        CsvIndex {
            signs,
            rows: Vec::with_capacity(ROWS + WIDTH),
            ends: Vec::new(),
            ends_count: 0,
            at: 0,
            before: Before::ROW,
            start: 0,
            first: 0,
            line: 0,
            number: 0,
            open_lines: 0,
            odd: Vec::new(),
            finished: false,
        }
    }

    /// Where a cell of a row stands, quotes included. Not for cells that the row does not have.
    #[inline]
    pub(crate) fn cell(&self, row: &RowPlace, index: usize) -> (usize, usize) {
        let at = row.first as usize + index;
        let end = self.ends.get(at).copied().unwrap_or(0) as usize;
        let start = match index {
            0 => row.start as usize,
            _ => self.ends.get(at - 1).copied().unwrap_or(0) as usize + 1,
        };
        (start, end)
    }

    /// Finds the next rows; false after the last.
    pub(crate) fn next_rows(&mut self, block: &CsvBlock) -> bool {
        self.rows.clear();
        let start = self.start;
        self.odd.retain(|place| *place as usize >= start);
        // What was found of the row that is next.
        self.ends.copy_within(self.first..self.ends_count, 0);
        self.ends_count -= self.first;
        self.first = 0;
        while self.rows.len() < ROWS && self.at < block.length {
            if self.signs.are_distinct() { self.look(block) } else { self.walk_row(block) }
        }
        if self.at >= block.length && !self.finished {
            self.finished = true;
            self.last_row(block);
        }
        !self.rows.is_empty()
    }

    fn look(&mut self, block: &CsvBlock) {
        let (at, mut before) = (self.at, self.before);
        let marks = self.signs.look(&block.text, block.length, at, &mut before);
        if marks.stray == 0 {
            (self.at, self.before) = (at + WIDTH, before);
            self.take(block, &marks, at, u64::MAX);
        } else {
            self.take(block, &marks, at, (1u64 << marks.stray.trailing_zeros()) - 1);
            self.walk_row(block);
        }
    }

    /// Takes the `good` marks of the bytes from `at` on.
    #[inline]
    fn take(&mut self, block: &CsvBlock, marks: &Marks, at: usize, good: u64) {
        let cells = marks.cells & good;
        let before = self.ends_count;
        self.push_ends(cells, at);
        let mut odd = marks.odd & good;
        while odd != 0 {
            self.odd.push((at + odd.trailing_zeros() as usize) as u32);
            odd &= odd - 1;
        }
        let mut inner = marks.inner_lines & good;
        let mut rows = marks.rows & good;
        while rows != 0 {
            let row = rows & rows.wrapping_neg();
            let below = inner & (row - 1);
            if below != 0 {
                self.open_lines += below.count_ones();
                inner ^= below;
            }
            let last = before + (cells & (row - 1)).count_ones() as usize;
            self.end_row(block, at + row.trailing_zeros() as usize, last, false);
            rows ^= row;
        }
        if inner != 0 {
            self.open_lines += inner.count_ones();
        }
    }

    #[inline]
    fn push_ends(&mut self, mut cells: u64, at: usize) {
        if self.ends.len() < self.ends_count + WIDTH {
            self.ends.resize((self.ends_count + WIDTH) * 2, 0);
        }
        let Some(into) = self.ends.get_mut(self.ends_count..).and_then(|ends| ends.first_chunk_mut::<WIDTH>()) else {
            return;
        };
        let count = cells.count_ones() as usize;
        // Eight at a time, even if there are fewer: the number differs from one time to the next, and cannot be foreseen.
        for into in into.chunks_exact_mut(8).take(count.div_ceil(8)) {
            for place in into {
                *place = at as u32 + cells.trailing_zeros();
                cells &= cells.wrapping_sub(1);
            }
        }
        self.ends_count += count;
    }

    /// Ends the row at an end of line; `last` is the place of its last cell's end.
    #[inline]
    fn end_row(&mut self, block: &CsvBlock, end: usize, last: usize, odd: bool) {
        let start = self.start as u32;
        if end > self.start {
            let odd = odd || !self.odd.is_empty() && self.is_odd(end);
            self.rows.push(RowPlace {
                start,
                first: self.first as u32,
                cells: (last + 1 - self.first) as u32,
                line: self.line,
                number: self.number,
                odd,
            });
            self.number += 1;
        }
        self.line += 1 + self.open_lines;
        self.open_lines = 0;
        self.first = last + 1;
        self.start = after_line(&block.text, end);
    }

    /// Whether an odd quote stands in the row that ends at `end`.
    fn is_odd(&self, end: usize) -> bool {
        let places = self.odd.iter().rev().map(|place| *place as usize);
        places.take_while(|place| *place >= self.start).any(|place| place < end)
    }

    /// Reads the next row byte by byte.
    fn walk_row(&mut self, block: &CsvBlock) {
        let text = block.text.get(..block.length).unwrap_or(&[]);
        self.ends_count = self.first;
        let (ends, mut count) = (&mut self.ends, self.ends_count);
        let walk = walk(text, self.start, self.signs.separator, |end| {
            if ends.len() <= count {
                ends.resize((count + WIDTH) * 2, 0);
            }
            if let Some(place) = ends.get_mut(count) {
                *place = end as u32;
            }
            count += 1;
        });
        self.ends_count = count;
        self.open_lines = walk.inner_lines as u32;
        match walk.end {
            Some(end) => {
                self.end_row(block, end, count - 1, true);
                (self.at, self.before) = (self.start, Before::ROW);
            }
            None => self.at = block.length,
        }
    }

    /// The end of the file may be the end of a row.
    fn last_row(&mut self, block: &CsvBlock) {
        if self.start >= block.length {
            return;
        }
        if self.ends.len() <= self.ends_count {
            self.ends.push(0);
        }
        if let Some(place) = self.ends.get_mut(self.ends_count) {
            *place = block.length as u32;
        }
        self.ends_count += 1;
        self.end_row(block, block.length, self.ends_count - 1, true);
    }
}
