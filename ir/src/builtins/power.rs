//! `power`: x raised to an exponent.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "power",
    phrase: None,
    params: &["x", "exponent"],
    signatures: &[Signature {
        params: &[Pat::Is(Type::Number), Pat::Is(Type::Number)],
        variadic: false,
        returns: Pat::Is(Type::Number),
    }],
    variants: &[],
    partial: true,
    summary: "x raised to an exponent",
    page: include_str!("../../docs/builtins/power.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Num(x), Value::Num(exponent)] => Value::num(libm::pow(*x, *exponent)),
        _ => Value::Missing,
    }
}
