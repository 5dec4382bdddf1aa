//! Promises T1 to T4 and A1.

use crate::play::*;
use arrow_array::{Array, Int64Array, StringArray};
use revplay_ir::program::*;
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use revplay_runtime::decide::label_column;

fn base() -> Play {
    let mut play = Play::new();
    play.record(
        "lead",
        &[
            ("id", Type::Text),
            ("n", Type::Int),
            ("country", Type::Text),
            ("rep", Type::Text),
            ("mql_at", Type::Timestamp),
        ],
    );
    play
}

fn lead(n: Value, country: Value, rep: Value) -> Vec<Value> {
    vec![text("1"), n, country, rep]
}

fn row(when: Option<NodeId>, value: NodeId, text: &str) -> Row {
    Row { when, value, text: text.into(), site: SITE }
}

#[test]
fn t1_a_band_takes_the_first_true_row_and_missing_falls_to_otherwise() {
    let mut play = base();
    let labels = play.labels("tier", &["A", "B", "C"]);
    let zero = play.int(0);
    let (a, b) = (play.at_least("lead.n", 75), play.at_least("lead.n", 50));
    let rows = vec![row(Some(a), zero, "n >= 75"), row(Some(b), zero, "n >= 50"), row(None, zero, "")];
    let id = play.decide("tier", Type::Enum(labels), DecisionKind::Band(Rows { labels, rows }));
    let engine = play.engine();
    let tiers: Vec<Value> =
        [int(80), int(75), int(74), MISSING].map(|n| decided(&engine, id, lead(n, MISSING, MISSING))).to_vec();
    assert_eq!(tiers, [int(0), int(0), int(1), int(2)]);
    let batch = table(&engine, 0, &[lead(int(80), MISSING, MISSING), lead(MISSING, MISSING, MISSING)]);
    let columns = engine.decide(&batch).columns;
    assert_eq!(columns[0].as_any().downcast_ref::<Int64Array>().map(|c| c.values().to_vec()), Some(vec![0, 2]));
    let names = label_column(engine.program(), &engine.program().outputs[0], &columns[0]);
    let names = names.as_any().downcast_ref::<StringArray>().expect("labels");
    assert_eq!((names.value(0), names.value(1)), ("A", "C"));
}

#[test]
fn t1_a_grade_takes_the_first_true_row_and_the_first_true_column() {
    let mut play = base();
    let labels = play.labels("grade", &["A1", "A2", "B1", "B2"]);
    let high = play.at_least("lead.n", 50);
    let german = play.text_is("lead.country", "DE");
    let grade = Grade {
        labels,
        columns: vec![Some(german), None],
        rows: vec![Some(high), None],
        cells: vec![vec![0, 1], vec![2, 3]],
        column_texts: vec!["country = DE".into(), "otherwise".into()],
        row_texts: vec!["n >= 50".into(), "otherwise".into()],
    };
    let id = play.decide("grade", Type::Enum(labels), DecisionKind::Grade(grade));
    let engine = play.engine();
    let grade = |n, country| decided(&engine, id, lead(n, country, MISSING));
    assert_eq!(
        [grade(int(50), text("DE")), grade(int(50), MISSING), grade(MISSING, text("DE")), grade(int(1), text("AT"))],
        [int(0), int(1), int(2), int(3)]
    );
}

#[test]
fn t4_a_journey_is_at_its_last_true_stage() {
    let mut play = base();
    let labels = play.labels("stage", &["awareness", "consideration", "customer"]);
    let zero = play.int(0);
    let (some, german) = (play.at_least("lead.n", 20), play.text_is("lead.country", "DE"));
    let rows = vec![row(None, zero, ""), row(Some(some), zero, "n >= 20"), row(Some(german), zero, "country = DE")];
    let id = play.decide("stage", Type::Enum(labels), DecisionKind::Journey(Rows { labels, rows }));
    let engine = play.engine();
    let stage = |n, country| decided(&engine, id, lead(n, country, MISSING));
    assert_eq!(
        [stage(MISSING, MISSING), stage(int(20), MISSING), stage(MISSING, text("DE"))],
        [int(0), int(1), int(2)]
    );
}

#[test]
fn t4_recommend_takes_the_first_true_rows_and_none_is_a_good_answer() {
    let mut play = base();
    let offers = ["ROI calculator", "Buyer's guide", "Webinar"].map(|offer| play.text(offer));
    let (some, german) = (play.at_least("lead.n", 20), play.text_is("lead.country", "DE"));
    let rows =
        vec![row(Some(german), offers[0], "a"), row(Some(some), offers[1], "b"), row(Some(some), offers[2], "c")];
    let id = play.decide("content", Type::List, DecisionKind::Recommend { top: 2, rows });
    let engine = play.engine();
    let content = |n, country| match decided(&engine, id, lead(n, country, MISSING)) {
        Value::List(items) => items.join(" + "),
        other => panic!("{other:?}"),
    };
    assert_eq!(content(int(20), text("DE")), "ROI calculator + Buyer's guide");
    assert_eq!(content(int(20), MISSING), "Buyer's guide + Webinar");
    assert_eq!(content(MISSING, MISSING), "");
}

fn sized(play: &mut Play, policy: HitPolicy) -> DecisionId {
    let (large, small) = (play.at_least("lead.n", 1000), play.at_least("lead.n", 10));
    let german = play.text_is("lead.country", "DE");
    let values = ["enterprise", "smb", "german", "other"].map(|value| play.text(value));
    let table_row = |when, wildcards, value, text: &str| TableRow {
        when,
        wildcards,
        values: vec![value],
        text: text.into(),
        site: SITE,
    };
    let rows = vec![
        table_row(Some(large), 1, values[0], "n >= 1000"),
        table_row(Some(small), 1, values[1], "n >= 10"),
        table_row(Some(german), 0, values[2], "country = DE"),
        table_row(None, 0, values[3], "otherwise"),
    ];
    let outputs = vec![("size".to_owned(), Type::Text)];
    let ty = match policy {
        HitPolicy::CollectCount => Type::Int,
        HitPolicy::CollectList => Type::List,
        HitPolicy::First | HitPolicy::Unique | HitPolicy::MostSpecific => Type::Text,
    };
    play.decide("size", ty, DecisionKind::Table(Table { policy, outputs, rows }))
}

#[test]
fn t2_each_hit_policy_takes_its_row() {
    let at = |policy, n: Value, country: Value| {
        let mut play = base();
        let id = sized(&mut play, policy);
        let engine = play.engine();
        let batch = table(&engine, 0, &[lead(n, country, MISSING)]);
        let result = engine.decide_row(&batch, 0);
        (result.get(id, Part::Main), result.findings.into_iter().map(|f| f.message).collect::<Vec<_>>())
    };
    assert_eq!(at(HitPolicy::First, int(2000), text("DE")), (text("enterprise"), vec![]));
    assert_eq!(at(HitPolicy::First, MISSING, MISSING), (text("other"), vec![]));
    assert_eq!(at(HitPolicy::Unique, int(20), MISSING), (text("smb"), vec![]), "otherwise is no overlap");
    let overlap = "two rows of a unique table are true: `n >= 10` and `country = DE`";
    assert_eq!(at(HitPolicy::Unique, int(20), text("DE")), (text("smb"), vec![overlap.to_owned()]));
    assert_eq!(at(HitPolicy::MostSpecific, int(2000), text("DE")), (text("german"), vec![]));
    let tie = "two rows are equally specific: `n >= 1000` and `n >= 10`";
    assert_eq!(at(HitPolicy::MostSpecific, int(2000), MISSING), (text("enterprise"), vec![tie.to_owned()]));
    assert_eq!(at(HitPolicy::CollectCount, int(2000), text("DE")).0, int(3));
    let (list, _) = at(HitPolicy::CollectList, int(20), text("DE"));
    assert_eq!(list, Value::List(["smb", "german"].map(std::sync::Arc::from).to_vec().into()));
}

fn territory(
    policy: HitPolicy,
    rows: &[(Option<&str>, Option<i64>, &str)],
) -> (revplay_runtime::engine::Engine, DecisionId) {
    let mut play = base();
    let (country, n) = (play.field("lead.country"), play.field("lead.n"));
    let rows = rows.iter().enumerate().map(|(i, (country, n, rep))| LookupRow {
        keys: vec![country.map(|c| Const::Text(c.into())), n.map(Const::Int)],
        values: vec![Const::Text((*rep).into())],
        line: i as u32 + 2,
    });
    let lookup = Lookup {
        policy,
        inputs: vec![country, n],
        input_names: vec!["country".into(), "n".into()],
        folded: vec![true, false],
        outputs: vec![("rep".into(), Type::Text)],
        rows: rows.collect(),
    };
    let id = play.decide("territory", Type::Text, DecisionKind::Lookup(lookup));
    (play.engine(), id)
}

#[test]
fn t2_a_lookup_takes_the_most_specific_row_and_tells_of_ties() {
    let rows = [
        (None, None, "any"),
        (Some("DE"), None, "German"),
        (Some("DE"), Some(5), "German 5"),
        (None, Some(5), "5"),
        (Some("at"), None, "Austrian"),
    ];
    let (engine, id) = territory(HitPolicy::MostSpecific, &rows);
    let at = |country, n| decided(&engine, id, lead(n, country, MISSING));
    assert_eq!(at(text("de"), int(5)), text("German 5"));
    assert_eq!(at(text("DE"), int(6)), text("German"));
    assert_eq!(at(text("AT"), MISSING), text("Austrian"));
    assert_eq!(at(MISSING, int(5)), text("5"), "any matches missing");
    assert_eq!(at(MISSING, MISSING), text("any"));
    let batch = table(&engine, 0, &[lead(int(5), text("AT"), MISSING)]);
    let result = engine.decide_row(&batch, 0);
    assert_eq!(result.get(id, Part::Main), text("5"), "the first of two");
    assert_eq!(result.findings[0].message, "the rows of lines 5 and 6 both match and are equally specific");
}

#[test]
fn t2_a_first_lookup_takes_the_first_line_of_all_that_match() {
    let (engine, id) =
        territory(HitPolicy::First, &[(Some("DE"), Some(5), "a"), (None, None, "b"), (Some("DE"), None, "c")]);
    let at = |country, n| decided(&engine, id, lead(n, country, MISSING));
    assert_eq!([at(text("DE"), int(5)), at(text("DE"), int(6))], [text("a"), text("b")]);
    let (engine, id) = territory(HitPolicy::First, &[(Some("DE"), None, "a")]);
    assert_eq!(decided(&engine, id, lead(MISSING, MISSING, MISSING)), MISSING);
}

/// hold when n >= 1000; to person rep when country = DE; to team emea when country = DE; otherwise queue.
fn desk(play: &mut Play) -> DecisionId {
    let (large, german) = (play.at_least("lead.n", 1000), play.text_is("lead.country", "DE"));
    let rep = play.field("lead.rep");
    let route_row = |when, target, label: Option<&str>, text: &str| RouteRow {
        when,
        target,
        label: label.map(str::to_owned),
        text: text.into(),
        site: SITE,
    };
    let rows = vec![
        route_row(Some(large), RouteTarget::Hold("Too large".into()), None, "n >= 1000"),
        route_row(Some(german), RouteTarget::Person(rep), Some("Their rep"), "country = DE"),
        route_row(Some(german), RouteTarget::Team("emea".into()), None, "country = DE"),
        route_row(None, RouteTarget::Queue("nurture".into()), None, ""),
    ];
    play.decide("desk", Type::Target, DecisionKind::Route(rows))
}

#[test]
fn t3_a_route_row_whose_target_is_missing_does_not_match() {
    let mut play = base();
    let id = desk(&mut play);
    let engine = play.engine();
    let at = |n, country, rep| decided(&engine, id, lead(n, country, rep));
    assert_eq!(at(MISSING, text("DE"), text("Anna")), text("person Anna"));
    assert_eq!(at(MISSING, text("DE"), MISSING), text("team emea"));
    assert_eq!(at(MISSING, MISSING, text("Anna")), text("queue nurture"));
    assert_eq!(at(int(1000), text("DE"), text("Anna")), text("hold"));
}

#[test]
fn a1_a_handoff_is_no_held_or_ready_with_its_reason_and_due_time() {
    let mut play = base();
    let status = play.labels("mql_status", &["no", "held", "ready"]);
    let route = desk(&mut play);
    let (score, german) = (play.at_least("lead.n", 60), play.text_is("lead.country", "DE"));
    let (country, rep) = (play.field("lead.country"), play.field("lead.rep"));
    let (mql_at, now) = (play.field("lead.mql_at"), play.dag.add(Node::Now, Type::Timestamp, false));
    let from = play.op(revplay_ir::ops::Op::Else, &[mql_at, now], Type::Timestamp);
    let hours = play.constant(Const::Int(4 * HOUR), Type::Duration);
    let due = play.op(revplay_ir::ops::Op::AddInt, &[from, hours], Type::Timestamp);
    let handoff = Handoff {
        from: "marketing".into(),
        to: "sales".into(),
        qualify: vec![("Score".into(), score, SITE), ("German".into(), german, SITE)],
        require: vec![("country".into(), country), ("rep".into(), rep)],
        route: Some(route),
        due: Some(due),
        status,
        follow_ups: vec![],
        reject: vec![],
        recycle: vec![],
    };
    let id = play.decide("mql", Type::Bool, DecisionKind::Handoff(handoff));
    let engine = play.engine();
    let at = |n, country, rep, mql_at| {
        let batch = table(&engine, 0, &[vec![text("1"), n, country, rep, mql_at]]);
        let result = engine.decide_row(&batch, 0);
        [Part::Main, Part::Status, Part::Reason, Part::DueAt].map(|part| result.get(id, part))
    };
    let (yes, no) = (Value::Bool(true), Value::Bool(false));
    assert_eq!(at(MISSING, MISSING, MISSING, MISSING), [no, int(0), MISSING, MISSING]);
    let ready = at(int(60), text("DE"), text("Anna"), int(NOW - DAY));
    assert_eq!(ready, [yes.clone(), int(2), text("Score"), int(NOW - DAY + 4 * HOUR)]);
    let by_now = at(int(1), text("DE"), text("Anna"), MISSING);
    assert_eq!(by_now, [yes.clone(), int(2), text("German"), int(NOW + 4 * HOUR)]);
    assert_eq!(at(int(60), text("DE"), MISSING, MISSING), [yes.clone(), int(1), text("rep is missing"), MISSING]);
    assert_eq!(at(int(60), MISSING, MISSING, MISSING)[2], text("country, rep are missing"));
    assert_eq!(at(int(1000), text("DE"), text("Anna"), MISSING)[2], text("Too large"));
    assert_eq!(at(int(1000), text("DE"), MISSING, MISSING)[2], text("rep is missing; Too large"));
}

#[test]
fn a1_deciding_a_batch_row_by_row_or_in_parts_is_the_same() {
    let mut play = base();
    desk(&mut play);
    sized(&mut play, HitPolicy::MostSpecific);
    let engine = play.engine();
    let all = revplay_runtime::generate::rows(engine.program(), NOW, 7, 300);
    let whole = engine.decide(&all);
    for row in 0..all.rows {
        let columns = all.columns.iter().map(|c| c.as_ref().map(|c| c.slice(row, 1))).collect();
        let part = revplay_runtime::table::Table { record: all.record, rows: 1, columns };
        for (one, column) in engine.decide(&part).columns.iter().zip(&whole.columns) {
            assert_eq!(one, &column.slice(row, 1));
        }
    }
    let targets = whole.columns[0].as_any().downcast_ref::<StringArray>().expect("targets");
    let distinct: std::collections::BTreeSet<&str> = targets.iter().flatten().collect();
    assert!(distinct.len() >= 3, "generated rows reach many rows: {distinct:?}");
}
