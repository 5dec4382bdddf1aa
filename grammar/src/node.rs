//! The syntax tree of the grammar, owned: pest's pairs with the user's places.

use crate::prepared::Piece;
use crate::rules::Rule;
use crate::span::Span;
use pest::iterators::Pair;

/// A piece of syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The rule of the grammar.
    pub rule: Rule,
    /// Place in the user's text, without blanks at its ends.
    pub span: Span,
    /// Place in the prepared text, see [`crate::Parse::text`].
    pub at: Span,
    /// Parts, without punctuation.
    pub children: Vec<Node>,
}

impl Node {
    /// The first part of a rule.
    pub fn child(&self, rule: Rule) -> Option<&Node> {
        self.children.iter().find(|c| c.rule == rule)
    }

    /// All parts of a rule.
    pub fn all(&self, rule: Rule) -> impl Iterator<Item = &Node> {
        self.children.iter().filter(move |c| c.rule == rule)
    }

    /// Whether there is a part of a rule.
    pub fn has(&self, rule: Rule) -> bool {
        self.child(rule).is_some()
    }

    pub(crate) fn new(pair: Pair<'_, Rule>, piece: &Piece, offset: u32) -> Node {
        let rule = pair.as_rule();
        let text = pair.as_str();
        let before = pair.as_span().start();
        let start = (before + text.len() - text.trim_start().len()) as u32;
        let end = (before + text.trim_end().len()) as u32;
        let end = end.max(start);
        let children = pair.into_inner().filter(|p| !is_punctuation(p.as_rule())).map(|p| Node::new(p, piece, offset));
        Node {
            rule,
            span: Span { start: piece.start(start), end: piece.end(end).max(piece.start(start)) },
            at: Span { start: start + offset, end: end + offset },
            children: children.collect(),
        }
    }
}

fn is_punctuation(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::newline
            | Rule::open
            | Rule::close
            | Rule::lparen
            | Rule::rparen
            | Rule::comma
            | Rule::equals
            | Rule::arrow
            | Rule::colon
            | Rule::pipe
            | Rule::EOI
    )
}
