//! Text on its way to a file, packed or not.

use super::file::OutputFile;
use crate::format::Packing;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Write};

/// Bytes that are gathered before they are written.
const FLUSH_BYTES: usize = 1 << 20;

/// Text that is gathered in `buffer` and written in large pieces.
pub(super) struct PackedText {
    to: To,
    pub(super) buffer: Vec<u8>,
}

enum To {
    Plain(OutputFile),
    Gzip(Box<GzEncoder<OutputFile>>),
    Zstd(Box<zstd::Encoder<'static, OutputFile>>),
}

impl PackedText {
    pub(super) fn new(file: OutputFile, packing: Packing) -> io::Result<PackedText> {
        let to = match packing {
            Packing::Plain => To::Plain(file),
            Packing::Gzip => To::Gzip(Box::new(GzEncoder::new(file, Compression::default()))),
            Packing::Zstd => To::Zstd(Box::new(zstd::Encoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL)?)),
        };
        Ok(PackedText { to, buffer: Vec::new() })
    }

    pub(super) fn closed(&self) -> bool {
        match &self.to {
            To::Plain(file) => file.closed(),
            To::Gzip(encoder) => encoder.get_ref().closed(),
            To::Zstd(encoder) => encoder.get_ref().closed(),
        }
    }

    /// Writes what is gathered if it is much.
    pub(super) fn flush_if_full(&mut self) -> io::Result<()> {
        if self.buffer.len() >= FLUSH_BYTES { self.flush() } else { Ok(()) }
    }

    /// Writes what is gathered.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Plain(file) => file.write_all(&self.buffer)?,
            To::Gzip(encoder) => encoder.write_all(&self.buffer)?,
            To::Zstd(encoder) => encoder.write_all(&self.buffer)?,
        }
        self.buffer.clear();
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<OutputFile> {
        self.flush()?;
        match self.to {
            To::Plain(file) => Ok(file),
            To::Gzip(encoder) => encoder.finish(),
            To::Zstd(encoder) => encoder.finish(),
        }
    }
}
