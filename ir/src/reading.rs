//! Texts as people and programs write values in cells: exact, or refused with a reason (promises V1, V2, E2, N4).
//!
//! Nothing is rounded and nothing is guessed. Who reads cells trims them first and knows the
//! spellings of missing. Plain decimals are in [`crate::decimal`], dates and times without words in [`crate::time`].

mod moment;
mod money;
mod number;
mod span;

pub use moment::{parse_date, parse_timestamp};
pub use money::parse_money;
pub use number::{parse_int, parse_number, parse_percent, parse_scaled, too_many_decimals};
pub use span::parse_duration;

use std::borrow::Cow;

/// Why a cell is bad, in the analyst's words.
pub type Reason = Cow<'static, str>;

/// Who gives a cell, and so who can be asked to write a number otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Giver {
    /// A file: a mapping can say how its numbers are written.
    File,
    /// A program, which can give the number itself.
    Caller,
}

/// For an infinity where a number is expected (promise V2).
pub const INFINITE: &str = "an infinite number cannot be used";
/// For an amount beyond 64 bits.
pub const TOO_LARGE: &str = "the amount is too large";
/// For a whole number beyond 64 bits.
pub const INT_TOO_LARGE: &str = "the whole number is too large";
/// For a number with decimals where a whole one is expected.
pub const HAS_DECIMALS: &str = "not a whole number: it has decimals";
/// For what is no whole number at all.
pub const NOT_INT: &str = "not a whole number";
/// For what is no number at all.
pub const NOT_NUMBER: &str = "not a number";
/// For what is no amount of money.
pub const NOT_MONEY: &str = "not an amount of money";
/// For what is no length of time.
pub const NOT_A_SPAN: &str = "not a length of time like `4:30:00` or `3 days 4 hours`";
/// For a length of time beyond 64 bits of microseconds.
pub const SPAN_TOO_LONG: &str = "the length of time is too long";
/// For a time of day other than midnight where a date is expected.
pub const TIME_FOR_DATE: &str = "a time of day where a date is expected";
/// For an instant where a date is expected: its day depends on the zone.
pub const INSTANT_FOR_DATE: &str = "a time with a zone where a date is expected";
