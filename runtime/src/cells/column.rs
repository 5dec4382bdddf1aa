//! An Arrow column as cells, one by one.

use super::Cell;
use super::kind::{Kind, kind};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, DurationMicrosecondType,
    DurationMillisecondType, DurationNanosecondType, DurationSecondType, Float16Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, BinaryArray, BinaryViewArray, BooleanArray, Decimal128Array, Decimal256Array, Float32Array, Float64Array,
    Int64Array, LargeBinaryArray, LargeStringArray, StringArray, StringViewArray, UInt64Array,
};
use arrow_schema::{ArrowError, DataType, TimeUnit};

const DAY_MS: i64 = 86_400_000;

/// A column whose cells can be given one by one.
#[derive(Debug)]
pub struct TypedColumn(Values);

#[derive(Debug)]
enum Values {
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
    /// For the types that [`super::fits`] refuses everywhere.
    pub fn new(array: &dyn Array) -> Result<TypedColumn, ArrowError> {
        let ty = array.data_type();
        let none = || ArrowError::NotYetImplemented(format!("cells of {ty}"));
        macro_rules! same {
            ($ty:ty) => {
                array.as_primitive::<$ty>().clone()
            };
        }
        macro_rules! counts {
            ($ty:ty) => {
                array.as_primitive::<$ty>().reinterpret_cast::<Int64Type>()
            };
        }
        Ok(TypedColumn(match ty {
            DataType::Null => Values::Nothing,
            DataType::Dictionary(..) if kind(ty) != Kind::Other => {
                let dictionary = array.as_any_dictionary();
                let entries = TypedColumn::new(dictionary.values().as_ref())?;
                Values::Coded(ints(dictionary.keys()).ok_or_else(none)?, Box::new(entries))
            }
            DataType::Utf8 => Values::Text(array.as_string::<i32>().clone()),
            DataType::LargeUtf8 => Values::LargeText(array.as_string::<i64>().clone()),
            DataType::Utf8View => Values::TextView(array.as_string_view().clone()),
            DataType::Binary => Values::Bytes(array.as_binary::<i32>().clone()),
            DataType::LargeBinary => Values::LargeBytes(array.as_binary::<i64>().clone()),
            DataType::BinaryView => Values::BytesView(array.as_binary_view().clone()),
            DataType::Boolean => Values::Bool(array.as_boolean().clone()),
            DataType::UInt64 => Values::Unsigned(same!(UInt64Type)),
            DataType::Float16 => Values::Single(array.as_primitive::<Float16Type>().unary(|x| x.to_f32())),
            DataType::Float32 => Values::Single(same!(Float32Type)),
            DataType::Float64 => Values::Float(same!(Float64Type)),
            DataType::Decimal32(_, scale) => {
                let wide = array.as_primitive::<Decimal32Type>().unary::<_, Decimal128Type>(i128::from);
                Values::Decimal(wide, *scale)
            }
            DataType::Decimal64(_, scale) => {
                let wide = array.as_primitive::<Decimal64Type>().unary::<_, Decimal128Type>(i128::from);
                Values::Decimal(wide, *scale)
            }
            DataType::Decimal128(_, scale) => Values::Decimal(same!(Decimal128Type), *scale),
            DataType::Decimal256(_, scale) => Values::WideDecimal(same!(Decimal256Type), *scale),
            DataType::Date32 => Values::Date(array.as_primitive::<Date32Type>().unary(i64::from)),
            DataType::Date64 => Values::DateMillis(counts!(Date64Type)),
            DataType::Timestamp(unit, zone) => {
                let counts = match unit {
                    TimeUnit::Second => counts!(TimestampSecondType),
                    TimeUnit::Millisecond => counts!(TimestampMillisecondType),
                    TimeUnit::Microsecond => counts!(TimestampMicrosecondType),
                    TimeUnit::Nanosecond => counts!(TimestampNanosecondType),
                };
                Values::Time(counts, *unit, zone.is_some())
            }
            DataType::Duration(unit) => {
                let counts = match unit {
                    TimeUnit::Second => counts!(DurationSecondType),
                    TimeUnit::Millisecond => counts!(DurationMillisecondType),
                    TimeUnit::Microsecond => counts!(DurationMicrosecondType),
                    TimeUnit::Nanosecond => counts!(DurationNanosecondType),
                };
                Values::Span(counts, *unit)
            }
            _ => Values::Int(ints(array).ok_or_else(none)?),
        }))
    }

    /// The cell of a row; missing beyond the last.
    pub fn get(&self, row: usize) -> Cell<'_> {
        fn at<A: Array>(array: &A, row: usize) -> Option<usize> {
            (row < array.len() && array.is_valid(row)).then_some(row)
        }
        let bytes = |bytes| std::str::from_utf8(bytes).map_or(Cell::NotText(bytes), Cell::Text);
        let cell = match &self.0 {
            Values::Nothing => None,
            Values::Text(a) => at(a, row).map(|i| Cell::Text(a.value(i))),
            Values::LargeText(a) => at(a, row).map(|i| Cell::Text(a.value(i))),
            Values::TextView(a) => at(a, row).map(|i| Cell::Text(a.value(i))),
            Values::Bytes(a) => at(a, row).map(|i| bytes(a.value(i))),
            Values::LargeBytes(a) => at(a, row).map(|i| bytes(a.value(i))),
            Values::BytesView(a) => at(a, row).map(|i| bytes(a.value(i))),
            Values::Bool(a) => at(a, row).map(|i| Cell::Bool(a.value(i))),
            Values::Int(a) => at(a, row).map(|i| Cell::Int(a.value(i))),
            Values::Unsigned(a) => at(a, row).map(|i| Cell::from(a.value(i))),
            Values::Single(a) => at(a, row).map(|i| Cell::Single(a.value(i))),
            Values::Float(a) => at(a, row).map(|i| Cell::Number(a.value(i))),
            Values::Decimal(a, scale) => at(a, row).map(|i| Cell::Decimal { digits: a.value(i), scale: *scale }),
            Values::WideDecimal(a, scale) => {
                let digits = at(a, row).and_then(|i| a.values().get(i));
                digits.map(|digits| Cell::WideDecimal { digits, scale: *scale })
            }
            Values::Date(a) => at(a, row).map(|i| Cell::Date(a.value(i))),
            Values::DateMillis(a) => at(a, row).map(|i| Cell::Date(a.value(i).div_euclid(DAY_MS))),
            Values::Time(a, unit, zoned) => at(a, row).map(|i| match micros(a.value(i), *unit) {
                Some(us) if *zoned => Cell::Instant(us),
                Some(us) => Cell::LocalTime(us),
                None => Cell::BeyondTime,
            }),
            Values::Span(a, unit) => {
                at(a, row).map(|i| micros(a.value(i), *unit).map_or(Cell::BeyondTime, Cell::Duration))
            }
            Values::Coded(keys, entries) => {
                at(keys, row).and_then(|i| usize::try_from(keys.value(i)).ok()).map(|entry| entries.get(entry))
            }
        };
        cell.unwrap_or(Cell::Missing)
    }
}

/// Whole numbers of 64 bits with a sign; `None` for a column of another kind. A number beyond is missing.
pub fn ints(array: &dyn Array) -> Option<Int64Array> {
    macro_rules! wide {
        ($ty:ty) => {
            array.as_primitive::<$ty>().unary(i64::from)
        };
    }
    Some(match array.data_type() {
        DataType::Int64 => array.as_primitive::<Int64Type>().clone(),
        DataType::Int8 => wide!(Int8Type),
        DataType::Int16 => wide!(Int16Type),
        DataType::Int32 => wide!(Int32Type),
        DataType::UInt8 => wide!(UInt8Type),
        DataType::UInt16 => wide!(UInt16Type),
        DataType::UInt32 => wide!(UInt32Type),
        DataType::UInt64 => array.as_primitive::<UInt64Type>().unary_opt(|n| i64::try_from(n).ok()),
        _ => return None,
    })
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
