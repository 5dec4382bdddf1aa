//! `replace`: the text with every occurrence replaced.

use super::{Builtin, EvalContext, Pat, Signature, text_or_missing};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "replace",
    phrase: None,
    params: &["text", "from", "to"],
    signatures: &[Signature {
        params: &[Pat::Is(Type::Text), Pat::Is(Type::Text), Pat::Is(Type::Text)],
        variadic: false,
        returns: Pat::Is(Type::Text),
    }],
    variants: &[],
    partial: true,
    summary: "the text with every occurrence replaced",
    page: include_str!("../../docs/builtins/replace.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Text(text), Value::Text(from), _] if from.is_empty() => text_or_missing(text),
        [Value::Text(text), Value::Text(from), Value::Text(to)] => text_or_missing(&text.replace(from.as_ref(), to)),
        _ => Value::Missing,
    }
}
