//! `digits`: only the digits of a text.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "digits",
    phrase: None,
    params: &["text"],
    signatures: &[Signature { params: &[Pat::Is(Type::Text)], variadic: false, returns: Pat::Is(Type::Text) }],
    variants: &[],
    partial: true,
    summary: "only the digits of a text, e.g. of a phone number",
    page: include_str!("../../docs/builtins/digits.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Text(text)] => {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            if digits.is_empty() { Value::Missing } else { Value::text(&digits) }
        }
        _ => Value::Missing,
    }
}
