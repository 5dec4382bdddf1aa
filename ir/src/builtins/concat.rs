//! `concat`: texts joined to one.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "concat",
    phrase: None,
    params: &["text"],
    signatures: &[Signature { params: &[Pat::Is(Type::Text)], variadic: true, returns: Pat::Is(Type::Text) }],
    variants: &[],
    partial: false,
    summary: "texts joined to one",
    page: include_str!("../../docs/builtins/concat.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    let mut joined = String::new();
    for arg in args {
        match arg {
            Value::Text(text) => joined.push_str(text),
            Value::Missing | Value::Bool(_) | Value::Int(_) | Value::Num(_) | Value::List(_) => return Value::Missing,
        }
    }
    Value::text(&joined)
}
