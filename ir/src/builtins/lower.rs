//! `lower`: the text in lower case.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "lower",
    phrase: None,
    params: &["text"],
    signatures: &[Signature { params: &[Pat::Is(Type::Text)], variadic: false, returns: Pat::Is(Type::Text) }],
    variants: &[],
    partial: false,
    summary: "the text in lower case",
    page: include_str!("../../docs/builtins/lower.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Text(text)] => Value::text(&text.to_lowercase()),
        _ => Value::Missing,
    }
}
