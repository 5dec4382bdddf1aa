//! KPIs, tests and proofs.

use super::Cx;
use super::literals::error;
use crate::ast::{CompareOp, Expr, ExprKind, Kpi, KpiPer, KpiTarget, Name, Prove, Test};
use revplay_grammar::{Node, Rule, Span};

pub(super) fn kpi(cx: &Cx<'_>, node: &Node) -> Kpi {
    cx.once(node, &[Rule::kpi_value, Rule::kpi_by, Rule::kpi_per, Rule::owners]);
    let head = node.child(Rule::kpi_head).unwrap_or(node);
    let value = node.child(Rule::kpi_value);
    let open = value.and_then(|n| n.child(Rule::kpi_open));
    let groups = node.child(Rule::kpi_by).into_iter().flat_map(|n| n.all(Rule::kpi_group));
    Kpi {
        name: cx.named(head),
        title: cx.title(head),
        value: value.map(|n| cx.value_of(n)),
        open: open.map(|n| (words(cx, n), n.span)),
        by: groups.map(|n| (n.child(Rule::name).map(|l| cx.name(l)), cx.value_of(n))).collect(),
        per: node.child(Rule::kpi_per).map(|n| per(cx, n)),
        targets: node.all(Rule::kpi_target).map(|n| target(cx, n)).collect(),
        owners: node.child(Rule::owners).map_or(Vec::new(), |n| cx.names(n)),
        span: node.span,
    }
}

/// The words after `open`.
fn words(cx: &Cx<'_>, node: &Node) -> String {
    let written = node.child(Rule::word_list).map_or("", |n| cx.text(n));
    written.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn per(cx: &Cx<'_>, node: &Node) -> KpiPer {
    match node.child(Rule::per_period).and_then(|n| n.child(Rule::of_phrase)) {
        Some(phrase) => KpiPer::Period(cx.phrase(phrase), cx.argument_of(phrase), node.span),
        None => KpiPer::All(node.span),
    }
}

fn target(cx: &Cx<'_>, node: &Node) -> KpiTarget {
    KpiTarget {
        each: node.child(Rule::kpi_each).map(|n| cx.named(n)),
        op: node.child(Rule::compare_op).map_or(CompareOp::Ge, |n| cx.compare_op(n)),
        value: cx.value_of(node),
        until: node.child(Rule::date).map(|n| (cx.text(n).to_string(), n.span)),
        span: node.span,
    }
}

pub(super) fn test(cx: &Cx<'_>, node: &Node) -> Test {
    cx.once(node, &[Rule::test_now]);
    let head = node.child(Rule::test_head).unwrap_or(node);
    Test {
        name: cx.label(head),
        now: node.child(Rule::test_now).map(|n| instant(cx, n)),
        params: node.all(Rule::test_param).map(|n| (cx.named(n), cx.value_of(n))).collect(),
        rows: node.all(Rule::test_row).map(|n| row(cx, n)).collect(),
        expects: node.all(Rule::expect).flat_map(|n| n.all(Rule::expr)).map(|n| cx.value(n)).collect(),
    }
}

fn instant(cx: &Cx<'_>, node: &Node) -> Expr {
    let Some(inner) = node.children.iter().find(|c| c.rule != Rule::kw_now) else { return error(node) };
    let kind = match inner.rule {
        Rule::timestamp => ExprKind::Timestamp(cx.timestamp(inner)),
        _ => ExprKind::Date(cx.text(inner).to_string()),
    };
    Expr { kind, span: inner.span }
}

fn row(cx: &Cx<'_>, node: &Node) -> (Name, Vec<(Name, Expr)>, Span) {
    let values = node.all(Rule::cell_value).map(|n| (cx.named(n), cx.value_of(n))).collect();
    (cx.named(node), values, node.span)
}

pub(super) fn prove(cx: &Cx<'_>, node: &Node) -> Prove {
    Prove { name: cx.label(node), holds: cx.value_of(node) }
}
