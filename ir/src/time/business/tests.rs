//! Tests of business time, against counting minute by minute.

use super::*;
use crate::time::{HOUR_US, WEEK_US, date_of, local_of, parse_timestamp, start_of_day, zone};
use proptest::prelude::*;

fn office(zone: &str, holidays: &[i64]) -> Calendar {
    let day = vec![(540, 1080)];
    let none = Vec::new();
    Calendar {
        name: "berlin".into(),
        zone: zone.into(),
        open: [day.clone(), day.clone(), day.clone(), day.clone(), day, none.clone(), none],
        holidays: holidays.iter().map(|&d| d as i32).collect(),
    }
}

fn around_the_clock(zone: &str) -> Calendar {
    Calendar {
        name: "always".into(),
        zone: zone.into(),
        open: std::array::from_fn(|_| vec![(0, 1440)]),
        holidays: vec![],
    }
}

fn at(text: &str) -> i64 {
    parse_timestamp(text, &zone("Europe/Berlin").unwrap()).unwrap()
}

#[test]
fn n2_business_hours_end_the_same_evening_and_pass_weekends_and_holidays() {
    let christmas = days_of(2026, 12, 25);
    let hours = OpenHours::new(&office("Europe/Berlin", &[christmas])).unwrap();
    let h = HOUR_US;
    assert_eq!(hours.add(at("2026-11-20 17:00"), 4 * h), Some(at("2026-11-23 12:00"))); // over the weekend
    assert_eq!(hours.add(at("2026-11-23 09:00"), 9 * h), Some(at("2026-11-23 18:00"))); // that evening
    assert_eq!(hours.add(at("2026-11-23 18:00"), -9 * h), Some(at("2026-11-23 09:00")));
    assert_eq!(hours.add(at("2026-11-21 12:00"), h), Some(at("2026-11-23 10:00"))); // from a Saturday
    assert_eq!(hours.add(at("2026-12-24 17:00"), 2 * h), Some(at("2026-12-28 10:00"))); // over a holiday
    assert_eq!(hours.add(at("2026-12-28 10:00"), -2 * h), Some(at("2026-12-24 17:00")));
    assert_eq!(hours.add(at("2026-11-21 12:00"), 0), Some(at("2026-11-21 12:00")));
    assert_eq!(hours.between(at("2026-11-20 17:00"), at("2026-11-23 12:00")), 4 * h);
    assert_eq!(hours.between(at("2026-11-23 12:00"), at("2026-11-20 17:00")), -4 * h);
    assert_eq!(hours.between(at("2026-12-25 00:00"), at("2026-12-28 00:00")), 0);
    // A year is 52 weeks and a day (2026-01-01 is a Thursday).
    assert_eq!(hours.between(at("2026-01-01"), at("2027-01-01")), (52 * 45 + 9 - 9) * h);
}

#[test]
fn n2_clock_changes_count_for_a_calendar_open_at_night() {
    let hours = OpenHours::new(&around_the_clock("Europe/Berlin")).unwrap();
    for (day, length) in [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)] {
        let start = at(day);
        let zone = zone("Europe/Berlin").unwrap();
        let end = start_of_day(&zone, date_of(&zone, start) + 1);
        assert_eq!(hours.between(start, end), length * HOUR_US);
    }
    // Open around the clock: open time is time.
    for t in (at("2026-10-24")..at("2026-10-27")).step_by(1_234_567_891) {
        for d in [1, HOUR_US, 26 * HOUR_US, -HOUR_US, -30 * HOUR_US, 200 * WEEK_US] {
            assert_eq!(hours.add(t, d), Some(t + d));
            assert_eq!(hours.between(t, t + d), d);
        }
    }
}

#[test]
fn n2_nothing_open_and_limits() {
    let closed = Calendar { open: Default::default(), ..office("Europe/Berlin", &[]) };
    assert_eq!(add_business(&closed, 0, 1), None);
    assert_eq!(add_business(&closed, 0, 0), Some(0));
    assert_eq!(business_time(&closed, 0, i64::MAX), 0);
    let open = office("Europe/Berlin", &[]);
    assert_eq!(add_business(&open, 0, i64::MAX), None);
    assert_eq!(add_business(&open, 0, i64::MIN), None);
    assert_eq!(add_business(&open, i64::MAX, 1), None);
    assert!(business_time(&open, i64::MIN, i64::MAX) > 0);
    let nowhere = office("Mars/Base", &[]);
    assert!(OpenHours::new(&nowhere).is_none());
    // An ill-formed calendar counts overlapping spans once.
    let twice = Calendar { open: std::array::from_fn(|_| vec![(600, 700), (540, 660), (650, 9999)]), ..open };
    assert_eq!(OpenHours::new(&twice).unwrap().week_us(), 7 * 840 * MINUTE_US);
}

/// Open minutes by looking at each minute's clock.
fn counted(calendar: &Calendar, zone: &TimeZone, a: i64, b: i64) -> i64 {
    (a..b)
        .step_by(MINUTE_US as usize)
        .filter(|&t| {
            let (day, us) = local_of(zone, t);
            let minute = (us / MINUTE_US) as u16;
            let open = &calendar.open[usize::from(weekday(day))];
            !calendar.holidays.contains(&(day as i32)) && open.iter().any(|&(from, to)| (from..to).contains(&minute))
        })
        .count() as i64
        * MINUTE_US
}

const ZONES: [&str; 4] = ["Europe/Berlin", "America/New_York", "America/Havana", "Australia/Lord_Howe"];

fn any_calendar() -> impl Strategy<Value = Calendar> {
    let span = (0u16..1440, 1u16..900).prop_map(|(a, n)| (a, (a + n).min(1440)));
    let day = prop::collection::vec(span, 0..3).prop_map(|mut spans| {
        spans.sort();
        spans.dedup_by(|next, previous| next.0 < previous.1);
        spans
    });
    (
        prop::sample::select(ZONES.to_vec()),
        [day.clone(), day.clone(), day.clone(), day.clone(), day.clone(), day.clone(), day],
        prop::collection::vec(20_500i32..20_600, 0..4),
    )
        .prop_map(|(zone, open, mut holidays)| {
            holidays.sort();
            holidays.dedup();
            Calendar { name: "any".into(), zone: zone.into(), open, holidays }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn n2_closed_form_equals_counting(calendar in any_calendar(), week in 0i64..52, minutes in 0i64..20_000) {
        let zone = zone(&calendar.zone).unwrap();
        let hours = OpenHours::new(&calendar).unwrap();
        let a = (days_of(2026, 2, 20) + week * 7) * DAY_US;
        let b = a + minutes * MINUTE_US;
        prop_assert_eq!(hours.between(a, b), counted(&calendar, &zone, a, b));
    }

    #[test]
    fn n2_adding_is_the_inverse_of_counting(calendar in any_calendar(), minute in 0i64..525_600, open_minutes in -30_000i64..30_000) {
        let hours = OpenHours::new(&calendar).unwrap();
        let t = days_of(2026, 1, 1) * DAY_US + minute * MINUTE_US;
        let open = open_minutes * MINUTE_US;
        if let Some(end) = hours.add(t, open) {
            prop_assert_eq!(hours.between(t, end), open);
            if open > 0 {
                prop_assert!(hours.between(t, end - 1) < open);
            } else if open < 0 {
                prop_assert!(hours.between(t, end + 1) > open);
            }
        } else {
            prop_assert_eq!(hours.week_us(), 0);
        }
    }

    #[test]
    fn n2_the_direct_way_is_taken(calendar in any_calendar(), minute in 0i64..525_600, open_minutes in 1i64..30_000) {
        let hours = OpenHours::new(&calendar).unwrap();
        let t = days_of(2026, 1, 1) * DAY_US + minute * MINUTE_US;
        if hours.week_us() > 0 {
            for open in [open_minutes * MINUTE_US, -open_minutes * MINUTE_US] {
                let target = hours.open_until(t) + open;
                if let Some(direct) = hours.direct(target, open > 0) {
                    prop_assert_eq!(Some(direct), hours.add(t, open));
                } else {
                    // Only beside a clock change.
                    let end = hours.add(t, open).unwrap();
                    let near = |us: i64| (offset_us(&hours.zone, us - DAY_US)) != offset_us(&hours.zone, us + DAY_US);
                    prop_assert!(near(end), "{}", end);
                }
            }
        }
    }
}
