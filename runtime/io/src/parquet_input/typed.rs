//! Arrow columns of a source as given cells.

use crate::cell::Given;
use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Decimal256Type, Float32Type, Float64Type, Int64Type, UInt64Type};
use arrow_array::{
    Array, BinaryArray, BinaryViewArray, BooleanArray, Decimal128Array, Decimal256Array, Float32Array, Float64Array,
    Int64Array, LargeBinaryArray, LargeStringArray, StringArray, StringViewArray, UInt64Array,
};
use arrow_buffer::i256;
use arrow_schema::{ArrowError, DataType, TimeUnit};
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
        DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView => Kind::Text,
        DataType::Boolean => Kind::Bool,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => Kind::Float,
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) | DataType::Decimal256(..) => {
            Kind::Decimal
        }
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
pub(crate) fn fits(column: &DataType, field: Type) -> bool {
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

/// Whether a column holds whole or other numbers.
pub(crate) fn is_number(column: &DataType) -> bool {
    matches!(kind(column), Kind::Int | Kind::Float | Kind::Decimal)
}

/// The values of a column in a sentence: `the column holds …`.
pub(crate) fn holds(column: &DataType) -> &'static str {
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

/// A column whose cells can be given one by one.
pub(crate) enum TypedColumn {
    Nothing,
    Text(StringArray),
    LargeText(LargeStringArray),
    TextView(StringViewArray),
    Bytes(BinaryArray),
    LargeBytes(LargeBinaryArray),
    BytesView(BinaryViewArray),
    Bool(BooleanArray),
    Int(Int64Array),
    Unsigned(UInt64Array),
    Single(Float32Array),
    Float(Float64Array),
    Decimal(Decimal128Array, i8),
    WideDecimal(Decimal256Array, i8),
    Date(Int64Array),
    /// Milliseconds.
    DateMillis(Int64Array),
    Time(Int64Array, TimeUnit, bool),
    Span(Int64Array, TimeUnit),
    /// Codes, and the entries of their dictionary.
    Coded(Int64Array, Box<TypedColumn>),
}

impl TypedColumn {
    /// # Errors
    /// For the types that [`fits`] refuses everywhere.
    pub(crate) fn new(array: &dyn Array) -> Result<TypedColumn, ArrowError> {
        let to = |ty: &DataType| arrow_cast::cast(array, ty);
        let int = || to(&DataType::Int64).map(|a| a.as_primitive::<Int64Type>().clone());
        Ok(match array.data_type() {
            DataType::Null => TypedColumn::Nothing,
            DataType::Dictionary(..) if kind(array.data_type()) != Kind::Other => {
                let dictionary = array.as_any_dictionary();
                let keys = arrow_cast::cast(dictionary.keys(), &DataType::Int64)?;
                let entries = TypedColumn::new(dictionary.values().as_ref())?;
                TypedColumn::Coded(keys.as_primitive::<Int64Type>().clone(), Box::new(entries))
            }
            DataType::Utf8 => TypedColumn::Text(array.as_string::<i32>().clone()),
            DataType::LargeUtf8 => TypedColumn::LargeText(array.as_string::<i64>().clone()),
            DataType::Utf8View => TypedColumn::TextView(array.as_string_view().clone()),
            DataType::Binary => TypedColumn::Bytes(array.as_binary::<i32>().clone()),
            DataType::LargeBinary => TypedColumn::LargeBytes(array.as_binary::<i64>().clone()),
            DataType::BinaryView => TypedColumn::BytesView(array.as_binary_view().clone()),
            DataType::Boolean => TypedColumn::Bool(array.as_boolean().clone()),
            DataType::UInt64 => TypedColumn::Unsigned(array.as_primitive::<UInt64Type>().clone()),
            DataType::Float16 | DataType::Float32 => {
                TypedColumn::Single(to(&DataType::Float32)?.as_primitive::<Float32Type>().clone())
            }
            DataType::Float64 => TypedColumn::Float(array.as_primitive::<Float64Type>().clone()),
            DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale) | DataType::Decimal128(_, scale) => {
                let wide = to(&DataType::Decimal128(38, *scale))?;
                TypedColumn::Decimal(wide.as_primitive::<Decimal128Type>().clone(), *scale)
            }
            DataType::Decimal256(_, scale) => {
                TypedColumn::WideDecimal(array.as_primitive::<Decimal256Type>().clone(), *scale)
            }
            DataType::Date32 => {
                let days = to(&DataType::Int32)?;
                let days = arrow_cast::cast(&days, &DataType::Int64)?;
                TypedColumn::Date(days.as_primitive::<Int64Type>().clone())
            }
            DataType::Date64 => TypedColumn::DateMillis(int()?),
            DataType::Timestamp(unit, zone) => TypedColumn::Time(int()?, *unit, zone.is_some()),
            DataType::Duration(unit) => TypedColumn::Span(int()?, *unit),
            other if other.is_integer() => TypedColumn::Int(int()?),
            other => return Err(ArrowError::NotYetImplemented(format!("cells of {other}"))),
        })
    }

    /// The cell of a row. Beyond the last row: a null.
    pub(crate) fn get(&self, row: usize) -> Given<'_> {
        fn at<A: Array>(array: &A, row: usize) -> Option<usize> {
            (row < array.len() && array.is_valid(row)).then_some(row)
        }
        let bytes = |bytes| std::str::from_utf8(bytes).map_or(Given::NotText(bytes), Given::Text);
        let given = match self {
            TypedColumn::Nothing => None,
            TypedColumn::Text(a) => at(a, row).map(|i| Given::Text(a.value(i))),
            TypedColumn::LargeText(a) => at(a, row).map(|i| Given::Text(a.value(i))),
            TypedColumn::TextView(a) => at(a, row).map(|i| Given::Text(a.value(i))),
            TypedColumn::Bytes(a) => at(a, row).map(|i| bytes(a.value(i))),
            TypedColumn::LargeBytes(a) => at(a, row).map(|i| bytes(a.value(i))),
            TypedColumn::BytesView(a) => at(a, row).map(|i| bytes(a.value(i))),
            TypedColumn::Bool(a) => at(a, row).map(|i| Given::Bool(a.value(i))),
            TypedColumn::Int(a) => at(a, row).map(|i| Given::Int(a.value(i))),
            TypedColumn::Unsigned(a) => at(a, row).map(|i| unsigned(a.value(i))),
            TypedColumn::Single(a) => at(a, row).map(|i| Given::Single(a.value(i))),
            TypedColumn::Float(a) => at(a, row).map(|i| Given::Float(a.value(i))),
            TypedColumn::Decimal(a, scale) => at(a, row).map(|i| Given::Decimal(i256::from_i128(a.value(i)), *scale)),
            TypedColumn::WideDecimal(a, scale) => at(a, row).map(|i| Given::Decimal(a.value(i), *scale)),
            TypedColumn::Date(a) => at(a, row).map(|i| Given::Day(a.value(i))),
            TypedColumn::DateMillis(a) => at(a, row).map(|i| Given::Day(a.value(i).div_euclid(86_400_000))),
            TypedColumn::Time(a, unit, zoned) => at(a, row).map(|i| match micros(a.value(i), *unit) {
                Some(us) if *zoned => Given::Instant(us),
                Some(us) => Given::LocalTime(us),
                None => Given::BeyondTime,
            }),
            TypedColumn::Span(a, unit) => {
                at(a, row).map(|i| micros(a.value(i), *unit).map_or(Given::BeyondTime, Given::Span))
            }
            TypedColumn::Coded(keys, entries) => {
                at(keys, row).and_then(|i| usize::try_from(keys.value(i)).ok()).map(|entry| entries.get(entry))
            }
        };
        given.unwrap_or(Given::Null)
    }
}

fn unsigned(n: u64) -> Given<'static> {
    i64::try_from(n).map_or(Given::HugeInt(n), Given::Int)
}

/// Microseconds; what is finer is cut off towards the past. `None` beyond 64 bits.
fn micros(value: i64, unit: TimeUnit) -> Option<i64> {
    match unit {
        TimeUnit::Second => value.checked_mul(1_000_000),
        TimeUnit::Millisecond => value.checked_mul(1000),
        TimeUnit::Microsecond => Some(value),
        TimeUnit::Nanosecond => Some(value.div_euclid(1000)),
    }
}
