//! Rows of a linked record, taken in chunk by chunk and kept narrow: a text is kept once and known by its number, and
//! numbers take no more bytes than the greatest needs.

use super::by_group::Reordering;
use super::column::{Cells as Kept, Column, Kind, Rows, TRUE};
use super::keys::{NONE, TextNumbers};
use super::order::{self, Ordered};
use super::pending::Pending;
use super::pieces::{Codes, Pieces};
use crate::table::{Table, text_at};
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int64Array, StringArray};
use arrow_buffer::{NullBuffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use revplay_ir::program::{FieldId, Program, RecordId};
use std::sync::Arc;

/// Rows after which it is judged whether the texts of a column come again.
const TRIAL_ROWS: usize = 1 << 16;
/// Keys are many if there is one for so many rows.
const KEYS_MANY: usize = 8;
/// A dictionary of more entries per row is looked at entry by entry.
const ENTRIES_PER_ROW: usize = 4;
/// Integers below this have a code.
const SMALL: u64 = 1 << 31;

/// The rows of one record, for [`crate::engine::Engine::link_rows`].
#[derive(Debug)]
pub struct LinkedRows {
    pub(super) record: RecordId,
    pub(super) rows: usize,
    /// Threads that number keys.
    pub(super) threads: usize,
    /// By position of the field in its record; `None` while another thread has it.
    pub(super) columns: Vec<Option<Gathered>>,
}

#[derive(Debug)]
pub(super) struct Gathered {
    /// Rows are found by it: its texts are numbered in any case.
    pub(super) is_key: bool,
    kind: Kind,
    cells: Cells,
    /// Of wide cells and plain texts.
    nulls: NullBufferBuilder,
    /// The codes of a chunk.
    codes: Vec<u32>,
}

#[derive(Debug)]
enum Cells {
    /// Not read so far.
    Nothing,
    /// Codes as in [`Kept::Small`].
    Small(Codes),
    Wide(Pieces<i64>),
    Numbered(Box<Numbered>),
    /// Keys that are numbered at the end.
    Pending(Box<Pending>),
    /// Texts that hardly ever come again.
    Plain(Vec<u8>, Vec<i32>),
}

#[derive(Debug)]
struct Numbered {
    texts: TextNumbers,
    rows: Codes,
    /// The last dictionary that was met, and the numbers of its entries.
    dictionary: Option<(ArrayRef, Vec<u32>)>,
}

impl LinkedRows {
    /// No rows yet.
    pub fn new(program: &Program, record: RecordId) -> LinkedRows {
        let about = program.records.get(record.index());
        let links = || program.links.iter().filter(|link| link.to == record).map(|link| link.to_field);
        let is_key = |field: FieldId| about.and_then(|r| r.event_id) == Some(field) || links().any(|f| f == field);
        let kind = |field: FieldId| program.fields.get(field.index()).map_or(Kind::Text, |about| Kind::of(about.ty));
        let column = |field: &FieldId| Some(Gathered::new(is_key(*field), kind(*field)));
        let columns = about.map(|r| r.fields.iter().map(column).collect()).unwrap_or_default();
        LinkedRows { record, rows: 0, threads: 1, columns }
    }

    /// Whose rows.
    pub fn record(&self) -> RecordId {
        self.record
    }

    /// How many so far.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Adds rows behind the others. A column that is not there, or of another kind, is missing in them.
    pub fn add(&mut self, table: &Table) {
        // By pieces: what a column is like shows after the first.
        for from in (0..table.rows.max(1)).step_by(TRIAL_ROWS) {
            let rows = TRIAL_ROWS.min(table.rows - from);
            for (position, column) in self.columns.iter_mut().enumerate() {
                let Some(column) = column else { continue };
                let array = table.columns.get(position).and_then(Option::as_ref);
                let array = array.filter(|array| array.len() == table.rows).map(|array| array.slice(from, rows));
                column.add(array.as_ref(), self.rows, rows);
                if let Cells::Pending(texts) = &mut column.cells {
                    texts.number_many(self.threads);
                }
            }
            self.rows += rows;
        }
    }

    /// The rows; next to the others of their key if the keys at this position are still to be numbered.
    pub(super) fn finish(mut self, by_key: Option<usize>, threads: usize) -> Rows {
        let key = by_key.and_then(|position| Some((position, self.take_pending(position)?)));
        let Some((position, pending)) = key else {
            return self.each(|column| column.finish(threads));
        };
        let by_key = pending.by_group(threads).by_key(threads);
        let mut rows = self.in_order(&by_key.order, threads);
        let codes = order::codes_of(&by_key.starts, rows.len);
        let texts: ArrayRef = Arc::new(by_key.keys.texts().clone());
        let cells = Kept::Numbered(codes, Arc::new(by_key.keys), texts);
        if let Some(slot) = rows.columns.get_mut(position) {
            *slot = Some(Arc::new(Column { kind: Kind::Text, cells }));
        }
        rows.ordered = Some(Ordered { position, starts: by_key.starts });
        rows
    }

    /// The keys at a position, if they are still to be numbered. Their column is not there any more.
    pub(super) fn take_pending(&mut self, position: usize) -> Option<Pending> {
        self.columns.get_mut(position)?.as_mut()?.take_pending()
    }

    /// The rows in another order.
    pub(super) fn in_order(self, order: &Reordering, threads: usize) -> Rows {
        // One after the other, so that no more than one stands here twice.
        self.each(|column| Some(column.finish(threads)?.reordered(order, threads)))
    }

    fn each(self, of: impl Fn(Gathered) -> Option<Column>) -> Rows {
        let columns = self.columns.into_iter().map(|column| column.and_then(&of).map(Arc::new)).collect();
        Rows { record: self.record, len: self.rows, columns, ordered: None }
    }
}

impl Gathered {
    pub(super) fn new(is_key: bool, kind: Kind) -> Gathered {
        Gathered { is_key, kind, cells: Cells::Nothing, nulls: NullBufferBuilder::new(0), codes: Vec::new() }
    }

    /// Adds so many rows after `before` others.
    pub(super) fn add(&mut self, array: Option<&ArrayRef>, before: usize, rows: usize) {
        self.add_each(array, before, rows, |int| int);
    }

    /// The same, with something else in place of each integer.
    pub(super) fn add_each(
        &mut self,
        array: Option<&ArrayRef>,
        before: usize,
        rows: usize,
        to: impl Fn(i64) -> i64 + Copy,
    ) {
        if let Some(array) = array.filter(|array| self.takes(array.as_ref())) {
            if matches!(self.cells, Cells::Nothing) {
                self.begin(before);
            }
            self.append(array, to);
        } else if !matches!(self.cells, Cells::Nothing) {
            self.append_missing(rows);
        }
        self.judge(before, before + rows);
    }

    fn takes(&self, array: &dyn Array) -> bool {
        let any = array.as_any();
        match self.kind {
            Kind::Int => any.is::<Int64Array>(),
            Kind::Num => any.is::<Float64Array>(),
            Kind::Bool => any.is::<BooleanArray>(),
            Kind::Text => any.is::<StringArray>() || any.is::<DictionaryArray<Int32Type>>(),
        }
    }

    fn begin(&mut self, before: usize) {
        self.cells = match self.kind {
            Kind::Int | Kind::Bool => Cells::Small(Codes::new()),
            Kind::Num => Cells::Wide(Pieces::new()),
            Kind::Text => {
                Cells::Numbered(Box::new(Numbered { texts: TextNumbers::new(), rows: Codes::new(), dictionary: None }))
            }
        };
        self.append_missing(before);
    }

    fn append_missing(&mut self, rows: usize) {
        match &mut self.cells {
            Cells::Nothing => {}
            Cells::Small(codes) => codes.extend(&vec![0; rows]),
            Cells::Numbered(numbered) => numbered.rows.extend(&vec![0; rows]),
            Cells::Pending(texts) => texts.extend(std::iter::repeat_n(None, rows)),
            Cells::Wide(values) => {
                values.extend(&vec![0; rows], |value| value);
                self.nulls.append_n_nulls(rows);
            }
            Cells::Plain(bytes, ends) => {
                ends.resize(ends.len() + rows, end_of(bytes));
                self.nulls.append_n_nulls(rows);
            }
        }
    }

    fn append(&mut self, array: &ArrayRef, to: impl Fn(i64) -> i64 + Copy) {
        let any = array.as_any();
        self.codes.clear();
        if let (Cells::Small(_), Some(ints)) = (&self.cells, any.downcast_ref::<Int64Array>())
            && !small(ints, &mut self.codes, to)
        {
            self.widen();
        }
        match &mut self.cells {
            Cells::Nothing => {}
            Cells::Small(codes) => {
                if let Some(bools) = any.downcast_ref::<BooleanArray>() {
                    self.codes.extend(bools.iter().map(|value| value.map_or(0, |value| if value { TRUE } else { 1 })));
                }
                codes.extend(&self.codes);
            }
            Cells::Wide(values) => {
                if let Some(ints) = any.downcast_ref::<Int64Array>() {
                    values.extend(ints.values(), to);
                } else if let Some(nums) = any.downcast_ref::<Float64Array>() {
                    values.extend(nums.values(), |value| value.to_bits() as i64);
                }
                match array.nulls() {
                    Some(nulls) => self.nulls.append_buffer(nulls),
                    None => self.nulls.append_n_non_nulls(array.len()),
                }
            }
            Cells::Numbered(numbered) => numbered.add(array, &mut self.codes),
            Cells::Pending(texts) => texts.add(array),
            Cells::Plain(bytes, ends) => {
                for row in 0..array.len() {
                    let text = text_at(array.as_ref(), row);
                    self.nulls.append(text.is_some());
                    bytes.extend_from_slice(text.unwrap_or_default().as_bytes());
                    ends.push(end_of(bytes));
                }
            }
        }
    }

    /// From codes to the integers themselves.
    fn widen(&mut self) {
        let Cells::Small(codes) = std::mem::replace(&mut self.cells, Cells::Nothing) else { return };
        let mut values = Pieces::new();
        let mut some = Vec::new();
        codes.each(|code| {
            self.nulls.append(code != 0);
            some.push(i64::from(code.saturating_sub(1)));
        });
        values.extend(&some, |value| value);
        self.cells = Cells::Wide(values);
    }

    /// Texts that hardly ever come again are not worth a number, and keys that hardly ever follow their like not yet.
    fn judge(&mut self, before: usize, rows: usize) {
        let Cells::Numbered(numbered) = &self.cells else { return };
        if rows < TRIAL_ROWS || self.is_key && (before >= TRIAL_ROWS || !numbered.is_scattered()) {
            return;
        }
        if !self.is_key && numbered.texts.len() * 2 <= rows {
            return;
        }
        let old = std::mem::replace(&mut self.cells, Cells::Nothing);
        let Cells::Numbered(numbered) = old else { return };
        let Numbered { texts, rows, .. } = *numbered;
        let keys = texts.finish();
        let text = |code: u32| code.checked_sub(1).and_then(|number| text_at(keys.texts(), number as usize));
        if self.is_key {
            let mut texts = Pending::new();
            rows.each(|code| texts.extend(std::iter::once(text(code))));
            self.cells = Cells::Pending(Box::new(texts));
            return;
        }
        let (mut bytes, mut ends) = (Vec::new(), Vec::with_capacity(rows.len()));
        rows.each(|code| {
            let text = text(code);
            self.nulls.append(text.is_some());
            bytes.extend_from_slice(text.unwrap_or_default().as_bytes());
            ends.push(end_of(&bytes));
        });
        self.cells = Cells::Plain(bytes, ends);
    }

    /// The keys that are to be numbered at the end.
    fn take_pending(&mut self) -> Option<Pending> {
        match std::mem::replace(&mut self.cells, Cells::Nothing) {
            Cells::Pending(texts) => Some(*texts),
            other => {
                self.cells = other;
                None
            }
        }
    }

    pub(super) fn finish(mut self, threads: usize) -> Option<Column> {
        let nulls = self.nulls.finish().filter(|nulls| nulls.null_count() > 0);
        let cells = match self.cells {
            Cells::Nothing => return None,
            Cells::Small(codes) => Kept::Small(codes),
            Cells::Wide(values) => Kept::Wide(values, nulls),
            Cells::Plain(bytes, ends) => Kept::Plain(plain(bytes, ends, nulls)?),
            Cells::Numbered(numbered) => {
                let keys = numbered.texts.finish();
                let texts: ArrayRef = Arc::new(keys.texts().clone());
                Kept::Numbered(numbered.rows, Arc::new(keys), texts)
            }
            Cells::Pending(texts) => {
                let by_key = texts.by_group(threads).by_key(threads);
                let mut codes = Codes::new();
                codes.extend(&by_key.codes());
                let texts: ArrayRef = Arc::new(by_key.keys.texts().clone());
                Kept::Numbered(codes, Arc::new(by_key.keys), texts)
            }
        };
        Some(Column { kind: self.kind, cells })
    }
}

fn plain(bytes: Vec<u8>, ends: Vec<i32>, nulls: Option<NullBuffer>) -> Option<StringArray> {
    let offsets: Vec<i32> = std::iter::once(0).chain(ends).collect();
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    StringArray::try_new(offsets, arrow_buffer::Buffer::from_vec(bytes), nulls).ok()
}

/// The codes of integers; false if one is too large for that.
fn small(array: &Int64Array, codes: &mut Vec<u32>, to: impl Fn(i64) -> i64) -> bool {
    // No less than the greatest, and as large if one is negative.
    let mut all = 0;
    let mut code = |value: i64| {
        let value = to(value);
        all |= value as u64;
        (value as u32).wrapping_add(1)
    };
    match array.nulls() {
        None => codes.extend(array.values().iter().map(|value| code(*value))),
        Some(nulls) => {
            let of_row = |row| if nulls.is_valid(row) { code(array.value(row)) } else { 0 };
            codes.extend((0..array.len()).map(of_row));
        }
    }
    all < SMALL
}

/// Where the next text of a column begins.
fn end_of(bytes: &[u8]) -> i32 {
    i32::try_from(bytes.len()).expect("the texts of a column take less than 2 GB")
}

impl Numbered {
    /// Whether there are many keys, and hardly any row has that of the row before.
    fn is_scattered(&self) -> bool {
        let (mut changes, mut last) = (0, None);
        self.rows.each(|code| {
            changes += usize::from(last != Some(code));
            last = Some(code);
        });
        changes * 2 > self.rows.len() && self.texts.len() * KEYS_MANY > self.rows.len()
    }

    /// `codes` is an empty list that is used again.
    fn add(&mut self, array: &ArrayRef, codes: &mut Vec<u32>) {
        let any = array.as_any();
        // Missing is 0.
        let code = |number: u32| number.wrapping_add(1);
        if let Some(array) = any.downcast_ref::<StringArray>() {
            self.texts.number_all(array, |number| codes.push(code(number)));
        } else if let Some(array) = any.downcast_ref::<DictionaryArray<Int32Type>>() {
            let values = array.values();
            let last = self.dictionary.take().filter(|(last, _)| Arc::ptr_eq(last, values));
            let texts = &mut self.texts;
            let mut entries = last.map_or_else(|| numbered(texts, values, array.len()), |(_, entries)| entries);
            let mut code_of = |key: i32| {
                let Some(entry) = usize::try_from(key).ok().and_then(|key| entries.get_mut(key)) else { return 0 };
                if *entry == UNSEEN {
                    *entry = text_at(values.as_ref(), key as usize).map_or(0, |text| code(texts.number(text)));
                }
                *entry
            };
            let keys = array.keys();
            match keys.nulls() {
                None => codes.extend(keys.values().iter().map(|key| code_of(*key))),
                Some(nulls) => {
                    let of_row = |row| if nulls.is_valid(row) { code_of(keys.value(row)) } else { 0 };
                    codes.extend((0..keys.len()).map(of_row));
                }
            }
            self.dictionary = Some((values.clone(), entries));
        }
        self.rows.extend(codes);
    }
}

/// The codes of the entries of a dictionary, if it is no larger than some times the rows that have them now. Else an
/// entry may be there though no row has it, and is not worth a number before one has.
fn numbered(texts: &mut TextNumbers, values: &ArrayRef, rows: usize) -> Vec<u32> {
    let entries = values.as_any().downcast_ref::<StringArray>().filter(|_| values.len() / ENTRIES_PER_ROW <= rows);
    let Some(entries) = entries else { return vec![UNSEEN; values.len()] };
    let mut codes = Vec::with_capacity(entries.len());
    texts.number_all(entries, |number| codes.push(number.wrapping_add(1)));
    codes
}

/// An entry of a dictionary that no row had yet.
const UNSEEN: u32 = NONE;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::pieces::Picked;

    fn gathered(chunks: Vec<ArrayRef>, kind: Kind, is_key: bool) -> ArrayRef {
        let mut column = Gathered::new(is_key, kind);
        let mut rows = 0;
        for chunk in chunks {
            column.add(Some(&chunk), rows, chunk.len());
            rows += chunk.len();
        }
        column.finish(1).expect("a column").array(&Picked::stretch(0, rows))
    }

    #[test]
    fn texts_stay_what_they_were_numbered_or_plain() {
        for (distinct, is_key) in [(100, false), (200_000, false), (200_000, true)] {
            let text = |i: usize| (!i.is_multiple_of(13)).then(|| format!("text {}", i * 7919 % distinct));
            let all: Vec<Option<String>> = (0..150_000).map(text).collect();
            let mut chunks: Vec<ArrayRef> = Vec::new();
            for (i, chunk) in all.chunks(20_000).enumerate() {
                let texts = chunk.iter().map(Option::as_deref);
                chunks.push(if i % 2 == 0 {
                    Arc::new(texts.collect::<StringArray>())
                } else {
                    Arc::new(texts.collect::<DictionaryArray<Int32Type>>())
                });
            }
            let array = gathered(chunks, Kind::Text, is_key);
            assert_eq!(array.as_any().is::<StringArray>(), distinct > 1_000 && !is_key);
            for (row, text) in all.iter().enumerate() {
                assert_eq!(text_at(array.as_ref(), row), text.as_deref());
            }
        }
    }

    #[test]
    fn a_column_that_a_chunk_lacks_is_missing_there() {
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None]));
        let words: ArrayRef = Arc::new(StringArray::from(vec!["x"]));
        let array = gathered(vec![words.clone(), numbers.clone(), words], Kind::Int, false);
        let ints = array.as_any().downcast_ref::<Int64Array>().expect("integers");
        assert_eq!(ints.iter().collect::<Vec<_>>(), [None, Some(1), None, None]);
    }

    #[test]
    fn values_stay_what_they_were_small_and_large() {
        let ints = |row: i64| match row {
            0..40_000 => (row % 7 > 0).then_some(row % 100),
            40_000..100_000 => (row % 5 > 0).then_some(row * 3),
            _ => (row % 5 > 0).then_some((row - 150_000) << 40),
        };
        for (from, to) in [(0, 40_000), (0, 100_000), (0, 200_000), (100_000, 100_000), (-3, 5), (-1, 0)] {
            let all: Vec<Option<i64>> = (from..to).map(ints).collect();
            let chunks = all.chunks(9_999).map(|part| Arc::new(Int64Array::from(part.to_vec())) as ArrayRef);
            if chunks.len() > 0 {
                let array = gathered(chunks.collect(), Kind::Int, false);
                let array = array.as_any().downcast_ref::<Int64Array>().expect("integers");
                assert_eq!(array.iter().collect::<Vec<_>>(), all);
            }
        }
        for value in [-1, i64::MIN, i64::MAX, (1 << 31) - 2, (1 << 31) - 1, u32::MAX.into(), 0] {
            let all = vec![Some(value), None, Some(0)];
            let array = gathered(vec![Arc::new(Int64Array::from(all.clone()))], Kind::Int, false);
            let array = array.as_any().downcast_ref::<Int64Array>().expect("integers");
            assert_eq!(array.iter().collect::<Vec<_>>(), all);
        }
        let all: Vec<Option<bool>> = (0..70_000).map(|row| (row % 3 > 0).then_some(row % 2 == 0)).collect();
        let array = gathered(vec![Arc::new(BooleanArray::from(all.clone()))], Kind::Bool, false);
        assert_eq!(array.as_any().downcast_ref::<BooleanArray>().expect("truth").iter().collect::<Vec<_>>(), all);
        let all: Vec<Option<f64>> = (0..70_000).map(|row| (row % 3 > 0).then_some(f64::from(row) / 7.0)).collect();
        let array = gathered(vec![Arc::new(Float64Array::from(all.clone()))], Kind::Num, false);
        assert_eq!(array.as_any().downcast_ref::<Float64Array>().expect("numbers").iter().collect::<Vec<_>>(), all);
    }
}
