//! A number of linked rows as a batch.

use crate::engine::Engine;
use crate::eval::{Evaluator, ROOT};
use crate::links::keys::NONE;
use crate::links::{Linked, Picked, Times};
use crate::native::Native;
use crate::native::plan::{Output, What};
use crate::prepare::shape::for_each_operand;
use crate::table::{ColumnBuilder, Table};
use crate::trace::NoTrace;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int32Array, Int64Array, StringArray};
use arrow_buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use revplay_ir::program::{FieldId, Node, NodeId, Program, RecordId};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is computed over rows of a linked record.
pub(in crate::native) struct Source {
    /// Positions of the fields that are read.
    positions: Vec<usize>,
    /// Nodes that are computed, and where a field stands.
    nodes: Vec<(NodeId, Option<usize>)>,
    /// Their code; the evaluator does it where there is none.
    native: Option<Native>,
}

/// Rows, with what was computed over them.
pub(super) struct Block {
    /// Microseconds; any number for an event without a time.
    pub(super) times: Vec<i64>,
    /// Which events have a time; `None`: all.
    pub(super) timed: Option<BooleanBuffer>,
    /// How many rows.
    pub(super) rows: usize,
    values: BTreeMap<NodeId, ArrayRef>,
}

impl Source {
    /// Of nodes in the scope of a record.
    pub(super) fn new(engine: &Engine, record: RecordId, wanted: &[NodeId]) -> Source {
        let program = &engine.program;
        let wanted: BTreeSet<NodeId> = wanted.iter().copied().collect();
        let fields = fields(program, record, wanted.iter().copied().collect());
        let place = |field: FieldId| engine.prepared.positions.get(field.index()).copied();
        let of_field = |id: &NodeId| match program.nodes.get(id.index()).map(|data| &data.node) {
            Some(Node::Field(field)) => place(*field),
            Some(_) | None => None,
        };
        let nodes: Vec<(NodeId, Option<usize>)> = wanted.iter().map(|id| (*id, of_field(id))).collect();
        let computed: Vec<NodeId> = nodes.iter().filter(|(_, field)| field.is_none()).map(|(id, _)| *id).collect();
        let native = if computed.is_empty() { None } else { Native::of_nodes(engine, record, &computed).ok() };
        Source { positions: fields.into_iter().filter_map(place).collect(), nodes, native }
    }

    /// The rows of these numbers, as a batch of the columns that are read. What lies behind the end is missing.
    pub(super) fn table(&self, linked: &Linked, rows: &[u32]) -> Table {
        linked.rows.table(&self.positions, rows)
    }

    /// Whether the field at a position is read.
    pub(super) fn reads(&self, position: usize) -> bool {
        self.positions.contains(&position) || self.nodes.iter().any(|(_, field)| *field == Some(position))
    }

    /// Whether there are nodes that are no fields.
    pub(super) fn computes(&self) -> bool {
        self.nodes.iter().any(|(_, field)| field.is_none())
    }

    /// The column of a node that is a field, for some rows.
    pub(super) fn field(&self, linked: &Linked, node: NodeId, rows: &[u32]) -> Option<ArrayRef> {
        let (_, field) = self.nodes.iter().find(|(id, _)| *id == node)?;
        linked.rows.array((*field)?, rows)
    }

    /// The values of the nodes over a batch of the record.
    pub(in crate::native) fn values(&self, engine: &Engine, batch: &Table) -> BTreeMap<NodeId, ArrayRef> {
        let mut values = BTreeMap::new();
        for (id, field) in &self.nodes {
            if let Some(Some(array)) = field.and_then(|position| batch.columns.get(position)) {
                values.insert(*id, array.clone());
            }
        }
        let left = || self.nodes.iter().filter(|(_, field)| field.is_none()).map(|(id, _)| *id);
        if let Some(native) = &self.native {
            values.extend(native.arrays(engine, batch, left()));
        }
        // What has no code is left to the evaluator.
        let left: Vec<NodeId> = left().filter(|id| !values.contains_key(id)).collect();
        values.extend(evaluated(engine, batch, &left));
        values
    }

    /// A batch of the record with all that is asked of its rows.
    pub(super) fn block_of(&self, engine: &Engine, batch: &Table, times: Option<&Times>) -> Block {
        let values = self.values(engine, batch);
        let (times, timed) = times.map_or_else(|| timeless(batch.rows), |t| t.picked(&Picked::stretch(0, batch.rows)));
        Block { times, timed, rows: batch.rows, values }
    }

    /// The rows of these numbers with all that is asked of them.
    pub(super) fn block(&self, engine: &Engine, linked: &Linked, rows: &Picked<'_>) -> Block {
        let values = self.values(engine, &linked.rows.batch(&self.positions, rows));
        let (times, timed) = linked.times.as_ref().map_or_else(|| timeless(rows.len()), |times| times.picked(rows));
        Block { times, timed, rows: rows.len(), values }
    }
}

fn timeless(rows: usize) -> (Vec<i64>, Option<BooleanBuffer>) {
    (vec![0; rows], Some(BooleanBuffer::new_unset(rows)))
}

impl Block {
    /// The values of a node.
    pub(super) fn values(&self, node: NodeId) -> Option<&ArrayRef> {
        self.values.get(&node)
    }

    /// The time of a row.
    #[inline]
    pub(super) fn time(&self, row: usize) -> Option<i64> {
        let timed = self.timed.as_ref().is_none_or(|timed| row < timed.len() && timed.value(row));
        self.times.get(row).copied().filter(|_| timed)
    }

    /// Hands on each row that counts by its time and by a condition; the list is used again.
    #[inline]
    pub(super) fn each(
        &self,
        times: crate::events::Times,
        filter: Option<NodeId>,
        selected: &mut Vec<u32>,
        mut each: impl FnMut(usize),
    ) {
        if filter.is_none() && self.timed.is_none() {
            let inside = |t: &i64| times.from <= *t && *t <= times.to;
            return self.times.iter().enumerate().filter(|(_, t)| inside(t)).for_each(|(row, _)| each(row));
        }
        self.select(times, filter, selected);
        selected.iter().for_each(|row| each(*row as usize));
    }

    /// The rows that count by their time and by a condition, into a list that is used again.
    pub(super) fn select(&self, times: crate::events::Times, filter: Option<NodeId>, out: &mut Vec<u32>) {
        out.clear();
        let Some(filter) = filter else {
            match &self.timed {
                None => {
                    let inside = |t: &i64| times.from <= *t && *t <= times.to;
                    out.extend((0..).zip(&self.times).filter(|(_, t)| inside(t)).map(|(row, _)| row));
                }
                Some(_) => out.extend((0..self.rows as u32).filter(|row| times.count(self.time(*row as usize)))),
            }
            return;
        };
        let truth = self.values(filter).and_then(|array| array.as_any().downcast_ref::<BooleanArray>());
        let Some(truth) = truth else { return };
        let is_true: BooleanBuffer = match truth.nulls() {
            Some(nulls) => truth.values() & nulls.inner(),
            None => truth.values().clone(),
        };
        match &self.timed {
            None => {
                // Whether an event is inside hangs on chance, so nothing is made to wait for it.
                let mut found = 0;
                out.resize(is_true.count_set_bits(), 0);
                for row in is_true.set_indices() {
                    let (Some(time), Some(slot)) = (self.times.get(row), out.get_mut(found)) else { break };
                    *slot = row as u32;
                    found += usize::from((times.from <= *time) & (*time <= times.to));
                }
                out.truncate(found);
            }
            Some(_) => {
                out.extend(is_true.set_indices().filter(|row| times.count(self.time(*row))).map(|row| row as u32));
            }
        }
    }
}

impl Native {
    /// The columns of nodes over a batch of their record.
    fn arrays(
        &self,
        engine: &Engine,
        batch: &Table,
        nodes: impl Iterator<Item = NodeId>,
    ) -> BTreeMap<NodeId, ArrayRef> {
        let (host, mut outs) = self.run(engine, batch);
        let plan = self.plan();
        let mut arrays = BTreeMap::new();
        for id in nodes {
            let ty = engine.program.nodes.get(id.index()).map_or(Type::Error, |data| data.ty);
            let array = match plan.host_index.get(&What::Node(id)) {
                Some(index) => host.columns.get(*index as usize).cloned().flatten(),
                None => outs.array(plan, Output::Node(id), ty),
            };
            arrays.extend(array.map(|array| (id, array)));
        }
        arrays
    }
}

/// The columns of nodes over a batch of their record, by the evaluator.
fn evaluated(engine: &Engine, batch: &Table, nodes: &[NodeId]) -> BTreeMap<NodeId, ArrayRef> {
    let ty = |id: &NodeId| engine.program.nodes.get(id.index()).map_or(Type::Error, |data| data.ty);
    let mut builders: Vec<ColumnBuilder> = nodes.iter().map(|id| ColumnBuilder::new(ty(id), batch.rows)).collect();
    let mut evaluator = Evaluator::new(engine, batch, NoTrace);
    for row in 0..if nodes.is_empty() { 0 } else { batch.rows } {
        evaluator.start_row(row);
        for (id, builder) in nodes.iter().zip(&mut builders) {
            builder.push(&evaluator.eval(ROOT, *id));
        }
    }
    nodes.iter().copied().zip(builders.iter_mut().map(ColumnBuilder::finish)).collect()
}

/// The value of a node that no field is read for.
pub(super) fn constant(engine: &Engine, node: NodeId) -> Option<Value> {
    match engine.program.nodes.get(node.index()).map(|data| &data.node) {
        Some(Node::Const(_)) => engine.prepared.consts.get(node.index()).cloned(),
        Some(Node::Param(param)) => Some(engine.param(*param)),
        Some(Node::Now) => Some(Value::Int(engine.now_us)),
        Some(_) | None => None,
    }
}

/// All fields of a record that nodes read, and those that lead on from it.
fn fields(program: &Program, record: RecordId, nodes: Vec<NodeId>) -> BTreeSet<FieldId> {
    let mut fields = BTreeSet::new();
    let mut stack = nodes;
    let mut seen = BTreeSet::new();
    while let Some(id) = stack.pop() {
        let Some(data) = program.nodes.get(id.index()).filter(|_| seen.insert(id)) else { continue };
        let link = match &data.node {
            Node::Follow(link, _) | Node::HasLink(link) => Some(*link),
            Node::Aggregate(aggregate) => Some(aggregate.link),
            _ => None,
        };
        fields.extend(link.and_then(|link| program.links.get(link.index())).map(|link| link.from_field));
        if let Node::Field(field) = &data.node {
            fields.insert(*field);
        }
        for_each_operand(&data.node, |operand, _| stack.push(operand));
    }
    fields.retain(|field| program.fields.get(field.index()).is_some_and(|about| about.record == record));
    fields
}

/// The rows of these numbers; [`NONE`] and what lies behind the end are missing.
pub(crate) fn taken(array: &ArrayRef, rows: &[u32]) -> ArrayRef {
    if let Some((first, len)) = run(rows)
        && first + len <= array.len()
    {
        return array.slice(first, len);
    }
    let total = array.len();
    let all = rows.iter().all(|row| (*row as usize) < total);
    let nulls = match array.nulls() {
        None if all => None,
        nulls => {
            let known = |row: usize| row < total && nulls.is_none_or(|nulls| nulls.is_valid(row));
            Some(NullBuffer::new(BooleanBuffer::collect_bool(rows.len(), |i| {
                rows.get(i).is_some_and(|row| known(*row as usize))
            })))
        }
    };
    let any = array.as_any();
    if let Some(ints) = any.downcast_ref::<Int64Array>() {
        return Arc::new(Int64Array::new(picked(ints.values(), rows), nulls));
    }
    if let Some(nums) = any.downcast_ref::<Float64Array>() {
        return Arc::new(Float64Array::new(picked(nums.values(), rows), nulls));
    }
    if let Some(bools) = any.downcast_ref::<BooleanArray>() {
        let is_true = |i: usize| rows.get(i).is_some_and(|row| (*row as usize) < total && bools.value(*row as usize));
        return Arc::new(BooleanArray::new(BooleanBuffer::collect_bool(rows.len(), is_true), nulls));
    }
    if let Some(coded) = any.downcast_ref::<DictionaryArray<Int32Type>>() {
        let keys = Int32Array::new(picked(coded.keys().values(), rows), nulls);
        if let Ok(array) = DictionaryArray::<Int32Type>::try_new(keys, coded.values().clone()) {
            return Arc::new(array);
        }
    }
    let text = |row: &u32| crate::table::text_at(array.as_ref(), *row as usize);
    Arc::new(rows.iter().map(text).collect::<StringArray>())
}

/// The first row and how many, if they come one after the other.
fn run(rows: &[u32]) -> Option<(usize, usize)> {
    let first = *rows.first().filter(|row| **row != NONE)?;
    let last = *rows.last()?;
    let dense = last.checked_sub(first).is_some_and(|span| span as usize + 1 == rows.len());
    (dense && rows.windows(2).all(|pair| matches!(pair, [a, b] if a < b))).then_some((first as usize, rows.len()))
}

fn picked<T: arrow_buffer::ArrowNativeType>(values: &[T], rows: &[u32]) -> ScalarBuffer<T> {
    let picked: Vec<T> = rows.iter().map(|row| values.get(*row as usize).copied().unwrap_or_default()).collect();
    ScalarBuffer::from(picked)
}
