//! Files that must be the same at their end as at their beginning: one that is being written or copied has rows that are
//! cut off, and the rows of two states beside each other.

use crate::error::{IoError, reading};
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::time::SystemTime;

/// How a file was when it was opened.
pub(crate) struct Watch {
    file: File,
    size: u64,
    modified: Option<SystemTime>,
}

/// The error of a file that is not the same at its end.
#[derive(Debug)]
struct Changed {
    before: u64,
    after: u64,
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it had {} bytes at first and has {} now", self.before, self.after)
    }
}

impl std::error::Error for Changed {}

impl Watch {
    /// # Errors
    /// If the system gives no more handles, or nothing about the file.
    pub(crate) fn of(file: &File) -> io::Result<Watch> {
        let about = file.metadata()?;
        Ok(Watch { size: about.len(), modified: about.modified().ok(), file: file.try_clone()? })
    }

    /// # Errors
    /// If the file has changed; [`changed`] words it.
    pub(crate) fn check(&self) -> io::Result<()> {
        let about = self.file.metadata()?;
        if about.len() == self.size && about.modified().ok() == self.modified {
            return Ok(());
        }
        Err(io::Error::other(Changed { before: self.size, after: about.len() }))
    }

    /// The error that a change of the file has caused, if it has changed; else the one that was found.
    pub(crate) fn explain(&self, path: &str, found: IoError) -> IoError {
        self.check().err().and_then(|error| changed(path, &error)).unwrap_or(found)
    }
}

/// E0602 if the error is about a file that has changed.
pub(crate) fn changed(path: &str, error: &io::Error) -> Option<IoError> {
    let changed = error.get_ref().and_then(|inner| inner.downcast_ref::<Changed>())?;
    Some(reading::changed(path, changed.before, changed.after))
}

/// A file whose end is an error if it has changed.
pub(crate) struct Watched {
    file: File,
    watch: Watch,
}

impl Watched {
    /// # Errors
    /// As [`Watch::of`].
    pub(crate) fn new(file: File) -> io::Result<Watched> {
        let watch = Watch::of(&file)?;
        Ok(Watched { file, watch })
    }
}

impl Read for Watched {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        if count == 0 && !into.is_empty() {
            self.watch.check()?;
        }
        Ok(count)
    }
}

/// What is unpacked from a file: where that fails because the file has changed, the change is the error.
pub(crate) struct Unpacked<R> {
    inner: R,
    watch: Option<Watch>,
}

impl<R> Unpacked<R> {
    pub(crate) fn new(inner: R, watch: Option<Watch>) -> Unpacked<R> {
        Unpacked { inner, watch }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.inner.read(into).map_err(|found| self.watch.as_ref().and_then(|w| w.check().err()).unwrap_or(found))
    }
}
