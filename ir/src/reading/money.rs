//! Amounts of money: exact to the minor unit, or bad (promise E2).

use super::number::looks_pointed;
use super::{Giver, NOT_MONEY, NOT_NUMBER, Reason, parse_scaled};
use crate::types::Currency;
use std::borrow::Cow;

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

/// `1234.50`, `-€12`, `€ -12`, `12 EUR`, `EUR 12.5`: an optional sign or code of the currency on one side. `plain` gives the
/// amount with a decimal point.
///
/// # Errors
/// Why it is no amount in that currency, or what `plain` says.
pub fn parse_money(
    text: &str,
    currency: Currency,
    giver: Giver,
    plain: impl for<'a> Fn(&'a str) -> Result<Cow<'a, str>, Reason>,
) -> Result<i64, Reason> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    };
    let amount = without_unit(rest, currency)?;
    if negative && amount.starts_with(['-', '+']) {
        return Err(NOT_MONEY.into());
    }
    let amount = plain(amount)?;
    let signed = if negative { Cow::Owned(format!("-{amount}")) } else { amount };
    parse_scaled(&signed, currency.minor_digits(), giver).map_err(|reason| match reason.as_ref() {
        NOT_NUMBER => NOT_MONEY.into(),
        _ if giver == Giver::File && reason.starts_with("more than") && looks_pointed(&signed) => {
            format!("{reason}; if the point stands for thousands, let the mapping say it: `numbers \"1.234,56\"`")
                .into()
        }
        _ => reason,
    })
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_money(text: &str, currency: Currency) -> Result<i64, Reason> {
        super::parse_money(text, currency, Giver::File, |amount| Ok(Cow::Borrowed(amount)))
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
}
