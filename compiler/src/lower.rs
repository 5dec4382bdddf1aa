//! Checked HIR to the decision program. Cannot fail: it takes only what was checked without errors.

use crate::hir::{ExprKind, Hir};
use crate::walk;
use revplay_ir::build::Builder;
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
                builder.add(node, e.ty, e.optional)
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
