//! Lengths of time.

use super::{NOT_A_SPAN, Reason, SPAN_TOO_LONG};
use crate::decimal::{DecimalError, parse_decimal};
use crate::time;

/// `100:30:00`, `-0:00:01.5` or `3 days 4 hours 1.5 seconds`, in microseconds.
///
/// # Errors
/// Why it is none.
pub fn parse_duration(text: &str) -> Result<i64, Reason> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
