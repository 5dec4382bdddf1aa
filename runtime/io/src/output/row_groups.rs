//! The row groups of a Parquet file, the columns of each encoded by one thread or several: the bytes are the same.

use super::file::OutputFile;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, ArrowWriterOptions, compute_leaves,
};
use parquet::errors::{ParquetError, Result};
use parquet::file::writer::SerializedFileWriter;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

/// Rows of a row group, and bytes: they bound the memory of the encoder.
pub(super) const GROUP_ROWS: usize = 1 << 18;
pub(super) const GROUP_BYTES: usize = 48 << 20;

/// A Parquet file that gets its rows.
pub(super) struct RowGroups {
    file: SerializedFileWriter<OutputFile>,
    factory: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
    /// The columns of the row group that are encoded here; `None` between two row groups.
    here: Option<Share>,
    /// Threads that encode the other columns.
    others: Vec<Other>,
    /// Rows of the row group, and its bytes as they are expected to be.
    rows: usize,
    bytes: usize,
}

impl RowGroups {
    /// Begins a file whose columns are encoded by so many threads, the caller's among them.
    pub(super) fn begin(
        file: OutputFile,
        schema: SchemaRef,
        options: ArrowWriterOptions,
        threads: usize,
    ) -> Result<RowGroups> {
        let writer = ArrowWriter::try_new_with_options(file, schema.clone(), options)?;
        let (file, factory) = writer.into_serialized_writer()?;
        let count = threads.min(schema.fields().len()).saturating_sub(1);
        // If the system gives no more threads, those there are do all.
        let others = (0..count).map_while(|_| Other::start(&schema)).collect();
        Ok(RowGroups { file, factory, schema, here: None, others, rows: 0, bytes: 0 })
    }

    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub(super) fn inner(&self) -> &OutputFile {
        self.file.inner()
    }

    /// Adds rows. Where a row group ends depends on the rows alone.
    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let mut rest = batch.clone();
        while rest.num_rows() > 0 {
            let fitting = self.fitting(rest.num_rows());
            if fitting == 0 {
                self.end_group()?;
                continue;
            }
            self.encode(&rest.slice(0, fitting))?;
            rest = rest.slice(fitting, rest.num_rows() - fitting);
            if self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES {
                self.end_group()?;
            }
        }
        Ok(())
    }

    /// How many of some rows fit the row group, if they are as large as those that it has.
    fn fitting(&self, rows: usize) -> usize {
        let rows = rows.min(GROUP_ROWS.saturating_sub(self.rows));
        match self.bytes.checked_div(self.rows) {
            None => rows,
            Some(0) if self.bytes < GROUP_BYTES => rows,
            Some(row) => rows.min(GROUP_BYTES.saturating_sub(self.bytes).checked_div(row).unwrap_or(0)),
        }
    }

    fn encode(&mut self, batch: &RecordBatch) -> Result<()> {
        if self.here.is_none() {
            self.begin_group()?;
        }
        for other in &mut self.others {
            other.order(Order::Rows(batch.clone()))?;
        }
        let mine = self.here.as_mut().map_or(Ok(0), |share| share.write(&self.schema, batch));
        // All are heard, so that none is ahead of the others.
        let theirs: Vec<Result<Done>> = self.others.iter_mut().map(Other::done).collect();
        self.bytes = mine?;
        for done in theirs {
            self.bytes += done?.bytes;
        }
        self.rows += batch.num_rows();
        Ok(())
    }

    fn begin_group(&mut self) -> Result<()> {
        let descriptor = self.file.schema_descr();
        let root = |leaf: usize| descriptor.get_column_root_idx(leaf);
        let writers = self.factory.create_column_writers(self.file.flushed_row_groups().len())?;
        let mut shares: Vec<Share> = (0..=self.others.len()).map(|_| Share::default()).collect();
        let count = shares.len();
        for (leaf, writer) in writers.into_iter().enumerate() {
            if let Some(share) = shares.get_mut(root(leaf) % count) {
                share.0.push(Leaf { root: root(leaf), leaf, writer });
            }
        }
        for (other, share) in self.others.iter_mut().zip(shares.drain(1..)) {
            other.order(Order::Group(share))?;
        }
        self.here = shares.pop();
        Ok(())
    }

    fn end_group(&mut self) -> Result<()> {
        let Some(share) = self.here.take() else { return Ok(()) };
        for other in &mut self.others {
            other.order(Order::End)?;
        }
        let mine = share.close();
        let theirs: Vec<Result<Done>> = self.others.iter_mut().map(Other::done).collect();
        let mut chunks = mine?;
        for done in theirs {
            chunks.extend(done?.chunks);
        }
        chunks.sort_by_key(|(leaf, _)| *leaf);
        let mut group = self.file.next_row_group()?;
        for (_, chunk) in chunks {
            chunk.append_to_row_group(&mut group)?;
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }

    /// Writes what is left.
    pub(super) fn finish(mut self) -> Result<OutputFile> {
        self.end_group()?;
        self.file.into_inner()
    }
}

/// A column as it is stored; a nested one has several of one root.
struct Leaf {
    root: usize,
    leaf: usize,
    writer: ArrowColumnWriter,
}

/// Some columns of a row group.
#[derive(Default)]
struct Share(Vec<Leaf>);

type Chunks = Vec<(usize, ArrowColumnChunk)>;

impl Share {
    /// Returns the bytes of the columns, as they are expected to be.
    fn write(&mut self, schema: &SchemaRef, batch: &RecordBatch) -> Result<usize> {
        for leaves in self.0.chunk_by_mut(|a, b| a.root == b.root) {
            let Some(root) = leaves.first().map(|leaf| leaf.root) else { continue };
            let (Some(field), Some(column)) = (schema.fields().get(root), batch.columns().get(root)) else {
                return Err(ParquetError::General("a column is not there".to_owned()));
            };
            for (leaf, values) in leaves.iter_mut().zip(compute_leaves(field, column)?) {
                leaf.writer.write(&values)?;
            }
        }
        Ok(self.0.iter().map(|leaf| leaf.writer.get_estimated_total_bytes()).sum())
    }

    fn close(self) -> Result<Chunks> {
        self.0.into_iter().map(|leaf| Ok((leaf.leaf, leaf.writer.close()?))).collect()
    }
}

enum Order {
    /// A row group begins.
    Group(Share),
    Rows(RecordBatch),
    End,
}

#[derive(Default)]
struct Done {
    bytes: usize,
    /// At the end of a row group.
    chunks: Chunks,
}

/// A thread that encodes some of the columns.
struct Other {
    /// `None`: there will be no more.
    orders: Option<Sender<Order>>,
    done: Receiver<Result<Done>>,
    thread: Option<JoinHandle<()>>,
}

impl Other {
    fn start(schema: &SchemaRef) -> Option<Other> {
        let (orders, waiting) = channel();
        let (answers, done) = channel();
        let schema = schema.clone();
        let thread = Builder::new().name("encoder".to_owned());
        let thread = thread.spawn(move || serve(&schema, &waiting, &answers)).ok()?;
        Some(Other { orders: Some(orders), done, thread: Some(thread) })
    }

    fn order(&mut self, order: Order) -> Result<()> {
        match self.orders.as_ref().map(|orders| orders.send(order)) {
            Some(Ok(())) => Ok(()),
            Some(Err(_)) | None => Err(self.gone()),
        }
    }

    fn done(&mut self) -> Result<Done> {
        self.done.recv().unwrap_or_else(|_| Err(self.gone()))
    }

    /// A thread only ends by itself in a crash, which goes on here.
    fn gone(&mut self) -> ParquetError {
        self.orders = None;
        if let Some(Err(crash)) = self.thread.take().map(JoinHandle::join) {
            std::panic::resume_unwind(crash);
        }
        ParquetError::General("it has stopped before".to_owned())
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(schema: &SchemaRef, orders: &Receiver<Order>, answers: &Sender<Result<Done>>) {
    let mut share = Share::default();
    while let Ok(order) = orders.recv() {
        let done = match order {
            Order::Group(next) => {
                share = next;
                continue;
            }
            Order::Rows(batch) => share.write(schema, &batch).map(|bytes| Done { bytes, chunks: Chunks::new() }),
            Order::End => std::mem::take(&mut share).close().map(|chunks| Done { bytes: 0, chunks }),
        };
        if answers.send(done).is_err() {
            return;
        }
    }
}
