//! Parquet and Arrow files of results.

use super::cells::joined;
use super::file::OutputFile;
use super::{ColumnKind, OutputColumn};
use crate::error::{IoError, reading, writing};
use arrow_array::cast::AsArray;
use arrow_array::types::{DurationMicrosecondType, Int64Type, TimestampMicrosecondType};
use arrow_array::{ArrayRef, Date32Array, Decimal128Array, RecordBatch, StringArray};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use revplay_ir::types::Type;
use std::sync::Arc;

/// Digits of a decimal column: as many as fit 64 bits.
const DIGITS: u8 = 18;

/// Rows of a row group; bounds the memory of the encoder.
const GROUP_ROWS: usize = 1 << 18;

/// A Parquet file that is being written.
pub(super) struct ParquetFile {
    writer: ArrowWriter<OutputFile>,
    schema: SchemaRef,
}

impl ParquetFile {
    pub(super) fn create(
        file: OutputFile,
        columns: &[OutputColumn],
        zstd: bool,
        path: &str,
    ) -> Result<ParquetFile, IoError> {
        let schema = schema(columns);
        let compression = if zstd { Compression::ZSTD(ZstdLevel::default()) } else { Compression::SNAPPY };
        let properties = WriterProperties::builder()
            .set_compression(compression)
            .set_created_by(concat!("revplay ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .build();
        let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties)).map_err(|e| worded(path, e))?;
        Ok(ParquetFile { writer, schema })
    }

    pub(super) fn write(&mut self, columns: &[OutputColumn], arrays: &[ArrayRef], path: &str) -> Result<(), IoError> {
        match batch(&self.schema, columns, arrays, path)? {
            Some(batch) => self.writer.write(&batch).map_err(|e| worded(path, e)),
            None => Ok(()),
        }
    }

    pub(super) fn closed(&self) -> bool {
        self.writer.inner().closed()
    }

    pub(super) fn finish(self, path: &str) -> Result<OutputFile, IoError> {
        self.writer.into_inner().map_err(|e| worded(path, e))
    }
}

/// An Arrow IPC file that is being written.
pub(super) struct ArrowFile {
    writer: FileWriter<OutputFile>,
    schema: SchemaRef,
}

impl ArrowFile {
    pub(super) fn create(file: OutputFile, columns: &[OutputColumn], path: &str) -> Result<ArrowFile, IoError> {
        let schema = schema(columns);
        let writer = FileWriter::try_new(file, &schema).map_err(|e| worded_arrow(path, e))?;
        Ok(ArrowFile { writer, schema })
    }

    pub(super) fn write(&mut self, columns: &[OutputColumn], arrays: &[ArrayRef], path: &str) -> Result<(), IoError> {
        match batch(&self.schema, columns, arrays, path)? {
            Some(batch) => self.writer.write(&batch).map_err(|e| worded_arrow(path, e)),
            None => Ok(()),
        }
    }

    pub(super) fn closed(&self) -> bool {
        self.writer.get_ref().closed()
    }

    pub(super) fn finish(self, path: &str) -> Result<OutputFile, IoError> {
        self.writer.into_inner().map_err(|e| worded_arrow(path, e))
    }
}

fn schema(columns: &[OutputColumn]) -> SchemaRef {
    let fields: Vec<Field> = columns.iter().map(|c| Field::new(&c.name, arrow_type(&c.kind), true)).collect();
    Arc::new(Schema::new(fields))
}

/// `None` without columns.
fn batch(
    schema: &SchemaRef,
    columns: &[OutputColumn],
    arrays: &[ArrayRef],
    path: &str,
) -> Result<Option<RecordBatch>, IoError> {
    let arrays = columns.iter().zip(arrays).map(|(column, array)| to_arrow(column, array, path));
    let arrays = arrays.collect::<Result<Vec<_>, _>>()?;
    if arrays.is_empty() {
        return Ok(None);
    }
    RecordBatch::try_new(schema.clone(), arrays).map(Some).map_err(|e| reading::internal(path, &e.to_string()))
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

fn arrow_type(kind: &ColumnKind) -> DataType {
    let ty = match kind {
        ColumnKind::Value(ty, _) => *ty,
        ColumnKind::Kept(ty) => return ty.clone(),
    };
    let decimal = |scale: u8| DataType::Decimal128(DIGITS, i8::try_from(scale).unwrap_or(0));
    match ty {
        Type::Bool => DataType::Boolean,
        Type::Int | Type::Months => DataType::Int64,
        Type::Number | Type::Percent => DataType::Float64,
        Type::Money(currency) => decimal(currency.minor_digits()),
        Type::Decimal(scale) => decimal(scale),
        Type::Text | Type::Target | Type::List | Type::Enum(_) | Type::Error => DataType::Utf8,
        Type::Date => DataType::Date32,
        Type::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Type::Duration | Type::Business(_) => DataType::Duration(TimeUnit::Microsecond),
    }
}

/// The array of a column as the file's schema has it.
fn to_arrow(column: &OutputColumn, array: &ArrayRef, path: &str) -> Result<ArrayRef, IoError> {
    let (ty, labels) = match &column.kind {
        ColumnKind::Value(ty, labels) => (*ty, labels),
        ColumnKind::Kept(_) => return Ok(array.clone()),
    };
    let ints = || {
        let wrong = || reading::internal(path, &format!("the column `{}` is of another kind", column.name));
        array.as_primitive_opt::<Int64Type>().ok_or_else(wrong)
    };
    Ok(match ty {
        Type::Bool
        | Type::Int
        | Type::Months
        | Type::Number
        | Type::Percent
        | Type::Text
        | Type::Target
        | Type::Error => array.clone(),
        Type::List => match array.as_list_opt::<i32>() {
            Some(lists) => Arc::new(lists.iter().map(|list| list.map(|items| joined(&items))).collect::<StringArray>()),
            None => array.clone(),
        },
        Type::Money(currency) => decimals(ints()?, currency.minor_digits(), column, path)?,
        Type::Decimal(scale) => decimals(ints()?, scale, column, path)?,
        Type::Date => {
            let days = ints()?.iter().map(|day| day.map(i32::try_from).transpose());
            let days = days.collect::<Result<Vec<Option<i32>>, _>>();
            Arc::new(Date32Array::from(days.map_err(|_| writing::value_too_large(path, &column.name, 9))?))
        }
        Type::Timestamp => Arc::new(ints()?.reinterpret_cast::<TimestampMicrosecondType>().with_timezone("UTC")),
        Type::Duration | Type::Business(_) => Arc::new(ints()?.reinterpret_cast::<DurationMicrosecondType>()),
        Type::Enum(_) if array.as_string_opt::<i32>().is_some() => array.clone(),
        Type::Enum(_) => {
            let label =
                |index: i64| usize::try_from(index).ok().and_then(|index| labels.get(index)).map(String::as_str);
            Arc::new(ints()?.iter().map(|index| index.and_then(label)).collect::<StringArray>())
        }
    })
}

fn decimals(
    units: &arrow_array::Int64Array,
    scale: u8,
    column: &OutputColumn,
    path: &str,
) -> Result<ArrayRef, IoError> {
    let limit = 10_u64.pow(u32::from(DIGITS));
    if units.iter().flatten().any(|n| n.unsigned_abs() >= limit) {
        return Err(writing::value_too_large(path, &column.name, DIGITS));
    }
    let values: Decimal128Array = units.iter().map(|n| n.map(i128::from)).collect();
    let scale = i8::try_from(scale).unwrap_or(0);
    let values = values.with_precision_and_scale(DIGITS, scale);
    values.map(|a| Arc::new(a) as ArrayRef).map_err(|e| reading::internal(path, &e.to_string()))
}
