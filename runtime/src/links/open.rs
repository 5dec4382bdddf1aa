//! The rows of a piece, put to groups of keys.

use super::keys::{group, hash_of};
use arrow_array::{Array, StringArray};

/// Groups of keys, as a power of two: rows are put to so many places in turn.
pub(super) const GROUP_BITS: u32 = 8;
pub(super) const GROUPS: usize = 1 << GROUP_BITS;
/// Most keys are no longer.
const SHORT: usize = 32;

/// The last rows, in file order.
#[derive(Debug, Default)]
pub(super) struct Open {
    pub(super) bytes: Vec<u8>,
    pub(super) ends: Vec<u32>,
    pub(super) hashes: Vec<u32>,
    /// The group of each; behind all others that of missing texts.
    pub(super) groups: Vec<u16>,
}

/// The rows of a piece by group, those of a group in file order.
#[derive(Debug)]
pub(super) struct Piece {
    /// The texts, until they have numbers.
    pub(super) bytes: Vec<u8>,
    pub(super) ends: Vec<u32>,
    pub(super) hashes: Vec<u32>,
    /// Where each of them stands in the piece.
    pub(super) rows: Vec<u16>,
    /// Where each group starts, and the end.
    pub(super) starts: Vec<u32>,
}

impl Open {
    /// Adds texts behind the others, no more than still belong to the piece.
    pub(super) fn add(&mut self, texts: &StringArray) {
        let offsets = texts.value_offsets();
        let (Some(first), Some(last)) = (offsets.first(), offsets.last()) else { return };
        let (first, last) = (*first as usize, *last as usize);
        let before = self.bytes.len();
        end_of(before + last - first);
        // What stands under a missing text comes along and is not looked at.
        self.bytes.extend_from_slice(texts.value_data().get(first..last).unwrap_or_default());
        self.ends.extend(offsets.iter().skip(1).map(|end| (before + *end as usize - first) as u32));
        let hash = |row: usize| hash_of(texts.value(row).as_bytes());
        match texts.nulls() {
            None => {
                let from = self.hashes.len();
                self.hashes.extend((0..texts.len()).map(hash));
                let hashes = self.hashes.get(from..).unwrap_or_default();
                self.groups.extend(hashes.iter().map(|hash| group(*hash, GROUP_BITS) as u16));
            }
            Some(nulls) => {
                for row in 0..texts.len() {
                    let hash = if nulls.is_valid(row) { Some(hash(row)) } else { None };
                    self.hashes.push(hash.unwrap_or(0));
                    self.groups.push(hash.map_or(GROUPS, |hash| group(hash, GROUP_BITS)) as u16);
                }
            }
        }
    }

    /// The rows by group; none is left.
    pub(super) fn close(&mut self) -> Piece {
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
        let hashes = rows.iter().map(|row| self.hashes.get(usize::from(*row)).copied().unwrap_or(0)).collect();
        let (bytes, ends) = self.texts(&rows);
        self.bytes.clear();
        self.ends.clear();
        self.hashes.clear();
        self.groups.clear();
        Piece { bytes, ends, hashes, rows, starts }
    }

    /// The texts of some rows, and where each ends.
    fn texts(&self, rows: &[u16]) -> (Vec<u8>, Vec<u32>) {
        // Short texts are copied with what follows them, in one step: the next one overwrites that.
        let (mut bytes, mut ends) = (vec![0; self.bytes.len() + SHORT], Vec::with_capacity(rows.len()));
        let mut at = 0;
        for row in rows {
            let row = usize::from(*row);
            let start = row.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
            let end = self.ends.get(row).map_or(start, |end| *end as usize);
            let len = end - start;
            let from = self.bytes.get(start..).and_then(|from| from.first_chunk::<SHORT>()).filter(|_| len <= SHORT);
            let to = bytes.get_mut(at..).unwrap_or_default();
            match (from, to.first_chunk_mut::<SHORT>()) {
                (Some(from), Some(to)) => *to = *from,
                _ => {
                    to.iter_mut().zip(self.bytes.get(start..end).unwrap_or_default()).for_each(|(to, from)| *to = *from)
                }
            }
            at += len;
            ends.push(at as u32);
        }
        bytes.truncate(at);
        (bytes, ends)
    }
}

impl Piece {
    /// Where a group starts and ends.
    pub(super) fn bounds(&self, group: usize) -> (usize, usize) {
        match self.starts.get(group..group + 2) {
            Some(&[start, end]) => (start as usize, end as usize),
            Some(_) | None => (0, 0),
        }
    }
}

/// Where the texts of a piece end so far.
pub(super) fn end_of(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("the texts of some rows take less than 4 GB")
}

#[inline]
pub(super) fn text<'a>(bytes: &'a [u8], ends: &[u32], at: usize) -> Option<&'a [u8]> {
    let start = at.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    bytes.get(start as usize..*ends.get(at)? as usize)
}
