//! How far a zone's clock is from UTC, where that is plain: away from the days on which it is changed.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use revplay_ir::time::{DATE_MAX, DATE_MIN, DAY_US, days_of, offset_us};

/// Spans of days on which the clock is not changed.
#[derive(Clone, Debug)]
pub(crate) struct Offsets {
    /// First day, last day, and how far the clock is ahead, in microseconds; in order.
    spans: Vec<(i64, i64, i64)>,
}

/// Days on both sides of a change that are not plain: no clock is further from UTC.
const AROUND: i64 = 2;

impl Offsets {
    pub(crate) fn of(zone: &TimeZone) -> Offsets {
        let (first, last) = (days_of(1970, 1, 1), days_of(2100, 1, 1));
        let changes = |from: i64| {
            let from = Timestamp::from_microsecond(from.saturating_mul(DAY_US)).unwrap_or(Timestamp::MIN);
            zone.following(from).map(|change| change.timestamp().as_microsecond().div_euclid(DAY_US))
        };
        let earliest = Timestamp::MIN.as_microsecond().div_euclid(DAY_US);
        if changes(earliest - 1).next().is_none() {
            return Offsets { spans: vec![(DATE_MIN, DATE_MAX, offset_us(zone, 0))] };
        }
        let mut spans = Vec::new();
        let mut begins = first;
        for change in changes(first - AROUND).take_while(|day| *day <= last).chain([last]) {
            if begins < change - AROUND {
                spans.push((begins, change - AROUND, offset_us(zone, (change - AROUND) * DAY_US)));
            }
            begins = change + AROUND;
        }
        Offsets { spans }
    }

    /// How far the clock is ahead of UTC on a day, at all its times; `None` if it must be asked.
    #[inline]
    pub(crate) fn on(&self, day: i64) -> Option<i64> {
        if let [(first, last, offset)] = self.spans.as_slice() {
            return (*first <= day && day <= *last).then_some(*offset);
        }
        let at = self.spans.partition_point(|(_, last, _)| *last < day);
        let (first, _, offset) = self.spans.get(at)?;
        (*first <= day).then_some(*offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use revplay_ir::time::{instant_of, zone, zone_names};

    #[test]
    fn n4_plain_days_have_the_offset_that_the_zone_says() {
        let mut plain = 0;
        for name in zone_names() {
            let zone = zone(&name).unwrap();
            let offsets = Offsets::of(&zone);
            for day in (days_of(1969, 1, 1)..days_of(2040, 1, 1)).step_by(5) {
                let Some(offset) = offsets.on(day) else { continue };
                plain += 1;
                for time in [0, DAY_US - 1] {
                    assert_eq!(instant_of(&zone, day, time), Ok(day * DAY_US + time - offset), "{name} {day}");
                }
            }
        }
        assert!(plain > 1_000_000, "{plain}");
    }
}
