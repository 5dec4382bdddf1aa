//! Cells as text.

use super::{ColumnKind, OutputColumn};
use crate::cell::Given;
use crate::error::{IoError, reading, writing};
use crate::intake::{decimal_text, shortest};
use crate::parquet_input::typed::TypedColumn;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, ListArray, StringArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use revplay_ir::decimal::format_decimal;
use revplay_ir::time::{self, format_date, format_timestamp};
use revplay_ir::types::Type;
use std::io::Write;

/// Prints the cells of one column.
pub(super) enum Printer<'a> {
    Bool(BooleanArray),
    Int(Int64Array),
    /// Units of 10^-scale.
    Decimal(Int64Array, u8),
    Number(Float64Array),
    Date(Int64Array),
    Timestamp(Int64Array),
    Duration(Int64Array),
    Label(Int64Array, &'a [String]),
    Text(StringArray),
    List(ListArray),
    Kept(TypedColumn),
    /// A column of the source in nanoseconds; true: instants, which end in `Z`.
    Nanos(Int64Array, bool),
    /// A column of the source of a rare type.
    Other(ArrayFormatter<'a>, &'a dyn Array),
}

const FORMAT: FormatOptions<'static> = FormatOptions::new();

impl<'a> Printer<'a> {
    /// # Errors
    /// E0699 if the array is not of the column's kind, E0616 for a kept column that has no text form.
    pub(super) fn new(column: &'a OutputColumn, array: &'a ArrayRef, path: &str) -> Result<Printer<'a>, IoError> {
        match &column.kind {
            ColumnKind::Value(ty, labels) => Printer::of_value(*ty, labels, array)
                .ok_or_else(|| reading::internal(path, &format!("the column `{}` is of another kind", column.name))),
            ColumnKind::Kept(_) => {
                Printer::of_kept(array.as_ref()).map_err(|_| writing::no_text_form(path, &column.name))
            }
        }
    }

    fn of_value(ty: Type, labels: &'a [String], array: &ArrayRef) -> Option<Printer<'a>> {
        let int = || array.as_primitive_opt::<Int64Type>().cloned();
        let text = || array.as_string_opt::<i32>().cloned().map(Printer::Text);
        match ty {
            Type::Bool => array.as_boolean_opt().cloned().map(Printer::Bool),
            Type::Int | Type::Months => int().map(Printer::Int),
            Type::Number | Type::Percent => array.as_primitive_opt::<Float64Type>().cloned().map(Printer::Number),
            Type::Money(currency) => int().map(|a| Printer::Decimal(a, currency.minor_digits())),
            Type::Decimal(scale) => int().map(|a| Printer::Decimal(a, scale)),
            Type::Date => int().map(Printer::Date),
            Type::Timestamp => int().map(Printer::Timestamp),
            Type::Duration | Type::Business(_) => int().map(Printer::Duration),
            Type::Enum(_) => int().map(|a| Printer::Label(a, labels)).or_else(text),
            Type::Text | Type::Target | Type::Error => text(),
            Type::List => array
                .as_list_opt::<i32>()
                .filter(|list| list.values().as_string_opt::<i32>().is_some())
                .cloned()
                .map(Printer::List)
                .or_else(text),
        }
    }

    fn of_kept(array: &'a dyn Array) -> Result<Printer<'a>, ArrowError> {
        // Nanoseconds would lose digits as a given cell.
        if let DataType::Timestamp(TimeUnit::Nanosecond, zone) = array.data_type() {
            let nanos = arrow_cast::cast(array, &DataType::Int64)?;
            return Ok(Printer::Nanos(nanos.as_primitive::<Int64Type>().clone(), zone.is_some()));
        }
        match TypedColumn::new(array) {
            Ok(column) => Ok(Printer::Kept(column)),
            Err(_) => Ok(Printer::Other(ArrayFormatter::try_new(array, &FORMAT)?, array)),
        }
    }

    /// Whether its cells may need quotes.
    pub(super) fn is_text(&self) -> bool {
        match self {
            Printer::Bool(_)
            | Printer::Int(_)
            | Printer::Decimal(..)
            | Printer::Number(_)
            | Printer::Date(_)
            | Printer::Timestamp(_)
            | Printer::Duration(_) => false,
            Printer::Label(..)
            | Printer::Text(_)
            | Printer::List(_)
            | Printer::Kept(_)
            | Printer::Nanos(..)
            | Printer::Other(..) => true,
        }
    }

    /// Whether the text of a cell is a JSON value as it stands: a number, true or false.
    pub(super) fn is_json_literal(&self, row: usize) -> bool {
        match self {
            Printer::Bool(_) | Printer::Int(_) | Printer::Decimal(..) | Printer::Number(_) => true,
            Printer::Kept(column) => {
                matches!(column.get(row), Given::Bool(_) | Given::Int(_) | Given::HugeInt(_) | Given::Decimal(..))
            }
            Printer::Date(_)
            | Printer::Timestamp(_)
            | Printer::Duration(_)
            | Printer::Label(..)
            | Printer::Text(_)
            | Printer::List(_)
            | Printer::Nanos(..)
            | Printer::Other(..) => false,
        }
    }

    /// Adds the text of a cell; false (and nothing) if it is missing.
    pub(super) fn print(&self, row: usize, into: &mut Vec<u8>) -> bool {
        let put = |into: &mut Vec<u8>, text: &str| into.extend_from_slice(text.as_bytes());
        match self {
            Printer::Bool(a) if a.is_valid(row) => put(into, if a.value(row) { "true" } else { "false" }),
            // Writing to memory cannot fail.
            Printer::Int(a) if a.is_valid(row) => drop(write!(into, "{}", a.value(row))),
            Printer::Decimal(a, scale) if a.is_valid(row) => put(into, &format_decimal(a.value(row), *scale)),
            Printer::Number(a) if a.is_valid(row) => put(into, &shortest(a.value(row))),
            Printer::Date(a) if a.is_valid(row) => put(into, &format_date(a.value(row))),
            Printer::Timestamp(a) if a.is_valid(row) => put(into, &format_timestamp(a.value(row))),
            Printer::Duration(a) if a.is_valid(row) => put(into, &clock(a.value(row))),
            Printer::Label(a, labels) if a.is_valid(row) => {
                match usize::try_from(a.value(row)).ok().and_then(|index| labels.get(index)) {
                    Some(label) => put(into, label),
                    None => return false,
                }
            }
            Printer::Text(a) if a.is_valid(row) => put(into, a.value(row)),
            Printer::List(a) if a.is_valid(row) => put(into, &joined(&a.value(row))),
            Printer::Kept(a) => match a.get(row) {
                Given::Null => return false,
                Given::Text(text) => put(into, text),
                Given::NotText(bytes) => into.extend_from_slice(bytes),
                given => put(into, &given_text(given)),
            },
            Printer::Nanos(a, zoned) if a.is_valid(row) => put(into, &nanos_text(a.value(row), *zoned)),
            Printer::Other(a, array) if array.is_valid(row) => drop(write!(into, "{}", a.value(row))),
            Printer::Bool(_)
            | Printer::Int(_)
            | Printer::Decimal(..)
            | Printer::Number(_)
            | Printer::Date(_)
            | Printer::Timestamp(_)
            | Printer::Duration(_)
            | Printer::Label(..)
            | Printer::Text(_)
            | Printer::List(_)
            | Printer::Nanos(..)
            | Printer::Other(..) => return false,
        }
        true
    }
}

/// A cell of a column of the source as text, as a CSV result has it; empty for a null, for a row
/// past the end and for what has no text form.
pub fn kept_text(array: &dyn Array, row: usize) -> String {
    if row >= array.len() {
        return String::new();
    }
    let cell = array.slice(row, 1);
    let mut text = Vec::new();
    if let Ok(printer) = Printer::of_kept(cell.as_ref()) {
        printer.print(0, &mut text);
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// The items of a list of texts.
pub(super) fn joined(items: &ArrayRef) -> String {
    items.as_string_opt::<i32>().map(|items| items.iter().flatten().collect::<Vec<_>>().join("; ")).unwrap_or_default()
}

/// `100:30:00`, `-0:00:01.5`: hours, minutes, seconds.
fn clock(us: i64) -> String {
    let size = us.unsigned_abs();
    let part = |unit: i64| size / unit.unsigned_abs();
    let (hours, minutes, seconds) = (part(time::HOUR_US), part(time::MINUTE_US) % 60, part(time::SECOND_US) % 60);
    let sign = if us < 0 { "-" } else { "" };
    let whole = format!("{sign}{hours}:{minutes:02}:{seconds:02}");
    match size % time::SECOND_US.unsigned_abs() {
        0 => whole,
        micros => format!("{whole}.{}", format!("{micros:06}").trim_end_matches('0')),
    }
}

/// A time in nanoseconds, with nine decimals if microseconds do not hold it.
fn nanos_text(nanos: i64, zoned: bool) -> String {
    let micros = nanos.div_euclid(1000);
    let text = if nanos.rem_euclid(1000) == 0 {
        format_timestamp(micros).trim_end_matches('Z').to_owned()
    } else {
        let second = format_timestamp(nanos.div_euclid(1_000_000_000).saturating_mul(time::SECOND_US));
        format!("{}.{:09}", second.trim_end_matches('Z'), nanos.rem_euclid(1_000_000_000))
    };
    if zoned { text + "Z" } else { text }
}

/// A cell of a source as text.
pub(crate) fn given_text(given: Given<'_>) -> String {
    match given {
        Given::Null => String::new(),
        Given::Text(text) => text.to_owned(),
        Given::NotText(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Given::Bool(b) => b.to_string(),
        Given::Int(n) => n.to_string(),
        Given::HugeInt(n) => n.to_string(),
        Given::Float(x) => shortest(x),
        Given::Single(x) => x.to_string(),
        Given::Decimal(digits, scale) => decimal_text(digits, scale),
        Given::Day(day) => format_date(day),
        Given::Instant(us) => format_timestamp(us),
        Given::LocalTime(us) => format_timestamp(us).trim_end_matches('Z').to_owned(),
        Given::Span(us) => clock(us),
        Given::BeyondTime => "beyond the years 0001 to 9999".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_as_a_clock() {
        for (us, text) in [
            (0, "0:00:00"),
            (100 * time::HOUR_US + 30 * time::MINUTE_US, "100:30:00"),
            (-1_500_000, "-0:00:01.5"),
            (1, "0:00:00.000001"),
        ] {
            assert_eq!(clock(us), text);
        }
        clock(i64::MIN);
    }

    #[test]
    fn nanoseconds_keep_their_digits() {
        assert_eq!(nanos_text(1_000_000_000, true), "1970-01-01T00:00:01Z");
        assert_eq!(nanos_text(-1, false), "1969-12-31T23:59:59.999999999");
        nanos_text(i64::MIN, true);
        nanos_text(i64::MAX, false);
    }
}
