//! Comparisons, membership and ranges.

use super::{Cx, Scope};
use crate::ast::{self, CompareOp, ExprKind};
use crate::diagnostics::{decisions as say_decisions, names as say_names, types as say};
use crate::suggest;
use revplay_grammar::Span;
use revplay_ir::ops::Op;
use revplay_ir::program::{Compare, Const, Highest, Node, NodeId, SetId, TextSet};
use revplay_ir::types::Type;
use std::sync::Arc;

/// Largest compiled size of one regular expression, in bytes (promise E3).
const REGEX_SIZE_MAX: usize = 1 << 20;

/// Compiles a pattern only to see whether it can be; the reason in one line if not.
pub fn compile_regex(pattern: &str, ignoring_case: bool) -> Result<(), String> {
    let built = regex::RegexBuilder::new(pattern).case_insensitive(ignoring_case).size_limit(REGEX_SIZE_MAX).build();
    match built {
        Ok(_) => Ok(()),
        Err(regex::Error::CompiledTooBig(_)) => Err("it is too large when compiled".into()),
        Err(error) => {
            let text = error.to_string();
            let last = text.lines().rev().find(|l| !l.trim().is_empty()).unwrap_or("");
            Err(last.trim().trim_start_matches("error: ").to_string())
        }
    }
}

/// The comparison of a written operator.
pub fn comparison(op: CompareOp) -> Compare {
    match op {
        CompareOp::Eq => Compare::Eq,
        CompareOp::Ne => Compare::Ne,
        CompareOp::Lt => Compare::Lt,
        CompareOp::Le | CompareOp::AtMost => Compare::Le,
        CompareOp::Gt => Compare::Gt,
        CompareOp::Ge | CompareOp::AtLeast => Compare::Ge,
    }
}

/// The comparison with its sides exchanged.
fn flipped(compare: Compare) -> Compare {
    match compare {
        Compare::Eq => Compare::Eq,
        Compare::Ne => Compare::Ne,
        Compare::Lt => Compare::Gt,
        Compare::Le => Compare::Ge,
        Compare::Gt => Compare::Lt,
        Compare::Ge => Compare::Le,
    }
}

impl Cx<'_> {
    /// `left op right` as written.
    pub fn compare(
        &mut self,
        op: CompareOp,
        left: &ast::Expr,
        right: &ast::Expr,
        ignoring_case: bool,
        scope: &Scope<'_>,
        span: Span,
    ) -> NodeId {
        if let Some(found) = self.never_equal(op, left, right, scope, span) {
            return found;
        }
        let (l, r) = self.sides(left, right, scope);
        let id = self.compare_checked(op, l, r, ignoring_case, span);
        if op == CompareOp::Ne && self.ty(id) == Type::Bool {
            self.warn_neither(id, &[left, right], "!=", span);
        }
        id
    }

    /// `x = missing` and `x = ""` are never true: what is missing equals nothing, and a blank text is missing (M1).
    fn never_equal(
        &mut self,
        op: CompareOp,
        left: &ast::Expr,
        right: &ast::Expr,
        scope: &Scope<'_>,
        span: Span,
    ) -> Option<NodeId> {
        let (other, nothing) = match (self.nothing(left, scope), self.nothing(right, scope)) {
            (_, Some(nothing)) => (left, nothing),
            (Some(nothing), None) => (right, nothing),
            (None, None) => return None,
        };
        let (file, text) = (self.file(), ast::print::expr(other));
        self.report(say::equals_nothing(file, span, &nothing, &text, op == CompareOp::Ne));
        Some(self.poison(span))
    }

    /// How an expression says nothing: a blank text, `missing`, or `null` where nothing is called so.
    fn nothing(&mut self, e: &ast::Expr, scope: &Scope<'_>) -> Option<say::Nothing> {
        match &e.kind {
            ExprKind::Missing => Some(say::Nothing::Missing),
            ExprKind::Text(text) if text.trim().is_empty() => Some(say::Nothing::Blank),
            ExprKind::Name(name) if super::unknown::means_nothing(&name.text) => {
                let label = self.hir.program.enums.iter().any(|e| e.labels.contains(&name.text));
                (!label && !self.means_something(e, scope)).then(|| say::Nothing::Foreign(name.text.clone()))
            }
            _ => None,
        }
    }

    /// Both sides; a bare word on one side may be a label of the other's type.
    fn sides(&mut self, left: &ast::Expr, right: &ast::Expr, scope: &Scope<'_>) -> (NodeId, NodeId) {
        let bare = |e: &ast::Expr| matches!(&e.kind, ExprKind::Name(_));
        let unknown_left = bare(left) && !self.means_something(left, scope);
        if unknown_left && bare(right) && !self.means_something(right, scope) {
            // The right one is probably a label of the left: one mistake, not two.
            return (self.expr(left, scope, None), self.poison(right.span));
        }
        if unknown_left {
            let r = self.expr(right, scope, None);
            let ty = self.ty(r);
            let l = self.expr(left, scope, Some(ty));
            return (l, r);
        }
        let l = self.expr(left, scope, None);
        let ty = self.ty(l);
        if ty == Type::Error && bare(right) && !self.means_something(right, scope) {
            return (l, self.poison(right.span));
        }
        let r = self.expr(right, scope, Some(ty));
        (l, r)
    }

    fn means_something(&mut self, e: &ast::Expr, scope: &Scope<'_>) -> bool {
        let ExprKind::Name(name) = &e.kind else { return true };
        self.names.in_scope(scope).contains(&name.text.as_str())
    }

    /// A comparison of two checked sides.
    pub fn compare_checked(&mut self, op: CompareOp, l: NodeId, r: NodeId, ignoring_case: bool, span: Span) -> NodeId {
        let (lt, rt) = (self.ty(l), self.ty(r));
        if lt == Type::Error || rt == Type::Error {
            return self.poison(span);
        }
        let compare = comparison(op);
        let equality = matches!(compare, Compare::Eq | Compare::Ne);
        let ranked = matches!(op, CompareOp::AtLeast | CompareOp::AtMost);
        let (l, r) = self.plain_constants(l, r);
        let (lt, rt) = (self.ty(l), self.ty(r));
        let built = match (lt, rt) {
            (Type::Enum(a), Type::Enum(b)) if a == b => return self.compare_labels(op, l, r, span),
            (Type::Bool, Type::Bool) if equality => Some((l, r, Op::CmpBool(compare))),
            (Type::Target, Type::Target) if equality => Some((l, r, Op::CmpText(compare))),
            (Type::Text, Type::Text) => {
                let folds = ignoring_case || self.folds(l) || self.folds(r);
                Some((l, r, if folds { Op::CmpTextFold(compare) } else { Op::CmpText(compare) }))
            }
            (Type::Int, Type::Int)
            | (Type::Date, Type::Date)
            | (Type::Timestamp, Type::Timestamp)
            | (Type::Duration, Type::Duration)
            | (Type::Months, Type::Months) => Some((l, r, Op::CmpInt(compare))),
            (Type::Money(a), Type::Money(b)) if a == b => Some((l, r, Op::CmpInt(compare))),
            (Type::Number, Type::Number) | (Type::Percent, Type::Percent) => Some((l, r, Op::CmpNum(compare))),
            (Type::Int, Type::Number) => Some((l, r, Op::CmpIntNum(compare))),
            (Type::Number, Type::Int) => Some((r, l, Op::CmpIntNum(flipped(compare)))),
            (Type::Decimal(a), Type::Decimal(b)) => Some((l, r, Op::CmpDec(compare, a, b))),
            (Type::Decimal(a), Type::Int) => Some((l, r, Op::CmpDec(compare, a, 0))),
            (Type::Int, Type::Decimal(b)) => Some((l, r, Op::CmpDec(compare, 0, b))),
            (Type::Decimal(a), Type::Number) => Some((l, r, Op::CmpDecNum(compare, a))),
            (Type::Number, Type::Decimal(b)) => Some((r, l, Op::CmpDecNum(flipped(compare), b))),
            _ => None,
        };
        match built {
            Some(_) if ranked && !is_quantity(lt) => {
                let (file, what) = (self.file(), self.type_name(lt));
                self.report(say::no_order(file, span, &what));
                self.poison(span)
            }
            Some((a, b, op)) => self.op(op, vec![a, b], Type::Bool, false, span),
            None => {
                let (file, a, b) = (self.file(), self.type_name(lt), self.type_name(rt));
                let quoted = [l, r].into_iter().find_map(|id| match self.as_const(id) {
                    Some(Const::Text(text)) => Some(text.to_string()),
                    _ => None,
                });
                self.report(say::comparison(file, span, (&a, lt), (&b, rt), quoted.as_deref()));
                self.poison(span)
            }
        }
    }

    /// An int or decimal literal next to a decimal or number is brought to its type at once.
    fn plain_constants(&mut self, l: NodeId, r: NodeId) -> (NodeId, NodeId) {
        let fit = |cx: &mut Self, id: NodeId, other: NodeId| {
            let (other_ty, span) = (cx.ty(other), cx.span(id));
            match (cx.ty(id), other_ty, cx.as_const(id).cloned()) {
                (_, _, Some(Const::Missing)) => cx.constant(Const::Missing, other_ty, span),
                // Exact up to 2^53; beyond, the exact comparison of int and number does it.
                (Type::Int, Type::Number, Some(Const::Int(v))) if v.unsigned_abs() <= 1 << 53 => {
                    cx.constant(Const::Num(v as f64), Type::Number, span)
                }
                _ => id,
            }
        };
        let left = fit(self, l, r);
        let right = fit(self, r, left);
        (left, right)
    }

    fn compare_labels(&mut self, op: CompareOp, l: NodeId, r: NodeId, span: Span) -> NodeId {
        let Type::Enum(id) = self.ty(l) else { return self.poison(span) };
        let order = self.hir.program.enums.get(id.0 as usize).and_then(|e| e.order);
        match (op, order) {
            (CompareOp::Eq | CompareOp::Ne, _) => {
                self.op(Op::CmpInt(comparison(op)), vec![l, r], Type::Bool, false, span)
            }
            (CompareOp::AtLeast | CompareOp::AtMost, Some(order)) => {
                // The first label ranks highest in bands and grades: its index is the least.
                let compare = match order {
                    Highest::First => flipped(comparison(op)),
                    Highest::Last => comparison(op),
                };
                self.op(Op::CmpInt(compare), vec![l, r], Type::Bool, false, span)
            }
            (CompareOp::Lt | CompareOp::Le | CompareOp::Gt | CompareOp::Ge, Some(_)) => {
                let file = self.file();
                self.report(say::rank_sign(file, span));
                self.poison(span)
            }
            (_, None) => {
                let (file, what) = (self.file(), self.type_name(Type::Enum(id)));
                self.report(say::no_order(file, span, &what));
                self.poison(span)
            }
        }
    }

    /// Whether a text is compared ignoring case because its field says so.
    pub fn folds(&self, id: NodeId) -> bool {
        let mut stack = vec![id];
        while let Some(id) = stack.pop() {
            match self.hir.exprs.get(id.index()).map(|e| &e.kind) {
                Some(crate::hir::ExprKind::Node(Node::Field(f))) => {
                    if self.hir.program.fields.get(f.index()).is_some_and(|f| f.ignoring_case) {
                        return true;
                    }
                }
                Some(crate::hir::ExprKind::Node(Node::Follow(_, inner) | Node::Outer(inner))) => stack.push(*inner),
                Some(crate::hir::ExprKind::Node(Node::Op(Op::Else, args))) => stack.extend(args.first()),
                Some(crate::hir::ExprKind::Let(l)) => {
                    stack.extend(self.names.lets.get(l.0 as usize).and_then(|l| l.value));
                }
                Some(crate::hir::ExprKind::Node(_) | crate::hir::ExprKind::Error) | None => {}
            }
        }
        false
    }

    /// `in (a, b, c)`.
    pub fn in_items(
        &mut self,
        value: NodeId,
        items: &[ast::Expr],
        ignoring_case: bool,
        scope: &Scope<'_>,
        span: Span,
    ) -> NodeId {
        let ty = self.ty(value);
        let texts: Option<Vec<Arc<str>>> = items
            .iter()
            .map(|i| if let ExprKind::Text(t) = &i.kind { Some(Arc::from(t.as_str())) } else { None })
            .collect();
        if let (Type::Text, Some(texts)) = (ty, texts) {
            let folded = ignoring_case || self.folds(value);
            return self.in_set(value, None, &texts, folded, span);
        }
        let mut tests: Vec<NodeId> = Vec::new();
        for item in items {
            let id = self.expr(item, scope, Some(ty));
            tests.push(self.compare_checked(CompareOp::Eq, value, id, ignoring_case, item.span));
        }
        match tests.as_slice() {
            [] => self.poison(span),
            [one] => *one,
            _ => self.op(Op::Or, tests, Type::Bool, false, span),
        }
    }

    /// `in dach`.
    pub fn in_list(
        &mut self,
        value: NodeId,
        name: &ast::Name,
        ignoring_case: bool,
        scope: &Scope<'_>,
        span: Span,
    ) -> NodeId {
        let Some(list) = self.names.shared.lists.get(&name.text).cloned() else {
            let file = self.file();
            if self.find_value(&name.text, name.span, scope).is_some() {
                self.blocked = None;
                self.report(say::in_without_list(file, name.span, &name.text));
            } else {
                let near = suggest::closest(&name.text, self.names.shared.lists.keys().map(String::as_str));
                self.report(say_names::unknown_shared(file, name.span, "list", &name.text, near));
            }
            return self.poison(span);
        };
        match self.ty(value) {
            Type::Error => self.poison(span),
            Type::Text => {
                let folded = ignoring_case || list.ignoring_case || self.folds(value);
                self.in_set(value, Some(&name.text), &list.texts, folded, span)
            }
            Type::Enum(labels) => {
                let text = self.op(Op::LabelOf(labels), vec![value], Type::Text, false, span);
                self.in_set(text, Some(&name.text), &list.texts, list.ignoring_case || ignoring_case, span)
            }
            other => {
                let (file, what) = (self.file(), self.type_name(other));
                self.report(say::not_a_text(file, self.span(value), &what));
                self.poison(span)
            }
        }
    }

    fn in_set(&mut self, value: NodeId, name: Option<&str>, texts: &[Arc<str>], folded: bool, span: Span) -> NodeId {
        let mut members: Vec<Arc<str>> =
            texts.iter().map(|t| if folded { Arc::from(revplay_ir::fold::fold_case(t)) } else { t.clone() }).collect();
        members.sort_unstable();
        members.dedup();
        let set = TextSet { name: name.map(String::from), members, folded };
        let sets = &mut self.hir.program.sets;
        let at = sets.iter().position(|s| *s == set).unwrap_or_else(|| {
            sets.push(set);
            sets.len() - 1
        });
        let optional = self.optional(value);
        self.push(Node::InSet(value, SetId(at as u32)), Type::Bool, optional, span)
    }

    /// Whether an expression is the same for all records: made of literals and params alone.
    fn is_fixed(&self, id: NodeId) -> bool {
        match self.hir.exprs.get(id.index()).map(|e| &e.kind) {
            Some(crate::hir::ExprKind::Node(Node::Const(_) | Node::Param(_))) => true,
            Some(crate::hir::ExprKind::Node(Node::Op(_, args))) => args.iter().all(|arg| self.is_fixed(*arg)),
            _ => false,
        }
    }

    /// `in 200..<1000`; a timestamp may be in a range of dates, whose last day counts whole (promise V5).
    pub fn in_range(&mut self, value: NodeId, range: &ast::RangeLit, scope: &Scope<'_>, span: Span) -> NodeId {
        let ty = self.ty(value);
        if ty == Type::Error {
            return self.poison(span);
        }
        let low = range.low.as_ref().map(|e| self.expr(e, scope, Some(ty)));
        let high = range.high.as_ref().map(|e| self.expr(e, scope, Some(ty)));
        for bound in [low, high].into_iter().flatten() {
            if self.ty(bound) != Type::Error && !self.is_fixed(bound) {
                let (file, span) = (self.file(), self.span(bound));
                self.report(say::bound_not_fixed(file, span));
            }
        }
        let ends = (low.and_then(|i| self.as_const(i)), high.and_then(|i| self.as_const(i)));
        let order = match ends {
            (Some(Const::Int(l)), Some(Const::Int(h))) => l.cmp(h),
            (Some(Const::Num(l)), Some(Const::Num(h))) => l.total_cmp(h),
            _ => std::cmp::Ordering::Less,
        };
        let empty = order.is_gt() || (order.is_eq() && range.high_open);
        if empty && low.map(|i| self.ty(i)) == high.map(|i| self.ty(i)) {
            let file = self.file();
            self.report(say::empty_range(file, range.span, self.written(range.span)));
        }
        let whole_days =
            |cx: &Self, id: Option<NodeId>| ty == Type::Timestamp && id.is_some_and(|i| cx.ty(i) == Type::Date);
        let mut tests = Vec::new();
        if let Some(low) = low {
            let low = if whole_days(self, Some(low)) { self.start_of_day(low) } else { low };
            tests.push(self.compare_checked(CompareOp::Ge, value, low, false, range.span));
        }
        if let Some(high) = high {
            let last_day = whole_days(self, Some(high));
            let high = match (last_day, range.high_open) {
                (false, _) => high,
                (true, true) => self.start_of_day(high),
                (true, false) => {
                    let next = self.day_after(high);
                    self.start_of_day(next)
                }
            };
            let op = if range.high_open || last_day { CompareOp::Lt } else { CompareOp::Le };
            tests.push(self.compare_checked(op, value, high, false, range.span));
        }
        match tests.as_slice() {
            [] => {
                let file = self.file();
                self.report(say_decisions::open_range(file, range.span));
                self.poison(span)
            }
            [one] => *one,
            _ => self.op(Op::And, tests, Type::Bool, false, span),
        }
    }
}

/// Types whose values have an amount that `at least` can compare.
fn is_quantity(ty: Type) -> bool {
    match ty {
        Type::Int
        | Type::Number
        | Type::Percent
        | Type::Money(_)
        | Type::Decimal(_)
        | Type::Date
        | Type::Timestamp
        | Type::Duration
        | Type::Months => true,
        Type::Bool | Type::Text | Type::Business(_) | Type::Enum(_) | Type::Target | Type::List | Type::Error => false,
    }
}
