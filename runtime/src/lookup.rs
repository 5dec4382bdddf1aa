//! Tables of constants, found by hash: one map per set of wildcard columns (promise T2).

use crate::eval::{Evaluator, ROOT};
use crate::prepare::value_of;
use crate::trace::{Step, Tracer};
use revplay_ir::fold::fold_case;
use revplay_ir::program::{Const, DecisionId, HitPolicy, Lookup};
use revplay_ir::value::Value;
use std::collections::HashMap;

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
        let mut index = LookupIndex { masks: Vec::new() };
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
        let mut found = index.map(|index| index.matches(&parts)).unwrap_or_default();
        match lookup.policy {
            HitPolicy::MostSpecific => found.sort_unstable(),
            HitPolicy::First | HitPolicy::Unique | HitPolicy::CollectCount | HitPolicy::CollectList => {
                found.sort_unstable_by_key(|(_, row)| *row);
            }
        }
        let chosen = found.first().copied();
        let ties: Vec<usize> = match (chosen, lookup.policy) {
            (None, _) | (_, HitPolicy::First | HitPolicy::CollectCount | HitPolicy::CollectList) => Vec::new(),
            (Some(_), HitPolicy::Unique) => found.iter().skip(1).map(|(_, row)| *row as usize).collect(),
            (Some((wildcards, _)), HitPolicy::MostSpecific) => {
                let rivals = found.iter().skip(1).take_while(|(w, _)| *w == wildcards);
                rivals.map(|(_, row)| *row as usize).collect()
            }
        };
        let chosen = chosen.map(|(_, row)| row as usize);
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
        let line = |row: &usize| lookup.rows.get(*row).map_or(0, |row| row.line);
        if let (Some(chosen), Some(tie)) = (chosen, ties.first()) {
            let what = if lookup.policy == HitPolicy::Unique { "match" } else { "match and are equally specific" };
            self.find(id, format!("the rows of lines {} and {} both {what}", line(&chosen), line(tie)));
        }
    }
}
