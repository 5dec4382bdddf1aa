//! What can go wrong with a playbook, and with what is given to it. Nothing panics.

use revplay_compiler::diagnostics::render::{Format, Look, render, severity_word};
use revplay_compiler::diagnostics::{Diagnostic, Severity};
use revplay_compiler::source::FileSet;
use serde::Serialize;
use std::fmt;

/// A finding of the check, as data. `revplay explain-code CODE` shows the page of its code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Its stable code (`E0201`, `W0401`).
    pub code: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// The file, as it was named.
    pub file: String,
    /// Its line, from 1; 0 if it has no place.
    pub line: u32,
    /// Its column in characters, from 1; 0 if it has no place.
    pub column: u32,
    /// What is wrong, in the analyst's words.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Finding {
    fn of(files: &FileSet, diagnostic: &Diagnostic) -> Finding {
        let label = diagnostic.labels.first();
        let file = label.and_then(|l| files.get(l.file));
        let place = label.zip(file).map(|(l, f)| {
            let mut at = (l.span.start as usize).min(f.text.len());
            while !f.text.is_char_boundary(at) {
                at -= 1;
            }
            f.lines.line_column(&f.text, at as u32)
        });
        let (line, column) = place.unwrap_or((0, 0));
        Finding {
            code: diagnostic.code,
            severity: severity_word(diagnostic.severity),
            file: file.map(|f| f.path.clone()).unwrap_or_default(),
            line,
            column,
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
        }
    }

    pub(super) fn all(files: &FileSet, diagnostics: &[Diagnostic]) -> Vec<Finding> {
        diagnostics.iter().map(|d| Finding::of(files, d)).collect()
    }
}

/// A playbook that cannot run: every mistake that was found, in one pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// The errors and warnings by place; at least one is an error.
    pub findings: Vec<Finding>,
    /// The same for people, with the lines of the source, without colours.
    pub rendered: String,
}

impl CompileError {
    pub(super) fn of(files: &FileSet, diagnostics: &[Diagnostic]) -> CompileError {
        let rendered = render(files, diagnostics, Format::Pretty, Look::default());
        CompileError { findings: Finding::all(files, diagnostics), rendered }
    }

    /// A playbook that is no text of the language at all, or decides nothing.
    pub(super) fn of_file(code: &'static str, file: &str, message: &str, help: &str) -> CompileError {
        let finding = Finding {
            code,
            severity: severity_word(Severity::Error),
            file: file.to_owned(),
            line: 0,
            column: 0,
            message: message.to_owned(),
            help: Some(help.to_owned()),
        };
        let rendered = format!("error[{code}]: {file}: {message}\n  help: {help}\n");
        CompileError { findings: vec![finding], rendered }
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rendered.trim_end())
    }
}

impl std::error::Error for CompileError {}

/// A cell that cannot be used. Its record is rejected, never decided on something else (promise E2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// The row of the batch or the record of the array, from 0.
    pub row: usize,
    /// The column, as the data names it; the field if the data has none.
    pub column: String,
    /// The cell; empty if it is missing.
    pub value: String,
    /// Why it cannot be used.
    pub reason: String,
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}, column `{}`", self.row, self.column)?;
        if !self.value.is_empty() {
            write!(f, ", `{}`", self.value)?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// Why something could not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The playbook has mistakes.
    Playbook(CompileError),
    /// The playbook has nothing of this name.
    UnknownName {
        /// `field`, `output`, `record`, `mapping` or `parameter`.
        what: &'static str,
        /// The name.
        name: String,
        /// What there is.
        help: String,
    },
    /// A parameter's value is not of its type or outside its range.
    Parameter {
        /// Its name.
        name: String,
        /// Why.
        message: String,
    },
    /// A column as a whole cannot be used: missing, there twice, or of a type whose values never fit.
    Column {
        /// The column.
        column: String,
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
    /// Cells that cannot be used, at most the first [`REJECTS_MAX`](super::REJECTS_MAX).
    Rejected(Vec<Reject>),
    /// An output was asked for as another type than it has.
    OutputType {
        /// The output.
        name: String,
        /// What it is (`a date`).
        is: &'static str,
    },
    /// A text that is no JSON object and no array of objects.
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// A text that is no instant.
    Instant {
        /// The text.
        text: String,
        /// Why.
        message: String,
    },
    /// The engine cannot be made, see [`crate::error::Error`].
    Engine(crate::error::Error),
}

impl Error {
    /// The bad cells, if that is what it is.
    pub fn rejects(&self) -> &[Reject] {
        match self {
            Error::Rejected(rejects) => rejects,
            _ => &[],
        }
    }

    /// The error as a JSON object, for the answer of a service: `{"error": "…"}` with `findings`, `rejects` or `help`
    /// where there are any. Keys are only ever added.
    pub fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct Answer<'a> {
            error: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            help: Option<&'a str>,
            #[serde(skip_serializing_if = "<[Finding]>::is_empty")]
            findings: &'a [Finding],
            #[serde(skip_serializing_if = "<[Reject]>::is_empty")]
            rejects: &'a [Reject],
        }
        let (error, help, findings) = match self {
            Error::Playbook(e) => ("the playbook has mistakes".to_owned(), None, e.findings.as_slice()),
            Error::Rejected(_) => ("a cell cannot be used".to_owned(), None, &[][..]),
            Error::UnknownName { help, .. } | Error::Column { help, .. } => {
                (self.headline(), Some(help.as_str()), &[][..])
            }
            Error::Parameter { .. }
            | Error::OutputType { .. }
            | Error::Json { .. }
            | Error::Instant { .. }
            | Error::Engine(_) => (self.headline(), None, &[][..]),
        };
        let answer = Answer { error, help, findings, rejects: self.rejects() };
        serde_json::to_string(&answer).unwrap_or_else(|_| "{}".to_owned())
    }

    fn headline(&self) -> String {
        match self {
            Error::Playbook(e) => e.to_string(),
            Error::UnknownName { what, name, .. } => format!("the playbook has no {what} `{name}`"),
            Error::Parameter { name, message } => format!("parameter `{name}`: {message}"),
            Error::Column { column, message, .. } => format!("column `{column}`: {message}"),
            Error::Rejected(rejects) => match rejects.as_slice() {
                [] => "a cell cannot be used".to_owned(),
                [one] => one.to_string(),
                [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
            },
            Error::OutputType { name, is } => format!("the output `{name}` is {is}"),
            Error::Json { line, column, message } => format!("line {line}, column {column}: {message}"),
            Error::Instant { text, message } => format!("`{text}`: {message}"),
            Error::Engine(e) => e.to_string(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline())?;
        match self {
            Error::UnknownName { help, .. } | Error::Column { help, .. } if !help.is_empty() => write!(f, "; {help}"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

impl From<CompileError> for Error {
    fn from(e: CompileError) -> Error {
        Error::Playbook(e)
    }
}

impl From<crate::error::Error> for Error {
    fn from(e: crate::error::Error) -> Error {
        Error::Engine(e)
    }
}
