//! What hands trained elsewhere type, looked for in a line that could not be read, and the message for the rest.

use crate::error::{Problem, SyntaxError};
use crate::expected;
use crate::layout::Word;
use crate::recover::{Failure, Source};
use crate::repair::Repairs;
use crate::rules::Rule;
use crate::span::Span;
use crate::tokens::TokenKind;
use crate::units::{self, Unit};

mod idioms;
mod shapes;

/// Everything in the piece that has a message of its own, with its remedy.
pub(crate) fn mend(source: &Source<'_>, unit: &Unit, failure: &Failure) -> Repairs {
    let words = source.words.get(unit.words.clone()).unwrap_or(&[]);
    let mut repairs = Repairs::default();
    let cx = Piece { text: source.text, words, unit };
    idioms::look(&cx, &mut repairs);
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
    let Some(word) = words.get(at) else {
        let end = words.last().map_or(failure.at, |w| w.span.end);
        let problem = Problem::Unexpected {
            found: String::new(),
            expected: expected::words(&failure.rules),
            after_comma: false,
            example: units::example(cx.unit, cx.at(0)),
        };
        return SyntaxError::new(problem, Span { start: end, end });
    };
    let found = word.span.of(source.text).to_string();
    SyntaxError::new(special(&cx, at, failure).unwrap_or_else(|| unexpected(&cx, at, found, failure)), word.span)
}

fn unexpected(cx: &Piece<'_>, at: usize, found: String, failure: &Failure) -> Problem {
    let continues = |i: usize| cx.before(i) == "," && cx.word(i).is_some_and(|w| w.line_first);
    let after_comma = continues(at) || at > 0 && continues(at - 1);
    Problem::Unexpected {
        found,
        expected: expected::words(&failure.rules),
        after_comma,
        example: units::example(cx.unit, cx.at(0)),
    }
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

pub(crate) fn is_boundary(word: &str) -> bool {
    matches!(word, "and" | "or" | "when" | "where" | "(" | "," | "not" | "otherwise")
}

pub(crate) fn is_comparison(word: &str) -> bool {
    matches!(word, "=" | "!=" | "<" | "<=" | ">" | ">=" | "==" | "in" | "is" | "matches" | "contains")
}
