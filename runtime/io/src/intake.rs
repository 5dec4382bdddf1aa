//! One cell on its way into a field: missing spellings, type, range, default (promises V3, M1, M5, M6, E2).

use crate::cell::{ColumnBuffer, Given, Reason, Taken};
use crate::error::{IoError, reading};
use label::{Labels, Words};
use moment::Stamps;
use revplay_ir::fold::fold_case;
use revplay_ir::program::{Const, Field, Mapping, Program, Range};
use revplay_ir::types::{Currency, Type};
use std::borrow::Cow;
use styled::Numbers;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

mod date_format;
mod label;
mod moment;
mod money;
pub(crate) use money::decimal_text;
mod number;
pub(crate) use number::shortest;
pub(crate) mod quick;
mod serial;
mod styled;
pub(crate) mod whole;

/// How the cells of one column become values of one field.
pub(crate) struct Intake {
    kind: Kind,
    ty: Type,
    numbers: Numbers,
    verbatim: bool,
    /// Folded spellings of missing, and the length in bytes of the longest that could match.
    missing: Vec<String>,
    longest_missing: usize,
    default: Option<Const>,
    optional: bool,
    key: bool,
    range: Option<Range>,
    else_missing: bool,
}

enum Kind {
    Bool(Words),
    Int,
    Number,
    Percent(f64),
    Money(Currency),
    Decimal(u8),
    Text,
    Date(Stamps),
    Timestamp(Stamps),
    Duration,
    Enum(Labels),
}

impl Intake {
    /// Prepares the intake of a field.
    ///
    /// # Errors
    /// E0613 for a date format, E0617 for a time zone, E0609 for a type that no cell can hold.
    pub(crate) fn new(
        program: &Program,
        field: &Field,
        key: bool,
        mapping: Option<&Mapping>,
        header: &str,
        path: &str,
    ) -> Result<Intake, IoError> {
        let kind = match field.ty {
            Type::Bool => Kind::Bool(Words::of(mapping)),
            Type::Int => Kind::Int,
            Type::Number => Kind::Number,
            Type::Percent => Kind::Percent(field.percent_full),
            Type::Money(currency) => Kind::Money(currency),
            Type::Decimal(scale) => Kind::Decimal(scale),
            Type::Text => Kind::Text,
            Type::Date => Kind::Date(Stamps::for_dates(mapping, path)?),
            Type::Timestamp => Kind::Timestamp(Stamps::for_timestamps(program, mapping, path)?),
            Type::Duration => Kind::Duration,
            Type::Enum(id) => Kind::Enum(Labels::new(program, id)),
            Type::Months | Type::Business(_) | Type::Target | Type::List | Type::Error => {
                return Err(reading::column_type(path, &field.name, "cells", &field.name, type_words(field.ty)));
            }
        };
        let spellings = field.missing.iter().chain(mapping.iter().flat_map(|m| &m.missing));
        let missing: Vec<String> = spellings.map(|s| fold_case(&normal(s.trim()))).collect();
        Ok(Intake {
            kind,
            ty: field.ty,
            numbers: Numbers::of(mapping, header),
            verbatim: field.verbatim,
            // Folding may change the length: at most threefold either way.
            longest_missing: missing.iter().map(|s| s.len() * 3).max().unwrap_or(0),
            missing,
            default: field.default.clone(),
            optional: field.optional,
            key,
            range: field.range.clone(),
            else_missing: field.range_else_missing,
        })
    }

    /// The column that takes the cells.
    pub(crate) fn column(&self) -> ColumnBuffer {
        ColumnBuffer::of(self.ty)
    }

    /// Adds a cell to its column, or says why it is bad (and adds nothing).
    pub(crate) fn take(&self, given: Given<'_>, column: &mut ColumnBuffer) -> Result<(), Reason> {
        column.push_option(self.value(given)?.as_ref());
        Ok(())
    }

    /// Adds the value of an absent column (promise M6).
    pub(crate) fn take_missing(&self, column: &mut ColumnBuffer) -> Result<(), Reason> {
        column.push_option(self.missing_value()?.as_ref());
        Ok(())
    }

    /// The value of a cell, or why it is bad; `None` if it is missing.
    pub(crate) fn value<'a>(&'a self, given: Given<'a>) -> Result<Option<Taken<'a>>, Reason> {
        match self.read(given)? {
            Some(value) => Ok(Some(value)),
            None => self.missing_value(),
        }
    }

    /// The value of an absent column or a missing cell (promise M6).
    pub(crate) fn missing_value(&self) -> Result<Option<Taken<'_>>, Reason> {
        if self.key {
            return Err("the key is missing".into());
        }
        match &self.default {
            Some(Const::Missing) => Ok(None),
            Some(Const::Bool(b)) => Ok(Some(Taken::Bool(*b))),
            Some(Const::Int(n)) => Ok(Some(Taken::Int(*n))),
            Some(Const::Num(x)) => Ok(Some(Taken::Num(*x))),
            Some(Const::Text(text)) => Ok(Some(Taken::Text(Cow::Borrowed(text)))),
            None if self.optional => Ok(None),
            None => Err("the value is missing, and the field has neither `?` nor a default".into()),
        }
    }

    fn read<'a>(&self, given: Given<'a>) -> Result<Option<Taken<'a>>, Reason> {
        let value = match given {
            Given::Null => None,
            Given::Text(text) => self.read_text(text)?,
            Given::NotText(_) => return Err(NOT_TEXT.into()),
            Given::Bool(_)
            | Given::Int(_)
            | Given::HugeInt(_)
            | Given::Float(_)
            | Given::Single(_)
            | Given::Decimal(..)
            | Given::Day(_)
            | Given::Instant(_)
            | Given::LocalTime(_)
            | Given::Span(_)
            | Given::BeyondTime => self.read_typed(given)?,
        };
        match value {
            Some(value) if !self.in_range(&value) => {
                if self.else_missing {
                    Ok(None)
                } else {
                    Err(self.out_of_range())
                }
            }
            value => Ok(value),
        }
    }

    fn read_text<'a>(&self, text: &'a str) -> Result<Option<Taken<'a>>, Reason> {
        let trimmed = text.trim();
        if trimmed.is_empty() || self.is_missing(trimmed) {
            return Ok(None);
        }
        Ok(Some(match &self.kind {
            Kind::Bool(words) => Taken::Bool(words.parse(trimmed)?),
            Kind::Int | Kind::Number | Kind::Percent(_) | Kind::Money(_) | Kind::Decimal(_) => {
                return self.read_number(trimmed);
            }
            Kind::Text if self.verbatim => Taken::Text(Cow::Borrowed(text)),
            Kind::Text => Taken::Text(normal(trimmed)),
            Kind::Date(stamps) => Taken::Int(stamps.parse_date(trimmed)?),
            Kind::Timestamp(stamps) => Taken::Int(stamps.parse_timestamp(trimmed)?),
            Kind::Duration => Taken::Int(moment::parse_duration(trimmed)?),
            Kind::Enum(labels) => Taken::Int(labels.find(trimmed)?),
        }))
    }

    fn read_number<'a>(&self, trimmed: &str) -> Result<Option<Taken<'a>>, Reason> {
        let numbers = &self.numbers;
        let int = |value: Option<i64>| value.map(Taken::Int);
        Ok(match &self.kind {
            Kind::Int => int(numbers.value(trimmed, |cell| number::parse_int(&numbers.plain(cell)?).map(Some))?),
            Kind::Number => numbers.value(trimmed, |cell| number::parse_number(&numbers.plain(cell)?))?.map(Taken::Num),
            Kind::Percent(full) => number::parse_percent(trimmed, *full, numbers)?.map(Taken::Num),
            Kind::Money(currency) => {
                int(numbers.value(trimmed, |cell| money::parse_money(cell, *currency, numbers).map(Some))?)
            }
            Kind::Decimal(scale) => Some(Taken::Int(money::parse_scaled(&numbers.plain(trimmed)?, *scale)?)),
            Kind::Bool(_) | Kind::Text | Kind::Date(_) | Kind::Timestamp(_) | Kind::Duration | Kind::Enum(_) => None,
        })
    }

    /// Whether numbers of a typed source can be dates or times: the mapping says from when they count.
    pub(crate) fn takes_numbers_as_time(&self) -> bool {
        match &self.kind {
            Kind::Date(stamps) | Kind::Timestamp(stamps) => stamps.takes_numbers(),
            Kind::Bool(_) | Kind::Int | Kind::Number | Kind::Percent(_) | Kind::Money(_) | Kind::Decimal(_) => false,
            Kind::Text | Kind::Duration | Kind::Enum(_) => false,
        }
    }

    /// A value of a typed source. Spellings of missing that are numbers (`-1`) hold for it as well.
    fn read_typed<'a>(&self, given: Given<'a>) -> Result<Option<Taken<'a>>, Reason> {
        let printed = || number::printed(given);
        if !self.missing.is_empty() && printed().is_some_and(|text| self.is_missing(&text)) {
            return Ok(None);
        }
        let value = match &self.kind {
            Kind::Bool(_) => label::bool_of(given).map(Taken::Bool),
            Kind::Int => return Ok(number::int_of(given)?.map(Taken::Int)),
            Kind::Number => return Ok(number::number_of(given)?.map(Taken::Num)),
            Kind::Percent(full) => return Ok(number::percent_of(given, *full)?.map(Taken::Num)),
            Kind::Money(currency) => return Ok(money::scaled_of(given, currency.minor_digits())?.map(Taken::Int)),
            Kind::Decimal(scale) => return Ok(money::scaled_of(given, *scale)?.map(Taken::Int)),
            Kind::Text => printed().map(|text| Taken::Text(Cow::Owned(text))),
            Kind::Enum(labels) => match printed() {
                Some(text) => Some(Taken::Int(labels.find(&text)?)),
                None => None,
            },
            Kind::Date(stamps) => Some(Taken::Int(stamps.date_of(given)?)),
            Kind::Timestamp(stamps) => Some(Taken::Int(stamps.timestamp_of(given)?)),
            Kind::Duration => Some(Taken::Int(moment::duration_of(given)?)),
        };
        value.map(Some).ok_or_else(|| format!("not {}", type_words(self.ty)).into())
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

    fn in_range(&self, value: &Taken<'_>) -> bool {
        let Some(range) = &self.range else { return true };
        let above = range.low.as_ref().is_none_or(|low| compare(value, low).is_none_or(|o| o.is_ge()));
        let below = range.high.as_ref().is_none_or(|high| {
            compare(value, high).is_none_or(|o| if range.high_open { o.is_lt() } else { o.is_le() })
        });
        above && below
    }

    fn out_of_range(&self) -> Reason {
        let bound = |value: &Option<Const>| value.as_ref().map(|v| shown(v, self.ty)).unwrap_or_default();
        let Some(range) = &self.range else { return "out of range".into() };
        let dots = if range.high_open { "..<" } else { ".." };
        format!("outside the range {}{dots}{}", bound(&range.low), bound(&range.high)).into()
    }
}

/// For a cell whose bytes are not of the encoding.
pub(crate) const NOT_TEXT: &str =
    "these bytes are no text in the encoding that was found; give the right one with --encoding";

/// NFC; most text already is.
fn normal(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

/// `None` where the two are of different kinds, which a verified program does not have.
fn compare(value: &Taken<'_>, bound: &Const) -> Option<std::cmp::Ordering> {
    match (value, bound) {
        (Taken::Int(a), Const::Int(b)) => Some(a.cmp(b)),
        (Taken::Num(a), Const::Num(b)) => a.partial_cmp(b),
        (Taken::Num(a), Const::Int(b)) => a.partial_cmp(&(*b as f64)),
        (Taken::Text(a), Const::Text(b)) => Some(a.as_ref().cmp(b)),
        (Taken::Bool(_) | Taken::Int(_) | Taken::Num(_) | Taken::Text(_), _) => None,
    }
}

/// A bound as the analyst writes it.
fn shown(value: &Const, ty: Type) -> String {
    match (value, ty) {
        (Const::Int(n), Type::Money(currency)) => revplay_ir::decimal::format_money(*n, currency),
        (Const::Int(n), Type::Decimal(scale)) => revplay_ir::decimal::format_decimal(*n, scale),
        (Const::Int(n), Type::Date) => revplay_ir::time::format_date(*n),
        (Const::Int(n), Type::Timestamp) => revplay_ir::time::format_timestamp(*n),
        (Const::Int(n), Type::Duration) => revplay_ir::time::format_duration(*n),
        (Const::Int(n), _) => n.to_string(),
        (Const::Num(x), Type::Percent) => format!("{}%", number::shortest(x * 100.0)),
        (Const::Num(x), _) => number::shortest(*x),
        (Const::Text(text), _) => text.to_string(),
        (Const::Bool(b), _) => b.to_string(),
        (Const::Missing, _) => String::new(),
    }
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
