//! Files of playbooks from the disk: the only place of this crate that reads any.

use revplay_compiler::needed_files;
use revplay_compiler::source::{FileId, FileSet};
use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// Greatest size of a file, in bytes.
const FILE_BYTES_MAX: u64 = 16 << 20;
/// Greatest number of files of one playbook.
const FILES_MAX: usize = 1_000;

/// Adds what the root names, directly and through others, until nothing is missing.
pub(super) fn read_needed(files: &mut FileSet, root: FileId) {
    let mut asked = BTreeSet::new();
    loop {
        let mut needed = needed_files(files, root);
        needed.retain(|path| asked.insert(path.clone()));
        if needed.is_empty() {
            return;
        }
        for path in needed {
            if files.iter().count() >= FILES_MAX {
                files.add_missing(&path, format!("a playbook may use at most {FILES_MAX} files"));
                continue;
            }
            match read(Path::new(&path)) {
                Ok(bytes) => _ = files.add_bytes(&path, &bytes),
                Err(reason) => files.add_missing(&path, reason),
            }
        }
    }
}

/// The bytes of an ordinary file (no pipe, so that nothing waits for ever), or why they cannot be had.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
    let too_large = || format!("the file is larger than {} MB", FILE_BYTES_MAX >> 20);
    let about = fs::metadata(path).map_err(|e| worded(&e))?;
    if about.is_dir() {
        return Err("this is a folder, not a file".to_owned());
    }
    if !about.is_file() {
        return Err("this is not an ordinary file".to_owned());
    }
    if about.len() > FILE_BYTES_MAX {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|e| worded(&e))?;
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|e| worded(&e))?;
    if bytes.len() as u64 > FILE_BYTES_MAX { Err(too_large()) } else { Ok(bytes) }
}

fn worded(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "this file may not be read".to_owned(),
        _ => format!("the file cannot be read: {error}"),
    }
}
