//! `hour`: the hour of a time, 0 to 23.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::time::{HOUR_US, local_of};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "hour",
    phrase: Some("hour"),
    params: &["time"],
    signatures: &[Signature { params: &[Pat::Is(Type::Timestamp)], variadic: false, returns: Pat::Is(Type::Int) }],
    variants: &[],
    partial: false,
    summary: "the hour of a time, 0 to 23",
    page: include_str!("../../docs/builtins/hour.md"),
    eval,
};

fn eval(args: &[Value], cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Int(at)] => Value::Int(local_of(cx.zone, *at).1 / HOUR_US),
        _ => Value::Missing,
    }
}
