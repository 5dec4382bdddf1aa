//! Parquet and Arrow files of results.

use super::OutputColumn;
use super::distinct::mostly_distinct;
use super::file::OutputFile;
use super::paged::Codec;
use super::row_group::RowGroup;
use super::typed_columns::{Stored, like, schema};
use crate::error::{IoError, writing};
use arrow_array::RecordBatch;
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, SchemaRef};
use parquet::arrow::arrow_writer::{ArrowRowGroupWriterFactory, ArrowWriterOptions};
use parquet::arrow::{ArrowWriter, add_encoded_arrow_schema_to_metadata};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use std::sync::Arc;

/// Rows of a row group, and bytes: they bound the memory of the encoder.
const GROUP_ROWS: usize = 1 << 18;
const GROUP_BYTES: usize = 48 << 20;

/// A Parquet file that is being written.
pub(super) struct ParquetFile {
    columns: Arc<[OutputColumn]>,
    zstd: bool,
    state: State,
}

enum State {
    /// Before the first rows, which decide on the encoding of the columns.
    Waiting(OutputFile),
    Writing(Box<Writing>),
    Failed,
}

/// What is written to.
struct Writing {
    file: SerializedFileWriter<OutputFile>,
    columns: ArrowRowGroupWriterFactory,
    /// The columns in the forms of the first rows.
    schema: SchemaRef,
    /// Columns whose values come again and again.
    repeating: Vec<bool>,
    codec: Codec,
    group: Option<RowGroup>,
    groups: usize,
}

impl ParquetFile {
    pub(super) fn new(file: OutputFile, columns: Arc<[OutputColumn]>, zstd: bool) -> ParquetFile {
        ParquetFile { columns, zstd, state: State::Waiting(file) }
    }

    pub(super) fn write(&mut self, batch: &RecordBatch, path: &str) -> Result<(), IoError> {
        let mut writing = match std::mem::replace(&mut self.state, State::Failed) {
            State::Waiting(file) => self.start(file, Some(batch), path)?,
            State::Writing(writing) => writing,
            State::Failed => return Err(writing::cannot_encode(path, "it has stopped before")),
        };
        let written = match batch.schema_ref() == &writing.schema {
            true => writing.add(batch),
            false => like(&writing.schema, batch).map_err(ParquetError::from).and_then(|batch| writing.add(&batch)),
        };
        written.map_err(|e| worded(path, e))?;
        self.state = State::Writing(writing);
        Ok(())
    }

    fn start(&self, file: OutputFile, first: Option<&RecordBatch>, path: &str) -> Result<Box<Writing>, IoError> {
        let codec = Codec::new(self.zstd).map_err(|e| worded(path, e))?;
        let mut properties = WriterProperties::builder()
            .set_compression(codec.stated())
            .set_created_by(concat!("revplay ", env!("CARGO_PKG_VERSION")).to_owned());
        // Where nearly every value is another one, a dictionary is work for nothing.
        let mut repeating = vec![true; self.columns.len()];
        let arrays = first.iter().flat_map(|batch| batch.columns());
        for ((column, array), repeats) in self.columns.iter().zip(arrays).zip(&mut repeating) {
            *repeats = !mostly_distinct(array);
            if !*repeats {
                properties = properties.set_column_dictionary_enabled(ColumnPath::from(column.name.as_str()), false);
            }
        }
        let mut properties = properties.build();
        // Readers shall see the types of the result, not the forms in which its values are handed over.
        add_encoded_arrow_schema_to_metadata(&schema(&self.columns, Stored::Arrow), &mut properties);
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let schema = first.map_or_else(|| schema(&self.columns, Stored::Parquet), RecordBatch::schema);
        let writer = ArrowWriter::try_new_with_options(file, schema.clone(), options);
        let parts = writer.and_then(ArrowWriter::into_serialized_writer);
        let (file, columns) = parts.map_err(|e| worded(path, e))?;
        Ok(Box::new(Writing { file, columns, schema, repeating, codec, group: None, groups: 0 }))
    }

    pub(super) fn closed(&self) -> bool {
        match &self.state {
            State::Waiting(file) => file.closed(),
            State::Writing(writing) => writing.file.inner().closed(),
            State::Failed => false,
        }
    }

    pub(super) fn finish(mut self, path: &str) -> Result<OutputFile, IoError> {
        let mut writing = match std::mem::replace(&mut self.state, State::Failed) {
            State::Waiting(file) => self.start(file, None, path)?,
            State::Writing(writing) => writing,
            State::Failed => return Err(writing::cannot_encode(path, "it has stopped before")),
        };
        let ended = writing.end_group();
        ended.and_then(|()| writing.file.into_inner()).map_err(|e| worded(path, e))
    }
}

impl Writing {
    /// Adds rows, over several row groups if they are many.
    fn add(&mut self, batch: &RecordBatch) -> Result<(), ParquetError> {
        let mut at = 0;
        while at < batch.num_rows() {
            let mut group = match self.group.take() {
                Some(group) => group,
                None => RowGroup::new(&self.schema, &self.file, &self.columns, self.groups, &self.repeating)?,
            };
            let rows = (GROUP_ROWS - group.rows()).min(batch.num_rows() - at);
            group.add(&batch.slice(at, rows), &mut self.codec)?;
            at += rows;
            let full = group.rows() >= GROUP_ROWS || group.size() >= GROUP_BYTES;
            self.group = Some(group);
            if full {
                self.end_group()?;
            }
        }
        Ok(())
    }

    fn end_group(&mut self) -> Result<(), ParquetError> {
        let Some(group) = self.group.take() else { return Ok(()) };
        self.groups += 1;
        group.finish(&mut self.file, &mut self.codec)
    }
}

/// An Arrow IPC file that is being written.
pub(super) struct ArrowFile {
    writer: FileWriter<OutputFile>,
}

impl ArrowFile {
    pub(super) fn create(file: OutputFile, columns: &[OutputColumn], path: &str) -> Result<ArrowFile, IoError> {
        let writer = FileWriter::try_new(file, &schema(columns, Stored::Arrow)).map_err(|e| worded_arrow(path, e))?;
        Ok(ArrowFile { writer })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch, path: &str) -> Result<(), IoError> {
        self.writer.write(batch).map_err(|e| worded_arrow(path, e))
    }

    pub(super) fn closed(&self) -> bool {
        self.writer.get_ref().closed()
    }

    pub(super) fn finish(self, path: &str) -> Result<OutputFile, IoError> {
        self.writer.into_inner().map_err(|e| worded_arrow(path, e))
    }
}

fn worded_arrow(path: &str, error: ArrowError) -> IoError {
    match error {
        ArrowError::IoError(_, io) => writing::cannot_write(path, &io),
        other => writing::cannot_encode(path, &other.to_string()),
    }
}

/// The failing write under an error of the encoder, if that is its reason.
fn worded(path: &str, error: ParquetError) -> IoError {
    if let ParquetError::External(inner) = &error
        && let Some(io) = inner.downcast_ref::<std::io::Error>()
    {
        return writing::cannot_write(path, io);
    }
    writing::cannot_encode(path, &error.to_string())
}
