//! Findings as plain data. Phases make them through the factories in `diagnostics/*.rs`,
//! one factory per code; renderers in `diagnostics/render/` turn them into text.

use crate::source::FileId;
use revplay_grammar::Span;

pub mod codes;
pub mod decisions;
pub mod lints;
pub mod names;
pub mod render;
pub mod schema;
pub mod spelling;
pub mod syntax;
pub mod types;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The playbook cannot run.
    Error,
    /// It can run, and probably does not do what is meant.
    Warning,
    /// Worth knowing.
    Note,
}

/// A place with a short text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// File.
    pub file: FileId,
    /// Place.
    pub span: Span,
    /// What is there; may be empty.
    pub text: String,
}

/// A replacement that mends the finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does (`write \`=\``).
    pub title: String,
    /// File.
    pub file: FileId,
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub replacement: String,
}

/// A finding: message in the analyst's words, starting lower case, without a final period,
/// user text in backticks; `help` says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// `E0301`, `W0401`; see [`codes::CODES`].
    pub code: &'static str,
    /// From the table of codes.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The first label is the place; others explain.
    pub labels: Vec<Label>,
    /// What to write instead.
    pub help: Option<String>,
    /// A replacement, where one is known.
    pub fix: Option<Fix>,
    /// It says that something is absent, which may stand in a line that could not be read.
    pub absence: bool,
}

impl Diagnostic {
    /// A finding with its place. The severity comes from the code's first letter.
    pub fn new(code: &'static str, file: FileId, span: Span, message: impl Into<String>) -> Diagnostic {
        let severity = match code.as_bytes().first() {
            Some(b'W') => Severity::Warning,
            Some(b'N') => Severity::Note,
            _ => Severity::Error,
        };
        let labels = vec![Label { file, span, text: String::new() }];
        Diagnostic { code, severity, message: message.into(), labels, help: None, fix: None, absence: false }
    }

    /// Text at the place itself.
    pub fn here(mut self, text: impl Into<String>) -> Diagnostic {
        if let Some(label) = self.labels.first_mut() {
            label.text = text.into();
        }
        self
    }

    /// Another place.
    pub fn also(mut self, file: FileId, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { file, span, text: text.into() });
        self
    }

    /// It says that something is absent: stays unsaid where a line of the same definition could not be read.
    pub fn absent(mut self) -> Diagnostic {
        self.absence = true;
        self
    }

    /// What to do.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// A replacement in the same file as the place.
    pub fn fix(mut self, span: Span, title: impl Into<String>, replacement: impl Into<String>) -> Diagnostic {
        if let Some(label) = self.labels.first() {
            self.fix = Some(Fix { title: title.into(), file: label.file, span, replacement: replacement.into() });
        }
        self
    }
}

/// Collects findings; sorts by file and place, drops repeats of one code at one place.
#[derive(Clone, Debug, Default)]
pub struct Sink {
    found: Vec<Diagnostic>,
}

impl Sink {
    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// How many findings there are, for [`Sink::truncate`].
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// No findings.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Forgets all findings after the first `len`: an attempt that will be made again.
    pub fn truncate(&mut self, len: usize) {
        self.found.truncate(len);
    }

    /// Forgets every finding for which `keep` is not true.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.found.retain(keep);
    }

    /// All findings so far, as they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter()
    }

    /// Forgets warnings and notes, but no error, after the first `len`.
    pub fn forget_warnings_after(&mut self, len: usize) {
        let later = self.found.split_off(len.min(self.found.len()));
        self.found.extend(later.into_iter().filter(|d| d.severity == Severity::Error));
    }

    /// Whether an error was added.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|d| d.severity == Severity::Error)
    }

    /// All findings, sorted and without repeats.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|d| (d.labels.first().map(|l| (l.file, l.span.start, l.span.end)), d.code));
        self.found.dedup_by(|a, b| a.code == b.code && a.labels.first() == b.labels.first() && a.message == b.message);
        self.found
    }
}

/// E0901: the compiler made a program that its own verifier rejects.
pub fn internal(file: FileId, reasons: &[String]) -> Diagnostic {
    Diagnostic::new("E0901", file, Span::default(), "this is a mistake of Revplay itself, not of the playbook")
        .help(format!("please report it with the playbook and this text: {}", reasons.join("; ")))
}
