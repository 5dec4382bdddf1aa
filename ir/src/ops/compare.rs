//! Comparisons. Every one of known operands is true or false.

use crate::program::Compare;
use crate::value::Value;
use std::cmp::Ordering;

/// Whether an order satisfies a comparison.
pub fn holds(compare: Compare, order: Ordering) -> bool {
    match compare {
        Compare::Eq => order.is_eq(),
        Compare::Ne => order.is_ne(),
        Compare::Lt => order.is_lt(),
        Compare::Le => order.is_le(),
        Compare::Gt => order.is_gt(),
        Compare::Ge => order.is_ge(),
    }
}

/// The comparison with its sides exchanged: `<` becomes `>`.
pub fn flipped(compare: Compare) -> Compare {
    match compare {
        Compare::Eq | Compare::Ne => compare,
        Compare::Lt => Compare::Gt,
        Compare::Le => Compare::Ge,
        Compare::Gt => Compare::Lt,
        Compare::Ge => Compare::Le,
    }
}

/// The comparison that is true where this one is false.
pub fn negated(compare: Compare) -> Compare {
    match compare {
        Compare::Eq => Compare::Ne,
        Compare::Ne => Compare::Eq,
        Compare::Lt => Compare::Ge,
        Compare::Le => Compare::Gt,
        Compare::Gt => Compare::Le,
        Compare::Ge => Compare::Lt,
    }
}

/// The result for an order, missing without one (a NaN, which never occurs).
pub(super) fn result(compare: Compare, order: Option<Ordering>) -> Value {
    order.map_or(Value::Missing, |order| Value::Bool(holds(compare, order)))
}
