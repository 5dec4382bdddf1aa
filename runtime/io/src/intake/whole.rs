//! Whole columns of typed sources: the values that the cells would give one by one, found out by passes over
//! columns, or nothing as soon as one cell may be bad.

use super::moment::Stamps;
use super::quick::offsets::Offsets;
use super::{Intake, Kind};
use crate::cell::{Cell, ColumnBuffer};
use crate::limits;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, StringArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, TimeUnit};
use revplay_ir::decimal::pow10;
use revplay_ir::program::Const;
use revplay_ir::time::{DATE_MAX, DATE_MIN, DAY_US};
use revplay_runtime::cells::TypedColumn;
use revplay_runtime::table::plain;
use std::sync::Arc;
use texts::unchanged;
use words::Words;

mod texts;
mod words;

/// What is remembered of a column from batch to batch.
#[derive(Default)]
pub(crate) struct Memo {
    words: Option<Words>,
    offsets: Option<Offsets>,
}

impl Intake {
    /// Whether equal cells are worth being taken once: texts and labels.
    pub(crate) fn takes_words(&self) -> bool {
        match self.kind {
            Kind::Text | Kind::Enum(_) => true,
            Kind::Bool(_) | Kind::Int | Kind::Number | Kind::Percent(_) | Kind::Money(_) | Kind::Decimal(_) => false,
            Kind::Date(_) | Kind::Timestamp(_) | Kind::Duration => false,
        }
    }

    /// The cells of a column. `None`: one of them is bad, or too large; row by row they tell which.
    pub(crate) fn take_whole(&self, array: &ArrayRef, memo: &mut Memo) -> Option<ArrayRef> {
        if array.as_any_dictionary_opt().is_some() && self.takes_words() {
            let words = match memo.words.take() {
                Some(words) if words.are_of(array) => words,
                Some(_) | None => Words::new(self, array)?,
            };
            return self.filled(&memo.words.insert(words).spread(array)?);
        }
        match self.direct(array, memo) {
            Some(values) => self.filled(&values),
            None => self.one_by_one(array),
        }
    }

    /// A column that the file does not have. `None`: then every row is bad.
    pub(crate) fn take_absent(&self, rows: usize) -> Option<ArrayRef> {
        let mut column = self.column();
        (0..rows).try_for_each(|_| self.take_missing(&mut column)).ok()?;
        column.finish().ok()
    }

    /// The values where every cell is its value as it stands; missing ones are null. `None`: not known.
    fn direct(&self, array: &ArrayRef, memo: &mut Memo) -> Option<ArrayRef> {
        if let (Kind::Text, DataType::Utf8) = (&self.kind, array.data_type()) {
            return (self.range.is_none() && unchanged(self, array.as_string::<i32>())).then(|| array.clone());
        }
        // A number may be a spelling of missing.
        if !self.missing.is_empty() {
            return None;
        }
        match &self.kind {
            Kind::Bool(_) => (array.data_type() == &DataType::Boolean).then(|| array.clone()),
            Kind::Int => self.ints(whole_numbers(array)?),
            Kind::Number => self.numbers(array),
            Kind::Percent(full) if *full == 1.0 => self.numbers(array),
            Kind::Money(currency) => self.ints(units(array, currency.minor_digits())?),
            Kind::Decimal(scale) => self.ints(units(array, *scale)?),
            Kind::Date(_) => self.ints(days(array)?),
            Kind::Timestamp(stamps) => self.ints(stamps_of(array, stamps, &mut memo.offsets)?),
            Kind::Duration => match array.data_type() {
                DataType::Duration(unit) => self.ints(micros(array, *unit)?),
                _ => None,
            },
            Kind::Percent(_) | Kind::Text | Kind::Enum(_) => None,
        }
    }

    /// The column taken cell by cell.
    fn one_by_one(&self, array: &ArrayRef) -> Option<ArrayRef> {
        let given = TypedColumn::new(array.as_ref()).ok()?;
        let mut column: ColumnBuffer = self.column();
        let mut bytes = 0;
        for row in 0..array.len() {
            let cell = given.get(row);
            if let Cell::Text(text) = cell {
                bytes += text.len();
                if text.len() > limits::CELL_BYTES || bytes > limits::CHUNK_BYTES {
                    return None;
                }
            }
            self.take(cell, &mut column).ok()?;
        }
        column.finish().ok()
    }

    /// Missing cells as the field says: null, its default, or bad (promise M6).
    fn filled(&self, array: &ArrayRef) -> Option<ArrayRef> {
        if array.logical_null_count() == 0 {
            return Some(array.clone());
        }
        if self.key {
            return None;
        }
        let Some(default) = &self.default else { return self.optional.then(|| array.clone()) };
        Some(match default {
            Const::Missing => array.clone(),
            Const::Int(n) => {
                let ints = array.as_primitive_opt::<Int64Type>()?;
                Arc::new(Int64Array::from_iter_values(ints.iter().map(|value| value.unwrap_or(*n))))
            }
            Const::Num(x) => {
                let numbers = array.as_primitive_opt::<Float64Type>()?;
                Arc::new(Float64Array::from_iter_values(numbers.iter().map(|value| value.unwrap_or(*x))))
            }
            Const::Bool(b) => {
                let bools = array.as_boolean_opt()?;
                Arc::new(bools.iter().map(|value| Some(value.unwrap_or(*b))).collect::<arrow_array::BooleanArray>())
            }
            Const::Text(text) => {
                let array = plain(array);
                let texts = array.as_string_opt::<i32>()?;
                Arc::new(StringArray::from_iter_values(texts.iter().map(|value| value.unwrap_or(text.as_ref()))))
            }
        })
    }

    /// Ints if all are in the field's range.
    fn ints(&self, values: Int64Array) -> Option<ArrayRef> {
        let Some(range) = &self.range else { return Some(Arc::new(values)) };
        let low = match &range.low {
            None => i64::MIN,
            Some(Const::Int(low)) => *low,
            Some(_) => return None,
        };
        let high = match &range.high {
            None => i64::MAX,
            Some(Const::Int(high)) if range.high_open => high.checked_sub(1)?,
            Some(Const::Int(high)) => *high,
            Some(_) => return None,
        };
        all(&values, |n| (low..=high).contains(&n)).then(|| Arc::new(values) as ArrayRef)
    }

    /// Numbers if all are finite and in the field's range.
    fn numbers(&self, array: &ArrayRef) -> Option<ArrayRef> {
        let values = match array.data_type() {
            DataType::Float64 => array.as_primitive::<Float64Type>().clone(),
            DataType::Float32 => {
                arrow_cast::cast(array, &DataType::Float64).ok()?.as_primitive_opt::<Float64Type>()?.clone()
            }
            _ => whole_numbers(array)?.unary(|n| n as f64),
        };
        let bound = |value: &Option<Const>| match value {
            None => Some(None),
            Some(Const::Num(x)) => Some(Some(*x)),
            Some(Const::Int(n)) => Some(Some(*n as f64)),
            Some(Const::Missing | Const::Bool(_) | Const::Text(_)) => None,
        };
        let (low, high, open) = match &self.range {
            None => (None, None, false),
            Some(range) => (bound(&range.low)?, bound(&range.high)?, range.high_open),
        };
        let good = |x: f64| {
            let below = high.is_none_or(|high| if open { x < high } else { x <= high });
            x.is_finite() && low.is_none_or(|low| x >= low) && below
        };
        let good = match (low, high) {
            (None, None) => all_numbers(&values, f64::is_finite),
            (Some(_) | None, _) => all_numbers(&values, good),
        };
        good.then(|| Arc::new(values) as ArrayRef)
    }
}

/// Whether all values pass; what stands under a null does not count.
fn all(values: &Int64Array, good: impl Fn(i64) -> bool) -> bool {
    // Without a way out in the middle the pass is a few instructions for many values.
    let first = values.values().iter().fold(true, |so_far, value| so_far & good(*value));
    first || (values.null_count() > 0 && values.iter().flatten().all(good))
}

/// The same for numbers.
fn all_numbers(values: &Float64Array, good: impl Fn(f64) -> bool) -> bool {
    let first = values.values().iter().fold(true, |so_far, value| so_far & good(*value));
    first || (values.null_count() > 0 && values.iter().flatten().all(good))
}

/// Integers of any width that fit 64 bits with a sign.
fn whole_numbers(array: &ArrayRef) -> Option<Int64Array> {
    let ty = array.data_type();
    if !ty.is_integer() || ty == &DataType::UInt64 {
        return None;
    }
    Some(arrow_cast::cast(array, &DataType::Int64).ok()?.as_primitive_opt::<Int64Type>()?.clone())
}

/// Amounts as a count of 10^-scale. `None` if one is not exact, or beyond 64 bits.
fn units(array: &ArrayRef, scale: u8) -> Option<Int64Array> {
    match array.data_type() {
        DataType::Decimal128(_, from) => {
            let factor = i128::from(pow10(scale.checked_sub(u8::try_from(*from).ok()?)?)?);
            let amounts = array.as_primitive::<Decimal128Type>();
            let moved = |digits: i128| digits.checked_mul(factor).and_then(|n| i64::try_from(n).ok());
            mapped(amounts.values().iter().map(|n| moved(*n)), amounts.nulls())
        }
        DataType::Float64 => {
            let amounts = array.as_primitive::<Float64Type>();
            mapped(amounts.values().iter().map(|x| units_of(*x, scale)), amounts.nulls())
        }
        _ => {
            let factor = pow10(scale)?;
            let amounts = whole_numbers(array)?;
            mapped(amounts.values().iter().map(|n| n.checked_mul(factor)), amounts.nulls())
        }
    }
}

/// A number whose shortest decimal text has at most `scale` decimals, as a count of 10^-scale; `None` for
/// others and for large ones. Up to fifteen digits no two decimals are the same number: where the quotient is the
/// number, its digits are the shortest text.
fn units_of(x: f64, scale: u8) -> Option<i64> {
    let factor = pow10(scale).filter(|_| scale <= 6)? as f64;
    let count = (x * factor).round();
    (count.abs() < 1e15 && count / factor == x).then_some(count as i64)
}

fn days(array: &ArrayRef) -> Option<Int64Array> {
    if array.data_type() != &DataType::Date32 {
        return None;
    }
    let days: Int64Array = array.as_primitive::<Date32Type>().unary(i64::from);
    all(&days, |day| (DATE_MIN..=DATE_MAX).contains(&day)).then_some(days)
}

/// Instants, and the times of clocks in the zone of the stamps.
fn stamps_of(array: &ArrayRef, stamps: &Stamps, offsets: &mut Option<Offsets>) -> Option<Int64Array> {
    // The days at the very ends are left to the exact way.
    const FROM: i64 = (DATE_MIN + 2) * DAY_US;
    const TO: i64 = (DATE_MAX - 2) * DAY_US;
    let DataType::Timestamp(unit, zone) = array.data_type() else { return None };
    let micros = micros(array, *unit)?;
    if zone.is_some() || stamps.in_utc() {
        return all(&micros, |us| (FROM..TO).contains(&us)).then_some(micros);
    }
    let offsets = offsets.get_or_insert_with(|| Offsets::of(stamps.zone()));
    let instant = |us: i64| match offsets.on(us.div_euclid(DAY_US)).filter(|_| (FROM..TO).contains(&us)) {
        Some(ahead) => Some(us - ahead),
        None => stamps.timestamp_of(Cell::LocalTime(us)).ok(),
    };
    mapped(micros.values().iter().map(|us| instant(*us)), micros.nulls())
}

/// Times or lengths of time in microseconds. `None` if one is beyond 64 bits.
fn micros(array: &ArrayRef, unit: TimeUnit) -> Option<Int64Array> {
    let given = arrow_cast::cast(array, &DataType::Int64).ok()?.as_primitive_opt::<Int64Type>()?.clone();
    let finer = |factor: i64| mapped(given.values().iter().map(|n| n.checked_mul(factor)), given.nulls());
    match unit {
        TimeUnit::Second => finer(1_000_000),
        TimeUnit::Millisecond => finer(1000),
        TimeUnit::Microsecond => Some(given),
        TimeUnit::Nanosecond => Some(given.unary(|n| n.div_euclid(1000))),
    }
}

/// Values with their nulls; `None` if one that is not null is `None`.
fn mapped(values: impl ExactSizeIterator<Item = Option<i64>>, nulls: Option<&NullBuffer>) -> Option<Int64Array> {
    let mut ints = Vec::with_capacity(values.len());
    let mut good = true;
    for (row, value) in values.enumerate() {
        good &= value.is_some() || nulls.is_some_and(|nulls| nulls.is_null(row));
        ints.push(value.unwrap_or(0));
    }
    good.then_some(Int64Array::new(ints.into(), nulls.cloned()))
}

#[cfg(test)]
mod tests;
