//! The events of a rule, key by key (promises S2 to S5).

use super::block::{Block, constant};
use super::days::Days;
use crate::engine::Engine;
use crate::events::{EventUnits, Times};
use crate::score::effect_of_events;
use arrow_array::{Array, Float64Array, Int64Array};
use revplay_ir::exact;
use revplay_ir::program::{Amount, DecisionId, DecisionKind, Each, NodeId};
use revplay_ir::value::Value;
use std::cmp::Reverse;

/// What is needed of a rule to fold its events.
pub(super) struct RuleFold {
    each: Each,
    up_to: Option<i64>,
    /// A decay to come: the effect is in units instead of steps.
    fraction: bool,
    units: EventUnits,
    times: Times,
    points: Points,
}

/// Points of an event.
enum Points {
    /// The same for all.
    Constant(Value),
    /// A column.
    Node(NodeId),
}

/// The events of some keys so far.
pub(super) struct RuleState {
    /// Sums in units of 2^-20 steps, by key.
    sums: Vec<i128>,
    /// Where a rate limit must see them together: each key's events in file order.
    limited: Vec<Limited>,
}

/// An event that a rate limit looks at.
#[derive(Clone, Copy, Debug)]
struct Limited {
    units: i64,
    time_us: i64,
    key: u32,
    /// The periods of `at least` and of `at most`: dates in days, which 32 bits hold for every instant.
    least: i32,
    most: i32,
}

impl RuleFold {
    /// Of a rule with points per event.
    pub(super) fn new(engine: &Engine, id: DecisionId, group: u32, rule: u32) -> Option<RuleFold> {
        let DecisionKind::Score(score) = &engine.program.decisions.get(id.index())?.kind else { return None };
        let group = score.groups.get(group as usize)?;
        let rule = group.rules.get(rule as usize)?;
        let Amount::Each(each) = &rule.amount else { return None };
        let ty = engine.program.nodes.get(each.points.index())?.ty;
        Some(RuleFold {
            each: each.clone(),
            up_to: rule.up_to,
            fraction: group.decay.is_some() || score.decay.is_some(),
            units: EventUnits::new(ty, score),
            times: Times::of_rule(engine.now_us, each),
            points: constant(engine, each.points).map_or(Points::Node(each.points), Points::Constant),
        })
    }

    /// The nodes whose values it reads.
    pub(super) fn nodes(&self) -> Vec<NodeId> {
        let points = match &self.points {
            Points::Constant(_) => None,
            Points::Node(node) => Some(*node),
        };
        self.each.filter.into_iter().chain(points).collect()
    }

    /// No events of so many keys.
    pub(super) fn begin(&self, keys: usize) -> RuleState {
        RuleState { sums: vec![0; keys], limited: Vec::new() }
    }

    /// Adds the events of a block; `keys` says whose they are, the lists are used again.
    pub(super) fn add(
        &self,
        engine: &Engine,
        state: &mut RuleState,
        block: &Block,
        keys: &[u32],
        days: &mut Days<'_>,
        lists: &mut Lists,
    ) {
        let Lists { selected, factors, units } = lists;
        block.select(self.times, self.each.filter, selected);
        self.units_of(engine, block, selected, factors, units);
        let events = selected.iter().zip(units).map(|(row, units)| (*row as usize, *units));
        if self.each.at_most.is_none() && self.each.at_least.is_none() {
            for (row, units) in events {
                if let Some(sum) = keys.get(row).and_then(|key| state.sums.get_mut(*key as usize)) {
                    *sum += i128::from(units);
                }
            }
            return;
        }
        state.limited.reserve(selected.len());
        let known = state.sums.len() as u32;
        for (row, units) in events {
            // Those without a time were not selected.
            let (Some(time_us), Some(key)) = (block.times.get(row).copied(), keys.get(row).copied()) else { continue };
            if key >= known {
                continue;
            }
            let mut period =
                |limit: Option<(u32, _)>| limit.map_or(0, |(_, period)| days.period(period, time_us) as i32);
            let (least, most) = (period(self.each.at_least), period(self.each.at_most));
            state.limited.push(Limited { units, time_us, key, least, most });
        }
    }

    /// The units of each selected event after its decay. One whose points are missing adds nothing, but is one of its
    /// period for `at least`: 0.
    fn units_of(&self, engine: &Engine, block: &Block, selected: &[u32], factors: &mut Vec<f64>, units: &mut Vec<i64>) {
        units.clear();
        factors.clear();
        let half_life = self.each.half_life_us;
        if let Some(half_life) = half_life {
            let time = |row: &u32| block.times.get(*row as usize).copied().unwrap_or(0);
            let ages = selected.iter().map(|row| engine.now_us.saturating_sub(time(row)));
            exact::decay_factors(ages, half_life, factors);
        }
        let of_num = |points: f64| self.units.of_num(points).unwrap_or(0);
        match &self.points {
            Points::Constant(points) => {
                let start = match points {
                    Value::Int(n) => self.units.decayed_from(*n),
                    Value::Num(x) => Some(*x),
                    Value::Missing | Value::Bool(_) | Value::Text(_) | Value::List(_) => None,
                };
                match (half_life, start) {
                    (Some(_), Some(start)) => units.extend(factors.iter().map(|factor| of_num(start * factor))),
                    (Some(_), None) => units.resize(selected.len(), 0),
                    (None, _) => units.resize(selected.len(), self.units.of(points, None).unwrap_or(0)),
                }
            }
            Points::Node(node) => {
                let rows = selected.iter().map(|row| *row as usize);
                let any = block.values(*node).map(|array| array.as_any());
                if let Some(ints) = any.and_then(|any| any.downcast_ref::<Int64Array>()) {
                    let point = |row: usize| (row < ints.len() && ints.is_valid(row)).then(|| ints.value(row));
                    if half_life.is_none() {
                        let of_int = |row: usize| self.units.of_int(point(row)?);
                        units.extend(rows.map(|row| of_int(row).unwrap_or(0)));
                    } else {
                        let start = |row: usize| self.units.decayed_from(point(row)?);
                        let of = |(row, factor): (usize, &f64)| start(row).map_or(0, |start| of_num(start * factor));
                        units.extend(rows.zip(factors.iter()).map(of));
                    }
                } else if let Some(nums) = any.and_then(|any| any.downcast_ref::<Float64Array>()) {
                    let point = |row: usize| (row < nums.len() && nums.is_valid(row)).then(|| nums.value(row));
                    // Numbers that are not finite are missing.
                    let point = |row: usize| point(row).filter(|x| x.is_finite());
                    if half_life.is_none() {
                        factors.resize(selected.len(), 1.0);
                    }
                    let of = |(row, factor): (usize, &f64)| point(row).map_or(0, |point| of_num(point * factor));
                    units.extend(rows.zip(factors.iter()).map(of));
                } else {
                    units.resize(selected.len(), 0);
                }
            }
        }
    }

    /// The rule's effect for each key: units where a decay is to come, else whole steps.
    pub(super) fn finish(&self, mut state: RuleState) -> Vec<i64> {
        if !state.limited.is_sorted_by_key(|event| event.key) {
            state.limited = by_key(&state.limited, state.sums.len());
        }
        for of_key in state.limited.chunk_by_mut(|a, b| a.key == b.key) {
            let key = of_key.first().map_or(usize::MAX, |event| event.key as usize);
            if let Some(total) = state.sums.get_mut(key) {
                *total = self.limit(of_key);
            }
        }
        let effect = |units: i128| match units {
            // Most keys have no event for most rules.
            0 => 0,
            units => effect_of_events(units, self.up_to, self.fraction),
        };
        state.sums.into_iter().map(effect).collect()
    }

    /// The sum of one key's events after the rate limits: `at least` before `at most`. Leaves them in any order.
    fn limit(&self, mut events: &mut [Limited]) -> i128 {
        if let Some((n, _)) = self.each.at_least {
            // Stable: file order stays within a period.
            events.sort_by_key(|event| event.least);
            let mut kept = 0;
            let mut from = 0;
            while let Some(first) = events.get(from).copied() {
                let rest = events.get(from..).unwrap_or_default();
                let count = rest.iter().take_while(|event| event.least == first.least).count();
                if count >= n as usize {
                    events.copy_within(from..from + count, kept);
                    kept += count;
                }
                from += count;
            }
            events = events.get_mut(..kept).unwrap_or_default();
        }
        let Some((n, _)) = self.each.at_most else { return events.iter().map(|event| i128::from(event.units)).sum() };
        if !events.is_sorted_by_key(|event| event.most) {
            // Stable: file order stays within a period.
            events.sort_by_key(|event| event.most);
        }
        let of_period = |events: &mut [Limited]| -> i128 {
            if events.len() > n as usize {
                // The largest first; ties: the earliest, then file order.
                let size = |event: &Limited| (Reverse(event.units.unsigned_abs()), event.time_us);
                if n == 1 {
                    return events.iter().min_by_key(|event| size(event)).map_or(0, |event| i128::from(event.units));
                }
                events.sort_by_key(size);
            }
            events.iter().take(n as usize).map(|event| i128::from(event.units)).sum()
        };
        events.chunk_by_mut(|a, b| a.most == b.most).map(of_period).sum()
    }
}

/// The events of keys below `known` by key; those of a key stay in file order.
fn by_key(events: &[Limited], known: usize) -> Vec<Limited> {
    let mut next = vec![0usize; known + 1];
    for event in events {
        next.iter_mut().skip(event.key as usize + 1).take(1).for_each(|count| *count += 1);
    }
    let mut total = 0;
    for start in &mut next {
        total += *start;
        *start = total;
    }
    let mut ordered = events.to_vec();
    for event in events {
        let Some(next) = next.get_mut(event.key as usize) else { continue };
        ordered.iter_mut().skip(*next).take(1).for_each(|slot| *slot = *event);
        *next += 1;
    }
    ordered
}

/// Lists that are used again.
#[derive(Default)]
pub(super) struct Lists {
    /// Events that count.
    pub(super) selected: Vec<u32>,
    /// Their decay, and their points after it.
    factors: Vec<f64>,
    units: Vec<i64>,
}
