//! The folds of a to-many link whose rows were kept, where the rows of a key are scattered over the file.

use super::days::Days;
use super::rule::Lists;
use super::stream::{FoldedRows, Folding, PARTS, Seen};
use crate::engine::Engine;
use crate::links::{GroupedRows, on_threads};
use arrow_array::ArrayRef;

/// Rows that are looked at together.
const BLOCK_ROWS: usize = 1 << 13;

/// What the rows of a group of keys add up to.
struct Group {
    /// How many rows each key has.
    counts: Vec<u32>,
    columns: Vec<Option<ArrayRef>>,
    rows: Seen,
}

impl Folding {
    /// Folds rows group by group of their keys, on some threads.
    pub(super) fn of_groups(&self, engine: &Engine, rows: GroupedRows, threads: usize) -> FoldedRows {
        let (mut folded, mut starts, mut seen) = (self.nothing(), vec![0u32], Seen::default());
        let mut total = 0u32;
        for first in (0..rows.groups()).step_by(PARTS) {
            let parts = PARTS.min(rows.groups() - first);
            for group in on_threads(threads, parts, |at| self.group(engine, &rows, first + at)) {
                folded.add(group.counts.len(), &group.columns);
                // What does not fit is dropped, as only differences count.
                starts.extend(group.counts.iter().map(|count| {
                    total = total.wrapping_add(*count);
                    total
                }));
                seen.add(group.rows);
            }
        }
        let index = rows.into_index(starts, seen.without_key);
        self.done(index, folded.finish().packed(threads), seen)
    }

    fn group(&self, engine: &Engine, rows: &GroupedRows, group: usize) -> Group {
        let known = rows.keys(group);
        let (mut counts, mut seen) = (vec![0u32; known], Seen::default());
        let mut states = self.many.begin(known);
        let mut days = Days::new(&engine.prepared.zone, engine.calendaring());
        let mut lists = Lists::default();
        rows.each_block(group, BLOCK_ROWS, |picked, keys| {
            for key in keys {
                match counts.get_mut(*key as usize) {
                    Some(count) => *count += 1,
                    None => seen.without_key += 1,
                }
            }
            let block = self.source.block(engine, &rows.linked, picked);
            if rows.linked.times.is_some() {
                seen.count_times(engine.now_us, &block, keys);
            }
            self.many.add(engine, &mut states, &block, keys, &mut days, &mut lists);
        });
        Group { counts, columns: self.many.finish(states), rows: seen }
    }
}
