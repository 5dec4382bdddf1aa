//! Days and the Gregorian calendar, without zones.

/// 0001-01-01 as days since 1970-01-01.
pub const DATE_MIN: i64 = -719_162;
/// 9999-12-31 as days since 1970-01-01.
pub const DATE_MAX: i64 = 2_932_896;

/// Within the years 0001 to 9999.
pub fn date_in_range(days: i64) -> bool {
    (DATE_MIN..=DATE_MAX).contains(&days)
}

/// Year, month (1..=12) and day (1..=31) of a day. Total for every day that an instant can have.
pub fn civil_of(days: i64) -> (i64, u8, u8) {
    // Years from March on, in eras of 400 years: leap days fall on an era's or year's end.
    let z = days.saturating_add(719_468);
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u8, day as u8)
}

/// The day of a year, month (1..=12) and day of month (not checked against the month's length).
pub fn days_of(year: i64, month: u8, day: u8) -> i64 {
    let (month, day) = (i64::from(month), i64::from(day));
    let y = year.saturating_sub(i64::from(month <= 2));
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era.saturating_mul(146_097).saturating_add(day_of_era - 719_468)
}

/// Days of a month.
pub fn month_length(year: i64, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Weekday, 0 = Monday.
pub fn weekday(days: i64) -> u8 {
    (days.rem_euclid(7) + 3).rem_euclid(7) as u8
}

/// The day `n` days later, `None` outside the years 0001 to 9999.
pub fn add_days(days: i64, n: i64) -> Option<i64> {
    days.checked_add(n).filter(|&d| date_in_range(d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree_with_jiff() {
        for days in (DATE_MIN..=DATE_MAX).step_by(17).chain([DATE_MIN, DATE_MAX, -1, 0, 1]) {
            let (y, m, d) = civil_of(days);
            assert_eq!(days_of(y, m, d), days);
            let date = jiff::civil::Date::new(y as i16, m as i8, d as i8).unwrap();
            assert_eq!(date.weekday().to_monday_zero_offset() as u8, weekday(days));
            assert_eq!(date.days_in_month() as u8, month_length(y, m));
        }
        assert_eq!(civil_of(DATE_MIN), (1, 1, 1));
        assert_eq!(civil_of(DATE_MAX), (9999, 12, 31));
        assert_eq!(civil_of(0), (1970, 1, 1));
        for extreme in [i64::MIN, i64::MAX] {
            civil_of(extreme);
            days_of(extreme, 1, 1);
            weekday(extreme);
        }
    }
}
