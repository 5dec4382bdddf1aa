//! The playbook's own tests and proofs, and generated rows.

use crate::play::*;
use arrow_array::Array;
use revplay_ir::ops::Op;
use revplay_ir::program::*;
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use revplay_runtime::generate;
use revplay_runtime::testing::{check_prove, run_test, try_proves};
use std::sync::Arc;

/// A score of employees (default 100) plus one per activity, and an account's owner.
fn base() -> (Play, DecisionId) {
    let mut play = Play::new();
    let lead = play.record("lead", &[("id", Type::Text), ("employees", Type::Int), ("is_customer", Type::Bool)]);
    let activity = play.record("activity", &[("lead_id", Type::Text), ("at", Type::Timestamp)]);
    play.program.records[lead.index()].key = Some(FieldId(0));
    play.program.records[activity.index()].event_time = Some(play.field_id("activity.at"));
    play.program.fields[1].default = Some(Const::Int(100));
    play.program.fields[1].range =
        Some(Range { low: Some(Const::Int(1)), high: Some(Const::Int(5000)), high_open: false });
    let link = play.link("activities", true, "lead.id", "activity.lead_id");
    let large = play.at_least("lead.employees", 200);
    let one = play.int(1);
    let rules =
        vec![rule("Large", Some(large), Amount::Steps(30)), rule("Active", None, Amount::Each(each(link, one)))];
    let fit = play.decide("fit", Type::Int, DecisionKind::Score(score(vec![group(None, rules)])));
    (play, fit)
}

fn fit_is(play: &mut Play, fit: DecisionId, points: i64) -> Expect {
    let (left, right) = (play.result(fit), play.int(points));
    let when = play.bool_op(Op::CmpInt(Compare::Eq), &[left, right]);
    Expect { when, sides: Some((left, right)), about: Some(fit), text: format!("fit = {points}"), site: SITE }
}

fn test_of(rows: Vec<(RecordId, Vec<(FieldId, NodeId)>)>, expects: Vec<Expect>) -> Test {
    Test { name: "a test".into(), now_us: Some(NOW), params: vec![], rows, expects, site: SITE }
}

#[test]
fn a_test_passes_with_defaults_and_linked_rows() {
    let (mut play, fit) = base();
    let id = play.text("1");
    let now = play.dag.add(Node::Now, Type::Timestamp, false);
    let event = (RecordId(1), vec![(FieldId(3), id), (FieldId(4), now)]);
    let expect = fit_is(&mut play, fit, 2);
    let employees = play.field("lead.employees");
    let hundred = play.int(100);
    let when = play.bool_op(Op::CmpInt(Compare::Eq), &[employees, hundred]);
    let default = Expect { when, sides: None, about: None, text: "employees = 100".into(), site: SITE };
    let rows = vec![(RecordId(0), vec![(FieldId(0), id)]), event.clone(), event];
    let test = test_of(rows, vec![expect, default]);
    let outcome = run_test(&play.finish(), &test, 0).expect("an engine");
    assert_eq!((outcome.passed, outcome.failures), (true, vec![]));
}

#[test]
fn a_test_that_fails_shows_both_sides_and_the_derivation() {
    let (mut play, fit) = base();
    let employees = play.int(150);
    let expect = fit_is(&mut play, fit, 30);
    let customer = play.field("lead.is_customer");
    let unknown = Expect { when: customer, sides: None, about: None, text: "is_customer".into(), site: SITE };
    let test = test_of(vec![(RecordId(0), vec![(FieldId(1), employees)])], vec![expect, unknown]);
    let outcome = run_test(&play.finish(), &test, 0).expect("an engine");
    assert!(!outcome.passed);
    let failure = &outcome.failures[0];
    assert_eq!((failure.text.as_str(), failure.expected.as_str(), failure.got.as_str()), ("fit = 30", "30", "0"));
    assert!(failure.derivation.contains("employees is 150, needs employees >= 200"), "{}", failure.derivation);
    assert_eq!(
        (outcome.failures[1].expected.as_str(), outcome.failures[1].got.as_str()),
        ("true", "neither true nor false")
    );
}

#[test]
fn a_test_without_a_decided_record_fails() {
    let (mut play, fit) = base();
    let expect = fit_is(&mut play, fit, 0);
    let outcome = run_test(&play.finish(), &test_of(vec![], vec![expect]), 0).expect("an engine");
    assert_eq!((outcome.passed, outcome.failures[0].expected.as_str()), (false, "a row of `lead`"));
}

#[test]
fn a_prove_is_broken_only_by_false() {
    let (mut play, _) = base();
    let customer = play.field("lead.is_customer");
    let holds = play.bool_op(Op::Not, &[customer]);
    play.program.proves.push(Prove { name: "no customers".into(), holds, site: SITE });
    let engine = play.engine();
    let row = |customer: Value| vec![text("1"), int(1), customer];
    let batch =
        table(&engine, 0, &[row(MISSING), row(Value::Bool(false)), row(Value::Bool(true)), row(Value::Bool(true))]);
    let broken: Vec<usize> = (0..4).map(|r| check_prove(&engine, &batch, r).len()).collect();
    assert_eq!(broken, [0, 0, 1, 1]);
    let found = try_proves(&engine, &batch);
    assert_eq!((found.len(), found[0].row, found[0].name.as_str()), (1, 2, "no customers"));
    let generated = generate::rows(engine.program(), NOW, 1, 100);
    assert_eq!(try_proves(&engine, &generated).len(), 1);
}

#[test]
fn generated_rows_stand_at_the_edges_inside_the_ranges_and_repeat() {
    let (play, _) = base();
    let program = play.finish();
    let rows = generate::rows(&program, NOW, 5, 500);
    let again = generate::rows(&program, NOW, 5, 500);
    assert_eq!(format!("{:?}", rows.columns), format!("{:?}", again.columns));
    rows.check(&program).expect("canonical");
    let employees: std::collections::BTreeSet<Option<i64>> = (0..500)
        .map(|row| match rows.value(1, row, Type::Int) {
            Value::Int(x) => Some(x),
            _ => None,
        })
        .collect();
    assert!(employees.iter().flatten().all(|x| (1..=5000).contains(x)));
    for edge in [None, Some(1), Some(199), Some(200), Some(201), Some(5000)] {
        assert!(employees.contains(&edge), "{edge:?} of {employees:?}");
    }
    let linked = generate::linked(&program, NOW, 5, 500, 3);
    assert_eq!((linked.len(), linked[0].rows), (1, 1500));
    let mut engine = engine(Arc::clone(&program));
    let known = linked[0].columns[0].as_ref().map_or(0, |c| c.len() - c.null_count()) as u64;
    engine.link(linked);
    engine.decide(&rows);
    let orphans = engine.orphans()[0].rows;
    assert_eq!(orphans, 1500 - known, "every key leads to a row");
}
