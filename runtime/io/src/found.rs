//! What was found out about a file before its rows were read.

use crate::encoding::{Encoding, KnownBy};
use crate::format::{Format, Packing};

/// The form of a file: for the summary of a run, and for the question why it was read as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The kind of file.
    pub format: Format,
    /// How it is packed.
    pub packing: Packing,
    /// Encoding of a text file, and how it became known.
    pub encoding: Option<(Encoding, KnownBy)>,
    /// Separator of a CSV file.
    pub separator: Option<char>,
    /// The sheet of a workbook that is read, and the others.
    pub sheet: Option<(String, Vec<String>)>,
}

impl Found {
    /// One line for people: `CSV, Windows-1252 (found by its bytes), separated by semicolons, packed with gzip`.
    pub fn words(&self) -> String {
        let mut text = match self.format {
            Format::Csv => "CSV",
            Format::Parquet => "Parquet",
            Format::JsonLines => "JSON lines",
            Format::Excel => "Excel workbook",
            Format::Arrow => "Arrow IPC",
        }
        .to_owned();
        if let Some((encoding, by)) = self.encoding {
            let by = match by {
                KnownBy::Given => "as given",
                KnownBy::Mark => "by its byte order mark",
                KnownBy::Bytes => "by its bytes",
            };
            text.push_str(&format!(", {encoding} ({by})"));
        }
        if let Some(separator) = self.separator {
            text.push_str(&match separator {
                ',' => ", separated by commas".to_owned(),
                ';' => ", separated by semicolons".to_owned(),
                '\t' => ", separated by tabs".to_owned(),
                '|' => ", separated by bars".to_owned(),
                other => format!(", separated by `{other}`"),
            });
        }
        match self.packing {
            Packing::Plain => {}
            Packing::Gzip => text.push_str(", packed with gzip"),
            Packing::Zstd => text.push_str(", packed with Zstandard"),
        }
        if let Some((sheet, others)) = &self.sheet {
            text.push_str(&format!(", sheet `{sheet}`"));
            if !others.is_empty() {
                text.push_str(&format!(" (not read: {})", crate::names::listed(others)));
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_words() {
        let found = Found {
            packing: Packing::Gzip,
            encoding: Some((Encoding::named("latin1").unwrap(), KnownBy::Bytes)),
            separator: Some(';'),
            ..Found::default()
        };
        assert_eq!(found.words(), "CSV, Windows-1252 (by its bytes), separated by semicolons, packed with gzip");
        let sheet = Some(("Leads".to_owned(), vec!["Notes".to_owned()]));
        let found = Found { format: Format::Excel, sheet, ..Found::default() };
        assert_eq!(found.words(), "Excel workbook, sheet `Leads` (not read: `Notes`)");
    }
}
