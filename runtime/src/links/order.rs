//! Rows put next to the others of their key, in two passes that write to few places at a time: first to groups of keys,
//! then, group by group, to their keys.

use super::column::{Cells, Column, Rows};
use super::index::Numbers;
use super::pieces::{Codes, Picked, Pieces};
use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_buffer::{BooleanBuffer, NullBuffer};
use std::sync::Arc;

/// Groups of keys of the first pass, as a power of two: so many places are written to in turn.
const GROUP_BITS: u32 = 9;
/// Rows are moved if the rows of a key are scattered over so many stretches on average.
const STRETCHES: usize = 2;

/// A stable order of rows by the number of their key; rows without one come last.
pub(super) struct Order<'a> {
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
    /// Of so many rows with these numbers below `known`, or [`NONE`]. `None` if the rows of most keys stand together.
    pub(super) fn of(rows: usize, numbers: &'a Numbers<'a>, known: u32) -> Option<Order<'a>> {
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

    /// Puts what there is for each row and its number to the place of its group.
    fn first_pass<T>(&self, out: &mut [T], of: impl Fn(usize, u32) -> T) {
        let mut next = self.groups.clone();
        self.numbers.each(|row, number| {
            let number = number.min(self.known);
            let Some(next) = next.get_mut((number >> self.shift) as usize) else { return };
            if let Some(slot) = out.get_mut(*next as usize) {
                *slot = of(row, number);
            }
            *next += 1;
        });
    }

    /// What there is for each row, in this order.
    fn values<T: Copy + Default>(&self, of: impl Fn(usize) -> T) -> Pieces<T> {
        let mut grouped = vec![T::default(); self.grouped.len()];
        self.first_pass(&mut grouped, |row, _| of(row));
        let mut out = Pieces::new();
        let (mut part, mut next) = (Vec::new(), Vec::new());
        for (group, bounds) in self.groups.windows(2).enumerate() {
            let &[from, to] = bounds else { continue };
            let first = group << self.shift;
            let keys = self.keys.get(first..).unwrap_or_default();
            next.clear();
            next.extend(keys.iter().take(1 << self.shift).map(|start| *start - from));
            part.clear();
            part.resize((to - from) as usize, T::default());
            let numbers = self.grouped.get(from as usize..to as usize).unwrap_or_default();
            let values = grouped.get(from as usize..to as usize).unwrap_or_default();
            for (value, number) in values.iter().zip(numbers) {
                let Some(next) = next.get_mut(*number as usize - first) else { continue };
                if let Some(slot) = part.get_mut(*next as usize) {
                    *slot = *value;
                }
                *next += 1;
            }
            out.extend(&part, |value| value);
        }
        out
    }

    fn codes(&self, codes: &Codes) -> Codes {
        match codes {
            Codes::Bytes(codes) => Codes::Bytes(self.values(|row| codes.get(row))),
            Codes::Shorts(codes) => Codes::Shorts(self.values(|row| codes.get(row))),
            Codes::Words(codes) => Codes::Words(self.values(|row| codes.get(row))),
        }
    }

    fn nulls(&self, nulls: &NullBuffer) -> NullBuffer {
        let valid = self.values(|row| u8::from(row < nulls.len() && nulls.is_valid(row)));
        NullBuffer::new(BooleanBuffer::collect_bool(self.grouped.len(), |row| valid.get(row) == 1))
    }

    /// A column in this order.
    fn column(&self, column: &Column) -> Column {
        let cells = match &column.cells {
            Cells::Small(codes) => Cells::Small(self.codes(codes)),
            Cells::Wide(values, nulls) => {
                let nulls = nulls.as_ref().map(|nulls| self.nulls(nulls));
                Cells::Wide(self.values(|row| values.get(row)), nulls)
            }
            Cells::Numbered(codes, keys, texts) => Cells::Numbered(self.codes(codes), keys.clone(), texts.clone()),
            Cells::Plain(texts) => {
                let mut rows = Vec::with_capacity(texts.len());
                self.values(|row| row as u32).parts().for_each(|part| rows.extend_from_slice(part));
                let array = column.array(&Picked::new(&rows));
                Cells::Plain(array.as_string_opt::<i32>().unwrap_or(texts).clone())
            }
        };
        Column { kind: column.kind, cells }
    }
}

/// The rows of a record next to the others of the key at a position, and which of them count; `None` if most are
/// already.
pub(super) fn by_key(
    rows: &Rows,
    alive: Option<&Vec<bool>>,
    position: usize,
    folded: bool,
) -> Option<(Rows, Option<Vec<bool>>)> {
    let (_, numbers, known) = super::index::number(rows, position, folded);
    let order = Order::of(rows.len, &numbers, known)?;
    let column = |column: &Option<Arc<Column>>| column.as_ref().map(|column| Arc::new(order.column(column)));
    let columns = rows.columns.iter().map(column).collect();
    let alive = alive.map(|alive| {
        let alive = order.values(|row| alive.get(row).copied().unwrap_or(false));
        alive.parts().flatten().copied().collect()
    });
    Some((Rows { record: rows.record, len: rows.len, columns }, alive))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::column::Kind;
    use crate::links::keys::NONE;
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
            let of = |kind, cells| order.column(&Column { kind, cells });
            let wide = of(Kind::Int, Cells::Wide(wide, Some(NullBuffer::new(nulls))));
            let small = of(Kind::Int, Cells::Small(codes));
            let plain = of(Kind::Text, Cells::Plain(plain));
            for (row, from) in want.iter().map(|from| i64::from(*from)).enumerate() {
                assert_eq!(wide.int(row), (from % 3 > 0).then_some(from << 40));
                assert_eq!(small.int(row), (from % 1_000).checked_sub(1).filter(|x| *x >= 0));
                let text = if from % 5 > 0 { Value::text(&format!("{from}")) } else { Value::Missing };
                assert_eq!(plain.value(row), text);
            }
        }
        let near = Numbers::Rows(vec![0, 0, 1, 0, 4, 4, NONE]);
        assert!(Order::of(7, &near, 5).is_none());
    }
}
