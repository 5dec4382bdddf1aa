//! The cells of the rarer columns as text: lists, and columns of a source in any type.

use super::digits;
use super::style::Style;
use super::text::Text;
use crate::cell::Cell;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, Int64Array, ListArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use revplay_ir::decimal::shortest;
use revplay_ir::time::{self, format_date, format_timestamp};
use revplay_runtime::cells::TypedColumn;

/// A column whose cells become texts one by one.
pub(super) enum OddCells<'a> {
    List(&'a ListArray),
    Kept(TypedColumn),
    /// A column of the source in nanoseconds; true: instants, which end in `Z`.
    Nanos(Int64Array, bool),
    /// A column of the source of a rare type.
    Other(ArrayFormatter<'a>, &'a dyn Array),
}

const FORMAT: FormatOptions<'static> = FormatOptions::new();

impl<'a> OddCells<'a> {
    /// A list of texts.
    pub(super) fn of_list(array: &'a ArrayRef) -> Option<OddCells<'a>> {
        let list = array.as_list_opt::<i32>()?;
        list.values().as_string_opt::<i32>().map(|_| OddCells::List(list))
    }

    /// # Errors
    /// If the column has no text form.
    pub(super) fn of_kept(array: &'a dyn Array) -> Result<OddCells<'a>, ArrowError> {
        // Nanoseconds would lose digits as a given cell.
        if let DataType::Timestamp(TimeUnit::Nanosecond, zone) = array.data_type() {
            let nanos = arrow_cast::cast(array, &DataType::Int64)?;
            return Ok(OddCells::Nanos(nanos.as_primitive::<Int64Type>().clone(), zone.is_some()));
        }
        match TypedColumn::new(array) {
            Ok(column) => Ok(OddCells::Kept(column)),
            Err(_) => Ok(OddCells::Other(ArrayFormatter::try_new(array, &FORMAT)?, array)),
        }
    }

    /// Adds a cell; false (and nothing) if it is missing.
    pub(super) fn put(&self, row: usize, style: Style, into: &mut Text) -> bool {
        match self {
            OddCells::List(a) if a.is_valid(row) => style.put(joined(&a.value(row)).as_bytes(), into),
            OddCells::Kept(a) => match a.get(row) {
                Cell::Missing => return false,
                Cell::Text(text) => style.put(text.as_bytes(), into),
                Cell::NotText(bytes) => style.put(bytes, into),
                given @ (Cell::Bool(_)
                | Cell::Int(_)
                | Cell::HugeInt(_)
                | Cell::Decimal { .. }
                | Cell::WideDecimal { .. })
                    if style == Style::Json =>
                {
                    into.extend(given_text(given).as_bytes());
                }
                given => style.put(given_text(given).as_bytes(), into),
            },
            OddCells::Nanos(a, zoned) if a.is_valid(row) => {
                style.put(nanos_text(a.value(row), *zoned).as_bytes(), into);
            }
            OddCells::Other(a, array) if array.is_valid(row) => style.put(a.value(row).to_string().as_bytes(), into),
            OddCells::List(_) | OddCells::Nanos(..) | OddCells::Other(..) => return false,
        }
        true
    }

    /// The text of a cell; nothing for a missing one.
    fn text(&self, row: usize) -> String {
        match self {
            OddCells::List(a) if a.is_valid(row) => joined(&a.value(row)),
            OddCells::Kept(a) => given_text(a.get(row)),
            OddCells::Nanos(a, zoned) if a.is_valid(row) => nanos_text(a.value(row), *zoned),
            OddCells::Other(a, array) if array.is_valid(row) => a.value(row).to_string(),
            OddCells::List(_) | OddCells::Nanos(..) | OddCells::Other(..) => String::new(),
        }
    }
}

/// A cell of a column of the source as text, as a CSV result has it; empty for a null, for a row
/// past the end and for what has no text form.
pub fn kept_text(array: &dyn Array, row: usize) -> String {
    if row >= array.len() {
        return String::new();
    }
    let cell = array.slice(row, 1);
    OddCells::of_kept(cell.as_ref()).map(|cells| cells.text(0)).unwrap_or_default()
}

/// The items of a list of texts.
pub(super) fn joined(items: &ArrayRef) -> String {
    items.as_string_opt::<i32>().map(|items| items.iter().flatten().collect::<Vec<_>>().join("; ")).unwrap_or_default()
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
pub(crate) fn given_text(given: Cell<'_>) -> String {
    match given {
        Cell::Missing => String::new(),
        Cell::Text(text) => text.to_owned(),
        Cell::NotText(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Cell::Bool(b) => b.to_string(),
        Cell::Int(n) => n.to_string(),
        Cell::HugeInt(n) => n.to_string(),
        Cell::Number(x) => shortest(x),
        Cell::Single(x) => x.to_string(),
        Cell::Decimal { .. } | Cell::WideDecimal { .. } => given.printed().unwrap_or_default(),
        Cell::Date(day) => format_date(day),
        Cell::Instant(us) => format_timestamp(us),
        Cell::LocalTime(us) => format_timestamp(us).trim_end_matches('Z').to_owned(),
        Cell::Duration(us) => {
            let mut text = Text::default();
            digits::clock(us, &mut text);
            String::from_utf8_lossy(text.as_bytes()).into_owned()
        }
        Cell::BeyondTime => "beyond the years 0001 to 9999".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nanoseconds_keep_their_digits() {
        assert_eq!(nanos_text(1_000_000_000, true), "1970-01-01T00:00:01Z");
        assert_eq!(nanos_text(-1, false), "1969-12-31T23:59:59.999999999");
        nanos_text(i64::MIN, true);
        nanos_text(i64::MAX, false);
    }
}
