//! The columns of a result in the types that Parquet and Arrow files have.

use super::odd_cells::joined;
use super::{ColumnKind, OutputColumn};
use crate::error::{IoError, reading, writing};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Decimal64Type, Decimal128Type, DurationMicrosecondType, Int32Type, Int64Type, TimestampMicrosecondType,
};
use arrow_array::{Array, ArrayRef, Date32Array, DictionaryArray, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Schema, SchemaRef, TimeUnit};
use revplay_ir::types::Type;
use std::sync::Arc;

/// Digits of a decimal column: as many as fit 64 bits.
const DIGITS: u8 = 18;

/// What the arrays are made for. Both files hold the same columns; for Parquet they take forms that need less work
/// and end as the same bytes: decimals of 64 bits, labels with a dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stored {
    Arrow,
    Parquet,
}

/// The columns as readers see them (of Parquet: as they are handed to its encoder).
pub(super) fn schema(columns: &[OutputColumn], stored: Stored) -> SchemaRef {
    let field = |column: &OutputColumn| Field::new(&column.name, arrow_type(&column.kind, stored), true);
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<Field>>()))
}

/// `None` without columns.
pub(super) fn batch(
    schema: &SchemaRef,
    columns: &[OutputColumn],
    arrays: &[ArrayRef],
    stored: Stored,
    path: &str,
) -> Result<Option<RecordBatch>, IoError> {
    let arrays = columns.iter().zip(arrays).map(|(column, array)| to_arrow(column, array, stored, path));
    let arrays = arrays.collect::<Result<Vec<_>, _>>()?;
    if arrays.is_empty() {
        return Ok(None);
    }
    RecordBatch::try_new(as_made(schema, &arrays), arrays)
        .map(Some)
        .map_err(|e| reading::internal(path, &e.to_string()))
}

/// The schema with the types of the arrays: texts come with a dictionary or without.
fn as_made(schema: &SchemaRef, arrays: &[ArrayRef]) -> SchemaRef {
    let made = |(field, array): (&FieldRef, &ArrayRef)| match field.data_type() == array.data_type() {
        true => field.clone(),
        false => Arc::new(field.as_ref().clone().with_data_type(array.data_type().clone())),
    };
    if schema.fields().iter().zip(arrays).all(|(field, array)| field.data_type() == array.data_type()) {
        return schema.clone();
    }
    Arc::new(Schema::new(schema.fields().iter().zip(arrays).map(made).collect::<Vec<FieldRef>>()))
}

/// Rows with their columns in the forms of others.
pub(super) fn like(schema: &SchemaRef, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = schema.fields().iter().zip(batch.columns());
    let columns = columns.map(|(field, column)| match field.data_type() == column.data_type() {
        true => Ok(column.clone()),
        false => arrow_cast::cast(column, field.data_type()),
    });
    RecordBatch::try_new(schema.clone(), columns.collect::<Result<_, _>>()?)
}

fn arrow_type(kind: &ColumnKind, stored: Stored) -> DataType {
    let ty = match kind {
        ColumnKind::Value(ty, _) => *ty,
        ColumnKind::Kept(ty) => return ty.clone(),
    };
    match ty {
        Type::Bool => DataType::Boolean,
        Type::Int | Type::Months => DataType::Int64,
        Type::Number | Type::Percent => DataType::Float64,
        Type::Money(currency) => decimal(currency.minor_digits(), stored),
        Type::Decimal(scale) => decimal(scale, stored),
        Type::Enum(_) if stored == Stored::Parquet => coded_text(),
        Type::Text | Type::Target | Type::List | Type::Enum(_) | Type::Error => DataType::Utf8,
        Type::Date => DataType::Date32,
        Type::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Type::Duration | Type::Business(_) => DataType::Duration(TimeUnit::Microsecond),
    }
}

fn decimal(scale: u8, stored: Stored) -> DataType {
    let scale = i8::try_from(scale).unwrap_or(0);
    match stored {
        Stored::Arrow => DataType::Decimal128(DIGITS, scale),
        Stored::Parquet => DataType::Decimal64(DIGITS, scale),
    }
}

fn coded_text() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

/// The array of a column as [`arrow_type`] has it.
fn to_arrow(column: &OutputColumn, array: &ArrayRef, stored: Stored, path: &str) -> Result<ArrayRef, IoError> {
    let (ty, labels) = match &column.kind {
        ColumnKind::Value(ty, labels) => (*ty, labels),
        ColumnKind::Kept(_) => return Ok(array.clone()),
    };
    let wrong = || reading::internal(path, &format!("the column `{}` is of another kind", column.name));
    let ints = || array.as_primitive_opt::<Int64Type>().ok_or_else(wrong);
    let cast = |array: &ArrayRef, ty: &DataType| match array.data_type() == ty {
        true => Ok(array.clone()),
        false => arrow_cast::cast(array, ty).map_err(|_| wrong()),
    };
    Ok(match ty {
        Type::Bool | Type::Int | Type::Months | Type::Number | Type::Percent => array.clone(),
        Type::Text | Type::Target | Type::Error if stored == Stored::Parquet && array.data_type() == &coded_text() => {
            array.clone()
        }
        Type::Text | Type::Target | Type::Error => cast(array, &DataType::Utf8)?,
        Type::List => match array.as_list_opt::<i32>() {
            Some(lists) => Arc::new(lists.iter().map(|list| list.map(|items| joined(&items))).collect::<StringArray>()),
            None => array.clone(),
        },
        Type::Money(currency) => decimals(ints()?, currency.minor_digits(), stored, column, path)?,
        Type::Decimal(scale) => decimals(ints()?, scale, stored, column, path)?,
        Type::Date => {
            let days = ints()?.iter().map(|day| day.map(i32::try_from).transpose());
            let days = days.collect::<Result<Vec<Option<i32>>, _>>();
            Arc::new(Date32Array::from(days.map_err(|_| writing::value_too_large(path, &column.name, 9))?))
        }
        Type::Timestamp => Arc::new(ints()?.reinterpret_cast::<TimestampMicrosecondType>().with_timezone("UTC")),
        Type::Duration | Type::Business(_) => Arc::new(ints()?.reinterpret_cast::<DurationMicrosecondType>()),
        Type::Enum(_) => match array.as_primitive_opt::<Int64Type>() {
            Some(indices) => cast(&labelled(indices, labels), &arrow_type(&column.kind, stored))?,
            None if stored == Stored::Parquet && array.data_type() == &coded_text() => array.clone(),
            None => cast(array, &DataType::Utf8)?,
        },
    })
}

/// Labels with the dictionary of all labels. An index that has no label is missing.
fn labelled(indices: &Int64Array, labels: &[String]) -> ArrayRef {
    let count = i64::try_from(labels.len()).unwrap_or(0).min(i64::from(i32::MAX));
    let known = |index: i64| (0..count).contains(&index);
    let keys = indices.values().iter().map(|index| if known(*index) { *index as i32 } else { 0 }).collect::<Vec<i32>>();
    let all_known = indices.values().iter().fold(true, |so_far, index| so_far & known(*index));
    let nulls = match all_known {
        true => indices.nulls().cloned(),
        false => Some(indices.iter().map(|index| index.is_some_and(known)).collect::<NullBuffer>()),
    };
    let labels: StringArray = labels.iter().map(|label| Some(label.as_str())).collect();
    Arc::new(DictionaryArray::<Int32Type>::new(Int32Array::new(keys.into(), nulls), Arc::new(labels)))
}

fn decimals(
    units: &Int64Array,
    scale: u8,
    stored: Stored,
    column: &OutputColumn,
    path: &str,
) -> Result<ArrayRef, IoError> {
    let limit = 10_u64.pow(u32::from(DIGITS));
    let fits = |n: i64| n.unsigned_abs() < limit;
    let all = units.values().iter().fold(true, |so_far, n| so_far & fits(*n));
    if !all && !units.iter().flatten().all(fits) {
        return Err(writing::value_too_large(path, &column.name, DIGITS));
    }
    let scale = i8::try_from(scale).unwrap_or(0);
    let array = match stored {
        Stored::Arrow => units
            .unary::<_, Decimal128Type>(i128::from)
            .with_precision_and_scale(DIGITS, scale)
            .map(|array| Arc::new(array) as ArrayRef),
        Stored::Parquet => units
            .reinterpret_cast::<Decimal64Type>()
            .with_precision_and_scale(DIGITS, scale)
            .map(|array| Arc::new(array) as ArrayRef),
    };
    array.map_err(|e| reading::internal(path, &e.to_string()))
}
