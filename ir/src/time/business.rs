//! Business time in closed form (promise N2): open time of a calendar between instants, and its inverse.
//!
//! Open is what the calendar's clock says: an instant is open if its local date is no holiday and its local time of
//! day lies in an open span of that weekday. `nominal(L)` counts the open time of the local clock up to the local
//! time `L` by sums over weeks, holidays and spans. Where the clock is changed, `nominal` jumps; those jumps (none if
//! the calendar is closed at the time of the change) are summed beforehand, so that
//! `open(t) = nominal(local(t)) − jumps before t` is continuous and exact, also for a calendar open around the clock.
//!
//! Clock changes are known from 1800 to 2400; outside, the offset of the limit holds. Instants outside the years 0001
//! to 9999 count as the limit.

use super::zoned::candidates;
use super::{DATE_MAX, DATE_MIN, DAY_US, MINUTE_US, SECOND_US, days_of, offset_us, weekday};
use crate::program::Calendar;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// 1969-12-29, a Monday: weeks are counted from here.
const FIRST_MONDAY: i64 = -3;

/// A calendar prepared for counting. Build it once and use it for every row.
#[derive(Clone, Debug)]
pub struct OpenHours {
    zone: TimeZone,
    /// Per weekday: (start, end, open time of the day before start), in microseconds.
    spans: [Vec<(i64, i64, i64)>; 7],
    /// Open time of a week before each weekday; the eighth is the whole week.
    before_day: [i64; 8],
    /// Holidays that fall on a day with open time, sorted: (day, open time lost on all holidays before it).
    holidays: Vec<(i64, i64)>,
    /// Clock changes at which `nominal` jumps: (instant, sum of the jumps up to and with it).
    jumps: Vec<(i64, i64)>,
    /// Limits of known clock changes, as instants.
    known: (i64, i64),
}

impl OpenHours {
    /// Prepares a calendar; `None` if its zone is unknown.
    pub fn new(calendar: &Calendar) -> Option<OpenHours> {
        let zone = super::zone(&calendar.zone)?;
        let mut spans: [Vec<(i64, i64, i64)>; 7] = Default::default();
        let mut before_day = [0; 8];
        let mut week = 0;
        for ((day_spans, open), before) in spans.iter_mut().zip(&calendar.open).zip(before_day.iter_mut()) {
            *before = week;
            let mut day = 0;
            let mut free_from = 0;
            for &(from, to) in open {
                // Unsorted or overlapping spans (an ill-formed calendar) count once.
                let (from, to) = (i64::from(from) * MINUTE_US, i64::from(to.min(1440)) * MINUTE_US);
                let from = from.max(free_from);
                if from < to {
                    day_spans.push((from, to, day));
                    day += to - from;
                    free_from = to;
                }
            }
            week += day;
        }
        before_day[7] = week;
        let known = (days_of(1800, 1, 1) * DAY_US, days_of(2400, 1, 1) * DAY_US);
        let mut hours = OpenHours { zone, spans, before_day, holidays: Vec::new(), jumps: Vec::new(), known };
        hours.set_holidays(&calendar.holidays);
        hours.set_jumps();
        Some(hours)
    }

    fn set_holidays(&mut self, days: &[i32]) {
        let mut days: Vec<i64> = days.iter().map(|&d| i64::from(d)).collect();
        days.sort_unstable();
        days.dedup();
        let mut lost = 0;
        for day in days {
            let length = self.day_length(day);
            if length > 0 {
                self.holidays.push((day, lost));
                lost += length;
            }
        }
    }

    fn set_jumps(&mut self) {
        let Ok(from) = Timestamp::from_microsecond(self.known.0) else { return };
        let mut before = offset_us(&self.zone, self.known.0);
        let mut sum = 0;
        let mut jumps = Vec::new();
        for change in self.zone.following(from) {
            let at = change.timestamp().as_microsecond();
            if at >= self.known.1 {
                break;
            }
            let after = i64::from(change.offset().seconds()) * SECOND_US;
            let jump = self.nominal(at + after) - self.nominal(at + before);
            before = after;
            if jump != 0 {
                sum += jump;
                jumps.push((at, sum));
            }
        }
        self.jumps = jumps;
    }

    /// Open time of a week, in microseconds of the local clock.
    pub fn week_us(&self) -> i64 {
        self.before_day[7]
    }

    /// Open time of a weekday, holiday or not.
    fn day_length(&self, days: i64) -> i64 {
        let day = usize::from(weekday(days));
        self.before_day[day + 1] - self.before_day[day]
    }

    /// Open time of the local clock up to the start of a day, holidays not yet taken off.
    fn weeks_before(&self, days: i64) -> i64 {
        let weeks = (days - FIRST_MONDAY).div_euclid(7);
        weeks * self.week_us() + self.before_day[usize::from(weekday(days))]
    }

    /// Open time lost on the first `count` holidays.
    fn lost(&self, count: usize) -> i64 {
        match self.holidays.get(count) {
            Some(&(_, lost)) => lost,
            None => self.holidays.last().map_or(0, |&(day, lost)| lost + self.day_length(day)),
        }
    }

    /// Open time of the local clock up to a local time, from an arbitrary origin.
    fn nominal(&self, local: i64) -> i64 {
        let (day, us_of_day) = (local.div_euclid(DAY_US), local.rem_euclid(DAY_US));
        let passed = self.holidays.partition_point(|&(holiday, _)| holiday < day);
        let up_to_day = self.weeks_before(day) - self.lost(passed);
        if self.holidays.get(passed).is_some_and(|&(holiday, _)| holiday == day) {
            return up_to_day;
        }
        let spans = &self.spans[usize::from(weekday(day))];
        let begun = spans.partition_point(|&(start, _, _)| start <= us_of_day);
        let within = match begun.checked_sub(1).and_then(|i| spans.get(i)) {
            Some(&(start, end, before)) => before + us_of_day.min(end) - start,
            None => 0,
        };
        up_to_day + within
    }

    fn local(&self, us: i64) -> i64 {
        us + offset_us(&self.zone, us.clamp(self.known.0, self.known.1))
    }

    fn clamp(us: i64) -> i64 {
        us.clamp(DATE_MIN * DAY_US, (DATE_MAX + 1) * DAY_US)
    }

    /// Open time up to an instant, from an arbitrary origin.
    fn open_until(&self, us: i64) -> i64 {
        let jumped = self.jumps.partition_point(|&(at, _)| at <= us);
        let sum = jumped.checked_sub(1).and_then(|i| self.jumps.get(i)).map_or(0, |&(_, sum)| sum);
        self.nominal(self.local(us)) - sum
    }

    /// Open microseconds from `a` to `b`, negative if `b` is earlier.
    pub fn between(&self, a: i64, b: i64) -> i64 {
        self.open_until(Self::clamp(b)) - self.open_until(Self::clamp(a))
    }

    /// The instant at which `open_us` of open time have passed since `t`: the earliest such, so that the end of a
    /// day's hours is that evening and not the next morning. Negative: the latest instant before `t`. Zero: `t`.
    /// `None` if the calendar has no open time left, or beyond the years 0001 to 9999.
    pub fn add(&self, t: i64, open_us: i64) -> Option<i64> {
        if open_us == 0 {
            return Some(t);
        }
        if t != Self::clamp(t) || self.week_us() == 0 {
            return None;
        }
        let target = self.open_until(t).checked_add(open_us)?;
        let forward = open_us > 0;
        let (low, high) = if forward { (t, Self::clamp(i64::MAX)) } else { (Self::clamp(i64::MIN), t) };
        if !(self.open_until(low)..=self.open_until(high)).contains(&target) {
            return None;
        }
        Some(self.direct(target, forward).unwrap_or_else(|| self.bisect(target, forward, low, high)))
    }

    /// The instant by inverting `nominal`, checked; `None` where a clock change is too close for the simple way.
    fn direct(&self, target: i64, forward: bool) -> Option<i64> {
        // A jump's place in open time is the same on both of its sides: open_until is continuous.
        let jumped = self.jumps.partition_point(|&(at, _)| {
            let there = self.open_until(at);
            if forward { there < target } else { there <= target }
        });
        let sum = jumped.checked_sub(1).and_then(|i| self.jumps.get(i)).map_or(0, |&(_, sum)| sum);
        let local = self.inverse_nominal(target.checked_add(sum)?, forward)?;
        let (day, us_of_day) = (local.div_euclid(DAY_US), local.rem_euclid(DAY_US));
        let (before, after) = candidates(&self.zone, day, us_of_day)?;
        let (first, second) = if forward == (before <= after) { (before, after) } else { (after, before) };
        // Strictly open on the side it comes from, else the true answer is further that way.
        let edge = |us: i64| {
            let inside = if forward { us - 1 } else { us + 1 };
            self.open_until(us) == target && self.open_until(inside) != target
        };
        [first, second].into_iter().find(|&us| edge(us))
    }

    /// The earliest (`forward`) or latest local time at which `nominal` has a value, by clock changes unaffected.
    fn inverse_nominal(&self, value: i64, forward: bool) -> Option<i64> {
        let passed = self.holidays.partition_point(|&(day, lost)| {
            let there = self.weeks_before(day) - lost;
            if forward { there < value } else { there <= value }
        });
        let value = value.checked_add(self.lost(passed))?;
        let week_us = self.week_us();
        // Forward, a whole week belongs to the week that it ends; backward, to the one that it begins.
        let (weeks, rest) = if forward {
            ((value - 1).div_euclid(week_us), (value - 1).rem_euclid(week_us) + 1)
        } else {
            (value.div_euclid(week_us), value.rem_euclid(week_us))
        };
        let reached = |before: i64| if forward { before < rest } else { before <= rest };
        let day = self.before_day.partition_point(|&before| reached(before)).checked_sub(1)?;
        let rest_of_day = rest - self.before_day.get(day)?;
        let spans = self.spans.get(day)?;
        let reached = |before: i64| if forward { before < rest_of_day } else { before <= rest_of_day };
        let span = spans.partition_point(|&(_, _, before)| reached(before)).checked_sub(1)?;
        let &(start, _, before) = spans.get(span)?;
        Some((FIRST_MONDAY + weeks * 7 + day as i64) * DAY_US + start + rest_of_day - before)
    }

    fn bisect(&self, target: i64, forward: bool, low: i64, high: i64) -> i64 {
        // Forward: the least t with open_until(t) ≥ target; backward: the greatest with open_until(t) ≤ target.
        let (mut low, mut high) = (low, high);
        while low < high {
            let middle = if forward { low + (high - low) / 2 } else { high - (high - low) / 2 };
            let there = self.open_until(middle);
            match forward {
                true if there >= target => high = middle,
                true => low = middle + 1,
                false if there <= target => low = middle,
                false => high = middle - 1,
            }
        }
        low
    }
}

/// [`OpenHours::add`] for a single use; `None` also if the calendar's zone is unknown.
pub fn add_business(calendar: &Calendar, t: i64, open_us: i64) -> Option<i64> {
    OpenHours::new(calendar)?.add(t, open_us)
}

/// [`OpenHours::between`] for a single use; 0 if the calendar's zone is unknown.
pub fn business_time(calendar: &Calendar, a: i64, b: i64) -> i64 {
    OpenHours::new(calendar).map_or(0, |hours| hours.between(a, b))
}

#[cfg(test)]
mod tests;
