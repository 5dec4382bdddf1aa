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
use revplay_ir::types::Type;
use std::collections::BTreeSet;

/// Whether this is a lookup whose inputs can be known before any decision is taken, or the text of such a lookup under
/// another name.
pub(super) fn comes_first(program: &Program, kind: &DecisionKind) -> bool {
    match kind {
        DecisionKind::Lookup(lookup) => can_be_first(program, lookup),
        kind => named_again(program, kind).is_some(),
    }
}

/// The lookup and its part that a decision is another name of. Texts only: other values are copied by the code.
fn named_again(program: &Program, kind: &DecisionKind) -> Option<(DecisionId, Part)> {
    let DecisionKind::Value(node) = kind else { return None };
    let data = program.nodes.get(node.index()).filter(|data| data.ty == Type::Text)?;
    let Node::Result(decision, part) = &data.node else { return None };
    let DecisionKind::Lookup(lookup) = &program.decisions.get(decision.index())?.kind else { return None };
    can_be_first(program, lookup).then_some((*decision, *part))
}

fn can_be_first(program: &Program, lookup: &Lookup) -> bool {
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
        // The part of this lookup that a part of a decision is: its own, or another name of it.
        let part_of = |decision: DecisionId, part: Part| match decision == id {
            true => Some(part),
            false => {
                let kind = program.decisions.get(decision.index()).map(|decision| &decision.kind);
                kind.and_then(|kind| named_again(program, kind)).filter(|(of, _)| *of == id).map(|(_, part)| part)
            }
        };
        for (at, output) in program.outputs.iter().enumerate() {
            if let (Some(slot), Some(part)) = (host.outputs.get_mut(at), part_of(output.decision, output.part)) {
                *slot = column(part);
            }
        }
        for (at, (what, how)) in plan.host.iter().enumerate() {
            let What::Node(node) = what else { continue };
            if *how == How::Keyed
                && let Some(Node::Result(decision, part)) = program.nodes.get(node.index()).map(|data| &data.node)
                && let Some(part) = part_of(*decision, *part)
                && let Some(slot) = host.columns.get_mut(at)
            {
                *slot = column(part);
            }
        }
    }
}
