//! Rows of a linked record, taken in chunk by chunk and kept narrow: a text is kept once and known by its number.

use super::keys::{NONE, TextKeys, TextNumbers};
use crate::table::Table;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int32Array, Int64Array, StringArray};
use arrow_buffer::{ArrowNativeType, BooleanBufferBuilder, NullBufferBuilder, ScalarBuffer};
use revplay_ir::program::{FieldId, Program, RecordId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows after which it is judged whether the texts of a column come again.
const TRIAL_ROWS: usize = 1 << 16;

/// The rows of one record, for [`crate::engine::Engine::link_rows`].
#[derive(Debug)]
pub struct LinkedRows {
    record: RecordId,
    rows: usize,
    /// By position of the field in its record.
    columns: Vec<Gathered>,
}

#[derive(Debug)]
struct Gathered {
    /// Rows are found by it: its texts are numbered in any case.
    is_key: bool,
    kind: Kind,
    cells: Cells,
    nulls: NullBufferBuilder,
}

/// The canonical arrays of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Int,
    Num,
    Bool,
    Text,
}

#[derive(Debug)]
enum Cells {
    /// Not read so far.
    Nothing,
    /// As they came: they are put together once, at the end.
    Ints(Vec<ScalarBuffer<i64>>),
    Nums(Vec<ScalarBuffer<f64>>),
    Bools(BooleanBufferBuilder),
    Numbered(Box<Numbered>),
    /// Texts that hardly ever come again.
    Plain(Vec<u8>, Vec<i32>),
}

#[derive(Debug)]
struct Numbered {
    texts: TextNumbers,
    rows: Vec<i32>,
    /// The last dictionary that was met, and the numbers of its entries.
    dictionary: Option<(ArrayRef, Vec<u32>)>,
}

/// What the rows of a record became.
pub(super) struct Rows {
    pub(super) table: Table,
    /// By position: the texts of a numbered column; number = the dictionary's key.
    pub(super) texts: BTreeMap<usize, TextKeys>,
}

impl LinkedRows {
    /// No rows yet.
    pub fn new(program: &Program, record: RecordId) -> LinkedRows {
        let about = program.records.get(record.index());
        let links = || program.links.iter().filter(|link| link.to == record).map(|link| link.to_field);
        let is_key = |field: FieldId| about.and_then(|r| r.event_id) == Some(field) || links().any(|f| f == field);
        let column = |field: &FieldId| Gathered {
            is_key: is_key(*field),
            kind: kind(program, *field),
            cells: Cells::Nothing,
            nulls: NullBufferBuilder::new(0),
        };
        let columns = about.map(|r| r.fields.iter().map(column).collect()).unwrap_or_default();
        LinkedRows { record, rows: 0, columns }
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
        for (position, column) in self.columns.iter_mut().enumerate() {
            let array = table.columns.get(position).and_then(Option::as_ref);
            column.add(array.filter(|array| array.len() == table.rows), self.rows, table.rows);
        }
        self.rows += table.rows;
    }

    pub(super) fn finish(self) -> Rows {
        let mut texts = BTreeMap::new();
        let columns = self.columns.into_iter().enumerate().map(|(position, column)| {
            let (array, keys) = column.finish()?;
            keys.into_iter().for_each(|keys| {
                texts.insert(position, keys);
            });
            Some(array)
        });
        let table = Table { record: self.record, rows: self.rows, columns: columns.collect() };
        Rows { table, texts }
    }
}

fn kind(program: &Program, field: FieldId) -> Kind {
    match program.fields.get(field.index()).map(|f| f.ty) {
        Some(ty) if ty.is_int_like() => Kind::Int,
        Some(ty) if ty.is_float_like() => Kind::Num,
        Some(revplay_ir::types::Type::Bool) => Kind::Bool,
        Some(_) | None => Kind::Text,
    }
}

impl Gathered {
    /// Adds so many rows after `before` others.
    fn add(&mut self, array: Option<&ArrayRef>, before: usize, rows: usize) {
        if let Some(array) = array.filter(|array| self.takes(array.as_ref())) {
            if matches!(self.cells, Cells::Nothing) {
                self.begin(before);
            }
            self.append(array);
        } else if !matches!(self.cells, Cells::Nothing) {
            self.append_missing(rows);
        }
        self.judge(before + rows);
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
            Kind::Int => Cells::Ints(Vec::new()),
            Kind::Num => Cells::Nums(Vec::new()),
            Kind::Bool => Cells::Bools(BooleanBufferBuilder::new(0)),
            Kind::Text => {
                Cells::Numbered(Box::new(Numbered { texts: TextNumbers::new(), rows: Vec::new(), dictionary: None }))
            }
        };
        self.append_missing(before);
    }

    fn append_missing(&mut self, rows: usize) {
        self.nulls.append_n_nulls(rows);
        match &mut self.cells {
            Cells::Nothing => {}
            Cells::Ints(parts) => parts.push(ScalarBuffer::from(vec![0; rows])),
            Cells::Nums(parts) => parts.push(ScalarBuffer::from(vec![0.0; rows])),
            Cells::Bools(values) => values.append_n(rows, false),
            Cells::Numbered(numbered) => numbered.rows.resize(numbered.rows.len() + rows, 0),
            Cells::Plain(bytes, ends) => ends.resize(ends.len() + rows, end_of(bytes)),
        }
    }

    fn append(&mut self, array: &ArrayRef) {
        let any = array.as_any();
        match &mut self.cells {
            Cells::Nothing => {}
            Cells::Ints(parts) => {
                parts.extend(any.downcast_ref::<Int64Array>().map(|array| array.values().clone()));
            }
            Cells::Nums(parts) => {
                parts.extend(any.downcast_ref::<Float64Array>().map(|array| array.values().clone()));
            }
            Cells::Bools(values) => {
                if let Some(array) = any.downcast_ref::<BooleanArray>() {
                    values.append_buffer(array.values());
                }
            }
            Cells::Numbered(numbered) => {
                numbered.add(array, &mut self.nulls);
                return;
            }
            Cells::Plain(bytes, ends) => {
                for row in 0..array.len() {
                    let text = crate::table::text_at(array.as_ref(), row);
                    self.nulls.append(text.is_some());
                    bytes.extend_from_slice(text.unwrap_or_default().as_bytes());
                    ends.push(end_of(bytes));
                }
                return;
            }
        }
        match array.nulls() {
            Some(nulls) => self.nulls.append_buffer(nulls),
            None => self.nulls.append_n_non_nulls(array.len()),
        }
    }

    /// Texts that hardly ever come again are not worth a number.
    fn judge(&mut self, rows: usize) {
        let Cells::Numbered(numbered) = &self.cells else { return };
        if self.is_key || rows < TRIAL_ROWS || numbered.texts.len() * 2 <= rows {
            return;
        }
        let old = std::mem::replace(&mut self.cells, Cells::Nothing);
        let Cells::Numbered(numbered) = old else { return };
        let Numbered { texts, rows, .. } = *numbered;
        let keys = texts.finish();
        let (mut bytes, mut ends) = (Vec::new(), Vec::with_capacity(rows.len()));
        // A row without a text has number 0 and is told by its null.
        let known = self.nulls.finish_cloned();
        for (row, number) in rows.iter().enumerate() {
            if known.as_ref().is_none_or(|nulls| nulls.is_valid(row)) {
                bytes.extend_from_slice(keys.texts().value(*number as usize).as_bytes());
            }
            ends.push(end_of(&bytes));
        }
        self.cells = Cells::Plain(bytes, ends);
    }

    fn finish(mut self) -> Option<(ArrayRef, Option<TextKeys>)> {
        let nulls = self.nulls.finish();
        let array: ArrayRef = match self.cells {
            Cells::Nothing => return None,
            Cells::Ints(parts) => Arc::new(Int64Array::new(joined(parts), nulls)),
            Cells::Nums(parts) => Arc::new(Float64Array::new(joined(parts), nulls)),
            Cells::Bools(mut values) => Arc::new(BooleanArray::new(values.finish(), nulls)),
            Cells::Plain(bytes, ends) => {
                let offsets: Vec<i32> = std::iter::once(0).chain(ends).collect();
                let offsets = arrow_buffer::OffsetBuffer::new(ScalarBuffer::from(offsets));
                Arc::new(StringArray::try_new(offsets, arrow_buffer::Buffer::from_vec(bytes), nulls).ok()?)
            }
            Cells::Numbered(numbered) => {
                let keys = numbered.texts.finish();
                let rows = Int32Array::new(ScalarBuffer::from(numbered.rows), nulls);
                let coded = DictionaryArray::<Int32Type>::try_new(rows, Arc::new(keys.texts().clone())).ok()?;
                return Some((Arc::new(coded), Some(keys)));
            }
        };
        Some((array, None))
    }
}

/// Parts as one, each let go when it is copied.
fn joined<T: ArrowNativeType>(parts: Vec<ScalarBuffer<T>>) -> ScalarBuffer<T> {
    let mut all: Vec<T> = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
    parts.into_iter().for_each(|part| all.extend_from_slice(&part));
    ScalarBuffer::from(all)
}

/// Where the next text of a column begins.
fn end_of(bytes: &[u8]) -> i32 {
    i32::try_from(bytes.len()).expect("the texts of a column take less than 2 GB")
}

impl Numbered {
    fn add(&mut self, array: &ArrayRef, nulls: &mut NullBufferBuilder) {
        let any = array.as_any();
        let rows = &mut self.rows;
        let mut push = |number: u32| {
            nulls.append(number != NONE);
            rows.push(if number == NONE { 0 } else { number as i32 });
        };
        if let Some(array) = any.downcast_ref::<StringArray>() {
            self.texts.number_all(array, push);
            return;
        }
        let Some(array) = any.downcast_ref::<DictionaryArray<Int32Type>>() else { return };
        let values = array.values();
        let last = self.dictionary.take().filter(|(last, _)| Arc::ptr_eq(last, values));
        // An entry may be there though no row has it: it is not worth a number.
        let mut entries = last.map_or_else(|| vec![UNSEEN; values.len()], |(_, entries)| entries);
        for key in array.keys() {
            let entry = key.and_then(|key| usize::try_from(key).ok());
            let Some((key, entry)) = entry.and_then(|key| Some((key, entries.get_mut(key)?))) else {
                push(NONE);
                continue;
            };
            if *entry == UNSEEN {
                *entry = crate::table::text_at(values.as_ref(), key).map_or(NONE, |text| self.texts.number(text));
            }
            push(*entry);
        }
        self.dictionary = Some((values.clone(), entries));
    }
}

/// An entry of a dictionary that no row had yet.
const UNSEEN: u32 = NONE - 1;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::text_at;

    fn gathered(chunks: Vec<ArrayRef>, kind: Kind, is_key: bool) -> ArrayRef {
        let mut column = Gathered { is_key, kind, cells: Cells::Nothing, nulls: NullBufferBuilder::new(0) };
        let mut rows = 0;
        for chunk in chunks {
            column.add(Some(&chunk), rows, chunk.len());
            rows += chunk.len();
        }
        column.finish().expect("a column").0
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
}
