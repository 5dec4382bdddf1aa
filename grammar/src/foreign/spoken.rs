//! Conditions as people say them, or as programs write calls: `is greater than`, `older than 30 days`, `x.contains("a")`.

use super::{Piece, is_boundary, is_comparison};
use crate::error::{Idiom, Problem, SyntaxError};
use crate::repair::Repairs;
use crate::span::Span;
use crate::tokens::TokenKind;

pub(super) fn look(cx: &Piece<'_>, repairs: &mut Repairs) {
    let mut skip = 0;
    for at in 0..cx.words.len() {
        if at < skip {
            continue;
        }
        let used = compared(cx, at, repairs)
            .or_else(|| age(cx, at, repairs))
            .or_else(|| ago(cx, at, repairs))
            .or_else(|| last(cx, at, repairs))
            .or_else(|| half(cx, at, repairs))
            .or_else(|| half_life(cx, at, repairs))
            .or_else(|| method(cx, at, repairs))
            .or_else(|| texts(cx, at, repairs))
            .or_else(|| bare_text(cx, at, repairs))
            .or_else(|| not_value(cx, at, repairs));
        skip = at + used.unwrap_or(1);
    }
}

fn told(cx: &Piece<'_>, from: usize, to: usize, instead: String, repairs: &mut Repairs) -> Option<usize> {
    let span = cx.span(from, to);
    let wrote = span.of(cx.text).to_string();
    let problem = Problem::Idiom { wrote, instead: instead.clone(), idiom: Idiom::Words };
    repairs.replace(problem, span, instead);
    Some(to - from)
}

fn plain_word(cx: &Piece<'_>, at: usize) -> bool {
    matches!(cx.kind(at), Some(TokenKind::Word | TokenKind::QuotedName)) && !is_boundary(cx.at(at))
}

/// `is greater than`, `is equal to`, `is one of`
fn compared(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> Option<usize> {
    if at == 0 || !cx.ends_value(at - 1) {
        return None;
    }
    let is = usize::from(cx.at(at) == "is");
    let not = usize::from(is == 1 && cx.at(at + 1) == "not");
    let word = at + is + not;
    let (words, sign) = match (cx.at(word), cx.at(word + 1)) {
        ("greater" | "more" | "higher" | "larger" | "bigger", "than") => (2, if not == 1 { "<=" } else { ">" }),
        ("less" | "lower" | "smaller" | "fewer", "than") => (2, if not == 1 { ">=" } else { "<" }),
        ("above" | "over" | "exceeds", _) => (1, if not == 1 { "<=" } else { ">" }),
        ("below" | "under", _) => (1, if not == 1 { ">=" } else { "<" }),
        ("equal", "to") => (2, if not == 1 { "!=" } else { "=" }),
        ("one", "of") => (2, if not == 1 { "not in" } else { "in" }),
        ("at", "least") if is == 1 && not == 0 => (2, ">="),
        ("at", "most") if is == 1 && not == 0 => (2, "<="),
        ("in", _) if is == 1 => (1, if not == 1 { "not in" } else { "in" }),
        _ => return None,
    };
    let end = word + words;
    let (end, sign) = if cx.at(end) == "or" && cx.at(end + 1) == "equal" {
        let sign = if matches!(sign, ">" | "<") { format!("{sign}=") } else { sign.to_string() };
        (end + 2 + usize::from(cx.at(end + 2) == "to"), sign)
    } else {
        (end, sign.to_string())
    };
    if !cx.begins_value(end) {
        return None;
    }
    told(cx, at, end, sign, repairs)
}

/// Where a length of time ends that begins here.
fn length(cx: &Piece<'_>, at: usize) -> Option<usize> {
    let unit = cx.at(at + 1).trim_end_matches('s');
    let known = matches!(unit, "second" | "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year");
    (cx.kind(at) == Some(TokenKind::Number) && known).then_some(at + 2)
}

/// `x older than 30 days`
fn age(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> Option<usize> {
    if !plain_word(cx, at) {
        return None;
    }
    let name_end = if cx.at(at + 1) == "." { at + 3 } else { at + 1 };
    let word = name_end + usize::from(cx.at(name_end) == "is");
    let sign = match (cx.at(word), cx.at(word + 1)) {
        ("older", "than") => ">",
        ("newer" | "younger", "than") => "<",
        _ => return None,
    };
    let end = length(cx, word + 2)?;
    let instead = format!("now - {} {sign} {}", cx.between(at, name_end), cx.between(word + 2, end));
    told(cx, at, end, instead, repairs)
}

/// `x < 30 days ago`
fn ago(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> Option<usize> {
    let end = length(cx, at)?;
    if cx.at(end) != "ago" || at == 0 || !matches!(cx.at(at - 1), "<" | "<=" | ">" | ">=" | "=" | "(") {
        return None;
    }
    told(cx, at, end + 1, format!("now - {}", cx.between(at, end)), repairs)
}

/// `in the last 30 days`, `within the past 30 days`, `during last 30 days`
fn last(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> Option<usize> {
    if !matches!(cx.at(at), "in" | "within" | "during" | "over") || at == 0 {
        return None;
    }
    let the = usize::from(cx.at(at + 1) == "the");
    let word = at + 1 + the;
    let way = match cx.at(word) {
        "last" | "past" | "previous" => "last",
        "next" | "coming" => "next",
        _ => return None,
    };
    let right = cx.at(at) == "within" && the == 0 && cx.at(word) == way;
    let end = length(cx, word + 1).filter(|_| !right)?;
    told(cx, at, end, format!("within {way} {}", cx.between(word + 1, end)), repairs)
}

/// `x >= 200 and <= 999`: the second half lacks its field.
fn half(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> Option<usize> {
    let sign = matches!(cx.at(at), "=" | "!=" | "<" | "<=" | ">" | ">=");
    if !sign || at < 4 || !matches!(cx.at(at - 1), "and" | "or") || cx.kind(at + 1) == Some(TokenKind::Op) {
        return None;
    }
    let start = (0..at - 1).rev().find(|i| is_boundary(cx.at(*i)) || cx.at(*i) == ":").map_or(0, |i| i + 1);
    let compare = (start..at).find(|i| is_comparison(cx.at(*i)))?;
    if !(start..compare).all(|i| plain_word(cx, i) || cx.at(i) == ".") || start == compare {
        return None;
    }
    let instead = format!("{} {} {}", cx.between(start, compare), cx.at(at), cx.at(at + 1));
    told(cx, at, at + 2, instead, repairs)
}

fn half_life(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> Option<usize> {
    let end = match (cx.at(at), cx.at(at + 1)) {
        ("half", "life" | "time") => at + 2,
        ("halflife" | "half_life" | "halflive", _) => at + 1,
        _ => return None,
    };
    told(cx, at, end, "half-life".to_string(), repairs)
}

/// `title.contains("VP")`, `title.lower()`
fn method(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> Option<usize> {
    let is_call = plain_word(cx, at) && cx.at(at + 1) == "." && cx.at(at + 3) == "(";
    if !is_call {
        return None;
    }
    let close = (at + 4..cx.words.len()).find(|i| cx.at(*i) == ")")?;
    let (name, inner) = (cx.at(at), if close > at + 4 { cx.between(at + 4, close) } else { "" });
    let instead = match cx.at(at + 2).to_ascii_lowercase().replace('_', "").as_str() {
        "contains" | "includes" | "has" => format!("{name} contains {inner}"),
        "startswith" => format!("{name} starts with {inner}"),
        "endswith" => format!("{name} ends with {inner}"),
        "lower" | "lowercase" | "tolower" | "tolowercase" => format!("lower({name})"),
        "upper" | "uppercase" | "toupper" | "touppercase" => format!("upper({name})"),
        "trim" | "strip" => format!("trim({name})"),
        "length" | "len" | "size" => format!("length({name})"),
        "isempty" | "isnull" | "isblank" => format!("{name} is missing"),
        _ => return None,
    };
    told(cx, at, close + 1, instead, repairs)
}

/// `x = "a", "b"` and `x contains ("a", "b")`
fn texts(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> Option<usize> {
    if !plain_word(cx, at) {
        return None;
    }
    let name_end = if cx.at(at + 1) == "." { at + 3 } else { at + 1 };
    let (test, words) = match (cx.at(name_end), cx.at(name_end + 1)) {
        ("=", _) => ("=", 1),
        ("contains", _) => ("contains", 1),
        ("starts", "with") => ("starts with", 2),
        ("ends", "with") => ("ends with", 2),
        _ => return None,
    };
    let open = name_end + words;
    let parens = usize::from(cx.at(open) == "(");
    let mut end = open + parens + 1;
    // Labels have no quotes; `up to 20` behind a comma is another part of the rule.
    let is_label = |at: usize| {
        let part = matches!(
            cx.at(at),
            "up" | "at" | "half" | "per" | "each" | "then" | "again" | "half-life" | "true" | "false"
        );
        let ends = cx.word(at + 1).is_none() || cx.at(at + 1) == "," || is_boundary(cx.at(at + 1));
        plain_word(cx, at) && !part && ends
    };
    let is_text = |at: usize| cx.kind(at) == Some(TokenKind::Text) || test == "=" && parens == 0 && is_label(at);
    if !is_text(open + parens) {
        return None;
    }
    while (cx.at(end) == "," || cx.at(end) == "or" && cx.kind(end + 1) == Some(TokenKind::Text)) && is_text(end + 1) {
        end += 2;
    }
    let many = end > open + parens + 1;
    let closed = parens == 0 || cx.at(end) == ")";
    if !many || !closed {
        return None;
    }
    let name = cx.between(at, name_end);
    let values: Vec<&str> = (open + parens..end).filter(|i| is_text(*i)).map(|i| cx.at(i)).collect();
    let instead = match test {
        "=" => format!("{name} in ({})", values.join(", ")),
        _ => {
            let tests: Vec<String> = values.iter().map(|v| format!("{name} {test} {v}")).collect();
            format!("({})", tests.join(" or "))
        }
    };
    told(cx, at, end + parens, instead, repairs)
}

/// `ends with @gmail.com`: a text without quotes, told by a sign that nothing else has.
fn bare_text(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> Option<usize> {
    let test = matches!(cx.at(at), "with" | "contains" | "=" | "!=");
    let sign = cx.kind(at + 1) == Some(TokenKind::Other) && matches!(cx.at(at + 1), "@" | "*" | "~" | "\\" | "^" | "&");
    if !test || !sign {
        return None;
    }
    let mut end = at + 2;
    while cx.word(end).zip(cx.word(end - 1)).is_some_and(|(w, b)| b.span.end == w.span.start) {
        end += 1;
    }
    let instead = format!("\"{}\"", cx.between(at + 1, end).replace('\\', "\\\\"));
    let problem =
        Problem::Idiom { wrote: cx.between(at + 1, end).to_string(), instead: instead.clone(), idiom: Idiom::NoQuotes };
    repairs.replace(problem, cx.span(at + 1, end), instead);
    Some(end - at)
}

/// `id not "0"`
fn not_value(cx: &Piece<'_>, at: usize, repairs: &mut Repairs) -> Option<usize> {
    let value = matches!(cx.kind(at + 1), Some(TokenKind::Text | TokenKind::Number));
    if cx.at(at) != "not" || at == 0 || !value || !cx.ends_value(at - 1) {
        return None;
    }
    let from = if at > 2 && cx.at(at - 2) == "." { at - 3 } else { at - 1 };
    let place = cx.span(at, at + 1);
    let instead = format!("{} != {}", cx.between(from, at), cx.at(at + 1));
    let problem = Problem::Idiom { wrote: "not".to_string(), instead, idiom: Idiom::Words };
    repairs.errors.push(SyntaxError::new(problem, place).mend(place, "!="));
    repairs.edits.push(crate::prepared::Edit::new(place, " != "));
    Some(2)
}

/// `+10 when a else +5`: a rule gives points or not.
pub(super) fn points_else(cx: &Piece<'_>, repairs: &mut Repairs) {
    let Some(at) = (1..cx.words.len()).find(|i| cx.at(*i) == "else" && matches!(cx.at(*i + 1), "+" | "-")) else {
        return;
    };
    let signed: Span = cx.span(at + 1, (at + 3).min(cx.words.len()));
    let instead = signed.of(cx.text).to_string();
    let problem = Problem::Idiom { wrote: "else".to_string(), instead, idiom: Idiom::ElsePoints };
    repairs.errors.push(SyntaxError::new(problem, cx.span(at, at + 1)));
    repairs.gave_up = true;
}
