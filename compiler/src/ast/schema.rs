//! What is known of the data: records, fields, links, mappings; params, lists, definitions and calendars.

use super::{Expr, Name, NumberLit, RangeLit, TextLit};
use revplay_grammar::Span;

/// `record lead { … }`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Record {
    pub name: Name,
    pub fields: Vec<Field>,
}

/// A field of a record.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Field {
    pub name: Name,
    pub ty: TypeRef,
    pub optional: bool,
    pub key: bool,
    pub pii: bool,
    pub event_time: bool,
    pub event_id: bool,
    pub ignoring_case: bool,
    pub verbatim: bool,
    pub default: Option<Expr>,
    pub range: Option<RangeLit>,
    /// `in 1.. else missing`
    pub range_else_missing: bool,
    pub missing: Vec<TextLit>,
    pub span: Span,
    pub doc: Option<String>,
}

/// A type as written.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum TypeRef {
    Bool,
    Int,
    Number,
    /// `percent` or `percent(0..100)`: the number that means 100 %.
    Percent(Option<NumberLit>),
    Money(Name),
    Text,
    Date,
    Timestamp,
    Duration,
    Enum {
        ordered: bool,
        labels: Vec<EnumLabel>,
    },
    /// A word that is no type.
    Unknown(Name),
}

/// A label with its other spellings.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct EnumLabel {
    pub name: Name,
    pub spellings: Vec<TextLit>,
}

/// `link lead.account to one account by account.id = lead.account_id`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Link {
    pub from: Name,
    pub name: Name,
    pub many: bool,
    pub to: Name,
    pub left: (Name, Name),
    pub right: (Name, Name),
}

/// `mapping salesforce for lead { "Id" -> id, … }`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Mapping {
    pub name: Name,
    pub record: Name,
    pub headers: Vec<(TextLit, Name)>,
    /// `as lower end of range`, by position in `headers`.
    pub range_ends: Vec<(usize, RangeEnd)>,
    pub timezone: Option<TextLit>,
    pub missing: Vec<TextLit>,
    pub dates: Vec<TextLit>,
    pub numbers: Option<TextLit>,
    pub yes: Vec<TextLit>,
    pub no: Vec<TextLit>,
}

/// Which number of a range such as `51-200` is taken: `as lower end of range`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum RangeEnd {
    Lower,
    Upper,
    Middle,
}

/// `param enterprise_size = 1000 in 100..100000`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Param {
    pub name: Name,
    pub value: Expr,
    pub range: Option<RangeLit>,
}

/// `list dach = "DE", "AT"` or `list x from "file.txt"`, either `ignoring case`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct List {
    pub name: Name,
    pub items: Vec<TextLit>,
    pub from: Option<TextLit>,
    pub ignoring_case: bool,
}

/// `let x [for account] = …`, and `output x = …`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Let {
    pub name: Name,
    pub record: Option<Name>,
    pub value: Expr,
}

/// `calendar berlin { … }`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Calendar {
    pub name: Name,
    pub open: Vec<OpenLine>,
    pub timezone: Option<TextLit>,
    pub holidays_from: Vec<TextLit>,
    /// `holidays 2026-12-24, 2026-12-31`
    pub holidays: Vec<(String, Span)>,
}

/// `open Mon..Fri 09:00..18:00`, `open Sat 10:00..14:00`, `open Mon..Fri 09:00..12:00, 13:00..17:00`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct OpenLine {
    /// Day ranges, each (first, last).
    pub days: Vec<(Name, Name)>,
    /// Times as minutes of the day.
    pub spans: Vec<(u16, u16)>,
    pub span: Span,
}
