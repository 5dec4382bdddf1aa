//! Expressions: one function per kind of expression; comparison, calls and time have files of their own.

use super::{Cx, Scope, arith, literal};
use crate::ast::{self, ArithOp, ExprKind, InSet, IsTest, TargetRef};
use crate::diagnostics::{names as say_names, types as say};
use crate::suggest;
use revplay_grammar::Span;
use revplay_ir::ops::Op;
use revplay_ir::program::{Compare, Const, Node, NodeId, RegexDef, RegexId};
use revplay_ir::types::Type;
use std::sync::Arc;

/// Deepest nesting of one expression; deeper is an ordinary error (promise E3).
const DEPTH_MAX: u32 = 400;

impl Cx<'_> {
    /// Checks an expression in a scope. `want` is the type that its place asks for: it gives bare words
    /// their meaning as labels, and nothing else.
    pub fn expr(&mut self, e: &ast::Expr, scope: &Scope<'_>, want: Option<Type>) -> NodeId {
        if self.depth >= DEPTH_MAX {
            let file = self.file();
            self.report(say::too_deep(file, e.span));
            return self.poison(e.span);
        }
        self.depth += 1;
        let id = self.expr_kind(e, scope, want);
        self.depth -= 1;
        id
    }

    fn expr_kind(&mut self, e: &ast::Expr, scope: &Scope<'_>, want: Option<Type>) -> NodeId {
        let span = e.span;
        match &e.kind {
            ExprKind::Error => self.poison(span),
            ExprKind::True => self.constant(Const::Bool(true), Type::Bool, span),
            ExprKind::False => self.constant(Const::Bool(false), Type::Bool, span),
            ExprKind::Missing => self.constant(Const::Missing, want.unwrap_or(Type::Text), span),
            ExprKind::Now => self.push(Node::Now, Type::Timestamp, false, span),
            ExprKind::Today => self.today(span),
            ExprKind::Number(lit) => self.number(lit),
            ExprKind::Text(text) => self.text(text, span, want),
            ExprKind::Date(text) => self.date_literal(text, span),
            ExprKind::Timestamp(text) => self.timestamp_literal(text, span),
            ExprKind::Duration(lit) => self.duration(lit, scope, span),
            ExprKind::Hold => self.constant(Const::Text(Arc::from("hold")), Type::Target, span),
            ExprKind::Target(target) => self.target_value(target, span),
            ExprKind::Name(name) => self.name(name, scope, want),
            ExprKind::Path(base, name) => self.path(base, name, scope),
            ExprKind::Not(inner) => self.not(inner, scope, span),
            ExprKind::And(parts) => self.junction(Op::And, parts, scope, span),
            ExprKind::Or(parts) => self.junction(Op::Or, parts, scope, span),
            ExprKind::Compare { op, left, right, ignoring_case } => {
                self.compare(*op, left, right, *ignoring_case, scope, span)
            }
            ExprKind::In { value, set, negated, ignoring_case } => {
                self.membership(value, set, *negated, *ignoring_case, scope, span)
            }
            ExprKind::Is { value, test, negated } => self.is(value, *test, *negated, scope, span),
            ExprKind::Matches { value, pattern, pattern_span, ignoring_case, negated } => {
                let matched = self.matches(value, pattern, *pattern_span, *ignoring_case, scope, span);
                if *negated { self.negate(matched, &[value.as_ref()], "not matches", span) } else { matched }
            }
            ExprKind::TextTest { op, value, arg, ignoring_case } => {
                self.text_test(*op, value, arg, *ignoring_case, scope, span)
            }
            ExprKind::Within { value, window } => self.within(value, window, scope, span),
            ExprKind::Else(value, default) => self.or_else(value, default, scope, want, span),
            ExprKind::Arith { op, left, right } => self.arith(*op, left, right, scope, span),
            ExprKind::Neg(inner) => self.neg(inner, scope, span),
            ExprKind::Of { phrase, value } => self.of(phrase, value, scope, span),
            ExprKind::Between { unit, from, to } => self.between(unit, from, to, scope, span),
            ExprKind::Call(call) => self.call(call, scope, span),
            ExprKind::Cases { arms, otherwise } => self.cases(arms, otherwise.as_deref(), scope, want, span),
        }
    }

    /// A condition: an expression that must be true or false.
    pub fn condition(&mut self, e: &ast::Expr, scope: &Scope<'_>) -> NodeId {
        let id = self.expr(e, scope, Some(Type::Bool));
        let ty = self.ty(id);
        if ty != Type::Bool && ty != Type::Error {
            let (file, what) = (self.file(), self.type_name(ty));
            self.report(say::not_a_condition(file, e.span, &what));
            return self.poison(e.span);
        }
        id
    }

    fn number(&mut self, lit: &ast::NumberLit) -> NodeId {
        match literal::constant(lit) {
            Ok((ty, value)) => self.constant(value, ty, lit.span),
            Err(error) => {
                self.literal_error(&error, lit);
                self.poison(lit.span)
            }
        }
    }

    /// Reports why a number literal has no value.
    pub fn literal_error(&mut self, error: &literal::LiteralError, lit: &ast::NumberLit) {
        let file = self.file();
        self.report(say::literal(file, lit.span, error));
    }

    fn text(&mut self, text: &str, span: Span, want: Option<Type>) -> NodeId {
        if let Some(Type::Enum(id)) = want
            && let Some(e) = self.hir.program.enums.get(id.0 as usize)
        {
            let (file, name, known) = (self.file(), e.name.clone(), e.labels.iter().any(|l| l == text));
            self.report(say::quoted_label(file, span, text, &name, known));
            return self.poison(span);
        }
        self.constant(Const::Text(Arc::from(text)), Type::Text, span)
    }

    fn target_value(&mut self, target: &TargetRef, span: Span) -> NodeId {
        self.check_target(target);
        let text = match target {
            TargetRef::Team(name) => format!("team {}", name.text),
            TargetRef::Queue(name) => format!("queue {}", name.text),
            TargetRef::Person(who) => match &who.kind {
                ExprKind::Name(name) if self.names.shared.members.contains_key(&name.text) => {
                    format!("person {}", name.text)
                }
                ExprKind::Name(name) => {
                    let near = suggest::closest(&name.text, self.names.shared.members.keys().map(String::as_str));
                    let file = self.file();
                    self.report(say_names::unknown_shared(file, name.span, "member", &name.text, near));
                    return self.poison(span);
                }
                ExprKind::Text(text) => format!("person {text}"),
                _ => {
                    let file = self.file();
                    self.report(say::not_constant(file, who.span));
                    return self.poison(span);
                }
            },
        };
        self.constant(Const::Text(Arc::from(text)), Type::Target, span)
    }

    pub(super) fn label(&mut self, name: &ast::Name, ty: Type) -> Option<NodeId> {
        let Type::Enum(id) = ty else { return None };
        let index = self.hir.program.enums.get(id.0 as usize)?.labels.iter().position(|l| *l == name.text)?;
        Some(self.constant(Const::Int(index as i64), ty, name.span))
    }

    fn name(&mut self, name: &ast::Name, scope: &Scope<'_>, want: Option<Type>) -> NodeId {
        if let Some(ty) = want
            && !name.quoted
            && let Some(label) = self.label(name, ty)
        {
            return label;
        }
        if let Some(id) = self.find_value(&name.text, name.span, scope) {
            return id;
        }
        // A label with odd characters is written in backticks (`self-employed`): a value of that name goes first.
        match want.and_then(|ty| self.label(name, ty)) {
            Some(label) => label,
            None => self.unknown(name, scope, want),
        }
    }

    fn path(&mut self, base: &ast::Name, name: &ast::Name, scope: &Scope<'_>) -> NodeId {
        let span = base.span.to(name.span);
        // The event itself, by its link's name; the decided record, by its record's name.
        let mut next = Some(scope);
        let mut hops = 0;
        while let Some(at) = next {
            let own =
                at.record.and_then(|r| self.hir.program.records.get(r.index())).is_some_and(|r| r.name == base.text);
            if at.link == Some(base.text.as_str()) || own {
                let here = Scope { record: at.record, outer: None, link: at.link };
                let mut id = match self.find_value(&name.text, name.span, &here) {
                    Some(id) => id,
                    None => {
                        if let Some(record) = at.record {
                            self.find_field(record, name);
                        }
                        return self.poison(span);
                    }
                };
                for _ in 0..hops {
                    let (ty, optional) = (self.ty(id), self.optional(id));
                    id = self.push(Node::Outer(id), ty, optional, span);
                }
                return id;
            }
            if let Some(link) = self.direct_link(at, &base.text) {
                let mut id = self.follow(link, base, name, span);
                for _ in 0..hops {
                    let (ty, optional) = (self.ty(id), self.optional(id));
                    id = self.push(Node::Outer(id), ty, optional, span);
                }
                return id;
            }
            next = at.outer;
            hops += 1;
        }
        self.table_column(base, name, scope, span)
    }

    fn follow(&mut self, link: revplay_ir::program::LinkId, base: &ast::Name, name: &ast::Name, span: Span) -> NodeId {
        let Some((to, many)) = self.hir.program.links.get(link.index()).map(|l| (l.to, l.many)) else {
            return self.poison(span);
        };
        if many {
            let file = self.file();
            self.report(say_names::link_to_many(file, span, &base.text));
            return self.poison(span);
        }
        match self.find_value(&name.text, name.span, &Scope::of(Some(to))) {
            Some(id) => {
                let ty = self.ty(id);
                if ty == Type::Error { id } else { self.push(Node::Follow(link, id), ty, true, span) }
            }
            None => {
                self.find_field(to, name);
                self.poison(span)
            }
        }
    }

    /// `territory.rep`: a named column of a table; else the base is unknown.
    fn table_column(&mut self, base: &ast::Name, name: &ast::Name, scope: &Scope<'_>, span: Span) -> NodeId {
        let full = format!("{}.{}", base.text, name.text);
        if let Some(id) = self.find_value(&full, span, scope) {
            return id;
        }
        self.unknown(base, scope, None)
    }

    /// The link of a scope's own record.
    pub(super) fn direct_link(&self, scope: &Scope<'_>, name: &str) -> Option<revplay_ir::program::LinkId> {
        self.names.links.get(&(scope.record?, name.to_string())).copied()
    }

    /// The link of a name, in this scope or one around it.
    pub fn link_of(&self, scope: &Scope<'_>, name: &str) -> Option<revplay_ir::program::LinkId> {
        self.direct_link(scope, name).or_else(|| scope.outer.and_then(|o| self.link_of(o, name)))
    }

    fn is(&mut self, value: &ast::Expr, test: IsTest, negated: bool, scope: &Scope<'_>, span: Span) -> NodeId {
        let known = (test == IsTest::Known) != negated;
        if let ExprKind::Name(name) = &value.kind
            && matches!(test, IsTest::Known | IsTest::Missing)
            && let Some(link) = self.direct_link(scope, &name.text)
            && self.hir.program.links.get(link.index()).is_some_and(|l| !l.many)
        {
            let has = self.push(Node::HasLink(link), Type::Bool, false, span);
            return if known { has } else { self.op(Op::Not, vec![has], Type::Bool, false, span) };
        }
        let id = self.expr(value, scope, None);
        let ty = self.ty(id);
        if ty == Type::Error {
            return self.poison(span);
        }
        let op = match (test, negated) {
            (IsTest::Missing, false) | (IsTest::Known, true) => Op::IsMissing,
            (IsTest::Known, false) | (IsTest::Missing, true) => Op::IsKnown,
            (IsTest::True, _) => Op::IsTrue,
            (IsTest::False, _) => Op::IsFalse,
        };
        if matches!(op, Op::IsTrue | Op::IsFalse) && ty != Type::Bool {
            let (file, what) = (self.file(), self.type_name(ty));
            self.report(say::not_a_condition(file, value.span, &what));
            return self.poison(span);
        }
        let is = self.push(Node::Op(op, vec![id]), Type::Bool, false, span);
        match test {
            IsTest::True | IsTest::False if negated => self.op(Op::Not, vec![is], Type::Bool, false, span),
            _ => is,
        }
    }

    fn matches(
        &mut self,
        value: &ast::Expr,
        pattern: &str,
        pattern_span: Span,
        ignoring_case: bool,
        scope: &Scope<'_>,
        span: Span,
    ) -> NodeId {
        let id = self.text_operand(value, scope);
        if let Err(reason) = crate::check::compare::compile_regex(pattern, ignoring_case) {
            let file = self.file();
            self.report(say::bad_regex(file, pattern_span, &reason));
            return self.poison(span);
        }
        if self.ty(id) == Type::Error {
            return self.poison(span);
        }
        let def = RegexDef { pattern: pattern.to_string(), ignoring_case };
        let regexes = &mut self.hir.program.regexes;
        let at = regexes.iter().position(|r| *r == def).unwrap_or_else(|| {
            regexes.push(def);
            regexes.len() - 1
        });
        let optional = self.optional(id);
        self.push(Node::Matches(id, RegexId(at as u32)), Type::Bool, optional, span)
    }

    /// An operand that must be a text.
    pub fn text_operand(&mut self, e: &ast::Expr, scope: &Scope<'_>) -> NodeId {
        let id = self.expr(e, scope, None);
        match self.ty(id) {
            Type::Text | Type::Error => id,
            Type::Enum(labels) => self.op(Op::LabelOf(labels), vec![id], Type::Text, false, e.span),
            other => {
                let (file, what) = (self.file(), self.type_name(other));
                self.report(say::not_a_text(file, e.span, &what));
                self.poison(e.span)
            }
        }
    }

    fn text_test(
        &mut self,
        op: ast::TextOp,
        value: &ast::Expr,
        arg: &ast::Expr,
        ignoring_case: bool,
        scope: &Scope<'_>,
        span: Span,
    ) -> NodeId {
        let (left, right) = (self.text_operand(value, scope), self.text_operand(arg, scope));
        let folds = ignoring_case || self.folds(left) || self.folds(right);
        let op = match (op, folds) {
            (ast::TextOp::StartsWith, false) => Op::StartsWith,
            (ast::TextOp::StartsWith, true) => Op::StartsWithFold,
            (ast::TextOp::EndsWith, false) => Op::EndsWith,
            (ast::TextOp::EndsWith, true) => Op::EndsWithFold,
            (ast::TextOp::Contains, false) => Op::Contains,
            (ast::TextOp::Contains, true) => Op::ContainsFold,
        };
        self.op(op, vec![left, right], Type::Bool, false, span)
    }

    fn or_else(
        &mut self,
        value: &ast::Expr,
        default: &ast::Expr,
        scope: &Scope<'_>,
        want: Option<Type>,
        span: Span,
    ) -> NodeId {
        let left = self.expr(value, scope, want);
        let ty = self.ty(left);
        let right = self.expr(default, scope, Some(ty));
        let Some((left, right, ty)) = self.unify(left, right, span) else { return self.poison(span) };
        let optional = self.optional(right);
        self.push(Node::Op(Op::Else, vec![left, right]), ty, optional, span)
    }

    /// Brings two values to one type, or reports that they do not go together.
    pub fn unify(&mut self, left: NodeId, right: NodeId, span: Span) -> Option<(NodeId, NodeId, Type)> {
        let (l, r) = (self.ty(left), self.ty(right));
        if l == Type::Error || r == Type::Error {
            return None;
        }
        if l == r || matches!(self.as_const(right), Some(Const::Missing)) {
            return Some((left, right, l));
        }
        if matches!(self.as_const(left), Some(Const::Missing)) {
            return Some((left, right, r));
        }
        let plain = |t| matches!(t, Type::Int | Type::Number | Type::Decimal(_));
        if plain(l) && plain(r) {
            let (left, right) = (self.coerce(left, Type::Number), self.coerce(right, Type::Number));
            return Some((left, right, Type::Number));
        }
        let (file, a, b) = (self.file(), self.type_name(l), self.type_name(r));
        self.report(say::differ(file, span, &a, &b));
        None
    }

    /// Widens an int or a decimal to `number` where that is wanted; anything else is left as it is.
    pub fn coerce(&mut self, id: NodeId, want: Type) -> NodeId {
        let (ty, span) = (self.ty(id), self.span(id));
        if want != Type::Number || ty == Type::Number {
            return id;
        }
        match (arith::to_number(ty), self.as_const(id)) {
            (Some(Op::IntToNum), Some(Const::Int(v))) => {
                let v = *v as f64;
                self.constant(Const::Num(v), Type::Number, span)
            }
            (Some(op), _) => self.op(op, vec![id], Type::Number, false, span),
            (None, _) => id,
        }
    }

    fn arith(&mut self, op: ArithOp, left: &ast::Expr, right: &ast::Expr, scope: &Scope<'_>, span: Span) -> NodeId {
        let (l, r) = (self.expr(left, scope, None), self.expr(right, scope, None));
        let (lt, rt) = (self.ty(l), self.ty(r));
        if lt == Type::Error || rt == Type::Error {
            return self.poison(span);
        }
        if let Some(id) = self.calendar_arith(op, l, r, right, span) {
            return id;
        }
        match arith::arith(op, lt, rt) {
            Some(plan) => self.apply(plan, l, r, span),
            None => {
                let (file, a, b) = (self.file(), self.type_name(lt), self.type_name(rt));
                self.report(say::arithmetic(file, span, op, (&a, lt), (&b, rt)));
                self.poison(span)
            }
        }
    }

    /// Carries out a plan on checked operands.
    pub fn apply(&mut self, plan: arith::Plan, left: NodeId, right: NodeId, span: Span) -> NodeId {
        let (left, right) = if plan.swap { (right, left) } else { (left, right) };
        let convert = |cx: &mut Self, id: NodeId, op: Option<Op>| match op {
            None => id,
            Some(op @ Op::Rescale(_)) => cx.op(op, vec![id], plan.ty, true, span),
            Some(_) => cx.coerce(id, Type::Number),
        };
        let left = convert(self, left, plan.left);
        let right = convert(self, right, plan.right);
        self.op(plan.op, vec![left, right], plan.ty, true, span)
    }

    fn neg(&mut self, inner: &ast::Expr, scope: &Scope<'_>, span: Span) -> NodeId {
        let id = self.expr(inner, scope, None);
        let ty = self.ty(id);
        match (ty, self.as_const(id).cloned()) {
            (Type::Error, _) => self.poison(span),
            (_, Some(Const::Int(v))) if signed(ty) && v != i64::MIN => self.constant(Const::Int(-v), ty, span),
            (Type::Number | Type::Percent, Some(Const::Num(v))) => self.constant(Const::Num(-v), ty, span),
            (Type::Number | Type::Percent, _) => self.op(Op::NegNum, vec![id], ty, false, span),
            _ if signed(ty) => self.op(Op::NegInt, vec![id], ty, true, span),
            _ => {
                let (file, what) = (self.file(), self.type_name(ty));
                self.report(say::no_minus(file, span, &what));
                self.poison(span)
            }
        }
    }

    fn cases(
        &mut self,
        arms: &[(ast::Expr, ast::Expr)],
        otherwise: Option<&ast::Expr>,
        scope: &Scope<'_>,
        want: Option<Type>,
        span: Span,
    ) -> NodeId {
        let mut checked: Vec<(NodeId, NodeId)> = Vec::new();
        let mut ty = want;
        for (value, when) in arms {
            let when = self.condition(when, scope);
            let value = self.expr(value, scope, ty);
            ty = ty.filter(|t| *t != Type::Error).or(Some(self.ty(value)));
            checked.push((when, value));
        }
        let last = otherwise.map(|o| self.expr(o, scope, ty));
        let mut values: Vec<NodeId> = checked.iter().map(|(_, v)| *v).chain(last).collect();
        if values.iter().chain(checked.iter().map(|(w, _)| w)).any(|v| self.ty(*v) == Type::Error) {
            return self.poison(span);
        }
        let Some(ty) = self.common_type(&values, span) else { return self.poison(span) };
        for value in &mut values {
            *value = self.coerce(*value, ty);
        }
        let optional = last.is_none() || values.iter().any(|v| self.optional(*v));
        let otherwise = last.and_then(|_| values.pop());
        let arms = checked.iter().map(|(w, _)| *w).zip(values).collect();
        self.push(Node::Choose { arms, otherwise }, ty, optional, span)
    }

    /// The one type of several values.
    fn common_type(&mut self, values: &[NodeId], span: Span) -> Option<Type> {
        let mut known = values.iter().filter(|v| !matches!(self.as_const(**v), Some(Const::Missing)));
        let first = known.next().map(|v| self.ty(*v)).unwrap_or(Type::Text);
        let types: Vec<Type> = known.map(|v| self.ty(*v)).collect();
        let plain = |t: &Type| matches!(t, Type::Int | Type::Number | Type::Decimal(_));
        match types.iter().find(|t| **t != first) {
            None => Some(first),
            Some(_) if plain(&first) && types.iter().all(plain) => Some(Type::Number),
            Some(other) => {
                let (file, a, b) = (self.file(), self.type_name(first), self.type_name(*other));
                self.report(say::differ(file, span, &a, &b));
                None
            }
        }
    }

    /// `a = b` over checked operands of one integer-like or float type, for generated comparisons.
    pub fn compare_nodes(&mut self, compare: Compare, left: NodeId, right: NodeId, span: Span) -> NodeId {
        let op = if self.ty(left).is_float_like() { Op::CmpNum(compare) } else { Op::CmpInt(compare) };
        self.op(op, vec![left, right], Type::Bool, false, span)
    }

    /// `value in set`.
    fn membership(
        &mut self,
        value: &ast::Expr,
        set: &InSet,
        negated: bool,
        ignoring_case: bool,
        scope: &Scope<'_>,
        span: Span,
    ) -> NodeId {
        let id = self.expr(value, scope, None);
        if self.ty(id) == Type::Error {
            return self.poison(span);
        }
        let found = match set {
            InSet::Items(items) => self.in_items(id, items, ignoring_case, scope, span),
            InSet::List(name) => self.in_list(id, name, ignoring_case, scope, span),
            InSet::Range(range) => self.in_range(id, range, scope, span),
        };
        if negated { self.negate(found, &[value], "not in", span) } else { found }
    }
}

fn signed(ty: Type) -> bool {
    matches!(ty, Type::Int | Type::Money(_) | Type::Decimal(_) | Type::Duration | Type::Months | Type::Business(_))
}
