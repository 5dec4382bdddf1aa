//! Values on the command line, written as a playbook writes them.

use crate::near::{listed, nearest};
use revplay_ir::decimal::{format_decimal, format_money, parse_decimal};
use revplay_ir::program::{Const, Program};
use revplay_ir::time;
use revplay_ir::types::{Currency, EnumId, Type};
use std::sync::Arc;

/// Why a text is no value of a type.
pub struct WrongValue {
    /// What is wrong.
    pub message: String,
    /// What to write.
    pub help: String,
}

/// Reads a value of a type: `500`, `10k`, `12%`, `10M EUR`, `30 days`, `2026-11-23`, a label, a text.
pub fn parse_constant(program: &Program, ty: Type, text: &str) -> Result<Const, WrongValue> {
    match ty {
        Type::Bool => match text {
            "true" => Ok(Const::Bool(true)),
            "false" => Ok(Const::Bool(false)),
            _ => Err(wrong(text, "true or false", "write `true` or `false`")),
        },
        Type::Int => int(text, 0).ok_or_else(|| wrong(text, "a whole number", "write a number such as `500` or `10k`")),
        Type::Decimal(scale) => {
            int(text, scale).ok_or_else(|| wrong(text, "a number with so few decimals", "write a number such as `2.5`"))
        }
        Type::Number => number(text).ok_or_else(|| wrong(text, "a number", "write a number such as `2.5` or `10k`")),
        Type::Percent => percent(text).ok_or_else(|| wrong(text, "a percentage", "write it with its sign: `12%`")),
        Type::Money(currency) => money(text, currency),
        Type::Text | Type::Target => Ok(Const::Text(Arc::from(text))),
        Type::Date => time::parse_date(text).map(Const::Int).map_err(|e| WrongValue {
            message: format!("`{text}`: {e}"),
            help: "write a date such as `2026-11-23`".to_string(),
        }),
        Type::Timestamp => timestamp(program, text),
        Type::Duration => duration(text, EXACT).ok_or_else(|| {
            wrong(text, "a length of time", "write it with its unit: `30 days`, `4 hours`, `15 minutes`, `2 weeks`")
        }),
        Type::Business(_) => duration(text, &EXACT[..6])
            .ok_or_else(|| wrong(text, "a length of business time", "write it with its unit: `4 hours`, `30 minutes`")),
        Type::Months => duration(text, MONTHS)
            .ok_or_else(|| wrong(text, "a number of months", "write it with its unit: `3 months`, `1 year`")),
        Type::Enum(id) => label(program, id, text),
        Type::List | Type::Error => Err(wrong(text, "a value that can be given here", "set it in the playbook")),
    }
}

/// A constant as a playbook writes it.
pub fn show(program: &Program, ty: Type, value: &Const) -> String {
    match (ty, value) {
        (_, Const::Missing) => "missing".to_string(),
        (_, Const::Bool(b)) => b.to_string(),
        (_, Const::Text(t)) => t.to_string(),
        (Type::Percent, Const::Num(n)) => format!("{}%", trimmed(n * 100.0)),
        (_, Const::Num(n)) => trimmed(*n),
        (Type::Money(currency), Const::Int(n)) => format_money(*n, currency),
        (Type::Decimal(scale), Const::Int(n)) => format_decimal(*n, scale),
        (Type::Date, Const::Int(n)) => time::format_date(*n),
        (Type::Timestamp, Const::Int(n)) => time::format_timestamp(*n),
        (Type::Duration | Type::Business(_), Const::Int(n)) => time::duration_literal(*n),
        (Type::Months, Const::Int(n)) => format!("{n} months"),
        (Type::Enum(id), Const::Int(n)) => {
            let labels = program.enums.get(id.0 as usize).map(|e| e.labels.as_slice()).unwrap_or_default();
            usize::try_from(*n).ok().and_then(|i| labels.get(i)).cloned().unwrap_or_else(|| n.to_string())
        }
        (_, Const::Int(n)) => n.to_string(),
    }
}

fn wrong(text: &str, wanted: &str, help: &str) -> WrongValue {
    WrongValue { message: format!("`{text}` is not {wanted}"), help: help.to_string() }
}

/// A number to at most nine decimals, without trailing zeros: percentages are not exact in binary.
fn trimmed(n: f64) -> String {
    let text = format!("{n:.9}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// `10k` and `10M` as digits and a power of ten.
fn suffix(text: &str) -> (&str, u32) {
    if let Some(rest) = text.strip_suffix('k') {
        (rest, 3)
    } else if let Some(rest) = text.strip_suffix('M') {
        (rest, 6)
    } else {
        (text, 0)
    }
}

/// An exact number in units of 10^-scale.
fn int(text: &str, scale: u8) -> Option<Const> {
    let (digits, exponent) = suffix(text);
    let wide = u8::try_from(exponent).ok()?.checked_add(scale)?;
    parse_decimal(digits, wide).ok().map(Const::Int)
}

fn number(text: &str) -> Option<Const> {
    let (digits, exponent) = suffix(text);
    if !digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-')) {
        return None;
    }
    let value: f64 = format!("{digits}e{exponent}").parse().ok()?;
    value.is_finite().then_some(Const::Num(value))
}

fn percent(text: &str) -> Option<Const> {
    let digits = text.strip_suffix('%')?.trim_end();
    if !digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-')) {
        return None;
    }
    let value: f64 = format!("{digits}e-2").parse().ok()?;
    value.is_finite().then_some(Const::Num(value))
}

/// `10M EUR`; the code may be left out, but not be another.
fn money(text: &str, currency: Currency) -> Result<Const, WrongValue> {
    let code = currency.code();
    let help = format!("write an amount such as `10M {code}`");
    let amount = match text.rsplit_once(' ') {
        Some((amount, written)) if written == code => amount.trim_end(),
        Some((_, written)) if written.len() == 3 && written.bytes().all(|b| b.is_ascii_uppercase()) => {
            return Err(WrongValue { message: format!("`{text}` is in {written}, the parameter is in {code}"), help });
        }
        Some(_) | None => text,
    };
    int(amount, currency.minor_digits()).ok_or_else(|| WrongValue { message: format!("`{text}` is no amount"), help })
}

fn timestamp(program: &Program, text: &str) -> Result<Const, WrongValue> {
    let zone = time::zone(&program.zone).or_else(|| time::zone("UTC"));
    let parsed = zone.map(|zone| time::parse_timestamp(text, &zone));
    match parsed {
        Some(Ok(us)) => Ok(Const::Int(us)),
        Some(Err(e)) => Err(WrongValue {
            message: format!("`{text}`: {e}"),
            help: "write a time such as `2026-11-23T09:00`".to_string(),
        }),
        None => Err(wrong(text, "a time", "write a time such as `2026-11-23T09:00Z`")),
    }
}

/// Units of exact time in microseconds; up to hours first.
const EXACT: &[(&str, i64)] = &[
    ("second", time::SECOND_US),
    ("seconds", time::SECOND_US),
    ("minute", time::MINUTE_US),
    ("minutes", time::MINUTE_US),
    ("hour", time::HOUR_US),
    ("hours", time::HOUR_US),
    ("day", time::DAY_US),
    ("days", time::DAY_US),
    ("week", time::WEEK_US),
    ("weeks", time::WEEK_US),
];
const MONTHS: &[(&str, i64)] =
    &[("month", 1), ("months", 1), ("quarter", 3), ("quarters", 3), ("year", 12), ("years", 12)];

/// `30 days`: an exact amount of one unit.
fn duration(text: &str, units: &[(&str, i64)]) -> Option<Const> {
    let split = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (amount, unit) = text.split_at_checked(split)?;
    let (_, length) = units.iter().find(|(name, _)| *name == unit)?;
    let millionths = parse_decimal(amount.trim(), 6).ok()?;
    let exact = i128::from(millionths) * i128::from(*length);
    (exact % 1_000_000 == 0).then(|| i64::try_from(exact / 1_000_000).ok().map(Const::Int)).flatten()
}

fn label(program: &Program, id: EnumId, text: &str) -> Result<Const, WrongValue> {
    let labels = program.enums.get(id.0 as usize).map(|e| e.labels.as_slice()).unwrap_or_default();
    if let Some(index) = labels.iter().position(|l| l.to_lowercase() == text.to_lowercase()) {
        return Ok(Const::Int(index as i64));
    }
    let names = || labels.iter().map(String::as_str);
    let meant = nearest(text, names()).map(|n| format!("did you mean `{n}`? ")).unwrap_or_default();
    Err(WrongValue {
        message: format!("`{text}` is not one of the values"),
        help: format!("{meant}the values are {}", listed(names())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_in_a_playbook() {
        assert_eq!(int("10k", 0), Some(Const::Int(10_000)));
        assert_eq!(int("1.5M", 0), Some(Const::Int(1_500_000)));
        assert_eq!(int("1,500", 0), None);
        assert_eq!(int("1.5", 0), None);
        assert_eq!(number("2.5"), Some(Const::Num(2.5)));
        assert_eq!(number("NaN"), None);
        assert_eq!(number("1e5"), None);
        assert_eq!(percent("12%"), Some(Const::Num(0.12)));
        assert_eq!(percent("0.12"), None);
        assert_eq!(duration("30 days", EXACT), Some(Const::Int(30 * time::DAY_US)));
        assert_eq!(duration("1.5 hours", EXACT), Some(Const::Int(90 * time::MINUTE_US)));
        assert_eq!(duration("30", EXACT), None);
        assert_eq!(duration("2 years", MONTHS), Some(Const::Int(24)));
    }

    #[test]
    fn money_keeps_its_currency() {
        let eur = Currency(*b"EUR");
        assert!(matches!(money("10M EUR", eur), Ok(Const::Int(1_000_000_000))));
        assert!(matches!(money("12.50", eur), Ok(Const::Int(1250))));
        assert!(money("10 USD", eur).is_err_and(|e| e.message.contains("in USD")));
        assert!(money("1.005 EUR", eur).is_err());
    }
}
