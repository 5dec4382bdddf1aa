//! `after`: the text after the first separator.

use super::{Builtin, EvalContext, Pat, Signature, text_or_missing};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "after",
    phrase: None,
    params: &["text", "separator"],
    signatures: &[Signature {
        params: &[Pat::Is(Type::Text), Pat::Is(Type::Text)],
        variadic: false,
        returns: Pat::Is(Type::Text),
    }],
    variants: &[],
    partial: true,
    summary: "the text after the first separator",
    page: include_str!("../../docs/builtins/after.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Text(text), Value::Text(separator)] => {
            text.split_once(separator.as_ref()).map_or(Value::Missing, |(_, rest)| text_or_missing(rest))
        }
        _ => Value::Missing,
    }
}
