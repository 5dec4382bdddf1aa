//! Columns with a dictionary: each entry is taken once, then the codes are followed.

use super::{Intake, Kind};
use crate::cell::{Cell, Taken};
use crate::limits;
use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, Int32Array, Int64Array, StringArray, new_null_array};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::DataType;
use revplay_runtime::cells::TypedColumn;
use std::sync::Arc;

/// The entries of a dictionary as values of a field.
pub(super) struct Words {
    /// The dictionary that they were made from.
    of: ArrayRef,
    values: Values,
    /// Entries that are no value of the field; empty if there are none. They matter only where a row has them.
    bad: Vec<bool>,
    /// Bytes of the largest text.
    longest: usize,
}

enum Values {
    Texts(Arc<StringArray>),
    /// Indices of labels; `None` is missing.
    Labels(Vec<Option<i64>>),
}

impl Words {
    /// Takes the entries of a column's dictionary. `None` if they have no cells.
    pub(super) fn new(intake: &Intake, column: &ArrayRef) -> Option<Words> {
        let of = column.as_any_dictionary_opt()?.values();
        let given = TypedColumn::new(of.as_ref()).ok()?;
        let mut bad = Vec::new();
        let mut longest = 0;
        let mut read = |entry: usize| {
            let cell = given.get(entry);
            let too_large = matches!(cell, Cell::Text(text) if text.len() > limits::CELL_BYTES);
            match intake.read(cell) {
                Ok(value) if !too_large => value,
                Ok(_) | Err(_) => {
                    bad.resize(of.len(), false);
                    bad.iter_mut().skip(entry).take(1).for_each(|bad| *bad = true);
                    None
                }
            }
        };
        let values = if matches!(intake.kind, Kind::Enum(_)) {
            let label = |value: Option<Taken<'_>>| match value {
                Some(Taken::Int(label)) => Some(label),
                Some(Taken::Bool(_) | Taken::Num(_) | Taken::Text(_)) | None => None,
            };
            Values::Labels((0..of.len()).map(|entry| label(read(entry))).collect())
        } else {
            let mut texts = StringBuilder::new();
            for entry in 0..of.len() {
                match read(entry) {
                    Some(Taken::Text(text)) => {
                        longest = longest.max(text.len());
                        texts.append_value(&text);
                    }
                    Some(Taken::Bool(_) | Taken::Int(_) | Taken::Num(_)) | None => texts.append_null(),
                }
            }
            Values::Texts(Arc::new(texts.finish()))
        };
        Some(Words { of: of.clone(), values, bad, longest })
    }

    /// Whether they were made from this column's dictionary.
    pub(super) fn are_of(&self, column: &ArrayRef) -> bool {
        let same = |of: &ArrayRef| Arc::ptr_eq(of, &self.of) || of.to_data().ptr_eq(&self.of.to_data());
        column.as_any_dictionary_opt().is_some_and(|dictionary| same(dictionary.values()))
    }

    /// The values of the rows of a column; missing ones are null. `None` if one of them is bad, or all together
    /// are too large.
    pub(super) fn spread(&self, column: &ArrayRef) -> Option<ArrayRef> {
        let keys = keys(column)?;
        if !self.bad.is_empty() && keys.iter().flatten().any(|key| at(&self.bad, key) != Some(false)) {
            return None;
        }
        match &self.values {
            Values::Labels(labels) => Some(Arc::new(labelled(labels, &keys))),
            Values::Texts(texts) => {
                let most = self.longest.checked_mul(keys.len())?;
                let size =
                    |key: i32| usize::try_from(key).ok().filter(|k| *k < texts.len()).map(|k| texts.value(k).len());
                if most > limits::CHUNK_BYTES
                    && keys.iter().flatten().filter_map(size).sum::<usize>() > limits::CHUNK_BYTES
                {
                    return None;
                }
                // The codes were checked against a dictionary of this length when they were read.
                match column.as_dictionary_opt::<Int32Type>().filter(|d| d.values().len() == texts.len()) {
                    Some(dictionary) if !texts.is_empty() => Some(Arc::new(dictionary.with_values(texts.clone()))),
                    _ => text_column(texts, &keys),
                }
            }
        }
    }
}

fn at<T: Copy>(entries: &[T], key: i32) -> Option<T> {
    usize::try_from(key).ok().and_then(|key| entries.get(key)).copied()
}

/// The codes of a column with a dictionary.
fn keys(column: &ArrayRef) -> Option<Int32Array> {
    if let Some(dictionary) = column.as_dictionary_opt::<Int32Type>() {
        return Some(dictionary.keys().clone());
    }
    let dictionary = column.as_any_dictionary_opt()?;
    Some(arrow_cast::cast(dictionary.keys(), &DataType::Int32).ok()?.as_primitive_opt::<Int32Type>()?.clone())
}

/// The labels of the rows. Under a null stands zero.
fn labelled(labels: &[Option<i64>], keys: &Int32Array) -> Int64Array {
    if keys.null_count() == 0 && labels.iter().all(Option::is_some) {
        let known: Vec<i64> = labels.iter().flatten().copied().collect();
        return Int64Array::from_iter_values(keys.values().iter().map(|key| at(&known, *key).unwrap_or(0)));
    }
    let label = |row: usize| if keys.is_valid(row) { at(labels, keys.value(row)).flatten() } else { None };
    let values: Vec<i64> = (0..keys.len()).map(|row| label(row).unwrap_or(0)).collect();
    let nulls = match labels.iter().all(Option::is_some) {
        true => keys.nulls().cloned(),
        false => Some(NullBuffer::new(BooleanBuffer::collect_bool(keys.len(), |row| label(row).is_some()))),
    };
    Int64Array::new(values.into(), nulls.filter(|nulls| nulls.null_count() > 0))
}

/// The texts of the rows as the canonical array of a text column. Where rows share texts they are left to share them:
/// what is computed of a text is then computed once for all batches of the file.
fn text_column(texts: &Arc<StringArray>, keys: &Int32Array) -> Option<ArrayRef> {
    if texts.is_empty() {
        return Some(new_null_array(&DataType::Utf8, keys.len()));
    }
    DictionaryArray::<Int32Type>::try_new(keys.clone(), texts.clone()).ok().map(|array| Arc::new(array) as ArrayRef)
}
