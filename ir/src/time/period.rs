//! Calendar periods: where one starts and what it is called.

use super::{civil_of, days_of, weekday};
use crate::program::Period;

/// What a playbook says about its calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendaring {
    /// First month of the fiscal year, 1..=12.
    pub fiscal_start: u8,
    /// First day of the week, 0 = Monday.
    pub week_start: u8,
}

impl Calendaring {
    fn fiscal_month(self) -> i64 {
        i64::from(self.fiscal_start.clamp(1, 12))
    }

    /// The day on which the week of a day starts.
    fn week(self, days: i64) -> i64 {
        let since = (i64::from(weekday(days)) - i64::from(self.week_start % 7)).rem_euclid(7);
        days.saturating_sub(since)
    }

    /// Months since year 0 at which the quarter or year of a month starts, counting from a first month (1..=12).
    fn span_start(year: i64, month: u8, first: i64, length: i64) -> i64 {
        let since_first = year * 12 + i64::from(month) - first;
        since_first.div_euclid(length) * length + first - 1
    }

    /// Fiscal year (the calendar year in which it ends) and month of it, 0..=11.
    fn fiscal(self, year: i64, month: u8) -> (i64, i64) {
        let first = self.fiscal_month();
        let since = year * 12 + i64::from(month) - first;
        (since.div_euclid(12) + i64::from(first > 1), since.rem_euclid(12))
    }
}

fn first_of(months: i64) -> i64 {
    days_of(months.div_euclid(12), months.rem_euclid(12) as u8 + 1, 1)
}

/// The first day of the period in which a day lies.
pub fn period_start(period: Period, days: i64, cal: Calendaring) -> i64 {
    match period {
        Period::Day => return days,
        Period::Week => return cal.week(days),
        Period::Month | Period::Quarter | Period::FiscalQuarter | Period::Year | Period::FiscalYear => {}
    }
    let (year, month, _) = civil_of(days);
    match period {
        Period::Day | Period::Week => days,
        Period::Month => days_of(year, month, 1),
        Period::Quarter => first_of(Calendaring::span_start(year, month, 1, 3)),
        Period::FiscalQuarter => first_of(Calendaring::span_start(year, month, cal.fiscal_month(), 3)),
        Period::Year => days_of(year, 1, 1),
        Period::FiscalYear => first_of(Calendaring::span_start(year, month, cal.fiscal_month(), 12)),
    }
}

/// The first day of the period after the one in which a day lies.
pub fn next_period_start(period: Period, days: i64, cal: Calendaring) -> i64 {
    let start = period_start(period, days, cal);
    let (year, month, _) = civil_of(start);
    let months = year * 12 + i64::from(month) - 1;
    match period {
        Period::Day => start.saturating_add(1),
        Period::Week => start.saturating_add(7),
        Period::Month => first_of(months + 1),
        Period::Quarter | Period::FiscalQuarter => first_of(months + 3),
        Period::Year | Period::FiscalYear => first_of(months + 12),
    }
}

/// The name of the period in which a day lies: `2026-11-23`, `2026-W48`, `2026-11`, `2026-Q4`, `FY2027-Q3`, `2026`,
/// `FY2027`.
///
/// A week belongs to the year that holds its fourth day, so that week 1 is the first with at least four days in
/// the year. With weeks from Monday this is ISO 8601.
pub fn period_label(period: Period, days: i64, cal: Calendaring) -> String {
    let (year, month, day) = civil_of(days);
    match period {
        Period::Day => format!("{}-{month:02}-{day:02}", year_text(year)),
        Period::Week => {
            let fourth = cal.week(days).saturating_add(3);
            let (week_year, _, _) = civil_of(fourth);
            let number = fourth.saturating_sub(days_of(week_year, 1, 1)) / 7 + 1;
            format!("{}-W{number:02}", year_text(week_year))
        }
        Period::Month => format!("{}-{month:02}", year_text(year)),
        Period::Quarter => format!("{}-Q{}", year_text(year), (month - 1) / 3 + 1),
        Period::FiscalQuarter => {
            let (fiscal_year, since) = cal.fiscal(year, month);
            format!("FY{}-Q{}", year_text(fiscal_year), since / 3 + 1)
        }
        Period::Year => year_text(year),
        Period::FiscalYear => format!("FY{}", year_text(cal.fiscal(year, month).0)),
    }
}

/// Four digits at least; years before 0000 with a sign.
pub(super) fn year_text(year: i64) -> String {
    if year < 0 { format!("-{:04}", year.unsigned_abs()) } else { format!("{year:04}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIODS: [Period; 7] = [
        Period::Day,
        Period::Week,
        Period::Month,
        Period::Quarter,
        Period::FiscalQuarter,
        Period::Year,
        Period::FiscalYear,
    ];

    #[test]
    fn n2_labels() {
        let cal = Calendaring { fiscal_start: 2, week_start: 0 };
        let day = days_of(2026, 11, 23);
        let labels: Vec<String> = PERIODS.iter().map(|&p| period_label(p, day, cal)).collect();
        assert_eq!(labels, ["2026-11-23", "2026-W48", "2026-11", "2026-Q4", "FY2027-Q4", "2026", "FY2027"]);
        assert_eq!(period_label(Period::FiscalQuarter, days_of(2026, 10, 31), cal), "FY2027-Q3");
        assert_eq!(period_label(Period::FiscalYear, days_of(2026, 1, 31), cal), "FY2026");
        let plain = Calendaring { fiscal_start: 1, week_start: 0 };
        assert_eq!(period_label(Period::FiscalQuarter, day, plain), "FY2026-Q4");
    }

    #[test]
    fn n2_weeks_are_iso_from_monday() {
        let cal = Calendaring { fiscal_start: 1, week_start: 0 };
        for days in days_of(1990, 1, 1)..days_of(2040, 1, 1) {
            let (y, m, d) = civil_of(days);
            let iso = jiff::civil::Date::new(y as i16, m as i8, d as i8).unwrap().iso_week_date();
            assert_eq!(period_label(Period::Week, days, cal), format!("{:04}-W{:02}", iso.year(), iso.week()));
        }
        let sunday = Calendaring { fiscal_start: 1, week_start: 6 };
        // 2026-01-01 is a Thursday: the week from Sunday 2025-12-28 has three days in 2026, so it is 2025's.
        assert_eq!(period_label(Period::Week, days_of(2026, 1, 1), sunday), "2025-W53");
        assert_eq!(period_label(Period::Week, days_of(2026, 1, 4), sunday), "2026-W01");
        assert_eq!(weekday(period_start(Period::Week, days_of(2026, 1, 3), sunday)), 6);
    }

    #[test]
    fn periods_tile_the_calendar() {
        for fiscal_start in 1..=12 {
            for week_start in [0, 5, 6] {
                let cal = Calendaring { fiscal_start, week_start };
                for days in (days_of(1999, 1, 1)..days_of(2005, 1, 1)).step_by(3) {
                    for period in PERIODS {
                        let (start, next) = (period_start(period, days, cal), next_period_start(period, days, cal));
                        assert!(start <= days && days < next);
                        assert_eq!(period_start(period, next, cal), next);
                        assert_eq!(period_start(period, next - 1, cal), start);
                        assert_eq!(period_label(period, start, cal), period_label(period, next - 1, cal));
                        assert_ne!(period_label(period, start, cal), period_label(period, next, cal));
                    }
                }
            }
        }
    }

    #[test]
    fn extremes_do_not_panic() {
        let cal = Calendaring { fiscal_start: 0, week_start: 200 };
        for days in [i64::MIN, -106_751_992, 106_751_992, i64::MAX] {
            for period in PERIODS {
                period_label(period, days, cal);
                next_period_start(period, days, cal);
            }
        }
    }
}
