//! Whose the rows of a chunk are: the keys that begin and end in it.

use crate::links::keys::NONE;
use crate::table::text_at;
use arrow_array::types::Int32Type;
use arrow_array::{Array, DictionaryArray, Int64Array};
use arrow_buffer::NullBuffer;
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::hash::Hash;

/// A key that has a row among so many first or last ones may go on beyond: a row of another key may stand between.
const EDGE_ROWS: usize = 64;
/// Keys with no more rows than this in a row, on average, are put aside too: such rows often stand among others, as those
/// of records that nobody knows do, and few of them take no more than what they add up to.
const FEW_ROWS: u32 = 2;
/// A dictionary of no more entries per row is gone through for each chunk.
const ENTRIES_PER_ROW: usize = 4;
/// The number of all keys that are put aside.
pub(super) const BORDER: u32 = NONE - 1;

/// The keys of a chunk's rows.
#[derive(Debug, Default)]
pub(super) struct Whose {
    /// By row the number of its key; [`BORDER`] if it is put aside as it may have rows in other chunks, [`NONE`] if
    /// there is none.
    pub(super) keys: Vec<u32>,
    /// By number, the first row of each key and how many it has.
    pub(super) firsts: Vec<u32>,
    pub(super) counts: Vec<u32>,
    /// Rows of the keys that are put aside.
    pub(super) border: Vec<u32>,
    /// Rows without a key.
    pub(super) without_key: u64,
}

impl Whose {
    /// So many rows without keys.
    pub(super) fn nobodys(rows: usize) -> Whose {
        Whose { keys: vec![NONE; rows], without_key: rows as u64, ..Whose::default() }
    }

    /// Of a column of integers or of texts.
    pub(super) fn of(column: &dyn Array) -> Whose {
        let any = column.as_any();
        if let Some(ints) = any.downcast_ref::<Int64Array>() {
            let known = |row: usize| ints.is_valid(row);
            let starts = changes(ints.values(), ints.nulls());
            return Whose::of_runs(&starts, ints.len(), Whose::by_hash(starts.len()), |row| {
                known(row).then(|| ints.values().get(row)).flatten()
            });
        }
        // A text that stands twice in a dictionary looks like two keys, and shows as a key that comes again.
        if let Some(coded) = any.downcast_ref::<DictionaryArray<Int32Type>>() {
            let (codes, values) = (coded.keys(), coded.values());
            let (nulls, absent) = (codes.nulls().filter(|nulls| nulls.null_count() > 0), values.null_count() > 0);
            let starts = changes(codes.values(), codes.nulls());
            let code = |row: usize| {
                let code = codes.values().get(row).filter(|_| nulls.is_none_or(|nulls| nulls.is_valid(row)))?;
                let entry = usize::try_from(*code).ok()?;
                (!absent || values.is_valid(entry)).then_some(entry)
            };
            if values.len() > coded.len() * ENTRIES_PER_ROW {
                return Whose::of_runs(&starts, coded.len(), Whose::by_hash(starts.len()), code);
            }
            let mut known = vec![NONE; values.len()];
            let number = |entry: usize, next: u32| {
                let Some(number) = known.get_mut(entry) else { return next };
                if *number == NONE {
                    *number = next;
                }
                *number
            };
            return Whose::of_runs(&starts, coded.len(), number, code);
        }
        let rows = (0..column.len()).filter(|row| *row == 0 || text_at(column, *row - 1) != text_at(column, *row));
        let starts: Vec<u32> = rows.map(|row| row as u32).collect();
        Whose::of_runs(&starts, column.len(), Whose::by_hash(starts.len()), |row| text_at(column, row))
    }

    /// Says the number of a key, which is the next one if it is new.
    fn by_hash<K: Eq + Hash>(keys: usize) -> impl FnMut(K, u32) -> u32 {
        let mut numbers: HashMap<K, u32, FixedState> = HashMap::with_capacity_and_hasher(keys, FixedState::default());
        move |key, next| *numbers.entry(key).or_insert(next)
    }

    /// `starts` are the rows whose key is not that of the row before.
    fn of_runs<K>(
        starts: &[u32],
        rows: usize,
        mut number: impl FnMut(K, u32) -> u32,
        key: impl Fn(usize) -> Option<K>,
    ) -> Whose {
        let ends = starts.iter().skip(1).copied().chain([rows as u32]);
        // The key of each run by first appearance; by key its first row, how many it has, in how
        // many runs, and whether one is at an edge.
        let mut of_run: Vec<u32> = Vec::with_capacity(starts.len());
        let mut keys: Vec<(u32, u32, u32, bool)> = Vec::with_capacity(starts.len());
        for (from, to) in starts.iter().copied().zip(ends.clone()) {
            let number = key(from as usize).map(|key| number(key, keys.len() as u32));
            of_run.push(number.unwrap_or(NONE));
            let Some(number) = number else { continue };
            if number as usize == keys.len() {
                keys.push((from, 0, 0, false));
            }
            if let Some((_, count, runs, at_edge)) = keys.get_mut(number as usize) {
                *count += to - from;
                *runs += 1;
                *at_edge |= (from as usize) < EDGE_ROWS || to as usize + EDGE_ROWS > rows;
            }
        }
        let mut whose = Whose { keys: Vec::with_capacity(rows), ..Whose::default() };
        let mut of_key: Vec<u32> = Vec::with_capacity(keys.len());
        for (first, count, runs, at_edge) in keys {
            if at_edge || count <= FEW_ROWS.saturating_mul(runs) {
                of_key.push(BORDER);
                continue;
            }
            of_key.push(whose.firsts.len() as u32);
            whose.firsts.push(first);
            whose.counts.push(count);
        }
        for (number, (from, to)) in of_run.into_iter().zip(starts.iter().copied().zip(ends)) {
            let number = of_key.get(number as usize).copied().unwrap_or(NONE);
            whose.keys.resize(to as usize, number);
            match number {
                NONE => whose.without_key += u64::from(to - from),
                BORDER => whose.border.extend(from..to),
                _ => {}
            }
        }
        whose
    }
}

/// The rows whose value is not that of the row before.
fn changes<T: PartialEq>(values: &[T], nulls: Option<&NullBuffer>) -> Vec<u32> {
    let differs = |pair: &[T]| matches!(pair, [a, b] if a != b);
    let pairs = (1u32..).zip(values.windows(2));
    let mut changes: Vec<u32> = (!values.is_empty()).then_some(0).into_iter().collect();
    match nulls.filter(|nulls| nulls.null_count() > 0) {
        None => changes.extend(pairs.filter(|(_, pair)| differs(pair)).map(|(row, _)| row)),
        Some(nulls) => {
            let is_other = |row: usize, pair: &[T]| match (nulls.is_valid(row - 1), nulls.is_valid(row)) {
                (true, true) => differs(pair),
                (before, now) => before != now,
            };
            changes.extend(pairs.filter(|(row, pair)| is_other(*row as usize, pair)).map(|(row, _)| row));
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::StringArray;

    #[test]
    fn keys_at_the_ends_go_on_and_the_others_are_whole() {
        // Ten rows a key, with a row of a key of its own now and then, and some without a key.
        let key = |row: i64| match row % 97 {
            5 => Some(1_000_000 + row),
            6 => None,
            _ => Some(row / 10),
        };
        let ints: Int64Array = (0..1_000).map(key).collect();
        let texts: StringArray = ints.iter().map(|key| key.map(|key| key.to_string())).collect();
        let coded: DictionaryArray<Int32Type> = texts.iter().collect();
        for column in [&ints as &dyn Array, &texts, &coded] {
            let whose = Whose::of(column);
            let edge: Vec<i64> = ints
                .iter()
                .enumerate()
                .filter(|(row, _)| *row < 64 || *row >= 936)
                .filter_map(|(_, key)| key)
                .collect();
            let mut counts = vec![0; whose.firsts.len()];
            for (row, (number, key)) in whose.keys.iter().zip(&ints).enumerate() {
                let put_aside = whose.border.contains(&(row as u32));
                assert_eq!(put_aside, *number == BORDER);
                match key {
                    None => assert_eq!(*number, NONE),
                    Some(key) if edge.contains(&key) || key >= 1_000_000 => assert_eq!(*number, BORDER),
                    Some(key) => {
                        assert_eq!(ints.value(whose.firsts[*number as usize] as usize), key);
                        counts[*number as usize] += 1;
                    }
                }
            }
            assert_eq!(counts, whose.counts);
            assert_eq!(whose.without_key, ints.null_count() as u64);
            assert!(counts.len() > 80 && whose.border.is_sorted());
        }
    }

    #[test]
    fn a_chunk_of_one_key_is_all_border() {
        let whose = Whose::of(&Int64Array::from(vec![7; 500]));
        assert_eq!((whose.border.len(), whose.firsts.len()), (500, 0));
        let whose = Whose::of(&Int64Array::from(Vec::<i64>::new()));
        assert_eq!((whose.border.len(), whose.keys.len()), (0, 0));
        assert_eq!(Whose::of(&Int64Array::from(vec![None; 9])).without_key, 9);
    }
}
