//! Near misses: what a condition that is not true lacks.

use super::facts::{facts, facts_text};
use super::{Fact, Recorded};
use crate::eval::ROOT;
use revplay_ir::describe::describe;
use revplay_ir::ops::Op;
use revplay_ir::program::{Node, NodeId};

/// Facts told for one part of a condition.
const TOLD_MAX: usize = 4;

/// What a condition lacks, if it is one part only: a condition that is no `and`, or an `and` with
/// exactly one part that is not true.
pub(super) fn lacks(cx: &mut Recorded<'_>, condition: NodeId) -> Option<String> {
    let part = failing_part(cx, condition)?;
    let mut facts = facts(cx, part);
    let neither = cx.eval(ROOT, part).is_missing();
    if let Some(missing) = facts.iter().find(|fact| neither && fact.value.is_none()) {
        return Some(facts_text(std::slice::from_ref(missing)));
    }
    facts.truncate(TOLD_MAX);
    let needs = describe(&cx.engine.program.clone(), part);
    Some(told(&facts, &needs))
}

fn told(facts: &[Fact], needs: &str) -> String {
    if facts.is_empty() { format!("needs {needs}") } else { format!("{}, needs {needs}", facts_text(facts)) }
}

/// The one part that is not true, looked for through nested `and`s.
fn failing_part(cx: &mut Recorded<'_>, condition: NodeId) -> Option<NodeId> {
    let program = cx.engine.program.clone();
    let mut part = condition;
    while let Node::Op(Op::And, parts) = &program.nodes[part.index()].node {
        let mut failing = parts.iter().copied().filter(|part| !cx.eval(ROOT, *part).is_true());
        let first = failing.next()?;
        if failing.next().is_some() {
            return None;
        }
        part = first;
    }
    Some(part)
}
