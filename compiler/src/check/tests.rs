//! The playbook's own tests.

use super::{Cx, Scope};
use crate::ast::{self, CompareOp, ExprKind, ItemKind};
use crate::diagnostics::{decisions as say, types as say_types};
use crate::hir;
use revplay_ir::program::{Const, DecisionId, Expect, Node, NodeId, Test};
use revplay_ir::types::Type;

/// Checks the tests of the root file.
pub fn check_tests(cx: &mut Cx<'_>) {
    cx.unit = 0;
    let units = cx.units;
    let items = units.first().map(|u| u.tree.items.as_slice()).unwrap_or_default();
    for item in items {
        let ItemKind::Test(test) = &item.kind else { continue };
        let checked = check_test(cx, test);
        cx.hir.program.tests.push(checked);
    }
}

fn check_test(cx: &mut Cx<'_>, test: &ast::Test) -> Test {
    let now_us = test.now.as_ref().and_then(|now| {
        let id = cx.expr(now, &Scope::none(), Some(Type::Timestamp));
        let id = if cx.ty(id) == Type::Date { cx.start_of_day(id) } else { id };
        constant_instant(cx, id, now)
    });
    let mut params = Vec::new();
    for (name, value) in &test.params {
        let Some(index) = cx.hir.program.params.iter().position(|p| p.name == name.text) else {
            let near = crate::suggest::closest(&name.text, cx.hir.program.params.iter().map(|p| p.name.as_str()));
            let file = cx.file();
            cx.report(crate::diagnostics::names::unknown_shared(file, name.span, "param", &name.text, near));
            continue;
        };
        let ty = cx.hir.program.params.get(index).map_or(Type::Error, |p| p.ty);
        if let Some(value) = cx.constant_of(value, ty) {
            params.push((revplay_ir::program::ParamId(index as u32), value));
        }
    }
    let mut rows = Vec::new();
    for (record, fields, _) in &test.rows {
        let Some(id) = cx.find_record(record) else { continue };
        let mut values = Vec::new();
        for (name, value) in fields {
            let Some(field) = cx.find_field(id, name) else { continue };
            if values.iter().any(|(f, _)| *f == field) {
                let file = cx.file();
                cx.report(say::given_twice(file, name.span, &name.text));
            }
            values.push((field, check_value(cx, field, value)));
        }
        rows.push((id, values));
    }
    let decided = cx.hir.program.decided;
    let given = rows.iter().filter(|(r, _)| Some(*r) == decided).count();
    if let Some(record) = decided.and_then(|r| cx.hir.program.records.get(r.index())).map(|r| r.name.clone())
        && given != 1
    {
        let file = cx.file();
        cx.report(say::test_record(file, test.name.span, &record, given));
    }
    if test.expects.is_empty() {
        let file = cx.file();
        cx.report(say::no_expect(file, test.name.span));
    }
    let expects = test.expects.iter().map(|e| check_expect(cx, e)).collect();
    Test { name: test.name.text.clone(), now_us, params, rows, expects, site: cx.site(test.name.span) }
}

fn constant_instant(cx: &mut Cx<'_>, id: NodeId, tree: &ast::Expr) -> Option<i64> {
    if cx.ty(id) == Type::Error {
        return None;
    }
    let zone = revplay_ir::time::zone(&cx.hir.program.zone)?;
    match cx.hir.exprs.get(id.index()).map(|e| &e.kind) {
        Some(hir::ExprKind::Node(Node::Const(Const::Int(us)))) if cx.ty(id) == Type::Timestamp => Some(*us),
        Some(hir::ExprKind::Node(Node::Op(revplay_ir::ops::Op::StartOfDay, args))) => {
            let day = args.first().and_then(|d| cx.as_const(*d)).cloned();
            match day {
                Some(Const::Int(day)) => Some(revplay_ir::time::start_of_day(&zone, day)),
                Some(_) | None => None,
            }
        }
        Some(_) | None => {
            let file = cx.file();
            cx.report(say_types::not_constant(file, tree.span));
            None
        }
    }
}

fn check_value(cx: &mut Cx<'_>, field: revplay_ir::program::FieldId, value: &ast::Expr) -> NodeId {
    let ty = cx.hir.program.fields.get(field.index()).map_or(Type::Error, |f| f.ty);
    let mut id = cx.expr(value, &Scope::none(), Some(ty));
    if cx.ty(id) == Type::Date && ty == Type::Timestamp {
        id = cx.start_of_day(id);
    }
    let id = cx.coerce(id, ty);
    let got = cx.ty(id);
    let missing = matches!(cx.as_const(id), Some(Const::Missing));
    if got != ty && !missing && got != Type::Error && ty != Type::Error {
        let (file, want, got) = (cx.file(), cx.type_name(ty), cx.type_name(got));
        cx.report(say_types::does_not_fit(file, value.span, &want, &got));
    }
    id
}

fn check_expect(cx: &mut Cx<'_>, e: &ast::Expr) -> Expect {
    let scope = Scope::of(cx.hir.program.decided);
    // A test asks for a definite answer, so `not` over missing is no slip here.
    let findings = cx.sink.len();
    let when = cx.condition(e, &scope);
    cx.sink.forget_warnings_after(findings);
    let sides = match &e.kind {
        ExprKind::Compare { op: CompareOp::Eq, .. } => match cx.hir.exprs.get(when.index()).map(|e| &e.kind) {
            Some(hir::ExprKind::Node(Node::Op(_, args))) => match args.as_slice() {
                [a, b] => Some((*a, *b)),
                _ => None,
            },
            Some(_) | None => None,
        },
        _ => None,
    };
    let about = first_decision(cx, when);
    Expect { when, sides, about, text: ast::print::expr(e), site: cx.site(e.span) }
}

/// The first decision that an expectation reads.
fn first_decision(cx: &Cx<'_>, root: NodeId) -> Option<DecisionId> {
    let mut stack = vec![root];
    while let Some(id) = stack.pop() {
        match cx.hir.exprs.get(id.index()).map(|e| &e.kind) {
            Some(hir::ExprKind::Node(Node::Result(decision, _))) => return Some(*decision),
            Some(hir::ExprKind::Node(node)) => {
                let mut operands = crate::walk::operands(node);
                operands.reverse();
                stack.extend(operands);
            }
            Some(hir::ExprKind::Let(_) | hir::ExprKind::Error) | None => {}
        }
    }
    None
}
