//! Bands, grades, journeys and recommendations; tests of a value named elsewhere.

use super::decide::label_node;
use super::{Cx, Scope};
use crate::ast::{self, CellTest, CompareOp, TextOp};
use crate::diagnostics::decisions as say;
use revplay_grammar::Span;
use revplay_ir::ops::Op;
use revplay_ir::program::{Const, DecisionKind, Grade, NodeId, Row, Rows};
use revplay_ir::types::{EnumId, Type};
use std::sync::Arc;

impl Cx<'_> {
    /// A test of a checked value: `>= 75`, `200..999`, `missing`, a bare value.
    pub fn cell_test(&mut self, of: NodeId, test: &CellTest, scope: &Scope<'_>, span: Span) -> NodeId {
        let ty = self.ty(of);
        match test {
            CellTest::Compare(op, value) => {
                let right = self.expr(value, scope, Some(ty));
                self.compare_checked(*op, of, right, false, span)
            }
            CellTest::Range(range) => self.in_range(of, range, scope, span),
            CellTest::OneOf(items, negated) => {
                let found = self.in_items(of, items, false, scope, span);
                if *negated { self.negate(found, &[], "not in", span) } else { found }
            }
            CellTest::Value(value) => {
                let right = self.expr(value, scope, Some(ty));
                self.compare_checked(CompareOp::Eq, of, right, false, span)
            }
            CellTest::Known(known) => {
                if ty == Type::Error {
                    return self.poison(span);
                }
                let op = if *known { Op::IsKnown } else { Op::IsMissing };
                self.push(revplay_ir::program::Node::Op(op, vec![of]), Type::Bool, false, span)
            }
            CellTest::Text(op, value) => {
                let right = self.text_operand(value, scope);
                let folds = self.folds(of);
                let op = match (op, folds) {
                    (TextOp::StartsWith, false) => Op::StartsWith,
                    (TextOp::StartsWith, true) => Op::StartsWithFold,
                    (TextOp::EndsWith, false) => Op::EndsWith,
                    (TextOp::EndsWith, true) => Op::EndsWithFold,
                    (TextOp::Contains, false) => Op::Contains,
                    (TextOp::Contains, true) => Op::ContainsFold,
                };
                if ty != Type::Text && ty != Type::Error {
                    let (file, what) = (self.file(), self.type_name(ty));
                    self.report(crate::diagnostics::types::not_a_text(file, span, &what));
                    return self.poison(span);
                }
                self.op(op, vec![of, right], Type::Bool, false, span)
            }
        }
    }

    /// Reports an `otherwise` that is missing or not last; `rows` says which rows are `otherwise`.
    pub fn check_otherwise(&mut self, what: &str, name: &ast::Name, rows: &[(bool, Span)]) {
        let file = self.file();
        if let Some(at) = rows.iter().position(|r| r.0)
            && let Some((again, below)) = rows.get(at + 1)
        {
            let otherwise = rows.get(at).map_or(*below, |r| r.1);
            self.report(say::below_otherwise(file, *below, otherwise, *again));
        }
        if !rows.iter().any(|r| r.0) {
            self.report(say::no_otherwise(file, name.span, what, &name.text));
        }
    }
}

/// `band tier of fit { A >= 75, … }`
pub fn check_band(cx: &mut Cx<'_>, band: &ast::Band, labels: Option<EnumId>, scope: &Scope<'_>) -> DecisionKind {
    let labels = labels.unwrap_or(EnumId(0));
    let of = cx.expr(&band.of, scope, None);
    let of_text = ast::print::expr(&band.of);
    let mut rows = Vec::new();
    for (index, (label, test, span)) in band.rows.iter().enumerate() {
        if band.rows.iter().take(index).any(|row| row.0.text == label.text) {
            let file = cx.file();
            cx.report(say::label_twice(file, label.span, &label.text, &band.name.text));
        }
        let when = test.as_ref().map(|t| cx.cell_test(of, t, scope, *span));
        let value = label_node(cx, Type::Enum(labels), label);
        let text = test.as_ref().map_or("otherwise".to_string(), |t| ast::phrases::cell_test(&of_text, t));
        rows.push(Row { when, value, text, site: cx.site(*span) });
    }
    let otherwise: Vec<(bool, Span)> = band.rows.iter().map(|r| (r.1.is_none(), r.2)).collect();
    cx.check_otherwise("band", &band.name, &otherwise);
    DecisionKind::Band(Rows { labels, rows })
}

/// `grade priority { | … | }`
pub fn check_grade(cx: &mut Cx<'_>, grade: &ast::Grade, labels: Option<EnumId>, scope: &Scope<'_>) -> DecisionKind {
    let labels = labels.unwrap_or(EnumId(0));
    let text = |e: &Option<ast::Expr>| e.as_ref().map_or("otherwise".to_string(), ast::print::expr);
    let columns = grade.columns.iter().map(|c| c.as_ref().map(|c| cx.condition(c, scope))).collect();
    let mut rows = Vec::new();
    let mut cells: Vec<Vec<u32>> = Vec::new();
    for (when, names, span) in &grade.rows {
        if names.len() != grade.columns.len() {
            let file = cx.file();
            cx.report(say::cell_count(file, *span, grade.columns.len() + 1, names.len() + 1));
        }
        rows.push(when.as_ref().map(|w| cx.condition(w, scope)));
        let known = cx.hir.program.enums.get(labels.0 as usize).map(|e| e.labels.clone()).unwrap_or_default();
        let index = |n: &ast::Name| known.iter().position(|l| *l == n.text).unwrap_or(0) as u32;
        cells.push(names.iter().map(index).collect());
    }
    let head = grade.columns.iter().map(|c| (c.is_none(), c.as_ref().map_or(grade.name.span, |c| c.span)));
    let head: Vec<(bool, Span)> = head.collect();
    cx.check_otherwise("the columns of grade", &grade.name, &head);
    let side: Vec<(bool, Span)> = grade.rows.iter().map(|r| (r.0.is_none(), r.2)).collect();
    cx.check_otherwise("the rows of grade", &grade.name, &side);
    DecisionKind::Grade(Grade {
        labels,
        columns,
        rows,
        cells,
        column_texts: grade.columns.iter().map(text).collect(),
        row_texts: grade.rows.iter().map(|r| text(&r.0)).collect(),
    })
}

/// `journey stage { awareness, consideration when … }`
pub fn check_journey(cx: &mut Cx<'_>, j: &ast::Journey, labels: Option<EnumId>, scope: &Scope<'_>) -> DecisionKind {
    let labels = labels.unwrap_or(EnumId(0));
    let file = cx.file();
    let mut rows = Vec::new();
    for (index, (stage, when, span)) in j.stages.iter().enumerate() {
        if when.is_none() && index > 0 {
            cx.report(say::stage_without_when(file, *span, &stage.text));
        }
        if when.is_some() && index == 0 {
            cx.report(say::first_stage(file, *span, &stage.text));
        }
        if j.stages.iter().take(index).any(|s| s.0.text == stage.text) {
            cx.report(say::label_twice(file, stage.span, &stage.text, &j.name.text));
        }
        let text = when.as_ref().map_or("always".to_string(), ast::print::expr);
        let when = when.as_ref().map(|w| cx.condition(w, scope));
        let value = label_node(cx, Type::Enum(labels), stage);
        rows.push(Row { when, value, text, site: cx.site(*span) });
    }
    DecisionKind::Journey(Rows { labels, rows })
}

/// `recommend content top 2 { "…" when … }`
pub fn check_recommend(cx: &mut Cx<'_>, r: &ast::Recommend, scope: &Scope<'_>) -> DecisionKind {
    let mut rows = Vec::new();
    for (text, when, span) in &r.rows {
        let shown = when.as_ref().map_or("always".to_string(), ast::print::expr);
        let when = when.as_ref().map(|w| cx.condition(w, scope));
        let value = cx.constant(Const::Text(Arc::from(text.text.as_str())), Type::Text, text.span);
        rows.push(Row { when, value, text: shown, site: cx.site(*span) });
    }
    DecisionKind::Recommend { top: r.top, rows }
}
