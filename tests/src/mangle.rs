//! The same rows in other buffers: slices that begin inside a byte, garbage where nothing is known, dictionaries with
//! entries that are unused, repeated or missing.

use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int32Array, Int64Array, StringArray};
use arrow_buffer::NullBuffer;
use revplay_runtime::table::Table;
use std::sync::Arc;

/// A small seeded generator.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}

/// The rows of a table in other buffers.
pub fn mangled(table: &Table, seed: u64) -> Table {
    let mut seeded = Seeded(seed | 1);
    let columns = table.columns.iter().map(|column| column.as_ref().map(|array| mangle(array, &mut seeded)));
    Table { record: table.record, rows: table.rows, columns: columns.collect() }
}

fn mangle(array: &ArrayRef, seeded: &mut Seeded) -> ArrayRef {
    let before = (seeded.next() % 11) as usize;
    let after = (seeded.next() % 5) as usize;
    let rows = array.len();
    let inside = |i: usize| (before..before + rows).contains(&i).then(|| i - before);
    let valid: Vec<bool> = (0..before + rows + after)
        .map(|i| inside(i).map_or(seeded.next().is_multiple_of(2), |row| array.is_valid(row)))
        .collect();
    let nulls = valid.contains(&false).then(|| NullBuffer::from(valid.clone()));
    let any = array.as_any();
    let whole: ArrayRef = if let Some(ints) = any.downcast_ref::<Int64Array>() {
        let odd = [i64::MIN, i64::MAX, -1, 0, 1 << 40];
        let value = |i: usize| match inside(i).filter(|row| array.is_valid(*row)) {
            Some(row) => ints.value(row),
            None => odd[i % odd.len()],
        };
        Arc::new(Int64Array::new((0..valid.len()).map(value).collect::<Vec<_>>().into(), nulls))
    } else if let Some(numbers) = any.downcast_ref::<Float64Array>() {
        let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -0.0];
        let value = |i: usize| match inside(i).filter(|row| array.is_valid(*row)) {
            Some(row) => numbers.value(row),
            None => odd[i % odd.len()],
        };
        Arc::new(Float64Array::new((0..valid.len()).map(value).collect::<Vec<_>>().into(), nulls))
    } else if let Some(bools) = any.downcast_ref::<BooleanArray>() {
        let value =
            |i: usize| inside(i).filter(|row| array.is_valid(*row)).map_or(i.is_multiple_of(3), |row| bools.value(row));
        Arc::new(BooleanArray::new((0..valid.len()).map(value).collect::<Vec<_>>().into(), nulls))
    } else if let Some(texts) = any.downcast_ref::<StringArray>() {
        if seeded.next().is_multiple_of(3) {
            return dictionary(texts, seeded);
        }
        let value = |i: usize| match inside(i) {
            Some(row) => array.is_valid(row).then(|| texts.value(row)),
            None => Some("garbage"),
        };
        Arc::new((0..valid.len()).map(value).collect::<StringArray>())
    } else {
        return array.clone();
    };
    whole.slice(before, rows)
}

/// Two entries for each text, entries that no row has, and missing both as a null key and as a null entry.
fn dictionary(texts: &StringArray, seeded: &mut Seeded) -> ArrayRef {
    let mut entries: Vec<Option<&str>> = vec![None, Some("unused"), None];
    let mut keys: Vec<Option<i32>> = Vec::new();
    for row in 0..texts.len() {
        let text = texts.is_valid(row).then(|| texts.value(row));
        let again = entries.iter().rposition(|e| *e == text).filter(|_| !seeded.next().is_multiple_of(4));
        let key = again.unwrap_or_else(|| {
            entries.push(text);
            entries.len() - 1
        });
        keys.push(if text.is_none() && seeded.next().is_multiple_of(2) { None } else { Some(key as i32) });
    }
    let values: ArrayRef = Arc::new(entries.into_iter().collect::<StringArray>());
    match DictionaryArray::<Int32Type>::try_new(Int32Array::from(keys), values) {
        Ok(array) => Arc::new(array),
        Err(error) => panic!("{error}"),
    }
}
