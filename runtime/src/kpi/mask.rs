//! Which rows of a block are meant, as bits.

use arrow_array::{Array, BooleanArray};
use arrow_buffer::{BooleanBuffer, NullBuffer};

/// A set of rows, 64 a word; bits past the last row are 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mask {
    words: Vec<u64>,
}

impl Mask {
    /// All of so many rows.
    pub(super) fn all(rows: usize) -> Mask {
        let mut words = vec![u64::MAX; rows.div_ceil(64)];
        if let Some(last) = words.last_mut().filter(|_| !rows.is_multiple_of(64)) {
            *last = (1 << (rows % 64)) - 1;
        }
        Mask { words }
    }

    /// None of so many rows.
    pub(super) fn none(rows: usize) -> Mask {
        Mask { words: vec![0; rows.div_ceil(64)] }
    }

    /// Keeps the rows whose bit is set; a row without a bit is not kept.
    pub(super) fn and(&mut self, bits: &BooleanBuffer) {
        let others = bits.bit_chunks();
        for (word, other) in self.words.iter_mut().zip(others.iter_padded().chain(std::iter::repeat(0))) {
            *word &= other;
        }
    }

    /// Keeps the rows that have a value.
    pub(super) fn and_known(&mut self, nulls: Option<&NullBuffer>) {
        if let Some(nulls) = nulls {
            self.and(nulls.inner());
        }
    }

    /// Keeps the rows that are definitely true.
    pub(super) fn and_true(&mut self, array: &BooleanArray) {
        self.and(array.values());
        self.and_known(array.nulls());
    }

    /// Keeps the rows that are not in another set.
    pub(super) fn and_not(&mut self, other: &Mask) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// How many rows.
    pub(super) fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Calls for each row, in order.
    #[inline]
    pub(super) fn for_each(&self, mut f: impl FnMut(usize)) {
        for (word, base) in self.words.iter().zip((0..).step_by(64)) {
            if *word == u64::MAX {
                (base..base + 64).for_each(&mut f);
                continue;
            }
            let mut rest = *word;
            while rest != 0 {
                f(base + rest.trailing_zeros() as usize);
                rest &= rest - 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_holds_the_rows_that_pass_wherever_the_bits_begin() {
        for rows in [0usize, 1, 63, 64, 65, 200] {
            let array: BooleanArray = (0..rows + 7).map(|i| if i % 5 == 0 { None } else { Some(i % 3 == 0) }).collect();
            let array = array.slice(7, rows);
            let mut mask = Mask::all(rows);
            assert_eq!(mask.count(), rows as u64);
            mask.and_true(&array);
            let expected: Vec<usize> = (0..rows).filter(|i| (i + 7) % 5 != 0 && (i + 7) % 3 == 0).collect();
            let mut got = Vec::new();
            mask.for_each(|row| got.push(row));
            assert_eq!((got, mask.count()), (expected.clone(), expected.len() as u64));
            let mut rest = Mask::all(rows);
            rest.and_not(&mask);
            assert_eq!(rest.count() + mask.count(), rows as u64);
        }
    }
}
