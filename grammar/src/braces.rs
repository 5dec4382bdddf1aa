//! Where each top-level item begins and ends, and which braces are missing.

use crate::error::{Problem, SyntaxError};
use crate::layout::{Word, begins_item};
use crate::prepared::Edit;
use std::ops::Range;

/// Words of one item.
pub(crate) type Item = Range<usize>;

/// An opened brace: its word and the column of its line.
struct Opened {
    word: usize,
    column: u32,
    is_group: bool,
}

struct Walk {
    end: usize,
    unclosed: Vec<usize>,
    /// Where a `}` is put in, and for which `{`.
    closed: Vec<(u32, usize)>,
}

/// Splits the words into items. A missing `}` is supposed where the next item begins.
pub(crate) fn items(text: &str, words: &[Word], errors: &mut Vec<SyntaxError>, edits: &mut Vec<Edit>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(first) = words.get(at) {
        if first.is_op(text, "}") {
            errors.push(SyntaxError::new(Problem::StrayBrace, first.span).mend(first.span, ""));
            at += 1;
            continue;
        }
        let mut walk = walk(text, words, at, false);
        if !walk.unclosed.is_empty() {
            let by_indent = self::walk(text, words, at, true);
            if by_indent.unclosed.is_empty() {
                walk = by_indent;
            }
        }
        let end = words.get(walk.end.saturating_sub(1)).map_or(first.span.end, |w| w.span.end);
        walk.closed.extend(walk.unclosed.drain(..).rev().map(|open| (end, open)));
        for (place, open) in &walk.closed {
            let Some(brace) = words.get(*open) else { continue };
            let gap = crate::Span { start: *place, end: *place };
            let problem = Problem::MissingBrace { head: head(text, words, *open) };
            errors.push(SyntaxError::new(problem, brace.span).also(gap).mend(gap, "\n}"));
            edits.push(Edit::insert(*place, "}"));
        }
        items.push(at..walk.end);
        at = walk.end;
    }
    items
}

/// What stands before a brace on its line.
fn head(text: &str, words: &[Word], brace: usize) -> String {
    let first = (0..brace).rev().find(|i| words.get(*i).is_some_and(|w| w.line_first));
    let (Some(first), Some(last)) = (first.and_then(|f| words.get(f)), brace.checked_sub(1).and_then(|b| words.get(b)))
    else {
        return String::new();
    };
    first.span.to(last.span).of(text).to_string()
}

fn walk(text: &str, words: &[Word], from: usize, by_indent: bool) -> Walk {
    let mut open: Vec<Opened> = Vec::new();
    let mut closed = Vec::new();
    let mut line_column = 0;
    let mut line_word = from;
    let in_test = words.get(from).is_some_and(|w| w.is_word(text, "test"));
    let mut end = words.len();
    for (i, word) in words.iter().enumerate().skip(from) {
        let before_end = i.checked_sub(1).and_then(|b| words.get(b)).map_or(0, |w| w.span.end);
        if word.line_first {
            let nested = open.last().is_some_and(|o| column(text, word.span.start) > o.column) && one_line(text, word);
            let starts_item =
                i > from && begins_item(text, words, i) && !nested && !(in_test && word.is_word(text, "param"));
            if i > from && (open.is_empty() && word.breaks || starts_item) {
                end = i;
                break;
            }
            line_column = column(text, word.span.start);
            line_word = i;
            while by_indent && open.len() > 1 && open.last().is_some_and(|o| leaves(text, word, line_column, o)) {
                closed.extend(open.pop().map(|o| (before_end, o.word)));
            }
        }
        if word.is_op(text, "{") {
            let is_group = words.get(line_word).is_some_and(|w| w.is_word(text, "group"));
            open.push(Opened { word: i, column: line_column, is_group });
        } else if word.is_op(text, "}") && open.pop().is_none() {
            end = i;
            break;
        }
    }
    Walk { end: end.max(from + 1), unclosed: open.iter().map(|o| o.word).collect(), closed }
}

/// A statement without a block; indented in a block it stands in a wrong place, and no brace is missing above it.
fn one_line(text: &str, word: &Word) -> bool {
    ["let", "output", "param", "list", "use", "queue"].iter().any(|w| word.is_word(text, w))
}

/// Whether a line shows that the block before it has ended although its brace is missing.
fn leaves(text: &str, word: &Word, column: u32, open: &Opened) -> bool {
    word.is_op(text, "}") && column < open.column || open.is_group && word.is_word(text, "group")
}

fn column(text: &str, at: u32) -> u32 {
    let before = text.get(..at as usize).unwrap_or("");
    (before.len() - before.rfind('\n').map_or(0, |n| n + 1)) as u32
}
