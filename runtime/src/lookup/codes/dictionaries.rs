//! What the entries of a dictionary are in a lookup, kept from batch to batch: those of one file share it.

use crate::links::keys::NONE;
use crate::table::text_at;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray};
use std::sync::{Arc, Mutex, Weak};

/// Dictionaries of which it is remembered: as many as there may be threads at work, each with its own.
const REMEMBERED: usize = 8;
/// An entry that no row had yet: it may be there though none ever has it. No lookup has so many rows.
const UNSEEN: u32 = NONE - 1;

/// The latest dictionaries that were met.
#[derive(Debug, Default)]
pub(super) struct Dictionaries {
    known: Mutex<Vec<Entries>>,
}

/// The codes of a dictionary's entries.
#[derive(Debug)]
struct Entries {
    /// It is not kept alive: while this is here, no other has its address.
    of: Weak<dyn Array>,
    codes: Vec<u32>,
}

impl Dictionaries {
    /// The code of each row; `find` gives that of a text. [`NONE`] where there is no text.
    pub(super) fn codes(&self, array: &DictionaryArray<Int32Type>, find: impl Fn(&str) -> u32) -> Vec<u32> {
        let values = array.values();
        let mut entries = self.take(values);
        let mut of = |key: i32| {
            let Some(entry) = usize::try_from(key).ok().and_then(|key| entries.codes.get_mut(key)) else { return NONE };
            if *entry == UNSEEN {
                *entry = text_at(values.as_ref(), key as usize).map_or(NONE, &find);
            }
            *entry
        };
        let keys = array.keys();
        let codes = match keys.nulls() {
            None => keys.values().iter().map(|key| of(*key)).collect(),
            Some(nulls) => {
                keys.values().iter().zip(nulls).map(|(key, valid)| if valid { of(*key) } else { NONE }).collect()
            }
        };
        self.put_back(entries);
        codes
    }

    /// What is known of a dictionary, for one thread alone.
    fn take(&self, values: &ArrayRef) -> Entries {
        let of = Arc::downgrade(values);
        let known = self.known.lock().ok().and_then(|mut known| {
            let place = known.iter().position(|entries| entries.of.ptr_eq(&of))?;
            Some(known.swap_remove(place))
        });
        known.unwrap_or_else(|| Entries { of, codes: vec![UNSEEN; values.len()] })
    }

    fn put_back(&self, entries: Entries) {
        if let Ok(mut known) = self.known.lock() {
            known.retain(|entries| entries.of.strong_count() > 0);
            known.truncate(REMEMBERED - 1);
            known.insert(0, entries);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{Int32Array, StringArray};
    use std::cell::Cell;

    fn coded(keys: Vec<Option<i32>>, values: &ArrayRef) -> DictionaryArray<Int32Type> {
        DictionaryArray::new(Int32Array::from(keys), values.clone())
    }

    #[test]
    fn an_entry_is_looked_up_once_for_all_batches_of_its_dictionary() {
        let asked = Cell::new(0);
        let find = |text: &str| {
            asked.set(asked.get() + 1);
            if text == "nowhere" { NONE } else { text.len() as u32 }
        };
        let known = Dictionaries::default();
        let one: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), Some("never"), Some("nowhere"), None]));
        let codes = known.codes(&coded(vec![Some(0), None, Some(2), Some(3)], &one), find);
        assert_eq!((codes, asked.get()), (vec![1, NONE, NONE, NONE], 2));
        // Another dictionary with other texts at the same places.
        let other: ArrayRef = Arc::new(StringArray::from(vec!["four", "ab"]));
        assert_eq!(known.codes(&coded(vec![Some(1), Some(0)], &other), find), [2, 4]);
        assert_eq!(known.codes(&coded(vec![Some(2), Some(0), Some(0)], &one), find), [NONE, 1, 1]);
        assert_eq!(asked.get(), 4);
    }

    #[test]
    fn a_dictionary_that_is_gone_is_forgotten() {
        let known = Dictionaries::default();
        for text in ["a", "bb", "ccc"].repeat(20) {
            let values: ArrayRef = Arc::new(StringArray::from(vec![text]));
            assert_eq!(known.codes(&coded(vec![Some(0)], &values), |text| text.len() as u32), [text.len() as u32]);
            assert!(known.known.lock().is_ok_and(|known| known.len() <= 2));
        }
    }
}
