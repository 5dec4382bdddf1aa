//! Records and decisions as JSON.

mod answer;

pub(super) use answer::{names, write_object};

use super::error::{Error, Reject};
use super::{Now, Record};
use crate::cells::Cell;
use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Objects inside objects whose values feed fields, as `outer.inner`; deeper ones are texts.
const DEPTH: usize = 8;

impl Record {
    /// Decides a JSON object, or each of an array of objects, as [`Playbook::decide_json`] does, and adds the answer to
    /// a text. It uses the record's memory again, so it is the faster way for one call after the other. The record is
    /// empty before and holds the last object afterwards.
    ///
    /// [`Playbook::decide_json`]: super::Playbook::decide_json
    ///
    /// # Errors
    /// As there; the text is then as it was.
    pub fn decide_json(&mut self, json: &str, now: impl Into<Now>, answer: &mut String) -> Result<(), Error> {
        let before = answer.len();
        let now = now.into();
        let done = if json.trim_start().starts_with('[') {
            self.decide_array(json, now, answer)
        } else {
            self.read_json(json).and_then(|()| {
                self.decide(now)?;
                self.answer(answer);
                Ok(())
            })
        };
        if done.is_err() {
            answer.truncate(before);
        }
        done
    }

    /// Sets the fields of the record to those of a JSON object; what it held before is forgotten. Cells that cannot be
    /// used are reported by [`Record::decide`], all at once.
    ///
    /// # Errors
    /// [`Error::Json`] if the text is no JSON object, or a name stands twice.
    pub fn read_json(&mut self, json: &str) -> Result<(), Error> {
        let mut source = serde_json::Deserializer::from_str(json);
        let mut ranks = Vec::new();
        let read = Object { record: self, ranks: &mut ranks, outer: "", depth: DEPTH }.deserialize(&mut source);
        read.and_then(|()| source.end()).map_err(|e| worded(&e))
    }

    fn decide_array(&mut self, json: &str, now: Now, answer: &mut String) -> Result<(), Error> {
        let mut source = serde_json::Deserializer::from_str(json);
        answer.push('[');
        let read = source.deserialize_seq(Objects { record: self, now, answer });
        read.and_then(|()| source.end()).map_err(|e| worded(&e))?;
        answer.push(']');
        Ok(())
    }

    fn answer(&self, answer: &mut String) {
        write_object(self.playbook(), self.outputs(), answer);
    }
}

fn worded(error: &serde_json::Error) -> Error {
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text);
    Error::Json { line: error.line(), column: error.column(), message: format!("not as it should be: {message}") }
}

/// An array of objects, each decided when it is read.
struct Objects<'r, 'o> {
    record: &'r mut Record,
    now: Now,
    answer: &'o mut String,
}

impl<'de> Visitor<'de> for Objects<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut ranks = Vec::new();
        let mut row = 0;
        loop {
            let object = Object { record: self.record, ranks: &mut ranks, outer: "", depth: DEPTH };
            if seq.next_element_seed(object)?.is_none() {
                return Ok(());
            }
            if row > 0 {
                self.answer.push(',');
            }
            match self.record.decide(self.now).map(|_| ()) {
                Ok(()) => self.record.answer(self.answer),
                Err(error) => write_rejects(error.rejects(), row, self.answer),
            }
            row += 1;
        }
    }
}

fn write_rejects(rejects: &[Reject], row: usize, answer: &mut String) {
    let rejects: Vec<Reject> = rejects.iter().map(|reject| Reject { row, ..reject.clone() }).collect();
    answer.push_str("{\"rejects\":");
    answer.push_str(serde_json::to_string(&rejects).as_deref().unwrap_or("[]"));
    answer.push('}');
}

/// An object whose values become the cells of the record.
struct Object<'r, 'n> {
    record: &'r mut Record,
    /// By position, the rank of the name that fed the field.
    ranks: &'r mut Vec<Option<usize>>,
    /// The name of the object around it.
    outer: &'n str,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Object<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.outer.is_empty() {
            self.record.clear();
            self.ranks.clear();
            self.ranks.resize(self.record.playbook().fields().names.len(), None);
        }
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut joined = String::new();
        while let Some(name) = map.next_key_seed(Name)? {
            let value: &'de RawValue = map.next_value()?;
            let mut name = name.as_ref();
            if !self.outer.is_empty() {
                joined.clear();
                joined.push_str(self.outer);
                joined.push('.');
                joined.push_str(name);
                name = &joined;
            }
            let text = value.get();
            if self.depth > 0 && text.starts_with('{') {
                let (record, ranks) = (&mut *self.record, &mut *self.ranks);
                let inner = Object { record, ranks, outer: name, depth: self.depth - 1 };
                let mut source = serde_json::Deserializer::from_str(text);
                inner.deserialize(&mut source).map_err(A::Error::custom)?;
                continue;
            }
            let Some(claim) = self.record.playbook().fields().claimed_by(name) else { continue };
            let Some(rank) = self.ranks.get_mut(claim.position) else { continue };
            match *rank {
                Some(known) if known == claim.rank => {
                    return Err(A::Error::custom(format!("the name `{name}` stands twice")));
                }
                Some(known) if known < claim.rank => continue,
                Some(_) | None => *rank = Some(claim.rank),
            }
            put(self.record, claim.position, name, text);
        }
        Ok(())
    }
}

/// Sets a field to a JSON value; lists are their text.
fn put(record: &mut Record, position: usize, name: &str, text: &str) {
    let cell = match text.as_bytes().first() {
        Some(b'"') => {
            let plain = text.get(1..text.len().saturating_sub(1)).filter(|inner| !inner.contains('\\'));
            return match plain {
                Some(inner) => record.put(position, Some(name), Cell::Text(inner)),
                None => {
                    let owned = serde_json::from_str::<String>(text).unwrap_or_else(|_| text.to_owned());
                    record.put(position, Some(name), Cell::Text(&owned));
                }
            };
        }
        Some(b'n') => Cell::Missing,
        Some(b't') => Cell::Bool(true),
        Some(b'f') => Cell::Bool(false),
        Some(b'-' | b'0'..=b'9') => number(text, record.playbook().fields().takes_floats(position)),
        Some(_) | None => Cell::Text(text),
    };
    record.put(position, Some(name), cell);
}

/// A number with all its digits; where the nearest float is wanted anyway, that float.
fn number(text: &str, float: bool) -> Cell<'_> {
    if float && let Ok(x) = text.parse() {
        return Cell::Number(x);
    }
    if let Ok(n) = text.parse() {
        return Cell::Int(n);
    }
    if let Ok(n) = text.parse() {
        return Cell::HugeInt(n);
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let exact = text.len() <= 37 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b'.');
    let digits = exact.then(|| format!("{whole}{decimals}").parse::<i128>().ok()).flatten();
    match (digits, i8::try_from(decimals.len())) {
        (Some(digits), Ok(scale)) => Cell::Decimal { digits, scale },
        _ => text.parse().map_or(Cell::Text(text), Cell::Number),
    }
}

/// A name of an object; borrowed where nothing is escaped.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = std::borrow::Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = std::borrow::Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(name.into())
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(name.to_owned().into())
    }
}
