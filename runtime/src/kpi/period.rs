//! The periods that the rows of a block lie in.

use super::codes::{Codes, of_ints};
use crate::engine::Engine;
use arrow_array::{Array, Int64Array};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use revplay_ir::program::Period;
use revplay_ir::time::{DAY_US, date_of, offset_us, period_start};
use revplay_ir::types::Type;

/// The first day of each row's period, as codes; `None` without an anchor.
pub(super) fn of_anchor(
    engine: &Engine,
    per: Period,
    ty: Type,
    anchor: Option<&dyn Array>,
) -> Option<Codes<Option<i64>>> {
    let anchor: &Int64Array = anchor?.as_any().downcast_ref()?;
    let days = if ty == Type::Date {
        of_ints(anchor.values(), anchor.nulls())
    } else {
        let mut clock = Clock::new(&engine.prepared.zone);
        // A missing cell may hold anything, which costs time only if it is far from the others.
        let day = |row: usize| if anchor.is_null(row) { 0 } else { clock.day(anchor.value(row)) };
        let days: Vec<i64> = (0..anchor.len()).map(day).collect();
        of_ints(&days, anchor.nulls())
    };
    let mut starts: Codes<Option<i64>> = Codes { rows: days.rows, values: Vec::new() };
    // Many days, few periods: in their order, each with its code.
    let mut known: Vec<(Option<i64>, u32)> = Vec::new();
    let mut code_of_day = Vec::with_capacity(days.values.len());
    for day in days.values {
        let start = day.map(|day| period_start(per, day, engine.calendaring()));
        let at = known.binary_search_by_key(&start, |known| known.0).unwrap_or_else(|at| {
            known.insert(at, (start, starts.values.len() as u32));
            starts.values.push(start);
            at
        });
        code_of_day.push(known[at].1);
    }
    starts.rows.iter_mut().for_each(|row| *row = code_of_day[*row as usize]);
    Some(starts)
}

/// Days of instants, with the zone's offset looked up once between two changes of it.
struct Clock<'a> {
    zone: &'a TimeZone,
    /// In order of time.
    spans: Vec<Span>,
    last: Span,
}

/// An offset, and from when to before when it holds.
#[derive(Clone, Copy, Debug)]
struct Span {
    from_us: i64,
    until_us: i64,
    offset_us: i64,
}

impl Clock<'_> {
    fn new(zone: &TimeZone) -> Clock<'_> {
        Clock { zone, spans: Vec::new(), last: Span { from_us: 0, until_us: 0, offset_us: 0 } }
    }

    #[inline]
    fn day(&mut self, us: i64) -> i64 {
        if us < self.last.from_us || us >= self.last.until_us {
            let Ok(instant) = Timestamp::from_microsecond(us) else { return date_of(self.zone, us) };
            let at = self.spans.partition_point(|span| span.until_us <= us);
            self.last = match self.spans.get(at) {
                Some(span) if span.from_us <= us => *span,
                Some(_) | None => {
                    let span = span(self.zone, us, instant);
                    self.spans.insert(at, span);
                    span
                }
            };
        }
        (us + self.last.offset_us).div_euclid(DAY_US)
    }
}

fn span(zone: &TimeZone, us: i64, instant: Timestamp) -> Span {
    let us_of = |instant: Timestamp| instant.as_microsecond();
    let offset = offset_us(zone, us);
    // The instant may be that of a change itself: what was before does not hold then.
    let mut from_us = us;
    if offset_us(zone, us.saturating_sub(1)) == offset {
        let before = zone.preceding(instant).next();
        from_us = us_of(before.map_or(Timestamp::MIN, |before| before.timestamp()));
    }
    let next = zone.following(instant).next();
    let until_us = next.map_or_else(|| us_of(Timestamp::MAX), |next| us_of(next.timestamp()));
    Span { from_us, until_us, offset_us: offset }
}

#[cfg(test)]
mod tests {
    use super::*;
    use revplay_ir::time;

    #[test]
    fn days_are_those_of_the_calendar_also_around_every_change_of_the_clock() {
        for name in ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Africa/Monrovia", "Asia/Kathmandu"] {
            let zone = time::zone(name).expect("a zone");
            let changes: Vec<i64> = zone
                .following(Timestamp::from_second(-3_000_000_000).expect("an instant"))
                .map(|change| change.timestamp().as_microsecond())
                .take(150)
                .collect();
            let mut clock = Clock::new(&zone);
            let near = [-DAY_US, -3_600_000_001, -61_000_000, -1, 0, 1, 59_999_999, 3_600_000_000, DAY_US];
            let mut instants: Vec<i64> = changes.iter().flat_map(|at| near.map(|by| at + by)).collect();
            instants.extend([i64::MIN, i64::MAX, 0, Timestamp::MIN.as_microsecond(), Timestamp::MAX.as_microsecond()]);
            for us in instants.iter().chain(instants.iter().rev()) {
                assert_eq!(clock.day(*us), date_of(&zone, *us), "{us} in {name}");
            }
        }
    }
}
