//! Instants and the local clock of a zone.

use super::{DAY_US, civil_of};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

/// Why a local time has no instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalError {
    /// The clock skips it.
    Skipped,
    /// Outside the years 0001 to 9999.
    OutOfRange,
}

fn timestamp(us: i64) -> Timestamp {
    let limit = if us < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_microsecond(us).unwrap_or(limit)
}

fn micros(offset: Offset) -> i64 {
    i64::from(offset.seconds()) * super::SECOND_US
}

/// How far the zone's clock is ahead of UTC at an instant, in microseconds.
pub fn offset_us(zone: &TimeZone, us: i64) -> i64 {
    micros(zone.to_offset(timestamp(us)))
}

/// Local day and microseconds of that day at an instant.
pub fn local_of(zone: &TimeZone, us: i64) -> (i64, i64) {
    let local = i128::from(us) + i128::from(offset_us(zone, us));
    let day = i128::from(DAY_US);
    (local.div_euclid(day) as i64, local.rem_euclid(day) as i64)
}

/// The date of an instant in a zone.
pub fn date_of(zone: &TimeZone, us: i64) -> i64 {
    local_of(zone, us).0
}

/// How the zone's clock shows a local time: once, never or twice. `None` outside the years 0001 to 9999.
fn ambiguity(zone: &TimeZone, days: i64, us_of_day: i64) -> Option<AmbiguousOffset> {
    if !super::date_in_range(days) {
        return None;
    }
    let (year, month, day) = civil_of(days);
    let second = us_of_day.div_euclid(super::SECOND_US);
    let nanos = us_of_day.rem_euclid(super::SECOND_US) * 1000;
    let local = DateTime::new(
        i16::try_from(year).ok()?,
        month as i8,
        day as i8,
        i8::try_from(second / 3600).ok()?,
        (second / 60 % 60) as i8,
        (second % 60) as i8,
        nanos as i32,
    );
    Some(zone.to_ambiguous_timestamp(local.ok()?).offset())
}

/// Instants at which the clock shows a local time, or would if it had not been changed: (by the offset before
/// the change, by the offset after it); equal where there is no change.
pub(super) fn candidates(zone: &TimeZone, days: i64, us_of_day: i64) -> Option<(i64, i64)> {
    let local = days.checked_mul(DAY_US)?.checked_add(us_of_day)?;
    let (before, after) = match ambiguity(zone, days, us_of_day)? {
        AmbiguousOffset::Unambiguous { offset } => (offset, offset),
        AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => (before, after),
    };
    Some((local - micros(before), local - micros(after)))
}

/// The instant at which the clock shows `us_of_day` on a day; the earlier of two (promise N4).
pub fn instant_of(zone: &TimeZone, days: i64, us_of_day: i64) -> Result<i64, LocalError> {
    let offset = match ambiguity(zone, days, us_of_day).ok_or(LocalError::OutOfRange)? {
        AmbiguousOffset::Unambiguous { offset } => offset,
        AmbiguousOffset::Gap { .. } => return Err(LocalError::Skipped),
        AmbiguousOffset::Fold { before, .. } => before,
    };
    Ok(days * DAY_US + us_of_day - micros(offset))
}

/// The first instant of a day. Where the clock skips midnight that is the instant of the change; where it shows
/// midnight twice, the earlier. Outside the years 0001 to 9999 by the offset at the limit, saturating.
pub fn start_of_day(zone: &TimeZone, days: i64) -> i64 {
    match ambiguity(zone, days, 0) {
        Some(AmbiguousOffset::Unambiguous { offset }) => days * DAY_US - micros(offset),
        Some(AmbiguousOffset::Fold { before, .. }) => days * DAY_US - micros(before),
        Some(AmbiguousOffset::Gap { before, .. }) => {
            // At or after the change, which lies at most a day before: the latest change up to then is it.
            let shifted = days * DAY_US - micros(before);
            let change = zone.preceding(timestamp(shifted.saturating_add(1))).next();
            change.map_or(shifted, |c| c.timestamp().as_microsecond())
        }
        None => {
            let midnight = days.saturating_mul(DAY_US);
            midnight.saturating_sub(offset_us(zone, midnight))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DATE_MAX, DATE_MIN, HOUR_US, MINUTE_US, days_of, zone};
    use super::*;

    #[test]
    fn n2_a_day_that_the_clock_starts_late() {
        let havana = zone("America/Havana").unwrap();
        let change = days_of(2026, 3, 8);
        // 2026-03-08 starts at 01:00: 24 hours after the midnight before, the next day 23 hours later.
        let start = start_of_day(&havana, change);
        assert_eq!(local_of(&havana, start), (change, HOUR_US));
        assert_eq!(date_of(&havana, start - 1), change - 1);
        assert_eq!(start_of_day(&havana, change + 1) - start, 23 * HOUR_US);
        let beirut = zone("Asia/Beirut").unwrap();
        let change = days_of(2026, 3, 29);
        assert_eq!(local_of(&beirut, start_of_day(&beirut, change)), (change, HOUR_US));
    }

    #[test]
    fn n2_a_change_across_midnight_and_a_day_that_never_was() {
        // Toronto 1919-03-30: 23:30 → 00:30 on the 31st, so that the 31st starts at 00:30.
        let toronto = zone("America/Toronto").unwrap();
        let day = days_of(1919, 3, 31);
        assert_eq!(local_of(&toronto, start_of_day(&toronto, day)), (day, 30 * MINUTE_US));
        // Samoa had no 2011-12-30.
        let apia = zone("Pacific/Apia").unwrap();
        let day = days_of(2011, 12, 30);
        assert_eq!(start_of_day(&apia, day), start_of_day(&apia, day + 1));
        assert_eq!(date_of(&apia, start_of_day(&apia, day) - 1), day - 1);
    }

    #[test]
    fn n4_skipped_and_repeated_times() {
        let berlin = zone("Europe/Berlin").unwrap();
        let spring = days_of(2026, 3, 29);
        assert_eq!(instant_of(&berlin, spring, 2 * HOUR_US + 30 * MINUTE_US), Err(LocalError::Skipped));
        let autumn = days_of(2026, 10, 25);
        let twice = instant_of(&berlin, autumn, 2 * HOUR_US + 30 * MINUTE_US).unwrap();
        assert_eq!(twice, autumn * DAY_US + 30 * MINUTE_US); // 00:30 UTC, summer time
        assert_eq!(start_of_day(&berlin, autumn + 1) - start_of_day(&berlin, autumn), 25 * HOUR_US);
    }

    #[test]
    fn every_day_starts_at_its_start() {
        for name in ["Europe/Berlin", "America/New_York", "America/Havana", "Asia/Beirut", "America/Sao_Paulo"] {
            let z = zone(name).unwrap();
            for day in days_of(1970, 1, 1)..days_of(2030, 1, 1) {
                let start = start_of_day(&z, day);
                assert_eq!(date_of(&z, start), day, "{name} {day}");
                assert!(date_of(&z, start - 1) < day, "{name} {day}");
            }
        }
    }

    #[test]
    fn limits_do_not_panic() {
        let z = zone("America/New_York").unwrap();
        for us in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX] {
            start_of_day(&z, date_of(&z, us));
        }
        for days in [i64::MIN, DATE_MIN, DATE_MAX, DATE_MAX + 1, i64::MAX] {
            start_of_day(&z, days);
            let _ = instant_of(&z, days, 0);
        }
        assert_eq!(instant_of(&z, 0, 99 * DAY_US), Err(LocalError::OutOfRange));
    }
}
