//! All folds of a to-many link for the keys of a batch.
//!
//! The keys are folded once each, some at a time, and their rows in blocks, so that what is touched stays near the
//! processor. Nothing is kept from batch to batch: with another `now` everything would be different.

use super::aggregate::{AggregateFold, AggregateState};
use super::block::{Block, Source, taken};
use super::days::Days;
use super::rule::{Lists, RuleFold, RuleState};
use crate::engine::Engine;
use crate::links::Picked;
use crate::links::keys::NONE;
use crate::native::plan::What;
use crate::table::ColumnBuilder;
use arrow_array::{ArrayRef, Int64Array};
use revplay_ir::program::{LinkId, NodeId};
use std::sync::Arc;

/// Keys that are folded at a time.
const KEYS: usize = 1 << 11;
/// Rows that are looked at together.
const BLOCK_ROWS: usize = 1 << 13;

/// Folds of one link.
pub(super) struct Many {
    folds: Vec<Fold>,
}

enum Fold {
    Rule(Box<RuleFold>),
    Aggregate(Box<AggregateFold>),
    /// Nothing that can be folded.
    Nothing,
}

pub(super) enum State {
    Rule(RuleState),
    Aggregate(AggregateState),
    Nothing,
}

/// What a fold gave, by distinct key.
enum Folded {
    Effects(Vec<i64>),
    Values(ColumnBuilder),
    Nothing,
}

/// The keys of a batch, each once. Rows without linked rows have the key [`NONE`], as a key of its own.
struct Distinct {
    slots: Vec<u32>,
    /// Per row of the batch, which of them is its own.
    of_row: Vec<u32>,
}

impl Many {
    /// The folds of these columns at the engine's `now`.
    pub(super) fn new(engine: &Engine, whats: &[What]) -> Many {
        let fold = |what: &What| match what {
            What::Rule(id, group, rule) => {
                RuleFold::new(engine, *id, *group, *rule).map_or(Fold::Nothing, |fold| Fold::Rule(Box::new(fold)))
            }
            What::Node(id) => {
                AggregateFold::new(engine, *id).map_or(Fold::Nothing, |fold| Fold::Aggregate(Box::new(fold)))
            }
        };
        Many { folds: whats.iter().map(fold).collect() }
    }

    /// The nodes whose values over the linked rows are folded.
    pub(super) fn nodes(&self) -> Vec<NodeId> {
        let nodes = |fold: &Fold| match fold {
            Fold::Rule(fold) => fold.nodes(),
            Fold::Aggregate(fold) => fold.nodes(),
            Fold::Nothing => Vec::new(),
        };
        self.folds.iter().flat_map(nodes).collect()
    }

    /// The columns of a batch whose rows lead to these keys.
    pub(super) fn columns(
        &self,
        engine: &Engine,
        link: LinkId,
        source: &Source,
        slots: &[u32],
    ) -> Vec<Option<ArrayRef>> {
        if self.folds.is_empty() {
            return Vec::new();
        }
        let keys = Distinct::of(slots);
        let mut folded: Vec<Folded> = self.folds.iter().map(Fold::begin_columns).collect();
        for slots in keys.slots.chunks(KEYS) {
            self.fold(engine, link, source, slots, &mut folded);
        }
        folded.into_iter().map(|folded| folded.spread(&keys.of_row)).collect()
    }

    /// No rows of so many keys.
    pub(super) fn begin(&self, keys: usize) -> Vec<State> {
        self.folds.iter().map(|fold| fold.begin(keys)).collect()
    }

    /// Adds the rows of a block; `keys` says whose they are, any greater number that they are nobody's.
    pub(super) fn add(
        &self,
        engine: &Engine,
        states: &mut [State],
        block: &Block,
        keys: &[u32],
        days: &mut Days<'_>,
        lists: &mut Lists,
    ) {
        for (fold, state) in self.folds.iter().zip(states) {
            match (fold, state) {
                (Fold::Rule(fold), State::Rule(state)) => fold.add(engine, state, block, keys, days, lists),
                (Fold::Aggregate(fold), State::Aggregate(state)) => fold.add(state, block, keys, &mut lists.selected),
                _ => {}
            }
        }
    }

    /// What the keys add up to, behind what others did.
    fn end(&self, states: Vec<State>, folded: &mut [Folded]) {
        for ((fold, state), folded) in self.folds.iter().zip(states).zip(folded) {
            match (fold, state, folded) {
                (Fold::Rule(fold), State::Rule(state), Folded::Effects(effects)) => effects.extend(fold.finish(state)),
                (Fold::Aggregate(fold), State::Aggregate(state), Folded::Values(column)) => fold.finish(state, column),
                _ => {}
            }
        }
    }

    /// What the keys add up to: an array for each fold.
    pub(super) fn finish(&self, states: Vec<State>) -> Vec<Option<ArrayRef>> {
        let mut folded: Vec<Folded> = self.folds.iter().map(Fold::begin_columns).collect();
        self.end(states, &mut folded);
        folded.into_iter().map(Folded::array).collect()
    }

    /// Folds the rows of some keys.
    fn fold(&self, engine: &Engine, link: LinkId, source: &Source, slots: &[u32], folded: &mut [Folded]) {
        let mut states = self.begin(slots.len());
        let to = engine.program.links.get(link.index()).map(|link| link.to);
        if let Some((index, linked)) = engine.links.index(link).zip(to.and_then(|to| engine.links.linked(to))) {
            let (mut rows, mut keys, mut lists): (Vec<u32>, Vec<u32>, Lists) = Default::default();
            let mut days = Days::new(&engine.prepared.zone, engine.calendaring());
            let mut flush = |rows: &mut Vec<u32>, keys: &mut Vec<u32>| {
                let block = source.block(engine, linked, &Picked::new(rows));
                self.add(engine, &mut states, &block, keys, &mut days, &mut lists);
                rows.clear();
                keys.clear();
            };
            for (key, slot) in (0u32..).zip(slots).filter(|(_, slot)| **slot != NONE) {
                let of_key = index.rows(*slot);
                let mut done = 0;
                while done < of_key.len() {
                    let now = (of_key.len() - done).min(BLOCK_ROWS - rows.len());
                    of_key.extend(&mut rows, done, now);
                    keys.resize(rows.len(), key);
                    done += now;
                    if rows.len() >= BLOCK_ROWS {
                        flush(&mut rows, &mut keys);
                    }
                }
            }
            flush(&mut rows, &mut keys);
        }
        self.end(states, folded);
    }
}

impl Fold {
    fn begin_columns(&self) -> Folded {
        match self {
            Fold::Rule(_) => Folded::Effects(Vec::new()),
            Fold::Aggregate(fold) => Folded::Values(fold.column()),
            Fold::Nothing => Folded::Nothing,
        }
    }

    fn begin(&self, keys: usize) -> State {
        match self {
            Fold::Rule(fold) => State::Rule(fold.begin(keys)),
            Fold::Aggregate(fold) => State::Aggregate(fold.begin(keys)),
            Fold::Nothing => State::Nothing,
        }
    }
}

impl Folded {
    /// By distinct key.
    fn array(self) -> Option<ArrayRef> {
        match self {
            Folded::Effects(effects) => Some(Arc::new(Int64Array::from(effects))),
            Folded::Values(mut column) => Some(column.finish()),
            Folded::Nothing => None,
        }
    }

    /// From distinct keys to the rows of the batch.
    fn spread(self, of_row: &[u32]) -> Option<ArrayRef> {
        match self {
            Folded::Effects(effects) => {
                let of = |key: &u32| effects.get(*key as usize).copied().unwrap_or(0);
                Some(Arc::new(Int64Array::from(of_row.iter().map(of).collect::<Vec<i64>>())))
            }
            Folded::Values(mut column) => Some(taken(&column.finish(), of_row)),
            Folded::Nothing => None,
        }
    }
}

impl Distinct {
    fn of(slots: &[u32]) -> Distinct {
        let mut pairs: Vec<u64> = (0u64..).zip(slots).map(|(row, slot)| u64::from(*slot) << 32 | row).collect();
        // Keys near each other have their rows near each other.
        pairs.sort_unstable();
        let mut distinct = Distinct { slots: Vec::with_capacity(slots.len()), of_row: vec![0; slots.len()] };
        for pair in pairs {
            let (slot, row) = ((pair >> 32) as u32, pair as u32 as usize);
            if distinct.slots.last() != Some(&slot) {
                distinct.slots.push(slot);
            }
            if let Some(of_row) = distinct.of_row.get_mut(row) {
                *of_row = distinct.slots.len() as u32 - 1;
            }
        }
        distinct
    }
}
