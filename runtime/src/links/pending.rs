//! The keys of a column where hardly any follows its like: put to groups piece by piece, and numbered group by group when
//! many are here, so that what is known of a group stays near the processor. Numbered one by one as they come, each would
//! be looked up somewhere in all memory.

use super::keys::{NONE, TextGroups, TextKeys, TextNumbers, group_of};
use super::parts::on_threads;
use super::pieces::{PIECE_BITS, PIECE_ROWS};
use crate::table::text_at;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, StringArray};

/// Groups of keys, as a power of two: rows are put to so many places in turn.
const GROUP_BITS: u32 = 8;
const GROUPS: usize = 1 << GROUP_BITS;
/// Pieces that are numbered together.
const PIECES: usize = 32;

/// Keys by row.
#[derive(Debug)]
pub(super) struct Pending {
    /// The texts of each group.
    texts: Vec<TextNumbers>,
    pieces: Vec<Piece>,
    /// How many of the pieces are numbered.
    numbered: usize,
    open: Open,
}

/// The last rows, in file order.
#[derive(Debug, Default)]
struct Open {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    /// The group of each; behind all others that of missing texts.
    groups: Vec<u16>,
}

/// The rows of a piece by group, those of a group in file order.
#[derive(Debug)]
struct Piece {
    /// The texts, until they have numbers.
    bytes: Vec<u8>,
    ends: Vec<u32>,
    /// By which the group knows its texts.
    numbers: Vec<u32>,
    /// Where each of them stands in the piece.
    rows: Vec<u16>,
    /// Where each group starts, and the end.
    starts: Vec<u32>,
}

/// Keys, and the rows of each.
#[derive(Debug)]
pub(super) struct ByKey {
    pub(super) keys: TextKeys,
    /// Where the rows of each key start in the order, and where those without one do.
    pub(super) starts: Vec<u32>,
    pub(super) order: Reordering,
}

/// All rows in another order, in two steps that stay near the processor: within each piece, then from all pieces.
#[derive(Debug)]
pub(super) struct Reordering {
    /// Per piece, its rows in an order of their own.
    pub(super) pieces: Vec<Vec<u16>>,
    /// Rows as they stand after that.
    pub(super) rows: Vec<u32>,
}

/// The rows of a group.
struct Group {
    /// How many rows each key has.
    counts: Vec<u32>,
    order: Vec<u32>,
}

impl Pending {
    /// No rows yet.
    pub(super) fn new() -> Pending {
        let texts = (0..GROUPS).map(|_| TextNumbers::new()).collect();
        Pending { texts, pieces: Vec::new(), numbered: 0, open: Open::default() }
    }

    /// Adds texts behind the others.
    pub(super) fn add(&mut self, array: &ArrayRef) {
        let any = array.as_any();
        if let Some(texts) = any.downcast_ref::<StringArray>() {
            self.extend(texts.iter());
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
            let group = text.map_or(GROUPS, |text| group_of(text.as_bytes(), GROUP_BITS));
            self.open.groups.push(group as u16);
            self.open.bytes.extend_from_slice(text.unwrap_or_default().as_bytes());
            let end = u32::try_from(self.open.bytes.len());
            self.open.ends.push(end.expect("the texts of some rows take less than 4 GB"));
            if self.open.ends.len() == PIECE_ROWS {
                self.pieces.push(self.open.close());
                if self.pieces.len() - self.numbered >= PIECES {
                    self.number();
                }
            }
        }
    }

    /// Numbers the texts of the last pieces.
    fn number(&mut self) {
        let pieces = self.pieces.get_mut(self.numbered..).unwrap_or_default();
        for (group, texts) in self.texts.iter_mut().enumerate() {
            for piece in &mut *pieces {
                let (first, end) = piece.bounds(group);
                let Piece { bytes, ends, numbers, .. } = piece;
                let mut slots = numbers.iter_mut().skip(first);
                texts.number_each(
                    end - first,
                    |at| text(bytes, ends, first + at),
                    |number| {
                        slots.next().into_iter().for_each(|slot| *slot = number);
                    },
                );
            }
        }
        pieces.iter_mut().for_each(|piece| (piece.bytes, piece.ends) = (Vec::new(), Vec::new()));
        self.numbered = self.pieces.len();
    }

    /// Numbers the keys and puts the rows of each together.
    pub(super) fn by_key(mut self, threads: usize) -> ByKey {
        if !self.open.ends.is_empty() {
            self.pieces.push(self.open.close());
        }
        self.number();
        let groups = on_threads(threads, GROUPS, |group| self.group(group));
        let rows = self.pieces.iter().map(|piece| piece.rows.len()).sum();
        let (mut keys, mut starts, mut order) = (TextGroups::new(GROUP_BITS), vec![0], Vec::with_capacity(rows));
        let mut total = 0;
        self.texts.into_iter().for_each(|texts| keys.add(texts));
        for group in groups {
            starts.extend(group.counts.iter().map(|count| {
                total += count;
                total
            }));
            order.extend(group.order);
        }
        let keys = keys.end();
        for (at, piece) in self.pieces.iter().enumerate() {
            let (first, end) = piece.bounds(GROUPS);
            order.extend((first..end).map(|place| row(at, place)));
        }
        let pieces = self.pieces.into_iter().map(|piece| piece.rows).collect();
        ByKey { keys, starts, order: Reordering { pieces, rows: order } }
    }

    fn group(&self, group: usize) -> Group {
        let known = self.texts.get(group).map_or(0, TextNumbers::len);
        let (mut counts, mut next) = (vec![0u32; known], vec![0u32; known]);
        let mut rows = 0;
        for piece in &self.pieces {
            let (_, numbers) = piece.numbers_of(group);
            for number in numbers {
                counts.iter_mut().skip(*number as usize).take(1).for_each(|count| *count += 1);
            }
            rows += numbers.len();
        }
        let mut total = 0;
        for (next, count) in next.iter_mut().zip(&counts) {
            (*next, total) = (total, total + count);
        }
        let mut order = vec![NONE; rows];
        for (at, piece) in self.pieces.iter().enumerate() {
            let (first, numbers) = piece.numbers_of(group);
            for (place, number) in (first..).zip(numbers) {
                let Some(next) = next.get_mut(*number as usize) else { continue };
                if let Some(slot) = order.get_mut(*next as usize) {
                    *slot = row(at, place);
                }
                *next += 1;
            }
        }
        Group { counts, order }
    }
}

/// The row at a place of a piece.
fn row(piece: usize, place: usize) -> u32 {
    (piece << PIECE_BITS | place) as u32
}

impl Open {
    /// The rows by group; none is left.
    fn close(&mut self) -> Piece {
        let mut starts = vec![0u32; GROUPS + 2];
        for group in &self.groups {
            starts.iter_mut().skip(usize::from(*group) + 1).take(1).for_each(|count| *count += 1);
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let (mut next, mut rows) = (starts.clone(), vec![0u16; self.ends.len()]);
        for (row, group) in self.groups.iter().enumerate() {
            let Some(next) = next.get_mut(usize::from(*group)) else { continue };
            if let Some(slot) = rows.get_mut(*next as usize) {
                *slot = row as u16;
            }
            *next += 1;
        }
        let (mut bytes, mut ends) = (Vec::with_capacity(self.bytes.len()), Vec::with_capacity(self.ends.len()));
        for row in &rows {
            bytes.extend_from_slice(text(&self.bytes, &self.ends, usize::from(*row)).unwrap_or_default());
            ends.push(bytes.len() as u32);
        }
        self.bytes.clear();
        self.ends.clear();
        self.groups.clear();
        let numbers = vec![NONE; rows.len()];
        Piece { bytes, ends, numbers, rows, starts }
    }
}

impl Piece {
    /// Where a group starts and ends.
    fn bounds(&self, group: usize) -> (usize, usize) {
        match self.starts.get(group..group + 2) {
            Some(&[start, end]) => (start as usize, end as usize),
            Some(_) | None => (0, 0),
        }
    }

    /// Where a group starts, and the numbers of its texts.
    fn numbers_of(&self, group: usize) -> (usize, &[u32]) {
        let (first, end) = self.bounds(group);
        (first, self.numbers.get(first..end).unwrap_or_default())
    }
}

#[inline]
fn text<'a>(bytes: &'a [u8], ends: &[u32], at: usize) -> Option<&'a [u8]> {
    let start = at.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    bytes.get(start as usize..*ends.get(at)? as usize)
}

impl Reordering {
    /// The rows of the file in this order.
    pub(super) fn of_file(&self) -> impl Iterator<Item = u32> + '_ {
        self.rows.iter().map(|row| {
            let piece = (row >> PIECE_BITS) as usize;
            let rows = self.pieces.get(piece).map(Vec::as_slice).unwrap_or_default();
            let inside = rows.get(*row as usize & (PIECE_ROWS - 1)).copied().unwrap_or(0);
            self::row(piece, inside.into())
        })
    }
}

impl ByKey {
    /// The codes of the keys by row of the file: one more than their numbers.
    pub(super) fn codes(&self) -> Vec<u32> {
        let mut codes = vec![0; self.order.rows.len()];
        let keys = (1u32..).zip(self.starts.windows(2));
        let of_rows = keys.flat_map(|(code, bounds)| match bounds {
            &[from, to] => std::iter::repeat_n(code, (to - from) as usize),
            _ => std::iter::repeat_n(code, 0),
        });
        for (row, code) in self.order.of_file().zip(of_rows) {
            codes.iter_mut().skip(row as usize).take(1).for_each(|slot| *slot = code);
        }
        codes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
            }
            let by_key = pending.by_key(threads);
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
        let by_key = Pending::new().by_key(2);
        assert_eq!((by_key.starts, by_key.order.rows), (vec![0], vec![]));
        let mut pending = Pending::new();
        pending.extend([None, Some(""), None].into_iter());
        let by_key = pending.by_key(2);
        assert_eq!(by_key.order.of_file().collect::<Vec<u32>>(), [1, 0, 2]);
        assert_eq!((by_key.starts, by_key.keys.find("")), (vec![0, 1], Some(0)));
    }
}
