//! What people give or paste instead of a playbook: an export, JSON, YAML, a web page. It is reported once, not line by line.

use crate::braces::Item;
use crate::error::{Idiom, Pasted, Problem, SyntaxError};
use crate::layout::{ITEMS, Word, begins_item};
use crate::prepared::Edit;
use crate::span::Span;
use crate::tokens::{TokenKind, tokens};
use crate::units::shape_of;

/// How much of a file is looked at to tell what it is.
const LOOKED_AT_MAX: usize = 64 * 1024;
/// How many rows must have as many cells as the first.
const ROWS_COMPARED: usize = 10;

/// What a whole file is, if it is no playbook.
pub(crate) fn whole(text: &str) -> Option<Pasted> {
    let start = beginning(text.trim_start_matches('\u{feff}'));
    if begins_like_a_playbook(start) {
        return None;
    }
    let markup = ["<!doctype", "<html", "<?xml"];
    let first = start.trim_start().get(..9).unwrap_or("").to_ascii_lowercase();
    if markup.iter().any(|m| first.starts_with(m)) {
        return Some(Pasted::Markup);
    }
    let words = crate::layout::words(start, &tokens(start));
    if (0..words.len()).any(|i| words.get(i).is_some_and(|w| w.line_first) && begins_item(start, &words, i)) {
        return None;
    }
    match line_kind(start, &words, 0) {
        Some(kind) if words.iter().filter(|w| w.line_first).count() > 1 => Some(kind),
        _ if words.first().is_some_and(|w| ITEMS.contains(&w.span.of(start))) => None,
        _ => is_table(start).then_some(Pasted::Table),
    }
}

/// Whether the first line that is no comment begins with a word of playbooks: the usual case, told without reading on.
fn begins_like_a_playbook(text: &str) -> bool {
    let line = text.lines().map(str::trim_start).find(|l| !l.is_empty() && !l.starts_with('#')).unwrap_or("");
    line.split_once(char::is_whitespace).is_some_and(|(word, _)| ITEMS.contains(&word))
}

/// The first lines of a text.
fn beginning(text: &str) -> &str {
    if text.len() <= LOOKED_AT_MAX {
        return text;
    }
    let end = (0..=LOOKED_AT_MAX).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    let start = text.get(..end).unwrap_or("");
    start.rfind('\n').and_then(|n| start.get(..n)).unwrap_or(start)
}

/// Rows with the same number of cells, and more than one.
fn is_table(text: &str) -> bool {
    let rows: Vec<&str> =
        text.lines().filter(|l| !l.trim().is_empty() && !l.trim_start().starts_with('#')).take(ROWS_COMPARED).collect();
    if rows.len() < 2 {
        return false;
    }
    [',', ';', '\t', '|'].iter().any(|separator| {
        let cells = |row: &str| {
            let mut quoted = false;
            row.chars().fold(1usize, |n, c| {
                quoted ^= c == '"';
                n + usize::from(c == *separator && !quoted)
            })
        };
        let columns = rows.first().map_or(0, |r| cells(r));
        columns > 1 && rows.iter().all(|r| cells(r) == columns)
    })
}

/// Blocks of JSON or YAML among the items: taken out of them, each with one mistake.
pub(crate) fn take(text: &str, words: &[Word], items: &mut Vec<Item>, errors: &mut Vec<SyntaxError>) {
    let mut kept: Vec<Item> = Vec::with_capacity(items.len());
    let mut taken: Vec<SyntaxError> = Vec::new();
    let mut places: Vec<Span> = Vec::new();
    let mut at = 0;
    while let Some(item) = items.get(at) {
        let run = run(text, words, items, at);
        match run {
            Some((kind, end)) => {
                let last = items.get(end - 1).map_or(item.end, |i| i.end);
                let first = words.get(item.start).map_or(Span::default(), |w| w.span);
                let until = last.checked_sub(1).and_then(|l| words.get(l)).map_or(first.end, |w| w.span.end);
                places.push(Span { start: first.start, end: until });
                taken.push(SyntaxError::new(Problem::Pasted { what: kind, whole: false }, first));
                at = end;
            }
            None => {
                kept.push(item.clone());
                at += 1;
            }
        }
    }
    *items = kept;
    // In order, so that one search tells whether a mistake lies in a block that was taken out.
    errors.retain(|e| {
        let after = places.partition_point(|p| p.start <= e.span.start);
        after.checked_sub(1).and_then(|b| places.get(b)).is_none_or(|p| e.span.start > p.end)
    });
    errors.append(&mut taken);
}

/// What begins at an item, and the item after its end. One odd line is only an odd line.
fn run(text: &str, words: &[Word], items: &[Item], at: usize) -> Option<(Pasted, usize)> {
    let kind = line_kind(text, words, items.get(at)?.start)?;
    let foreign = |item: &Item| {
        let known = words.get(item.start).is_some_and(|w| ITEMS.contains(&w.span.of(text)));
        line_kind(text, words, item.start).is_some() || !known && !begins_item(text, words, item.start)
    };
    let more = items.get(at + 1..)?.iter().take_while(|i| foreign(i)).count();
    let lines = items.get(at..at + 1 + more)?.iter().flat_map(|i| words.get(i.clone()).unwrap_or(&[]));
    (lines.filter(|w| w.line_first).count() > 1).then_some((kind, at + 1 + more))
}

/// What a line looks like that begins at this word.
fn line_kind(text: &str, words: &[Word], at: usize) -> Option<Pasted> {
    let op = |n: usize, op: &str| words.get(at + n).is_some_and(|w| w.is_op(text, op));
    let kind = |n: usize| words.get(at + n).map(|w| w.kind);
    let brace = |n: usize| op(n, "{") || words.get(at + n).is_some_and(|w| matches!(w.span.of(text), "[" | "]"));
    let quoted_key = |n: usize| kind(n) == Some(TokenKind::Text) && op(n + 1, ":");
    if brace(0) && (quoted_key(1) || brace(1)) || quoted_key(0) {
        return Some(Pasted::Json);
    }
    let key = |n: usize| kind(n) == Some(TokenKind::Word) && op(n + 1, ":");
    let dashes = op(0, "-") && op(1, "-") && op(2, "-");
    (key(0) || dashes || op(0, "-") && key(1)).then_some(Pasted::Yaml)
}

/// `score fit in 0..100:` with its lines below, as in Python: one mistake, and read as a block.
pub(crate) fn colon_blocks(
    text: &str,
    words: &[Word],
    items: &mut Vec<Item>,
    errors: &mut Vec<SyntaxError>,
    edits: &mut Vec<Edit>,
) {
    let mut kept: Vec<Item> = Vec::with_capacity(items.len());
    let mut at = 0;
    while let Some(item) = items.get(at) {
        at += 1;
        let Some(colon) = block_colon(text, words, item) else {
            kept.push(item.clone());
            continue;
        };
        let rest = items.get(at..).unwrap_or(&[]);
        let more =
            rest.iter().take_while(|i| words.get(i.start).is_some_and(|w| !ITEMS.contains(&w.span.of(text)))).count();
        let end = rest.get(..more).and_then(|r| r.last()).map_or(item.end, |i| i.end);
        at += more;
        let close = end.checked_sub(1).and_then(|l| words.get(l)).map_or(colon.end, |w| w.span.end);
        let first = words.get(item.start).map_or(colon, |w| w.span);
        let head = Span { start: first.start, end: colon.start }.of(text).trim_end().to_string();
        let problem =
            Problem::Idiom { wrote: ":".to_string(), instead: format!("{head} {{"), idiom: Idiom::ColonBlock };
        errors.push(SyntaxError::new(problem, colon));
        edits.push(Edit::new(colon, " {"));
        edits.push(Edit::insert(close, "}"));
        kept.push(item.start..end);
    }
    *items = kept;
}

/// The `:` at the end of a head that should be `{`.
fn block_colon(text: &str, words: &[Word], item: &Item) -> Option<Span> {
    let first = words.get(item.start)?;
    let last = words.get(item.end.checked_sub(1)?)?;
    shape_of(first.span.of(text))?;
    let block = words.get(item.clone())?.iter().any(|w| w.is_op(text, "{"));
    (last.is_op(text, ":") && !block && item.len() > 2).then_some(last.span)
}
