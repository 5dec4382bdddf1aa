//! `bool` and `enum` cells.

use crate::cell::{Given, Reason};
use crate::names::{closest, listed};
use revplay_ir::fold::fold_case;
use revplay_ir::program::{Mapping, Program};
use revplay_ir::types::EnumId;
use std::collections::HashMap;

/// The words of a mapping for true and false, folded; they come before those that everybody uses.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    yes: Vec<String>,
    no: Vec<String>,
}

impl Words {
    pub(super) fn of(mapping: Option<&Mapping>) -> Words {
        let folded = |words: &[String]| words.iter().map(|w| fold_case(&super::normal(w.trim()))).collect();
        mapping.map_or_else(Words::default, |m| Words { yes: folded(&m.yes), no: folded(&m.no) })
    }

    /// Words as cells have them often.
    pub(super) fn usual(&self) -> impl Iterator<Item = &str> {
        const USUAL: [&str; 20] = [
            "true", "false", "True", "False", "TRUE", "FALSE", "yes", "no", "Yes", "No", "YES", "NO", "y", "n", "Y",
            "N", "1", "0", "t", "f",
        ];
        USUAL.into_iter().chain(self.yes.iter().chain(&self.no).map(String::as_str))
    }

    /// The value of a cell.
    pub(super) fn parse(&self, text: &str) -> Result<bool, Reason> {
        if !self.yes.is_empty() || !self.no.is_empty() {
            let folded = fold_case(&super::normal(text));
            if self.yes.contains(&folded) {
                return Ok(true);
            }
            if self.no.contains(&folded) {
                return Ok(false);
            }
        }
        parse_bool(text)
    }
}

/// true/false, yes/no, y/n, 1/0; in any case.
fn parse_bool(text: &str) -> Result<bool, Reason> {
    const WORDS: [(&str, bool); 8] = [
        ("true", true),
        ("false", false),
        ("yes", true),
        ("no", false),
        ("1", true),
        ("0", false),
        ("y", true),
        ("n", false),
    ];
    let found = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
    found.map(|(_, value)| *value).ok_or_else(|| {
        "not true or false: write true, false, yes, no, 1 or 0, or name the word in the mapping: `yes \"x\"`, `no \"-\"`".into()
    })
}

/// A bool of a typed source.
pub(super) fn bool_of(given: Given<'_>) -> Option<bool> {
    match given {
        Given::Bool(b) => Some(b),
        Given::Int(0) => Some(false),
        Given::Int(1) => Some(true),
        Given::Int(_)
        | Given::Null
        | Given::Text(_)
        | Given::NotText(_)
        | Given::HugeInt(_)
        | Given::Float(_)
        | Given::Single(_)
        | Given::Decimal(..)
        | Given::Day(_)
        | Given::Instant(_)
        | Given::LocalTime(_)
        | Given::Span(_)
        | Given::BeyondTime => None,
    }
}

/// How many labels are looked through one by one.
const FIRST: usize = 8;

/// The labels of an enum with the spellings met in data (promise V3).
pub(super) struct Labels {
    /// As declared: the few that most cells are written as, looked through without hashing.
    first: Vec<(String, i64)>,
    exact: HashMap<String, i64>,
    folded: HashMap<String, i64>,
    names: Vec<String>,
}

impl Labels {
    pub(super) fn new(program: &Program, id: EnumId) -> Labels {
        let mut labels = Labels { first: Vec::new(), exact: HashMap::new(), folded: HashMap::new(), names: Vec::new() };
        if let Some(def) = program.enums.get(id.0 as usize) {
            let own = def.labels.iter().zip(0i64..);
            let others = def.spellings.iter().map(|(spelling, index)| (spelling, i64::from(*index)));
            for (spelling, index) in own.chain(others) {
                let spelling = super::normal(spelling.trim());
                labels.folded.entry(fold_case(&spelling)).or_insert(index);
                labels.exact.entry(spelling.into_owned()).or_insert(index);
            }
            labels.first = def.labels.iter().take(FIRST).cloned().zip(0i64..).collect();
            labels.names = def.labels.iter().chain(def.spellings.iter().map(|(s, _)| s)).cloned().collect();
        }
        labels
    }

    /// Labels and other spellings as they are declared.
    pub(super) fn usual(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The index of the label; one that is not listed is a bad cell, never "other" (promise M5).
    pub(super) fn find(&self, trimmed: &str) -> Result<i64, Reason> {
        if let Some((_, index)) = self.first.iter().find(|(label, _)| label == trimmed) {
            return Ok(*index);
        }
        let text = super::normal(trimmed);
        // Exact first: it needs no folding.
        if let Some(index) = self.exact.get(text.as_ref()).or_else(|| self.folded.get(&fold_case(&text))) {
            return Ok(*index);
        }
        Err(match closest(&text, &self.names) {
            Some(label) => format!("not one of the listed values; did you mean `{label}`?").into(),
            None => format!("not one of the listed values: {}", listed(&self.names)).into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bools() {
        for (text, value) in [("TRUE", true), ("No", false), ("y", true), ("0", false)] {
            assert_eq!(parse_bool(text), Ok(value));
        }
        for bad in ["2", "t", "ja", "on"] {
            assert!(parse_bool(bad).is_err(), "{bad}");
        }
        assert_eq!(bool_of(Given::Int(2)), None);
        let words = Words { yes: vec!["ja".into(), "0".into()], no: vec!["nein".into()] };
        for (text, value) in [("JA", true), ("Nein", false), ("0", true), ("no", false)] {
            assert_eq!(words.parse(text), Ok(value), "{text}");
        }
        assert!(words.parse("vielleicht").is_err());
    }
}
