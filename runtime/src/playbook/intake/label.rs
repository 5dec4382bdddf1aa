//! Words for true and false, and labels.

use super::{Reason, normal};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use revplay_compiler::suggest::{closest, listed};
use revplay_ir::fold::fold_case;
use revplay_ir::program::{Mapping, Program};
use revplay_ir::types::Type;

/// Labels that a message lists.
const LISTED: usize = 20;
/// Words that stand for true and false everywhere.
const USUAL: [(&str, bool); 8] = [
    ("true", true),
    ("false", false),
    ("yes", true),
    ("no", false),
    ("1", true),
    ("0", false),
    ("y", true),
    ("n", false),
];

/// The words of a mapping for true and false, folded; they come before those that everybody uses.
#[derive(Debug, Default)]
pub(super) struct Words {
    yes: Vec<String>,
    no: Vec<String>,
}

impl Words {
    pub(super) fn of(mapping: Option<&Mapping>) -> Words {
        let folded = |words: &[String]| words.iter().map(|w| fold_case(&normal(w.trim()))).collect();
        mapping.map_or_else(Words::default, |m| Words { yes: folded(&m.yes), no: folded(&m.no) })
    }

    pub(super) fn parse(&self, text: &str) -> Result<bool, Reason> {
        if !self.yes.is_empty() || !self.no.is_empty() {
            let folded = fold_case(&normal(text));
            if self.yes.contains(&folded) {
                return Ok(true);
            }
            if self.no.contains(&folded) {
                return Ok(false);
            }
        }
        let found = USUAL.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
        found.map(|(_, value)| *value).ok_or_else(|| {
            "not true or false: write true, false, yes, no, 1 or 0, or name the word in the mapping: `yes \"x\"`, `no \"-\"`".into()
        })
    }
}

/// How many labels are looked through one by one.
const FIRST: usize = 8;

/// The labels of an enum with the spellings met in data (promise V3).
#[derive(Debug, Default)]
pub(super) struct Labels {
    /// As declared: the few that most cells are written as, looked through without hashing.
    first: Vec<(String, i64)>,
    exact: HashMap<String, i64, FixedState>,
    folded: HashMap<String, i64, FixedState>,
    names: Vec<String>,
}

impl Labels {
    pub(super) fn of(program: &Program, ty: Type) -> Labels {
        let mut labels = Labels::default();
        let Type::Enum(id) = ty else { return labels };
        let Some(def) = program.enums.get(id.0 as usize) else { return labels };
        let own = def.labels.iter().zip(0i64..);
        let others = def.spellings.iter().map(|(spelling, index)| (spelling, i64::from(*index)));
        for (spelling, index) in own.chain(others) {
            let spelling = normal(spelling.trim());
            labels.folded.entry(fold_case(&spelling)).or_insert(index);
            labels.exact.entry(spelling.into_owned()).or_insert(index);
        }
        labels.first = def.labels.iter().take(FIRST).cloned().zip(0i64..).collect();
        labels.names = def.labels.iter().chain(def.spellings.iter().map(|(s, _)| s)).cloned().collect();
        labels
    }

    /// The index of the label; one that is not listed is a bad cell, never "other" (promise M5).
    pub(super) fn find(&self, trimmed: &str) -> Result<i64, Reason> {
        if let Some((_, index)) = self.first.iter().find(|(label, _)| label == trimmed) {
            return Ok(*index);
        }
        let text = normal(trimmed);
        // Exact first: it needs no folding.
        if let Some(index) = self.exact.get(text.as_ref()).or_else(|| self.folded.get(&fold_case(&text))) {
            return Ok(*index);
        }
        let names = || self.names.iter().map(String::as_str);
        Err(match closest(&text, names()) {
            Some(label) => format!("not one of the listed values; did you mean `{label}`?").into(),
            None => format!("not one of the listed values: {}", listed(names(), LISTED)).into(),
        })
    }
}
