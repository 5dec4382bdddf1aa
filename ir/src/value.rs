//! Values at run time.

use std::sync::Arc;

/// A value, or `Missing`. The static type says what an `Int` counts: a plain int, money in minor
/// units, a decimal in units of its scale, a date in days, a timestamp or duration in
/// microseconds, months, or an enum's label index.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value; for a bool: neither true nor false.
    Missing,
    /// `bool`.
    Bool(bool),
    /// Every integer-like type, see [`crate::types::Type::is_int_like`].
    Int(i64),
    /// `number` and `percent`; always finite, never -0.0 made by an operator's rounding of its own.
    Num(f64),
    /// `text` and `target`.
    Text(Arc<str>),
    /// A list of texts.
    List(Arc<[Arc<str>]>),
}

impl Value {
    /// A text value.
    pub fn text(s: &str) -> Value {
        Value::Text(Arc::from(s))
    }

    /// `Num` if finite, else `Missing` (promise V2).
    pub fn num(x: f64) -> Value {
        if x.is_finite() { Value::Num(x) } else { Value::Missing }
    }

    /// Definitely true: the only state in which a rule fires (promise M2).
    pub fn is_true(&self) -> bool {
        matches!(self, Value::Bool(true))
    }

    /// No value.
    pub fn is_missing(&self) -> bool {
        matches!(self, Value::Missing)
    }
}
