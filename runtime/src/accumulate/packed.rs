//! Packed multisets of integers: counts over a narrow span, or runs of equal values.

/// A span of more integers is never counted one by one.
const SPAN_MAX: u64 = 1 << 16;

/// A multiset of integers, each with how often it occurs.
#[derive(Clone, Debug, Default)]
pub(super) enum Packed {
    #[default]
    Nothing,
    /// The lowest value, and how often it and each integer above it occur.
    Span(i64, Vec<u64>),
    /// Values in order, each with how often it occurs.
    Runs(Vec<(i64, u64)>),
}

impl Packed {
    pub(super) fn iter(&self) -> Box<dyn Iterator<Item = (i64, u64)> + '_> {
        match self {
            Packed::Nothing => Box::new(std::iter::empty()),
            Packed::Span(low, counts) => {
                let values = counts.iter().zip(0i64..).map(|(count, i)| (low.wrapping_add(i), *count));
                Box::new(values.filter(|(_, count)| *count > 0))
            }
            Packed::Runs(runs) => Box::new(runs.iter().copied()),
        }
    }

    /// The span that holds all: its lowest value and its width.
    fn span(&self) -> Option<(i64, u64)> {
        match self {
            Packed::Nothing => None,
            Packed::Span(low, counts) => Some((*low, (counts.len() as u64).saturating_sub(1))),
            Packed::Runs(runs) => {
                let (low, high) = (runs.first()?.0, runs.last()?.0);
                Some((low, high.abs_diff(low)))
            }
        }
    }
}

/// Widens a span so that it holds these integers too. `false`: it would be too wide, and is as before.
pub(super) fn widen(low: &mut i64, counts: &mut Vec<u64>, least: i64, most: i64) -> bool {
    let from = least.min(*low);
    let (below, above) = (low.abs_diff(from), most.max(from).abs_diff(from));
    let width = above.max(below.saturating_add(counts.len() as u64).saturating_sub(1));
    if width >= SPAN_MAX {
        return false;
    }
    if below > 0 {
        counts.splice(0..0, std::iter::repeat_n(0, below as usize));
        *low = from;
    }
    if counts.len() as u64 <= width {
        // Spans seldom grow, and there is one for each group: no room is kept for more.
        counts.reserve_exact(width as usize + 1 - counts.len());
        counts.resize(width as usize + 1, 0);
    }
    true
}

/// The least and the greatest; of nothing, those of an empty span.
pub(super) fn range(values: &[i64]) -> (i64, i64) {
    values.iter().fold((i64::MAX, i64::MIN), |(a, b), v| (a.min(*v), b.max(*v)))
}

pub(super) fn count(low: i64, counts: &mut [u64], values: &[i64]) {
    for value in values {
        if let Some(count) = counts.get_mut(value.wrapping_sub(low) as usize) {
            *count += 1;
        }
    }
}

/// The values at two ranks of a span, the second not below the first.
pub(super) fn at_counts(low: i64, counts: &[u64], rank: u64, next: u64) -> Option<(i64, i64)> {
    let mut before = 0;
    let mut first = None;
    for (i, count) in counts.iter().enumerate() {
        before += count;
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

/// Values packed: counted where they lie close together, else in order.
pub(super) fn packed(values: &mut [i64]) -> Packed {
    let (low, high) = range(values);
    if values.is_empty() {
        return Packed::Nothing;
    }
    let width = high.abs_diff(low);
    if width < SPAN_MAX && width <= 4 * values.len() as u64 {
        let mut counts = vec![0u64; width as usize + 1];
        count(low, &mut counts, values);
        return Packed::Span(low, counts);
    }
    values.sort_unstable();
    let mut runs: Vec<(i64, u64)> = Vec::new();
    for value in values.iter() {
        match runs.last_mut() {
            Some((last, count)) if last == value => *count += 1,
            Some(_) | None => runs.push((*value, 1)),
        }
    }
    Packed::Runs(runs)
}

/// Both together.
pub(super) fn both(a: &Packed, b: &Packed) -> Packed {
    let (Some((low_a, width_a)), Some((low_b, width_b))) = (a.span(), b.span()) else {
        return if a.span().is_some() { a.clone() } else { b.clone() };
    };
    let low = low_a.min(low_b);
    let width = (low_a.abs_diff(low).saturating_add(width_a)).max(low_b.abs_diff(low).saturating_add(width_b));
    let counted = matches!(a, Packed::Span(..)) || matches!(b, Packed::Span(..));
    if counted && width < SPAN_MAX {
        let mut counts = vec![0; width as usize + 1];
        for part in [a, b] {
            match part {
                Packed::Span(from, theirs) => {
                    let mine = counts.iter_mut().skip(from.abs_diff(low) as usize);
                    mine.zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
                }
                Packed::Runs(_) | Packed::Nothing => {
                    for (value, count) in part.iter() {
                        if let Some(mine) = counts.get_mut(value.wrapping_sub(low) as usize) {
                            *mine += count;
                        }
                    }
                }
            }
        }
        return Packed::Span(low, counts);
    }
    Packed::Runs(merged(a, b))
}

fn merged(a: &Packed, b: &Packed) -> Vec<(i64, u64)> {
    let mut runs = Vec::new();
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some(&x), Some(&y)) = (a.peek(), b.peek()) {
        if x.0 <= y.0 {
            a.next();
        }
        if y.0 <= x.0 {
            b.next();
        }
        runs.push(match x.0.cmp(&y.0) {
            std::cmp::Ordering::Less => x,
            std::cmp::Ordering::Equal => (x.0, x.1 + y.1),
            std::cmp::Ordering::Greater => y,
        });
    }
    runs.extend(a);
    runs.extend(b);
    runs
}
