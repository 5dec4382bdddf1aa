//! What can go wrong with a file, and the one table of its codes.
//!
//! The factories are in [`crate::error::reading`] and [`crate::error::writing`]: one per code, so that
//! all wording stands in one place.

use std::fmt;

pub(crate) mod reading;
pub(crate) mod writing;

/// An error about a file as a whole. (A bad cell is no error: it is a [`crate::Reject`].)
///
/// The message is in the words of the person who runs the playbook: lower case, no final period,
/// names from files in backticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IoError {
    /// `E0601`; see [`CODES`].
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The file, as the caller named it; `-` for standard input or output.
    pub path: String,
}

impl IoError {
    pub(crate) fn new(code: &'static str, path: &str, message: impl Into<String>) -> IoError {
        IoError { code, message: message.into(), help: None, path: path.to_owned() }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> IoError {
        self.help = Some(help.into());
        self
    }

    /// The readable name of the code (`missing-column`).
    pub fn name(&self) -> &'static str {
        CODES.iter().find(|(code, _, _)| *code == self.code).map_or("internal", |(_, name, _)| name)
    }
}

/// `PATH: MESSAGE`, without code and help.
impl fmt::Display for IoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl std::error::Error for IoError {}

/// Every code: number, readable name, page in Markdown; sorted by number, a number is never reused.
pub const CODES: &[(&str, &str, &str)] = &[
    ("E0601", "cannot-open-input", include_str!("../docs/errors/E0601.md")),
    ("E0602", "cannot-read-input", include_str!("../docs/errors/E0602.md")),
    ("E0603", "unknown-format", include_str!("../docs/errors/E0603.md")),
    ("E0604", "no-header", include_str!("../docs/errors/E0604.md")),
    ("E0605", "duplicate-header", include_str!("../docs/errors/E0605.md")),
    ("E0606", "missing-column", include_str!("../docs/errors/E0606.md")),
    ("E0607", "unknown-encoding", include_str!("../docs/errors/E0607.md")),
    ("E0608", "damaged-input", include_str!("../docs/errors/E0608.md")),
    ("E0609", "column-type", include_str!("../docs/errors/E0609.md")),
    ("E0610", "input-too-large", include_str!("../docs/errors/E0610.md")),
    ("E0611", "unclosed-quote", include_str!("../docs/errors/E0611.md")),
    ("E0612", "unknown-mapping", include_str!("../docs/errors/E0612.md")),
    ("E0613", "date-format", include_str!("../docs/errors/E0613.md")),
    ("E0614", "cannot-create-output", include_str!("../docs/errors/E0614.md")),
    ("E0615", "cannot-write-output", include_str!("../docs/errors/E0615.md")),
    ("E0616", "output-value", include_str!("../docs/errors/E0616.md")),
    ("E0617", "unknown-zone", include_str!("../docs/errors/E0617.md")),
    ("E0618", "option-does-not-fit", include_str!("../docs/errors/E0618.md")),
    ("E0699", "internal", include_str!("../docs/errors/E0699.md")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_distinct_and_have_a_page() {
        for pair in CODES.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} before {}", pair[0].0, pair[1].0);
        }
        for (code, name, page) in CODES {
            assert!(page.starts_with(&format!("# {code}: {name}\n")), "{code}: first line of its page");
            for heading in ["## What it means", "## Why it stops", "## What to do"] {
                assert!(page.contains(heading), "{code}: {heading}");
            }
        }
    }
}
