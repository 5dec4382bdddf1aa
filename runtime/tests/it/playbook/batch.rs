//! Batches of Arrow columns.

use super::{DEMO, NOW, demo};
use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Float64Type, Int64Type, TimestampMicrosecondType};
use arrow_array::*;
use arrow_buffer::i256;
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use revplay_runtime::playbook::{Error, Playbook, Settings, Sources};
use std::sync::Arc;

/// A batch with ids, and other columns.
fn batch(columns: &[(&str, ArrayRef)]) -> RecordBatch {
    let rows = columns.first().map_or(0, |(_, array)| array.len());
    let ids: ArrayRef = Arc::new((0..rows as i64).collect::<Int64Array>());
    let all: Vec<(&str, ArrayRef)> = [("id", ids)].into_iter().chain(columns.iter().cloned()).collect();
    let fields: Vec<Field> = all.iter().map(|(n, a)| Field::new(*n, a.data_type().clone(), true)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), all.into_iter().map(|(_, a)| a).collect()).unwrap()
}

fn ints(column: &str, batch: &RecordBatch) -> Vec<Option<i64>> {
    batch.column_by_name(column).unwrap().as_primitive::<Int64Type>().iter().collect()
}

fn texts(column: &str, batch: &RecordBatch) -> Vec<Option<String>> {
    let array = batch.column_by_name(column).unwrap();
    match array.as_any_dictionary_opt() {
        Some(coded) => {
            let (keys, values) = (coded.normalized_keys(), coded.values().as_string::<i32>());
            (0..array.len()).map(|r| array.is_valid(r).then(|| values.value(keys[r]).to_owned())).collect()
        }
        None => array.as_string::<i32>().iter().map(|t| t.map(str::to_owned)).collect(),
    }
}

#[test]
fn a_batch_is_decided_row_by_row_in_order() {
    let playbook = demo();
    assert!(playbook.has_machine_code());
    let leads = batch(&[
        ("employees", Arc::new(Int64Array::from(vec![Some(5000), None, Some(10)]))),
        ("country", Arc::new(StringArray::from(vec![Some("at"), Some("FR"), None]))),
        ("consent", Arc::new(BooleanArray::from(vec![Some(true), None, Some(true)]))),
        ("revenue", Arc::new(Int64Array::from(vec![Some(3), None, Some(-1)]))),
        ("created_at", Arc::new(TimestampMicrosecondArray::from(vec![None, Some(0), None]).with_timezone("UTC"))),
    ]);
    let result = playbook.decide_batch(&leads, NOW).unwrap();
    assert_eq!(result.schema(), playbook.schema());
    assert_eq!(ints("fit", &result), [Some(50), Some(0), Some(0)]);
    let some = |t: &str| Some(t.to_owned());
    assert_eq!(texts("tier", &result), [some("A"), some("C"), some("C")]);
    assert_eq!(texts("desk", &result), [some("person Anna"), some("hold"), some("queue nurture")]);
    assert_eq!(texts("content", &result), [some("Calculator; Guide"), some("Guide"), some("Calculator")]);
    let money = result.column_by_name("money_back").unwrap().as_primitive::<Decimal128Type>();
    assert_eq!(money.iter().collect::<Vec<_>>(), [Some(300), None, Some(-100)]);
    assert_eq!(money.data_type(), &DataType::Decimal128(19, 2));
    let due = result.column_by_name("answer_by").unwrap().as_primitive::<TimestampMicrosecondType>();
    assert_eq!((due.value(0), due.is_null(1)), (NOW.micros() + 4 * super::HOUR, true));
    assert_eq!(due.data_type(), &DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())));
    let same = playbook.decide_batch(&leads.slice(1, 2), NOW).unwrap();
    for (a, b) in same.columns().iter().zip(result.slice(1, 2).columns()) {
        assert_eq!(a.as_ref(), b.as_ref(), "of a slice");
    }
    let none = playbook.decide_batch(&leads.slice(0, 0), NOW).unwrap();
    assert_eq!((none.num_rows(), none.schema()), (0, playbook.schema()));
}

/// The same values in all their Arrow types give the same decisions.
type Half = <types::Float16Type as ArrowPrimitiveType>::Native;

/// Whole numbers with forty zeros behind the point.
fn wide_decimals(values: &[Option<i64>]) -> Decimal256Array {
    let one = i256::from_i128(10).checked_pow(40).unwrap();
    let digits = values.iter().map(|n| n.and_then(|n| i256::from_i128(n.into()).checked_mul(one)));
    digits.collect::<Decimal256Array>().with_precision_and_scale(76, 40).unwrap()
}

#[test]
fn every_common_type_is_taken() {
    let playbook = demo();
    let dictionary = |items: Vec<Option<&str>>| -> ArrayRef {
        Arc::new(items.into_iter().collect::<DictionaryArray<types::Int8Type>>())
    };
    let employees: Vec<ArrayRef> = vec![
        Arc::new(Int16Array::from(vec![Some(2000), None, Some(0)])),
        Arc::new(Int32Array::from(vec![Some(2000), None, Some(0)])),
        Arc::new(Int64Array::from(vec![Some(2000), None, Some(-1)])),
        Arc::new(UInt16Array::from(vec![Some(2000), None, Some(0)])),
        Arc::new(UInt32Array::from(vec![Some(2000), None, Some(0)])),
        Arc::new(UInt64Array::from(vec![Some(2000), None, Some(0)])),
        Arc::new(Float32Array::from(vec![Some(2000.0), Some(f32::NAN), Some(0.0)])),
        Arc::new(Float64Array::from(vec![Some(2000.0), Some(f64::NAN), Some(0.0)])),
        Arc::new(Decimal128Array::from(vec![Some(20000), None, Some(0)]).with_precision_and_scale(9, 1).unwrap()),
        Arc::new(Decimal64Array::from(vec![Some(20000), None, Some(0)]).with_precision_and_scale(9, 1).unwrap()),
        Arc::new(wide_decimals(&[Some(2000), None, Some(0)])),
        Arc::new(Float16Array::from(vec![Some(Half::from_f32(2000.0)), Some(Half::NAN), Some(Half::ZERO)])),
        Arc::new(BinaryArray::from(vec![Some(&b"2000"[..]), None, Some(b"0")])),
        Arc::new(StringArray::from(vec![Some(" 2000 "), Some("UNKNOWN"), Some("0")])),
        Arc::new(LargeStringArray::from(vec![Some("2000"), Some(" "), Some("0")])),
        Arc::new(StringViewArray::from(vec![Some("2000"), Some("-1"), Some("0")])),
        dictionary(vec![Some("2000"), Some("unknown"), Some("0")]),
    ];
    for array in employees {
        let result = playbook.decide_batch(&batch(&[("employees", array.clone())]), NOW).unwrap();
        assert_eq!(ints("fit", &result), [Some(30), Some(0), Some(0)], "{:?}", array.data_type());
    }
    let countries: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(vec![Some("de"), None, Some("FR")])),
        Arc::new(StringArray::from(vec![Some(" DE\t"), Some(""), Some("FR")])),
        Arc::new(LargeStringArray::from(vec![Some("DE"), None, Some("FR")])),
        Arc::new(StringViewArray::from(vec![Some("DE"), None, Some("a text that is longer than a view")])),
        dictionary(vec![Some("DE"), None, Some("FR")]),
        dictionary(vec![Some("DE "), Some(" "), Some("FR")]),
    ];
    for array in countries {
        let result = playbook.decide_batch(&batch(&[("country", array.clone())]), NOW).unwrap();
        assert_eq!(ints("fit", &result), [Some(20), Some(0), Some(0)], "{array:?}");
    }
    let day = 20_000i64;
    let us = day * 86_400_000_000;
    let times: Vec<ArrayRef> = vec![
        Arc::new(TimestampSecondArray::from(vec![us / 1_000_000]).with_timezone("UTC")),
        Arc::new(TimestampMillisecondArray::from(vec![us / 1000]).with_timezone("Europe/Berlin")),
        Arc::new(TimestampMicrosecondArray::from(vec![us]).with_timezone("UTC")),
        Arc::new(TimestampNanosecondArray::from(vec![us * 1000]).with_timezone("+02:00")),
        Arc::new(TimestampMicrosecondArray::from(vec![us + super::HOUR])),
        Arc::new(StringArray::from(vec!["2024-10-04T00:00:00Z"])),
    ];
    for (index, array) in times.into_iter().enumerate() {
        let result = playbook.decide_batch(&batch(&[("created_at", array.clone())]), NOW).unwrap();
        let age = result.column_by_name("age").unwrap().as_primitive::<types::DurationMicrosecondType>();
        let berlin = if index == 4 { super::HOUR } else { 0 };
        assert_eq!(age.value(0), NOW.micros() - us + berlin, "{array:?}: {index}");
    }
    let days: Vec<ArrayRef> = vec![
        Arc::new(Date32Array::from(vec![day as i32])),
        Arc::new(Date64Array::from(vec![day * 86_400_000])),
        Arc::new(TimestampSecondArray::from(vec![day * 86_400])),
        Arc::new(StringArray::from(vec!["2024-10-04"])),
    ];
    for array in days {
        let result = playbook.decide_batch(&batch(&[("born", array.clone())]), NOW).unwrap();
        let born = result.column_by_name("day").unwrap().as_primitive::<types::Date32Type>();
        assert_eq!(i64::from(born.value(0)), day, "{array:?}");
    }
    let sources: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(vec!["WEB", "web form", "other"])),
        dictionary(vec![Some("web"), Some("Web Form "), Some("Other")]),
    ];
    for array in sources {
        let result = playbook.decide_batch(&batch(&[("source", array)]), NOW).unwrap();
        assert_eq!(texts("from_where", &result), ["web", "web", "other"].map(|t| Some(t.to_owned())));
    }
    let shares: Vec<ArrayRef> =
        vec![Arc::new(Float64Array::from(vec![12.3])), Arc::new(StringArray::from(vec!["12.3%"]))];
    for array in shares {
        let result = playbook.decide_batch(&batch(&[("share", array)]), NOW).unwrap();
        assert_eq!(result.column_by_name("fraction").unwrap().as_primitive::<Float64Type>().value(0), 0.123);
    }
}

/// A row with a bad cell is null throughout, and told; the others are decided.
#[test]
fn e2_a_bad_row_is_rejected_never_decided_on_wrong_data() {
    let playbook = demo();
    let leads = batch(&[
        ("employees", Arc::new(StringArray::from(vec!["5000", "5,000", "-5", "9999999", "10"]))),
        ("source", Arc::new(StringArray::from(vec![Some("web"), Some("fax"), None, Some("other"), None]))),
        ("capped", Arc::new(Int64Array::from(vec![1, 2, 3, 4, 11]))),
    ]);
    let Err(Error::Rejected(rejects)) = playbook.decide_batch(&leads, NOW) else { panic!("decided") };
    assert_eq!(rejects.len(), 4);
    assert_eq!(
        rejects[0].to_string(),
        "row 1, column `employees`, `5,000`: `,` between digits is not guessed: give the number itself, or write it \
         with a decimal point alone"
    );
    let decided = playbook.decide_batch_with_rejects(&leads, NOW).unwrap();
    assert_eq!(decided.rejects, rejects);
    assert_eq!(decided.rejected, 3);
    assert_eq!(ints("fit", &decided.batch), [Some(30), None, None, None, Some(0)]);
    for column in decided.batch.columns() {
        assert!((1..4).all(|row| column.is_null(row)), "{column:?}");
    }
    assert_eq!(ints("few", &decided.batch), [Some(1), None, None, None, None], "`else missing` is no reject");
    let many: ArrayRef = Arc::new(StringArray::from(vec!["x"; 1000]));
    let error = playbook.decide_batch(&batch(&[("employees", many)]), NOW).unwrap_err();
    assert_eq!(error.rejects().len(), revplay_runtime::playbook::REJECTS_MAX);
}

#[test]
fn e2_bytes_that_are_no_text_are_a_bad_cell() {
    let playbook = demo();
    let leads = batch(&[("title", Arc::new(BinaryArray::from(vec![&b"chief"[..], b"chief \xff"])))]);
    let decided = playbook.decide_batch_with_rejects(&leads, NOW).unwrap();
    assert_eq!(ints("fit", &decided.batch), [Some(25), None]);
    assert_eq!(
        decided.rejects[0].to_string(),
        "row 1, column `title`, `chief \u{fffd}`: these bytes are no UTF-8 text"
    );
}

#[test]
fn columns_that_cannot_be_used_are_errors_that_name_column_and_fix() {
    let playbook = demo();
    let error = |columns: &[(&str, ArrayRef)]| playbook.decide_batch(&batch(columns), NOW).unwrap_err().to_string();
    let one = |array: ArrayRef| array;
    assert_eq!(
        error(&[("employees", one(Arc::new(BooleanArray::from(vec![true]))))]),
        "column `employees`: the column holds true and false, and the field takes a whole number; give it as Int64, or as text"
    );
    assert_eq!(
        error(&[("born", one(Arc::new(TimestampMicrosecondArray::from(vec![0]).with_timezone("UTC"))))]),
        "column `born`: the column holds times with a zone, and the field takes a date; give it as Date32, or as text"
    );
    let twice = error(&[
        ("Employees", one(Arc::new(Int64Array::from(vec![1])))),
        ("EMPLOYEES", one(Arc::new(Int64Array::from(vec![1])))),
    ]);
    assert!(twice.contains("the data has this column twice"), "{twice}");
    let schema = Arc::new(Schema::new(vec![Field::new("idd", DataType::Int64, true)]));
    let without = RecordBatch::try_new(schema, vec![Arc::new(Int64Array::from(vec![1]))]).unwrap();
    let error = playbook.decide_batch(&without, NOW).unwrap_err().to_string();
    assert!(error.contains("column `id`: the data has no such column") && error.contains("`idd`"), "{error}");
}

#[test]
fn a_mapping_gives_the_columns_names() {
    let playbook = Playbook::compile(Sources::new("d.play", DEMO), Settings::new().mapping("crm")).unwrap();
    let leads = batch(&[
        ("Employee Count", Arc::new(Int64Array::from(vec![5000]))),
        ("employees", Arc::new(StringArray::from(vec!["not looked at"]))),
    ]);
    assert_eq!(ints("fit", &playbook.decide_batch(&leads, NOW).unwrap()), [Some(30)]);
}

/// Machine code or evaluator, a batch or one record: the same.
#[test]
fn v4_all_ways_give_the_same_decisions() {
    let native = demo();
    let evaluated = Playbook::compile(Sources::new("d.play", DEMO), Settings::new().without_machine_code()).unwrap();
    assert!(!evaluated.has_machine_code());
    let rows = 500;
    let leads = batch(&[
        ("employees", Arc::new((0..rows).map(|r| (r % 7 > 0).then_some(r * 37 % 3000)).collect::<Int64Array>())),
        (
            "country",
            Arc::new((0..rows).map(|r| ["DE", "at", "FR"].get(r as usize % 4).copied()).collect::<StringArray>()),
        ),
        ("title", Arc::new((0..rows).map(|r| ["VP", "Intern"].get(r as usize % 3).copied()).collect::<StringArray>())),
        ("consent", Arc::new((0..rows).map(|r| Some(r % 5 > 0)).collect::<BooleanArray>())),
        ("rate", Arc::new((0..rows).map(|r| (r % 11 > 0).then_some(r as f64 / 3.0)).collect::<Float64Array>())),
    ]);
    let (a, b) = (native.decide_batch(&leads, NOW).unwrap(), evaluated.decide_batch(&leads, NOW).unwrap());
    assert_eq!(a, b);
    let mut record = native.record();
    let fits = ints("fit", &a);
    let desks = texts("desk", &a);
    for row in 0..rows as usize {
        record.clear().set("id", row as i64).unwrap();
        record.set("employees", (row % 7 > 0).then_some(row as i64 * 37 % 3000)).unwrap();
        record.set("country", ["DE", "at", "FR"].get(row % 4).copied()).unwrap();
        record.set("title", ["VP", "Intern"].get(row % 3).copied()).unwrap();
        record.set("consent", row % 5 > 0).unwrap();
        let decision = record.decide(NOW).unwrap();
        assert_eq!(decision.int("fit").unwrap(), fits[row], "{row}");
        assert_eq!(decision.text("desk").unwrap(), desks[row].as_deref(), "{row}");
    }
}
