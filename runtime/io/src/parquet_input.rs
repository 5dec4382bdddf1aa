//! Parquet files (only the columns that are needed) and Arrow IPC files and streams, by chunks.

use crate::cell::Given;
use crate::columns::Bound;
use crate::error::{IoError, reading};
use crate::format::Source;
use crate::intake::type_words;
use crate::limits;
use crate::reader::{Chunk, ReadOptions, RowIntake, defect};
use crate::stream::{Progress, open_file};
use arrow_array::{BooleanArray, RecordBatch};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, Fields, SchemaRef};
use arrow_select::filter::filter_record_batch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use revplay_ir::program::Field;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use typed::TypedColumn;

pub(crate) mod typed;

/// Most rows that are decoded at a time.
const BATCH_ROWS: usize = 8192;

/// A Parquet file after its metadata.
pub(crate) struct ParquetInput {
    path: String,
    headers: Vec<String>,
    fields: Fields,
    keep: bool,
    schema: SchemaRef,
    /// Roots that are read, ascending; with `keep` all.
    wanted: Vec<usize>,
    decoder: Decoder,
    /// A batch that is not yet used up, with its columns and the next row of it.
    pending: Option<Pending>,
    total_rows: u64,
    rows_done: u64,
}

/// Where the batches come from.
enum Decoder {
    /// Before the columns are known that are needed.
    Waiting(Box<ParquetRecordBatchReaderBuilder<File>>),
    Parquet(Box<ParquetRecordBatchReader>),
    Arrow(Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>),
    Ended,
}

struct Pending {
    batch: RecordBatch,
    /// One per bound column of the file.
    columns: Vec<Option<TypedColumn>>,
    next: usize,
}

impl ParquetInput {
    /// Opens the source and reads its metadata. What is no file is copied to a temporary one first:
    /// a Parquet file is read from its end.
    pub(crate) fn open(source: &Source, options: &ReadOptions) -> Result<(ParquetInput, Progress), IoError> {
        let path = source.name();
        let (file, size) = match source {
            Source::Path(file) => open_file(file, &path)?,
            Source::Stdin => spooled(&mut std::io::stdin(), &path)?,
            Source::Memory(_, bytes) => spooled(&mut bytes.as_ref(), &path)?,
        };
        check_options(options, &path, "parquet")?;
        check_magic(&file, size, &path)?;
        let open = || ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| e.to_string());
        let builder = guarded(&path, PARQUET, open)?;
        let total_rows = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        let schema = builder.schema().clone();
        let input = ParquetInput::new(path, schema, Decoder::Waiting(Box::new(builder)), total_rows, options.keep)?;
        Ok((input, Progress::of_size(Some(size))))
    }

    /// Opens an Arrow IPC file, or a stream.
    pub(crate) fn open_arrow(source: &Source, options: &ReadOptions) -> Result<(ParquetInput, Progress), IoError> {
        let path = source.name();
        let (mut file, size) = match source {
            Source::Path(file) => open_file(file, &path)?,
            Source::Stdin => spooled(&mut std::io::stdin(), &path)?,
            Source::Memory(_, bytes) => spooled(&mut bytes.as_ref(), &path)?,
        };
        check_options(options, &path, "arrow")?;
        let mut start = [0; 6];
        let read = file.read(&mut start).and_then(|_| file.seek(SeekFrom::Start(0)));
        read.map_err(|e| reading::cannot_read(&path, &e))?;
        let input = BufReader::new(file);
        let (schema, batches): (_, Box<dyn Iterator<Item = _> + Send>) = match &start {
            b"ARROW1" => {
                let reader = guarded(&path, ARROW, || FileReader::try_new(input, None).map_err(|e| e.to_string()))?;
                (reader.schema(), Box::new(reader))
            }
            [0xff, 0xff, 0xff, 0xff, ..] => {
                let reader = guarded(&path, ARROW, || StreamReader::try_new(input, None).map_err(|e| e.to_string()))?;
                (reader.schema(), Box::new(reader))
            }
            _ => return Err(reading::not_arrow(&path)),
        };
        let mut input = ParquetInput::new(path, schema, Decoder::Arrow(batches), 0, options.keep)?;
        input.wanted = (0..input.fields.len()).collect();
        Ok((input, Progress::of_size(Some(size))))
    }

    fn new(
        path: String,
        schema: SchemaRef,
        decoder: Decoder,
        total_rows: u64,
        keep: bool,
    ) -> Result<ParquetInput, IoError> {
        let fields = schema.fields().clone();
        if fields.len() > limits::COLUMNS {
            return Err(reading::too_many_columns(&path, 0));
        }
        Ok(ParquetInput {
            headers: fields.iter().map(|f| f.name().clone()).collect(),
            wanted: if keep { (0..fields.len()).collect() } else { Vec::new() },
            path,
            fields,
            keep,
            schema,
            decoder,
            pending: None,
            total_rows,
            rows_done: 0,
        })
    }

    pub(crate) fn headers(&self) -> &[String] {
        &self.headers
    }

    pub(crate) fn kept_schema(&self) -> Option<SchemaRef> {
        self.keep.then(|| self.schema.clone())
    }

    /// Refuses columns that can never give a value of their field's type, and notes which columns are read.
    ///
    /// # Errors
    /// E0609.
    pub(crate) fn check_types<'a>(
        &mut self,
        bound: &[Bound],
        fields: impl Iterator<Item = Option<&'a Field>>,
    ) -> Result<(), IoError> {
        for (bound, field) in bound.iter().zip(fields) {
            let column = bound.source.and_then(|source| self.fields.get(source));
            if let (Some(column), Some(field)) = (column, field)
                && !typed::fits(column.data_type(), field.ty)
                && !(bound.intake.takes_numbers_as_time() && typed::is_number(column.data_type()))
            {
                let holds = typed::holds(column.data_type());
                return Err(reading::column_type(&self.path, &bound.header, holds, &bound.field, type_words(field.ty)));
            }
        }
        if !self.keep && matches!(self.decoder, Decoder::Waiting(_)) {
            let used: BTreeSet<usize> = bound.iter().filter_map(|b| b.source).collect();
            self.wanted = used.into_iter().collect();
        }
        Ok(())
    }

    /// Rows up to a number, or to the end of what was decoded at a time.
    pub(crate) fn next_chunk(
        &mut self,
        rows: usize,
        intake: &mut RowIntake,
        progress: &Progress,
    ) -> Result<Option<Chunk>, IoError> {
        let Some(mut pending) = self.take_pending(rows, intake)? else {
            progress.set(progress.total.unwrap_or(0));
            return Ok(None);
        };
        let start = pending.next;
        let mut good = Vec::new();
        let mut bytes = 0;
        while good.len() < rows && bytes < limits::CHUNK_BYTES && pending.next < pending.batch.num_rows() {
            bytes += self.take_row(&pending, intake)?;
            good.push(intake.end());
            pending.next += 1;
            self.rows_done += 1;
        }
        progress.set(self.bytes_done(progress.total.unwrap_or(0)));
        let kept = if self.keep {
            let batch = pending.batch.slice(start, good.len());
            Some(filter_record_batch(&batch, &BooleanArray::from(good)).map_err(|e| defect(&self.path, &e))?)
        } else {
            None
        };
        if pending.next < pending.batch.num_rows() {
            self.pending = Some(pending);
        }
        intake.finish(kept).map(Some)
    }

    /// Takes the cells of a row, without ending it. Returns the bytes of its texts.
    fn take_row(&self, pending: &Pending, intake: &mut RowIntake) -> Result<usize, IoError> {
        intake.begin(None);
        let mut bytes = 0;
        for (index, column) in pending.columns.iter().enumerate() {
            let given = column.as_ref().map(|column| column.get(pending.next));
            if let Some(Given::Text(text)) = given {
                bytes += text.len();
                if text.len() > limits::CELL_BYTES {
                    return Err(reading::cell_too_large(&self.path, &format!("row {}", self.rows_done + 1)));
                }
            }
            intake.take(index, given);
        }
        Ok(bytes)
    }

    /// The batch that is in use, or the next that has rows.
    fn take_pending(&mut self, rows: usize, intake: &RowIntake) -> Result<Option<Pending>, IoError> {
        if let Some(pending) = self.pending.take() {
            return Ok(Some(pending));
        }
        while let Some(batch) = self.next_batch(rows)? {
            if batch.num_rows() == 0 {
                continue;
            }
            let place = |source: usize| self.wanted.iter().position(|wanted| *wanted == source);
            let columns = intake.bound.iter().map(|bound| match bound.source.and_then(place) {
                Some(place) => TypedColumn::new(batch.column(place).as_ref()).map(Some),
                None => Ok(None),
            });
            let columns = columns.collect::<Result<Vec<_>, ArrowError>>().map_err(|e| defect(&self.path, &e))?;
            return Ok(Some(Pending { batch, columns, next: 0 }));
        }
        Ok(None)
    }

    fn next_batch(&mut self, rows: usize) -> Result<Option<RecordBatch>, IoError> {
        self.decoder = match std::mem::replace(&mut self.decoder, Decoder::Ended) {
            Decoder::Waiting(builder) => {
                let batch = self.batch_rows(&builder, rows);
                let mask = ProjectionMask::roots(builder.parquet_schema(), self.wanted.iter().copied());
                let build = || builder.with_projection(mask).with_batch_size(batch).build().map_err(|e| e.to_string());
                Decoder::Parquet(Box::new(guarded(&self.path, PARQUET, build)?))
            }
            other => other,
        };
        match &mut self.decoder {
            Decoder::Parquet(reader) => {
                guarded(&self.path, PARQUET, || reader.next().transpose().map_err(|e| e.to_string()))
            }
            Decoder::Arrow(batches) => {
                guarded(&self.path, ARROW, || batches.next().transpose().map_err(|e| e.to_string()))
            }
            Decoder::Waiting(_) | Decoder::Ended => Ok(None),
        }
    }

    /// Rows of a batch so that it stays below [`limits::CHUNK_BYTES`] by the sizes that the file states.
    fn batch_rows(&self, builder: &ParquetRecordBatchReaderBuilder<File>, rows: usize) -> usize {
        let stated: i64 = builder.metadata().row_groups().iter().map(|group| group.total_byte_size().max(0)).sum();
        let row = u64::try_from(stated).unwrap_or(0) / self.total_rows.max(1);
        let fitting = usize::try_from(limits::CHUNK_BYTES as u64 / row.max(1)).unwrap_or(usize::MAX);
        rows.min(BATCH_ROWS).min(fitting).max(1)
    }

    /// The share of the rows that are done, as bytes of the file.
    fn bytes_done(&self, size: u64) -> u64 {
        let done = u128::from(size) * u128::from(self.rows_done) / u128::from(self.total_rows.max(1));
        u64::try_from(done).unwrap_or(size).min(size)
    }
}

/// Copies a stream to a temporary file that has no name.
fn spooled(input: &mut dyn Read, path: &str) -> Result<(File, u64), IoError> {
    let copy = |input: &mut dyn Read| {
        let mut file = tempfile::tempfile()?;
        let size = std::io::copy(input, &mut file)?;
        file.seek(SeekFrom::Start(0))?;
        Ok((file, size))
    };
    copy(input).map_err(|e: std::io::Error| reading::cannot_read(path, &e))
}

/// A Parquet file begins and ends with `PAR1`.
fn check_magic(mut file: &File, size: u64, path: &str) -> Result<(), IoError> {
    let mut check = || {
        let (mut first, mut last) = ([0; 4], [0; 4]);
        file.read_exact(&mut first)?;
        file.seek(SeekFrom::End(-4))?;
        file.read_exact(&mut last)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(&first == b"PAR1" && &last == b"PAR1")
    };
    if size < 12 {
        return Err(reading::not_parquet(path));
    }
    let good = check().map_err(|e: std::io::Error| reading::cannot_read(path, &e))?;
    if good { Ok(()) } else { Err(reading::not_parquet(path)) }
}

/// What a damaged file is called.
const PARQUET: &str = "Parquet file";
const ARROW: &str = "Arrow file";

/// Runs the decoder. Damaged bytes may make it fail in any way; none of them may end the process (promise E3).
fn guarded<T>(path: &str, kind: &str, run: impl FnOnce() -> Result<T, String>) -> Result<T, IoError> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(result) => result.map_err(|detail| reading::damaged(path, kind, &detail)),
        Err(_) => Err(reading::damaged(path, kind, "its parts contradict each other")),
    }
}

/// Refuses options that a file with types does not have.
fn check_options(options: &ReadOptions, path: &str, kind: &str) -> Result<(), IoError> {
    match options {
        ReadOptions { encoding: Some(_), .. } => Err(reading::no_encoding(path, kind)),
        ReadOptions { sheet: Some(_), .. } => Err(reading::no_sheets(path, kind)),
        _ => Ok(()),
    }
}
