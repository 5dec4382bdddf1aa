//! `days_between`: whole days from one time or date to another.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::time::DAY_US;
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "days_between",
    phrase: None,
    params: &["from", "to"],
    signatures: &[
        Signature {
            params: &[Pat::Is(Type::Timestamp), Pat::Is(Type::Timestamp)],
            variadic: false,
            returns: Pat::Is(Type::Int),
        },
        Signature { params: &[Pat::Is(Type::Date), Pat::Is(Type::Date)], variadic: false, returns: Pat::Is(Type::Int) },
    ],
    variants: &[(Type::Date, "days_between.date")],
    partial: false,
    summary: "whole days from one time or date to another",
    page: include_str!("../../docs/builtins/days_between.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Int(from), Value::Int(to)] => {
            // In 128 bits, since two instants may lie further apart than 64 bits count.
            let length = i128::from(*to) - i128::from(*from);
            i64::try_from(length / i128::from(DAY_US)).map_or(Value::Missing, Value::Int)
        }
        _ => Value::Missing,
    }
}

/// [`days_between`](BUILTIN) of dates.
pub const OF_DATES: Builtin = Builtin {
    name: "days_between.date",
    signatures: &[Signature {
        params: &[Pat::Is(Type::Date), Pat::Is(Type::Date)],
        variadic: false,
        returns: Pat::Is(Type::Int),
    }],
    variants: &[],
    eval: eval_dates,
    ..BUILTIN
};

fn eval_dates(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Int(from), Value::Int(to)] => Value::Int(to.saturating_sub(*from)),
        _ => Value::Missing,
    }
}
