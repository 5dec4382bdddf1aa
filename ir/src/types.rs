//! Types of values (promise V1).

use std::fmt;

/// Index of an [`crate::program::EnumDef`]. Id 0 is always the weekday enum (`Mon` first).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EnumId(pub u32);

/// The enum `Mon, Tue, … Sun` that every program has.
pub const WEEKDAY: EnumId = EnumId(0);

/// Index of a [`crate::program::Calendar`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CalendarId(pub u32);

/// An ISO 4217 currency code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency(pub [u8; 3]);

impl Currency {
    /// The code as text, e.g. `EUR`.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// Decimal digits of the minor unit (ISO 4217): 2 but for the exceptions listed here.
    pub fn minor_digits(&self) -> u8 {
        match &self.0 {
            b"JPY" | b"KRW" | b"VND" | b"CLP" | b"ISK" | b"UGX" | b"PYG" | b"XAF" | b"XOF" | b"XPF" | b"RWF"
            | b"KMF" | b"GNF" | b"DJF" | b"BIF" | b"VUV" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
}

/// The type of a value. How each is held at run time is said in [`crate::value::Value`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// True or false.
    Bool,
    /// 64-bit signed integer.
    Int,
    /// IEEE binary64, always finite.
    Number,
    /// A fraction held as binary64 (`12%` is 0.12).
    Percent,
    /// An exact count of the currency's minor unit.
    Money(Currency),
    /// An exact decimal: an integer in units of 10^-scale (a score in steps of 0.01 has scale 2).
    /// Scale 0 never occurs: that is `Int`.
    Decimal(u8),
    /// Unicode text, NFC.
    Text,
    /// A calendar day, as days since 1970-01-01.
    Date,
    /// An instant, as microseconds since 1970-01-01T00:00:00Z.
    Timestamp,
    /// An exact length of time in microseconds.
    Duration,
    /// A length in calendar months; not comparable with `Duration` (promise N3).
    Months,
    /// Microseconds of open time of a calendar; only added to a timestamp.
    Business(CalendarId),
    /// A label of an enum, band, grade or journey, as its index.
    Enum(EnumId),
    /// A route's target as text: `team emea`, `queue nurture`, `person Anna`, `hold`.
    Target,
    /// A list of texts (`recommend`, `collect list`).
    List,
    /// What could not be typed; absorbs follow-up errors. Never in a verified program.
    Error,
}

impl Type {
    /// Held as a 64-bit integer at run time.
    pub fn is_int_like(self) -> bool {
        match self {
            Type::Int
            | Type::Money(_)
            | Type::Decimal(_)
            | Type::Date
            | Type::Timestamp
            | Type::Duration
            | Type::Months
            | Type::Business(_)
            | Type::Enum(_) => true,
            Type::Bool | Type::Number | Type::Percent | Type::Text | Type::Target | Type::List | Type::Error => false,
        }
    }

    /// The type in a sentence: `not a whole number`.
    pub fn in_words(self) -> &'static str {
        match self {
            Type::Bool => "true or false",
            Type::Int => "a whole number",
            Type::Number => "a number",
            Type::Percent => "a percentage",
            Type::Money(_) => "an amount of money",
            Type::Decimal(_) => "a decimal number",
            Type::Text => "text",
            Type::Date => "a date",
            Type::Timestamp => "a timestamp",
            Type::Duration => "a length of time",
            Type::Months => "a number of months",
            Type::Business(_) => "a length of business time",
            Type::Enum(_) => "one of the listed values",
            Type::Target => "a route's target",
            Type::List => "a list",
            Type::Error => "of an unknown type",
        }
    }

    /// Held as binary64 at run time.
    pub fn is_float_like(self) -> bool {
        matches!(self, Type::Number | Type::Percent)
    }
}

/// The type as the text form of the IR writes it (`money(EUR)`, `decimal(2)`, `enum#3`).
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Bool => f.write_str("bool"),
            Type::Int => f.write_str("int"),
            Type::Number => f.write_str("number"),
            Type::Percent => f.write_str("percent"),
            Type::Money(c) => write!(f, "money({})", c.code()),
            Type::Decimal(scale) => write!(f, "decimal({scale})"),
            Type::Text => f.write_str("text"),
            Type::Date => f.write_str("date"),
            Type::Timestamp => f.write_str("timestamp"),
            Type::Duration => f.write_str("duration"),
            Type::Months => f.write_str("months"),
            Type::Business(c) => write!(f, "business#{}", c.0),
            Type::Enum(e) => write!(f, "enum#{}", e.0),
            Type::Target => f.write_str("target"),
            Type::List => f.write_str("list"),
            Type::Error => f.write_str("error"),
        }
    }
}
