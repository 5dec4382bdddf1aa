//! Reads one item. If it cannot be read as a whole, its head and its lines are read one by one: the broken ones
//! are reported and left out, their neighbours stay.

use crate::error::{Problem, SyntaxError};
use crate::foreign;
use crate::layout::{ITEMS, Word};
use crate::node::Node;
use crate::prepared::{Edit, Piece};
use crate::rules::{PlaybookParser, Rule};
use crate::span::Span;
use crate::units::{Unit, units};
use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use std::ops::Range;

/// What the reading of one item needs.
pub(crate) struct Source<'a> {
    pub text: &'a str,
    pub base: &'a str,
    pub words: &'a [Word],
    /// Sorted by place.
    pub edits: &'a [Edit],
    /// Starts of mistakes after which a line is not expected to be readable, sorted.
    pub hopeless: &'a [u32],
}

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
    for unit in units(source.text, source.words, item) {
        readable &= read_unit(source, &unit, &mut edits, errors) || !unit.is_head;
    }
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
        let mended = !repairs.errors.is_empty();
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
        if !told {
            errors.push(foreign::diagnose(source, unit, &last));
        }
    }
    // Braces that were put in for missing ones stay; everything else of the piece is left out.
    edits.retain(|e| e.text == "}" || e.span.start < span.start || e.span.end > span.end);
    edits.push(Edit::new(span, " "));
    edits.sort_by_key(|e| e.span.start);
    false
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
        "match" | "experiment" => Problem::NotBuilt { what: word.to_string() },
        _ => Problem::UnknownItem { word: word.to_string() },
    };
    let mistaken = source.is_hopeless(Span { start: first.span.start, end: first.span.start + 1 });
    if !mistaken {
        errors.push(SyntaxError::new(problem, first.span));
    }
    true
}
