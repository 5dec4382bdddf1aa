//! CSV text of results.

use super::OutputColumn;
use super::cells::Printer;
use super::file::OutputFile;
use crate::error::{IoError, writing};
use arrow_array::ArrayRef;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Write};

/// Bytes that are gathered before they are written.
const FLUSH_BYTES: usize = 1 << 20;

/// CSV (RFC 4180): quotes only where they are needed, rows end with `\n`.
pub(super) struct CsvText {
    to: Packing,
    separator: u8,
    buffer: Vec<u8>,
}

enum Packing {
    Plain(OutputFile),
    Gzip(GzEncoder<OutputFile>),
}

impl CsvText {
    pub(super) fn create(file: OutputFile, columns: &[OutputColumn], separator: u8, gzip: bool) -> io::Result<CsvText> {
        let to = if gzip { Packing::Gzip(GzEncoder::new(file, Compression::default())) } else { Packing::Plain(file) };
        let mut text = CsvText { to, separator, buffer: Vec::new() };
        for (index, column) in columns.iter().enumerate() {
            text.separate(index);
            quoted(column.name.as_bytes(), separator, &mut text.buffer);
        }
        if columns.len() == 1 && text.buffer.is_empty() {
            text.buffer.extend_from_slice(b"\"\"");
        }
        text.buffer.push(b'\n');
        text.flush()?;
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
        let mut cell = Vec::new();
        for row in 0..rows {
            for (index, printer) in printers.iter().enumerate() {
                self.separate(index);
                cell.clear();
                let known = printer.print(row, &mut cell);
                // The only cell of a row must leave a mark, or the row would be an empty line.
                if known && cell.is_empty() || !known && printers.len() == 1 {
                    self.buffer.extend_from_slice(b"\"\"");
                } else if printer.is_text() {
                    quoted(&cell, self.separator, &mut self.buffer);
                } else {
                    self.buffer.extend_from_slice(&cell);
                }
            }
            self.buffer.push(b'\n');
            if self.buffer.len() >= FLUSH_BYTES {
                self.flush().map_err(|e| writing::cannot_write(path, &e))?;
            }
        }
        self.flush().map_err(|e| writing::cannot_write(path, &e))
    }

    pub(super) fn closed(&self) -> bool {
        match &self.to {
            Packing::Plain(file) => file.closed(),
            Packing::Gzip(encoder) => encoder.get_ref().closed(),
        }
    }

    pub(super) fn finish(mut self) -> io::Result<OutputFile> {
        self.flush()?;
        match self.to {
            Packing::Plain(file) => Ok(file),
            Packing::Gzip(encoder) => encoder.finish(),
        }
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            self.buffer.push(self.separator);
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            Packing::Plain(file) => file.write_all(&self.buffer)?,
            Packing::Gzip(encoder) => encoder.write_all(&self.buffer)?,
        }
        self.buffer.clear();
        Ok(())
    }
}

/// Quotes a text if it holds the separator, a quote or the end of a line.
fn quoted(text: &[u8], separator: u8, into: &mut Vec<u8>) {
    let needs = |b: &u8| *b == separator || matches!(b, b'"' | b'\n' | b'\r');
    if !text.iter().any(needs) {
        into.extend_from_slice(text);
        return;
    }
    into.push(b'"');
    for &byte in text {
        if byte == b'"' {
            into.push(b'"');
        }
        into.push(byte);
    }
    into.push(b'"');
}
