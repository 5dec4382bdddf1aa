//! Folds of values, for aggregates over linked rows and for the totals of KPIs.
//!
//! Adding is independent of order and of how rows are split over accumulators (promise K2); only
//! the first and the latest of one instant are told apart by the order of adding.

mod packed;
mod span;
pub(crate) mod values;

use crate::exact_sum::ExactSum;
use revplay_ir::decimal::pow10;
use revplay_ir::exact;
use revplay_ir::program::Fold;
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::collections::HashSet;
use std::sync::Arc;
use values::{Values, ordered, unordered};

/// A fold under way.
#[derive(Clone, Debug)]
pub(crate) struct Accumulator {
    fold: Fold,
    /// Type of what is folded.
    body_ty: Type,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Count(u64),
    Distinct(HashSet<Distinct>),
    /// Sum of integers and how many are known.
    Ints(i128, u64),
    /// Sum of numbers and how many are known.
    Nums(ExactSum, u64),
    Best(Option<Value>),
    Any(bool),
    All(bool),
    Event(Option<(i64, Value)>),
    /// Integers, or numbers as integers of the same order.
    Values(Values),
    /// Decimals of a scale, of which the percentile of their numbers is wanted.
    Decimals(Values, u8),
}

/// A known value as a member of a set.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Distinct {
    Bool(bool),
    Int(i64),
    Num(u64),
    Text(Arc<str>),
    List(Arc<[Arc<str>]>),
}

impl Distinct {
    fn of(value: &Value) -> Option<Distinct> {
        match value {
            Value::Missing => None,
            Value::Bool(x) => Some(Distinct::Bool(*x)),
            Value::Int(x) => Some(Distinct::Int(*x)),
            // -0.0 = 0.0
            Value::Num(x) => Some(Distinct::Num((x + 0.0).to_bits())),
            Value::Text(x) => Some(Distinct::Text(x.clone())),
            Value::List(x) => Some(Distinct::List(x.clone())),
        }
    }
}

impl Accumulator {
    /// A fold of nothing yet, over values of a type.
    pub(crate) fn new(fold: Fold, body_ty: Type) -> Accumulator {
        let state = match fold {
            Fold::Count => State::Count(0),
            Fold::CountDistinct => State::Distinct(HashSet::new()),
            Fold::Sum | Fold::Avg if body_ty.is_float_like() => State::Nums(ExactSum::default(), 0),
            Fold::Sum | Fold::Avg => State::Ints(0, 0),
            Fold::Min | Fold::Max => State::Best(None),
            Fold::Any => State::Any(false),
            Fold::All => State::All(true),
            Fold::First | Fold::Latest => State::Event(None),
            Fold::Percentile => State::Values(Values::default()),
        };
        Accumulator { fold, body_ty, state }
    }

    /// A percentile of nothing yet over the numbers of decimals, which are added as they are.
    pub(crate) fn of_decimals(scale: u8) -> Accumulator {
        let state = State::Decimals(Values::default(), scale);
        Accumulator { fold: Fold::Percentile, body_ty: Type::Number, state }
    }

    /// Adds a row's value; missing counts for `count` and makes `all` false, else it is left out.
    pub(crate) fn add(&mut self, value: &Value, time_us: Option<i64>) {
        match (&mut self.state, value) {
            (State::Count(n), _) => *n += 1,
            (State::Any(any), value) => *any |= value.is_true(),
            (State::All(all), value) => *all &= value.is_true(),
            (_, Value::Missing) => {}
            (State::Distinct(set), value) => set.extend(Distinct::of(value)),
            (State::Ints(sum, n), Value::Int(x)) => {
                *sum += i128::from(*x);
                *n += 1;
            }
            (State::Nums(sum, n), Value::Num(x)) => {
                sum.add(*x);
                *n += 1;
            }
            (State::Ints(..) | State::Nums(..), _) => {}
            (State::Best(best), value) => keep_best(self.fold, best, value),
            (State::Event(event), value) => {
                if let Some(time) = time_us {
                    keep_event(self.fold, event, time, value);
                }
            }
            (State::Values(values), Value::Int(x)) => values.add(*x),
            (State::Values(values), Value::Num(x)) => values.add(ordered(*x)),
            (State::Decimals(values, _), Value::Int(x)) => values.add(*x),
            (State::Values(_) | State::Decimals(..), _) => {}
        }
    }

    /// Adds rows to a count.
    pub(crate) fn add_count(&mut self, rows: u64) {
        if let State::Count(n) = &mut self.state {
            *n += rows;
        }
    }

    /// Adds so many integers by their sum.
    pub(crate) fn add_ints(&mut self, sum: i128, count: u64) {
        if let State::Ints(total, n) = &mut self.state {
            *total += sum;
            *n += count;
        }
    }

    /// Adds so many numbers by what `add` puts into their exact sum.
    pub(crate) fn add_nums(&mut self, count: u64, add: impl FnOnce(&mut ExactSum)) {
        if let State::Nums(sum, n) = &mut self.state {
            add(sum);
            *n += count;
        }
    }

    /// Adds values to a percentile: integers, or numbers as [`values::ordered`] gives them.
    pub(crate) fn add_values(&mut self, keys: &[i64]) {
        if let State::Values(values) | State::Decimals(values, _) = &mut self.state {
            values.add_all(keys);
        }
    }

    /// Adds all that another accumulator of the same fold holds.
    pub(crate) fn merge(&mut self, other: &Accumulator) {
        match (&mut self.state, &other.state) {
            (State::Count(a), State::Count(b)) => *a += b,
            (State::Distinct(a), State::Distinct(b)) => a.extend(b.iter().cloned()),
            (State::Ints(a, n), State::Ints(b, m)) => {
                *a += b;
                *n += m;
            }
            (State::Nums(a, n), State::Nums(b, m)) => {
                a.merge(b);
                *n += m;
            }
            (State::Best(a), State::Best(Some(b))) => keep_best(self.fold, a, b),
            (State::Any(a), State::Any(b)) => *a |= b,
            (State::All(a), State::All(b)) => *a &= b,
            (State::Event(a), State::Event(Some((time, b)))) => keep_event(self.fold, a, *time, b),
            (State::Values(a), State::Values(b)) | (State::Decimals(a, _), State::Decimals(b, _)) => a.merge(b),
            _ => {}
        }
    }

    /// The value of the fold (promise L2 says what it is of nothing); `percentile` is 0.0..=1.0.
    pub(crate) fn finish(&self, percentile: f64, result_ty: Type) -> Value {
        self.finish_as(self.fold, percentile, result_ty)
    }

    /// The value of another fold of the same state: a sum also knows the mean.
    pub(crate) fn finish_as(&self, fold: Fold, percentile: f64, result_ty: Type) -> Value {
        match &self.state {
            State::Count(n) => i64::try_from(*n).map_or(Value::Missing, Value::Int),
            State::Distinct(set) => i64::try_from(set.len()).map_or(Value::Missing, Value::Int),
            State::Ints(sum, _) if fold == Fold::Sum => i64::try_from(*sum).map_or(Value::Missing, Value::Int),
            State::Ints(sum, n) => self.mean_of_ints(*sum, *n, result_ty),
            State::Nums(sum, _) if fold == Fold::Sum => sum.sum().map_or(Value::Missing, Value::num),
            State::Nums(sum, n) => sum.divided_by(u128::from(*n)).map_or(Value::Missing, Value::num),
            State::Best(best) => best.clone().unwrap_or(Value::Missing),
            State::Any(x) | State::All(x) => Value::Bool(*x),
            State::Event(event) => event.as_ref().map_or(Value::Missing, |(_, value)| value.clone()),
            State::Values(values) => self.percentile(values, unordered, percentile, result_ty),
            State::Decimals(values, scale) => {
                let number = |units| exact::decimal_to_num(units, *scale).unwrap_or(f64::NAN);
                self.percentile(values, number, percentile, result_ty)
            }
        }
    }

    fn mean_of_ints(&self, sum: i128, n: u64, result_ty: Type) -> Value {
        if n == 0 {
            return Value::Missing;
        }
        if result_ty.is_int_like() {
            return exact::round_quotient(sum, i128::from(n)).map_or(Value::Missing, Value::Int);
        }
        let mut exact = ExactSum::default();
        exact.add_wide(sum);
        exact.divided_by(u128::from(n) * u128::from(self.body_unit().unsigned_abs())).map_or(Value::Missing, Value::num)
    }

    /// Type 7: between the two values around position (n − 1)·p, linearly. `number` of a value, where numbers are folded.
    fn percentile(&self, values: &Values, number: impl Fn(i64) -> f64, p: f64, result_ty: Type) -> Value {
        let position = values.len().saturating_sub(1) as f64 * p.clamp(0.0, 1.0);
        let (low, part) = (position.floor() as u64, position - position.floor());
        let Some((a, b)) = values.at(low) else { return Value::Missing };
        if self.body_ty.is_float_like() {
            let (a, b) = (number(a), number(b));
            if part == 0.0 {
                return Value::num(a);
            }
            // (b − a) may overflow where the result does not.
            let between = a * (1.0 - part) + b * part;
            return Value::num(if (b - a).is_finite() { a + (b - a) * part } else { between });
        }
        if result_ty.is_int_like() {
            let step = b.checked_sub(a).and_then(|gap| exact::scale_exact(gap, part));
            return step.and_then(|step| a.checked_add(step)).map_or(Value::Missing, Value::Int);
        }
        let (a, b) = (a as f64, b as f64);
        Value::num((a + (b - a) * part) / self.body_unit() as f64)
    }

    /// How many units of what is folded make 1: 100 for a decimal of scale 2.
    fn body_unit(&self) -> i64 {
        match self.body_ty {
            Type::Decimal(scale) => pow10(scale).unwrap_or(1),
            _ => 1,
        }
    }
}

fn keep_best(fold: Fold, best: &mut Option<Value>, value: &Value) {
    let better = best.as_ref().is_none_or(|best| {
        let order = compare(value, best);
        if fold == Fold::Min { order.is_lt() } else { order.is_gt() }
    });
    if better {
        *best = Some(value.clone());
    }
}

fn keep_event(fold: Fold, event: &mut Option<(i64, Value)>, time: i64, value: &Value) {
    let better = event.as_ref().is_none_or(|(best, _)| if fold == Fold::First { time < *best } else { time >= *best });
    if better {
        *event = Some((time, value.clone()));
    }
}

/// The order of two values of one type; texts by code points.
fn compare(a: &Value, b: &Value) -> std::cmp::Ordering {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Num(a), Value::Num(b)) => a.total_cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) => a.cmp(b),
        _ => std::cmp::Ordering::Equal,
    }
}
