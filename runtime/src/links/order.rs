//! Rows put next to the others of their key, in two passes that write to few places at a time: first to groups of keys,
//! then, group by group, to their keys. Narrow columns go together, several in one word.

use super::by_group::Reordering;
use super::column::{Cells, Column, Rows};
use super::index::{Numbers, number_column};
use super::pieces::{Codes, Picked};
use crate::table::text_at;
use arrow_array::cast::AsArray;
use arrow_buffer::{BooleanBuffer, BooleanBufferBuilder, NullBuffer};
use std::sync::Arc;

/// Groups of keys of the first pass, as a power of two: so many places are written to in turn.
const GROUP_BITS: u32 = 9;
/// Rows are moved if the rows of a key are scattered over so many stretches on average.
const STRETCHES: usize = 2;
/// Rows whose values are packed at a time.
const BLOCK: usize = 4096;

/// A stable order of rows by the number of their key; rows without one come last.
struct Order<'a> {
    numbers: &'a Numbers<'a>,
    /// How many keys there are: the number of rows without one.
    known: u32,
    /// The numbers after the first pass.
    grouped: Vec<u32>,
    /// A number's group is what is above so many bits.
    shift: u32,
    /// Where each group and each key starts.
    groups: Vec<u32>,
    keys: Vec<u32>,
}

impl<'a> Order<'a> {
    /// Of so many rows with these numbers below `known`, or none. `None` if the rows of most keys stand together.
    fn of(rows: usize, numbers: &'a Numbers<'a>, known: u32) -> Option<Order<'a>> {
        let (mut stretches, mut last) = (0, None);
        numbers.each(|_, number| {
            stretches += usize::from(last != Some(number));
            last = Some(number);
        });
        if stretches <= known as usize * STRETCHES + 1 {
            return None;
        }
        let shift = (u32::BITS - known.leading_zeros()).saturating_sub(GROUP_BITS);
        let mut keys = vec![0; known as usize + 2];
        numbers.each(|_, number| {
            if let Some(count) = keys.get_mut(number.min(known) as usize + 1) {
                *count += 1;
            }
        });
        let mut total = 0;
        for start in &mut keys {
            total += *start;
            *start = total;
        }
        let of_group = |group: usize| keys.get(group << shift).copied().unwrap_or(total);
        let groups = (0..=(known >> shift) as usize + 1).map(of_group).collect();
        let mut order = Order { numbers, known, grouped: Vec::new(), shift, groups, keys };
        let mut grouped = vec![0; rows];
        order.first_pass(&mut grouped, |_, number| number);
        order.grouped = grouped;
        Some(order)
    }

    /// Where the rows of each key start, and those without one.
    fn starts(&self) -> &[u32] {
        self.keys.get(..=self.known as usize).unwrap_or_default()
    }

    /// Puts what there is for each row and its number to the place of its group.
    #[inline]
    fn first_pass<T>(&self, out: &mut [T], mut of: impl FnMut(usize, u32) -> T) {
        let mut next = self.groups.clone();
        self.numbers.each(|row, number| {
            let number = number.min(self.known);
            let value = of(row, number);
            let Some(next) = next.get_mut((number >> self.shift) as usize) else { return };
            if let Some(slot) = out.get_mut(*next as usize) {
                *slot = value;
            }
            *next += 1;
        });
    }

    /// Puts words to their groups; `fill` gives those of some rows from one on.
    fn to_groups(&self, words: &mut Vec<u64>, fill: impl Fn(usize, &mut [u64])) {
        words.resize(self.grouped.len(), 0);
        let mut block = vec![0; BLOCK];
        self.first_pass(words, |row, _| {
            if row % BLOCK == 0 {
                block.fill(0);
                fill(row, &mut block);
            }
            block.get(row % BLOCK).copied().unwrap_or(0)
        });
    }

    /// From their groups to their keys; `take` is given all words in order, with the place of the first of each part.
    fn to_keys(&self, words: &[u64], mut take: impl FnMut(usize, &[u64])) {
        let (mut part, mut next) = (Vec::new(), Vec::new());
        for (group, bounds) in self.groups.windows(2).enumerate() {
            let &[from, to] = bounds else { continue };
            let first = group << self.shift;
            let keys = self.keys.get(first..).unwrap_or_default();
            next.clear();
            next.extend(keys.iter().take(1 << self.shift).map(|start| *start - from));
            part.clear();
            part.resize((to - from) as usize, 0);
            let numbers = self.grouped.get(from as usize..to as usize).unwrap_or_default();
            let words = words.get(from as usize..to as usize).unwrap_or_default();
            for (word, number) in words.iter().zip(numbers) {
                let Some(next) = next.get_mut(*number as usize - first) else { continue };
                if let Some(slot) = part.get_mut(*next as usize) {
                    *slot = *word;
                }
                *next += 1;
            }
            take(from as usize, &part);
        }
    }

    /// Puts columns into this order.
    fn columns(&self, columns: &mut [Column]) {
        let mut words = Vec::new();
        for pack in packs(columns) {
            self.to_groups(&mut words, |first, block| {
                pack.iter().for_each(|(column, shift)| {
                    columns.get(*column).into_iter().for_each(|column| column.pack(first, *shift, block));
                });
            });
            self.to_keys(&words, |from, part| {
                pack.iter().for_each(|(column, shift)| {
                    columns.get_mut(*column).into_iter().for_each(|column| column.unpack(from, *shift, part));
                });
            });
        }
        for column in columns {
            match &mut column.cells {
                Cells::Small(_) | Cells::Numbered(..) | Cells::Wide(_, None) => {}
                Cells::Wide(_, Some(nulls)) => {
                    let valid = |row: usize| row < nulls.len() && nulls.is_valid(row);
                    *nulls = NullBuffer::new(self.bits(&mut words, valid));
                }
                Cells::Plain(_) => {
                    let mut rows = vec![0; self.grouped.len()];
                    self.to_groups(&mut words, |first, block| {
                        block.iter_mut().zip(first as u64..).for_each(|(slot, row)| *slot = row);
                    });
                    self.to_keys(&words, |from, part| {
                        rows.iter_mut().skip(from).zip(part).for_each(|(slot, row)| *slot = *row as u32);
                    });
                    if let Some(texts) = column.array(&Picked::new(&rows)).as_string_opt::<i32>() {
                        column.cells = Cells::Plain(texts.clone());
                    }
                }
            }
        }
    }

    fn bits(&self, words: &mut Vec<u64>, of: impl Fn(usize) -> bool) -> BooleanBuffer {
        let mut bits = BooleanBufferBuilder::new(self.grouped.len());
        self.to_groups(words, |first, block| {
            block.iter_mut().zip(first..).for_each(|(slot, row)| *slot = u64::from(of(row)));
        });
        self.to_keys(words, |_, part| part.iter().for_each(|bit| bits.append(*bit == 1)));
        bits.finish()
    }
}

/// Rows that stand in the order of a key.
#[derive(Debug)]
pub(super) struct Ordered {
    /// Where its field is.
    pub(super) position: usize,
    /// Where the rows of each key start, and those without one.
    pub(super) starts: Vec<u32>,
}

/// The codes of keys whose rows start at these places and follow each other, of so many rows; 0 behind them.
pub(super) fn codes_of(starts: &[u32], rows: usize) -> Codes {
    let (mut codes, mut part) = (Codes::new(), Vec::new());
    let count = |bounds: &[u32]| match bounds {
        &[from, to] => to.saturating_sub(from),
        _ => 0,
    };
    let without_key = (rows as u32).saturating_sub(starts.last().copied().unwrap_or(0));
    for (code, count) in (1u32..).zip(starts.windows(2).map(count)).chain([(0, without_key)]) {
        part.resize(part.len() + count as usize, code);
        if part.len() >= BLOCK {
            codes.extend(&part);
            part.clear();
        }
    }
    codes.extend(&part);
    codes
}

/// Columns that fit a word together: which, and by how many bits they are shifted.
fn packs(columns: &[Column]) -> Vec<Vec<(usize, u32)>> {
    let mut packs: Vec<Vec<(usize, u32)>> = Vec::new();
    let mut used = u64::BITS;
    let bits = |column: &Column| match &column.cells {
        Cells::Small(codes) | Cells::Numbered(codes, ..) => codes.bits(),
        Cells::Wide(..) => u64::BITS,
        Cells::Plain(_) => 0,
    };
    let mut all: Vec<(usize, u32)> = columns.iter().map(bits).enumerate().filter(|(_, bits)| *bits > 0).collect();
    all.sort_by_key(|(_, bits)| *bits);
    for (column, bits) in all {
        if used + bits > u64::BITS {
            packs.push(Vec::new());
            used = 0;
        }
        packs.iter_mut().last().into_iter().for_each(|pack| pack.push((column, used)));
        used += bits;
    }
    packs
}

impl Column {
    /// Its rows in another order.
    pub(super) fn reordered(self, order: &Reordering, threads: usize) -> Column {
        let cells = match self.cells {
            Cells::Small(codes) => Cells::Small(codes.reordered(order, threads)),
            Cells::Numbered(codes, keys, texts) => Cells::Numbered(codes.reordered(order, threads), keys, texts),
            Cells::Wide(values, nulls) => {
                let nulls = nulls.map(|nulls| {
                    let valid = |row: u32| (row as usize) < nulls.len() && nulls.is_valid(row as usize);
                    NullBuffer::new(order.of_file().map(valid).collect())
                });
                Cells::Wide(values.reordered(order, threads), nulls)
            }
            Cells::Plain(texts) => Cells::Plain(order.of_file().map(|row| text_at(&texts, row as usize)).collect()),
        };
        Column { kind: self.kind, cells }
    }

    /// Puts the values from a row on into the words of a block.
    fn pack(&self, first: usize, shift: u32, block: &mut [u64]) {
        match &self.cells {
            Cells::Small(codes) | Cells::Numbered(codes, ..) => match codes {
                Codes::Bytes(codes) => codes.read(first, block, |word, code| *word |= u64::from(code) << shift),
                Codes::Shorts(codes) => codes.read(first, block, |word, code| *word |= u64::from(code) << shift),
                Codes::Words(codes) => codes.read(first, block, |word, code| *word |= u64::from(code) << shift),
            },
            Cells::Wide(values, _) => values.read(first, block, |word, value| *word |= value as u64),
            Cells::Plain(_) => {}
        }
    }

    /// Takes values from words for the rows from one on.
    fn unpack(&mut self, first: usize, shift: u32, words: &[u64]) {
        match &mut self.cells {
            Cells::Small(codes) | Cells::Numbered(codes, ..) => match codes {
                Codes::Bytes(codes) => codes.write(first, words, |word| (word >> shift) as u8),
                Codes::Shorts(codes) => codes.write(first, words, |word| (word >> shift) as u16),
                Codes::Words(codes) => codes.write(first, words, |word| (word >> shift) as u32),
            },
            Cells::Wide(values, _) => values.write(first, words, |word| word as i64),
            Cells::Plain(_) => {}
        }
    }
}

/// Puts the rows of a record, and which of them count, next to the others of the key at a position, unless most are
/// already.
pub(super) fn by_key(rows: &mut Rows, alive: &mut Option<Vec<bool>>, position: usize, folded: bool) {
    let Some(key) = rows.columns.get_mut(position).and_then(Option::take) else { return };
    let (_, numbers, known) = number_column(&key, rows.len, folded);
    if let Some(order) = Order::of(rows.len, &numbers, known) {
        let mut places = Vec::new();
        let mut columns = Vec::new();
        for (place, slot) in rows.columns.iter_mut().enumerate() {
            if let Some(column) = slot.take() {
                places.push(place);
                columns.push(Arc::unwrap_or_clone(column));
            }
        }
        let ready = match &key.cells {
            Cells::Numbered(_, texts, array) if !folded => {
                let cells = Cells::Numbered(codes_of(order.starts(), rows.len), texts.clone(), array.clone());
                Some((position, Column { kind: key.kind, cells }))
            }
            Cells::Small(_) | Cells::Wide(..) | Cells::Numbered(..) | Cells::Plain(_) => {
                places.push(position);
                columns.push(key.as_ref().clone());
                None
            }
        };
        order.columns(&mut columns);
        for (place, column) in places.into_iter().zip(columns).chain(ready) {
            if let Some(slot) = rows.columns.get_mut(place) {
                *slot = Some(Arc::new(column));
            }
        }
        if let Some(alive) = alive {
            let bits = order.bits(&mut Vec::new(), |row| alive.get(row).copied().unwrap_or(false));
            *alive = bits.iter().collect();
        }
        return;
    }
    if let Some(slot) = rows.columns.get_mut(position) {
        *slot = Some(key.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::column::Kind;
    use crate::links::keys::NONE;
    use crate::links::pieces::Pieces;
    use arrow_array::StringArray;
    use revplay_ir::value::Value;

    #[test]
    fn l1_rows_of_a_key_stand_together_in_file_order() {
        for known in [1u32, 7, 600, 10_000] {
            let rows = 30_000u64;
            let number = |row: u64| {
                let mixed = (row + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
                if mixed.is_multiple_of(17) { NONE } else { (mixed % u64::from(known)) as u32 }
            };
            let numbers: Vec<u32> = (0..rows).map(number).collect();
            let mut want: Vec<u32> = (0..rows as u32).collect();
            want.sort_by_key(|row| numbers[*row as usize]);
            let numbers = Numbers::Rows(numbers);
            let order = Order::of(rows as usize, &numbers, known).expect("they are scattered");
            let mut wide = Pieces::new();
            wide.extend(&(0..rows as i64).collect::<Vec<i64>>(), |x| x << 40);
            let nulls = (0..rows).map(|row| row % 3 > 0).collect();
            let mut codes = Codes::new();
            codes.extend(&(0..rows as u32).map(|row| row % 1_000).collect::<Vec<u32>>());
            let plain: StringArray = (0..rows).map(|row| (row % 5 > 0).then(|| format!("{row}"))).collect();
            let of = |kind, cells| Column { kind, cells };
            let mut columns = vec![
                of(Kind::Text, Cells::Plain(plain)),
                of(Kind::Int, Cells::Small(codes.clone())),
                of(Kind::Int, Cells::Wide(wide, Some(NullBuffer::new(nulls)))),
                of(Kind::Int, Cells::Small(codes)),
            ];
            order.columns(&mut columns);
            let [plain, again, wide, small] = columns.as_slice() else { panic!("four columns") };
            let bits = order.bits(&mut Vec::new(), |row| row % 7 == 0);
            let codes = codes_of(order.starts(), rows as usize);
            for (row, from) in want.iter().map(|from| i64::from(*from)).enumerate() {
                assert_eq!(wide.int(row), (from % 3 > 0).then_some(from << 40));
                assert_eq!(small.int(row), (from % 1_000).checked_sub(1).filter(|x| *x >= 0));
                let text = if from % 5 > 0 { Value::text(&format!("{from}")) } else { Value::Missing };
                assert_eq!(plain.value(row), text);
                assert_eq!(again.int(row), small.int(row));
                assert_eq!(bits.value(row), from % 7 == 0);
                let number = number(from as u64);
                assert_eq!(codes.get(row), if number == NONE { 0 } else { number + 1 });
            }
        }
        let near = Numbers::Rows(vec![0, 0, 1, 0, 4, 4, NONE]);
        assert!(Order::of(7, &near, 5).is_none());
    }
}
