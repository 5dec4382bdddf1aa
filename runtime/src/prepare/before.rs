//! Which decisions must be taken before others.

use super::shape::for_each_operand;
use revplay_ir::program::{DecisionId, DecisionKind, Node, NodeId, Program};
use std::collections::BTreeSet;

/// The decisions that must be taken before another, in order.
pub(crate) fn decisions_of(program: &Program, decision: DecisionId) -> Vec<usize> {
    let Some(kind) = program.decisions.get(decision.index()).map(|d| &d.kind) else { return Vec::new() };
    let mut before = closure(program, decision_nodes(kind));
    if let DecisionKind::Handoff(handoff) = kind
        && let Some(route) = handoff.route
    {
        before.extend(decisions_of(program, route));
        before.push(route.index());
        before.sort_unstable();
        before.dedup();
    }
    before
}

/// All nodes that a decision evaluates, those of events included.
fn decision_nodes(kind: &DecisionKind) -> Vec<NodeId> {
    let mut nodes = kind.nodes();
    nodes.extend(kind.eaches().into_iter().flat_map(|each| each.filter.into_iter().chain([each.points])));
    nodes
}

/// All decisions that nodes read, directly or through other decisions, in order.
pub(crate) fn closure(program: &Program, nodes: Vec<NodeId>) -> Vec<usize> {
    let mut stack = nodes;
    let mut seen: BTreeSet<NodeId> = BTreeSet::new();
    let mut found: BTreeSet<usize> = BTreeSet::new();
    while let Some(id) = stack.pop() {
        if !seen.insert(id) {
            continue;
        }
        let Some(data) = program.nodes.get(id.index()) else { continue };
        if let Node::Result(decision, _) = &data.node
            && found.insert(decision.index())
            && let Some(decision) = program.decisions.get(decision.index())
        {
            stack.extend(decision_nodes(&decision.kind));
            if let DecisionKind::Handoff(handoff) = &decision.kind
                && let Some(route) = handoff.route
                && found.insert(route.index())
                && let Some(route) = program.decisions.get(route.index())
            {
                stack.extend(decision_nodes(&route.kind));
            }
        }
        for_each_operand(&data.node, |operand, _| stack.push(operand));
    }
    found.into_iter().collect()
}
