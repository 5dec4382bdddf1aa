//! Turns findings into text. One renderer per format over plain data; sources are attached here.

use crate::diagnostics::{Diagnostic, Severity};
use crate::source::FileSet;
use revplay_grammar::Span;

pub mod json;
pub mod pretty;
pub mod short;

/// The formats of findings. `Short` and `Json` keep their form between versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: the source with all labels, the help, the code.
    Pretty,
    /// One line a finding: `path:line:col: error[E0301]: message`.
    Short,
    /// A JSON array, see [`json`].
    Json,
}

/// What the terminal can show. Only [`Format::Pretty`] looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Columns at which help is wrapped.
    pub width: usize,
    /// ANSI colours.
    pub colour: bool,
}

impl Default for Look {
    fn default() -> Look {
        Look { width: 100, colour: false }
    }
}

/// Renders findings in the given order. Without findings: empty text, for JSON `[]`.
pub fn render(files: &FileSet, diagnostics: &[Diagnostic], format: Format, look: Look) -> String {
    match format {
        Format::Pretty => pretty::render_pretty(files, diagnostics, look),
        Format::Short => short::render_short(files, diagnostics),
        Format::Json => json::render_json(files, diagnostics),
    }
}

/// The word of a severity, as every format prints it.
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// The span moved into the text and onto character boundaries, so that no renderer can trip over it.
fn clamp(text: &str, span: Span) -> Span {
    let start = boundary(text, span.start as usize);
    let end = boundary(text, span.end as usize).max(start);
    Span::new(start, end)
}

/// The last character boundary at or before an offset.
fn boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
