//! Rows by key.

use super::{Linked, place};
use revplay_ir::fold::fold_case;
use revplay_ir::program::{Link, Program};
use revplay_ir::value::Value;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// What two rows must share.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Int(i64),
    Text(Box<str>),
}

impl Key {
    /// `None` for missing and for what cannot be a key.
    pub(super) fn of(value: &Value, folded: bool) -> Option<Key> {
        match value {
            Value::Int(x) => Some(Key::Int(*x)),
            Value::Text(x) if folded => Some(Key::Text(fold_case(x).into())),
            Value::Text(x) => Some(Key::Text(Box::from(&**x))),
            Value::Missing | Value::Bool(_) | Value::Num(_) | Value::List(_) => None,
        }
    }
}

/// The rows of one link by key. Keys are numbered by their first row; `rows[starts[k]..starts[k + 1]]`
/// are those of key k, in file order.
#[derive(Debug)]
pub(super) struct Index {
    ints: HashMap<i64, u32>,
    texts: HashMap<Box<str>, u32>,
    folded: bool,
    starts: Vec<u32>,
    rows: Vec<u32>,
    /// A bit per key: some row has led to it. Only ever set, so threads may do it in any order.
    reached: Vec<AtomicU64>,
    /// Rows that have no key.
    without_key: u64,
}

impl Index {
    pub(super) fn build(program: &Program, positions: &[usize], link: &Link, linked: &Linked) -> Index {
        let (position, ty) = place(program, positions, link.to_field);
        let folds = |field: revplay_ir::program::FieldId| program.fields[field.index()].ignoring_case;
        let mut index = Index {
            ints: HashMap::new(),
            texts: HashMap::new(),
            folded: folds(link.from_field) || folds(link.to_field),
            starts: Vec::new(),
            rows: Vec::new(),
            reached: Vec::new(),
            without_key: 0,
        };
        let mut slots: Vec<(u32, u32)> = Vec::new();
        for row in (0..linked.table.rows).filter(|&row| linked.alive[row]) {
            match Key::of(&linked.table.value(position, row, ty), index.folded) {
                Some(key) => slots.push((index.insert(key), row as u32)),
                None => index.without_key += 1,
            }
        }
        index.lay_out(slots);
        index
    }

    fn insert(&mut self, key: Key) -> u32 {
        let next = (self.ints.len() + self.texts.len()) as u32;
        match key {
            Key::Int(x) => *self.ints.entry(x).or_insert(next),
            Key::Text(x) => *self.texts.entry(x).or_insert(next),
        }
    }

    /// Puts the rows of each key next to each other; the sort is stable, so file order stays.
    fn lay_out(&mut self, mut slots: Vec<(u32, u32)>) {
        slots.sort_by_key(|(slot, _)| *slot);
        let keys = self.ints.len() + self.texts.len();
        self.reached = (0..keys.div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        self.starts = vec![0; keys + 1];
        for (slot, row) in slots {
            self.rows.push(row);
            self.starts[slot as usize + 1] = self.rows.len() as u32;
        }
    }

    /// The number of a key.
    pub(super) fn slot(&self, key: &Value) -> Option<u32> {
        match key {
            Value::Int(x) => self.ints.get(x).copied(),
            Value::Text(x) if self.folded => self.texts.get(fold_case(x).as_str()).copied(),
            Value::Text(x) => self.texts.get(&**x).copied(),
            Value::Missing | Value::Bool(_) | Value::Num(_) | Value::List(_) => None,
        }
    }

    pub(super) fn rows(&self, slot: u32) -> &[u32] {
        let (start, end) = (self.starts[slot as usize] as usize, self.starts[slot as usize + 1] as usize);
        self.rows.get(start..end).unwrap_or_default()
    }

    pub(super) fn mark(&self, slot: u32) {
        if let Some(word) = self.reached.get(slot as usize / 64) {
            word.fetch_or(1 << (slot % 64), Ordering::Relaxed);
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
