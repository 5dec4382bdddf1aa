//! Events of a rule: time, decay and rate limits (promises S2 to S5, N4).

use crate::eval::Evaluator;
use crate::trace::{EventStep, EventsStep, Tracer};
use revplay_ir::decimal::pow10;
use revplay_ir::exact;
use revplay_ir::program::{Each, Period, Score, Window};
use revplay_ir::time::{Calendaring, date_of, period_start};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::collections::BTreeMap;

/// An event whose time and condition let it count.
#[derive(Clone, Copy, Debug)]
struct Event {
    /// Microseconds; `None` where nothing asks for the time.
    time_us: Option<i64>,
    factor: f64,
    /// Points after decay in units of 2^-20 steps; 0 if they are missing.
    units: i64,
}

/// Which times let an event count (promise N4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    /// The first instant that does, in microseconds.
    pub(crate) from: i64,
    /// The last one.
    pub(crate) to: i64,
    /// An event without a time counts.
    pub(crate) timeless: bool,
}

impl Times {
    /// Without a window up to `now`, and also without a time; with one, inside.
    pub(crate) fn of(now_us: i64, window: Option<Window>) -> Times {
        let (from, to) = match window {
            None => return Times { from: i64::MIN, to: now_us, timeless: true },
            Some(Window::Last(d)) => (now_us.saturating_sub(d), now_us),
            Some(Window::Ago(a, b)) => (now_us.saturating_sub(a), now_us.saturating_sub(b)),
            Some(Window::Next(d)) => (now_us, now_us.saturating_add(d)),
        };
        Times { from, to, timeless: false }
    }

    /// Those of the events of a rule: where a decay or a rate limit needs the time, an event without one does not count.
    pub(crate) fn of_rule(now_us: i64, each: &Each) -> Times {
        let times = Times::of(now_us, each.window);
        let needs_time = each.half_life_us.is_some() || each.at_most.is_some() || each.at_least.is_some();
        Times { timeless: times.timeless && !needs_time, ..times }
    }

    /// Whether a time is one of them.
    #[inline]
    pub(crate) fn count(&self, time_us: Option<i64>) -> bool {
        time_us.map_or(self.timeless, |t| self.from <= t && t <= self.to)
    }
}

/// Whether the time of an event lets it count (promise N4).
pub(crate) fn counts_by_time(now_us: i64, window: Option<Window>, time_us: Option<i64>) -> bool {
    Times::of(now_us, window).count(time_us)
}

impl<T: Tracer> Evaluator<'_, T> {
    /// The sum of a rule's events in units of 2^-20 steps, before the rule's `up to`.
    ///
    /// In order: each event's amount, its decay, the rate limits (`at least` before `at most`),
    /// the sum. The sum is of integers, so the order of the events cannot matter. An event whose
    /// points are missing or out of range adds nothing, but is one of its period for `at least`.
    /// Where a decay or a rate limit needs the time, an event without one does not count.
    pub(crate) fn eval_events(&mut self, frame: usize, score: &Score, each: &Each) -> (i128, EventsStep) {
        let mut step = EventsStep { link: Some(each.link), ..EventsStep::default() };
        let mut events = self.matching_events(frame, score, each, &mut step);
        if let Some((n, period)) = each.at_least {
            let before = events.len();
            events = self.periods(&events, period).into_values().filter(|p| p.len() >= n as usize).flatten().collect();
            step.too_few = (before - events.len()) as u64;
        }
        if let Some((n, period)) = each.at_most {
            let before = events.len();
            let periods = self.periods(&events, period).into_values();
            events = periods.flat_map(|events| largest(events, n as usize)).collect();
            step.over_limit = (before - events.len()) as u64;
        }
        if T::RECORDS {
            let told = |e: &Event| EventStep { time_us: e.time_us, factor: e.factor, units: e.units };
            step.counted = events.iter().map(told).collect();
        }
        (events.iter().map(|e| i128::from(e.units)).sum(), step)
    }

    fn matching_events(&mut self, frame: usize, score: &Score, each: &Each, step: &mut EventsStep) -> Vec<Event> {
        let engine = self.engine;
        let linked = engine.links.linked(engine.program.links[each.link.index()].to);
        let times = linked.and_then(|linked| linked.times.as_ref());
        let counting = Times::of_rule(engine.now_us, each);
        let to_units = EventUnits::new(engine.program.nodes[each.points.index()].ty, score);
        let mut events = Vec::new();
        let rows = self.linked_rows(frame, each.link);
        for row in (0..rows.len()).filter_map(|at| rows.get(at)) {
            let time_us = times.and_then(|times| times.get(row as usize));
            if !counting.count(time_us) {
                step.outside_window += 1;
                continue;
            }
            let factor = match (each.half_life_us, time_us) {
                (Some(half_life), Some(t)) => Some(exact::decay_factor(engine.now_us.saturating_sub(t), half_life)),
                _ => None,
            };
            let points = self.eval_linked(frame, each.link, row, true, |cx, linked| {
                let counts = each.filter.is_none_or(|filter| cx.eval(linked, filter).is_true());
                counts.then(|| cx.eval(linked, each.points))
            });
            let Some(points) = points.flatten() else {
                step.not_matching += 1;
                continue;
            };
            let units = to_units.of(&points, factor);
            step.no_points += u64::from(units.is_none());
            events.push(Event { time_us, factor: factor.unwrap_or(1.0), units: units.unwrap_or(0) });
        }
        events
    }

    /// Events by calendar period in the playbook's zone, each in file order.
    fn periods(&self, events: &[Event], period: Period) -> BTreeMap<i64, Vec<Event>> {
        let mut periods: BTreeMap<i64, Vec<Event>> = BTreeMap::new();
        for event in events {
            if let Some(t) = event.time_us {
                let day = date_of(&self.engine.prepared.zone, t);
                periods.entry(period_start(period, day, self.engine.calendaring())).or_default().push(*event);
            }
        }
        periods
    }
}

impl crate::engine::Engine {
    /// How the playbook counts weeks and fiscal years.
    pub(crate) fn calendaring(&self) -> Calendaring {
        Calendaring { fiscal_start: self.program.fiscal_start, week_start: self.program.week_start }
    }
}

/// The `n` events of largest size; ties: the earliest, then file order (promise S5).
fn largest(mut events: Vec<Event>, n: usize) -> Vec<Event> {
    events.sort_by_key(|e| (std::cmp::Reverse(e.units.unsigned_abs()), e.time_us));
    events.truncate(n);
    events
}

/// How points of events of one rule become units of 2^-20 steps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventUnits {
    /// Decimal digits of the points, if they are integers.
    points_scale: u8,
    scale: u8,
    step: i64,
    /// Units in one point, where that is a whole number: the exact products below need no division then.
    per_point: Option<i64>,
}

impl EventUnits {
    /// Of points of a type in a score.
    pub(crate) fn new(points: Type, score: &Score) -> EventUnits {
        let points_scale = match points {
            Type::Decimal(scale) => scale,
            _ => 0,
        };
        let units = pow10(score.scale).and_then(|power| power.checked_mul(exact::EVENT_UNITS_PER_STEP));
        let per_point = units.filter(|units| score.step > 0 && units % score.step == 0).map(|u| u / score.step);
        EventUnits { points_scale, scale: score.scale, step: score.step, per_point }
    }

    /// Points of an event, after its decay, in units of 2^-20 steps; `None` if missing or out of range.
    pub(crate) fn of(&self, points: &Value, factor: Option<f64>) -> Option<i64> {
        match (points, factor) {
            (Value::Int(n), None) => self.of_int(*n),
            (Value::Int(n), Some(factor)) => self.of_num(self.decayed_from(*n)? * factor),
            (Value::Num(x), factor) => self.of_num(x * factor.unwrap_or(1.0)),
            (Value::Missing | Value::Bool(_) | Value::Text(_) | Value::List(_), _) => None,
        }
    }

    /// What the decay of integer points starts from.
    pub(crate) fn decayed_from(&self, n: i64) -> Option<f64> {
        exact::decimal_to_num(n, self.points_scale)
    }

    /// Integer points that do not decay.
    #[inline]
    pub(crate) fn of_int(&self, n: i64) -> Option<i64> {
        match self.per_point.filter(|_| self.points_scale == 0).and_then(|units| n.checked_mul(units)) {
            Some(units) => Some(units),
            None => exact::event_units_of_decimal(n, self.points_scale, self.scale, self.step),
        }
    }

    /// Points that are a number, after their decay.
    #[inline]
    pub(crate) fn of_num(&self, points: f64) -> Option<i64> {
        match self.per_point {
            // The same exact product, rounded once.
            Some(units) => exact::scale_exact(units, points),
            None => exact::event_units(points, self.scale, self.step),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n4_windows_include_both_ends() {
        let inside = |window, t| counts_by_time(100, Some(window), Some(t));
        assert!(inside(Window::Last(10), 90) && inside(Window::Last(10), 100));
        assert!(!inside(Window::Last(10), 89) && !inside(Window::Last(10), 101));
        assert!(inside(Window::Ago(60, 30), 40) && inside(Window::Ago(60, 30), 70));
        assert!(!inside(Window::Ago(60, 30), 39) && !inside(Window::Ago(60, 30), 71));
        assert!(inside(Window::Next(10), 100) && inside(Window::Next(10), 110));
        assert!(!inside(Window::Next(10), 99) && !inside(Window::Next(10), 111));
        assert!(counts_by_time(i64::MIN, Some(Window::Last(i64::MAX)), Some(i64::MIN)));
    }

    #[test]
    fn n4_an_event_without_a_time_is_outside_every_window() {
        assert!(counts_by_time(100, None, None));
        assert!(!counts_by_time(100, Some(Window::Last(i64::MAX)), None));
        assert!(counts_by_time(100, None, Some(100)) && !counts_by_time(100, None, Some(101)));
    }

    #[test]
    fn s4_units_of_events_are_those_of_the_exact_functions() {
        let points = [0.0, -0.0, 1.0, -1.0, 5.0, 1e-7, 0.1, -2.5, 1e9, 9.2e12, -9.3e12, 1e300, 5e-324, f64::MIN];
        let factors = [1.0, 0.5, 0.999_999, 1e-9, 0.333_333_333, 3e-310];
        for (scale, step) in [(0, 1), (2, 1), (2, 25), (1, 3), (0, 1 << 20), (0, 1 << 22), (18, 1), (0, 0), (19, 1)] {
            let score = Score { scale, step, start: 0, range: None, decay: None, groups: Vec::new() };
            for (x, factor) in points.iter().flat_map(|x| factors.map(|factor| (*x, factor))) {
                let units = EventUnits::new(Type::Number, &score);
                assert_eq!(units.of(&Value::Num(x), Some(factor)), exact::event_units(x * factor, scale, step));
                let n = x as i64;
                for (ty, digits) in [(Type::Int, 0), (Type::Decimal(2), 2)] {
                    let units = EventUnits::new(ty, &score);
                    assert_eq!(units.of(&Value::Int(n), None), exact::event_units_of_decimal(n, digits, scale, step));
                    let points = exact::decimal_to_num(n, digits).expect("a scale") * factor;
                    assert_eq!(units.of(&Value::Int(n), Some(factor)), exact::event_units(points, scale, step));
                }
            }
        }
    }

    #[test]
    fn s5_the_largest_stay_then_the_earliest_then_file_order() {
        let event = |units, t, factor| Event { time_us: Some(t), factor, units };
        let kept = largest(vec![event(2, 5, 0.1), event(-3, 9, 0.2), event(3, 7, 0.3), event(3, 7, 0.4)], 2);
        assert_eq!(kept.iter().map(|e| e.factor).collect::<Vec<_>>(), [0.3, 0.4]);
    }
}
