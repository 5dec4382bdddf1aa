//! Clauses whose parts are right but stand in the wrong place or are one word short.

use super::{Piece, is_boundary, is_comparison};
use crate::error::{Problem, SyntaxError};
use crate::prepared::Edit;
use crate::recover::Failure;
use crate::repair::Repairs;
use crate::rules::Rule;
use crate::span::Span;
use crate::tokens::TokenKind;

pub(super) fn look(cx: &Piece<'_>, failure: &Failure, repairs: &mut Repairs) {
    bare_list(cx, repairs);
    late_window(cx, repairs);
    match cx.unit.rule {
        Rule::unit_score | Rule::unit_group => {
            missing_sign(cx, repairs);
            late_label(cx, repairs);
        }
        Rule::unit_route | Rule::unit_handoff => late_label(cx, repairs),
        Rule::unit_grade | Rule::unit_table | Rule::unit_table_columns => bare_row(cx, repairs),
        Rule::unit_item if matches!(cx.at(0), "let" | "output") => bare_case(cx, failure, repairs),
        _ => {}
    }
}

/// `in "a", "b"` is `in ("a", "b")`.
fn bare_list(cx: &Piece<'_>, repairs: &mut Repairs) {
    let simple = |at: usize| {
        matches!(cx.kind(at), Some(TokenKind::Text | TokenKind::Number | TokenKind::Word | TokenKind::QuotedName))
    };
    for at in (0..cx.words.len()).filter(|at| cx.at(*at) == "in") {
        if !simple(at + 1) || matches!(cx.at(at + 2), ".." | "..<" | "...") || cx.at(at + 1) == "steps" {
            continue;
        }
        let mut end = at + 2;
        while cx.at(end) == "," && simple(end + 1) && !is_boundary(cx.at(end + 1)) && !starts_part(cx, end + 1) {
            end += 2;
        }
        if end > at + 2 || cx.kind(at + 1) == Some(TokenKind::Text) {
            let items = cx.span(at + 1, end);
            let instead = format!("({})", items.of(cx.text));
            repairs
                .errors
                .push(SyntaxError::new(Problem::BareList { instead: instead.clone() }, items).mend(items, instead));
            repairs.edits.push(Edit::insert(items.start, "("));
            repairs.edits.push(Edit::insert(items.end, ")"));
        }
    }
}

/// After a comma in a rule another part may begin.
fn starts_part(cx: &Piece<'_>, at: usize) -> bool {
    matches!(
        (cx.at(at), cx.at(at + 1)),
        ("up", "to") | ("at", "most" | "least") | ("half", "-") | ("per" | "each" | "then" | "again", _)
    )
}

/// `where kind = webinar within last 90 days`: the window comes first.
fn late_window(cx: &Piece<'_>, repairs: &mut Repairs) {
    let Some(place) = (0..cx.words.len()).find(|i| cx.at(*i) == "where") else { return };
    for at in place + 1..cx.words.len() {
        let is_window = cx.at(at) == "within" && matches!(cx.at(at + 1), "last" | "next");
        let clause = (place..at).rev().take_while(|i| *i > place && !is_boundary(cx.at(*i)));
        if !is_window || !clause.clone().any(|i| is_comparison(cx.at(i))) {
            continue;
        }
        let end = (at + 2..cx.words.len())
            .find(|i| matches!(cx.at(*i), "," | ")" | "and" | "or" | "when"))
            .unwrap_or(cx.words.len());
        let window = cx.span(at, end);
        let whole = cx.span(place, end);
        let start = cx.words.get(place).map_or(0, |w| w.span.start);
        let filter = Span { start, end: cx.words.get(at - 1).map_or(start, |w| w.span.end) };
        let mended = format!("{} {}", window.of(cx.text), filter.of(cx.text));
        let problem = Problem::LateWindow { window: window.of(cx.text).to_string() };
        repairs.errors.push(SyntaxError::new(problem, window).mend(whole, mended.clone()));
        repairs.edits.push(Edit::new(window, " "));
        return;
    }
}

/// `20 "Label" when …` lacks its `+`.
fn missing_sign(cx: &Piece<'_>, repairs: &mut Repairs) {
    if cx.kind(0) == Some(TokenKind::Number) {
        let place = cx.span(0, 1);
        let gap = Span { start: place.start, end: place.start };
        repairs
            .errors
            .push(SyntaxError::new(Problem::MissingSign { wrote: cx.at(0).to_string() }, place).mend(gap, "+"));
        repairs.edits.push(Edit::insert(place.start, "+"));
    }
}

/// `+20 when x "Label"`: the label comes before the condition.
fn late_label(cx: &Piece<'_>, repairs: &mut Repairs) {
    let last = cx.words.len().saturating_sub(1);
    let when = (0..last).find(|i| cx.at(*i) == "when");
    let (Some(when), Some(TokenKind::Text)) = (when, cx.kind(last)) else { return };
    let labelled = (0..when).any(|i| cx.kind(i) == Some(TokenKind::Text));
    if labelled || !cx.ends_value(last - 1) || matches!(cx.at(last - 1), "with" | "contains") || when == 0 {
        return;
    }
    let label = cx.span(last, last + 1);
    let condition = cx.span(when, last);
    let mended = format!("{} {}", label.of(cx.text), condition.of(cx.text));
    repairs.errors.push(SyntaxError::new(Problem::LateLabel, label).mend(condition.to(label), mended));
    repairs.edits.push(Edit::new(label, " "));
    repairs.edits.push(Edit::insert(condition.start, &format!("{} ", label.of(cx.text))));
}

/// `let x = "a" when b, "c"`: the last case needs `otherwise`.
fn bare_case(cx: &Piece<'_>, failure: &Failure, repairs: &mut Repairs) {
    let at_end = cx.words.last().is_none_or(|w| w.span.end <= failure.at);
    let mut depth = 0;
    let mut comma = None;
    let mut when_after = true;
    for at in 0..cx.words.len() {
        match cx.at(at) {
            "(" => depth += 1,
            ")" => depth -= 1,
            "," if depth == 0 => {
                comma = Some(at);
                when_after = false;
            }
            "when" | "otherwise" if depth == 0 => when_after = true,
            _ => {}
        }
    }
    if let (Some(comma), false, true) = (comma, when_after, at_end) {
        let case = cx.span(comma + 1, cx.words.len());
        let gap = Span { start: case.start, end: case.start };
        repairs.errors.push(SyntaxError::new(Problem::BareCase, case).mend(gap, "otherwise "));
        repairs.edits.push(Edit::insert(case.start, "otherwise "));
    }
}

/// A row pasted from a spreadsheet has tabs where `|` belongs.
fn bare_row(cx: &Piece<'_>, repairs: &mut Repairs) {
    if matches!(cx.at(0), "|" | "||") {
        return;
    }
    let line = cx.span(0, cx.words.len());
    let error = SyntaxError::new(Problem::BareRow, line);
    let pasted = line.of(cx.text);
    if pasted.contains('\t') {
        let row = format!("| {} |", pasted.split('\t').map(str::trim).collect::<Vec<_>>().join(" | "));
        repairs.errors.push(error.mend(line, row.clone()));
        repairs.edits.push(Edit::new(line, row));
    } else {
        repairs.errors.push(error);
    }
}
