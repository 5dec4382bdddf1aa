//! Time as text.

use super::period::year_text;
use super::{DAY_US, HOUR_US, MINUTE_US, SECOND_US, civil_of};
use crate::decimal::format_decimal;

/// `2026-11-23`
pub fn format_date(days: i64) -> String {
    let (year, month, day) = civil_of(days);
    format!("{}-{month:02}-{day:02}", year_text(year))
}

/// `2026-11-23T08:00:00Z`; six decimals only if the microseconds are not zero.
pub fn format_timestamp(us: i64) -> String {
    let seconds = us.rem_euclid(DAY_US) / SECOND_US;
    let micros = us.rem_euclid(SECOND_US);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let day = format_date(us.div_euclid(DAY_US));
    if micros == 0 {
        format!("{day}T{hour:02}:{minute:02}:{second:02}Z")
    } else {
        format!("{day}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
    }
}

/// A length of time for people, to the last digit: `3 days 4 hours`, `0 seconds`, `-1.5 seconds`.
pub fn format_duration(us: i64) -> String {
    let mut rest = us.unsigned_abs();
    let mut parts = Vec::new();
    for (unit, word) in [(DAY_US, "day"), (HOUR_US, "hour"), (MINUTE_US, "minute")] {
        let count = rest / unit.unsigned_abs();
        rest %= unit.unsigned_abs();
        if count > 0 {
            parts.push(counted(&count.to_string(), word));
        }
    }
    if rest > 0 || parts.is_empty() {
        parts.push(counted(&seconds_text(rest as i64), "second"));
    }
    format!("{}{}", if us < 0 { "-" } else { "" }, parts.join(" "))
}

/// A length of time as a playbook writes it, in the greatest unit that divides it, up to days: `30 days`, `36 hours`.
pub fn duration_literal(us: i64) -> String {
    if us == 0 {
        return "0 days".to_string();
    }
    for (unit, word) in [(DAY_US, "day"), (HOUR_US, "hour"), (MINUTE_US, "minute")] {
        if us % unit == 0 {
            return counted(&(us / unit).to_string(), word);
        }
    }
    counted(&seconds_text(us), "second")
}

fn seconds_text(us: i64) -> String {
    let text = format_decimal(us, 6);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

fn counted(count: &str, word: &str) -> String {
    if count == "1" || count == "-1" { format!("{count} {word}") } else { format!("{count} {word}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_for_people() {
        assert_eq!(format_duration(3 * DAY_US + 4 * HOUR_US), "3 days 4 hours");
        assert_eq!(format_duration(0), "0 seconds");
        assert_eq!(format_duration(-1_500_000), "-1.5 seconds");
        assert_eq!(format_duration(DAY_US + MINUTE_US + SECOND_US), "1 day 1 minute 1 second");
        assert_eq!(format_duration(i64::MIN), "-106751991 days 4 hours 54.775808 seconds");
    }

    #[test]
    fn durations_for_playbooks() {
        for (us, text) in [
            (30 * DAY_US, "30 days"),
            (14 * DAY_US, "14 days"),
            (91 * DAY_US, "91 days"),
            (36 * HOUR_US, "36 hours"),
            (90 * SECOND_US, "90 seconds"),
            (1, "0.000001 seconds"),
            (-HOUR_US, "-1 hour"),
            (0, "0 days"),
        ] {
            assert_eq!(duration_literal(us), text);
        }
        duration_literal(i64::MIN);
    }

    #[test]
    fn stamps() {
        assert_eq!(format_timestamp(0), "1970-01-01T00:00:00Z");
        assert_eq!(format_timestamp(-1), "1969-12-31T23:59:59.999999Z");
        format_timestamp(i64::MIN);
        format_timestamp(i64::MAX);
    }
}
