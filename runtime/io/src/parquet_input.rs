//! Parquet files (only the columns that are needed) and Arrow IPC files and streams, by chunks.

use crate::columns::Bound;
use crate::error::{IoError, reading};
use crate::format::{Packing, Source};
use crate::limits;
use crate::reader::{ReadOptions, RowIntake};
use crate::stream::{Progress, read_error};
use crate::watched::Watch;
use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, Fields, SchemaRef};
use batches::{BatchBlock, BatchParser, Longest, fitting};
use groups::ParquetRows;
use opening::{check_magic, check_options, opened};
use revplay_ir::program::Field;
use revplay_runtime::cells::{fits, holds, is_number};
use std::collections::BTreeSet;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

mod arrow_lengths;
pub(crate) mod batches;
mod beside;
mod coded;
mod groups;
mod opening;
mod shared_file;

/// Most rows that are decoded at a time.
const BATCH_ROWS: usize = 16_384;

/// A Parquet file after its metadata.
pub(crate) struct ParquetInput {
    path: String,
    headers: Vec<String>,
    fields: Fields,
    keep: bool,
    /// How many may decode.
    threads: usize,
    schema: SchemaRef,
    /// Roots that are read, ascending; with `keep` all.
    wanted: Vec<usize>,
    /// Roots whose equal cells are worth being taken once.
    coded: Vec<usize>,
    decoder: Decoder,
    /// Rows that are decoded and not yet handed over.
    pending: Option<RecordBatch>,
    total_rows: u64,
    rows_done: u64,
    longest: Longest,
    watch: Watch,
}

/// Where the batches come from.
enum Decoder {
    /// Before the columns are known that are needed.
    Waiting(Box<ParquetRows>),
    Parquet(Box<ParquetRows>),
    Arrow(Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>),
    Ended,
}

impl ParquetInput {
    /// Opens the source and reads its metadata. What is no file is copied to a temporary one first:
    /// a Parquet file is read from its end.
    pub(crate) fn open(source: &Source, options: &ReadOptions) -> Result<(ParquetInput, Progress), IoError> {
        let path = source.name();
        let (file, size, watch) = opened(source, &path)?;
        check_options(options, &path, "parquet")?;
        check_magic(&file, size, &path)?;
        let rows = guarded(&path, PARQUET, || ParquetRows::open(file))?;
        let total_rows = u64::try_from(rows.metadata().file_metadata().num_rows()).unwrap_or(0);
        let schema = rows.schema();
        let input = ParquetInput::new(path, schema, Decoder::Waiting(Box::new(rows)), total_rows, options, watch)?;
        Ok((input, Progress::of_size(Some(size))))
    }

    /// Opens an Arrow IPC file, or a stream.
    pub(crate) fn open_arrow(source: &Source, options: &ReadOptions) -> Result<(ParquetInput, Progress), IoError> {
        let path = source.name();
        let (mut file, size, watch) = opened(source, &path)?;
        check_options(options, &path, "arrow")?;
        let mut start = [0; 6];
        let read = file.read(&mut start).and_then(|_| file.seek(SeekFrom::Start(0)));
        read.map_err(|e| reading::cannot_read(&path, &e))?;
        guarded(&path, ARROW, || match &start {
            b"ARROW1" => arrow_lengths::check_file(&mut file, size),
            [0xff, 0xff, 0xff, 0xff, ..] => arrow_lengths::check_stream(&mut file, size),
            _ => Ok(()),
        })?;
        file.seek(SeekFrom::Start(0)).map_err(|e| reading::cannot_read(&path, &e))?;
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
        let mut input = ParquetInput::new(path, schema, Decoder::Arrow(batches), 0, options, watch)?;
        input.wanted = (0..input.fields.len()).collect();
        Ok((input, Progress::of_size(Some(size))))
    }

    fn new(
        path: String,
        schema: SchemaRef,
        decoder: Decoder,
        total_rows: u64,
        options: &ReadOptions,
        watch: Watch,
    ) -> Result<ParquetInput, IoError> {
        let fields = schema.fields().clone();
        if fields.len() > limits::COLUMNS {
            return Err(reading::too_many_columns(&path, 0));
        }
        Ok(ParquetInput {
            headers: fields.iter().map(|f| f.name().clone()).collect(),
            wanted: if options.keep { (0..fields.len()).collect() } else { Vec::new() },
            path,
            fields,
            keep: options.keep,
            threads: options.threads,
            schema,
            decoder,
            pending: None,
            total_rows,
            rows_done: 0,
            longest: Longest::default(),
            watch,
            coded: Vec::new(),
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
                && !fits(column.data_type(), field.ty)
                && !(bound.intake.takes_numbers_as_time() && is_number(column.data_type()))
            {
                let holds = holds(column.data_type());
                return Err(reading::column_type(&self.path, &bound.header, holds, &bound.field, field.ty.in_words()));
            }
        }
        let words = bound.iter().filter(|b| b.intake.takes_words());
        self.coded = words.filter_map(|b| b.source).collect();
        if !self.keep && matches!(self.decoder, Decoder::Waiting(_)) {
            let used: BTreeSet<usize> = bound.iter().filter_map(|b| b.source).collect();
            self.wanted = used.into_iter().collect();
        }
        Ok(())
    }

    /// What makes chunks of the blocks of this file, after [`ParquetInput::check_types`].
    pub(crate) fn parser(&self, rows: &RowIntake) -> BatchParser {
        BatchParser {
            path: self.path.clone(),
            wanted: self.wanted.clone(),
            kept: self.kept_schema(),
            rows: rows.at(0),
            memos: Mutex::default(),
        }
    }

    /// Rows up to a number, or to the end of what was decoded at a time.
    pub(crate) fn next_block(&mut self, rows: usize, progress: &Progress) -> Result<Option<BatchBlock>, IoError> {
        let batch = loop {
            match self.pending.take() {
                Some(batch) if batch.num_rows() > 0 => break batch,
                Some(_) | None => {}
            }
            self.pending = self.next_batch(rows).map_err(|found| self.watch.explain(&self.path, found))?;
            if self.pending.is_none() {
                self.watch.check().map_err(|e| read_error(&self.path, Packing::Plain, &e))?;
                progress.set(progress.total.unwrap_or(0));
                return Ok(None);
            }
        };
        let block = batch.slice(0, batch.num_rows().min(rows).min(BATCH_ROWS));
        let block = block.slice(0, fitting(&block, &mut self.longest));
        let before = self.rows_done;
        self.rows_done += block.num_rows() as u64;
        self.pending = Some(batch.slice(block.num_rows(), batch.num_rows() - block.num_rows()));
        progress.set(self.bytes_done(progress.total.unwrap_or(0)));
        Ok(Some(BatchBlock { batch: block, before }))
    }

    fn next_batch(&mut self, rows: usize) -> Result<Option<RecordBatch>, IoError> {
        self.decoder = match std::mem::replace(&mut self.decoder, Decoder::Ended) {
            Decoder::Waiting(mut parquet) => {
                parquet.select(&self.wanted, self.batch_rows(&parquet, rows), &self.coded, self.threads);
                Decoder::Parquet(parquet)
            }
            other => other,
        };
        match &mut self.decoder {
            Decoder::Parquet(reader) => guarded(&self.path, PARQUET, || reader.next()),
            Decoder::Arrow(batches) => {
                guarded(&self.path, ARROW, || batches.next().transpose().map_err(|e| e.to_string()))
            }
            Decoder::Waiting(_) | Decoder::Ended => Ok(None),
        }
    }

    /// Rows of a batch so that it stays below [`limits::CHUNK_BYTES`] by the sizes that the file states.
    fn batch_rows(&self, parquet: &ParquetRows, rows: usize) -> usize {
        let stated: i64 = parquet.metadata().row_groups().iter().map(|group| group.total_byte_size().max(0)).sum();
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
