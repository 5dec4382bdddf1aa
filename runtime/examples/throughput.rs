//! How fast the reference evaluator decides: a score of 40 rules, a band, a route and a table of
//! 40,000 lines over generated rows with three events each.
//!
//! `cargo run --release -p revplay-runtime --example throughput`

#[allow(dead_code)]
#[path = "../tests/it/play.rs"]
mod play;

use play::*;
use revplay_ir::ops::Op;
use revplay_ir::program::*;
use revplay_ir::types::Type;
use revplay_runtime::generate;
use std::time::Instant;

fn main() {
    let rows: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let mut engine = playbook();
    let batch = generate::rows(engine.program(), NOW, 1, rows);
    let linked = generate::linked(engine.program(), NOW, 2, rows, 3);
    let events: usize = linked.iter().map(|table| table.rows).sum();
    let start = Instant::now();
    engine.link(linked);
    println!("{events} events linked in {:?}", start.elapsed());
    let start = Instant::now();
    let decided = engine.decide(&batch);
    let elapsed = start.elapsed();
    println!("{rows} rows decided in {elapsed:?}, {} findings", decided.findings.len());
    let start = Instant::now();
    let told: usize = (0..rows.min(1_000)).map(|row| engine.explain(&batch, row).decisions.len()).sum();
    println!("{told} decisions explained in {:?}", start.elapsed());
}

fn playbook() -> revplay_runtime::engine::Engine {
    let mut play = Play::new();
    let lead =
        play.record("lead", &[("id", Type::Text), ("n", Type::Int), ("country", Type::Text), ("x", Type::Number)]);
    play.program.records[lead.index()].key = Some(play.field_id("lead.id"));
    let event = play.record("event", &[("lead_id", Type::Text), ("at", Type::Timestamp), ("kind", Type::Text)]);
    play.program.records[event.index()].event_time = Some(play.field_id("event.at"));
    let link = play.link("events", true, "lead.id", "event.lead_id");
    let mut rules = Vec::new();
    for i in 0..34 {
        let (size, country) = (play.at_least("lead.n", i * 100), play.text_is("lead.country", "DE"));
        let not = play.bool_op(Op::Not, &[country]);
        let both = play.bool_op(Op::And, &[size, not]);
        rules.push(rule(&format!("rule {i}"), Some(both), Amount::Steps(i)));
    }
    let (x, one) = (play.field("lead.x"), play.int(1));
    let kind = play.text_is("event.kind", "form");
    for i in 0..6 {
        let mut each = each(link, one);
        each.half_life_us = Some(30 * DAY);
        each.at_most = (i % 2 == 0).then_some((1, Period::Day));
        each.filter = (i % 3 == 0).then_some(kind);
        rules.push(rule(&format!("events {i}"), None, Amount::Each(each)));
    }
    rules.push(rule("x", None, Amount::Computed(x)));
    let fit = play.decide("fit", Type::Int, DecisionKind::Score(score(vec![group(Some("all"), rules)])));
    let (country, points) = (play.field("lead.country"), play.result(fit));
    let lines = (0..40_000).map(|i| LookupRow {
        keys: vec![(i % 7 > 0).then(|| Const::Text(format!("c{i}").into())), (i % 5 > 0).then_some(Const::Int(i))],
        values: vec![Const::Text("rep".into())],
        line: i as u32,
    });
    let lookup = Lookup {
        policy: HitPolicy::First,
        inputs: vec![country, points],
        input_names: vec!["country".into(), "fit".into()],
        folded: vec![true, false],
        outputs: vec![("rep".into(), Type::Text)],
        rows: lines.collect(),
    };
    play.decide("territory", Type::Text, DecisionKind::Lookup(lookup));
    play.engine()
}
