//! The rows of a Parquet file, row group by row group: no batch holds rows of two large groups, so that each
//! column has one dictionary in a batch.

use super::coded::coded_schema;
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
    file: File,
    metadata: ArrowReaderMetadata,
    mask: ProjectionMask,
    batch_rows: usize,
    next_group: usize,
    current: Option<ParquetRecordBatchReader>,
}

impl ParquetRows {
    /// Reads the metadata.
    ///
    /// # Errors
    /// What the decoder says of a damaged file.
    pub(super) fn open(file: File) -> Result<ParquetRows, String> {
        let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(|e| e.to_string())?;
        Ok(ParquetRows { file, metadata, mask: ProjectionMask::all(), batch_rows: 1, next_group: 0, current: None })
    }

    pub(super) fn schema(&self) -> SchemaRef {
        self.metadata.schema().clone()
    }

    pub(super) fn metadata(&self) -> &ParquetMetaData {
        self.metadata.metadata()
    }

    /// Says what is read: roots, how many rows at a time, and for which roots a dictionary is welcome.
    pub(super) fn select(&mut self, roots: &[usize], batch_rows: usize, coded: &[usize]) {
        self.mask = ProjectionMask::roots(self.metadata.parquet_schema(), roots.iter().copied());
        self.batch_rows = batch_rows;
        let Some(schema) = coded_schema(&self.metadata, coded) else { return };
        let options = ArrowReaderOptions::new().with_schema(schema);
        // A file that does not allow it is read as before.
        if let Ok(metadata) = ArrowReaderMetadata::try_new(self.metadata.metadata().clone(), options) {
            self.metadata = metadata;
        }
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
                return batch.map(Some).map_err(|e| e.to_string());
            }
            let groups = self.next_groups();
            if groups.is_empty() {
                self.current = None;
                return Ok(None);
            }
            let file = self.file.try_clone().map_err(|e| e.to_string())?;
            let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
                .with_projection(self.mask.clone())
                .with_batch_size(self.batch_rows)
                .with_row_groups(groups)
                .build();
            self.current = Some(reader.map_err(|e| e.to_string())?);
        }
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
