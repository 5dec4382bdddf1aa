//! `floor`: the greatest whole number that is not above.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::exact;
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "floor",
    phrase: None,
    params: &["x"],
    signatures: &[
        Signature { params: &[Pat::Is(Type::Int)], variadic: false, returns: Pat::Is(Type::Int) },
        Signature { params: &[Pat::Is(Type::Number)], variadic: false, returns: Pat::Is(Type::Int) },
    ],
    variants: &[],
    partial: true,
    summary: "the greatest whole number that is not above",
    page: include_str!("../../docs/builtins/floor.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Int(n)] => Value::Int(*n),
        [Value::Num(x)] => exact::floor_to_int(*x).map_or(Value::Missing, Value::Int),
        _ => Value::Missing,
    }
}
