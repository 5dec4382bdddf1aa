//! Distinct texts with a number each, kept from batch to batch.

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// Entries of the front table; a power of two.
const FRONT: usize = 8_192;
/// Texts that are asked for before there is a front table: it takes longer to make than one record to decide.
const FRONT_AFTER: u32 = 256;

/// Numbers texts in the order in which they are first seen, from 0.
#[derive(Debug)]
pub struct Texts {
    /// Short texts seen lately: exact, since a key holds all bytes of the text.
    front: Vec<(Key, u32)>,
    /// Texts asked for while there was no front table.
    asked: u32,
    table: HashTable<Entry>,
    hasher: FixedState,
    bytes: String,
    ends: Vec<usize>,
}

/// A text in the table. Its hash and length are at hand, so that a look-up seldom goes to the bytes of another text.
#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: u32,
    length: u32,
    start: u32,
    number: u32,
}

/// A text of at most 32 bytes: its length, and words that overlap where it is shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
struct Key {
    words: [u64; 4],
    length: u32,
}

impl Key {
    fn of(text: &[u8]) -> Option<Key> {
        let word = |at: usize| text.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes);
        let half = |at: usize| text.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes).map(u64::from);
        let byte = |at: usize| text.get(at).copied().map(u64::from);
        let length = text.len();
        let words = match length {
            0 => [0; 4],
            1..=3 => [byte(0)? | byte(length / 2)? << 8 | byte(length - 1)? << 16, 0, 0, 0],
            4..=7 => [half(0)? | half(length - 4)? << 32, 0, 0, 0],
            8..=16 => [word(0)?, word(length - 8)?, 0, 0],
            17..=32 => [word(0)?, word(8)?, word(length - 16)?, word(length - 8)?],
            _ => return None,
        };
        // A length of 0 marks an empty slot.
        Some(Key { words, length: length as u32 + 1 })
    }

    fn slot(&self) -> usize {
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        let [a, b, c, d] = self.words;
        let first = (a ^ b.rotate_left(23) ^ u64::from(self.length) << 7).wrapping_mul(FACTOR);
        let mixed = if self.length > 17 { (first ^ c ^ d.rotate_left(29)).wrapping_mul(FACTOR) } else { first };
        (mixed >> 40) as usize % FRONT
    }
}

impl Default for Texts {
    fn default() -> Texts {
        Texts {
            front: Vec::new(),
            asked: 0,
            table: HashTable::new(),
            // Which slot a text falls into is not seen outside, so a fixed seed does no harm to results.
            hasher: FixedState::with_seed(0x5eed),
            bytes: String::new(),
            ends: Vec::new(),
        }
    }
}

impl Texts {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all of them.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// A text by its number.
    pub fn get(&self, number: usize) -> &str {
        let end = self.ends.get(number).copied().unwrap_or(0);
        let start = number.checked_sub(1).and_then(|n| self.ends.get(n).copied()).unwrap_or(0);
        self.bytes.get(start..end).unwrap_or("")
    }

    /// The number of a text, which is the next one if it was not seen before.
    pub fn number(&mut self, text: &str) -> u32 {
        if self.front.is_empty() {
            self.asked += 1;
            if self.asked < FRONT_AFTER {
                return self.look_up(text);
            }
            self.front = vec![(Key::default(), 0); FRONT];
        }
        let Some(key) = Key::of(text.as_bytes()) else { return self.look_up(text) };
        let slot = key.slot();
        if let Some((found, number)) = self.front.get(slot)
            && *found == key
        {
            return *number;
        }
        let number = self.look_up(text);
        if let Some(entry) = self.front.get_mut(slot) {
            *entry = (key, number);
        }
        number
    }

    /// The same of a text that is hardly asked for again soon, as the entry of a dictionary: nothing is kept for that.
    pub fn number_of_entry(&mut self, text: &str) -> u32 {
        self.look_up(text)
    }

    fn look_up(&mut self, text: &str) -> u32 {
        let hash = self.hasher.hash_one(text.as_bytes());
        let (tag, length) = (hash as u32, text.len() as u32);
        let Texts { table, bytes, .. } = self;
        let same = |entry: &Entry| {
            let start = entry.start as usize;
            let there = || bytes.as_bytes().get(start..start + text.len());
            entry.hash == tag && entry.length == length && there() == Some(text.as_bytes())
        };
        if let Some(entry) = table.find(hash, same) {
            return entry.number;
        }
        let entry = Entry { hash: tag, length, start: self.bytes.len() as u32, number: self.ends.len() as u32 };
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
        let Texts { table, bytes, hasher, .. } = self;
        table.insert_unique(hash, entry, |entry| {
            let start = entry.start as usize;
            hasher.hash_one(bytes.as_bytes().get(start..start + entry.length as usize).unwrap_or_default())
        });
        entry.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_one_number_and_others_have_others() {
        let mut texts = Texts::default();
        let mut all: Vec<String> = (0..5_000).map(|i| format!("{}{i}", "ab".repeat(i % 20))).collect();
        all.extend((0..40).map(|n| "x".repeat(n)));
        all.extend(["", "\0", "\0\0", "a", "aa", "aaa", "aaaa", "aba", "aab", "ä"].map(String::from));
        let first: Vec<u32> = all.iter().map(|t| texts.number(t)).collect();
        let again: Vec<u32> = all.iter().map(|t| texts.number(t)).collect();
        assert_eq!(first, again);
        for (text, number) in all.iter().zip(&first) {
            assert_eq!(texts.get(*number as usize), text);
        }
        assert_eq!(texts.len(), all.iter().collect::<std::collections::BTreeSet<_>>().len());
    }
}
