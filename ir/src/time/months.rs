//! Adding calendar months (promise N3).

use super::{DAY_US, civil_of, date_in_range, days_of, local_of, month_length};
use jiff::tz::TimeZone;

/// A day some months later. If that month is too short: its last day, or with `overflowing` as many days into the
/// month after. `None` outside the years 0001 to 9999.
pub fn add_months_date(days: i64, months: i64, overflowing: bool) -> Option<i64> {
    if !date_in_range(days) {
        return None;
    }
    let (year, month, day) = civil_of(days);
    let total = (year * 12 + i64::from(month) - 1).checked_add(months)?;
    let (year, month) = (total.div_euclid(12), total.rem_euclid(12) as u8 + 1);
    if !(0..=10_000).contains(&year) {
        return None;
    }
    let day = if overflowing { day } else { day.min(month_length(year, month)) };
    Some(days_of(year, month, day)).filter(|&d| date_in_range(d))
}

/// An instant some months later at the same local time of day. A local time that the clock skips moves on by the
/// length of the gap; one that it repeats is the earlier.
pub fn add_months(zone: &TimeZone, us: i64, months: i64, overflowing: bool) -> Option<i64> {
    let (days, us_of_day) = local_of(zone, us);
    let days = add_months_date(days, months, overflowing)?;
    debug_assert!((0..DAY_US).contains(&us_of_day));
    super::zoned::candidates(zone, days, us_of_day).map(|(before, _)| before)
}

#[cfg(test)]
mod tests {
    use super::super::{DATE_MAX, HOUR_US, MINUTE_US, instant_of, zone};
    use super::*;

    #[test]
    fn n3_the_31st_is_clipped_or_runs_over() {
        let jan31 = days_of(2026, 1, 31);
        assert_eq!(add_months_date(jan31, 1, false), Some(days_of(2026, 2, 28)));
        assert_eq!(add_months_date(jan31, 1, true), Some(days_of(2026, 3, 3)));
        assert_eq!(add_months_date(days_of(2028, 1, 31), 1, false), Some(days_of(2028, 2, 29)));
        assert_eq!(add_months_date(jan31, -2, false), Some(days_of(2025, 11, 30)));
        assert_eq!(add_months_date(jan31, -2, true), Some(days_of(2025, 12, 1)));
        assert_eq!(add_months_date(days_of(2028, 2, 29), 12, false), Some(days_of(2029, 2, 28)));
        assert_eq!(add_months_date(DATE_MAX, 1, false), None);
        assert_eq!(add_months_date(DATE_MAX, 0, true), Some(DATE_MAX));
        for months in [i64::MIN, i64::MAX] {
            assert_eq!(add_months_date(0, months, false), None);
            assert_eq!(add_months_date(i64::MAX, months, true), None);
        }
    }

    #[test]
    fn n3_the_local_time_of_day_stays() {
        let berlin = zone("Europe/Berlin").unwrap();
        let at = |y, m, d, us| instant_of(&berlin, days_of(y, m, d), us).unwrap();
        let half_past_two = 2 * HOUR_US + 30 * MINUTE_US;
        assert_eq!(add_months(&berlin, at(2026, 1, 31, 9 * HOUR_US), 1, false), Some(at(2026, 2, 28, 9 * HOUR_US)));
        assert_eq!(add_months(&berlin, at(2026, 3, 15, 9 * HOUR_US), 1, false), Some(at(2026, 4, 15, 9 * HOUR_US)));
        // 2026-03-29 02:30 does not exist in Berlin: 03:30.
        let moved = add_months(&berlin, at(2026, 2, 28, half_past_two) + DAY_US, 1, false).unwrap();
        assert_eq!(moved, at(2026, 4, 1, half_past_two));
        let gap = add_months(&berlin, at(2026, 1, 29, half_past_two), 2, false).unwrap();
        assert_eq!(gap, at(2026, 3, 29, half_past_two + HOUR_US));
    }
}
