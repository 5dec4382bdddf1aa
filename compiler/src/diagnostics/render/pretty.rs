//! Findings for people: the source with every label, the help and the code.
//! The only place that knows miette, which draws the excerpts; the rest of the form is ours.

use super::{Look, clamp, severity_word};
use crate::diagnostics::{Diagnostic, Label, Severity, codes};
use crate::source::{FileId, FileSet, SourceFile};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, SourceCode, SourceSpan, SpanContents};
use revplay_grammar::Span;
use std::borrow::Cow;
use std::fmt;

/// A label over more lines than this shows its first line only.
const LINES_MAX: usize = 6;
/// A line longer than this is not drawn (a table of data on one line, a minified file).
const LINE_BYTES_MAX: usize = 1_000;

/// Renders findings with their source, and a last line that says where to read about their codes.
pub fn render_pretty(files: &FileSet, diagnostics: &[Diagnostic], look: Look) -> String {
    let mut out = String::new();
    for d in diagnostics {
        render_one(&mut out, files, d, look);
        out.push('\n');
    }
    let mut codes: Vec<&str> = diagnostics.iter().map(|d| d.code).collect();
    codes.sort_unstable();
    codes.dedup();
    if !codes.is_empty() {
        let dim = Paint::new(look, "2");
        let list = codes.iter().take(5).copied().collect::<Vec<_>>().join(" ");
        out.push_str(&format!("{dim}for more: revplay explain-code {list}{dim:#}\n"));
    }
    out
}

fn render_one(out: &mut String, files: &FileSet, d: &Diagnostic, look: Look) {
    let head = Paint::new(look, severity_ansi(d.severity));
    let bold = Paint::new(look, "1");
    out.push_str(&format!("{head}{}[{}]{head:#}{bold}: {}{bold:#}\n", severity_word(d.severity), d.code, d.message));
    for file in files_of(d) {
        let Some(source) = files.get(file) else { continue };
        if codes::WITHOUT_EXCERPT.contains(&d.code) {
            render_place_only(out, source, d, file);
        } else {
            render_excerpt(out, &printable(source), d, file, look);
        }
    }
    let help = Paint::new(look, "36");
    for text in advice(d) {
        let indented = wrap(&text, look.width.saturating_sub(8)).join("\n        ");
        out.push_str(&format!("  {help}help{help:#}: {indented}\n"));
    }
}

/// The file with its control and hidden characters blotted out byte by byte: a playbook must not steer the terminal,
/// and a line must look like what it says.
fn printable(source: &SourceFile) -> Cow<'_, SourceFile> {
    let steers = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t') || revplay_grammar::is_hidden(c);
    if !source.text.contains(steers) {
        return Cow::Borrowed(source);
    }
    let mut text = String::with_capacity(source.text.len());
    for c in source.text.chars() {
        if steers(c) {
            (0..c.len_utf8()).for_each(|_| text.push('?'));
        } else {
            text.push(c);
        }
    }
    Cow::Owned(SourceFile { text, ..source.clone() })
}

/// The files of the labels, the place's first.
fn files_of(d: &Diagnostic) -> Vec<FileId> {
    let mut files = Vec::new();
    for label in &d.labels {
        if !files.contains(&label.file) {
            files.push(label.file);
        }
    }
    files
}

/// The help, and the fix where the help does not already say it.
fn advice(d: &Diagnostic) -> Vec<String> {
    let mut lines: Vec<String> = d.help.iter().cloned().collect();
    if let Some(fix) = &d.fix {
        let said = lines.iter().any(|l| l.contains(&fix.title) || l.contains(&format!("`{}`", fix.replacement)));
        if !said {
            lines.push(fix.title.clone());
        }
    }
    lines
}

/// Draws the lines of one file that the labels of a finding touch.
fn render_excerpt(out: &mut String, source: &SourceFile, d: &Diagnostic, file: FileId, look: Look) {
    let primary = d.labels.first();
    let mut labels: Vec<(LabeledSpan, bool)> = Vec::new();
    for label in d.labels.iter().filter(|l| l.file == file) {
        let is_place = primary.is_some_and(|p| std::ptr::eq(p, label));
        let span = shown(&source.text, label.span);
        let text = if label.text.is_empty() { None } else { Some(label.text.clone()) };
        let (start, length) = (span.start as usize, (span.end - span.start) as usize);
        let drawn = if is_place {
            LabeledSpan::new_primary_with_span(text, (start, length))
        } else {
            LabeledSpan::new(text, start, length)
        };
        labels.push((drawn, is_place));
    }
    if labels.iter().any(|(l, _)| in_long_line(&source.text, l.offset())) {
        render_place_only(out, source, d, file);
        return;
    }
    labels.sort_by_key(|(l, _)| l.offset());
    let excerpt = Excerpt { source, labels: labels.iter().map(|(l, _)| l.clone()).collect() };
    let handler = GraphicalReportHandler::new_themed(theme(d.severity, &labels, look))
        .with_width(look.width)
        .with_wrap_lines(false)
        .with_context_lines(1)
        .with_links(false)
        .without_syntax_highlighting();
    let mut drawn = String::new();
    if handler.render_report(&mut drawn, &excerpt).is_ok() {
        // The first line is miette's own header with an empty message.
        let body = drawn.split_once('\n').map_or("", |(_, body)| body);
        for line in body.lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}

/// For a line too long to draw: the place and the label's text.
fn render_place_only(out: &mut String, source: &SourceFile, d: &Diagnostic, file: FileId) {
    for label in d.labels.iter().filter(|l: &&Label| l.file == file) {
        let span = clamp(&source.text, label.span);
        let (line, column) = source.lines.line_column(&source.text, span.start);
        out.push_str(&format!("  at {}:{line}:{column}", source.path));
        if !label.text.is_empty() {
            out.push_str(&format!(": {}", label.text));
        }
        out.push('\n');
    }
}

/// The span as it is drawn: inside the text; at the end of the last line rather than after the last
/// newline; only its first line if it covers many.
fn shown(text: &str, span: Span) -> Span {
    let span = clamp(text, span);
    let (mut start, mut end) = (span.start as usize, span.end as usize);
    if start >= text.trim_end().len() {
        start = text.trim_end().len();
        end = start;
    }
    let piece = text.get(start..end).unwrap_or("");
    if piece.lines().nth(LINES_MAX).is_some() {
        end = start + piece.lines().next().unwrap_or("").trim_end().len();
    } else {
        end = start + piece.trim_end().len();
    }
    Span::new(start, end.max(start))
}

fn in_long_line(text: &str, offset: usize) -> bool {
    let offset = offset.min(text.len());
    let start = text.get(..offset).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
    let end = text.get(offset..).and_then(|t| t.find('\n')).map_or(text.len(), |i| offset + i);
    end - start > LINE_BYTES_MAX
}

/// The place in the severity's colour, other labels in blue.
fn theme(severity: Severity, labels: &[(LabeledSpan, bool)], look: Look) -> GraphicalTheme {
    if !look.colour {
        return GraphicalTheme::unicode_nocolor();
    }
    let mut theme = GraphicalTheme::unicode();
    let place = match severity {
        Severity::Error => theme.styles.error,
        Severity::Warning => theme.styles.warning,
        Severity::Note => theme.styles.advice,
    };
    let other = theme.styles.help;
    theme.styles.highlights = labels.iter().map(|(_, is_place)| if *is_place { place } else { other }).collect();
    theme.styles.link = theme.styles.linum;
    theme
}

fn severity_ansi(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Note => "1;36",
    }
}

/// An ANSI style that prints itself, and its end with `{:#}`; nothing without colour.
struct Paint(Option<&'static str>);

impl Paint {
    fn new(look: Look, code: &'static str) -> Paint {
        Paint(look.colour.then_some(code))
    }
}

impl fmt::Display for Paint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, f.alternate()) {
            (Some(_), true) => f.write_str("\u{1b}[0m"),
            (Some(code), false) => write!(f, "\u{1b}[{code}m"),
            (None, _) => Ok(()),
        }
    }
}

/// Breaks a text at blanks, so that no line has more characters than `width` but where a single word does; line breaks
/// of the text stay.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(20);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let indent = paragraph.len() - paragraph.trim_start().len();
        let mut line = paragraph.get(..indent).unwrap_or("").to_string();
        let mut empty = true;
        for word in paragraph.split_whitespace() {
            if !empty && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        lines.push(line);
    }
    lines
}

/// What miette draws: the labels of one file, without a message of their own.
#[derive(Debug)]
struct Excerpt<'a> {
    source: &'a SourceFile,
    labels: Vec<LabeledSpan>,
}

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Excerpt<'_> {}

impl miette::Diagnostic for Excerpt<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

impl SourceCode for Excerpt<'_> {
    fn read_span<'b>(
        &'b self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let text = self.source.text.as_str();
        let (mut start, mut end) = (span.offset().min(text.len()), (span.offset() + span.len()).min(text.len()));
        let mut column = 0;
        if before == 0 && after == 0 {
            column = self.source.lines.line_column(text, start as u32).1 as usize - 1;
        } else {
            start = back(text, start, before);
            end = forward(text, end, after);
        }
        let line = self.source.lines.line(start as u32) as usize - 1;
        let piece = text.get(start..end).ok_or(MietteError::OutOfBounds)?;
        Ok(Box::new(miette::MietteSpanContents::new_named(
            self.source.path.clone(),
            piece.as_bytes(),
            (start, end - start).into(),
            line,
            column,
            piece.lines().count(),
        )))
    }
}

/// Start of the line that lies `lines` above the one of `offset`.
fn back(text: &str, offset: usize, lines: usize) -> usize {
    let mut start = offset;
    for step in 0..=lines {
        let upto = if step == 0 { start } else { start.saturating_sub(1) };
        start = text.get(..upto).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
    }
    start
}

/// End (with its newline) of the line that lies `lines` below the one of `offset`.
fn forward(text: &str, offset: usize, lines: usize) -> usize {
    let mut end = offset;
    for _ in 0..=lines {
        end = text.get(end..).and_then(|t| t.find('\n')).map_or(text.len(), |i| end + i + 1);
    }
    end
}
