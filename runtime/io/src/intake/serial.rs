//! Stamps that are numbers, and ISO 8601 as a format among others.

use super::date_format::Stamp;
use crate::cell::Reason;
use revplay_ir::time::{self, DAY_US};

/// Decimals of a serial number that are read; a day has fewer than 10^11 microseconds.
const DECIMALS: usize = 18;

/// Day 0 of spreadsheets for every serial after their 29 February 1900, which never was: 1899-12-30.
const EXCEL_ZERO: i64 = -25_569;

/// The last day of spreadsheets, 9999-12-31.
const EXCEL_LAST: i64 = 2_958_465;

/// `45000.5`: days as spreadsheets count them, rounded to the millisecond (a serial is no more exact).
pub(super) fn excel(cell: &str) -> Result<Stamp, Reason> {
    let bad = || Reason::Borrowed("not a date as spreadsheets count days, such as `45000` or `45000.5`");
    let (days, fraction) = cell.split_once('.').unwrap_or((cell, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(days) || !is_digits(fraction) || days.len() > 7 {
        return Err(bad());
    }
    let mut day: i64 = days.parse().map_err(|_| bad())?;
    let digits: String = fraction.chars().chain(std::iter::repeat('0')).take(DECIMALS).collect();
    let part: i128 = digits.parse().map_err(|_| bad())?;
    let millis_a_day = i128::from(DAY_US / 1000);
    let whole = 10_i128.pow(DECIMALS as u32);
    let mut millis = i64::try_from((part * millis_a_day * 2 + whole) / (whole * 2)).map_err(|_| bad())?;
    if i128::from(millis) == millis_a_day {
        (day, millis) = (day + 1, 0);
    }
    if day == 60 {
        return Err("there is no such day: 29 February 1900 exists in spreadsheets only".into());
    }
    if !(1..=EXCEL_LAST).contains(&day) {
        return Err(bad());
    }
    Ok(Stamp::Local(EXCEL_ZERO + day + i64::from(day < 60), Some(millis * 1000)))
}

/// A count of units since 1970, decimals allowed as far as microseconds go.
pub(super) fn epoch(cell: &str, unit_us: i64) -> Result<Stamp, Reason> {
    let unit = if unit_us == 1000 { "milliseconds" } else { "seconds" };
    let decimals = if unit_us == 1000 { 3 } else { 6 };
    let us = revplay_ir::decimal::parse_decimal(cell, decimals)
        .map_err(|_| Reason::Owned(format!("not a number of {unit} since 1970")))?;
    if time::date_in_range(us.div_euclid(DAY_US)) {
        Ok(Stamp::Instant(us))
    } else {
        Err(time::TimeError::OutOfRange.to_string().into())
    }
}

/// A date or a time, with or without an offset.
pub(super) fn iso(cell: &str) -> Result<Stamp, Reason> {
    match time::parse_timestamp_local(cell) {
        Ok((day, None, _)) => Ok(Stamp::Local(day, None)),
        Ok((day, Some(of_day), None)) => Ok(Stamp::Local(day, Some(of_day))),
        Ok((day, Some(of_day), Some(offset))) => Ok(Stamp::Instant(day * DAY_US + of_day - offset)),
        Err(error) => Err(error.to_string().into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use revplay_ir::time::{HOUR_US, format_date, format_timestamp};

    #[test]
    fn spreadsheets_count_days_with_one_that_never_was() {
        for (cell, date, of_day) in [
            ("1", "1900-01-01", 0),
            ("59", "1900-02-28", 0),
            ("61", "1900-03-01", 0),
            ("45000", "2023-03-15", 0),
            ("45000.5", "2023-03-15", 12 * HOUR_US),
            ("45000.99999999999", "2023-03-16", 0),
            ("46349.375", "2026-11-23", 9 * HOUR_US),
            ("2958465", "9999-12-31", 0),
        ] {
            match excel(cell) {
                Ok(Stamp::Local(day, Some(us))) => {
                    assert_eq!((format_date(day).as_str(), us), (date, of_day), "{cell}")
                }
                other => panic!("{cell}: {other:?}"),
            }
        }
        for bad in ["0", "60", "-1", "2958466", "1e5", "", ".", "45000.", "45,5", "2026-11-23", "99999999999"] {
            assert!(excel(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn epochs_are_instants() {
        let text = |stamp| match stamp {
            Ok(Stamp::Instant(us)) => format_timestamp(us),
            other => panic!("{other:?}"),
        };
        assert_eq!(text(epoch("1795424400", 1_000_000)), "2026-11-23T09:00:00Z");
        assert_eq!(text(epoch("1795424400000", 1000)), "2026-11-23T09:00:00Z");
        assert_eq!(text(epoch("-1", 1_000_000)), "1969-12-31T23:59:59Z");
        for bad in ["", "x", "1795424400000000000", "1.1234567"] {
            assert!(epoch(bad, 1_000_000).is_err(), "{bad}");
        }
        assert_eq!(iso("2026-11-23T09:00:00+01:00"), epoch("1795420800", 1_000_000));
        assert!(matches!(iso("2026-11-23"), Ok(Stamp::Local(_, None))));
    }
}
