//! Every place of a program that holds a node id, for renumbering and for reading dependencies.

use revplay_ir::program::{Amount, DecisionKind, Kpi, KpiExpr, Node, NodeId, Program, RouteTarget};

/// Operands of a node, in order.
pub fn operands(node: &Node) -> Vec<NodeId> {
    let mut copy = node.clone();
    let mut found = Vec::new();
    each_operand(&mut copy, &mut |id| found.push(*id));
    found
}

/// Visits the operands of a node.
pub fn each_operand(node: &mut Node, visit: &mut dyn FnMut(&mut NodeId)) {
    match node {
        Node::Const(_) | Node::Param(_) | Node::Now | Node::Field(_) | Node::Result(..) | Node::HasLink(_) => {}
        Node::Op(_, args) | Node::Call(_, args) => args.iter_mut().for_each(visit),
        Node::InSet(a, _) | Node::Matches(a, _) | Node::Follow(_, a) | Node::Outer(a) => visit(a),
        Node::Choose { arms, otherwise } => {
            for (when, value) in arms {
                visit(when);
                visit(value);
            }
            otherwise.iter_mut().for_each(visit);
        }
        Node::Aggregate(a) => {
            a.filter.iter_mut().for_each(&mut *visit);
            a.body.iter_mut().for_each(visit);
        }
        Node::AddBusiness(a, b, _) | Node::BusinessTime(a, b, _) => {
            visit(a);
            visit(b);
        }
    }
}

/// Visits the nodes of a decision.
pub fn each_decision_node(kind: &mut DecisionKind, visit: &mut dyn FnMut(&mut NodeId)) {
    match kind {
        DecisionKind::Score(score) => {
            for decay in score.decay.iter_mut() {
                decay.since.iter_mut().for_each(&mut *visit);
            }
            for group in &mut score.groups {
                for decay in group.decay.iter_mut() {
                    decay.since.iter_mut().for_each(&mut *visit);
                }
                for rule in &mut group.rules {
                    rule.when.iter_mut().for_each(&mut *visit);
                    match &mut rule.amount {
                        Amount::Steps(_) => {}
                        Amount::Computed(id) => visit(id),
                        Amount::Each(each) => {
                            each.filter.iter_mut().for_each(&mut *visit);
                            visit(&mut each.points);
                        }
                    }
                }
            }
        }
        DecisionKind::Band(rows) | DecisionKind::Journey(rows) => {
            for row in &mut rows.rows {
                row.when.iter_mut().for_each(&mut *visit);
                visit(&mut row.value);
            }
        }
        DecisionKind::Recommend { rows, .. } => {
            for row in rows {
                row.when.iter_mut().for_each(&mut *visit);
                visit(&mut row.value);
            }
        }
        DecisionKind::Grade(grade) => {
            grade.columns.iter_mut().flatten().for_each(&mut *visit);
            grade.rows.iter_mut().flatten().for_each(visit);
        }
        DecisionKind::Table(table) => {
            for row in &mut table.rows {
                row.when.iter_mut().for_each(&mut *visit);
                row.values.iter_mut().for_each(&mut *visit);
            }
        }
        DecisionKind::Lookup(lookup) => lookup.inputs.iter_mut().for_each(visit),
        DecisionKind::Route(rows) => {
            for row in rows {
                row.when.iter_mut().for_each(&mut *visit);
                match &mut row.target {
                    RouteTarget::Person(id) => visit(id),
                    RouteTarget::Hold(_) | RouteTarget::Team(_) | RouteTarget::Queue(_) => {}
                }
            }
        }
        DecisionKind::Handoff(handoff) => {
            handoff.qualify.iter_mut().for_each(|q| visit(&mut q.1));
            handoff.require.iter_mut().for_each(|r| visit(&mut r.1));
            handoff.due.iter_mut().for_each(visit);
        }
        DecisionKind::Value(id) => visit(id),
    }
}

/// Visits the nodes of a KPI.
pub fn each_kpi_node(kpi: &mut Kpi, visit: &mut dyn FnMut(&mut NodeId)) {
    fn walk(e: &mut KpiExpr, visit: &mut dyn FnMut(&mut NodeId)) {
        match e {
            KpiExpr::Const(_) | KpiExpr::Kpi(_) => {}
            KpiExpr::Total(total) => {
                total.filter.iter_mut().for_each(&mut *visit);
                total.body.iter_mut().for_each(&mut *visit);
                total.by.iter_mut().for_each(&mut *visit);
                total.anchor.iter_mut().for_each(visit);
            }
            KpiExpr::Op(_, args) => args.iter_mut().for_each(|a| walk(a, visit)),
        }
    }
    walk(&mut kpi.value, visit);
}

/// Visits the nodes of tests and proofs.
pub fn each_test_node(program: &mut Program, visit: &mut dyn FnMut(&mut NodeId)) {
    for test in &mut program.tests {
        for (_, values) in &mut test.rows {
            values.iter_mut().for_each(|v| visit(&mut v.1));
        }
        for expect in &mut test.expects {
            visit(&mut expect.when);
            if let Some((a, b)) = &mut expect.sides {
                visit(a);
                visit(b);
            }
        }
    }
    program.proves.iter_mut().for_each(|p| visit(&mut p.holds));
}
