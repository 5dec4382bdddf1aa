//! Rows of linked records.

use super::{DEMO, NOW, demo};
use arrow_array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray};
use revplay_runtime::playbook::{Error, Now, Playbook, Reloading, Settings, Sources};
use std::sync::Arc;

fn texts(items: &[Option<&str>]) -> ArrayRef {
    Arc::new(items.iter().copied().collect::<StringArray>())
}

fn accounts(tier: &str) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable([
        ("id", texts(&[Some("a1"), Some("a2"), Some("a1")]), true),
        ("owner", texts(&[Some("Carl"), None, Some("Eve")]), true),
        ("tier", texts(&[Some(tier), Some("silver"), Some("gold")]), true),
    ])
    .unwrap()
}

fn activities() -> RecordBatch {
    let day = 24 * super::HOUR;
    let times = [1, 5, 60, 2].map(|days| NOW.micros() - days * day);
    RecordBatch::try_from_iter_with_nullable([
        ("lead_id", texts(&[Some("1"), Some("1"), Some("1"), Some("2")]), true),
        ("at", Arc::new(TimestampMicrosecondArray::from(times.to_vec()).with_timezone("UTC")) as ArrayRef, true),
        ("kind", texts(&[Some("form"), Some("form"), Some("form"), Some("page_view")]), true),
    ])
    .unwrap()
}

#[track_caller]
fn decided(playbook: &Playbook) -> (f64, String) {
    let mut record = playbook.record();
    record.set("id", "1").unwrap().set("account_id", "a1").unwrap().set("consent", true).unwrap();
    let decision = record.decide(NOW).unwrap();
    (decision.number("warmth").unwrap().unwrap(), decision.text("desk").unwrap().unwrap().to_owned())
}

#[test]
fn linked_rows_decide_with() {
    let bare = demo();
    let linked = bare.link("account", &[accounts("gold")]).unwrap().link("activity", &[activities()]).unwrap();
    assert_eq!(decided(&linked), (15.0, "person Carl".to_owned()));
    assert_eq!(decided(&bare), (0.0, "queue nurture".to_owned()), "the first is as it was");
    assert_eq!(linked.link_report().repeated.len(), 1, "the second a1");
    let silver = linked.link("account", &[accounts("silver")]).unwrap();
    assert_eq!(decided(&silver).0, 5.0, "accounts replaced, activities stay");
    assert_eq!(decided(&silver.link("activity", &[]).unwrap()).0, 0.0);
    assert_eq!(decided(&linked.link("activity", &[activities(), activities()]).unwrap()).0, 20.0);
    let ids = RecordBatch::try_from_iter([("id", texts(&[Some("1")])), ("account_id", texts(&[Some("a1")]))]).unwrap();
    let batch = linked.decide_batch(&ids, NOW).unwrap();
    let mut record = linked.record();
    record.set("id", "1").unwrap().set("account_id", "a1").unwrap();
    let shown = arrow_array::cast::AsArray::as_primitive::<arrow_array::types::Decimal128Type>(
        batch.column_by_name("warmth").unwrap().as_ref(),
    )
    .value_as_string(0);
    assert_eq!(record.decide(NOW).unwrap().shown("warmth").unwrap(), Some(shown));
}

/// Windows move with `now`: nothing that was found at one instant is used at another.
#[test]
fn n4_linked_rows_are_counted_as_of_each_call() {
    let native = demo().link("account", &[accounts("gold")]).unwrap().link("activity", &[activities()]).unwrap();
    let settings = Settings::new().without_machine_code();
    let evaluated = Playbook::compile(Sources::new("demo.play", DEMO), settings).unwrap();
    let evaluated = evaluated.link("account", &[accounts("gold")]).unwrap();
    let evaluated = evaluated.link("activity", &[activities()]).unwrap();
    let ids = RecordBatch::try_from_iter([("id", texts(&[Some("1"), Some("2"), Some("1")]))]).unwrap();
    let mut seen = Vec::new();
    for days in [0, -3, 24, 27, 40, -59, 0] {
        let now = Now::from_micros(NOW.micros() + days * 24 * super::HOUR);
        let batch = native.decide_batch(&ids, now).unwrap();
        assert_eq!(batch, evaluated.decide_batch(&ids, now).unwrap(), "{days}");
        let mut record = native.record();
        record.set("id", "1").unwrap();
        seen.push(record.decide(now).unwrap().number("warmth").unwrap().unwrap());
    }
    assert_eq!(seen, [5.0, 2.5, 5.0, 2.5, 0.0, 2.5, 5.0]);
}

#[test]
fn e2_bad_linked_rows_are_refused_or_left_out() {
    let playbook = demo();
    let error = playbook.link("account", &[accounts("bronze")]).unwrap_err();
    assert_eq!(error.rejects()[0].column, "tier");
    let (linked, rejects) = playbook.link_with_rejects("account", &[accounts("gold"), accounts("bronze")]).unwrap();
    assert_eq!((rejects.len(), rejects[0].row), (1, 3), "counted over all batches");
    assert_eq!(decided(&linked).1, "person Carl");
    let (linked, _) = playbook.link_with_rejects("account", &[accounts("bronze")]).unwrap();
    assert_eq!(decided(&linked).1, "person Eve", "the first a1 is left out");
    let error = playbook.link("acount", &[]).unwrap_err();
    assert_eq!(error.to_string(), "the playbook has no record `acount`; did you mean `account`?");
    assert!(matches!(playbook.link("activity", &[accounts("gold")]), Err(Error::Column { .. })));
}

#[test]
fn a_reload_keeps_the_linked_rows() {
    let place = Reloading::new(demo().link("activity", &[activities()]).unwrap());
    let next = DEMO.replace("+2.5 \"Forms\"", "+3.5 \"Forms\"");
    place.reload(Sources::new("demo.play", next), Settings::new()).unwrap();
    assert_eq!(decided(&place.current()).0, 7.0);
    let params = place.current().with_params(&[("enterprise", 200.into())]).unwrap();
    assert_eq!(decided(&params).0, 7.0);
}
