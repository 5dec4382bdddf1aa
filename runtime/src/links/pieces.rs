//! Values of many rows in as few bytes as they need, in pieces that are never moved.

use super::by_group::Reordering;
use super::parts::on_threads;
use std::hint::black_box;

/// Rows of a piece, as a power of two.
pub(super) const PIECE_BITS: u32 = 16;
pub(super) const PIECE_ROWS: usize = 1 << PIECE_BITS;
/// Rows that stand apart are picked one by one where runs are shorter than this on average.
const RUN_ROWS: usize = 4;

/// Values by row.
#[derive(Clone, Debug)]
pub(super) struct Pieces<T> {
    /// All full but the last.
    pieces: Vec<Vec<T>>,
}

/// Small numbers by row, as wide as the greatest needs.
#[derive(Clone, Debug)]
pub(super) enum Codes {
    Bytes(Pieces<u8>),
    Shorts(Pieces<u16>),
    Words(Pieces<u32>),
}

/// Some rows, in the order in which their values are wanted.
pub(crate) struct Picked<'a> {
    rows: &'a [u32],
    /// The first row of each stretch of rows that follow each other, and how many; `None`: they are picked one by one.
    runs: Option<Vec<(usize, usize)>>,
    len: usize,
    /// Beyond the greatest.
    end: usize,
}

impl<T: Copy + Default> Pieces<T> {
    pub(super) fn new() -> Pieces<T> {
        Pieces { pieces: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.pieces.last().map_or(0, |last| (self.pieces.len() - 1) * PIECE_ROWS + last.len())
    }

    /// The value of a row; a default behind the end.
    #[inline]
    pub(super) fn get(&self, row: usize) -> T {
        let piece = self.pieces.get(row >> PIECE_BITS);
        piece.and_then(|piece| piece.get(row & (PIECE_ROWS - 1))).copied().unwrap_or_default()
    }

    /// Adds rows behind the others.
    pub(super) fn extend<S: Copy>(&mut self, mut values: &[S], to: impl Fn(S) -> T) {
        while !values.is_empty() {
            if self.pieces.last().is_none_or(|last| last.len() >= PIECE_ROWS) {
                // A small table stays small.
                let expected = if self.pieces.is_empty() { 0 } else { PIECE_ROWS };
                self.pieces.push(Vec::with_capacity(expected));
            }
            let Some(last) = self.pieces.last_mut() else { return };
            let (now, later) = values.split_at(values.len().min(PIECE_ROWS - last.len()));
            last.extend(now.iter().map(|value| to(*value)));
            values = later;
        }
    }

    /// Hands the values from a row on to as many slots, one by one; none behind the end.
    pub(super) fn read<S>(&self, first: usize, mut slots: &mut [S], each: impl Fn(&mut S, T)) {
        let len = slots.len();
        self.each_part(first, len.min(self.len().saturating_sub(first)), |part| {
            let (now, later) = std::mem::take(&mut slots).split_at_mut(part.len());
            now.iter_mut().zip(part).for_each(|(slot, value)| each(slot, *value));
            slots = later;
        });
    }

    /// Overwrites the rows from one on.
    pub(super) fn write<S: Copy>(&mut self, mut first: usize, mut values: &[S], to: impl Fn(S) -> T) {
        while !values.is_empty() {
            let inside = first & (PIECE_ROWS - 1);
            let (now, later) = values.split_at(values.len().min(PIECE_ROWS - inside));
            let piece = self.pieces.get_mut(first >> PIECE_BITS).map(Vec::as_mut_slice).unwrap_or_default();
            let slots = piece.get_mut(inside..).unwrap_or_default();
            slots.iter_mut().zip(now).for_each(|(slot, value)| *slot = to(*value));
            (first, values) = (first + now.len(), later);
        }
    }

    /// The pieces in order.
    pub(super) fn parts(&self) -> impl Iterator<Item = &[T]> {
        self.pieces.iter().map(Vec::as_slice)
    }

    fn each_part(&self, mut first: usize, mut len: usize, mut each: impl FnMut(&[T])) {
        while len > 0 {
            let inside = first & (PIECE_ROWS - 1);
            let now = len.min(PIECE_ROWS - inside);
            let piece = self.pieces.get(first >> PIECE_BITS).map(Vec::as_slice).unwrap_or_default();
            each(piece.get(inside..piece.len().min(inside + now)).unwrap_or_default());
            (first, len) = (first + now, len - now);
        }
    }

    /// The values of some rows.
    pub(super) fn picked<R: Copy>(&self, rows: &Picked<'_>, to: impl Fn(T) -> R) -> Vec<R> {
        let Some(runs) = &rows.runs else {
            return rows.rows.iter().map(|row| to(self.get(*row as usize))).collect();
        };
        if runs.len() > 1 {
            // They come near together before they are copied, one after the other.
            runs.iter().for_each(|(first, _)| {
                black_box(self.get(*first));
            });
        }
        let mut out = Vec::with_capacity(rows.len);
        for (first, len) in runs {
            let end = out.len() + len;
            self.each_part(*first, *len, |part| out.extend(part.iter().map(|value| to(*value))));
            if out.len() < end {
                out.resize(end, to(T::default()));
            }
        }
        out
    }

    /// The values of all rows in another order.
    pub(super) fn reordered(self, order: &Reordering, threads: usize) -> Pieces<T>
    where
        T: Send + Sync,
    {
        let near = |at: usize| -> Vec<T> {
            let values = self.pieces.get(at).map(Vec::as_slice).unwrap_or_default();
            let rows = order.pieces.get(at).map(Vec::as_slice).unwrap_or_default();
            rows.iter().map(|row| values.get(usize::from(*row)).copied().unwrap_or_default()).collect()
        };
        let near = Pieces { pieces: on_threads(threads, order.pieces.len(), near) };
        drop(self);
        let Some(rows) = &order.rows else { return near };
        let piece = |at: usize| {
            let rows = rows.get(at << PIECE_BITS..).unwrap_or_default();
            rows.iter().take(PIECE_ROWS).map(|row| near.get(*row as usize)).collect()
        };
        Pieces { pieces: on_threads(threads, rows.len().div_ceil(PIECE_ROWS), piece) }
    }

    /// The same values, as others.
    fn mapped<R: Copy + Default>(self, to: impl Fn(T) -> R) -> Pieces<R> {
        let pieces = self.pieces.into_iter().map(|piece| {
            let mut wider = Vec::with_capacity(piece.capacity());
            wider.extend(piece.into_iter().map(&to));
            wider
        });
        Pieces { pieces: pieces.collect() }
    }
}

impl Codes {
    pub(super) fn new() -> Codes {
        Codes::Bytes(Pieces::new())
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Codes::Bytes(codes) => codes.len(),
            Codes::Shorts(codes) => codes.len(),
            Codes::Words(codes) => codes.len(),
        }
    }

    /// How wide a code is.
    pub(super) fn bits(&self) -> u32 {
        match self {
            Codes::Bytes(_) => u8::BITS,
            Codes::Shorts(_) => u16::BITS,
            Codes::Words(_) => u32::BITS,
        }
    }

    /// The code of a row; 0 behind the end.
    #[inline]
    pub(super) fn get(&self, row: usize) -> u32 {
        match self {
            Codes::Bytes(codes) => codes.get(row).into(),
            Codes::Shorts(codes) => codes.get(row).into(),
            Codes::Words(codes) => codes.get(row),
        }
    }

    /// Adds rows behind the others.
    pub(super) fn extend(&mut self, codes: &[u32]) {
        // No greater than this, and as wide as the greatest.
        self.widen(codes.iter().fold(0, |all, code| all | code));
        match self {
            Codes::Bytes(pieces) => pieces.extend(codes, |code| code as u8),
            Codes::Shorts(pieces) => pieces.extend(codes, |code| code as u16),
            Codes::Words(pieces) => pieces.extend(codes, |code| code),
        }
    }

    fn widen(&mut self, greatest: u32) {
        let new = || Codes::new();
        match self {
            Codes::Bytes(_) if greatest <= u32::from(u8::MAX) => {}
            Codes::Shorts(_) if greatest <= u32::from(u16::MAX) => {}
            Codes::Bytes(_) if greatest <= u32::from(u16::MAX) => {
                if let Codes::Bytes(codes) = std::mem::replace(self, new()) {
                    *self = Codes::Shorts(codes.mapped(u16::from));
                }
            }
            Codes::Bytes(_) | Codes::Shorts(_) => {
                *self = Codes::Words(match std::mem::replace(self, new()) {
                    Codes::Bytes(codes) => codes.mapped(u32::from),
                    Codes::Shorts(codes) => codes.mapped(u32::from),
                    Codes::Words(codes) => codes,
                });
            }
            Codes::Words(_) => {}
        }
    }

    /// As [`Pieces::reordered`].
    pub(super) fn reordered(self, order: &Reordering, threads: usize) -> Codes {
        match self {
            Codes::Bytes(codes) => Codes::Bytes(codes.reordered(order, threads)),
            Codes::Shorts(codes) => Codes::Shorts(codes.reordered(order, threads)),
            Codes::Words(codes) => Codes::Words(codes.reordered(order, threads)),
        }
    }

    /// All codes, in order.
    pub(super) fn each(&self, mut each: impl FnMut(u32)) {
        match self {
            Codes::Bytes(codes) => codes.parts().flatten().for_each(|code| each((*code).into())),
            Codes::Shorts(codes) => codes.parts().flatten().for_each(|code| each((*code).into())),
            Codes::Words(codes) => codes.parts().flatten().for_each(|code| each(*code)),
        }
    }

    /// The codes of some rows.
    pub(super) fn picked<R: Copy>(&self, rows: &Picked<'_>, to: impl Fn(u32) -> R) -> Vec<R> {
        match self {
            Codes::Bytes(codes) => codes.picked(rows, |code| to(code.into())),
            Codes::Shorts(codes) => codes.picked(rows, |code| to(code.into())),
            Codes::Words(codes) => codes.picked(rows, to),
        }
    }
}

impl<'a> Picked<'a> {
    /// These rows; one behind the end has no values.
    pub(crate) fn new(rows: &'a [u32]) -> Picked<'a> {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        let mut next = None;
        let end = rows.iter().max().map_or(0, |row| *row as usize + 1);
        for row in rows {
            match runs.last_mut().filter(|_| next == Some(*row)) {
                Some((_, len)) => *len += 1,
                None => runs.push((*row as usize, 1)),
            }
            next = row.checked_add(1);
            if runs.len() * RUN_ROWS > rows.len() + RUN_ROWS {
                return Picked { rows, runs: None, len: rows.len(), end };
            }
        }
        Picked { rows, runs: Some(runs), len: rows.len(), end }
    }

    /// So many rows from a first one on.
    pub(crate) fn stretch(first: usize, len: usize) -> Picked<'a> {
        Picked { rows: &[], runs: Some(vec![(first, len)]), len, end: first + len }
    }

    /// These stretches of rows: the first row of each, and how many.
    pub(crate) fn stretches(runs: Vec<(usize, usize)>) -> Picked<'a> {
        let len = runs.iter().map(|(_, len)| len).sum();
        let end = runs.iter().map(|(first, len)| first + len).max().unwrap_or(0);
        Picked { rows: &[], runs: Some(runs), len, end }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Beyond the greatest of them.
    pub(super) fn end(&self) -> usize {
        self.end
    }

    /// The only stretch that they are.
    pub(super) fn one(&self) -> Option<(usize, usize)> {
        match self.runs.as_deref() {
            Some([one]) => Some(*one),
            Some(_) | None => None,
        }
    }

    /// Each row.
    pub(super) fn iter(&self) -> Box<dyn Iterator<Item = usize> + '_> {
        match &self.runs {
            Some(runs) => Box::new(runs.iter().flat_map(|(first, len)| *first..first + len)),
            None => Box::new(self.rows.iter().map(|row| *row as usize)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stay_what_they_were_however_wide_and_however_picked() {
        let code = |row: u32| match row {
            0..70_000 => row % 200,
            70_000..150_000 => row % 60_000,
            _ => row * 17,
        };
        let all: Vec<u32> = (0..200_000).map(code).collect();
        let mut codes = Codes::new();
        for (at, part) in all.chunks(20_011).enumerate() {
            codes.extend(part);
            assert_eq!(matches!(codes, Codes::Bytes(_)), at < 3);
        }
        assert_eq!(codes.len(), all.len());
        assert!(all.iter().enumerate().all(|(row, code)| codes.get(row) == *code));
        assert_eq!(codes.get(200_000), 0);
        let mut again = Vec::new();
        codes.each(|code| again.push(code));
        assert_eq!(again, all);
        let rows: [Vec<u32>; 5] = [
            (0..200_000).collect(),
            (65_000..66_000).chain(131_000..140_000).chain([3, u32::MAX]).collect(),
            (0..5_000).map(|row| row * 7_919 % 200_000).collect(),
            (199_990..200_010).collect(),
            Vec::new(),
        ];
        for rows in rows {
            let want: Vec<u32> = rows.iter().map(|row| all.get(*row as usize).copied().unwrap_or(0) + 1).collect();
            let picked = Picked::new(&rows);
            assert_eq!(codes.picked(&picked, |code| code + 1), want);
            assert!(picked.iter().eq(rows.iter().map(|row| *row as usize)));
        }
        assert_eq!(codes.picked(&Picked::stretch(60_000, 10_000), |code| code), all[60_000..70_000]);
    }
}
