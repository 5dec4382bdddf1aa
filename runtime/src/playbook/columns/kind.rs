//! Arrow types, and their cells.

use crate::playbook::cell::Cell;
use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, DurationMicrosecondType,
    DurationMillisecondType, DurationNanosecondType, DurationSecondType, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_schema::{DataType, TimeUnit};
use revplay_ir::types::Type;

/// What the values of an Arrow type are to an analyst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Nothing,
    Text,
    Bool,
    Int,
    Float,
    Decimal,
    Date,
    LocalTime,
    Instant,
    Span,
    Other,
}

fn kind(data_type: &DataType) -> Kind {
    match data_type {
        DataType::Null => Kind::Nothing,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Kind::Text,
        DataType::Boolean => Kind::Bool,
        DataType::Float32 | DataType::Float64 => Kind::Float,
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) => Kind::Decimal,
        DataType::Date32 | DataType::Date64 => Kind::Date,
        DataType::Timestamp(_, None) => Kind::LocalTime,
        DataType::Timestamp(_, Some(_)) => Kind::Instant,
        DataType::Duration(_) => Kind::Span,
        DataType::Dictionary(_, values) if !matches!(values.as_ref(), DataType::Dictionary(..)) => kind(values),
        other if other.is_integer() => Kind::Int,
        _ => Kind::Other,
    }
}

/// Whether the values of a column can be values of a field.
pub(super) fn fits(column: &DataType, field: Type) -> bool {
    let kind = kind(column);
    if matches!(kind, Kind::Nothing | Kind::Text) {
        return true;
    }
    match field {
        Type::Bool => matches!(kind, Kind::Bool | Kind::Int),
        Type::Int | Type::Number | Type::Percent | Type::Money(_) | Type::Decimal(_) => {
            matches!(kind, Kind::Int | Kind::Float | Kind::Decimal)
        }
        Type::Text | Type::Enum(_) => kind == Kind::Int,
        Type::Date => matches!(kind, Kind::Date | Kind::LocalTime),
        Type::Timestamp => matches!(kind, Kind::Date | Kind::LocalTime | Kind::Instant),
        Type::Duration => kind == Kind::Span,
        Type::Months | Type::Business(_) | Type::Target | Type::List | Type::Error => false,
    }
}

/// The values of a column in a sentence: `the column holds …`.
pub(super) fn holds(column: &DataType) -> &'static str {
    match kind(column) {
        Kind::Nothing => "nothing",
        Kind::Text => "text",
        Kind::Bool => "true and false",
        Kind::Int => "whole numbers",
        Kind::Float => "floating-point numbers",
        Kind::Decimal => "decimal numbers",
        Kind::Date => "dates",
        Kind::LocalTime => "times without a zone",
        Kind::Instant => "times with a zone",
        Kind::Span => "lengths of time",
        Kind::Other if column.is_nested() => "lists or records",
        Kind::Other => "values of another kind",
    }
}

/// The Arrow type that suits a field best.
pub(super) fn wanted(field: Type) -> &'static str {
    match field {
        Type::Bool => "Boolean",
        Type::Int => "Int64",
        Type::Number | Type::Percent => "Float64",
        Type::Money(_) | Type::Decimal(_) => "Decimal128",
        Type::Text | Type::Enum(_) | Type::Target | Type::List | Type::Error => "Utf8",
        Type::Date => "Date32",
        Type::Timestamp => "Timestamp(Microsecond, UTC)",
        Type::Duration | Type::Months | Type::Business(_) => "Duration(Microsecond)",
    }
}

/// A cell of a column that [`fits`] somewhere; missing for any other, and past the end.
pub(super) fn cell_at(array: &dyn Array, row: usize) -> Cell<'_> {
    if row >= array.len() || array.is_null(row) {
        return Cell::Missing;
    }
    macro_rules! value {
        ($ty:ty) => {
            array.as_primitive::<$ty>().value(row)
        };
    }
    let decimal = |digits: i128, scale: i8| Cell::Decimal { digits, scale };
    match array.data_type() {
        DataType::Utf8 => Cell::Text(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => Cell::Text(array.as_string::<i64>().value(row)),
        DataType::Utf8View => Cell::Text(array.as_string_view().value(row)),
        DataType::Boolean => Cell::Bool(array.as_boolean().value(row)),
        DataType::Int8 => value!(Int8Type).into(),
        DataType::Int16 => value!(Int16Type).into(),
        DataType::Int32 => value!(Int32Type).into(),
        DataType::Int64 => value!(Int64Type).into(),
        DataType::UInt8 => value!(UInt8Type).into(),
        DataType::UInt16 => value!(UInt16Type).into(),
        DataType::UInt32 => value!(UInt32Type).into(),
        DataType::UInt64 => value!(UInt64Type).into(),
        DataType::Float32 => value!(Float32Type).into(),
        DataType::Float64 => value!(Float64Type).into(),
        DataType::Decimal32(_, scale) => decimal(value!(Decimal32Type).into(), *scale),
        DataType::Decimal64(_, scale) => decimal(value!(Decimal64Type).into(), *scale),
        DataType::Decimal128(_, scale) => decimal(value!(Decimal128Type), *scale),
        DataType::Date32 => Cell::Date(value!(Date32Type).into()),
        DataType::Date64 => Cell::Date(value!(Date64Type).div_euclid(86_400_000)),
        DataType::Timestamp(unit, zone) => {
            let value = match unit {
                TimeUnit::Second => value!(TimestampSecondType),
                TimeUnit::Millisecond => value!(TimestampMillisecondType),
                TimeUnit::Microsecond => value!(TimestampMicrosecondType),
                TimeUnit::Nanosecond => value!(TimestampNanosecondType),
            };
            match (micros(value, *unit), zone) {
                (Some(us), Some(_)) => Cell::Instant(us),
                (Some(us), None) => Cell::LocalTime(us),
                (None, _) => Cell::BeyondTime,
            }
        }
        DataType::Duration(unit) => {
            let value = match unit {
                TimeUnit::Second => value!(DurationSecondType),
                TimeUnit::Millisecond => value!(DurationMillisecondType),
                TimeUnit::Microsecond => value!(DurationMicrosecondType),
                TimeUnit::Nanosecond => value!(DurationNanosecondType),
            };
            micros(value, *unit).map_or(Cell::BeyondTime, Cell::Duration)
        }
        DataType::Dictionary(..) => match array.as_any_dictionary_opt() {
            Some(coded)
                if !coded.values().is_empty() && !matches!(coded.values().data_type(), DataType::Dictionary(..)) =>
            {
                key_at(coded.keys(), row).map_or(Cell::Missing, |key| cell_at(coded.values().as_ref(), key))
            }
            Some(_) | None => Cell::Missing,
        },
        _ => Cell::Missing,
    }
}

/// The entry that a row of a dictionary points to.
fn key_at(keys: &dyn Array, row: usize) -> Option<usize> {
    match cell_at(keys, row) {
        Cell::Int(key) => usize::try_from(key).ok(),
        _ => None,
    }
}

fn micros(value: i64, unit: TimeUnit) -> Option<i64> {
    match unit {
        TimeUnit::Second => value.checked_mul(1_000_000),
        TimeUnit::Millisecond => value.checked_mul(1000),
        TimeUnit::Microsecond => Some(value),
        TimeUnit::Nanosecond => Some(value.div_euclid(1000)),
    }
}
