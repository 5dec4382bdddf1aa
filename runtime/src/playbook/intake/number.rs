//! Whole numbers, numbers, percentages and money: exact, or bad (promises V1, V2, E2).

use super::{Cell, Reason};
use revplay_ir::decimal::{DecimalError, parse_decimal};
use revplay_ir::types::Currency;

/// 2^63 as a number: the first that is no int.
const INT_LIMIT: f64 = 9_223_372_036_854_775_808.0;
const INFINITE: &str = "an infinite number cannot be used";
const NOT_MONEY: &str = "not an amount of money";
const TOO_LARGE: &str = "the amount is too large";
const HAS_DECIMALS: &str = "not a whole number: it has decimals";
const INT_TOO_LARGE: &str = "the whole number is too large";

/// A whole number; nothing is rounded or guessed.
pub(super) fn parse_int(text: &str) -> Result<i64, Reason> {
    text.parse::<i64>().map_err(|_| {
        if looks_grouped(text) {
            return grouped(text);
        }
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            return INT_TOO_LARGE.into();
        }
        if digits.contains('.') && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            return HAS_DECIMALS.into();
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

/// A fraction of `full`; a trailing `%` always means hundredths.
pub(super) fn parse_percent(text: &str, full: f64) -> Result<Option<f64>, Reason> {
    let (number, full) = match text.strip_suffix('%') {
        Some(number) => (number.trim_end(), 100.0),
        None => (text, full),
    };
    let value = parse_number(number).map_err(|reason| match reason.as_ref() {
        "not a number" => "not a percentage".into(),
        _ => reason,
    })?;
    value.map(|x| fraction(number, x, full)).transpose()
}

/// The number divided by `full`: for 100 the decimal point moves, so that `12.3` of 100 is the number nearest to
/// 0.123, as the literal `12.3%` is.
fn fraction(text: &str, x: f64, full: f64) -> Result<f64, Reason> {
    let moved =
        (full == 100.0 && !text.contains(['e', 'E'])).then(|| format!("{text}e-2").parse::<f64>().ok()).flatten();
    let value = if full == 1.0 { x } else { moved.unwrap_or(x / full) };
    if value.is_finite() { Ok(value) } else { Err("the number is too large".into()) }
}

/// Digits in groups, or a decimal comma: what it means depends on the country.
fn looks_grouped(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let separators = [',', '\'', '’', '_', ' ', '\u{a0}', '\u{202f}'];
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.contains(separators)
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.' || separators.contains(&c))
}

fn grouped(text: &str) -> Reason {
    let sign = text.chars().find(|c| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+')).unwrap_or(',');
    format!("`{sign}` between digits is not guessed: give the number itself, or write it with a decimal point alone")
        .into()
}

/// `1234.50`, `12 EUR`, `EUR 12.5`: digits, with the code of the field's currency on one side or none.
pub(super) fn parse_money(text: &str, currency: Currency) -> Result<i64, Reason> {
    if let Ok(minor) = parse_decimal(text, currency.minor_digits()) {
        return Ok(minor);
    }
    let code = |part: Option<&str>| {
        part.filter(|p| p.len() == 3 && p.bytes().all(|b| b.is_ascii_alphabetic())).map(str::to_owned)
    };
    let before = code(text.get(..3));
    let after = code(text.len().checked_sub(3).and_then(|at| text.get(at..)));
    let (amount, unit) = match (before, after) {
        (Some(unit), None) => (text.get(3..).unwrap_or_default().trim_start(), unit),
        (None, Some(unit)) => (text.get(..text.len() - 3).unwrap_or_default().trim_end(), unit),
        (None, None) => (text, currency.code().to_owned()),
        (Some(_), Some(_)) => return Err(NOT_MONEY.into()),
    };
    if !unit.eq_ignore_ascii_case(currency.code()) {
        return Err(format!("`{unit}` is not {}: amounts are not converted", currency.code()).into());
    }
    parse_scaled(amount, currency.minor_digits()).map_err(|reason| match reason.as_ref() {
        "not a number" => NOT_MONEY.into(),
        _ => reason,
    })
}

/// Digits with at most `scale` decimals as a count of 10^-scale.
pub(super) fn parse_scaled(text: &str, scale: u8) -> Result<i64, Reason> {
    parse_decimal(text, scale).map_err(|error| match error {
        DecimalError::NotANumber if looks_grouped(text) => grouped(text),
        DecimalError::NotANumber => "not a number".into(),
        DecimalError::TooManyDecimals(_) => too_many_decimals(scale),
        DecimalError::OutOfRange => TOO_LARGE.into(),
    })
}

fn too_many_decimals(scale: u8) -> Reason {
    match scale {
        0 => "more than 0 decimals: this currency has no minor unit".into(),
        1 => "more than 1 decimal: nothing is rounded".into(),
        _ => format!("more than {scale} decimals: nothing is rounded").into(),
    }
}

/// An int; whole floats and decimals are fine.
pub(super) fn int_of(cell: Cell<'_>) -> Result<Option<i64>, Reason> {
    let whole = |x: f64| -> Result<Option<i64>, Reason> {
        match x {
            x if x.is_nan() => Ok(None),
            x if x.is_infinite() => Err(INFINITE.into()),
            x if x.fract() != 0.0 => Err(HAS_DECIMALS.into()),
            x if (-INT_LIMIT..INT_LIMIT).contains(&x) => Ok(Some(x as i64)),
            _ => Err(INT_TOO_LARGE.into()),
        }
    };
    match cell {
        Cell::Int(n) => Ok(Some(n)),
        Cell::HugeInt(_) => Err(INT_TOO_LARGE.into()),
        Cell::Number(x) => whole(x),
        Cell::Single(x) => whole(f64::from(x)),
        Cell::Decimal { digits, scale } => rescaled(digits, scale, 0)
            .map(Some)
            .map_err(|reason| if reason.starts_with("more than") { HAS_DECIMALS.into() } else { reason }),
        _ => Err("not a whole number".into()),
    }
}

/// A number.
pub(super) fn number_of(cell: Cell<'_>) -> Result<Option<f64>, Reason> {
    match cell {
        Cell::Int(n) => Ok(Some(n as f64)),
        Cell::HugeInt(n) => Ok(Some(n as f64)),
        Cell::Number(x) => finite(x),
        Cell::Single(x) => finite(f64::from(x)),
        Cell::Decimal { .. } => cell.printed().map_or(Err("not a number".into()), |text| parse_number(&text)),
        _ => Err("not a number".into()),
    }
}

fn finite(x: f64) -> Result<Option<f64>, Reason> {
    if x.is_infinite() { Err(INFINITE.into()) } else { Ok((!x.is_nan()).then_some(x)) }
}

/// A percentage: the same bits as its shortest text would give.
pub(super) fn percent_of(cell: Cell<'_>, full: f64) -> Result<Option<f64>, Reason> {
    match (number_of(cell)?, cell.printed()) {
        (Some(x), _) if full == 1.0 => Ok(Some(x)),
        (Some(_), Some(text)) => parse_percent(&text, full),
        (Some(x), None) => fraction("e", x, full).map(Some),
        (None, _) => Ok(None),
    }
}

/// An amount as a count of 10^-scale. A float counts as its shortest decimal text.
pub(super) fn scaled_of(cell: Cell<'_>, scale: u8) -> Result<Option<i64>, Reason> {
    match cell {
        Cell::Decimal { digits, scale: from } => rescaled(digits, from, scale).map(Some),
        Cell::Number(x) if x.is_nan() => Ok(None),
        Cell::Single(x) if x.is_nan() => Ok(None),
        Cell::Number(_) | Cell::Single(_) | Cell::Int(_) | Cell::HugeInt(_) => match cell.printed() {
            Some(text) => parse_scaled(&text, scale).map(Some),
            None => Err(INFINITE.into()),
        },
        _ => Err(NOT_MONEY.into()),
    }
}

/// Moves a decimal to another scale; decimals that are not zero are never dropped.
fn rescaled(digits: i128, from: i8, to: u8) -> Result<i64, Reason> {
    let shift = i32::from(to) - i32::from(from);
    if digits == 0 {
        return Ok(0);
    }
    let factor = 10i128.checked_pow(shift.unsigned_abs());
    let moved = match factor {
        Some(factor) if shift >= 0 => digits.checked_mul(factor).ok_or(TOO_LARGE)?,
        Some(factor) if digits % factor == 0 => digits / factor,
        None if shift >= 0 => return Err(TOO_LARGE.into()),
        Some(_) | None => return Err(too_many_decimals(to)),
    };
    i64::try_from(moved).map_err(|_| TOO_LARGE.into())
}
