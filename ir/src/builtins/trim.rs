//! `trim`: the text without blanks at its ends.

use super::{Builtin, EvalContext, Pat, Signature, text_or_missing};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "trim",
    phrase: None,
    params: &["text"],
    signatures: &[Signature { params: &[Pat::Is(Type::Text)], variadic: false, returns: Pat::Is(Type::Text) }],
    variants: &[],
    partial: true,
    summary: "the text without blanks at its ends",
    page: include_str!("../../docs/builtins/trim.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Text(text)] => text_or_missing(text.trim()),
        _ => Value::Missing,
    }
}
