//! What hands trained elsewhere type, looked for in a line that could not be read, and the message for the rest.

use crate::error::{Idiom, Problem, SyntaxError};
use crate::expected;
use crate::layout::Word;
use crate::recover::{Failure, Source};
use crate::repair::Repairs;
use crate::rules::Rule;
use crate::span::Span;
use crate::tokens::TokenKind;
use crate::units::{self, Unit};

mod formulas;
mod idioms;
mod shapes;
mod slips;
mod spoken;

/// Everything in the piece that has a message of its own, with its remedy.
pub(crate) fn mend(source: &Source<'_>, unit: &Unit, failure: &Failure) -> Repairs {
    let words = source.words.get(unit.words.clone()).unwrap_or(&[]);
    let mut repairs = Repairs::default();
    let cx = Piece { text: source.text, words, unit };
    formulas::look(&cx, &mut repairs);
    if repairs.gave_up {
        return repairs;
    }
    if matches!(unit.rule, Rule::unit_score | Rule::unit_group) {
        spoken::points_else(&cx, &mut repairs);
        if repairs.gave_up {
            return repairs;
        }
    }
    spoken::look(&cx, &mut repairs);
    idioms::look(&cx, &mut repairs);
    slips::look(&cx, failure, &mut repairs);
    shapes::look(&cx, failure, &mut repairs);
    repairs
}

/// A piece under examination.
pub(crate) struct Piece<'a> {
    pub text: &'a str,
    pub words: &'a [Word],
    pub unit: &'a Unit,
}

impl<'a> Piece<'a> {
    pub fn word(&self, at: usize) -> Option<&'a Word> {
        self.words.get(at)
    }

    pub fn at(&self, at: usize) -> &'a str {
        self.words.get(at).map_or("", |w| w.span.of(self.text))
    }

    pub fn before(&self, at: usize) -> &'a str {
        at.checked_sub(1).map_or("", |b| self.at(b))
    }

    pub fn kind(&self, at: usize) -> Option<TokenKind> {
        self.words.get(at).map(|w| w.kind)
    }

    /// Place of the words `from..to`.
    pub fn span(&self, from: usize, to: usize) -> Span {
        let first = self.words.get(from).map_or(Span::default(), |w| w.span);
        to.checked_sub(1).and_then(|l| self.words.get(l)).map_or(first, |w| first.to(w.span))
    }

    /// Text of the words `from..to`.
    pub fn between(&self, from: usize, to: usize) -> &'a str {
        self.span(from, to).of(self.text)
    }

    /// The word could be the end of a value.
    pub fn ends_value(&self, at: usize) -> bool {
        match self.kind(at) {
            Some(TokenKind::Op) => matches!(self.at(at), ")" | "%"),
            Some(TokenKind::Word) => !matches!(
                self.at(at),
                "and" | "or" | "not" | "when" | "where" | "in" | "is" | "else" | "otherwise" | "within"
            ),
            Some(_) => true,
            None => false,
        }
    }

    /// The word could begin a value.
    pub fn begins_value(&self, at: usize) -> bool {
        match self.kind(at) {
            Some(TokenKind::Op) => matches!(self.at(at), "(" | "-" | "!"),
            Some(_) => true,
            None => false,
        }
    }
}

/// The message for a place where nothing special was recognised.
pub(crate) fn diagnose(source: &Source<'_>, unit: &Unit, failure: &Failure) -> SyntaxError {
    let words = source.words.get(unit.words.clone()).unwrap_or(&[]);
    let at = words.partition_point(|w| w.span.end <= failure.at);
    let cx = Piece { text: source.text, words, unit };
    if let Some(comma) = joining_comma(&cx, at) {
        return SyntaxError::new(Problem::JoiningComma, comma);
    }
    let Some(word) = words.get(at) else {
        if let Some(keyword) = words.first().filter(|w| words.len() == 1 && unit.is_head && w.is_name()) {
            let problem = Problem::NoName { keyword: keyword.span.of(source.text).to_string() };
            return SyntaxError::new(problem, keyword.span);
        }
        let end = words.last().map_or(failure.at, |w| w.span.end);
        let problem = Problem::Unexpected {
            found: String::new(),
            expected: expected::words(&failure.rules),
            example: units::example(cx.unit, cx.at(0)),
        };
        return SyntaxError::new(problem, Span { start: end, end });
    };
    let found = word.span.of(source.text).to_string();
    SyntaxError::new(special(&cx, at, failure).unwrap_or_else(|| unexpected(&cx, found, failure)), word.span)
}

/// The comma behind the last of a list: it joins the next line, which then does not fit.
fn joining_comma(cx: &Piece<'_>, at: usize) -> Option<Span> {
    let joins = |i: usize| cx.before(i) == "," && cx.word(i).is_none_or(|w| w.line_first);
    let behind = if joins(at) { Some(at) } else { at.checked_sub(1).filter(|b| joins(*b)) };
    behind.and_then(|b| b.checked_sub(1)).and_then(|c| cx.word(c)).map(|w| w.span)
}

fn unexpected(cx: &Piece<'_>, found: String, failure: &Failure) -> Problem {
    Problem::Unexpected { found, expected: expected::words(&failure.rules), example: units::example(cx.unit, cx.at(0)) }
}

fn special(cx: &Piece<'_>, at: usize, failure: &Failure) -> Option<Problem> {
    let found = cx.at(at).to_string();
    let ends_here = failure.rules.iter().any(|r| matches!(r, Rule::EOI | Rule::newline));
    if let Some(shape) = cx.unit.shape {
        if at == 0 && !cx.unit.is_head && !shape.clauses.is_empty() && cx.unit.rule == shape.clause {
            return Some(Problem::UnknownClause { word: found, block: shape.keyword, clauses: shape.clauses });
        }
        if at == 0 && cx.unit.rule == Rule::unit_item {
            return Some(Problem::SameLine { found });
        }
        let begins_clause = shape.clauses.iter().any(|c| c.split(' ').next() == Some(found.as_str()));
        let sign = matches!(found.as_str(), "+" | "-") && cx.kind(at + 2) != Some(TokenKind::Text);
        if ends_here && at > 0 && !cx.unit.is_head && begins_clause && !sign {
            return Some(Problem::SameLine { found });
        }
        let added = cx.kind(at) == Some(TokenKind::Text) && at > 3 && matches!(cx.at(at - 2), "+" | "-");
        if matches!(shape.keyword, "score" | "group") && added && cx.kind(at - 1) == Some(TokenKind::Number) {
            return Some(Problem::SameLine { found: cx.between(at - 2, at).to_string() });
        }
        if matches!(shape.keyword, "grade" | "table") && !cx.unit.is_head && at == 0 {
            return Some(Problem::BareRow);
        }
        if matches!(found.as_str(), "(" | "[") && failure.rules.contains(&Rule::open) {
            return Some(braces(cx, at));
        }
        if shape.keyword == "kpi" && cx.at(0) == "per" && cx.words.len() == 2 {
            let period = cx.at(1).to_string();
            return Some(Problem::Idiom {
                instead: format!("per {period} of created_at"),
                wrote: period,
                idiom: Idiom::NoAnchor,
            });
        }
        if shape.keyword == "record" && found == "known" && cx.at(at + 1) == "at" {
            return Some(Problem::NotBuilt { what: "known at".to_string() });
        }
        if matches!(shape.keyword, "score" | "group")
            && matches!(found.as_str(), "until" | "from")
            && cx.kind(at + 1) == Some(TokenKind::Date)
        {
            return Some(Problem::NotBuilt { what: format!("{found} DATE") });
        }
    } else if at == 0 && !cx.unit.is_head {
        return Some(Problem::SameLine { found });
    } else if matches!(found.as_str(), "(" | "[") && failure.rules.contains(&Rule::open) {
        return Some(braces(cx, at));
    }
    if cx.at(0) == "playbook" && cx.at(1) == "for" && at == 2 {
        return Some(Problem::NoName { keyword: "playbook".to_string() });
    }
    if cx.unit.is_head && at == 1 && failure.rules.contains(&Rule::name) && cx.kind(1) == Some(TokenKind::Text) {
        let name: Vec<&str> = cx.at(1).split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()).collect();
        let instead = format!("{} {}", cx.at(0), name.join("_"));
        return Some(Problem::Idiom { wrote: cx.at(1).to_string(), instead, idiom: Idiom::NotAName });
    }
    let reserved =
        is_boundary(cx.at(1)) || matches!(cx.at(1), "true" | "false" | "missing" | "now" | "in" | "is" | "else");
    if cx.unit.is_head && at == 1 && failure.rules.contains(&Rule::name) && !reserved {
        return Some(Problem::NoName { keyword: cx.at(0).to_string() });
    }
    let clause_start = (0..at).rev().find(|i| is_boundary(cx.at(*i))).map_or(0, |i| i + 1);
    let clause = || clause_start..at;
    if is_comparison(&found) && clause().any(|i| is_comparison(cx.at(i))) {
        return Some(Problem::Chain);
    }
    if matches!(found.as_str(), "+" | "-" | "*" | "/" | "div" | "mod") && clause().any(|i| cx.at(i) == "else") {
        return Some(Problem::ElseArithmetic);
    }
    None
}

/// `record deal (`
fn braces(cx: &Piece<'_>, at: usize) -> Problem {
    let instead = format!("{} {{", cx.between(0, at));
    Problem::Idiom { wrote: cx.at(at).to_string(), instead, idiom: Idiom::Braces }
}

pub(crate) fn is_boundary(word: &str) -> bool {
    matches!(word, "and" | "or" | "when" | "where" | "(" | "," | "not" | "otherwise")
}

pub(crate) fn is_comparison(word: &str) -> bool {
    matches!(word, "=" | "!=" | "<" | "<=" | ">" | ">=" | "==" | "in" | "is" | "matches" | "contains")
}
