//! Whole formulas of other languages: `IF(a; b; c)`, `CASE WHEN … END`, `if a then b else c`, `a ? b : c`.
//! One mistake each, with the formula as playbooks write it; the rest of the line is not looked at.

use super::Piece;
use crate::error::{Problem, SyntaxError};
use crate::repair::Repairs;
use crate::rules::Rule;
use crate::tokens::TokenKind;

/// Longer formulas are not rewritten: nobody reads them in a message.
const SHOWN_MAX: usize = 160;
const GENERAL: &str = "b when a, otherwise c";

pub(super) fn look(cx: &Piece<'_>, repairs: &mut Repairs) {
    for at in 0..cx.words.len() {
        if formula(cx, at, repairs) {
            repairs.gave_up = true;
            return;
        }
    }
}

fn formula(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> bool {
    let word = cx.at(at);
    if word == "?" && matches!(cx.at(0), "let" | "output") {
        return ternary(cx, at, repairs);
    }
    if cx.kind(at) != Some(TokenKind::Word) {
        return false;
    }
    let lower = word.to_ascii_lowercase();
    let begins = at > 0 && !cx.ends_value(at - 1);
    match lower.as_str() {
        "if" if at == 0 && matches!(cx.unit.rule, Rule::unit_score | Rule::unit_group) => sentence(cx, repairs),
        "if" | "iif" if begins && cx.at(at + 1) == "(" => call(cx, at, repairs),
        "if" if begins => spoken(cx, at, repairs),
        "case" if begins && is(cx, at + 1, "when") => case_when(cx, at, repairs),
        "elif" | "elseif" | "elsif" if at > 0 => give(cx, at, at + 1, cases_so_far(), repairs),
        "else" if at > 0 && is(cx, at + 1, "if") => give(cx, at, at + 2, cases_so_far(), repairs),
        _ => false,
    }
}

fn is(cx: &Piece<'_>, at: usize, word: &str) -> bool {
    cx.at(at).eq_ignore_ascii_case(word)
}

fn cases_so_far() -> String {
    "a when b, c when d, otherwise e".to_string()
}

fn give(cx: &Piece<'_>, from: usize, to: usize, instead: String, repairs: &mut Repairs) -> bool {
    let instead = if instead.chars().count() > SHOWN_MAX { GENERAL.to_string() } else { instead };
    let problem = Problem::Foreign { wrote: cx.between(from, to).to_string(), instead };
    repairs.errors.push(SyntaxError::new(problem, cx.span(from, to)));
    true
}

/// The words `from..to` with their quotes, signs and logic as playbooks write them.
fn ours(cx: &Piece<'_>, from: usize, to: usize) -> String {
    let mut out = String::new();
    let mut end = cx.word(from).map_or(0, |w| w.span.start);
    for at in from..to {
        let Some(word) = cx.word(at) else { break };
        if word.span.start > end {
            out.push(' ');
        }
        end = word.span.end;
        match cx.at(at) {
            "==" => out.push('='),
            "<>" => out.push_str("!="),
            "&&" => out.push_str("and"),
            "||" => out.push_str("or"),
            text if matches!(word.kind, TokenKind::SingleText | TokenKind::CurlyText) => {
                let inner: String = text.chars().skip(1).take(text.chars().count().saturating_sub(2)).collect();
                out.push_str(&format!("\"{inner}\""));
            }
            text if matches!(text, "AND" | "OR" | "NOT" | "IN" | "IS" | "TRUE" | "FALSE") => {
                out.push_str(&text.to_ascii_lowercase());
            }
            text => out.push_str(text),
        }
    }
    out
}

/// The arguments of a call whose `(` is at `open`, and the word of its `)`.
fn arguments(cx: &Piece<'_>, open: usize) -> Option<(Vec<(usize, usize)>, usize)> {
    let mut found = Vec::new();
    let mut depth = 0usize;
    let mut from = open + 1;
    for at in open..cx.words.len() {
        match cx.at(at) {
            "(" => depth += 1,
            ")" if depth == 1 => {
                found.push((from, at));
                return Some((found, at));
            }
            ")" => depth -= 1,
            "," | ";" if depth == 1 => {
                found.push((from, at));
                from = at + 1;
            }
            _ => {}
        }
    }
    None
}

/// `AND(a, b)` is `a and b`.
fn condition(cx: &Piece<'_>, from: usize, to: usize) -> String {
    let joined = match cx.at(from).to_ascii_uppercase().as_str() {
        "AND" => " and ",
        "OR" => " or ",
        _ => return ours(cx, from, to),
    };
    match arguments(cx, from + 1) {
        Some((parts, close)) if cx.at(from + 1) == "(" && close + 1 == to => {
            parts.iter().map(|(a, b)| ours(cx, *a, *b)).collect::<Vec<_>>().join(joined)
        }
        _ => ours(cx, from, to),
    }
}

/// `IF(a; b; c)`, perhaps with the `=` that formulas begin with.
fn call(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> bool {
    let sign = at >= 2 && cx.at(at - 1) == "=" && cx.at(at - 2) == "=";
    let from = at - usize::from(sign);
    let value = |(a, b): &(usize, usize)| ours(cx, *a, *b);
    let instead = match arguments(cx, at + 1).as_ref().map(|(parts, _)| parts.as_slice()) {
        Some([(a, b), then]) => format!("{} when {}", value(then), condition(cx, *a, *b)),
        Some([(a, b), then, last]) => {
            format!("{} when {}, otherwise {}", value(then), condition(cx, *a, *b), value(last))
        }
        _ => GENERAL.to_string(),
    };
    let nested = cx.words.iter().enumerate().skip(at + 1).any(|(i, _)| is(cx, i, "if") && cx.at(i + 1) == "(");
    give(cx, from, at + 1, if nested { cases_so_far() } else { instead }, repairs)
}

/// `if a then b else c` in front of its value.
fn spoken(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> bool {
    let find = |word: &str| (at..cx.words.len()).find(|i| is(cx, *i, word));
    let instead = match (find("then"), find("else")) {
        (Some(then), Some(last)) if then < last && !is(cx, last + 1, "if") => format!(
            "{} when {}, otherwise {}",
            ours(cx, then + 1, last),
            ours(cx, at + 1, then),
            ours(cx, last + 1, cx.words.len())
        ),
        (Some(then), None) => format!("{} when {}", ours(cx, then + 1, cx.words.len()), ours(cx, at + 1, then)),
        _ => GENERAL.to_string(),
    };
    give(cx, at, at + 1, instead, repairs)
}

/// `if a then +10` as a rule of a score.
fn sentence(cx: &Piece<'_>, repairs: &mut Repairs) -> bool {
    let then = (0..cx.words.len()).find(|i| is(cx, *i, "then"));
    let points = (1..cx.words.len()).rev().find(|i| cx.kind(*i) == Some(TokenKind::Number) && cx.before(*i) != ".");
    let instead = match (then, points) {
        (Some(then), Some(points)) if then < points => {
            let sign = if cx.before(points) == "-" { "-" } else { "+" };
            format!("{sign}{} \"Label\" when {}", cx.at(points), ours(cx, 1, then))
        }
        _ => "+10 \"Label\" when employees >= 1000".to_string(),
    };
    give(cx, 0, 1, instead, repairs)
}

/// `CASE WHEN a THEN b ELSE c END`
fn case_when(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> bool {
    let mut arms = Vec::new();
    let mut from = at + 2;
    let mut condition: Option<String> = None;
    let mut last = false;
    for i in at + 2..=cx.words.len() {
        let word = cx.at(i).to_ascii_lowercase();
        if i < cx.words.len() && !matches!(word.as_str(), "when" | "then" | "else" | "end") {
            continue;
        }
        let part = ours(cx, from, i);
        from = i + 1;
        match (condition.take(), word.as_str()) {
            (None, "then") => condition = Some(part),
            (Some(when), _) => arms.push(format!("{part} when {when}")),
            (None, _) if last => arms.push(format!("otherwise {part}")),
            (None, _) => return give(cx, at, at + 2, GENERAL.to_string(), repairs),
        }
        last = word == "else";
        if word == "end" || i == cx.words.len() {
            break;
        }
    }
    give(cx, at, at + 2, arms.join(", "), repairs)
}

/// `a ? b : c`
fn ternary(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> bool {
    let start = (0..at).find(|i| cx.at(*i) == "=").map_or(0, |i| i + 1);
    let colon = (at..cx.words.len()).find(|i| cx.at(*i) == ":");
    let instead = match colon {
        Some(colon) => format!(
            "{} when {}, otherwise {}",
            ours(cx, at + 1, colon),
            ours(cx, start, at),
            ours(cx, colon + 1, cx.words.len())
        ),
        None => GENERAL.to_string(),
    };
    give(cx, at, at + 1, instead, repairs)
}
