//! `age`: how long ago a time or day was.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::time::{DAY_US, date_of};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "age",
    phrase: None,
    params: &["since"],
    signatures: &[
        Signature { params: &[Pat::Is(Type::Timestamp)], variadic: false, returns: Pat::Is(Type::Duration) },
        Signature { params: &[Pat::Is(Type::Date)], variadic: false, returns: Pat::Is(Type::Duration) },
    ],
    variants: &[(Type::Date, "age.date")],
    partial: true,
    summary: "how long ago a time or day was",
    page: include_str!("../../docs/builtins/age.md"),
    eval,
};

fn eval(args: &[Value], cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Int(at)] => cx.now_us.checked_sub(*at).map_or(Value::Missing, Value::Int),
        _ => Value::Missing,
    }
}

/// [`age`](BUILTIN) of a date.
pub const OF_DATE: Builtin = Builtin {
    name: "age.date",
    signatures: &[Signature { params: &[Pat::Is(Type::Date)], variadic: false, returns: Pat::Is(Type::Duration) }],
    variants: &[],
    eval: eval_date,
    ..BUILTIN
};

fn eval_date(args: &[Value], cx: &EvalContext<'_>) -> Value {
    let today = date_of(cx.zone, cx.now_us);
    match args {
        [Value::Int(day)] => {
            let length = today.checked_sub(*day).and_then(|days| days.checked_mul(DAY_US));
            length.map_or(Value::Missing, Value::Int)
        }
        _ => Value::Missing,
    }
}
