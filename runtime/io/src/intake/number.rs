//! `int`, `number` and `percent` cells.

use super::styled::Numbers;
use crate::cell::{Given, Reason};

/// 2^63 as a number: the first that is no int.
const INT_LIMIT: f64 = 9_223_372_036_854_775_808.0;

/// A whole number; nothing is rounded or guessed.
pub(super) fn parse_int(text: &str) -> Result<i64, Reason> {
    text.parse::<i64>().map_err(|_| {
        if looks_grouped(text) {
            return grouped(text);
        }
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            return "the whole number is too large".into();
        }
        if looks_pointed(digits) {
            return "not a whole number; if the points stand for thousands, let the mapping say it: `numbers \"1.234,56\"`"
                .into();
        }
        if digits.contains('.') && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            return "not a whole number: it has decimals".into();
        }
        "not a whole number".into()
    })
}

/// A finite number; `NaN` is missing (promise V2). Digits, a decimal point, an exponent.
pub(super) fn parse_number(text: &str) -> Result<Option<f64>, Reason> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    if !plain {
        return match text.strip_prefix(['-', '+']).unwrap_or(text).to_ascii_lowercase().as_str() {
            "nan" => Ok(None),
            "inf" | "infinity" => Err(INFINITE.into()),
            _ if looks_grouped(text) => Err(grouped(text)),
            _ => Err("not a number".into()),
        };
    }
    match text.parse::<f64>() {
        Ok(x) if x.is_finite() => Ok(Some(x)),
        Ok(_) => Err("the number is too large".into()),
        Err(_) => Err("not a number".into()),
    }
}

const INFINITE: &str = "an infinite number cannot be used";

/// A fraction of `full`; a trailing `%` always means hundredths.
pub(super) fn parse_percent(text: &str, full: f64, numbers: &Numbers) -> Result<Option<f64>, Reason> {
    let (number, full) = match text.strip_suffix('%') {
        Some(number) => (number.trim_end(), 100.0),
        None => (text, full),
    };
    let number = numbers.plain(number)?;
    let value = parse_number(&number).map_err(|reason| match reason.as_ref() {
        "not a number" => "not a percentage".into(),
        _ => reason,
    })?;
    value.map(|x| fraction(&number, x, full)).transpose()
}

/// The number divided by `full`: for 100 the decimal point moves, so that `12.3` of 100 is the
/// number nearest to 0.123, as the literal `12.3%` is.
fn fraction(text: &str, x: f64, full: f64) -> Result<f64, Reason> {
    let moved =
        (full == 100.0 && !text.contains(['e', 'E'])).then(|| format!("{text}e-2").parse::<f64>().ok()).flatten();
    let value = if full == 1.0 { x } else { moved.unwrap_or(x / full) };
    if value.is_finite() { Ok(value) } else { Err("the number is too large".into()) }
}

/// Digits in groups, or a decimal comma: what it means depends on the country.
pub(super) fn looks_grouped(text: &str) -> bool {
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

pub(super) fn grouped(text: &str) -> Reason {
    let sign = text.chars().find(|c| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+')).unwrap_or(',');
    format!("`{sign}` between digits is not guessed: let the mapping say it with an example, `numbers \"1.234,56\"`")
        .into()
}

/// An int from a typed source: whole floats and decimals are fine.
pub(super) fn int_of(given: Given<'_>) -> Result<Option<i64>, Reason> {
    let whole = |x: f64| -> Result<Option<i64>, Reason> {
        match x {
            x if x.is_nan() => Ok(None),
            x if x.is_infinite() => Err(INFINITE.into()),
            x if x.fract() != 0.0 => Err("not a whole number: it has decimals".into()),
            x if (-INT_LIMIT..INT_LIMIT).contains(&x) => Ok(Some(x as i64)),
            _ => Err("the whole number is too large".into()),
        }
    };
    match given {
        Given::Int(n) => Ok(Some(n)),
        Given::Bool(_) => Err("not a whole number".into()),
        Given::HugeInt(_) => Err("the whole number is too large".into()),
        Given::Float(x) => whole(x),
        Given::Single(x) => whole(f64::from(x)),
        Given::Decimal(digits, scale) => super::money::rescaled(digits, scale, 0).map(Some).map_err(|reason| {
            if reason.starts_with("more than") { "not a whole number: it has decimals".into() } else { reason }
        }),
        Given::Null
        | Given::Text(_)
        | Given::NotText(_)
        | Given::Day(_)
        | Given::Instant(_)
        | Given::LocalTime(_)
        | Given::Span(_)
        | Given::BeyondTime => Err("not a whole number".into()),
    }
}

/// A number from a typed source.
pub(super) fn number_of(given: Given<'_>) -> Result<Option<f64>, Reason> {
    match given {
        Given::Int(n) => Ok(Some(n as f64)),
        Given::HugeInt(n) => Ok(Some(n as f64)),
        Given::Float(x) => finite(x),
        Given::Single(x) => finite(f64::from(x)),
        Given::Decimal(..) => printed(given).map_or(Err("not a number".into()), |text| parse_number(&text)),
        Given::Null
        | Given::Text(_)
        | Given::NotText(_)
        | Given::Bool(_)
        | Given::Day(_)
        | Given::Instant(_)
        | Given::LocalTime(_)
        | Given::Span(_)
        | Given::BeyondTime => Err("not a number".into()),
    }
}

fn finite(x: f64) -> Result<Option<f64>, Reason> {
    if x.is_infinite() { Err(INFINITE.into()) } else { Ok((!x.is_nan()).then_some(x)) }
}

/// A percentage from a typed source: the same bits as its shortest text would give.
pub(super) fn percent_of(given: Given<'_>, full: f64) -> Result<Option<f64>, Reason> {
    match (number_of(given)?, printed(given)) {
        (Some(x), _) if full == 1.0 => Ok(Some(x)),
        (Some(_), Some(text)) => parse_percent(&text, full, &Numbers::default()),
        (Some(x), None) => fraction("e", x, full).map(Some),
        (None, _) => Ok(None),
    }
}

/// Integers, floats and decimals as their shortest text without an exponent; nothing else.
pub(super) fn printed(given: Given<'_>) -> Option<String> {
    match given {
        Given::Int(n) => Some(n.to_string()),
        Given::HugeInt(n) => Some(n.to_string()),
        Given::Float(x) if x.is_finite() => Some(x.to_string()),
        Given::Single(x) if x.is_finite() => Some(x.to_string()),
        Given::Decimal(digits, scale) => Some(super::money::decimal_text(digits, scale)),
        Given::Float(_)
        | Given::Single(_)
        | Given::Null
        | Given::Text(_)
        | Given::NotText(_)
        | Given::Bool(_)
        | Given::Day(_)
        | Given::Instant(_)
        | Given::LocalTime(_)
        | Given::Span(_)
        | Given::BeyondTime => None,
    }
}

/// The shortest text that reads back as the same number; an exponent where digits would be many zeros.
pub(crate) fn shortest(x: f64) -> String {
    let size = x.abs();
    if size == 0.0 || (1e-7..1e17).contains(&size) { x.to_string() } else { format!("{x:e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v1_ints_are_whole_and_fit() {
        assert_eq!(parse_int("1200"), Ok(1200));
        assert_eq!(parse_int("-9223372036854775808"), Ok(i64::MIN));
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
            let reason = parse_int(text).unwrap_err();
            assert!(reason.contains(part), "{text}: {reason}");
        }
        assert_eq!(int_of(Given::Float(1200.0)), Ok(Some(1200)));
        assert!(int_of(Given::Float(0.5)).is_err());
        assert!(int_of(Given::Float(9_223_372_036_854_775_808.0)).is_err());
        assert_eq!(int_of(Given::Float(-9_223_372_036_854_775_808.0)), Ok(Some(i64::MIN)));
        assert!(int_of(Given::HugeInt(u64::MAX)).is_err());
    }

    #[test]
    fn v2_nan_is_missing_and_infinity_is_bad() {
        assert_eq!(parse_number("NaN"), Ok(None));
        assert_eq!(parse_number("1e3"), Ok(Some(1000.0)));
        assert_eq!(parse_number("-.5"), Ok(Some(-0.5)));
        for bad in ["inf", "-Infinity", "1e999", "1,5", "1.2.3", "e", "", "12 EUR"] {
            assert!(parse_number(bad).is_err(), "{bad}");
        }
        assert_eq!(number_of(Given::Float(f64::NAN)), Ok(None));
        assert!(number_of(Given::Single(f32::INFINITY)).is_err());
    }

    #[test]
    fn v1_percent_is_a_fraction() {
        for (text, full, value) in [
            ("12", 100.0, 0.12),
            ("12.3", 100.0, 0.123),
            ("12.3 %", 1.0, 0.123),
            ("0.12", 1.0, 0.12),
            ("5%", 100.0, 0.05),
        ] {
            assert_eq!(parse_percent(text, full, &Numbers::default()), Ok(Some(value)), "{text}");
        }
        assert_eq!(percent_of(Given::Float(12.3), 100.0), Ok(Some(0.123)));
        assert_eq!(percent_of(Given::Int(7), 100.0), Ok(Some(0.07)));
        assert_eq!(percent_of(Given::Float(f64::NAN), 100.0), Ok(None));
        for bad in ["%", "x%", "12%%", "1,5%"] {
            assert!(parse_percent(bad, 100.0, &Numbers::default()).is_err(), "{bad}");
        }
    }

    #[test]
    fn shortest_reads_back() {
        for x in [0.0, -0.0, 0.1, 1e300, 5e-324, 123_456.789, -1e17, 1e-7, f64::MAX] {
            assert_eq!(shortest(x).parse::<f64>().unwrap().to_bits(), x.to_bits());
        }
        assert_eq!(shortest(71.25), "71.25");
    }
}
