//! What is written reads back the same; what others write is read as they mean it.

use crate::fixture::*;
use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use revplay_io::{Format, OutputColumn, ReadOptions, Source, Target, WriteOptions, Writer};
use revplay_ir::program::{Field, Program};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::sync::Arc;

/// A field of each kind; texts verbatim, so that nothing is trimmed.
fn all_kinds() -> (Program, Vec<OutputColumn>) {
    let kinds = [
        ("i", Type::Int),
        ("n", Type::Number),
        ("p", Type::Percent),
        ("m", Type::Money(EUR)),
        ("b", Type::Bool),
        ("t", Type::Text),
        ("d", Type::Date),
        ("ts", Type::Timestamp),
        ("len", Type::Duration),
        ("e", Type::Enum(revplay_ir::types::WEEKDAY)),
    ];
    let fields = kinds.iter().map(|(name, ty)| Field { verbatim: true, ..optional(name, *ty) });
    let program = program(fields.collect());
    let columns = kinds.iter().map(|(name, ty)| OutputColumn::value(&program, name, *ty)).collect();
    (program, columns)
}

type Cells = (
    (Option<i64>, Option<f64>, Option<f64>, Option<i64>, Option<bool>),
    (Option<String>, Option<i64>, Option<i64>, Option<i64>, Option<i64>),
);

fn row() -> impl Strategy<Value = Cells> {
    let number = || option::of(any::<f64>().prop_filter("finite", |x| x.is_finite()));
    // A blank text reads back as missing: promise M1.
    let text =
        "[ -~äöü€\u{85}\u{2028}\u{1f600}\n\r\t\",;']{0,12}".prop_map(|t| Some(t).filter(|t| !t.trim().is_empty()));
    let money = -999_999_999_999_999_999_i64..=999_999_999_999_999_999;
    (
        (option::of(any::<i64>()), number(), number(), option::of(money), option::of(any::<bool>())),
        (
            text,
            option::of(-719_162_i64..=2_932_896),
            option::of(-62_135_596_800_000_000_i64..=253_402_300_799_999_999),
            option::of(any::<i64>()),
            option::of(0_i64..7),
        ),
    )
}

fn arrays(rows: &[Cells]) -> Vec<ArrayRef> {
    fn ints(rows: &[Cells], of: fn(&Cells) -> Option<i64>) -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<Int64Array>())
    }
    fn nums(rows: &[Cells], of: fn(&Cells) -> Option<f64>) -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<Float64Array>())
    }
    vec![
        ints(rows, |r| r.0.0),
        nums(rows, |r| r.0.1),
        nums(rows, |r| r.0.2),
        ints(rows, |r| r.0.3),
        Arc::new(rows.iter().map(|r| r.0.4).collect::<BooleanArray>()),
        Arc::new(rows.iter().map(|r| r.1.0.clone()).collect::<StringArray>()),
        ints(rows, |r| r.1.1),
        ints(rows, |r| r.1.2),
        ints(rows, |r| r.1.3),
        ints(rows, |r| r.1.4),
    ]
}

fn round_trip(rows: &[Cells], name: &str, format: Format, options: &WriteOptions) -> Taken {
    let (program, columns) = all_kinds();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let mut writer = Writer::create(&Target::Path(path.clone()), format, columns, options).unwrap();
    for part in rows.chunks(3) {
        writer.write(&arrays(part)).unwrap();
    }
    assert_eq!(writer.finish(), Ok(rows.len() as u64));
    read_source(&program, &Source::Path(path), format, None, &ReadOptions::default(), 4).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn results_read_back_the_same(rows in vec(row(), 0..12), which in 0..5_usize) {
        let tab = WriteOptions { separator: Some(b';'), ..WriteOptions::default() };
        let zstd = WriteOptions { zstd: true, ..WriteOptions::default() };
        let plain = WriteOptions::default();
        let (name, format, options) = [
            ("r.csv", Format::Csv, &plain),
            ("r.tsv", Format::Csv, &plain),
            ("r.csv.gz", Format::Csv, &tab),
            ("r.parquet", Format::Parquet, &plain),
            ("r.parquet", Format::Parquet, &zstd),
        ][which];
        let taken = round_trip(&rows, name, format, options);
        prop_assert_eq!(&taken.rejects, &Vec::new());
        let expected = arrays(&rows);
        prop_assert_eq!(taken.rows.len(), rows.len());
        for (i, row) in taken.rows.iter().enumerate() {
            for (array, value) in expected.iter().zip(row) {
                let same = match (cell(array, i), value) {
                    (Value::Num(a), Value::Num(b)) => a.to_bits() == b.to_bits(),
                    (a, b) => a == *b,
                };
                prop_assert!(same, "{:?} became {:?}", cell(array, i), value);
            }
        }
    }

    #[test]
    fn one_column_of_texts_reads_back(texts in vec(option::of("[a\n\r\" ]{0,4}"), 0..12)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.csv");
        let columns = vec![OutputColumn::plain("t", Type::Text)];
        let mut writer = Writer::create(&Target::Path(path.clone()), Format::Csv, columns, &WriteOptions::default()).unwrap();
        writer.write(&[Arc::new(StringArray::from(texts.clone()))]).unwrap();
        writer.finish().unwrap();
        let program = program(vec![Field { verbatim: true, ..optional("t", Type::Text) }]);
        let taken = read_source(&program, &Source::Path(path), Format::Csv, None, &ReadOptions::default(), 100).unwrap();
        let read: Vec<Value> = taken.rows.into_iter().map(|mut row| row.remove(0)).collect();
        let known = |t: &Option<String>| t.as_deref().filter(|t| !t.trim().is_empty()).map_or(Value::Missing, Value::text);
        prop_assert_eq!(read, texts.iter().map(known).collect::<Vec<_>>());
    }

    #[test]
    fn files_of_the_csv_crate_are_read_as_it_means_them(rows in vec(vec("[a,;\n\r\" x]{0,5}", 3), 0..10), crlf: bool) {
        let end = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new().terminator(end).from_writer(Vec::new());
        writer.write_record(["a", "b", "c"]).unwrap();
        rows.iter().for_each(|row| writer.write_record(row).unwrap());
        let bytes = writer.into_inner().unwrap();
        let keep = ReadOptions { keep: true, ..ReadOptions::default() };
        let source = Source::Memory("m".into(), bytes.into());
        let program = program(vec![optional("a", Type::Text)]);
        let taken = read_source(&program, &source, Format::Csv, None, &keep, 100).unwrap();
        prop_assert_eq!(&taken.rejects, &Vec::new());
        prop_assert_eq!(taken.rows.len(), rows.len());
        for chunk in &taken.chunks {
            for (i, row) in rows.iter().enumerate() {
                for (column, text) in chunk.kept.as_ref().unwrap().columns().iter().zip(row) {
                    let expected = if text.is_empty() { Value::Missing } else { Value::text(text) };
                    prop_assert_eq!(cell(column, i), expected);
                }
            }
        }
    }

    #[test]
    fn e3_no_bytes_crash_the_reader(bytes in vec(prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r'), Just(b'a'), any::<u8>()], 0..200)) {
        let program = program(vec![optional("a", Type::Text), optional("b", Type::Int)]);
        let text = [b"a,b\n".as_slice(), &bytes].concat();
        if let Ok(taken) = read_csv(&program, &text) {
            // Each row is good or rejected.
            let mut seen: Vec<u64> = taken.rejects.iter().map(|r| r.row).chain(taken.numbers.iter().copied()).collect();
            seen.sort_unstable();
            seen.dedup();
            prop_assert_eq!(seen.len() as u64, taken.numbers.len() as u64 + taken.rejected_rows);
            prop_assert!(seen.iter().copied().eq(1..=seen.len() as u64));
        }
        let _ = read_csv(&program, &bytes);
        let source = Source::Memory("m".into(), bytes.into());
        let _ = read_source(&program, &source, Format::Parquet, None, &ReadOptions::default(), 100);
    }
}
