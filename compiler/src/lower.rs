//! Checked HIR to the decision program. Cannot fail: it takes only what was checked without errors.

use crate::hir::{ExprKind, Hir};
use crate::walk;
use revplay_ir::build::Builder;
use revplay_ir::builtins;
use revplay_ir::ops::{self, Op};
use revplay_ir::program::{Node, NodeId, Program};

/// Lowers a checked playbook. `let`s are inlined (hash-consing shares them); what nothing reads is left out.
pub fn lower(hir: &Hir) -> Program {
    let mut program = hir.program.clone();
    let reachable = reachable(hir);
    let mut builder = Builder::new();
    let mut ids: Vec<NodeId> = Vec::with_capacity(hir.exprs.len());
    for (index, e) in hir.exprs.iter().enumerate() {
        let at = |id: &NodeId| ids.get(id.index()).copied().unwrap_or(NodeId(0));
        let id = match &e.kind {
            _ if !reachable.get(index).copied().unwrap_or(false) => NodeId(0),
            ExprKind::Let(l) => hir.lets.get(l.0 as usize).map_or(NodeId(0), |l| at(&l.value)),
            ExprKind::Node(node) => {
                let mut node: Node = node.clone();
                walk::each_operand(&mut node, &mut |id| *id = at(id));
                let optional = may_be_missing(&node, &builder, e.optional);
                builder.add(node, e.ty, optional)
            }
            ExprKind::Error => NodeId(0),
        };
        ids.push(id);
    }
    let mut renumber = |id: &mut NodeId| *id = ids.get(id.index()).copied().unwrap_or(NodeId(0));
    program.decisions.iter_mut().for_each(|d| walk::each_decision_node(&mut d.kind, &mut renumber));
    program.kpis.iter_mut().for_each(|k| walk::each_kpi_node(k, &mut renumber));
    walk::each_test_node(&mut program, &mut renumber);
    let mut names: Vec<(NodeId, String)> = hir
        .lets
        .iter()
        .filter(|l| reachable.get(l.value.index()).copied().unwrap_or(false))
        .filter_map(|l| Some((ids.get(l.value.index()).copied()?, l.name.clone())))
        .collect();
    names.sort();
    names.dedup_by_key(|n| n.0);
    program.names = names;
    program.nodes = builder.finish();
    program
}

/// Whether a lowered node may be missing: from the node alone, so that equal nodes agree. Leaves keep what was checked.
fn may_be_missing(node: &Node, builder: &Builder, checked: bool) -> bool {
    let optional = |id: &NodeId| builder.get(*id).is_some_and(|n| n.optional);
    match node {
        Node::Op(Op::IsMissing | Op::IsKnown | Op::IsTrue | Op::IsFalse, _) => false,
        Node::Op(Op::Else, args) => args.iter().all(optional),
        Node::Op(op, args) => ops::is_partial(*op) || args.iter().any(optional),
        Node::Call(name, args) => builtins::find(name).is_none_or(|b| b.partial) || args.iter().any(optional),
        Node::InSet(a, _) | Node::Matches(a, _) | Node::Outer(a) => optional(a),
        Node::Choose { arms, otherwise } => {
            otherwise.is_none() || arms.iter().map(|a| &a.1).chain(otherwise).any(optional)
        }
        Node::BusinessTime(a, b, _) => optional(a) || optional(b),
        Node::AddBusiness(..) => true,
        Node::Const(_)
        | Node::Param(_)
        | Node::Now
        | Node::Field(_)
        | Node::Result(..)
        | Node::Follow(..)
        | Node::HasLink(_)
        | Node::Aggregate(_) => checked,
    }
}

/// Which expressions some decision, KPI, test or proof needs.
fn reachable(hir: &Hir) -> Vec<bool> {
    let mut program = hir.program.clone();
    let mut stack: Vec<NodeId> = Vec::new();
    program.decisions.iter_mut().for_each(|d| walk::each_decision_node(&mut d.kind, &mut |id| stack.push(*id)));
    program.kpis.iter_mut().for_each(|k| walk::each_kpi_node(k, &mut |id| stack.push(*id)));
    walk::each_test_node(&mut program, &mut |id| stack.push(*id));
    let mut found = vec![false; hir.exprs.len()];
    while let Some(id) = stack.pop() {
        let Some(mark) = found.get_mut(id.index()) else { continue };
        if std::mem::replace(mark, true) {
            continue;
        }
        match hir.exprs.get(id.index()).map(|e| &e.kind) {
            Some(ExprKind::Node(node)) => stack.extend(walk::operands(node)),
            Some(ExprKind::Let(l)) => stack.extend(hir.lets.get(l.0 as usize).map(|l| l.value)),
            Some(ExprKind::Error) | None => {}
        }
    }
    found
}
