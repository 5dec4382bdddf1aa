//! Tables of constants, found by hash: one map per set of wildcard columns (promise T2).

mod codes;

use crate::eval::{Evaluator, ROOT};
use crate::prepare::value_of;
use crate::trace::{Step, Tracer};
use codes::Codes;
use revplay_ir::fold::fold_case;
use revplay_ir::program::{Const, DecisionId, HitPolicy, Lookup, Program};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::collections::HashMap;
use std::sync::OnceLock;

/// A cell of a key, or `None` for the wildcard.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Part {
    Bool(bool),
    Int(i64),
    Num(u64),
    Text(Box<str>),
}

type Key = Vec<Option<Part>>;

/// Rows by key.
#[derive(Debug)]
pub(crate) struct LookupIndex {
    masks: Vec<Mask>,
    /// The same for whole columns, once it is needed.
    codes: OnceLock<Codes>,
}

/// The rows whose wildcards stand in the same columns.
#[derive(Debug)]
struct Mask {
    /// Per input: this column is compared.
    compared: Vec<bool>,
    wildcards: usize,
    rows: HashMap<Key, Vec<u32>>,
}

impl LookupIndex {
    pub(crate) fn new(lookup: &Lookup) -> LookupIndex {
        let mut index = LookupIndex { masks: Vec::new(), codes: OnceLock::new() };
        let mut by_mask: HashMap<Vec<bool>, usize> = HashMap::new();
        for (i, row) in lookup.rows.iter().enumerate() {
            let compared: Vec<bool> = row.keys.iter().map(Option::is_some).collect();
            let mask = *by_mask.entry(compared.clone()).or_insert_with(|| {
                let wildcards = compared.iter().filter(|c| !**c).count();
                index.masks.push(Mask { compared, wildcards, rows: HashMap::new() });
                index.masks.len() - 1
            });
            let key = row.keys.iter().enumerate().map(|(column, cell)| part_of_const(lookup, column, cell.as_ref()));
            if let Some(mask) = index.masks.get_mut(mask) {
                mask.rows.entry(key.collect()).or_default().push(i as u32);
            }
        }
        index
    }

    /// The lookup in numbers, for whole columns.
    pub(crate) fn codes(&self, program: &Program, lookup: &Lookup) -> &Codes {
        self.codes.get_or_init(|| {
            let ty =
                |input: &revplay_ir::program::NodeId| program.nodes.get(input.index()).map_or(Type::Error, |n| n.ty);
            Codes::new(lookup, &lookup.inputs.iter().map(ty).collect::<Vec<Type>>())
        })
    }

    /// The row that the policy takes, and those that should not match too.
    fn hit(&self, inputs: &[Option<Part>], policy: HitPolicy) -> (Option<usize>, Vec<usize>) {
        let mut found = self.matches(inputs);
        match policy {
            HitPolicy::MostSpecific => found.sort_unstable(),
            HitPolicy::First | HitPolicy::Unique | HitPolicy::CollectCount | HitPolicy::CollectList => {
                found.sort_unstable_by_key(|(_, row)| *row);
            }
        }
        let chosen = found.first().copied();
        let ties: Vec<usize> = match (chosen, policy) {
            (None, _) | (_, HitPolicy::First | HitPolicy::CollectCount | HitPolicy::CollectList) => Vec::new(),
            (Some(_), HitPolicy::Unique) => found.iter().skip(1).map(|(_, row)| *row as usize).collect(),
            (Some((wildcards, _)), HitPolicy::MostSpecific) => {
                let rivals = found.iter().skip(1).take_while(|(w, _)| *w == wildcards);
                rivals.map(|(_, row)| *row as usize).collect()
            }
        };
        (chosen.map(|(_, row)| row as usize), ties)
    }

    /// Rows that match the inputs, as (wildcards, row).
    fn matches(&self, inputs: &[Option<Part>]) -> Vec<(usize, u32)> {
        let mut found = Vec::new();
        for mask in &self.masks {
            let compared = || mask.compared.iter().zip(inputs);
            // A missing input matches a wildcard only.
            if compared().any(|(compared, input)| *compared && input.is_none()) {
                continue;
            }
            let key: Key = compared().map(|(compared, input)| input.clone().filter(|_| *compared)).collect();
            let rows = mask.rows.get(&key).map(Vec::as_slice).unwrap_or_default();
            found.extend(rows.iter().map(|row| (mask.wildcards, *row)));
        }
        found
    }
}

fn part_of_const(lookup: &Lookup, column: usize, cell: Option<&Const>) -> Option<Part> {
    part_of(&value_of(cell?), lookup.folded.get(column).copied().unwrap_or(false))
}

fn part_of(value: &Value, folded: bool) -> Option<Part> {
    match value {
        Value::Missing | Value::List(_) => None,
        Value::Bool(x) => Some(Part::Bool(*x)),
        Value::Int(x) => Some(Part::Int(*x)),
        // -0.0 = 0.0
        Value::Num(x) => Some(Part::Num((x + 0.0).to_bits())),
        Value::Text(x) if folded => Some(Part::Text(fold_case(x).into())),
        Value::Text(x) => Some(Part::Text(Box::from(&**x))),
    }
}

impl<T: Tracer> Evaluator<'_, T> {
    /// The outputs of the row that the hit policy takes; all missing if no row matches.
    pub(crate) fn eval_lookup(&mut self, id: DecisionId, lookup: &Lookup) -> Vec<Value> {
        let engine = self.engine;
        let inputs: Vec<Value> = lookup.inputs.iter().map(|input| self.eval(ROOT, *input)).collect();
        let parts: Vec<Option<Part>> =
            inputs.iter().zip(&lookup.folded).map(|(input, folded)| part_of(input, *folded)).collect();
        let index = engine.prepared.lookups.get(id.index()).and_then(Option::as_ref);
        let (chosen, ties) = index.map(|index| index.hit(&parts, lookup.policy)).unwrap_or_default();
        self.report_ties(id, lookup, chosen, &ties);
        let row = chosen.and_then(|row| lookup.rows.get(row));
        let values = row.map_or_else(
            || vec![Value::Missing; lookup.outputs.len()],
            |row| row.values.iter().map(value_of).collect(),
        );
        self.tracer.record(id, || Step::Found { inputs, row: chosen, ties });
        values
    }

    fn report_ties(&mut self, id: DecisionId, lookup: &Lookup, chosen: Option<usize>, ties: &[usize]) {
        if let (Some(chosen), Some(tie)) = (chosen, ties.first()) {
            self.find(id, tie_message(lookup, chosen, *tie));
        }
    }
}

/// What is said of two rows that should not both match.
pub(crate) fn tie_message(lookup: &Lookup, chosen: usize, tie: usize) -> String {
    let line = |row: usize| lookup.rows.get(row).map_or(0, |row| row.line);
    let what = if lookup.policy == HitPolicy::Unique { "match" } else { "match and are equally specific" };
    format!("the rows of lines {} and {} both {what}", line(chosen), line(tie))
}

#[cfg(test)]
mod tests {
    use super::codes::Hit;
    use super::*;
    use crate::links::keys::NONE;
    use crate::table::ColumnBuilder;
    use arrow_array::{ArrayRef, DictionaryArray, StringArray, cast::AsArray, types::Int32Type};
    use proptest::prelude::*;
    use revplay_ir::program::LookupRow;
    use std::sync::Arc;

    const TYPES: [Type; 5] = [Type::Text, Type::Text, Type::Int, Type::Number, Type::Bool];

    fn constant(column: usize, choice: u8) -> Const {
        match TYPES.get(column) {
            Some(Type::Int) => Const::Int(i64::from(choice) * 1_000_003),
            Some(Type::Number) => Const::Num([0.0, -0.0, 1.5, f64::NAN, 7.0][usize::from(choice) % 5]),
            Some(Type::Bool) => Const::Bool(choice.is_multiple_of(2)),
            _ => {
                Const::Text(["DE", "de", "Bavaria", "", "a text that is longer", "DÉ"][usize::from(choice) % 6].into())
            }
        }
    }

    fn lookup(rows: Vec<Vec<Option<u8>>>, policy: HitPolicy) -> Lookup {
        let row = |(line, keys): (usize, Vec<Option<u8>>)| LookupRow {
            keys: keys.iter().enumerate().map(|(column, key)| key.map(|key| constant(column, key))).collect(),
            values: vec![Const::Int(line as i64)],
            line: line as u32,
        };
        Lookup {
            policy,
            inputs: Vec::new(),
            input_names: Vec::new(),
            folded: vec![true, false, false, false, false],
            outputs: vec![("line".into(), Type::Int)],
            rows: rows.into_iter().enumerate().map(row).collect(),
        }
    }

    fn keys(choices: u8, any: u32) -> impl Strategy<Value = Vec<Option<u8>>> {
        let cell = prop_oneof![any => Just(None), 3 => (0..choices).prop_map(Some)];
        proptest::collection::vec(cell, TYPES.len())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn t2_whole_columns_are_looked_up_as_single_rows_are(
            rows in proptest::collection::vec(keys(4, 3), 0..40),
            inputs in proptest::collection::vec(keys(7, 1), 0..60),
            policy in prop_oneof![Just(HitPolicy::First), Just(HitPolicy::Unique), Just(HitPolicy::MostSpecific)],
            coded in any::<bool>(),
        ) {
            let lookup = lookup(rows, policy);
            let index = LookupIndex::new(&lookup);
            let value = |column: usize, input: &Vec<Option<u8>>| {
                input[column].map_or(Value::Missing, |choice| value_of(&constant(column, choice)))
            };
            let column = |at: usize| -> Option<ArrayRef> {
                let mut builder = ColumnBuilder::new(TYPES[at], inputs.len());
                inputs.iter().for_each(|input| builder.push(&value(at, input)));
                let array = builder.finish();
                if coded && TYPES[at] == Type::Text {
                    let texts: &StringArray = array.as_string();
                    return Some(Arc::new(texts.iter().collect::<DictionaryArray<Int32Type>>()));
                }
                Some(array)
            };
            let columns: Vec<Option<ArrayRef>> = (0..TYPES.len()).map(column).collect();
            let hits = Codes::new(&lookup, &TYPES).find(&columns, inputs.len());
            for (input, hit) in inputs.iter().zip(hits) {
                let parts: Vec<Option<Part>> =
                    (0..TYPES.len()).map(|at| part_of(&value(at, input), lookup.folded[at])).collect();
                let (chosen, ties) = index.hit(&parts, policy);
                let number = |row: Option<&usize>| row.map_or(NONE, |row| *row as u32);
                prop_assert_eq!(hit, Hit { row: number(chosen.as_ref()), tie: number(ties.first()) });
            }
        }
    }
}
