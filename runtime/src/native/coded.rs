//! Flags of a text field by entry of a dictionary: a look-up per row and column of flags.

use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray};
use std::sync::Arc;

/// Marks an entry that no row had yet. Flags take the low eight bits.
const UNSEEN: u16 = 1 << 15;

/// The flags of a dictionary's entries.
#[derive(Debug)]
pub struct Coded {
    values: ArrayRef,
    /// Per column of flags: by entry.
    tables: Vec<Vec<u16>>,
}

impl Coded {
    /// Nothing known of a dictionary yet.
    pub fn new(values: ArrayRef, columns: usize) -> Coded {
        let tables = vec![vec![UNSEEN; values.len()]; columns];
        Coded { values, tables }
    }

    /// Whether it is of this dictionary: the same memory, not the same texts.
    pub fn is_of(&self, values: &ArrayRef) -> bool {
        Arc::ptr_eq(&self.values, values)
    }

    /// Sets the flags of an entry, one byte per column.
    pub fn learn(&mut self, entry: usize, flags: impl Iterator<Item = u8>) {
        for (table, byte) in self.tables.iter_mut().zip(flags) {
            if let Some(slot) = table.get_mut(entry) {
                *slot = u16::from(byte);
            }
        }
    }

    /// The columns of flags of an array with this dictionary, a byte per row, or `None` if some row may have an entry
    /// of which nothing is known. `missing` is the byte of rows without a text, by column.
    pub fn flags(&self, array: &DictionaryArray<Int32Type>, missing: &[u8]) -> Option<Vec<Vec<u8>>> {
        let mut columns = Vec::with_capacity(self.tables.len());
        for (table, missing) in self.tables.iter().zip(missing) {
            let (column, seen) = look_up(table, array, *missing);
            // All columns of an entry are learned together.
            if columns.is_empty() && !seen {
                return None;
            }
            columns.push(column);
        }
        Some(columns)
    }

    /// As [`Coded::flags`] where every entry of a row is known; what a missing row's key points to does not matter.
    pub fn flags_seen(&self, array: &DictionaryArray<Int32Type>, missing: &[u8]) -> Vec<Vec<u8>> {
        self.tables.iter().zip(missing).map(|(table, missing)| look_up(table, array, *missing).0).collect()
    }

    /// The entries of rows of an array of which nothing is known, each once, in the order of the rows.
    pub fn unseen(&mut self, array: &DictionaryArray<Int32Type>) -> Vec<usize> {
        let Some(table) = self.tables.first_mut() else { return Vec::new() };
        let mut found = Vec::new();
        for (row, key) in array.keys().values().iter().enumerate() {
            let Ok(entry) = usize::try_from(*key) else { continue };
            if let Some(slot) = table.get_mut(entry).filter(|slot| **slot == UNSEEN)
                && array.keys().is_valid(row)
            {
                *slot = 0;
                found.push(entry);
            }
        }
        found
    }
}

/// A byte per row, and whether all rows had an entry that was seen.
fn look_up(table: &[u16], array: &DictionaryArray<Int32Type>, missing: u8) -> (Vec<u8>, bool) {
    let mut met = 0u16;
    let byte = |key: &i32| {
        // A key outside, as it may stand under a missing row, is missing.
        let flags = table.get(*key as u32 as usize).copied().unwrap_or(u16::from(missing));
        met |= flags;
        flags as u8
    };
    let mut column: Vec<u8> = array.keys().values().iter().map(byte).collect();
    if let Some(nulls) = array.keys().nulls().filter(|nulls| nulls.null_count() > 0) {
        for row in (!nulls.inner()).set_indices() {
            if let Some(byte) = column.get_mut(row) {
                *byte = missing;
            }
        }
    }
    (column, met & UNSEEN == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{Int32Array, StringArray};

    #[test]
    fn flags_are_looked_up_and_entries_without_rows_are_not_asked_for() {
        let values: ArrayRef = Arc::new(StringArray::from(vec!["a", "never", "b"]));
        let keys = Int32Array::from(vec![Some(2), None, Some(0), Some(2)]);
        let array = DictionaryArray::<Int32Type>::new(keys, values.clone());
        let mut coded = Coded::new(values, 2);
        assert!(coded.is_of(array.values()));
        assert_eq!(coded.flags(&array, &[9, 8]), None);
        assert_eq!(coded.unseen(&array), [2, 0]);
        coded.learn(2, [0xff, 1].into_iter());
        coded.learn(0, [4, 2].into_iter());
        let expected = vec![vec![0xff, 9, 4, 0xff], vec![1, 8, 2, 1]];
        assert_eq!(coded.flags_seen(&array, &[9, 8]), expected);
        let later = array.slice(2, 2);
        assert_eq!(coded.flags(&later, &[9, 8]), Some(vec![vec![4, 0xff], vec![2, 1]]));
    }
}
