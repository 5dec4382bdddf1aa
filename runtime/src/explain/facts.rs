//! What an expression read: the fields, results and named parts below it with their values.

use super::{Fact, Recorded, known_text};
use crate::eval::ROOT;
use crate::prepare::shape::{Scope, for_each_operand};
use revplay_ir::describe::{describe, part_name};
use revplay_ir::program::{Node, NodeId, Program};
use revplay_ir::types::Type;
use std::collections::BTreeSet;

/// Facts shown for one condition.
const FACTS_MAX: usize = 12;
/// Nodes looked at for one condition.
const NODES_MAX: usize = 10_000;

/// The facts below a node of the decided row, in reading order.
pub(super) fn facts(cx: &mut Recorded<'_>, top: NodeId) -> Vec<Fact> {
    let program = cx.engine.program.clone();
    let mut facts = Vec::new();
    let mut seen = BTreeSet::new();
    let mut pending = vec![top];
    while let Some(node) = pending.pop() {
        if facts.len() >= FACTS_MAX || seen.len() >= NODES_MAX {
            break;
        }
        if !seen.insert(node) {
            continue;
        }
        match fact_name(&program, node) {
            Some(name) => facts.push(fact(cx, &program, name, node)),
            None => {
                let mut operands = Vec::new();
                for_each_operand(&program.nodes[node.index()].node, |operand, scope| {
                    if scope == Scope::Same {
                        operands.push(operand);
                    }
                });
                pending.extend(operands.into_iter().rev());
            }
        }
    }
    facts
}

fn fact(cx: &mut Recorded<'_>, program: &Program, name: String, node: NodeId) -> Fact {
    let value = cx.eval(ROOT, node);
    let data = &program.nodes[node.index()];
    let value = match (&data.node, &value) {
        // Whether a link has a row reads better as the row being there or missing.
        (Node::HasLink(_), value) => value.is_true().then(|| "known".to_owned()),
        (_, value) => known_text(cx.engine, data.ty, value),
    };
    Fact { name, value, pii: reads_pii(program, node) }
}

/// What a node is called if it is a fact of its own; `None` for what is made of facts.
fn fact_name(program: &Program, node: NodeId) -> Option<String> {
    let data = &program.nodes[node.index()];
    let named = program.names.binary_search_by_key(&node, |(n, _)| *n).ok().and_then(|i| program.names.get(i));
    match &data.node {
        Node::Const(_) | Node::Now => None,
        Node::Param(param) => Some(program.params[param.index()].name.clone()),
        Node::Field(field) => Some(program.fields[field.index()].name.clone()),
        Node::Result(decision, part) => Some(part_name(&program.decisions[decision.index()], *part)),
        Node::HasLink(link) => Some(program.links[link.index()].name.clone()),
        Node::Follow(..) | Node::Aggregate(_) | Node::AddBusiness(..) | Node::BusinessTime(..) | Node::Outer(_) => {
            Some(named.map_or_else(|| describe(program, node), |(_, name)| name.clone()))
        }
        // A segment is made of what it looks at; another named value is a fact.
        Node::Op(..) | Node::Call(..) | Node::InSet(..) | Node::Matches(..) | Node::Choose { .. } => {
            if data.ty == Type::Bool {
                None
            } else if data.ty == Type::Duration {
                Some(named.map_or_else(|| describe(program, node), |(_, name)| name.clone()))
            } else {
                named.map(|(_, name)| name.clone())
            }
        }
    }
}

fn reads_pii(program: &Program, top: NodeId) -> bool {
    let mut seen = BTreeSet::new();
    let mut pending = vec![top];
    while let Some(node) = pending.pop() {
        if seen.len() >= NODES_MAX || !seen.insert(node) {
            continue;
        }
        let node = &program.nodes[node.index()].node;
        if matches!(node, Node::Field(field) if program.fields[field.index()].pii) {
            return true;
        }
        for_each_operand(node, |operand, _| pending.push(operand));
    }
    false
}

/// Facts as text: `employees is 120, country is missing`.
pub(super) fn facts_text(facts: &[Fact]) -> String {
    let told = facts.iter().map(|fact| match &fact.value {
        Some(value) => format!("{} is {value}", fact.name),
        None => format!("{} is missing", fact.name),
    });
    told.collect::<Vec<_>>().join(", ")
}
