//! JSON lines: one object a line; an object inside it gives the columns `outer.inner`.

use crate::error::{IoError, reading};
use crate::format::{Format, Source};
use crate::found::Found;
use crate::limits;
use crate::loose::{LooseCell, LooseInput, LooseRow, LooseRows};
use crate::reader::ReadOptions;
use crate::stream::{Progress, TextStream, open_file, read_error};
use crate::unfinished::Temporary;
use arrow_buffer::i256;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::io::{BufRead, Read, Write};

/// Objects inside objects that become columns; deeper ones stay as text.
const DEPTH: usize = 8;

/// The rows of a JSON lines file.
pub(crate) struct JsonRows {
    lines: Lines,
    headers: Vec<String>,
    columns: HashMap<String, usize>,
    /// What comes through a pipe, so that it can be read twice.
    _copy: Option<Temporary>,
}

/// Opens a file; it is read once for the names of all columns, which may appear on any line.
///
/// # Errors
/// E0601 to E0604, E0607, E0608, E0610.
pub(crate) fn open(source: &Source, options: &ReadOptions) -> Result<(LooseInput<JsonRows>, Found, Progress), IoError> {
    let path = source.name();
    let copy = match source {
        Source::Stdin => Some(copied(&mut std::io::stdin(), &path)?),
        Source::Path(file) => match open_file(file, &path)? {
            (_, Some(_)) => None,
            (mut pipe, None) => Some(copied(&mut pipe, &path)?),
        },
        Source::Memory(..) => None,
    };
    let source = copy.as_ref().map_or_else(|| source.clone(), |file| Source::Path(file.path().to_owned()));
    let text = || TextStream::open(&source, options.encoding).map_err(|e| IoError { path: path.clone(), ..e });
    let (headers, columns) = names(Lines::new(text()?, &path), &path)?;
    let stream = text()?;
    let found = Found {
        format: Format::JsonLines,
        packing: stream.packing,
        encoding: Some(stream.encoding),
        ..Found::default()
    };
    let progress = stream.progress.clone();
    let rows = JsonRows { lines: Lines::new(stream, &path), headers, columns, _copy: copy };
    Ok((LooseInput::new(rows, options.keep), found, progress))
}

fn copied(input: &mut dyn Read, path: &str) -> Result<Temporary, IoError> {
    let copy = |input: &mut dyn Read| {
        let mut file = Temporary::create(None, None)?;
        std::io::copy(input, &mut file)?;
        file.flush()?;
        Ok(file)
    };
    copy(input).map_err(|e: std::io::Error| reading::cannot_read(path, &e))
}

/// Every name of the file in the order of its first appearance.
fn names(mut lines: Lines, path: &str) -> Result<(Vec<String>, HashMap<String, usize>), IoError> {
    let (mut headers, mut columns) = (Vec::new(), HashMap::new());
    let mut any = false;
    while lines.next()? {
        if !any && lines.line.trim_ascii_start().starts_with(b"[") {
            return Err(reading::json_array(path));
        }
        any = true;
        // A line that cannot be read is a reject later.
        let _ = object(&lines.line, &mut |name: &str, _: &RawValue| {
            if !columns.contains_key(name) {
                columns.insert(name.to_owned(), headers.len());
                headers.push(name.to_owned());
            }
            Ok(())
        });
        if headers.len() > limits::COLUMNS {
            return Err(reading::too_many_columns(path, lines.number));
        }
    }
    if any { Ok((headers, columns)) } else { Err(reading::no_header(path)) }
}

/// Lines that are not empty.
struct Lines {
    input: Box<dyn BufRead + Send>,
    packing: crate::format::Packing,
    path: String,
    line: Vec<u8>,
    /// From 1.
    number: u64,
}

impl Lines {
    fn new(stream: TextStream, path: &str) -> Lines {
        Lines { input: stream.input, packing: stream.packing, path: path.to_owned(), line: Vec::new(), number: 0 }
    }

    fn next(&mut self) -> Result<bool, IoError> {
        loop {
            self.line.clear();
            let most = limits::ROW_BYTES as u64 + 1;
            let read = self.input.by_ref().take(most).read_until(b'\n', &mut self.line);
            let count = read.map_err(|e| read_error(&self.path, self.packing, &e))?;
            if count == 0 {
                return Ok(false);
            }
            self.number += 1;
            if self.line.len() > limits::ROW_BYTES {
                return Err(reading::row_too_large(&self.path, self.number));
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(true);
            }
        }
    }
}

impl LooseRows for JsonRows {
    fn headers(&self) -> &[String] {
        &self.headers
    }

    fn next_row(&mut self, row: &mut LooseRow) -> Result<bool, IoError> {
        if !self.lines.next()? {
            return Ok(false);
        }
        row.cells.clear();
        row.cells.resize(self.headers.len(), LooseCell::Null);
        (row.line, row.size) = (self.lines.number, self.lines.line.len());
        let mut seen = vec![false; self.headers.len()];
        let columns = &self.columns;
        let cells = &mut row.cells;
        let read = object(&self.lines.line, &mut |name: &str, value: &RawValue| {
            let Some(column) = columns.get(name) else { return Ok(()) };
            if let (Some(cell), Some(seen)) = (cells.get_mut(*column), seen.get_mut(*column)) {
                if std::mem::replace(seen, true) {
                    return Err(format!("the name `{name}` stands twice in this line"));
                }
                *cell = loose(value);
            }
            Ok(())
        });
        if let Err(reason) = read {
            row.fault = Some((String::from_utf8_lossy(&self.lines.line).trim_end().to_owned(), reason));
        }
        Ok(true)
    }
}

/// The names and values of an object, as they stand there.
struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pairs<'de>, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    pairs.push((name, map.next_value::<&'de RawValue>()?));
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// What is done with a column's name and value.
type Take<'a> = dyn FnMut(&str, &RawValue) -> Result<(), String> + 'a;

/// Hands over each column of a line, or says why it is no object.
fn object(line: &[u8], take: &mut Take<'_>) -> Result<(), String> {
    let text = std::str::from_utf8(line).map_err(|_| crate::intake::NOT_TEXT.to_owned())?;
    if !text.trim_start().starts_with('{') {
        return Err("not a JSON object: each line must be one, from `{` to `}`".to_owned());
    }
    let pairs: Pairs<'_> =
        serde_json::from_str(text).map_err(|e| format!("not a JSON object: column {}", e.column()))?;
    flatten("", pairs, DEPTH, take)
}

fn flatten(outer: &str, pairs: Pairs<'_>, depth: usize, take: &mut Take<'_>) -> Result<(), String> {
    for (name, value) in pairs.0 {
        let name = if outer.is_empty() { name } else { format!("{outer}.{name}") };
        match serde_json::from_str::<Pairs<'_>>(value.get()) {
            Ok(inner) if depth > 0 && !inner.0.is_empty() => flatten(&name, inner, depth - 1, take)?,
            Ok(_) | Err(_) => take(&name, value)?,
        }
    }
    Ok(())
}

/// A value; lists and deep objects as their JSON text. Numbers keep their digits.
fn loose(value: &RawValue) -> LooseCell {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'"') => serde_json::from_str(text).map_or_else(|_| LooseCell::Text(text.to_owned()), LooseCell::Text),
        Some(b'n') => LooseCell::Null,
        Some(b't') => LooseCell::Bool(true),
        Some(b'f') => LooseCell::Bool(false),
        Some(b'-' | b'0'..=b'9') => number(text),
        _ if text == "{}" => LooseCell::Null,
        _ => LooseCell::Text(text.to_owned()),
    }
}

fn number(text: &str) -> LooseCell {
    if let Ok(n) = text.parse() {
        return LooseCell::Int(n);
    }
    if let Ok(n) = text.parse() {
        return LooseCell::HugeInt(n);
    }
    let decimals = text.split_once('.').map_or("", |(_, decimals)| decimals);
    let digits: String = text.chars().filter(|c| *c != '.').collect();
    let exact = digits.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit()) && digits.len() < 70;
    match (exact.then(|| digits.parse::<i256>().ok()).flatten(), i8::try_from(decimals.len())) {
        (Some(digits), Ok(scale)) => LooseCell::Decimal(digits, scale),
        _ => text.parse().map_or_else(|_| LooseCell::Text(text.to_owned()), LooseCell::Float),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits() {
        assert_eq!(number("12"), LooseCell::Int(12));
        assert_eq!(number("-0"), LooseCell::Int(0));
        assert_eq!(number("18446744073709551615"), LooseCell::HugeInt(u64::MAX));
        assert_eq!(number("90071992547409.93"), LooseCell::Decimal(i256::from_i128(9_007_199_254_740_993), 2));
        assert_eq!(number("-0.5"), LooseCell::Decimal(i256::from_i128(-5), 1));
        assert_eq!(number("1e3"), LooseCell::Float(1000.0));
    }

    #[test]
    fn objects_inside_become_columns() {
        let mut seen = Vec::new();
        let line = br#"{"id":1,"p":{"email":"a@b","q":{"r":null},"e":{}},"l":[1,{"a":2}]}"#;
        object(line, &mut |name, value| {
            seen.push(format!("{name}={:?}", loose(value)));
            Ok(())
        })
        .unwrap();
        assert_eq!(
            seen,
            ["id=Int(1)", "p.email=Text(\"a@b\")", "p.q.r=Null", "p.e=Null", "l=Text(\"[1,{\\\"a\\\":2}]\")",]
        );
        let mut none = |_: &str, _: &RawValue| Ok(());
        for bad in [&b"[1]"[..], b"{", b"{\"a\":}", b"1", b"{\"a\":\"\xff\"}", b"{} {}"] {
            assert!(object(bad, &mut none).is_err(), "{bad:?}");
        }
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(500), "]".repeat(500));
        assert_eq!(object(deep.as_bytes(), &mut none), Ok(()), "lists are not looked into");
        let deep = format!("{}1{}", "{\"a\":".repeat(5000), "}".repeat(5000));
        let _ = object(deep.as_bytes(), &mut none);
    }
}
