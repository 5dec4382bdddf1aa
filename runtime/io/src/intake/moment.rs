//! `date` and `timestamp` cells (promise N4).

use super::date_format::{DateFormat, Stamp};
use crate::cell::{Cell, Reason};
use crate::error::{IoError, reading};
use jiff::tz::TimeZone;
use revplay_ir::program::{Mapping, Program};
use revplay_ir::reading::{self as iso, INSTANT_FOR_DATE, TIME_FOR_DATE};
use revplay_ir::time;
use revplay_runtime::cells::instant;

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
            None => return iso::parse_date(text),
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
            Some(Stamp::Local(day, Some(time_of_day))) => instant(&self.zone, day, time_of_day),
            Some(Stamp::Instant(us)) => Ok(us),
            None => iso::parse_timestamp(text, &self.zone),
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
    fn number_text(&self, given: Cell<'_>) -> Option<String> {
        if self.takes_numbers() { given.printed() } else { None }
    }

    /// A timestamp of a typed source; a date is the start of that day.
    pub(super) fn timestamp_of(&self, given: Cell<'_>) -> Result<i64, Reason> {
        match self.number_text(given) {
            Some(text) => self.parse_timestamp(&text),
            None => given.as_timestamp(&self.zone),
        }
    }

    /// A date of a typed source.
    pub(super) fn date_of(&self, given: Cell<'_>) -> Result<i64, Reason> {
        self.number_text(given).map_or_else(|| given.as_date(), |text| self.parse_date(&text))
    }
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
    }
}
