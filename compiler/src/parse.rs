//! From the text of one file to its syntax tree. Never fails: what could not be read is reported and left out.

use crate::ast::{self, from_pairs};
use crate::diagnostics::{Sink, syntax};
use crate::source::FileId;
use revplay_grammar::limits::with_stack;
use std::cell::RefCell;
use std::fmt::Write;

/// A parsed file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// Its tree.
    pub file: ast::File,
    /// Its `# allow:` comments in order.
    pub allows: Vec<ast::Allow>,
}

/// Parses a file; findings go to `sink`.
pub fn parse(file: FileId, text: &str, sink: &mut Sink) -> Parsed {
    let parse = revplay_grammar::parse(text);
    for error in &parse.errors {
        sink.push(syntax::finding(file, error));
    }
    let build = || {
        let docs = from_pairs::docs(text, &parse.tokens);
        let cx = from_pairs::Cx { parse: &parse, file, docs, found: RefCell::default() };
        let items = parse.items.iter().map(|item| from_pairs::item(&cx, item, text)).collect();
        (ast::File { items }, cx.found.into_inner())
    };
    let (tree, found) = with_stack(parse.nesting, build).unwrap_or_default();
    found.into_iter().for_each(|d| sink.push(d));
    let allows = from_pairs::allows(file, text, &parse.tokens, sink);
    Parsed { file: tree, allows }
}

/// The tokens of a text, one a line: offsets, kind, text.
pub fn print_tokens(text: &str) -> String {
    revplay_grammar::tokens(text).iter().fold(String::new(), |mut out, token| {
        let _ = writeln!(out, "{}..{} {:?} {:?}", token.span.start, token.span.end, token.kind, token.span.of(text));
        out
    })
}
