//! Texts: by code points, or after case folding (promise V3).

use super::{Op, compare};
use crate::fold::fold_case;
use crate::value::Value;

pub(super) fn eval(op: Op, a: &str, b: &str) -> Value {
    match op {
        // UTF-8 orders bytes as it orders code points.
        Op::CmpText(c) => compare::result(c, Some(a.cmp(b))),
        Op::StartsWith => Value::Bool(a.starts_with(b)),
        Op::EndsWith => Value::Bool(a.ends_with(b)),
        Op::Contains => Value::Bool(a.contains(b)),
        Op::CmpTextFold(c) => compare::result(c, Some(fold_case(a).cmp(&fold_case(b)))),
        Op::StartsWithFold => Value::Bool(fold_case(a).starts_with(&fold_case(b))),
        Op::EndsWithFold => Value::Bool(fold_case(a).ends_with(&fold_case(b))),
        Op::ContainsFold => Value::Bool(fold_case(a).contains(&fold_case(b))),
        _ => Value::Missing,
    }
}
