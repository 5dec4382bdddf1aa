//! What a program knows of the data: enums, records, fields, links, mappings; params and constants.

use super::{FieldId, RecordId};
use crate::types::{Currency, Type};
use std::sync::Arc;

/// An enumeration of labels.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumDef {
    /// The field's, band's, grade's or journey's name.
    pub name: String,
    /// Labels in the declared order.
    pub labels: Vec<String>,
    /// Other spellings met in data: (spelling, label index). Matched trimmed and case-folded.
    pub spellings: Vec<(String, u32)>,
    /// Which end is the highest, if the labels are ordered.
    pub order: Option<Highest>,
}

/// Which label of an ordered enum ranks highest (promise V3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Highest {
    /// Bands and grades.
    First,
    /// Journeys and `ordered enum`.
    Last,
}

/// A record type.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its name (`lead`).
    pub name: String,
    /// Its fields, in order.
    pub fields: Vec<FieldId>,
    /// The key field, if any.
    pub key: Option<FieldId>,
    /// The `event time` field, if any.
    pub event_time: Option<FieldId>,
    /// The `event id` field, if any.
    pub event_id: Option<FieldId>,
}

/// A field of a record, with all that reading a cell needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// The record it belongs to.
    pub record: RecordId,
    /// Its type.
    pub ty: Type,
    /// May be missing (`?`).
    pub optional: bool,
    /// Personal data.
    pub pii: bool,
    /// `=` and `in` fold case.
    pub ignoring_case: bool,
    /// Neither trimmed nor normalised on the way in.
    pub verbatim: bool,
    /// Replaces a missing cell and an absent column.
    pub default: Option<Const>,
    /// Allowed range.
    pub range: Option<Range>,
    /// Out of range becomes missing instead of a bad cell.
    pub range_else_missing: bool,
    /// Spellings of missing, compared trimmed and case-folded.
    pub missing: Vec<String>,
    /// For `percent(0..100)`: the number in the data that means 100 % (100); 1 otherwise.
    pub percent_full: f64,
}

impl Field {
    /// A field of which no more is said: it must be known, and takes any value of its type.
    pub fn new(name: &str, record: RecordId, ty: Type) -> Field {
        Field {
            name: name.to_owned(),
            record,
            ty,
            optional: false,
            pii: false,
            ignoring_case: false,
            verbatim: false,
            default: None,
            range: None,
            range_else_missing: false,
            missing: Vec::new(),
            percent_full: 1.0,
        }
    }
}

/// A range of constants; `None` is open. Ends are included unless said otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// Lower bound, included.
    pub low: Option<Const>,
    /// Upper bound.
    pub high: Option<Const>,
    /// The upper bound itself is outside (`..<`).
    pub high_open: bool,
}

impl Range {
    /// Whether a constant of the range's own type lies in it; a bound of another kind holds everything.
    pub fn holds(&self, value: &Const) -> bool {
        let order = |bound: &Const| match (value, bound) {
            (Const::Int(a), Const::Int(b)) => Some(a.cmp(b)),
            (Const::Num(a), Const::Num(b)) => a.partial_cmp(b),
            (Const::Text(a), Const::Text(b)) => Some(a.cmp(b)),
            _ => None,
        };
        let above = self.low.as_ref().and_then(order).is_none_or(|o| o.is_ge());
        let open = self.high_open;
        above && self.high.as_ref().and_then(order).is_none_or(|o| if open { o.is_lt() } else { o.is_le() })
    }
}

/// A link between two records.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Its name on the `from` side (`account`, `activities`).
    pub name: String,
    /// The record that has the link.
    pub from: RecordId,
    /// The record it leads to.
    pub to: RecordId,
    /// `to many`.
    pub many: bool,
    /// Field of `from` that is compared.
    pub from_field: FieldId,
    /// Field of `to` that is compared.
    pub to_field: FieldId,
}

/// The headers and spellings of one system's export.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// Its name (`salesforce`).
    pub name: String,
    /// The record it feeds.
    pub record: RecordId,
    /// Header → field; several headers may feed one field, the first present wins.
    pub headers: Vec<(String, FieldId)>,
    /// Zone of stamps without one.
    pub zone: Option<String>,
    /// Further spellings of missing, for every column.
    pub missing: Vec<String>,
    /// `dates "dd.mm.yyyy"`: formats tried in order instead of ISO 8601.
    pub dates: Vec<String>,
    /// `numbers "1.234,56"`: an example that says the signs of thousands and decimals
    /// (see [`crate::number_style`]); without it, numbers have a decimal point and no thousands.
    pub numbers: Option<String>,
    /// Further words for true.
    pub yes: Vec<String>,
    /// Further words for false.
    pub no: Vec<String>,
    /// Headers whose cells are ranges such as `51-200`, with the number that is taken.
    pub range_ends: Vec<(String, RangeEnd)>,
}

/// Which number of a range is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RangeEnd {
    /// `as lower end of range`
    Lower,
    /// `as upper end of range`
    Upper,
    /// `as middle of range`: half-way, as the field's type rounds it (half away from zero).
    Middle,
}

/// A tunable constant.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Value unless `--param` says otherwise.
    pub default: Const,
    /// Range for which proofs hold.
    pub range: Option<Range>,
}

/// A set of texts.
#[derive(Clone, Debug, PartialEq)]
pub struct TextSet {
    /// The list's name, if it has one.
    pub name: Option<String>,
    /// Members, sorted and distinct; case-folded if `folded`.
    pub members: Vec<Arc<str>>,
    /// Compare ignoring case.
    pub folded: bool,
}

/// A regular expression in the syntax of the `regex` crate.
#[derive(Clone, Debug, PartialEq)]
pub struct RegexDef {
    /// The pattern without slashes.
    pub pattern: String,
    /// The flag `i`.
    pub ignoring_case: bool,
}

/// A business calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    /// Its name.
    pub name: String,
    /// IANA zone.
    pub zone: String,
    /// Open spans per weekday (0 = Monday) as minutes of the day, sorted, not overlapping; 1440 is midnight.
    pub open: [Vec<(u16, u16)>; 7],
    /// Closed days as days since 1970-01-01, sorted.
    pub holidays: Vec<i32>,
}

/// A literal. The type of the node or field says what an `Int` counts.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    /// Missing.
    Missing,
    /// `bool`.
    Bool(bool),
    /// Integer-like.
    Int(i64),
    /// `number`, `percent`.
    Num(f64),
    /// `text`, `target`.
    Text(Arc<str>),
}

/// The currency of a type, if it is money.
pub fn currency_of(ty: Type) -> Option<Currency> {
    match ty {
        Type::Money(c) => Some(c),
        Type::Bool
        | Type::Int
        | Type::Number
        | Type::Percent
        | Type::Decimal(_)
        | Type::Text
        | Type::Date
        | Type::Timestamp
        | Type::Duration
        | Type::Months
        | Type::Business(_)
        | Type::Enum(_)
        | Type::Target
        | Type::List
        | Type::Error => None,
    }
}

impl Const {
    /// The constant as a value.
    pub fn to_value(&self) -> crate::value::Value {
        use crate::value::Value;
        match self {
            Const::Missing => Value::Missing,
            Const::Bool(b) => Value::Bool(*b),
            Const::Int(n) => Value::Int(*n),
            Const::Num(x) => Value::num(*x),
            Const::Text(s) => Value::Text(Arc::clone(s)),
        }
    }

    /// The value as a constant; `None` for a list.
    pub fn of_value(value: &crate::value::Value) -> Option<Const> {
        use crate::value::Value;
        match value {
            Value::Missing => Some(Const::Missing),
            Value::Bool(b) => Some(Const::Bool(*b)),
            Value::Int(n) => Some(Const::Int(*n)),
            Value::Num(x) => Some(Const::Num(*x)),
            Value::Text(s) => Some(Const::Text(Arc::clone(s))),
            Value::List(_) => None,
        }
    }
}
