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
            let start = text.buffer.len();
            text.buffer.extend_from_slice(column.name.as_bytes());
            quote(&mut text.buffer, start, separator);
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
        for row in 0..rows {
            for (index, printer) in printers.iter().enumerate() {
                self.separate(index);
                let start = self.buffer.len();
                let known = printer.print(row, &mut self.buffer);
                let empty = self.buffer.len() == start;
                // The only cell of a row must leave a mark, or the row would be an empty line.
                if empty && (known || printers.len() == 1) {
                    self.buffer.extend_from_slice(b"\"\"");
                } else if printer.is_text() {
                    quote(&mut self.buffer, start, self.separator);
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
