//! `log`: the logarithm, to base 10 unless another is given.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "log",
    phrase: None,
    params: &["x", "base"],
    signatures: &[
        Signature { params: &[Pat::Is(Type::Number)], variadic: false, returns: Pat::Is(Type::Number) },
        Signature {
            params: &[Pat::Is(Type::Number), Pat::Is(Type::Number)],
            variadic: false,
            returns: Pat::Is(Type::Number),
        },
    ],
    variants: &[],
    partial: true,
    summary: "the logarithm, to base 10 unless another is given",
    page: include_str!("../../docs/builtins/log.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Num(x)] => log(*x, 10.0),
        [Value::Num(x), Value::Num(base)] => log(*x, *base),
        _ => Value::Missing,
    }
}

fn log(x: f64, base: f64) -> Value {
    if x <= 0.0 || base <= 0.0 || base == 1.0 {
        return Value::Missing;
    }
    // Exact for the powers of the two bases that people use.
    Value::num(if base == 10.0 {
        libm::log10(x)
    } else if base == 2.0 {
        libm::log2(x)
    } else {
        libm::log(x) / libm::log(base)
    })
}
