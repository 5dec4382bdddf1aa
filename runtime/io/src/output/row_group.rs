//! A row group of a Parquet file while its rows come.

use super::paged::{Codec, PagedColumn};
use arrow_array::RecordBatch;
use arrow_schema::{FieldRef, SchemaRef};
use parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedFileWriter;
use std::io::Write;

/// Rows on their way into a file, column by column.
pub(super) struct RowGroup {
    columns: Vec<(FieldRef, Column)>,
    rows: usize,
}

enum Column {
    /// Of a common type.
    Paged(Box<PagedColumn>),
    /// Of any other: one writer for each of its leaves.
    Any(Vec<ArrowColumnWriter>),
}

impl RowGroup {
    /// The group of this index, without rows.
    ///
    /// # Errors
    /// If a column has a type that Parquet does not have.
    pub(super) fn new<W: Write + Send>(
        schema: &SchemaRef,
        file: &SerializedFileWriter<W>,
        factory: &ArrowRowGroupWriterFactory,
        index: usize,
        repeating: &[bool],
    ) -> Result<RowGroup, ParquetError> {
        let stored = file.schema_descr();
        let mut writers = factory.create_column_writers(index)?.into_iter();
        let mut leaves = (0..stored.num_columns()).peekable();
        let mut columns = Vec::new();
        for (root, (field, repeats)) in schema.fields().iter().zip(repeating).enumerate() {
            let mut own = Vec::new();
            while let Some(leaf) = leaves.next_if(|leaf| stored.get_column_root_idx(*leaf) == root) {
                own.extend(writers.next().map(|writer| (leaf, writer)));
            }
            let paged = match own.as_slice() {
                [(leaf, _)] => PagedColumn::new(&stored.column(*leaf), field.data_type(), *repeats),
                _ => None,
            };
            let column = match paged {
                Some(paged) => Column::Paged(Box::new(paged)),
                None => Column::Any(own.into_iter().map(|(_, writer)| writer).collect()),
            };
            columns.push((field.clone(), column));
        }
        Ok(RowGroup { columns, rows: 0 })
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes of what was added so far.
    pub(super) fn size(&self) -> usize {
        let size = |column: &Column| match column {
            Column::Paged(paged) => paged.size(),
            Column::Any(writers) => writers.iter().map(ArrowColumnWriter::get_estimated_total_bytes).sum(),
        };
        self.columns.iter().map(|(_, column)| size(column)).sum()
    }

    /// Adds rows.
    ///
    /// # Errors
    /// If a value cannot be encoded.
    pub(super) fn add(&mut self, rows: &RecordBatch, codec: &mut Codec) -> Result<(), ParquetError> {
        for ((field, column), array) in self.columns.iter_mut().zip(rows.columns()) {
            match column {
                Column::Paged(paged) => paged.add(array, codec)?,
                Column::Any(writers) => {
                    for (leaf, writer) in compute_leaves(field, array)?.iter().zip(writers) {
                        writer.write(leaf)?;
                    }
                }
            }
        }
        self.rows += rows.num_rows();
        Ok(())
    }

    /// Writes the group.
    ///
    /// # Errors
    /// If it cannot be encoded or written.
    pub(super) fn finish<W: Write + Send>(
        self,
        file: &mut SerializedFileWriter<W>,
        codec: &mut Codec,
    ) -> Result<(), ParquetError> {
        let mut group = file.next_row_group()?;
        for (_, column) in self.columns {
            match column {
                Column::Paged(paged) => paged.finish(codec)?.append(&mut group)?,
                Column::Any(writers) => {
                    for writer in writers {
                        writer.close()?.append_to_row_group(&mut group)?;
                    }
                }
            }
        }
        group.close().map(drop)
    }
}
