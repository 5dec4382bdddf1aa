//! Kinds of files, and where they are read from and written to.

use crate::error::{IoError, reading};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The kinds of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Text with separators and a header line.
    #[default]
    Csv,
    /// Apache Parquet.
    Parquet,
    /// One JSON object a line.
    JsonLines,
    /// An Excel workbook (`.xlsx`, `.xlsm`); read only.
    Excel,
    /// Apache Arrow IPC: a file (also called Feather) or, read only, a stream.
    Arrow,
}

/// Formats with their names and the endings of their files; text formats may be packed.
const FORMATS: [(Format, &[&str], &[&str]); 5] = [
    (Format::Csv, &["csv"], &[".csv", ".tsv", ".txt"]),
    (Format::Parquet, &["parquet"], &[".parquet", ".pq"]),
    (Format::JsonLines, &["jsonl", "ndjson", "json"], &[".jsonl", ".ndjson", ".json"]),
    (Format::Excel, &["xlsx", "excel"], &[".xlsx", ".xlsm"]),
    (Format::Arrow, &["arrow"], &[".arrow", ".feather", ".ipc"]),
];

impl Format {
    /// The format that a file name's ending says: `.csv`, `.tsv`, `.txt`, `.jsonl`, `.ndjson`, `.json` and these with
    /// `.gz` or `.zst`, `.parquet`, `.pq`, `.xlsx`, `.xlsm`, `.arrow`, `.feather`, `.ipc`; in any case. `None` for
    /// every other ending and for `-`.
    pub fn of_name(name: &str) -> Option<Format> {
        let name = name.to_ascii_lowercase();
        let plain = Packing::unpacked(&name);
        let ends = |name: &str, endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        let found =
            FORMATS.iter().find(|(format, _, endings)| ends(if format.is_text() { plain } else { &name }, endings));
        found.map(|(format, _, _)| *format)
    }

    /// The given format, else the one that the name says.
    ///
    /// # Errors
    /// E0603 if neither says one.
    pub fn of(name: &str, given: Option<Format>) -> Result<Format, IoError> {
        given.or_else(|| Format::of_name(name)).ok_or_else(|| reading::unknown_format(name))
    }

    /// The format that the first bytes of a file show (four are enough); text is CSV.
    pub fn of_start(start: &[u8]) -> Format {
        match start {
            [b'P', b'A', b'R', b'1', ..] => Format::Parquet,
            [b'P', b'K', 3, 4, ..] => Format::Excel,
            [b'A', b'R', b'R', b'O', ..] | [0xff, 0xff, 0xff, 0xff, ..] => Format::Arrow,
            [b'{', ..] => Format::JsonLines,
            _ => Format::Csv,
        }
    }

    /// Text, which has an encoding and may be packed.
    pub fn is_text(self) -> bool {
        match self {
            Format::Csv | Format::JsonLines => true,
            Format::Parquet | Format::Excel | Format::Arrow => false,
        }
    }
}

/// `csv`, `parquet`, `jsonl`, `xlsx` or `arrow`.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = FORMATS.iter().find(|(format, _, _)| format == self).and_then(|(_, names, _)| names.first());
        f.write_str(names.copied().unwrap_or_default())
    }
}

/// The names of [`Format`]'s display, in any case, and `ndjson`, `json`, `excel`.
impl std::str::FromStr for Format {
    type Err = IoError;

    fn from_str(text: &str) -> Result<Format, IoError> {
        let name = text.to_ascii_lowercase();
        let found = FORMATS.iter().find(|(_, names, _)| names.contains(&name.as_str()));
        found.map(|(format, _, _)| *format).ok_or_else(|| reading::unknown_format(text))
    }
}

/// How a text file is packed; recognised by its first bytes when reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    #[default]
    Plain,
    /// `.gz`
    Gzip,
    /// Zstandard, `.zst`
    Zstd,
}

impl Packing {
    /// The packing that the ending of a name says.
    pub fn of_name(name: &str) -> Packing {
        let name = name.to_ascii_lowercase();
        match () {
            () if name.ends_with(".gz") => Packing::Gzip,
            () if name.ends_with(".zst") => Packing::Zstd,
            () => Packing::Plain,
        }
    }

    pub(crate) fn of_start(start: &[u8]) -> Packing {
        match start {
            [0x1f, 0x8b, ..] => Packing::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Packing::Zstd,
            _ => Packing::Plain,
        }
    }

    /// The lower-case name without the ending of a packing.
    fn unpacked(name: &str) -> &str {
        name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(name)
    }
}

/// Where an input comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file.
    Path(PathBuf),
    /// Standard input.
    Stdin,
    /// Bytes in memory, with a name for messages.
    Memory(String, Arc<[u8]>),
}

impl Source {
    /// Standard input for `-`, else the file of that path.
    pub fn named(name: &str) -> Source {
        if name == "-" { Source::Stdin } else { Source::Path(PathBuf::from(name)) }
    }

    /// The name for messages.
    pub fn name(&self) -> String {
        match self {
            Source::Path(path) => path.display().to_string(),
            Source::Stdin => "-".to_owned(),
            Source::Memory(name, _) => name.clone(),
        }
    }
}

/// Where an output goes.
#[derive(Clone, Debug)]
pub enum Target {
    /// A file; it takes its name when it is whole.
    Path(PathBuf),
    /// Standard output.
    Stdout,
}

impl Target {
    /// Standard output for `-`, else the file of that path.
    pub fn named(name: &str) -> Target {
        if name == "-" { Target::Stdout } else { Target::Path(PathBuf::from(name)) }
    }

    /// The name for messages.
    pub fn name(&self) -> String {
        match self {
            Target::Path(path) => path.display().to_string(),
            Target::Stdout => "-".to_owned(),
        }
    }

    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Target::Path(path) => Some(path),
            Target::Stdout => None,
        }
    }
}

/// The separator that the ending of a name says: tab for `.tsv` and `.tsv.gz`, `.tsv.zst`.
pub(crate) fn separator_of_name(name: &str) -> Option<u8> {
    let name = name.to_ascii_lowercase();
    Packing::unpacked(&name).ends_with(".tsv").then_some(b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_says_the_format() {
        for name in ["a.csv", "a.CSV", "a.csv.gz", "a.tsv", "x/a.tsv.gz", "a.txt", "a.csv.zst"] {
            assert_eq!(Format::of_name(name), Some(Format::Csv), "{name}");
        }
        assert_eq!(Format::of_name("a.parquet"), Some(Format::Parquet));
        for name in ["-", "a", "a.parquet.gz", "a.xls", "csv"] {
            assert_eq!(Format::of(name, None).map_err(|e| e.code), Err("E0603"), "{name}");
        }
        assert_eq!(Format::of("-", Some(Format::Csv)), Ok(Format::Csv));
        for (name, format) in
            [("a.XLSX", Format::Excel), ("a.jsonl.gz", Format::JsonLines), ("a.feather", Format::Arrow)]
        {
            assert_eq!(Format::of_name(name), Some(format));
            assert_eq!(format.to_string().parse::<Format>(), Ok(format));
        }
        assert_eq!(Packing::of_name("a.csv.ZST"), Packing::Zstd);
        assert_eq!(separator_of_name("A.TSV.gz"), Some(b'\t'));
    }
}
