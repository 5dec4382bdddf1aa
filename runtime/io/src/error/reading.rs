//! Errors of inputs, one factory per wording.

use super::IoError;
use crate::limits;
use crate::names::{closest, listed};
use std::io;

/// E0601.
pub(crate) fn cannot_open(path: &str, error: &io::Error) -> IoError {
    let found = |text: &str| IoError::new("E0601", path, text);
    match error.kind() {
        io::ErrorKind::NotFound => {
            found("there is no such file").help("check the name, and the folder it is relative to")
        }
        io::ErrorKind::PermissionDenied => found("this file may not be read").help("ask for permission to read it"),
        io::ErrorKind::IsADirectory => is_folder(path),
        _ => found(&format!("the file cannot be opened: {}", lower_first(&error.to_string()))),
    }
}

/// E0601, for a folder.
pub(crate) fn is_folder(path: &str) -> IoError {
    IoError::new("E0601", path, "this is a folder, not a file").help("name one file in it")
}

/// E0602.
pub(crate) fn cannot_read(path: &str, error: &io::Error) -> IoError {
    IoError::new("E0602", path, format!("reading stopped: {}", lower_first(&error.to_string())))
        .help("check that the disk or the program that sends the data is still there, and run again")
}

/// E0603.
pub(crate) fn unknown_format(path: &str) -> IoError {
    let message = match path {
        "-" => "the format of standard input or output must be given".to_owned(),
        _ => "the ending of the file name does not say its format".to_owned(),
    };
    IoError::new("E0603", path, message)
        .help("name it `.csv`, `.tsv`, `.csv.gz`, `.tsv.gz` or `.parquet`, or give the format: `csv` or `parquet`")
}

/// E0603, for the first bytes of some other kind of file.
pub(crate) fn other_kind_of_file(path: &str, kind: &str, help: &str) -> IoError {
    IoError::new("E0603", path, format!("this is {kind}, not a CSV file")).help(help)
}

/// E0604.
pub(crate) fn no_header(path: &str) -> IoError {
    IoError::new("E0604", path, "the file is empty: not even a header line")
        .help("the first line must name the columns; a header without rows is fine")
}

/// E0605.
pub(crate) fn duplicate_header(path: &str, header: &str, positions: &[usize], headers: &[String]) -> IoError {
    let columns: Vec<String> = positions.iter().map(|p| (p + 1).to_string()).collect();
    IoError::new("E0605", path, format!("the header `{header}` stands over columns {}", columns.join(" and ")))
        .help(format!("rename all but one of them; the file has {}", listed(headers)))
}

/// E0606: no column for a field that must have one. `tried` are the headers of the mapping.
pub(crate) fn missing_column(path: &str, field: &str, tried: &[&str], headers: &[String]) -> IoError {
    let message = match tried {
        [] => format!("no column for the field `{field}`"),
        _ => format!("no column for the field `{field}`, which the mapping reads from {}", listed(tried)),
    };
    let near = std::iter::once(field).chain(tried.iter().copied()).find_map(|name| closest(name, headers));
    let hint = near.map(|header| format!("did you mean the column `{header}`? map it: `\"{header}\" -> {field}`; "));
    IoError::new("E0606", path, message).help(format!(
        "{}the file has {}; or give the field a default, or let it be missing with `?`",
        hint.unwrap_or_default(),
        listed(headers)
    ))
}

/// E0607.
pub(crate) fn utf16(path: &str) -> IoError {
    IoError::new("E0607", path, "the file is in UTF-16, not UTF-8")
        .help("save it again as `CSV UTF-8`, or convert it: `iconv -f UTF-16 -t UTF-8`")
}

/// E0607, where most lines cannot be read.
pub(crate) fn mostly_not_utf8(path: &str) -> IoError {
    IoError::new("E0607", path, "most of the file is not UTF-8 text; it may be in Windows-1252 or Latin-1")
        .help("save it again as `CSV UTF-8`, or convert it: `iconv -f WINDOWS-1252 -t UTF-8`")
}

/// E0607, where a header cannot be read.
pub(crate) fn header_not_utf8(path: &str, position: usize) -> IoError {
    let message = format!("the header of column {} is not UTF-8 text; the file may be in Windows-1252", position + 1);
    IoError::new("E0607", path, message)
        .help("save it again as `CSV UTF-8`, or convert it: `iconv -f WINDOWS-1252 -t UTF-8`")
}

/// E0608, for gzip.
pub(crate) fn damaged_gzip(path: &str) -> IoError {
    IoError::new("E0608", path, "the gzip data is cut off or damaged").help("copy or export the file again")
}

/// E0608, for Parquet.
pub(crate) fn damaged_parquet(path: &str, detail: &str) -> IoError {
    IoError::new("E0608", path, format!("the Parquet file is cut off or damaged: {}", lower_first(detail)))
        .help("copy or export the file again")
}

/// E0608, for a file that never was Parquet.
pub(crate) fn not_parquet(path: &str) -> IoError {
    IoError::new("E0608", path, "this is not a Parquet file, or it is cut off: its first or last bytes are not `PAR1`")
        .help("copy or export the file again; if it is a CSV file, say so: the format `csv`")
}

/// E0609.
pub(crate) fn column_type(path: &str, header: &str, holds: &str, field: &str, wants: &str) -> IoError {
    IoError::new("E0609", path, format!("the column `{header}` holds {holds}, but the field `{field}` is {wants}"))
        .help("change the type of the field, or export the column as text")
}

/// E0610, for a cell in a place such as `line 12`.
pub(crate) fn cell_too_large(path: &str, place: &str) -> IoError {
    let message = format!("{place}: a cell is larger than {} MB", limits::CELL_BYTES >> 20);
    IoError::new("E0610", path, message).help("a quote that is never closed can look like this; check that line")
}

/// E0610, for a row.
pub(crate) fn row_too_large(path: &str, line: u64) -> IoError {
    let message = format!("line {line}: the row is larger than {} MB", limits::ROW_BYTES >> 20);
    IoError::new("E0610", path, message).help("a quote that is never closed can look like this; check that line")
}

/// E0610, for columns.
pub(crate) fn too_many_columns(path: &str, line: u64) -> IoError {
    let message = format!("line {line}: more than {} columns", limits::COLUMNS);
    IoError::new("E0610", path, message).help("check the separator, or split the file")
}

/// E0611.
pub(crate) fn unclosed_quote(path: &str, line: u64) -> IoError {
    IoError::new("E0611", path, format!("line {line}: a quote is opened and never closed"))
        .help("all lines below it are inside that quote; close it, or double it (`\"\"`) if it belongs to the text")
}

/// E0612.
pub(crate) fn unknown_mapping(path: &str, name: &str, record: &str, names: &[String]) -> IoError {
    let help = match (closest(name, names), names) {
        (_, []) => format!("the record `{record}` has no mapping"),
        (Some(near), _) => format!("did you mean `{near}`? the record `{record}` has {}", listed(names)),
        (None, _) => format!("the record `{record}` has {}", listed(names)),
    };
    IoError::new("E0612", path, format!("the record `{record}` has no mapping `{name}`")).help(help)
}

/// E0613.
pub(crate) fn date_format(path: &str, format: &str, problem: &str) -> IoError {
    IoError::new("E0613", path, format!("the date format `{format}` {problem}")).help(
        "it is made of `yyyy` `yy` `mm` `m` `dd` `d` `hh` `h` `MM` or `mi` `ss` `am`, and signs: `dd.mm.yyyy hh:MM`",
    )
}

/// E0617.
pub(crate) fn unknown_zone(path: &str, zone: &str) -> IoError {
    IoError::new("E0617", path, format!("the time zone `{zone}` is not known"))
        .help("write a name such as `Europe/Berlin`, `America/New_York` or `UTC`")
}

/// E0699.
pub(crate) fn internal(path: &str, detail: &str) -> IoError {
    IoError::new("E0699", path, format!("this should not happen: {detail}"))
        .help("please report it with the file's header")
}

/// Messages of the operating system and of libraries start upper case; ours do not.
pub(crate) fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    let rest_is_lower = chars.clone().nth(1).is_none_or(|c| !c.is_uppercase());
    match chars.next() {
        Some(first) if rest_is_lower => first.to_lowercase().chain(chars).collect::<String>(),
        _ => text.to_owned(),
    }
    .trim_end_matches('.')
    .to_owned()
}
