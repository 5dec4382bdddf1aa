//! Literals and cells of time: ISO 8601, strictly.

use super::{HOUR_US, LocalError, MINUTE_US, SECOND_US, days_of, instant_of, month_length, start_of_day};
use jiff::tz::TimeZone;
use std::fmt;

/// Why a text is no date or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeError {
    /// Not of the form.
    NotADate,
    /// Not of the form of a timestamp.
    NotATimestamp,
    /// Month or day without a leading zero (`2026-11-2`).
    NotPadded,
    /// No such day: month 13, 31 April.
    NoSuchDay,
    /// No such time of day: 25:00, 12:60.
    NoSuchTime,
    /// The zone's clock skips this local time.
    Skipped,
    /// Outside the years 0001 to 9999.
    OutOfRange,
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TimeError::NotADate => "not a date like 2026-11-23",
            TimeError::NotATimestamp => "not a time like 2026-11-23 09:00",
            TimeError::NotPadded => "month and day have two digits, as in 2026-11-02",
            TimeError::NoSuchDay => "there is no such day",
            TimeError::NoSuchTime => "there is no such time of day",
            TimeError::Skipped => "the clock skips this time when it is put forward",
            TimeError::OutOfRange => "years go from 0001 to 9999",
        })
    }
}

impl std::error::Error for TimeError {}

/// Bytes yet to be read.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    /// Exactly `n` digits.
    fn digits(&mut self, n: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(n)?;
        let value =
            digits.iter().try_fold(0i64, |sum, &b| b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0')))?;
        self.0 = rest;
        Some(value)
    }

    fn eat(&mut self, byte: u8) -> bool {
        match self.0 {
            [first, rest @ ..] if *first == byte => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn at_end(&self) -> bool {
        self.0.is_empty()
    }

    fn day(&mut self) -> Result<i64, TimeError> {
        let year = self.digits(4).ok_or(TimeError::NotADate)?;
        if !self.eat(b'-') {
            return Err(TimeError::NotADate);
        }
        let month = self.two_digits()?;
        if !self.eat(b'-') {
            return Err(TimeError::NotADate);
        }
        let day = self.two_digits()?;
        if self.0.first().is_some_and(u8::is_ascii_digit) {
            return Err(TimeError::NotADate);
        }
        if year == 0 {
            return Err(TimeError::OutOfRange);
        }
        if !(1..=12).contains(&month) || day < 1 || day > month_length(year, month) {
            return Err(TimeError::NoSuchDay);
        }
        Ok(days_of(year, month, day))
    }

    /// Month or day.
    fn two_digits(&mut self) -> Result<u8, TimeError> {
        match self.digits(2) {
            Some(n) => Ok(n as u8),
            None if self.0.first().is_some_and(u8::is_ascii_digit) => Err(TimeError::NotPadded),
            None => Err(TimeError::NotADate),
        }
    }

    /// `09:00[:30[.123456]]` as microseconds of the day. Digits after the sixth decimal are cut off.
    fn time_of_day(&mut self) -> Result<i64, TimeError> {
        let bad = TimeError::NotATimestamp;
        let hour = self.digits(2).ok_or(bad)?;
        if !self.eat(b':') {
            return Err(bad);
        }
        let minute = self.digits(2).ok_or(bad)?;
        let mut second = 0;
        let mut micros = 0;
        if self.eat(b':') {
            second = self.digits(2).ok_or(bad)?;
            if self.eat(b'.') {
                micros = self.fraction()?;
            }
        }
        if hour > 23 || minute > 59 || second > 59 {
            return Err(TimeError::NoSuchTime);
        }
        Ok(hour * HOUR_US + minute * MINUTE_US + second * SECOND_US + micros)
    }

    /// One to nine digits after the point, as microseconds.
    fn fraction(&mut self) -> Result<i64, TimeError> {
        let mut micros = 0;
        let mut count = 0;
        while let Some(digit) = self.digits(1) {
            count += 1;
            if count <= 6 {
                micros = micros * 10 + digit;
            }
        }
        for _ in count..6 {
            micros *= 10;
        }
        if (1..=9).contains(&count) { Ok(micros) } else { Err(TimeError::NotATimestamp) }
    }

    /// `Z`, `+01:00`, `+0100` or `+01`, after at most one blank; `None` without.
    fn offset(&mut self) -> Result<Option<i64>, TimeError> {
        if self.at_end() {
            return Ok(None);
        }
        self.eat(b' ');
        if self.eat(b'Z') || self.eat(b'z') {
            return Ok(Some(0));
        }
        let sign = if self.eat(b'+') {
            1
        } else if self.eat(b'-') {
            -1
        } else {
            return Err(TimeError::NotATimestamp);
        };
        let hours = self.digits(2).ok_or(TimeError::NotATimestamp)?;
        let minutes = if self.at_end() {
            0
        } else {
            self.eat(b':');
            self.digits(2).ok_or(TimeError::NotATimestamp)?
        };
        if hours > 23 || minutes > 59 {
            return Err(TimeError::NoSuchTime);
        }
        Ok(Some(sign * (hours * HOUR_US + minutes * MINUTE_US)))
    }
}

/// Reads `2026-11-02` as days since 1970-01-01.
pub fn parse_date(text: &str) -> Result<i64, TimeError> {
    let mut cursor = Cursor(text.as_bytes());
    let day = cursor.day()?;
    if cursor.at_end() { Ok(day) } else { Err(TimeError::NotADate) }
}

/// Reads the parts of a stamp: day, microseconds of the day (`None`: only a date), offset from UTC in microseconds
/// (`None`: not written).
pub fn parse_timestamp_local(text: &str) -> Result<(i64, Option<i64>, Option<i64>), TimeError> {
    let mut cursor = Cursor(text.as_bytes());
    let day = cursor.day().map_err(|e| if e == TimeError::NotADate { TimeError::NotATimestamp } else { e })?;
    if cursor.at_end() {
        return Ok((day, None, None));
    }
    if !(cursor.eat(b' ') || cursor.eat(b'T') || cursor.eat(b't')) {
        return Err(TimeError::NotATimestamp);
    }
    let time = cursor.time_of_day()?;
    let offset = cursor.offset()?;
    if cursor.at_end() { Ok((day, Some(time), offset)) } else { Err(TimeError::NotATimestamp) }
}

/// Reads `2026-11-23`, `2026-11-23 09:00`, `2026-11-23T09:00:00.123456Z`, `… +01:00` as an instant. Without an offset
/// it is the zone's local time: an error where the clock skips it, the earlier where the clock repeats it. A date
/// alone is the start of its day.
pub fn parse_timestamp(text: &str, zone: &TimeZone) -> Result<i64, TimeError> {
    let (day, time, offset) = parse_timestamp_local(text)?;
    match (time, offset) {
        (None, _) => Ok(start_of_day(zone, day)),
        (Some(time), Some(offset)) => Ok(day * super::DAY_US + time - offset),
        (Some(time), None) => instant_of(zone, day, time).map_err(|e| match e {
            LocalError::Skipped => TimeError::Skipped,
            LocalError::OutOfRange => TimeError::OutOfRange,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{format_timestamp, zone};
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(parse_date("1970-01-01"), Ok(0));
        assert_eq!(parse_date("2026-11-2"), Err(TimeError::NotPadded));
        assert_eq!(parse_date("2026-1-02"), Err(TimeError::NotPadded));
        assert_eq!(parse_date("2026-02-29"), Err(TimeError::NoSuchDay));
        assert_eq!(parse_date("2026-13-01"), Err(TimeError::NoSuchDay));
        assert_eq!(parse_date("0000-01-01"), Err(TimeError::OutOfRange));
        for bad in ["", "2026", "23.11.2026", "2026-11-234", "2026-11-23 ", "2026/11/23", "äöü", "2026-xx-01"] {
            assert_eq!(parse_date(bad), Err(TimeError::NotADate), "{bad:?}");
        }
    }

    #[test]
    fn n4_stamps() {
        let berlin = zone("Europe/Berlin").unwrap();
        for (text, utc) in [
            ("2026-11-23", "2026-11-22T23:00:00Z"),
            ("2026-11-23 09:00", "2026-11-23T08:00:00Z"),
            ("2026-11-23T09:00:30", "2026-11-23T08:00:30Z"),
            ("2026-11-23T09:00:00.123456Z", "2026-11-23T09:00:00.123456Z"),
            ("2026-11-23T09:00:00.1234567Z", "2026-11-23T09:00:00.123456Z"),
            ("2026-11-23T09:00:00.5Z", "2026-11-23T09:00:00.500000Z"),
            ("2026-11-23 09:00+01:00", "2026-11-23T08:00:00Z"),
            ("2026-11-23 09:00 -0530", "2026-11-23T14:30:00Z"),
            ("2026-10-25 02:30", "2026-10-25T00:30:00Z"),
        ] {
            assert_eq!(parse_timestamp(text, &berlin).map(format_timestamp).as_deref(), Ok(utc), "{text}");
        }
        assert_eq!(parse_timestamp("2026-03-29 02:30", &berlin), Err(TimeError::Skipped));
        assert_eq!(parse_timestamp("2026-11-23 24:00", &berlin), Err(TimeError::NoSuchTime));
        assert_eq!(parse_timestamp("2026-11-23 23:59:60", &berlin), Err(TimeError::NoSuchTime));
        for bad in
            ["2026-11-23 9:00", "2026-11-23T", "2026-11-23 09", "2026-11-23 09:00 CET", "now", "2026-11-23 09:00:00."]
        {
            assert_eq!(parse_timestamp(bad, &berlin), Err(TimeError::NotATimestamp), "{bad:?}");
        }
    }
}
