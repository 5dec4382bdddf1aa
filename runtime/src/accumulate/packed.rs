//! Packed multisets of integers: counts over a narrow span, or runs of equal values.

use super::span::{SPAN_MAX, Span};

/// A multiset of integers, each with how often it occurs.
#[derive(Clone, Debug, Default)]
pub(super) enum Packed {
    #[default]
    Nothing,
    Span(Span),
    /// Values in order, each with how often it occurs.
    Runs(Vec<(i64, u64)>),
}

impl Packed {
    pub(super) fn iter(&self) -> Box<dyn Iterator<Item = (i64, u64)> + '_> {
        match self {
            Packed::Nothing => Box::new(std::iter::empty()),
            Packed::Span(span) => span.iter(),
            Packed::Runs(runs) => Box::new(runs.iter().copied()),
        }
    }

    /// The span that holds all: its lowest value and its width.
    fn span(&self) -> Option<(i64, u64)> {
        match self {
            Packed::Nothing => None,
            Packed::Span(span) => Some((span.low(), span.width())),
            Packed::Runs(runs) => {
                let (low, high) = (runs.first()?.0, runs.last()?.0);
                Some((low, high.abs_diff(low)))
            }
        }
    }
}

/// The least and the greatest; of nothing, those of an empty span.
pub(super) fn range(values: &[i64]) -> (i64, i64) {
    values.iter().fold((i64::MAX, i64::MIN), |(a, b), v| (a.min(*v), b.max(*v)))
}

/// Values packed: counted where they lie close together, else in order.
pub(super) fn packed(values: &mut [i64]) -> Packed {
    let (low, high) = range(values);
    if values.is_empty() {
        return Packed::Nothing;
    }
    let width = high.abs_diff(low);
    if width < SPAN_MAX && width <= 4 * values.len() as u64 {
        let mut span = Span::new(low, width);
        span.count(values, &mut Vec::new());
        return Packed::Span(span);
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

/// One with another added.
pub(super) fn together(mine: Packed, theirs: &Packed) -> Packed {
    match (mine, theirs) {
        (mine, Packed::Nothing) => mine,
        (Packed::Nothing, theirs) => theirs.clone(),
        (Packed::Span(mut span), Packed::Span(more)) => {
            if !span.widen(more.low(), more.high()) {
                return both(&Packed::Span(span), theirs);
            }
            span.add(more);
            Packed::Span(span)
        }
        (mine, theirs) => both(&mine, theirs),
    }
}

/// Both together, with room of their own.
pub(super) fn both(a: &Packed, b: &Packed) -> Packed {
    let (Some((low_a, width_a)), Some((low_b, width_b))) = (a.span(), b.span()) else {
        return if a.span().is_some() { a.clone() } else { b.clone() };
    };
    let low = low_a.min(low_b);
    let width = (low_a.abs_diff(low).saturating_add(width_a)).max(low_b.abs_diff(low).saturating_add(width_b));
    let counted = matches!(a, Packed::Span(..)) || matches!(b, Packed::Span(..));
    if counted && width < SPAN_MAX {
        let mut all = Span::new(low, width);
        for part in [a, b] {
            match part {
                Packed::Span(span) => all.add(span),
                Packed::Runs(runs) => runs.iter().for_each(|(value, times)| all.add_times(*value, *times)),
                Packed::Nothing => {}
            }
        }
        return Packed::Span(all);
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
