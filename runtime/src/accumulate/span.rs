//! How often each integer of a narrow span occurs.

use std::ops::AddAssign;

/// A span of more integers is never counted one by one.
pub(super) const SPAN_MAX: u64 = 1 << 16;

/// How often the lowest value and each integer above it occur.
#[derive(Clone, Debug)]
pub(super) struct Span {
    low: i64,
    counts: Counts,
    /// All counts together.
    total: u64,
}

/// Counts, in half the room while all of them together fit it: there is a span for each group.
#[derive(Clone, Debug)]
enum Counts {
    Narrow(Vec<u32>),
    Wide(Vec<u64>),
}

impl Span {
    /// Nothing yet, of the lowest value and one of so many above it at most.
    pub(super) fn new(low: i64, width: u64) -> Span {
        Span { low, counts: Counts::Narrow(vec![0; width as usize + 1]), total: 0 }
    }

    pub(super) fn low(&self) -> i64 {
        self.low
    }

    /// The highest value.
    pub(super) fn high(&self) -> i64 {
        self.low.saturating_add(self.width() as i64)
    }

    /// How far the highest value is above the lowest.
    pub(super) fn width(&self) -> u64 {
        (self.len() as u64).saturating_sub(1)
    }

    pub(super) fn total(&self) -> u64 {
        self.total
    }

    fn len(&self) -> usize {
        match &self.counts {
            Counts::Narrow(counts) => counts.len(),
            Counts::Wide(counts) => counts.len(),
        }
    }

    /// Values that occur, each with how often.
    pub(super) fn iter(&self) -> Box<dyn Iterator<Item = (i64, u64)> + '_> {
        match &self.counts {
            Counts::Narrow(counts) => Box::new(occurring(self.low, counts)),
            Counts::Wide(counts) => Box::new(occurring(self.low, counts)),
        }
    }

    /// Makes it hold these integers too. `false`: it would be too wide, and is as before.
    pub(super) fn widen(&mut self, least: i64, most: i64) -> bool {
        let from = least.min(self.low);
        let (below, above) = (self.low.abs_diff(from), most.max(from).abs_diff(from));
        let width = above.max(below.saturating_add(self.width()));
        if width >= SPAN_MAX {
            return false;
        }
        self.low = from;
        match &mut self.counts {
            Counts::Narrow(counts) => stretch(counts, below as usize, width as usize + 1),
            Counts::Wide(counts) => stretch(counts, below as usize, width as usize + 1),
        }
        true
    }

    /// Counts values. Those that it does not hold are put outside.
    pub(super) fn count(&mut self, values: &[i64], outside: &mut Vec<i64>) {
        let before = outside.len();
        self.expect(values.len() as u64);
        match &mut self.counts {
            Counts::Narrow(counts) => count(self.low, counts, values, outside),
            Counts::Wide(counts) => count(self.low, counts, values, outside),
        }
        self.total += (values.len() - (outside.len() - before)) as u64;
    }

    /// Adds a value that it holds, so many times.
    pub(super) fn add_times(&mut self, value: i64, times: u64) {
        self.expect(times);
        let place = value.wrapping_sub(self.low) as usize;
        match &mut self.counts {
            Counts::Narrow(counts) => {
                if let (Some(count), Ok(times)) = (counts.get_mut(place), u32::try_from(times)) {
                    *count += times;
                }
            }
            Counts::Wide(counts) => {
                if let Some(count) = counts.get_mut(place) {
                    *count += times;
                }
            }
        }
        self.total += times;
    }

    /// Adds another, whose values it holds.
    pub(super) fn add(&mut self, other: &Span) {
        self.expect(other.total);
        let skipped = other.low.abs_diff(self.low) as usize;
        match (&mut self.counts, &other.counts) {
            (Counts::Narrow(mine), Counts::Narrow(theirs)) => add(mine, skipped, theirs),
            (Counts::Wide(mine), Counts::Narrow(theirs)) => add(mine, skipped, theirs),
            (Counts::Wide(mine), Counts::Wide(theirs)) => add(mine, skipped, theirs),
            (Counts::Narrow(_), Counts::Wide(_)) => {
                for (value, times) in other.iter() {
                    self.add_times(value, times);
                }
                return;
            }
        }
        self.total += other.total;
    }

    /// The values at two ranks, the second not below the first.
    pub(super) fn at(&self, rank: u64, next: u64) -> Option<(i64, i64)> {
        match &self.counts {
            Counts::Narrow(counts) => at(self.low, counts, rank, next),
            Counts::Wide(counts) => at(self.low, counts, rank, next),
        }
    }

    /// Widens the counts where so many more might not fit: no single one is above all together.
    fn expect(&mut self, more: u64) {
        if self.total.saturating_add(more) > u64::from(u32::MAX)
            && let Counts::Narrow(counts) = &self.counts
        {
            self.counts = Counts::Wide(counts.iter().map(|count| u64::from(*count)).collect());
        }
    }
}

fn occurring<T: Copy + Into<u64>>(low: i64, counts: &[T]) -> impl Iterator<Item = (i64, u64)> {
    let values = counts.iter().zip(0i64..).map(move |(count, i)| (low.wrapping_add(i), (*count).into()));
    values.filter(|(_, count)| *count > 0)
}

fn stretch<T: Copy + Default>(counts: &mut Vec<T>, below: usize, len: usize) {
    // Spans seldom grow, and there is one for each group: no room is kept for more.
    counts.reserve_exact(len.saturating_sub(counts.len()));
    counts.splice(0..0, std::iter::repeat_n(T::default(), below));
    counts.resize(len.max(counts.len()), T::default());
}

#[inline]
fn count<T: AddAssign + From<u8>>(low: i64, counts: &mut [T], values: &[i64], outside: &mut Vec<i64>) {
    for value in values {
        match counts.get_mut(value.wrapping_sub(low) as usize) {
            Some(count) => *count += T::from(1),
            None => outside.push(*value),
        }
    }
}

fn add<T: AddAssign + From<U>, U: Copy>(mine: &mut [T], skipped: usize, theirs: &[U]) {
    mine.iter_mut().skip(skipped).zip(theirs).for_each(|(mine, theirs)| *mine += T::from(*theirs));
}

fn at<T: Copy + Into<u64>>(low: i64, counts: &[T], rank: u64, next: u64) -> Option<(i64, i64)> {
    let mut before = 0u64;
    let mut first = None;
    for (i, count) in counts.iter().enumerate() {
        before += (*count).into();
        if before <= rank {
            continue;
        }
        let value = low.wrapping_add(i as i64);
        let first = *first.get_or_insert(value);
        if next < before {
            return Some((first, value));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k2_counts_beyond_32_bits_are_exact() {
        let many = u64::from(u32::MAX) - 2;
        let mut span = Span::new(-3, 10);
        span.add_times(4, many);
        assert!(matches!(span.counts, Counts::Narrow(_)));
        let mut outside = Vec::new();
        span.count(&[4, -3, 7, 8, -4, 4], &mut outside);
        assert!(matches!(span.counts, Counts::Wide(_)));
        assert_eq!((outside.as_slice(), span.total()), ([8, -4].as_slice(), many + 4));
        assert_eq!(span.iter().collect::<Vec<_>>(), [(-3, 1), (4, many + 2), (7, 1)]);
        let mut narrow = Span::new(-5, 20);
        narrow.add_times(-5, 9);
        let mut both = narrow.clone();
        both.add(&span);
        assert!(span.widen(-5, 15));
        span.add(&narrow);
        let expected = [(-5, 9), (-3, 1), (4, many + 2), (7, 1)];
        assert_eq!(
            (span.iter().collect::<Vec<_>>(), both.iter().collect::<Vec<_>>()),
            (expected.into(), expected.into())
        );
        assert_eq!((span.total(), both.total()), (many + 13, many + 13));
        assert_eq!(span.at(8, 9), Some((-5, -3)));
        assert_eq!(span.at(many + 11, many + 12), Some((4, 7)));
        assert_eq!(span.at(many + 13, many + 13), None);
    }

    #[test]
    fn a_span_widens_on_both_sides_and_never_too_far() {
        let mut span = Span::new(0, 2);
        span.add_times(1, 5);
        assert!(span.widen(-2, 9));
        assert_eq!((span.low(), span.width()), (-2, 11));
        assert!(!span.widen(-2, SPAN_MAX as i64) && !span.widen(i64::MIN, i64::MAX));
        assert!(span.widen(0, 1));
        assert_eq!((span.low(), span.width(), span.iter().collect::<Vec<_>>()), (-2, 11, vec![(1, 5)]));
    }
}
