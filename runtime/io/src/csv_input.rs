//! CSV files: the header, and the rows by blocks.

use crate::csv_blocks::{CsvBlock, Cutter};
use crate::csv_cell::unquoted;
use crate::csv_index::CsvIndex;
use crate::csv_rows::CsvParser;
use crate::csv_scan::Signs;
use crate::error::{IoError, reading};
use crate::format::{Format, Source, separator_of_name};
use crate::found::Found;
use crate::intake::quick::Quick;
use crate::kept::Kept;
use crate::limits;
use crate::reader::{ReadOptions, RowIntake};
use crate::stream::{Progress, TextStream, find_separator, separator_line};
use arrow_schema::SchemaRef;

/// A CSV file after its header.
pub(crate) struct CsvInput {
    cutter: Cutter,
    headers: Vec<String>,
    separator: u8,
    kept: Option<SchemaRef>,
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
        let mut cutter = Cutter::new(stream, separator);
        if named.is_some() {
            cutter.cut(1, limits::CHUNK_BYTES)?.ok_or_else(|| reading::no_header(&path))?;
        }
        let header = cutter.cut(1, limits::CHUNK_BYTES)?.ok_or_else(|| reading::no_header(&path))?;
        let headers = headers(&header, separator, &path)?;
        cutter.count_rows_from_here();
        let kept = options.keep.then(|| Kept::new(&headers).schema());
        Ok((CsvInput { cutter, headers, separator, kept, found }, progress))
    }

    pub(crate) fn headers(&self) -> &[String] {
        &self.headers
    }

    pub(crate) fn kept_schema(&self) -> Option<SchemaRef> {
        self.kept.clone()
    }

    /// Whole rows up to a number, or to about [`limits::CHUNK_BYTES`].
    pub(crate) fn next_block(&mut self, rows: usize) -> Result<Option<CsvBlock>, IoError> {
        self.cutter.cut(rows, limits::CHUNK_BYTES)
    }

    /// What turns the blocks into chunks.
    pub(crate) fn parser(&self, intake: &RowIntake) -> CsvParser {
        CsvParser {
            record: intake.record,
            width: intake.width,
            quick: intake.bound.iter().map(|b| Quick::of(&b.intake)).collect(),
            sizes: intake.bound.iter().map(|_| Default::default()).collect(),
            bound: intake.bound.clone(),
            headers: self.headers.clone(),
            signs: Signs::new(self.separator),
            kept: self.kept.clone(),
            path: intake.path.clone(),
            spare: self.cutter.spare(),
        }
    }
}

/// The cells of the first row.
fn headers(block: &CsvBlock, separator: u8, path: &str) -> Result<Vec<String>, IoError> {
    let mut index = CsvIndex::new(Signs::new(separator));
    index.next_rows(block);
    let Some(row) = index.rows.first() else { return Err(reading::no_header(path)) };
    if block.open {
        return Err(reading::unclosed_quote(path, block.line + u64::from(row.line)));
    }
    let mut headers = Vec::with_capacity(row.cells as usize);
    for position in 0..row.cells as usize {
        let (start, end) = index.cell(row, position);
        let mut cell = Vec::new();
        unquoted(block.text.get(start..end).unwrap_or(&[]), &mut cell);
        headers.push(String::from_utf8(cell).map_err(|_| reading::header_not_text(path, position))?);
    }
    Ok(headers)
}
