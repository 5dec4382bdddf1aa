//! Running counts of the results, per output column: what the summary shows.

use super::histogram::Histogram;
use arrow_array::types::Int32Type;
use arrow_array::{Array, BooleanArray, DictionaryArray, Int64Array, StringArray};
use revplay_ir::program::{DecisionKind, Output, Part, Program};
use revplay_ir::types::Type;
use std::collections::HashMap;

/// Different texts that are counted one by one; further ones are counted together.
const TEXTS_MAX: usize = 10_000;

/// The counts of one output column.
#[derive(Clone, Debug)]
pub enum Tally {
    /// A score or another number, in units of 10^-scale.
    Points {
        /// How the values are spread.
        histogram: Histogram,
        /// Decimal digits.
        scale: u8,
        /// It is a score, not just a number.
        is_score: bool,
    },
    /// Labels of an enum, in its order.
    Labels {
        /// Rows per label.
        counts: Vec<u64>,
        /// Their names.
        names: Vec<String>,
        /// Rows without one.
        missing: u64,
    },
    /// Texts: where a route leads, what a recommendation names.
    Texts {
        /// Rows per text.
        counts: HashMap<String, u64>,
        /// The texts in the order in which they came.
        order: Vec<String>,
        /// Rows whose text came after [`TEXTS_MAX`] others.
        others: u64,
        /// Rows without one.
        missing: u64,
        /// Each text is a list, joined by `; `.
        is_list: bool,
    },
    /// Yes or no.
    Bools {
        /// Rows that are true.
        yes: u64,
        /// Rows that are false.
        no: u64,
        /// Neither.
        neither: u64,
    },
    /// Anything else: how many have a value.
    Known {
        /// Rows with a value.
        known: u64,
        /// Rows without.
        missing: u64,
    },
}

impl Tally {
    /// An empty tally of an output.
    pub fn of(program: &Program, output: &Output) -> Tally {
        let decision = program.decisions.get(output.decision.index());
        let range = match decision.map(|d| &d.kind) {
            Some(DecisionKind::Score(score)) => {
                score.range.map(|(low, high)| (low.saturating_mul(score.step), high.saturating_mul(score.step)))
            }
            _ => None,
        };
        let is_score = matches!(decision.map(|d| &d.kind), Some(DecisionKind::Score(_)));
        match output.ty {
            Type::Int => Tally::Points { histogram: Histogram::new(range), scale: 0, is_score },
            Type::Decimal(scale) => Tally::Points { histogram: Histogram::new(range), scale, is_score },
            Type::Enum(id) => {
                let names = program.enums.get(id.0 as usize).map(|e| e.labels.clone()).unwrap_or_default();
                Tally::Labels { counts: vec![0; names.len()], names, missing: 0 }
            }
            Type::Target => Tally::texts(false),
            Type::List => Tally::texts(true),
            Type::Text if output.part == Part::Reason => Tally::texts(false),
            Type::Bool => Tally::Bools { yes: 0, no: 0, neither: 0 },
            Type::Number
            | Type::Percent
            | Type::Money(_)
            | Type::Text
            | Type::Date
            | Type::Timestamp
            | Type::Duration
            | Type::Months
            | Type::Business(_)
            | Type::Error => Tally::Known { known: 0, missing: 0 },
        }
    }

    fn texts(is_list: bool) -> Tally {
        Tally::Texts { counts: HashMap::new(), order: Vec::new(), others: 0, missing: 0, is_list }
    }

    /// Adds the counts of later rows of the same output: as if its rows had been counted here.
    pub fn merge(&mut self, later: Tally) {
        match (self, later) {
            (Tally::Points { histogram, .. }, Tally::Points { histogram: more, .. }) => histogram.add_all(&more),
            (Tally::Labels { counts, missing, .. }, Tally::Labels { counts: more, missing: none, .. }) => {
                counts.iter_mut().zip(more).for_each(|(n, more)| *n += more);
                *missing += none;
            }
            (
                Tally::Texts { counts, order, others, missing, .. },
                Tally::Texts { counts: more, order: came, others: rest, missing: none, .. },
            ) => {
                for text in came {
                    let rows = more.get(&text).copied().unwrap_or(0);
                    add_text(counts, order, others, &text, rows);
                }
                *others += rest;
                *missing += none;
            }
            (Tally::Bools { yes, no, neither }, Tally::Bools { yes: a, no: b, neither: c }) => {
                (*yes, *no, *neither) = (*yes + a, *no + b, *neither + c);
            }
            (Tally::Known { known, missing }, Tally::Known { known: a, missing: b }) => {
                (*known, *missing) = (*known + a, *missing + b);
            }
            // Tallies of one output are of one kind.
            (
                Tally::Points { .. }
                | Tally::Labels { .. }
                | Tally::Texts { .. }
                | Tally::Bools { .. }
                | Tally::Known { .. },
                _,
            ) => {}
        }
    }

    /// Counts a column of results. An array of another kind counts as known or missing only.
    pub fn add(&mut self, array: &dyn Array) {
        match self {
            Tally::Points { histogram, .. } => {
                if let Some(values) = array.as_any().downcast_ref::<Int64Array>() {
                    histogram.add_column(values);
                }
            }
            Tally::Labels { counts, missing, .. } => {
                if let Some(values) = array.as_any().downcast_ref::<Int64Array>() {
                    for value in values {
                        let slot = value.and_then(|v| usize::try_from(v).ok()).and_then(|i| counts.get_mut(i));
                        *slot.unwrap_or(missing) += 1;
                    }
                }
            }
            Tally::Texts { counts, order, others, missing, is_list } => {
                add_texts((counts, order), others, missing, *is_list, array);
            }
            Tally::Bools { yes, no, neither } => {
                if let Some(values) = array.as_any().downcast_ref::<BooleanArray>() {
                    *yes += values.true_count() as u64;
                    *no += values.false_count() as u64;
                    *neither += values.null_count() as u64;
                }
            }
            Tally::Known { known, missing } => {
                let empty = array.null_count() as u64;
                *missing += empty;
                *known += array.len() as u64 - empty;
            }
        }
    }
}

type Texts<'a> = (&'a mut HashMap<String, u64>, &'a mut Vec<String>);

fn add_texts(texts: Texts<'_>, others: &mut u64, missing: &mut u64, is_list: bool, array: &dyn Array) {
    let (counts, order) = texts;
    let mut add = |text: &str, rows: u64| add_text(counts, order, others, text, rows);
    let mut add_cell = |text: &str, rows: u64| {
        if is_list {
            text.split("; ").filter(|item| !item.is_empty()).for_each(|item| add(item, rows));
        } else {
            add(text, rows);
        }
    };
    if let Some(coded) = array.as_any().downcast_ref::<DictionaryArray<Int32Type>>() {
        // First the keys, then the texts, in the order in which they came.
        let mut first: Vec<usize> = Vec::new();
        let mut rows = vec![0u64; coded.values().len()];
        for key in coded.keys_iter() {
            match key.and_then(|key| Some((key, rows.get_mut(key)?))) {
                Some((key, n)) => {
                    if *n == 0 {
                        first.push(key);
                    }
                    *n += 1;
                }
                None => *missing += 1,
            }
        }
        let Some(values) = coded.values().as_any().downcast_ref::<StringArray>() else { return };
        for key in first {
            let n = rows.get(key).copied().unwrap_or(0);
            if values.is_valid(key) { add_cell(values.value(key), n) } else { *missing += n }
        }
        return;
    }
    let Some(values) = array.as_any().downcast_ref::<StringArray>() else { return };
    for value in values {
        match value {
            Some(text) => add_cell(text, 1),
            None => *missing += 1,
        }
    }
}

fn add_text(counts: &mut HashMap<String, u64>, order: &mut Vec<String>, others: &mut u64, text: &str, rows: u64) {
    if let Some(n) = counts.get_mut(text) {
        *n += rows;
    } else if counts.len() < TEXTS_MAX {
        counts.insert(text.to_string(), rows);
        order.push(text.to_string());
    } else {
        *others += rows;
    }
}

/// The texts by count, the most frequent first; ties by name, so that the order is always the same.
pub fn ranked(counts: &HashMap<String, u64>) -> Vec<(&str, u64)> {
    let mut ranked: Vec<(&str, u64)> = counts.iter().map(|(text, n)| (text.as_str(), *n)).collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    ranked
}
