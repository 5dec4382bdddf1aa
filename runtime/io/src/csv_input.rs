//! CSV files: the header, and rows by chunks.

use crate::cell::{ColumnBuffer, Given, Taken};
use crate::csv_rows::{CsvRows, RawRow, RowFault};
use crate::error::{IoError, reading};
use crate::format::{Source, separator_of_name};
use crate::intake::NOT_TEXT;
use crate::limits;
use crate::reader::{Chunk, ReadOptions, RowIntake, defect};
use crate::rejects::shown;
use crate::stream::{Progress, TextStream, find_separator};
use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use revplay_ir::types::Type;
use std::borrow::Cow;
use std::sync::Arc;

/// A CSV file after its header.
pub(crate) struct CsvInput {
    rows: CsvRows,
    raw: RawRow,
    headers: Vec<String>,
    separator: u8,
    kept: Option<Kept>,
}

/// All columns as text.
struct Kept {
    schema: SchemaRef,
    columns: Vec<ColumnBuffer>,
}

impl CsvInput {
    /// Opens the source and reads its header.
    pub(crate) fn open(source: &Source, options: &ReadOptions) -> Result<(CsvInput, Progress), IoError> {
        let stream = TextStream::open(source)?;
        let (path, progress) = (stream.path.clone(), stream.progress.clone());
        let separator =
            options.separator.or_else(|| separator_of_name(&path)).unwrap_or_else(|| find_separator(&stream.sample));
        let mut rows = CsvRows::new(stream, separator);
        let mut raw = RawRow::default();
        if !rows.next_row(&mut raw)? {
            return Err(reading::no_header(&path));
        }
        if raw.fault == Some(RowFault::UnclosedQuote) {
            return Err(reading::unclosed_quote(&path, raw.line));
        }
        let mut headers = Vec::with_capacity(raw.len());
        for (position, cell) in raw.cells().enumerate() {
            let header = std::str::from_utf8(cell).map_err(|_| reading::header_not_utf8(&path, position))?;
            headers.push(header.to_owned());
        }
        let kept = options.keep.then(|| Kept::new(&headers));
        Ok((CsvInput { rows, raw, headers, separator, kept }, progress))
    }

    pub(crate) fn headers(&self) -> &[String] {
        &self.headers
    }

    pub(crate) fn kept_schema(&self) -> Option<SchemaRef> {
        self.kept.as_ref().map(|kept| kept.schema.clone())
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
            kept.push(&self.raw, text);
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

impl Kept {
    fn new(headers: &[String]) -> Kept {
        let fields: Vec<Field> = headers.iter().map(|h| Field::new(h.as_str(), DataType::Utf8, true)).collect();
        let columns = headers.iter().map(|_| ColumnBuffer::of(Type::Text)).collect();
        Kept { schema: Arc::new(Schema::new(fields)), columns }
    }

    fn push(&mut self, raw: &RawRow, text: &str) {
        for (index, column) in self.columns.iter_mut().enumerate() {
            match raw.cell_text(text, index) {
                "" => column.push_missing(),
                cell => column.push(&Taken::Text(Cow::Borrowed(cell))),
            }
        }
    }

    fn finish(&mut self, path: &str) -> Result<RecordBatch, IoError> {
        let rows = self.columns.first().map_or(0, ColumnBuffer::len);
        let arrays = self.columns.iter_mut().map(ColumnBuffer::finish).collect::<Result<Vec<_>, _>>();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        arrays
            .and_then(|arrays| RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options))
            .map_err(|e| defect(path, &e))
    }
}
