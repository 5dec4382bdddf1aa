//! Decisions as Arrow columns, for those who take a batch.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Decimal128Type, DurationMicrosecondType, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int32Array, Int64Array, RecordBatch,
    StringArray,
};
use arrow_buffer::NullBuffer;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use revplay_ir::program::Program;
use revplay_ir::types::Type;
use std::sync::Arc;

/// Digits of a decimal column: as many as an amount can have.
const DIGITS: u8 = 19;

/// The columns of every result: one per output of the playbook, in its order.
pub(super) fn schema(program: &Program) -> SchemaRef {
    let field = |o: &revplay_ir::program::Output| Field::new(&o.name, arrow_type(o.ty), true);
    Arc::new(Schema::new(program.outputs.iter().map(field).collect::<Vec<Field>>()))
}

fn arrow_type(ty: Type) -> DataType {
    match ty {
        Type::Bool => DataType::Boolean,
        Type::Int | Type::Months => DataType::Int64,
        Type::Number | Type::Percent => DataType::Float64,
        Type::Money(currency) => decimal(currency.minor_digits()),
        Type::Decimal(scale) => decimal(scale),
        Type::Enum(_) => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
        Type::Text | Type::Target | Type::List | Type::Error => DataType::Utf8,
        Type::Date => DataType::Date32,
        Type::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Type::Duration | Type::Business(_) => DataType::Duration(TimeUnit::Microsecond),
    }
}

fn decimal(scale: u8) -> DataType {
    DataType::Decimal128(DIGITS, i8::try_from(scale).unwrap_or(0))
}

/// The columns of an engine as a batch of the schema; in rejected rows every column is null.
pub(super) fn batch(
    program: &Program,
    schema: &SchemaRef,
    columns: &[ArrayRef],
    rows: usize,
    rejected: &[bool],
) -> Result<RecordBatch, ArrowError> {
    let good: Option<NullBuffer> = (!rejected.is_empty()).then(|| rejected.iter().map(|bad| !bad).collect());
    let arrays = program.outputs.iter().zip(columns).map(|(output, column)| {
        let column = good.as_ref().map_or_else(|| column.clone(), |good| without(column, good));
        to_arrow(program, output.ty, &column)
    });
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(schema.clone(), arrays.collect::<Result<_, _>>()?, &options)
}

/// The column without the values of the rows that are not good.
fn without(column: &ArrayRef, good: &NullBuffer) -> ArrayRef {
    let nulls = NullBuffer::union(column.nulls(), Some(good));
    if let Some(ints) = column.as_primitive_opt::<Int64Type>() {
        Arc::new(Int64Array::new(ints.values().clone(), nulls))
    } else if let Some(numbers) = column.as_primitive_opt::<Float64Type>() {
        Arc::new(Float64Array::new(numbers.values().clone(), nulls))
    } else if let Some(bools) = column.as_boolean_opt() {
        Arc::new(BooleanArray::new(bools.values().clone(), nulls))
    } else {
        let text = |row| if good.is_valid(row) { crate::table::text_at(column.as_ref(), row) } else { None };
        Arc::new((0..column.len()).map(text).collect::<StringArray>())
    }
}

fn to_arrow(program: &Program, ty: Type, column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let wrong = || ArrowError::CastError("a column of another kind".to_owned());
    let ints = || column.as_primitive_opt::<Int64Type>().ok_or_else(wrong);
    let decimals = |scale: u8| -> Result<ArrayRef, ArrowError> {
        let wide = ints()?.unary::<_, Decimal128Type>(i128::from);
        Ok(Arc::new(wide.with_precision_and_scale(DIGITS, i8::try_from(scale).unwrap_or(0))?))
    };
    Ok(match ty {
        Type::Bool | Type::Int | Type::Months | Type::Number | Type::Percent => column.clone(),
        Type::Text | Type::Target | Type::List | Type::Error if column.data_type() == &DataType::Utf8 => column.clone(),
        Type::Text | Type::Target | Type::List | Type::Error => {
            let text = |row| crate::table::text_at(column.as_ref(), row);
            Arc::new((0..column.len()).map(text).collect::<StringArray>())
        }
        Type::Money(currency) => decimals(currency.minor_digits())?,
        Type::Decimal(scale) => decimals(scale)?,
        Type::Date => {
            // A day that Date32 does not hold cannot come out: dates end with the year 9999.
            let days = ints()?.iter().map(|day| day.and_then(|d| i32::try_from(d).ok()));
            Arc::new(days.collect::<Date32Array>())
        }
        Type::Timestamp => Arc::new(ints()?.reinterpret_cast::<TimestampMicrosecondType>().with_timezone("UTC")),
        Type::Duration | Type::Business(_) => Arc::new(ints()?.reinterpret_cast::<DurationMicrosecondType>()),
        Type::Enum(id) => {
            let labels = program.enums.get(id.0 as usize).map(|e| e.labels.as_slice()).unwrap_or_default();
            let known = |index: i64| i32::try_from(index).ok().filter(|_| (0..labels.len() as i64).contains(&index));
            let keys: Int32Array = ints()?.iter().map(|index| index.and_then(known)).collect();
            let labels: StringArray = labels.iter().map(|label| Some(label.as_str())).collect();
            Arc::new(DictionaryArray::<Int32Type>::try_new(keys, Arc::new(labels))?)
        }
    })
}
