//! Playbooks from the repository's disk, checked.

use revplay_compiler::diagnostics::{Diagnostic, Severity};
use revplay_compiler::source::{FileId, FileSet};
use revplay_compiler::{Checked, check, needed_files};
use revplay_ir::program::Program;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The repository's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The shared real data: `REVPLAY_TEST_DATA`, else `../shared/data` beside the repository. Says loudly if absent.
pub fn test_data() -> Option<PathBuf> {
    let folder = match std::env::var_os("REVPLAY_TEST_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => root().join("../shared/data"),
    };
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("NOT TESTED: there is no real data at {} (set REVPLAY_TEST_DATA)", folder.display());
    None
}

/// A playbook with its files.
pub struct Loaded {
    /// All files.
    pub files: FileSet,
    /// What the check found.
    pub checked: Checked,
}

impl Loaded {
    /// The findings as `path:line: code message`, for comparing.
    pub fn findings(&self) -> Vec<String> {
        self.checked.diagnostics.iter().map(|d| line(&self.files, d)).collect()
    }

    /// The errors among the findings.
    pub fn errors(&self) -> Vec<String> {
        let errors = self.checked.diagnostics.iter().filter(|d| d.severity == Severity::Error);
        errors.map(|d| line(&self.files, d)).collect()
    }

    /// The program; panics with the findings if there is none.
    pub fn program(&self) -> Arc<Program> {
        match &self.checked.program {
            Some(program) => Arc::new(program.clone()),
            None => panic!("does not compile:\n{}", self.findings().join("\n")),
        }
    }
}

fn line(files: &FileSet, d: &Diagnostic) -> String {
    let place = d.labels.first().and_then(|l| files.get(l.file).map(|f| (f, l.span)));
    let (path, line) = place.map_or(("", 0), |(f, s)| (f.path.as_str(), f.lines.line(s.start)));
    let label = d.labels.first().map_or("", |l| l.text.as_str());
    format!("{path}:{line}: {} {} [{label}] ({})", d.code, d.message, d.help.as_deref().unwrap_or("-"))
}

/// Checks a file of the repository with all that it uses.
pub fn file(path: &str) -> Loaded {
    let text = std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
    self::text(path, &text)
}

/// Checks another text in the place of a file of the repository.
pub fn text(path: &str, text: &str) -> Loaded {
    let mut files = FileSet::new();
    let id = files.add(path, text.to_string());
    finish(files, id, &root())
}

/// Gives a program the lines of another of the same shape.
pub fn copy_sites(program: &mut Program, of: &Program) {
    use revplay_ir::program::DecisionKind as Kind;
    for (mine, other) in program.decisions.iter_mut().zip(&of.decisions) {
        mine.site = other.site;
        match (&mut mine.kind, &other.kind) {
            (Kind::Score(a), Kind::Score(b)) => {
                for (a, b) in a.groups.iter_mut().zip(&b.groups) {
                    a.site = b.site;
                    a.rules.iter_mut().zip(&b.rules).for_each(|(a, b)| a.site = b.site);
                }
            }
            (Kind::Band(a), Kind::Band(b)) | (Kind::Journey(a), Kind::Journey(b)) => {
                a.rows.iter_mut().zip(&b.rows).for_each(|(a, b)| a.site = b.site);
            }
            (Kind::Recommend { rows: a, .. }, Kind::Recommend { rows: b, .. }) => {
                a.iter_mut().zip(b).for_each(|(a, b)| a.site = b.site);
            }
            (Kind::Table(a), Kind::Table(b)) => a.rows.iter_mut().zip(&b.rows).for_each(|(a, b)| a.site = b.site),
            (Kind::Route(a), Kind::Route(b)) => a.iter_mut().zip(b).for_each(|(a, b)| a.site = b.site),
            (Kind::Handoff(a), Kind::Handoff(b)) => {
                a.qualify.iter_mut().zip(&b.qualify).for_each(|(a, b)| a.2 = b.2);
            }
            (_, _) => {}
        }
    }
}

/// Checks a text that names no other files.
pub fn source(text: &str) -> Loaded {
    let mut files = FileSet::new();
    let id = files.add("test.play", text.to_string());
    finish(files, id, Path::new("/nonexistent"))
}

/// Checks a text with files beside it.
pub fn source_beside(text: &str, beside: &[(&str, &str)]) -> Loaded {
    let mut files = FileSet::new();
    let id = files.add("test.play", text.to_string());
    for (path, text) in beside {
        files.add(path, text.to_string());
    }
    finish(files, id, Path::new("/nonexistent"))
}

fn finish(mut files: FileSet, id: FileId, folder: &Path) -> Loaded {
    loop {
        let needed = needed_files(&files, id);
        if needed.is_empty() {
            break;
        }
        for path in needed {
            match std::fs::read_to_string(folder.join(&path)) {
                Ok(text) => {
                    files.add(&path, text);
                }
                Err(error) => files.add_missing(&path, error.to_string()),
            }
        }
    }
    let checked = check(&files, id);
    Loaded { files, checked }
}
