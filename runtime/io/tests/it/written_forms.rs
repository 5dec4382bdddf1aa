//! What stands in result files: the same bytes whoever prepares the rows, whatever form their columns have.

use crate::fixture::*;
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray,
};
use arrow_schema::{DataType, Field as ArrowField, TimeUnit};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use revplay_io::{Format, OutputColumn, Target, WriteOptions, Writer};
use revplay_ir::decimal::format_decimal;
use revplay_ir::time::{format_date, format_timestamp};
use revplay_ir::types::{Type, WEEKDAY};
use std::fs;
use std::path::Path;
use std::sync::Arc;

fn target(folder: &Path, name: &str) -> Target {
    Target::Path(folder.join(name))
}

/// The bytes of a result of these rows, written in parts of so many rows.
fn written(name: &str, format: Format, columns: &[OutputColumn], arrays: &[ArrayRef], part: usize) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let options = WriteOptions::default();
    let mut writer = Writer::create(&target(folder.path(), name), format, columns.to_vec(), &options).unwrap();
    let rows = arrays[0].len();
    for start in (0..rows).step_by(part) {
        let part: Vec<ArrayRef> = arrays.iter().map(|array| array.slice(start, part.min(rows - start))).collect();
        writer.write(&part).unwrap();
    }
    assert_eq!(writer.finish(), Ok(rows as u64));
    fs::read(folder.path().join(name)).unwrap()
}

const FORMATS: [(&str, Format); 4] = [
    ("r.csv", Format::Csv),
    ("r.jsonl", Format::JsonLines),
    ("r.parquet", Format::Parquet),
    ("r.arrow", Format::Arrow),
];

/// Columns of all kinds, with nulls.
fn of_all_kinds(rows: i64) -> (Vec<OutputColumn>, Vec<ArrayRef>) {
    let program = program(vec![field("x", Type::Int)]);
    let weekday = Type::Enum(WEEKDAY);
    let kinds = [
        ("id", Type::Int),
        ("m", Type::Money(EUR)),
        ("s", Type::Decimal(2)),
        ("n", Type::Number),
        ("b", Type::Bool),
        ("d", Type::Date),
        ("ts", Type::Timestamp),
        ("len", Type::Duration),
        ("e", weekday),
        ("t", Type::Target),
    ];
    let columns = kinds.iter().map(|(name, ty)| OutputColumn::value(&program, name, *ty)).collect();
    let some = |by: i64, of: fn(i64) -> i64| -> ArrayRef {
        Arc::new((0..rows).map(|row| (row % by != 0).then(|| of(row))).collect::<Int64Array>())
    };
    let arrays: Vec<ArrayRef> = vec![
        some(i64::MAX, |row| row * 31),
        some(3, |row| row * 7919 - 5000),
        some(4, |row| row % 97),
        Arc::new((0..rows).map(|row| (row % 5 != 0).then_some(row as f64 / 7.0)).collect::<Float64Array>()),
        Arc::new((0..rows).map(|row| (row % 6 != 0).then_some(row % 2 == 0)).collect::<BooleanArray>()),
        some(7, |row| row - 40),
        some(8, |row| row * 1_234_567_891),
        some(9, |row| row * 12_345_678 - 99),
        some(5, |row| row % 8),
        Arc::new(
            (0..rows).map(|row| (row % 4 != 0).then(|| format!("queue \"{}\"", row % 5))).collect::<StringArray>(),
        ),
    ];
    (columns, arrays)
}

#[test]
fn n1_rows_encoded_by_threads_are_the_same_bytes() {
    let (columns, arrays) = of_all_kinds(5000);
    for (name, format) in FORMATS {
        let expected = written(name, format, &columns, &arrays, 700);
        let folder = tempfile::tempdir().unwrap();
        let options = WriteOptions::default();
        let mut writer = Writer::create(&target(folder.path(), name), format, columns.clone(), &options).unwrap();
        let encoded: Vec<_> = std::thread::scope(|scope| {
            let part = |start: usize| {
                let (encoder, arrays) = (writer.encoder(), &arrays);
                scope.spawn(move || {
                    let part: Vec<ArrayRef> = arrays.iter().map(|a| a.slice(start, 700.min(5000 - start))).collect();
                    encoder.encode(&part).unwrap()
                })
            };
            let threads: Vec<_> = (0..5000).step_by(700).map(part).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(encoded.iter().map(|part| part.rows()).sum::<u64>(), 5000);
        encoded.into_iter().for_each(|part| writer.append(part).unwrap());
        assert_eq!(writer.finish(), Ok(5000));
        assert!(fs::read(folder.path().join(name)).unwrap() == expected, "{name}");
    }
    // The same on a thread of their own.
    for (name, format) in FORMATS {
        let folder = tempfile::tempdir().unwrap();
        let options = WriteOptions { threaded: true, ..WriteOptions::default() };
        let create = || Writer::create(&target(folder.path(), name), format, columns.clone(), &options).unwrap();
        let mut dropped = create();
        dropped.write(&arrays).unwrap();
        drop(dropped);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left");
        let mut writer = create();
        for start in (0..5000).step_by(700) {
            let part: Vec<ArrayRef> = arrays.iter().map(|a| a.slice(start, 700.min(5000 - start))).collect();
            writer.write(&part).unwrap();
        }
        assert_eq!(writer.finish(), Ok(5000));
        assert!(fs::read(folder.path().join(name)).unwrap() == written(name, format, &columns, &arrays, 700), "{name}");
    }
    // Rows that were prepared for another kind of file are refused.
    let folder = tempfile::tempdir().unwrap();
    let create = |name: &str, format| {
        Writer::create(&target(folder.path(), name), format, columns.clone(), &WriteOptions::default()).unwrap()
    };
    let (mut text, mut typed) = (create("r.csv", Format::Csv), create("r.parquet", Format::Parquet));
    let (of_text, of_typed) = (text.encoder().encode(&arrays).unwrap(), typed.encoder().encode(&arrays).unwrap());
    assert_eq!(text.append(of_typed).unwrap_err().code, "E0699");
    assert_eq!(typed.append(of_text).unwrap_err().code, "E0699");
}

#[test]
fn n1_columns_encoded_by_threads_are_the_same_bytes() {
    // More rows than a row group has.
    let rows = 270_000;
    let (mut columns, mut arrays) = of_all_kinds(rows);
    let mut nested = arrow_array::builder::ListBuilder::new(arrow_array::builder::Int64Builder::new());
    for row in 0..rows {
        nested.append_value((0..row % 3).map(Some));
    }
    let nested: ArrayRef = Arc::new(nested.finish());
    columns.insert(1, OutputColumn::kept(&arrow_schema::Field::new("kept", nested.data_type().clone(), true)));
    arrays.insert(1, nested);
    let write = |encoders: usize, threaded: bool, finish: bool| {
        let folder = tempfile::tempdir().unwrap();
        let options = WriteOptions { encoders, threaded, ..WriteOptions::default() };
        let to = target(folder.path(), "r.parquet");
        let mut writer = Writer::create(&to, Format::Parquet, columns.clone(), &options).unwrap();
        for start in (0..rows as usize).step_by(45_000) {
            let part: Vec<ArrayRef> = arrays.iter().map(|a| a.slice(start, 45_000)).collect();
            writer.write(&part).unwrap();
        }
        if finish {
            assert_eq!(writer.finish(), Ok(rows as u64));
            return fs::read(folder.path().join("r.parquet")).unwrap();
        }
        drop(writer);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left");
        Vec::new()
    };
    let one = write(0, false, true);
    for (encoders, threaded) in [(1, true), (2, false), (2, true), (5, true), (64, false)] {
        assert!(write(encoders, threaded, true) == one, "{encoders} encoders");
    }
    write(3, true, false);
}

#[test]
fn a_dictionary_is_written_as_its_texts() {
    let texts: Vec<Option<&str>> = vec![Some("a"), None, Some("b, c"), Some(""), Some("a"), Some("\"")];
    let plain: ArrayRef = Arc::new(StringArray::from(texts.clone()));
    let coded: ArrayRef = Arc::new(texts.iter().copied().collect::<DictionaryArray<Int32Type>>());
    // Entries that are null, repeated or not used, and many more of them than rows.
    let entries: Vec<Option<String>> = (0..100).map(|i| (i != 7).then(|| format!("w{i}"))).collect();
    let mut entries: StringArray = entries.into_iter().collect();
    let odd: ArrayRef = {
        let keys = arrow_array::Int32Array::from(vec![Some(3), Some(7), None, Some(99), Some(3), Some(0)]);
        Arc::new(DictionaryArray::new(keys, Arc::new(entries.clone())))
    };
    let odd_plain: ArrayRef =
        Arc::new(StringArray::from(vec![Some("w3"), None, None, Some("w99"), Some("w3"), Some("w0")]));
    entries = StringArray::from(vec![Some("x"), Some("x"), None]);
    let few: ArrayRef = {
        let keys = arrow_array::Int32Array::from(vec![Some(0), Some(1), None, Some(2), Some(0), Some(1)]);
        Arc::new(DictionaryArray::new(keys, Arc::new(entries)))
    };
    let few_plain: ArrayRef = Arc::new(StringArray::from(vec![Some("x"), Some("x"), None, None, Some("x"), Some("x")]));
    for ty in [Type::Text, Type::Target, Type::Enum(WEEKDAY)] {
        let columns = [OutputColumn::plain("t", ty), OutputColumn::plain("u", Type::Text)];
        for (coded, plain) in [(&coded, &plain), (&odd, &odd_plain), (&few, &few_plain)] {
            for (name, format) in FORMATS {
                let [coded, plain] =
                    [coded, plain].map(|t| written(name, format, &columns, &[t.clone(), plain.clone()], 6));
                match format {
                    Format::Parquet => assert_eq!(texts_of(coded), texts_of(plain), "{ty:?}"),
                    _ => assert!(coded == plain, "{name} {ty:?}"),
                }
            }
        }
    }
    // The form may change from part to part.
    for (first, second) in [(&coded, &plain), (&plain, &coded)] {
        let folder = tempfile::tempdir().unwrap();
        let columns = vec![OutputColumn::plain("t", Type::Target)];
        let target = target(folder.path(), "r.parquet");
        let mut writer = Writer::create(&target, Format::Parquet, columns, &WriteOptions::default()).unwrap();
        writer.write(std::slice::from_ref(first)).unwrap();
        writer.write(std::slice::from_ref(second)).unwrap();
        writer.finish().unwrap();
        let read = texts_of(fs::read(folder.path().join("r.parquet")).unwrap());
        assert_eq!(read.len(), 12);
        assert_eq!(read[..6], read[6..]);
    }
}

/// The first column of a Parquet file of texts.
fn texts_of(bytes: Vec<u8>) -> Vec<Option<String>> {
    use arrow_array::cast::AsArray;
    let file = spooled(&bytes);
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let batches: Vec<_> = reader.map(Result::unwrap).collect();
    let texts = batches.iter().flat_map(|batch| batch.column(0).as_string::<i32>().iter());
    texts.map(|text| text.map(str::to_owned)).collect()
}

fn spooled(bytes: &[u8]) -> fs::File {
    use std::io::{Seek, Write};
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

#[test]
fn parquet_readers_see_the_types_of_the_result() {
    let (columns, arrays) = of_all_kinds(3000);
    for rows in [0, 3000] {
        let part: Vec<ArrayRef> = arrays.iter().map(|array| array.slice(0, rows)).collect();
        let bytes = written("r.parquet", Format::Parquet, &columns, &part, 1500);
        let builder = ParquetRecordBatchReaderBuilder::try_new(spooled(&bytes)).unwrap();
        let types: Vec<DataType> = builder.schema().fields().iter().map(|f| f.data_type().clone()).collect();
        let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let expected = [
            DataType::Int64,
            DataType::Decimal128(18, 2),
            DataType::Decimal128(18, 2),
            DataType::Float64,
            DataType::Boolean,
            DataType::Date32,
            utc,
            DataType::Duration(TimeUnit::Microsecond),
            DataType::Utf8,
            DataType::Utf8,
        ];
        assert_eq!(types, expected);
        let groups = builder.metadata().row_groups().to_vec();
        assert_eq!(groups.len(), usize::from(rows > 0));
        for part in groups.iter().flat_map(|group| group.columns()) {
            assert!(part.statistics().is_some(), "{}", part.column_path());
        }
        // A key repeats nothing, a score does.
        if let Some(group) = groups.first() {
            let coded = |column: usize| group.column(column).dictionary_page_offset().is_some();
            assert_eq!([0, 2, 3, 8, 9].map(coded), [false, true, false, true, true]);
        }
    }
}

#[test]
fn kept_columns_of_common_types() {
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![Some(-7), None])),
        Arc::new(BooleanArray::from(vec![Some(true), None])),
        Arc::new(Date32Array::from(vec![Some(20_780), None])),
        Arc::new(TimestampMicrosecondArray::from(vec![Some(1_795_420_800_000_001), None])),
        Arc::new(TimestampMicrosecondArray::from(vec![Some(-1), None]).with_timezone("Europe/Berlin")),
        Arc::new(Float64Array::from(vec![Some(f64::INFINITY), Some(f64::NAN)])),
    ];
    let kept = |(i, array): (usize, &ArrayRef)| {
        OutputColumn::kept(&ArrowField::new(format!("c{i}"), array.data_type().clone(), true))
    };
    let columns: Vec<_> = arrays.iter().enumerate().map(kept).collect();
    let text = |name: &str, format| String::from_utf8(written(name, format, &columns, &arrays, 2)).unwrap();
    assert_eq!(
        text("r.csv", Format::Csv),
        "c0,c1,c2,c3,c4,c5\n-7,true,2026-11-23,2026-11-23T08:00:00.000001,1969-12-31T23:59:59.999999Z,inf\n,,,,,NaN\n"
    );
    let first = "{\"c0\":-7,\"c1\":true,\"c2\":\"2026-11-23\",\"c3\":\"2026-11-23T08:00:00.000001\",\
                 \"c4\":\"1969-12-31T23:59:59.999999Z\",\"c5\":\"inf\"}\n";
    assert!(text("r.jsonl", Format::JsonLines).starts_with(first));
    // A separator that stands in the cells makes quotes necessary.
    let folder = tempfile::tempdir().unwrap();
    let dash = WriteOptions { separator: Some(b'-'), ..WriteOptions::default() };
    let mut writer = Writer::create(&target(folder.path(), "r.csv"), Format::Csv, columns, &dash).unwrap();
    writer.write(&arrays).unwrap();
    writer.finish().unwrap();
    let text = fs::read_to_string(folder.path().join("r.csv")).unwrap();
    assert_eq!(
        text.lines().nth(1),
        Some("\"-7\"-true-\"2026-11-23\"-\"2026-11-23T08:00:00.000001\"-\"1969-12-31T23:59:59.999999Z\"-inf")
    );
}

type Row = (Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<String>);

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// The form of every cell, the slow way.
    #[test]
    fn csv_bytes_are_those_of_the_slow_way(
        rows in vec((option::of(any::<i64>()), option::of(-100_000..100_000_i64), option::of(-800_000..3_000_000_i64),
            option::of(any::<i64>()), option::of(-1..9_i64), option::of("[a,;\"\n\r äβ\u{1f600}-]{0,40}")), 1..20),
        separator in prop_oneof![Just(b','), Just(b';'), Just(b'-'), Just(b'a')],
        from in 0..3_usize,
    ) {
        let rows: Vec<Row> = rows;
        let program = program(vec![field("x", Type::Int)]);
        let kinds = [Type::Int, Type::Money(EUR), Type::Date, Type::Timestamp, Type::Enum(WEEKDAY), Type::Text];
        let column = |(i, ty): (usize, &Type)| OutputColumn::value(&program, &i.to_string(), *ty);
        let columns: Vec<_> = kinds.iter().enumerate().map(column).collect();
        let int = |of: fn(&Row) -> Option<i64>| -> ArrayRef { Arc::new(rows.iter().map(of).collect::<Int64Array>()) };
        let text: StringArray = rows.iter().map(|r| r.5.clone()).collect();
        let arrays: Vec<ArrayRef> =
            vec![int(|r| r.0), int(|r| r.1), int(|r| r.2), int(|r| r.3), int(|r| r.4), Arc::new(text)];
        let from = from.min(rows.len());
        let arrays: Vec<ArrayRef> = arrays.iter().map(|array| array.slice(from, rows.len() - from)).collect();
        let folder = tempfile::tempdir().unwrap();
        let options = WriteOptions { separator: Some(separator), ..WriteOptions::default() };
        let mut writer = Writer::create(&target(folder.path(), "r.csv"), Format::Csv, columns, &options).unwrap();
        writer.write(&arrays).unwrap();
        writer.finish().unwrap();
        let quoted = |text: &str| match text {
            "" => "\"\"".to_owned(),
            text if text.bytes().any(|b| b == separator || b"\"\n\r".contains(&b)) => {
                format!("\"{}\"", text.replace('"', "\"\""))
            }
            text => text.to_owned(),
        };
        let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let label = |n: i64| usize::try_from(n).ok().and_then(|n| days.get(n)).map_or(String::new(), |d| quoted(d));
        let line = |r: &Row| {
            let cells = [
                r.0.map(|n| n.to_string()),
                r.1.map(|n| format_decimal(n, 2)),
                r.2.map(format_date),
                r.3.map(format_timestamp),
                r.4.map(label),
                r.5.as_deref().map(quoted),
            ];
            cells.map(Option::unwrap_or_default).join(&char::from(separator).to_string()) + "\n"
        };
        let header = ["0", "1", "2", "3", "4", "5"].join(&char::from(separator).to_string()) + "\n";
        let expected = header + &rows[from..].iter().map(line).collect::<String>();
        prop_assert_eq!(fs::read_to_string(folder.path().join("r.csv")).unwrap(), expected);
    }

    /// JSON reads back as what it was.
    #[test]
    fn json_texts_read_back(texts in vec(option::of("[a\"\\\\\u{0}-\u{1f}/ äβ\u{1f600}]{0,40}"), 1..20)) {
        let array: ArrayRef = Arc::new(StringArray::from(texts.clone()));
        let coded: ArrayRef = arrow_cast::cast(&array, &DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))).unwrap();
        let columns = [OutputColumn::plain("t", Type::Text), OutputColumn::plain("u", Type::Text)];
        let bytes = written("r.jsonl", Format::JsonLines, &columns, &[array, coded], 7);
        let lines = std::str::from_utf8(&bytes).unwrap().lines();
        let read: Vec<serde_json::Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
        prop_assert_eq!(read, texts.iter().map(|t| serde_json::json!({"t": t, "u": t})).collect::<Vec<_>>());
    }
}
