//! `days`: the length of a duration in days.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::time::DAY_US;
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "days",
    phrase: None,
    params: &["length"],
    signatures: &[Signature { params: &[Pat::Is(Type::Duration)], variadic: false, returns: Pat::Is(Type::Number) }],
    variants: &[],
    partial: false,
    summary: "the length of a duration in days",
    page: include_str!("../../docs/builtins/days.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Int(length)] => Value::num(*length as f64 / DAY_US as f64),
        _ => Value::Missing,
    }
}
