//! Targets of KPIs (promise K5).

use super::group::GroupKey;
use super::levels::{Level, Values, of_nothing};
use super::report::period_name;
use crate::engine::Engine;
use crate::explain::known_text;
use crate::prepare::value_of;
use revplay_ir::exact::cmp_int_num;
use revplay_ir::ops;
use revplay_ir::program::{Kpi, Target};
use revplay_ir::time::{date_of, period_start};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use serde::Serialize;
use std::cmp::Ordering;

/// Whether a target is met: on the total of the last whole period before `now` (with `per all`: of
/// everything), or with `each` on every group of a column that has rows in that period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TargetResult {
    /// The target as the playbook writes it.
    pub target: String,
    /// The period it was checked on.
    pub period: Option<String>,
    /// The column and its value, for a target on each group; a missing value reads `missing`.
    pub group: Option<String>,
    /// The value for people.
    pub value: Option<String>,
    /// The verdict.
    pub status: TargetStatus,
}

/// A verdict on a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetStatus {
    /// The value reaches it.
    Met,
    /// It does not.
    Missed,
    /// There is no value to compare.
    NoValue,
    /// Its last day has passed.
    NotChecked,
}

impl TargetStatus {
    /// Whether `kpi --gate` fails on it.
    pub fn fails(self) -> bool {
        matches!(self, TargetStatus::Missed | TargetStatus::NoValue)
    }
}

pub(super) fn check_targets(engine: &Engine, kpi: &Kpi, types: &[Type], values: &Values) -> Vec<TargetResult> {
    if kpi.not_built.is_some() {
        return kpi.targets.iter().map(|target| result(engine, kpi, target, None, None, &Value::Missing)).collect();
    }
    kpi.targets.iter().flat_map(|target| check(engine, kpi, types, values, target)).collect()
}

fn check(engine: &Engine, kpi: &Kpi, types: &[Type], values: &Values, target: &Target) -> Vec<TargetResult> {
    let start = last_whole_period(engine, kpi);
    let each = target.each.and_then(|column| Some((column as usize, kpi.by.get(column as usize)?)));
    let Some((column, name)) = each else {
        let level = if kpi.per.is_some() { Level::Periods } else { Level::Grand };
        let known = values.get(&level).and_then(|groups| groups.get(&GroupKey { start, by: Vec::new() })).cloned();
        let value = known.unwrap_or_else(|| of_nothing(engine, kpi));
        return vec![result(engine, kpi, target, start, None, &value)];
    };
    let groups = values.get(&Level::Each(name.clone())).into_iter().flatten();
    let mut results = Vec::new();
    for (key, value) in groups.filter(|(key, _)| key.start == start) {
        let ty = types.get(column).copied().unwrap_or(Type::Text);
        let group = key.by.first().and_then(|by| known_text(engine, ty, &by.value()));
        let group = format!("{name} {}", group.as_deref().unwrap_or("missing"));
        results.push(result(engine, kpi, target, start, Some(group), value));
    }
    if results.is_empty() {
        results.push(result(engine, kpi, target, start, None, &Value::Missing));
    }
    results
}

fn result(
    engine: &Engine,
    kpi: &Kpi,
    target: &Target,
    start: Option<i64>,
    group: Option<String>,
    value: &Value,
) -> TargetResult {
    let today = date_of(&engine.prepared.zone, engine.now_us);
    let over = target.until.is_some_and(|until| today > i64::from(until));
    let status = match order(value, &value_of(&target.value)) {
        _ if over => TargetStatus::NotChecked,
        None => TargetStatus::NoValue,
        Some(order) if ops::holds(target.compare, order) => TargetStatus::Met,
        Some(_) => TargetStatus::Missed,
    };
    TargetResult {
        target: target.text.clone(),
        period: period_name(engine, kpi, start).map(|period| period.label),
        group,
        value: known_text(engine, kpi.ty, value),
        status,
    }
}

/// The first day of the last period that is over at `now`; `None` with `per all`.
fn last_whole_period(engine: &Engine, kpi: &Kpi) -> Option<i64> {
    let per = kpi.per?;
    let today = date_of(&engine.prepared.zone, engine.now_us);
    let current = period_start(per, today, engine.calendaring());
    Some(period_start(per, current.saturating_sub(1), engine.calendaring()))
}

fn order(value: &Value, target: &Value) -> Option<Ordering> {
    match (value, target) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Num(a), Value::Num(b)) => a.partial_cmp(b),
        (Value::Num(a), Value::Int(b)) => Some(cmp_int_num(*b, *a).reverse()),
        (Value::Int(a), Value::Num(b)) => Some(cmp_int_num(*a, *b)),
        _ => None,
    }
}
