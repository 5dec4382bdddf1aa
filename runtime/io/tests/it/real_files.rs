//! Public data sets, if `REVPLAY_TEST_DATA` names their folder (relative to the workspace).

use crate::fixture::*;
use revplay_io::{Format, ReadOptions, Source};
use revplay_ir::program::Field;
use revplay_ir::types::{Currency, Type};
use revplay_ir::value::Value;
use std::path::PathBuf;

fn data(name: &str) -> Option<Source> {
    let Ok(folder) = std::env::var("REVPLAY_TEST_DATA") else {
        eprintln!("SKIPPED: set REVPLAY_TEST_DATA to the folder that holds {name}");
        return None;
    };
    let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = workspace.join(folder).join(name);
    assert!(path.exists(), "REVPLAY_TEST_DATA is set, but there is no {}", path.display());
    Some(Source::Path(path))
}

#[test]
fn bank_marketing_is_read_whole() {
    let Some(source) = data("bank-marketing/bank-additional-full.csv.gz") else { return };
    let unknown = |field: Field| Field { missing: vec!["unknown".into()], ..field };
    let mut program = program(vec![
        field("age", Type::Int),
        unknown(optional("housing", Type::Bool)),
        Field { missing: vec!["999".into()], ..optional("pdays", Type::Int) },
        field("poutcome", Type::Text),
        field("emp.var.rate", Type::Number),
        field("y", Type::Bool),
    ]);
    program.fields[3].ty = with_enum(&mut program, &["nonexistent", "failure", "success"], &[]);
    let taken = read_source(&program, &source, Format::Csv, None, &ReadOptions::default(), 4096).unwrap();
    assert_eq!((taken.rows.len(), taken.rejects.len()), (41_188, 0));
    let count = |column: usize, value: Value| taken.rows.iter().filter(|row| row[column] == value).count();
    assert_eq!(count(5, Value::Bool(true)), 4640);
    assert_eq!(count(1, Value::Bool(true)), 21_576);
    assert_eq!(count(1, Value::Missing), 41_188 - 21_576 - 18_622);
    assert_eq!(count(3, Value::Int(2)), 1373);
    assert_eq!(count(2, Value::Missing), 39_673);
    let ages: Vec<i64> =
        taken.rows.iter().filter_map(|row| if let Value::Int(n) = row[0] { Some(n) } else { None }).collect();
    assert_eq!((ages.iter().min(), ages.iter().max()), (Some(&17), Some(&98)));
    assert_eq!(taken.report.unused.len(), 15);
}

#[test]
fn maven_crm_is_read_whole() {
    let Some(source) = data("maven-crm/sales_pipeline.csv") else { return };
    let mut pipeline = program(vec![
        field("opportunity_id", Type::Text),
        optional("account", Type::Text),
        field("deal_stage", Type::Text),
        optional("engage_date", Type::Date),
        optional("close_value", Type::Money(Currency(*b"USD"))),
    ]);
    pipeline.fields[2].ty = with_enum(&mut pipeline, &["Prospecting", "Engaging", "Won", "Lost"], &[]);
    let taken = read_source(&pipeline, &source, Format::Csv, None, &ReadOptions::default(), 1000).unwrap();
    assert_eq!((taken.rows.len(), taken.rejects.len()), (8800, 0));
    let count = |column: usize, value: Value| taken.rows.iter().filter(|row| row[column] == value).count();
    assert_eq!(count(1, Value::Missing), 1425);
    assert_eq!(count(2, Value::Int(2)), 4238);
    assert_eq!(count(3, Value::Missing), 500);
    let won: i64 =
        taken.rows.iter().filter_map(|row| if let Value::Int(cents) = row[4] { Some(cents) } else { None }).sum();
    assert_eq!(won, 1_000_553_400, "won revenue 10,005,534");
    let accounts = program(vec![field("account", Type::Text), field("revenue", Type::Money(Currency(*b"USD")))]);
    let Some(source) = data("maven-crm/accounts.csv") else { return };
    let taken = read_source(&accounts, &source, Format::Csv, None, &ReadOptions::default(), 10).unwrap();
    assert_eq!((taken.rows.len(), taken.rejects.len()), (85, 0));
}
