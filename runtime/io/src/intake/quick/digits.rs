//! Digits, days and times of day read eight bytes at a time. Each function takes what is written plainly and gives
//! `None` for all else, which is then read by the careful way.
//!
//! `text` reaches at least sixteen bytes beyond `end`.

use revplay_ir::time::{HOUR_US, MINUTE_US, SECOND_US, month_length};

/// Powers of ten that are exact as numbers.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

const ZEROS: u64 = 0x3030_3030_3030_3030;

#[inline]
fn eight(text: &[u8], at: usize) -> u64 {
    text.get(at..).and_then(|rest| rest.first_chunk::<8>()).map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// Eight digits, the first in the lowest byte, each as 0 to 9.
#[inline]
fn of_digits(digits: u64) -> Option<u64> {
    if (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let mask = 0x0000_00ff_0000_00ff;
    let high = (pairs & mask).wrapping_mul(0x000f_4240_0000_0064);
    let low = ((pairs >> 16) & mask).wrapping_mul(0x0000_2710_0000_0001);
    Some(high.wrapping_add(low) >> 32)
}

/// One to eight digits.
#[inline]
fn few(text: &[u8], start: usize, count: usize) -> Option<u64> {
    of_digits((eight(text, start) ^ ZEROS) << (64 - 8 * count as u32))
}

/// One to eighteen digits.
fn many(text: &[u8], start: usize, count: usize) -> Option<u64> {
    match count {
        1..=8 => few(text, start, count),
        9..=16 => Some(few(text, start, count - 8)? * 100_000_000 + few(text, start + count - 8, 8)?),
        17..=18 => {
            let (first, rest) = (count - 16, start + count - 16);
            Some((few(text, start, first)? * 100_000_000 + few(text, rest, 8)?) * 100_000_000 + few(text, rest + 8, 8)?)
        }
        _ => None,
    }
}

#[inline]
fn sign(text: &[u8], start: usize) -> (bool, usize) {
    let negative = text.get(start) == Some(&b'-');
    (negative, start + usize::from(negative))
}

/// `-123`.
#[inline]
pub(crate) fn int(text: &[u8], start: usize, end: usize) -> Option<i64> {
    let (negative, start) = sign(text, start);
    let count = end.checked_sub(start)?;
    let size = if (1..=8).contains(&count) { few(text, start, count) } else { many(text, start, count) }? as i64;
    Some(if negative { -size } else { size })
}

/// The digits of `-12.50` as an int, and how many of them are decimals; at most eighteen.
#[inline]
fn decimal(text: &[u8], start: usize, end: usize) -> Option<(bool, u64, usize)> {
    let (negative, start) = sign(text, start);
    let count = end.checked_sub(start)?;
    if !(1..=19).contains(&count) {
        return None;
    }
    let Some(whole) = point(text, start, count) else {
        return Some((negative, many(text, start, count)?, 0));
    };
    let decimals = (count - whole).checked_sub(1)?;
    if whole == 0 || decimals == 0 {
        return None;
    }
    let tens = *POW10.get(decimals)?;
    let (before, after) = (many(text, start, whole)?, many(text, start + whole + 1, decimals)?);
    Some((negative, before * tens + after, decimals))
}

const POW10: [u64; 18] = {
    let mut powers = [1u64; 18];
    let mut k = 1;
    while k < 18 {
        powers[k] = powers[k - 1] * 10;
        k += 1;
    }
    powers
};

/// How many bytes stand before the point.
#[inline]
fn point(text: &[u8], start: usize, count: usize) -> Option<usize> {
    let find = |from: usize| {
        let bytes = eight(text, from) ^ 0x2e2e_2e2e_2e2e_2e2e;
        let zeros = bytes.wrapping_sub(0x0101_0101_0101_0101) & !bytes & 0x8080_8080_8080_8080;
        zeros.trailing_zeros() as usize / 8
    };
    let mut at = 0;
    while at < count {
        let found = find(start + at);
        if found < 8 {
            return (at + found < count).then_some(at + found);
        }
        at += 8;
    }
    None
}

/// `-12.5` moved by `shift` decimals to the right: the number nearest to it, since digits and power of ten are exact.
#[inline]
pub(crate) fn number(text: &[u8], start: usize, end: usize, shift: usize) -> Option<f64> {
    let (negative, digits, decimals) = decimal(text, start, end)?;
    if digits >= 1 << 53 {
        return None;
    }
    let size = match decimals + shift {
        0 => digits as f64,
        tens => digits as f64 / *TENS.get(tens)?,
    };
    Some(if negative { -size } else { size })
}

/// `-12.50` as a count of 10^-scale.
#[inline]
pub(crate) fn scaled(text: &[u8], start: usize, end: usize, scale: usize) -> Option<i64> {
    let (negative, digits, decimals) = decimal(text, start, end)?;
    let tens = *POW10.get(scale.checked_sub(decimals)?)?;
    let size = i64::try_from(digits.checked_mul(tens)?).ok()?;
    Some(if negative { -size } else { size })
}

/// `2026-11-02`, as days since 1970-01-01.
#[inline]
pub(crate) fn day(text: &[u8], start: usize) -> Option<i64> {
    let (first, last) = (eight(text, start), eight(text, start + 8));
    if first >> 32 & 0xff != u64::from(b'-') || first >> 56 != u64::from(b'-') {
        return None;
    }
    let digits = first & 0xffff_ffff | (first >> 40 & 0xffff) << 32 | (last & 0xffff) << 48;
    let number = of_digits(digits ^ ZEROS)?;
    let number = number as u32;
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    let fits = |day: u32| day <= 28 || day <= u32::from(month_length(i64::from(year), month as u8));
    if year == 0 || !(1..=12).contains(&month) || day == 0 || !fits(day) {
        return None;
    }
    Some(day_of(year, month, day))
}

/// Days since 1970-01-01 of a day of the years 1 to 9999.
#[inline]
fn day_of(year: u32, month: u32, day: u32) -> i64 {
    // Years from March on: leap days fall on a year's end.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    i64::from(days) - 719_469
}

/// `09:05:30`, as microseconds of the day.
#[inline]
pub(crate) fn time_of_day(text: &[u8], start: usize) -> Option<i64> {
    let bytes = eight(text, start);
    if bytes >> 16 & 0xff != u64::from(b':') || bytes >> 40 & 0xff != u64::from(b':') {
        return None;
    }
    let digits = bytes & 0xffff | (bytes >> 24 & 0xffff) << 16 | (bytes >> 48) << 32;
    let number = of_digits((digits ^ (ZEROS >> 16)) << 16)?;
    let number = number as u32;
    let (hour, minute, second) = (i64::from(number / 10_000), i64::from(number / 100 % 100), i64::from(number % 100));
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(hour * HOUR_US + minute * MINUTE_US + second * SECOND_US)
}

#[cfg(test)]
mod tests {
    use super::*;
    use revplay_ir::time::{DATE_MAX, DATE_MIN, civil_of};

    #[test]
    fn every_day_is_that_day() {
        for number in DATE_MIN..=DATE_MAX {
            let (year, month, day) = civil_of(number);
            assert_eq!(day_of(year as u32, u32::from(month), u32::from(day)), number);
        }
    }
}
