//! KPIs: arithmetic over totals (promises K1 to K5).

use super::literal;
use super::names::Place;
use super::{Cx, Scope, arith, call};
use crate::ast::{self, ExprKind, ItemKind, KpiPer};
use crate::diagnostics::{decisions as say, lints, names as say_names};
use crate::hir;
use crate::walk;
use revplay_grammar::Span;
use revplay_ir::ops::Op;
use revplay_ir::program::{Const, Fold, Kpi, KpiExpr, Node, NodeId, Period, RecordId, Target, Total};
use revplay_ir::types::Type;
use std::collections::BTreeMap;

/// Checks the KPIs of all units.
pub fn check_kpis(cx: &mut Cx<'_>) {
    let units = cx.units;
    let mut all: BTreeMap<&str, (&ast::Kpi, Place)> = BTreeMap::new();
    let mut order = Vec::new();
    for (unit, tree) in units.iter().enumerate() {
        for (item, found) in tree.tree.items.iter().enumerate() {
            let ItemKind::Kpi(kpi) = &found.kind else { continue };
            let place = Place { unit, item, file: tree.file, span: kpi.name.span };
            if let Some((_, first)) = all.get(kpi.name.text.as_str()) {
                let first = *first;
                cx.report(say_names::defined_twice(tree.file, kpi.name.span, &kpi.name.text, first.file, first.span));
                continue;
            }
            all.insert(&kpi.name.text, (kpi, place));
            order.push((kpi, unit));
        }
    }
    for (kpi, unit) in order {
        let checked = cx.in_unit(unit, |cx| check_kpi(cx, kpi, &all));
        cx.hir.program.kpis.extend(checked);
    }
}

/// A KPI while its value is checked.
struct Building<'k> {
    kpi: &'k ast::Kpi,
    all: &'k BTreeMap<&'k str, (&'k ast::Kpi, Place)>,
    /// The record of totals that name none.
    record: Option<RecordId>,
    period: Option<Period>,
    /// What places a row in its period, with the unit that says it.
    anchor: Option<(usize, &'k ast::Expr)>,
    /// The `by` columns, each with the unit that says it.
    by: Vec<(usize, &'k ast::Expr)>,
    not_built: Option<String>,
    /// KPIs whose values are being checked in place of their names.
    open: Vec<String>,
}

fn check_kpi(cx: &mut Cx<'_>, kpi: &ast::Kpi, all: &BTreeMap<&str, (&ast::Kpi, Place)>) -> Option<Kpi> {
    let file = cx.file();
    let Some(value) = &kpi.value else {
        cx.report(say::kpi_without_value(file, kpi.name.span, &kpi.name.text));
        return None;
    };
    let period = match &kpi.per {
        None => {
            cx.report(say::kpi_without_per(file, kpi.name.span, &kpi.name.text));
            None
        }
        Some(KpiPer::All(_)) => None,
        Some(KpiPer::Period(phrase, _, span)) => {
            let found = super::time::period(phrase);
            if found.is_none() {
                // The phrase stands behind `per`, with blanks between that are the analyst's.
                let at = cx.files.get(file).and_then(|f| span.of(&f.text).find(phrase.as_str()));
                let start = span.start + at.unwrap_or(0) as u32;
                let place = match at {
                    Some(_) => Span { start, end: start + phrase.len() as u32 },
                    None => *span,
                };
                cx.report(say::kpi_period(file, place, phrase));
            }
            found
        }
    };
    let record = named_record(cx, value).or(cx.hir.program.decided);
    let not_built = kpi.open.as_ref().map(|(text, _)| format!("`{text}` (open records)"));
    let open = vec![kpi.name.text.clone()];
    let anchor = kpi.per.as_ref().and_then(anchor).map(|(_, e)| (cx.unit, e));
    let by = kpi.by.iter().map(|(_, e)| (cx.unit, e)).collect();
    let mut building = Building { kpi, all, record, period, anchor, by, not_built, open };
    let (value, mut ty) = building.value(cx, value)?;
    let by: Vec<String> = kpi.by.iter().map(by_name).collect();
    let targets = check_targets(cx, kpi, &by, &mut ty);
    let site = cx.site(kpi.name.span);
    let mut checked = Kpi {
        name: kpi.name.text.clone(),
        title: kpi.title.as_ref().map(|t| t.text.clone()),
        value,
        ty,
        by,
        per: period,
        owners: kpi.owners.iter().map(|n| n.text.clone()).collect(),
        targets,
        decided: false,
        not_built: building.not_built,
        site,
    };
    checked.decided = reads_decisions(cx, &checked);
    if checked.decided {
        checked.name = format!("{}.{}", cx.hir.program.name, kpi.name.text);
        if let Some(KpiPer::Period(_, _, span)) = &kpi.per {
            cx.report(lints::decided_past(file, *span, &kpi.name.text));
        }
    }
    if let Some(what) = &checked.not_built {
        let span = kpi.open.as_ref().map_or(kpi.name.span, |o| o.1);
        cx.report(lints::not_built_yet(file, span, &format!("{what} is checked, but not evaluated yet")));
    }
    Some(checked)
}

/// What a `by` column is called.
fn by_name((name, e): &(Option<ast::Name>, ast::Expr)) -> String {
    name.as_ref().map_or_else(|| ast::print::expr(e), |n| n.text.clone())
}

/// The phrase and the anchor of a `per` that names a period.
fn anchor(per: &KpiPer) -> Option<(&str, &ast::Expr)> {
    match per {
        KpiPer::All(_) => None,
        KpiPer::Period(phrase, e, _) => Some((phrase, e)),
    }
}

/// The first record that a value names.
fn named_record(cx: &Cx<'_>, e: &ast::Expr) -> Option<RecordId> {
    let record = |name: &ast::Name| cx.names.records.get(&name.text).map(|r| r.0);
    match &e.kind {
        ExprKind::Name(name) | ExprKind::Path(name, _) => record(name),
        ExprKind::Call(call) => match &call.conversion {
            Some(_) => call.args.iter().find_map(|a| named_record(cx, a)),
            None => call.args.iter().find_map(|a| named_record(cx, a)),
        },
        ExprKind::Arith { left, right, .. } | ExprKind::Else(left, right) => {
            named_record(cx, left).or_else(|| named_record(cx, right))
        }
        ExprKind::Neg(inner) | ExprKind::Not(inner) => named_record(cx, inner),
        _ => None,
    }
}

impl<'k> Building<'k> {
    fn value(&mut self, cx: &mut Cx<'_>, e: &ast::Expr) -> Option<(KpiExpr, Type)> {
        let file = cx.file();
        match &e.kind {
            ExprKind::Error => None,
            ExprKind::Number(lit) => match literal::constant(lit) {
                Ok((ty, value)) => Some((KpiExpr::Const(value), ty)),
                Err(error) => {
                    cx.literal_error(&error, lit);
                    None
                }
            },
            ExprKind::Duration(_) => {
                let id = cx.expr(e, &Scope::none(), None);
                let value = cx.as_const(id).cloned()?;
                Some((KpiExpr::Const(value), cx.ty(id)))
            }
            ExprKind::Arith { op, left, right } => {
                let (l, r) = (self.value(cx, left), self.value(cx, right));
                let ((l, lt), (r, rt)) = (l?, r?);
                match arith::arith(*op, lt, rt) {
                    Some(plan) => Some((apply(plan, l, r), plan.ty)),
                    None => {
                        let (a, b) = (cx.type_name(lt), cx.type_name(rt));
                        cx.report(crate::diagnostics::types::arithmetic(file, e.span, *op, (&a, lt), (&b, rt)));
                        None
                    }
                }
            }
            ExprKind::Neg(inner) => {
                let (value, ty) = self.value(cx, inner)?;
                let op = if ty.is_float_like() { Op::NegNum } else { Op::NegInt };
                Some((KpiExpr::Op(op, vec![value]), ty))
            }
            ExprKind::Else(left, right) => {
                let ((l, lt), (r, rt)) = (self.value(cx, left)?, self.value(cx, right)?);
                let widen = |v: KpiExpr, t: Type| match arith::to_number(t) {
                    Some(op) if lt == Type::Number || rt == Type::Number => KpiExpr::Op(op, vec![v]),
                    Some(_) | None => v,
                };
                let ty = if rt == Type::Number && arith::to_number(lt).is_some() { Type::Number } else { lt };
                Some((KpiExpr::Op(Op::Else, vec![widen(l, lt), widen(r, rt)]), ty))
            }
            ExprKind::Name(name) => self.other(cx, name),
            ExprKind::Call(c) if c.conversion.is_some() => self.conversion(cx, c),
            ExprKind::Call(c) => self.total(cx, c, e.span),
            _ => {
                cx.report(say::kpi_value(file, e.span));
                None
            }
        }
    }

    /// Another KPI's value, taken at this KPI's groups and periods. Where both have the same periods or a `by`
    /// column of one name, the other's own date and column place its rows: records join on them (promise K1).
    fn other(&mut self, cx: &mut Cx<'_>, name: &ast::Name) -> Option<(KpiExpr, Type)> {
        let file = cx.file();
        let Some((other, place)) = self.all.get(name.text.as_str()).copied().filter(|(_, p)| cx.sees(*p)) else {
            let near = crate::suggest::closest(&name.text, self.all.keys().copied());
            cx.report(say_names::unknown_shared(file, name.span, "KPI", &name.text, near));
            return None;
        };
        if self.open.contains(&name.text) {
            cx.report(say::kpi_cycle(file, name.span, &name.text));
            return None;
        }
        let value = other.value.as_ref()?;
        if let Some((text, _)) = &other.open {
            self.not_built.get_or_insert(format!("`{text}` (open records)"));
        }
        let before = std::mem::replace(&mut self.record, named_record(cx, value).or(cx.hir.program.decided));
        let outer = (self.anchor, self.by.clone());
        self.place_by(other, place.unit);
        self.open.push(name.text.clone());
        let found = cx.in_unit(place.unit, |cx| self.value(cx, value));
        self.open.pop();
        self.record = before;
        (self.anchor, self.by) = outer;
        found
    }

    /// Takes another KPI's date and columns where they mean what this one's do.
    fn place_by(&mut self, other: &'k ast::Kpi, unit: usize) {
        if let Some((phrase, e)) = other.per.as_ref().and_then(anchor)
            && self.period.is_some()
            && super::time::period(phrase) == self.period
        {
            self.anchor = Some((unit, e));
        }
        for (column, slot) in self.kpi.by.iter().zip(&mut self.by) {
            let name = by_name(column);
            if let Some((_, e)) = other.by.iter().find(|theirs| by_name(theirs) == name) {
                *slot = (unit, e);
            }
        }
    }

    fn conversion(&mut self, cx: &mut Cx<'_>, c: &ast::Call) -> Option<(KpiExpr, Type)> {
        let record = c.args.iter().find_map(|a| named_record(cx, a)).or(self.record);
        let scope = Scope::of(record);
        if let Some(parts) = &c.conversion {
            let (from, to, window) = parts.as_ref();
            for e in [from, to] {
                let id = cx.expr(e, &scope, None);
                if !matches!(cx.ty(id), Type::Timestamp | Type::Date | Type::Error) {
                    let (file, what) = (cx.file(), cx.type_name(cx.ty(id)));
                    cx.report(crate::diagnostics::types::not_a_time(file, e.span, &what));
                }
            }
            if let Some(window) = window {
                cx.expr(window, &Scope::none(), None);
            }
        }
        self.not_built.get_or_insert("`conversion` (cohorts)".to_string());
        Some((KpiExpr::Const(Const::Missing), Type::Percent))
    }

    fn total(&mut self, cx: &mut Cx<'_>, c: &ast::Call, span: Span) -> Option<(KpiExpr, Type)> {
        let file = cx.file();
        let name = c.name.text.as_str();
        let fold = match (name, call::fold(name)) {
            ("median" | "percentile", _) => Fold::Percentile,
            (_, Some(fold @ (Fold::Count | Fold::Sum | Fold::Avg | Fold::Min | Fold::Max))) => fold,
            _ => {
                cx.report(say::kpi_value(file, span));
                return None;
            }
        };
        let percentile = self.percentile(cx, c, span)?;
        let arg = c.args.first();
        let whole = match arg.map(|a| &a.kind) {
            Some(ExprKind::Name(n)) => cx.names.records.get(&n.text).map(|r| r.0),
            Some(_) | None => None,
        };
        let record = whole.or_else(|| arg.and_then(|a| named_record(cx, a))).or(self.record);
        let (Some(record), Some(arg)) = (record, arg) else {
            cx.report(say::kpi_record(file, span));
            return None;
        };
        let scope = Scope::of(Some(record));
        let filter = c.filter.as_ref().map(|f| cx.condition(f, &scope));
        let body = if whole.is_some() { None } else { Some(cx.expr(arg, &scope, None)) };
        if let Some(window) = &c.window {
            cx.report(say::kpi_value(file, window.span));
        }
        let fold = if c.distinct { Fold::CountDistinct } else { fold };
        if body.iter().chain(filter.iter()).any(|b| cx.ty(*b) == Type::Error) {
            return None;
        }
        let (ty, _) = cx.fold_type(fold, body, name, span)?;
        let ty = if fold != Fold::Count && matches!(ty, Type::Decimal(_)) { Type::Number } else { ty };
        let (fold, filter, body) = match (fold, body) {
            // `count(amount)` counts the rows where it is known.
            (Fold::Count, Some(b)) => {
                let known = cx.push(Node::Op(Op::IsKnown, vec![b]), Type::Bool, false, span);
                let both = match filter {
                    Some(f) => cx.op(Op::And, vec![f, known], Type::Bool, false, span),
                    None => known,
                };
                (Fold::Count, Some(both), None)
            }
            (fold, body) => (fold, filter, body),
        };
        let body = body.map(|b| if matches!(cx.ty(b), Type::Decimal(_)) { cx.coerce(b, Type::Number) } else { b });
        let by: Vec<NodeId> =
            self.by.iter().map(|(unit, e)| cx.in_unit(*unit, |cx| cx.expr(e, &scope, None))).collect();
        let anchor = self.anchor(cx, &scope)?;
        if by.iter().any(|b| cx.ty(*b) == Type::Error) {
            return None;
        }
        Some((KpiExpr::Total(Total { fold, percentile, record, filter, body, ty, by, anchor }), ty))
    }

    fn percentile(&self, cx: &mut Cx<'_>, c: &ast::Call, span: Span) -> Option<f64> {
        let file = cx.file();
        match (c.name.text.as_str(), c.args.get(1).map(|a| &a.kind)) {
            ("median", None) => Some(0.5),
            ("percentile", Some(ExprKind::Number(lit))) if lit.unit == ast::NumberUnit::Percent => {
                literal::number(lit).ok().filter(|p| (0.0..=1.0).contains(p))
            }
            ("percentile", _) => {
                cx.report(crate::diagnostics::types::arguments(file, span, "percentile", "percentile(VALUE, 90%)"));
                None
            }
            (name, Some(_)) => {
                cx.report(crate::diagnostics::types::fold_arguments(file, span, name));
                None
            }
            (_, None) => Some(0.0),
        }
    }

    /// The instant or date that puts a row into its period. `Some(None)` for `per all`.
    fn anchor(&self, cx: &mut Cx<'_>, scope: &Scope<'_>) -> Option<Option<NodeId>> {
        let (Some((unit, e)), Some(_)) = (self.anchor, self.period) else { return Some(None) };
        cx.in_unit(unit, |cx| {
            let id = cx.expr(e, scope, None);
            match cx.ty(id) {
                Type::Timestamp | Type::Date => Some(Some(id)),
                Type::Error => None,
                other => {
                    let (file, what) = (cx.file(), cx.type_name(other));
                    cx.report(crate::diagnostics::types::not_a_time(file, e.span, &what));
                    None
                }
            }
        })
    }
}

fn apply(plan: arith::Plan, left: KpiExpr, right: KpiExpr) -> KpiExpr {
    let (left, right) = if plan.swap { (right, left) } else { (left, right) };
    let convert = |value: KpiExpr, op: Option<Op>| match op {
        None => value,
        Some(op) => KpiExpr::Op(op, vec![value]),
    };
    KpiExpr::Op(plan.op, vec![convert(left, plan.left), convert(right, plan.right)])
}

fn check_targets(cx: &mut Cx<'_>, kpi: &ast::Kpi, by: &[String], ty: &mut Type) -> Vec<Target> {
    let file = cx.file();
    let mut targets = Vec::new();
    for target in &kpi.targets {
        let id = cx.expr(&target.value, &Scope::none(), Some(*ty));
        let got = cx.ty(id);
        // A ratio of totals is a share if its target is one.
        if *ty == Type::Number && got == Type::Percent {
            *ty = Type::Percent;
        }
        let id = cx.coerce(id, *ty);
        let each = target.each.as_ref().map(|name| {
            by.iter().position(|b| *b == name.text).map(|i| i as u32).or_else(|| {
                cx.report(say::kpi_each(file, name.span, &name.text));
                None
            })
        });
        let until = target.until.as_ref().and_then(|(text, span)| match revplay_ir::time::parse_date(text) {
            Ok(day) => i32::try_from(day).ok(),
            Err(_) => {
                cx.report(crate::diagnostics::types::bad_date(file, *span, text));
                None
            }
        });
        let value = match cx.as_const(id).cloned() {
            Some(value) if cx.ty(id) == *ty => value,
            Some(Const::Int(v)) if matches!(*ty, Type::Decimal(_)) => Const::Int(v),
            _ => {
                if got != Type::Error {
                    let (want, got) = (cx.type_name(*ty), cx.type_name(got));
                    cx.report(say::kpi_target(file, target.value.span, &want, &got));
                }
                continue;
            }
        };
        targets.push(Target {
            compare: super::compare::comparison(target.op),
            value,
            until,
            each: each.flatten(),
            text: ast::phrases::target(target),
        });
    }
    targets
}

/// Whether a KPI reads a decision, directly or through definitions (promise K4).
fn reads_decisions(cx: &Cx<'_>, kpi: &Kpi) -> bool {
    let mut stack: Vec<NodeId> = Vec::new();
    let mut copy = kpi.clone();
    walk::each_kpi_node(&mut copy, &mut |id| stack.push(*id));
    let mut seen = std::collections::BTreeSet::new();
    while let Some(id) = stack.pop() {
        if !seen.insert(id) {
            continue;
        }
        match cx.hir.exprs.get(id.index()).map(|e| &e.kind) {
            Some(hir::ExprKind::Node(Node::Result(..))) => return true,
            Some(hir::ExprKind::Node(node)) => stack.extend(walk::operands(node)),
            Some(hir::ExprKind::Let(l)) => stack.extend(cx.names.lets.get(l.0 as usize).and_then(|l| l.value)),
            Some(hir::ExprKind::Error) | None => {}
        }
    }
    false
}
