//! CSV text of results.

use super::OutputColumn;
use super::cells::Printer;
use super::file::OutputFile;
use super::packed::PackedText;
use crate::error::{IoError, writing};
use crate::format::Packing;
use arrow_array::ArrayRef;
use std::io;

/// CSV (RFC 4180): quotes only where they are needed, rows end with `\n`.
pub(super) struct CsvText {
    packed: PackedText,
    separator: u8,
}

impl CsvText {
    pub(super) fn create(
        file: OutputFile,
        columns: &[OutputColumn],
        separator: u8,
        packing: Packing,
    ) -> io::Result<CsvText> {
        let mut text = CsvText { packed: PackedText::new(file, packing)?, separator };
        for (index, column) in columns.iter().enumerate() {
            text.separate(index);
            let start = text.packed.buffer.len();
            text.packed.buffer.extend_from_slice(column.name.as_bytes());
            quote(&mut text.packed.buffer, start, separator);
        }
        if columns.len() == 1 && text.packed.buffer.is_empty() {
            text.packed.buffer.extend_from_slice(b"\"\"");
        }
        text.packed.buffer.push(b'\n');
        text.packed.flush()?;
        Ok(text)
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
        for row in 0..rows {
            for (index, printer) in printers.iter().enumerate() {
                self.separate(index);
                let start = self.packed.buffer.len();
                let known = printer.print(row, &mut self.packed.buffer);
                let empty = self.packed.buffer.len() == start;
                // The only cell of a row must leave a mark, or the row would be an empty line.
                if empty && (known || printers.len() == 1) {
                    self.packed.buffer.extend_from_slice(b"\"\"");
                } else if printer.is_text() {
                    quote(&mut self.packed.buffer, start, self.separator);
                }
            }
            self.packed.buffer.push(b'\n');
            self.packed.flush_if_full().map_err(|e| writing::cannot_write(path, &e))?;
        }
        self.packed.flush().map_err(|e| writing::cannot_write(path, &e))
    }

    pub(super) fn closed(&self) -> bool {
        self.packed.closed()
    }

    pub(super) fn finish(self) -> io::Result<OutputFile> {
        self.packed.finish()
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            self.packed.buffer.push(self.separator);
        }
    }
}

/// Quotes the text from `start` on if it holds the separator, a quote or the end of a line.
fn quote(buffer: &mut Vec<u8>, start: usize, separator: u8) {
    let needs = |b: &u8| *b == separator || matches!(b, b'"' | b'\n' | b'\r');
    if !buffer.iter().skip(start).any(needs) {
        return;
    }
    let text = buffer.split_off(start);
    buffer.push(b'"');
    for byte in text {
        if byte == b'"' {
            buffer.push(b'"');
        }
        buffer.push(byte);
    }
    buffer.push(b'"');
}
