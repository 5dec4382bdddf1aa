//! What the rows of each key of a to-many link add up to, where the rows themselves were folded and are not kept.

use super::column::{Column, Kind};
use super::gather::Gathered;
use super::index::{Index, Keys};
use super::keys::{IntKeys, NONE, TextNumbers};
use super::packed::Packed;
use super::pieces::Picked;
use crate::native::plan::What;
use crate::table::cell;
use arrow_array::{Array, ArrayRef, Int64Array, StringArray};
use foldhash::fast::FixedState;
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::collections::HashSet;
use std::sync::Arc;

/// A row of a key came after rows of other keys that had followed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotGrouped;

/// The keys so far, each once, in the order in which they come.
#[derive(Debug)]
enum KnownKeys {
    Texts(TextNumbers),
    Ints(Vec<i64>, HashSet<i64, FixedState>),
}

/// Folds of one link, key by key, while more come.
#[derive(Debug)]
pub(crate) struct FoldedKeys {
    keys: KnownKeys,
    /// Rows of all keys up to each; what does not fit is dropped, as only differences count.
    ends: Vec<u32>,
    columns: FoldedColumns,
    /// Rows without a key.
    pub(crate) without_key: u64,
}

/// What is folded, while more comes; the first entry of each column is what no rows give, the others follow by key.
#[derive(Debug)]
pub(crate) struct FoldedColumns {
    columns: Vec<(What, Gathered)>,
    entries: usize,
}

/// Folds of one link, found by key.
#[derive(Debug)]
pub(crate) struct Folded {
    whats: Vec<What>,
    /// Those that are not packed.
    columns: Vec<Option<Column>>,
    /// The others, and which of them each is.
    packed: Option<(Packed, Vec<Option<usize>>)>,
    entries: usize,
}

impl FoldedColumns {
    /// Of no keys; no rows give `nothing`, an array of one value for each column.
    pub(crate) fn new(columns: &[(What, Type)], nothing: &[Option<ArrayRef>]) -> FoldedColumns {
        let columns = columns.iter().map(|(what, ty)| (*what, Gathered::new(false, Kind::of(*ty)))).collect();
        let mut folded = FoldedColumns { columns, entries: 0 };
        folded.add(1, nothing);
        folded
    }

    /// Adds what so many more keys add up to, an array for each column.
    pub(crate) fn add(&mut self, keys: usize, arrays: &[Option<ArrayRef>]) {
        for ((what, column), array) in self.columns.iter_mut().zip(arrays) {
            match what {
                What::Rule(..) => column.add_each(array.as_ref(), self.entries, keys, unsigned),
                What::Node(_) => column.add(array.as_ref(), self.entries, keys),
            }
        }
        self.entries += keys;
    }

    /// After the last key.
    pub(crate) fn finish(self) -> Folded {
        let (whats, columns) = self.columns.into_iter().map(|(what, column)| (what, column.finish(1))).unzip();
        Folded { whats, columns, packed: None, entries: self.entries }
    }
}

impl FoldedKeys {
    /// Of no keys.
    pub(crate) fn new(is_text: bool, columns: FoldedColumns) -> FoldedKeys {
        let keys = if is_text {
            KnownKeys::Texts(TextNumbers::new())
        } else {
            KnownKeys::Ints(Vec::new(), HashSet::default())
        };
        FoldedKeys { keys, ends: vec![0], columns, without_key: 0 }
    }

    /// Adds keys, how many rows each has, and what they add up to, an array for each column.
    ///
    /// # Errors
    /// If one of them was here before; nothing must be added then.
    pub(crate) fn add(
        &mut self,
        keys: &dyn Array,
        counts: &[u32],
        arrays: &[Option<ArrayRef>],
    ) -> Result<(), NotGrouped> {
        let mut next = (self.ends.len() - 1) as u32;
        let mut known = false;
        match &mut self.keys {
            KnownKeys::Texts(texts) => {
                let array = keys.as_any().downcast_ref::<StringArray>().ok_or(NotGrouped)?;
                texts.number_all(array, |number| {
                    known |= number != next;
                    next += 1;
                });
            }
            KnownKeys::Ints(all, seen) => {
                let array = keys.as_any().downcast_ref::<Int64Array>().ok_or(NotGrouped)?;
                known |= !array.values().iter().all(|key| seen.insert(*key));
                all.extend(array.values());
                next += array.len() as u32;
            }
        }
        if known || next == NONE {
            return Err(NotGrouped);
        }
        let mut total = self.ends.last().copied().unwrap_or(0);
        self.ends.extend(counts.iter().map(|count| {
            total = total.wrapping_add(*count);
            total
        }));
        self.columns.add(counts.len(), arrays);
        Ok(())
    }

    /// The folds, and the index by which they are found.
    pub(crate) fn finish(self) -> (Folded, Index) {
        let keys = match self.keys {
            KnownKeys::Texts(texts) => Keys::Texts(Arc::new(texts.finish())),
            KnownKeys::Ints(all, _) => Keys::Ints(IntKeys::number(all.iter().map(|key| Some(*key)), |_| {}).0),
        };
        (self.columns.finish(), Index::of_counts(keys, self.ends, self.without_key))
    }
}

impl Folded {
    /// The same for keys that are looked up in no order.
    pub(crate) fn packed(mut self, threads: usize) -> Folded {
        self.packed = Some(Packed::of(&mut self.columns, self.entries, threads));
        self
    }

    /// What the keys of these numbers add up to, an array for each of these; [`NONE`] is a key without rows.
    pub(crate) fn arrays(&self, whats: impl Iterator<Item = What>, slots: &[u32]) -> Vec<Option<ArrayRef>> {
        // The entry before the first key's is that of no rows, and NONE wraps to it.
        let entries: Vec<u32> = slots.iter().map(|slot| slot.wrapping_add(1)).collect();
        let (picked, all) = (Picked::new(&entries), Picked::stretch(0, entries.len()));
        let of = |what: What, column: &Column, picked: &Picked<'_>| match what {
            What::Rule(..) => column.array_of(picked, signed),
            What::Node(_) => column.array(picked),
        };
        let whats: Vec<(What, Option<usize>)> =
            whats.map(|what| (what, self.whats.iter().position(|known| *known == what))).collect();
        let field = |at: usize| *self.packed.as_ref()?.1.get(at)?;
        let fields: Vec<usize> = whats.iter().filter_map(|(_, at)| field((*at)?)).collect();
        let mut packed = self.packed.iter().flat_map(|(packed, _)| packed.columns(&fields, &entries));
        let mut array = |(what, at): (What, Option<usize>)| match field(at?) {
            Some(_) => Some(of(what, &packed.next()?, &all)),
            None => Some(of(what, self.columns.get(at?)?.as_ref()?, &picked)),
        };
        whats.into_iter().map(&mut array).collect()
    }

    /// The same of one key.
    pub(crate) fn value(&self, what: What, slot: u32, ty: Type) -> Value {
        let array = self.arrays([what].into_iter(), &[slot]).pop().flatten();
        array.map_or(Value::Missing, |array| cell(array.as_ref(), 0, ty))
    }
}

/// Small numbers of either sign as small numbers: those below 0 take turns with the others.
#[inline]
fn unsigned(value: i64) -> i64 {
    value << 1 ^ value >> 63
}

/// Back again.
#[inline]
fn signed(value: i64) -> i64 {
    (value as u64 >> 1) as i64 ^ -(value & 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use revplay_ir::program::{DecisionId, NodeId};

    #[test]
    fn a_sign_survives() {
        let all = [0, 1, -1, 2, -2, 1 << 40, -(1 << 40), i64::MAX, i64::MIN];
        assert_eq!(all.map(unsigned)[..5], [0, 2, 1, 4, 3]);
        assert_eq!(all.map(|value| signed(unsigned(value))), all);
    }

    #[test]
    fn folds_are_found_by_key_and_no_key_comes_twice() {
        let columns = [(What::Rule(DecisionId(0), 0, 0), Type::Int), (What::Node(NodeId(3)), Type::Bool)];
        let ints = |values: Vec<i64>| Some(Arc::new(Int64Array::from(values)) as ArrayRef);
        let bools = |values: Vec<Option<bool>>| Some(Arc::new(arrow_array::BooleanArray::from(values)) as ArrayRef);
        let nothing = || FoldedColumns::new(&columns, &[ints(vec![0]), bools(vec![None])]);
        for is_text in [true, false] {
            let keys = |keys: [i64; 2]| -> ArrayRef {
                if is_text {
                    Arc::new(StringArray::from_iter_values(keys.map(|key| key.to_string())))
                } else {
                    Arc::new(Int64Array::from(keys.to_vec()))
                }
            };
            let mut folded = FoldedKeys::new(is_text, nothing());
            let one = [ints(vec![5, -7]), bools(vec![Some(true), None])];
            let two = [ints(vec![-200_000, 9]), bools(vec![None, Some(false)])];
            assert_eq!(folded.add(keys([40, 30]).as_ref(), &[2, 3], &one), Ok(()));
            assert_eq!(folded.add(keys([20, 10]).as_ref(), &[4, 5], &two), Ok(()));
            let (found, index) = folded.finish();
            let slots = index.slots(Some(&keys([10, 40])), 2);
            assert_eq!(slots, [3, 0]);
            let array =
                found.arrays([columns[0].0].into_iter(), &[3, 0, NONE, 1, 2]).pop().flatten().expect("a column");
            assert_eq!(array.as_ref(), &Int64Array::from(vec![9, 5, 0, -7, -200_000]));
            assert_eq!(found.value(columns[1].0, 3, Type::Bool), Value::Bool(false));
            assert_eq!(found.value(columns[1].0, NONE, Type::Bool), Value::Missing);
            index.mark(1);
            assert_eq!(index.not_reached(), 2 + 4 + 5);
            let mut folded = FoldedKeys::new(is_text, nothing());
            assert_eq!(folded.add(keys([40, 40]).as_ref(), &[2, 3], &one), Err(NotGrouped));
        }
    }
}
