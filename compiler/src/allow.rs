//! `# allow: NAME because REASON`: silences one kind of warning on the next line.

use crate::check::Unit;
use crate::diagnostics::codes::CODES;
use crate::diagnostics::{Diagnostic, Severity, lints};
use crate::source::FileSet;

/// Removes the warnings that an `# allow:` line silences; reports the lines that silence nothing.
pub fn apply(files: &FileSet, units: &[Unit], found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut used: Vec<Vec<bool>> = units.iter().map(|u| vec![false; u.allows.len()]).collect();
    let mut kept = Vec::with_capacity(found.len());
    for diagnostic in found {
        let silenced = diagnostic.severity != Severity::Error && silence(files, units, &mut used, &diagnostic);
        if !silenced {
            kept.push(diagnostic);
        }
    }
    let broken = kept.iter().any(|d| d.severity == Severity::Error);
    for (unit, used) in units.iter().zip(&used) {
        for (allow, used) in unit.allows.iter().zip(used) {
            // After an error some warnings are not looked for.
            if !used && !broken {
                kept.push(lints::unused_allow(unit.file, allow.lint.span, &allow.lint.text));
            }
        }
    }
    kept.sort_by_key(|d| d.labels.first().map(|l| (l.file, l.span.start)));
    kept
}

fn silence(files: &FileSet, units: &[Unit], used: &mut [Vec<bool>], diagnostic: &Diagnostic) -> bool {
    let Some(label) = diagnostic.labels.first() else { return false };
    let Some(line) = files.get(label.file).map(|f| f.lines.line(label.span.start)) else { return false };
    let name = CODES.iter().find(|c| c.code == diagnostic.code).map_or("", |c| c.name);
    for (unit, used) in units.iter().zip(used) {
        for (allow, used) in unit.allows.iter().zip(used) {
            let named = allow.lint.text == name || allow.lint.text == diagnostic.code;
            if unit.file == label.file && named && allow.line == line {
                *used = true;
                return true;
            }
        }
    }
    false
}
