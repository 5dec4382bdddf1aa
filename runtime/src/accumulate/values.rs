//! All values of a fold, for percentiles: a multiset of integers, from which ranks are read.
//!
//! Values come loose. Many of them are packed: into a count for each integer of a narrow span, else
//! into runs of equal values, if enough are equal for that to be shorter. Once there is a span, what lies
//! in it is counted as it comes. What is packed holds the same multiset, so neither order nor splits can matter.

use super::packed::{Packed, both, packed, range, together};
use std::borrow::Cow;

/// Loose values before the first packing.
const LOOSE_MAX: usize = 4096;

/// A multiset of integers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values {
    loose: Vec<i64>,
    packed: Packed,
    /// Packing is not worth it before so many are loose.
    patience: usize,
}

impl Values {
    /// How many there are.
    pub(crate) fn len(&self) -> u64 {
        let packed = match &self.packed {
            Packed::Nothing => 0,
            Packed::Span(span) => span.total(),
            Packed::Runs(runs) => runs.iter().map(|(_, count)| count).sum(),
        };
        packed + self.loose.len() as u64
    }

    pub(crate) fn add(&mut self, value: i64) {
        self.add_all(&[value]);
    }

    pub(crate) fn add_all(&mut self, values: &[i64]) {
        match &mut self.packed {
            Packed::Span(span) => span.count(values, &mut self.loose),
            Packed::Nothing | Packed::Runs(_) => self.loose.extend_from_slice(values),
        }
        self.pack_when_many();
    }

    pub(crate) fn merge(&mut self, other: &Values) {
        let was_loose = matches!(self.packed, Packed::Nothing);
        self.packed = together(std::mem::take(&mut self.packed), &other.packed);
        if was_loose && let Packed::Span(span) = &mut self.packed {
            let loose = std::mem::take(&mut self.loose);
            span.count(&loose, &mut self.loose);
        }
        self.add_all(&other.loose);
    }

    /// The values at a rank, from 0, and at the next (at the last: twice that).
    pub(crate) fn at(&self, rank: u64) -> Option<(i64, i64)> {
        let next = (rank + 1).min(self.len().checked_sub(1)?);
        if let Packed::Nothing = self.packed {
            let mut loose = self.loose.clone();
            let (_, value, above) =
                loose.select_nth_unstable(usize::try_from(rank).ok().filter(|r| *r < self.loose.len())?);
            let value = *value;
            return Some((value, if next == rank { value } else { above.iter().copied().min().unwrap_or(value) }));
        }
        let all = match &self.packed {
            before if self.loose.is_empty() => Cow::Borrowed(before),
            before => Cow::Owned(both(before, &packed(&mut self.loose.clone()))),
        };
        if let Packed::Span(span) = all.as_ref() {
            return span.at(rank, next);
        }
        let mut before = 0;
        let mut first = None;
        for (value, count) in all.iter() {
            before += count;
            if first.is_none() && rank < before {
                first = Some(value);
            }
            if next < before {
                return first.map(|first| (first, value));
            }
        }
        None
    }

    fn pack_when_many(&mut self) {
        if self.loose.len() < self.patience.max(LOOSE_MAX) {
            return;
        }
        if let Packed::Span(span) = &mut self.packed {
            // The common case, without a copy: counts that are there already go up.
            let (least, most) = range(&self.loose);
            if span.widen(least, most) {
                // Nothing lies outside any more.
                let loose = std::mem::take(&mut self.loose);
                span.count(&loose, &mut self.loose);
                return;
            }
        }
        let all = match &self.packed {
            Packed::Nothing => packed(&mut self.loose),
            before => both(before, &packed(&mut self.loose)),
        };
        match &all {
            // What comes from now on is counted: the room of loose values is not needed any more.
            Packed::Nothing | Packed::Span(..) => (self.loose, self.patience) = (Vec::new(), 0),
            // A run takes the room of two loose values; the work of packing grows with the runs.
            Packed::Runs(runs) if runs.len() as u64 <= self.len() / 2 => {
                self.loose.clear();
                self.patience = runs.len();
            }
            Packed::Runs(_) => {
                self.patience = self.loose.len().saturating_mul(2);
                return;
            }
        }
        self.packed = all;
    }
}

/// A number as an integer of the same order (that of `f64::total_cmp`).
#[inline]
pub(crate) fn ordered(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

/// The number that [`ordered`] made an integer of.
pub(crate) fn unordered(key: i64) -> f64 {
    f64::from_bits((key ^ (((key >> 63) as u64) >> 1) as i64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What the sorted list says.
    fn sorted_at(values: &[i64], rank: u64) -> Option<(i64, i64)> {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        let low = sorted.get(rank as usize)?;
        Some((*low, *sorted.get(rank as usize + 1).unwrap_or(low)))
    }

    fn check(values: &[i64], parts: usize) {
        let mut whole = Values::default();
        let mut merged = Values::default();
        for part in values.chunks(values.len().div_ceil(parts).max(1)) {
            let mut one = Values::default();
            part.iter().for_each(|v| one.add(*v));
            whole.add_all(part);
            merged.merge(&one);
        }
        assert_eq!((whole.len(), merged.len()), (values.len() as u64, values.len() as u64));
        let last = values.len().saturating_sub(1) as u64;
        for rank in [0, 1, last / 4, last / 2, last / 2 + 1, last.saturating_sub(1), last, last + 1] {
            assert_eq!(whole.at(rank), sorted_at(values, rank), "{rank} of {}", values.len());
            assert_eq!(merged.at(rank), sorted_at(values, rank), "{rank} of {} in {parts} parts", values.len());
        }
    }

    #[test]
    fn k2_ranks_are_those_of_the_sorted_list_however_values_are_packed() {
        let scattered = |i: i64| i.wrapping_mul(0x9E37_79B9_7F4A_7C15u64 as i64);
        for n in [0, 1, 2, 4096, 4097, 20_000] {
            for parts in [1, 3] {
                check(&(0..n).map(|i| scattered(i).rem_euclid(10_001)).collect::<Vec<_>>(), parts);
                check(&(0..n).map(scattered).collect::<Vec<_>>(), parts);
                check(&(0..n).map(|i| scattered(i % 50)).collect::<Vec<_>>(), parts);
                check(&(0..n).map(|i| i64::MIN + i % 9).collect::<Vec<_>>(), parts);
                check(
                    &(0..n).map(|i| if i % 3 == 0 { i64::MAX - i } else { i64::MIN + i % 5 }).collect::<Vec<_>>(),
                    parts,
                );
                check(&(0..n).map(|i| if i < n / 2 { i % 100 } else { 60_000 + i }).collect::<Vec<_>>(), parts);
            }
        }
    }

    proptest! {
        #[test]
        fn k2_numbers_keep_their_order_as_integers(a in any::<f64>(), b in any::<f64>()) {
            prop_assert_eq!(ordered(a).cmp(&ordered(b)), a.total_cmp(&b));
            prop_assert_eq!(unordered(ordered(a)).to_bits(), a.to_bits());
        }
    }
}
