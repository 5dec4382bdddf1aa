//! From the text of one file to its syntax tree. Never fails: what could not be read is reported and left out.

use crate::ast;
use crate::diagnostics::Sink;
use crate::source::FileId;

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
    let _ = (file, text, sink);
    Parsed::default()
}
