//! The shape of the expression DAG: how deep, over how many links, after which decisions.

use revplay_ir::program::{Node, NodeId, Program};

/// Per node, three measures.
pub(crate) struct Shape {
    /// Depth in one row's scope: what lies behind a link is counted anew.
    pub(crate) depths: Vec<u32>,
    /// Links gone over one after the other.
    pub(crate) hops: Vec<u32>,
    /// Decisions, counted from the first, that must be taken before.
    pub(crate) needs: Vec<u32>,
}

impl Shape {
    /// Operands come before their node, so one pass does.
    pub(crate) fn of(program: &Program) -> Shape {
        let count = program.nodes.len();
        let mut shape = Shape { depths: vec![0; count], hops: vec![0; count], needs: vec![0; count] };
        for (i, data) in program.nodes.iter().enumerate() {
            let (mut depth, mut hops, mut needs) = (0, 0, 0);
            if let Node::Result(decision, _) = &data.node {
                needs = decision.0 + 1;
            }
            for_each_operand(&data.node, |operand, scope| {
                let operand = operand.index();
                match scope {
                    Scope::Same => depth = depth.max(shape.depths[operand] + 1),
                    Scope::Other => depth = depth.max(1),
                }
                hops = hops.max(shape.hops[operand] + u32::from(scope == Scope::Other));
                needs = needs.max(shape.needs[operand]);
            });
            (shape.depths[i], shape.hops[i], shape.needs[i]) = (depth, hops, needs);
        }
        shape
    }
}

/// Whose row an operand is evaluated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The node's own.
    Same,
    /// A linked row, or back from there.
    Other,
}

/// Calls for each operand of a node.
pub(crate) fn for_each_operand(node: &Node, mut f: impl FnMut(NodeId, Scope)) {
    match node {
        Node::Const(_) | Node::Param(_) | Node::Now | Node::Field(_) | Node::Result(..) | Node::HasLink(_) => {}
        Node::Op(_, args) | Node::Call(_, args) => args.iter().for_each(|a| f(*a, Scope::Same)),
        Node::InSet(a, _) | Node::Matches(a, _) => f(*a, Scope::Same),
        Node::Choose { arms, otherwise } => {
            for (when, value) in arms {
                f(*when, Scope::Same);
                f(*value, Scope::Same);
            }
            otherwise.iter().for_each(|a| f(*a, Scope::Same));
        }
        Node::Follow(_, a) | Node::Outer(a) => f(*a, Scope::Other),
        Node::Aggregate(a) => a.filter.iter().chain(&a.body).for_each(|a| f(*a, Scope::Other)),
        Node::AddBusiness(a, b, _) | Node::BusinessTime(a, b, _) => {
            f(*a, Scope::Same);
            f(*b, Scope::Same);
        }
    }
}
