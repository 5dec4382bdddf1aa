//! Canonical text of clauses that explanations and reports show by themselves.

use super::print::expr;
use super::{AcceptStep, CellTest, CompareOp, Each, KpiTarget, NumberLit, NumberUnit, RangeLit, Rate, Recycle};
use super::{TargetRef, TextOp, Window, WindowKind};

/// `>=`
pub fn sign(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => "=",
        CompareOp::Ne => "!=",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
        CompareOp::AtLeast => "at least",
        CompareOp::AtMost => "at most",
    }
}

/// `200..<1000`
pub fn range(r: &RangeLit) -> String {
    let end = |e: &Option<Box<super::Expr>>| e.as_ref().map_or(String::new(), |e| expr(e));
    format!("{}..{}{}", end(&r.low), if r.high_open { "<" } else { "" }, end(&r.high))
}

/// A test with what it tests: `fit >= 75`.
pub fn cell_test(of: &str, test: &CellTest) -> String {
    match test {
        CellTest::Compare(op, value) => format!("{of} {} {}", sign(*op), expr(value)),
        CellTest::Range(r) => format!("{of} in {}", range(r)),
        CellTest::OneOf(items, negated) => {
            let items: Vec<String> = items.iter().map(expr).collect();
            format!("{of} {}in ({})", if *negated { "not " } else { "" }, items.join(", "))
        }
        CellTest::Value(value) => format!("{of} = {}", expr(value)),
        CellTest::Known(true) => format!("{of} is known"),
        CellTest::Known(false) => format!("{of} is missing"),
        CellTest::Text(op, value) => {
            let word = match op {
                TextOp::StartsWith => "starts with",
                TextOp::EndsWith => "ends with",
                TextOp::Contains => "contains",
            };
            format!("{of} {word} {}", expr(value))
        }
    }
}

/// `within last 30 days`
pub fn window(w: &Window) -> String {
    match &w.kind {
        WindowKind::Last(d) => format!("within last {}", expr(d)),
        WindowKind::Next(d) => format!("within next {}", expr(d)),
        WindowKind::Ago(from, to) => {
            let (from, to) = (expr(from), expr(to));
            // `from 60 to 30 days ago`: the unit stands once if both ends share it.
            let from = match (from.split_once(' '), to.split_once(' ')) {
                (Some((n, a)), Some((_, b))) if a == b => n.to_string(),
                _ => from,
            };
            format!("from {from} to {to} ago")
        }
    }
}

fn rate(r: &Rate) -> String {
    let count = if r.count == 1 { "once".to_string() } else { r.count.to_string() };
    format!("{count} a {}", r.period.text)
}

/// `activities within last 90 days where …, half-life 30 days, at most once a day`
pub fn each(e: &Each) -> String {
    let mut text = e.link.text.clone();
    if let Some(w) = &e.window {
        text.push_str(&format!(" {}", window(w)));
    }
    if let Some(f) = &e.filter {
        text.push_str(&format!(" where {}", expr(f)));
    }
    if let Some(h) = &e.half_life {
        text.push_str(&format!(", half-life {}", expr(h)));
    }
    if let Some(r) = &e.at_least {
        text.push_str(&format!(", at least {}", if r.count == 1 { format!("1 a {}", r.period.text) } else { rate(r) }));
    }
    if let Some(r) = &e.at_most {
        text.push_str(&format!(", at most {}", rate(r)));
    }
    text
}

/// `team emea`
pub fn target_ref(t: &TargetRef) -> String {
    match t {
        TargetRef::Team(n) => format!("team {}", n.text),
        TargetRef::Queue(n) => format!("queue {}", n.text),
        TargetRef::Person(e) => format!("person {}", expr(e)),
    }
}

/// `remind after 2 business hours`
pub fn accept_step(step: &AcceptStep) -> String {
    match step {
        AcceptStep::RemindAfter(d) => format!("remind after {}", expr(d)),
        AcceptStep::Reassign(1) => "then reassign once".to_string(),
        AcceptStep::Reassign(2) => "then reassign twice".to_string(),
        AcceptStep::Reassign(n) => format!("then reassign {n} times"),
        AcceptStep::EscalateTo(t) => format!("then escalate to {}", target_ref(t)),
    }
}

/// `no_budget, wrong_timing to queue nurture, again after 30 days`
pub fn recycle(r: &Recycle) -> String {
    let reasons: Vec<&str> = r.reasons.iter().map(|n| n.text.as_str()).collect();
    let again = r.again_after.as_ref().map_or(String::new(), |d| format!(", again after {}", expr(d)));
    format!("{} to {}{again}", reasons.join(", "), target_ref(&r.to))
}

/// `>= 12% until 2026-12-31`
pub fn target(t: &KpiTarget) -> String {
    let each = t.each.as_ref().map_or(String::new(), |n| format!("each {} ", n.text));
    let until = t.until.as_ref().map_or(String::new(), |(d, _)| format!(" until {d}"));
    format!("{each}{} {}{until}", sign(t.op), expr(&t.value))
}

/// `10M EUR`
pub fn number(lit: &NumberLit) -> String {
    let suffix = match lit.exponent {
        3 => "k",
        6 => "M",
        9 => "B",
        _ => "",
    };
    let unit = match &lit.unit {
        NumberUnit::None => String::new(),
        NumberUnit::Percent => "%".to_string(),
        NumberUnit::Currency(name) => format!(" {}", name.text),
    };
    format!("{}{suffix}{unit}", lit.digits)
}
