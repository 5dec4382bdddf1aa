//! Where the rows of a result end: a file of one of the formats, here or on a thread of its own.

use super::encoder::Body;
use super::file::OutputFile;
use super::parquet_file::{ArrowFile, ParquetFile};
use super::text::Text;
use super::text_file::TextFile;
use crate::error::{IoError, reading, writing};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// Parts that may wait for the thread; more make the caller wait.
const WAITING: usize = 2;

/// A result file that is being written.
pub(super) enum Sink {
    Text(Box<TextFile>),
    Parquet(Box<ParquetFile>),
    Arrow(Box<ArrowFile>),
    /// Any of them on a thread of its own.
    Threaded(Threaded),
}

impl Sink {
    /// Adds rows; gives back the memory of a text.
    pub(super) fn write(&mut self, body: Body, path: &str) -> Result<Option<Text>, IoError> {
        match (self, body) {
            (Sink::Text(file), Body::Text(text)) => {
                file.write(text.as_bytes()).map_err(|e| writing::cannot_write(path, &e))?;
                return Ok(Some(text));
            }
            (Sink::Parquet(_) | Sink::Arrow(_), Body::Typed(None)) => {}
            (Sink::Parquet(file), Body::Typed(Some(batch))) => file.write(&batch, path)?,
            (Sink::Arrow(file), Body::Typed(Some(batch))) => file.write(&batch, path)?,
            (Sink::Text(_), Body::Typed(_)) | (Sink::Parquet(_) | Sink::Arrow(_), Body::Text(_)) => {
                return Err(reading::internal(path, "the rows were prepared for another result"));
            }
            (Sink::Threaded(thread), body) => thread.write(body, path)?,
        }
        Ok(None)
    }

    /// Whether the reader of standard output has gone.
    pub(super) fn closed(&self) -> bool {
        match self {
            Sink::Text(text) => text.closed(),
            Sink::Parquet(file) => file.closed(),
            Sink::Arrow(file) => file.closed(),
            Sink::Threaded(thread) => thread.closed.load(Ordering::Relaxed),
        }
    }

    pub(super) fn finish(self, path: &str) -> Result<OutputFile, IoError> {
        match self {
            Sink::Text(text) => text.finish().map_err(|e| writing::cannot_write(path, &e)),
            Sink::Parquet(file) => file.finish(path),
            Sink::Arrow(file) => file.finish(path),
            Sink::Threaded(thread) => thread.finish(path),
        }
    }

    /// The same, written by a thread of its own; here if there can be no thread.
    pub(super) fn threaded(self, path: &str) -> Result<Sink, IoError> {
        let (rows, waiting) = sync_channel(WAITING);
        let closed = Arc::new(AtomicBool::new(false));
        let (path, flag) = (path.to_owned(), closed.clone());
        let name = path.clone();
        let thread = std::thread::Builder::new().name("writer".to_owned());
        let thread = thread.spawn(move || serve(self, &waiting, &flag, &path));
        let thread = thread.map_err(|e| writing::cannot_write(&name, &e))?;
        Ok(Sink::Threaded(Threaded { rows: Some(rows), thread: Some(thread), closed }))
    }
}

/// A sink on a thread of its own.
pub(super) struct Threaded {
    /// `None`: the order to end.
    rows: Option<SyncSender<Option<Body>>>,
    thread: Option<JoinHandle<Result<Option<OutputFile>, IoError>>>,
    closed: Arc<AtomicBool>,
}

/// Writes what comes until it ends. Without an order to end nothing is kept.
fn serve(
    mut sink: Sink,
    rows: &Receiver<Option<Body>>,
    closed: &AtomicBool,
    path: &str,
) -> Result<Option<OutputFile>, IoError> {
    while let Ok(body) = rows.recv() {
        match body {
            Some(body) => drop(sink.write(body, path)?),
            None => return sink.finish(path).map(Some),
        }
        closed.store(sink.closed(), Ordering::Relaxed);
    }
    Ok(None)
}

impl Threaded {
    fn write(&mut self, body: Body, path: &str) -> Result<(), IoError> {
        match self.rows.as_ref().map(|rows| rows.send(Some(body))) {
            Some(Ok(())) => Ok(()),
            // The thread has ended because it could not write.
            Some(Err(_)) | None => Err(self.reason(path)),
        }
    }

    fn finish(mut self, path: &str) -> Result<OutputFile, IoError> {
        if self.rows.as_ref().is_some_and(|rows| rows.send(None).is_err()) {
            return Err(self.reason(path));
        }
        match self.joined() {
            Some(Ok(Some(file))) => Ok(file),
            Some(Err(error)) => Err(error),
            Some(Ok(None)) | None => Err(writing::cannot_encode(path, "it has stopped before")),
        }
    }

    fn reason(&mut self, path: &str) -> IoError {
        match self.joined() {
            Some(Err(error)) => error,
            Some(Ok(_)) | None => writing::cannot_encode(path, "it has stopped before"),
        }
    }

    /// What the thread ended with, once.
    fn joined(&mut self) -> Option<Result<Option<OutputFile>, IoError>> {
        self.rows = None;
        match self.thread.take()?.join() {
            Ok(result) => Some(result),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

impl Drop for Threaded {
    /// What is not finished leaves nothing behind: not even for a moment.
    fn drop(&mut self) {
        self.rows = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
