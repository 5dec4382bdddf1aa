//! Kinds of files, and where they are read from and written to.

use crate::error::{IoError, reading};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Text with separators and a header line; gzip is recognised when reading.
    Csv,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// The format that a file name's ending says: `.csv`, `.tsv`, `.txt` and these with `.gz`, `.parquet`, `.pq`;
    /// in any case. `None` for every other ending and for `-`.
    pub fn of_name(name: &str) -> Option<Format> {
        let name = name.to_ascii_lowercase();
        let plain = name.strip_suffix(".gz").unwrap_or(&name);
        if [".csv", ".tsv", ".txt"].iter().any(|ending| plain.ends_with(ending)) {
            return Some(Format::Csv);
        }
        [".parquet", ".pq"].iter().any(|ending| name.ends_with(ending)).then_some(Format::Parquet)
    }

    /// The given format, else the one that the name says.
    ///
    /// # Errors
    /// E0603 if neither says one.
    pub fn of(name: &str, given: Option<Format>) -> Result<Format, IoError> {
        given.or_else(|| Format::of_name(name)).ok_or_else(|| reading::unknown_format(name))
    }
}

/// `csv` or `parquet`.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Csv => "csv",
            Format::Parquet => "parquet",
        })
    }
}

/// `csv` or `parquet`, in any case.
impl std::str::FromStr for Format {
    type Err = IoError;

    fn from_str(text: &str) -> Result<Format, IoError> {
        match text.to_ascii_lowercase().as_str() {
            "csv" => Ok(Format::Csv),
            "parquet" => Ok(Format::Parquet),
            _ => Err(reading::unknown_format(text)),
        }
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

/// The separator that the ending of a name says: tab for `.tsv` and `.tsv.gz`.
pub(crate) fn separator_of_name(name: &str) -> Option<u8> {
    let name = name.to_ascii_lowercase();
    name.strip_suffix(".gz").unwrap_or(&name).ends_with(".tsv").then_some(b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_says_the_format() {
        for name in ["a.csv", "a.CSV", "a.csv.gz", "a.tsv", "x/a.tsv.gz", "a.txt"] {
            assert_eq!(Format::of_name(name), Some(Format::Csv), "{name}");
        }
        assert_eq!(Format::of_name("a.parquet"), Some(Format::Parquet));
        for name in ["-", "a", "a.parquet.gz", "a.xlsx", "csv"] {
            assert_eq!(Format::of(name, None).map_err(|e| e.code), Err("E0603"), "{name}");
        }
        assert_eq!(Format::of("-", Some(Format::Csv)), Ok(Format::Csv));
        assert_eq!(separator_of_name("A.TSV.gz"), Some(b'\t'));
    }
}
