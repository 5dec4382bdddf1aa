//! Small numbers for the values of a column and for the groups of rows, so that folds index arrays.

use super::columns::{Texts, texts, value_at};
use super::group::GroupValue;
use arrow_array::{Array, BooleanArray, Float64Array, Int64Array};
use arrow_buffer::NullBuffer;
use foldhash::fast::FixedState;
use revplay_ir::program::Program;
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::collections::HashMap;

/// Integers over a range this narrow are their own codes.
const DIRECT_MAX: u64 = 64;
/// Integers over a range this narrow are coded by a table.
const TABLE_MAX: u64 = 1 << 16;
/// As many groups may be numbered by multiplying, whether they occur or not.
const PRODUCT_MAX: usize = 4096;
const NO_CODE: u32 = u32::MAX;

/// A code per row, and what each code stands for. Two codes may stand for the same, and some for
/// nothing that occurs.
#[derive(Clone, Debug)]
pub(super) struct Codes<T> {
    pub(super) rows: Vec<u32>,
    pub(super) values: Vec<T>,
}

impl<T> Codes<T> {
    /// The same codes for other values.
    pub(super) fn map<U>(self, f: impl FnMut(T) -> U) -> Codes<U> {
        Codes { rows: self.rows, values: self.values.into_iter().map(f).collect() }
    }
}

/// The codes of a `by` column.
pub(super) fn of_column(program: &Program, ty: Type, array: Option<&dyn Array>, rows: usize) -> Codes<GroupValue> {
    let Some(array) = array else { return Codes { rows: vec![0; rows], values: vec![GroupValue::Missing] } };
    let any = array.as_any();
    let group = |value: Value| GroupValue::of(program, ty, &value);
    if let (Type::Enum(id), Some(ints)) = (ty, any.downcast_ref::<Int64Array>()) {
        let labels = program.enums.get(id.0 as usize).map_or(0, |e| e.labels.len());
        if (labels as u64) < DIRECT_MAX {
            let value = |n: u64| if n < labels as u64 { Value::Int(n as i64) } else { Value::Missing };
            // All bits of all values, so that it is done many at a time: no value is greater.
            let bits = ints.values().iter().fold(0u64, |bits, value| bits | *value as u64);
            let (missing, mut rows): (u64, Vec<u32>) = match bits < DIRECT_MAX {
                true => (bits + 1, ints.values().iter().map(|value| *value as u32).collect()),
                false => (labels as u64, between(0, labels as u32, ints.values())),
            };
            unknown_are(missing as u32, ints.nulls(), &mut rows);
            let values = (0..missing).map(value).chain([Value::Missing]).map(group).collect();
            return Codes { rows, values };
        }
    }
    if let Some(ints) = any.downcast_ref::<Int64Array>() {
        return of_ints(ints.values(), ints.nulls()).map(|x| group(x.map_or(Value::Missing, Value::Int)));
    }
    if let Some(nums) = any.downcast_ref::<Float64Array>() {
        // -0.0 = 0.0
        let keys: Vec<i64> = nums.values().iter().map(|x| (x + 0.0).to_bits() as i64).collect();
        let value = |x: Option<i64>| x.map_or(Value::Missing, |x| Value::Num(f64::from_bits(x as u64)));
        return of_ints(&keys, nums.nulls()).map(|x| group(value(x)));
    }
    if let Some(bools) = any.downcast_ref::<BooleanArray>() {
        let code = |row| if bools.is_null(row) { 2 } else { u32::from(bools.value(row)) };
        let values = vec![GroupValue::Bool(false), GroupValue::Bool(true), GroupValue::Missing];
        return Codes { rows: (0..bools.len()).map(code).collect(), values };
    }
    match texts(array) {
        Some(Texts::Dictionary(dictionary, values)) => {
            let keys: Vec<i64> = dictionary.keys().values().iter().map(|key| i64::from(*key)).collect();
            let text = |key: i64| usize::try_from(key).ok().and_then(|key| Texts::Plain(values).at(key));
            of_ints(&keys, dictionary.nulls()).map(|key| group(key.and_then(text).map_or(Value::Missing, Value::text)))
        }
        Some(plain) => by_hash(array.len(), |row| plain.at(row)).map(|x| group(x.map_or(Value::Missing, Value::text))),
        None => by_hash(array.len(), |row| group(value_at(array, row, ty))),
    }
}

/// The codes of integers; `None` stands for missing.
pub(super) fn of_ints(values: &[i64], nulls: Option<&NullBuffer>) -> Codes<Option<i64>> {
    let nulls = nulls.filter(|nulls| nulls.null_count() > 0);
    let known = || {
        let mut known = super::mask::Mask::all(values.len());
        known.and_known(nulls);
        known
    };
    // What missing cells hold mostly lies among the others; where it does not, they are left out.
    let (mut low, mut high) = range(values);
    if nulls.is_some() && high.abs_diff(low) >= DIRECT_MAX {
        (low, high) = (i64::MAX, i64::MIN);
        known().for_each(|row| (low, high) = (low.min(values[row]), high.max(values[row])));
    }
    if low > high {
        return Codes { rows: vec![0; values.len()], values: vec![None] };
    }
    let width = high.abs_diff(low);
    if width >= TABLE_MAX {
        let is_known = |row: usize| nulls.is_none_or(|nulls| nulls.is_valid(row));
        return by_hash(values.len(), |row| is_known(row).then(|| values[row]));
    }
    let missing = width as u32 + 1;
    let mut rows = between(low, missing, values);
    unknown_are(missing, nulls, &mut rows);
    let value = |code: u32| (code != missing).then(|| low.wrapping_add(i64::from(code)));
    if width < DIRECT_MAX {
        return Codes { rows, values: (0..=missing).map(value).collect() };
    }
    let mut numbers = vec![NO_CODE; missing as usize + 1];
    let mut found = Vec::new();
    for row in &mut rows {
        let number = &mut numbers[*row as usize];
        if *number == NO_CODE {
            *number = found.len() as u32;
            found.push(value(*row));
        }
        *row = *number;
    }
    Codes { rows, values: found }
}

/// How far above the lowest each value is; `missing` for all that is not below `missing`, as a missing cell may be.
fn between(low: i64, missing: u32, values: &[i64]) -> Vec<u32> {
    values.iter().map(|value| (value.wrapping_sub(low) as u64).min(u64::from(missing)) as u32).collect()
}

fn unknown_are(missing: u32, nulls: Option<&NullBuffer>, rows: &mut [u32]) {
    if let Some(nulls) = nulls.filter(|nulls| nulls.null_count() > 0) {
        for row in (!nulls.inner()).set_indices() {
            if let Some(code) = rows.get_mut(row) {
                *code = missing;
            }
        }
    }
}

/// The least and the greatest, found in lanes that do not wait for each other.
fn range(values: &[i64]) -> (i64, i64) {
    let mut lanes = [(i64::MAX, i64::MIN); 4];
    let chunks = values.chunks_exact(4);
    let rest = chunks.remainder();
    let widen = |(low, high): &mut (i64, i64), value: i64| (*low, *high) = ((*low).min(value), (*high).max(value));
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(lane, value)| widen(lane, *value));
    }
    lanes.iter_mut().zip(rest).for_each(|(lane, value)| widen(lane, *value));
    lanes.iter().fold((i64::MAX, i64::MIN), |(low, high), lane| (low.min(lane.0), high.max(lane.1)))
}

fn by_hash<T: Clone + Eq + std::hash::Hash>(rows: usize, value: impl Fn(usize) -> T) -> Codes<T> {
    let mut numbers: HashMap<T, u32, FixedState> = HashMap::default();
    let mut codes = Codes { rows: Vec::with_capacity(rows), values: Vec::new() };
    let mut last: Option<u32> = None;
    for row in 0..rows {
        let value = value(row);
        let same = last.filter(|last| codes.values.get(*last as usize) == Some(&value));
        let number = same.unwrap_or_else(|| match numbers.get(&value) {
            Some(number) => *number,
            None => {
                let number = codes.values.len() as u32;
                codes.values.push(value.clone());
                numbers.insert(value, number);
                number
            }
        });
        codes.rows.push(number);
        last = Some(number);
    }
    codes
}

/// The groups of rows by several columns: a code per row, and the columns' codes of each group.
#[derive(Clone, Debug)]
pub(super) struct GroupCodes {
    pub(super) rows: Vec<u32>,
    pub(super) count: usize,
    columns: usize,
    /// The columns' codes, group by group.
    parts: Vec<u32>,
}

impl GroupCodes {
    /// All rows in one group.
    pub(super) fn one(rows: usize) -> GroupCodes {
        GroupCodes { rows: vec![0; rows], count: 1, columns: 0, parts: Vec::new() }
    }

    /// The codes of a group, column by column.
    pub(super) fn parts(&self, group: usize) -> &[u32] {
        self.parts.get(group * self.columns..(group + 1) * self.columns).unwrap_or_default()
    }

    /// Splits the groups by one more column with so many codes.
    pub(super) fn split(&mut self, column: &[u32], codes: usize) {
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let product = self.count.saturating_mul(codes);
        if product <= PRODUCT_MAX {
            for (group, code) in self.rows.iter_mut().zip(column) {
                *group = *group * codes as u32 + code;
            }
            pairs.extend((0..self.count as u32).flat_map(|group| (0..codes as u32).map(move |code| (group, code))));
        } else {
            let mut numbers: HashMap<(u32, u32), u32, FixedState> = HashMap::default();
            for (group, code) in self.rows.iter_mut().zip(column) {
                let pair = (*group, *code);
                *group = *numbers.entry(pair).or_insert_with(|| {
                    pairs.push(pair);
                    pairs.len() as u32 - 1
                });
            }
        }
        let part = |(group, code): &(u32, u32)| {
            let before = self.parts(*group as usize).iter().copied();
            before.chain([*code]).collect::<Vec<u32>>()
        };
        self.parts = pairs.iter().flat_map(part).collect();
        self.columns += 1;
        self.count = pairs.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(values: &[Option<i64>]) {
        let array: Int64Array = values.iter().copied().collect();
        let codes = of_ints(array.values(), array.nulls());
        let back: Vec<Option<i64>> = codes.rows.iter().map(|code| codes.values[*code as usize]).collect();
        assert_eq!(back, values);
    }

    #[test]
    fn codes_stand_for_the_integers_they_were_made_of() {
        decoded(&[]);
        decoded(&[None, None]);
        decoded(&[Some(3), None, Some(-2), Some(3)]);
        decoded(&[Some(i64::MIN), None, Some(i64::MAX), Some(0)]);
        decoded(&[Some(i64::MAX), None, Some(i64::MAX - 63), Some(i64::MAX - 70)]);
        decoded(&(0..5000).map(|i| (i % 7 != 0).then_some(i * 13 % 60_000)).collect::<Vec<_>>());
        decoded(&(0..5000).map(|i| (i % 7 != 0).then_some(i * 1_000_003)).collect::<Vec<_>>());
    }

    #[test]
    fn groups_keep_the_codes_of_their_columns_by_product_and_by_hash() {
        for codes in [3usize, 5000] {
            let columns: Vec<Vec<u32>> =
                (1..4usize).map(|k| (0..300).map(|i| ((i * k * 7) % codes) as u32).collect()).collect();
            let mut groups = GroupCodes::one(300);
            columns.iter().for_each(|column| groups.split(column, codes));
            for row in 0..300 {
                let expected: Vec<u32> = columns.iter().map(|column| column[row]).collect();
                assert_eq!(groups.parts(groups.rows[row] as usize), expected);
            }
        }
    }
}
