//! Errors of inputs, one factory per wording.

use super::IoError;
use crate::format::Packing;
use crate::limits;
use crate::names::{closest, listed};
use std::cmp::Ordering;
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

/// E0602, for a file that is not the same at its end as at its beginning.
pub(crate) fn changed(path: &str, before: u64, after: u64) -> IoError {
    let message = match before.cmp(&after) {
        Ordering::Less => format!("the file grew from {before} to {after} bytes while it was read"),
        Ordering::Greater => format!("the file shrank from {before} to {after} bytes while it was read"),
        Ordering::Equal => "the file was written to while it was read".to_owned(),
    };
    IoError::new("E0602", path, message)
        .help("some program is writing it: wait until it is done, or make a copy and run on that")
}

/// E0603.
pub(crate) fn unknown_format(path: &str) -> IoError {
    let message = match path {
        "-" => "the format of standard input or output must be given".to_owned(),
        _ => "the ending of the file name does not say its format".to_owned(),
    };
    IoError::new("E0603", path, message)
        .help("name it `.csv`, `.tsv`, `.jsonl`, `.parquet`, `.xlsx` or `.arrow` (text also with `.gz` or `.zst`), or give the format: `csv`, `jsonl`, `parquet`, `xlsx` or `arrow`")
}

/// E0603, for the first bytes of some other kind of file.
pub(crate) fn other_kind_of_file(path: &str, kind: &str, help: &str) -> IoError {
    IoError::new("E0603", path, format!("this is {kind}, not text")).help(help)
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

/// E0606: no column for a field that must have one, where a mapping that was not asked for has one: its name and the
/// header.
pub(crate) fn mapping_not_given(path: &str, field: &str, mapping: &str, header: &str) -> IoError {
    IoError::new("E0606", path, format!("no column for the field `{field}`"))
        .help(format!("the mapping `{mapping}` reads it from `{header}`: add `--mapping {mapping}`"))
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

/// E0607, where the bytes fit neither UTF-8 nor Windows-1252.
pub(crate) fn unclear_encoding(path: &str) -> IoError {
    IoError::new("E0607", path, "the file is not UTF-8 text, and its bytes do not say what else it is").help(
        "give its encoding, such as `--encoding windows-1252` or `--encoding macintosh`, or save it as `CSV UTF-8`",
    )
}

/// E0607, where a header cannot be read.
pub(crate) fn header_not_text(path: &str, position: usize) -> IoError {
    let message = format!("the header of column {} is no text in the encoding that was found", position + 1);
    IoError::new("E0607", path, message).help("give the file's encoding, such as `--encoding windows-1252`")
}

/// E0618.
pub(crate) fn unknown_encoding(name: &str) -> IoError {
    IoError::new("E0618", name, "there is no encoding of this name")
        .help("names are such as `utf-8`, `windows-1252`, `latin1`, `utf-16le`, `macintosh`, `shift_jis`")
}

/// E0618, for a file that has no encoding.
pub(crate) fn no_encoding(path: &str, kind: &str) -> IoError {
    IoError::new("E0618", path, format!("a file of the format `{kind}` has no encoding that could be given"))
        .help("leave out --encoding")
}

/// E0618, for a file that has no sheets.
pub(crate) fn no_sheets(path: &str, kind: &str) -> IoError {
    IoError::new("E0618", path, format!("a file of the format `{kind}` has no sheets")).help("leave out --sheet")
}

/// E0618, for a sheet that is not there.
pub(crate) fn unknown_sheet(path: &str, sheet: &str, sheets: &[String]) -> IoError {
    let near = closest(sheet, sheets).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    IoError::new("E0618", path, format!("the workbook has no sheet `{sheet}`"))
        .help(format!("{near}it has {}", listed(sheets)))
}

/// E0608, for packed text.
pub(crate) fn damaged_packing(path: &str, packing: Packing) -> IoError {
    let name = match packing {
        Packing::Zstd => "Zstandard",
        Packing::Gzip | Packing::Plain => "gzip",
    };
    IoError::new("E0608", path, format!("the {name} data is cut off or damaged")).help("copy or export the file again")
}

/// E0608, for a binary file.
pub(crate) fn damaged(path: &str, kind: &str, detail: &str) -> IoError {
    IoError::new("E0608", path, format!("the {kind} is cut off or damaged: {}", lower_first(detail)))
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

/// E0603, for what is named as a workbook and is none.
pub(crate) fn not_workbook(path: &str) -> IoError {
    IoError::new("E0603", path, "this is no Excel workbook of the kind `.xlsx`")
        .help("open it in Excel and save it as `.xlsx`; if it is text, give the format `csv`")
}

/// E0603, for a JSON file that is one list.
pub(crate) fn json_array(path: &str) -> IoError {
    IoError::new("E0603", path, "this is one JSON list; one object a line is needed")
        .help("export it as JSON lines, or convert it: `jq -c '.[]' leads.json > leads.jsonl`")
}

/// E0610, for a workbook.
pub(crate) fn workbook_too_large(path: &str, megabytes: u64) -> IoError {
    IoError::new("E0610", path, format!("the workbook is larger than {megabytes} MB")).help("save the sheet as CSV")
}

/// E0603, for what is named as Arrow and is none.
pub(crate) fn not_arrow(path: &str) -> IoError {
    IoError::new("E0603", path, "this is no Arrow IPC file or stream")
        .help("write it as Arrow IPC (Feather, version 2); if it is text, give the format `csv`")
}
