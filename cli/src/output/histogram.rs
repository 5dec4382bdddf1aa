//! How the values of a score are spread, in one line of bars; and counts of labels as bars.

use super::terminal;
use arrow_array::{Array, Int64Array};
use std::collections::BTreeMap;

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Bins of a score with a range.
const BINS: usize = 20;

/// Counts of a score's values, kept as exact counts per value while there are few of them.
#[derive(Clone, Debug)]
pub struct Histogram {
    /// Least and greatest, in units of 10^-scale; of the declared range, else of what was met.
    low: i64,
    high: i64,
    fixed: bool,
    /// One count per value of a declared range that is not too wide.
    dense: Vec<u64>,
    /// Counts of all other values.
    sparse: BTreeMap<i64, u64>,
    total: u64,
    sum: i128,
    missing: u64,
}

/// Distinct values that are counted one by one; beyond, neighbours are merged.
const DISTINCT_MAX: usize = 20_000;

impl Histogram {
    /// An empty histogram, of a declared range if there is one.
    pub fn new(range: Option<(i64, i64)>) -> Histogram {
        let (low, high) = range.unwrap_or((i64::MAX, i64::MIN));
        let width = range.map_or(0, |(low, high)| i128::from(high) - i128::from(low) + 1);
        let dense = if (1..=DISTINCT_MAX as i128).contains(&width) { vec![0; width as usize] } else { Vec::new() };
        Histogram { low, high, fixed: range.is_some(), dense, sparse: BTreeMap::new(), total: 0, sum: 0, missing: 0 }
    }

    /// Counts a value.
    pub fn add(&mut self, value: Option<i64>) {
        let Some(value) = value else {
            self.missing += 1;
            return;
        };
        self.add_rows(value, 1);
    }

    /// Counts the values of a column.
    pub fn add_column(&mut self, values: &Int64Array) {
        if self.dense.is_empty() || values.null_count() > 0 {
            values.iter().for_each(|value| self.add(value));
            return;
        }
        let (mut rows, mut sum) = (0, 0);
        for value in values.values() {
            let place = value.checked_sub(self.low).and_then(|place| usize::try_from(place).ok());
            match place.and_then(|place| self.dense.get_mut(place)) {
                Some(slot) => {
                    *slot += 1;
                    rows += 1;
                    sum += i128::from(*value);
                }
                None => self.add_rows(*value, 1),
            }
        }
        self.total += rows;
        self.sum += sum;
    }

    fn add_rows(&mut self, value: i64, rows: u64) {
        if !self.fixed {
            self.low = self.low.min(value);
            self.high = self.high.max(value);
        }
        self.total += rows;
        self.sum += i128::from(value) * i128::from(rows);
        let place = usize::try_from(i128::from(value) - i128::from(self.low)).ok();
        if self.fixed
            && let Some(slot) = place.and_then(|i| self.dense.get_mut(i))
        {
            *slot += rows;
            return;
        }
        *self.sparse.entry(value).or_insert(0) += rows;
        if self.sparse.len() > DISTINCT_MAX {
            self.merge();
        }
    }

    /// Adds the counts of another of the same range.
    pub fn add_all(&mut self, other: &Histogram) {
        self.missing += other.missing;
        if (self.low, self.fixed, self.dense.len()) != (other.low, true, other.dense.len()) {
            other.counts().into_iter().for_each(|(value, n)| self.add_rows(value, n));
            return;
        }
        self.dense.iter_mut().zip(&other.dense).for_each(|(n, more)| *n += more);
        let beside = |(rows, sum), (value, n): (&i64, &u64)| (rows + n, sum + i128::from(*value) * i128::from(*n));
        let (rows, sum) = other.sparse.iter().fold((0, 0), beside);
        self.total += other.total - rows;
        self.sum += other.sum - sum;
        other.sparse.iter().for_each(|(value, n)| self.add_rows(*value, *n));
    }

    /// Every value met with its count, from the least.
    fn counts(&self) -> Vec<(i64, u64)> {
        let dense = self.dense.iter().enumerate().filter(|(_, n)| **n > 0).map(|(i, n)| (self.low + i as i64, *n));
        let mut all: Vec<(i64, u64)> = dense.chain(self.sparse.iter().map(|(v, n)| (*v, *n))).collect();
        all.sort_unstable();
        all
    }

    /// Values that are missing.
    pub fn missing(&self) -> u64 {
        self.missing
    }

    /// Values that are known.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The mean of the known values.
    pub fn mean(&self) -> Option<f64> {
        (self.total > 0).then(|| self.sum as f64 / self.total as f64)
    }

    /// The middle value (the lower of two).
    pub fn median(&self) -> Option<i64> {
        let middle = self.total.div_ceil(2);
        let mut seen = 0;
        self.counts().into_iter().find_map(|(value, n)| {
            seen += n;
            (seen >= middle).then_some(value)
        })
    }

    /// Least and greatest value met.
    pub fn span(&self) -> Option<(i64, i64)> {
        let counts = self.counts();
        Some((counts.first()?.0, counts.last()?.0))
    }

    /// The ends of the drawn axis.
    pub fn axis(&self) -> Option<(i64, i64)> {
        (self.total > 0).then_some((self.low, self.high))
    }

    /// The counts per bin over the axis: one bin per value if there are few.
    pub fn bins(&self) -> Vec<u64> {
        let Some((low, high)) = self.axis() else { return Vec::new() };
        let width = i128::from(high) - i128::from(low) + 1;
        let bins = width.clamp(1, BINS as i128);
        let mut out = vec![0; bins as usize];
        for (value, n) in self.counts() {
            let place = (i128::from(value) - i128::from(low)).clamp(0, width - 1) * bins / width;
            if let Some(bin) = out.get_mut(place as usize) {
                *bin += n;
            }
        }
        out
    }

    /// The bins as bars, a blank for none.
    pub fn bars(&self) -> String {
        let bins = self.bins();
        let most = bins.iter().copied().max().unwrap_or(0).max(1);
        bins.iter().map(|n| bar(*n, most)).collect()
    }

    /// Halves the resolution until there is room again.
    fn merge(&mut self) {
        let mut grain = 2;
        while self.sparse.len() > DISTINCT_MAX / 2 {
            let mut merged = BTreeMap::new();
            for (value, n) in &self.sparse {
                *merged.entry(value.div_euclid(grain) * grain).or_insert(0) += n;
            }
            self.sparse = merged;
            grain *= 2;
        }
    }
}

fn bar(n: u64, most: u64) -> char {
    if n == 0 {
        return ' ';
    }
    let height = (u128::from(n) * 8).div_ceil(u128::from(most)).clamp(1, 8) as usize;
    BARS.get(height - 1).copied().unwrap_or('█')
}

/// A count of a label as a line: name, bar, count, share.
pub fn label_line(name: &str, name_width: usize, n: u64, total: u64, most: u64) -> String {
    const WIDTH: u64 = 24;
    let length = if n == 0 { 0 } else { (n * WIDTH).div_ceil(most.max(1)).max(1) };
    let bar: String = "█".repeat(length as usize);
    let share = percent(n, total);
    let name = terminal::cut(name, name_width);
    let pad = " ".repeat(name_width.saturating_sub(name.chars().count()));
    format!("{name}{pad}  {bar:<24}  {:>9}  {share:>5}", terminal::thousands(n))
}

/// `12%`, `3.4%`; `<0.1%` rather than a zero that is none.
pub fn percent(n: u64, total: u64) -> String {
    if total == 0 {
        return String::new();
    }
    let share = n as f64 / total as f64 * 100.0;
    match share {
        s if n > 0 && s < 0.1 => "<0.1%".to_string(),
        s if n < total && s > 99.9 => ">99.9%".to_string(),
        s if n == 0 || n == total || s >= 10.0 => format!("{s:.0}%"),
        s => format!("{s:.1}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_show_the_spread() {
        let mut h = Histogram::new(Some((0, 100)));
        for v in [0, 0, 0, 0, 50, 100, 100] {
            h.add(Some(v));
        }
        h.add(None);
        let bars = h.bars();
        assert_eq!(bars.chars().count(), 20);
        assert!(bars.starts_with('█') && bars.ends_with('▄'), "{bars}");
        assert_eq!((h.median(), h.span(), h.total()), (Some(0), Some((0, 100)), 7));
    }

    #[test]
    fn wide_and_extreme_values_do_not_overflow() {
        let mut h = Histogram::new(None);
        for v in [i64::MIN, i64::MAX, 0] {
            h.add(Some(v));
        }
        assert_eq!(h.bins().iter().sum::<u64>(), 3);
        for v in 0..(DISTINCT_MAX as i64 * 2) {
            h.add(Some(v * 7));
        }
        assert_eq!(h.bins().iter().sum::<u64>(), 3 + DISTINCT_MAX as u64 * 2);
    }

    #[test]
    fn columns_and_merged_counts_are_those_of_the_values_one_by_one() {
        let values = |from: i64| (from..from + 500).map(|n| (n % 7 != 3).then_some(n * n % 211 - 40));
        for range in [None, Some((0, 100)), Some((-40, 170)), Some((0, 1_000_000))] {
            let (mut single, mut whole) = (Histogram::new(range), Histogram::new(range));
            for from in [0, 500, 1000] {
                let mut part = Histogram::new(range);
                part.add_column(&values(from).collect());
                let known = Int64Array::from_iter_values(values(from).flatten());
                part.add_column(&known);
                whole.add_all(&part);
                values(from).chain(values(from).flatten().map(Some)).for_each(|value| single.add(value));
            }
            assert_eq!(format!("{whole:?}"), format!("{single:?}"), "{range:?}");
        }
    }

    #[test]
    fn small_shares_are_not_zero() {
        assert_eq!(percent(1, 100_000), "<0.1%");
        assert_eq!(percent(0, 10), "0%");
        assert_eq!(percent(1, 3), "33%");
        assert_eq!(percent(9_999, 10_000), ">99.9%");
        assert_eq!(percent(1, 40), "2.5%");
    }
}
