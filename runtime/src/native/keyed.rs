//! Lookups: the rows of a table of constants by key, for a whole batch before the loop.

use super::folds::Sources;
use super::host::Host;
use super::plan::{DecisionPlan, How, Plan, What};
use crate::decide::RowFinding;
use crate::engine::{Engine, part_index};
use crate::links::keys::NONE;
use crate::lookup::tie_message;
use crate::native::folds::taken;
use crate::prepare::shape::for_each_operand;
use crate::table::Table;
use arrow_array::ArrayRef;
use revplay_ir::program::{DecisionId, DecisionKind, Lookup, Node, NodeId, Part, Program};
use std::collections::BTreeSet;

/// Whether this is a lookup whose inputs can be known before any decision is taken.
pub(super) fn comes_first(program: &Program, kind: &DecisionKind) -> bool {
    let DecisionKind::Lookup(lookup) = kind else { return false };
    let mut stack = lookup.inputs.clone();
    let mut seen = BTreeSet::new();
    while let Some(id) = stack.pop() {
        let Some(data) = program.nodes.get(id.index()).filter(|_| seen.insert(id)) else { continue };
        if matches!(data.node, Node::Result(..)) {
            return false;
        }
        for_each_operand(&data.node, |operand, _| stack.push(operand));
    }
    true
}

/// Takes the lookups of a plan: their outputs, the columns that read them, and what overlaps.
pub(super) fn compute(engine: &Engine, plan: &Plan, sources: &Sources, batch: &Table, host: &mut Host) {
    let program = &engine.program;
    let keyed = |d: &usize| plan.decides && plan.decisions.get(*d) == Some(&DecisionPlan::Keyed);
    let lookups = program.decisions.iter().enumerate().filter(|(d, _)| keyed(d)).filter_map(|(d, decision)| {
        let DecisionKind::Lookup(lookup) = &decision.kind else { return None };
        Some((DecisionId(d as u32), lookup))
    });
    let lookups: Vec<(DecisionId, &Lookup)> = lookups.collect();
    if lookups.is_empty() {
        return;
    }
    let inputs = || -> Vec<NodeId> { lookups.iter().flat_map(|(_, lookup)| lookup.inputs.iter().copied()).collect() };
    let values = sources.of_batch(engine, batch.record, inputs).values(engine, batch);
    for (id, lookup) in lookups {
        let Some(index) = engine.prepared.lookups.get(id.index()).and_then(Option::as_ref) else { continue };
        let codes = index.codes(program, lookup);
        let inputs: Vec<Option<ArrayRef>> = lookup.inputs.iter().map(|input| values.get(input).cloned()).collect();
        let hits = codes.find(&inputs, batch.rows);
        let rows: Vec<u32> = hits.iter().map(|hit| hit.row).collect();
        let ties = hits.iter().enumerate().filter(|(_, hit)| hit.tie != NONE);
        host.findings.extend(ties.map(|(row, hit)| RowFinding {
            row,
            decision: id,
            message: tie_message(lookup, hit.row as usize, hit.tie as usize),
        }));
        let column = |part: Part| codes.outputs.get(part_index(part)).map(|values| taken(values, &rows));
        for (at, output) in program.outputs.iter().enumerate().filter(|(_, output)| output.decision == id) {
            if let Some(slot) = host.outputs.get_mut(at) {
                *slot = column(output.part);
            }
        }
        for (at, (what, how)) in plan.host.iter().enumerate() {
            let What::Node(node) = what else { continue };
            if *how == How::Keyed
                && let Some(Node::Result(decision, part)) = program.nodes.get(node.index()).map(|data| &data.node)
                && *decision == id
                && let Some(slot) = host.columns.get_mut(at)
            {
                *slot = column(*part);
            }
        }
    }
}
