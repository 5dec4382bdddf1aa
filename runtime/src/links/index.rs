//! Rows by key.

use super::column::{Cells, Kind, Rows};
use super::keys::{IntKeys, NONE, TextKeys, TextNumbers};
use super::pieces::Codes;
use super::{Linked, place};
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, Int64Array, StringArray};
use revplay_ir::fold::fold_case;
use revplay_ir::program::{FieldId, Link, Program};
use revplay_ir::value::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// The rows of one link by key. Keys have numbers; those of key k stand at `starts[k]..starts[k + 1]`, in file order.
#[derive(Debug)]
pub(crate) struct Index {
    keys: Keys,
    starts: Vec<u32>,
    /// The row at each place; `None`: the row with its number.
    rows: Option<Vec<u32>>,
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
        let (keys, numbers, known) = number(&linked.rows, position, folds(program, link));
        let mut index = Index {
            keys,
            starts: vec![0; known as usize + 1],
            rows: None,
            reached: (0..(known as usize).div_ceil(64)).map(|_| AtomicU64::new(0)).collect(),
            without_key: 0,
            dictionaries: Mutex::default(),
        };
        index.lay_out(&numbers, linked);
        index
    }

    /// Puts the rows of each key next to each other, in file order.
    fn lay_out(&mut self, numbers: &Numbers<'_>, linked: &Linked) {
        numbers.each(|row, number| match self.starts.get_mut((number as usize).saturating_add(1)) {
            Some(count) if number != NONE => *count += u32::from(linked.is_alive(row)),
            Some(_) | None => self.without_key += u64::from(linked.is_alive(row)),
        });
        let mut total = 0;
        for start in &mut self.starts {
            total += *start;
            *start = total;
        }
        let mut next = self.starts.clone();
        let mut place = |row: usize, number: u32| {
            let next = next.get_mut(number as usize).filter(|_| linked.is_alive(row))?;
            *next += 1;
            Some(*next as usize - 1)
        };
        let mut as_they_are = true;
        numbers.each(|row, number| as_they_are &= place(row, number).is_none_or(|place| place == row));
        if as_they_are {
            return;
        }
        let mut rows = vec![0; total as usize];
        next.copy_from_slice(&self.starts);
        let mut place = |row: usize, number: u32| {
            let next = next.get_mut(number as usize).filter(|_| linked.is_alive(row))?;
            *next += 1;
            Some(*next as usize - 1)
        };
        numbers.each(|row, number| {
            if let Some(slot) = place(row, number).and_then(|place| rows.get_mut(place)) {
                *slot = row as u32;
            }
        });
        self.rows = Some(rows);
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
    pub(crate) fn rows(&self, slot: u32) -> OfKey<'_> {
        let at = |slot: usize| self.starts.get(slot).copied();
        let Some((start, end)) = at(slot as usize).zip(at((slot as usize).saturating_add(1))) else {
            return OfKey::NOTHING;
        };
        match &self.rows {
            None => OfKey::Stretch(start, end),
            Some(rows) => OfKey::List(rows.get(start as usize..end as usize).unwrap_or_default()),
        }
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

/// The rows of a key, in file order.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OfKey<'a> {
    /// From a row up to another.
    Stretch(u32, u32),
    List(&'a [u32]),
}

impl OfKey<'_> {
    pub(crate) const NOTHING: OfKey<'static> = OfKey::Stretch(0, 0);

    pub(crate) fn len(self) -> usize {
        match self {
            OfKey::Stretch(from, to) => to.saturating_sub(from) as usize,
            OfKey::List(rows) => rows.len(),
        }
    }

    /// The row at a place in this order.
    #[inline]
    pub(crate) fn get(self, at: usize) -> Option<u32> {
        match self {
            OfKey::Stretch(from, _) => (at < self.len()).then(|| from + at as u32),
            OfKey::List(rows) => rows.get(at).copied(),
        }
    }

    /// Adds the rows at so many places from one on to a list.
    pub(crate) fn extend(self, list: &mut Vec<u32>, at: usize, count: usize) {
        match self {
            OfKey::Stretch(from, to) => {
                let first = from.saturating_add(at as u32);
                list.extend(first..first.saturating_add(count as u32).min(to));
            }
            OfKey::List(rows) => list.extend(rows.iter().skip(at).take(count)),
        }
    }
}

/// Whether a link compares texts ignoring case.
pub(super) fn folds(program: &Program, link: &Link) -> bool {
    let folds = |field: FieldId| program.fields.get(field.index()).is_some_and(|about| about.ignoring_case);
    folds(link.from_field) || folds(link.to_field)
}

/// The number of each row's key.
pub(super) enum Numbers<'a> {
    /// No row has one: so many rows.
    Nothing(usize),
    /// Of texts that are numbered as they stand: one less than the code.
    Codes(&'a Codes),
    /// By code.
    Folded(&'a Codes, Vec<u32>),
    Rows(Vec<u32>),
}

impl Numbers<'_> {
    /// Each row and the number of its key, in file order; [`NONE`] where it has none.
    pub(super) fn each(&self, mut each: impl FnMut(usize, u32)) {
        let mut row = 0;
        let mut next = |number: u32| {
            each(row, number);
            row += 1;
        };
        match self {
            Numbers::Nothing(rows) => (0..*rows).for_each(|_| next(NONE)),
            // 0 becomes NONE.
            Numbers::Codes(codes) => codes.each(|code| next(code.wrapping_sub(1))),
            Numbers::Folded(codes, of) => codes.each(|code| {
                let number = code.checked_sub(1).and_then(|code| of.get(code as usize));
                next(number.copied().unwrap_or(NONE));
            }),
            Numbers::Rows(numbers) => numbers.iter().for_each(|number| next(*number)),
        }
    }
}

/// The keys of a column, the number of each row's, and how many there are.
pub(super) fn number(rows: &Rows, position: usize, folded: bool) -> (Keys, Numbers<'_>, u32) {
    let nothing = || (Keys::Nothing, Numbers::Nothing(rows.len), 0);
    let Some(column) = rows.column(position) else { return nothing() };
    match &column.cells {
        Cells::Small(_) | Cells::Wide(..) if column.kind == Kind::Int => {
            let mut numbers = Vec::with_capacity(rows.len);
            let ints = (0..rows.len).map(|row| column.int(row));
            let (keys, known) = IntKeys::number(ints, |number| numbers.push(number));
            (Keys::Ints(keys), Numbers::Rows(numbers), known)
        }
        Cells::Numbered(codes, texts, _) if !folded => {
            (Keys::Texts(texts.clone()), Numbers::Codes(codes), texts.texts().len() as u32)
        }
        Cells::Numbered(codes, texts, _) => {
            let mut all = TextNumbers::new();
            let texts = texts.texts().iter().map(Option::unwrap_or_default);
            let of: Vec<u32> = texts.map(|text| all.number(&fold_case(text))).collect();
            let known = all.len() as u32;
            (Keys::Folded(all.finish()), Numbers::Folded(codes, of), known)
        }
        Cells::Small(_) | Cells::Wide(..) | Cells::Plain(_) => nothing(),
    }
}
