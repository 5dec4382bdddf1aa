//! The rows of a Parquet file, row group by row group: no batch holds rows of two large groups, so that each
//! column has one dictionary in a batch.

use super::beside::{Beside, Found};
use super::coded::coded_schema;
use super::shared_file::SharedFile;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::file::metadata::ParquetMetaData;
use std::fs::File;

/// A Parquet file after its metadata.
pub(super) struct ParquetRows {
    file: SharedFile,
    metadata: ArrowReaderMetadata,
    source: Rows,
}

enum Rows {
    /// Before it is known what is read.
    Unknown,
    Here(Box<GroupRows>),
    /// The columns are decoded by several threads. If one of them meets anything but rows, all columns are decoded
    /// here from the same place on: what a damaged file is said to have does not depend on the number of threads.
    Beside(Box<Beside>, Box<GroupRows>),
}

impl ParquetRows {
    /// Reads the metadata.
    ///
    /// # Errors
    /// What the decoder says of a damaged file.
    pub(super) fn open(file: File) -> Result<ParquetRows, String> {
        let file = SharedFile::new(file);
        let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(|e| e.to_string())?;
        Ok(ParquetRows { file, metadata, source: Rows::Unknown })
    }

    pub(super) fn schema(&self) -> SchemaRef {
        self.metadata.schema().clone()
    }

    pub(super) fn metadata(&self) -> &ParquetMetaData {
        self.metadata.metadata()
    }

    /// Says what is read: roots in ascending order, how many rows at a time, for which roots a dictionary is welcome,
    /// and how many threads may decode.
    pub(super) fn select(&mut self, roots: &[usize], batch_rows: usize, coded: &[usize], threads: usize) {
        if let Some(schema) = coded_schema(&self.metadata, coded) {
            let options = ArrowReaderOptions::new().with_schema(schema);
            // A file that does not allow it is read as before.
            if let Ok(metadata) = ArrowReaderMetadata::try_new(self.metadata.metadata().clone(), options) {
                self.metadata = metadata;
            }
        }
        let of = |roots: &[usize]| GroupRows::new(self.file.clone(), self.metadata.clone(), roots, batch_rows);
        let here = Box::new(of(roots));
        self.source = match Beside::start(self.metadata.metadata(), roots, batch_rows, threads, of) {
            Some(beside) => Rows::Beside(Box::new(beside), here),
            None => Rows::Here(here),
        };
    }

    /// The next rows.
    ///
    /// # Errors
    /// What the decoder says of a damaged file.
    pub(super) fn next(&mut self) -> Result<Option<RecordBatch>, String> {
        match std::mem::replace(&mut self.source, Rows::Unknown) {
            Rows::Unknown => Ok(None),
            Rows::Here(rows) => self.next_here(rows),
            Rows::Beside(mut beside, mut rows) => match beside.next() {
                Found::Rows(batch) => {
                    self.source = Rows::Beside(beside, rows);
                    Ok(Some(batch))
                }
                Found::End => Ok(None),
                Found::Trouble => {
                    let place = beside.place();
                    drop(beside);
                    rows.go_to(place)?;
                    self.next_here(rows)
                }
            },
        }
    }

    /// After an error nothing comes.
    fn next_here(&mut self, mut rows: Box<GroupRows>) -> Result<Option<RecordBatch>, String> {
        let batch = rows.next()?;
        self.source = Rows::Here(rows);
        Ok(batch)
    }
}

/// How far the rows of a file were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ReadTo {
    /// The first of the row groups that are read together.
    group: usize,
    /// Batches of them.
    batches: usize,
}

/// Some columns of a Parquet file.
pub(super) struct GroupRows {
    file: SharedFile,
    metadata: ArrowReaderMetadata,
    mask: ProjectionMask,
    batch_rows: usize,
    next_group: usize,
    current: Option<ParquetRecordBatchReader>,
    place: ReadTo,
}

impl GroupRows {
    fn new(file: SharedFile, metadata: ArrowReaderMetadata, roots: &[usize], batch_rows: usize) -> GroupRows {
        let mask = ProjectionMask::roots(metadata.parquet_schema(), roots.iter().copied());
        GroupRows { file, metadata, mask, batch_rows, next_group: 0, current: None, place: ReadTo::default() }
    }

    /// The next rows.
    ///
    /// # Errors
    /// What the decoder says of a damaged file.
    pub(super) fn next(&mut self) -> Result<Option<RecordBatch>, String> {
        loop {
            if let Some(reader) = &mut self.current
                && let Some(batch) = reader.next()
            {
                self.place.batches += 1;
                return batch.map(Some).map_err(|e| e.to_string());
            }
            let first = self.next_group;
            let groups = self.next_groups();
            if groups.is_empty() {
                self.current = None;
                return Ok(None);
            }
            self.place = ReadTo { group: first, batches: 0 };
            let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), self.metadata.clone())
                .with_projection(self.mask.clone())
                .with_batch_size(self.batch_rows)
                .with_row_groups(groups)
                .build();
            self.current = Some(reader.map_err(|e| e.to_string())?);
        }
    }

    /// Behind the last batch.
    pub(super) fn place(&self) -> ReadTo {
        self.place
    }

    /// Goes to where others have read to.
    fn go_to(&mut self, place: ReadTo) -> Result<(), String> {
        (self.next_group, self.current) = (place.group, None);
        for _ in 0..place.batches {
            self.next()?;
        }
        Ok(())
    }

    /// The next row group; several if they are small.
    fn next_groups(&mut self) -> Vec<usize> {
        let mut groups = Vec::new();
        let mut rows = 0;
        while let Some(group) = self.metadata.metadata().row_groups().get(self.next_group) {
            let more = usize::try_from(group.num_rows()).unwrap_or(0);
            if rows > 0 && rows + more > self.batch_rows {
                break;
            }
            rows += more;
            groups.push(self.next_group);
            self.next_group += 1;
        }
        groups
    }
}
