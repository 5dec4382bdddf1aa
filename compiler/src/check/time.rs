//! Dates, instants, durations, windows and calendar arithmetic.

use super::literal::{self, UnitLength};
use super::{Cx, Scope};
use crate::ast::{self, ArithOp, ExprKind, WindowKind};
use crate::diagnostics::types as say;
use crate::suggest;
use revplay_grammar::Span;
use revplay_ir::ops::Op;
use revplay_ir::program::{Compare, Const, Node, NodeId, Period, Window};
use revplay_ir::time;
use revplay_ir::types::Type;

/// Phrases before ` of` that name a calendar period.
pub const PERIODS: [(&str, Period); 7] = [
    ("day", Period::Day),
    ("week", Period::Week),
    ("month", Period::Month),
    ("quarter", Period::Quarter),
    ("fiscal quarter", Period::FiscalQuarter),
    ("year", Period::Year),
    ("fiscal year", Period::FiscalYear),
];

/// The period of a phrase.
pub fn period(phrase: &str) -> Option<Period> {
    PERIODS.iter().find(|(p, _)| *p == phrase).map(|(_, period)| *period)
}

impl Cx<'_> {
    /// `today`: the date of `now` in the playbook's zone.
    pub fn today(&mut self, span: Span) -> NodeId {
        let now = self.push(Node::Now, Type::Timestamp, false, span);
        self.op(Op::DateOf, vec![now], Type::Date, false, span)
    }

    /// `2026-11-02`.
    pub fn date_literal(&mut self, text: &str, span: Span) -> NodeId {
        match time::parse_date(text) {
            Ok(day) => self.constant(Const::Int(day), Type::Date, span),
            Err(_) => {
                let file = self.file();
                self.report(say::bad_date(file, span, text));
                self.poison(span)
            }
        }
    }

    /// `2026-11-23 09:00`, in the playbook's zone unless it names one.
    pub fn timestamp_literal(&mut self, text: &str, span: Span) -> NodeId {
        let parsed = time::zone(&self.hir.program.zone).map(|zone| time::parse_timestamp(text, &zone));
        match parsed {
            Some(Ok(us)) => self.constant(Const::Int(us), Type::Timestamp, span),
            Some(Err(error)) => {
                let (file, zone) = (self.file(), self.hir.program.zone.clone());
                self.report(say::bad_timestamp(file, span, text, &error.to_string(), &zone));
                self.poison(span)
            }
            None => self.poison(span),
        }
    }

    /// The first instant of a date.
    pub fn start_of_day(&mut self, date: NodeId) -> NodeId {
        let span = self.span(date);
        self.op(Op::StartOfDay, vec![date], Type::Timestamp, false, span)
    }

    /// The date after a date.
    pub fn day_after(&mut self, date: NodeId) -> NodeId {
        let span = self.span(date);
        if let Some(Const::Int(day)) = self.as_const(date).cloned() {
            return self.constant(Const::Int(day.saturating_add(1)), Type::Date, span);
        }
        let day = self.constant(Const::Int(86_400_000_000), Type::Duration, span);
        self.op(Op::AddDate, vec![date, day], Type::Date, true, span)
    }

    /// `30 days`, `1 month clipped`, `4 business hours of berlin`.
    pub fn duration(&mut self, lit: &ast::DurationLit, scope: &Scope<'_>, span: Span) -> NodeId {
        let file = self.file();
        let length = literal::unit_length(lit.unit);
        let business = matches!(length, UnitLength::Open(_) | UnitLength::OpenDay);
        let calendar = match (&lit.calendar, business) {
            (Some(name), true) => self.find_calendar(name),
            (Some(name), false) => {
                self.report(say::calendar_of_plain(file, name.span, &name.text));
                return self.poison(span);
            }
            (None, true) => {
                // One calendar needs no name.
                let only = self.names.shared.calendars.len() == 1;
                let found = self.names.shared.calendars.values().next().copied().filter(|_| only);
                if found.is_none() {
                    self.report(say::which_calendar(file, span));
                }
                found
            }
            (None, false) => None,
        };
        if business && calendar.is_none() {
            return self.poison(span);
        }
        let (unit, ty) = match length {
            UnitLength::Exact(us) => (us, Type::Duration),
            UnitLength::Months(n) => (n, Type::Months),
            UnitLength::Open(us) => (us, calendar.map_or(Type::Error, Type::Business)),
            UnitLength::OpenDay => {
                self.report(say::business_days(file, span));
                return self.poison(span);
            }
        };
        if lit.overflowing.is_some() && ty != Type::Months {
            self.report(say::clipped_plain(file, span));
        }
        match &lit.amount.kind {
            ExprKind::Number(number) => {
                let micros = literal::exact(number).ok().and_then(|(mantissa, scale)| {
                    let total = mantissa.checked_mul(i128::from(unit))?;
                    let divisor = 10i128.checked_pow(scale)?;
                    (total % divisor == 0).then_some(total / divisor)
                });
                match micros.and_then(|v| i64::try_from(v).ok()) {
                    Some(value) => self.constant(Const::Int(value), ty, span),
                    None => {
                        self.report(say::duration_amount(file, span));
                        self.poison(span)
                    }
                }
            }
            _ => {
                let amount = self.expr(&lit.amount, scope, Some(Type::Int));
                if self.ty(amount) != Type::Int {
                    if self.ty(amount) != Type::Error {
                        self.report(say::duration_amount(file, lit.amount.span));
                    }
                    return self.poison(span);
                }
                let unit = self.constant(Const::Int(unit), Type::Int, span);
                self.op(Op::MulInt, vec![amount, unit], ty, true, span)
            }
        }
    }

    /// Sums of dates or instants with months or business time; `None` if neither is meant.
    pub fn calendar_arith(
        &mut self,
        op: ArithOp,
        left: NodeId,
        right: NodeId,
        right_tree: &ast::Expr,
        span: Span,
    ) -> Option<NodeId> {
        let (lt, rt) = (self.ty(left), self.ty(right));
        let minus = match op {
            ArithOp::Add => false,
            ArithOp::Sub => true,
            ArithOp::Mul | ArithOp::Div | ArithOp::IntDiv | ArithOp::Mod => return None,
        };
        if !minus && matches!(lt, Type::Duration) && matches!(rt, Type::Timestamp | Type::Date) {
            return self.calendar_arith(op, right, left, right_tree, span).or_else(|| {
                let plan = super::arith::arith(op, rt, lt)?;
                Some(self.apply(plan, right, left, span))
            });
        }
        let amount = |cx: &mut Self| {
            if !minus {
                return right;
            }
            match cx.as_const(right).cloned() {
                Some(Const::Int(v)) if v != i64::MIN => cx.constant(Const::Int(-v), rt, span),
                _ => cx.op(Op::NegInt, vec![right], rt, true, span),
            }
        };
        match (lt, rt) {
            (Type::Date, Type::Duration) => {
                let amount = amount(self);
                Some(self.op(Op::AddDate, vec![left, amount], Type::Date, true, span))
            }
            (Type::Timestamp, Type::Business(calendar)) => {
                let amount = amount(self);
                let optional = true;
                Some(self.push(Node::AddBusiness(left, amount, calendar), Type::Timestamp, optional, span))
            }
            (Type::Timestamp | Type::Date, Type::Months) => {
                let overflowing = match &right_tree.kind {
                    ExprKind::Duration(lit) => lit.overflowing,
                    _ => None,
                };
                let Some(overflowing) = overflowing else {
                    let file = self.file();
                    self.report(say::month_end(file, right_tree.span));
                    return Some(self.poison(span));
                };
                let op = match (lt == Type::Date, overflowing) {
                    (false, false) => Op::AddMonthsClipped,
                    (false, true) => Op::AddMonthsOverflowing,
                    (true, false) => Op::AddMonthsDateClipped,
                    (true, true) => Op::AddMonthsDateOverflowing,
                };
                let amount = amount(self);
                Some(self.op(op, vec![left, amount], lt, true, span))
            }
            _ => None,
        }
    }

    /// A window with constant lengths; reports months and what is not constant.
    pub fn window(&mut self, window: &ast::Window, scope: &Scope<'_>) -> Option<Window> {
        let mut length = |e: &ast::Expr| {
            let id = self.expr(e, scope, None);
            match (self.ty(id), self.as_const(id).cloned()) {
                (Type::Duration, Some(Const::Int(us))) if us >= 0 => Some(us),
                (Type::Error, _) => None,
                (Type::Months, _) => {
                    let file = self.file();
                    self.report(say::window_months(file, e.span));
                    None
                }
                _ => {
                    let file = self.file();
                    self.report(say::window_length(file, e.span));
                    None
                }
            }
        };
        match &window.kind {
            WindowKind::Last(d) => length(d).map(Window::Last),
            WindowKind::Next(d) => length(d).map(Window::Next),
            WindowKind::Ago(from, to) => {
                let (a, b) = (length(from)?, length(to)?);
                if a < b {
                    let file = self.file();
                    self.report(say::window_order(file, window.span));
                    return None;
                }
                Some(Window::Ago(a, b))
            }
        }
    }

    /// `x within last 30 days` of an instant or a date.
    pub fn within(&mut self, value: &ast::Expr, window: &ast::Window, scope: &Scope<'_>, span: Span) -> NodeId {
        let id = self.expr(value, scope, None);
        let ty = self.ty(id);
        if !matches!(ty, Type::Timestamp | Type::Date) {
            if ty != Type::Error {
                let (file, what) = (self.file(), self.type_name(ty));
                self.report(say::not_a_time(file, value.span, &what));
            }
            return self.poison(span);
        }
        let Some(window) = self.window(window, scope) else { return self.poison(span) };
        let (low, high) = match window {
            Window::Last(d) => (-d, 0),
            Window::Next(d) => (0, d),
            Window::Ago(a, b) => (-a, -b),
        };
        let low = self.now_plus(low, ty, span);
        let high = self.now_plus(high, ty, span);
        let from = self.compare_nodes(Compare::Ge, id, low, span);
        let to = self.compare_nodes(Compare::Le, id, high, span);
        self.op(Op::And, vec![from, to], Type::Bool, false, span)
    }

    fn now_plus(&mut self, us: i64, ty: Type, span: Span) -> NodeId {
        let mut at = self.push(Node::Now, Type::Timestamp, false, span);
        if us != 0 {
            let length = self.constant(Const::Int(us), Type::Duration, span);
            at = self.op(Op::AddInt, vec![at, length], Type::Timestamp, true, span);
        }
        if ty == Type::Date { self.op(Op::DateOf, vec![at], Type::Date, false, span) } else { at }
    }

    /// `month of x`, `date of x`, and builtins with a phrase.
    pub fn of(&mut self, phrase: &str, value: &ast::Expr, scope: &Scope<'_>, span: Span) -> NodeId {
        let id = self.expr(value, scope, None);
        let ty = self.ty(id);
        if ty == Type::Error {
            return self.poison(span);
        }
        if let Some(period) = period(phrase) {
            return match ty {
                Type::Timestamp => self.op(Op::PeriodOf(period), vec![id], Type::Text, false, span),
                Type::Date => self.op(Op::PeriodOfDate(period), vec![id], Type::Text, false, span),
                other => {
                    let (file, what) = (self.file(), self.type_name(other));
                    self.report(say::not_a_time(file, value.span, &what));
                    self.poison(span)
                }
            };
        }
        match revplay_ir::builtins::find_phrase(phrase) {
            Some(builtin) => self.builtin(builtin, vec![id], span),
            None => {
                let phrases = PERIODS.iter().map(|(p, _)| *p);
                let others = revplay_ir::builtins::writable().filter_map(|b| b.phrase);
                let near = suggest::closest(phrase, phrases.chain(others));
                let file = self.file();
                self.report(say::unknown_phrase(file, span, phrase, near));
                self.poison(span)
            }
        }
    }

    /// `days between a and b`.
    pub fn between(&mut self, unit: &str, from: &ast::Expr, to: &ast::Expr, scope: &Scope<'_>, span: Span) -> NodeId {
        let (a, b) = (self.expr(from, scope, None), self.expr(to, scope, None));
        match revplay_ir::builtins::find(&format!("{unit}_between")) {
            Some(builtin) => self.builtin(builtin, vec![a, b], span),
            None => {
                let file = self.file();
                self.report(say::between_unit(file, span, unit));
                self.poison(span)
            }
        }
    }
}
