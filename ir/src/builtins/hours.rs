//! `hours`: the length of a duration in hours.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::time::HOUR_US;
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "hours",
    phrase: None,
    params: &["length"],
    signatures: &[Signature { params: &[Pat::Is(Type::Duration)], variadic: false, returns: Pat::Is(Type::Number) }],
    variants: &[],
    partial: false,
    summary: "the length of a duration in hours",
    page: include_str!("../../docs/builtins/hours.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Int(length)] => Value::num(*length as f64 / HOUR_US as f64),
        _ => Value::Missing,
    }
}
