//! Dates of instants, fast for instants near each other.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use revplay_ir::program::Period;
use revplay_ir::time::{Calendaring, DAY_US, date_of, offset_us, period_start};

/// Instants between which zones are looked at: 1900 to 2200, in microseconds. Others are asked one by one.
const FROM_US: i64 = -2_208_988_800_000_000;
const TO_US: i64 = 7_258_118_400_000_000;

/// Calendar periods of instants in a zone.
pub(super) struct Days<'a> {
    zone: &'a TimeZone,
    calendaring: Calendaring,
    /// Spans in which the clock is not changed: first instant, the first one after it, offset. In order.
    spans: Vec<(i64, i64, i64)>,
    /// The span of the last instant.
    last: usize,
}

impl<'a> Days<'a> {
    pub(super) fn new(zone: &'a TimeZone, calendaring: Calendaring) -> Days<'a> {
        Days { zone, calendaring, spans: Vec::new(), last: 0 }
    }

    /// The first day of the period in which an instant lies.
    pub(super) fn period(&mut self, period: Period, us: i64) -> i64 {
        period_start(period, self.date(us), self.calendaring)
    }

    /// The date of an instant, as `date_of` gives it.
    fn date(&mut self, us: i64) -> i64 {
        if !(FROM_US..TO_US).contains(&us) {
            return date_of(self.zone, us);
        }
        let inside = |span: &(i64, i64, i64)| span.0 <= us && us < span.1;
        let offset = match self.spans.get(self.last).filter(|span| inside(span)) {
            Some(span) => span.2,
            None => {
                let at = self.spans.partition_point(|span| span.1 <= us);
                if !self.spans.get(at).is_some_and(inside) {
                    self.spans.insert(at, span(self.zone, us));
                }
                self.last = at;
                self.spans.get(at).map_or(0, |span| span.2)
            }
        };
        (us + offset).div_euclid(DAY_US)
    }
}

/// The span without a change of the clock in which an instant lies, within the limits.
fn span(zone: &TimeZone, us: i64) -> (i64, i64, i64) {
    let stamp = |us: i64| Timestamp::from_microsecond(us).unwrap_or(Timestamp::UNIX_EPOCH);
    let before = zone.preceding(stamp(us + 1)).next().map_or(FROM_US, |change| change.timestamp().as_microsecond());
    let after = zone.following(stamp(us)).next().map_or(TO_US, |change| change.timestamp().as_microsecond());
    (before.clamp(FROM_US, us), after.clamp(us + 1, TO_US), offset_us(zone, us))
}

#[cfg(test)]
mod tests {
    use super::*;
    use revplay_ir::time::zone;

    #[test]
    fn s5_dates_are_those_of_the_zone_before_at_and_after_every_change() {
        let names = ["Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca"];
        for name in names.into_iter().chain(["UTC", "Asia/Kolkata", "Asia/Kathmandu", "America/Sao_Paulo"]) {
            let zone = zone(name).expect("a zone");
            let calendaring = Calendaring { fiscal_start: 1, week_start: 0 };
            let mut days = Days::new(&zone, calendaring);
            let mut check = |us: i64| assert_eq!(days.date(us), date_of(&zone, us), "{name} {us}");
            let changes: Vec<i64> = zone
                .following(Timestamp::from_microsecond(FROM_US).expect("an instant"))
                .take(400)
                .map(|change| change.timestamp().as_microsecond())
                .collect();
            for change in changes.iter().chain(changes.iter().rev()) {
                for near in [-3_600_000_000, -1, 0, 1, 3_600_000_000, 40 * DAY_US] {
                    check(change + near);
                }
            }
            let mut us = 7i64;
            for _ in 0..20_000 {
                us = us.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                check(us >> 9);
                check(us);
            }
            [i64::MIN, i64::MAX, FROM_US, FROM_US - 1, TO_US, TO_US - 1].into_iter().for_each(check);
        }
    }
}
