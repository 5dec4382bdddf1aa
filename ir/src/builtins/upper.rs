//! `upper`: the text in upper case.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "upper",
    phrase: None,
    params: &["text"],
    signatures: &[Signature { params: &[Pat::Is(Type::Text)], variadic: false, returns: Pat::Is(Type::Text) }],
    variants: &[],
    partial: false,
    summary: "the text in upper case",
    page: include_str!("../../docs/builtins/upper.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Text(text)] => Value::text(&text.to_uppercase()),
        _ => Value::Missing,
    }
}
