//! Rows in memory: Arrow arrays of the canonical kinds, one per field.

use crate::error::Error;
use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, StringBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int64Array, StringArray};
use revplay_ir::program::{Program, RecordId};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::sync::Arc;

/// Rows of one record, after intake: every cell is good and of the field's type.
///
/// Canonical arrays: `bool` BooleanArray; every integer-like type (see `Type::is_int_like`) Int64Array;
/// `number` and `percent` Float64Array (finite only); `text` StringArray, or a dictionary of one with Int32 keys.
/// Missing is null: a dictionary's key, or the entry that it points to.
#[derive(Clone, Debug)]
pub struct Table {
    /// Whose rows.
    pub record: RecordId,
    /// How many.
    pub rows: usize,
    /// By position of the field in `Record::fields`; `None` for a column that was not read.
    pub columns: Vec<Option<ArrayRef>>,
}

impl Table {
    /// A table of values, one inner vector per row with one value per field of the record, in the
    /// order of `Record::fields`. A value that is not of its field's type becomes missing, and so
    /// does one that is not given.
    pub fn from_values(program: &Program, record: RecordId, rows: &[Vec<Value>]) -> Table {
        let fields = program.records.get(record.index()).map(|r| r.fields.as_slice()).unwrap_or_default();
        let columns = fields.iter().enumerate().map(|(position, field)| {
            let mut column = ColumnBuilder::new(program.fields[field.index()].ty, rows.len());
            for row in rows {
                column.push(row.get(position).unwrap_or(&Value::Missing));
            }
            Some(column.finish())
        });
        Table { record, rows: rows.len(), columns: columns.collect() }
    }

    /// The value of a cell; `ty` is the field's type. A column that was not read, a row past the
    /// end and an array of another kind are missing.
    pub fn value(&self, position: usize, row: usize, ty: Type) -> Value {
        match self.columns.get(position) {
            Some(Some(array)) => cell(array.as_ref(), row, ty),
            Some(None) | None => Value::Missing,
        }
    }

    /// Checks the kinds and lengths of the arrays.
    ///
    /// # Errors
    /// [`Error::ColumnKind`] names the first column that breaks the rule of [`Table`].
    pub fn check(&self, program: &Program) -> Result<(), Error> {
        let Some(record) = program.records.get(self.record.index()) else {
            return Err(Error::ColumnKind { record: format!("#{}", self.record.0), field: String::new() });
        };
        for (position, field) in record.fields.iter().enumerate() {
            let field = &program.fields[field.index()];
            let good = match self.columns.get(position) {
                Some(Some(array)) => array.len() == self.rows && is_canonical(array.as_ref(), field.ty),
                Some(None) | None => true,
            };
            if !good {
                return Err(Error::ColumnKind { record: record.name.clone(), field: field.name.clone() });
            }
        }
        Ok(())
    }
}

/// The value of a canonical array's cell.
pub(crate) fn cell(array: &dyn Array, row: usize, ty: Type) -> Value {
    if row >= array.len() || array.is_null(row) {
        return Value::Missing;
    }
    let any = array.as_any();
    if ty.is_int_like() {
        any.downcast_ref::<Int64Array>().map_or(Value::Missing, |a| Value::Int(a.value(row)))
    } else if ty.is_float_like() {
        any.downcast_ref::<Float64Array>().map_or(Value::Missing, |a| Value::num(a.value(row)))
    } else if ty == Type::Bool {
        any.downcast_ref::<BooleanArray>().map_or(Value::Missing, |a| Value::Bool(a.value(row)))
    } else {
        text_at(array, row).map_or(Value::Missing, Value::text)
    }
}

/// A column of texts that is a dictionary, as plain texts; any other column as it is.
pub fn plain(array: &ArrayRef) -> ArrayRef {
    match array.as_any().downcast_ref::<DictionaryArray<Int32Type>>() {
        Some(_) => Arc::new((0..array.len()).map(|row| text_at(array.as_ref(), row)).collect::<StringArray>()),
        None => array.clone(),
    }
}

/// The text of a canonical array's cell.
pub(crate) fn text_at(array: &dyn Array, row: usize) -> Option<&str> {
    let any = array.as_any();
    if let Some(texts) = any.downcast_ref::<StringArray>() {
        return (row < texts.len() && texts.is_valid(row)).then(|| texts.value(row));
    }
    let coded = any.downcast_ref::<DictionaryArray<Int32Type>>()?;
    let entry = coded.key(row).filter(|_| row < coded.len())?;
    let texts = coded.values().as_any().downcast_ref::<StringArray>()?;
    (entry < texts.len() && texts.is_valid(entry)).then(|| texts.value(entry))
}

fn is_canonical(array: &dyn Array, ty: Type) -> bool {
    let any = array.as_any();
    if ty.is_int_like() {
        any.is::<Int64Array>()
    } else if ty.is_float_like() {
        any.is::<Float64Array>()
    } else if ty == Type::Bool {
        any.is::<BooleanArray>()
    } else {
        let coded = any.downcast_ref::<DictionaryArray<Int32Type>>();
        any.is::<StringArray>() || coded.is_some_and(|a| a.values().as_any().is::<StringArray>())
    }
}

/// Builds the canonical array of a type from values.
pub(crate) enum ColumnBuilder {
    Bool(BooleanBuilder),
    Int(Int64Builder),
    Num(Float64Builder),
    Text(StringBuilder),
}

impl ColumnBuilder {
    pub(crate) fn new(ty: Type, rows: usize) -> ColumnBuilder {
        if ty.is_int_like() {
            ColumnBuilder::Int(Int64Builder::with_capacity(rows))
        } else if ty.is_float_like() {
            ColumnBuilder::Num(Float64Builder::with_capacity(rows))
        } else if ty == Type::Bool {
            ColumnBuilder::Bool(BooleanBuilder::with_capacity(rows))
        } else {
            ColumnBuilder::Text(StringBuilder::new())
        }
    }

    /// A list becomes its texts joined by `; `; a value of another kind becomes missing.
    pub(crate) fn push(&mut self, value: &Value) {
        match self {
            ColumnBuilder::Bool(b) => b.append_option(match value {
                Value::Bool(x) => Some(*x),
                _ => None,
            }),
            ColumnBuilder::Int(b) => b.append_option(match value {
                Value::Int(x) => Some(*x),
                _ => None,
            }),
            ColumnBuilder::Num(b) => b.append_option(match value {
                Value::Num(x) => Some(*x),
                _ => None,
            }),
            ColumnBuilder::Text(b) => match value {
                Value::Text(x) => b.append_value(x),
                Value::List(items) => b.append_value(items.join("; ")),
                Value::Missing | Value::Bool(_) | Value::Int(_) | Value::Num(_) => b.append_null(),
            },
        }
    }

    pub(crate) fn finish(&mut self) -> ArrayRef {
        match self {
            ColumnBuilder::Bool(b) => Arc::new(b.finish()),
            ColumnBuilder::Int(b) => Arc::new(b.finish()),
            ColumnBuilder::Num(b) => Arc::new(b.finish()),
            ColumnBuilder::Text(b) => Arc::new(b.finish()),
        }
    }
}
