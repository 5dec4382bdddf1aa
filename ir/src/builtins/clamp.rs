//! `clamp`: x, held between two bounds.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "clamp",
    phrase: None,
    params: &["x", "low", "high"],
    signatures: &[
        Signature {
            params: &[Pat::Is(Type::Int), Pat::Is(Type::Int), Pat::Is(Type::Int)],
            variadic: false,
            returns: Pat::Is(Type::Int),
        },
        Signature {
            params: &[Pat::Is(Type::Number), Pat::Is(Type::Number), Pat::Is(Type::Number)],
            variadic: false,
            returns: Pat::Is(Type::Number),
        },
        Signature {
            params: &[Pat::Is(Type::Percent), Pat::Is(Type::Percent), Pat::Is(Type::Percent)],
            variadic: false,
            returns: Pat::Is(Type::Percent),
        },
        Signature { params: &[Pat::Money, Pat::Money, Pat::Money], variadic: false, returns: Pat::Money },
        Signature { params: &[Pat::Decimal, Pat::Decimal, Pat::Decimal], variadic: false, returns: Pat::Decimal },
        Signature {
            params: &[Pat::Is(Type::Date), Pat::Is(Type::Date), Pat::Is(Type::Date)],
            variadic: false,
            returns: Pat::Is(Type::Date),
        },
        Signature {
            params: &[Pat::Is(Type::Timestamp), Pat::Is(Type::Timestamp), Pat::Is(Type::Timestamp)],
            variadic: false,
            returns: Pat::Is(Type::Timestamp),
        },
        Signature {
            params: &[Pat::Is(Type::Duration), Pat::Is(Type::Duration), Pat::Is(Type::Duration)],
            variadic: false,
            returns: Pat::Is(Type::Duration),
        },
    ],
    variants: &[],
    partial: false,
    summary: "x, held between two bounds",
    page: include_str!("../../docs/builtins/clamp.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Int(x), Value::Int(a), Value::Int(b)] => Value::Int(*x.clamp(a.min(b), a.max(b))),
        [Value::Num(x), Value::Num(a), Value::Num(b)] => Value::num(x.max(a.min(*b)).min(a.max(*b))),
        _ => Value::Missing,
    }
}
