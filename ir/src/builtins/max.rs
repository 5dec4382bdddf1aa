//! `max`: the greatest of its arguments.

use super::{Builtin, EvalContext, Pat, Signature, extreme};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "max",
    phrase: None,
    params: &["x"],
    signatures: &[
        Signature { params: &[Pat::Is(Type::Int)], variadic: true, returns: Pat::Is(Type::Int) },
        Signature { params: &[Pat::Is(Type::Number)], variadic: true, returns: Pat::Is(Type::Number) },
        Signature { params: &[Pat::Is(Type::Percent)], variadic: true, returns: Pat::Is(Type::Percent) },
        Signature { params: &[Pat::Money], variadic: true, returns: Pat::Money },
        Signature { params: &[Pat::Decimal], variadic: true, returns: Pat::Decimal },
        Signature { params: &[Pat::Is(Type::Date)], variadic: true, returns: Pat::Is(Type::Date) },
        Signature { params: &[Pat::Is(Type::Timestamp)], variadic: true, returns: Pat::Is(Type::Timestamp) },
        Signature { params: &[Pat::Is(Type::Duration)], variadic: true, returns: Pat::Is(Type::Duration) },
    ],
    variants: &[],
    partial: false,
    summary: "the greatest of its arguments",
    page: include_str!("../../docs/builtins/max.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    extreme(args, std::cmp::Ordering::is_gt)
}
