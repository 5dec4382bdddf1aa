//! `--unique`: says which keys occur more than once among the decided rows (promise L1).

use arrow_array::{Array, ArrayRef, Int64Array, StringArray};
use revplay_runtime::table::plain;
use std::collections::HashMap;

/// Keys told by name.
const SHOWN_MAX: usize = 5;

/// The keys met so far. Memory grows with the number of distinct keys.
#[derive(Default)]
pub struct Unique {
    seen: HashMap<Key, ()>,
    /// Rows whose key was there before.
    pub repeated: u64,
    shown: Vec<String>,
}

#[derive(PartialEq, Eq, Hash)]
enum Key {
    Int(i64),
    Text(Box<str>),
}

impl Unique {
    /// Looks at the keys of a chunk.
    pub fn add(&mut self, keys: &ArrayRef) {
        let keys = &plain(keys);
        let any = keys.as_any();
        let ints = any.downcast_ref::<Int64Array>();
        let texts = any.downcast_ref::<StringArray>();
        for row in (0..keys.len()).filter(|row| keys.is_valid(*row)) {
            let key = match (ints, texts) {
                (Some(ints), _) => Key::Int(ints.value(row)),
                (None, Some(texts)) => Key::Text(texts.value(row).into()),
                (None, None) => return,
            };
            let name = match &key {
                Key::Int(n) => n.to_string(),
                Key::Text(t) => t.to_string(),
            };
            if self.seen.insert(key, ()).is_some() {
                self.repeated += 1;
                if self.shown.len() < SHOWN_MAX && !self.shown.contains(&name) {
                    self.shown.push(name);
                }
            }
        }
    }

    /// What was found, in one line; nothing if every key is new.
    pub fn finding(&self) -> Option<String> {
        let rows = if self.repeated == 1 { "1 row has".to_string() } else { format!("{} rows have", self.repeated) };
        (self.repeated > 0)
            .then(|| format!("--unique: {rows} a key that was there before: {}\n", self.shown.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn l1_repeated_keys_are_told_across_chunks() {
        let mut unique = Unique::default();
        unique.add(&(Arc::new(StringArray::from(vec!["a", "b"])) as ArrayRef));
        assert_eq!(unique.finding(), None);
        unique.add(&(Arc::new(StringArray::from(vec!["b", "c", "a", "b"])) as ArrayRef));
        assert_eq!(unique.repeated, 3);
        let finding = unique.finding().expect("a finding");
        assert!(finding.contains("3 rows have a key that was there before: b, a"), "{finding}");
    }
}
