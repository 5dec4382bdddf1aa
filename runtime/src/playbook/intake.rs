//! A cell on its way into a field: missing spellings, type, range, default (promises V3, M1, M5, M6, E2).
//!
//! The rules are those by which `revplay run` reads the cells of a file; a test compares the two.

use crate::cells::{Cell, Labels, Spellings, Words, is_normal, normal};
use jiff::tz::TimeZone;
use revplay_compiler::suggest::{closest, listed};
use revplay_ir::decimal::parse_decimal;
use revplay_ir::describe::format_range;
use revplay_ir::program::{Const, Field, FieldId, Mapping, Program, Range};
use revplay_ir::reading::{self, Giver, Reason};
use revplay_ir::types::Type;
use revplay_ir::value::Value;

/// Labels that a message lists.
const LISTED: usize = 20;

/// How the cells of one field become values.
#[derive(Debug)]
pub(crate) struct Intake {
    pub(crate) ty: Type,
    labels: Labels,
    words: Words,
    zone: TimeZone,
    percent_full: f64,
    verbatim: bool,
    missing: Spellings,
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
        let is_time = matches!(field.ty, Type::Date | Type::Timestamp);
        let is_number =
            matches!(field.ty, Type::Int | Type::Number | Type::Percent | Type::Money(_) | Type::Decimal(_));
        let styled = mapping.is_some_and(|m| {
            let is_range = m.headers.iter().any(|(h, f)| *f == id && m.range_ends.iter().any(|(r, _)| r == h));
            (is_time && !m.dates.is_empty()) || (is_number && (m.numbers.is_some() || is_range))
        });
        Intake {
            ty: field.ty,
            labels: match field.ty {
                Type::Enum(id) => Labels::of(program, id),
                _ => Labels::default(),
            },
            words: Words::of(mapping),
            zone,
            percent_full: field.percent_full,
            verbatim: field.verbatim,
            missing: Spellings::of(field, mapping),
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
            Cell::NotText(_) => return Err("these bytes are no UTF-8 text".into()),
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
        if trimmed.is_empty() || self.missing.have(trimmed) {
            return Ok(None);
        }
        if self.styled {
            return Err(STYLED.into());
        }
        let giver = Giver::Caller;
        Ok(Some(match self.ty {
            Type::Bool => Value::Bool(self.words.parse(trimmed)?),
            Type::Int => Value::Int(reading::parse_int(trimmed, giver)?),
            Type::Number => return Ok(reading::parse_number(trimmed, giver)?.map(Value::Num)),
            Type::Percent => {
                let fraction = reading::parse_percent(trimmed, self.percent_full, giver, |number| Ok(number.into()))?;
                return Ok(fraction.map(Value::Num));
            }
            Type::Money(currency) => Value::Int(match parse_decimal(trimmed, currency.minor_digits()) {
                Ok(minor) => minor,
                Err(_) => reading::parse_money(trimmed, currency, giver, |amount| Ok(amount.into()))?,
            }),
            Type::Decimal(scale) => Value::Int(reading::parse_scaled(trimmed, scale, giver)?),
            Type::Text if self.verbatim => Value::text(text),
            Type::Text => Value::text(&normal(trimmed)),
            Type::Date => Value::Int(reading::parse_date(trimmed)?),
            Type::Timestamp => Value::Int(reading::parse_timestamp(trimmed, &self.zone)?),
            Type::Duration => Value::Int(reading::parse_duration(trimmed)?),
            Type::Enum(_) => Value::Int(self.label(trimmed)?),
            Type::Months | Type::Business(_) | Type::Target | Type::List | Type::Error => return Err(no_cell(self.ty)),
        }))
    }

    /// Spellings of missing that are numbers (`-1`) hold for a number as well.
    fn of_typed(&self, cell: Cell<'_>) -> Result<Option<Value>, Reason> {
        if !self.missing.is_empty() && cell.printed().is_some_and(|text| self.missing.have(&text)) {
            return Ok(None);
        }
        let int = |value: Option<i64>| Ok(value.map(Value::Int));
        let number = |value: Option<f64>| Ok(value.map(Value::Num));
        match self.ty {
            Type::Bool => cell.as_bool().map(|b| Some(Value::Bool(b))).ok_or_else(|| not_of(self.ty)),
            Type::Int => int(cell.as_int()?),
            Type::Number => number(cell.as_number()?),
            Type::Percent => number(cell.as_percent(self.percent_full)?),
            Type::Money(currency) => int(cell.as_scaled(currency.minor_digits())?),
            Type::Decimal(scale) => int(cell.as_scaled(scale)?),
            Type::Text => cell.printed().map(|text| Some(Value::text(&text))).ok_or_else(|| not_of(self.ty)),
            Type::Enum(_) => match cell.printed() {
                Some(text) => Ok(Some(Value::Int(self.label(&text)?))),
                None => Err(not_of(self.ty)),
            },
            Type::Date => Ok(Some(Value::Int(cell.as_date()?))),
            Type::Timestamp => Ok(Some(Value::Int(cell.as_timestamp(&self.zone)?))),
            Type::Duration => Ok(Some(Value::Int(cell.as_duration()?))),
            Type::Months | Type::Business(_) | Type::Target | Type::List | Type::Error => Err(no_cell(self.ty)),
        }
    }

    /// A text that is taken as it is: nothing to trim or to normalise, and no spelling of missing.
    pub(crate) fn is_plain(&self, text: &str) -> bool {
        let trimmed = text.trim();
        let normal = self.verbatim || (trimmed.len() == text.len() && (text.is_ascii() || is_normal(text)));
        normal && !trimmed.is_empty() && !self.missing.have(trimmed) && self.range.is_none()
    }

    fn label(&self, trimmed: &str) -> Result<i64, Reason> {
        self.labels.find(trimmed).map_err(|text| {
            let names = || self.labels.names().iter().map(String::as_str);
            match closest(&text, names()) {
                Some(label) => format!("not one of the listed values; did you mean `{label}`?").into(),
                None => format!("not one of the listed values: {}", listed(names(), LISTED)).into(),
            }
        })
    }

    fn in_range(&self, value: &Value) -> bool {
        self.range.as_ref().is_none_or(|range| crate::prepare::contains(range, value))
    }

    fn out_of_range(&self) -> Reason {
        match &self.range {
            Some(range) => format!("outside the range {}", format_range(range, self.ty)).into(),
            None => "out of range".into(),
        }
    }
}

const STYLED: &str =
    "the mapping says how this is written in files; give it as a number, date or time instead of a text";

fn not_of(ty: Type) -> Reason {
    format!("not {}", ty.in_words()).into()
}

fn no_cell(ty: Type) -> Reason {
    format!("{} cannot be given as a cell", ty.in_words()).into()
}
