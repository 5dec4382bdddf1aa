//! What Arrow types are to an analyst.

use arrow_schema::DataType;
use revplay_ir::types::Type;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
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

pub(super) fn kind(data_type: &DataType) -> Kind {
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
pub fn fits(column: &DataType, field: Type) -> bool {
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
pub fn is_number(column: &DataType) -> bool {
    matches!(kind(column), Kind::Int | Kind::Float | Kind::Decimal)
}

/// The values of a column in a sentence: `the column holds …`.
pub fn holds(column: &DataType) -> &'static str {
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
pub fn wanted(field: Type) -> &'static str {
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
