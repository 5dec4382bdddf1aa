//! The rows of a lookup by number, for whole columns: the answers are those of [`super::LookupIndex`].

mod dictionaries;

use crate::links::keys::{IntKeys, NONE, TextKeys, TextNumbers};
use crate::prepare::value_of;
use crate::table::ColumnBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int64Array, StringArray};
use dictionaries::Dictionaries;
use revplay_ir::fold::fold_case;
use revplay_ir::program::{Const, HitPolicy, Lookup};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A lookup in numbers.
#[derive(Debug)]
pub(crate) struct Codes {
    policy: HitPolicy,
    columns: Vec<CodeColumn>,
    masks: Vec<MaskCodes>,
    /// Per output, its values by row of the lookup.
    pub(crate) outputs: Vec<ArrayRef>,
}

/// The row that the policy takes, and another that should not match too; [`NONE`] if there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) row: u32,
    pub(crate) tie: u32,
}

/// What an input is compared with.
#[derive(Debug)]
enum CodeColumn {
    Texts(TextKeys, bool, Dictionaries),
    Ints(IntKeys),
    Nums(IntKeys),
    Bools,
}

/// The rows whose wildcards stand in the same columns.
#[derive(Debug)]
struct MaskCodes {
    wildcards: u32,
    /// Columns that are compared, each with the numbers of (what came before, code).
    steps: Vec<(usize, IntKeys)>,
    /// By number: the first two rows.
    groups: Vec<[u32; 2]>,
}

fn pair(before: u32, code: u32) -> Option<i64> {
    (before != NONE && code != NONE).then_some(i64::from(before) << 32 | i64::from(code))
}

/// As the evaluator compares numbers: -0.0 = 0.0.
fn num_key(x: f64) -> i64 {
    (x + 0.0).to_bits() as i64
}

impl Codes {
    /// Of a lookup whose inputs have these types.
    pub(crate) fn new(lookup: &Lookup, types: &[Type]) -> Codes {
        let cell = |row: usize, column: usize| lookup.rows.get(row)?.keys.get(column)?.as_ref();
        let rows = lookup.rows.len();
        let (mut columns, mut codes) = (Vec::new(), Vec::new());
        for (at, ty) in types.iter().enumerate() {
            let folded = lookup.folded.get(at).copied().unwrap_or(false);
            let (column, of_rows) = CodeColumn::new(*ty, folded, rows, |row| cell(row, at));
            columns.push(column);
            codes.push(of_rows);
        }
        let mut by_mask: BTreeMap<Vec<usize>, Vec<u32>> = BTreeMap::new();
        for row in 0..rows {
            let compared = (0..types.len()).filter(|column| cell(row, *column).is_some()).collect();
            by_mask.entry(compared).or_default().push(row as u32);
        }
        let mask = |(compared, rows): (Vec<usize>, Vec<u32>)| {
            let mut numbers: Vec<u32> = vec![0; rows.len()];
            let mut known = 1;
            let mut steps = Vec::new();
            for column in &compared {
                let code = |row: &u32| codes.get(*column).and_then(|codes| codes.get(*row as usize)).copied();
                let pairs = numbers.iter().zip(&rows).map(|(before, row)| pair(*before, code(row).unwrap_or(NONE)));
                let pairs: Vec<Option<i64>> = pairs.collect();
                let mut next = Vec::with_capacity(rows.len());
                let (keys, count) = IntKeys::number(pairs.into_iter(), |number| next.push(number));
                steps.push((*column, keys));
                (numbers, known) = (next, count);
            }
            let mut groups = vec![[NONE; 2]; known as usize];
            for (number, row) in numbers.iter().zip(&rows) {
                match groups.get_mut(*number as usize) {
                    Some([first, _]) if *first == NONE => *first = *row,
                    Some([_, second]) if *second == NONE => *second = *row,
                    // Never compared equal to anything, or one of many: two are told.
                    Some(_) | None => {}
                }
            }
            MaskCodes { wildcards: (types.len() - compared.len()) as u32, steps, groups }
        };
        let masks = by_mask.into_iter().map(mask).collect();
        let output = |(at, (_, ty)): (usize, &(String, Type))| {
            let mut column = ColumnBuilder::new(*ty, rows);
            lookup.rows.iter().for_each(|row| column.push(&row.values.get(at).map_or(Value::Missing, value_of)));
            let array = column.finish();
            match array.as_any().downcast_ref::<StringArray>().filter(|_| *ty == Type::Text) {
                // Hits then take codes, not texts.
                Some(texts) => Arc::new(texts.iter().collect::<DictionaryArray<Int32Type>>()),
                None => array,
            }
        };
        Codes {
            policy: lookup.policy,
            columns,
            masks,
            outputs: lookup.outputs.iter().enumerate().map(output).collect(),
        }
    }

    /// The hits of so many rows with these inputs.
    pub(crate) fn find(&self, inputs: &[Option<ArrayRef>], rows: usize) -> Vec<Hit> {
        let codes: Vec<Vec<u32>> = self.columns.iter().zip(inputs).map(|(c, input)| c.codes(input, rows)).collect();
        // By how it ranks (wildcards, row), the best and the next.
        let mut best = vec![[u64::MAX; 2]; rows];
        for mask in &self.masks {
            let mut numbers = vec![0u32; rows];
            for (column, keys) in &mask.steps {
                let Some(codes) = codes.get(*column) else { continue };
                for (number, code) in numbers.iter_mut().zip(codes) {
                    *number = pair(*number, *code).map_or(NONE, |pair| keys.find(pair));
                }
            }
            let wildcards = if self.policy == HitPolicy::MostSpecific { mask.wildcards } else { 0 };
            for (number, best) in numbers.iter().zip(&mut best) {
                let Some(found) = mask.groups.get(*number as usize) else { continue };
                for row in found.iter().filter(|row| **row != NONE) {
                    let rank = u64::from(wildcards) << 32 | u64::from(*row);
                    let [first, second] = best;
                    if rank < *first {
                        (*first, *second) = (rank, *first);
                    } else if rank < *second {
                        *second = rank;
                    }
                }
            }
        }
        let hit = |[first, second]: [u64; 2]| {
            let row = if first == u64::MAX { NONE } else { first as u32 };
            let is_tie = match self.policy {
                HitPolicy::First | HitPolicy::CollectCount | HitPolicy::CollectList => false,
                HitPolicy::Unique => true,
                HitPolicy::MostSpecific => first >> 32 == second >> 32,
            };
            Hit { row, tie: if is_tie && second != u64::MAX { second as u32 } else { NONE } }
        };
        best.into_iter().map(hit).collect()
    }
}

impl CodeColumn {
    /// Of the cells of a column: what they are compared with, and the code of each row's.
    fn new<'a>(
        ty: Type,
        folded: bool,
        rows: usize,
        cell: impl Fn(usize) -> Option<&'a Const>,
    ) -> (CodeColumn, Vec<u32>) {
        let value = |row: usize| cell(row).map(value_of);
        let mut codes = Vec::with_capacity(rows);
        let column = if ty.is_int_like() {
            let keys = (0..rows).map(|row| match value(row) {
                Some(Value::Int(x)) => Some(x),
                _ => None,
            });
            CodeColumn::Ints(IntKeys::number(keys, |code| codes.push(code)).0)
        } else if ty.is_float_like() {
            let keys = (0..rows).map(|row| match value(row) {
                Some(Value::Num(x)) => Some(num_key(x)),
                _ => None,
            });
            CodeColumn::Nums(IntKeys::number(keys, |code| codes.push(code)).0)
        } else if ty == Type::Bool {
            codes.extend((0..rows).map(|row| match value(row) {
                Some(Value::Bool(x)) => u32::from(x),
                _ => NONE,
            }));
            CodeColumn::Bools
        } else {
            let mut texts = TextNumbers::new();
            codes.extend((0..rows).map(|row| match value(row) {
                Some(Value::Text(x)) if folded => texts.number(&fold_case(&x)),
                Some(Value::Text(x)) => texts.number(&x),
                _ => NONE,
            }));
            CodeColumn::Texts(texts.finish(), folded, Dictionaries::default())
        };
        (column, codes)
    }

    /// The code of each row of an input; [`NONE`] where it is missing or stands nowhere in the lookup.
    fn codes(&self, input: &Option<ArrayRef>, rows: usize) -> Vec<u32> {
        let mut codes = input.as_ref().map(|input| self.codes_of(input.as_ref())).unwrap_or_default();
        codes.resize(rows, NONE);
        codes
    }

    fn codes_of(&self, input: &dyn Array) -> Vec<u32> {
        let any = input.as_any();
        match self {
            CodeColumn::Ints(keys) => {
                let ints = any.downcast_ref::<Int64Array>().into_iter().flat_map(|array| array.iter());
                ints.map(|x| x.map_or(NONE, |x| keys.find(x))).collect()
            }
            CodeColumn::Nums(keys) => {
                let nums = any.downcast_ref::<Float64Array>().into_iter().flat_map(|array| array.iter());
                nums.map(|x| x.filter(|x| x.is_finite()).map_or(NONE, |x| keys.find(num_key(x)))).collect()
            }
            CodeColumn::Bools => {
                let bools = any.downcast_ref::<BooleanArray>().into_iter().flat_map(|array| array.iter());
                bools.map(|x| x.map_or(NONE, u32::from)).collect()
            }
            CodeColumn::Texts(keys, folded, dictionaries) => {
                let find =
                    |text: &str| if *folded { keys.find(&fold_case(text)) } else { keys.find(text) }.unwrap_or(NONE);
                if let Some(coded) = any.downcast_ref::<DictionaryArray<Int32Type>>() {
                    return dictionaries.codes(coded, find);
                }
                match any.downcast_ref::<StringArray>() {
                    Some(texts) if *folded => texts.iter().map(|text| text.map_or(NONE, find)).collect(),
                    Some(texts) => keys.find_all(texts),
                    None => Vec::new(),
                }
            }
        }
    }
}
