//! Reads the rows of a file as tables, chunk by chunk.

use crate::cell::{Cell, ColumnBuffer};
use crate::columns::{Bound, ColumnReport, bind, find_mapping};
use crate::csv_blocks::CsvBlock;
use crate::csv_input::CsvInput;
use crate::csv_rows::CsvParser;
use crate::encoding::Encoding;
use crate::error::{IoError, reading};
use crate::format::{Format, Source};
use crate::found::Found;
use crate::json_input::{self, JsonRows};
use crate::loose::LooseInput;
use crate::output::OutputColumn;
use crate::parquet_input::ParquetInput;
use crate::parquet_input::batches::{BatchBlock, BatchParser};
use crate::rejects::{Reject, shown};
use crate::stream::Progress;
use crate::workbook_input::{self, SheetRows};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, SchemaRef};
use revplay_ir::program::{FieldId, Program, RecordId};
use revplay_runtime::table::Table;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How a file is read.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Separator of a CSV file; `None`: the one that a first line `sep=;` names, tab for `.tsv`, else the one found
    /// in the header (comma, semicolon, tab, bar).
    pub separator: Option<u8>,
    /// Encoding of a text file; `None`: the one found by a byte order mark or by the bytes.
    pub encoding: Option<Encoding>,
    /// Sheet of a workbook; `None`: the first.
    pub sheet: Option<String>,
    /// Hand over all columns of the source as they are, beside the table.
    pub keep: bool,
    /// How many threads may decode the file, beside those that parse its blocks; 0 and 1: the one that reads. Only
    /// Parquet needs more than one. What is read does not depend on it.
    pub threads: usize,
}

/// A number of rows.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// The good rows, with the columns that are needed.
    pub table: Table,
    /// All columns of the source for the good rows, as they stand there (CSV: text), if asked for.
    pub kept: Option<RecordBatch>,
    /// Bad cells and bad rows, in the order of the file. A row may have several.
    pub rejects: Vec<Reject>,
    /// How many rows the rejects are of.
    pub rejected_rows: u64,
    /// Row number in the file of each row of the table, from 1.
    pub numbers: Vec<u64>,
}

/// A number of rows that are read, perhaps not yet looked at: [`Parser::parse`] makes a [`Chunk`] of it.
#[derive(Debug)]
pub struct Block(Rows);

#[cfg(test)]
impl Block {
    pub(crate) fn of_csv(block: CsvBlock) -> Block {
        Block(Rows::Csv(block))
    }
}

#[derive(Debug)]
enum Rows {
    Csv(CsvBlock),
    Batch(BatchBlock),
    /// Nothing is left to do.
    Done(Box<Chunk>),
}

/// Makes chunks of the blocks of one file. Any number of threads may do so at the same time: what a chunk holds depends on
/// its block alone.
#[derive(Clone)]
pub struct Parser(Parsing);

#[derive(Clone)]
enum Parsing {
    Csv(Arc<CsvParser>),
    Batches(Arc<BatchParser>),
    /// Blocks hold chunks already.
    Nothing,
}

impl Parser {
    /// The rows of a block.
    ///
    /// # Errors
    /// E0609, which is a defect of ours.
    pub fn parse(&self, block: Block) -> Result<Chunk, IoError> {
        match (block.0, &self.0) {
            (Rows::Done(chunk), _) => Ok(*chunk),
            (Rows::Csv(block), Parsing::Csv(parser)) => parser.parse(block),
            (Rows::Batch(block), Parsing::Batches(parser)) => parser.parse(&block),
            (Rows::Csv(_) | Rows::Batch(_), _) => Err(reading::internal("", "a block of another file")),
        }
    }
}

/// A file whose columns are bound to the fields of a record.
pub struct Reader {
    input: Input,
    rows: RowIntake,
    report: ColumnReport,
    progress: Progress,
    parser: Parser,
    failed: Option<IoError>,
}

enum Input {
    Csv(Box<CsvInput>),
    /// Parquet or Arrow IPC.
    Batches(Box<ParquetInput>),
    Sheet(Box<LooseInput<SheetRows>>),
    Json(Box<LooseInput<JsonRows>>),
}

impl Input {
    fn open(source: &Source, format: Format, options: &ReadOptions) -> Result<(Input, Found, Progress), IoError> {
        if options.sheet.is_some() && format.is_text() {
            return Err(reading::no_sheets(&source.name(), &format.to_string()));
        }
        let typed = Found { format, ..Found::default() };
        Ok(match format {
            Format::Csv => {
                let (input, progress) = CsvInput::open(source, options)?;
                let found = input.found.clone();
                (Input::Csv(Box::new(input)), found, progress)
            }
            Format::Parquet => {
                let (input, progress) = ParquetInput::open(source, options)?;
                (Input::Batches(Box::new(input)), typed, progress)
            }
            Format::Arrow => {
                let (input, progress) = ParquetInput::open_arrow(source, options)?;
                (Input::Batches(Box::new(input)), typed, progress)
            }
            Format::Excel => {
                let (input, found, progress) = workbook_input::open(source, options)?;
                (Input::Sheet(Box::new(input)), found, progress)
            }
            Format::JsonLines => {
                let (input, found, progress) = json_input::open(source, options)?;
                (Input::Json(Box::new(input)), found, progress)
            }
        })
    }

    fn headers(&self) -> &[String] {
        match self {
            Input::Csv(input) => input.headers(),
            Input::Batches(input) => input.headers(),
            Input::Sheet(input) => input.headers(),
            Input::Json(input) => input.headers(),
        }
    }
}

impl Reader {
    /// Opens a file and binds its columns to the `needed` fields of the record; fields of other
    /// records are passed over. A column is found by the headers of the mapping (the first present
    /// wins), then by the field's name; both as written, then trimmed and in any case.
    ///
    /// # Errors
    /// E0601 to E0613 and E0617; see [`crate::CODES`].
    pub fn open(
        source: &Source,
        format: Format,
        program: &Arc<Program>,
        record: RecordId,
        mapping: Option<&str>,
        needed: &BTreeSet<FieldId>,
        options: &ReadOptions,
    ) -> Result<Reader, IoError> {
        let path = source.name();
        let Some(definition) = program.records.get(record.index()) else {
            return Err(reading::internal(&path, "the record is not in the program"));
        };
        let mapping = find_mapping(program, record, mapping, &path)?;
        let (mut input, found, progress) = Input::open(source, format, options)?;
        let (bound, report) = bind(program, definition, mapping, needed, input.headers(), &path)?;
        if let Input::Batches(input) = &mut input {
            let types =
                bound.iter().map(|b| definition.fields.get(b.position).and_then(|f| program.fields.get(f.index())));
            input.check_types(&bound, types)?;
        }
        let report = ColumnReport { found, ..report };
        let rows = RowIntake::new(record, definition.fields.len(), bound, path);
        let parser = match &input {
            Input::Csv(input) => Parsing::Csv(Arc::new(input.parser(&rows))),
            Input::Batches(input) => Parsing::Batches(Arc::new(input.parser(&rows))),
            Input::Sheet(_) | Input::Json(_) => Parsing::Nothing,
        };
        Ok(Reader { input, rows, report, progress, parser: Parser(parser), failed: None })
    }

    #[cfg(test)]
    pub(crate) fn headers(&self) -> &[String] {
        self.input.headers()
    }

    #[cfg(test)]
    pub(crate) fn intake(&mut self) -> &mut RowIntake {
        &mut self.rows
    }

    /// What became of the columns. The encoding of a text file may be corrected while its rows are read.
    pub fn columns(&self) -> &ColumnReport {
        &self.report
    }

    /// The columns that [`Chunk::kept`] will have; empty unless [`ReadOptions::keep`].
    pub fn kept_columns(&self) -> Vec<OutputColumn> {
        let schema: Option<SchemaRef> = match &self.input {
            Input::Csv(input) => input.kept_schema(),
            Input::Batches(input) => input.kept_schema(),
            Input::Sheet(input) => input.kept_schema(),
            Input::Json(input) => input.kept_schema(),
        };
        schema.iter().flat_map(|s| s.fields()).map(|field| OutputColumn::kept(field)).collect()
    }

    /// Reads up to `rows` rows (at least one); fewer where rows are large. `None` at the end of the
    /// file. A chunk may consist of rejects alone.
    ///
    /// # Errors
    /// E0602, E0608, E0610, E0611; the same again if called after an error.
    pub fn next_chunk(&mut self, rows: usize) -> Result<Option<Chunk>, IoError> {
        let parsed = self.next_block(rows).and_then(|block| block.map(|block| self.parser.parse(block)).transpose());
        self.remembering(parsed)
    }

    /// Reads rows as [`Reader::next_chunk`] does, and leaves as much of the work as possible to [`Parser::parse`].
    ///
    /// # Errors
    /// As [`Reader::next_chunk`].
    pub fn next_block(&mut self, rows: usize) -> Result<Option<Block>, IoError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let rows = rows.max(1);
        let chunk = match &mut self.input {
            Input::Csv(input) => {
                let block = input.next_block(rows).map(|block| block.map(|block| Block(Rows::Csv(block))));
                return self.remembering(block);
            }
            Input::Batches(input) => {
                let block = input.next_block(rows, &self.progress).map(|block| block.map(|b| Block(Rows::Batch(b))));
                return self.remembering(block);
            }
            Input::Sheet(input) => input.next_chunk(rows, &mut self.rows),
            Input::Json(input) => input.next_chunk(rows, &mut self.rows),
        };
        self.remembering(chunk.map(|chunk| chunk.map(|chunk| Block(Rows::Done(Box::new(chunk))))))
    }

    /// An error comes again at the next call.
    fn remembering<T>(&mut self, result: Result<T, IoError>) -> Result<T, IoError> {
        if let Some(encoding) = self.progress.encoding.get() {
            self.report.found.encoding = Some(*encoding);
        }
        if let Err(error) = &result {
            self.failed = Some(error.clone());
        }
        result
    }

    /// What turns blocks of this file into chunks.
    pub fn parser(&self) -> Parser {
        self.parser.clone()
    }

    /// Bytes of the source read so far (of a packed file: packed), for a progress bar.
    pub fn bytes_read(&self) -> u64 {
        self.progress.read()
    }

    /// Bytes of the source; `None` if not known (standard input).
    pub fn bytes_total(&self) -> Option<u64> {
        self.progress.total
    }
}

/// Takes rows cell by cell into the columns of a table; a row with a bad cell is taken back.
pub(crate) struct RowIntake {
    pub record: RecordId,
    /// Number of fields of the record.
    pub width: usize,
    pub bound: Arc<[Bound]>,
    pub path: String,
    columns: Vec<ColumnBuffer>,
    rejects: Vec<Reject>,
    rejected_rows: u64,
    numbers: Vec<u64>,
    /// Rows seen in the whole file.
    row: u64,
    /// Rejects before the row that is being taken.
    before: usize,
    line: u64,
}

impl RowIntake {
    fn new(record: RecordId, width: usize, bound: Vec<Bound>, path: String) -> RowIntake {
        RowIntake::starting(record, width, bound.into(), path, 0)
    }

    /// The same columns, for the rows after the first `row` of the file.
    pub(crate) fn at(&self, row: u64) -> RowIntake {
        RowIntake::starting(self.record, self.width, self.bound.clone(), self.path.clone(), row)
    }

    fn starting(record: RecordId, width: usize, bound: Arc<[Bound]>, path: String, row: u64) -> RowIntake {
        let columns = bound.iter().map(|b| b.intake.column()).collect();
        RowIntake {
            record,
            width,
            bound,
            path,
            columns,
            rejects: Vec::new(),
            rejected_rows: 0,
            numbers: Vec::new(),
            row,
            before: 0,
            line: 0,
        }
    }

    /// Begins the next row; `None` as its line: the row's number.
    pub(crate) fn begin(&mut self, line: Option<u64>) {
        self.row += 1;
        self.line = line.unwrap_or(self.row);
        self.before = self.rejects.len();
    }

    /// Takes the cell of a bound column. `None`: the file has no such column.
    pub(crate) fn take(&mut self, index: usize, given: Option<Cell<'_>>) {
        let (Some(bound), Some(column)) = (self.bound.get(index), self.columns.get_mut(index)) else { return };
        let taken = match given {
            Some(given) => bound.intake.take(given, column),
            None => bound.intake.take_missing(column),
        };
        if let Err(reason) = taken {
            let (header, field) = (bound.header.clone(), bound.field.clone());
            self.reject(header, field, given.map(shown).unwrap_or_default(), reason.into_owned());
        }
    }

    /// Rejects the row that is being taken, for a cell or (without column and field) as a whole.
    pub(crate) fn reject(&mut self, column: String, field: String, value: String, reason: String) {
        self.rejects.push(Reject { line: self.line, row: self.row, column, field, value, reason });
    }

    /// Ends the row: true if it was good.
    pub(crate) fn end(&mut self) -> bool {
        if self.rejects.len() == self.before {
            self.numbers.push(self.row);
            return true;
        }
        self.rejected_rows += 1;
        let rows = self.numbers.len();
        self.columns.iter_mut().for_each(|column| column.truncate(rows));
        false
    }

    /// Rows that are all good, with their columns in the order of the bound ones, as a chunk.
    pub(crate) fn finish_whole(&mut self, rows: usize, columns: Vec<ArrayRef>, kept: Option<RecordBatch>) -> Chunk {
        let before = self.row;
        self.row += rows as u64;
        let numbers = (before + 1..=self.row).collect();
        let mut table = Table { record: self.record, rows, columns: vec![None; self.width] };
        for (bound, array) in self.bound.iter().zip(columns) {
            if let Some(place) = table.columns.get_mut(bound.position) {
                *place = Some(array);
            }
        }
        Chunk { table, kept, rejects: Vec::new(), rejected_rows: 0, numbers }
    }

    /// The rows so far as a chunk.
    pub(crate) fn finish(&mut self, kept: Option<RecordBatch>) -> Result<Chunk, IoError> {
        let numbers = std::mem::take(&mut self.numbers);
        let mut table = Table { record: self.record, rows: numbers.len(), columns: vec![None; self.width] };
        for (bound, column) in self.bound.iter().zip(&mut self.columns) {
            let array = column.finish().map_err(|e| defect(&self.path, &e))?;
            if let Some(place) = table.columns.get_mut(bound.position) {
                *place = Some(array);
            }
        }
        let rejects = std::mem::take(&mut self.rejects);
        Ok(Chunk { table, kept, rejects, rejected_rows: std::mem::take(&mut self.rejected_rows), numbers })
    }
}

/// An error of Arrow that only a defect of ours can cause.
pub(crate) fn defect(path: &str, error: &ArrowError) -> IoError {
    reading::internal(path, &error.to_string())
}
