//! `start_of_year`: when the year of a time or date begins.

use super::{Builtin, EvalContext, Pat, Signature, start_of, start_of_date};
use crate::program::Period;
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "start_of_year",
    phrase: Some("start of year"),
    params: &["time"],
    signatures: &[
        Signature { params: &[Pat::Is(Type::Timestamp)], variadic: false, returns: Pat::Is(Type::Timestamp) },
        Signature { params: &[Pat::Is(Type::Date)], variadic: false, returns: Pat::Is(Type::Date) },
    ],
    variants: &[(Type::Date, "start_of_year.date")],
    partial: false,
    summary: "when the year of a time or date begins",
    page: include_str!("../../docs/builtins/start_of_year.md"),
    eval,
};

fn eval(args: &[Value], cx: &EvalContext<'_>) -> Value {
    start_of(args, cx, Period::Year)
}

/// [`start_of_year`](BUILTIN) of a date.
pub const OF_DATE: Builtin = Builtin {
    name: "start_of_year.date",
    signatures: &[Signature { params: &[Pat::Is(Type::Date)], variadic: false, returns: Pat::Is(Type::Date) }],
    variants: &[],
    eval: eval_date,
    ..BUILTIN
};

fn eval_date(args: &[Value], cx: &EvalContext<'_>) -> Value {
    start_of_date(args, cx, Period::Year)
}
