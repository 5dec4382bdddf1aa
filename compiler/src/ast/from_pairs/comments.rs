//! What comments say: documentation (`##`) and `# allow:`.

use crate::ast::{Allow, Name};
use crate::diagnostics::{Sink, syntax};
use crate::source::FileId;
use revplay_grammar::{LineIndex, Span, Token, TokenKind};
use std::collections::BTreeMap;

/// The `##` texts, by the place of the first word after them.
pub(crate) fn docs(text: &str, tokens: &[Token]) -> BTreeMap<u32, String> {
    let mut docs = BTreeMap::new();
    let mut lines: Vec<&str> = Vec::new();
    let mut line_first = true;
    for token in tokens {
        match token.kind {
            TokenKind::Newline => line_first = true,
            TokenKind::Space => {}
            TokenKind::Comment => {
                if let (true, Some(line)) = (line_first, token.span.of(text).strip_prefix("##")) {
                    let line = line.trim_end();
                    lines.push(line.strip_prefix(' ').unwrap_or(line));
                }
            }
            _ => {
                if !lines.is_empty() {
                    docs.insert(token.span.start, lines.join("\n"));
                    lines.clear();
                }
                line_first = false;
            }
        }
    }
    docs
}

/// The `# allow:` comments. One on a line of its own silences the next line with words, else its own line.
pub(crate) fn allows(file: FileId, text: &str, tokens: &[Token], sink: &mut Sink) -> Vec<Allow> {
    if !text.contains("allow") {
        return Vec::new();
    }
    let index = LineIndex::new(text);
    let mut allows: Vec<Allow> = Vec::new();
    let mut waiting = 0;
    let mut line_first = true;
    for token in tokens {
        match token.kind {
            TokenKind::Newline => line_first = true,
            TokenKind::Space => {}
            TokenKind::Comment => {
                let body = token.span.of(text).trim_start_matches('#').trim_start();
                if let Some(rest) = body.strip_prefix("allow:").or_else(|| body.strip_prefix("allow :")) {
                    let line = index.line(token.span.start);
                    match allow(text, token.span, rest, line) {
                        Some(allow) => allows.push(allow),
                        None => sink.push(syntax::bad_allow(file, token.span)),
                    }
                    if !line_first {
                        waiting = allows.len();
                    }
                }
            }
            _ => {
                if waiting < allows.len() {
                    let line = index.line(token.span.start);
                    allows.iter_mut().skip(waiting).for_each(|a| a.line = line);
                    waiting = allows.len();
                }
                line_first = false;
            }
        }
    }
    allows
}

/// `NAME because REASON [until DATE]`
fn allow(text: &str, comment: Span, rest: &str, line: u32) -> Option<Allow> {
    let rest = rest.trim();
    let (lint, reason) = rest.split_once(char::is_whitespace)?;
    let reason = reason.trim_start().strip_prefix("because")?;
    let (reason, until) = match reason.rsplit_once(" until ") {
        Some((before, date)) if is_iso_date(date.trim()) => (before, Some(date.trim().to_string())),
        _ => (reason, None),
    };
    let reason = reason.trim();
    if reason.is_empty() || lint.is_empty() {
        return None;
    }
    let at = comment.start as usize + comment.of(text).find(lint)?;
    let name = Name { text: lint.to_string(), span: Span::new(at, at + lint.len()), quoted: false };
    Some(Allow { lint: name, reason: reason.to_string(), until, line })
}

fn is_iso_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10
        && bytes.iter().enumerate().all(|(i, b)| if matches!(i, 4 | 7) { *b == b'-' } else { b.is_ascii_digit() })
}
