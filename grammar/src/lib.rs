//! Grammar of Revplay playbooks: text to syntax nodes, tokens and mistakes. It knows no meaning and no codes.
//!
//! How a text is read: [`tokens`] (a flat pest rule) finds words, comments and blanks; `layout` decides which
//! newlines end an item; `braces` finds where items begin and end; `repair` mends spellings that are never right;
//! then the pest grammar reads item by item, and where it fails, line by line (`recover`). `pasted` recognises what is
//! no playbook at all, `foreign` what people write elsewhere, and `attempt` tries whether one word mends a line.

pub mod error;
pub mod limits;
pub mod node;
pub mod span;
pub mod tokens;

mod attempt;
mod braces;
mod expected;
mod foreign;
mod invisible;
mod layout;
mod pasted;
mod prepared;
mod recover;
mod remarks;
mod repair;
mod units;

pub use error::{Idiom, NumberStyle, Pasted, Problem, Quote, SyntaxError};
pub use invisible::is_hidden;
pub use node::Node;
pub use rules::Rule;
pub use span::{LineIndex, Span};
pub use tokens::{Token, TokenKind, tokens};

/// The rules of the grammar, generated from the `.pest` files.
#[allow(missing_docs)]
pub mod rules {
    /// The generated parser.
    #[derive(pest_derive::Parser)]
    #[grammar = "lexical.pest"]
    #[grammar = "keywords.pest"]
    #[grammar = "expressions.pest"]
    #[grammar = "declarations.pest"]
    pub struct PlaybookParser;
}

/// A text that was read.
#[derive(Clone, Debug, Default)]
pub struct Parse {
    /// Top-level items in order.
    pub items: Vec<ItemSyntax>,
    /// All tokens, comments and blanks too.
    pub tokens: Vec<Token>,
    /// Mistakes, by place.
    pub errors: Vec<SyntaxError>,
    /// Deepest nesting; work on the nodes through [`limits::with_stack`].
    pub nesting: usize,
    prepared: String,
}

/// A top-level item.
#[derive(Clone, Debug)]
pub struct ItemSyntax {
    /// Its place.
    pub span: Span,
    /// Its syntax; `None` if it could not be read, which is in the errors.
    pub node: Option<Node>,
    /// The second word, if it is a name: what an unreadable item probably defines.
    pub name: Option<Span>,
}

impl Parse {
    /// The text of a node as the grammar read it (slips mended, blanks for comments).
    pub fn text(&self, node: &Node) -> &str {
        node.at.of(&self.prepared)
    }
}

/// Reads a text. Never fails: what cannot be read is left out and reported.
pub fn parse(text: &str) -> Parse {
    let mut parse = Parse::default();
    if let Some(what) = pasted::whole(text) {
        parse.errors.push(SyntaxError::new(Problem::Pasted { what, whole: true }, Span::new(0, 0)));
        return parse;
    }
    if text.len() > limits::FILE_BYTES_MAX {
        parse.errors.push(SyntaxError::new(Problem::TooLarge, Span::new(0, 0)));
        return parse;
    }
    parse.tokens = tokens(text);
    let mut errors = Vec::new();
    remarks::foreign_comments(text, &mut parse.tokens, &mut errors);
    let words = layout::words(text, &parse.tokens);
    match limits::nesting(text, &words) {
        Ok(nesting) => parse.nesting = nesting,
        Err(place) => {
            parse.errors.push(SyntaxError::new(Problem::TooDeep, place));
            return parse;
        }
    }
    let mut repairs = repair::Repairs::default();
    layout::check_brackets(text, &words, &mut errors, &mut repairs.edits);
    repair::repair(text, &words, &mut repairs);
    invisible::look(text, &parse.tokens, &mut repairs);
    errors.append(&mut repairs.errors);
    let mut items = braces::items(text, &words, &mut errors, &mut repairs.edits);
    pasted::take(text, &words, &mut items, &mut errors);
    pasted::colon_blocks(text, &words, &mut items, &mut errors, &mut repairs.edits);
    repairs.edits.sort_by_key(|e| e.span.start);
    let mut hopeless: Vec<u32> = errors.iter().filter(|e| is_hopeless(&e.problem)).map(|e| e.span.start).collect();
    hopeless.sort_unstable();
    let base = layout::blanked(text, &words);
    let source = recover::Source {
        text,
        base: &base,
        words: &words,
        edits: &repairs.edits,
        hopeless: &hopeless,
        attempts: std::sync::atomic::AtomicU32::new(0),
        formulas: std::sync::Mutex::default(),
    };
    let nesting = parse.nesting;
    let read = limits::with_stack(nesting, || {
        let mut prepared = String::with_capacity(text.len());
        let mut read = Vec::with_capacity(items.len());
        for item in &items {
            let node = recover::read_item(&source, item, &mut prepared, &mut errors);
            let name = words.get(item.start + 1).filter(|w| w.is_name() && !w.line_first).map(|w| w.span);
            read.push(ItemSyntax { span: source.span(item), node, name });
        }
        (read, prepared, errors)
    });
    if let Some((items, prepared, errors)) = read {
        parse.items = items;
        parse.prepared = prepared;
        parse.errors = errors;
        recover::leave_out_signs(source.formulas.into_inner().unwrap_or_default(), &mut parse.errors);
    }
    displaced(text, &words, &mut parse);
    parse.errors.iter_mut().for_each(|e| keep_apart(text, e));
    parse.errors.sort_by_key(|e| (e.span.start, e.span.end));
    parse
}

/// A `let` inside of a block is out of place, but whoever reads its name should not hear of it again.
fn displaced(text: &str, words: &[layout::Word], parse: &mut Parse) {
    for error in &parse.errors {
        let Problem::UnknownClause { word, .. } = &error.problem else { continue };
        if !matches!(word.as_str(), "let" | "output" | "param") {
            continue;
        }
        let at = words.partition_point(|w| w.span.start < error.span.start);
        let name = words.get(at + 1).filter(|w| w.is_name() && w.span.end as usize <= text.len()).map(|w| w.span);
        parse.items.push(ItemSyntax { span: error.span, node: None, name });
    }
}

/// A word that is put in the place of a sign must not grow together with its neighbours.
fn keep_apart(text: &str, error: &mut SyntaxError) {
    let Some((span, replacement)) = error.mend.as_mut() else { return };
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let before = text.get(..span.start as usize).is_some_and(|t| t.ends_with(part));
    let behind = text.get(span.end as usize..).is_some_and(|t| t.starts_with(part));
    if matches!(error.problem, Problem::Invisible { .. }) {
        return;
    }
    if before && replacement.starts_with(part) {
        replacement.insert(0, ' ');
    }
    if behind && replacement.ends_with(part) {
        replacement.push(' ');
    }
}

/// Mistakes after which the rest of the line means nothing.
fn is_hopeless(problem: &Problem) -> bool {
    match problem {
        Problem::OpenQuote { .. } | Problem::OpenParen | Problem::Idiom { idiom: Idiom::ColonBlock, .. } => true,
        Problem::WordProcessor { wrote, .. } => {
            wrote.chars().count() == 1 && !matches!(wrote.as_str(), "−" | "–" | "—")
        }
        _ => false,
    }
}
