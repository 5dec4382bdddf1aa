//! Values of nodes for a batch, as columns: what the totals of a record are folded from.

use super::plan::{KpiPlan, Reads};
use crate::decide::Decided;
use crate::engine::Engine;
use crate::eval::Evaluator;
use crate::table::{ColumnBuilder, Table, cell};
use crate::trace::NoTrace;
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int64Array, ListArray, StringArray};
use revplay_ir::program::{Node, NodeId, Program, RecordId};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Columns of nodes over the rows of one batch of a record.
///
/// Canonical arrays as in [`Table`] by the node's type; a text may also be a dictionary (`Int32`
/// keys, `StringArray` values), and a list is a `ListArray` of texts. Missing is null.
#[derive(Clone, Debug)]
pub struct NodeColumns {
    record: RecordId,
    rows: usize,
    columns: BTreeMap<NodeId, ArrayRef>,
    /// The event time field, for `first` and `latest`.
    event_time: Option<ArrayRef>,
}

impl NodeColumns {
    /// The columns that are there already: fields of the batch among the nodes that
    /// [`super::KpiStates::needed`] lists, and parts of decisions that were taken.
    pub fn new(engine: &Engine, batch: &Table, decided: Option<&Decided>) -> NodeColumns {
        let program = &engine.program;
        let event_time = program.records.get(batch.record.index()).and_then(|record| record.event_time);
        let of_field = |field: revplay_ir::program::FieldId| {
            let position = engine.prepared.positions.get(field.index())?;
            let record = program.fields.get(field.index())?.record;
            batch.columns.get(*position)?.clone().filter(|_| record == batch.record)
        };
        let mut columns = NodeColumns {
            record: batch.record,
            rows: batch.rows,
            columns: BTreeMap::new(),
            event_time: event_time.and_then(of_field).filter(|array| array.len() == batch.rows),
        };
        for node in KpiPlan::of(program).reads(batch.record).into_keys() {
            let array = match program.nodes.get(node.index()).map(|data| &data.node) {
                Some(Node::Field(field)) => of_field(*field),
                Some(Node::Result(decision, part)) => decided.and_then(|decided| {
                    // Lists among the outputs of a decision are texts there: the evaluator takes such decisions again.
                    let mut of_decision = program.outputs.iter().zip(&decided.columns);
                    let mut found = None;
                    let whole = of_decision.all(|(output, column)| {
                        if output.decision == *decision && output.part == *part {
                            found = Some(column.clone());
                        }
                        output.decision != *decision || output.ty != Type::List
                    });
                    found.filter(|_| whole)
                }),
                Some(_) | None => None,
            };
            if let Some(array) = array {
                columns.give(program, node, array);
            }
        }
        columns
    }

    /// Gives the column of a node. One of another length or kind is not taken, and numbers that are
    /// not finite become missing. Returns whether it was taken.
    pub fn give(&mut self, program: &Program, node: NodeId, array: ArrayRef) -> bool {
        let Some(ty) = program.nodes.get(node.index()).map(|data| data.ty) else { return false };
        let good = array.len() == self.rows && is_canonical(array.as_ref(), ty);
        if good {
            self.columns.insert(node, finite(array));
        }
        good
    }

    /// Whether the column of a node is there.
    pub fn has(&self, node: NodeId) -> bool {
        self.columns.contains_key(&node)
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Whose rows.
    pub fn record(&self) -> RecordId {
        self.record
    }

    /// Computes what is not there yet with the evaluator, for the rows that count.
    pub(super) fn complete(
        &mut self,
        engine: &Engine,
        plan: &KpiPlan,
        batch: &Table,
        decided: Option<&Decided>,
        counts: Option<&BooleanArray>,
    ) {
        let program = &engine.program;
        let reads = plan.reads(self.record);
        let mut work: Vec<(NodeId, &Reads, NodeBuilder)> = Vec::new();
        for (node, reads) in reads.iter().filter(|(node, _)| !self.has(**node)) {
            let ty = program.nodes.get(node.index()).map_or(Type::Bool, |data| data.ty);
            work.push((*node, reads, NodeBuilder::new(ty, self.rows)));
        }
        if work.is_empty() {
            return;
        }
        let mut cx = Evaluator::new(engine, batch, NoTrace);
        if let Some(decided) = decided {
            cx.give(&decided.columns);
        }
        for row in 0..self.rows {
            let counts = counts.is_none_or(|counts| counts.is_valid(row) && counts.value(row));
            if counts {
                cx.start_row(row);
            }
            for (node, reads, builder) in &mut work {
                let needed = counts
                    && match reads {
                        Reads::Always => true,
                        Reads::Where(filters) => filters.iter().any(|filter| match self.columns.get(filter) {
                            Some(column) => cell(column.as_ref(), row, Type::Bool).is_true(),
                            None => cx.eval_row(*filter).is_true(),
                        }),
                    };
                builder.push(&if needed { cx.eval_row(*node) } else { Value::Missing });
            }
        }
        for (node, _, builder) in work {
            self.columns.insert(node, finite(builder.finish()));
        }
    }

    /// The columns of a run of rows.
    pub(super) fn slice(&self, from: usize, rows: usize) -> NodeColumns {
        NodeColumns {
            record: self.record,
            rows,
            columns: self.columns.iter().map(|(node, array)| (*node, array.slice(from, rows))).collect(),
            event_time: self.event_time.as_ref().map(|array| array.slice(from, rows)),
        }
    }

    pub(super) fn get(&self, node: NodeId) -> Option<&dyn Array> {
        self.columns.get(&node).map(|array| array.as_ref())
    }

    pub(super) fn event_time(&self) -> Option<&dyn Array> {
        self.event_time.as_deref()
    }
}

/// Builds the column of a node: as [`ColumnBuilder`], but that lists stay lists.
enum NodeBuilder {
    List(ListBuilder<StringBuilder>),
    Other(ColumnBuilder),
}

impl NodeBuilder {
    fn new(ty: Type, rows: usize) -> NodeBuilder {
        match ty {
            Type::List => NodeBuilder::List(ListBuilder::new(StringBuilder::new())),
            _ => NodeBuilder::Other(ColumnBuilder::new(ty, rows)),
        }
    }

    fn push(&mut self, value: &Value) {
        match (self, value) {
            (NodeBuilder::Other(builder), value) => builder.push(value),
            (NodeBuilder::List(builder), Value::List(items)) => {
                items.iter().for_each(|item| builder.values().append_value(item));
                builder.append(true);
            }
            (NodeBuilder::List(builder), _) => builder.append(false),
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            NodeBuilder::List(mut builder) => Arc::new(builder.finish()),
            NodeBuilder::Other(mut builder) => builder.finish(),
        }
    }
}

/// The value of a cell of a node's column.
pub(super) fn value_at(array: &dyn Array, row: usize, ty: Type) -> Value {
    if row >= array.len() || array.is_null(row) {
        return Value::Missing;
    }
    if let Some(text) = texts(array) {
        return text.at(row).map_or(Value::Missing, Value::text);
    }
    match array.as_any().downcast_ref::<ListArray>() {
        Some(lists) => {
            let items = lists.value(row);
            let items = items.as_any().downcast_ref::<StringArray>();
            Value::List(items.into_iter().flatten().flatten().map(Arc::from).collect())
        }
        None => cell(array, row, ty),
    }
}

/// A column of texts, plain or by a dictionary.
#[derive(Clone, Copy)]
pub(super) enum Texts<'a> {
    Plain(&'a StringArray),
    Dictionary(&'a DictionaryArray<Int32Type>, &'a StringArray),
}

pub(super) fn texts(array: &dyn Array) -> Option<Texts<'_>> {
    if let Some(plain) = array.as_any().downcast_ref() {
        return Some(Texts::Plain(plain));
    }
    let dictionary: &DictionaryArray<Int32Type> = array.as_any().downcast_ref()?;
    Some(Texts::Dictionary(dictionary, dictionary.values().as_any().downcast_ref()?))
}

impl<'a> Texts<'a> {
    pub(super) fn at(self, row: usize) -> Option<&'a str> {
        match self {
            Texts::Plain(array) => (row < array.len() && array.is_valid(row)).then(|| array.value(row)),
            Texts::Dictionary(dictionary, values) => Texts::Plain(values).at(dictionary.key(row)?),
        }
    }
}

fn is_canonical(array: &dyn Array, ty: Type) -> bool {
    let any = array.as_any();
    match ty {
        Type::Bool => any.is::<BooleanArray>(),
        Type::List => any.is::<ListArray>(),
        Type::Text | Type::Target => match texts(array) {
            Some(Texts::Plain(_)) => true,
            Some(Texts::Dictionary(_, values)) => values.null_count() == 0,
            None => false,
        },
        Type::Error => false,
        ty if ty.is_float_like() => any.is::<Float64Array>(),
        _ => any.is::<Int64Array>(),
    }
}

fn finite(array: ArrayRef) -> ArrayRef {
    let Some(numbers) = array.as_any().downcast_ref::<Float64Array>() else { return array };
    // Without a way out, so that it is done many at a time.
    if numbers.values().iter().fold(true, |all, x| all & x.is_finite()) {
        return array;
    }
    Arc::new(numbers.iter().map(|x| x.filter(|x| x.is_finite())).collect::<Float64Array>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_stay_lists_and_texts_are_read_by_a_dictionary_too() {
        let list = Value::List(Arc::from([Arc::from("a; b"), Arc::from("c")]));
        let values = [list, Value::Missing, Value::List(Arc::from([]))];
        let mut builder = NodeBuilder::new(Type::List, 3);
        values.iter().for_each(|value| builder.push(value));
        let array = builder.finish();
        let back: Vec<Value> = (0..4).map(|row| value_at(array.as_ref(), row, Type::List)).collect();
        assert_eq!(back, [values.to_vec(), vec![Value::Missing]].concat());
        let dictionary: DictionaryArray<Int32Type> = [Some("x"), None, Some("y"), Some("x")].into_iter().collect();
        let texts: Vec<Value> = (0..4).map(|row| value_at(&dictionary, row, Type::Text)).collect();
        assert_eq!(texts, [Value::text("x"), Value::Missing, Value::text("y"), Value::text("x")]);
        assert!(is_canonical(&dictionary, Type::Text) && !is_canonical(&dictionary, Type::List));
    }

    #[test]
    fn v2_numbers_that_are_not_finite_are_missing() {
        let array = finite(Arc::new(Float64Array::from(vec![Some(1.0), Some(f64::NAN), None, Some(f64::INFINITY)])));
        assert_eq!((array.null_count(), value_at(array.as_ref(), 0, Type::Number)), (3, Value::Num(1.0)));
    }
}
