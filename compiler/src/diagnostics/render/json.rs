//! Findings as a JSON array, for programs. Its form is stable: keys are only ever added.
//!
//! ```json
//! [{
//!   "file": "inbound.play", "line": 12, "column": 20, "end": { "line": 12, "column": 28 },
//!   "code": "E0201", "severity": "error", "message": "…", "help": "…",
//!   "fix": { "title": "…", "file": "…", "line": 12, "column": 20, "end": { … }, "replacement": "…" },
//!   "labels": [{ "file": "…", "line": 12, "column": 20, "end": { … }, "text": "…" }]
//! }]
//! ```
//!
//! Lines and columns count from 1, columns in characters; `end` is one past the last character.
//! `help` and `fix` are null where there is none. The first label is the place of the finding.

use super::{clamp, severity_word};
use crate::diagnostics::{Diagnostic, Fix, Label};
use crate::source::{FileId, FileSet};
use revplay_grammar::Span;
use serde::Serialize;

#[derive(Serialize)]
struct Finding<'a> {
    #[serde(flatten)]
    place: Option<Place<'a>>,
    code: &'a str,
    severity: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    fix: Option<Replacement<'a>>,
    labels: Vec<Labelled<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end: End,
}

#[derive(Serialize)]
struct End {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Replacement<'a> {
    title: &'a str,
    #[serde(flatten)]
    place: Option<Place<'a>>,
    replacement: &'a str,
}

#[derive(Serialize)]
struct Labelled<'a> {
    #[serde(flatten)]
    place: Option<Place<'a>>,
    text: &'a str,
}

/// Renders the array, one finding after the other, indented, with a final newline.
pub fn render_json(files: &FileSet, diagnostics: &[Diagnostic]) -> String {
    let findings: Vec<Finding> = diagnostics.iter().map(|d| finding(files, d)).collect();
    let mut text = serde_json::to_string_pretty(&findings).unwrap_or_else(|_| "[]".to_string());
    text.push('\n');
    text
}

fn finding<'a>(files: &'a FileSet, d: &'a Diagnostic) -> Finding<'a> {
    Finding {
        place: d.labels.first().and_then(|l| place(files, l.file, l.span)),
        code: d.code,
        severity: severity_word(d.severity),
        message: &d.message,
        help: d.help.as_deref(),
        fix: d.fix.as_ref().map(|f| replacement(files, f)),
        labels: d.labels.iter().map(|l| labelled(files, l)).collect(),
    }
}

fn replacement<'a>(files: &'a FileSet, fix: &'a Fix) -> Replacement<'a> {
    Replacement { title: &fix.title, place: place(files, fix.file, fix.span), replacement: &fix.replacement }
}

fn labelled<'a>(files: &'a FileSet, label: &'a Label) -> Labelled<'a> {
    Labelled { place: place(files, label.file, label.span), text: &label.text }
}

fn place(files: &FileSet, file: FileId, span: Span) -> Option<Place<'_>> {
    let file = files.get(file)?;
    let span = clamp(&file.text, span);
    let (line, column) = file.lines.line_column(&file.text, span.start);
    let (end_line, end_column) = file.lines.line_column(&file.text, span.end);
    Some(Place { file: &file.path, line, column, end: End { line: end_line, column: end_column } })
}
