//! Characters that nobody sees: they come from web pages and word processors, split names, and make texts unequal
//! that look equal. Those that change the direction of a line can make it look different from what it says.

use crate::error::{Problem, SyntaxError};
use crate::prepared::Edit;
use crate::repair::Repairs;
use crate::span::Span;
use crate::tokens::{Token, TokenKind};

/// Reports invisible characters, once a line, and reads the line without them.
pub(crate) fn look(text: &str, tokens: &[Token], repairs: &mut Repairs) {
    if text.is_ascii() {
        return;
    }
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        if !line.is_ascii() {
            look_at_line(text, line_start, line, tokens, repairs);
        }
        line_start += line.len();
    }
}

fn look_at_line(text: &str, line_start: usize, line: &str, tokens: &[Token], repairs: &mut Repairs) {
    let mut found: Vec<(Span, char)> = Vec::new();
    for (at, c) in line.char_indices() {
        let span = Span::new(line_start + at, line_start + at + c.len_utf8());
        if matters(text, span, c, tokens) {
            found.push((span, c));
        }
    }
    let (Some((first, c)), Some((last, _))) = (found.first(), found.last()) else { return };
    let code = format!("U+{:04X}", u32::from(*c));
    let all = first.to(*last);
    let without: String = all.of(text).chars().filter(|c| !is_invisible(*c)).collect();
    let problem = Problem::Invisible { code, direction: found.iter().any(|(_, c)| changes_direction(*c)) };
    repairs.errors.push(SyntaxError::new(problem, *first).mend(all, without));
    repairs.edits.extend(found.iter().map(|(span, _)| Edit::new(*span, "")));
}

fn matters(text: &str, span: Span, c: char, tokens: &[Token]) -> bool {
    if !is_invisible(c) || span.start == 0 && c == '\u{feff}' {
        return false;
    }
    let at = tokens.partition_point(|t| t.span.end <= span.start);
    let Some(token) = tokens.get(at) else { return false };
    match token.kind {
        _ if changes_direction(c) => true,
        TokenKind::Comment | TokenKind::Newline => false,
        // Between two words it does no harm, unless nothing else keeps them apart.
        TokenKind::Space => {
            let glued = |t: Option<&Token>| t.is_some_and(|t| !t.kind.is_trivia());
            let alone = token.span.of(text).chars().all(is_invisible);
            alone && at.checked_sub(1).is_some_and(|b| glued(tokens.get(b))) && glued(tokens.get(at + 1))
        }
        TokenKind::Text | TokenKind::CurlyText | TokenKind::SingleText | TokenKind::OpenText | TokenKind::Pattern => {
            !joins(c)
        }
        TokenKind::Word
        | TokenKind::OpenPattern
        | TokenKind::QuotedName
        | TokenKind::OpenName
        | TokenKind::Number
        | TokenKind::Date
        | TokenKind::LooseDate
        | TokenKind::Time
        | TokenKind::Timestamp
        | TokenKind::Op
        | TokenKind::Other => true,
    }
}

fn is_invisible(c: char) -> bool {
    is_hidden(c) || joins(c)
}

/// Characters that are right nowhere in a playbook and cannot be seen: they have no width, or turn the direction of a
/// line. Joiners, which some scripts and emoji need, are not among them.
pub fn is_hidden(c: char) -> bool {
    changes_direction(c) || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// Overrides, embeddings and isolates: no playbook needs them, and they can hide what a line does.
fn changes_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Right inside of words of some scripts and of emoji, so allowed in texts.
fn joins(c: char) -> bool {
    matches!(c, '\u{200c}'..='\u{200f}')
}
