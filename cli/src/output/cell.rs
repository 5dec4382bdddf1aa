//! A cell of a result as text, for tables.

use arrow_array::{Array, BooleanArray, Float64Array, Int64Array, StringArray};
use revplay_io::{ColumnKind, OutputColumn};
use revplay_ir::describe::format_value;
use revplay_ir::program::Program;
use revplay_ir::types::Type;
use revplay_ir::value::Value;

/// Whether the column's cells stand to the right.
pub fn is_number(column: &OutputColumn) -> bool {
    match &column.kind {
        ColumnKind::Value(ty, _) => {
            (ty.is_int_like() && !matches!(ty, Type::Enum(_) | Type::Date | Type::Timestamp)) || ty.is_float_like()
        }
        ColumnKind::Kept(_) => false,
    }
}

/// The cell as a person reads it; empty if missing.
pub fn text(program: &Program, column: &OutputColumn, array: &dyn Array, row: usize) -> String {
    if row >= array.len() || array.is_null(row) {
        return String::new();
    }
    let any = array.as_any();
    match &column.kind {
        ColumnKind::Value(ty, _) => {
            let value = if let Some(ints) = any.downcast_ref::<Int64Array>() {
                Value::Int(ints.value(row))
            } else if let Some(numbers) = any.downcast_ref::<Float64Array>() {
                Value::Num(numbers.value(row))
            } else if let Some(bools) = any.downcast_ref::<BooleanArray>() {
                Value::Bool(bools.value(row))
            } else if let Some(texts) = any.downcast_ref::<StringArray>() {
                return texts.value(row).to_string();
            } else {
                return String::new();
            };
            format_value(program, *ty, &value)
        }
        ColumnKind::Kept(_) => match any.downcast_ref::<StringArray>() {
            Some(texts) => texts.value(row).to_string(),
            None => arrow_cast::display::array_value_to_string(array, row).unwrap_or_default(),
        },
    }
}
