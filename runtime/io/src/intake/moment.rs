//! `date`, `timestamp` and `duration` cells (promise N4).

use super::date_format::{DateFormat, Stamp};
use crate::cell::{Given, Reason};
use crate::error::{IoError, reading};
use jiff::tz::TimeZone;
use revplay_ir::program::{Mapping, Program};
use revplay_ir::time;

/// How stamps of one column are read: formats of the mapping instead of ISO 8601, and the zone of
/// stamps without one.
pub(super) struct Stamps {
    zone: TimeZone,
    formats: Vec<DateFormat>,
}

impl Stamps {
    /// For a `date` field: no zone is needed.
    pub(super) fn for_dates(mapping: Option<&Mapping>, path: &str) -> Result<Stamps, IoError> {
        let formats = mapping
            .iter()
            .flat_map(|m| &m.dates)
            .map(|format| DateFormat::new(format, path))
            .collect::<Result<_, _>>()?;
        Ok(Stamps { zone: TimeZone::UTC, formats })
    }

    /// For a `timestamp` field: in the mapping's zone, else the playbook's.
    pub(super) fn for_timestamps(program: &Program, mapping: Option<&Mapping>, path: &str) -> Result<Stamps, IoError> {
        let name = mapping.and_then(|m| m.zone.as_deref()).unwrap_or(&program.zone);
        let zone = time::zone(name).ok_or_else(|| reading::unknown_zone(path, name))?;
        Ok(Stamps { zone, ..Stamps::for_dates(mapping, path)? })
    }

    /// Whether cells are written as ISO 8601 says.
    pub(super) fn are_iso(&self) -> bool {
        self.formats.is_empty()
    }

    /// The zone of stamps without one.
    pub(super) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Days since 1970-01-01. A time of day is accepted if it is midnight.
    pub(super) fn parse_date(&self, text: &str) -> Result<i64, Reason> {
        let (day, time_of_day) = match self.by_format(text)? {
            Some(Stamp::Local(day, time_of_day)) => (day, time_of_day),
            // Systems that count in milliseconds keep a date as its midnight in UTC.
            Some(Stamp::Instant(us)) if us.rem_euclid(time::DAY_US) == 0 => (us.div_euclid(time::DAY_US), None),
            Some(Stamp::Instant(_)) => return Err(INSTANT_FOR_DATE.into()),
            None => match time::parse_date(text) {
                Ok(day) => (day, None),
                Err(error) => match time::parse_timestamp_local(text) {
                    Ok((day, time_of_day, None)) => (day, time_of_day),
                    Ok((_, _, Some(_))) => return Err(INSTANT_FOR_DATE.into()),
                    Err(_) => return Err(error.to_string().into()),
                },
            },
        };
        match time_of_day {
            None | Some(0) => Ok(day),
            Some(_) => Err(TIME_FOR_DATE.into()),
        }
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub(super) fn parse_timestamp(&self, text: &str) -> Result<i64, Reason> {
        match self.by_format(text)? {
            Some(Stamp::Local(day, None)) => Ok(time::start_of_day(&self.zone, day)),
            Some(Stamp::Local(day, Some(time_of_day))) => self.instant(day, time_of_day),
            Some(Stamp::Instant(us)) => Ok(us),
            None => time::parse_timestamp(text, &self.zone).map_err(|error| error.to_string().into()),
        }
    }

    /// `None` if the mapping has no formats; the first that fits wins.
    fn by_format(&self, text: &str) -> Result<Option<Stamp>, Reason> {
        let mut problem: Option<Reason> = None;
        for format in &self.formats {
            match format.parse(text) {
                Ok(found) => return Ok(Some(found)),
                Err(reason) => problem = Some(problem.unwrap_or(reason)),
            }
        }
        problem.map_or(Ok(None), Err)
    }

    /// Whether numbers of a typed source can be stamps: a format of the mapping counts from some day.
    pub(super) fn takes_numbers(&self) -> bool {
        self.formats.iter().any(DateFormat::is_numeric)
    }

    /// Whether a clock without a zone shows UTC.
    pub(super) fn in_utc(&self) -> bool {
        self.zone.iana_name().is_some_and(|name| matches!(name, "UTC" | "Etc/UTC"))
    }

    /// The number of a typed source as text for the formats; `None` if it is no number, or no format takes numbers.
    fn number_text(&self, given: Given<'_>) -> Option<String> {
        if self.takes_numbers() { super::number::printed(given) } else { None }
    }

    fn instant(&self, day: i64, time_of_day: i64) -> Result<i64, Reason> {
        time::instant_of(&self.zone, day, time_of_day).map_err(|error| match error {
            time::LocalError::Skipped => time::TimeError::Skipped.to_string().into(),
            time::LocalError::OutOfRange => time::TimeError::OutOfRange.to_string().into(),
        })
    }

    /// A timestamp of a typed source; a date is the start of that day.
    pub(super) fn timestamp_of(&self, given: Given<'_>) -> Result<i64, Reason> {
        if let Some(text) = self.number_text(given) {
            return self.parse_timestamp(&text);
        }
        match given {
            Given::Instant(us) if time::date_in_range(us.div_euclid(time::DAY_US)) => Ok(us),
            Given::LocalTime(us) => self.instant(us.div_euclid(time::DAY_US), us.rem_euclid(time::DAY_US)),
            Given::Day(day) if time::date_in_range(day) => Ok(time::start_of_day(&self.zone, day)),
            Given::Instant(_) | Given::Day(_) | Given::BeyondTime => {
                Err(time::TimeError::OutOfRange.to_string().into())
            }
            Given::Null
            | Given::Text(_)
            | Given::NotText(_)
            | Given::Bool(_)
            | Given::Int(_)
            | Given::HugeInt(_)
            | Given::Float(_)
            | Given::Single(_)
            | Given::Decimal(..)
            | Given::Span(_) => Err("not a timestamp".into()),
        }
    }
}

const TIME_FOR_DATE: &str = "a time of day where a date is expected";
const INSTANT_FOR_DATE: &str = "a time with a zone where a date is expected";

/// A date of a typed source; a local time counts if it is midnight.
fn date_of(given: Given<'_>) -> Result<i64, Reason> {
    let day = match given {
        Given::Day(day) => day,
        Given::LocalTime(us) if us.rem_euclid(time::DAY_US) == 0 => us.div_euclid(time::DAY_US),
        Given::LocalTime(_) => return Err(TIME_FOR_DATE.into()),
        Given::Instant(_) => return Err(INSTANT_FOR_DATE.into()),
        Given::BeyondTime => return Err(time::TimeError::OutOfRange.to_string().into()),
        Given::Null
        | Given::Text(_)
        | Given::NotText(_)
        | Given::Bool(_)
        | Given::Int(_)
        | Given::HugeInt(_)
        | Given::Float(_)
        | Given::Single(_)
        | Given::Decimal(..)
        | Given::Span(_) => return Err("not a date".into()),
    };
    if time::date_in_range(day) { Ok(day) } else { Err(time::TimeError::OutOfRange.to_string().into()) }
}

impl Stamps {
    /// A date of a typed source.
    pub(super) fn date_of(&self, given: Given<'_>) -> Result<i64, Reason> {
        self.number_text(given).map_or_else(|| date_of(given), |text| self.parse_date(&text))
    }
}

/// A length of time of a typed source.
pub(super) fn duration_of(given: Given<'_>) -> Result<i64, Reason> {
    match given {
        Given::Span(us) => Ok(us),
        Given::BeyondTime => Err(SPAN_TOO_LONG.into()),
        Given::Null
        | Given::Text(_)
        | Given::NotText(_)
        | Given::Bool(_)
        | Given::Int(_)
        | Given::HugeInt(_)
        | Given::Float(_)
        | Given::Single(_)
        | Given::Decimal(..)
        | Given::Day(_)
        | Given::Instant(_)
        | Given::LocalTime(_) => Err(NOT_A_SPAN.into()),
    }
}

const NOT_A_SPAN: &str = "not a length of time like `4:30:00` or `3 days 4 hours`";
const SPAN_TOO_LONG: &str = "the length of time is too long";

/// `100:30:00`, `-0:00:01.5` or `3 days 4 hours 1.5 seconds`, in microseconds.
pub(super) fn parse_duration(text: &str) -> Result<i64, Reason> {
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let total = if rest.contains(':') { clock(rest) } else { words(rest) }?;
    let signed = if negative { -total } else { total };
    i64::try_from(signed).map_err(|_| SPAN_TOO_LONG.into())
}

/// `H:MM:SS` with any number of hours.
fn clock(text: &str) -> Result<i128, Reason> {
    let parts: Vec<&str> = text.split(':').collect();
    let (hours, minutes, seconds) = match parts.as_slice() {
        [hours, minutes, seconds] => (*hours, *minutes, *seconds),
        _ => return Err(NOT_A_SPAN.into()),
    };
    let minutes = part(minutes, 0)?;
    let seconds = part(seconds, 6)?;
    if minutes > 59 || seconds >= i128::from(time::MINUTE_US) {
        return Err(NOT_A_SPAN.into());
    }
    Ok(part(hours, 0)? * i128::from(time::HOUR_US) + minutes * i128::from(time::MINUTE_US) + seconds)
}

/// Counts and units in turn.
fn words(text: &str) -> Result<i128, Reason> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let mut total = 0;
    for pair in words.chunks(2) {
        let [count, unit] = pair else { return Err(NOT_A_SPAN.into()) };
        let singular = unit.strip_suffix('s').unwrap_or(unit).to_ascii_lowercase();
        let unit = match singular.as_str() {
            "week" => time::WEEK_US,
            "day" => time::DAY_US,
            "hour" => time::HOUR_US,
            "minute" => time::MINUTE_US,
            "second" => time::SECOND_US,
            _ => return Err(NOT_A_SPAN.into()),
        };
        let micros = part(count, 6)? * i128::from(unit);
        if micros % 1_000_000 != 0 {
            return Err("finer than a microsecond".into());
        }
        total += micros / 1_000_000;
    }
    if words.is_empty() { Err(NOT_A_SPAN.into()) } else { Ok(total) }
}

/// Digits without a sign, in units of 10^-scale.
fn part(text: &str, scale: u8) -> Result<i128, Reason> {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(NOT_A_SPAN.into());
    }
    revplay_ir::decimal::parse_decimal(text, scale).map(i128::from).map_err(|error| match error {
        revplay_ir::decimal::DecimalError::OutOfRange => SPAN_TOO_LONG.into(),
        _ => NOT_A_SPAN.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamps(zone: &str, formats: &[&str]) -> Stamps {
        let formats = formats.iter().map(|f| DateFormat::new(f, "x").unwrap()).collect();
        Stamps { zone: time::zone(zone).unwrap(), formats }
    }

    #[test]
    fn n4_local_times_are_of_the_zone() {
        let berlin = stamps("Europe/Berlin", &[]);
        let utc = |text: &str| berlin.parse_timestamp(text).map(time::format_timestamp);
        assert_eq!(utc("2026-11-23 09:00").as_deref(), Ok("2026-11-23T08:00:00Z"));
        assert_eq!(utc("2026-11-23T09:00:00Z").as_deref(), Ok("2026-11-23T09:00:00Z"));
        assert_eq!(utc("2026-10-25 02:30").as_deref(), Ok("2026-10-25T00:30:00Z"), "the earlier of two");
        assert!(utc("2026-03-29 02:30").unwrap_err().contains("the clock skips"));
        let local = 1000 * time::DAY_US;
        assert_eq!(berlin.timestamp_of(Given::LocalTime(local)), Ok(local - time::HOUR_US));
        assert!(berlin.timestamp_of(Given::Instant(i64::MAX)).is_err());
        assert!(berlin.timestamp_of(Given::LocalTime(i64::MIN)).is_err());
    }

    #[test]
    fn formats_replace_iso_and_are_tried_in_order() {
        let german = stamps("Europe/Berlin", &["dd.mm.yyyy hh:MM", "dd.mm.yyyy"]);
        assert_eq!(
            german.parse_timestamp("23.11.2026 09:00").map(time::format_timestamp).as_deref(),
            Ok("2026-11-23T08:00:00Z")
        );
        assert_eq!(
            german.parse_timestamp("23.11.2026").map(time::format_timestamp).as_deref(),
            Ok("2026-11-22T23:00:00Z")
        );
        assert_eq!(german.parse_date("23.11.2026").map(time::format_date).as_deref(), Ok("2026-11-23"));
        assert_eq!(german.parse_date("23.11.2026 09:00"), Err(TIME_FOR_DATE.into()));
        assert!(german.parse_timestamp("29.03.2026 02:30").unwrap_err().contains("the clock skips"));
        assert!(german.parse_timestamp("2026-11-23").is_err());
    }

    #[test]
    fn dates_take_midnight_only() {
        let iso = stamps("UTC", &[]);
        assert_eq!(iso.parse_date("1970-01-02 00:00:00"), Ok(1));
        assert_eq!(iso.parse_date("1970-01-02 00:00:01"), Err(TIME_FOR_DATE.into()));
        assert_eq!(iso.parse_date("1970-01-02T00:00:00Z"), Err(INSTANT_FOR_DATE.into()));
        assert_eq!(date_of(Given::LocalTime(-time::DAY_US)), Ok(-1));
        assert!(date_of(Given::Day(i64::MAX)).is_err());
    }

    #[test]
    fn durations() {
        for (text, us) in [
            ("4:30:00", 4 * time::HOUR_US + 30 * time::MINUTE_US),
            ("-0:00:01.5", -1_500_000),
            ("100:00:00", 100 * time::HOUR_US),
            ("3 days 4 hours", 3 * time::DAY_US + 4 * time::HOUR_US),
            ("-1 day", -time::DAY_US),
            ("0.5 Hours", 30 * time::MINUTE_US),
        ] {
            assert_eq!(parse_duration(text), Ok(us), "{text}");
        }
        for bad in ["4", "4:30", "4:60:00", "4:00:60", "a day", "3 days 4", "-", "9999999999999 days", "1:-1:00"] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
        for us in [0, 1, -1_500_000, 3 * time::DAY_US + 7, i64::MIN] {
            assert_eq!(parse_duration(&time::format_duration(us)), Ok(us));
        }
    }
}
