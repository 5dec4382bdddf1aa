//! Reads one item. If it cannot be read as a whole, its head and its lines are read one by one: the broken ones
//! are reported and left out, their neighbours stay.

use crate::attempt;
use crate::error::{Idiom, Problem, SyntaxError};
use crate::foreign;
use crate::layout::{ITEMS, Word};
use crate::node::Node;
use crate::prepared::{Edit, Piece};
use crate::repair::Repairs;
use crate::rules::{PlaybookParser, Rule};
use crate::span::Span;
use crate::units::{Unit, units};
use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// What the reading of one item needs.
pub(crate) struct Source<'a> {
    pub text: &'a str,
    pub base: &'a str,
    pub words: &'a [Word],
    /// Sorted by place.
    pub edits: &'a [Edit],
    /// Starts of mistakes after which a line is not expected to be readable, sorted.
    pub hopeless: &'a [u32],
    /// Pieces that were tried word by word: a file full of broken lines must not take long.
    pub attempts: AtomicU32,
    /// Pieces that are formulas of another language, and the place of the one mistake that stands for each.
    pub formulas: Mutex<Vec<(Span, Span)>>,
}

/// After so many broken pieces no more are tried word by word.
const ATTEMPTS_MAX: u32 = 200;

/// Where a reading failed and what could have stood there.
pub(crate) struct Failure {
    pub at: u32,
    pub rules: Vec<Rule>,
}

/// Reads an item into a node whose prepared text is appended to `prepared`; `None` if it cannot be read.
pub(crate) fn read_item(
    source: &Source<'_>,
    item: &Range<usize>,
    prepared: &mut String,
    errors: &mut Vec<SyntaxError>,
) -> Option<Node> {
    let span = source.span(item);
    let first = source.edits.partition_point(|e| e.span.start < span.start);
    let mut edits: Vec<Edit> =
        source.edits.iter().skip(first).take_while(|e| e.span.start <= span.end).cloned().collect();
    let failure = match read_whole(source, span, &edits, prepared) {
        Ok(node) => return Some(node),
        Err(failure) => failure,
    };
    let before = errors.len();
    if unknown_item(source, item, errors) {
        return None;
    }
    let mut readable = true;
    let first_error = errors.len();
    for unit in units(source.text, source.words, item) {
        readable &= read_unit(source, &unit, &mut edits, errors) || !unit.is_head;
    }
    join_slips(source.text, errors, first_error);
    if !readable {
        return None;
    }
    match read_whole(source, span, &edits, prepared) {
        Ok(node) => Some(node),
        Err(again) => {
            let silent = errors.len() == before && !source.is_hopeless(span);
            if silent {
                let whole = Unit { rule: Rule::unit_item, words: item.clone(), is_head: true, shape: None };
                let place = if edits.is_empty() { failure } else { again };
                errors.push(foreign::diagnose(source, &whole, &place));
            }
            None
        }
    }
}

impl Source<'_> {
    pub fn span(&self, words: &Range<usize>) -> Span {
        let start = self.words.get(words.start).map_or(0, |w| w.span.start);
        let end = words.end.checked_sub(1).and_then(|l| self.words.get(l)).map_or(start, |w| w.span.end);
        Span { start, end: end.max(start) }
    }

    pub fn is_hopeless(&self, span: Span) -> bool {
        let first = self.hopeless.partition_point(|p| *p < span.start);
        self.hopeless.get(first).is_some_and(|p| *p < span.end)
    }
}

fn read_whole(source: &Source<'_>, span: Span, edits: &[Edit], prepared: &mut String) -> Result<Node, Failure> {
    let piece = Piece::new(source.base, span, edits);
    let mut pairs = PlaybookParser::parse(Rule::one_item, &piece.text).map_err(|e| failure(&piece, e))?;
    let item = pairs.next().and_then(|p| p.into_inner().find(|p| p.as_rule() == Rule::item));
    let pair = item.and_then(|p| p.into_inner().next()).ok_or(Failure { at: span.start, rules: Vec::new() })?;
    let offset = prepared.len() as u32;
    let node = Node::new(pair, &piece, offset);
    prepared.push_str(&piece.text);
    Ok(node)
}

fn failure(piece: &Piece, error: pest::error::Error<Rule>) -> Failure {
    let at = match error.location {
        InputLocation::Pos(p) | InputLocation::Span((p, _)) => p,
    };
    let rules = match error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    // A place in front of blanks is the place of what follows them.
    let rest = piece.text.get(at..).unwrap_or("");
    let at = at + rest.len() - rest.trim_start_matches(' ').len();
    Failure { at: piece.start(at as u32), rules }
}

/// Reads a piece; reports what is wrong with it. Whether it could be read, perhaps mended.
fn read_unit(source: &Source<'_>, unit: &Unit, edits: &mut Vec<Edit>, errors: &mut Vec<SyntaxError>) -> bool {
    let span = source.span(&unit.words);
    let failed = match check(source, unit.rule, span, edits) {
        Ok(()) => return true,
        Err(failed) => failed,
    };
    let mut last = failed;
    if !source.is_hopeless(span) {
        let repairs = foreign::mend(source, unit, &last);
        let mended = !repairs.errors.is_empty() && !repairs.gave_up;
        let gave_up = repairs.gave_up;
        if let (true, Ok(mut formulas)) = (gave_up, source.formulas.lock()) {
            formulas.extend(repairs.errors.last().map(|own| (span, own.span)));
        }
        errors.extend(repairs.errors);
        edits.extend(repairs.edits);
        edits.sort_by_key(|e| e.span.start);
        if mended {
            match check(source, unit.rule, span, edits) {
                Ok(()) => return true,
                Err(again) => last = again,
            }
        }
        let told = errors.iter().rev().take(8).any(|e| e.span.start <= last.at && last.at <= e.span.end + 1);
        if !told && !gave_up {
            let told = foreign::diagnose(source, unit, &last);
            let plain = matches!(told.problem, Problem::Unexpected { .. });
            match if plain { attempt(source, unit, &last, edits) } else { None } {
                Some(found) => {
                    errors.extend(found.errors);
                    edits.extend(found.edits);
                    edits.sort_by_key(|e| e.span.start);
                    if !found.gave_up {
                        return true;
                    }
                }
                None => errors.push(told),
            }
        }
    }
    // Braces that were put in for missing ones stay; everything else of the piece is left out.
    edits.retain(|e| e.text == "}" || e.span.start < span.start || e.span.end > span.end);
    edits.push(Edit::new(span, " "));
    edits.sort_by_key(|e| e.span.start);
    false
}

/// The signs and quotes in a formula are those of the other language: one mistake, not one each.
pub(crate) fn leave_out_signs(mut formulas: Vec<(Span, Span)>, errors: &mut Vec<SyntaxError>) {
    formulas.sort();
    errors.retain(|e| {
        let after = formulas.partition_point(|(piece, _)| piece.start <= e.span.start);
        let inside = after.checked_sub(1).and_then(|b| formulas.get(b)).filter(|(piece, _)| e.span.start < piece.end);
        inside.is_none_or(|(_, own)| e.span == *own)
    });
}

/// One word that makes the piece readable.
fn attempt(source: &Source<'_>, unit: &Unit, failure: &Failure, edits: &[Edit]) -> Option<Repairs> {
    let words = source.words.get(unit.words.clone()).unwrap_or(&[]);
    if !attempt::worth_it(unit.rule, words.len()) || source.attempts.fetch_add(1, Ordering::Relaxed) >= ATTEMPTS_MAX {
        return None;
    }
    let span = source.span(&unit.words);
    let first = edits.partition_point(|e| e.span.start < span.start);
    let own: Vec<Edit> = edits.iter().skip(first).take_while(|e| e.span.start <= span.end).cloned().collect();
    let reads = |edit: &Edit| {
        let mut all = own.clone();
        all.push(edit.clone());
        all.sort_by_key(|e| e.span.start);
        check(source, unit.rule, span, &all).is_ok()
    };
    let found = attempt::one_word(&foreign::Piece { text: source.text, words, unit }, failure, &reads)?;
    // What was put in already is not put in again.
    let again =
        found.edits.iter().any(|e| own.iter().any(|o| o.text.trim() == e.text.trim() && !o.text.trim().is_empty()));
    (!again).then_some(found)
}

/// Rows pasted one below the other are one mistake, and so is one sign all along a line.
fn join_slips(text: &str, errors: &mut Vec<SyntaxError>, from: usize) {
    let own = errors.split_off(from.min(errors.len()));
    for next in own {
        let Some(first) = errors.last_mut() else {
            errors.push(next);
            continue;
        };
        let gap = Span { start: first.span.end, end: next.span.start };
        if gap.start > gap.end || !same_slip(&first.problem, &next.problem, gap.of(text)) {
            errors.push(next);
            continue;
        }
        first.span = first.span.to(next.span);
        match (&mut first.mend, &next.mend) {
            (Some((place, mended)), Some((behind, more))) => {
                mended.push_str(Span { start: place.end, end: behind.start }.of(text));
                mended.push_str(more);
                *place = place.to(*behind);
            }
            (mend, _) => *mend = None,
        }
    }
}

/// Whether the second mistake only repeats the first, with this text between them.
fn same_slip(a: &Problem, b: &Problem, gap: &str) -> bool {
    match (a, b) {
        (Problem::BareRow, Problem::BareRow) => gap.trim().is_empty(),
        (
            Problem::Idiom { wrote: a, idiom: i @ (Idiom::Swapped | Idiom::Superfluous), .. },
            Problem::Idiom { wrote: b, idiom: j, .. },
        ) => a == b && i == j && !gap.contains('\n'),
        _ => false,
    }
}

fn check(source: &Source<'_>, rule: Rule, span: Span, edits: &[Edit]) -> Result<(), Failure> {
    let first = edits.partition_point(|e| e.span.start < span.start);
    let own: Vec<Edit> =
        edits.iter().skip(first).take_while(|e| e.span.start <= span.end).filter(|e| e.text != "}").cloned().collect();
    let piece = Piece::new(source.base, span, &own);
    PlaybookParser::parse(rule, &piece.text).map(|_| ()).map_err(|e| failure(&piece, e))
}

fn unknown_item(source: &Source<'_>, item: &Range<usize>, errors: &mut Vec<SyntaxError>) -> bool {
    let Some(first) = source.words.get(item.start) else { return false };
    let word = first.span.of(source.text);
    if ITEMS.contains(&word) {
        return false;
    }
    let problem = match word {
        _ if first.is_name() && source.words.get(item.start + 1).is_some_and(|w| w.is_op(source.text, "=")) => {
            let line = source.span(item).of(source.text).lines().next().unwrap_or("").to_string();
            Problem::Idiom { instead: format!("let {line}"), wrote: word.to_string(), idiom: Idiom::Lacks("let") }
        }
        "match" | "experiment" => Problem::NotBuilt { what: word.to_string() },
        _ => Problem::UnknownItem { word: word.to_string() },
    };
    let mistaken = source.is_hopeless(Span { start: first.span.start, end: first.span.start + 1 });
    if !mistaken {
        errors.push(SyntaxError::new(problem, first.span));
    }
    true
}
