//! Rows by key.

use super::keys::{IntKeys, NONE, TextKeys, TextNumbers};
use super::{Linked, place};
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, Int64Array, StringArray};
use revplay_ir::fold::fold_case;
use revplay_ir::program::{FieldId, Link, Program};
use revplay_ir::value::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// The rows of one link by key. Keys have numbers; `rows[starts[k]..starts[k + 1]]` are those of key k, in file order.
#[derive(Debug)]
pub(crate) struct Index {
    keys: Keys,
    starts: Vec<u32>,
    rows: Vec<u32>,
    /// A bit per key: some row has led to it. Only ever set, so threads may do it in any order.
    reached: Vec<AtomicU64>,
    /// Rows that have no key.
    without_key: u64,
    /// The last dictionaries that were met, and the numbers of their entries: batches of one file share them.
    dictionaries: Mutex<Vec<(ArrayRef, Arc<Vec<u32>>)>>,
}

/// Dictionaries that are remembered.
const DICTIONARIES_MAX: usize = 2;

/// What two rows must share.
#[derive(Debug)]
pub(super) enum Keys {
    /// Neither integers nor texts: nothing leads to anything.
    Nothing,
    Ints(IntKeys),
    Texts(Arc<TextKeys>),
    /// Texts ignoring case.
    Folded(TextKeys),
}

impl Index {
    pub(super) fn build(program: &Program, positions: &[usize], link: &Link, linked: &Linked) -> Index {
        let (position, _) = place(program, positions, link.to_field);
        let (keys, numbers, known) = number(linked, position, folds(program, link));
        let mut index = Index {
            keys,
            starts: vec![0; known as usize + 1],
            rows: Vec::new(),
            reached: (0..(known as usize).div_ceil(64)).map(|_| AtomicU64::new(0)).collect(),
            without_key: 0,
            dictionaries: Mutex::default(),
        };
        index.lay_out(&numbers, linked);
        index
    }

    /// Puts the rows of each key next to each other, in file order.
    fn lay_out(&mut self, numbers: &[u32], linked: &Linked) {
        let alive = |row: usize| linked.alive.get(row).copied().unwrap_or(false);
        for (_, number) in numbers.iter().enumerate().filter(|(row, _)| alive(*row)) {
            match self.starts.get_mut((*number as usize).saturating_add(1)).filter(|_| *number != NONE) {
                Some(count) => *count += 1,
                None => self.without_key += 1,
            }
        }
        let mut total = 0;
        for start in &mut self.starts {
            total += *start;
            *start = total;
        }
        self.rows = vec![0; total as usize];
        let mut next = self.starts.clone();
        for (row, number) in numbers.iter().enumerate().filter(|(row, _)| alive(*row)) {
            let Some(next) = next.get_mut(*number as usize).filter(|_| *number != NONE) else { continue };
            if let Some(slot) = self.rows.get_mut(*next as usize) {
                *slot = row as u32;
            }
            *next += 1;
        }
    }

    /// The number of a key.
    pub(super) fn slot(&self, key: &Value) -> Option<u32> {
        match (&self.keys, key) {
            (Keys::Ints(keys), Value::Int(x)) => Some(keys.find(*x)).filter(|number| *number != NONE),
            (Keys::Texts(keys), Value::Text(x)) => keys.find(x),
            (Keys::Folded(keys), Value::Text(x)) => keys.find(&fold_case(x)),
            (Keys::Nothing | Keys::Ints(_) | Keys::Texts(_) | Keys::Folded(_), _) => None,
        }
    }

    /// The numbers of the keys of a column; [`NONE`] where a row has no key, or one without linked rows.
    pub(super) fn slots(&self, column: Option<&ArrayRef>, rows: usize) -> Vec<u32> {
        let mut slots = column.map(|column| self.slots_of(column.as_ref())).unwrap_or_default();
        slots.resize(rows, NONE);
        slots
    }

    fn slots_of(&self, column: &dyn Array) -> Vec<u32> {
        let any = column.as_any();
        if let Some(coded) = any.downcast_ref::<DictionaryArray<Int32Type>>() {
            let entries = self.slots_of_dictionary(coded.values());
            let of = |key: i32| usize::try_from(key).ok().and_then(|key| entries.get(key)).copied();
            return coded.keys().iter().map(|key| key.and_then(of).unwrap_or(NONE)).collect();
        }
        match &self.keys {
            Keys::Nothing => Vec::new(),
            Keys::Ints(keys) => {
                let ints = any.downcast_ref::<Int64Array>().into_iter().flat_map(|array| array.iter());
                ints.map(|key| key.map_or(NONE, |key| keys.find(key))).collect()
            }
            Keys::Texts(keys) => {
                any.downcast_ref::<StringArray>().map(|array| keys.find_all(array)).unwrap_or_default()
            }
            Keys::Folded(keys) => {
                let texts = any.downcast_ref::<StringArray>().into_iter().flat_map(|array| array.iter());
                texts.map(|text| text.and_then(|text| keys.find(&fold_case(text))).unwrap_or(NONE)).collect()
            }
        }
    }

    fn slots_of_dictionary(&self, values: &ArrayRef) -> Arc<Vec<u32>> {
        if let Ok(known) = self.dictionaries.lock()
            && let Some((_, entries)) = known.iter().find(|(known, _)| Arc::ptr_eq(known, values))
        {
            return entries.clone();
        }
        let entries = Arc::new(self.slots_of(values.as_ref()));
        if let Ok(mut known) = self.dictionaries.lock() {
            known.truncate(DICTIONARIES_MAX - 1);
            known.insert(0, (values.clone(), entries.clone()));
        }
        entries
    }

    /// Rows of a key.
    pub(crate) fn rows(&self, slot: u32) -> &[u32] {
        let at = |slot: usize| self.starts.get(slot).map(|start| *start as usize);
        let (start, end) = (at(slot as usize), at((slot as usize).saturating_add(1)));
        start.zip(end).and_then(|(start, end)| self.rows.get(start..end)).unwrap_or_default()
    }

    pub(super) fn mark(&self, slot: u32) {
        let bit = 1 << (slot % 64);
        if let Some(word) = self.reached.get(slot as usize / 64)
            && word.load(Ordering::Relaxed) & bit == 0
        {
            word.fetch_or(bit, Ordering::Relaxed);
        }
    }

    /// Rows whose key nobody reached, and rows without a key.
    pub(super) fn not_reached(&self) -> u64 {
        let reached = |slot: usize| self.reached[slot / 64].load(Ordering::Relaxed) >> (slot % 64) & 1 == 1;
        let slots = self.starts.windows(2).enumerate();
        let lost: u64 = slots.filter(|(slot, _)| !reached(*slot)).map(|(_, w)| u64::from(w[1] - w[0])).sum();
        lost + self.without_key
    }
}

/// Whether a link compares texts ignoring case.
pub(super) fn folds(program: &Program, link: &Link) -> bool {
    let folds = |field: FieldId| program.fields.get(field.index()).is_some_and(|about| about.ignoring_case);
    folds(link.from_field) || folds(link.to_field)
}

/// The keys of a column, the number of each row's, and how many there are.
pub(super) fn number(linked: &Linked, position: usize, folded: bool) -> (Keys, Vec<u32>, u32) {
    let nothing = || (Keys::Nothing, vec![NONE; linked.table.rows], 0);
    let Some(column) = linked.table.columns.get(position).and_then(Option::as_ref) else { return nothing() };
    let any = column.as_any();
    if let Some(ints) = any.downcast_ref::<Int64Array>() {
        let mut numbers = Vec::with_capacity(ints.len());
        let (keys, known) = IntKeys::number(ints.iter(), |number| numbers.push(number));
        return (Keys::Ints(keys), numbers, known);
    }
    let coded = any.downcast_ref::<DictionaryArray<Int32Type>>();
    let (Some(coded), Some(texts)) = (coded, linked.texts.get(&position)) else { return nothing() };
    let of = |key: Option<i32>| key.map_or(NONE, |key| key as u32);
    if !folded {
        return (Keys::Texts(texts.clone()), coded.keys().iter().map(of).collect(), texts.texts().len() as u32);
    }
    let mut all = TextNumbers::new();
    let folded: Vec<u32> = texts.texts().iter().map(|text| all.number(&fold_case(text.unwrap_or_default()))).collect();
    let of = |key: Option<i32>| folded.get(of(key) as usize).copied().unwrap_or(NONE);
    let known = all.len() as u32;
    (Keys::Folded(all.finish()), coded.keys().iter().map(of).collect(), known)
}
