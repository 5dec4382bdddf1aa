//! Dates, times and lengths of time (promise N4).

use super::{Cell, Reason};
use jiff::tz::TimeZone;
use revplay_ir::decimal::{DecimalError, parse_decimal};
use revplay_ir::time::{self, TimeError};

const TIME_FOR_DATE: &str = "a time of day where a date is expected";
const INSTANT_FOR_DATE: &str = "a time with a zone where a date is expected";
const NOT_A_SPAN: &str = "not a length of time like `4:30:00` or `3 days 4 hours`";
const SPAN_TOO_LONG: &str = "the length of time is too long";

/// Days since 1970-01-01. A time of day is accepted if it is midnight.
pub(super) fn parse_date(text: &str) -> Result<i64, Reason> {
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
pub(super) fn parse_timestamp(text: &str, zone: &TimeZone) -> Result<i64, Reason> {
    time::parse_timestamp(text, zone).map_err(|error| error.to_string().into())
}

fn out_of_range() -> Reason {
    TimeError::OutOfRange.to_string().into()
}

/// A date; a local time counts if it is midnight.
pub(super) fn date_of(cell: Cell<'_>) -> Result<i64, Reason> {
    let day = match cell {
        Cell::Date(day) => day,
        Cell::LocalTime(us) if us.rem_euclid(time::DAY_US) == 0 => us.div_euclid(time::DAY_US),
        Cell::LocalTime(_) => return Err(TIME_FOR_DATE.into()),
        Cell::Instant(_) => return Err(INSTANT_FOR_DATE.into()),
        Cell::BeyondTime => return Err(out_of_range()),
        _ => return Err("not a date".into()),
    };
    if time::date_in_range(day) { Ok(day) } else { Err(out_of_range()) }
}

/// A timestamp; a date is the start of that day.
pub(super) fn timestamp_of(cell: Cell<'_>, zone: &TimeZone) -> Result<i64, Reason> {
    match cell {
        Cell::Instant(us) if time::date_in_range(us.div_euclid(time::DAY_US)) => Ok(us),
        Cell::LocalTime(us) => {
            let (day, time_of_day) = (us.div_euclid(time::DAY_US), us.rem_euclid(time::DAY_US));
            time::instant_of(zone, day, time_of_day).map_err(|error| match error {
                time::LocalError::Skipped => TimeError::Skipped.to_string().into(),
                time::LocalError::OutOfRange => out_of_range(),
            })
        }
        Cell::Date(day) if time::date_in_range(day) => Ok(time::start_of_day(zone, day)),
        Cell::Instant(_) | Cell::Date(_) | Cell::BeyondTime => Err(out_of_range()),
        _ => Err("not a timestamp".into()),
    }
}

pub(super) fn duration_of(cell: Cell<'_>) -> Result<i64, Reason> {
    match cell {
        Cell::Duration(us) => Ok(us),
        Cell::BeyondTime => Err(SPAN_TOO_LONG.into()),
        _ => Err(NOT_A_SPAN.into()),
    }
}

/// `100:30:00`, `-0:00:01.5` or `3 days 4 hours 1.5 seconds`, in microseconds.
pub(super) fn parse_duration(text: &str) -> Result<i64, Reason> {
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let total = if rest.contains(':') { clock(rest) } else { words(rest) }?;
    i64::try_from(if negative { -total } else { total }).map_err(|_| SPAN_TOO_LONG.into())
}

/// `H:MM:SS` with any number of hours.
fn clock(text: &str) -> Result<i128, Reason> {
    let parts: Vec<&str> = text.split(':').collect();
    let [hours, minutes, seconds] = parts.as_slice() else { return Err(NOT_A_SPAN.into()) };
    let (minutes, seconds) = (part(minutes, 0)?, part(seconds, 6)?);
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
    parse_decimal(text, scale).map(i128::from).map_err(|error| match error {
        DecimalError::OutOfRange => SPAN_TOO_LONG.into(),
        DecimalError::NotANumber | DecimalError::TooManyDecimals(_) => NOT_A_SPAN.into(),
    })
}
