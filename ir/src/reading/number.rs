//! Whole numbers, numbers, percentages and decimals.

use super::{Giver, HAS_DECIMALS, INFINITE, INT_TOO_LARGE, NOT_INT, NOT_NUMBER, Reason, TOO_LARGE};
use crate::decimal::{DecimalError, parse_decimal};
use std::borrow::Cow;

const NUMBER_TOO_LARGE: &str = "the number is too large";

/// A whole number; nothing is rounded or guessed.
///
/// # Errors
/// Why it is none.
#[inline]
pub fn parse_int(text: &str, giver: Giver) -> Result<i64, Reason> {
    text.parse::<i64>().map_err(|_| no_int(text, giver))
}

fn no_int(text: &str, giver: Giver) -> Reason {
    if looks_grouped(text) {
        return grouped(text, giver);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return INT_TOO_LARGE.into();
    }
    if giver == Giver::File && looks_pointed(digits) {
        return "not a whole number; if the points stand for thousands, let the mapping say it: `numbers \"1.234,56\"`"
            .into();
    }
    if digits.contains('.') && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return HAS_DECIMALS.into();
    }
    NOT_INT.into()
}

/// A finite number; `NaN` is missing (promise V2). Digits, a decimal point, an exponent.
///
/// # Errors
/// Why it is none.
#[inline]
pub fn parse_number(text: &str, giver: Giver) -> Result<Option<f64>, Reason> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    if !plain {
        return no_digits(text, giver);
    }
    match text.parse::<f64>() {
        Ok(x) if x.is_finite() => Ok(Some(x)),
        Ok(_) => Err(NUMBER_TOO_LARGE.into()),
        Err(_) => Err(NOT_NUMBER.into()),
    }
}

fn no_digits(text: &str, giver: Giver) -> Result<Option<f64>, Reason> {
    match text.strip_prefix(['-', '+']).unwrap_or(text).to_ascii_lowercase().as_str() {
        "nan" => Ok(None),
        "inf" | "infinity" => Err(INFINITE.into()),
        _ if looks_grouped(text) => Err(grouped(text, giver)),
        _ => Err(NOT_NUMBER.into()),
    }
}

/// A fraction of `full`; a trailing `%` always means hundredths. `plain` gives the number with a decimal point.
///
/// # Errors
/// Why it is no percentage, or what `plain` says.
#[inline]
pub fn parse_percent(
    text: &str,
    full: f64,
    giver: Giver,
    plain: impl for<'a> Fn(&'a str) -> Result<Cow<'a, str>, Reason>,
) -> Result<Option<f64>, Reason> {
    let (number, full) = match text.strip_suffix('%') {
        Some(number) => (number.trim_end(), 100.0),
        None => (text, full),
    };
    let number = plain(number)?;
    let value = parse_number(&number, giver).map_err(|reason| match reason.as_ref() {
        NOT_NUMBER => "not a percentage".into(),
        _ => reason,
    })?;
    value.map(|x| fraction(&number, x, full)).transpose()
}

/// The number divided by `full`: for 100 the decimal point moves, so that `12.3` of 100 is the number nearest to
/// 0.123, as the literal `12.3%` is.
fn fraction(text: &str, x: f64, full: f64) -> Result<f64, Reason> {
    let moved =
        (full == 100.0 && !text.contains(['e', 'E'])).then(|| format!("{text}e-2").parse::<f64>().ok()).flatten();
    let value = if full == 1.0 { x } else { moved.unwrap_or(x / full) };
    if value.is_finite() { Ok(value) } else { Err(NUMBER_TOO_LARGE.into()) }
}

/// Digits with at most `scale` decimals as a count of 10^-scale.
///
/// # Errors
/// Why it is none.
#[inline]
pub fn parse_scaled(text: &str, scale: u8, giver: Giver) -> Result<i64, Reason> {
    parse_decimal(text, scale).map_err(|error| match error {
        DecimalError::NotANumber if looks_grouped(text) => grouped(text, giver),
        DecimalError::NotANumber => NOT_NUMBER.into(),
        DecimalError::TooManyDecimals(_) => too_many_decimals(scale),
        DecimalError::OutOfRange => TOO_LARGE.into(),
    })
}

/// For an amount that is finer than 10^-scale.
pub fn too_many_decimals(scale: u8) -> Reason {
    match scale {
        0 => "more than 0 decimals: this currency has no minor unit".into(),
        1 => "more than 1 decimal: nothing is rounded".into(),
        _ => format!("more than {scale} decimals: nothing is rounded").into(),
    }
}

/// Digits in groups, or a decimal comma: what it means depends on the country.
fn looks_grouped(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let separators = [',', '\'', '’', '_', ' ', '\u{a0}', '\u{202f}'];
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.contains(separators)
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.' || separators.contains(&c))
}

/// `1.234` or `1.234.567`: perhaps thousands.
pub(super) fn looks_pointed(digits: &str) -> bool {
    let mut groups = digits.split('.');
    let first = groups.next().unwrap_or("");
    (1..=3).contains(&first.len())
        && digits.contains('.')
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && groups.all(|group| group.len() == 3)
}

fn grouped(text: &str, giver: Giver) -> Reason {
    let sign = text.chars().find(|c| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+')).unwrap_or(',');
    let help = match giver {
        Giver::File => "let the mapping say it with an example, `numbers \"1.234,56\"`",
        Giver::Caller => "give the number itself, or write it with a decimal point alone",
    };
    format!("`{sign}` between digits is not guessed: {help}").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Giver::{Caller, File};

    #[test]
    fn v1_ints_are_whole_and_fit() {
        assert_eq!(parse_int("1200", File), Ok(1200));
        assert_eq!(parse_int("-9223372036854775808", File), Ok(i64::MIN));
        for (text, part) in [
            ("1,200", "`,` between digits is not guessed"),
            ("1 200", "` ` between digits"),
            ("1200.0", "has decimals"),
            ("9223372036854775808", "too large"),
            ("12a", "not a whole number"),
            ("0x10", "not a whole number"),
            ("-", "not a whole number"),
            ("１２", "not a whole number"),
        ] {
            for giver in [File, Caller] {
                let reason = parse_int(text, giver).unwrap_err();
                assert!(reason.contains(part), "{text}: {reason}");
            }
        }
    }

    #[test]
    fn only_a_file_has_a_mapping_that_could_say_it() {
        for text in ["1,200", "1.200"] {
            assert!(parse_int(text, File).unwrap_err().contains("let the mapping say it"), "{text}");
            assert!(!parse_int(text, Caller).unwrap_err().contains("mapping"), "{text}");
        }
    }

    #[test]
    fn v2_nan_is_missing_and_infinity_is_bad() {
        assert_eq!(parse_number("NaN", File), Ok(None));
        assert_eq!(parse_number("1e3", File), Ok(Some(1000.0)));
        assert_eq!(parse_number("-.5", File), Ok(Some(-0.5)));
        for bad in ["inf", "-Infinity", "1e999", "1,5", "1.2.3", "e", "", "12 EUR"] {
            assert!(parse_number(bad, File).is_err(), "{bad}");
        }
    }

    #[test]
    fn v1_percent_is_a_fraction() {
        let parse_percent = |text: &str, full| parse_percent(text, full, File, |number| Ok(Cow::Borrowed(number)));
        for (text, full, value) in [
            ("12", 100.0, 0.12),
            ("12.3", 100.0, 0.123),
            ("12.3 %", 1.0, 0.123),
            ("0.12", 1.0, 0.12),
            ("5%", 100.0, 0.05),
        ] {
            assert_eq!(parse_percent(text, full), Ok(Some(value)), "{text}");
        }
        for bad in ["%", "x%", "12%%", "1,5%"] {
            assert!(parse_percent(bad, 100.0).is_err(), "{bad}");
        }
    }
}
