//! Clauses: types, fields, rules, cells, calendar and team lines.

use super::{Level, at, list, name, names, text, text_op, window};
use crate::ast::phrases::{number, range, sign};
use crate::ast::{
    Assign, Cell, CellKind, CellTest, Decay, Each, Expr, ExprKind, Field, Group, Member, OpenLine, Policy,
};
use crate::ast::{Rate, RouteAction, RouteRow, Rule, TextLit, TypeRef};

pub(super) fn texts(list: &[TextLit]) -> String {
    list.iter().map(|t| text(&t.text)).collect::<Vec<_>>().join(", ")
}

pub(super) fn type_ref(ty: &TypeRef) -> String {
    match ty {
        TypeRef::Bool => "bool".to_string(),
        TypeRef::Int => "int".to_string(),
        TypeRef::Number => "number".to_string(),
        TypeRef::Percent(None) => "percent".to_string(),
        TypeRef::Percent(Some(whole)) => format!("percent(0..{})", number(whole)),
        TypeRef::Money(currency) => format!("money({})", name(currency)),
        TypeRef::Text => "text".to_string(),
        TypeRef::Date => "date".to_string(),
        TypeRef::Timestamp => "timestamp".to_string(),
        TypeRef::Duration => "duration".to_string(),
        TypeRef::Enum { ordered, labels } => {
            let labels = labels.iter().map(|l| match l.spellings.as_slice() {
                [] => name(&l.name),
                spellings => format!("{} ({})", name(&l.name), texts(spellings)),
            });
            let order = if *ordered { "ordered " } else { "" };
            format!("{order}enum({})", labels.collect::<Vec<_>>().join(", "))
        }
        TypeRef::Unknown(word) => name(word),
    }
}

pub(super) fn field(f: &Field) -> String {
    let mut line = format!("{} {}", name(&f.name), type_ref(&f.ty));
    if f.optional {
        line.push('?');
    }
    let flags = [
        (f.key, " key"),
        (f.pii, " pii"),
        (f.event_time, " event time"),
        (f.event_id, " event id"),
        (f.ignoring_case, " ignoring case"),
        (f.verbatim, " verbatim"),
    ];
    flags.iter().filter(|(set, _)| *set).for_each(|(_, word)| line.push_str(word));
    if let Some(value) = &f.default {
        line.push_str(&format!(" default {}", at(Level::Unary, value)));
    }
    if let Some(bounds) = &f.range {
        line.push_str(&format!(" in {}", range(bounds)));
    }
    if f.range_else_missing {
        line.push_str(" else missing");
    }
    if !f.missing.is_empty() {
        line.push_str(&format!(" missing {}", texts(&f.missing)));
    }
    line
}

pub(super) fn decay(d: &Decay) -> String {
    let missing = d.if_missing.as_ref().map_or(String::new(), |n| format!(", if missing {}", number(n)));
    format!(" decay half-life {} since {}{missing}", at(Level::Unary, &d.half_life), at(Level::Unary, &d.since))
}

pub(super) fn policy(policy: Policy) -> &'static str {
    match policy {
        Policy::All => " all",
        Policy::First => " first",
        Policy::Unique => " unique",
        Policy::MostSpecific => " most specific",
        Policy::CollectCount => " collect count",
        Policy::CollectList => " collect list",
    }
}

pub(super) fn group_head(g: &Group) -> String {
    let mut line = format!("group {}", text(&g.label.text));
    line.push_str(g.policy.map_or("", policy));
    if let Some(most) = &g.up_to {
        line.push_str(&format!(" up to {}", number(most)));
    }
    if let Some(least) = &g.not_below {
        line.push_str(&format!(" not below {}", number(least)));
    }
    line + &g.decay.as_ref().map_or(String::new(), decay)
}

pub(super) fn rule(r: &Rule) -> String {
    let amount = match &r.amount.kind {
        ExprKind::Number(lit) if !lit.digits.starts_with('-') => number(lit),
        ExprKind::Name(_) | ExprKind::Path(..) => at(Level::Primary, &r.amount),
        _ => format!("({})", at(Level::Cases, &r.amount)),
    };
    let mut line = format!("{}{amount}", if r.negative { '-' } else { '+' });
    if let Some(label) = &r.label {
        line.push_str(&format!(" {}", text(&label.text)));
    }
    if let Some(per) = &r.per {
        line.push_str(&format!(" per {}", at(Level::Else, per)));
    }
    if let Some(events) = &r.each {
        line.push_str(&format!(" each {}", each(events)));
    }
    if let Some(most) = &r.up_to {
        line.push_str(&format!(", up to {}", number(most)));
    }
    if let Some(when) = &r.when {
        line.push_str(&format!(" when {}", at(Level::Or, when)));
    }
    line
}

fn each(e: &Each) -> String {
    let mut line = name(&e.link);
    if let Some(span) = &e.window {
        line.push_str(&format!(" {}", window(span)));
    }
    if let Some(filter) = &e.filter {
        line.push_str(&format!(" where {}", at(Level::Or, filter)));
    }
    if let Some(half_life) = &e.half_life {
        line.push_str(&format!(", half-life {}", at(Level::Unary, half_life)));
    }
    if let Some(least) = &e.at_least {
        line.push_str(&format!(", at least {}", rate(least)));
    }
    if let Some(most) = &e.at_most {
        line.push_str(&format!(", at most {}", rate(most)));
    }
    line
}

pub(super) fn rate(r: &Rate) -> String {
    match r.count {
        1 => format!("once a {}", name(&r.period)),
        n => format!("{n} a {}", name(&r.period)),
    }
}

pub(super) fn cell(c: &Cell) -> String {
    match &c.kind {
        CellKind::Blank => String::new(),
        CellKind::Any => "any".to_string(),
        CellKind::Otherwise => "otherwise".to_string(),
        CellKind::Test(test) => cell_test(test),
    }
}

pub(super) fn cell_test(test: &CellTest) -> String {
    match test {
        CellTest::Compare(op, value) => format!("{} {}", sign(*op), at(Level::Else, value)),
        CellTest::Range(bounds) => range(bounds),
        CellTest::OneOf(items, negated) => {
            format!("{}in ({})", if *negated { "not " } else { "" }, list(Level::Else, items))
        }
        CellTest::Value(value) => at(Level::Else, value),
        CellTest::Known(true) => "known".to_string(),
        CellTest::Known(false) => "missing".to_string(),
        CellTest::Text(op, value) => format!("{} {}", text_op(*op), at(Level::Else, value)),
    }
}

pub(super) fn open_line(o: &OpenLine) -> String {
    let days = o.days.iter().map(|(first, last)| match first.text == last.text {
        true => name(first),
        false => format!("{}..{}", name(first), name(last)),
    });
    let clock = |m: u16| format!("{:02}:{:02}", m / 60, m % 60);
    let times = o.spans.iter().map(|(from, to)| format!("{}..{}", clock(*from), clock(*to)));
    format!("open {} {}", days.collect::<Vec<_>>().join(", "), times.collect::<Vec<_>>().join(", "))
}

pub(super) fn member(m: &Member) -> String {
    let mut line = format!("member {}", name(&m.name));
    if let Some(weight) = m.weight {
        line.push_str(&format!(" weight {weight}"));
    }
    if !m.absent.is_empty() {
        let spans: Vec<String> = m.absent.iter().map(|(from, to)| format!("{from}..{to}")).collect();
        line.push_str(&format!(" absent {}", spans.join(", ")));
    }
    line
}

pub(super) fn assign(a: &Assign) -> String {
    match a {
        Assign::RoundRobin => "assign round robin".to_string(),
        Assign::Weighted => "assign weighted".to_string(),
        Assign::LeastLoaded => "assign least loaded".to_string(),
        Assign::Sticky(by) => format!("assign sticky by {}", at(Level::Primary, by)),
    }
}

pub(super) fn route_row(r: &RouteRow) -> String {
    let action = match &r.action {
        RouteAction::Hold => "hold".to_string(),
        RouteAction::To(target) => format!("to {}", super::target(target)),
    };
    let label = r.label.as_ref().map_or(String::new(), |l| format!(" {}", text(&l.text)));
    format!("{}{action}{label}{}", if r.otherwise { "otherwise " } else { "" }, when(r.when.as_ref()))
}

pub(super) fn when(condition: Option<&Expr>) -> String {
    condition.map_or(String::new(), |c| format!(" when {}", at(Level::Or, c)))
}

pub(super) fn title(title: Option<&TextLit>) -> String {
    title.map_or(String::new(), |t| format!(" {}", text(&t.text)))
}

pub(super) fn clause(word: &str, list: &[crate::ast::Name]) -> Option<String> {
    (!list.is_empty()).then(|| format!("{word} {}", names(list)))
}
