//! `round`: x rounded, half away from zero.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::exact;
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "round",
    phrase: None,
    params: &["x", "digits"],
    signatures: &[
        Signature { params: &[Pat::Is(Type::Int)], variadic: false, returns: Pat::Is(Type::Int) },
        Signature { params: &[Pat::Is(Type::Number)], variadic: false, returns: Pat::Is(Type::Int) },
        Signature {
            params: &[Pat::Is(Type::Number), Pat::Is(Type::Int)],
            variadic: false,
            returns: Pat::Is(Type::Number),
        },
    ],
    variants: &[],
    partial: true,
    summary: "x rounded, half away from zero",
    page: include_str!("../../docs/builtins/round.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Int(n)] => Value::Int(*n),
        [Value::Num(x)] => exact::round_to_int(*x).map_or(Value::Missing, Value::Int),
        [Value::Num(x), Value::Int(digits)] => round_digits(*x, *digits),
        _ => Value::Missing,
    }
}

fn round_digits(x: f64, digits: i64) -> Value {
    let Ok(digits @ 0..=15) = usize::try_from(digits) else { return Value::Missing };
    let shortest = format!("{}", x.abs());
    let Some((whole, decimals)) = shortest.split_once('.') else { return Value::num(x) };
    let Some((kept, cut)) = decimals.split_at_checked(digits) else { return Value::num(x) };
    let away = cut.starts_with(|c: char| ('5'..='9').contains(&c));
    let mut text = increased(&format!("{whole}{kept}"), away);
    if digits > 0 {
        text.insert(text.len() - digits, '.');
    }
    let size: f64 = text.parse().unwrap_or(f64::NAN);
    Value::num(if x < 0.0 && size > 0.0 { -size } else { size })
}

/// Decimal digits, plus one if asked.
fn increased(digits: &str, by_one: bool) -> String {
    let mut carry = by_one;
    let mut reversed: String = digits
        .chars()
        .rev()
        .map(|digit| match (carry, digit) {
            (true, '9') => '0',
            (true, digit) => {
                carry = false;
                char::from_digit(digit.to_digit(10).unwrap_or(0) + 1, 10).unwrap_or(digit)
            }
            (false, digit) => digit,
        })
        .collect();
    if carry {
        reversed.push('1');
    }
    reversed.chars().rev().collect()
}
