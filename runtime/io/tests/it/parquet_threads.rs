//! Parquet whose columns are decoded by several threads.

use crate::fixture::*;
use arrow_array::builder::{Int64Builder, ListBuilder};
use arrow_array::*;
use arrow_schema::{Field as ArrowField, Schema};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use revplay_io::{Chunk, Format, IoError, ReadOptions, Reader, Source};
use revplay_ir::program::{FieldId, Program};
use revplay_ir::types::Type;
use std::collections::BTreeSet;
use std::sync::Arc;

const ROWS: usize = 30_000;

/// Columns that are stored in different ways, one of them nested and read by nobody.
fn file(group_rows: usize) -> Vec<u8> {
    let texts =
        |of: &dyn Fn(usize) -> Option<String>| -> ArrayRef { Arc::new((0..ROWS).map(of).collect::<StringArray>()) };
    let mut nested = ListBuilder::new(Int64Builder::new());
    for row in 0..ROWS {
        nested.append_value((0..row % 4).map(|n| Some(n as i64)));
    }
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("few", texts(&|i| (i % 11 > 0).then(|| format!(" {}", ["a", "B", "c"][(i / 900 + i) % 3])))),
        ("n", Arc::new((0..ROWS).map(|i| Some((i * 7919 % ROWS) as i64)).collect::<Int64Array>())),
        ("nested", Arc::new(nested.finish())),
        ("many", texts(&|i| (i % 13 > 0).then(|| format!("text {}", i * 7919 % 20_000)))),
        // Not a number is missing, which this field must not be: two bad rows.
        (
            "x",
            Arc::new(
                (0..ROWS)
                    .map(|i| Some(if i % 14_999 == 7 { f64::NAN } else { i as f64 / 3.0 }))
                    .collect::<Float64Array>(),
            ),
        ),
        ("yes", Arc::new((0..ROWS).map(|i| (i % 5 > 0).then_some(i % 3 == 0)).collect::<BooleanArray>())),
    ];
    let fields = columns.iter().map(|(name, array)| ArrowField::new(*name, array.data_type().clone(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(group_rows))
        .set_data_page_row_count_limit(group_rows / 3 + 1)
        .set_dictionary_page_size_limit(20_000)
        .set_compression(parquet::basic::Compression::SNAPPY)
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, schema.clone(), Some(properties)).unwrap();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    writer.write(&RecordBatch::try_new(schema, arrays).unwrap()).unwrap();
    writer.close().unwrap();
    bytes
}

fn leads() -> Arc<Program> {
    Arc::new(program(vec![
        optional("few", Type::Text),
        field("n", Type::Int),
        optional("many", Type::Text),
        field("x", Type::Number),
        optional("yes", Type::Bool),
    ]))
}

fn open(bytes: &[u8], fields: &[u32], threads: usize, keep: bool) -> Result<Reader, IoError> {
    let source = Source::Memory("leads.parquet".into(), bytes.into());
    let needed: BTreeSet<FieldId> = fields.iter().copied().map(FieldId).collect();
    let options = ReadOptions { keep, threads, ..ReadOptions::default() };
    Reader::open(&source, Format::Parquet, &leads(), LEAD, None, &needed, &options)
}

/// The chunks up to the end or an error.
fn read(bytes: &[u8], fields: &[u32], threads: usize, keep: bool) -> (Vec<Chunk>, Option<IoError>) {
    let mut chunks = Vec::new();
    let mut reader = match open(bytes, fields, threads, keep) {
        Ok(reader) => reader,
        Err(error) => return (chunks, Some(error)),
    };
    loop {
        match reader.next_chunk(1000) {
            Ok(Some(chunk)) => chunks.push(chunk),
            Ok(None) => return (chunks, None),
            Err(error) => {
                assert_eq!(reader.next_chunk(1000).map(|_| ()), Err(error.clone()), "an error comes again");
                return (chunks, Some(error));
            }
        }
    }
}

fn same(one: &(Vec<Chunk>, Option<IoError>), other: &(Vec<Chunk>, Option<IoError>)) -> bool {
    let equal = |(a, b): (&Chunk, &Chunk)| {
        a.table.columns == b.table.columns && a.kept == b.kept && a.numbers == b.numbers && a.rejects == b.rejects
    };
    one.1 == other.1 && one.0.len() == other.0.len() && one.0.iter().zip(&other.0).all(equal)
}

#[test]
fn n1_columns_decoded_by_threads_are_the_same_chunks() {
    for group_rows in [300, 7_000, 1 << 20] {
        let bytes = file(group_rows);
        for (fields, keep) in [(&[0, 1, 2, 3, 4][..], false), (&[1, 3], false), (&[2], false), (&[1], true)] {
            let one = read(&bytes, fields, 1, keep);
            assert_eq!(one.1, None);
            let rows: usize = one.0.iter().map(|chunk| chunk.numbers.len()).sum();
            assert_eq!(rows, if fields.contains(&3) { ROWS - 2 } else { ROWS });
            for threads in [0, 2, 5, 64] {
                let more = read(&bytes, fields, threads, keep);
                assert!(same(&one, &more), "groups of {group_rows}, {fields:?}, {threads} threads, kept: {keep}");
            }
        }
    }
}

#[test]
fn e3_a_damaged_file_is_told_the_same_by_any_number_of_threads() {
    let all = [0, 1, 2, 3, 4];
    let bytes = file(7_000);
    for cut in [11, bytes.len() / 2, bytes.len() - 1] {
        let one = read(&bytes[..cut], &all, 1, false);
        assert!(one.1.is_some() && same(&one, &read(&bytes[..cut], &all, 2, false)));
    }
    let (mut damaged, mut after_rows) = (0, 0);
    for at in (4..bytes.len()).step_by(bytes.len() / 150 + 1) {
        let mut broken = bytes.clone();
        broken[at..(at + 3).min(bytes.len())].iter_mut().for_each(|byte| *byte ^= 0x55);
        let one = read(&broken, &all, 1, false);
        damaged += usize::from(one.1.is_some());
        after_rows += usize::from(one.1.is_some() && !one.0.is_empty());
        for threads in [2, 5] {
            let more = read(&broken, &all, threads, false);
            assert!(same(&one, &more), "byte {at}, {threads} threads: {:?} and {:?}", one.1, more.1);
        }
    }
    assert!(damaged > 20 && after_rows > 5, "{damaged} damaged, {after_rows} of them after rows");
}

#[test]
fn e3_a_reader_that_is_dropped_early_takes_its_threads_along() {
    let bytes = file(7_000);
    for blocks in 0..40 {
        let mut reader = open(&bytes, &[0, 1, 2, 3, 4], 5, false).unwrap();
        for _ in 0..blocks % 8 {
            assert!(reader.next_block(1000).unwrap().is_some());
        }
    }
    #[cfg(target_os = "linux")]
    {
        // Other tests run beside this one and may have theirs for a moment.
        let names = || {
            let tasks = std::fs::read_dir("/proc/self/task").unwrap();
            let name =
                |task: std::io::Result<std::fs::DirEntry>| std::fs::read_to_string(task.ok()?.path().join("comm")).ok();
            tasks.filter_map(name).filter(|name| name.trim() == "columns").count()
        };
        assert!(names() < 100, "threads are left");
    }
}
