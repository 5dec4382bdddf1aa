//! Result files: whole or not at all.

use crate::fixture::*;
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray, TimestampNanosecondArray};
use arrow_schema::{DataType, Field as ArrowField, TimeUnit};
use revplay_io::{Format, OutputColumn, Reject, RejectWriter, Target, WriteOptions, Writer};
use revplay_ir::types::Type;
use std::fs;
use std::path::Path;
use std::sync::Arc;

fn int(values: &[Option<i64>]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

fn target(folder: &Path, name: &str) -> Target {
    Target::Path(folder.join(name))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn csv_forms() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = program(vec![field("x", Type::Int)]);
    let label = with_enum(&mut program, &["A", "B, the second"], &[]);
    let columns = [
        ("i", Type::Int),
        ("n", Type::Number),
        ("m", Type::Money(EUR)),
        ("s", Type::Decimal(2)),
        ("b", Type::Bool),
        ("t", Type::Text),
        ("d", Type::Date),
        ("ts", Type::Timestamp),
        ("len", Type::Duration),
        ("e", label),
    ];
    let columns: Vec<_> = columns.iter().map(|(name, ty)| OutputColumn::value(&program, name, *ty)).collect();
    let mut writer =
        Writer::create(&target(folder.path(), "r.csv"), Format::Csv, columns, &WriteOptions::default()).unwrap();
    writer
        .write(&[
            int(&[Some(-1), None]),
            Arc::new(Float64Array::from(vec![Some(0.1), None])),
            int(&[Some(-5), None]),
            int(&[Some(7125), None]),
            Arc::new(BooleanArray::from(vec![Some(true), None])),
            Arc::new(StringArray::from(vec![Some("a \"b\"\n"), Some("")])),
            int(&[Some(20_780), None]),
            int(&[Some(1_795_420_800_000_000), Some(-1)]),
            int(&[Some(361_800_000_000), None]),
            int(&[Some(1), None]),
        ])
        .unwrap();
    assert_eq!(writer.finish(), Ok(2));
    let text = fs::read_to_string(folder.path().join("r.csv")).unwrap();
    assert_eq!(
        text,
        "i,n,m,s,b,t,d,ts,len,e\n\
         -1,0.1,-0.05,71.25,true,\"a \"\"b\"\"\n\",2026-11-23,2026-11-23T08:00:00Z,100:30:00,\"B, the second\"\n\
         ,,,,,\"\",,1969-12-31T23:59:59.999999Z,,\n"
    );
}

#[test]
fn a_result_appears_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    for (name, format) in [("r.csv", Format::Csv), ("r.csv.gz", Format::Csv), ("r.parquet", Format::Parquet)] {
        let path = folder.path().join(name);
        fs::write(&path, "older").unwrap();
        let create = || {
            let columns = vec![OutputColumn::plain("i", Type::Int)];
            Writer::create(&target(folder.path(), name), format, columns, &WriteOptions::default()).unwrap()
        };
        let mut writer = create();
        writer.write(&[int(&[Some(1)])]).unwrap();
        drop(writer);
        assert_eq!(fs::read_to_string(&path).unwrap(), "older");
        assert_eq!(names(folder.path()), [name], "nothing else is left");
        let mut writer = create();
        writer.write(&[int(&[Some(1)])]).unwrap();
        writer.finish().unwrap();
        assert_ne!(fs::read(&path).unwrap(), b"older");
        assert_eq!(names(folder.path()), [name]);
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, format, zstd| {
        let columns = vec![OutputColumn::plain("i", Type::Money(EUR)), OutputColumn::plain("t", Type::Text)];
        let options = WriteOptions { zstd, ..WriteOptions::default() };
        let mut writer = Writer::create(&target(folder.path(), name), format, columns, &options).unwrap();
        for _ in 0..3 {
            let text: ArrayRef = Arc::new(StringArray::from(vec![Some("x"), None]));
            writer.write(&[int(&[Some(1), None]), text]).unwrap();
        }
        writer.finish().unwrap();
        fs::read(folder.path().join(name)).unwrap()
    };
    for (name, format) in [("a.csv.gz", Format::Csv), ("a.parquet", Format::Parquet)] {
        assert_eq!(write(name, format, true), write(name, format, true), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn results_have_ordinary_permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str| {
        let columns = vec![OutputColumn::plain("i", Type::Int)];
        Writer::create(&target(folder.path(), name), Format::Csv, columns, &WriteOptions::default())
            .and_then(Writer::finish)
            .unwrap();
    };
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    fs::write(folder.path().join("plain"), "").unwrap();
    write("r.csv");
    assert_eq!(mode("r.csv"), mode("plain"));
    fs::set_permissions(folder.path().join("r.csv"), fs::Permissions::from_mode(0o640)).unwrap();
    write("r.csv");
    assert_eq!(mode("r.csv"), 0o640);
    symlink(folder.path().join("r.csv"), folder.path().join("link.csv")).unwrap();
    fs::write(folder.path().join("r.csv"), "older").unwrap();
    write("link.csv");
    assert!(fs::symlink_metadata(folder.path().join("link.csv")).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(folder.path().join("r.csv")).unwrap(), "i\n");
}

#[test]
fn places_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let create = |path: &Path| {
        let columns = vec![OutputColumn::plain("i", Type::Int)];
        Writer::create(&Target::Path(path.to_owned()), Format::Csv, columns, &WriteOptions::default())
            .map(|_| ())
            .unwrap_err()
    };
    let error = create(&folder.path().join("no/such/r.csv"));
    assert_eq!((error.code, error.message.as_str()), ("E0614", "its folder does not exist"));
    assert_eq!(create(folder.path()).message, "this is a folder, not a file");
    fs::write(folder.path().join("f"), "").unwrap();
    assert_eq!(create(&folder.path().join("f/r.csv")).code, "E0614");
    assert_eq!(names(folder.path()), ["f"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_ordinary_error() {
    for (format, threaded) in
        [(Format::Csv, false), (Format::Parquet, false), (Format::Csv, true), (Format::Parquet, true)]
    {
        let columns = vec![OutputColumn::plain("t", Type::Text)];
        let target = Target::Path("/dev/full".into());
        let options = WriteOptions { threaded, ..WriteOptions::default() };
        let mut writer = Writer::create(&target, format, columns, &options).unwrap();
        let large: ArrayRef = Arc::new(StringArray::from(vec!["x".repeat(1 << 20); 4]));
        let mut written = (0..20).map(|_| writer.write(std::slice::from_ref(&large)));
        let first = written.find_map(Result::err);
        let error = match first {
            Some(error) => error,
            None => writer.finish().unwrap_err(),
        };
        assert_eq!((error.code, error.message.as_str()), ("E0615", "the disk is full"), "{format}");
    }
}

#[test]
fn parquet_limits_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let target = target(folder.path(), "r.parquet");
    let twice = vec![OutputColumn::plain("a", Type::Int), OutputColumn::plain("a", Type::Int)];
    let error = Writer::create(&target, Format::Parquet, twice, &WriteOptions::default()).map(|_| ()).unwrap_err();
    assert_eq!((error.code, error.message.as_str()), ("E0616", "two columns of the result are called `a`"));
    let columns = vec![OutputColumn::plain("m", Type::Money(EUR))];
    let mut writer = Writer::create(&target, Format::Parquet, columns, &WriteOptions::default()).unwrap();
    assert_eq!(writer.write(&[int(&[Some(i64::MAX)])]).unwrap_err().code, "E0616");
    assert_eq!(writer.write(&[]).unwrap_err().code, "E0699");
}

#[test]
fn kept_columns_are_written_as_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    let stamps = TimestampNanosecondArray::from(vec![Some(1_000_000_001), None]).with_timezone("Europe/Berlin");
    let lists = arrow_array::ListArray::from_iter_primitive::<arrow_array::types::Int32Type, _, _>([
        Some(vec![Some(1), None]),
        None,
    ]);
    let arrays: Vec<ArrayRef> = vec![Arc::new(stamps), Arc::new(lists), Arc::new(Float64Array::from(vec![1.0, -0.0]))];
    let kind = |i: usize| OutputColumn::kept(&ArrowField::new(format!("c{i}"), arrays[i].data_type().clone(), true));
    assert_eq!(arrays[0].data_type(), &DataType::Timestamp(TimeUnit::Nanosecond, Some("Europe/Berlin".into())));
    for (name, format) in [("r.csv", Format::Csv), ("r.parquet", Format::Parquet)] {
        let columns = (0..3).map(kind).collect();
        let mut writer =
            Writer::create(&target(folder.path(), name), format, columns, &WriteOptions::default()).unwrap();
        writer.write(&arrays).unwrap();
        assert_eq!(writer.finish(), Ok(2));
    }
    let text = fs::read_to_string(folder.path().join("r.csv")).unwrap();
    assert_eq!(revplay_io::kept_text(arrays[1].as_ref(), 0), "[1, ]");
    assert_eq!(revplay_io::kept_text(arrays[1].as_ref(), 1), "");
    assert_eq!(revplay_io::kept_text(arrays[2].as_ref(), 2), "");
    assert_eq!(text, "c0,c1,c2\n1970-01-01T00:00:01.000000001Z,\"[1, ]\",1\n,,-0\n");
}

#[test]
fn e2_the_reject_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = RejectWriter::create(&target(folder.path(), "rejects.csv")).unwrap();
    writer.write_rows(&[]).unwrap();
    writer
        .write_rows(&[Reject {
            line: 3,
            row: 2,
            column: "Amount, EUR".into(),
            field: "amount".into(),
            value: String::new(),
            reason: "the key is missing".into(),
        }])
        .unwrap();
    assert_eq!(writer.written(), 1);
    writer.finish().unwrap();
    assert_eq!(
        fs::read_to_string(folder.path().join("rejects.csv")).unwrap(),
        "line,row,column,field,value,reason\n3,2,\"Amount, EUR\",amount,,the key is missing\n"
    );
}
