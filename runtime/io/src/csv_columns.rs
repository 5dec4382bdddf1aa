//! Cells of CSV rows into columns, a column at a time.

use crate::cell::{Cell, ColumnBuffer, Reason, Taken, Texts, Validity, Values};
use crate::csv_cell::unquoted;
use crate::csv_index::{CsvIndex, RowPlace};
use crate::intake::Intake;
use crate::intake::quick::{Quick, Way};
use arrow_buffer::BooleanBufferBuilder;

/// Rows whose cells fit the header.
pub(crate) struct Rows<'a> {
    /// The block, with its padding.
    pub text: &'a [u8],
    pub index: &'a CsvIndex,
    pub places: &'a [RowPlace],
    /// All their text is ASCII.
    pub ascii: bool,
    /// All their text is UTF-8.
    pub valid: bool,
}

/// Where a cell stands.
#[derive(Clone, Copy)]
struct CellPlace {
    start: usize,
    end: usize,
    /// It must be read without its quotes first.
    odd: bool,
}

impl<'a> Rows<'a> {
    #[inline]
    fn cell(&self, row: &RowPlace, column: usize) -> CellPlace {
        let (start, end) = self.index.cell(row, column);
        if self.text.get(start) != Some(&b'"') || start >= end {
            return CellPlace { start, end, odd: false };
        }
        if row.odd {
            CellPlace { start, end, odd: true }
        } else {
            CellPlace { start: start + 1, end: end - 1, odd: false }
        }
    }

    /// What a cell holds; `scratch` takes it if quotes have to be taken out.
    pub(crate) fn bytes<'s>(&self, row: &RowPlace, column: usize, scratch: &'s mut Vec<u8>) -> &'s [u8]
    where
        'a: 's,
    {
        self.content(self.cell(row, column), scratch)
    }

    fn content<'s>(&self, cell: CellPlace, scratch: &'s mut Vec<u8>) -> &'s [u8]
    where
        'a: 's,
    {
        let raw = self.text.get(cell.start..cell.end).unwrap_or(&[]);
        if !cell.odd {
            return raw;
        }
        scratch.clear();
        unquoted(raw, scratch);
        scratch
    }

    /// Takes a column; `bad` hears of each bad cell. A bad cell leaves a missing one, since its row goes.
    pub(crate) fn take(
        &self,
        column: usize,
        intake: &Intake,
        quick: &Quick,
        buffer: &mut ColumnBuffer,
        bad: &mut dyn FnMut(&RowPlace, Cell<'_>, Reason),
    ) {
        let ColumnBuffer { values, valid } = buffer;
        let mut filling = Filling { rows: self, column, intake, quick, valid, bad, scratch: Vec::new() };
        match (&quick.way, values) {
            (Way::Int(bounds), Values::Int(values)) => {
                filling.ints(values, |text, start, end| quick.int(bounds, text, start, end));
            }
            (Way::Number(shift, bounds), Values::Num(values)) => {
                filling.numbers(values, |text, start, end| quick.number((*shift, bounds), text, start, end));
            }
            (Way::Scaled(scale, bounds), Values::Int(values)) => {
                filling.ints(values, |text, start, end| quick.scaled((*scale, bounds), text, start, end));
            }
            (Way::Day(bounds), Values::Int(values)) => {
                filling.ints(values, |text, start, end| quick.day(bounds, text, start, end));
            }
            (Way::Stamp(offsets, bounds), Values::Int(values)) => {
                filling.ints(values, |text, start, end| quick.stamp((offsets, bounds), text, start, end));
            }
            (Way::Label(known), Values::Int(values)) => {
                filling.ints(values, |text, start, end| known.get(text, start, end));
            }
            (Way::Flag(known), Values::Bool(values)) => {
                filling.bools(values, |text, start, end| known.get(text, start, end));
            }
            (Way::Text, Values::Text(values)) => filling.texts(values, true),
            (_, Values::Int(values)) => filling.ints(values, |_, _, _| None),
            (_, Values::Num(values)) => filling.numbers(values, |_, _, _| None),
            (_, Values::Bool(values)) => filling.bools(values, |_, _, _| None),
            (_, Values::Text(values)) => filling.texts(values, false),
        }
    }

    /// Takes a column as it stands: an empty cell is missing. `bad` hears of cells that are no text.
    pub(crate) fn keep(&self, column: usize, buffer: &mut ColumnBuffer, mut bad: impl FnMut(&RowPlace, &[u8])) {
        let ColumnBuffer { values: Values::Text(texts), valid } = buffer else { return };
        let mut scratch = Vec::new();
        for row in self.places {
            let bytes = self.bytes(row, column, &mut scratch);
            let text = self.valid || std::str::from_utf8(bytes).is_ok();
            if !text {
                bad(row, bytes);
            }
            if bytes.is_empty() || !text {
                texts.end();
                valid.push(false);
            } else {
                texts.push(bytes);
                valid.push(true);
            }
        }
    }
}

/// A column that is being taken.
struct Filling<'a> {
    rows: &'a Rows<'a>,
    column: usize,
    intake: &'a Intake,
    quick: &'a Quick,
    valid: &'a mut Validity,
    bad: &'a mut dyn FnMut(&RowPlace, Cell<'_>, Reason),
    scratch: Vec<u8>,
}

impl Filling<'_> {
    #[inline(always)]
    fn ints(&mut self, values: &mut Vec<i64>, quick: impl Fn(&[u8], usize, usize) -> Option<i64>) {
        let of = |taken: &Taken<'_>| if let Taken::Int(n) = taken { Some(*n) } else { None };
        self.some_rows(|filling, rows, missing| {
            values.extend(rows.iter().enumerate().map(|(at, row)| filling.one(row, at, missing, &quick, of)));
        });
    }

    #[inline(always)]
    fn numbers(&mut self, values: &mut Vec<f64>, quick: impl Fn(&[u8], usize, usize) -> Option<f64>) {
        let of = |taken: &Taken<'_>| if let Taken::Num(x) = taken { Some(*x) } else { None };
        self.some_rows(|filling, rows, missing| {
            values.extend(rows.iter().enumerate().map(|(at, row)| filling.one(row, at, missing, &quick, of)));
        });
    }

    #[inline(always)]
    fn bools(&mut self, values: &mut BooleanBufferBuilder, quick: impl Fn(&[u8], usize, usize) -> Option<bool>) {
        let of = |taken: &Taken<'_>| if let Taken::Bool(b) = taken { Some(*b) } else { None };
        self.some_rows(|filling, rows, missing| {
            let mut bits = 0u64;
            for (at, row) in rows.iter().enumerate() {
                bits |= u64::from(filling.one(row, at, missing, &quick, of)) << at;
            }
            values.append_packed_range(0..rows.len(), &bits.to_le_bytes());
        });
    }

    /// Takes the rows sixty-four by sixty-four; a bit of what is missing for each.
    #[inline(always)]
    fn some_rows(&mut self, mut take: impl FnMut(&mut Self, &[RowPlace], &mut u64)) {
        for rows in self.rows.places.chunks(64) {
            let mut missing = 0;
            take(self, rows, &mut missing);
            self.valid.append(!missing, rows.len());
        }
    }

    #[inline(always)]
    fn one<V: Default>(
        &mut self,
        row: &RowPlace,
        at: usize,
        missing: &mut u64,
        quick: &impl Fn(&[u8], usize, usize) -> Option<V>,
        of: impl Fn(&Taken<'_>) -> Option<V>,
    ) -> V {
        let cell = self.rows.cell(row, self.column);
        if cell.start == cell.end && self.quick.empty_is_missing {
            *missing |= 1 << at;
            return V::default();
        }
        let found = if cell.odd || cell.start == cell.end { None } else { quick(self.rows.text, cell.start, cell.end) };
        found.or_else(|| self.carefully(row, cell, of)).unwrap_or_else(|| {
            *missing |= 1 << at;
            V::default()
        })
    }

    fn texts(&mut self, texts: &mut Texts, quick: bool) {
        let Rows { text, ascii, valid, .. } = *self.rows;
        self.some_rows(|filling, rows, missing| {
            for (at, row) in rows.iter().enumerate() {
                let cell = filling.rows.cell(row, filling.column);
                if cell.start == cell.end && filling.quick.empty_is_missing {
                    *missing |= 1 << at;
                    texts.end();
                    continue;
                }
                if !quick || cell.odd || !filling.quick.is_text(text, cell.start, cell.end, ascii, valid) {
                    let of = |taken: &Taken<'_>| {
                        let Taken::Text(text) = taken else { return None };
                        texts.push(text.as_bytes());
                        Some(())
                    };
                    if filling.carefully(row, cell, of).is_none() {
                        *missing |= 1 << at;
                        texts.end();
                    }
                    continue;
                }
                let length = cell.end - cell.start;
                match text.get(cell.start..).and_then(|rest| rest.first_chunk::<32>()) {
                    Some(start) if length <= 32 => texts.push_start(start, length),
                    _ => texts.push(text.get(cell.start..cell.end).unwrap_or(&[])),
                }
            }
        });
    }

    /// The value of a cell that is not written plainly; `None` if it is missing or bad.
    #[cold]
    #[inline(never)]
    fn carefully<V>(&mut self, row: &RowPlace, cell: CellPlace, of: impl FnOnce(&Taken<'_>) -> Option<V>) -> Option<V> {
        let bytes = self.rows.content(cell, &mut self.scratch);
        let given = std::str::from_utf8(bytes).map_or(Cell::NotText(bytes), Cell::Text);
        match self.intake.value(given) {
            Ok(value) => value.as_ref().and_then(of),
            Err(reason) => {
                (self.bad)(row, given, reason);
                None
            }
        }
    }
}
