//! Values of the rows behind a to-one link.

use super::block::{Source, taken};
use crate::engine::Engine;
use crate::links::Linked;
use crate::links::keys::NONE;
use crate::native::plan::What;
use crate::table::ColumnBuilder;
use arrow_array::{ArrayRef, BooleanArray};
use revplay_ir::program::{LinkId, Node, NodeId};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Values over one link.
pub(super) struct One {
    /// What is asked of the linked row; `None`: whether there is one.
    bodies: Vec<Option<NodeId>>,
}

impl One {
    /// Of these columns.
    pub(super) fn new(engine: &Engine, whats: &[What]) -> One {
        let body = |what: &What| match what {
            What::Node(id) => match engine.program.nodes.get(id.index()).map(|data| &data.node) {
                Some(Node::Follow(_, body)) => Some(*body),
                Some(_) | None => None,
            },
            What::Rule(..) => None,
        };
        One { bodies: whats.iter().map(body).collect() }
    }

    /// The nodes whose values of the linked rows are read.
    pub(super) fn nodes(&self) -> Vec<NodeId> {
        self.bodies.iter().flatten().copied().collect()
    }

    /// The columns of a batch whose rows lead to these keys.
    pub(super) fn columns(
        &self,
        engine: &Engine,
        link: LinkId,
        source: &Source,
        slots: &[u32],
    ) -> Vec<Option<ArrayRef>> {
        if self.bodies.is_empty() {
            return Vec::new();
        }
        let to = engine.program.links.get(link.index()).map(|link| link.to);
        let Some((index, linked)) = engine.links.index(link).zip(to.and_then(|to| engine.links.linked(to))) else {
            return self.bodies.iter().map(|body| Some(nothing(engine, *body, slots.len()))).collect();
        };
        let first = |slot: &u32| match *slot {
            NONE => NONE,
            slot => index.rows(slot).get(0).unwrap_or(NONE),
        };
        let rows: Vec<u32> = slots.iter().map(first).collect();
        let computed = self.computed(engine, source, linked, &rows);
        let column = |body: &Option<NodeId>| {
            let Some(id) = body else {
                let found = rows.iter().map(|row| Some(*row != NONE));
                return Arc::new(found.collect::<BooleanArray>()) as ArrayRef;
            };
            match (source.field(linked, *id, &rows), &computed) {
                (Some(array), _) => array,
                (None, Some((values, of_row))) if values.contains_key(id) => {
                    values.get(id).map_or_else(|| nothing(engine, *body, slots.len()), |array| taken(array, of_row))
                }
                (None, _) => nothing(engine, *body, slots.len()),
            }
        };
        self.bodies.iter().map(|body| Some(column(body))).collect()
    }

    /// The values that are no fields, of each linked row once, and which of them is each row's own.
    fn computed(
        &self,
        engine: &Engine,
        source: &Source,
        linked: &Linked,
        rows: &[u32],
    ) -> Option<(BTreeMap<NodeId, ArrayRef>, Vec<u32>)> {
        if !source.computes() {
            return None;
        }
        let mut distinct: Vec<u32> = rows.iter().copied().filter(|row| *row != NONE).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let values = source.values(engine, &source.table(linked, &distinct));
        let of = |row: &u32| distinct.binary_search(row).map_or(NONE, |at| at as u32);
        Some((values, rows.iter().map(of).collect()))
    }
}

/// The column where no row leads anywhere.
fn nothing(engine: &Engine, body: Option<NodeId>, rows: usize) -> ArrayRef {
    let Some(body) = body else { return Arc::new(BooleanArray::from(vec![false; rows])) };
    let ty = engine.program.nodes.get(body.index()).map_or(Type::Error, |data| data.ty);
    let mut column = ColumnBuilder::new(ty, rows);
    (0..rows).for_each(|_| column.push(&Value::Missing));
    column.finish()
}
