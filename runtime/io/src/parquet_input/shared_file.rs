//! One file that several threads read at places of their own.

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A file whose readers do not move each other: handles of one file share their place in it, so finding the place
/// and reading there is one step.
#[derive(Clone)]
pub(super) struct SharedFile {
    file: Arc<Mutex<File>>,
    /// Bytes of the file when it was opened.
    length: u64,
}

impl SharedFile {
    pub(super) fn new(file: File) -> SharedFile {
        let length = file.metadata().map_or(0, |about| about.len());
        SharedFile { file: Arc::new(Mutex::new(file)), length }
    }

    fn lock(&self) -> MutexGuard<'_, File> {
        // Every reader finds its place anew, so a place left behind does no harm.
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Length for SharedFile {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for SharedFile {
    type T = BufReader<Place>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::new(Place { file: self.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // A damaged file may state any length; no more is set aside than there is.
        let there = usize::try_from(self.len().saturating_sub(start)).unwrap_or(usize::MAX);
        let mut buffer = Vec::with_capacity(length.min(there));
        let mut file = self.lock();
        file.seek(SeekFrom::Start(start))?;
        // Straight from the file: a reader in between would have its buffer zeroed first, and find its place often.
        let read = (&mut *file).take(length as u64).read_to_end(&mut buffer)?;
        drop(file);
        if read != length {
            return Err(ParquetError::EOF(format!("Expected to read {length} bytes, read only {read}")));
        }
        Ok(buffer.into())
    }
}

/// A place in a file, from which one reader goes on.
pub(super) struct Place {
    file: SharedFile,
    at: u64,
}

impl Read for Place {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock();
        file.seek(SeekFrom::Start(self.at))?;
        let count = file.read(into)?;
        self.at += count as u64;
        Ok(count)
    }
}
