//! Words and orders of other languages: `AND`, `EUR 10M`, `between 1 and 5`, `once per day`, `if`.

use super::Piece;
use crate::error::{Problem, SyntaxError};
use crate::prepared::Edit;
use crate::repair::Repairs;
use crate::tokens::TokenKind;

pub(super) fn look(cx: &Piece<'_>, repairs: &mut Repairs) {
    let mut at = 0;
    while at < cx.words.len() {
        let used = match cx.kind(at) {
            Some(TokenKind::Word) => word(cx, at, repairs),
            Some(TokenKind::Number) => money_word(cx, at, repairs),
            _ => 0,
        };
        at += used.max(1);
    }
}

fn foreign(cx: &Piece<'_>, from: usize, to: usize, instead: &str, repairs: &mut Repairs) -> usize {
    let problem = Problem::Foreign { wrote: cx.between(from, to).to_string(), instead: instead.to_string() };
    repairs.replace(problem, cx.span(from, to), instead);
    to - from
}

fn word(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> usize {
    let word = cx.at(at);
    let lower = word.to_ascii_lowercase();
    let next = cx.at(at + 1);
    if word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase()) && !is_logic(&lower) {
        if cx.kind(at + 1) == Some(TokenKind::Number) && !cx.before(at).ends_with(|c: char| c.is_ascii_digit()) {
            let instead = format!("{next} {word}");
            let problem = Problem::MoneyStyle { wrote: cx.between(at, at + 2).to_string(), instead: instead.clone() };
            repairs.replace(problem, cx.span(at, at + 2), instead);
            return 2;
        }
        return 0;
    }
    if word != lower && is_logic(&lower) && stands_as_operator(cx, at, &lower) {
        return foreign(cx, at, at + 1, &lower, repairs);
    }
    match lower.as_str() {
        "null" | "none" | "empty" if matches!(cx.before(at), "is" | "IS" | "=" | "not") => {
            foreign(cx, at, at + 1, "missing", repairs)
        }
        "like" | "ilike" if cx.ends_value(at.wrapping_sub(1)) && cx.kind(at + 1) == Some(TokenKind::Text) => {
            like(cx, at, repairs)
        }
        "between" if at > 0 && cx.ends_value(at - 1) => between(cx, at, repairs),
        "per" if matches!(next, "day" | "week" | "month" | "hour") && is_rate(cx, at) => {
            let problem = Problem::PerForA { period: next.to_string() };
            repairs.replace(problem, cx.span(at, at + 1), "a");
            1
        }
        "if" if next != "missing" && at > 0 => foreign(cx, at, at + 1, "when", repairs),
        "unless" if at > 0 && cx.begins_value(at + 1) && cx.ends_value(at - 1) => {
            foreign(cx, at, at + 1, "when not", repairs)
        }
        "equals" if at > 0 && cx.ends_value(at - 1) && cx.begins_value(at + 1) => foreign(cx, at, at + 1, "=", repairs),
        _ => 0,
    }
}

/// `like "%VP%"`: the signs of percent say where the text stands.
fn like(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> usize {
    let text = cx.at(at + 1).trim_matches('"');
    let inner = text.trim_matches('%');
    if inner.contains(['%', '_']) {
        return foreign(cx, at, at + 1, "contains", repairs);
    }
    let instead = match (text.starts_with('%'), text.ends_with('%')) {
        (true, true) | (false, false) => format!("contains \"{inner}\""),
        (false, true) => format!("starts with \"{inner}\""),
        (true, false) => format!("ends with \"{inner}\""),
    };
    let problem = Problem::Foreign { wrote: cx.at(at).to_string(), instead: instead.clone() };
    let place = cx.span(at, at + 2);
    repairs.errors.push(SyntaxError::new(problem, cx.span(at, at + 1)).mend(place, instead.clone()));
    repairs.edits.push(Edit::new(place, format!(" {instead} ")));
    2
}

fn is_logic(lower: &str) -> bool {
    matches!(
        lower,
        "and"
            | "or"
            | "not"
            | "when"
            | "where"
            | "in"
            | "is"
            | "true"
            | "false"
            | "missing"
            | "otherwise"
            | "else"
            | "now"
            | "within"
    )
}

/// `AND` between two values is the operator; `OR` in `state in (CA, OR)` is Oregon.
fn stands_as_operator(cx: &Piece<'_>, at: usize, lower: &str) -> bool {
    let after_value = at > 0 && cx.ends_value(at - 1);
    match lower {
        "and" | "or" | "where" | "when" | "in" | "is" | "else" | "within" => after_value && cx.begins_value(at + 1),
        "not" => cx.begins_value(at + 1) && cx.at(at + 1) != ",",
        _ => true,
    }
}

fn is_rate(cx: &Piece<'_>, at: usize) -> bool {
    at > 0
        && (matches!(cx.at(at - 1), "once" | "twice" | "times" | "ONCE") || cx.kind(at - 1) == Some(TokenKind::Number))
}

/// `x between 1 and 5` is `x in 1..5`.
fn between(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> usize {
    let unit = cx.at(at - 1).trim_end_matches('s');
    if matches!(unit, "second" | "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year") {
        return 0;
    }
    let Some(and) = (at + 1..cx.words.len()).find(|i| cx.at(*i).eq_ignore_ascii_case("and")) else {
        return foreign(cx, at, at + 1, "in", repairs);
    };
    let low = cx.between(at + 1, and);
    let end = (and + 2).min(cx.words.len()) + usize::from(cx.at(and + 1) == "-");
    let high = cx.between(and + 1, end);
    let instead = format!("in {low}..{high}");
    foreign(cx, at, end, &instead, repairs)
}

/// `10M eur`, `10 Euro`
fn money_word(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> usize {
    let is_code = cx.at(at + 1).len() == 3 && cx.at(at + 1).bytes().all(|b| b.is_ascii_uppercase());
    if cx.kind(at + 1) != Some(TokenKind::Word) || is_code {
        return 0;
    }
    let code = match cx.at(at + 1).to_ascii_lowercase().as_str() {
        "eur" | "euro" | "euros" => "EUR",
        "usd" | "dollars" | "dollar" => "USD",
        "gbp" | "pounds" | "pound" => "GBP",
        "chf" | "francs" | "franc" => "CHF",
        _ => return 0,
    };
    let instead = format!("{} {code}", cx.at(at));
    let problem = Problem::MoneyStyle { wrote: cx.between(at, at + 2).to_string(), instead: instead.clone() };
    let amount = cx.span(at, at + 2);
    repairs.errors.push(SyntaxError::new(problem, amount).mend(amount, instead));
    repairs.edits.push(Edit::new(cx.span(at + 1, at + 2), code));
    2
}
