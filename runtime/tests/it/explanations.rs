//! Explanations: what counted, what nearly did, and why.

use crate::play::*;
use revplay_ir::ops::Op;
use revplay_ir::program::*;
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use revplay_runtime::engine::Engine;
use revplay_runtime::explain::{Detail, render_text, why_columns};

/// A score over employees and country, a band of it, and a route by the band.
fn inbound() -> Engine {
    let mut play = Play::new();
    let lead = play.record(
        "lead",
        &[("id", Type::Text), ("employees", Type::Int), ("country", Type::Text), ("owner", Type::Text)],
    );
    play.program.records[lead.index()].key = Some(play.field_id("lead.id"));
    let id = play.field_id("lead.owner");
    play.program.fields[id.index()].pii = true;
    let large = play.at_least("lead.employees", 200);
    let german = play.text_is("lead.country", "DE");
    let both = play.bool_op(Op::And, &[large, german]);
    let mut company = group(
        Some("Company"),
        vec![
            Rule { text: "employees >= 200".into(), ..rule("Large", Some(large), Amount::Steps(30)) },
            Rule { text: "country = \"DE\"".into(), ..rule("Home market", Some(german), Amount::Steps(20)) },
            Rule {
                text: "employees >= 200 and country = \"DE\"".into(),
                ..rule("Both", Some(both), Amount::Steps(15))
            },
        ],
    );
    company.up_to = Some(60);
    let fit = play.decide("fit", Type::Int, DecisionKind::Score(score(vec![company])));
    let labels = play.labels("tier", &["A", "B"]);
    let (points, fifty, zero) = (play.result(fit), play.int(50), play.int(0));
    let high = play.bool_op(Op::CmpInt(Compare::Ge), &[points, fifty]);
    let rows = vec![
        Row { when: Some(high), value: zero, text: "fit >= 50".into(), site: SITE },
        Row { when: None, value: zero, text: String::new(), site: SITE },
    ];
    play.decide("tier", Type::Enum(labels), DecisionKind::Band(Rows { labels, rows }));
    let owner = play.field("lead.owner");
    let rows = vec![
        RouteRow {
            when: Some(high),
            target: RouteTarget::Person(owner),
            label: Some("Owner".into()),
            text: "tier = A".into(),
            site: SITE,
        },
        RouteRow {
            when: None,
            target: RouteTarget::Queue("nurture".into()),
            label: None,
            text: String::new(),
            site: SITE,
        },
    ];
    play.decide("desk", Type::Target, DecisionKind::Route(rows));
    play.engine()
}

fn lead(employees: Value, country: Value, owner: Value) -> Vec<Value> {
    vec![text("17"), employees, country, owner]
}

#[test]
fn an_explanation_shows_points_caps_near_misses_and_rows() {
    let engine = inbound();
    let batch = table(
        &engine,
        0,
        &[lead(int(2000), text("DE"), MISSING), lead(int(120), text("DE"), MISSING), lead(MISSING, MISSING, MISSING)],
    );
    let explained = render_text(&engine.explain(&batch, 0));
    let expected = "\
lead 17, decided by test as of 2026-11-23T08:00:00Z

fit = 60
  +30  Large: employees >= 200  [employees is 2000]
  +20  Home market: country = \"DE\"  [country is DE]
  +15  Both: employees >= 200 and country = \"DE\"  [employees is 2000, country is DE]
   -5  cap of Company (up to 60)

tier = A
  -> A: fit >= 50  [fit is 60]

desk = queue nurture
     person owner \"Owner\": tier = A, but its target is missing
  -> queue nurture: otherwise
";
    assert_eq!(explained, expected);
    let near = render_text(&engine.explain_decision(&batch, 1, DecisionId(0)).expect("a decision"));
    let expected = "\
lead 17, decided by test as of 2026-11-23T08:00:00Z

fit = 20
  +20  Home market: country = \"DE\"  [country is DE]
  not counted:
    Large (+30): employees is 120, needs employees >= 200
    Both (+15): employees is 120, needs employees >= 200
";
    assert_eq!(near, expected);
    let missing = render_text(&engine.explain_decision(&batch, 2, DecisionId(0)).expect("a decision"));
    assert!(missing.contains("Large (+30): employees is missing\n"), "{missing}");
    assert!(!missing.contains("Both"), "two parts lack: no near miss\n{missing}");
    assert_eq!(engine.explain_decision(&batch, 0, DecisionId(9)), None);
}

#[test]
fn an_explanation_is_json_of_a_stable_shape() {
    let engine = inbound();
    let batch = table(&engine, 0, &[lead(int(2000), text("AT"), text("Anna"))]);
    let json = serde_json::to_value(engine.explain(&batch, 0)).expect("plain data");
    assert_eq!(json["decisions"][0]["detail"]["of"], "score");
    assert_eq!(json["decisions"][0]["detail"]["lines"][0]["points"], "+30");
    assert_eq!(json["decisions"][0]["detail"]["lines"][0]["facts"][0]["value"], "2000");
    assert_eq!(json["decisions"][0]["detail"]["near"][0]["lacks"], "country is AT, needs country = \"DE\"");
    assert_eq!(json["decisions"][1]["detail"]["rows"][0]["outcome"], "false");
    assert_eq!(json["decisions"][1]["detail"]["rows"][0]["lacks"], "fit is 30, needs fit >= 50");
    assert_eq!(json["decisions"][2]["value"], "queue nurture");
}

#[test]
fn reasons_have_the_same_columns_for_every_row() {
    let engine = inbound();
    let batch = table(&engine, 0, &[lead(int(2000), text("DE"), text("Anna")), lead(MISSING, MISSING, MISSING)]);
    let rows: Vec<Vec<(String, String)>> = (0..2).map(|row| engine.why(&batch, row)).collect();
    let texts = |row: usize| rows[row].iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>();
    assert_eq!(texts(0), ["Large +30; Home market +20; Both +15; cap of Company -5", "fit >= 50", "Owner"]);
    assert_eq!(texts(1), ["", "otherwise", "otherwise"]);
    for row in rows {
        assert_eq!(row.into_iter().map(|(column, _)| column).collect::<Vec<_>>(), why_columns(engine.program()));
    }
}

#[test]
fn explaining_a_row_does_not_change_what_is_decided() {
    let engine = inbound();
    let batch = revplay_runtime::generate::rows(engine.program(), NOW, 3, 200);
    let mut shown = std::collections::BTreeSet::new();
    for row in 0..batch.rows {
        let result = engine.decide_row(&batch, row);
        let explanation = engine.explain(&batch, row);
        let Value::Int(points) = result.get(DecisionId(0), Part::Main) else { panic!("a score is never missing") };
        let Detail::Score(score) = &explanation.decisions[0].detail else { panic!("a score") };
        assert_eq!((score.steps, explanation.decisions[0].value.clone()), (points, Some(points.to_string())));
        shown.insert(points);
    }
    assert_eq!(shown.into_iter().collect::<Vec<_>>(), [0, 20, 30, 60]);
}
