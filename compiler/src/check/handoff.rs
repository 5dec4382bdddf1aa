//! Routes and handoffs.

use super::{Cx, Scope};
use crate::ast::{self, AcceptStep, ArithOp, ExprKind, IsTest, RouteAction, TargetRef};
use crate::diagnostics::{decisions as say, lints, names as say_names};
use crate::suggest;
use revplay_grammar::Span;
use revplay_ir::ops::Op;
use revplay_ir::program::{Const, DecisionKind, Handoff, Node, NodeId, Part, RouteRow, RouteTarget};
use revplay_ir::types::{EnumId, Type};
use std::sync::Arc;

/// `route desk { … }`
pub fn check_route(cx: &mut Cx<'_>, route: &ast::Route, scope: &Scope<'_>) -> DecisionKind {
    let file = cx.file();
    let mut rows = Vec::new();
    for row in &route.rows {
        if row.when.is_none() && !row.otherwise {
            cx.report(say::row_without_when(file, row.span));
        }
        let text = row.when.as_ref().map_or("otherwise".to_string(), ast::print::expr);
        let when = row.when.as_ref().map(|w| cx.condition(w, scope));
        let label = row.label.as_ref().map(|l| l.text.clone());
        let target = match &row.action {
            RouteAction::Hold => RouteTarget::Hold(label.clone().unwrap_or_else(|| text.clone())),
            RouteAction::To(TargetRef::Team(name)) => {
                cx.check_target(&TargetRef::Team(name.clone()));
                RouteTarget::Team(name.text.clone())
            }
            RouteAction::To(TargetRef::Queue(name)) => {
                cx.check_target(&TargetRef::Queue(name.clone()));
                RouteTarget::Queue(name.text.clone())
            }
            RouteAction::To(TargetRef::Person(who)) => RouteTarget::Person(person(cx, who, row.when.as_ref(), scope)),
        };
        rows.push(RouteRow { when, target, label, text, site: cx.site(row.span) });
    }
    let otherwise: Vec<(bool, Span)> = route.rows.iter().map(|r| (r.otherwise, r.span)).collect();
    cx.check_otherwise("route", &route.name, &otherwise);
    DecisionKind::Route(rows)
}

/// A person: a value of text, or a declared member. Warns if it may be missing (promise T3).
fn person(cx: &mut Cx<'_>, who: &ast::Expr, when: Option<&ast::Expr>, scope: &Scope<'_>) -> NodeId {
    if let ExprKind::Name(name) = &who.kind
        && !cx.names.in_scope(scope).contains(&name.text.as_str())
    {
        if cx.names.shared.members.contains_key(&name.text) {
            return cx.constant(Const::Text(Arc::from(name.text.as_str())), Type::Text, who.span);
        }
        let members = cx.names.shared.members.keys().map(String::as_str);
        let near = suggest::closest(&name.text, members.chain(cx.names.in_scope(scope)));
        let file = cx.file();
        cx.report(say_names::unknown_shared(file, name.span, "member or text", &name.text, near));
        return cx.poison(who.span);
    }
    let id = cx.text_operand(who, scope);
    let text = ast::print::expr(who);
    if cx.optional(id) && cx.ty(id) != Type::Error && !when.is_some_and(|w| says_known(w, &text)) {
        let file = cx.file();
        cx.report(lints::target_may_be_missing(file, who.span, &text));
    }
    id
}

fn says_known(when: &ast::Expr, text: &str) -> bool {
    match &when.kind {
        ExprKind::Is { value, test: IsTest::Known, negated: false } => ast::print::expr(value) == text,
        ExprKind::And(parts) => parts.iter().any(|p| says_known(p, text)),
        _ => false,
    }
}

/// `handoff mql from marketing to sales { … }`
pub fn check_handoff(cx: &mut Cx<'_>, h: &ast::Handoff, status: Option<EnumId>, scope: &Scope<'_>) -> DecisionKind {
    let file = cx.file();
    let mut qualify = Vec::new();
    for (label, when, span) in &h.qualify {
        let name = label.as_ref().map_or_else(|| ast::print::expr(when), |l| l.text.clone());
        let id = cx.condition(when, scope);
        qualify.push((name, id, cx.site(*span)));
    }
    if qualify.is_empty() {
        cx.report(say::handoff_without_qualify(file, h.name.span, &h.name.text));
    }
    let mut require = Vec::new();
    for name in &h.require {
        let e = ast::Expr { kind: ExprKind::Name(name.clone()), span: name.span };
        let id = cx.expr(&e, scope, None);
        require.push((name.text.clone(), id));
    }
    let route = h.route.as_ref().and_then(|name| {
        let id = cx.find_value(&name.text, name.span, scope);
        match id.and_then(|id| cx.hir.exprs.get(id.index())).map(|e| (&e.kind, e.ty)) {
            Some((crate::hir::ExprKind::Node(Node::Result(decision, Part::Main)), Type::Target)) => Some(*decision),
            _ => {
                let routes = cx
                    .names
                    .values
                    .iter()
                    .filter(|(_, (v, _))| matches!(v, super::names::Value::Result(_, Part::Main, Type::Target)));
                let near = suggest::closest(&name.text, routes.map(|((_, n), _)| n.as_str()));
                cx.report(say_names::unknown_shared(file, name.span, "route", &name.text, near));
                None
            }
        }
    });
    let due = h.accept.as_ref().map(|accept| due_at(cx, accept, scope));
    let mut follow_ups = Vec::new();
    if let Some(accept) = &h.accept {
        check_follow_ups(cx, accept, scope, &mut follow_ups);
    }
    for recycle in &h.recycle {
        check_recycle(cx, h, recycle, scope);
    }
    if !follow_ups.is_empty() || !h.recycle.is_empty() {
        let steps = h.accept.as_ref().filter(|a| !a.steps.is_empty()).map(|a| a.span);
        let span = steps.or(h.recycle.first().map(|r| r.span)).unwrap_or(h.name.span);
        cx.report(lints::not_built_yet(
            file,
            span,
            "reminders, reassignment, escalation and recycling of a handoff are checked, but not carried out yet",
        ));
    }
    DecisionKind::Handoff(Handoff {
        from: h.from.text.clone(),
        to: h.to.text.clone(),
        qualify,
        require,
        route,
        due,
        status: status.unwrap_or(EnumId(0)),
        follow_ups,
        reject: h.reject.iter().map(|n| n.text.clone()).collect(),
        recycle: h.recycle.iter().map(ast::phrases::recycle).collect(),
    })
}

/// The due time: the anchor (`now` without one or if it is missing) plus the time to answer.
fn due_at(cx: &mut Cx<'_>, accept: &ast::Accept, scope: &Scope<'_>) -> NodeId {
    let span = accept.span;
    let now = cx.push(Node::Now, Type::Timestamp, false, span);
    let anchor = match &accept.from {
        None => now,
        Some(from) => {
            let id = cx.expr(from, scope, Some(Type::Timestamp));
            match cx.ty(id) {
                Type::Timestamp => cx.push(Node::Op(Op::Else, vec![id, now]), Type::Timestamp, false, span),
                Type::Error => return cx.poison(span),
                other => {
                    let (file, what) = (cx.file(), cx.type_name(other));
                    cx.report(crate::diagnostics::types::not_a_time(file, from.span, &what));
                    return cx.poison(span);
                }
            }
        }
    };
    let length = cx.expr(&accept.within, scope, None);
    if let Some(id) = cx.calendar_arith(ArithOp::Add, anchor, length, &accept.within, span) {
        return id;
    }
    match super::arith::arith(ArithOp::Add, Type::Timestamp, cx.ty(length)) {
        Some(plan) => cx.apply(plan, anchor, length, span),
        None => {
            if cx.ty(length) != Type::Error {
                let file = cx.file();
                cx.report(say::not_a_length(file, accept.within.span));
            }
            cx.poison(span)
        }
    }
}

fn check_follow_ups(cx: &mut Cx<'_>, accept: &ast::Accept, scope: &Scope<'_>, into: &mut Vec<String>) {
    for step in &accept.steps {
        into.push(ast::phrases::accept_step(step));
        match step {
            AcceptStep::RemindAfter(length) => check_length(cx, length, scope),
            AcceptStep::Reassign(_) => {}
            AcceptStep::EscalateTo(target) => check_someone(cx, target),
        }
    }
}

fn check_length(cx: &mut Cx<'_>, length: &ast::Expr, scope: &Scope<'_>) {
    let id = cx.expr(length, scope, None);
    if !matches!(cx.ty(id), Type::Duration | Type::Business(_) | Type::Months | Type::Error) {
        let file = cx.file();
        cx.report(say::not_a_length(file, length.span));
    }
}

/// A team, a queue, or any person by name: escalation may leave the teams.
fn check_someone(cx: &mut Cx<'_>, target: &TargetRef) {
    cx.check_target(target);
}

fn check_recycle(cx: &mut Cx<'_>, h: &ast::Handoff, recycle: &ast::Recycle, scope: &Scope<'_>) {
    for reason in &recycle.reasons {
        if !h.reject.iter().any(|r| r.text == reason.text) {
            let near = suggest::closest(&reason.text, h.reject.iter().map(|r| r.text.as_str()));
            let file = cx.file();
            cx.report(say_names::unknown_shared(file, reason.span, "reject reason", &reason.text, near));
        }
    }
    check_someone(cx, &recycle.to);
    if let Some(length) = &recycle.again_after {
        check_length(cx, length, scope);
    }
}
