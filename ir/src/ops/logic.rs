//! Three-valued logic (promise M2).

use crate::value::Value;

/// Not true, not false: missing, as for anything that is no bool.
pub(super) fn not(value: &Value) -> Value {
    match value {
        Value::Bool(b) => Value::Bool(!b),
        Value::Missing | Value::Int(_) | Value::Num(_) | Value::Text(_) | Value::List(_) => Value::Missing,
    }
}

/// False wins, else missing, else true.
pub(super) fn and(args: &[Value]) -> Value {
    fold(args, false)
}

/// True wins, else missing, else false.
pub(super) fn or(args: &[Value]) -> Value {
    fold(args, true)
}

fn fold(args: &[Value], wins: bool) -> Value {
    if args.contains(&Value::Bool(wins)) {
        Value::Bool(wins)
    } else if args.iter().all(|v| *v == Value::Bool(!wins)) {
        Value::Bool(!wins)
    } else {
        Value::Missing
    }
}
