//! Parquet and Arrow files of results.

use super::OutputColumn;
use super::distinct::mostly_distinct;
use super::file::OutputFile;
use super::row_groups::{GROUP_BYTES, GROUP_ROWS, RowGroups};
use super::typed_columns::{Stored, like, schema};
use crate::error::{IoError, writing};
use arrow_array::RecordBatch;
use arrow_ipc::writer::FileWriter;
use arrow_schema::ArrowError;
use parquet::arrow::add_encoded_arrow_schema_to_metadata;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;
use std::sync::Arc;

/// A Parquet file that is being written.
pub(super) struct ParquetFile {
    columns: Arc<[OutputColumn]>,
    zstd: bool,
    /// How many encode.
    threads: usize,
    state: State,
}

enum State {
    /// Before the first rows, which decide on the encoding of the columns.
    Waiting(OutputFile),
    Writing(Box<RowGroups>),
    Failed,
}

impl ParquetFile {
    pub(super) fn new(file: OutputFile, columns: Arc<[OutputColumn]>, zstd: bool, threads: usize) -> ParquetFile {
        ParquetFile { columns, zstd, threads, state: State::Waiting(file) }
    }

    pub(super) fn write(&mut self, batch: &RecordBatch, path: &str) -> Result<(), IoError> {
        let mut groups = match std::mem::replace(&mut self.state, State::Failed) {
            State::Waiting(file) => self.start(file, Some(batch), path)?,
            State::Writing(groups) => groups,
            State::Failed => return Err(writing::cannot_encode(path, "it has stopped before")),
        };
        let written = match batch.schema_ref() == groups.schema() {
            true => groups.write(batch),
            false => like(groups.schema(), batch).map_err(ParquetError::from).and_then(|batch| groups.write(&batch)),
        };
        written.map_err(|e| worded(path, e))?;
        self.state = State::Writing(groups);
        Ok(())
    }

    fn start(&self, file: OutputFile, first: Option<&RecordBatch>, path: &str) -> Result<Box<RowGroups>, IoError> {
        let compression = if self.zstd { Compression::ZSTD(ZstdLevel::default()) } else { Compression::SNAPPY };
        let mut properties = WriterProperties::builder()
            .set_compression(compression)
            .set_created_by(concat!("revplay ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_max_row_group_bytes(Some(GROUP_BYTES));
        // Where nearly every value is another one, a dictionary is work for nothing.
        for (column, array) in self.columns.iter().zip(first.iter().flat_map(|batch| batch.columns())) {
            if mostly_distinct(array) {
                properties = properties.set_column_dictionary_enabled(ColumnPath::from(column.name.as_str()), false);
            }
        }
        let mut properties = properties.build();
        // Readers shall see the types of the result, not the forms in which its values are handed over.
        add_encoded_arrow_schema_to_metadata(&schema(&self.columns, Stored::Arrow), &mut properties);
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let schema = first.map_or_else(|| schema(&self.columns, Stored::Parquet), RecordBatch::schema);
        let groups = RowGroups::begin(file, schema, options, self.threads);
        groups.map(Box::new).map_err(|e| worded(path, e))
    }

    pub(super) fn closed(&self) -> bool {
        match &self.state {
            State::Waiting(file) => file.closed(),
            State::Writing(groups) => groups.inner().closed(),
            State::Failed => false,
        }
    }

    pub(super) fn finish(mut self, path: &str) -> Result<OutputFile, IoError> {
        let groups = match std::mem::replace(&mut self.state, State::Failed) {
            State::Waiting(file) => *self.start(file, None, path)?,
            State::Writing(groups) => *groups,
            State::Failed => return Err(writing::cannot_encode(path, "it has stopped before")),
        };
        groups.finish().map_err(|e| worded(path, e))
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
