//! The files of one compilation, in memory. The compiler does no IO: whoever calls it loads them.

use revplay_grammar::LineIndex;
use std::collections::BTreeMap;

/// Index of a file in its [`FileSet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A file's path (as the user would type it), text and line index.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path with `/`, normalised (`playbooks/inbound/inbound.play`).
    pub path: String,
    /// Its text.
    pub text: String,
    /// Line starts.
    pub lines: LineIndex,
}

/// All files that a compilation may read: playbooks, lists, calendars, tables.
#[derive(Clone, Debug, Default)]
pub struct FileSet {
    files: Vec<SourceFile>,
    by_path: BTreeMap<String, FileId>,
    missing: BTreeMap<String, String>,
}

impl FileSet {
    /// No files.
    pub fn new() -> FileSet {
        FileSet::default()
    }

    /// Adds a file under its normalised path and returns its id; the same path again replaces the text.
    pub fn add(&mut self, path: &str, text: String) -> FileId {
        let path = normalize(path);
        let lines = LineIndex::new(&text);
        if let Some(id) = self.by_path.get(&path).copied() {
            if let Some(file) = self.files.get_mut(id.0 as usize) {
                *file = SourceFile { path, text, lines };
            }
            return id;
        }
        let id = FileId(self.files.len() as u32);
        self.by_path.insert(path.clone(), id);
        self.files.push(SourceFile { path, text, lines });
        id
    }

    /// Remembers why a file could not be loaded, for the message at the `use` or `from` that names it.
    pub fn add_missing(&mut self, path: &str, reason: String) {
        self.missing.insert(normalize(path), reason);
    }

    /// Why a file could not be loaded, if that was recorded.
    pub fn missing_reason(&self, path: &str) -> Option<&str> {
        self.missing.get(&normalize(path)).map(String::as_str)
    }

    /// The file of an id.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The file at a path.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.by_path.get(&normalize(path)).copied()
    }

    /// The path named `reference` in the file `from`: relative to that file's folder.
    pub fn relative(&self, from: FileId, reference: &str) -> String {
        let base = self.get(from).map_or("", |f| f.path.as_str());
        let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
        if reference.starts_with('/') || folder.is_empty() {
            normalize(reference)
        } else {
            normalize(&format!("{folder}/{reference}"))
        }
    }

    /// All files in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(i, f)| (FileId(i as u32), f))
    }
}

/// Resolves `.` and `..` and backslashes in a path without looking at the disk.
pub fn normalize(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            "" if !parts.is_empty() => {}
            ".." if parts.last().is_some_and(|p| !p.is_empty() && *p != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}
