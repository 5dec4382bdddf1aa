//! Compiler of Revplay playbooks: source text to a checked HIR to the decision program. No IO, no clock.
//!
//! | step | function | from | to | can fail? |
//! |---|---|---|---|---|
//! | 1 | [`units::parse_units`] | text | syntax trees with `Error` nodes | never; adds findings |
//! | 2 | [`check::check`] | syntax trees | [`hir::Hir`]: names are ids, expressions have types | never; adds findings |
//! | 3 | [`allow::apply`] | findings, `# allow:` lines | findings | never |
//! | 4 | [`lower::lower`] | HIR without errors | [`revplay_ir::program::Program`] | cannot |
//! | 5 | `revplay_ir::verify` | program | program | a failure is a bug of ours: E0901 |

pub mod allow;
pub mod ast;
pub mod check;
pub mod diagnostics;
pub mod hir;
pub mod holidays;
pub mod lower;
pub mod parse;
pub mod source;
pub mod suggest;
pub mod units;
pub mod walk;

use diagnostics::{Diagnostic, Severity, Sink};
use revplay_ir::program::Program;
use source::{FileId, FileSet};

pub use units::needed_files;

/// What a check found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Findings, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// The decision program, if there is no error.
    pub program: Option<Program>,
    /// The checked tree, errors included.
    pub hir: hir::Hir,
    /// The syntax trees; the first is the root's.
    pub units: Vec<check::Unit>,
}

/// Checks a file with all that it uses. Every file named by `use` or `from` must be in `files`
/// (see [`needed_files`]); one that is not is a finding.
pub fn check(files: &FileSet, root: FileId) -> Checked {
    let mut sink = Sink::default();
    let units = units::parse_units(files, root, &mut sink);
    let (hir, sink) = check::check(files, &units, sink);
    let mut diagnostics = allow::apply(files, &units, sink.finish());
    let clean = !diagnostics.iter().any(|d| d.severity == Severity::Error);
    let mut program = clean.then(|| lower::lower(&hir));
    if let Some(Err(reasons)) = program.as_ref().map(revplay_ir::verify::verify) {
        diagnostics.push(diagnostics::internal(root, &reasons));
        program = None;
    }
    Checked { diagnostics, program, hir, units }
}

/// A stage of the compilation that can be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Tokens with their places.
    Tokens,
    /// The syntax tree.
    Ast,
    /// The resolved and typed tree.
    Hir,
    /// The decision program.
    Ir,
}

/// Prints a stage of a file, for debugging and snapshots.
pub fn emit(files: &FileSet, root: FileId, stage: Stage) -> String {
    match stage {
        Stage::Tokens => files.get(root).map_or(String::new(), |f| parse::print_tokens(&f.text)),
        Stage::Ast => {
            let units = units::parse_units(files, root, &mut Sink::default());
            units.first().map_or(String::new(), |u| ast::print::tree(&u.tree))
        }
        Stage::Hir => hir::print::print_hir(&check(files, root).hir, files),
        Stage::Ir => check(files, root).program.map_or(String::new(), |p| revplay_ir::text::print(&p)),
    }
}
