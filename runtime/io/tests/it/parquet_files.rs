//! Parquet as other tools write it.

use crate::fixture::*;
use arrow_array::types::{Int32Type, TimestampNanosecondType};
use arrow_array::*;
use arrow_schema::{DataType, Field as ArrowField, Schema};
use parquet::arrow::ArrowWriter;
use revplay_io::{Chunk, Format, IoError, ReadOptions, Reader, Source};
use revplay_ir::program::{Const, Field, FieldId, Program};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::sync::Arc;

fn file(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let fields: Vec<ArrowField> =
        columns.iter().map(|(name, array)| ArrowField::new(*name, array.data_type().clone(), true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, schema.clone(), None).unwrap();
    writer.write(&RecordBatch::try_new(schema, arrays).unwrap()).unwrap();
    writer.close().unwrap();
    bytes
}

fn read(program: &Program, bytes: &[u8], keep: bool, rows: usize) -> Result<Taken, IoError> {
    let source = Source::Memory("leads.parquet".into(), bytes.into());
    read_source(program, &source, Format::Parquet, None, &ReadOptions { keep, ..ReadOptions::default() }, rows)
}

/// One column `x` read into a field: its values, and the reasons of bad cells.
fn column(field: Field, array: ArrayRef) -> (Vec<Value>, Vec<String>) {
    let program = program(vec![Field { name: "x".into(), ..field }]);
    let taken = read(&program, &file(vec![("x", array)]), false, 100).unwrap();
    let reasons = taken.reasons().iter().map(|r| (*r).to_owned()).collect();
    (taken.rows.into_iter().map(|mut row| row.remove(0)).collect(), reasons)
}

#[test]
fn ints_of_any_width() {
    let int = optional("x", Type::Int);
    let arrays: [ArrayRef; 4] = [
        Arc::new(Int8Array::from(vec![Some(7), None])),
        Arc::new(UInt32Array::from(vec![Some(7), None])),
        Arc::new(Float64Array::from(vec![Some(7.0), Some(f64::NAN)])),
        Arc::new(Decimal128Array::from(vec![Some(700), None]).with_precision_and_scale(10, 2).unwrap()),
    ];
    for array in arrays {
        assert_eq!(column(int.clone(), array), (vec![Value::Int(7), Value::Missing], vec![]));
    }
    let huge: ArrayRef = Arc::new(UInt64Array::from(vec![u64::MAX, 7]));
    assert_eq!(column(int.clone(), huge), (vec![Value::Int(7)], vec!["the whole number is too large".into()]));
    let halves: ArrayRef = Arc::new(Float64Array::from(vec![7.5, f64::INFINITY]));
    assert_eq!(column(int, halves).1.len(), 2);
}

#[test]
fn e2_money_is_exact_from_any_column() {
    let money = optional("x", Type::Money(EUR));
    let floats: ArrayRef = Arc::new(Float64Array::from(vec![1234.5, 0.07, 0.1 + 0.2, f64::NAN]));
    let (values, reasons) = column(money.clone(), floats);
    assert_eq!(values, [Value::Int(123_450), Value::Int(7), Value::Missing]);
    assert_eq!(reasons, ["more than 2 decimals: nothing is rounded"]);
    let decimals = Decimal128Array::from(vec![12_3400, 12_3401]).with_precision_and_scale(18, 4).unwrap();
    let (values, reasons) = column(money.clone(), Arc::new(decimals));
    assert_eq!((values, reasons.len()), (vec![Value::Int(1234)], 1));
    let texts: ArrayRef = Arc::new(LargeStringArray::from(vec!["€ 12.30", "$1"]));
    let (values, reasons) = column(money.clone(), texts);
    assert_eq!(values, [Value::Int(1230)]);
    assert_eq!(reasons, ["`$` is not EUR: amounts are not converted"]);
    assert_eq!(column(money, Arc::new(Int32Array::from(vec![12]))).0, [Value::Int(1200)]);
}

#[test]
fn texts_and_labels() {
    let dictionary: DictionaryArray<Int32Type> = vec![Some(" a "), None, Some("b")].into_iter().collect();
    let arrays: [ArrayRef; 3] = [
        Arc::new(dictionary),
        Arc::new(StringViewArray::from(vec![Some("a"), Some("  "), Some("b")])),
        Arc::new(BinaryArray::from(vec![Some(b"a".as_slice()), None, Some(b"b")])),
    ];
    for array in arrays {
        let (values, reasons) = column(optional("x", Type::Text), array);
        assert_eq!((values, reasons.len()), (vec![Value::text("a"), Value::Missing, Value::text("b")], 0));
    }
    let bytes: ArrayRef = Arc::new(BinaryArray::from(vec![b"\xff\xfe".as_slice()]));
    assert_eq!(column(field("x", Type::Text), bytes).1.len(), 1);
    assert_eq!(column(field("x", Type::Text), Arc::new(Int64Array::from(vec![42]))).0, [Value::text("42")]);
    let missing = Field { missing: vec!["-1".into()], ..optional("x", Type::Int) };
    assert_eq!(column(missing, Arc::new(Int64Array::from(vec![-1, 3]))).0, [Value::Missing, Value::Int(3)]);
}

#[test]
fn n4_times_of_all_units_and_zones() {
    let stamp = optional("x", Type::Timestamp);
    let nine = 1_795_424_400_i64; // 2026-11-23T09:00:00
    let utc: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![Some(nine * 1000), None]).with_timezone("UTC"));
    assert_eq!(column(stamp.clone(), utc).0, [Value::Int(nine * 1_000_000), Value::Missing]);
    let local: ArrayRef = Arc::new(PrimitiveArray::<TimestampNanosecondType>::from(vec![nine * 1_000_000_000 + 1999]));
    assert_eq!(column(stamp.clone(), local).0, [Value::Int((nine - 3600) * 1_000_000 + 1)], "Berlin, winter");
    let skipped = 1_774_751_400; // 2026-03-29T02:30:00
    let array: ArrayRef = Arc::new(TimestampSecondArray::from(vec![skipped, i64::MAX]));
    let (values, reasons) = column(stamp.clone(), array);
    assert!(values.is_empty() && reasons[0].contains("the clock skips") && reasons[1].contains("years"), "{reasons:?}");
    let days: ArrayRef = Arc::new(Date32Array::from(vec![20_000]));
    assert_eq!(column(stamp, days).0, [Value::Int((20_000 * 86_400 - 7200) * 1_000_000)], "start of the day, summer");
    let date = optional("x", Type::Date);
    assert_eq!(column(date.clone(), Arc::new(Date64Array::from(vec![86_400_000]))).0, [Value::Int(1)]);
    let midnight: ArrayRef = Arc::new(TimestampSecondArray::from(vec![86_400, 86_401]));
    let (values, reasons) = column(date, midnight);
    assert_eq!((values, reasons.len()), (vec![Value::Int(1)], 1));
}

#[test]
fn columns_of_another_kind_are_an_error_of_the_file() {
    let bytes = file(vec![("x", Arc::new(BooleanArray::from(vec![true])) as ArrayRef)]);
    let error = read(&program(vec![field("x", Type::Money(EUR))]), &bytes, false, 10).unwrap_err();
    assert_eq!(error.code, "E0609");
    assert_eq!(error.message, "the column `x` holds true and false, but the field `x` is an amount of money");
    assert_eq!(read(&program(vec![field("y", Type::Int)]), &bytes, false, 10).unwrap_err().code, "E0606");
}

#[test]
fn only_needed_columns_and_kept_ones() {
    let n: ArrayRef = Arc::new(Int64Array::from((0..20_000).map(|i| (i % 5 != 0).then_some(i)).collect::<Vec<_>>()));
    let other: ArrayRef = Arc::new(StringArray::from((0..20_000).map(|i| format!("t{i}")).collect::<Vec<_>>()));
    let bytes = file(vec![("other", other), ("n", n)]);
    let program = program(vec![defaulted("z", Type::Int, Const::Int(9)), field("n", Type::Int)]);
    for rows in [1000, 7777, 100_000] {
        let taken = read(&program, &bytes, true, rows).unwrap();
        assert_eq!((taken.rows.len(), taken.rejected_rows), (16_000, 4000));
        assert_eq!(taken.rejects[1].row, 6);
        for chunk in &taken.chunks {
            let kept = chunk.kept.as_ref().unwrap();
            for (i, number) in chunk.numbers.iter().enumerate() {
                assert_eq!(cell(kept.column(0), i), Value::text(&format!("t{}", number - 1)));
            }
        }
        assert_eq!(taken.report.unused, ["other"]);
    }
    assert_eq!(read(&program, &bytes, false, 10_000).unwrap().rows[0], [Value::Int(9), Value::Int(1)]);
    let none = crate::fixture::program(vec![defaulted("z", Type::Int, Const::Int(9))]);
    assert_eq!(read(&none, &bytes, false, 10_000).unwrap().rows.len(), 20_000, "rows without a column");
}

#[test]
fn e3_damaged_files() {
    let n: ArrayRef = Arc::new(Int64Array::from((0..5000).collect::<Vec<_>>()));
    let t: ArrayRef = Arc::new(StringArray::from((0..5000).map(|i| format!("t{}", i % 77)).collect::<Vec<_>>()));
    let bytes = file(vec![("n", n), ("t", t)]);
    let program = program(vec![field("n", Type::Int), field("t", Type::Text)]);
    for cut in [0, 3, 11, 12, bytes.len() / 2, bytes.len() - 1] {
        let error = read(&program, &bytes[..cut], false, 100).unwrap_err();
        assert_eq!(error.code, "E0608", "cut at {cut}");
        assert_eq!(error.path, "leads.parquet");
    }
    assert_eq!(read(&program, b"n,t\n1,2\n3,4\n5,6\n", false, 100).unwrap_err().code, "E0608");
    let empty = file(vec![
        ("n", Arc::new(Int64Array::from(Vec::<i64>::new())) as ArrayRef),
        ("t", new_null_array(&DataType::Utf8, 0)),
    ]);
    assert_eq!(read(&program, &empty, false, 100).unwrap().rows.len(), 0);
    // A flipped byte gives wrong values, rejects or an error; never a crash.
    for at in (4..bytes.len()).step_by(bytes.len() / 400 + 1) {
        let mut broken = bytes.clone();
        broken[at] ^= 0x55;
        let _ = read(&program, &broken, false, 100);
    }
}

/// A file whose row groups have so many rows.
fn grouped(columns: Vec<(&str, ArrayRef)>, group_rows: usize) -> Vec<u8> {
    use parquet::file::properties::WriterProperties;
    let fields: Vec<ArrowField> =
        columns.iter().map(|(name, array)| ArrowField::new(*name, array.data_type().clone(), true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(group_rows))
        .set_data_page_row_count_limit(group_rows / 3 + 1)
        .set_dictionary_page_size_limit(2000)
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, schema.clone(), Some(properties)).unwrap();
    writer.write(&RecordBatch::try_new(schema, arrays).unwrap()).unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn e2_row_groups_with_dictionaries_of_their_own() {
    let rows = 40_000;
    let few = |i: usize| (!i.is_multiple_of(11)).then(|| format!(" {} ", ["a", "b", "A", "c"][(i / 9000 + i) % 4]));
    let many = |i: usize| (!i.is_multiple_of(13)).then(|| format!("text {}", i * 7919 % 30_000));
    let stage = |i: usize| Some(["low", "HIGH", "mid"][(i / 5000 + i) % 3]);
    let text =
        |of: &dyn Fn(usize) -> Option<String>| -> ArrayRef { Arc::new((0..rows).map(of).collect::<StringArray>()) };
    let n: ArrayRef = Arc::new((0..rows).map(|i| Some(i as i64)).collect::<Int64Array>());
    let columns = |bad: Option<usize>| {
        let stages = (0..rows).map(|i| if Some(i) == bad { Some("none") } else { stage(i) });
        vec![
            ("n", n.clone()),
            ("few", text(&few)),
            ("many", text(&many)),
            ("stage", Arc::new(stages.collect::<StringArray>()) as ArrayRef),
        ]
    };
    let mut program = program(vec![
        field("n", Type::Int),
        optional("few", Type::Text),
        optional("many", Type::Text),
        field("stage", Type::Int),
    ]);
    program.fields[3].ty = with_enum(&mut program, &["low", "mid", "high"], &[]);
    let value = |text: Option<String>| text.map_or(Value::Missing, |t| Value::text(t.trim()));
    for group_rows in [7, 6000, 1 << 20] {
        for bad in [None, Some(20_500)] {
            let bytes = grouped(columns(bad), group_rows);
            for keep in [false, true] {
                let taken = read(&program, &bytes, keep, 16_384).unwrap();
                assert_eq!(taken.rejected_rows, u64::from(bad.is_some()));
                assert_eq!(taken.rows.len(), rows - usize::from(bad.is_some()));
                if let Some(bad) = bad {
                    assert_eq!((taken.rejects[0].row, taken.rejects[0].value.as_str()), (bad as u64 + 1, "none"));
                }
                for (row, number) in taken.rows.iter().zip(&taken.numbers) {
                    let i = *number as usize - 1;
                    let label = ["low", "mid", "high"].iter().position(|l| l.eq_ignore_ascii_case(stage(i).unwrap()));
                    let label = Value::Int(label.unwrap() as i64);
                    assert_eq!(row, &[Value::Int(i as i64), value(few(i)), value(many(i)), label]);
                }
                let mut kept = taken.chunks.iter().filter_map(|chunk| chunk.kept.as_ref());
                assert!(kept.all(|kept| kept.column(1).data_type() == &DataType::Utf8));
            }
        }
    }
}

#[test]
fn n1_blocks_give_the_same_chunks_in_any_order() {
    let rows = 60_000;
    let words: ArrayRef =
        Arc::new((0..rows).map(|i| Some(["a", " b", "c"][(i / 7000 + i) % 3])).collect::<StringArray>());
    let n: ArrayRef =
        Arc::new((0..rows).map(|i| Some(i as f64 / 2.0).filter(|x| *x != 20_000.5)).collect::<Float64Array>());
    let program = Arc::new(program(vec![optional("w", Type::Text), field("n", Type::Number)]));
    let bytes = grouped(vec![("w", words), ("n", n)], 25_000);
    let source = Source::Memory("leads.parquet".into(), bytes.into());
    let needed = (0..2).map(FieldId).collect();
    let open =
        || Reader::open(&source, Format::Parquet, &program, LEAD, None, &needed, &ReadOptions::default()).unwrap();
    let mut reader = open();
    let mut chunks = Vec::new();
    while let Some(chunk) = reader.next_chunk(9000).unwrap() {
        chunks.push(chunk);
    }
    let mut reader = open();
    let parser = reader.parser();
    let mut blocks = Vec::new();
    while let Some(block) = reader.next_block(9000).unwrap() {
        blocks.push(block);
    }
    blocks.reverse();
    let mut parsed: Vec<Chunk> = std::thread::scope(|scope| {
        let parse = |block| {
            let parser = parser.clone();
            scope.spawn(move || parser.parse(block).unwrap())
        };
        let threads: Vec<_> = blocks.into_iter().map(parse).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    parsed.reverse();
    assert_eq!(chunks.iter().map(|c| c.rejected_rows).sum::<u64>(), 1);
    assert_eq!(chunks.iter().map(|c| c.table.rows).sum::<usize>(), rows - 1);
    assert_eq!(format!("{parsed:?}"), format!("{chunks:?}"));
    assert!(parsed.iter().zip(&chunks).all(|(a, b)| a.table.columns == b.table.columns && a.numbers == b.numbers));
}
