//! Which newlines end an item. Inside parentheses, after `,` `and` `or`, and before `and` `or` `when` they do not.

use crate::error::{Problem, SyntaxError};
use crate::prepared::Edit;
use crate::span::Span;
use crate::tokens::{Token, TokenKind};

/// A token that is neither blank nor comment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    pub kind: TokenKind,
    pub span: Span,
    /// First on its line.
    pub line_first: bool,
    /// A newline that ends an item stands before it.
    pub breaks: bool,
}

impl Word {
    pub fn is_op(&self, text: &str, op: &str) -> bool {
        self.kind == TokenKind::Op && self.span.of(text) == op
    }

    pub fn is_word(&self, text: &str, word: &str) -> bool {
        self.kind == TokenKind::Word && self.span.of(text) == word
    }

    pub fn is_name(&self) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::QuotedName)
    }
}

/// The tokens that count, with the newlines that count.
pub(crate) fn words(text: &str, tokens: &[Token]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::with_capacity(tokens.len() / 2);
    let mut line_first = true;
    for token in tokens {
        match token.kind {
            TokenKind::Newline => line_first = true,
            TokenKind::Space | TokenKind::Comment => {}
            kind => {
                words.push(Word { kind, span: token.span, line_first, breaks: line_first });
                line_first = false;
            }
        }
    }
    let closed_by = match_parens(text, &words);
    let mut inside_until = 0;
    for i in 0..words.len() {
        let (Some(word), before) = (words.get(i).copied(), i.checked_sub(1).and_then(|b| words.get(b)).copied()) else {
            continue;
        };
        let joined = i < inside_until
            || before.is_some_and(|b| continues(text, &b, &word)) && !(word.line_first && begins_rule(text, &words, i));
        if let (true, Some(w)) = (joined, words.get_mut(i)) {
            w.breaks = false;
        }
        if let Some(close) = closed_by.get(i).copied().flatten() {
            inside_until = inside_until.max(close + 1);
        }
    }
    words
}

fn continues(text: &str, before: &Word, word: &Word) -> bool {
    before.is_op(text, ",")
        || before.is_word(text, "and")
        || before.is_word(text, "or")
        || ["and", "or", "when"].iter().any(|w| word.is_word(text, w))
        || word.is_op(text, "{")
}

/// Behind a forgotten half of a condition: `+5 "Label"` and `let x =` begin something new in any case.
fn begins_rule(text: &str, words: &[Word], at: usize) -> bool {
    let is = |n: usize, kind: TokenKind| words.get(at + n).is_some_and(|w| w.kind == kind);
    let signed = words.get(at).is_some_and(|w| w.is_op(text, "+") || w.is_op(text, "-"));
    let word = words.get(at).filter(|w| w.kind == TokenKind::Word).map_or("", |w| w.span.of(text));
    signed && is(1, TokenKind::Number) && is(2, TokenKind::Text)
        || matches!(word, "let" | "output" | "param" | "list" | "use" | "test" | "prove")
            && begins_item(text, words, at)
}

/// For each `(` the index of its `)`. Braces and top-level items never stand inside parentheses.
fn match_parens(text: &str, words: &[Word]) -> Vec<Option<usize>> {
    let mut closed_by = vec![None; words.len()];
    let mut open = Vec::new();
    for (i, word) in words.iter().enumerate() {
        if word.kind == TokenKind::Op {
            match word.span.of(text) {
                "(" => open.push(i),
                ")" => {
                    if let Some(slot) = open.pop().and_then(|o| closed_by.get_mut(o)) {
                        *slot = Some(i);
                    }
                }
                "{" | "}" => open.clear(),
                _ => {}
            }
        } else if word.line_first && begins_item(text, words, i) {
            open.clear();
        }
    }
    closed_by
}

/// Words that begin a top-level item.
pub(crate) const ITEMS: &[&str] = &[
    "band",
    "calendar",
    "grade",
    "handoff",
    "journey",
    "kpi",
    "let",
    "link",
    "list",
    "mapping",
    "output",
    "param",
    "playbook",
    "prove",
    "queue",
    "recommend",
    "record",
    "route",
    "score",
    "table",
    "team",
    "test",
    "use",
];

/// Whether a top-level item begins here, judged by its first words and not only by its keyword,
/// since fields and clauses may be called like one.
pub(crate) fn begins_item(text: &str, words: &[Word], at: usize) -> bool {
    let word = |n: usize| words.get(at + n).filter(|w| n == 0 || !w.line_first);
    let is = |n: usize, options: &[&str]| word(n).is_some_and(|w| options.contains(&w.span.of(text)));
    let Some(first) = word(0).filter(|w| w.kind == TokenKind::Word) else { return false };
    let keyword = first.span.of(text);
    let named = word(1).is_some_and(Word::is_name);
    let texted = word(1).is_some_and(|w| w.kind == TokenKind::Text);
    let on_line = |op: &str| words.iter().skip(at + 1).take_while(|w| !w.line_first).any(|w| w.is_op(text, op));
    let with_block = || on_line("{");
    match keyword {
        "let" | "output" => named && is(2, &["=", "for", "=="]),
        "param" => named && is(2, &["="]),
        "list" => named && (is(2, &["="]) || is(2, &["from"]) && word(3).is_some_and(|w| w.kind == TokenKind::Text)),
        "use" => texted,
        "prove" => texted && is(2, &[":"]),
        "link" => named && is(2, &["."]),
        "table" => named && is(2, &["->", "("]) && on_line("->"),
        "test" => texted && with_block(),
        "playbook" | "record" | "mapping" | "score" | "band" | "grade" | "journey" | "recommend" | "calendar"
        | "team" | "route" | "handoff" | "kpi" => named && with_block(),
        _ => false,
    }
}

/// The text with everything blank that the grammar need not see, byte for byte as long as the original.
pub(crate) fn blanked(text: &str, words: &[Word]) -> String {
    let mut base = String::with_capacity(text.len());
    for word in words {
        let start = word.span.start as usize;
        let gap = text.get(base.len()..start).unwrap_or("");
        let newline = if word.breaks { gap.rfind('\n') } else { None };
        for i in 0..gap.len() {
            base.push(if Some(i) == newline { '\n' } else { ' ' });
        }
        base.push_str(word.span.of(text));
    }
    let rest = text.len() - base.len();
    base.extend(std::iter::repeat_n(' ', rest));
    base
}

/// Reports parentheses without their other half and lone `{`, and mends them.
pub(crate) fn check_brackets(text: &str, words: &[Word], errors: &mut Vec<SyntaxError>, edits: &mut Vec<Edit>) {
    let mut open: Vec<Span> = Vec::new();
    let mut last: Option<Word> = None;
    for word in words {
        if word.breaks || word.is_op(text, "{") || word.is_op(text, "}") {
            close_line(&mut open, last, errors, edits);
        }
        if word.is_op(text, "(") {
            open.push(word.span);
        } else if word.is_op(text, ")") && open.pop().is_none() {
            errors.push(SyntaxError::new(Problem::StrayParen, word.span).mend(word.span, ""));
            edits.push(Edit::new(word.span, " "));
        } else if let (true, true, Some(before)) = (word.is_op(text, "{"), word.line_first, last) {
            let gap = Span { start: before.span.end, end: word.span.end };
            let error = SyntaxError::new(Problem::LoneBrace, word.span);
            let only_blank = gap.of(text).trim_end_matches('{').trim().is_empty();
            errors.push(if only_blank { error.mend(gap, " {") } else { error });
        }
        last = Some(*word);
    }
    close_line(&mut open, last, errors, edits);
}

fn close_line(open: &mut Vec<Span>, last: Option<Word>, errors: &mut Vec<SyntaxError>, edits: &mut Vec<Edit>) {
    let Some(end) = last.map(|w| w.span.end) else { return };
    if let Some(innermost) = open.last() {
        let missing = ")".repeat(open.len());
        errors.push(SyntaxError::new(Problem::OpenParen, *innermost).mend(Span { start: end, end }, missing.clone()));
        edits.push(Edit::insert(end, &missing));
    }
    open.clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokens;

    fn lines(text: &str) -> usize {
        words(text, &tokens(text)).iter().filter(|w| w.breaks).count()
    }

    #[test]
    fn newlines_join_where_promised() {
        assert_eq!(lines("let a = (1\n + 2\n)\nlet b = 2"), 2);
        assert_eq!(lines("list a = \"x\", # first\n  \"y\"\nlet b = c and\n d\n  or e\n when f\n"), 2);
        assert_eq!(lines("let a = (1 # not closed\nlet b = 2\n"), 2);
    }

    #[test]
    fn blanking_keeps_every_place() {
        let text = "let a = 1 # ä\t\n\n## x\nlet b = (\n2)\n";
        let base = blanked(text, &words(text, &tokens(text)));
        assert_eq!(base.len(), text.len());
        assert_eq!(base.find("let b"), text.find("let b"));
        assert_eq!(base.matches('\n').count(), 1);
    }
}
