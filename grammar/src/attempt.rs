//! A line that fails at one place is often one word away from being right. The words that could stand there are tried:
//! put in, or put in the place of what stands there. One that makes the line readable is what the message offers.

use crate::error::{Idiom, Problem, SyntaxError};
use crate::expected;
use crate::foreign::Piece;
use crate::prepared::Edit;
use crate::recover::Failure;
use crate::repair::Repairs;
use crate::rules::Rule;
use crate::span::Span;
use crate::tokens::TokenKind;

/// Words that are tried at one place.
const TRIED_MAX: usize = 24;

/// What makes the piece readable, according to `reads`; nothing if there is no such word or several.
pub(crate) fn one_word(cx: &Piece<'_>, failure: &Failure, reads: &dyn Fn(&Edit) -> bool) -> Option<Repairs> {
    let at = cx.words.partition_point(|w| w.span.end <= failure.at);
    let word = cx.word(at)?;
    // `playbook for lead` lacks its name, not a second `for`.
    if cx.at(0) == "playbook" && cx.at(1) == "for" {
        return None;
    }
    let mut candidates: Vec<&'static str> =
        failure.rules.iter().filter_map(|r| expected::fixed(*r)).take(TRIED_MAX).collect();
    if failure.rules.contains(&Rule::target_ref) {
        candidates.extend(["team", "queue", "person"]);
    }
    let place = word.span;
    if word.kind == TokenKind::Op && matches!(cx.at(at), ":" | "," | "=" | ".") {
        if let Some(found) = swapped(cx, at, place, &candidates, reads) {
            return Some(found);
        }
        let gone = Edit::new(place, " ");
        return reads(&gone).then(|| told(cx, Idiom::Superfluous, place, &gone, place));
    }
    // The comma in front of the place is too much.
    let comma = at.checked_sub(1).filter(|b| cx.at(*b) == ",").and_then(|b| cx.word(b));
    if let Some(comma) = comma.filter(|_| !word.line_first) {
        let gone = Edit::new(comma.span, " ");
        if reads(&gone) {
            return Some(told(cx, Idiom::Superfluous, comma.span, &gone, comma.span));
        }
        // `when a = 1, b = 2`
        let and = Edit::new(comma.span, " and ");
        if (0..at).any(|i| matches!(cx.at(i), "when" | "where" | "if")) && reads(&and) {
            return Some(told(cx, Idiom::Swapped, comma.span, &and, comma.span));
        }
    }
    // `and where b = 2`
    if matches!(cx.at(at), "where" | "when" | "if" | "then" | "that" | "the") && at > 0 {
        let gone = Edit::new(place, " ");
        if reads(&gone) {
            return Some(told(cx, Idiom::Superfluous, place, &gone, place));
        }
    }
    // What touches the word before it is a part of that, not the next.
    let apart = at.checked_sub(1).and_then(|b| cx.word(b)).is_some_and(|b| b.span.end < place.start);
    let put_in: Vec<&'static str> = candidates
        .iter()
        .copied()
        .filter(|c| at > 0 && apart && is_plain(c) && !matches!(*c, "default" | ".."))
        // Nothing is said twice.
        .filter(|c| !(0..cx.words.len()).any(|i| cx.at(i) == *c) || matches!(*c, "in" | "of" | "to" | "from" | "at"))
        .filter(|c| reads(&Edit::insert(place.start, &format!(" {c} "))))
        .collect();
    match put_in.as_slice() {
        [] => swapped(cx, at, place, &candidates, reads),
        [one @ "last", "next"] | [one] => {
            let edit = Edit::insert(place.start, &format!(" {one} "));
            Some(told(cx, Idiom::LacksIn(one), place, &edit, Span { start: place.start, end: place.start }))
        }
        several => choice(cx, at, several),
    }
}

/// `to nurture`: one of several words is missing, and nobody but the analyst knows which.
fn choice(cx: &Piece<'_>, at: usize, words: &[&'static str]) -> Option<Repairs> {
    let kinds = ["team", "queue", "person"];
    if words.len() > kinds.len() || !words.iter().all(|w| kinds.contains(w)) {
        return None;
    }
    let place = cx.span(at, at + 1);
    let lines: Vec<String> = kinds.iter().map(|k| format!("{} {k} {}", cx.between(0, at), place.of(cx.text))).collect();
    let wrote = place.of(cx.text).to_string();
    let problem = Problem::Idiom { wrote, instead: lines.join("`, `"), idiom: Idiom::LacksKind };
    Some(Repairs { errors: vec![SyntaxError::new(problem, place)], gave_up: true, ..Repairs::default() })
}

/// Another word in the place of this one.
fn swapped(
    cx: &Piece<'_>,
    at: usize,
    place: Span,
    candidates: &[&'static str],
    reads: &dyn Fn(&Edit) -> bool,
) -> Option<Repairs> {
    let literal = matches!(cx.kind(at), Some(TokenKind::Text | TokenKind::Number | TokenKind::Date));
    if literal || at == 0 {
        return None;
    }
    let sign = cx.kind(at) == Some(TokenKind::Op);
    let fits = |c: &&&str| is_plain(c) && (sign || means(cx.at(at), c)) && reads(&Edit::new(place, format!(" {c} ")));
    let mut found = candidates.iter().filter(fits);
    let (Some(one), None) = (found.next(), found.next()) else { return None };
    let edit = Edit::new(place, format!(" {one} "));
    Some(told(cx, Idiom::Swapped, place, &edit, place))
}

/// Whether somebody might write the one word for the other: a slip, or another preposition.
fn means(wrote: &str, word: &str) -> bool {
    let lower = wrote.to_ascii_lowercase();
    let alike = lower.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count() >= 2;
    let place = ["in", "within", "of", "for", "by", "on", "at", "from", "to", "per", "with", "after", "since", "until"];
    alike && lower.len().abs_diff(word.len()) <= 2 || place.contains(&lower.as_str()) && place.contains(&word)
}

/// Words that join conditions would make nonsense readable.
fn is_plain(word: &str) -> bool {
    !matches!(
        word,
        "and"
            | "or"
            | "not"
            | "else"
            | "is"
            | "matches"
            | "contains"
            | "starts"
            | "ends"
            | "true"
            | "false"
            | "missing"
            | "now"
            | "today"
            | "("
            | ")"
            | "{"
            | "}"
            | "|"
            | ","
            | "+"
            | "-"
            | "*"
            | "/"
            | "div"
            | "mod"
            | "ignoring"
    )
}

fn told(cx: &Piece<'_>, idiom: Idiom, place: Span, edit: &Edit, mend: Span) -> Repairs {
    let whole = cx.span(0, cx.words.len());
    let before = Span { start: whole.start, end: edit.span.start };
    let behind = Span { start: edit.span.end, end: whole.end };
    let joined = format!("{} {} {}", before.of(cx.text), edit.text, behind.of(cx.text));
    let instead = joined.split_whitespace().collect::<Vec<_>>().join(" ");
    let at = cx.words.partition_point(|w| w.span.end <= place.start);
    let wrote = match idiom {
        Idiom::LacksIn(_) => cx.between(at.saturating_sub(1), at + 1).to_string(),
        _ => place.of(cx.text).to_string(),
    };
    let mended = match idiom {
        Idiom::Superfluous => String::new(),
        Idiom::LacksIn(_) => edit.text.trim_start().to_string(),
        _ => edit.text.trim().to_string(),
    };
    let error = SyntaxError::new(Problem::Idiom { wrote, instead, idiom }, place).mend(mend, mended);
    Repairs { errors: vec![error], edits: vec![edit.clone()], gave_up: false }
}

/// Whether a piece is one that consists of words enough to be tried.
pub(crate) fn worth_it(rule: Rule, words: usize) -> bool {
    !matches!(rule, Rule::unit_grade | Rule::unit_table | Rule::unit_table_columns) && (2..=60).contains(&words)
}
