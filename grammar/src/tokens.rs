//! The flat list of tokens of a file: every byte is in one of them, comments and blanks too.

use crate::rules::{PlaybookParser, Rule};
use crate::span::Span;
use pest::Parser;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Blanks, tabs, carriage returns, a byte order mark.
    Space,
    /// A line feed.
    Newline,
    /// `# …` to the end of the line; `## …` documents what follows.
    Comment,
    /// A text in double quotes.
    Text,
    /// A text in typographic quotes.
    CurlyText,
    /// A text in single quotes.
    SingleText,
    /// A quote without its end.
    OpenText,
    /// A pattern after `matches`.
    Pattern,
    /// A pattern without its end.
    OpenPattern,
    /// A name or a keyword.
    Word,
    /// A name in backticks.
    QuotedName,
    /// A backtick without its end.
    OpenName,
    /// A number with whatever letters follow it.
    Number,
    /// `2026-12-31`
    Date,
    /// A date in another notation.
    LooseDate,
    /// `09:00`
    Time,
    /// `2026-12-31 09:00`
    Timestamp,
    /// An operator, bracket or separator.
    Op,
    /// A character that playbooks have no use for.
    Other,
}

impl TokenKind {
    /// Blanks, newlines and comments.
    pub fn is_trivia(self) -> bool {
        matches!(self, TokenKind::Space | TokenKind::Newline | TokenKind::Comment)
    }
}

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its place.
    pub span: Span,
}

/// All tokens of a text in order; together they cover it.
pub fn tokens(text: &str) -> Vec<Token> {
    let Ok(pairs) = PlaybookParser::parse(Rule::tokens, text) else {
        return vec![Token { kind: TokenKind::Other, span: Span::new(0, text.len()) }];
    };
    pairs
        .flatten()
        .filter_map(|pair| {
            let kind = kind_of(pair.as_rule())?;
            let span = pair.as_span();
            Some(Token { kind, span: Span::new(span.start(), span.end()) })
        })
        .collect()
}

fn kind_of(rule: Rule) -> Option<TokenKind> {
    Some(match rule {
        Rule::t_space => TokenKind::Space,
        Rule::t_newline => TokenKind::Newline,
        Rule::t_comment => TokenKind::Comment,
        Rule::text => TokenKind::Text,
        Rule::t_curly_text => TokenKind::CurlyText,
        Rule::t_single_text => TokenKind::SingleText,
        Rule::t_open_text => TokenKind::OpenText,
        Rule::pattern => TokenKind::Pattern,
        Rule::t_open_pattern => TokenKind::OpenPattern,
        Rule::word | Rule::kw_matches => TokenKind::Word,
        Rule::quoted_name => TokenKind::QuotedName,
        Rule::t_open_name => TokenKind::OpenName,
        Rule::t_number => TokenKind::Number,
        Rule::date => TokenKind::Date,
        Rule::t_loose_date => TokenKind::LooseDate,
        Rule::time => TokenKind::Time,
        Rule::timestamp => TokenKind::Timestamp,
        Rule::t_op => TokenKind::Op,
        Rule::t_other => TokenKind::Other,
        _ => return None,
    })
}
