//! Decisions as a JSON object.

use crate::decide::label;
use crate::playbook::Playbook;
use revplay_ir::decimal::format_decimal;
use revplay_ir::program::{Output, Program};
use revplay_ir::time::{HOUR_US, MINUTE_US, SECOND_US, format_date, format_timestamp};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::fmt::Write;

/// Writes the outputs in the order of the playbook; missing is `null`.
pub(in crate::playbook) fn write_object(playbook: &Playbook, values: &[Value], out: &mut String) {
    let outputs = &playbook.program().outputs;
    for ((output, before), value) in outputs.iter().zip(playbook.answer_names()).zip(values) {
        out.push_str(before);
        write_value(playbook, output.ty, value, out);
    }
    out.push_str(if outputs.is_empty() { "{}" } else { "}" });
}

/// What stands before each value: a sign and the name (`{"fit":`, `,"tier":`).
pub(in crate::playbook) fn names(program: &Program) -> Vec<String> {
    let before = |(index, output): (usize, &Output)| {
        let mut before = String::from(if index == 0 { "{" } else { "," });
        text(&output.name, &mut before);
        before.push(':');
        before
    };
    program.outputs.iter().enumerate().map(before).collect()
}

fn write_value(playbook: &Playbook, ty: Type, value: &Value, out: &mut String) {
    match value {
        Value::Missing => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Num(x) => number(*x, out),
        Value::Text(t) => text(t, out),
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                text(item, out);
            }
            out.push(']');
        }
        Value::Int(n) => write_int(playbook, ty, *n, out),
    }
}

fn write_int(playbook: &Playbook, ty: Type, n: i64, out: &mut String) {
    match ty {
        Type::Money(currency) => out.push_str(&format_decimal(n, currency.minor_digits())),
        Type::Decimal(scale) => out.push_str(&format_decimal(n, scale)),
        Type::Date => text(&format_date(n), out),
        Type::Timestamp => text(&format_timestamp(n), out),
        Type::Duration | Type::Business(_) => clock(n, out),
        Type::Enum(id) => match label(playbook.program(), id, n) {
            Some(label) => text(label, out),
            None => out.push_str("null"),
        },
        Type::Bool
        | Type::Int
        | Type::Number
        | Type::Percent
        | Type::Months
        | Type::Text
        | Type::Target
        | Type::List
        | Type::Error => _ = write!(out, "{n}"),
    }
}

/// The shortest digits that read back as the same number, as result files have them.
fn number(x: f64, out: &mut String) {
    let size = x.abs();
    let _ = if size == 0.0 || (1e-7..1e17).contains(&size) { write!(out, "{x}") } else { write!(out, "{x:e}") };
}

/// A length of time as result files have it: `100:30:00`, `-0:00:01.5`.
fn clock(us: i64, out: &mut String) {
    let size = us.unsigned_abs();
    let part = |unit: i64| size / unit.unsigned_abs();
    let (hours, minutes, seconds) = (part(HOUR_US), part(MINUTE_US) % 60, part(SECOND_US) % 60);
    let sign = if us < 0 { "-" } else { "" };
    let _ = write!(out, "\"{sign}{hours}:{minutes:02}:{seconds:02}");
    let micros = size % SECOND_US.unsigned_abs();
    if micros != 0 {
        let decimals = format!("{micros:06}");
        out.push('.');
        out.push_str(decimals.trim_end_matches('0'));
    }
    out.push('"');
}

/// A text in quotes.
fn text(text: &str, out: &mut String) {
    out.push('"');
    let special = |b: u8| b < 0x20 || b == b'"' || b == b'\\';
    if !text.bytes().any(special) {
        out.push_str(text);
    } else {
        for c in text.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                c if u32::from(c) < 0x20 => _ = write!(out, "\\u{:04x}", u32::from(c)),
                c => out.push(c),
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_lengths_of_time() {
        for odd in ["plain", "a\"b\\c", "line\nbreak\r\t\u{1}", "ä😀"] {
            let mut out = String::new();
            text(odd, &mut out);
            assert_eq!(serde_json::from_str::<String>(&out).unwrap(), odd);
        }
        for (us, shown) in [
            (0, "0:00:00"),
            (-1_500_000, "-0:00:01.5"),
            (100 * HOUR_US + 30 * MINUTE_US, "100:30:00"),
            (1, "0:00:00.000001"),
        ] {
            let mut out = String::new();
            clock(us, &mut out);
            assert_eq!(out, format!("\"{shown}\""));
        }
        clock(i64::MIN, &mut String::new());
    }
}
