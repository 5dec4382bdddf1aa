//! One line a finding, for editors and `grep`: `path:line:col: error[E0301]: message`.

use super::{clamp, severity_word};
use crate::diagnostics::Diagnostic;
use crate::source::FileSet;
use std::fmt::Write;

/// Renders one line a finding. A finding without a place begins with its severity.
pub fn render_short(files: &FileSet, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for d in diagnostics {
        if let Some((file, label)) = d.labels.first().and_then(|l| Some((files.get(l.file)?, l))) {
            let (line, column) = file.lines.line_column(&file.text, clamp(&file.text, label.span).start);
            let _ = write!(out, "{}:{line}:{column}: ", file.path);
        }
        let _ = writeln!(out, "{}[{}]: {}", severity_word(d.severity), d.code, one_line(&d.message));
    }
    out
}

/// The text without line breaks, so that a finding stays one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
