//! KPIs: totals while rows stream by, values and targets at the end (promises K1 to K5).
//!
//! A total is a fold per group, a group being a period and one value per `by` column. Folds merge,
//! so a coarser level (a period's total, the grand total) is the merge of its groups, and a ratio
//! there is the ratio of the merged totals, never a mean of ratios.

mod codes;
mod columns;
mod fold;
mod group;
mod levels;
mod mask;
mod period;
mod plan;
mod report;
mod target;

pub use columns::NodeColumns;
pub use report::{KpiReport, KpiRow, PeriodName};
pub use target::{TargetResult, TargetStatus};

use crate::accumulate::Accumulator;
use crate::decide::Decided;
use crate::engine::Engine;
use crate::table::Table;
use arrow_array::BooleanArray;
use codes::{Codes, GroupCodes};
use fold::{Grouped, sizes};
use group::{GroupKey, GroupValue, Groups};
use mask::Mask;
use plan::{Grouping, KpiPlan};
use revplay_ir::program::{KpiExpr, NodeId, Program, RecordId, Total};
use revplay_ir::types::Type;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows that are folded at once: what they touch stays near the processor.
const BLOCK_ROWS: usize = 16_384;
/// Linked rows that are made columns of at a time.
const LINKED_ROWS: usize = 65_536;

/// The totals of all KPIs of a program over the rows added so far.
#[derive(Clone, Debug)]
pub struct KpiStates {
    plan: Arc<KpiPlan>,
    /// Per grouping of the plan.
    groups: Vec<Groups>,
    /// Per slot of the plan.
    folds: Vec<FoldState>,
}

/// A fold, by group.
#[derive(Clone, Debug, Default)]
struct FoldState {
    /// In the order of the grouping's groups.
    states: Vec<Accumulator>,
    /// Rows that lie in no period because their anchor is missing.
    unplaced: u64,
}

/// One total, by group.
#[derive(Clone, Debug)]
pub(crate) struct TotalState<'a> {
    pub(crate) groups: BTreeMap<&'a GroupKey, &'a Accumulator>,
    /// Rows that lie in no period because their anchor is missing.
    pub(crate) unplaced: u64,
}

impl KpiStates {
    /// Totals of nothing.
    pub fn new(engine: &Engine) -> KpiStates {
        let plan = KpiPlan::of(&engine.program);
        let groups = vec![Groups::default(); plan.groupings.len()];
        let folds = vec![FoldState::default(); plan.slots.len()];
        KpiStates { plan: Arc::new(plan), groups, folds }
    }

    /// The nodes whose values the totals over a record are made of: filters, bodies, anchors and
    /// columns, each once, in order.
    pub fn needed(program: &Program, record: RecordId) -> Vec<NodeId> {
        KpiPlan::of(program).reads(record).into_keys().collect()
    }

    /// Adds rows of the decided record, or of a record that was not given to [`Engine::link`].
    /// Events after `now` do not count.
    pub fn add(&mut self, engine: &Engine, batch: &Table) {
        self.add_decided(engine, batch, None);
    }

    /// As [`KpiStates::add`], with the decisions of these rows if they were taken already.
    pub fn add_decided(&mut self, engine: &Engine, batch: &Table, decided: Option<&Decided>) {
        self.add_given(engine, batch, decided, NodeColumns::new(engine, batch, decided));
    }

    /// As [`KpiStates::add_decided`], with columns of these rows that were computed already, begun by
    /// [`NodeColumns::new`] of the same batch. The evaluator computes the others.
    pub fn add_given(&mut self, engine: &Engine, batch: &Table, decided: Option<&Decided>, columns: NodeColumns) {
        let counts = crate::links::event_times(engine, batch).map(|times| {
            let counts = times.iter().map(|time| Some(time.is_none_or(|t| t <= engine.now_us)));
            counts.collect::<BooleanArray>()
        });
        self.add_completed(engine, batch, decided, columns, counts.as_ref());
    }

    /// Adds the rows of all linked records but the decided one, once: without retries, repeated
    /// keys and events after `now`.
    pub fn add_linked(&mut self, engine: &Engine) {
        let program = engine.program.clone();
        for record in (0..program.records.len()).map(|i| RecordId(i as u32)) {
            let Some(linked) = engine.links.linked(record).filter(|_| program.decided != Some(record)) else {
                continue;
            };
            if !self.plan.groupings.iter().any(|grouping| grouping.record == record) {
                continue;
            }
            for from in (0..linked.rows.len).step_by(LINKED_ROWS) {
                let rows = linked.rows.stretch(from, LINKED_ROWS);
                let counts = (from..from + rows.rows).map(|row| {
                    let time = linked.times.as_ref().and_then(|times| times.get(row));
                    Some(linked.is_alive(row) && time.is_none_or(|t| t <= engine.now_us))
                });
                let counts = counts.collect::<BooleanArray>();
                let columns = NodeColumns::new(engine, &rows, None);
                self.add_completed(engine, &rows, None, columns, Some(&counts));
            }
        }
    }

    /// Adds rows by the columns of all nodes that they need (see [`KpiStates::needed`]); a column
    /// that is not there is missing in every row. `counts` says which rows are meant, if not all.
    pub fn add_columns(&mut self, engine: &Engine, columns: &NodeColumns, counts: Option<&BooleanArray>) {
        if !self.plan.groupings.iter().any(|grouping| grouping.record == columns.record()) {
            return;
        }
        for from in (0..columns.rows()).step_by(BLOCK_ROWS) {
            let rows = BLOCK_ROWS.min(columns.rows() - from);
            let mut meant = Mask::all(rows);
            if let Some(counts) = counts {
                let len = counts.len();
                meant.and_true(&counts.slice(from.min(len), rows.min(len - from.min(len))));
            }
            self.add_block(engine, &columns.slice(from, rows), &meant);
        }
    }

    /// Adds the totals of other rows of the same program, as if they had been added here after
    /// these: splitting the input changes nothing (promise K2).
    pub fn merge(&mut self, other: &KpiStates) {
        let maps = self.groups.iter_mut().zip(&other.groups).map(|(mine, theirs)| mine.add_all(theirs));
        let maps: Vec<Vec<usize>> = maps.collect();
        for (slot, (mine, theirs)) in self.plan.slots.iter().zip(self.folds.iter_mut().zip(&other.folds)) {
            mine.unplaced += theirs.unplaced;
            for (target, state) in maps.get(slot.grouping).into_iter().flatten().zip(&theirs.states) {
                match mine.states.get_mut(*target) {
                    Some(group) => group.merge(state),
                    // Groups that are new here come in their order.
                    None => mine.states.push(state.clone()),
                }
            }
        }
    }

    /// The reports, one per KPI in the order of the program.
    pub fn finish(&self, engine: &Engine) -> Vec<KpiReport> {
        let total = |slot: &usize| {
            let keys = self.groups.get(self.plan.slots[*slot].grouping).map(Groups::keys).unwrap_or_default();
            let fold = &self.folds[*slot];
            TotalState { groups: keys.iter().zip(&fold.states).collect(), unplaced: fold.unplaced }
        };
        let totals: Vec<Vec<TotalState<'_>>> =
            self.plan.kpis.iter().map(|slots| slots.iter().map(total).collect()).collect();
        report::reports(engine, &totals)
    }

    fn add_completed(
        &mut self,
        engine: &Engine,
        batch: &Table,
        decided: Option<&Decided>,
        mut columns: NodeColumns,
        counts: Option<&BooleanArray>,
    ) {
        columns.complete(engine, &self.plan, batch, decided, counts);
        self.add_columns(engine, &columns, counts);
    }

    fn add_block(&mut self, engine: &Engine, columns: &NodeColumns, meant: &Mask) {
        let plan = self.plan.clone();
        // A column that several groupings have is coded once.
        let mut coded: BTreeMap<NodeId, Codes<GroupValue>> = BTreeMap::new();
        for (index, grouping) in plan.groupings.iter().enumerate() {
            if grouping.record != columns.record() {
                continue;
            }
            let mut placed = meant.clone();
            let starts = starts(engine, grouping, columns, &mut placed);
            let codes = group_codes(engine, grouping, columns, starts.as_ref(), &mut coded);
            let sizes = sizes(&codes, &placed);
            let groups = &mut self.groups[index];
            let target = |(group, size): (usize, &u32)| match size {
                0 => usize::MAX,
                // A group of which no row passes the filter is a group all the same: its count is 0 (promise L2), and
                // a target for each group is missed there.
                _ => groups.place(key(grouping, codes.parts(group), starts.as_ref(), &coded)),
            };
            let targets: Vec<usize> = sizes.iter().enumerate().map(target).collect();
            let grouped = Grouped { columns, codes: &codes, rows: &placed, sizes: &sizes, targets: &targets };
            let mut unplaced = meant.clone();
            unplaced.and_not(&placed);
            for (slot, fold) in plan.slots.iter().zip(&mut self.folds).filter(|(slot, _)| slot.grouping == index) {
                fold.states.resize_with(groups.keys().len(), || slot.empty(&engine.program));
                grouped.fold(&engine.program, slot, &mut fold.states);
                if !unplaced.is_empty() {
                    fold.unplaced += passing(columns, slot.filter, &unplaced);
                }
            }
        }
    }
}

/// The periods of the rows; leaves only the rows that lie in one.
fn starts(
    engine: &Engine,
    grouping: &Grouping,
    columns: &NodeColumns,
    placed: &mut Mask,
) -> Option<Codes<Option<i64>>> {
    let (per, anchor) = grouping.placed?;
    let array = anchor.and_then(|anchor| columns.get(anchor));
    let ty = anchor.map_or(Type::Date, |anchor| engine.program.nodes[anchor.index()].ty);
    let starts = period::of_anchor(engine, per, ty, array);
    match (&starts, array) {
        (Some(_), Some(array)) => placed.and_known(array.nulls()),
        _ => *placed = Mask::none(columns.rows()),
    }
    starts
}

/// The groups of the rows: by period, then by the columns.
fn group_codes(
    engine: &Engine,
    grouping: &Grouping,
    columns: &NodeColumns,
    starts: Option<&Codes<Option<i64>>>,
    coded: &mut BTreeMap<NodeId, Codes<GroupValue>>,
) -> GroupCodes {
    let mut groups = GroupCodes::one(columns.rows());
    if let Some(starts) = starts {
        groups.split(&starts.rows, starts.values.len());
    }
    for node in &grouping.by {
        let ty = engine.program.nodes[node.index()].ty;
        let column = coded
            .entry(*node)
            .or_insert_with(|| codes::of_column(&engine.program, ty, columns.get(*node), columns.rows()));
        groups.split(&column.rows, column.values.len());
    }
    groups
}

/// The key of a group by the codes of its period and its columns.
fn key(
    grouping: &Grouping,
    parts: &[u32],
    starts: Option<&Codes<Option<i64>>>,
    coded: &BTreeMap<NodeId, Codes<GroupValue>>,
) -> GroupKey {
    let mut parts = parts.iter().map(|part| *part as usize);
    let start = starts.and_then(|starts| starts.values.get(parts.next()?).copied().flatten());
    let value = |(node, part): (&NodeId, usize)| coded.get(node).and_then(|codes| codes.values.get(part)).cloned();
    let by = grouping.by.iter().zip(parts).map(|column| value(column).unwrap_or(GroupValue::Missing));
    GroupKey { start, by: by.collect() }
}

/// How many rows pass a filter.
fn passing(columns: &NodeColumns, filter: Option<NodeId>, rows: &Mask) -> u64 {
    let Some(filter) = filter else { return rows.count() };
    let Some(filter) = columns.get(filter).and_then(|array| array.as_any().downcast_ref::<BooleanArray>()) else {
        return 0;
    };
    let mut rows = rows.clone();
    rows.and_true(filter);
    rows.count()
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
