//! Playbooks from disk into memory: the only place that reads them.

use crate::exit::Failure;
use crate::near::nearest;
use revplay_compiler::source::{FileId, FileSet};
use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Greatest size of a file that a playbook is made of (itself, lists, calendars, tables), in bytes.
const FILE_BYTES_MAX: u64 = 16 << 20;
/// Folders below which no more are looked into, and entries that are looked at, when searching playbooks.
const DEPTH_MAX: usize = 40;
/// Greatest number of files of one playbook.
const FILES_MAX: usize = 1_000;

/// Every playbook among the paths: files as named, folders with all `*.play` below them.
/// Sorted within a folder, without repeats.
pub fn find_playbooks(paths: &[String]) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for path in paths {
        let below = if Path::new(path).is_dir() {
            let below = plays_below(Path::new(path));
            if below.is_empty() {
                return Err(Failure::new("E0802", "there is no playbook in this folder")
                    .about(path)
                    .help("playbooks are files whose name ends in `.play`"));
            }
            below
        } else {
            let file = PathBuf::from(path);
            if !file.exists() {
                return Err(no_such_playbook(path));
            }
            vec![file]
        };
        for file in below {
            let name = revplay_compiler::source::normalize(&file.to_string_lossy());
            if seen.insert(name.clone()) {
                found.push(name);
            }
        }
    }
    Ok(found)
}

/// The one playbook that an argument means: a file, or the only playbook in a folder.
pub fn find_playbook(path: &str) -> Result<String, Failure> {
    let named = Path::new(path);
    if !named.is_dir() {
        if !named.exists() {
            return Err(no_such_playbook(path));
        }
        return Ok(revplay_compiler::source::normalize(path));
    }
    let mut here: Vec<PathBuf> = entries(named).into_iter().filter(|p| is_play(p)).collect();
    here.sort();
    let with_header: Vec<String> = here.iter().filter(|p| is_playbook(p)).map(|p| shown(p)).collect();
    match with_header.as_slice() {
        [one] => Ok(one.clone()),
        [] => {
            let below: Vec<String> = plays_below(named).iter().filter(|p| is_playbook(p)).map(|p| shown(p)).collect();
            let failure = Failure::new("E0802", "there is no playbook in this folder").about(path);
            Err(match below.as_slice() {
                [] => failure.help("a playbook is a `.play` file with a line such as `playbook inbound for lead`"),
                some => {
                    failure.help(format!("below it there is {}", crate::near::listed(some.iter().map(String::as_str))))
                }
            })
        }
        several => Err(Failure::new("E0803", format!("this folder holds {} playbooks", several.len()))
            .about(path)
            .help(format!("name one of them: {}", crate::near::listed(several.iter().map(String::as_str))))),
    }
}

/// A playbook's root file and all files that it names, in memory.
pub fn load(files: &mut FileSet, path: &str) -> Result<FileId, Failure> {
    let text = read(Path::new(path), false).map_err(|reason| Failure::new("E0801", reason).about(path))?;
    let root = files.add(path, text);
    load_needed(files, root);
    Ok(root)
}

/// Adds what the root names with `use` and `from`, directly and through others, until nothing is missing.
/// What cannot be read is remembered with its reason, for the message at the place that names it.
pub fn load_needed(files: &mut FileSet, root: FileId) {
    let mut asked = BTreeSet::new();
    loop {
        let mut needed = revplay_compiler::needed_files(files, root);
        needed.retain(|path| asked.insert(path.clone()));
        if needed.is_empty() {
            return;
        }
        for path in needed {
            if files.iter().count() >= FILES_MAX {
                files.add_missing(&path, format!("a playbook may use at most {FILES_MAX} files"));
                continue;
            }
            match read(Path::new(&path), true) {
                Ok(text) => {
                    files.add(&path, text);
                }
                Err(reason) => files.add_missing(&path, reason),
            }
        }
    }
}

/// The text of a file, or why it cannot be had. A playbook may be a pipe; what it names must be an ordinary
/// file, so that no playbook can wait for ever.
fn read(path: &Path, ordinary: bool) -> Result<String, String> {
    let about = fs::metadata(path).map_err(|e| not_read(path, &e))?;
    if about.is_dir() {
        return Err("this is a folder, not a file".to_string());
    }
    if ordinary && !about.is_file() {
        return Err("this is not an ordinary file".to_string());
    }
    if about.len() > FILE_BYTES_MAX {
        return Err(format!("the file is larger than {} MB", FILE_BYTES_MAX >> 20));
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|e| not_read(path, &e))?;
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|e| not_read(path, &e))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(format!("the file is larger than {} MB", FILE_BYTES_MAX >> 20));
    }
    revplay_compiler::source::text_of(&bytes)
}

fn not_read(path: &Path, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => match similar(path) {
            Some(near) => format!("there is no such file; did you mean `{near}`?"),
            None => "there is no such file".to_string(),
        },
        std::io::ErrorKind::PermissionDenied => "this file may not be read".to_string(),
        _ => format!("the file cannot be read: {error}"),
    }
}

fn no_such_playbook(path: &str) -> Failure {
    let failure = Failure::new("E0801", "there is no such playbook").about(path);
    match similar(Path::new(path)) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("name a `.play` file, or a folder that holds one"),
    }
}

/// A file or folder with a similar name: in the same folder, else a playbook below it.
pub fn similar(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let mut folder = path.parent().unwrap_or(Path::new(""));
    let mut lost = false;
    while !folder.as_os_str().is_empty() && !folder.is_dir() {
        folder = folder.parent()?;
        lost = true;
    }
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let beside = if lost { Vec::new() } else { entries(folder) };
    let near = |candidates: &[PathBuf]| {
        let names: Vec<(String, &PathBuf)> =
            candidates.iter().filter_map(|p| Some((p.file_name()?.to_string_lossy().into_owned(), p))).collect();
        let with_ending = format!("{name}.play");
        let best = names.iter().find(|(n, _)| *n == name || *n == with_ending).or_else(|| {
            let near = nearest(&name, names.iter().map(|(n, _)| n.as_str()))?;
            names.iter().find(|(n, _)| n == near)
        });
        best.map(|(_, p)| shown(p))
    };
    near(&beside).or_else(|| near(&plays_below(folder)))
}

/// All `*.play` below a folder, sorted; hidden folders and links to folders are left out.
fn plays_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![(folder.to_path_buf(), 0)];
    while let Some((folder, depth)) = open.pop() {
        for entry in entries(&folder) {
            let is_folder = fs::symlink_metadata(&entry).is_ok_and(|m| m.is_dir());
            if is_folder && depth < DEPTH_MAX && !is_hidden(&entry) {
                open.push((entry, depth + 1));
            } else if !is_folder && is_play(&entry) {
                found.push(entry);
            }
        }
    }
    found.sort();
    found
}

/// The entries of a folder, sorted; none if it cannot be read.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    found.sort();
    found
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

fn is_play(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "play") && path.is_file()
}

/// Whether a file is a playbook, not only definitions for others.
fn is_playbook(path: &Path) -> bool {
    read(path, true).is_ok_and(|text| has_header(&text))
}

fn shown(path: &Path) -> String {
    revplay_compiler::source::normalize(&path.to_string_lossy())
}

/// Whether a text has a line that begins `playbook NAME`.
fn has_header(text: &str) -> bool {
    text.lines().any(|line| {
        let mut words = line.split_whitespace();
        words.next() == Some("playbook") && words.next().is_some()
    })
}
