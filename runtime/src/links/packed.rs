//! Columns of numbers side by side: whoever looks up an entry here and there finds all of it in one place in memory
//! instead of in one per column.

use super::column::{Cells, Column, Kind};
use super::parts::on_threads;
use super::pieces::{Codes, Pieces};
use arrow_buffer::NullBuffer;
use std::sync::Mutex;

/// Entries that are laid out at a time.
const BLOCK: usize = 1024;
/// Entries that are read at a time.
const NEAR: usize = 256;
/// Bytes that come into the processor's memory together.
const LINE: usize = 64;

/// Columns by entry.
#[derive(Debug)]
pub(super) struct Packed {
    /// Bytes of an entry.
    stride: usize,
    bytes: Vec<u8>,
    fields: Vec<Field>,
}

/// Where a column stands in an entry.
#[derive(Clone, Copy, Debug)]
struct Field {
    kind: Kind,
    at: usize,
    width: Width,
}

#[derive(Clone, Copy, Debug)]
enum Width {
    Byte,
    Short,
    Word,
    /// Eight bytes, and one that says whether there is a value.
    Wide,
}

impl Width {
    /// Of a column; `None` for texts.
    fn of(column: &Column) -> Option<Width> {
        match &column.cells {
            Cells::Small(Codes::Bytes(_)) => Some(Width::Byte),
            Cells::Small(Codes::Shorts(_)) => Some(Width::Short),
            Cells::Small(Codes::Words(_)) => Some(Width::Word),
            Cells::Wide(..) => Some(Width::Wide),
            Cells::Numbered(..) | Cells::Plain(_) => None,
        }
    }

    fn bytes(self) -> usize {
        match self {
            Width::Byte => 1,
            Width::Short => 2,
            Width::Word => 4,
            Width::Wide => 9,
        }
    }
}

impl Packed {
    /// The columns of so many entries each, and the number of each one's field; those of texts are given back.
    pub(super) fn of(columns: &mut [Option<Column>], entries: usize, threads: usize) -> (Packed, Vec<Option<usize>>) {
        let (mut fields, mut taken, mut places) = (Vec::new(), Vec::new(), Vec::new());
        let mut at = 0;
        for slot in columns {
            let width = slot.as_ref().and_then(Width::of);
            places.push(width.map(|_| fields.len()));
            let Some((column, width)) = slot.take_if(|_| width.is_some()).zip(width) else { continue };
            fields.push(Field { kind: column.kind, at, width });
            taken.push(column);
            at += width.bytes();
        }
        // No entry lies across more lines than it must.
        let stride = if at <= LINE { at.next_power_of_two() } else { at.next_multiple_of(LINE) };
        let mut bytes = vec![0; entries * stride];
        let blocks: Vec<Mutex<&mut [u8]>> = bytes.chunks_mut(BLOCK * stride).map(Mutex::new).collect();
        on_threads(threads, blocks.len(), |block| {
            let Some(Ok(mut bytes)) = blocks.get(block).map(Mutex::lock) else { return };
            for (field, column) in fields.iter().zip(&taken) {
                field.fill(column, block * BLOCK, stride, &mut bytes);
            }
        });
        (Packed { stride, bytes, fields }, places)
    }

    /// Some fields of some entries.
    pub(super) fn columns(&self, fields: &[usize], entries: &[u32]) -> Vec<Column> {
        let mut found: Vec<(Field, Found)> =
            fields.iter().filter_map(|at| self.fields.get(*at)).map(Found::of).collect();
        // All of an entry is read while it is near.
        for entries in entries.chunks(NEAR) {
            for (field, found) in &mut found {
                match found {
                    Found::Codes(codes) => match field.width {
                        Width::Byte => self.each(field, entries, |[byte]| codes.push(byte.into())),
                        Width::Short => self.each(field, entries, |bytes| codes.push(u16::from_le_bytes(bytes).into())),
                        Width::Word | Width::Wide => {
                            self.each(field, entries, |bytes| codes.push(u32::from_le_bytes(bytes)))
                        }
                    },
                    Found::Wide(values, valid) => {
                        self.each(field, entries, |bytes| values.push(i64::from_le_bytes(bytes)));
                        let field = Field { at: field.at + size_of::<i64>(), ..*field };
                        self.each(&field, entries, |[byte]| valid.push(byte == 1));
                    }
                }
            }
        }
        found.into_iter().map(|(field, found)| Column { kind: field.kind, cells: found.cells() }).collect()
    }

    /// Hands on what stands in a field of some entries; 0 behind the end.
    #[inline]
    fn each<const N: usize>(&self, field: &Field, entries: &[u32], mut each: impl FnMut([u8; N])) {
        for entry in entries {
            let at = *entry as usize * self.stride + field.at;
            each(self.bytes.get(at..).and_then(|bytes| bytes.first_chunk()).copied().unwrap_or([0; N]));
        }
    }
}

impl Field {
    /// Writes a column's values from an entry on to where they belong.
    fn fill(&self, column: &Column, first: usize, stride: usize, bytes: &mut [u8]) {
        let slots = bytes.chunks_mut(stride).filter_map(|entry| entry.get_mut(self.at..));
        match &column.cells {
            Cells::Small(codes) => {
                for (slot, entry) in slots.zip(first..) {
                    let code = codes.get(entry).to_le_bytes();
                    slot.iter_mut().zip(code).take(self.width.bytes()).for_each(|(slot, byte)| *slot = byte);
                }
            }
            Cells::Wide(values, nulls) => {
                for (slot, entry) in slots.zip(first..) {
                    let valid = nulls.as_ref().is_none_or(|nulls| entry < nulls.len() && nulls.is_valid(entry));
                    let value = values.get(entry).to_le_bytes().into_iter().chain([valid.into()]);
                    slot.iter_mut().zip(value).for_each(|(slot, byte)| *slot = byte);
                }
            }
            Cells::Numbered(..) | Cells::Plain(_) => {}
        }
    }
}

/// What was found in a field, entry by entry.
enum Found {
    Codes(Vec<u32>),
    /// With which of them there are.
    Wide(Vec<i64>, Vec<bool>),
}

impl Found {
    /// Nothing yet.
    fn of(field: &Field) -> (Field, Found) {
        let found = match field.width {
            Width::Byte | Width::Short | Width::Word => Found::Codes(Vec::new()),
            Width::Wide => Found::Wide(Vec::new(), Vec::new()),
        };
        (*field, found)
    }

    fn cells(self) -> Cells {
        match self {
            Found::Codes(all) => {
                let mut codes = Codes::new();
                codes.extend(&all);
                Cells::Small(codes)
            }
            Found::Wide(all, valid) => {
                let mut values = Pieces::new();
                values.extend(&all, |value| value);
                Cells::Wide(values, Some(NullBuffer::from(valid)).filter(|nulls| nulls.null_count() > 0))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::pieces::Picked;
    use arrow_array::StringArray;

    #[test]
    fn entries_are_those_of_the_columns_whatever_stands_beside_them() {
        let rows = 70_000;
        let small = |to: fn(u32) -> u32| Found::Codes((0..rows as u32).map(to).collect()).cells();
        let wide = |nulls: Option<NullBuffer>| {
            let mut values = Pieces::new();
            values.extend(&(0..rows as i64).collect::<Vec<i64>>(), |x| (x - 40_000) << 40);
            Cells::Wide(values, nulls)
        };
        let of = |kind, cells| Some(Column { kind, cells });
        let text = Cells::Plain((0..rows).map(|row| Some(format!("{row}"))).collect::<StringArray>());
        for many in [1, 9] {
            let mut columns = vec![
                of(Kind::Int, small(|row| row % 200)),
                of(Kind::Text, text.clone()),
                of(Kind::Bool, small(|row| row % 3)),
                None,
                of(Kind::Int, small(|row| row % 60_000)),
                of(Kind::Num, wide(Some((0..rows).map(|row| row % 3 > 0).collect()))),
            ];
            for _ in 0..many {
                columns.push(of(Kind::Int, small(|row| row * 7)));
                columns.push(of(Kind::Int, wide(None)));
            }
            let before = columns.clone();
            let (packed, places) = Packed::of(&mut columns, rows, 2);
            assert_eq!(places.get(..5), Some([Some(0), None, Some(1), None, Some(2)].as_slice()));
            assert!(columns.iter().enumerate().all(|(at, column)| column.is_some() == (at == 1)));
            let entries: Vec<u32> = (0..10_000u32).map(|row| row * 7_919 % rows as u32).chain([0, 0]).collect();
            let fields: Vec<usize> = places.iter().copied().flatten().collect();
            let found = packed.columns(&fields, &entries);
            assert_eq!(found.len(), 4 + 2 * many);
            let known =
                before.iter().zip(places).filter_map(|(column, place)| column.as_ref().filter(|_| place.is_some()));
            for (found, column) in found.iter().zip(known) {
                let found = found.array(&Picked::stretch(0, entries.len()));
                assert_eq!(&found, &column.array(&Picked::new(&entries)));
            }
        }
    }
}
