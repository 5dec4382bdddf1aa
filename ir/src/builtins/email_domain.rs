//! `email_domain`: the domain of an email address, in lower case.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "email_domain",
    phrase: None,
    params: &["email"],
    signatures: &[Signature { params: &[Pat::Is(Type::Text)], variadic: false, returns: Pat::Is(Type::Text) }],
    variants: &[],
    partial: true,
    summary: "the domain of an email address, in lower case",
    page: include_str!("../../docs/builtins/email_domain.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Text(email)] => domain(email).map_or(Value::Missing, |domain| Value::text(&domain)),
        _ => Value::Missing,
    }
}

fn domain(email: &str) -> Option<String> {
    let (local, domain) = email.trim().rsplit_once('@')?;
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let is_domain = !local.trim().is_empty() && !domain.is_empty() && !domain.contains(char::is_whitespace);
    is_domain.then(|| domain.to_lowercase())
}
