//! A column of a linked record, kept narrow; blocks of it become canonical arrays when they are looked at.

use super::keys::TextKeys;
use super::order::Ordered;
use super::pieces::{Codes, Picked, Pieces};
use crate::table::{Table, text_at};
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int32Array, Int64Array, StringArray};
use arrow_buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use revplay_ir::program::RecordId;
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::sync::Arc;

/// The canonical arrays of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Int,
    Num,
    Bool,
    Text,
}

impl Kind {
    /// Of a type.
    pub(super) fn of(ty: Type) -> Kind {
        match ty {
            ty if ty.is_int_like() => Kind::Int,
            ty if ty.is_float_like() => Kind::Num,
            Type::Bool => Kind::Bool,
            _ => Kind::Text,
        }
    }
}

/// The values of a field by row.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) kind: Kind,
    pub(super) cells: Cells,
}

/// In a code 0 is missing.
#[derive(Clone, Debug)]
pub(super) enum Cells {
    /// Integers that are one less than the code; of truth values 1 is false and 2 is true.
    Small(Codes),
    /// Integers, or the bits of numbers.
    Wide(Pieces<i64>, Option<NullBuffer>),
    /// Texts whose number is one less than the code.
    Numbered(Codes, Arc<TextKeys>, ArrayRef),
    Plain(StringArray),
}

impl Column {
    /// The value of a row; missing behind the end.
    pub(super) fn value(&self, row: usize) -> Value {
        match (&self.cells, self.kind) {
            (Cells::Small(codes), Kind::Bool) => match codes.get(row) {
                0 => Value::Missing,
                code => Value::Bool(code == TRUE),
            },
            (Cells::Small(_) | Cells::Wide(..), Kind::Int) => self.int(row).map_or(Value::Missing, Value::Int),
            (Cells::Wide(values, _), Kind::Num) if self.is_wide_valid(row) => {
                Value::num(f64::from_bits(values.get(row) as u64))
            }
            (Cells::Numbered(codes, _, texts), _) => {
                let entry = codes.get(row).checked_sub(1);
                let text = entry.and_then(|entry| text_at(texts.as_ref(), entry as usize));
                text.map_or(Value::Missing, Value::text)
            }
            (Cells::Plain(texts), _) => text_at(texts, row).map_or(Value::Missing, Value::text),
            (Cells::Small(_) | Cells::Wide(..), _) => Value::Missing,
        }
    }

    /// The integer of a row.
    #[inline]
    pub(super) fn int(&self, row: usize) -> Option<i64> {
        match &self.cells {
            Cells::Small(codes) => codes.get(row).checked_sub(1).map(i64::from),
            Cells::Wide(values, _) => self.is_wide_valid(row).then(|| values.get(row)),
            Cells::Numbered(..) | Cells::Plain(_) => None,
        }
    }

    #[inline]
    fn is_wide_valid(&self, row: usize) -> bool {
        match &self.cells {
            Cells::Wide(values, nulls) => row < values.len() && nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)),
            Cells::Small(_) | Cells::Numbered(..) | Cells::Plain(_) => false,
        }
    }

    /// Integers of some rows, where that is what the column holds, and which of them are there (`None`: all).
    pub(super) fn ints(&self, rows: &Picked<'_>) -> Option<(Vec<i64>, Option<BooleanBuffer>)> {
        match &self.cells {
            Cells::Small(codes) => {
                let mut values = codes.picked(rows, |code| i64::from(code) - 1);
                let valid = valid(&mut values);
                Some((values, valid))
            }
            Cells::Wide(values, nulls) => {
                let all = nulls.is_none() && rows.end() <= values.len();
                let valid = (!all).then(|| rows.iter().map(|row| self.is_wide_valid(row)).collect());
                Some((values.picked(rows, |value| value), valid))
            }
            Cells::Numbered(..) | Cells::Plain(_) => None,
        }
    }

    /// The canonical array of some rows of integers, with something else in place of each.
    pub(super) fn array_of(&self, rows: &Picked<'_>, to: impl Fn(i64) -> i64) -> ArrayRef {
        let Some((mut values, valid)) = self.ints(rows) else { return self.array(rows) };
        values.iter_mut().for_each(|value| *value = to(*value));
        Arc::new(Int64Array::new(ScalarBuffer::from(values), valid.map(NullBuffer::new)))
    }

    /// The canonical array of some rows.
    pub(super) fn array(&self, rows: &Picked<'_>) -> ArrayRef {
        match (&self.cells, self.kind) {
            (Cells::Small(codes), Kind::Bool) => {
                let codes = codes.picked(rows, |code| code);
                let is = |test: fn(u32) -> bool| {
                    BooleanBuffer::collect_bool(codes.len(), |row| codes.get(row).is_some_and(|code| test(*code)))
                };
                let nulls = codes.contains(&0).then(|| NullBuffer::new(is(|code| code != 0)));
                Arc::new(BooleanArray::new(is(|code| code == TRUE), nulls))
            }
            (Cells::Small(_) | Cells::Wide(..), kind) => {
                let (values, valid) = self.ints(rows).unwrap_or_default();
                let nulls = valid.map(NullBuffer::new);
                if kind == Kind::Num {
                    let bits = |value: i64| f64::from_bits(value as u64);
                    let values: Vec<f64> = values.into_iter().map(bits).collect();
                    return Arc::new(Float64Array::new(ScalarBuffer::from(values), nulls));
                }
                Arc::new(Int64Array::new(ScalarBuffer::from(values), nulls))
            }
            (Cells::Numbered(codes, _, texts), _) => {
                let mut keys = codes.picked(rows, |code| code as i32 - 1);
                let nulls = valid(&mut keys).map(NullBuffer::new);
                let keys = Int32Array::new(ScalarBuffer::from(keys), nulls);
                match DictionaryArray::<Int32Type>::try_new(keys, texts.clone()) {
                    Ok(array) => Arc::new(array),
                    // Every code came with its text.
                    Err(_) => Arc::new(StringArray::new_null(rows.len())),
                }
            }
            (Cells::Plain(texts), _) => match rows.one() {
                Some((first, len)) if first + len <= texts.len() => Arc::new(texts.slice(first, len)),
                Some(_) | None => Arc::new(rows.iter().map(|row| text_at(texts, row)).collect::<StringArray>()),
            },
        }
    }
}

/// The code of what is true.
pub(super) const TRUE: u32 = 2;

/// Which values are not negative; 0 takes the place of the others. `None`: all.
fn valid<T: Copy + Default + PartialOrd>(values: &mut [T]) -> Option<BooleanBuffer> {
    let zero = T::default();
    if values.iter().fold(true, |all, value| all & (*value >= zero)) {
        return None;
    }
    let valid = BooleanBuffer::collect_bool(values.len(), |row| values.get(row).is_some_and(|value| *value >= zero));
    values.iter_mut().for_each(|value| *value = if *value < zero { zero } else { *value });
    Some(valid)
}

/// The rows of a linked record.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) record: RecordId,
    pub(crate) len: usize,
    /// By position of the field in its record; `None` for a column that was not read.
    pub(super) columns: Vec<Option<Arc<Column>>>,
    /// Whether they stand in the order of a key.
    pub(super) ordered: Option<Ordered>,
}

impl Rows {
    pub(super) fn column(&self, position: usize) -> Option<&Arc<Column>> {
        self.columns.get(position).and_then(Option::as_ref)
    }

    /// The value of a cell; missing where there is none.
    pub(crate) fn value(&self, position: usize, row: usize) -> Value {
        self.column(position).map_or(Value::Missing, |column| column.value(row))
    }

    /// The canonical array of a column for some rows; what lies behind the end is missing.
    pub(crate) fn array(&self, position: usize, rows: &[u32]) -> Option<ArrayRef> {
        self.column(position).map(|column| column.array(&Picked::new(rows)))
    }

    /// A column as a whole.
    pub(crate) fn whole(&self, position: usize) -> Option<ArrayRef> {
        self.column(position).map(|column| column.array(&Picked::stretch(0, self.len)))
    }

    /// Some rows as a batch with the columns at these positions.
    pub(crate) fn table(&self, positions: &[usize], rows: &[u32]) -> Table {
        self.batch(positions, &Picked::new(rows))
    }

    /// So many rows from a first one on as a batch.
    pub(crate) fn stretch(&self, first: usize, len: usize) -> Table {
        let all: Vec<usize> = (0..self.columns.len()).collect();
        self.batch(&all, &Picked::stretch(first, len.min(self.len.saturating_sub(first))))
    }

    /// The same, of rows that were looked at already.
    pub(crate) fn batch(&self, positions: &[usize], rows: &Picked<'_>) -> Table {
        let mut columns: Vec<Option<ArrayRef>> = vec![None; self.columns.len()];
        for position in positions {
            if let (Some(column), Some(slot)) = (self.column(*position), columns.get_mut(*position)) {
                *slot = Some(column.array(rows));
            }
        }
        Table { record: self.record, rows: rows.len(), columns }
    }
}
