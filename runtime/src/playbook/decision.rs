//! What was decided for one record.

use super::Playbook;
use super::error::Error;
use super::handle::OutputKey;
use super::json;
use crate::decide::{RowFinding, label};
use revplay_ir::describe::format_value;
use revplay_ir::types::Type;
use revplay_ir::value::Value;

/// The decisions of one record, from [`Record::decide`](super::Record::decide). `None` is *missing* everywhere.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'r> {
    playbook: &'r Playbook,
    values: &'r [Value],
    findings: &'r [RowFinding],
}

/// An exact decimal: `units` / 10^`scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// Points in units of the last decimal, or money in the minor unit of its currency.
    pub units: i64,
    /// Decimals.
    pub scale: u8,
}

impl<'r> Decision<'r> {
    pub(super) fn new(playbook: &'r Playbook, values: &'r [Value], findings: &'r [RowFinding]) -> Decision<'r> {
        Decision { playbook, values, findings }
    }

    fn at(&self, key: impl OutputKey) -> Result<(usize, Type, &'r Value), Error> {
        let index = key.handle(self.playbook)?.index;
        let ty = self.playbook.program().outputs.get(index).map_or(Type::Error, |output| output.ty);
        Ok((index, ty, self.values.get(index).unwrap_or(&Value::Missing)))
    }

    fn wrong<T>(&self, index: usize, ty: Type) -> Result<T, Error> {
        let name = self.playbook.program().outputs.get(index).map(|o| o.name.clone()).unwrap_or_default();
        Err(Error::OutputType { name, is: ty.in_words() })
    }

    /// A condition, such as a handoff.
    ///
    /// # Errors
    /// [`Error::UnknownName`], and [`Error::OutputType`] if it is of another type; so for all that follow.
    pub fn bool(&self, output: impl OutputKey) -> Result<Option<bool>, Error> {
        match self.at(output)? {
            (_, Type::Bool, value) => Ok(match value {
                Value::Bool(b) => Some(*b),
                _ => None,
            }),
            (index, ty, _) => self.wrong(index, ty),
        }
    }

    /// A whole number, such as a score in steps of 1.
    ///
    /// # Errors
    /// As [`Decision::bool`].
    pub fn int(&self, output: impl OutputKey) -> Result<Option<i64>, Error> {
        match self.at(output)? {
            (_, Type::Int | Type::Months, value) => Ok(int(value)),
            (index, ty, _) => self.wrong(index, ty),
        }
    }

    /// A number, a percentage (as a fraction), a whole number, or a score in any steps; a decimal is rounded to the
    /// nearest number.
    ///
    /// # Errors
    /// As [`Decision::bool`].
    pub fn number(&self, output: impl OutputKey) -> Result<Option<f64>, Error> {
        match self.at(output)? {
            (_, Type::Number | Type::Percent, Value::Num(x)) => Ok(Some(*x)),
            (_, Type::Int, Value::Int(n)) => Ok(Some(*n as f64)),
            (_, Type::Decimal(scale), Value::Int(n)) => Ok(revplay_ir::decimal::format_decimal(*n, scale).parse().ok()),
            (_, Type::Number | Type::Percent | Type::Int | Type::Decimal(_), _) => Ok(None),
            (index, ty, _) => self.wrong(index, ty),
        }
    }

    /// A score in any steps, an amount of money or a whole number, exactly.
    ///
    /// # Errors
    /// As [`Decision::bool`].
    pub fn decimal(&self, output: impl OutputKey) -> Result<Option<Decimal>, Error> {
        let (index, ty, value) = self.at(output)?;
        let scale = match ty {
            Type::Decimal(scale) => scale,
            Type::Money(currency) => currency.minor_digits(),
            Type::Int => 0,
            _ => return self.wrong(index, ty),
        };
        Ok(int(value).map(|units| Decimal { units, scale }))
    }

    /// A text, a label (of a band, grade, journey, enum or status) or a route's target (`team emea`).
    ///
    /// # Errors
    /// As [`Decision::bool`].
    pub fn text(&self, output: impl OutputKey) -> Result<Option<&'r str>, Error> {
        match self.at(output)? {
            (_, Type::Enum(id), value) => Ok(int(value).and_then(|n| label(self.playbook.program(), id, n))),
            (_, Type::Text | Type::Target, value) => Ok(match value {
                Value::Text(text) => Some(text),
                _ => None,
            }),
            (index, ty, _) => self.wrong(index, ty),
        }
    }

    /// A list, such as what is recommended; without any: empty.
    ///
    /// # Errors
    /// As [`Decision::bool`].
    pub fn list(&self, output: impl OutputKey) -> Result<Vec<&'r str>, Error> {
        match self.at(output)? {
            (_, Type::List, Value::List(items)) => Ok(items.iter().map(AsRef::as_ref).collect()),
            (_, Type::List, _) => Ok(Vec::new()),
            (index, ty, _) => self.wrong(index, ty),
        }
    }

    /// A date, as days since 1970-01-01.
    ///
    /// # Errors
    /// As [`Decision::bool`].
    pub fn date(&self, output: impl OutputKey) -> Result<Option<i64>, Error> {
        match self.at(output)? {
            (_, Type::Date, value) => Ok(int(value)),
            (index, ty, _) => self.wrong(index, ty),
        }
    }

    /// An instant in microseconds since 1970-01-01T00:00:00Z, or a length of time in microseconds.
    ///
    /// # Errors
    /// As [`Decision::bool`].
    pub fn micros(&self, output: impl OutputKey) -> Result<Option<i64>, Error> {
        match self.at(output)? {
            (_, Type::Timestamp | Type::Duration | Type::Business(_), value) => Ok(int(value)),
            (index, ty, _) => self.wrong(index, ty),
        }
    }

    /// Any output as people read it: `71.25`, `12.50 EUR`, `2026-11-23T08:00:00Z`, `team emea`.
    ///
    /// # Errors
    /// [`Error::UnknownName`].
    pub fn shown(&self, output: impl OutputKey) -> Result<Option<String>, Error> {
        let (_, ty, value) = self.at(output)?;
        Ok((!value.is_missing()).then(|| format_value(self.playbook.program(), ty, value)))
    }

    /// Overlaps that the playbook forbids, in words: two rows of a `unique` table are true, or the most specific rows
    /// tie. The first was taken.
    pub fn overlaps(&self) -> impl Iterator<Item = &'r str> {
        self.findings.iter().map(|finding| finding.message.as_str())
    }

    /// All outputs as a JSON object, as [`Playbook::decide_json`] gives it.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        json::write_object(self.playbook, self.values, &mut out);
        out
    }
}

fn int(value: &Value) -> Option<i64> {
    match value {
        Value::Int(n) => Some(*n),
        Value::Missing | Value::Bool(_) | Value::Num(_) | Value::Text(_) | Value::List(_) => None,
    }
}
