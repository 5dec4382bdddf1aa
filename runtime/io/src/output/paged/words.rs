//! The texts of a column that has a dictionary.

use super::Edges;
use super::codes::put_codes;
use super::dictionary::{WordDictionary, put_text};
use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef};
use arrow_buffer::NullBuffer;
use parquet::basic::Encoding;
use std::sync::Arc;

/// Length of the longest text that is worth being named as the smallest or largest of a page.
const EDGE_BYTES: usize = 64;
/// An entry that no row had yet.
const UNSEEN: u32 = u32::MAX;

/// The page that is being filled.
pub(super) struct Words {
    dictionary: WordDictionary,
    /// The page has codes of the dictionary; else every text stands there itself.
    coded: bool,
    codes: Vec<u32>,
    /// By code: whether the page has it.
    used: Vec<bool>,
    plain: Vec<u8>,
    edges: Edges,
    /// The dictionary of the last array, and the codes of its entries.
    last: Option<(ArrayRef, Vec<u32>)>,
}

impl Default for Words {
    fn default() -> Words {
        Words {
            dictionary: WordDictionary::default(),
            coded: true,
            codes: Vec::new(),
            used: Vec::new(),
            plain: Vec::new(),
            edges: None,
            last: None,
        }
    }
}

impl Words {
    /// Adds rows; `None` if they are of another type.
    pub(super) fn fill(&mut self, array: &ArrayRef, nulls: Option<&NullBuffer>) -> Option<()> {
        let array = array.as_dictionary_opt::<Int32Type>()?;
        let texts = array.values().as_string_opt::<i32>()?;
        let keys = array.keys().values();
        let known = |row: usize| keys.get(row).and_then(|key| usize::try_from(*key).ok());
        if !self.coded {
            let mut put = |row: usize| {
                let text = known(row).filter(|key| *key < texts.len()).map_or("", |key| texts.value(key));
                put_text(text.as_bytes(), &mut self.plain);
                widen(&mut self.edges, text.as_bytes());
            };
            match nulls {
                None => (0..keys.len()).for_each(&mut put),
                Some(nulls) => nulls.valid_indices().for_each(&mut put),
            }
            return Some(());
        }
        let last = self.last.take().filter(|(last, _)| Arc::ptr_eq(last, array.values()));
        let mut entries = last.map_or_else(|| vec![UNSEEN; texts.len()], |(_, entries)| entries);
        let Words { dictionary, used, codes, .. } = self;
        let mut code = |row: usize| {
            let Some((key, entry)) = known(row).and_then(|key| Some((key, entries.get_mut(key)?))) else { return 0 };
            if *entry == UNSEEN {
                *entry = dictionary.code(texts.value(key).as_bytes());
                used.resize(dictionary.len().max(used.len()), false);
            }
            if let Some(used) = used.get_mut(*entry as usize) {
                *used = true;
            }
            *entry
        };
        match nulls {
            None => codes.extend((0..keys.len()).map(&mut code)),
            Some(nulls) => codes.extend(nulls.valid_indices().map(&mut code)),
        }
        self.last = Some((array.values().clone(), entries));
        Some(())
    }

    pub(super) fn end_page(&mut self, bytes: &mut Vec<u8>) -> (Encoding, Edges) {
        let encoding = if self.coded {
            put_codes(&self.codes, self.dictionary.len(), bytes);
            for (code, used) in self.used.iter_mut().enumerate() {
                if std::mem::take(used) {
                    widen(&mut self.edges, self.dictionary.text(code));
                }
            }
            Encoding::RLE_DICTIONARY
        } else {
            bytes.extend_from_slice(&self.plain);
            Encoding::PLAIN
        };
        self.coded = !self.dictionary.is_full();
        self.codes.clear();
        self.plain.clear();
        let short = |(low, high): &(Vec<u8>, Vec<u8>)| low.len().max(high.len()) <= EDGE_BYTES;
        (encoding, self.edges.take().filter(short))
    }

    /// Its bytes, and how many entries there are.
    pub(super) fn dictionary(&self) -> (Vec<u8>, usize) {
        (self.dictionary.bytes(), self.dictionary.len())
    }
}

fn widen(edges: &mut Edges, text: &[u8]) {
    match edges {
        None => *edges = Some((text.to_vec(), text.to_vec())),
        Some((low, _)) if text < low.as_slice() => *low = text.to_vec(),
        Some((_, high)) if text > high.as_slice() => *high = text.to_vec(),
        Some(_) => {}
    }
}
