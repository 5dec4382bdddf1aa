//! `and`, `or` and `not`, with what people forget around them.

use super::{Cx, Scope};
use crate::ast::{self, CompareOp, ExprKind, IsTest};
use crate::diagnostics::{lints, types as say};
use revplay_grammar::Span;
use revplay_ir::ops::Op;
use revplay_ir::program::{Node, NodeId};
use revplay_ir::types::Type;

impl Cx<'_> {
    /// `a and b`, `a or b`.
    pub(super) fn junction(&mut self, op: Op, parts: &[ast::Expr], scope: &Scope<'_>, span: Span) -> NodeId {
        if self.alternatives(&op, parts, scope) {
            return self.poison(span);
        }
        let before = self.guards.len();
        for part in parts {
            if let ExprKind::Is { value, test: IsTest::Missing | IsTest::Known, .. } = &part.kind {
                self.guards.push(ast::print::expr(value));
            }
        }
        let args: Vec<NodeId> = parts.iter().map(|p| self.condition(p, scope)).collect();
        self.guards.truncate(before);
        self.op(op, args, Type::Bool, false, span)
    }

    /// `country = "DE" or "AT"` means `country in ("DE", "AT")`: reported once, with that.
    fn alternatives(&mut self, op: &Op, parts: &[ast::Expr], scope: &Scope<'_>) -> bool {
        for (at, part) in parts.iter().enumerate() {
            if self.text_alternatives(op, part, parts.get(at + 1..).unwrap_or(&[])) {
                return true;
            }
            let ExprKind::Compare { op: compare @ (CompareOp::Eq | CompareOp::Ne), left, right, .. } = &part.kind
            else {
                continue;
            };
            let Some(next) = parts.get(at + 1).filter(|n| might_be_value(n)) else { continue };
            let Some(ty) = self.type_of_left(left, scope) else { continue };
            let rest = parts.get(at + 1..).unwrap_or(&[]);
            let others: Vec<&ast::Expr> = rest.iter().take_while(|p| self.is_value_of(p, ty, scope)).collect();
            let Some(last) = others.last() else { continue };
            let shown = |e: &ast::Expr| match &e.kind {
                ExprKind::Name(name) if ty == Type::Text => format!("\"{}\"", name.text),
                ExprKind::Text(text) if matches!(ty, Type::Enum(_)) => text.clone(),
                _ => ast::print::expr(e),
            };
            let values: Vec<String> =
                std::iter::once(right.as_ref()).chain(others.iter().copied()).map(shown).collect();
            let not = if *compare == CompareOp::Ne { "not " } else { "" };
            let write = format!("{} {not}in ({})", ast::print::expr(left), values.join(", "));
            let word = if *op == Op::And { "and" } else { "or" };
            let (first, second) = (ast::print::expr(right), ast::print::expr(next));
            let (file, whole) = (self.file(), part.span.to(last.span));
            self.report(say::value_as_condition(file, next.span, whole, word, (&first, &second), &write));
            return true;
        }
        false
    }

    /// `title contains "VP" or "Chief"`: the test is said again for each text.
    fn text_alternatives(&mut self, op: &Op, part: &ast::Expr, rest: &[ast::Expr]) -> bool {
        let ExprKind::TextTest { op: test, value, arg, ignoring_case } = &part.kind else { return false };
        let others: Vec<&ast::Expr> = rest.iter().take_while(|p| matches!(p.kind, ExprKind::Text(_))).collect();
        let (Some(next), Some(last)) = (others.first(), others.last()) else { return false };
        let word = if *op == Op::And { "and" } else { "or" };
        let again = |arg: &ast::Expr| {
            let kind = ExprKind::TextTest {
                op: *test,
                value: value.clone(),
                arg: Box::new(arg.clone()),
                ignoring_case: *ignoring_case,
            };
            ast::print::expr(&ast::Expr { kind, span: arg.span })
        };
        let tests: Vec<String> = std::iter::once(arg.as_ref()).chain(others.iter().copied()).map(again).collect();
        let write = tests.join(&format!(" {word} "));
        let (first, second) = (ast::print::expr(arg), ast::print::expr(next));
        let (file, whole) = (self.file(), part.span.to(last.span));
        self.report(say::value_as_condition(file, next.span, whole, word, (&first, &second), &write));
        true
    }

    /// The type of what is compared, without a trace of having asked.
    /// Only names: asking twice about what is nested would double the work at each level.
    fn type_of_left(&mut self, left: &ast::Expr, scope: &Scope<'_>) -> Option<Type> {
        if !matches!(left.kind, ExprKind::Name(_) | ExprKind::Path(..)) {
            return None;
        }
        let (exprs, found) = (self.hir.exprs.len(), self.sink.len());
        let (sets, regexes) = (self.hir.program.sets.len(), self.hir.program.regexes.len());
        let blocked = self.blocked;
        let id = self.expr(left, scope, None);
        let ty = self.ty(id);
        self.hir.exprs.truncate(exprs);
        self.hir.program.sets.truncate(sets);
        self.hir.program.regexes.truncate(regexes);
        self.sink.truncate(found);
        self.blocked = blocked;
        (ty != Type::Error && ty != Type::Bool).then_some(ty)
    }

    /// Whether an operand of `or` is a value of this type and no condition.
    fn is_value_of(&mut self, e: &ast::Expr, ty: Type, scope: &Scope<'_>) -> bool {
        match &e.kind {
            ExprKind::Text(_) => matches!(ty, Type::Text | Type::Enum(_)),
            ExprKind::Number(_) => matches!(ty, Type::Int | Type::Number | Type::Money(_) | Type::Percent),
            ExprKind::Name(name) => {
                let defined = self.names.in_scope(scope).contains(&name.text.as_str());
                !defined && (ty == Type::Text || self.label(name, ty).is_some())
            }
            _ => false,
        }
    }

    pub(super) fn not(&mut self, inner: &ast::Expr, scope: &Scope<'_>, span: Span) -> NodeId {
        let id = self.condition(inner, scope);
        self.negate(id, &[inner], "not", span)
    }

    /// `not`, with the warning of promise M4 if what is negated may be neither true nor false.
    pub fn negate(&mut self, id: NodeId, operands: &[&ast::Expr], word: &str, span: Span) -> NodeId {
        if self.ty(id) == Type::Error {
            return self.poison(span);
        }
        self.warn_neither(id, operands, word, span);
        self.op(Op::Not, vec![id], Type::Bool, false, span)
    }

    /// The warning of promise M4, unless the expression handles the absence itself.
    pub fn warn_neither(&mut self, id: NodeId, operands: &[&ast::Expr], word: &str, span: Span) {
        if !self.optional(id) {
            return;
        }
        let handled = |text: &String| self.guards.contains(text);
        let mut missing: Vec<String> = Vec::new();
        self.what_may_be_missing(id, &mut missing);
        missing.retain(|m| !handled(m));
        let texts: Vec<String> = operands.iter().map(|e| ast::print::expr(e)).collect();
        if missing.is_empty() || texts.iter().any(handled) {
            return;
        }
        let file = self.file();
        self.report(lints::neither_side(file, span, word, &missing));
    }

    /// Names of the fields and definitions through which an expression may be missing.
    fn what_may_be_missing(&self, id: NodeId, into: &mut Vec<String>) {
        let mut stack = vec![id];
        while let Some(id) = stack.pop() {
            let Some(e) = self.hir.exprs.get(id.index()) else { continue };
            if !e.optional {
                continue;
            }
            let name = match &e.kind {
                crate::hir::ExprKind::Let(l) => self.names.lets.get(l.0 as usize).and_then(|l| {
                    let text = self.files.get(l.place.file)?.text.as_str();
                    Some(l.place.span.of(text).trim_matches('`').to_string())
                }),
                crate::hir::ExprKind::Node(Node::Field(f)) => {
                    self.hir.program.fields.get(f.index()).map(|f| f.name.clone())
                }
                crate::hir::ExprKind::Node(Node::Op(_, args) | Node::Call(_, args)) => {
                    stack.extend(args.iter().rev());
                    None
                }
                crate::hir::ExprKind::Node(Node::InSet(a, _) | Node::Matches(a, _) | Node::Outer(a)) => {
                    stack.push(*a);
                    None
                }
                crate::hir::ExprKind::Node(_) => self.files.get(e.file).map(|f| e.span.of(&f.text).to_string()),
                crate::hir::ExprKind::Error => None,
            };
            if let Some(name) = name
                && !into.contains(&name)
            {
                into.push(name);
            }
        }
    }
}

/// A bare word or a literal.
fn might_be_value(e: &ast::Expr) -> bool {
    matches!(e.kind, ExprKind::Text(_) | ExprKind::Number(_) | ExprKind::Name(_))
}
