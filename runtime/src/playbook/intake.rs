//! A cell on its way into a field: missing spellings, type, range, default (promises V3, M1, M5, M6, E2).
//!
//! The rules are those by which `revplay run` reads the cells of a file; a test compares the two.

mod label;
mod moment;
mod number;

use super::cell::Cell;
use jiff::tz::TimeZone;
use label::{Labels, Words};
use revplay_ir::fold::fold_case;
use revplay_ir::program::{Const, Field, FieldId, Mapping, Program, Range};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Why a cell is bad, in the analyst's words.
pub(crate) type Reason = Cow<'static, str>;

/// How the cells of one field become values.
#[derive(Debug)]
pub(crate) struct Intake {
    pub(crate) ty: Type,
    labels: Labels,
    words: Words,
    zone: TimeZone,
    percent_full: f64,
    verbatim: bool,
    /// Folded spellings of missing, and the length in bytes of the longest that could match.
    missing: Vec<String>,
    longest_missing: usize,
    default: Option<Value>,
    optional: bool,
    key: bool,
    range: Option<Range>,
    else_missing: bool,
    /// The mapping says how numbers or dates are written in a file: what is given as text could be misread.
    styled: bool,
}

impl Intake {
    /// The intake of a field, in the zone of times without one.
    pub(crate) fn new(
        program: &Program,
        (id, field): (FieldId, &Field),
        key: bool,
        mapping: Option<&Mapping>,
        zone: TimeZone,
    ) -> Intake {
        let spellings = field.missing.iter().chain(mapping.iter().flat_map(|m| &m.missing));
        let missing: Vec<String> = spellings.map(|s| fold_case(&normal(s.trim()))).collect();
        let is_time = matches!(field.ty, Type::Date | Type::Timestamp);
        let is_number =
            matches!(field.ty, Type::Int | Type::Number | Type::Percent | Type::Money(_) | Type::Decimal(_));
        let styled = mapping.is_some_and(|m| {
            let is_range = m.headers.iter().any(|(h, f)| *f == id && m.range_ends.iter().any(|(r, _)| r == h));
            (is_time && !m.dates.is_empty()) || (is_number && (m.numbers.is_some() || is_range))
        });
        Intake {
            ty: field.ty,
            labels: Labels::of(program, field.ty),
            words: Words::of(mapping),
            zone,
            percent_full: field.percent_full,
            verbatim: field.verbatim,
            // Folding may change the length: at most threefold either way.
            longest_missing: missing.iter().map(|s| s.len() * 3).max().unwrap_or(0),
            missing,
            default: field.default.as_ref().map(Const::to_value),
            optional: field.optional,
            key,
            range: field.range.clone(),
            else_missing: field.range_else_missing,
            styled,
        }
    }

    /// The value of a cell, or why it is bad.
    pub(crate) fn value(&self, cell: Cell<'_>) -> Result<Value, Reason> {
        let value = match cell {
            Cell::Missing => None,
            Cell::Text(text) => self.of_text(text)?,
            typed => self.of_typed(typed)?,
        };
        match value {
            Some(value) if self.in_range(&value) => Ok(value),
            Some(_) if !self.else_missing => Err(self.out_of_range()),
            Some(_) | None => self.missing_value(),
        }
    }

    /// The value of an absent or missing cell (promise M6).
    pub(crate) fn missing_value(&self) -> Result<Value, Reason> {
        if self.key {
            return Err("the key is missing".into());
        }
        match &self.default {
            Some(value) => Ok(value.clone()),
            None if self.optional => Ok(Value::Missing),
            None => Err("the value is missing, and the field has neither `?` nor a default".into()),
        }
    }

    /// Whether a cell may be missing and stays so: no default, no error.
    pub(crate) fn stays_missing(&self) -> bool {
        self.optional && !self.key && self.default.is_none()
    }

    /// Whether a known value of the field's own type is taken as it is.
    pub(crate) fn takes_all(&self) -> bool {
        self.range.is_none() && self.has_no_missing_spelling()
    }

    /// Whether only a blank stands for missing.
    pub(crate) fn has_no_missing_spelling(&self) -> bool {
        self.missing.is_empty()
    }

    /// Whether a percentage is given as a fraction (always so for other types).
    pub(crate) fn takes_fractions(&self) -> bool {
        self.percent_full == 1.0
    }

    /// The zone of times without one.
    pub(crate) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    fn of_text(&self, text: &str) -> Result<Option<Value>, Reason> {
        let trimmed = text.trim();
        if trimmed.is_empty() || self.is_missing(trimmed) {
            return Ok(None);
        }
        if self.styled {
            return Err(STYLED.into());
        }
        Ok(Some(match self.ty {
            Type::Bool => Value::Bool(self.words.parse(trimmed)?),
            Type::Int => Value::Int(number::parse_int(trimmed)?),
            Type::Number => return Ok(number::parse_number(trimmed)?.map(Value::Num)),
            Type::Percent => return Ok(number::parse_percent(trimmed, self.percent_full)?.map(Value::Num)),
            Type::Money(currency) => Value::Int(number::parse_money(trimmed, currency)?),
            Type::Decimal(scale) => Value::Int(number::parse_scaled(trimmed, scale)?),
            Type::Text if self.verbatim => Value::text(text),
            Type::Text => Value::text(&normal(trimmed)),
            Type::Date => Value::Int(moment::parse_date(trimmed)?),
            Type::Timestamp => Value::Int(moment::parse_timestamp(trimmed, &self.zone)?),
            Type::Duration => Value::Int(moment::parse_duration(trimmed)?),
            Type::Enum(_) => Value::Int(self.labels.find(trimmed)?),
            Type::Months | Type::Business(_) | Type::Target | Type::List | Type::Error => return Err(no_cell(self.ty)),
        }))
    }

    /// Spellings of missing that are numbers (`-1`) hold for a number as well.
    fn of_typed(&self, cell: Cell<'_>) -> Result<Option<Value>, Reason> {
        if !self.missing.is_empty() && cell.printed().is_some_and(|text| self.is_missing(&text)) {
            return Ok(None);
        }
        let int = |value: Option<i64>| Ok(value.map(Value::Int));
        let number = |value: Option<f64>| Ok(value.map(Value::Num));
        match self.ty {
            Type::Bool => match cell {
                Cell::Bool(b) => Ok(Some(Value::Bool(b))),
                Cell::Int(n @ (0 | 1)) => Ok(Some(Value::Bool(n == 1))),
                _ => Err(not_of(self.ty)),
            },
            Type::Int => int(number::int_of(cell)?),
            Type::Number => number(number::number_of(cell)?),
            Type::Percent => number(number::percent_of(cell, self.percent_full)?),
            Type::Money(currency) => int(number::scaled_of(cell, currency.minor_digits())?),
            Type::Decimal(scale) => int(number::scaled_of(cell, scale)?),
            Type::Text => cell.printed().map(|text| Some(Value::text(&text))).ok_or_else(|| not_of(self.ty)),
            Type::Enum(_) => match cell.printed() {
                Some(text) => Ok(Some(Value::Int(self.labels.find(&text)?))),
                None => Err(not_of(self.ty)),
            },
            Type::Date => Ok(Some(Value::Int(moment::date_of(cell)?))),
            Type::Timestamp => Ok(Some(Value::Int(moment::timestamp_of(cell, &self.zone)?))),
            Type::Duration => Ok(Some(Value::Int(moment::duration_of(cell)?))),
            Type::Months | Type::Business(_) | Type::Target | Type::List | Type::Error => Err(no_cell(self.ty)),
        }
    }

    /// A text that is taken as it is: nothing to trim or to normalise, and no spelling of missing.
    pub(crate) fn is_plain(&self, text: &str) -> bool {
        let trimmed = text.trim();
        let normal = self.verbatim || (trimmed.len() == text.len() && (text.is_ascii() || is_normal(text)));
        normal && !trimmed.is_empty() && !self.is_missing(trimmed) && self.range.is_none()
    }

    fn is_missing(&self, trimmed: &str) -> bool {
        if trimmed.len() > self.longest_missing {
            return false;
        }
        // ASCII folds to its lower case; this is asked of every cell.
        if trimmed.is_ascii() {
            return self.missing.iter().any(|spelling| spelling.eq_ignore_ascii_case(trimmed));
        }
        self.missing.contains(&fold_case(&normal(trimmed)))
    }

    fn in_range(&self, value: &Value) -> bool {
        self.range.as_ref().is_none_or(|range| crate::prepare::contains(range, value))
    }

    fn out_of_range(&self) -> Reason {
        let Some(range) = &self.range else { return "out of range".into() };
        let bound = |value: &Option<Const>| value.as_ref().map(|v| bound_text(v, self.ty)).unwrap_or_default();
        let dots = if range.high_open { "..<" } else { ".." };
        format!("outside the range {}{dots}{}", bound(&range.low), bound(&range.high)).into()
    }
}

const STYLED: &str =
    "the mapping says how this is written in files; give it as a number, date or time instead of a text";

/// NFC; most text already is.
pub(crate) fn normal(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_normal(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

fn is_normal(text: &str) -> bool {
    is_nfc_quick(text.chars()) == IsNormalized::Yes
}

/// A bound as the analyst writes it.
fn bound_text(value: &Const, ty: Type) -> String {
    use revplay_ir::{decimal, describe, time};
    match (value, ty) {
        (Const::Int(n), Type::Money(currency)) => decimal::format_money(*n, currency),
        (Const::Int(n), Type::Decimal(scale)) => decimal::format_decimal(*n, scale),
        (Const::Int(n), Type::Date) => time::format_date(*n),
        (Const::Int(n), Type::Timestamp) => time::format_timestamp(*n),
        (Const::Int(n), Type::Duration) => time::format_duration(*n),
        (Const::Int(n), _) => n.to_string(),
        (Const::Num(x), Type::Percent) => describe::format_percent(*x),
        (Const::Num(x), _) => describe::format_number(*x),
        (Const::Text(text), _) => text.to_string(),
        (Const::Bool(b), _) => b.to_string(),
        (Const::Missing, _) => String::new(),
    }
}

fn not_of(ty: Type) -> Reason {
    format!("not {}", type_words(ty)).into()
}

fn no_cell(ty: Type) -> Reason {
    format!("{} cannot be given as a cell", type_words(ty)).into()
}

/// A type in a sentence: `not a whole number`.
pub(crate) fn type_words(ty: Type) -> &'static str {
    match ty {
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
