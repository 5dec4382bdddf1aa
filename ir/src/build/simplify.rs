//! Simplification that changes no result, in three-valued logic.

use super::Builder;
use crate::builtins;
use crate::ops::{self, Op};
use crate::program::{Const, Node, NodeId};
use crate::types::Type;
use crate::value::Value;
use std::collections::HashSet;

/// What became of a node.
pub(super) enum Simplified {
    /// A node that is there.
    Same(NodeId),
    /// A node, and whether it may be missing.
    Node(Node, bool),
}

fn constant(value: Const) -> Simplified {
    let optional = value == Const::Missing;
    Simplified::Node(Node::Const(value), optional)
}

impl Builder {
    pub(super) fn simplify(&self, node: Node, optional: bool) -> Simplified {
        match node {
            Node::Op(op, args) => self.simplify_op(op, args, optional),
            Node::Choose { arms, otherwise } => self.simplify_choose(arms, otherwise, optional),
            Node::Call(name, args) => self.simplify_call(name, args, optional),
            node => Simplified::Node(node, optional),
        }
    }

    /// Puts the variant of a builtin that computes for these types (see [`builtins::Builtin::variants`]).
    fn simplify_call(&self, name: &'static str, args: Vec<NodeId>, optional: bool) -> Simplified {
        let types: Vec<Type> = args.iter().map(|&a| self.get(a).map_or(Type::Error, |n| n.ty)).collect();
        let name = builtins::find(name).map_or(name, |builtin| builtin.variant_for(&types).name);
        let node = if name == "date_of" { Node::Op(Op::DateOf, args) } else { Node::Call(name, args) };
        Simplified::Node(node, optional)
    }

    fn const_of(&self, id: NodeId) -> Option<&Const> {
        match self.get(id).map(|n| &n.node) {
            Some(Node::Const(value)) => Some(value),
            _ => None,
        }
    }

    /// Never missing, as far as is known.
    fn is_definite(&self, id: NodeId) -> bool {
        self.get(id).is_some_and(|n| !n.optional)
    }

    fn simplify_op(&self, op: Op, args: Vec<NodeId>, optional: bool) -> Simplified {
        if let Some(folded) = self.fold_constants(op, &args) {
            return constant(folded);
        }
        match (op, args.as_slice()) {
            (Op::And | Op::Or, _) => self.simplify_logic(op, &args, optional),
            (Op::Not, &[a]) => match self.get(a).map(|n| &n.node) {
                Some(Node::Op(Op::Not, inner)) if inner.len() == 1 => Simplified::Same(inner[0]),
                _ => Simplified::Node(Node::Op(op, args), optional),
            },
            (Op::IsMissing, &[a]) if self.is_definite(a) => constant(Const::Bool(false)),
            (Op::IsKnown, &[a]) if self.is_definite(a) => constant(Const::Bool(true)),
            (Op::IsTrue, &[a]) if self.is_definite(a) => Simplified::Same(a),
            (Op::IsFalse, &[a]) if self.is_definite(a) => Simplified::Node(Node::Op(Op::Not, args), false),
            (Op::Else, &[a, _]) if self.is_definite(a) => Simplified::Same(a),
            (Op::Else, &[a, b]) if a == b || self.const_of(a) == Some(&Const::Missing) => Simplified::Same(b),
            _ => Simplified::Node(Node::Op(op, args), optional),
        }
    }

    /// The value of an operator that needs no context, over constants.
    fn fold_constants(&self, op: Op, args: &[NodeId]) -> Option<Const> {
        if ops::needs_context(op) || args.is_empty() {
            return None;
        }
        let values: Option<Vec<Value>> = args.iter().map(|&id| self.const_of(id).map(Const::to_value)).collect();
        Const::of_value(&ops::eval_const(op, &values?))
    }

    /// Flattens, drops what does not matter and repeats, and ends at the side that wins.
    fn simplify_logic(&self, op: Op, args: &[NodeId], optional: bool) -> Simplified {
        let wins = op == Op::Or;
        let mut seen = HashSet::new();
        let mut kept = Vec::with_capacity(args.len());
        for &arg in args {
            let nested = match self.get(arg).map(|n| &n.node) {
                Some(Node::Op(inner, operands)) if *inner == op => operands.as_slice(),
                _ => std::slice::from_ref(&arg),
            };
            for &operand in nested {
                match self.const_of(operand) {
                    Some(&Const::Bool(b)) if b == wins => return constant(Const::Bool(wins)),
                    Some(&Const::Bool(_)) => {}
                    _ if seen.insert(operand) => kept.push(operand),
                    _ => {}
                }
            }
        }
        match kept.as_slice() {
            [] => constant(Const::Bool(!wins)),
            [only] => Simplified::Same(*only),
            _ => Simplified::Node(Node::Op(op, kept), optional),
        }
    }

    /// Drops arms that are never taken, and what follows one that always is.
    fn simplify_choose(&self, arms: Vec<(NodeId, NodeId)>, otherwise: Option<NodeId>, optional: bool) -> Simplified {
        let mut kept = Vec::with_capacity(arms.len());
        let mut last = otherwise;
        for (condition, value) in arms {
            match self.const_of(condition) {
                Some(Const::Bool(true)) => {
                    last = Some(value);
                    break;
                }
                Some(_) => {}
                None => kept.push((condition, value)),
            }
        }
        match (kept.is_empty(), last) {
            (true, Some(value)) => Simplified::Same(value),
            (true, None) => constant(Const::Missing),
            (false, _) => Simplified::Node(Node::Choose { arms: kept, otherwise: last }, optional),
        }
    }
}
