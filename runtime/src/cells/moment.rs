//! Dates, times and lengths of time of typed sources (promise N4).

use super::Cell;
use jiff::tz::TimeZone;
use revplay_ir::reading::{INSTANT_FOR_DATE, NOT_A_SPAN, Reason, SPAN_TOO_LONG, TIME_FOR_DATE};
use revplay_ir::time::{self, TimeError};

fn out_of_range() -> Reason {
    TimeError::OutOfRange.to_string().into()
}

impl Cell<'_> {
    /// A date as days since 1970-01-01; a local time counts if it is midnight.
    ///
    /// # Errors
    /// Why it is none.
    pub fn as_date(self) -> Result<i64, Reason> {
        let day = match self {
            Cell::Date(day) => day,
            Cell::LocalTime(us) if us.rem_euclid(time::DAY_US) == 0 => us.div_euclid(time::DAY_US),
            Cell::LocalTime(_) => return Err(TIME_FOR_DATE.into()),
            Cell::Instant(_) => return Err(INSTANT_FOR_DATE.into()),
            Cell::BeyondTime => return Err(out_of_range()),
            Cell::Missing
            | Cell::Text(_)
            | Cell::NotText(_)
            | Cell::Bool(_)
            | Cell::Int(_)
            | Cell::HugeInt(_)
            | Cell::Number(_)
            | Cell::Single(_)
            | Cell::Decimal { .. }
            | Cell::WideDecimal { .. }
            | Cell::Duration(_) => return Err("not a date".into()),
        };
        if time::date_in_range(day) { Ok(day) } else { Err(out_of_range()) }
    }

    /// A timestamp in microseconds since 1970-01-01T00:00:00Z; a date is the start of that day in the zone.
    ///
    /// # Errors
    /// Why it is none.
    pub fn as_timestamp(self, zone: &TimeZone) -> Result<i64, Reason> {
        match self {
            Cell::Instant(us) if time::date_in_range(us.div_euclid(time::DAY_US)) => Ok(us),
            Cell::LocalTime(us) => instant(zone, us.div_euclid(time::DAY_US), us.rem_euclid(time::DAY_US)),
            Cell::Date(day) if time::date_in_range(day) => Ok(time::start_of_day(zone, day)),
            Cell::Instant(_) | Cell::Date(_) | Cell::BeyondTime => Err(out_of_range()),
            Cell::Missing
            | Cell::Text(_)
            | Cell::NotText(_)
            | Cell::Bool(_)
            | Cell::Int(_)
            | Cell::HugeInt(_)
            | Cell::Number(_)
            | Cell::Single(_)
            | Cell::Decimal { .. }
            | Cell::WideDecimal { .. }
            | Cell::Duration(_) => Err("not a timestamp".into()),
        }
    }

    /// A length of time in microseconds.
    ///
    /// # Errors
    /// Why it is none.
    pub fn as_duration(self) -> Result<i64, Reason> {
        match self {
            Cell::Duration(us) => Ok(us),
            Cell::BeyondTime => Err(SPAN_TOO_LONG.into()),
            Cell::Missing
            | Cell::Text(_)
            | Cell::NotText(_)
            | Cell::Bool(_)
            | Cell::Int(_)
            | Cell::HugeInt(_)
            | Cell::Number(_)
            | Cell::Single(_)
            | Cell::Decimal { .. }
            | Cell::WideDecimal { .. }
            | Cell::Date(_)
            | Cell::Instant(_)
            | Cell::LocalTime(_) => Err(NOT_A_SPAN.into()),
        }
    }
}

/// The instant at which a clock in the zone shows a time of a day.
///
/// # Errors
/// If it never does, or the day is beyond the years 0001 to 9999.
pub fn instant(zone: &TimeZone, day: i64, time_of_day: i64) -> Result<i64, Reason> {
    time::instant_of(zone, day, time_of_day).map_err(|error| match error {
        time::LocalError::Skipped => TimeError::Skipped.to_string().into(),
        time::LocalError::OutOfRange => out_of_range(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n4_local_times_are_of_the_zone() {
        let berlin = time::zone("Europe/Berlin").unwrap();
        let local = 1000 * time::DAY_US;
        assert_eq!(Cell::LocalTime(local).as_timestamp(&berlin), Ok(local - time::HOUR_US));
        assert!(Cell::Instant(i64::MAX).as_timestamp(&berlin).is_err());
        assert!(Cell::LocalTime(i64::MIN).as_timestamp(&berlin).is_err());
        assert_eq!(Cell::LocalTime(-time::DAY_US).as_date(), Ok(-1));
        assert!(Cell::Date(i64::MAX).as_date().is_err());
    }
}
