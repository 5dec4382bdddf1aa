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
    unreadable: BTreeMap<FileId, String>,
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

    /// Adds a file as it lies on the disk. One that is no text is added without any, and the check reports why.
    pub fn add_bytes(&mut self, path: &str, bytes: &[u8]) -> FileId {
        let (text, reason) = match text_of(bytes) {
            Ok(text) => (text, None),
            Err(reason) => (String::new(), Some(reason)),
        };
        let id = self.add(path, text);
        match reason {
            Some(reason) => _ = self.unreadable.insert(id, reason),
            None => _ = self.unreadable.remove(&id),
        }
        id
    }

    /// Why a file that was added is no text, if it is none.
    pub fn unreadable_reason(&self, id: FileId) -> Option<&str> {
        self.unreadable.get(&id).map(String::as_str)
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

/// The text of a file's bytes, a byte order mark left out; or why they are no text, with what to do, for people.
pub fn text_of(bytes: &[u8]) -> Result<String, String> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || looks_like_utf16(bytes) {
        return Err("the file is saved as UTF-16 (`Unicode`); save it again as UTF-8".to_string());
    }
    let known = [
        (&b"PK\x03\x04"[..], "a workbook or another packed file"),
        (b"\xd0\xcf\x11\xe0", "an old workbook or document"),
        (b"PAR1", "a Parquet file"),
        (b"ARROW1", "an Arrow file"),
        (b"\x1f\x8b", "a compressed file"),
        (b"\x28\xb5\x2f\xfd", "a compressed file"),
        (b"%PDF", "a PDF"),
    ];
    if let Some((_, what)) = known.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(format!("the file is {what}, not a text; a playbook is plain text in UTF-8"));
    }
    let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(plain) {
        Ok(text) => Ok(text.to_string()),
        Err(e) => {
            let line = plain.iter().take(e.valid_up_to()).filter(|b| **b == b'\n').count() + 1;
            Err(format!("line {line} holds a character that is not UTF-8; save the file again as UTF-8"))
        }
    }
}

/// Text without a mark in which every second byte is zero, as far as the first hundred bytes tell.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let start: Vec<u8> = bytes.iter().copied().take(100).collect();
    let zeros = |first: usize| start.iter().skip(first).step_by(2).filter(|b| **b == 0).count();
    start.len() >= 4 && zeros(0).max(zeros(1)) * 10 >= start.len() / 2 * 9
}
