//! `bucket`: a stable number from 0 up to 1 for an id, to split records.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::types::Type;
use crate::value::Value;
use xxhash_rust::xxh64::xxh64;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "bucket",
    phrase: None,
    params: &["id", "salt"],
    signatures: &[
        Signature {
            params: &[Pat::Is(Type::Text), Pat::Is(Type::Text)],
            variadic: false,
            returns: Pat::Is(Type::Number),
        },
        Signature {
            params: &[Pat::Is(Type::Int), Pat::Is(Type::Text)],
            variadic: false,
            returns: Pat::Is(Type::Number),
        },
    ],
    variants: &[],
    partial: false,
    summary: "a stable number from 0 up to 1 for an id, to split records",
    page: include_str!("../../docs/builtins/bucket.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Text(id), Value::Text(salt)] => bucket(id, salt),
        [Value::Int(id), Value::Text(salt)] => bucket(&id.to_string(), salt),
        _ => Value::Missing,
    }
}

fn bucket(id: &str, salt: &str) -> Value {
    let mut bytes = Vec::with_capacity(salt.len() + 1 + id.len());
    bytes.extend_from_slice(salt.as_bytes());
    bytes.push(0x1f);
    bytes.extend_from_slice(id.as_bytes());
    let top = xxh64(&bytes, 0) >> 11;
    Value::num(top as f64 / (1u64 << 53) as f64)
}
