//! How pages are compressed.

use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;

/// A compressor, with its memory.
pub(in crate::output) enum Codec {
    Snappy(Box<snap::raw::Encoder>),
    Zstd(Box<zstd::bulk::Compressor<'static>>),
}

impl Codec {
    /// # Errors
    /// If the compressor cannot be set up.
    pub(in crate::output) fn new(zstd: bool) -> Result<Codec, ParquetError> {
        if !zstd {
            return Ok(Codec::Snappy(Box::new(snap::raw::Encoder::new())));
        }
        let compressor = zstd::bulk::Compressor::new(ZstdLevel::default().compression_level());
        Ok(Codec::Zstd(Box::new(compressor.map_err(failed)?)))
    }

    /// What the file says of it.
    pub(in crate::output) fn stated(&self) -> Compression {
        match self {
            Codec::Snappy(_) => Compression::SNAPPY,
            Codec::Zstd(_) => Compression::ZSTD(ZstdLevel::default()),
        }
    }

    pub(super) fn compressed(&mut self, bytes: &[u8]) -> Result<Vec<u8>, ParquetError> {
        match self {
            Codec::Snappy(encoder) => {
                let mut compressed = vec![0; snap::raw::max_compress_len(bytes.len())];
                let length = encoder.compress(bytes, &mut compressed).map_err(failed)?;
                compressed.truncate(length);
                compressed.shrink_to_fit();
                Ok(compressed)
            }
            Codec::Zstd(compressor) => compressor.compress(bytes).map_err(failed),
        }
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> ParquetError {
    ParquetError::External(Box::new(error))
}
