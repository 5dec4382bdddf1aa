//! `host_of`: the host of a web address, in lower case.

use super::{Builtin, EvalContext, Pat, Signature};
use crate::types::Type;
use crate::value::Value;

/// The builtin.
pub const BUILTIN: Builtin = Builtin {
    name: "host_of",
    phrase: None,
    params: &["url"],
    signatures: &[Signature { params: &[Pat::Is(Type::Text)], variadic: false, returns: Pat::Is(Type::Text) }],
    variants: &[],
    partial: true,
    summary: "the host of a web address, in lower case",
    page: include_str!("../../docs/builtins/host_of.md"),
    eval,
};

fn eval(args: &[Value], _cx: &EvalContext<'_>) -> Value {
    match args {
        [Value::Text(url)] => host(url).map_or(Value::Missing, |host| Value::text(&host)),
        _ => Value::Missing,
    }
}

fn host(url: &str) -> Option<String> {
    let url = url.trim();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match (host.strip_prefix('['), host.find(']')) {
        (Some(_), Some(end)) => host.get(..=end)?, // an IPv6 address keeps its brackets
        _ => host.split(':').next()?,
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    // A scheme without slashes (`mailto:`) leaves its own name, which is no host.
    let bare_scheme = authority.strip_suffix(':').is_some_and(|name| name == host);
    let is_host = !host.is_empty() && !bare_scheme && !host.contains(char::is_whitespace);
    is_host.then(|| host.to_lowercase())
}
