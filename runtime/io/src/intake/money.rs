//! `money` cells: exact to the minor unit, or bad (promise E2).

use super::number::{grouped, looks_grouped, looks_pointed, printed};
use super::styled::Numbers;
use crate::cell::{Given, Reason};
use arrow_buffer::i256;
use revplay_ir::decimal::{DecimalError, parse_decimal};
use revplay_ir::types::Currency;

/// Signs, and the currencies that use them; a longer sign stands before the one it contains.
const SIGNS: &[(&str, &[&[u8; 3]])] = &[
    ("US$", &[b"USD"]),
    ("CA$", &[b"CAD"]),
    ("C$", &[b"CAD"]),
    ("A$", &[b"AUD"]),
    ("NZ$", &[b"NZD"]),
    ("HK$", &[b"HKD"]),
    ("S$", &[b"SGD"]),
    ("R$", &[b"BRL"]),
    ("$", &[b"USD", b"CAD", b"AUD", b"NZD", b"HKD", b"SGD", b"MXN", b"CLP", b"COP", b"ARS", b"TWD"]),
    ("€", &[b"EUR"]),
    ("£", &[b"GBP", b"EGP"]),
    ("¥", &[b"JPY", b"CNY"]),
    ("₹", &[b"INR"]),
    ("₩", &[b"KRW"]),
    ("₺", &[b"TRY"]),
    ("₽", &[b"RUB"]),
    ("₪", &[b"ILS"]),
    ("₫", &[b"VND"]),
    ("₴", &[b"UAH"]),
    ("zł", &[b"PLN"]),
    ("Kč", &[b"CZK"]),
    ("kr", &[b"SEK", b"NOK", b"DKK", b"ISK"]),
    ("Fr.", &[b"CHF"]),
];

/// `1234.50`, `-€12`, `€ -12`, `12 EUR`, `EUR 12.5`: an optional sign or code of the currency on one side.
pub(super) fn parse_money(text: &str, currency: Currency, numbers: &Numbers) -> Result<i64, Reason> {
    // Most cells are digits alone.
    if !numbers.has_style()
        && let Ok(minor) = parse_decimal(text, currency.minor_digits())
    {
        return Ok(minor);
    }
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    };
    let amount = without_unit(rest, currency)?;
    if negative && amount.starts_with(['-', '+']) {
        return Err(NOT_MONEY.into());
    }
    let amount = numbers.plain(amount)?;
    let signed = if negative { format!("-{amount}") } else { amount.into_owned() };
    parse_scaled(&signed, currency.minor_digits()).map_err(|reason| match reason.as_ref() {
        "not a number" => NOT_MONEY.into(),
        _ if reason.starts_with("more than") && looks_pointed(&signed) => {
            format!("{reason}; if the point stands for thousands, let the mapping say it: `numbers \"1.234,56\"`")
                .into()
        }
        _ => reason,
    })
}

const NOT_MONEY: &str = "not an amount of money";

/// The amount without the currency's sign or code; an error for those of another currency.
fn without_unit(text: &str, currency: Currency) -> Result<&str, Reason> {
    let is_amount = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | '\'' | '’' | '_');
    let start = text.find(is_amount).ok_or(NOT_MONEY)?;
    // `Fr.` ends with a point: a prefix that is a known sign is taken whole.
    let start =
        SIGNS.iter().map(|(sign, _)| sign.len()).find(|&n| n > start && is_sign(text.get(..n))).unwrap_or(start);
    let end = text.rfind(|c: char| c.is_ascii_digit() || c == '.').map_or(start, |last| last + 1).max(start);
    let (before, rest) = text.split_at_checked(start).unwrap_or(("", text));
    let (amount, after) = rest.split_at_checked(end - start).unwrap_or((rest, ""));
    let unit = match (before.trim(), after.trim()) {
        ("", unit) | (unit, "") => unit,
        _ => return Err(NOT_MONEY.into()),
    };
    match units_of(unit) {
        _ if unit.is_empty() || unit.eq_ignore_ascii_case(currency.code()) => Ok(amount.trim()),
        Some(currencies) if currencies.contains(&&currency.0) => Ok(amount.trim()),
        Some(_) => Err(other_currency(unit, currency)),
        None if unit.len() == 3 && unit.bytes().all(|b| b.is_ascii_alphabetic()) => Err(other_currency(unit, currency)),
        None => Err(NOT_MONEY.into()),
    }
}

fn is_sign(text: Option<&str>) -> bool {
    text.is_some_and(|text| SIGNS.iter().any(|(sign, _)| *sign == text))
}

fn units_of(unit: &str) -> Option<&'static [&'static [u8; 3]]> {
    SIGNS.iter().find(|(sign, _)| *sign == unit).map(|(_, currencies)| *currencies)
}

fn other_currency(unit: &str, currency: Currency) -> Reason {
    format!("`{unit}` is not {}: amounts are not converted", currency.code()).into()
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

const TOO_LARGE: &str = "the amount is too large";

fn too_many_decimals(scale: u8) -> Reason {
    match scale {
        0 => "more than 0 decimals: this currency has no minor unit".into(),
        1 => "more than 1 decimal: nothing is rounded".into(),
        _ => format!("more than {scale} decimals: nothing is rounded").into(),
    }
}

/// An amount of a typed source as a count of 10^-scale. A float counts as its shortest decimal text.
pub(super) fn scaled_of(given: Given<'_>, scale: u8) -> Result<Option<i64>, Reason> {
    match given {
        Given::Decimal(digits, from) => rescaled(digits, from, scale).map(Some),
        Given::Float(x) if x.is_nan() => Ok(None),
        Given::Single(x) if x.is_nan() => Ok(None),
        Given::Float(_) | Given::Single(_) | Given::Int(_) | Given::HugeInt(_) => match printed(given) {
            Some(text) => parse_scaled(&text, scale).map(Some),
            None => Err("an infinite number cannot be used".into()),
        },
        Given::Null
        | Given::Text(_)
        | Given::NotText(_)
        | Given::Bool(_)
        | Given::Day(_)
        | Given::Instant(_)
        | Given::LocalTime(_)
        | Given::Span(_)
        | Given::BeyondTime => Err(NOT_MONEY.into()),
    }
}

/// Moves a decimal to another scale; decimals that are not zero are never dropped.
pub(super) fn rescaled(digits: i256, from: i8, to: u8) -> Result<i64, Reason> {
    let shift = i32::from(to) - i32::from(from);
    let factor = i256::from_i128(10).checked_pow(shift.unsigned_abs()).ok_or(TOO_LARGE)?;
    let moved = if shift >= 0 {
        digits.checked_mul(factor).ok_or(TOO_LARGE)?
    } else {
        let quotient = digits.checked_div(factor).ok_or(TOO_LARGE)?;
        if quotient.checked_mul(factor) != Some(digits) {
            return Err(too_many_decimals(to));
        }
        quotient
    };
    moved.to_i128().and_then(|n| i64::try_from(n).ok()).ok_or_else(|| TOO_LARGE.into())
}

/// A decimal as text, without zeros at its end: `12.5`.
pub(crate) fn decimal_text(digits: i256, scale: i8) -> String {
    let text = digits.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let Ok(scale) = usize::try_from(scale) else {
        let zeros = if digits == "0" { 0 } else { usize::from(scale.unsigned_abs()) };
        return format!("{sign}{digits}{}", "0".repeat(zeros));
    };
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let (whole, decimals) = padded.split_at(padded.len() - scale);
    let decimals = decimals.trim_end_matches('0');
    if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_money(text: &str, currency: Currency) -> Result<i64, Reason> {
        super::parse_money(text, currency, &Numbers::default())
    }

    const EUR: Currency = Currency(*b"EUR");

    #[test]
    fn e2_money_is_exact() {
        for (text, minor) in [
            ("1234.5", 123_450),
            ("0.07", 7),
            ("-12", -1200),
            ("€12.30", 1230),
            ("12.30 €", 1230),
            ("EUR 12", 1200),
            ("12eur", 1200),
            ("-€12", -1200),
            ("€ -12", -1200),
            ("- 12.5", -1250),
            ("92233720368547758.07", i64::MAX),
        ] {
            assert_eq!(parse_money(text, EUR), Ok(minor), "{text}");
        }
        assert_eq!(parse_money("$5", Currency(*b"CAD")), Ok(500));
        assert_eq!(parse_money("Fr. 5.05", Currency(*b"CHF")), Ok(505));
        assert_eq!(parse_money("¥500", Currency(*b"JPY")), Ok(500));
        assert_eq!(parse_money("1.234", Currency(*b"KWD")), Ok(1234));
    }

    #[test]
    fn e2_another_currency_or_a_guess_is_a_bad_cell() {
        for (text, part) in [
            ("$12", "`$` is not EUR"),
            ("12 USD", "`USD` is not EUR"),
            ("US$12", "`US$` is not EUR"),
            ("1,200", "between digits is not guessed"),
            ("1,200.50 EUR", "between digits is not guessed"),
            ("12,50", "between digits is not guessed"),
            ("1.200", "more than 2 decimals"),
            ("10.00.00", "not an amount"),
            ("92233720368547758.08", "too large"),
            ("(12.00)", "not an amount"),
            ("EUR 12 EUR", "not an amount"),
            ("EUR", "not an amount"),
            ("12k", "not an amount"),
            ("--5", "not an amount"),
            ("1e3", "not an amount"),
            ("12 and more", "not an amount"),
        ] {
            let reason = parse_money(text, EUR).unwrap_err();
            assert!(reason.contains(part), "{text}: {reason}");
        }
        assert!(parse_money("5.5", Currency(*b"JPY")).unwrap_err().contains("no minor unit"));
    }

    #[test]
    fn e2_money_of_typed_sources_is_exact() {
        assert_eq!(scaled_of(Given::Float(0.07), 2), Ok(Some(7)));
        assert_eq!(scaled_of(Given::Float(1234.5), 2), Ok(Some(123_450)));
        assert_eq!(scaled_of(Given::Single(12.34), 2), Ok(Some(1234)));
        assert!(scaled_of(Given::Float(0.1 + 0.2), 2).is_err(), "0.30000000000000004");
        assert_eq!(scaled_of(Given::Float(f64::NAN), 2), Ok(None));
        assert_eq!(scaled_of(Given::Int(12), 2), Ok(Some(1200)));
        assert!(scaled_of(Given::Int(i64::MAX), 2).is_err());
        assert_eq!(scaled_of(Given::Decimal(i256::from_i128(123_400), 4), 2), Ok(Some(1234)));
        assert!(scaled_of(Given::Decimal(i256::from_i128(123_401), 4), 2).is_err());
        assert_eq!(scaled_of(Given::Decimal(i256::from_i128(12), -2), 2), Ok(Some(120_000)));
        assert!(scaled_of(Given::Decimal(i256::MAX, 0), 2).is_err());
        assert!(scaled_of(Given::Decimal(i256::MIN, 76), 2).is_err());
    }

    #[test]
    fn decimals_as_text() {
        for (digits, scale, text) in
            [(1250, 2, "12.5"), (-7, 2, "-0.07"), (0, 3, "0"), (12, -2, "1200"), (0, -2, "0"), (5, 0, "5")]
        {
            assert_eq!(decimal_text(i256::from_i128(digits), scale), text);
        }
    }
}
