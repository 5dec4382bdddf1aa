//! `ceil`: the least whole number that is not below.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::exact;
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "ceil",
    phrase: None,
    params: &["x"],
    signatures: &[
        Signature { params: &[Pat::Is(Type::Int)], variadic: false, returns: Pat::Is(Type::Int) },
        Signature { params: &[Pat::Is(Type::Number)], variadic: false, returns: Pat::Is(Type::Int) },
    ],
    variants: &[],
    partial: true,
    summary: "the least whole number that is not below",
    page: include_str!("../../docs/builtins/ceil.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Int(n)] => Value::Int(*n),
        [Value::Num(x)] => exact::ceil_to_int(*x).map_or(Value::Missing, Value::Int),
        _ => Value::Missing,
    }
}
