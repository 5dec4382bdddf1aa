//! Numbers, dates and times as text: the bytes of the formatting functions of `revplay_ir`, made faster.

use super::text::Text;
use revplay_ir::decimal::shortest;
use revplay_ir::decimal::{format_decimal, pow10};
use revplay_ir::time::{self, DAY_US, SECOND_US, civil_of, format_date, format_timestamp};
use std::cell::Cell;

/// `00`, `01` to `99`.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut n = 0;
    while n < 100 {
        pairs[n] = [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        n += 1;
    }
    pairs
};

fn pair(n: u64) -> [u8; 2] {
    PAIRS.get((n % 100) as usize).copied().unwrap_or_default()
}

/// A whole number.
#[inline]
pub(super) fn int(n: i64, into: &mut Text) {
    if n < 0 {
        into.push(b'-');
    }
    let size = n.unsigned_abs();
    fill(size, into.slot(width(size)));
}

/// The digits of a number.
#[inline]
fn width(n: u64) -> usize {
    let mut width = 1;
    let mut rest = n;
    while rest >= 10_000 {
        rest /= 10_000;
        width += 4;
    }
    width + usize::from(rest >= 10) + usize::from(rest >= 100) + usize::from(rest >= 1000)
}

/// Fills a place with the last digits of a number, with zeros before them.
#[inline]
fn fill(n: u64, place: &mut [u8]) {
    let mut rest = n;
    let mut pieces = place.rchunks_exact_mut(2);
    for piece in &mut pieces {
        piece.copy_from_slice(&pair(rest));
        rest /= 100;
    }
    if let [first] = pieces.into_remainder() {
        *first = b'0' + (rest % 10) as u8;
    }
}

/// A count of 10^-scale with all its decimals.
#[inline]
pub(super) fn decimal(n: i64, scale: u8, into: &mut Text) {
    let size = n.unsigned_abs();
    // A constant divides faster.
    let (whole, decimals) = match (scale, pow10(scale)) {
        (0, _) => return int(n, into),
        (2, _) => (size / 100, size % 100),
        (_, Some(unit)) => (size / unit.unsigned_abs(), size % unit.unsigned_abs()),
        (_, None) => return into.extend(format_decimal(n, scale).as_bytes()),
    };
    if n < 0 {
        into.push(b'-');
    }
    fill(whole, into.slot(width(whole)));
    into.push(b'.');
    fill(decimals, into.slot(usize::from(scale)));
}

/// A number in its shortest form.
pub(super) fn number(x: f64, into: &mut Text) {
    if let Some((count, scale)) = few_decimals(x) {
        if scale == 0 {
            return int(count, into);
        }
        decimal(count, scale, into);
        let zeros = into.as_bytes().iter().rev().take_while(|digit| **digit == b'0').count();
        into.cut(into.len() - zeros);
        return;
    }
    into.extend(shortest(x).as_bytes());
}

/// A number as a count of 10^-scale, if that has at most fifteen digits. Two decimals of fifteen digits are never
/// the same number: where the quotient is the number, its digits are its shortest text.
fn few_decimals(x: f64) -> Option<(i64, u8)> {
    if x == 0.0 {
        return x.is_sign_positive().then_some((0, 0));
    }
    [(1.0, 0), (100.0, 2), (1e6, 6)].iter().find_map(|(factor, scale)| {
        let count = (x * factor).round();
        (count.abs() < 1e15 && count / factor == x).then_some((count as i64, *scale))
    })
}

/// Dates and times, with the day that was written last.
#[derive(Debug, Default)]
pub(super) struct Days {
    last: Cell<Option<(i64, [u8; 10])>>,
}

impl Days {
    /// `2026-11-23`.
    #[inline]
    pub(super) fn date(&self, day: i64, into: &mut Text) {
        match self.text(day) {
            Some(text) => into.block(&text, 10),
            None => into.extend(format_date(day).as_bytes()),
        }
    }

    /// `2026-11-23T08:00:00`, with six decimals if there are any, and `Z` if it is an instant.
    #[inline]
    pub(super) fn time(&self, us: i64, instant: bool, into: &mut Text) {
        let Some(text) = self.text(us.div_euclid(DAY_US)) else {
            let text = format_timestamp(us);
            return into.extend(if instant { &text } else { text.trim_end_matches('Z') }.as_bytes());
        };
        let seconds = us.rem_euclid(DAY_US).unsigned_abs() / SECOND_US.unsigned_abs();
        let micros = us.rem_euclid(SECOND_US).unsigned_abs();
        let [h, m, s] = [seconds / 3600, seconds / 60 % 60, seconds % 60].map(pair);
        into.block(&text, 10);
        into.block(&[b'T', h[0], h[1], b':', m[0], m[1], b':', s[0], s[1]], 9);
        if micros != 0 {
            into.push(b'.');
            fill(micros, into.slot(6));
        }
        if instant {
            into.push(b'Z');
        }
    }

    /// A day of the years 0 to 9999.
    #[inline]
    fn text(&self, day: i64) -> Option<[u8; 10]> {
        if let Some((last, text)) = self.last.get()
            && last == day
        {
            return Some(text);
        }
        let (year, month, date) = civil_of(day);
        let year = u64::try_from(year).ok().filter(|year| *year <= 9999)?;
        let [a, b, m, d] = [year / 100, year, u64::from(month), u64::from(date)].map(pair);
        let text = [a[0], a[1], b[0], b[1], b'-', m[0], m[1], b'-', d[0], d[1]];
        self.last.set(Some((day, text)));
        Some(text)
    }
}

/// `100:30:00`, `-0:00:01.5`: hours, minutes, seconds.
pub(super) fn clock(us: i64, into: &mut Text) {
    let size = us.unsigned_abs();
    let part = |unit: i64| size / unit.unsigned_abs();
    if us < 0 {
        into.push(b'-');
    }
    let hours = part(time::HOUR_US);
    fill(hours, into.slot(width(hours)));
    let [m, s] = [part(time::MINUTE_US) % 60, part(SECOND_US) % 60].map(pair);
    into.extend(&[b':', m[0], m[1], b':', s[0], s[1]]);
    let micros = size % SECOND_US.unsigned_abs();
    if micros != 0 {
        into.push(b'.');
        fill(micros, into.slot(6));
        let zeros = into.as_bytes().iter().rev().take_while(|digit| **digit == b'0').count();
        into.cut(into.len() - zeros);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(write: impl Fn(&mut Text)) -> String {
        let mut text = Text::default();
        text.push(b'|');
        write(&mut text);
        String::from_utf8(text.as_bytes()[1..].to_vec()).unwrap()
    }

    /// Small, large and those at the edges of a number of digits.
    fn ints() -> impl Strategy<Value = i64> {
        prop_oneof![
            any::<i64>(),
            -1_000_000..1_000_000_i64,
            (0_u32..19, -1..=1_i64, any::<bool>()).prop_map(|(power, by, down)| {
                let n = 10_i64.pow(power) + by;
                if down { -n } else { n }
            }),
            Just(i64::MIN),
            Just(i64::MAX)
        ]
    }

    fn numbers() -> impl Strategy<Value = f64> {
        prop_oneof![
            any::<f64>(),
            any::<u64>().prop_map(f64::from_bits),
            (ints(), 0..20_i32).prop_map(|(n, scale)| n as f64 / 10_f64.powi(scale)),
            (ints(), 0..20_i32).prop_map(|(n, scale)| n as f64 * 10_f64.powi(scale)),
            (0..100_000_000_i64).prop_map(|n| n as f64 / 100.0),
            (0..100_000_i64, 0..1000_u64).prop_map(|(n, by)| f64::from_bits((n as f64 / 100.0).to_bits() + by))
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_same_bytes_as_the_slow_way(n in ints(), scale in 0..20_u8, x in numbers(), day in -800_000..4_000_000_i64, instant: bool) {
            prop_assert_eq!(text(|t| int(n, t)), n.to_string());
            prop_assert_eq!(text(|t| decimal(n, scale, t)), format_decimal(n, scale));
            prop_assert_eq!(text(|t| number(x, t)), shortest(x), "{:?}", x);
            let days = Days::default();
            for day in [day, day, n, n / 1000, day + 1] {
                prop_assert_eq!(text(|t| days.date(day, t)), format_date(day));
                let us = day.saturating_mul(DAY_US).saturating_add(n % DAY_US);
                for us in [us, us.saturating_sub(us.rem_euclid(SECOND_US)), n] {
                    let expected = format_timestamp(us);
                    let expected = if instant { expected.as_str() } else { expected.trim_end_matches('Z') };
                    prop_assert_eq!(text(|t| days.time(us, instant, t)), expected);
                }
            }
        }
    }

    #[test]
    fn durations_as_a_clock() {
        for (us, clocked) in [
            (0, "0:00:00"),
            (100 * time::HOUR_US + 30 * time::MINUTE_US, "100:30:00"),
            (-1_500_000, "-0:00:01.5"),
            (1, "0:00:00.000001"),
            (i64::MIN, "-2562047788:00:54.775808"),
        ] {
            assert_eq!(text(|t| clock(us, t)), clocked);
        }
    }
}
