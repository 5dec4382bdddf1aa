//! KPIs: totals while rows stream by, values and targets at the end (promises K1 to K5).
//!
//! A total is a fold per group, a group being a period and one value per `by` column. Folds merge,
//! so a coarser level (a period's total, the grand total) is the merge of its groups, and a ratio
//! there is the ratio of the merged totals, never a mean of ratios.

mod group;
mod levels;
mod report;
mod target;

pub use report::{KpiReport, KpiRow, PeriodName};
pub use target::{TargetResult, TargetStatus};

use crate::accumulate::Accumulator;
use crate::decide::Decided;
use crate::engine::Engine;
use crate::eval::{Evaluator, ROOT};
use crate::table::Table;
use crate::trace::NoTrace;
use group::{GroupKey, GroupValue};
use revplay_ir::program::{KpiExpr, Program, Total};
use revplay_ir::time::{date_of, period_start};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::collections::BTreeMap;

/// The totals of all KPIs of a program over the rows added so far.
#[derive(Clone, Debug)]
pub struct KpiStates {
    /// Per KPI, per total in the order of [`totals`].
    totals: Vec<Vec<TotalState>>,
}

/// One total, by group.
#[derive(Clone, Debug, Default)]
pub(crate) struct TotalState {
    pub(crate) groups: BTreeMap<GroupKey, Accumulator>,
    /// Rows that lie in no period because their anchor is missing.
    pub(crate) unplaced: u64,
}

impl KpiStates {
    /// Totals of nothing.
    pub fn new(engine: &Engine) -> KpiStates {
        let program = &engine.program;
        let states = |expr: &KpiExpr| totals(expr).iter().map(|_| TotalState::default()).collect();
        KpiStates { totals: program.kpis.iter().map(|kpi| states(&kpi.value)).collect() }
    }

    /// Adds rows of the decided record, or of a record that was not given to [`Engine::link`].
    /// Events after `now` do not count.
    pub fn add(&mut self, engine: &Engine, batch: &Table) {
        self.add_decided(engine, batch, None);
    }

    /// As [`KpiStates::add`], with the decisions of these rows if they were taken already.
    pub fn add_decided(&mut self, engine: &Engine, batch: &Table, decided: Option<&Decided>) {
        let times = crate::links::event_times(engine, batch);
        self.add_rows(engine, batch, decided, |row| {
            let time = times.as_ref().and_then(|times| times.get(row).copied().flatten());
            time.is_none_or(|t| t <= engine.now_us)
        });
    }

    /// Adds the rows of all linked records but the decided one, once: without retries, repeated
    /// keys and events after `now`.
    pub fn add_linked(&mut self, engine: &Engine) {
        let program = engine.program.clone();
        for record in (0..program.records.len()).map(|i| revplay_ir::program::RecordId(i as u32)) {
            let Some(linked) = engine.links.linked(record).filter(|_| program.decided != Some(record)) else {
                continue;
            };
            self.add_rows(engine, &linked.table, None, |row| {
                let time = linked.times.as_ref().and_then(|times| times.get(row).copied().flatten());
                linked.alive.get(row).copied().unwrap_or(false) && time.is_none_or(|t| t <= engine.now_us)
            });
        }
    }

    /// Adds the totals of other rows of the same program, as if they had been added here after
    /// these: splitting the input changes nothing (promise K2).
    pub fn merge(&mut self, other: &KpiStates) {
        for (mine, theirs) in self.totals.iter_mut().flatten().zip(other.totals.iter().flatten()) {
            mine.unplaced += theirs.unplaced;
            for (key, accumulator) in &theirs.groups {
                match mine.groups.get_mut(key) {
                    Some(group) => group.merge(accumulator),
                    None => drop(mine.groups.insert(key.clone(), accumulator.clone())),
                }
            }
        }
    }

    /// The reports, one per KPI in the order of the program.
    pub fn finish(&self, engine: &Engine) -> Vec<KpiReport> {
        report::reports(engine, &self.totals)
    }

    fn add_rows(&mut self, engine: &Engine, table: &Table, decided: Option<&Decided>, counts: impl Fn(usize) -> bool) {
        let program = engine.program.clone();
        let mut work: Vec<(&Total, &mut TotalState, Option<revplay_ir::program::Period>)> = Vec::new();
        for (kpi, states) in program.kpis.iter().zip(&mut self.totals) {
            for (total, state) in totals(&kpi.value).into_iter().zip(states) {
                if total.record == table.record && kpi.not_built.is_none() {
                    work.push((total, state, kpi.per));
                }
            }
        }
        if work.is_empty() {
            return;
        }
        let mut cx = Evaluator::new(engine, table, NoTrace);
        if let Some(decided) = decided {
            cx.give(&decided.columns);
        }
        for row in (0..table.rows).filter(|row| counts(*row)) {
            cx.start_row(row);
            for (total, state, per) in &mut work {
                add_row(&mut cx, total, state, *per);
            }
        }
    }
}

fn add_row(
    cx: &mut Evaluator<'_, NoTrace>,
    total: &Total,
    state: &mut TotalState,
    per: Option<revplay_ir::program::Period>,
) {
    let engine = cx.engine;
    let counts = total.filter.is_none_or(|filter| cx.eval_row(filter).is_true());
    let mut start = None;
    if let Some(per) = per {
        let day = total.anchor.and_then(|anchor| match cx.eval_row(anchor) {
            Value::Int(x) if engine.program.nodes[anchor.index()].ty == Type::Date => Some(x),
            Value::Int(x) => Some(date_of(&engine.prepared.zone, x)),
            Value::Missing | Value::Bool(_) | Value::Num(_) | Value::Text(_) | Value::List(_) => None,
        });
        let Some(day) = day else {
            state.unplaced += u64::from(counts);
            return;
        };
        start = Some(period_start(per, day, engine.calendaring()));
    }
    let by = total.by.iter().map(|node| {
        let value = cx.eval_row(*node);
        GroupValue::of(&engine.program, engine.program.nodes[node.index()].ty, &value)
    });
    let key = GroupKey { start, by: by.collect() };
    // A group of which no row passes the filter is a group all the same: its count is 0 (promise L2), and a target for
    // each group is missed there.
    let group = state.groups.entry(key).or_insert_with(|| empty(&engine.program, total));
    if !counts {
        return;
    }
    let body = total.body.map_or(Value::Missing, |body| cx.eval_row(body));
    group.add(&body, event_time(cx, total));
}

/// The event time of the row, for `first` and `latest`.
fn event_time(cx: &mut Evaluator<'_, NoTrace>, total: &Total) -> Option<i64> {
    let field = cx.engine.program.records.get(total.record.index())?.event_time?;
    match cx.field(ROOT, field) {
        Value::Int(x) => Some(x),
        Value::Missing | Value::Bool(_) | Value::Num(_) | Value::Text(_) | Value::List(_) => None,
    }
}

/// A total of nothing.
pub(crate) fn empty(program: &Program, total: &Total) -> Accumulator {
    Accumulator::new(total.fold, total.body.map_or(Type::Int, |body| program.nodes[body.index()].ty))
}

/// The totals of a KPI's value, from left to right.
pub(crate) fn totals(expr: &KpiExpr) -> Vec<&Total> {
    match expr {
        KpiExpr::Total(total) => vec![total],
        KpiExpr::Op(_, args) => args.iter().flat_map(totals).collect(),
        KpiExpr::Const(_) | KpiExpr::Kpi(_) => Vec::new(),
    }
}
