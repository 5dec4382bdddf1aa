//! The totals of KPIs against a naive fold: all rows of a group in a list, its value from the list.

mod naive;

use crate::play::*;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, BooleanArray, DictionaryArray, StringArray};
use naive::*;
use proptest::prelude::*;
use revplay_ir::program::*;
use revplay_ir::value::Value;
use revplay_runtime::kpi::{KpiStates, NodeColumns};
use revplay_runtime::table::Table;
use std::sync::Arc;

fn slice(table: &Table, from: usize, rows: usize) -> Table {
    let columns = table.columns.iter().map(|column| column.as_ref().map(|column| column.slice(from, rows)));
    Table { record: table.record, rows, columns: columns.collect() }
}

fn added(case: &Case, table: &Table) -> KpiStates {
    let mut states = KpiStates::new(&case.engine);
    states.add(&case.engine, table);
    states
}

/// Adds rows whole, in parts that are merged, and in parts one after the other.
fn check_all_ways(case: &Case, rows: &[Vec<Value>], cuts: &[usize]) {
    let table = table(&case.engine, 0, rows);
    let expected: Vec<Expected> = case.totals.iter().map(|naive| expected(case, naive, rows)).collect();
    check(case, &expected, &added(case, &table).finish(&case.engine), "whole");
    let mut bounds: Vec<usize> = cuts.iter().map(|cut| (*cut).min(rows.len())).chain([0, rows.len()]).collect();
    bounds.sort_unstable();
    let mut merged = KpiStates::new(&case.engine);
    let mut streamed = KpiStates::new(&case.engine);
    for pair in bounds.windows(2) {
        let part = slice(&table, pair[0], pair[1] - pair[0]);
        merged.merge(&added(case, &part));
        streamed.add(&case.engine, &part);
    }
    check(case, &expected, &merged.finish(&case.engine), "merged");
    check(case, &expected, &streamed.finish(&case.engine), "streamed");
}

fn of<T: std::fmt::Debug + Clone + 'static>(
    known: impl Strategy<Value = T> + 'static,
    value: impl Fn(T) -> Value + 'static,
) -> BoxedStrategy<Value> {
    let known = known.prop_map(value).boxed();
    prop_oneof![1 => Just(Value::Missing), 5 => known].boxed()
}

fn a_row() -> impl Strategy<Value = Vec<Value>> {
    let int = prop_oneof![
        4 => -3i64..4,
        1 => Just(i64::MIN),
        1 => Just(i64::MAX),
        1 => any::<i64>(),
        1 => 0i64..100_000,
    ];
    let number = prop_oneof![
        3 => (-400i32..400).prop_map(|x| f64::from(x) / 100.0),
        1 => prop::sample::select(vec![1e308, -1e308, 5e-324, -5e-324, f64::MAX, f64::MIN, 0.0, -0.0, 1e16, -1e16, 0.1]),
        1 => prop::num::f64::NORMAL,
        1 => prop::num::f64::SUBNORMAL,
    ];
    let at = prop_oneof![
        4 => (-400i64..10).prop_map(|d| NOW + d * DAY + 7 * HOUR),
        1 => NOW - 2..NOW + 3,
        1 => any::<i64>(),
    ];
    let fields: Vec<BoxedStrategy<Value>> = vec![
        of(any::<bool>(), Value::Bool),
        of(0i64..3, Value::Int),
        of(int.clone(), Value::Int),
        of(int, Value::Int),
        of(-20_000i64..20_000, Value::Int),
        of(number, Value::Num),
        of(prop::sample::select(vec!["", "a", "b", "aa", "ä", "Zoë", "a; b"]), Value::text),
        of(19_000i64..21_000, Value::Int),
        of(at, Value::Int),
    ];
    fields
}

fn a_case() -> impl Strategy<Value = Case> {
    let by = prop::sample::select(vec![
        vec![],
        vec![1],
        vec![0, 1],
        vec![6],
        vec![2],
        vec![5],
        vec![1, 6, 2],
        vec![7, 3],
        vec![8, 1],
    ]);
    let periods = vec![
        None,
        Some(Period::Day),
        Some(Period::Week),
        Some(Period::Month),
        Some(Period::Quarter),
        Some(Period::FiscalQuarter),
        Some(Period::Year),
        Some(Period::FiscalYear),
    ];
    let anchor = prop::sample::select(vec![Some(7usize), Some(8), Some(8), None]);
    (by, prop::sample::select(periods), anchor, any::<bool>(), 0usize..5).prop_map(|(by, per, anchor, timed, part)| {
        let mut case = case(&by, per, anchor, timed);
        // Not all at once: a case is to be quick.
        case.keep_at(|i, _| i % 5 == part);
        case
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn k2_totals_are_those_of_the_list_of_rows_however_it_is_split(
        case in a_case(),
        rows in prop::collection::vec(a_row(), 0..70),
        cuts in prop::collection::vec(0usize..70, 0..4),
    ) {
        check_all_ways(&case, &rows, &cuts);
    }

    #[test]
    fn k2_the_order_of_rows_changes_nothing_but_the_first_of_one_instant(
        rows in prop::collection::vec(a_row(), 0..60),
        turn in 0usize..60,
    ) {
        let mut case = case(&[1], None, None, false);
        case.keep_at(|i, _| i % 3 == turn % 3);
        let mut turned = rows.clone();
        turned.rotate_left(turn.min(rows.len()));
        turned.reverse();
        let both = [rows, turned].map(|rows| added(&case, &table(&case.engine, 0, &rows)).finish(&case.engine));
        for (a, b) in both[0].iter().zip(&both[1]) {
            prop_assert_eq!(lines(&case, &a.rows), lines(&case, &b.rows), "{}", a.kpi.clone());
        }
    }
}

/// Numbers that look random, the same in each run.
fn mixed(i: usize) -> u64 {
    let x = (i as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 16
}

/// So many rows that blocks, packed values, many groups and codes by hash all occur.
fn many(rows: usize) -> Vec<Vec<Value>> {
    let row = |i: usize| {
        let x = mixed(i);
        let maybe = |by: u64, value: Value| if (x >> 7).is_multiple_of(by) { Value::Missing } else { value };
        vec![
            maybe(5, Value::Bool(x.is_multiple_of(3))),
            maybe(6, int((x % 3) as i64)),
            int((x % 90_001) as i64 * 1_000_003),
            maybe(11, int((x % 400) as i64 - 200)),
            maybe(7, int((x % 10_001) as i64)),
            maybe(12, Value::Num(((x % 1_000_000) as f64 - 300_000.0) / 7.0 * 10f64.powi((x % 9) as i32))),
            maybe(8, Value::text(&format!("text {}", x % 777))),
            maybe(9, int(19_000 + (x % 900) as i64)),
            maybe(10, int(NOW - (x % 700) as i64 * DAY / 3)),
        ]
    };
    (0..rows).map(row).collect()
}

#[test]
fn k2_many_rows_total_as_few_do() {
    let mut case = case(&[1], None, None, true);
    let kept = |naive: &Naive| matches!(naive.body, None | Some(2 | 4 | 5 | 6)) && naive.percentile == 0.5;
    case.keep(kept);
    check_all_ways(&case, &many(20_000), &[16_000, 16_001, 19_000]);
    let mut case = self::case(&[6, 1], Some(Period::Quarter), Some(8), false);
    case.keep(|naive| kept(naive) && matches!(naive.filter, Filter::None | Filter::Flag));
    check_all_ways(&case, &many(9_000), &[7_777]);
}

#[test]
fn l2_a_group_whose_rows_do_not_pass_is_a_group_and_nothing_is_no_group() {
    let case = case(&[1], None, None, false);
    check_all_ways(&case, &[], &[]);
    let row =
        |flag: bool, label: i64| vec![Value::Bool(flag), int(label)].into_iter().chain(vec![MISSING; 7]).collect();
    let rows: Vec<Vec<Value>> = vec![row(false, 0), row(true, 2), row(false, 0)];
    check_all_ways(&case, &rows, &[1]);
    let reports = added(&case, &table(&case.engine, 0, &rows)).finish(&case.engine);
    let counted =
        reports.iter().zip(&case.totals).find(|(_, n)| matches!((n.fold, n.filter), (Fold::Count, Filter::Flag)));
    let values: Vec<Value> = counted.expect("it is there").0.rows.iter().map(|row| row.value.clone()).collect();
    assert_eq!(values, [int(0), int(1)]);
}

#[test]
fn k2_columns_that_are_given_total_as_the_batch_does() {
    let case = case(&[6, 1], Some(Period::Week), Some(8), true);
    let program = case.engine.program().clone();
    let rows = many(3_000);
    let batch = table(&case.engine, 0, &rows);
    let expected = added(&case, &batch).finish(&case.engine);
    let mut columns = NodeColumns::new(&case.engine, &batch, None);
    let text = KpiStates::needed(&program, RecordId(0)).into_iter().find(|node| {
        let is_text = matches!(program.nodes[node.index()].node, Node::Field(field) if program.fields[field.index()].name == "text");
        is_text && columns.has(*node)
    });
    let text = text.expect("the text is read and there");
    let plain = batch.columns[6].clone().expect("a column");
    let plain = plain.as_any().downcast_ref::<StringArray>().expect("texts");
    let dictionary: DictionaryArray<Int32Type> = plain.iter().collect();
    assert!(columns.give(&program, text, Arc::new(dictionary.clone())), "a dictionary of texts is good");
    assert!(!columns.give(&program, text, Arc::new(dictionary.slice(0, 10))), "too short");
    let bools: ArrayRef = Arc::new(BooleanArray::from(vec![true; rows.len()]));
    assert!(!columns.give(&program, text, bools), "of another kind");
    let mut states = KpiStates::new(&case.engine);
    states.add_given(&case.engine, &batch, None, columns);
    assert_eq!(states.finish(&case.engine), expected);
    // Rows that are not meant are not there.
    let odd: Vec<Vec<Value>> =
        rows.iter().enumerate().filter(|(i, _)| i % 2 == 1).map(|(_, row)| row.clone()).collect();
    let mut flags = self::case(&[1], None, None, false);
    flags.keep(|naive| matches!(naive.filter, Filter::None | Filter::Flag));
    let batch = table(&flags.engine, 0, &rows);
    let counts: BooleanArray = (0..rows.len()).map(|i| if i % 4 == 0 { None } else { Some(i % 2 == 1) }).collect();
    let mut states = KpiStates::new(&flags.engine);
    states.add_columns(&flags.engine, &NodeColumns::new(&flags.engine, &batch, None), Some(&counts));
    assert_eq!(states.finish(&flags.engine), added(&flags, &table(&flags.engine, 0, &odd)).finish(&flags.engine));
}
