//! The repository as files: what is in it, and what its pages hold.

use crate::load::root;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Paths of all files that belong to the repository, sorted, with `/` between folders: those that git knows or
/// would add; without git every file outside `target`.
pub fn files() -> Vec<String> {
    let arguments = ["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let listed = Command::new("git").current_dir(root()).args(arguments).output();
    let mut found: Vec<String> = match listed {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).split('\0').map(str::to_string).collect()
        }
        Ok(_) | Err(_) => walked(),
    };
    found.retain(|path| root().join(path).is_file());
    found.sort();
    found
}

fn walked() -> Vec<String> {
    let (mut found, mut folders) = (Vec::new(), vec![String::new()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root().join(&folder)).expect("a folder of the repository") {
            let entry = entry.expect("an entry");
            let path = format!("{folder}{}", entry.file_name().to_string_lossy());
            match entry.path().is_dir() {
                true if path != "target" && path != ".git" => folders.push(format!("{path}/")),
                true => {}
                false if path.ends_with(".snap.new") => {}
                false => found.push(path),
            }
        }
    }
    found
}

/// The text of a file of the repository.
#[track_caller]
pub fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// A fenced block of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// The words behind the three backticks.
    pub words: String,
    /// What stands inside.
    pub text: String,
    /// Line of the opening, from 1.
    pub line: usize,
}

/// The fenced blocks of a page, in order.
#[track_caller]
pub fn fences(page: &str) -> Vec<Fence> {
    let mut found = Vec::new();
    let mut open: Option<Fence> = None;
    for (index, line) in page.lines().enumerate() {
        match (&mut open, line.trim_start().strip_prefix("```")) {
            (None, Some(words)) => {
                open = Some(Fence { words: words.trim().to_string(), text: String::new(), line: index + 1 });
            }
            (None, None) => {}
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(fence), None) => {
                fence.text.push_str(line);
                fence.text.push('\n');
            }
        }
    }
    assert!(open.is_none(), "a fence is not closed: {open:?}");
    found
}

/// A page without its fenced blocks, line by line; the lines of the blocks are empty.
pub fn prose(page: &str) -> Vec<&str> {
    let mut inside = false;
    let mut line_of = |line| {
        let mark = str::trim_start(line).starts_with("```");
        inside ^= mark;
        if inside || mark { "" } else { line }
    };
    page.lines().map(&mut line_of).collect()
}

/// What stands between single backticks in a line of prose.
pub fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Targets of the links in a line of prose.
pub fn link_targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
}

/// The anchors of a page: its headings as GitHub makes them.
pub fn anchors(page: &str) -> BTreeSet<String> {
    let headings = prose(page).into_iter().filter(|l| l.starts_with('#'));
    headings.map(|l| anchor(l.trim_start_matches('#').trim())).collect()
}

fn anchor(heading: &str) -> String {
    let lower = heading.to_lowercase();
    let kept = lower.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>()
}

/// The folder of a path, with a final `/`; empty at the top.
pub fn folder_of(path: &str) -> &str {
    path.rfind('/').map_or("", |end| &path[..=end])
}

/// A path without `.` and `..`, with `/` between folders.
pub fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Whether something is there.
pub fn exists(path: &str) -> bool {
    Path::new(&root().join(path)).exists()
}
