//! Values of KPIs at each level: groups, totals of periods, the grand total, one column alone.

use super::group::{GroupKey, GroupValue};
use super::{TotalState, empty, totals};
use crate::accumulate::Accumulator;
use crate::engine::Engine;
use crate::prepare::value_of;
use revplay_ir::ops;
use revplay_ir::program::{Kpi, KpiExpr, Total};
use revplay_ir::value::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A level of detail.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Period and all `by` columns.
    Groups,
    /// Period only.
    Periods,
    /// Everything.
    Grand,
    /// Period and the `by` column of this name.
    Each(String),
}

/// Values of a KPI by group, per level.
pub(super) type Values = BTreeMap<Level, BTreeMap<GroupKey, Value>>;

/// The values of every KPI. A KPI comes after those that it refers to, so one pass does.
pub(super) fn values(engine: &Engine, states: &[Vec<TotalState<'_>>]) -> Vec<Values> {
    let mut all: Vec<Values> = Vec::new();
    for (kpi, states) in engine.program.kpis.iter().zip(states) {
        let mut levels = vec![Level::Groups, Level::Periods, Level::Grand];
        levels.extend(kpi.by.iter().cloned().map(Level::Each));
        let mut values = Values::new();
        for level in levels {
            let at_level =
                if kpi.not_built.is_some() { BTreeMap::new() } else { at(engine, &all, kpi, states, &level) };
            values.insert(level, at_level);
        }
        all.push(values);
    }
    all
}

fn at(
    engine: &Engine,
    before: &[Values],
    kpi: &Kpi,
    states: &[TotalState<'_>],
    level: &Level,
) -> BTreeMap<GroupKey, Value> {
    let rolled: Vec<Rolled<'_>> = states.iter().map(|state| roll_up(&state.groups, &kpi.by, level)).collect();
    let mut others = Vec::new();
    referred(engine, before, kpi, &kpi.value, level, &mut others);
    let mut keys: BTreeSet<GroupKey> = rolled.iter().flat_map(|groups| groups.keys().cloned()).collect();
    keys.extend(others.iter().flat_map(|groups| groups.keys().cloned()));
    if *level == Level::Grand {
        // Totals of nothing have values too: a count is 0.
        keys.insert(GroupKey { start: None, by: Vec::new() });
    }
    let mut values = BTreeMap::new();
    for key in keys {
        let mut cx = Arithmetic { engine, key: &key, totals: rolled.iter(), others: others.iter() };
        let value = cx.eval(&kpi.value);
        values.insert(key, value);
    }
    values
}

/// The value of a KPI where no row is at all.
pub(super) fn of_nothing(engine: &Engine, kpi: &Kpi) -> Value {
    let nothing: Vec<Rolled<'_>> = totals(&kpi.value).iter().map(|_| BTreeMap::new()).collect();
    let key = GroupKey { start: None, by: Vec::new() };
    let mut others = Vec::new();
    refer_to_nothing(&kpi.value, &mut others);
    Arithmetic { engine, key: &key, totals: nothing.iter(), others: others.iter() }.eval(&kpi.value)
}

fn refer_to_nothing(expr: &KpiExpr, out: &mut Vec<BTreeMap<GroupKey, Value>>) {
    match expr {
        KpiExpr::Kpi(_) => out.push(BTreeMap::new()),
        KpiExpr::Op(_, args) => args.iter().for_each(|arg| refer_to_nothing(arg, out)),
        KpiExpr::Const(_) | KpiExpr::Total(_) => {}
    }
}

/// The groups of a level; those that are a group of rows as they are, are not copied.
type Rolled<'a> = BTreeMap<GroupKey, Cow<'a, Accumulator>>;

/// Merges groups to a coarser level.
fn roll_up<'a>(groups: &BTreeMap<&GroupKey, &'a Accumulator>, by: &[String], level: &Level) -> Rolled<'a> {
    let mut rolled = Rolled::new();
    for (key, accumulator) in groups {
        let key = coarse(key, by, level);
        match rolled.get_mut(&key) {
            Some(group) => group.to_mut().merge(accumulator),
            None => drop(rolled.insert(key, Cow::Borrowed(*accumulator))),
        }
    }
    rolled
}

fn coarse(key: &GroupKey, by: &[String], level: &Level) -> GroupKey {
    match level {
        Level::Groups => key.clone(),
        Level::Periods => GroupKey { start: key.start, by: Vec::new() },
        Level::Grand => GroupKey { start: None, by: Vec::new() },
        Level::Each(name) => {
            let column = by.iter().position(|b| b == name);
            let value = column.and_then(|i| key.by.get(i)).cloned().unwrap_or(GroupValue::Missing);
            GroupKey { start: key.start, by: vec![value] }
        }
    }
}

/// The values of the KPIs that an expression refers to, from left to right, their `by` columns in
/// this KPI's order (promise K1: joined by name).
fn referred(
    engine: &Engine,
    before: &[Values],
    kpi: &Kpi,
    expr: &KpiExpr,
    level: &Level,
    out: &mut Vec<BTreeMap<GroupKey, Value>>,
) {
    match expr {
        KpiExpr::Kpi(id) => {
            let values = before.get(id.index()).and_then(|values| values.get(level));
            let names = engine.program.kpis.get(id.index()).map(|other| other.by.as_slice()).unwrap_or_default();
            let mut ordered = BTreeMap::new();
            for (key, value) in values.into_iter().flatten() {
                let mut key = key.clone();
                if *level == Level::Groups {
                    let at = |name: &String| names.iter().position(|n| n == name).and_then(|i| key.by.get(i)).cloned();
                    key.by = kpi.by.iter().map(|name| at(name).unwrap_or(GroupValue::Missing)).collect();
                }
                ordered.insert(key, value.clone());
            }
            out.push(ordered);
        }
        KpiExpr::Op(_, args) => args.iter().for_each(|arg| referred(engine, before, kpi, arg, level, out)),
        KpiExpr::Const(_) | KpiExpr::Total(_) => {}
    }
}

/// Arithmetic over the totals of one group; totals and KPIs are met in the order of the expression.
struct Arithmetic<'a, A, B> {
    engine: &'a Engine,
    key: &'a GroupKey,
    totals: A,
    others: B,
}

impl<'a, A, B> Arithmetic<'a, A, B>
where
    A: Iterator<Item = &'a Rolled<'a>>,
    B: Iterator<Item = &'a BTreeMap<GroupKey, Value>>,
{
    fn eval(&mut self, expr: &KpiExpr) -> Value {
        match expr {
            KpiExpr::Const(literal) => value_of(literal),
            KpiExpr::Total(total) => self.total(total),
            KpiExpr::Kpi(id) => {
                let known = self.others.next().and_then(|values| values.get(self.key)).cloned();
                known.unwrap_or_else(|| {
                    let kpi = self.engine.program.kpis.get(id.index());
                    kpi.filter(|kpi| kpi.not_built.is_none()).map_or(Value::Missing, |kpi| of_nothing(self.engine, kpi))
                })
            }
            KpiExpr::Op(op, args) => {
                let args: Vec<Value> = args.iter().map(|arg| self.eval(arg)).collect();
                ops::eval(*op, &args, &self.engine.context())
            }
        }
    }

    fn total(&mut self, total: &Total) -> Value {
        match self.totals.next().and_then(|groups| groups.get(self.key)) {
            Some(accumulator) => accumulator.finish_as(total.fold, total.percentile, total.ty),
            None => empty(&self.engine.program, total).finish(total.percentile, total.ty),
        }
    }
}
