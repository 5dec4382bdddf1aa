//! Bytes as files of rows.

use crate::load;
use revplay_io::{Format, IoError, ReadOptions, Reader, Reject, Source};
use revplay_ir::program::{FieldId, Program, RecordId};
use revplay_ir::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// A record with a field of every type, and a mapping with styles of every kind. Nothing but `id` must be in a file.
const PLAYBOOK: &str = r#"playbook files for lead {
  timezone "Europe/Berlin"
}
record lead {
  id       text key
  name     text? missing "-1", "unknown"
  country  text? ignoring case
  size     int? in 1.. else missing
  points   int in -100..100 default 0
  ratio    number?
  share    percent(0..100)?
  budget   money(EUR)?
  born     date?
  seen     timestamp?
  wait     duration?
  ok       bool?
  color    enum(red ("Rot", "R"), green, blue)?
  level    ordered enum(low, high)?
}
mapping export for lead {
  "Id" -> id
  "Size" -> size as lower end of range
  "Ratio" -> ratio as middle of range
  "Budget" -> budget
  "Born" -> born
  "Seen" -> seen
  "OK?" -> ok
  numbers "1.234,56"
  dates "dd.mm.yyyy", "d mmm yyyy hh:MM am", "yy-m-d", "excel", "epoch seconds", "iso"
  yes "ja", "x"
  no "nein"
  missing "n/a", "-"
  timezone "America/New_York"
}
"#;

/// Rows of a chunk: all at once, and so few that a file has several.
const CHUNKS: [usize; 2] = [1_000, 3];
/// More bytes take long and show nothing more.
const BYTES_MAX: usize = 1 << 16;

/// A CSV file or JSON lines.
pub fn csv(bytes: &[u8]) {
    let format = if bytes.starts_with(b"{") { Format::JsonLines } else { Format::Csv };
    read(bytes, format);
}

/// A Parquet file, an Arrow file or a workbook.
pub fn parquet(bytes: &[u8]) {
    let format = match bytes {
        [b'A', b'R', ..] | [0xff, 0xff, 0xff, 0xff, ..] => Format::Arrow,
        [b'P', b'K', ..] => Format::Excel,
        _ => Format::Parquet,
    };
    read(bytes, format);
}

/// Every row is in a table or among the rejects. What is in them does not depend on the chunks.
fn read(bytes: &[u8], format: Format) {
    let bytes: Arc<[u8]> = bytes.get(..BYTES_MAX).unwrap_or(bytes).into();
    for mapping in [None, Some("export")] {
        let [whole, parts] = CHUNKS.map(|rows| taken(&bytes, format, mapping, rows, false));
        same(&whole, &parts);
        same_kept(&whole, &taken(&bytes, format, mapping, CHUNKS[0], true));
        let Ok(rows) = whole else { continue };
        let good: BTreeSet<u64> = rows.good.iter().map(|(number, _)| *number).collect();
        let bad: BTreeSet<u64> = rows.rejects.iter().map(|reject| reject.row).collect();
        assert!(good.is_disjoint(&bad), "a row is good or bad");
        assert_eq!(good.len(), rows.good.len(), "a row is read once");
        assert_eq!(bad.len() as u64, rows.rejected_rows);
        assert!(good.union(&bad).copied().eq(1..=(good.len() + bad.len()) as u64), "no row is left out");
    }
}

/// Either both give the same rows or neither gives any.
#[track_caller]
fn same(one: &Result<Taken, IoError>, other: &Result<Taken, IoError>) {
    match (one, other) {
        (Ok(one), Ok(other)) => assert_eq!(one, other),
        (Err(one), Err(other)) => assert_eq!(one.code, other.code),
        (one, other) => panic!("{one:?}\n{other:?}"),
    }
}

/// To keep columns, more of the file is read, so more may be bad; what is good is the same.
#[track_caller]
fn same_kept(one: &Result<Taken, IoError>, kept: &Result<Taken, IoError>) {
    match (one, kept) {
        (Ok(one), Ok(kept)) => {
            let good: BTreeMap<u64, &Vec<Value>> = one.good.iter().map(|(number, values)| (*number, values)).collect();
            assert!(kept.good.iter().all(|(number, values)| good.get(number) == Some(&values)), "{one:?}\n{kept:?}");
            assert!(one.rejects.iter().all(|reject| kept.rejects.contains(reject)), "{one:?}\n{kept:?}");
            assert_eq!(one.good.len() as u64 + one.rejected_rows, kept.good.len() as u64 + kept.rejected_rows);
        }
        (Err(_), Ok(_)) => panic!("{one:?}\n{kept:?}"),
        (_, Err(_)) => {}
    }
}

#[derive(Debug, Default, PartialEq)]
struct Taken {
    good: Vec<(u64, Vec<Value>)>,
    rejects: Vec<Reject>,
    rejected_rows: u64,
}

fn taken(bytes: &Arc<[u8]>, format: Format, mapping: Option<&str>, rows: usize, keep: bool) -> Result<Taken, IoError> {
    static PROGRAM: OnceLock<Arc<Program>> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| load::source(PLAYBOOK).program());
    let record = RecordId(0);
    let needed: BTreeSet<FieldId> = (0..program.fields.len() as u32).map(FieldId).collect();
    let source = Source::Memory("rows".into(), bytes.clone());
    let options = ReadOptions { keep, ..ReadOptions::default() };
    let mut reader = Reader::open(&source, format, program, record, mapping, &needed, &options)?;
    let mut taken = Taken::default();
    while let Some(chunk) = reader.next_chunk(rows)? {
        chunk.table.check(program).unwrap_or_else(|e| panic!("{e:?}"));
        assert_eq!(chunk.table.rows, chunk.numbers.len());
        assert!(!keep || chunk.kept.is_some_and(|kept| kept.num_rows() == chunk.table.rows), "kept columns");
        for (row, number) in chunk.numbers.iter().enumerate() {
            let fields = program.records[0].fields.iter().enumerate();
            let values = fields.map(|(at, field)| chunk.table.value(at, row, program.fields[field.index()].ty));
            taken.good.push((*number, values.collect()));
        }
        taken.rejects.extend(chunk.rejects);
        taken.rejected_rows += chunk.rejected_rows;
    }
    Ok(taken)
}
