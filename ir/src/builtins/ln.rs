//! `ln`: the natural logarithm.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "ln",
    phrase: None,
    params: &["x"],
    signatures: &[Signature { params: &[Pat::Is(Type::Number)], variadic: false, returns: Pat::Is(Type::Number) }],
    variants: &[],
    partial: true,
    summary: "the natural logarithm",
    page: include_str!("../../docs/builtins/ln.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Num(x)] if *x > 0.0 => Value::num(libm::log(*x)),
        _ => Value::Missing,
    }
}
