//! Making the DAG: equal nodes share one id, and what needs no context is simplified on the way.

mod simplify;

use crate::program::{Const, Node, NodeData, NodeId};
use crate::types::Type;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Owns the nodes while a program is lowered. Operands must be added before their users.
#[derive(Default)]
pub struct Builder {
    nodes: Vec<NodeData>,
    /// Ids by hash; looked up only, never iterated.
    by_hash: HashMap<u64, Vec<NodeId>>,
}

impl Builder {
    /// An empty DAG.
    pub fn new() -> Builder {
        Builder::default()
    }

    /// Adds a node, simplified, and gives its id; an equal node of that type gives the id it has.
    ///
    /// `optional` says whether it may be missing. Simplification may prove that it is not, or give a node that was
    /// there before, so read [`Builder::get`] for the final word.
    pub fn add(&mut self, node: Node, ty: Type, optional: bool) -> NodeId {
        match self.simplify(node, optional) {
            simplify::Simplified::Same(id) => id,
            simplify::Simplified::Node(node, optional) => self.intern(node, ty, optional),
        }
    }

    /// Adds a node as it is, without simplification.
    pub fn intern(&mut self, node: Node, ty: Type, optional: bool) -> NodeId {
        let hash = hash_node(&node, ty);
        let ids = self.by_hash.entry(hash).or_default();
        for &id in ids.iter() {
            if let Some(there) = self.nodes.get_mut(id.index())
                && there.ty == ty
                && same_node(&there.node, &node)
            {
                there.optional |= optional;
                return id;
            }
        }
        let id = NodeId(self.nodes.len() as u32);
        ids.push(id);
        self.nodes.push(NodeData { node, ty, optional });
        id
    }

    /// A constant.
    pub fn constant(&mut self, value: Const, ty: Type) -> NodeId {
        let optional = value == Const::Missing;
        self.intern(Node::Const(value), ty, optional)
    }

    /// A node with its type. `None` for an id that this builder did not give.
    pub fn get(&self, id: NodeId) -> Option<&NodeData> {
        self.nodes.get(id.index())
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// No node yet.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The nodes, each after its operands.
    pub fn finish(self) -> Vec<NodeData> {
        self.nodes
    }
}

/// Equal in every bit: 0.0 and −0.0 differ.
pub(crate) fn same_node(a: &Node, b: &Node) -> bool {
    match (a, b) {
        (Node::Const(Const::Num(x)), Node::Const(Const::Num(y))) => x.to_bits() == y.to_bits(),
        _ => a == b,
    }
}

/// A hash that is equal for [`same_node`]s of one type.
pub(crate) fn hash_node(node: &Node, ty: Type) -> u64 {
    let mut hasher = DefaultHasher::new();
    ty.hash(&mut hasher);
    std::mem::discriminant(node).hash(&mut hasher);
    match node {
        Node::Const(value) => hash_const(value, &mut hasher),
        Node::Param(id) => id.hash(&mut hasher),
        Node::Now => {}
        Node::Field(id) => id.hash(&mut hasher),
        Node::Result(id, part) => (id, part).hash(&mut hasher),
        Node::Op(op, args) => (op, args).hash(&mut hasher),
        Node::Call(name, args) => (name, args).hash(&mut hasher),
        Node::InSet(id, set) => (id, set).hash(&mut hasher),
        Node::Matches(id, regex) => (id, regex).hash(&mut hasher),
        Node::Choose { arms, otherwise } => (arms, otherwise).hash(&mut hasher),
        Node::Follow(link, id) => (link, id).hash(&mut hasher),
        Node::HasLink(link) => link.hash(&mut hasher),
        Node::Outer(id) => id.hash(&mut hasher),
        Node::Aggregate(a) => (a.fold, a.link, a.window, a.filter, a.body).hash(&mut hasher),
        Node::AddBusiness(a, b, calendar) | Node::BusinessTime(a, b, calendar) => (a, b, calendar).hash(&mut hasher),
    }
    hasher.finish()
}

fn hash_const(value: &Const, hasher: &mut DefaultHasher) {
    std::mem::discriminant(value).hash(hasher);
    match value {
        Const::Missing => {}
        Const::Bool(b) => b.hash(hasher),
        Const::Int(n) => n.hash(hasher),
        Const::Num(x) => x.to_bits().hash(hasher),
        Const::Text(s) => s.hash(hasher),
    }
}

#[cfg(test)]
mod tests;
