//! Literals as a playbook writes them, and values as results show them.

use super::quoted_name;
use crate::decimal::{format_decimal, format_money, money_amount};
use crate::program::{Const, Program, Range};
use crate::time::{DAY_US, SECOND_US, duration_literal, format_date, format_duration, format_timestamp};
use crate::types::{Currency, EnumId, Type};
use crate::value::Value;

/// A constant as a playbook writes it: `10M EUR`, `30 days`, `12%`, `software`.
pub fn literal(program: &Program, ty: Type, value: &Const) -> String {
    match value {
        Const::Missing => "missing".into(),
        Const::Bool(b) => b.to_string(),
        Const::Text(text) => quoted(text),
        Const::Num(x) if ty == Type::Percent => format_percent(*x),
        Const::Num(x) => format_number(*x),
        Const::Int(n) => match ty {
            Type::Money(currency) => money_literal(*n, currency),
            Type::Duration => duration_literal(*n),
            Type::Business(id) => {
                let calendar = program.calendars.get(id.0 as usize).map_or("…".into(), |c| quoted_name(&c.name));
                business_literal(*n, &calendar)
            }
            Type::Timestamp => timestamp_literal(*n),
            Type::Decimal(scale) => trimmed(&format_decimal(*n, scale)),
            Type::Enum(id) => quoted_name(&label(program, id, *n)),
            Type::Months => months_text(*n),
            Type::Date => format_date(*n),
            Type::Bool
            | Type::Int
            | Type::Number
            | Type::Percent
            | Type::Text
            | Type::Target
            | Type::List
            | Type::Error => n.to_string(),
        },
    }
}

/// A value as explanations and results show it: `71.25`, `12.50 EUR`, `2026-11-23T08:00:00Z`, `3 days 4 hours`,
/// `missing`.
pub fn format_value(program: &Program, ty: Type, value: &Value) -> String {
    match value {
        Value::Missing => "missing".into(),
        Value::Bool(b) => b.to_string(),
        Value::Text(text) => text.to_string(),
        Value::List(items) => items.join(", "),
        Value::Num(x) if ty == Type::Percent => format_percent(*x),
        Value::Num(x) => format_number(*x),
        Value::Int(n) => match ty {
            Type::Money(currency) => format_money(*n, currency),
            Type::Duration | Type::Business(_) => format_duration(*n),
            Type::Timestamp => format_timestamp(*n),
            Type::Decimal(scale) => format_decimal(*n, scale),
            Type::Enum(id) => label(program, id, *n),
            Type::Months => months_text(*n),
            Type::Date => format_date(*n),
            Type::Bool
            | Type::Int
            | Type::Number
            | Type::Percent
            | Type::Text
            | Type::Target
            | Type::List
            | Type::Error => n.to_string(),
        },
    }
}

/// A range of values of a type as messages about data show it: `1..<100`, `0.00..`.
pub fn format_range(range: &Range, ty: Type) -> String {
    let dots = if range.high_open { "..<" } else { ".." };
    let bound = |value: &Option<Const>| value.as_ref().map(|value| bound(value, ty)).unwrap_or_default();
    format!("{}{dots}{}", bound(&range.low), bound(&range.high))
}

fn bound(value: &Const, ty: Type) -> String {
    match value {
        Const::Missing => String::new(),
        Const::Bool(b) => b.to_string(),
        Const::Text(text) => text.to_string(),
        Const::Num(x) if ty == Type::Percent => format_percent(*x),
        Const::Num(x) => format_number(*x),
        Const::Int(n) => match ty {
            Type::Money(currency) => format_money(*n, currency),
            Type::Decimal(scale) => format_decimal(*n, scale),
            Type::Date => format_date(*n),
            Type::Timestamp => format_timestamp(*n),
            Type::Duration => format_duration(*n),
            Type::Bool
            | Type::Int
            | Type::Number
            | Type::Percent
            | Type::Text
            | Type::Months
            | Type::Business(_)
            | Type::Enum(_)
            | Type::Target
            | Type::List
            | Type::Error => n.to_string(),
        },
    }
}

fn label(program: &Program, id: EnumId, index: i64) -> String {
    let labels = program.enums.get(id.0 as usize).map(|e| &e.labels);
    let label = usize::try_from(index).ok().and_then(|i| labels?.get(i));
    label.cloned().unwrap_or_else(|| format!("#{index}"))
}

/// A text in quotes, with escapes.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// The shortest digits that read back as the same number: `71.25`, `200`, `1e300`.
pub fn format_number(x: f64) -> String {
    let size = x.abs();
    if x == 0.0 {
        "0".into()
    } else if (1e-7..1e21).contains(&size) {
        format!("{x}")
    } else {
        format!("{x:e}")
    }
}

/// A fraction as a percentage, by moving the decimal point of its shortest digits: 0.12 is `12%`.
pub fn format_percent(x: f64) -> String {
    let text = format_number(x);
    if text.contains('e') {
        return format!("{}%", format_number(x * 100.0));
    }
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let padded = format!("{decimals:0<2}");
    let (moved, rest) = padded.split_at(2);
    let whole = format!("{whole}{moved}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if rest.is_empty() { format!("{sign}{whole}%") } else { format!("{sign}{whole}.{rest}%") }
}

/// `10M EUR`, `250k EUR`, `12.50 EUR`.
fn money_literal(minor: i64, currency: Currency) -> String {
    let amount = money_amount(minor, currency);
    let short = [("000000", "M"), ("000", "k")].iter().find_map(|(zeros, suffix)| {
        let rest = amount.strip_suffix(zeros).filter(|rest| !rest.is_empty() && *rest != "-" && !rest.contains('.'))?;
        Some(format!("{rest}{suffix}"))
    });
    format!("{} {}", short.unwrap_or(amount), currency.code())
}

fn business_literal(us: i64, calendar: &str) -> String {
    let hour = 3600 * SECOND_US;
    let minute = 60 * SECOND_US;
    let counted = |n: i64, unit: &str| {
        let s = if n == 1 { "" } else { "s" };
        format!("{n} business {unit}{s} of {calendar}")
    };
    if us % hour == 0 {
        counted(us / hour, "hour")
    } else if us % minute == 0 {
        counted(us / minute, "minute")
    } else {
        format!("{} of {calendar}", format_duration(us))
    }
}

/// `2026-11-23 08:00Z`, with seconds where there are any.
fn timestamp_literal(us: i64) -> String {
    let text = format_timestamp(us).replacen('T', " ", 1);
    match text.strip_suffix(":00Z") {
        Some(minutes) if us % DAY_US % (60 * SECOND_US) == 0 => format!("{minutes}Z"),
        Some(_) | None => text,
    }
}

fn months_text(n: i64) -> String {
    if n == 1 { "1 month".into() } else { format!("{n} months") }
}

/// Without zeros after the point.
fn trimmed(decimal: &str) -> String {
    match decimal.contains('.') {
        true => decimal.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => decimal.to_string(),
    }
}
