//! What a cell holds: as the source gives it, and as a column of a table takes it.

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use arrow_buffer::{BooleanBufferBuilder, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::ArrowError;
use revplay_ir::program::Const;
use revplay_ir::types::Type;
use std::borrow::Cow;
use std::sync::Arc;

/// A cell as the source gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Given<'a> {
    /// A null of a typed source.
    Null,
    /// A text cell; every cell of a CSV file.
    Text(&'a str),
    /// Bytes that are not UTF-8.
    NotText(&'a [u8]),
    Bool(bool),
    Int(i64),
    /// An unsigned integer beyond 63 bits.
    HugeInt(u64),
    Float(f64),
    /// Single precision.
    Single(f32),
    /// Digits, and how many of them are decimals.
    Decimal(arrow_buffer::i256, i8),
    /// Days since 1970-01-01.
    Day(i64),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Instant(i64),
    /// The same, of a clock without a zone.
    LocalTime(i64),
    /// Microseconds.
    Span(i64),
    /// A date, time or length beyond what can be held.
    BeyondTime,
}

/// A cell of the field's type, in the units of [`revplay_ir::value::Value`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Taken<'a> {
    Bool(bool),
    Int(i64),
    Num(f64),
    Text(Cow<'a, str>),
}

/// Why a cell is bad, in the analyst's words.
pub(crate) type Reason = Cow<'static, str>;

/// A column that grows by a cell and can be cut back to an earlier row: a row is added cell by cell
/// and taken back when one of its cells is bad.
#[derive(Debug)]
pub(crate) struct ColumnBuffer {
    values: Values,
    valid: BooleanBufferBuilder,
}

#[derive(Debug)]
enum Values {
    Bool(BooleanBufferBuilder),
    Int(Vec<i64>),
    Num(Vec<f64>),
    Text { offsets: Vec<i32>, bytes: String },
}

impl ColumnBuffer {
    /// For values of a type.
    pub(crate) fn of(ty: Type) -> ColumnBuffer {
        let values = match ty {
            Type::Bool => Values::Bool(BooleanBufferBuilder::new(0)),
            Type::Number | Type::Percent => Values::Num(Vec::new()),
            Type::Text | Type::Target | Type::List | Type::Error => {
                Values::Text { offsets: vec![0], bytes: String::new() }
            }
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
        ColumnBuffer { values, valid: BooleanBufferBuilder::new(0) }
    }

    /// Rows so far.
    pub(crate) fn len(&self) -> usize {
        self.valid.len()
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
            (Values::Text { offsets, bytes }, Taken::Text(text)) => {
                bytes.push_str(text);
                // Chunks end long before 2 GB; `finish` refuses offsets that do not rise.
                offsets.push(i32::try_from(bytes.len()).unwrap_or(-1));
                true
            }
            (Values::Bool(_) | Values::Int(_) | Values::Num(_) | Values::Text { .. }, _) => false,
        };
        if fits { self.valid.append(true) } else { self.push_missing() }
    }

    /// Adds a missing cell.
    pub(crate) fn push_missing(&mut self) {
        match &mut self.values {
            Values::Bool(values) => values.append(false),
            Values::Int(values) => values.push(0),
            Values::Num(values) => values.push(0.0),
            Values::Text { offsets, .. } => offsets.push(offsets.last().copied().unwrap_or(0)),
        }
        self.valid.append(false);
    }

    /// Adds a constant.
    pub(crate) fn push_const(&mut self, value: &Const) {
        match value {
            Const::Missing => self.push_missing(),
            Const::Bool(b) => self.push(&Taken::Bool(*b)),
            Const::Int(n) => self.push(&Taken::Int(*n)),
            Const::Num(x) => self.push(&Taken::Num(*x)),
            Const::Text(text) => self.push(&Taken::Text(Cow::Borrowed(text))),
        }
    }

    /// Forgets the rows from `rows` on.
    pub(crate) fn truncate(&mut self, rows: usize) {
        if self.valid.len() <= rows {
            return;
        }
        match &mut self.values {
            Values::Bool(values) => values.truncate(rows),
            Values::Int(values) => values.truncate(rows),
            Values::Num(values) => values.truncate(rows),
            Values::Text { offsets, bytes } => {
                offsets.truncate(rows + 1);
                bytes.truncate(offsets.last().and_then(|end| usize::try_from(*end).ok()).unwrap_or(0));
            }
        }
        self.valid.truncate(rows);
    }

    /// The rows so far as an array; the buffer starts anew.
    pub(crate) fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let nulls = NullBuffer::new(self.valid.finish());
        let nulls = (nulls.null_count() > 0).then_some(nulls);
        Ok(match &mut self.values {
            Values::Bool(values) => Arc::new(BooleanArray::new(values.finish(), nulls)),
            Values::Int(values) => Arc::new(Int64Array::try_new(std::mem::take(values).into(), nulls)?),
            Values::Num(values) => Arc::new(Float64Array::try_new(std::mem::take(values).into(), nulls)?),
            Values::Text { offsets, bytes } => {
                let offsets = std::mem::replace(offsets, vec![0]);
                if offsets.windows(2).any(|pair| matches!(pair, [a, b] if a > b)) {
                    return Err(ArrowError::MemoryError("a chunk of more than 2 GB of text".to_owned()));
                }
                let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
                let bytes = Buffer::from_vec(std::mem::take(bytes).into_bytes());
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
