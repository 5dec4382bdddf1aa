//! CSV files: the header, and rows by chunks.

use crate::cell::Given;
use crate::csv_rows::{CsvRows, RawRow, RowFault};
use crate::error::{IoError, reading};
use crate::format::{Format, Source, separator_of_name};
use crate::found::Found;
use crate::intake::NOT_TEXT;
use crate::kept::Kept;
use crate::limits;
use crate::reader::{Chunk, ReadOptions, RowIntake};
use crate::rejects::shown;
use crate::stream::{Progress, TextStream, find_separator, separator_line};
use arrow_schema::SchemaRef;

/// A CSV file after its header.
pub(crate) struct CsvInput {
    rows: CsvRows,
    raw: RawRow,
    headers: Vec<String>,
    separator: u8,
    kept: Option<Kept>,
    pub(crate) found: Found,
}

impl CsvInput {
    /// Opens the source and reads its header.
    pub(crate) fn open(source: &Source, options: &ReadOptions) -> Result<(CsvInput, Progress), IoError> {
        let stream = TextStream::open(source, options.encoding)?;
        let (path, progress) = (stream.path.clone(), stream.progress.clone());
        let named = separator_line(&stream.sample);
        let separator = options
            .separator
            .or(named.map(|(sign, _)| sign))
            .or_else(|| separator_of_name(&path))
            .unwrap_or_else(|| find_separator(&stream.sample));
        let found = Found {
            format: Format::Csv,
            packing: stream.packing,
            encoding: Some(stream.encoding),
            separator: Some(char::from(separator)),
            sheet: None,
        };
        let mut rows = CsvRows::new(stream, separator);
        let mut raw = RawRow::default();
        let names_separator = named.is_some() && rows.next_row(&mut raw)?;
        if (named.is_some() && !names_separator) || !rows.next_row(&mut raw)? {
            return Err(reading::no_header(&path));
        }
        if raw.fault == Some(RowFault::UnclosedQuote) {
            return Err(reading::unclosed_quote(&path, raw.line));
        }
        let mut headers = Vec::with_capacity(raw.len());
        for (position, cell) in raw.cells().enumerate() {
            let header = std::str::from_utf8(cell).map_err(|_| reading::header_not_text(&path, position))?;
            headers.push(header.to_owned());
        }
        let kept = options.keep.then(|| Kept::new(&headers));
        Ok((CsvInput { rows, raw, headers, separator, kept, found }, progress))
    }

    pub(crate) fn headers(&self) -> &[String] {
        &self.headers
    }

    pub(crate) fn kept_schema(&self) -> Option<SchemaRef> {
        self.kept.as_ref().map(Kept::schema)
    }

    /// Rows up to a number or up to [`limits::CHUNK_BYTES`].
    pub(crate) fn next_chunk(&mut self, rows: usize, intake: &mut RowIntake) -> Result<Option<Chunk>, IoError> {
        let (mut count, mut bytes) = (0, 0);
        while count < rows && bytes < limits::CHUNK_BYTES && self.rows.next_row(&mut self.raw)? {
            count += 1;
            bytes += self.raw.size();
            self.take_row(intake);
        }
        if count == 0 {
            return Ok(None);
        }
        let kept = match &mut self.kept {
            Some(kept) => Some(kept.finish(&intake.path)?),
            None => None,
        };
        intake.finish(kept).map(Some)
    }

    fn take_row(&mut self, intake: &mut RowIntake) {
        intake.begin(Some(self.raw.line));
        if let Some(reason) = self.row_fault() {
            intake.reject(String::new(), String::new(), self.row_text(), reason);
            intake.end();
            return;
        }
        let text = self.raw.text();
        for index in 0..intake.bound.len() {
            let source = intake.bound.get(index).and_then(|b| b.source);
            let cell = source.map(|column| match text {
                Some(text) => Given::Text(self.raw.cell_text(text, column)),
                None => given(self.raw.cell(column)),
            });
            intake.take(index, cell);
        }
        if self.kept.is_some() && text.is_none() {
            self.check_kept(intake);
        }
        if intake.end()
            && let (Some(kept), Some(text)) = (&mut self.kept, text)
        {
            kept.push((0..).map(|column| Some(self.raw.cell_text(text, column))));
        }
    }

    /// Why the row cannot be laid under the header.
    fn row_fault(&self) -> Option<String> {
        match self.raw.fault {
            Some(RowFault::TextAfterQuote) => {
                return Some("text after a closing quote: double a quote inside text".to_owned());
            }
            Some(RowFault::UnclosedQuote) => return Some("a quote is opened and never closed".to_owned()),
            None => {}
        }
        let (cells, headers) = (self.raw.len(), self.headers.len());
        // Spreadsheets like to end rows with an empty cell more.
        let more = cells > headers && (headers..cells).any(|extra| !self.raw.cell(extra).is_empty());
        if cells >= headers && !more {
            return None;
        }
        let cells = if cells == 1 { "1 cell".to_owned() } else { format!("{cells} cells") };
        let columns = if headers == 1 { "1 column".to_owned() } else { format!("{headers} columns") };
        Some(format!("the row has {cells}, the header {columns}"))
    }

    /// The beginning of the row, for its reject.
    fn row_text(&self) -> String {
        let mut text = Vec::new();
        for (index, cell) in self.raw.cells().take(limits::SHOWN_CHARS).enumerate() {
            if index > 0 {
                text.push(self.separator);
            }
            text.extend_from_slice(cell.get(..limits::SHOWN_CHARS * 4).unwrap_or(cell));
            if text.len() > limits::SHOWN_CHARS * 4 {
                break;
            }
        }
        shown(given(&text))
    }

    /// A column that is kept is written out as it stands: it must be text, too.
    fn check_kept(&self, intake: &mut RowIntake) {
        for (column, header) in self.headers.iter().enumerate() {
            if let bad @ Given::NotText(_) = given(self.raw.cell(column))
                && intake.bound.iter().all(|b| b.source != Some(column))
            {
                let reason = NOT_TEXT.to_owned();
                intake.reject(header.trim().to_owned(), String::new(), shown(bad), reason);
            }
        }
    }
}

fn given(cell: &[u8]) -> Given<'_> {
    std::str::from_utf8(cell).map_or(Given::NotText(cell), Given::Text)
}
