//! JSON lines of results: one object a row, its names in the order of the columns, a missing value as `null`.

use super::OutputColumn;
use super::cells::Printer;
use super::file::OutputFile;
use super::packed::PackedText;
use crate::error::{IoError, writing};
use crate::format::Packing;
use arrow_array::ArrayRef;
use std::io;

/// Text of objects.
pub(super) struct JsonText {
    text: PackedText,
    /// `"name":`, with the comma or bracket before it.
    names: Vec<Vec<u8>>,
}

impl JsonText {
    pub(super) fn create(file: OutputFile, columns: &[OutputColumn], packing: Packing) -> io::Result<JsonText> {
        let name = |(index, column): (usize, &OutputColumn)| {
            let mut name = vec![if index == 0 { b'{' } else { b',' }];
            quoted(column.name.as_bytes(), &mut name);
            name.push(b':');
            name
        };
        let names = columns.iter().enumerate().map(name).collect();
        Ok(JsonText { text: PackedText::new(file, packing)?, names })
    }

    pub(super) fn write(
        &mut self,
        columns: &[OutputColumn],
        arrays: &[ArrayRef],
        rows: usize,
        path: &str,
    ) -> Result<(), IoError> {
        let printers = columns.iter().zip(arrays).map(|(column, array)| Printer::new(column, array, path));
        let printers = printers.collect::<Result<Vec<_>, _>>()?;
        let mut cell = Vec::new();
        for row in 0..rows {
            for (printer, name) in printers.iter().zip(&self.names) {
                self.text.buffer.extend_from_slice(name);
                cell.clear();
                match printer.print(row, &mut cell) {
                    false => self.text.buffer.extend_from_slice(b"null"),
                    true if printer.is_json_literal(row) => self.text.buffer.extend_from_slice(&cell),
                    true => quoted(&cell, &mut self.text.buffer),
                }
            }
            self.text.buffer.extend_from_slice(if printers.is_empty() { b"{}\n" } else { b"}\n" });
            self.text.flush_if_full().map_err(|e| writing::cannot_write(path, &e))?;
        }
        self.text.flush().map_err(|e| writing::cannot_write(path, &e))
    }

    pub(super) fn closed(&self) -> bool {
        self.text.closed()
    }

    pub(super) fn finish(self) -> io::Result<OutputFile> {
        self.text.finish()
    }
}

/// A JSON string; bytes that are no text become the replacement character.
fn quoted(text: &[u8], into: &mut Vec<u8>) {
    into.push(b'"');
    for c in String::from_utf8_lossy(text).chars() {
        match c {
            '"' => into.extend_from_slice(b"\\\""),
            '\\' => into.extend_from_slice(b"\\\\"),
            '\n' => into.extend_from_slice(b"\\n"),
            '\r' => into.extend_from_slice(b"\\r"),
            '\t' => into.extend_from_slice(b"\\t"),
            c if c < ' ' => into.extend_from_slice(format!("\\u{:04x}", c as u32).as_bytes()),
            c => into.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    into.push(b'"');
}
