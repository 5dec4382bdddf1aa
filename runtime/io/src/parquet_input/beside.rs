//! The columns of a Parquet file decoded by several threads: each has some of the columns, and decodes the same rows
//! of them as the others.

use super::groups::{GroupRows, ReadTo};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{FieldRef, Schema, SchemaRef};
use parquet::file::metadata::ParquetMetaData;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

/// Batches of a thread that may wait to be put with those of the others.
const WAITING: usize = 1;
/// Stack of a thread, in bytes: columns may be nested deeply.
const STACK_BYTES: usize = 64 << 20;
/// What a file must hold in the columns that are read, or threads cost more than they do.
const FEWEST_BYTES: i64 = 64 << 10;

/// Threads that decode some of the columns each.
pub(super) struct Beside {
    /// In the order of the columns.
    threads: Vec<Columns>,
    schema: Option<SchemaRef>,
    place: ReadTo,
}

impl Beside {
    /// Starts the threads; `None` if one is enough. `of` reads some roots.
    pub(super) fn start(
        metadata: &ParquetMetaData,
        roots: &[usize],
        batch_rows: usize,
        threads: usize,
        of: impl Fn(&[usize]) -> GroupRows,
    ) -> Option<Beside> {
        let sizes = sizes(metadata, roots);
        let rows = usize::try_from(metadata.file_metadata().num_rows()).unwrap_or(0);
        if threads < 2 || rows <= batch_rows || sizes.iter().sum::<i64>() < FEWEST_BYTES {
            return None;
        }
        let shares = shares(&sizes, threads);
        if shares.len() < 2 {
            return None;
        }
        let start = |share: Range<usize>| Columns::start(of(roots.get(share)?));
        let threads = shares.into_iter().map(start).collect::<Option<Vec<Columns>>>()?;
        Some(Beside { threads, schema: None, place: ReadTo::default() })
    }

    /// The next rows.
    pub(super) fn next(&mut self) -> Found<RecordBatch> {
        let found: Vec<Found<(RecordBatch, ReadTo)>> = self.threads.iter().map(Columns::next).collect();
        if found.iter().all(|found| matches!(found, Found::End)) {
            return Found::End;
        }
        self.put_together(found).map_or(Found::Trouble, Found::Rows)
    }

    /// `None` if the columns have anything but the same rows.
    fn put_together(&mut self, found: Vec<Found<(RecordBatch, ReadTo)>>) -> Option<RecordBatch> {
        let rows = found.into_iter().map(|found| match found {
            Found::Rows(rows) => Some(rows),
            Found::End | Found::Trouble => None,
        });
        let found = rows.collect::<Option<Vec<(RecordBatch, ReadTo)>>>()?;
        let (rows, place) = found.first().map(|(batch, place)| (batch.num_rows(), *place))?;
        if found.iter().any(|(batch, at)| batch.num_rows() != rows || *at != place) {
            return None;
        }
        let schema = self.schema.get_or_insert_with(|| together(found.iter().map(|(batch, _)| batch))).clone();
        let columns: Vec<ArrayRef> = found.iter().flat_map(|(batch, _)| batch.columns()).cloned().collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(schema, columns, &options).ok()?;
        self.place = place;
        Some(batch)
    }

    /// Behind the last rows.
    pub(super) fn place(&self) -> ReadTo {
        self.place
    }
}

/// What comes next.
pub(super) enum Found<T> {
    Rows(T),
    End,
    /// The file is damaged.
    Trouble,
}

fn together<'a>(batches: impl Iterator<Item = &'a RecordBatch>) -> SchemaRef {
    let fields = batches.flat_map(|batch| batch.schema_ref().fields().iter().cloned().collect::<Vec<FieldRef>>());
    Arc::new(Schema::new(fields.collect::<Vec<FieldRef>>()))
}

/// What decoding a root takes, roughly: its bytes before and after decompression.
fn sizes(metadata: &ParquetMetaData, roots: &[usize]) -> Vec<i64> {
    let schema = metadata.file_metadata().schema_descr();
    let mut sizes = vec![0_i64; roots.len()];
    for leaf in 0..schema.num_columns() {
        let Ok(place) = roots.binary_search(&schema.get_column_root_idx(leaf)) else { continue };
        let parts = metadata.row_groups().iter().filter_map(|group| group.columns().get(leaf));
        let parts = parts.map(|part| part.compressed_size().max(0).saturating_add(part.uncompressed_size().max(0)));
        if let Some(size) = sizes.get_mut(place) {
            *size = parts.fold(*size, i64::saturating_add);
        }
    }
    sizes
}

/// Neighbours together, in so many shares of about the same size; fewer if there are no more columns.
fn shares(sizes: &[i64], count: usize) -> Vec<Range<usize>> {
    let total: i128 = sizes.iter().map(|size| i128::from(*size)).sum();
    let mut shares: Vec<Range<usize>> = Vec::new();
    let (mut from, mut before) = (0, 0_i128);
    for (at, size) in sizes.iter().enumerate() {
        // A share ends where the next one would begin with the middle of a column.
        let done = (shares.len() as i128 + 1) * total;
        if from < at && shares.len() + 1 < count && (2 * before + i128::from(*size)) * count as i128 > 2 * done {
            shares.push(from..at);
            from = at;
        }
        before += i128::from(*size);
    }
    shares.push(from..sizes.len());
    shares
}

/// Some columns, on a thread of their own.
struct Columns {
    /// `None`: nobody will take more.
    batches: Option<Receiver<Found<(RecordBatch, ReadTo)>>>,
    thread: Option<JoinHandle<()>>,
}

impl Columns {
    /// `None` if the system gives no more threads.
    fn start(rows: GroupRows) -> Option<Columns> {
        let (send, batches) = sync_channel(WAITING);
        let thread = Builder::new().name("columns".to_owned()).stack_size(STACK_BYTES);
        let thread = thread.spawn(move || serve(rows, &send)).ok()?;
        Some(Columns { batches: Some(batches), thread: Some(thread) })
    }

    fn next(&self) -> Found<(RecordBatch, ReadTo)> {
        self.batches.as_ref().and_then(|batches| batches.recv().ok()).unwrap_or(Found::Trouble)
    }
}

/// Decodes until there is nothing more, or nobody to take it. Damaged bytes may make the decoder fail in any way.
fn serve(mut rows: GroupRows, batches: &SyncSender<Found<(RecordBatch, ReadTo)>>) {
    loop {
        let found = match catch_unwind(AssertUnwindSafe(|| rows.next())) {
            Ok(Ok(Some(batch))) => Found::Rows((batch, rows.place())),
            Ok(Ok(None)) => Found::End,
            Ok(Err(_)) | Err(_) => Found::Trouble,
        };
        let last = !matches!(found, Found::Rows(_));
        if batches.send(found).is_err() || last {
            return;
        }
    }
}

impl Drop for Columns {
    fn drop(&mut self) {
        self.batches = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_shared_out_by_size() {
        assert_eq!(shares(&[5, 5, 5, 5], 2), [0..2, 2..4]);
        assert_eq!(shares(&[100, 1, 1, 1], 2), [0..1, 1..4]);
        assert_eq!(shares(&[1, 1, 1, 100], 2), [0..3, 3..4]);
        assert_eq!(shares(&[4, 90, 4], 3), [0..1, 1..2, 2..3]);
        assert_eq!(shares(&[0, 0, 0], 2).as_slice(), std::slice::from_ref(&(0..3)));
        assert_eq!(shares(&[7], 8).as_slice(), std::slice::from_ref(&(0..1)));
        assert_eq!(shares(&[i64::MAX; 3], 3), [0..1, 1..2, 2..3]);
        for count in 1..9 {
            let sizes: Vec<i64> = (0..40).map(|n| n * 37 % 101).collect();
            let shares = shares(&sizes, count);
            assert!(shares.len() <= count && shares.iter().all(|share| !share.is_empty()));
            assert_eq!(shares.iter().cloned().flatten().collect::<Vec<usize>>(), (0..40).collect::<Vec<usize>>());
        }
    }
}
