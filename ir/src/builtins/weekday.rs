//! `weekday`: the day of the week of a time or date.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::time::{date_of, weekday};
use crate::types::{Type, WEEKDAY};
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "weekday",
    phrase: Some("weekday"),
    params: &["time"],
    signatures: &[
        Signature { params: &[Pat::Is(Type::Timestamp)], variadic: false, returns: Pat::Is(Type::Enum(WEEKDAY)) },
        Signature { params: &[Pat::Is(Type::Date)], variadic: false, returns: Pat::Is(Type::Enum(WEEKDAY)) },
    ],
    variants: &[(Type::Date, "weekday.date")],
    partial: false,
    summary: "the day of the week of a time or date",
    page: include_str!("../../docs/builtins/weekday.md"),
    eval,
};

fn eval(args: &[Value], cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Int(at)] => Value::Int(i64::from(weekday(date_of(cx.zone, *at)))),
        _ => Value::Missing,
    }
}

/// [`weekday`](BUILTIN) of a date.
pub const OF_DATE: Builtin = Builtin {
    name: "weekday.date",
    signatures: &[Signature { params: &[Pat::Is(Type::Date)], variadic: false, returns: Pat::Is(Type::Enum(WEEKDAY)) }],
    variants: &[],
    eval: eval_date,
    ..BUILTIN
};

fn eval_date(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Int(day)] => Value::Int(i64::from(weekday(*day))),
        _ => Value::Missing,
    }
}
