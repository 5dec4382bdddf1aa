use crate::output::{OutputColumn, WriteOptions, Writer};
use crate::{Format, Target};
use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, BooleanArray, DictionaryArray, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::basic::Encoding;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData};
use revplay_ir::types::Type;
use std::fs::File;
use std::ops::Range;
use std::sync::Arc;

/// What a column holds in a row.
type Value<T> = fn(i64) -> Option<T>;

const INTS: [Value<i64>; 6] = [
    |n| (n % 7 != 0).then_some(n % 11 - 5),
    Some,
    // More values than a dictionary takes.
    |n| Some(n * 977 % 90_001),
    |_| None,
    |n| (n > 200_000).then_some(i64::MIN + n % 3),
    |_| Some(i64::MAX),
];
const FLAGS: [Value<bool>; 3] = [|n| (n % 5 != 1).then_some(n % 3 == 0), |_| Some(true), |_| None];
const TEXTS: [Value<String>; 3] = [
    |n| (n % 13 != 2).then(|| ["", "B", "a", "ü, \"quoted\""][(n % 4) as usize].to_owned()),
    |n| Some(format!("{}{n}", "long ".repeat((n % 20) as usize))),
    |_| None,
];

fn texts(rows: Range<i64>, value: Value<String>) -> ArrayRef {
    // Entries in an order that differs from batch to batch, one of them missing, not all of them used.
    let mut entries: Vec<Option<String>> = vec![Some("unused".to_owned()), None];
    let mut keys = Vec::new();
    for row in rows {
        let value = value(row);
        let recent = entries.iter().rev().take(6).position(|entry| *entry == value);
        keys.push(match recent {
            Some(back) => (entries.len() - 1 - back) as i32,
            None => {
                entries.push(value);
                entries.len() as i32 - 1
            }
        });
    }
    let entries: StringArray = entries.into_iter().collect();
    Arc::new(DictionaryArray::<Int32Type>::new(Int32Array::from(keys), Arc::new(entries)))
}

fn batch(rows: Range<i64>) -> Vec<ArrayRef> {
    let ints = INTS.iter().map(|value| Arc::new(rows.clone().map(value).collect::<Int64Array>()) as ArrayRef);
    let flags = FLAGS.iter().map(|value| Arc::new(rows.clone().map(value).collect::<BooleanArray>()) as ArrayRef);
    ints.chain(flags).chain(TEXTS.iter().map(|value| texts(rows.clone(), *value))).collect()
}

fn written(ends: &[i64], zstd: bool) -> (Vec<RecordBatch>, Arc<ParquetMetaData>) {
    let kinds = [Type::Int; 6].into_iter().chain([Type::Bool; 3]).chain([Type::Text; 3]);
    let columns = kinds.enumerate().map(|(n, ty)| OutputColumn::plain(&format!("c{n}"), ty)).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.parquet");
    let options = WriteOptions { zstd, ..WriteOptions::default() };
    let mut writer = Writer::create(&Target::Path(path.clone()), Format::Parquet, columns, &options).unwrap();
    let mut start = 0;
    for end in ends {
        writer.write(&batch(start..*end)).unwrap();
        start = *end;
    }
    writer.finish().unwrap();
    let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Required);
    let reader = ParquetRecordBatchReaderBuilder::try_new_with_options(File::open(path).unwrap(), options).unwrap();
    let about = reader.metadata().clone();
    (reader.build().unwrap().map(Result::unwrap).collect(), about)
}

#[test]
fn pages_hold_what_was_written() {
    for (ends, zstd) in [(&[1, 40_000, 40_000, 56_385, 300_000][..], false), (&[2000, 40_000][..], true)] {
        let (batches, about) = written(ends, zstd);
        let mut row = 0;
        for batch in &batches {
            let rows = row..row + batch.num_rows() as i64;
            for (array, value) in batch.columns().iter().zip(INTS) {
                assert_eq!(array.as_primitive(), &rows.clone().map(value).collect::<Int64Array>());
            }
            for (array, value) in batch.columns()[6..].iter().zip(FLAGS) {
                assert_eq!(array.as_boolean(), &rows.clone().map(value).collect::<BooleanArray>());
            }
            for (array, value) in batch.columns()[9..].iter().zip(TEXTS) {
                let mut expected = StringBuilder::new();
                rows.clone().for_each(|row| expected.append_option(value(row)));
                assert_eq!(array.data_type(), &DataType::Utf8);
                assert_eq!(array.as_string(), &expected.finish());
            }
            row = rows.end;
        }
        assert_eq!(Some(&row), ends.last());
        assert_eq!(about.num_row_groups(), if row > 262_144 { 2 } else { 1 });
        let encodings = |column: usize| about.row_group(0).column(column).encodings().collect::<Vec<_>>();
        assert!(encodings(0).contains(&Encoding::RLE_DICTIONARY));
        assert_eq!(encodings(1).contains(&Encoding::RLE_DICTIONARY), ends[0] == 1, "keys, if they look like keys");
    }
}

#[test]
fn smallest_and_largest_values_are_said_and_never_wrong() {
    let (_, about) = written(&[70_000, 300_000], false);
    let mut start = 0;
    for group in about.row_groups() {
        let rows = start..start + group.num_rows();
        for (column, value) in group.columns().iter().zip(INTS) {
            let known = || rows.clone().filter_map(value);
            let statistics = column.statistics().unwrap();
            let edge = |bytes: Option<&[u8]>| bytes.map(|bytes| i64::from_le_bytes(bytes.try_into().unwrap()));
            assert_eq!(edge(statistics.min_bytes_opt()), known().min());
            assert_eq!(edge(statistics.max_bytes_opt()), known().max());
            assert_eq!(statistics.null_count_opt(), Some(rows.clone().count() as u64 - known().count() as u64));
        }
        let text = group.column(9).statistics().unwrap();
        assert_eq!((text.min_bytes_opt(), text.max_bytes_opt()), (Some(&b""[..]), Some("ü, \"quoted\"".as_bytes())));
        let long = group.column(10).statistics().unwrap();
        assert_eq!((long.min_bytes_opt(), long.null_count_opt()), (None, Some(0)), "too long to be worth it");
        let flags: Vec<_> = (6..9).map(|n| group.column(n).statistics().unwrap().clone()).collect();
        assert_eq!(flags[0].min_bytes_opt().zip(flags[0].max_bytes_opt()), Some((&[0][..], &[1][..])));
        assert_eq!(flags[1].min_bytes_opt(), Some(&[1][..]));
        assert_eq!(flags[2].min_bytes_opt(), None);
        start = rows.end;
    }
}
