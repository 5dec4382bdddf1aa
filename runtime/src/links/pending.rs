//! The keys of a column where hardly any follows its like: put to groups piece by piece, and numbered group by group when
//! many are here, so that what is known of a group stays near the processor. Numbered one by one as they come, each would
//! be looked up somewhere in all memory.

use super::by_group::ByGroup;
use super::keys::{TextNumbers, group, hash_of};
use super::open::{GROUP_BITS, GROUPS, Open, Piece, end_of, text};
use super::parts::on_threads;
use super::pieces::PIECE_ROWS;
use crate::table::text_at;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, StringArray};
use std::sync::{Mutex, PoisonError};

/// Pieces that are numbered together.
const PIECES: usize = if cfg!(test) { 2 } else { 32 };

/// Keys by row.
#[derive(Debug)]
pub(super) struct Pending {
    groups: Vec<Mutex<Group>>,
    pieces: Vec<Piece>,
    /// How many of the pieces are numbered.
    numbered: usize,
    open: Open,
}

/// The keys of a group, and by which of them it knows those of its rows, in file order.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) texts: TextNumbers,
    pub(super) numbers: Vec<u32>,
}

impl Pending {
    /// No rows yet.
    pub(super) fn new() -> Pending {
        let group = |_| Mutex::new(Group { texts: TextNumbers::new(), numbers: Vec::new() });
        Pending { groups: (0..GROUPS).map(group).collect(), pieces: Vec::new(), numbered: 0, open: Open::default() }
    }

    /// Adds texts behind the others.
    pub(super) fn add(&mut self, array: &ArrayRef) {
        let any = array.as_any();
        if let Some(texts) = any.downcast_ref::<StringArray>() {
            let mut from = 0;
            while from < texts.len() {
                let rows = (PIECE_ROWS - self.open.ends.len()).min(texts.len() - from);
                self.open.add(&texts.slice(from, rows));
                self.close_full();
                from += rows;
            }
        } else if let Some(coded) = any.downcast_ref::<DictionaryArray<Int32Type>>() {
            let values = coded.values().as_ref();
            self.extend(coded.keys().iter().map(|key| text_at(values, usize::try_from(key?).ok()?)));
        } else {
            self.extend(std::iter::repeat_n(None, array.len()));
        }
    }

    /// The same, one by one.
    pub(super) fn extend<'a>(&mut self, texts: impl Iterator<Item = Option<&'a str>>) {
        for text in texts {
            let hash = text.map_or(0, |text| hash_of(text.as_bytes()));
            self.open.hashes.push(hash);
            self.open.groups.push(text.map_or(GROUPS, |_| group(hash, GROUP_BITS)) as u16);
            self.open.bytes.extend_from_slice(text.unwrap_or_default().as_bytes());
            self.open.ends.push(end_of(self.open.bytes.len()));
            self.close_full();
        }
    }

    fn close_full(&mut self) {
        if self.open.ends.len() == PIECE_ROWS {
            self.pieces.push(self.open.close());
        }
    }

    /// Numbers the texts of the last pieces on some threads, if there are many.
    pub(super) fn number_many(&mut self, threads: usize) {
        if self.pieces.len() - self.numbered >= PIECES {
            self.number(threads);
        }
    }

    fn number(&mut self, threads: usize) {
        let pieces = self.pieces.get(self.numbered..).unwrap_or_default();
        let groups = &self.groups;
        on_threads(threads, GROUPS, |group| {
            let Some(own) = groups.get(group) else { return };
            let mut own = own.lock().unwrap_or_else(PoisonError::into_inner);
            let Group { texts, numbers } = &mut *own;
            for piece in pieces {
                let (first, end) = piece.bounds(group);
                let text = |at: usize| text(&piece.bytes, &piece.ends, first + at);
                let hash = |at: usize, _: &[u8]| piece.hashes.get(first + at).copied().unwrap_or(0);
                texts.number_each(end - first, text, hash, |number| numbers.push(number));
            }
        });
        for piece in self.pieces.iter_mut().skip(self.numbered) {
            (piece.bytes, piece.ends, piece.hashes) = (Vec::new(), Vec::new(), Vec::new());
        }
        self.numbered = self.pieces.len();
    }

    /// Numbers the keys.
    pub(super) fn by_group(mut self, threads: usize) -> ByGroup {
        if !self.open.ends.is_empty() {
            self.pieces.push(self.open.close());
        }
        self.number(threads);
        let groups = self.groups.into_iter().map(|group| group.into_inner().unwrap_or_else(PoisonError::into_inner));
        ByGroup { groups: groups.collect(), pieces: self.pieces }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::keys::NONE;
    use std::sync::Arc;

    #[test]
    fn l1_rows_of_a_key_come_together_in_file_order_on_any_number_of_threads() {
        let text = |row: u64| {
            let mixed = (row + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 44;
            (!mixed.is_multiple_of(17)).then(|| format!("lead {}", mixed % 50_000))
        };
        let all: Vec<Option<String>> = (0..200_000).map(text).collect();
        let mut seen = Vec::new();
        for threads in [1, 2, 3] {
            let mut pending = Pending::new();
            for (at, part) in all.chunks(30_011).enumerate() {
                let texts = part.iter().map(Option::as_deref);
                let array: ArrayRef = if at % 2 == 0 {
                    Arc::new(texts.collect::<StringArray>())
                } else {
                    Arc::new(texts.collect::<DictionaryArray<Int32Type>>())
                };
                pending.add(&array);
                pending.number_many(threads);
            }
            let by_key = pending.by_group(threads).by_key(threads);
            let (mut rows, order): (_, Vec<u32>) = (0, by_key.order.of_file().collect());
            for (number, bounds) in by_key.starts.windows(2).enumerate() {
                let of_key = &order[bounds[0] as usize..bounds[1] as usize];
                let key = by_key.keys.texts().value(number);
                assert_eq!(by_key.keys.find(key), Some(number as u32));
                assert!(of_key.is_sorted() && !of_key.is_empty());
                assert!(of_key.iter().all(|row| all[*row as usize].as_deref() == Some(key)));
                rows += of_key.len();
            }
            let without = &order[rows..];
            assert!(without.is_sorted() && without.iter().all(|row| all[*row as usize].is_none()));
            assert_eq!(order.len(), all.len());
            let array: StringArray = all.iter().map(Option::as_deref).collect();
            let found = by_key.keys.find_all(&array);
            for (text, number) in all.iter().zip(found) {
                assert_eq!(number, text.as_ref().map_or(NONE, |text| by_key.keys.find(text).unwrap_or(NONE)));
            }
            assert_eq!(by_key.keys.find("lead x"), None);
            let codes = by_key.codes();
            for (text, code) in all.iter().zip(&codes) {
                assert_eq!(code.checked_sub(1), text.as_ref().and_then(|text| by_key.keys.find(text)));
            }
            seen.push(order);
        }
        assert!(seen.iter().all(|order| *order == seen[0]));
    }

    #[test]
    fn nothing_and_missing_texts_alone_have_no_keys() {
        let by_key = Pending::new().by_group(2).by_key(2);
        assert_eq!((by_key.starts, by_key.order.rows), (vec![0], Some(vec![])));
        let mut pending = Pending::new();
        pending.extend([None, Some(""), None].into_iter());
        let by_key = pending.by_group(2).by_key(2);
        assert_eq!(by_key.order.of_file().collect::<Vec<u32>>(), [1, 0, 2]);
        assert_eq!((by_key.starts, by_key.keys.find("")), (vec![0, 1], Some(0)));
    }
}
