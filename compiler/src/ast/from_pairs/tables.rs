//! Bands, grades, tables, journeys and recommendations.

use super::Cx;
use super::literals::error;
use super::records::{is_type, type_ref};
use super::scores::policy;
use crate::ast::{
    Band, Cell, CellKind, CellTest, Expr, ExprKind, Grade, InSet, Journey, Recommend, Table, TableRow, TypeRef,
};
use revplay_grammar::{Node, Rule};

pub(super) fn band(cx: &Cx<'_>, node: &Node) -> Band {
    let head = node.child(Rule::band_head).unwrap_or(node);
    let rows =
        node.all(Rule::band_row).map(|n| (cx.named(n), n.child(Rule::band_test).map(|t| cell_test(cx, t)), n.span));
    Band { name: cx.named(head), of: cx.value_of(head), rows: rows.collect() }
}

pub(super) fn grade(cx: &Cx<'_>, node: &Node) -> Grade {
    let head = node.child(Rule::grade_head).unwrap_or(node);
    let condition = |n: &Node| (!n.has(Rule::kw_otherwise)).then(|| cx.value_of(n));
    let columns = node.child(Rule::grade_columns);
    let row = |n: &Node| {
        let test = n.child(Rule::grade_condition).and_then(condition);
        (test, n.all(Rule::name).map(|l| cx.name(l)).collect(), n.span)
    };
    Grade {
        name: cx.named(head),
        columns: columns.map_or(Vec::new(), |n| n.all(Rule::grade_condition).map(condition).collect()),
        rows: node.all(Rule::grade_row).map(row).collect(),
    }
}

pub(super) fn table(cx: &Cx<'_>, node: &Node) -> Table {
    let head = node.child(Rule::table_head).unwrap_or(node);
    cx.once(head, &[Rule::table_policy, Rule::from_file, Rule::blank_is_any]);
    let columns = node.child(Rule::table_columns);
    Table {
        name: cx.named(head),
        inputs: head.child(Rule::table_inputs).map_or(Vec::new(), |n| cx.names(n)),
        outputs: head.all(Rule::table_output).map(|n| output(cx, n)).collect(),
        policy: head.child(Rule::table_policy).and_then(policy),
        blank_is_any: head.has(Rule::blank_is_any),
        from: head.child(Rule::from_file).map(|n| cx.label(n)),
        head: columns.map_or(Vec::new(), |n| n.all(Rule::sum).map(|c| cx.value(c)).collect()),
        rows: node.all(Rule::table_row).map(|n| row(cx, n)).collect(),
        span: node.span,
    }
}

fn output(cx: &Cx<'_>, node: &Node) -> (Option<crate::ast::Name>, TypeRef) {
    let mut names = node.all(Rule::name).map(|n| cx.name(n));
    let name = names.next();
    let ty = match node.children.iter().any(|c| is_type(c.rule)) {
        true => type_ref(cx, node),
        false => TypeRef::Unknown(names.next().unwrap_or(cx.nameless(node))),
    };
    (name, ty)
}

fn row(cx: &Cx<'_>, node: &Node) -> TableRow {
    TableRow { cells: node.all(Rule::cell).map(|n| cell(cx, n)).collect(), span: node.span }
}

fn cell(cx: &Cx<'_>, node: &Node) -> Cell {
    let kind = if node.has(Rule::kw_any) {
        CellKind::Any
    } else if node.has(Rule::kw_otherwise) {
        CellKind::Otherwise
    } else {
        node.child(Rule::cell_test).map_or(CellKind::Blank, |n| CellKind::Test(cell_test(cx, n)))
    };
    Cell { kind, span: node.span }
}

/// `cell_test` and `band_test`
fn cell_test(cx: &Cx<'_>, node: &Node) -> CellTest {
    let Some(inner) = node.children.first() else { return CellTest::Value(error(node)) };
    match inner.rule {
        Rule::cell_compare => {
            let op = inner.child(Rule::compare_op).map_or(crate::ast::CompareOp::Eq, |n| cx.compare_op(n));
            CellTest::Compare(op, cx.value_of(inner))
        }
        Rule::cell_range => {
            inner.child(Rule::range).map_or(CellTest::Value(error(inner)), |n| CellTest::Range(cx.range(n)))
        }
        Rule::cell_in => one_of(cx, inner),
        Rule::cell_known => CellTest::Known(inner.has(Rule::kw_known)),
        Rule::cell_text => {
            let op = inner.child(Rule::text_op).map_or(crate::ast::TextOp::Contains, |n| cx.text_op(n));
            CellTest::Text(op, cx.value_of(inner))
        }
        Rule::cell_values => {
            let mut values: Vec<Expr> = inner.all(Rule::sum).map(|n| cx.value(n)).collect();
            match (values.len(), values.pop()) {
                (1, Some(only)) => CellTest::Value(only),
                (_, last) => CellTest::OneOf(values.into_iter().chain(last).collect(), false),
            }
        }
        _ => CellTest::Value(cx.value(inner)),
    }
}

/// `in (a, b)`, `in 1..5`, `in dach`: a list's name is the only item then.
fn one_of(cx: &Cx<'_>, node: &Node) -> CellTest {
    let negated = node.has(Rule::kw_not);
    match cx.in_set(node) {
        InSet::Items(items) => CellTest::OneOf(items, negated),
        InSet::List(name) => {
            let span = name.span;
            CellTest::OneOf(vec![Expr { kind: ExprKind::Name(name), span }], negated)
        }
        InSet::Range(range) if !negated => CellTest::Range(range),
        InSet::Range(range) => {
            cx.report(crate::diagnostics::syntax::negated_range(cx.file, node.span));
            CellTest::Range(range)
        }
    }
}

pub(super) fn journey(cx: &Cx<'_>, node: &Node) -> Journey {
    let head = node.child(Rule::journey_head).unwrap_or(node);
    let condition = |n: &Node| n.child(Rule::expr).map(|e| cx.value(e));
    Journey {
        name: cx.named(head),
        stages: node.all(Rule::stage).map(|n| (cx.named(n), condition(n), n.span)).collect(),
    }
}

pub(super) fn recommend(cx: &Cx<'_>, node: &Node) -> Recommend {
    let head = node.child(Rule::recommend_head).unwrap_or(node);
    let condition = |n: &Node| n.child(Rule::expr).map(|e| cx.value(e));
    Recommend {
        name: cx.named(head),
        top: cx.whole(head),
        rows: node.all(Rule::offer).map(|n| (cx.label(n), condition(n), n.span)).collect(),
    }
}
