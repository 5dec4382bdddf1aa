//! Cells as programs and typed files give them, and how they become values (promises V1 to V3, M1, M5, E2).
//!
//! Both intakes stand on it: that of [`crate::playbook`] and that of files, which knows more spellings.

mod column;
mod kind;
mod moment;
mod number;
mod spelling;

pub use column::{TypedColumn, ints};
pub use kind::{fits, holds, is_number, wanted};
pub use moment::instant;
pub use spelling::{Labels, Spellings, Words, is_normal, normal};

use arrow_buffer::i256;
use revplay_ir::decimal::decimal_text;

/// A value on its way into a field. Most come by `From`: `true`, `1200`, `71.25`, `"AT"`, `Some(3)`, `None::<i64>`.
///
/// What is none of these has a form of its own: dates, times, lengths of time and exact decimals. A text is read as a
/// cell of a CSV file is: trimmed, with the spellings of *missing* that the playbook declares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// No value.
    Missing,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number beyond 63 bits.
    HugeInt(u64),
    /// A number. NaN is missing, an infinity a bad cell; where a field is exact, the shortest decimal text counts.
    Number(f64),
    /// The same in single precision.
    Single(f32),
    /// Exactly `digits` / 10^`scale`: `Decimal { digits: 1250, scale: 2 }` is 12.50.
    Decimal {
        /// All digits.
        digits: i128,
        /// How many of them are decimals.
        scale: i8,
    },
    /// The same with more digits.
    WideDecimal {
        /// All digits.
        digits: &'a i256,
        /// How many of them are decimals.
        scale: i8,
    },
    /// A text, a label, or any other value written as text.
    Text(&'a str),
    /// Bytes where a text is expected that are not UTF-8: a bad cell.
    NotText(&'a [u8]),
    /// A day, as days since 1970-01-01.
    Date(i64),
    /// An instant, in microseconds since 1970-01-01T00:00:00Z.
    Instant(i64),
    /// The same of a clock without a zone: in the mapping's zone, else in the playbook's.
    LocalTime(i64),
    /// A length of time in microseconds.
    Duration(i64),
    /// A date, time or length beyond what 64 bits of microseconds hold: a bad cell.
    BeyondTime,
}

macro_rules! of_ints {
    ($($ty:ty),*) => { $(
        impl From<$ty> for Cell<'_> {
            fn from(n: $ty) -> Self { Cell::Int(i64::from(n)) }
        }
    )* };
}

of_ints!(i8, i16, i32, i64, u8, u16, u32);

impl From<u64> for Cell<'_> {
    fn from(n: u64) -> Self {
        i64::try_from(n).map_or(Cell::HugeInt(n), Cell::Int)
    }
}

impl From<bool> for Cell<'_> {
    fn from(b: bool) -> Self {
        Cell::Bool(b)
    }
}

impl From<f64> for Cell<'_> {
    fn from(x: f64) -> Self {
        Cell::Number(x)
    }
}

impl From<f32> for Cell<'_> {
    fn from(x: f32) -> Self {
        Cell::Single(x)
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Cell::Text(text)
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Cell::Text(text)
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Missing, Into::into)
    }
}

impl Cell<'_> {
    /// The cell as a reject shows it.
    pub(crate) fn shown(&self) -> String {
        use revplay_ir::time::{format_date, format_duration, format_timestamp};
        match *self {
            Cell::Missing => String::new(),
            Cell::Bool(b) => b.to_string(),
            Cell::Text(text) => text.to_owned(),
            Cell::NotText(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Cell::Int(_) | Cell::HugeInt(_) | Cell::Decimal { .. } | Cell::WideDecimal { .. } => {
                self.printed().unwrap_or_default()
            }
            Cell::Number(x) => x.to_string(),
            Cell::Single(x) => x.to_string(),
            Cell::Date(day) => format_date(day),
            Cell::Instant(us) => format_timestamp(us),
            Cell::LocalTime(us) => format_timestamp(us).trim_end_matches('Z').to_owned(),
            Cell::Duration(us) => format_duration(us),
            Cell::BeyondTime => "beyond the years 0001 to 9999".to_owned(),
        }
    }

    /// A number as its shortest text without an exponent; `None` for what is no number.
    pub fn printed(&self) -> Option<String> {
        match *self {
            Cell::Int(n) => Some(n.to_string()),
            Cell::HugeInt(n) => Some(n.to_string()),
            Cell::Number(x) if x.is_finite() => Some(x.to_string()),
            Cell::Single(x) if x.is_finite() => Some(x.to_string()),
            Cell::Decimal { digits, scale } => Some(decimal_text(&digits.to_string(), scale)),
            Cell::WideDecimal { digits, scale } => Some(decimal_text(&digits.to_string(), scale)),
            Cell::Number(_)
            | Cell::Single(_)
            | Cell::Missing
            | Cell::Bool(_)
            | Cell::Text(_)
            | Cell::NotText(_)
            | Cell::Date(_)
            | Cell::Instant(_)
            | Cell::LocalTime(_)
            | Cell::Duration(_)
            | Cell::BeyondTime => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_without_an_exponent() {
        for (cell, text) in [
            (Cell::Decimal { digits: 1250, scale: 2 }, "12.5"),
            (Cell::Decimal { digits: -7, scale: 2 }, "-0.07"),
            (Cell::Decimal { digits: 12, scale: -2 }, "1200"),
            (Cell::Decimal { digits: 0, scale: -2 }, "0"),
            (Cell::Number(1e20), "100000000000000000000"),
            (Cell::Single(12.34), "12.34"),
            (Cell::from(u64::MAX), "18446744073709551615"),
        ] {
            assert_eq!(cell.printed().as_deref(), Some(text));
        }
        assert_eq!(Cell::Number(f64::NAN).printed(), None);
    }
}
