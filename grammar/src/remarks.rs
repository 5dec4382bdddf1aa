//! Comments of other languages: `// …`, `-- …` and `/* … */` are reported once and read as comments.

use crate::error::{Idiom, Problem, SyntaxError};
use crate::span::Span;
use crate::tokens::{Token, TokenKind};

/// Makes comments of the tokens of foreign comments and reports each.
pub(crate) fn foreign_comments(text: &str, tokens: &mut [Token], errors: &mut Vec<SyntaxError>) {
    let mut at = 0;
    while at < tokens.len() {
        let Some((mark, end)) = opens(text, tokens, at) else {
            at += 1;
            continue;
        };
        let wrote = mark.of(text).to_string();
        let problem = Problem::Idiom { wrote, instead: "#".to_string(), idiom: Idiom::Comment };
        let error = SyntaxError::new(problem, mark);
        errors.push(match mended(text, mark, end) {
            Some((span, instead)) => error.mend(span, instead),
            None => error,
        });
        while let Some(token) = tokens.get_mut(at).filter(|t| t.span.start < end) {
            if token.kind != TokenKind::Newline {
                token.kind = TokenKind::Comment;
            }
            at += 1;
        }
    }
}

/// The mark of a comment that begins here, and where the comment ends.
fn opens(text: &str, tokens: &[Token], at: usize) -> Option<(Span, u32)> {
    let (first, second) = (tokens.get(at)?, tokens.get(at + 1)?);
    if first.kind != TokenKind::Op || second.kind != TokenKind::Op {
        return None;
    }
    let mark = first.span.to(second.span);
    let rest = text.get(mark.end as usize..)?;
    let line_end = mark.end + rest.find('\n').unwrap_or(rest.len()) as u32;
    match (first.span.of(text), second.span.of(text)) {
        ("/", "/") => Some((mark, line_end)),
        ("/", "*") => Some((mark, rest.find("*/").map_or(text.len() as u32, |n| mark.end + n as u32 + 2))),
        // `a --b` is a minus of a minus; in SQL a blank follows.
        ("-", "-") => {
            let before = text.get(..mark.start as usize)?;
            let apart = before.is_empty() || before.ends_with(char::is_whitespace);
            (apart && rest.starts_with(char::is_whitespace)).then_some((mark, line_end))
        }
        _ => None,
    }
}

/// The same comment as playbooks write it; `None` if code follows it on its line.
fn mended(text: &str, mark: Span, end: u32) -> Option<(Span, String)> {
    if mark.of(text) != "/*" {
        return Some((mark, "#".to_string()));
    }
    let after = text.get(end as usize..)?;
    if !after.lines().next().unwrap_or("").trim().is_empty() {
        return None;
    }
    let inner = text.get(mark.end as usize..end as usize)?;
    let inner = inner.strip_suffix("*/").unwrap_or(inner);
    let lines: Vec<String> = inner
        .lines()
        .map(|l| format!("# {}", l.trim().trim_start_matches('*').trim()).trim_end().to_string())
        .collect();
    Some((Span { start: mark.start, end }, lines.join("\n")))
}
