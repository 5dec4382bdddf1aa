//! What a cell holds: as the source gives it, and as a column of a table takes it.

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use arrow_buffer::{BooleanBuffer, BooleanBufferBuilder, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::ArrowError;
pub(crate) use revplay_ir::reading::Reason;
use revplay_ir::types::Type;
pub(crate) use revplay_runtime::cells::Cell;
use std::borrow::Cow;
use std::sync::Arc;

/// A cell of the field's type, in the units of [`revplay_ir::value::Value`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Taken<'a> {
    Bool(bool),
    Int(i64),
    Num(f64),
    Text(Cow<'a, str>),
}

/// A column that grows by a cell and can be cut back to an earlier row: a row is added cell by cell
/// and taken back when one of its cells is bad.
#[derive(Debug)]
pub(crate) struct ColumnBuffer {
    pub values: Values,
    pub valid: Validity,
}

/// The values of a column, with something for each missing one.
#[derive(Debug)]
pub(crate) enum Values {
    Bool(BooleanBufferBuilder),
    Int(Vec<i64>),
    Num(Vec<f64>),
    Text(Texts),
}

/// Which rows of a column have a value: a bit for each.
#[derive(Debug, Default)]
pub(crate) struct Validity {
    words: Vec<u64>,
    rows: usize,
    any_missing: bool,
}

impl Validity {
    /// Adds a row.
    #[inline]
    pub(crate) fn push(&mut self, valid: bool) {
        self.append(u64::from(valid), 1);
    }

    /// Adds up to sixty-four rows.
    #[inline]
    pub(crate) fn append(&mut self, bits: u64, rows: usize) {
        let Some(unused) = 64usize.checked_sub(rows).filter(|unused| *unused < 64) else { return };
        let mask = u64::MAX >> unused;
        let bits = bits & mask;
        self.any_missing |= bits != mask;
        let at = self.rows % 64;
        match self.words.last_mut() {
            Some(last) if at > 0 => {
                *last |= bits << at;
                if at + rows > 64 {
                    self.words.push(bits >> (64 - at));
                }
            }
            _ => self.words.push(bits),
        }
        self.rows += rows;
    }

    fn truncate(&mut self, rows: usize) {
        if rows >= self.rows {
            return;
        }
        self.rows = rows;
        self.words.truncate(rows.div_ceil(64));
        if let Some(last) = self.words.last_mut().filter(|_| !rows.is_multiple_of(64)) {
            *last &= (1 << (rows % 64)) - 1;
        }
    }

    /// `None` if no row is missing; starts anew.
    fn finish(&mut self) -> Option<NullBuffer> {
        let Validity { words, rows, any_missing } = std::mem::take(self);
        let nulls = || NullBuffer::new(BooleanBuffer::new(Buffer::from_vec(words), 0, rows));
        any_missing.then(nulls).filter(|nulls| nulls.null_count() > 0)
    }
}

/// Texts one after another.
#[derive(Debug)]
pub(crate) struct Texts {
    offsets: Vec<i32>,
    bytes: Vec<u8>,
}

impl Texts {
    fn new() -> Texts {
        Texts { offsets: vec![0], bytes: Vec::new() }
    }

    /// Makes room.
    pub(crate) fn reserve(&mut self, rows: usize, bytes: usize) {
        self.offsets.reserve(rows);
        self.bytes.reserve(bytes);
    }

    /// Adds a text.
    pub(crate) fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.end();
    }

    /// Adds the beginning of `place`, which is longer than the text: copying a fixed number of bytes is faster.
    #[inline]
    pub(crate) fn push_start<const N: usize>(&mut self, place: &[u8; N], length: usize) {
        let end = self.bytes.len() + length.min(N);
        self.bytes.extend_from_slice(place);
        self.bytes.truncate(end);
        self.end();
    }

    /// Ends a text.
    #[inline]
    pub(crate) fn end(&mut self) {
        // Chunks end long before 2 GB; `finish` refuses longer ones.
        self.offsets.push(i32::try_from(self.bytes.len()).unwrap_or(-1));
    }
}

impl ColumnBuffer {
    /// For values of a type.
    pub(crate) fn of(ty: Type) -> ColumnBuffer {
        let values = match ty {
            Type::Bool => Values::Bool(BooleanBufferBuilder::new(0)),
            Type::Number | Type::Percent => Values::Num(Vec::new()),
            Type::Text | Type::Target | Type::List | Type::Error => Values::Text(Texts::new()),
            Type::Int
            | Type::Money(_)
            | Type::Decimal(_)
            | Type::Date
            | Type::Timestamp
            | Type::Duration
            | Type::Months
            | Type::Business(_)
            | Type::Enum(_) => Values::Int(Vec::new()),
        };
        ColumnBuffer { values, valid: Validity::default() }
    }

    /// Makes room for rows, and for the bytes of their texts.
    pub(crate) fn reserve(&mut self, rows: usize, bytes: usize) {
        match &mut self.values {
            Values::Bool(values) => values.reserve(rows),
            Values::Int(values) => values.reserve(rows),
            Values::Num(values) => values.reserve(rows),
            Values::Text(texts) => texts.reserve(rows, bytes),
        }
    }

    /// Bytes of its texts.
    pub(crate) fn text_size(&self) -> usize {
        match &self.values {
            Values::Text(texts) => texts.bytes.len(),
            Values::Bool(_) | Values::Int(_) | Values::Num(_) => 0,
        }
    }

    /// Rows so far.
    pub(crate) fn len(&self) -> usize {
        self.valid.rows
    }

    /// Adds a cell. A value of another kind than the column's counts as missing; intake never makes one.
    pub(crate) fn push(&mut self, cell: &Taken<'_>) {
        let fits = match (&mut self.values, cell) {
            (Values::Bool(values), Taken::Bool(b)) => {
                values.append(*b);
                true
            }
            (Values::Int(values), Taken::Int(n)) => {
                values.push(*n);
                true
            }
            (Values::Num(values), Taken::Num(x)) => {
                values.push(*x);
                true
            }
            (Values::Text(texts), Taken::Text(text)) => {
                texts.push(text.as_bytes());
                true
            }
            (Values::Bool(_) | Values::Int(_) | Values::Num(_) | Values::Text(_), _) => false,
        };
        if fits { self.valid.push(true) } else { self.push_missing() }
    }

    /// Adds a missing cell.
    pub(crate) fn push_missing(&mut self) {
        match &mut self.values {
            Values::Bool(values) => values.append(false),
            Values::Int(values) => values.push(0),
            Values::Num(values) => values.push(0.0),
            Values::Text(texts) => texts.end(),
        }
        self.valid.push(false);
    }

    /// Adds a cell that may be missing.
    pub(crate) fn push_option(&mut self, cell: Option<&Taken<'_>>) {
        match cell {
            Some(cell) => self.push(cell),
            None => self.push_missing(),
        }
    }

    /// Forgets the rows from `rows` on.
    pub(crate) fn truncate(&mut self, rows: usize) {
        if self.valid.rows <= rows {
            return;
        }
        match &mut self.values {
            Values::Bool(values) => values.truncate(rows),
            Values::Int(values) => values.truncate(rows),
            Values::Num(values) => values.truncate(rows),
            Values::Text(Texts { offsets, bytes }) => {
                offsets.truncate(rows + 1);
                bytes.truncate(offsets.last().and_then(|end| usize::try_from(*end).ok()).unwrap_or(0));
            }
        }
        self.valid.truncate(rows);
    }

    /// The rows so far as an array; the buffer starts anew.
    pub(crate) fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let nulls = self.valid.finish();
        Ok(match &mut self.values {
            Values::Bool(values) => Arc::new(BooleanArray::new(values.finish(), nulls)),
            Values::Int(values) => Arc::new(Int64Array::try_new(std::mem::take(values).into(), nulls)?),
            Values::Num(values) => Arc::new(Float64Array::try_new(std::mem::take(values).into(), nulls)?),
            Values::Text(Texts { offsets, bytes }) => {
                let offsets = std::mem::replace(offsets, vec![0]);
                if i32::try_from(bytes.len()).is_err() {
                    return Err(ArrowError::MemoryError("a chunk of more than 2 GB of text".to_owned()));
                }
                let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
                let bytes = Buffer::from_vec(std::mem::take(bytes));
                Arc::new(StringArray::try_new(offsets, bytes, nulls)?)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::Array;
    use arrow_array::cast::AsArray;

    #[test]
    fn validity_is_added_by_rows_and_by_words() {
        let (mut words, mut rows) = (Validity::default(), Validity::default());
        let mut state = 1u64;
        for count in (1..=64).chain((1..=64).rev()) {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            words.append(state, count);
            (0..count).for_each(|bit| rows.push(state >> bit & 1 == 1));
            if count % 5 == 0 {
                words.truncate(words.rows - count / 2);
                rows.truncate(rows.rows - count / 2);
            }
        }
        assert_eq!(words.finish(), rows.finish());
        words.append(u64::MAX, 64);
        assert_eq!(words.finish(), None);
    }

    #[test]
    fn a_row_can_be_taken_back() {
        let mut column = ColumnBuffer::of(Type::Text);
        column.push(&Taken::Text("a".into()));
        column.push_missing();
        column.push(&Taken::Text("lost".into()));
        column.truncate(2);
        column.truncate(5);
        column.push(&Taken::Text("b".into()));
        let array = column.finish().unwrap();
        assert_eq!(array.as_string::<i32>().iter().collect::<Vec<_>>(), [Some("a"), None, Some("b")]);
        assert_eq!(column.finish().unwrap().len(), 0, "starts anew");
    }
}
