//! Whole columns give what their cells give one by one.

use super::*;
use arrow_array::types::{Int8Type, Int32Type};
use arrow_array::*;
use arrow_buffer::{BooleanBuffer, ScalarBuffer};
use revplay_ir::program::{EnumDef, Field, FieldId, Program, Range, Record, RecordId};
use revplay_ir::types::{Currency, EnumId, Type};
use revplay_runtime::table::plain;

fn field(ty: Type) -> Field {
    Field { optional: true, ..Field::new("x", RecordId(0), ty) }
}

fn intake_in(field: Field, key: bool, zone: &str) -> Intake {
    let program = Program {
        name: "p".into(),
        title: None,
        decided: Some(RecordId(0)),
        zone: zone.into(),
        fiscal_start: 1,
        week_start: 0,
        files: Vec::new(),
        enums: vec![EnumDef {
            name: "e".into(),
            labels: vec!["low".into(), "mid".into(), "high".into()],
            spellings: vec![("hi".into(), 2)],
            order: None,
        }],
        records: vec![Record {
            name: "r".into(),
            fields: vec![FieldId(0)],
            key: None,
            event_time: None,
            event_id: None,
        }],
        fields: vec![field.clone()],
        links: Vec::new(),
        mappings: Vec::new(),
        params: Vec::new(),
        sets: Vec::new(),
        regexes: Vec::new(),
        calendars: Vec::new(),
        nodes: Vec::new(),
        names: Vec::new(),
        decisions: Vec::new(),
        outputs: Vec::new(),
        kpis: Vec::new(),
        tests: Vec::new(),
        proves: Vec::new(),
    };
    Intake::new(&program, &field, key, None, "x", "m").unwrap()
}

/// The cells one by one; `None` if one is bad.
fn cells(intake: &Intake, array: &ArrayRef) -> Option<ArrayRef> {
    let given = TypedColumn::new(array.as_ref()).unwrap();
    let mut column = intake.column();
    (0..array.len()).try_for_each(|row| intake.take(given.get(row), &mut column)).ok()?;
    Some(column.finish().unwrap())
}

/// Whether all cells were good; the column as a whole and parts of it are the same.
#[track_caller]
fn same(intake: &Intake, array: &ArrayRef) -> bool {
    let n = array.len();
    let mut memo = Memo::default();
    let parts = [(0, n), (1, n - 1), (n / 3, n / 2), (n - 1, 1), (2, 0), (0, n)];
    for (start, len) in parts {
        let part = array.slice(start, len);
        // Texts that share a dictionary go on sharing it.
        let whole = intake.take_whole(&part, &mut memo).map(|whole| plain(&whole));
        let expected = cells(intake, &part);
        match (&whole, &expected) {
            (Some(whole), Some(expected)) => {
                assert_eq!(whole.data_type(), expected.data_type());
                assert_eq!(whole.as_ref(), expected.as_ref(), "{start} {len} of {array:?}");
            }
            (None, None) => {}
            _ => panic!("{start} {len} of {array:?}: {whole:?}, cell by cell {expected:?}"),
        }
    }
    cells(intake, array).is_some()
}

/// Every way that a field may treat what is missing or outside its range.
fn ways(ty: Type, low: Const, high: Const) -> Vec<Intake> {
    let plain = field(ty);
    let range = |open| Some(Range { low: Some(low.clone()), high: Some(high.clone()), high_open: open });
    let fields = [
        plain.clone(),
        Field { optional: false, ..plain.clone() },
        Field { default: Some(low.clone()), ..plain.clone() },
        Field { range: range(false), ..plain.clone() },
        Field { range: range(true), ..plain.clone() },
        Field { range: range(true), range_else_missing: true, ..plain.clone() },
        Field { missing: vec!["1".into(), "n/a".into()], ..plain.clone() },
    ];
    let mut ways: Vec<Intake> = fields.into_iter().map(|f| intake_in(f, false, "UTC")).collect();
    ways.push(intake_in(plain.clone(), true, "UTC"));
    ways.push(intake_in(plain, false, "Europe/Berlin"));
    ways
}

/// How many of the ways take an array without a bad cell.
#[track_caller]
fn taken(ty: Type, low: Const, high: Const, arrays: Vec<ArrayRef>) -> Vec<usize> {
    let ways = ways(ty, low, high);
    arrays.iter().map(|array| ways.iter().filter(|way| same(way, array)).count()).collect()
}

#[test]
fn e2_ints_as_a_whole() {
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![1, 2, 3, 4, 5])),
        Arc::new(Int64Array::from(vec![Some(1), None, Some(3), Some(5), Some(2)])),
        Arc::new(Int8Array::from(vec![Some(-1), None, Some(3), Some(100), Some(2)])),
        Arc::new(UInt64Array::from(vec![1, 2, 3, 4, u64::MAX])),
        Arc::new(Float64Array::from(vec![Some(1.0), Some(f64::NAN), Some(2.0), None, Some(3.0)])),
        Arc::new(Decimal128Array::from(vec![100, 200, 300, 400, 500]).with_precision_and_scale(9, 2).unwrap()),
    ];
    assert_eq!(taken(Type::Int, Const::Int(1), Const::Int(5), arrays), [8, 6, 5, 0, 7, 8]);
    // What stands under a null is of no account.
    let under = |values: Vec<i64>| -> ArrayRef {
        let valid = NullBuffer::new(BooleanBuffer::from(vec![true, false, true, true]));
        Arc::new(Int64Array::new(ScalarBuffer::from(values), Some(valid)))
    };
    assert_eq!(taken(Type::Int, Const::Int(1), Const::Int(5), vec![under(vec![1, 1000, 2, 3])]), [7]);
    assert_eq!(
        taken(Type::Money(Currency(*b"EUR")), Const::Int(1), Const::Int(500), vec![under(vec![1, i64::MAX, 2, 3])]),
        [7]
    );
}

#[test]
fn v2_numbers_as_a_whole() {
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(Float64Array::from(vec![1.0, 1.5, 2.0, 4.0, -0.0])),
        Arc::new(Float64Array::from(vec![Some(1.0), None, Some(2.0), Some(3.0), Some(4.5)])),
        Arc::new(Float64Array::from(vec![1.0, f64::NAN, 2.0, 3.0, 4.0])),
        Arc::new(Float64Array::from(vec![1.0, f64::INFINITY, 2.0, 3.0, 4.0])),
        Arc::new(Float32Array::from(vec![1.0, 1.1, 2.0, 3.0, 4.0])),
        Arc::new(Int32Array::from(vec![1, 2, 3, 4, 5])),
        Arc::new(UInt64Array::from(vec![1, 2, 3, 4, u64::MAX])),
    ];
    assert_eq!(taken(Type::Number, Const::Num(1.0), Const::Int(5), arrays.clone()), [7, 7, 7, 0, 9, 8, 7]);
    assert_eq!(taken(Type::Percent, Const::Num(1.0), Const::Num(5.0), arrays).len(), 7);
}

#[test]
fn e2_amounts_as_a_whole() {
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(Float64Array::from(vec![1.0, 1.55, 2.07, 4.1, -0.0, 12_345_678.91])),
        Arc::new(Float64Array::from(vec![1.0, 1.555, 2.07, 4.1])),
        Arc::new(Float64Array::from(vec![Some(1e16), None, Some(0.29), Some(1.0)])),
        Arc::new(Int64Array::from(vec![1, -2, 3, 4])),
        Arc::new(Int64Array::from(vec![1, 2, i64::MAX, 4])),
        Arc::new(Decimal128Array::from(vec![15, 25, 35, -45]).with_precision_and_scale(18, 1).unwrap()),
        Arc::new(Decimal128Array::from(vec![15_00, 25_01, 35_00, -45_00]).with_precision_and_scale(18, 4).unwrap()),
        Arc::new(Decimal128Array::from(vec![i128::MAX / 2, 1, 2, 3]).with_precision_and_scale(38, 2).unwrap()),
    ];
    for ty in [Type::Money(Currency(*b"EUR")), Type::Decimal(2), Type::Decimal(3)] {
        let taken = taken(ty, Const::Int(-10_000), Const::Int(2_000_000_000), arrays.clone());
        assert_eq!((taken[4], taken[7]), (0, 0), "{ty:?}");
    }
    let yen = taken(Type::Money(Currency(*b"JPY")), Const::Int(-10_000), Const::Int(2_000_000_000), arrays);
    assert_eq!((yen[0], yen[7]), (0, 0));
}

#[test]
fn n4_times_as_a_whole() {
    let noon = 1_795_424_400_000_000_i64;
    let units: Vec<ArrayRef> = vec![
        Arc::new(TimestampSecondArray::from(vec![Some(noon / 1_000_000), None, Some(-1), Some(0)])),
        Arc::new(
            TimestampMillisecondArray::from(vec![Some(noon / 1000), None, Some(-1), Some(0)]).with_timezone("+02:00"),
        ),
        Arc::new(TimestampMicrosecondArray::from(vec![Some(noon), None, Some(-1), Some(0)])),
        Arc::new(TimestampNanosecondArray::from(vec![Some(noon), None, Some(-1), Some(0)]).with_timezone("UTC")),
        Arc::new(TimestampSecondArray::from(vec![0, i64::MAX, 1, 2])),
        Arc::new(TimestampMicrosecondArray::from(vec![0, i64::MAX, 1, 2]).with_timezone("UTC")),
        Arc::new(TimestampSecondArray::from(vec![0, 1_774_751_400, 1, 2])),
        Arc::new(Date32Array::from(vec![Some(20_000), None, Some(-5), Some(0)])),
        Arc::new(Date64Array::from(vec![86_400_000, 0, -1, 5])),
        Arc::new(TimestampSecondArray::from(vec![0, 86_400, -86_400, 86_400 * 20])),
    ];
    let stamps = taken(Type::Timestamp, Const::Int(0), Const::Int(noon), units.clone());
    assert_eq!(stamps, [5, 5, 5, 5, 0, 0, 8, 5, 7, 7]);
    let dates = taken(Type::Date, Const::Int(0), Const::Int(20_000), units);
    assert_eq!((dates[4], dates[7], dates[9]), (0, 5, 7));
    let edges = [DATE_MIN, DATE_MAX, DATE_MIN - 1, DATE_MAX + 1];
    for edge in edges {
        let day: ArrayRef = Arc::new(Date32Array::from(vec![0, 1, i32::try_from(edge).unwrap(), 2]));
        assert_eq!(same(&intake_in(field(Type::Date), false, "UTC"), &day), (DATE_MIN..=DATE_MAX).contains(&edge));
        let stamp: ArrayRef = Arc::new(TimestampSecondArray::from(vec![0, 1, edge * 86_400, 2]));
        assert_eq!(
            same(&intake_in(field(Type::Timestamp), false, "UTC"), &stamp),
            (DATE_MIN..=DATE_MAX).contains(&edge)
        );
    }
    // Every hour of some years on a clock that is changed: only the hours that it skips are bad.
    let berlin = intake_in(field(Type::Timestamp), false, "Europe/Berlin");
    for (from, skips) in [(0, false), (1_774_600_000, true), (-2_500_000_000, false), (4_200_000_000, false)] {
        let hours: ArrayRef = Arc::new(TimestampSecondArray::from_iter_values((0..200).map(|i| from + i * 1800)));
        assert_eq!(same(&berlin, &hours), !skips, "{from}");
    }
    let year: ArrayRef =
        Arc::new(TimestampSecondArray::from_iter_values((0..8000).map(|i| 1_774_760_000 + i * 12_345)));
    same(&berlin, &year);
    let spans: Vec<ArrayRef> = vec![
        Arc::new(DurationMillisecondArray::from(vec![Some(1), None, Some(-5), Some(0)])),
        Arc::new(DurationNanosecondArray::from(vec![Some(1), None, Some(-5), Some(0)])),
        Arc::new(DurationSecondArray::from(vec![1, 2, i64::MAX, 3])),
    ];
    assert_eq!(taken(Type::Duration, Const::Int(-10_000), Const::Int(10_000), spans), [7, 7, 0]);
}

type Form = fn(&Vec<Option<&'static str>>) -> ArrayRef;

#[test]
fn e2_texts_as_a_whole() {
    let texts: Vec<Vec<Option<&str>>> = vec![
        vec![Some("low"), Some("high"), Some("mid"), Some("hi"), Some("LOW")],
        vec![Some("low"), None, Some(" mid "), Some(""), Some("N/A")],
        vec![Some("low"), Some("bad"), Some("mid"), Some("mid"), Some("mid")],
        vec![Some("\u{b}low"), Some("low\u{1f}"), Some("\u{a0}low"), Some("lo\u{308}w"), Some("1")],
    ];
    for (ty, counts) in [(Type::Text, [9, 6, 9, 9]), (Type::Enum(EnumId(0)), [7, 0, 0, 0])] {
        let (low, high) = match ty {
            Type::Text => (Const::Text("".into()), Const::Text("zzz".into())),
            _ => (Const::Int(0), Const::Int(2)),
        };
        let forms: [Form; 5] = [
            |t| Arc::new(StringArray::from(t.clone())),
            |t| Arc::new(LargeStringArray::from(t.clone())),
            |t| Arc::new(StringViewArray::from(t.clone())),
            |t| Arc::new(t.iter().copied().collect::<DictionaryArray<Int32Type>>()),
            |t| Arc::new(t.iter().copied().collect::<DictionaryArray<Int8Type>>()),
        ];
        for form in forms {
            let found = taken(ty, low.clone(), high.clone(), texts.iter().map(form).collect());
            for (found, expected) in found.iter().zip(counts) {
                assert!(*found >= expected.min(6) || expected == 0, "{ty:?} {found} {expected}");
            }
        }
    }
    let verbatim = intake_in(Field { verbatim: true, ..field(Type::Text) }, false, "UTC");
    assert!(same(&verbatim, &(Arc::new(StringArray::from(texts[3].clone())) as ArrayRef)));
    assert!(same(&verbatim, &(Arc::new(StringArray::from(texts[1].clone())) as ArrayRef)));
}

#[test]
fn e2_dictionaries_with_nulls_repeated_and_unused_entries() {
    let entries =
        StringArray::from(vec![Some("mid"), None, Some("bad"), Some("low"), Some("mid"), Some(" "), Some("MID")]);
    let with = |keys: Vec<Option<i32>>| -> ArrayRef {
        Arc::new(DictionaryArray::new(Int32Array::from(keys), Arc::new(entries.clone())))
    };
    let label = intake_in(field(Type::Enum(EnumId(0))), false, "UTC");
    let required = intake_in(Field { optional: false, ..field(Type::Enum(EnumId(0))) }, false, "UTC");
    let good = with(vec![Some(0), Some(4), Some(3), Some(6), Some(0)]);
    let missing = with(vec![Some(0), Some(1), None, Some(5), Some(3)]);
    let bad = with(vec![Some(0), Some(0), Some(2), Some(3), Some(3)]);
    assert_eq!([&good, &missing, &bad].map(|array| same(&label, array)), [true, true, false]);
    assert_eq!([&good, &missing, &bad].map(|array| same(&required, array)), [true, false, false]);
    let text = intake_in(field(Type::Text), false, "UTC");
    assert_eq!([&good, &missing, &bad].map(|array| same(&text, array)), [true, true, true]);
    // The entries that are remembered are those of this dictionary.
    let mut memo = Memo::default();
    let other: ArrayRef = Arc::new(vec!["high", "low"].into_iter().collect::<DictionaryArray<Int32Type>>());
    for array in [&good, &other, &missing, &good] {
        let whole = plain(&label.take_whole(array, &mut memo).unwrap());
        assert_eq!(whole.as_ref(), cells(&label, array).unwrap().as_ref());
    }
    let nothing: ArrayRef = Arc::new(DictionaryArray::new(
        Int32Array::from(vec![None, None, None]),
        Arc::new(StringArray::from(Vec::<Option<&str>>::new())),
    ));
    assert!(same(&text, &nothing) && same(&label, &nothing));
    let numbers: ArrayRef =
        Arc::new(DictionaryArray::new(Int32Array::from(vec![0, 1, 1, 0]), Arc::new(Int64Array::from(vec![7, 8]))));
    assert!(same(&text, &numbers));
    assert!(same(&intake_in(field(Type::Int), false, "UTC"), &numbers));
}

#[test]
fn m6_a_column_that_the_file_does_not_have() {
    let absent = |field| intake_in(field, false, "UTC").take_absent(3);
    assert_eq!(absent(field(Type::Int)).unwrap().null_count(), 3);
    let nine = absent(Field { default: Some(Const::Int(9)), ..field(Type::Int) }).unwrap();
    assert_eq!(nine.as_ref(), &Int64Array::from(vec![9, 9, 9]) as &dyn Array);
    assert!(absent(Field { optional: false, ..field(Type::Int) }).is_none());
}

#[test]
fn e2_a_number_is_an_amount_only_if_its_text_is() {
    for (x, scale, count) in [
        (0.07, 2, Some(7)),
        (1234.5, 2, Some(123_450)),
        (-12.0, 0, Some(-12)),
        (0.1 + 0.2, 2, None),
        (0.075, 2, None),
        (1e13, 2, None),
        (f64::NAN, 2, None),
        (f64::INFINITY, 2, None),
        (-0.0, 2, Some(0)),
    ] {
        assert_eq!(units_of(x, scale), count, "{x}");
        if let Some(count) = count {
            assert_eq!(Cell::Number(x).as_scaled(scale), Ok(Some(count)), "{x}");
        }
    }
}
