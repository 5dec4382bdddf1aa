//! Values that stand once in a column of a Parquet file, with a code each in the order of their first row.

use std::collections::HashMap;

/// A dictionary that has more entries, or bytes, is not added to any more.
const ENTRIES_MAX: usize = 1 << 16;
const BYTES_MAX: usize = 1 << 20;

/// Of whole numbers.
#[derive(Default)]
pub(super) struct IntDictionary {
    entries: Vec<i64>,
    /// One more than the code of the value that belongs there; 0: nothing. Their number is a power of two, or none.
    slots: Vec<u32>,
}

impl IntDictionary {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.entries.len() > ENTRIES_MAX
    }

    /// The code of a value, which is the next one if it is new.
    #[inline]
    pub(super) fn code(&mut self, value: i64) -> u32 {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = slot(value) & mask;
        while let Some(&found) = self.slots.get(at) {
            let Some(code) = found.checked_sub(1) else { break };
            if self.entries.get(code as usize) == Some(&value) {
                return code;
            }
            at = (at + 1) & mask;
        }
        self.add(value)
    }

    #[cold]
    fn add(&mut self, value: i64) -> u32 {
        let code = self.entries.len() as u32;
        self.entries.push(value);
        if self.entries.len() * 2 > self.slots.len() {
            self.slots = vec![0; (self.slots.len() * 2).max(256)];
            for code in 0..self.entries.len() as u32 {
                self.settle(code);
            }
        } else {
            self.settle(code);
        }
        code
    }

    fn settle(&mut self, code: u32) {
        let Some(value) = self.entries.get(code as usize) else { return };
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = slot(*value) & mask;
        while self.slots.get(at).is_some_and(|found| *found != 0) {
            at = (at + 1) & mask;
        }
        if let Some(place) = self.slots.get_mut(at) {
            *place = code + 1;
        }
    }

    /// The entries as a page has them.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.entries.iter().flat_map(|value| value.to_le_bytes()).collect()
    }
}

fn slot(value: i64) -> usize {
    ((value as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize
}

/// Of texts.
#[derive(Default)]
pub(super) struct WordDictionary {
    codes: HashMap<Box<[u8]>, u32>,
    /// The entries as a page has them: the length of each, then its bytes.
    bytes: Vec<u8>,
    /// Where their bytes begin and end.
    places: Vec<(usize, usize)>,
}

impl WordDictionary {
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.places.len() > ENTRIES_MAX || self.bytes.len() > BYTES_MAX
    }

    /// The code of a text, which is the next one if it is new.
    pub(super) fn code(&mut self, text: &[u8]) -> u32 {
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        let code = self.places.len() as u32;
        put_text(text, &mut self.bytes);
        self.places.push((self.bytes.len() - text.len(), self.bytes.len()));
        self.codes.insert(text.into(), code);
        code
    }

    /// An entry.
    pub(super) fn text(&self, code: usize) -> &[u8] {
        self.places.get(code).and_then(|(start, end)| self.bytes.get(*start..*end)).unwrap_or(&[])
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.bytes.clone()
    }
}

/// A text as a page has it.
pub(super) fn put_text(text: &[u8], into: &mut Vec<u8>) {
    into.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
    into.extend_from_slice(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_follow_the_order_of_the_first_rows() {
        let mut ints = IntDictionary::default();
        let values = || (0..10_000_i64).map(|n| (n * n) % 1009 * 0x1_0000_0000 - 7);
        let codes: Vec<u32> = values().map(|value| ints.code(value)).collect();
        let mut seen: Vec<i64> = Vec::new();
        for (value, code) in values().zip(&codes) {
            let at = seen.iter().position(|s| *s == value).unwrap_or_else(|| {
                seen.push(value);
                seen.len() - 1
            });
            assert_eq!(at, *code as usize);
        }
        assert_eq!(ints.len(), seen.len());
        let mut words = WordDictionary::default();
        assert_eq!(["b", "", "a", "b", ""].map(|word| words.code(word.as_bytes())), [0, 1, 2, 0, 1]);
        assert_eq!(words.bytes(), b"\x01\0\0\0b\0\0\0\0\x01\0\0\0a");
        assert_eq!(words.text(2), b"a");
    }
}
