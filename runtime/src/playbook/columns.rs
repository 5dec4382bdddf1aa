//! Arrow columns of a caller as the canonical columns of a table.
//!
//! A column that needs no change is taken as it is; of a dictionary every entry is looked at once; all else goes cell
//! by cell.

use super::error::{Error, Reject};
use super::fields::Fields;
use super::intake::Intake;
use crate::cells::{Cell, TypedColumn, fits, holds, ints, wanted};
use crate::table::{ColumnBuilder, Table};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float32Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, DictionaryArray, Int32Array, Int64Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use revplay_ir::reading::Reason;
use revplay_ir::time;
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::sync::Arc;

/// Bad cells, and the rows that they stand in.
#[derive(Debug)]
pub(super) struct Rejects {
    pub list: Vec<Reject>,
    /// Per row; empty while there is none.
    pub rows: Vec<bool>,
    most: usize,
}

impl Rejects {
    /// At most so many are kept; of the others only the rows.
    pub(super) fn new(most: usize) -> Rejects {
        Rejects { list: Vec::new(), rows: Vec::new(), most }
    }

    fn push(&mut self, rows: usize, row: usize, column: &str, cell: Cell<'_>, reason: Reason) {
        if self.rows.is_empty() {
            self.rows = vec![false; rows];
        }
        if let Some(slot) = self.rows.get_mut(row) {
            *slot = true;
        }
        if self.list.len() < self.most {
            let reason = reason.into_owned();
            self.list.push(Reject { row, column: column.to_owned(), value: cell.shown(), reason });
        }
    }
}

/// The rows of a batch as a table of the record.
///
/// # Errors
/// For a column that cannot be used as a whole. Bad cells are rejects, and missing in the table.
pub(super) fn table(fields: &Fields, batch: &RecordBatch, rejects: &mut Rejects) -> Result<Table, Error> {
    let schema = batch.schema_ref();
    let bound = fields.bind(schema.fields().iter().map(|f| f.name().as_str()))?;
    let rows = batch.num_rows();
    let mut columns = Vec::with_capacity(fields.names.len());
    for ((intake, source), name) in fields.intakes.iter().zip(&bound).zip(&fields.names) {
        let Some(intake) = intake else {
            columns.push(None);
            continue;
        };
        let found = source.and_then(|index| Some((batch.columns().get(index)?, schema.fields().get(index)?.name())));
        columns.push(match found {
            Some((array, header)) => Some(convert(intake, header, array, rejects)?),
            None => absent(intake, name, rows, rejects),
        });
    }
    // Columns are looked at one after the other; people read rows.
    rejects.list.sort_by_key(|reject| reject.row);
    Ok(Table { record: fields.record, rows, columns })
}

/// The column of a field that the data lacks.
fn absent(intake: &Intake, name: &str, rows: usize, rejects: &mut Rejects) -> Option<ArrayRef> {
    if intake.stays_missing() {
        return None;
    }
    let mut builder = ColumnBuilder::new(intake.ty, rows);
    for row in 0..rows {
        push(intake.missing_value(), &mut builder, rejects, rows, row, name, Cell::Missing);
    }
    Some(builder.finish())
}

fn push(
    value: Result<Value, Reason>,
    builder: &mut ColumnBuilder,
    rejects: &mut Rejects,
    rows: usize,
    row: usize,
    column: &str,
    cell: Cell<'_>,
) {
    match value {
        Ok(value) => builder.push(&value),
        Err(reason) => {
            rejects.push(rows, row, column, cell, reason);
            builder.push(&Value::Missing);
        }
    }
}

fn convert(intake: &Intake, column: &str, array: &ArrayRef, rejects: &mut Rejects) -> Result<ArrayRef, Error> {
    let of_another_kind = || Error::Column {
        column: column.to_owned(),
        message: format!("the column holds {}, and the field takes {}", holds(array.data_type()), intake.ty.in_words()),
        help: format!("give it as {}, or as text", wanted(intake.ty)),
    };
    if !fits(array.data_type(), intake.ty) {
        return Err(of_another_kind());
    }
    if let Some(same) = as_it_is(intake, array) {
        return Ok(same);
    }
    if let Some(coded) = entries(intake, column, array, rejects) {
        return Ok(coded);
    }
    let rows = array.len();
    let cells = TypedColumn::new(array.as_ref()).map_err(|_| of_another_kind())?;
    let mut builder = ColumnBuilder::new(intake.ty, rows);
    for row in 0..rows {
        let cell = cells.get(row);
        push(intake.value(cell), &mut builder, rejects, rows, row, column, cell);
    }
    Ok(builder.finish())
}

/// The column itself, or its values in the width that tables have, if no cell needs a change.
fn as_it_is(intake: &Intake, array: &ArrayRef) -> Option<ArrayRef> {
    if array.null_count() > 0 && !intake.stays_missing() {
        return None;
    }
    match intake.ty {
        // Numbers beyond 63 bits are bad cells.
        Type::Int if intake.takes_all() && array.data_type() != &DataType::UInt64 => {
            ints(array.as_ref()).map(|ints| Arc::new(ints) as ArrayRef)
        }
        Type::Number | Type::Percent if intake.takes_all() && intake.takes_fractions() => {
            let numbers = match array.data_type() {
                DataType::Float64 => array.clone(),
                DataType::Float32 => Arc::new(array.as_primitive::<Float32Type>().unary::<_, Float64Type>(f64::from)),
                _ => return None,
            };
            let finite = numbers.as_primitive::<Float64Type>().iter().flatten().all(f64::is_finite);
            finite.then_some(numbers)
        }
        Type::Bool => array.as_boolean_opt().map(|bools| Arc::new(bools.clone()) as ArrayRef),
        Type::Text => {
            let texts = array.as_string_opt::<i32>()?;
            texts.iter().flatten().all(|text| intake.is_plain(text)).then(|| array.clone())
        }
        Type::Timestamp if intake.takes_all() => instants(intake, array),
        Type::Date if intake.takes_all() => {
            let days = array.as_primitive_opt::<Date32Type>()?.unary::<_, Int64Type>(i64::from);
            days.iter().flatten().all(time::date_in_range).then(|| Arc::new(days) as ArrayRef)
        }
        Type::Int
        | Type::Number
        | Type::Percent
        | Type::Money(_)
        | Type::Decimal(_)
        | Type::Date
        | Type::Timestamp
        | Type::Duration
        | Type::Months
        | Type::Business(_)
        | Type::Enum(_)
        | Type::Target
        | Type::List
        | Type::Error => None,
    }
}

/// Microseconds in UTC.
fn instants(intake: &Intake, array: &ArrayRef) -> Option<ArrayRef> {
    let DataType::Timestamp(TimeUnit::Microsecond, zone) = array.data_type() else { return None };
    let in_utc = zone.is_some() || intake.zone().iana_name().is_some_and(|n| matches!(n, "UTC" | "Etc/UTC"));
    let times: Int64Array = array.as_primitive_opt::<TimestampMicrosecondType>()?.reinterpret_cast();
    let good = |us: i64| time::date_in_range(us.div_euclid(time::DAY_US));
    (in_utc && times.iter().flatten().all(good)).then(|| Arc::new(times) as ArrayRef)
}

/// A column with a dictionary of texts, by its entries.
fn entries(intake: &Intake, column: &str, array: &ArrayRef, rejects: &mut Rejects) -> Option<ArrayRef> {
    let coded = array.as_any_dictionary_opt()?;
    let (values, rows) = (coded.values(), array.len());
    if values.is_empty() || !matches!(values.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) {
        return None;
    }
    let keys = coded.normalized_keys();
    let valid = |row: usize, key: usize| array.is_valid(row) && values.is_valid(key);
    if let (Type::Text, Some(texts)) = (intake.ty, values.as_string_opt::<i32>())
        && values.len() <= rows
        && intake.stays_missing()
        && texts.iter().flatten().all(|text| intake.is_plain(text))
    {
        let keys: Int32Array =
            keys.iter().enumerate().map(|(row, k)| i32::try_from(*k).ok().filter(|_| valid(row, *k))).collect();
        return Some(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, values.clone()).ok()?));
    }
    let cells = TypedColumn::new(values.as_ref()).ok()?;
    let mut known: Vec<Option<Result<Value, Reason>>> = vec![None; values.len()];
    let mut builder = ColumnBuilder::new(intake.ty, rows);
    for (row, key) in keys.into_iter().enumerate() {
        if !valid(row, key) {
            push(intake.missing_value(), &mut builder, rejects, rows, row, column, Cell::Missing);
            continue;
        }
        let cell = || cells.get(key);
        let Some(slot) = known.get_mut(key) else { continue };
        match slot.get_or_insert_with(|| intake.value(cell())) {
            Ok(value) => builder.push(value),
            Err(reason) => push(Err(reason.clone()), &mut builder, rejects, rows, row, column, cell()),
        }
    }
    Some(builder.finish())
}

/// The rows of a table that no bad cell stands in.
pub(super) fn good_rows(program: &revplay_ir::program::Program, table: Table, rejects: &Rejects) -> Table {
    if rejects.rows.is_empty() {
        return table;
    }
    let fields = program.records.get(table.record.index()).map(|r| r.fields.as_slice()).unwrap_or_default();
    let kept: Vec<usize> = (0..table.rows).filter(|row| rejects.rows.get(*row) == Some(&false)).collect();
    let columns = table.columns.iter().zip(fields).enumerate().map(|(position, (column, field))| {
        column.as_ref()?;
        let ty = program.fields.get(field.index())?.ty;
        let mut builder = ColumnBuilder::new(ty, kept.len());
        kept.iter().for_each(|row| builder.push(&table.value(position, *row, ty)));
        Some(builder.finish())
    });
    Table { record: table.record, rows: kept.len(), columns: columns.collect() }
}
