//! `number_of`: the number that a text is.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "number_of",
    phrase: None,
    params: &["text"],
    signatures: &[Signature { params: &[Pat::Is(Type::Text)], variadic: false, returns: Pat::Is(Type::Number) }],
    variants: &[],
    partial: true,
    summary: "the number that a text is",
    page: include_str!("../../docs/builtins/number_of.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Text(text)] if is_number(text.trim()) => text.trim().parse().map_or(Value::Missing, Value::num),
        _ => Value::Missing,
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole) && all_digits(decimals)
}
