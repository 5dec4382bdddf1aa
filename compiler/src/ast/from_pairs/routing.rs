//! Calendars, teams and routes.

use super::Cx;
use super::scores::rate_of;
use crate::ast::{Assign, Calendar, Expr, ExprKind, Member, OpenLine, Route, RouteAction, RouteRow, Team};
use revplay_grammar::{Node, Rule};

pub(super) fn calendar(cx: &Cx<'_>, node: &Node) -> Calendar {
    cx.once(node, &[Rule::timezone]);
    let head = node.child(Rule::calendar_head).unwrap_or(node);
    let holidays = || node.all(Rule::holidays);
    Calendar {
        name: cx.named(head),
        open: node.all(Rule::open_hours).map(|n| open_line(cx, n)).collect(),
        timezone: node.child(Rule::timezone).map(|n| cx.label(n)),
        holidays_from: holidays().flat_map(|n| cx.texts(n)).collect(),
        holidays: holidays().flat_map(|n| n.all(Rule::date)).map(|d| (cx.text(d).to_string(), d.span)).collect(),
    }
}

fn open_line(cx: &Cx<'_>, node: &Node) -> OpenLine {
    let days = node.all(Rule::day_range).map(|n| {
        let first = cx.named(n);
        let last = n.all(Rule::name).nth(1).map_or(first.clone(), |l| cx.name(l));
        (first, last)
    });
    let spans = node.all(Rule::time_range).map(|n| {
        let mut times = n.all(Rule::time).map(|t| cx.minutes(t));
        (times.next().unwrap_or(0), times.next().unwrap_or(0))
    });
    OpenLine { days: days.collect(), spans: spans.collect(), span: node.span }
}

pub(super) fn team(cx: &Cx<'_>, node: &Node) -> Team {
    cx.once(node, &[Rule::assign, Rule::cap, Rule::hours, Rule::fallback]);
    let head = node.child(Rule::team_head).unwrap_or(node);
    let fallback = node.child(Rule::fallback).and_then(|n| n.child(Rule::target_ref));
    Team {
        name: cx.named(head),
        members: node.all(Rule::member).map(|n| member(cx, n)).collect(),
        assign: node.child(Rule::assign).map(|n| assign(cx, n)),
        cap: node.child(Rule::cap).map(|n| rate_of(cx, n)),
        hours: node.child(Rule::hours).map(|n| cx.named(n)),
        fallback: fallback.map(|n| cx.target(n)),
    }
}

fn member(cx: &Cx<'_>, node: &Node) -> Member {
    cx.once(node, &[Rule::weight]);
    let absences = node.all(Rule::absent).flat_map(|n| n.all(Rule::absence)).map(|n| {
        let mut dates = n.all(Rule::date).map(|d| cx.text(d).to_string());
        let first = dates.next().unwrap_or_default();
        (first.clone(), dates.next().unwrap_or(first))
    });
    Member { name: cx.named(node), weight: node.child(Rule::weight).map(|n| cx.whole(n)), absent: absences.collect() }
}

fn assign(cx: &Cx<'_>, node: &Node) -> Assign {
    let Some(inner) = node.children.iter().find(|c| c.rule != Rule::kw_assign) else { return Assign::RoundRobin };
    match inner.rule {
        Rule::weighted => Assign::Weighted,
        Rule::least_loaded => Assign::LeastLoaded,
        Rule::sticky => Assign::Sticky(field_of(cx, inner)),
        _ => Assign::RoundRobin,
    }
}

/// A field or a linked field.
fn field_of(cx: &Cx<'_>, node: &Node) -> Expr {
    match node.child(Rule::path) {
        Some(path) => {
            let (first, second) = cx.path(path);
            Expr { kind: ExprKind::Path(first, second), span: path.span }
        }
        None => {
            let name = cx.named(node);
            let span = name.span;
            Expr { kind: ExprKind::Name(name), span }
        }
    }
}

pub(super) fn route(cx: &Cx<'_>, node: &Node) -> Route {
    let head = node.child(Rule::route_head).unwrap_or(node);
    Route { name: cx.named(head), rows: node.all(Rule::route_row).map(|n| row(cx, n)).collect(), span: node.span }
}

fn row(cx: &Cx<'_>, node: &Node) -> RouteRow {
    let target = node.child(Rule::route_to).and_then(|n| n.child(Rule::target_ref));
    RouteRow {
        action: target.map_or(RouteAction::Hold, |n| RouteAction::To(cx.target(n))),
        label: cx.title(node),
        when: node.child(Rule::expr).map(|n| cx.value(n)),
        otherwise: node.has(Rule::kw_otherwise),
        span: node.span,
    }
}
