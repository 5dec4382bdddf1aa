//! Dates and times as ISO 8601 writes them.

use super::{INSTANT_FOR_DATE, Reason, TIME_FOR_DATE};
use crate::time;
use jiff::tz::TimeZone;

/// Days since 1970-01-01. A time of day is accepted if it is midnight.
///
/// # Errors
/// Why it is no date.
pub fn parse_date(text: &str) -> Result<i64, Reason> {
    let error = match time::parse_date(text) {
        Ok(day) => return Ok(day),
        Err(error) => error,
    };
    match time::parse_timestamp_local(text) {
        Ok((day, None | Some(0), None)) => Ok(day),
        Ok((_, Some(_), None)) => Err(TIME_FOR_DATE.into()),
        Ok((_, _, Some(_))) => Err(INSTANT_FOR_DATE.into()),
        Err(_) => Err(error.to_string().into()),
    }
}

/// Microseconds since 1970-01-01T00:00:00Z; without a zone in the one given.
///
/// # Errors
/// Why it is no timestamp.
pub fn parse_timestamp(text: &str, zone: &TimeZone) -> Result<i64, Reason> {
    time::parse_timestamp(text, zone).map_err(|error| error.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_take_midnight_only() {
        assert_eq!(parse_date("1970-01-02"), Ok(1));
        assert_eq!(parse_date("1970-01-02 00:00:00"), Ok(1));
        assert_eq!(parse_date("1970-01-02 00:00:01"), Err(TIME_FOR_DATE.into()));
        assert_eq!(parse_date("1970-01-02T00:00:00Z"), Err(INSTANT_FOR_DATE.into()));
        assert!(parse_date("1970-02-30").is_err());
    }
}
