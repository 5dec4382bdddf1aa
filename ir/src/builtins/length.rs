//! `length`: how many characters a text has.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "length",
    phrase: None,
    params: &["text"],
    signatures: &[Signature { params: &[Pat::Is(Type::Text)], variadic: false, returns: Pat::Is(Type::Int) }],
    variants: &[],
    partial: false,
    summary: "how many characters a text has",
    page: include_str!("../../docs/builtins/length.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Text(text)] => Value::Int(text.chars().count() as i64),
        _ => Value::Missing,
    }
}
