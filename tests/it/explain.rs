//! Explanations account for every point.

use revplay_ir::program::{DecisionKind, Part, Program};
use revplay_ir::value::Value;
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::explain::{Detail, Explanation};
use revplay_runtime::generate;
use revplay_runtime::table::Table;
use revplay_tests::{decide, load};

/// The contributions shown add up to each score, to the last step.
pub fn accounts_for_every_point(
    program: &Program,
    engine: &Engine,
    rows: &Table,
    row: usize,
    explanation: &Explanation,
) {
    let result = engine.decide_row(rows, row);
    for (index, decision) in program.decisions.iter().enumerate() {
        let DecisionKind::Score(score) = &decision.kind else { continue };
        let shown = explanation.decisions.iter().find(|d| d.name == decision.name).expect("the score is explained");
        let Detail::Score(detail) = &shown.detail else { panic!("{} is a score", decision.name) };
        let sum: i64 = detail.lines.iter().map(|l| l.steps).sum();
        let id = revplay_ir::program::DecisionId(index as u32);
        let value = result.get(id, Part::Main);
        assert_eq!(value, Value::Int(sum * score.step), "{}: the lines shown add up", decision.name);
    }
}

#[test]
fn explain_accounts_for_every_point_of_10_000_generated_leads() {
    let program = load::file("playbooks/inbound/inbound.play").program();
    let now_us = decide::instant(&program, "2026-11-23 09:00");
    let mut engine = Engine::new(program.clone(), Settings { now_us, params: Vec::new() }).expect("an engine");
    let linked = generate::linked(&program, now_us, 7, 10_000, 4);
    engine.link(linked);
    let rows = generate::rows(&program, now_us, 7, 10_000);
    let mut scores = std::collections::BTreeSet::new();
    for row in 0..rows.rows {
        let explanation = engine.explain(&rows, row);
        accounts_for_every_point(&program, &engine, &rows, row, &explanation);
        scores.extend(explanation.decisions.iter().filter(|d| d.name == "engagement").map(|d| d.value.clone()));
    }
    assert!(scores.len() > 50, "the generated leads differ: {} engagement scores", scores.len());
}
