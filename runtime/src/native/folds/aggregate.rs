//! Folds of values over the rows of a key (promises L2, N4).

use super::block::Block;
use crate::accumulate::Accumulator;
use crate::engine::Engine;
use crate::events::Times;
use crate::table::{ColumnBuilder, cell};
use arrow_array::{Array, Int64Array};
use revplay_ir::program::{Aggregate, Fold, Node, NodeId};
use revplay_ir::types::Type;
use revplay_ir::value::Value;

/// What is needed of an aggregate to fold rows.
pub(super) struct AggregateFold {
    aggregate: Aggregate,
    body_ty: Type,
    ty: Type,
    times: Times,
}

/// The values of some keys so far, by key.
pub(super) enum AggregateState {
    Counts(Vec<i64>),
    /// Integers of the earliest or the latest event, with its time.
    Events(Vec<Option<(i64, i64)>>),
    /// The least or the greatest integer.
    Best(Vec<Option<i64>>),
    /// Sums of integers.
    Sums(Vec<i128>),
    Any(Vec<Accumulator>),
}

impl AggregateFold {
    /// Of a node.
    pub(super) fn new(engine: &Engine, id: NodeId) -> Option<AggregateFold> {
        let data = engine.program.nodes.get(id.index())?;
        let Node::Aggregate(aggregate) = &data.node else { return None };
        let body = aggregate.body.and_then(|body| engine.program.nodes.get(body.index()));
        Some(AggregateFold {
            aggregate: aggregate.clone(),
            body_ty: body.map_or(Type::Int, |body| body.ty),
            ty: data.ty,
            times: Times::of(engine.now_us, aggregate.window),
        })
    }

    /// The nodes whose values it reads.
    pub(super) fn nodes(&self) -> Vec<NodeId> {
        self.aggregate.filter.into_iter().chain(self.body()).collect()
    }

    /// What is folded; a count needs none.
    fn body(&self) -> Option<NodeId> {
        self.aggregate.body.filter(|_| self.aggregate.fold != Fold::Count)
    }

    fn of_events(&self) -> bool {
        matches!(self.aggregate.fold, Fold::First | Fold::Latest) && self.body_ty.is_int_like()
    }

    /// Nothing of so many keys.
    pub(super) fn begin(&self, keys: usize) -> AggregateState {
        match self.aggregate.fold {
            Fold::Count => AggregateState::Counts(vec![0; keys]),
            _ if self.of_events() => AggregateState::Events(vec![None; keys]),
            Fold::Min | Fold::Max if self.body_ty.is_int_like() => AggregateState::Best(vec![None; keys]),
            Fold::Sum if self.body_ty.is_int_like() => AggregateState::Sums(vec![0; keys]),
            fold => AggregateState::Any(vec![Accumulator::new(fold, self.body_ty); keys]),
        }
    }

    /// Adds the rows of a block; `keys` says whose they are, `selected` is a list that is used again.
    pub(super) fn add(&self, state: &mut AggregateState, block: &Block, keys: &[u32], selected: &mut Vec<u32>) {
        let body = self.body().and_then(|body| block.values(body));
        let ints = body.and_then(|array| array.as_any().downcast_ref::<Int64Array>());
        let values = ints.map(|ints| ints.values().as_ref()).unwrap_or_default();
        let nulls = ints.and_then(Array::nulls).filter(|nulls| nulls.null_count() > 0);
        let int = |row: usize| values.get(row).copied().filter(|_| nulls.is_none_or(|nulls| nulls.is_valid(row)));
        let key = |row: usize| keys.get(row).map_or(usize::MAX, |key| *key as usize);
        let (times, filter) = (self.times, self.aggregate.filter);
        match state {
            AggregateState::Counts(counts) => block.each(times, filter, selected, |row| {
                if let Some(count) = counts.get_mut(key(row)) {
                    *count += 1;
                }
            }),
            AggregateState::Events(events) => {
                let latest = self.aggregate.fold == Fold::Latest;
                block.each(times, filter, selected, |row| {
                    let (Some(value), Some(best)) = (int(row), events.get_mut(key(row))) else { return };
                    let Some(time) = block.time(row) else { return };
                    // Among one instant the first in the file, or the last.
                    if best.is_none_or(|(known, _)| if latest { time >= known } else { time < known }) {
                        *best = Some((time, value));
                    }
                });
            }
            AggregateState::Best(bests) => {
                let least = self.aggregate.fold == Fold::Min;
                block.each(times, filter, selected, |row| {
                    let (Some(value), Some(best)) = (int(row), bests.get_mut(key(row))) else { return };
                    if best.is_none_or(|known| if least { value < known } else { value > known }) {
                        *best = Some(value);
                    }
                });
            }
            AggregateState::Sums(sums) => block.each(times, filter, selected, |row| {
                if let (Some(value), Some(sum)) = (int(row), sums.get_mut(key(row))) {
                    *sum += i128::from(value);
                }
            }),
            AggregateState::Any(folds) => block.each(times, filter, selected, |row| {
                if let Some(fold) = folds.get_mut(key(row)) {
                    let value = body.map(|array| cell(array.as_ref(), row, self.body_ty));
                    fold.add(&value.unwrap_or(Value::Missing), block.time(row));
                }
            }),
        }
    }

    /// A column for the values.
    pub(super) fn column(&self) -> ColumnBuilder {
        ColumnBuilder::new(self.ty, 0)
    }

    /// Adds the value for each key to the column.
    pub(super) fn finish(&self, state: AggregateState, column: &mut ColumnBuilder) {
        match state {
            AggregateState::Counts(counts) => counts.into_iter().for_each(|count| column.push(&Value::Int(count))),
            AggregateState::Events(events) => {
                let value = |event: Option<(i64, i64)>| event.map_or(Value::Missing, |(_, value)| Value::Int(value));
                events.into_iter().for_each(|event| column.push(&value(event)));
            }
            AggregateState::Best(bests) => {
                bests.into_iter().for_each(|best| column.push(&best.map_or(Value::Missing, Value::Int)));
            }
            AggregateState::Sums(sums) => {
                let value = |sum: i128| i64::try_from(sum).map_or(Value::Missing, Value::Int);
                sums.into_iter().for_each(|sum| column.push(&value(sum)));
            }
            AggregateState::Any(folds) => folds.iter().for_each(|fold| column.push(&fold.finish(0.5, self.ty))),
        }
    }
}
