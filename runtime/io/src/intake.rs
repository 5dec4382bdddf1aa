//! One cell on its way into a field: missing spellings, type, range, default (promises V3, M1, M5, M6, E2).

use crate::cell::{Cell, ColumnBuffer, Reason, Taken};
use crate::error::{IoError, reading as problem};
use crate::names::{closest, listed};
use moment::Stamps;
use revplay_ir::decimal::parse_decimal;
use revplay_ir::describe::format_range;
use revplay_ir::program::{Const, Field, Mapping, Program, Range};
use revplay_ir::reading::{self, Giver};
use revplay_ir::types::{Currency, Type};
use revplay_runtime::cells::{Labels, Spellings, Words, normal};
use std::borrow::Cow;
use styled::Numbers;

mod date_format;
mod moment;
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
    missing: Spellings,
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
            Type::Enum(id) => Kind::Enum(Labels::of(program, id)),
            Type::Months | Type::Business(_) | Type::Target | Type::List | Type::Error => {
                return Err(problem::column_type(path, &field.name, "cells", &field.name, field.ty.in_words()));
            }
        };
        Ok(Intake {
            kind,
            ty: field.ty,
            numbers: Numbers::of(mapping, header),
            verbatim: field.verbatim,
            missing: Spellings::of(field, mapping),
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
    pub(crate) fn take(&self, given: Cell<'_>, column: &mut ColumnBuffer) -> Result<(), Reason> {
        column.push_option(self.value(given)?.as_ref());
        Ok(())
    }

    /// Adds the value of an absent column (promise M6).
    pub(crate) fn take_missing(&self, column: &mut ColumnBuffer) -> Result<(), Reason> {
        column.push_option(self.missing_value()?.as_ref());
        Ok(())
    }

    /// The value of a cell, or why it is bad; `None` if it is missing.
    pub(crate) fn value<'a>(&'a self, given: Cell<'a>) -> Result<Option<Taken<'a>>, Reason> {
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

    fn read<'a>(&self, given: Cell<'a>) -> Result<Option<Taken<'a>>, Reason> {
        let value = match given {
            Cell::Missing => None,
            Cell::Text(text) => self.read_text(text)?,
            Cell::NotText(_) => return Err(NOT_TEXT.into()),
            Cell::Bool(_)
            | Cell::Int(_)
            | Cell::HugeInt(_)
            | Cell::Number(_)
            | Cell::Single(_)
            | Cell::Decimal { .. }
            | Cell::WideDecimal { .. }
            | Cell::Date(_)
            | Cell::Instant(_)
            | Cell::LocalTime(_)
            | Cell::Duration(_)
            | Cell::BeyondTime => self.read_typed(given)?,
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
        if trimmed.is_empty() || self.missing.have(trimmed) {
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
            Kind::Duration => Taken::Int(reading::parse_duration(trimmed)?),
            Kind::Enum(labels) => Taken::Int(label(labels, trimmed)?),
        }))
    }

    fn read_number<'a>(&self, trimmed: &str) -> Result<Option<Taken<'a>>, Reason> {
        let numbers = &self.numbers;
        let int = |value: Option<i64>| value.map(Taken::Int);
        let giver = Giver::File;
        Ok(match &self.kind {
            Kind::Int => {
                int(numbers.value(trimmed, |cell| reading::parse_int(&numbers.plain(cell)?, giver).map(Some))?)
            }
            Kind::Number => {
                numbers.value(trimmed, |cell| reading::parse_number(&numbers.plain(cell)?, giver))?.map(Taken::Num)
            }
            Kind::Percent(full) => {
                reading::parse_percent(trimmed, *full, giver, |number| numbers.plain(number))?.map(Taken::Num)
            }
            Kind::Money(currency) => int(numbers.value(trimmed, |cell| money(cell, *currency, numbers).map(Some))?),
            Kind::Decimal(scale) => Some(Taken::Int(reading::parse_scaled(&numbers.plain(trimmed)?, *scale, giver)?)),
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
    fn read_typed<'a>(&self, given: Cell<'a>) -> Result<Option<Taken<'a>>, Reason> {
        let printed = || given.printed();
        if !self.missing.is_empty() && printed().is_some_and(|text| self.missing.have(&text)) {
            return Ok(None);
        }
        let value = match &self.kind {
            Kind::Bool(_) => given.as_bool().map(Taken::Bool),
            Kind::Int => return Ok(given.as_int()?.map(Taken::Int)),
            Kind::Number => return Ok(given.as_number()?.map(Taken::Num)),
            Kind::Percent(full) => return Ok(given.as_percent(*full)?.map(Taken::Num)),
            Kind::Money(currency) => return Ok(given.as_scaled(currency.minor_digits())?.map(Taken::Int)),
            Kind::Decimal(scale) => return Ok(given.as_scaled(*scale)?.map(Taken::Int)),
            Kind::Text => printed().map(|text| Taken::Text(Cow::Owned(text))),
            Kind::Enum(labels) => match printed() {
                Some(text) => Some(Taken::Int(label(labels, &text)?)),
                None => None,
            },
            Kind::Date(stamps) => Some(Taken::Int(stamps.date_of(given)?)),
            Kind::Timestamp(stamps) => Some(Taken::Int(stamps.timestamp_of(given)?)),
            Kind::Duration => Some(Taken::Int(given.as_duration()?)),
        };
        value.map(Some).ok_or_else(|| format!("not {}", self.ty.in_words()).into())
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
        match &self.range {
            Some(range) => format!("outside the range {}", format_range(range, self.ty)).into(),
            None => "out of range".into(),
        }
    }
}

fn money(text: &str, currency: Currency, numbers: &Numbers) -> Result<i64, Reason> {
    // Most cells are digits alone.
    if !numbers.has_style()
        && let Ok(minor) = parse_decimal(text, currency.minor_digits())
    {
        return Ok(minor);
    }
    reading::parse_money(text, currency, Giver::File, |amount| numbers.plain(amount))
}

fn label(labels: &Labels, text: &str) -> Result<i64, Reason> {
    labels.find(text).map_err(|text| match closest(&text, labels.names()) {
        Some(label) => format!("not one of the listed values; did you mean `{label}`?").into(),
        None => format!("not one of the listed values: {}", listed(labels.names())).into(),
    })
}

/// For a cell whose bytes are not of the encoding.
pub(crate) const NOT_TEXT: &str =
    "these bytes are no text in the encoding that was found; give the right one with --encoding";

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
