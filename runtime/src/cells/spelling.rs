//! Texts as they are compared: spellings of missing, words for true and false, labels (promises V3, M1, M5).

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use revplay_ir::fold::fold_case;
use revplay_ir::program::{Field, Mapping, Program};
use revplay_ir::reading::Reason;
use revplay_ir::types::EnumId;
use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Whether a text is NFC, told quickly; false where that takes more.
pub fn is_normal(text: &str) -> bool {
    text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes
}

/// NFC; most text already is.
pub fn normal(text: &str) -> Cow<'_, str> {
    if is_normal(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// What stands for missing besides a blank.
#[derive(Clone, Debug)]
pub struct Spellings {
    listed: Vec<String>,
    /// Length in bytes of the longest text that could be one.
    longest: usize,
}

impl Spellings {
    /// Those of a field and of the mapping.
    pub fn of(field: &Field, mapping: Option<&Mapping>) -> Spellings {
        let spellings = field.missing.iter().chain(mapping.iter().flat_map(|m| &m.missing));
        let listed: Vec<String> = spellings.map(|s| fold_case(&normal(s.trim()))).collect();
        // Folding may change the length: at most threefold either way.
        let longest = listed.iter().map(|s| s.len() * 3).max().unwrap_or(0);
        Spellings { listed, longest }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// All, folded.
    pub fn folded(&self) -> &[String] {
        &self.listed
    }

    /// Whether a text without blanks around it is one.
    #[inline]
    pub fn have(&self, trimmed: &str) -> bool {
        trimmed.len() <= self.longest && self.found(trimmed)
    }

    fn found(&self, trimmed: &str) -> bool {
        // ASCII folds to its lower case; this is asked of every cell.
        if trimmed.is_ascii() {
            return self.listed.iter().any(|spelling| spelling.eq_ignore_ascii_case(trimmed));
        }
        self.listed.contains(&fold_case(&normal(trimmed)))
    }
}

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
#[derive(Clone, Debug, Default)]
pub struct Words {
    yes: Vec<String>,
    no: Vec<String>,
}

impl Words {
    /// Those of a mapping.
    pub fn of(mapping: Option<&Mapping>) -> Words {
        let folded = |words: &[String]| words.iter().map(|w| fold_case(&normal(w.trim()))).collect();
        mapping.map_or_else(Words::default, |m| Words { yes: folded(&m.yes), no: folded(&m.no) })
    }

    /// Words as cells have them often.
    pub fn usual(&self) -> impl Iterator<Item = &str> {
        const OFTEN: [&str; 20] = [
            "true", "false", "True", "False", "TRUE", "FALSE", "yes", "no", "Yes", "No", "YES", "NO", "y", "n", "Y",
            "N", "1", "0", "t", "f",
        ];
        OFTEN.into_iter().chain(self.yes.iter().chain(&self.no).map(String::as_str))
    }

    /// The value of a cell: a word of the mapping, or true/false, yes/no, y/n, 1/0, in any case.
    ///
    /// # Errors
    /// If it is none of them.
    pub fn parse(&self, text: &str) -> Result<bool, Reason> {
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

/// The labels of an enum with the spellings met in data.
#[derive(Debug, Default)]
pub struct Labels {
    /// As declared: the few that most cells are written as, looked through without hashing.
    first: Vec<(String, i64)>,
    exact: HashMap<String, i64, FixedState>,
    folded: HashMap<String, i64, FixedState>,
    names: Vec<String>,
}

impl Labels {
    /// Those of an enum of the program.
    pub fn of(program: &Program, id: EnumId) -> Labels {
        let mut labels = Labels::default();
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

    /// Labels and other spellings as they are declared.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The index of the label.
    ///
    /// # Errors
    /// A text that is not listed, as NFC: a bad cell, never "other" (promise M5).
    #[inline]
    pub fn find<'a>(&self, trimmed: &'a str) -> Result<i64, Cow<'a, str>> {
        match self.first.iter().find(|(label, _)| label == trimmed) {
            Some((_, index)) => Ok(*index),
            None => self.look_up(trimmed),
        }
    }

    fn look_up<'a>(&self, trimmed: &'a str) -> Result<i64, Cow<'a, str>> {
        let text = normal(trimmed);
        // Exact first: it needs no folding.
        match self.exact.get(text.as_ref()).or_else(|| self.folded.get(&fold_case(&text))) {
            Some(index) => Ok(*index),
            None => Err(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bools() {
        let everywhere = Words::default();
        for (text, value) in [("TRUE", true), ("No", false), ("y", true), ("0", false)] {
            assert_eq!(everywhere.parse(text), Ok(value));
        }
        for bad in ["2", "t", "ja", "on"] {
            assert!(everywhere.parse(bad).is_err(), "{bad}");
        }
        let words = Words { yes: vec!["ja".into(), "0".into()], no: vec!["nein".into()] };
        for (text, value) in [("JA", true), ("Nein", false), ("0", true), ("no", false)] {
            assert_eq!(words.parse(text), Ok(value), "{text}");
        }
        assert!(words.parse("vielleicht").is_err());
    }
}
