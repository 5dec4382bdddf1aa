//! What the KPIs of a program total, each thing once.
//!
//! Totals with the same rows and columns share their groups; totals that differ only in how their
//! result is read (sum and mean, two percentiles of one value) share one fold.

use super::totals;
use crate::accumulate::Accumulator;
use revplay_ir::ops::Op;
use revplay_ir::program::{Fold, Node, NodeId, Period, Program, RecordId, Total};
use revplay_ir::types::Type;
use std::collections::{BTreeMap, BTreeSet};

/// Groups that are found once per row, for every fold over them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Grouping {
    pub(super) record: RecordId,
    pub(super) by: Vec<NodeId>,
    /// The period and the anchor that places a row in one; `None` over all time.
    pub(super) placed: Option<(Period, Option<NodeId>)>,
}

/// A fold per group of a grouping.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    /// Which grouping.
    pub(super) grouping: usize,
    /// The fold; a mean is kept as its sum.
    pub(super) fold: Fold,
    pub(super) filter: Option<NodeId>,
    pub(super) body: Option<NodeId>,
    /// The body holds decimals of this scale, of which the fold is to see the numbers.
    pub(super) decimals: Option<u8>,
}

/// All groupings and folds of a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KpiPlan {
    pub(super) groupings: Vec<Grouping>,
    pub(super) slots: Vec<Slot>,
    /// Per KPI, the slot of each of its totals in the order of [`totals`]; none for what is not built.
    pub(super) kpis: Vec<Vec<usize>>,
}

impl KpiPlan {
    pub(super) fn of(program: &Program) -> KpiPlan {
        let mut plan = KpiPlan::default();
        let (mut groupings, mut slots) = (BTreeMap::new(), BTreeMap::new());
        for kpi in &program.kpis {
            let built = totals(&kpi.value).into_iter().filter(|_| kpi.not_built.is_none());
            let of_kpi = built.map(|total| {
                let placed = kpi.per.map(|per| (per, total.anchor));
                let grouping = Grouping { record: total.record, by: total.by.clone(), placed };
                let grouping = numbered(&mut groupings, &mut plan.groupings, grouping);
                numbered(&mut slots, &mut plan.slots, Slot::of(program, grouping, total))
            });
            let of_kpi = of_kpi.collect();
            plan.kpis.push(of_kpi);
        }
        plan
    }

    /// The nodes that the totals over a record read, in order, each once; of those that are only
    /// looked at where a filter is true, the filters.
    pub(super) fn reads(&self, record: RecordId) -> BTreeMap<NodeId, Reads> {
        let mut reads: BTreeMap<NodeId, Reads> = BTreeMap::new();
        for slot in &self.slots {
            let Some(grouping) = self.groupings.get(slot.grouping).filter(|g| g.record == record) else { continue };
            let anchor = grouping.placed.and_then(|placed| placed.1);
            for node in grouping.by.iter().copied().chain(anchor).chain(slot.filter) {
                reads.insert(node, Reads::Always);
            }
            let Some(body) = slot.body else { continue };
            match (reads.entry(body).or_insert_with(|| Reads::Where(BTreeSet::new())), slot.filter) {
                (Reads::Where(filters), Some(filter)) => drop(filters.insert(filter)),
                (reads, None) => *reads = Reads::Always,
                (Reads::Always, Some(_)) => {}
            }
        }
        reads
    }
}

/// In which rows a node is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reads {
    Always,
    /// Where one of these is true.
    Where(BTreeSet<NodeId>),
}

impl Slot {
    fn of(program: &Program, grouping: usize, total: &Total) -> Slot {
        let (fold, body) = match total.fold {
            Fold::Count => (Fold::Count, None),
            Fold::Avg => (Fold::Sum, total.body),
            Fold::CountDistinct
            | Fold::Sum
            | Fold::Min
            | Fold::Max
            | Fold::Any
            | Fold::All
            | Fold::First
            | Fold::Latest
            | Fold::Percentile => (total.fold, total.body),
        };
        // Decimals have the order of their numbers, and are fewer and counted faster.
        let read = body.and_then(|body| program.nodes.get(body.index())).map(|data| &data.node);
        if let (Fold::Percentile, Some(Node::Op(Op::DecToNum(scale), args))) = (fold, read)
            && let [decimal] = args.as_slice()
        {
            return Slot { grouping, fold, filter: total.filter, body: Some(*decimal), decimals: Some(*scale) };
        }
        Slot { grouping, fold, filter: total.filter, body, decimals: None }
    }

    /// The fold of nothing.
    pub(super) fn empty(&self, program: &Program) -> Accumulator {
        if let Some(scale) = self.decimals {
            return Accumulator::of_decimals(scale);
        }
        let body = self.body.and_then(|body| program.nodes.get(body.index()));
        Accumulator::new(self.fold, body.map_or(Type::Int, |body| body.ty))
    }
}

fn numbered<T: Clone + Ord>(known: &mut BTreeMap<T, usize>, all: &mut Vec<T>, item: T) -> usize {
    *known.entry(item).or_insert_with_key(|item| {
        all.push(item.clone());
        all.len() - 1
    })
}
