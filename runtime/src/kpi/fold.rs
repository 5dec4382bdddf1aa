//! One fold over a block of rows: first per group of the block in arrays, then into the states.

use super::codes::GroupCodes;
use super::columns::{NodeColumns, Texts, texts, value_at};
use super::mask::Mask;
use super::plan::Slot;
use crate::accumulate::Accumulator;
use crate::accumulate::values::ordered;
use crate::exact_sum::parts;
use arrow_array::{Array, BooleanArray, Float64Array, Int64Array};
use revplay_ir::program::{Fold, Program};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::borrow::Cow;
use std::collections::HashSet;

/// The rows of a block in their groups.
pub(super) struct Grouped<'a> {
    pub(super) columns: &'a NodeColumns,
    pub(super) codes: &'a GroupCodes,
    /// Rows that count and lie in a period.
    pub(super) rows: &'a Mask,
    /// Per group of the block, how many of them.
    pub(super) sizes: &'a [u32],
    /// Per group of the block, its place among the states; those of size 0 have none.
    pub(super) targets: &'a [usize],
}

/// The rows of a fold, and how many in each group.
struct Picked<'a> {
    rows: Cow<'a, Mask>,
    sizes: Cow<'a, [u32]>,
}

impl Grouped<'_> {
    /// Adds the rows to the states of a fold, one state a group.
    pub(super) fn fold(&self, program: &Program, slot: &Slot, states: &mut [Accumulator]) {
        let mut rows = Cow::Borrowed(self.rows);
        if let Some(filter) = slot.filter {
            match self.columns.get(filter).and_then(|array| array.as_any().downcast_ref::<BooleanArray>()) {
                Some(filter) => rows.to_mut().and_true(filter),
                None => return,
            }
        }
        let body = slot.body.and_then(|body| Some((program.nodes.get(body.index())?.ty, self.columns.get(body)?)));
        match (slot.fold, body) {
            (Fold::Count, _) => {
                let picked = self.picked(rows);
                self.each(states, &picked.sizes, |state, _, n| state.add_count(u64::from(n)));
            }
            (Fold::Any | Fold::All, body) => self.truths(slot.fold, body.map(|body| body.1), rows.into_owned(), states),
            (_, None) => {}
            (fold, Some((ty, body))) => {
                if let Some(nulls) = body.nulls().filter(|nulls| nulls.null_count() > 0) {
                    rows.to_mut().and_known(Some(nulls));
                }
                if rows.is_empty() {
                    return;
                }
                match fold {
                    Fold::Sum | Fold::Avg => self.sums(body, &rows, states),
                    Fold::Percentile => self.values(body, self.picked(rows), states),
                    Fold::CountDistinct => self.distinct(ty, body, &rows, states),
                    Fold::Min | Fold::Max | Fold::First | Fold::Latest => self.best(fold, ty, body, &rows, states),
                    Fold::Count | Fold::Any | Fold::All => {}
                }
            }
        }
    }

    fn picked<'a>(&'a self, rows: Cow<'a, Mask>) -> Picked<'a> {
        let sizes = match &rows {
            Cow::Borrowed(_) => Cow::Borrowed(self.sizes),
            Cow::Owned(rows) => Cow::Owned(sizes(self.codes, rows)),
        };
        Picked { rows, sizes }
    }

    /// Calls for each group that has rows, with its state, its code and how many rows.
    fn each(&self, states: &mut [Accumulator], sizes: &[u32], mut f: impl FnMut(&mut Accumulator, usize, u32)) {
        for (group, (n, target)) in sizes.iter().zip(self.targets).enumerate() {
            if let Some(state) = states.get_mut(*target).filter(|_| *n > 0) {
                f(state, group, *n);
            }
        }
    }

    /// `any` and `all`: the rows that decide them are few, and one is enough.
    fn truths(&self, fold: Fold, body: Option<&dyn Array>, mut rows: Mask, states: &mut [Accumulator]) {
        let mut trues = rows.clone();
        match body.and_then(|body| body.as_any().downcast_ref::<BooleanArray>()) {
            Some(body) => trues.and_true(body),
            None => trues = Mask::none(self.codes.rows.len()),
        }
        if fold == Fold::Any {
            rows = trues;
        } else {
            rows.and_not(&trues);
        }
        let sizes = sizes(self.codes, &rows);
        self.each(states, &sizes, |state, _, _| state.add(&Value::Bool(fold == Fold::Any), None));
    }

    fn sums(&self, body: &dyn Array, rows: &Mask, states: &mut [Accumulator]) {
        let mut sums = vec![(0i128, 0u32); self.codes.count];
        let codes = &self.codes.rows;
        if let Some(ints) = body.as_any().downcast_ref::<Int64Array>() {
            let values = ints.values();
            rows.for_each(|row| {
                let (sum, n) = &mut sums[codes[row] as usize];
                *sum += i128::from(values[row]);
                *n += 1;
            });
            return self.each(states, &counts(&sums), |state, group, n| state.add_ints(sums[group].0, u64::from(n)));
        }
        let Some(nums) = body.as_any().downcast_ref::<Float64Array>() else { return };
        let values = nums.values();
        let (mut low, mut high) = (u32::MAX, 0);
        rows.for_each(|row| {
            let shift = parts(values[row]).1;
            // Zero fits every unit.
            if values[row] != 0.0 {
                (low, high) = (low.min(shift), high.max(shift));
            }
        });
        // As one integer per group, if no sum of so many can leave 127 bits.
        let room = 127 - 53 - (usize::BITS - codes.len().leading_zeros());
        if high.saturating_sub(low) <= room {
            rows.for_each(|row| {
                let (mantissa, shift) = parts(values[row]);
                let (sum, n) = &mut sums[codes[row] as usize];
                *sum += i128::from(mantissa) << shift.saturating_sub(low).min(room);
                *n += 1;
            });
            let low = if low == u32::MAX { 0 } else { low };
            return self.each(states, &counts(&sums), |state, group, n| {
                state.add_nums(u64::from(n), |sum| sum.add_scaled(sums[group].0, low));
            });
        }
        rows.for_each(|row| {
            if let Some(state) = states.get_mut(self.targets[codes[row] as usize]) {
                state.add_nums(1, |sum| sum.add(values[row]));
            }
        });
    }

    /// The values of each group, put side by side and added at once.
    fn values(&self, body: &dyn Array, picked: Picked<'_>, states: &mut [Accumulator]) {
        let mut next = Vec::with_capacity(picked.sizes.len());
        let mut end = 0;
        for size in picked.sizes.iter() {
            next.push(end);
            end += *size as usize;
        }
        let mut keys = vec![0i64; end];
        let codes = &self.codes.rows;
        let mut put = |row: usize, key: i64| {
            let next = &mut next[codes[row] as usize];
            keys[*next] = key;
            *next += 1;
        };
        if let Some(ints) = body.as_any().downcast_ref::<Int64Array>() {
            let values = ints.values();
            picked.rows.for_each(|row| put(row, values[row]));
        } else if let Some(nums) = body.as_any().downcast_ref::<Float64Array>() {
            let values = nums.values();
            picked.rows.for_each(|row| put(row, ordered(values[row])));
        } else {
            return;
        }
        // Each place has moved to the end of its group.
        self.each(states, &picked.sizes, |state, group, n| {
            state.add_values(keys.get(next[group] - n as usize..next[group]).unwrap_or_default());
        });
    }

    fn distinct(&self, ty: Type, body: &dyn Array, rows: &Mask, states: &mut [Accumulator]) {
        let codes = &self.codes.rows;
        let mut add = |row: usize| {
            if let Some(state) = states.get_mut(self.targets[codes[row] as usize]) {
                state.add(&value_at(body, row, ty), None);
            }
        };
        // A value that occurs again in this block is not added again.
        if let Some(ints) = body.as_any().downcast_ref::<Int64Array>() {
            let values = ints.values();
            let mut seen = HashSet::new();
            rows.for_each(|row| {
                if seen.insert((codes[row], values[row])) {
                    add(row);
                }
            });
        } else if let Some(texts) = texts(body) {
            let mut seen = HashSet::new();
            rows.for_each(|row| {
                if seen.insert((codes[row], texts.at(row))) {
                    add(row);
                }
            });
        } else {
            rows.for_each(add);
        }
    }

    /// The least, the greatest, the first or the latest: its row, then its value.
    fn best(&self, fold: Fold, ty: Type, body: &dyn Array, rows: &Mask, states: &mut [Accumulator]) {
        let times = self.columns.event_time().and_then(|times| times.as_any().downcast_ref::<Int64Array>());
        let by_time = matches!(fold, Fold::First | Fold::Latest);
        let rows = match (by_time, times) {
            (true, None) => return,
            (true, Some(times)) => {
                let mut rows = rows.clone();
                rows.and_known(times.nulls());
                rows
            }
            (false, _) => rows.clone(),
        };
        let any = body.as_any();
        let found = match (fold, times) {
            (Fold::First, Some(times)) => self.rows_by(&rows, |a, b| times.value(a) < times.value(b)),
            (Fold::Latest, Some(times)) => self.rows_by(&rows, |a, b| times.value(a) >= times.value(b)),
            (fold, _) => {
                let least = fold == Fold::Min;
                if let Some(ints) = any.downcast_ref::<Int64Array>() {
                    let values = ints.values();
                    self.rows_by(&rows, |a, b| if least { values[a] < values[b] } else { values[a] > values[b] })
                } else if let Some(nums) = any.downcast_ref::<Float64Array>() {
                    let values = nums.values();
                    self.rows_by(&rows, |a, b| {
                        let order = values[a].total_cmp(&values[b]);
                        if least { order.is_lt() } else { order.is_gt() }
                    })
                } else if let Some(texts) = texts(body) {
                    let at = |row| Texts::at(texts, row);
                    self.rows_by(&rows, |a, b| if least { at(a) < at(b) } else { at(a) > at(b) })
                } else {
                    return self.best_of_others(ty, body, &rows, states);
                }
            }
        };
        for (row, target) in found.into_iter().zip(self.targets) {
            if let Some((row, state)) = row.zip(states.get_mut(*target)) {
                state.add(&value_at(body, row, ty), times.filter(|_| by_time).map(|times| times.value(row)));
            }
        }
    }

    /// Per group, the row that is better than all before it.
    #[inline]
    fn rows_by(&self, rows: &Mask, better: impl Fn(usize, usize) -> bool) -> Vec<Option<usize>> {
        let mut found: Vec<Option<usize>> = vec![None; self.codes.count];
        rows.for_each(|row| {
            let best = &mut found[self.codes.rows[row] as usize];
            if best.is_none_or(|best| better(row, best)) {
                *best = Some(row);
            }
        });
        found
    }

    fn best_of_others(&self, ty: Type, body: &dyn Array, rows: &Mask, states: &mut [Accumulator]) {
        rows.for_each(|row| {
            if let Some(state) = states.get_mut(self.targets[self.codes.rows[row] as usize]) {
                state.add(&value_at(body, row, ty), None);
            }
        });
    }
}

/// How many rows of each group.
pub(super) fn sizes(codes: &GroupCodes, rows: &Mask) -> Vec<u32> {
    let mut sizes = vec![0; codes.count];
    rows.for_each(|row| sizes[codes.rows[row] as usize] += 1);
    sizes
}

fn counts(sums: &[(i128, u32)]) -> Vec<u32> {
    sums.iter().map(|sum| sum.1).collect()
}
