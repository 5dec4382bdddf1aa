//! `date_of`: the date of a time.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::time::date_of;
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "date_of",
    phrase: Some("date"),
    params: &["time"],
    signatures: &[Signature { params: &[Pat::Is(Type::Timestamp)], variadic: false, returns: Pat::Is(Type::Date) }],
    variants: &[],
    partial: false,
    summary: "the date of a time",
    page: include_str!("../../docs/builtins/date_of.md"),
    eval,
};

fn eval(args: &[Value], cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Int(at)] => Value::Int(date_of(cx.zone, *at)),
        _ => Value::Missing,
    }
}
