//! Rows by key.

use super::column::{Cells, Column, Kind, Rows};
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

/// The rows of one link by key. Keys have numbers; key k has `starts[k + 1] - starts[k]` rows.
#[derive(Debug)]
pub(crate) struct Index {
    keys: Keys,
    starts: Vec<u32>,
    /// The first row of each key, which the others follow.
    firsts: Vec<u32>,
    /// Keys for which that is not so.
    scattered: Option<Scattered>,
    /// A bit per key: some row has led to it. Only ever set, so threads may do it in any order.
    reached: Vec<AtomicU64>,
    /// Rows that have no key.
    without_key: u64,
    /// The last dictionaries that were met, and the numbers of their entries: batches of one file share them.
    dictionaries: Mutex<Vec<(ArrayRef, Arc<Vec<u32>>)>>,
}

/// Keys whose rows do not follow each other: `firsts` says where they stand in this list.
#[derive(Debug)]
struct Scattered {
    /// A bit per key.
    keys: Vec<u64>,
    /// In file order.
    rows: Vec<u32>,
}

impl Scattered {
    #[inline]
    fn has(&self, key: usize) -> bool {
        self.keys.get(key / 64).is_some_and(|word| word >> (key % 64) & 1 == 1)
    }
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
            firsts: vec![0; known as usize],
            scattered: None,
            reached: (0..(known as usize).div_ceil(64)).map(|_| AtomicU64::new(0)).collect(),
            without_key: 0,
            dictionaries: Mutex::default(),
        };
        match linked.ordered_by(position).filter(|starts| starts.len() == index.starts.len()) {
            Some(starts) => {
                index.firsts = starts.iter().take(known as usize).copied().collect();
                index.without_key = linked.rows.len as u64 - u64::from(starts.last().copied().unwrap_or(0));
                index.starts = starts.to_vec();
            }
            None => index.lay_out(&numbers, linked),
        }
        index
    }

    /// Of keys whose rows are not at hand, by how many rows there are before each.
    pub(super) fn of_counts(keys: Keys, starts: Vec<u32>, without_key: u64) -> Index {
        let known = starts.len().saturating_sub(1);
        Index {
            keys,
            starts,
            firsts: Vec::new(),
            scattered: None,
            reached: (0..known.div_ceil(64)).map(|_| AtomicU64::new(0)).collect(),
            without_key,
            dictionaries: Mutex::default(),
        }
    }

    /// Of no keys.
    pub(crate) fn nothing() -> Index {
        Index::of_counts(Keys::Nothing, vec![0], 0)
    }

    /// The same when the rows are no longer at hand.
    pub(crate) fn without_rows(self) -> Index {
        Index { firsts: Vec::new(), scattered: None, ..self }
    }

    /// How many keys there are, and the rows of each.
    pub(crate) fn counts(&self) -> impl ExactSizeIterator<Item = u32> + '_ {
        self.starts.windows(2).map(|pair| if let [from, to] = pair { to.wrapping_sub(*from) } else { 0 })
    }

    /// Rows without a key.
    pub(crate) fn without_key(&self) -> u64 {
        self.without_key
    }

    /// All keys in the order of their numbers.
    pub(crate) fn all_keys(&self) -> Option<ArrayRef> {
        match &self.keys {
            Keys::Nothing | Keys::Folded(_) => None,
            Keys::Ints(keys) => Some(Arc::new(Int64Array::from(keys.all()))),
            Keys::Texts(keys) => Some(Arc::new(keys.texts().clone())),
        }
    }

    /// Notes where the rows of each key stand.
    fn lay_out(&mut self, numbers: &Numbers<'_>, linked: &Linked) {
        let mut scattered = vec![0u64; self.firsts.len().div_ceil(64)];
        let mut any = false;
        numbers.each(|row, number| {
            if !linked.is_alive(row) {
                return;
            }
            let key = number as usize;
            let (Some(count), Some(first)) = (self.starts.get_mut(key.saturating_add(1)), self.firsts.get_mut(key))
            else {
                self.without_key += 1;
                return;
            };
            if *count == 0 {
                *first = row as u32;
            } else if row != *first as usize + *count as usize {
                scattered.iter_mut().skip(key / 64).take(1).for_each(|word| *word |= 1 << (key % 64));
                any = true;
            }
            *count += 1;
        });
        if any {
            self.list(numbers, linked, scattered);
        }
        let mut total = 0;
        for start in &mut self.starts {
            total += *start;
            *start = total;
        }
    }

    /// Lists the rows of the keys whose rows do not follow each other; `starts` still holds counts.
    fn list(&mut self, numbers: &Numbers<'_>, linked: &Linked, scattered: Vec<u64>) {
        let mut list = Scattered { keys: scattered, rows: Vec::new() };
        let mut total = 0;
        let counts = self.starts.get(1..).unwrap_or_default();
        for (key, (first, count)) in self.firsts.iter_mut().zip(counts).enumerate() {
            if list.has(key) {
                *first = total;
                total += *count;
            }
        }
        list.rows.resize(total as usize, 0);
        numbers.each(|row, number| {
            let key = number as usize;
            if !list.has(key) || !linked.is_alive(row) {
                return;
            }
            let Some(next) = self.firsts.get_mut(key) else { return };
            if let Some(slot) = list.rows.get_mut(*next as usize) {
                *slot = row as u32;
            }
            *next += 1;
        });
        for (key, (first, count)) in self.firsts.iter_mut().zip(counts).enumerate() {
            if list.has(key) {
                *first -= *count;
            }
        }
        self.scattered = Some(list);
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
        let (first, count) = (self.firsts.get(slot as usize).copied().unwrap_or(0), end.saturating_sub(start));
        match self.scattered.as_ref().filter(|list| list.has(slot as usize)) {
            None => OfKey::Stretch(first, first.saturating_add(count)),
            Some(list) => {
                let (first, count) = (first as usize, count as usize);
                OfKey::List(list.rows.get(first..first + count).unwrap_or_default())
            }
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
        let lost: u64 =
            slots.filter(|(slot, _)| !reached(*slot)).map(|(_, w)| u64::from(w[1].wrapping_sub(w[0]))).sum();
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
    rows.column(position).map_or_else(nothing, |column| number_column(column, rows.len, folded))
}

/// The same, of a column of so many rows.
pub(super) fn number_column(column: &Column, rows: usize, folded: bool) -> (Keys, Numbers<'_>, u32) {
    match &column.cells {
        Cells::Small(_) | Cells::Wide(..) if column.kind == Kind::Int => {
            let mut numbers = Vec::with_capacity(rows);
            let ints = (0..rows).map(|row| column.int(row));
            let (keys, known) = IntKeys::number(ints, |number| numbers.push(number));
            (Keys::Ints(keys), Numbers::Rows(numbers), known)
        }
        Cells::Numbered(codes, texts, _) if !folded => {
            (Keys::Texts(texts.clone()), Numbers::Codes(codes), texts.len() as u32)
        }
        Cells::Numbered(codes, texts, _) => {
            let mut all = TextNumbers::new();
            let texts = texts.texts().iter().map(Option::unwrap_or_default);
            let of: Vec<u32> = texts.map(|text| all.number(&fold_case(text))).collect();
            let known = all.len() as u32;
            (Keys::Folded(all.finish()), Numbers::Folded(codes, of), known)
        }
        Cells::Small(_) | Cells::Wide(..) | Cells::Plain(_) => (Keys::Nothing, Numbers::Nothing(rows), 0),
    }
}
