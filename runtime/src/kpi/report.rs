//! Reports of KPIs.

use super::group::{GroupKey, GroupValue};
use super::levels::{Level, Values, values};
use super::target::{TargetResult, check_targets};
use super::{TotalState, totals};
use crate::engine::Engine;
use crate::explain::known_text;
use revplay_ir::program::{Kpi, KpiExpr, Program, Total};
use revplay_ir::time::{date_of, format_date, next_period_start, period_label};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A KPI with its values at every level.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KpiReport {
    /// Its name, with the playbook's if it reads decisions.
    pub kpi: String,
    /// Its title.
    pub title: Option<String>,
    /// Who owns it.
    pub owners: Vec<String>,
    /// Names of the `by` columns.
    pub columns: Vec<String>,
    /// The type of the value as the program writes it (`percent`, `money(EUR)`).
    pub ty: String,
    /// It reads decisions, taken as of this instant (promise K4).
    pub as_decided_at: Option<String>,
    /// Its rows are per period.
    pub per_period: bool,
    /// One row per group, by period, then by values, missing last.
    pub rows: Vec<KpiRow>,
    /// One row per period, over all groups; empty for `per all`.
    pub periods: Vec<KpiRow>,
    /// Over everything.
    pub total: KpiRow,
    /// Rows that lie in no period because what places them is missing.
    pub without_period: u64,
    /// The targets.
    pub targets: Vec<TargetResult>,
    /// What of the KPI cannot be evaluated yet; then there are no rows.
    pub not_built: Option<String>,
}

/// The value of one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KpiRow {
    /// The period, if the row is of one.
    pub period: Option<PeriodName>,
    /// The values of the `by` columns; `null` is the group of the missing. Empty for a total.
    pub by: Vec<Option<String>>,
    /// The place of the `by` values among those of all rows, in the order of the values: numbers by size, labels as
    /// they are declared, missing last.
    #[serde(skip)]
    pub rank: usize,
    /// The value; missing has no text.
    #[serde(skip)]
    pub value: Value,
    /// The value for people.
    pub text: Option<String>,
    /// The value as a plain number: an amount of money in its main unit, a duration in seconds.
    pub number: Option<f64>,
}

/// A period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PeriodName {
    /// `2026-11`, `2026-W48`, `FY2027-Q3`.
    pub label: String,
    /// Its first day.
    pub first_day: String,
    /// It is not over at `now` (promise K3).
    pub unfinished: bool,
}

pub(super) fn reports(engine: &Engine, states: &[Vec<TotalState<'_>>]) -> Vec<KpiReport> {
    let values = values(engine, states);
    let kpis = engine.program.kpis.iter().zip(states).zip(&values);
    kpis.map(|((kpi, states), values)| report(engine, kpi, states, values)).collect()
}

fn report(engine: &Engine, kpi: &Kpi, states: &[TotalState<'_>], values: &Values) -> KpiReport {
    let types = by_types(&engine.program, kpi);
    let rows_at = |level: Level| -> Vec<KpiRow> {
        let groups: Option<&BTreeMap<GroupKey, Value>> = values.get(&level);
        let types: &[Type] = if level == Level::Groups { &types } else { &[] };
        let values: BTreeSet<&Vec<GroupValue>> = groups.into_iter().flatten().map(|(key, _)| &key.by).collect();
        let ranks: BTreeMap<&Vec<GroupValue>, usize> = values.into_iter().zip(0..).collect();
        let rank = |key: &GroupKey| ranks.get(&key.by).copied().unwrap_or(0);
        groups.into_iter().flatten().map(|(key, value)| row(engine, kpi, types, (key, rank(key)), value)).collect()
    };
    let no_total = GroupKey { start: None, by: Vec::new() };
    let now = known_text(engine, Type::Timestamp, &Value::Int(engine.now_us));
    KpiReport {
        kpi: kpi.name.clone(),
        title: kpi.title.clone(),
        owners: kpi.owners.clone(),
        columns: kpi.by.clone(),
        ty: kpi.ty.to_string(),
        as_decided_at: now.filter(|_| kpi.decided),
        per_period: kpi.per.is_some(),
        rows: rows_at(Level::Groups),
        periods: if kpi.per.is_some() { rows_at(Level::Periods) } else { Vec::new() },
        total: rows_at(Level::Grand).pop().unwrap_or_else(|| row(engine, kpi, &[], (&no_total, 0), &Value::Missing)),
        without_period: states.iter().map(|state| state.unplaced).max().unwrap_or(0),
        targets: check_targets(engine, kpi, &types, values),
        not_built: kpi.not_built.clone(),
    }
}

fn row(engine: &Engine, kpi: &Kpi, types: &[Type], (key, rank): (&GroupKey, usize), value: &Value) -> KpiRow {
    KpiRow {
        period: period_name(engine, kpi, key.start),
        by: key.by.iter().zip(types).map(|(by, ty)| known_text(engine, *ty, &by.value())).collect(),
        rank,
        value: value.clone(),
        text: known_text(engine, kpi.ty, value),
        number: plain_number(kpi.ty, value),
    }
}

/// The name of the period that starts on a day.
pub(super) fn period_name(engine: &Engine, kpi: &Kpi, start: Option<i64>) -> Option<PeriodName> {
    let (per, start) = (kpi.per?, start?);
    let today = date_of(&engine.prepared.zone, engine.now_us);
    Some(PeriodName {
        label: period_label(per, start, engine.calendaring()),
        first_day: format_date(start),
        unfinished: next_period_start(per, start, engine.calendaring()) > today,
    })
}

/// Types of the `by` columns: those of the first total that has them, also of a KPI referred to.
fn by_types(program: &Program, kpi: &Kpi) -> Vec<Type> {
    let type_of = |total: &Total, i: usize| total.by.get(i).map(|node| program.nodes[node.index()].ty);
    let mut kpi = kpi;
    let names = kpi.by.clone();
    // A chain of references ends: a KPI comes after those that it refers to.
    loop {
        if let Some(total) = totals(&kpi.value).first() {
            let column = |name: &String| kpi.by.iter().position(|n| n == name).and_then(|i| type_of(total, i));
            return names.iter().map(|name| column(name).unwrap_or(Type::Text)).collect();
        }
        let referred = first_reference(&kpi.value).and_then(|id| program.kpis.get(id));
        match referred {
            Some(other) if !std::ptr::eq(other, kpi) => kpi = other,
            _ => return vec![Type::Text; names.len()],
        }
    }
}

fn first_reference(expr: &KpiExpr) -> Option<usize> {
    match expr {
        KpiExpr::Kpi(id) => Some(id.index()),
        KpiExpr::Op(_, args) => args.iter().find_map(first_reference),
        KpiExpr::Const(_) | KpiExpr::Total(_) => None,
    }
}

fn plain_number(ty: Type, value: &Value) -> Option<f64> {
    match (value, ty) {
        (Value::Num(x), _) => Some(*x),
        (Value::Int(x), Type::Money(currency)) => revplay_ir::exact::decimal_to_num(*x, currency.minor_digits()),
        (Value::Int(x), Type::Decimal(scale)) => revplay_ir::exact::decimal_to_num(*x, scale),
        (Value::Int(x), Type::Duration | Type::Business(_)) => revplay_ir::exact::decimal_to_num(*x, 6),
        (Value::Int(x), Type::Int | Type::Months) => Some(*x as f64),
        _ => None,
    }
}
