//! Rows of a linked record whose keys are scattered over the file, group by group of keys, for folds: they take the rows
//! of a key in file order and do not care what stands between. So no row must be put next to the others of its key.

use super::Linked;
use super::by_group::{ByGroup, row};
use super::gather::LinkedRows;
use super::index::{Index, Keys};
use super::open::GROUPS;
use super::pieces::Picked;
use super::times::Times;
use crate::engine::Engine;
use std::sync::Arc;

/// Rows of which those of a group stand together within each piece of the file.
pub(crate) struct GroupedRows {
    pub(crate) linked: Linked,
    by_group: ByGroup,
}

impl GroupedRows {
    /// Of rows whose keys, at this position, are still to be numbered.
    ///
    /// # Errors
    /// Gives back other rows.
    pub(crate) fn of(
        engine: &Engine,
        mut rows: LinkedRows,
        position: Option<usize>,
        threads: usize,
    ) -> Result<GroupedRows, LinkedRows> {
        let Some(pending) = position.and_then(|position| rows.take_pending(position)) else { return Err(rows) };
        let mut by_group = pending.by_group(threads);
        let order = by_group.take_order();
        let rows = rows.in_order(&order, threads);
        let linked = Linked { times: Times::of_rows(engine, &rows), rows, alive: None };
        Ok(GroupedRows { linked, by_group })
    }

    /// How many groups there are; the last one's rows have no key.
    pub(crate) fn groups(&self) -> usize {
        GROUPS + 1
    }

    /// How many keys a group has: numbers below this, from 0 on.
    pub(crate) fn keys(&self, group: usize) -> usize {
        self.by_group.groups.get(group).map_or(0, |group| group.texts.len())
    }

    /// Hands on the rows of a group with the number of each one's key, about so many at a time. Those of a key come in
    /// file order.
    pub(crate) fn each_block(&self, group: usize, rows: usize, mut each: impl FnMut(&Picked<'_>, &[u32])) {
        let (mut runs, mut keys) = (Vec::new(), Vec::with_capacity(rows));
        self.by_group.each_piece(group, |at, first, numbers| {
            if keys.len() + numbers.len() > rows && !keys.is_empty() {
                each(&Picked::stretches(std::mem::take(&mut runs)), &keys);
                keys.clear();
            }
            if !numbers.is_empty() {
                runs.push((row(at, first) as usize, numbers.len()));
                keys.extend(numbers);
            }
        });
        if !keys.is_empty() {
            each(&Picked::stretches(runs), &keys);
        }
    }

    /// The keys, group by group, where so many rows stand before those of each.
    pub(crate) fn into_index(self, starts: Vec<u32>, without_key: u64) -> Index {
        Index::of_counts(Keys::Texts(Arc::new(ByGroup::keys(self.by_group.groups))), starts, without_key)
    }
}
