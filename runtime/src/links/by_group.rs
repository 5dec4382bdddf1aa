//! Numbered keys and their rows: group by group within each piece as they are found, or key by key.

use super::keys::{NONE, TextGroups, TextKeys};
use super::open::{GROUP_BITS, GROUPS, Piece};
use super::parts::on_threads;
use super::pending::Group;
use super::pieces::{PIECE_BITS, PIECE_ROWS};

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
    /// Rows as they stand after that; `None`: they stay so.
    pub(super) rows: Option<Vec<u32>>,
}

/// Numbered keys, and the rows by group of keys within each piece.
#[derive(Debug)]
pub(super) struct ByGroup {
    pub(super) groups: Vec<Group>,
    pub(super) pieces: Vec<Piece>,
}

/// The rows of a group.
struct Ordered {
    /// How many rows each key has.
    counts: Vec<u32>,
    order: Vec<u32>,
}

impl ByGroup {
    /// The rows group by group within each piece.
    pub(super) fn take_order(&mut self) -> Reordering {
        let pieces = self.pieces.iter_mut().map(|piece| std::mem::take(&mut piece.rows));
        Reordering { pieces: pieces.collect(), rows: None }
    }

    /// The keys of all groups, one after the other.
    pub(super) fn keys(groups: Vec<Group>) -> TextKeys {
        let mut keys = TextGroups::new(GROUP_BITS);
        groups.into_iter().for_each(|group| keys.add(group.texts));
        keys.end()
    }

    /// For each piece, where its rows of a group start and the numbers of their keys. Of rows without one there are
    /// numbers that nothing has.
    pub(super) fn each_piece(&self, group: usize, mut each: impl FnMut(usize, usize, &[u32])) {
        let mut numbers = self.groups.get(group).map(|group| group.numbers.as_slice()).unwrap_or_default();
        for (at, piece) in self.pieces.iter().enumerate() {
            let (first, end) = piece.bounds(group);
            let (own, others) = numbers.split_at(numbers.len().min(end - first));
            if group == GROUPS {
                each(at, first, &vec![NONE; end - first]);
            } else {
                each(at, first, own);
            }
            numbers = others;
        }
    }

    /// Puts the rows of each key together.
    pub(super) fn by_key(mut self, threads: usize) -> ByKey {
        let groups = on_threads(threads, GROUPS, |group| self.group(group));
        let rows = self.pieces.iter().map(|piece| piece.rows.len()).sum();
        let (mut starts, mut order) = (vec![0], Vec::with_capacity(rows));
        let mut total = 0;
        for group in groups {
            starts.extend(group.counts.iter().map(|count| {
                total += count;
                total
            }));
            order.extend(group.order);
        }
        for (at, piece) in self.pieces.iter().enumerate() {
            let (first, end) = piece.bounds(GROUPS);
            order.extend((first..end).map(|place| row(at, place)));
        }
        let order = Reordering { rows: Some(order), ..self.take_order() };
        ByKey { keys: ByGroup::keys(self.groups), starts, order }
    }

    fn group(&self, group: usize) -> Ordered {
        let own = self.groups.get(group);
        let known = own.map_or(0, |own| own.texts.len());
        let (mut counts, mut next) = (vec![0u32; known], vec![0u32; known]);
        let numbers = own.map(|own| own.numbers.as_slice()).unwrap_or_default();
        for number in numbers {
            counts.iter_mut().skip(*number as usize).take(1).for_each(|count| *count += 1);
        }
        let mut total = 0;
        for (next, count) in next.iter_mut().zip(&counts) {
            (*next, total) = (total, total + count);
        }
        let mut order = vec![NONE; numbers.len()];
        self.each_piece(group, |at, first, numbers| {
            for (place, number) in (first..).zip(numbers) {
                let Some(next) = next.get_mut(*number as usize) else { continue };
                if let Some(slot) = order.get_mut(*next as usize) {
                    *slot = row(at, place);
                }
                *next += 1;
            }
        });
        Ordered { counts, order }
    }
}

/// The row at a place of a piece.
pub(super) fn row(piece: usize, place: usize) -> u32 {
    (piece << PIECE_BITS | place) as u32
}

impl Reordering {
    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.pieces.iter().map(Vec::len).sum()
    }

    /// The rows of the file in this order.
    pub(super) fn of_file(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.len()).map(|at| {
            let near = self.rows.as_ref().map_or(at, |rows| rows.get(at).map_or(at, |row| *row as usize));
            let piece = near >> PIECE_BITS;
            let rows = self.pieces.get(piece).map(Vec::as_slice).unwrap_or_default();
            row(piece, rows.get(near & (PIECE_ROWS - 1)).copied().unwrap_or(0).into())
        })
    }
}

impl ByKey {
    /// The codes of the keys by row of the file: one more than their numbers.
    pub(super) fn codes(&self) -> Vec<u32> {
        let mut codes = vec![0; self.order.len()];
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
