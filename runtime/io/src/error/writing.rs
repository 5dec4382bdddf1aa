//! Errors of outputs, one factory per wording.

use super::IoError;
use super::reading::lower_first;
use std::io;

/// E0614.
pub(crate) fn cannot_create(path: &str, error: &io::Error) -> IoError {
    let found = |text: &str| IoError::new("E0614", path, text);
    match error.kind() {
        io::ErrorKind::NotFound => found("its folder does not exist").help("create the folder first"),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            found("nothing may be written into this folder").help("choose another folder, or ask for permission")
        }
        io::ErrorKind::NotADirectory => found("its folder is not a folder").help("check the path"),
        io::ErrorKind::IsADirectory => is_folder(path),
        _ => found(&format!("the file cannot be created: {}", lower_first(&error.to_string()))),
    }
}

/// E0614, for a folder.
pub(crate) fn is_folder(path: &str) -> IoError {
    IoError::new("E0614", path, "this is a folder, not a file").help("name a file in it")
}

/// E0615.
pub(crate) fn cannot_write(path: &str, error: &io::Error) -> IoError {
    let found = |text: &str| IoError::new("E0615", path, text);
    let left = left_behind(path);
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            found("the disk is full").help(format!("free some space and run again; {left}"))
        }
        io::ErrorKind::FileTooLarge => found("the file would become larger than is allowed here")
            .help(format!("raise the limit (`ulimit -f`) or write a packed file such as `.csv.gz`; {left}")),
        _ => found(&format!("writing stopped: {}", lower_first(&error.to_string()))).help(left),
    }
}

/// E0615, for a file that is written and cannot get its name.
pub(crate) fn cannot_name(path: &str, error: &io::Error) -> IoError {
    let found = |text: &str| IoError::new("E0615", path, text);
    match error.kind() {
        io::ErrorKind::NotFound => {
            found("its folder was there at first, and is gone").help("run again with a folder that stays")
        }
        io::ErrorKind::IsADirectory => found("a folder has taken its name meanwhile").help("name another file"),
        _ => cannot_write(path, error),
    }
}

/// What a failed write leaves: pipes and devices have no older result, and have taken a part of this one.
fn left_behind(path: &str) -> &'static str {
    let direct = path == "-" || std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir());
    if direct {
        "what came out before is not the whole result"
    } else {
        "nothing was left behind, an older result is untouched"
    }
}

/// E0615, for what the Parquet encoder reports.
pub(crate) fn cannot_encode(path: &str, detail: &str) -> IoError {
    IoError::new("E0615", path, format!("writing stopped: {}", lower_first(detail)))
        .help("nothing was left behind, an older result is untouched")
}

/// E0616, for two columns of one name.
pub(crate) fn duplicate_column(path: &str, name: &str) -> IoError {
    IoError::new("E0616", path, format!("two columns of the result are called `{name}`"))
        .help("rename the output of the playbook, or the column of the source that is kept")
}

/// E0616, for a value beyond what the format holds.
pub(crate) fn value_too_large(path: &str, column: &str, digits: u8) -> IoError {
    IoError::new("E0616", path, format!("a value of the column `{column}` has more than {digits} digits"))
        .help("write CSV, which has no such limit")
}

/// E0616, for a kept column that CSV cannot show.
pub(crate) fn no_text_form(path: &str, column: &str) -> IoError {
    IoError::new("E0616", path, format!("the kept column `{column}` cannot be written as CSV"))
        .help("write Parquet, or keep fewer columns of the source")
}

/// E0603, for a format that is only read.
pub(crate) fn read_only(path: &str) -> IoError {
    IoError::new("E0603", path, "Excel workbooks are read, but not written")
        .help("write `.csv`, which Excel opens, or `.jsonl`, `.parquet` or `.arrow`")
}
