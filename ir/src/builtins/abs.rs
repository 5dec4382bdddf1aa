//! `abs`: the size of a number, money or duration without its sign.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "abs",
    phrase: None,
    params: &["x"],
    signatures: &[
        Signature { params: &[Pat::Is(Type::Int)], variadic: false, returns: Pat::Is(Type::Int) },
        Signature { params: &[Pat::Is(Type::Number)], variadic: false, returns: Pat::Is(Type::Number) },
        Signature { params: &[Pat::Is(Type::Percent)], variadic: false, returns: Pat::Is(Type::Percent) },
        Signature { params: &[Pat::Money], variadic: false, returns: Pat::Money },
        Signature { params: &[Pat::Decimal], variadic: false, returns: Pat::Decimal },
        Signature { params: &[Pat::Is(Type::Duration)], variadic: false, returns: Pat::Is(Type::Duration) },
    ],
    variants: &[],
    partial: true,
    summary: "the size of a number, money or duration without its sign",
    page: include_str!("../../docs/builtins/abs.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Int(n)] => n.checked_abs().map_or(Value::Missing, Value::Int),
        [Value::Num(x)] => Value::num(x.abs()),
        _ => Value::Missing,
    }
}
