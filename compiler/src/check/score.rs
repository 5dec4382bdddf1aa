//! Scores: steps, groups, rules, events, decay (promises S1 to S5).

use super::literal::{self, LiteralError};
use super::{Cx, Scope};
use crate::ast::{self, ExprKind, NumberLit, NumberUnit, ScoreItem};
use crate::diagnostics::{Diagnostic, decisions as say, types as say_types};
use revplay_grammar::Span;
use revplay_ir::ops::Op;
use revplay_ir::program::{Amount, Const, Decay, Each, Group, GroupPolicy, NodeId, Period, Rule, Score};
use revplay_ir::types::Type;
use std::collections::BTreeMap;

/// Decimals and size of a step: 0.25 is (2, 25).
fn step_of(score: &ast::Score) -> Result<(u8, i64), LiteralError> {
    let Some(lit) = &score.step else {
        let decays = score.decay.is_some() || score.items.iter().any(item_decays);
        return Ok(if decays { (2, 1) } else { (0, 1) });
    };
    let (mut mantissa, mut scale) = literal::exact(lit)?;
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    let step = i64::try_from(mantissa).map_err(|_| LiteralError::TooLarge)?;
    if step <= 0 || scale > 9 { Err(LiteralError::TooLarge) } else { Ok((scale as u8, step)) }
}

fn item_decays(item: &ScoreItem) -> bool {
    let rule = |r: &ast::Rule| r.each.as_ref().is_some_and(|e| e.half_life.is_some());
    match item {
        ScoreItem::Group(g) => g.decay.is_some() || g.rules.iter().any(rule),
        ScoreItem::Rule(r) => rule(r),
    }
}

/// The type of a score, from its head.
pub fn score_type(_cx: &Cx<'_>, score: &ast::Score) -> Type {
    match step_of(score) {
        Ok((0, _)) | Err(_) => Type::Int,
        Ok((scale, _)) => Type::Decimal(scale),
    }
}

struct Steps {
    scale: u8,
    step: i64,
}

/// The finding for points that are no whole number of steps.
fn no_steps(cx: &Cx<'_>, lit: &NumberLit, steps: &Steps) -> Diagnostic {
    let file = cx.file();
    let wrote = cx.files.get(file).map_or("", |f| lit.span.of(&f.text));
    if lit.unit == NumberUnit::None {
        say::not_whole_steps(file, lit.span, &steps.shown(), wrote, &lit.digits)
    } else {
        say::points_with_unit(file, lit.span, wrote, &lit.digits)
    }
}

impl Steps {
    /// A plain number as whole steps.
    fn of(&self, lit: &NumberLit) -> Option<i64> {
        if lit.unit != NumberUnit::None {
            return None;
        }
        let units = literal::scaled(literal::exact(lit).ok()?, u32::from(self.scale))?;
        (units % self.step == 0).then_some(units / self.step)
    }

    fn shown(&self) -> String {
        revplay_ir::decimal::format_decimal(self.step, self.scale)
    }
}

/// A score.
pub fn check_score(cx: &mut Cx<'_>, s: &ast::Score, scope: &Scope<'_>) -> (Type, Score) {
    let file = cx.file();
    let (scale, step) = match step_of(s) {
        Ok(found) => found,
        Err(_) => {
            let span = s.step.as_ref().map_or(s.name.span, |l| l.span);
            cx.report(say::bad_step(file, span));
            (0, 1)
        }
    };
    let steps = Steps { scale, step };
    let whole = |cx: &mut Cx<'_>, lit: &NumberLit| {
        steps.of(lit).or_else(|| {
            let found = no_steps(cx, lit, &steps);
            cx.report(found);
            None
        })
    };
    let start = s.start.as_ref().and_then(|l| whole(cx, l)).unwrap_or(0);
    let range = s.range.as_ref().map(|r| {
        let mut end = |e: &Option<Box<ast::Expr>>, open: i64| match e.as_deref() {
            None => open,
            Some(e) => match literal_of(e).and_then(|l| whole(cx, &l)) {
                Some(v) => v,
                None => {
                    if literal_of(e).is_none() {
                        cx.report(say_types::not_constant(file, e.span));
                    }
                    open
                }
            },
        };
        let (low, high) = (end(&r.low, i64::MIN), end(&r.high, i64::MAX));
        if low > high || r.high_open {
            cx.report(say_types::empty_range(file, r.span, cx.written(r.span)));
        }
        (low, high.max(low))
    });
    let decay = s.decay.as_ref().and_then(|d| check_decay(cx, d, scope));
    let mut names: BTreeMap<String, Span> = BTreeMap::new();
    let mut groups = Vec::new();
    for item in &s.items {
        let group = match item {
            ScoreItem::Rule(rule) => Group {
                label: None,
                policy: GroupPolicy::All,
                up_to: None,
                not_below: None,
                decay: None,
                rules: check_rule(cx, rule, &steps, &mut names, scope).into_iter().collect(),
                site: cx.site(rule.span),
            },
            ScoreItem::Group(g) => check_group(cx, g, &steps, &mut names, scope),
        };
        groups.push(group);
    }
    let ty = if scale == 0 { Type::Int } else { Type::Decimal(scale) };
    (ty, Score { scale, step, start, range, decay, groups })
}

fn check_group(
    cx: &mut Cx<'_>,
    g: &ast::Group,
    steps: &Steps,
    names: &mut BTreeMap<String, Span>,
    scope: &Scope<'_>,
) -> Group {
    let file = cx.file();
    let mut limit = |lit: &Option<NumberLit>| {
        let lit = lit.as_ref()?;
        steps.of(lit).or_else(|| {
            let found = no_steps(cx, lit, steps);
            cx.report(found);
            None
        })
    };
    let (up_to, not_below) = (limit(&g.up_to), limit(&g.not_below));
    if let (Some(up), Some(low)) = (up_to, not_below)
        && up < low
    {
        cx.report(say::limits_cross(file, g.label.span));
    }
    let policy = match g.policy {
        None | Some(ast::Policy::All) => GroupPolicy::All,
        Some(ast::Policy::First) => GroupPolicy::First,
        Some(ast::Policy::Unique) => GroupPolicy::Unique,
        Some(ast::Policy::MostSpecific | ast::Policy::CollectCount | ast::Policy::CollectList) => {
            cx.report(say::group_policy(file, g.label.span));
            GroupPolicy::All
        }
    };
    let decay = g.decay.as_ref().and_then(|d| check_decay(cx, d, scope));
    let mut rules = Vec::new();
    for rule in &g.rules {
        rules.extend(check_rule(cx, rule, steps, names, scope));
    }
    Group { label: Some(g.label.text.clone()), policy, up_to, not_below, decay, rules, site: cx.site(g.span) }
}

fn literal_of(e: &ast::Expr) -> Option<NumberLit> {
    match &e.kind {
        ExprKind::Number(lit) => Some(lit.clone()),
        ExprKind::Neg(inner) => literal_of(inner).map(|l| NumberLit { digits: format!("-{}", l.digits), ..l }),
        _ => None,
    }
}

fn check_rule(
    cx: &mut Cx<'_>,
    rule: &ast::Rule,
    steps: &Steps,
    names: &mut BTreeMap<String, Span>,
    scope: &Scope<'_>,
) -> Option<Rule> {
    let file = cx.file();
    let when_text = rule.when.as_ref().map(ast::print::expr);
    let text = rule_text(rule, when_text.as_deref());
    let name = rule.label.as_ref().map_or_else(|| text.clone(), |l| l.text.clone());
    if let Some(first) = names.insert(name.clone(), rule.span) {
        let span = rule.label.as_ref().map_or(rule.span, |l| l.span);
        cx.report(say::rule_twice(file, span, &name, first));
    }
    let when = rule.when.as_ref().map(|w| cx.condition(w, scope));
    let up_to = match &rule.up_to {
        None => None,
        Some(lit) => match steps.of(lit).filter(|s| *s >= 0) {
            Some(limit) => Some(limit),
            None => {
                let found = match steps.of(lit) {
                    Some(_) => say::signed_limit(file, lit.span),
                    None => no_steps(cx, lit, steps),
                };
                cx.report(found);
                None
            }
        },
    };
    let amount = match (&rule.each, &rule.per, literal_of(&rule.amount)) {
        (Some(each), _, _) => check_each(cx, rule, each, scope)?,
        (None, None, Some(lit)) => match steps.of(&lit) {
            // The engine counts rules up to 2^40 steps.
            Some(points) if points.unsigned_abs() > 1 << 40 => {
                cx.report(say_types::literal(file, lit.span, &LiteralError::TooLarge));
                return None;
            }
            Some(points) => Amount::Steps(if rule.negative { points.saturating_neg() } else { points }),
            None => {
                let found = no_steps(cx, &lit, steps);
                cx.report(found);
                return None;
            }
        },
        (None, _, _) => Amount::Computed(check_amount(cx, rule, scope)?),
    };
    Some(Rule { name, when, amount, up_to, text, site: cx.site(rule.span) })
}

/// The rule as its explanation shows it: what it counts, and when.
fn rule_text(rule: &ast::Rule, when: Option<&str>) -> String {
    let mut parts = Vec::new();
    if let Some(each) = &rule.each {
        parts.push(format!("each {}", ast::phrases::each(each)));
    }
    if let Some(per) = &rule.per {
        parts.push(format!("per {}", ast::print::expr(per)));
    }
    match (when, parts.is_empty()) {
        (Some(when), true) => parts.push(when.to_string()),
        (Some(when), false) => parts.push(format!("when {when}")),
        (None, true) if literal_of(&rule.amount).is_none() => parts.push(ast::print::expr(&rule.amount)),
        (None, true) => parts.push("always".to_string()),
        (None, false) => {}
    }
    parts.join(" ")
}

/// Amount × per, with its sign; a plain quantity.
fn check_amount(cx: &mut Cx<'_>, rule: &ast::Rule, scope: &Scope<'_>) -> Option<NodeId> {
    let mut amount = plain(cx, &rule.amount, scope)?;
    if let Some(per) = &rule.per {
        let times = plain(cx, per, scope)?;
        let span = rule.amount.span.to(per.span);
        let plan = super::arith::arith(ast::ArithOp::Mul, cx.ty(amount), cx.ty(times))?;
        amount = cx.apply(plan, amount, times, span);
    }
    if rule.negative {
        let (ty, span) = (cx.ty(amount), cx.span(amount));
        amount = match (ty, cx.as_const(amount).cloned()) {
            (_, Some(Const::Int(v))) => cx.constant(Const::Int(v.saturating_neg()), ty, span),
            (_, Some(Const::Num(v))) => cx.constant(Const::Num(-v), ty, span),
            (Type::Number, _) => cx.op(Op::NegNum, vec![amount], ty, false, span),
            _ => cx.op(Op::NegInt, vec![amount], ty, true, span),
        };
    }
    (cx.ty(amount) != Type::Error).then_some(amount)
}

fn plain(cx: &mut Cx<'_>, e: &ast::Expr, scope: &Scope<'_>) -> Option<NodeId> {
    let id = cx.expr(e, scope, None);
    match cx.ty(id) {
        Type::Int | Type::Number | Type::Decimal(_) => Some(id),
        Type::Error => None,
        other => {
            let (file, what) = (cx.file(), cx.type_name(other));
            cx.report(say::points_of(file, e.span, &what));
            None
        }
    }
}

fn check_each(cx: &mut Cx<'_>, rule: &ast::Rule, each: &ast::Each, scope: &Scope<'_>) -> Option<Amount> {
    let file = cx.file();
    let link =
        cx.link_of(scope, &each.link.text).filter(|l| cx.hir.program.links.get(l.index()).is_some_and(|l| l.many));
    let Some(link) = link else {
        let links = cx.names.links.keys().filter(|(r, _)| Some(*r) == scope.record).map(|(_, n)| n.as_str());
        let near = crate::suggest::closest(&each.link.text, links);
        let record = scope.record.and_then(|r| cx.hir.program.records.get(r.index())).map_or("the record", |r| &r.name);
        let found = crate::diagnostics::names::unknown_link(file, each.link.span, &each.link.text, record, near);
        cx.report(found);
        return None;
    };
    let (to, name) = cx.hir.program.links.get(link.index()).map(|l| (l.to, l.name.clone()))?;
    let needs_time =
        each.window.is_some() || each.half_life.is_some() || each.at_most.is_some() || each.at_least.is_some();
    let record = cx.hir.program.records.get(to.index())?;
    if needs_time && record.event_time.is_none() {
        let record = record.name.clone();
        cx.report(say_types::no_event_time(file, each.link.span, &record));
        return None;
    }
    let window = match &each.window {
        Some(w) => Some(cx.window(w, scope)?),
        None => None,
    };
    let inner = Scope { record: Some(to), outer: Some(scope), link: Some(&name) };
    let filter = each.filter.as_ref().map(|f| cx.condition(f, &inner));
    let points = check_amount(cx, rule, &inner)?;
    let half_life_us = match &each.half_life {
        Some(e) => Some(half_life(cx, e)?),
        None => None,
    };
    let mut rate = |r: &Option<ast::Rate>| match r {
        None => Some(None),
        Some(r) => check_rate(cx, r).map(Some),
    };
    let (at_most, at_least) = (rate(&each.at_most)?, rate(&each.at_least)?);
    Some(Amount::Each(Each { link, window, filter, points, half_life_us, at_most, at_least }))
}

fn check_rate(cx: &mut Cx<'_>, rate: &ast::Rate) -> Option<(u32, Period)> {
    let period = match rate.period.text.as_str() {
        "day" => Some(Period::Day),
        "week" => Some(Period::Week),
        "month" => Some(Period::Month),
        _ => None,
    };
    if period.is_none() || rate.count == 0 {
        let file = cx.file();
        cx.report(say::rate(file, rate.span));
        return None;
    }
    period.map(|p| (rate.count, p))
}

fn half_life(cx: &mut Cx<'_>, e: &ast::Expr) -> Option<i64> {
    let id = cx.expr(e, &Scope::none(), None);
    match (cx.ty(id), cx.as_const(id)) {
        (Type::Duration, Some(Const::Int(us))) if *us > 0 => Some(*us),
        (Type::Error, _) => None,
        _ => {
            let file = cx.file();
            cx.report(say::half_life(file, e.span));
            None
        }
    }
}

fn check_decay(cx: &mut Cx<'_>, d: &ast::Decay, scope: &Scope<'_>) -> Option<Decay> {
    let file = cx.file();
    let half_life_us = half_life(cx, &d.half_life);
    let mut since = cx.expr(&d.since, scope, None);
    match cx.ty(since) {
        Type::Timestamp => {}
        Type::Date => since = cx.start_of_day(since),
        Type::Error => return None,
        other => {
            let what = cx.type_name(other);
            cx.report(say_types::not_a_time(file, d.since.span, &what));
            return None;
        }
    }
    let if_missing = match &d.if_missing {
        None => None,
        Some(lit) => match (&lit.unit, literal::number(lit)) {
            (NumberUnit::Percent, Ok(x)) if (0.0..=1.0).contains(&x) => Some(x),
            _ => {
                cx.report(say::if_missing_share(file, lit.span));
                None
            }
        },
    };
    if cx.optional(since) && d.if_missing.is_none() {
        cx.report(say::decay_if_missing(file, d.span, &ast::print::expr(&d.since)));
    }
    Some(Decay { half_life_us: half_life_us?, since: Some(since), if_missing })
}
