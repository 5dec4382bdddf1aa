//! CSV and JSON lines of results.

use super::OutputColumn;
use super::file::OutputFile;
use super::style::Style;
use super::text::Text;
use crate::format::Packing;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Write};

/// A text file that is being written, packed or not.
pub(super) enum TextFile {
    Plain(OutputFile),
    Gzip(Box<GzEncoder<OutputFile>>),
    Zstd(Box<zstd::Encoder<'static, OutputFile>>),
}

impl TextFile {
    /// Opens it, with the headers of CSV.
    pub(super) fn create(
        file: OutputFile,
        columns: &[OutputColumn],
        style: Style,
        packing: Packing,
    ) -> io::Result<TextFile> {
        let mut text = match packing {
            Packing::Plain => TextFile::Plain(file),
            Packing::Gzip => TextFile::Gzip(Box::new(GzEncoder::new(file, Compression::default()))),
            Packing::Zstd => TextFile::Zstd(Box::new(zstd::Encoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL)?)),
        };
        if let Style::Csv(separator) = style {
            text.write(headers(columns, separator).as_bytes())?;
        }
        Ok(text)
    }

    pub(super) fn closed(&self) -> bool {
        match self {
            TextFile::Plain(file) => file.closed(),
            TextFile::Gzip(encoder) => encoder.get_ref().closed(),
            TextFile::Zstd(encoder) => encoder.get_ref().closed(),
        }
    }

    /// Adds text.
    pub(super) fn write(&mut self, text: &[u8]) -> io::Result<()> {
        match self {
            TextFile::Plain(file) => file.write_all(text),
            TextFile::Gzip(encoder) => encoder.write_all(text),
            TextFile::Zstd(encoder) => encoder.write_all(text),
        }
    }

    pub(super) fn finish(self) -> io::Result<OutputFile> {
        match self {
            TextFile::Plain(file) => Ok(file),
            TextFile::Gzip(encoder) => encoder.finish(),
            TextFile::Zstd(encoder) => encoder.finish(),
        }
    }
}

/// The first line; an empty name stands for itself unless it is alone.
fn headers(columns: &[OutputColumn], separator: u8) -> Text {
    let mut text = Text::default();
    for (index, column) in columns.iter().enumerate() {
        if index > 0 {
            text.push(separator);
        }
        if !column.name.is_empty() || columns.len() == 1 {
            Style::Csv(separator).put(column.name.as_bytes(), &mut text);
        }
    }
    text.push(b'\n');
    text
}
