//! The playbook's own tests, and its `prove` statements tried on given rows.

use crate::engine::{Engine, Settings};
use crate::error::Error;
use crate::explain::{known_text, render_decision};
use crate::table::Table;
use crate::trace::Truth;
use revplay_ir::program::{DecisionId, Expect, FieldId, NodeId, Program, RecordId, Site, Test};
use revplay_ir::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What became of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct TestOutcome {
    /// Every expectation holds.
    pub passed: bool,
    /// Those that do not, in order.
    pub failures: Vec<Failure>,
    /// What a reader should know besides: overlaps, repeated keys.
    pub notes: Vec<String>,
}

/// An expectation that does not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The expectation as the playbook writes it.
    pub text: String,
    /// What was expected.
    pub expected: String,
    /// What came out.
    pub got: String,
    /// How it came out: the explanation of the decision that the expectation is about.
    pub derivation: String,
    /// Where it stands.
    pub site: Site,
}

/// Runs a test; `now_us` is for a test that does not set its own.
///
/// Fields that the test does not give have their default, else they are missing. An expectation
/// must hold for every decided record that the test gives.
///
/// # Errors
/// Those of [`Engine::new`].
pub fn run_test(program: &Arc<Program>, test: &Test, now_us: i64) -> Result<TestOutcome, Error> {
    let now_us = test.now_us.unwrap_or(now_us);
    let mut engine = Engine::new(program.clone(), Settings { now_us, params: test.params.clone() })?;
    let mut tables = tables(&engine, test);
    let decided = program.decided.and_then(|record| tables.remove(&record));
    let mut outcome = TestOutcome { passed: true, failures: Vec::new(), notes: Vec::new() };
    // A record that links to its own kind is decided and linked.
    let own = program.links.iter().any(|link| Some(link.to) == program.decided);
    let linked = tables.into_values().chain(decided.clone().filter(|_| own)).collect();
    for repeated in engine.link(linked).repeated {
        let record = &program.records[repeated.record.index()].name;
        outcome.notes.push(format!("a key of `{record}` is given twice; the first row stays"));
    }
    let Some(batch) = decided else {
        let record = program.decided.map_or("", |record| program.records[record.index()].name.as_str());
        outcome.failures.push(no_record(test, record));
        outcome.passed = false;
        return Ok(outcome);
    };
    for row in 0..batch.rows {
        let findings = engine.decide_row(&batch, row).findings;
        outcome.notes.extend(findings.into_iter().map(|finding| finding.message));
        outcome.failures.extend(test.expects.iter().filter_map(|expect| check_expect(&engine, &batch, row, expect)));
    }
    outcome.passed = outcome.failures.is_empty();
    Ok(outcome)
}

fn no_record(test: &Test, record: &str) -> Failure {
    Failure {
        text: test.name.clone(),
        expected: format!("a row of `{record}`"),
        got: "none".to_owned(),
        derivation: String::new(),
        site: test.site,
    }
}

/// The rows of a test by record, with defaults.
fn tables(engine: &Engine, test: &Test) -> BTreeMap<RecordId, Table> {
    let program = &engine.program;
    let mut rows: BTreeMap<RecordId, Vec<Vec<Value>>> = BTreeMap::new();
    for (record, given) in &test.rows {
        rows.entry(*record).or_default().push(row_values(engine, *record, given));
    }
    rows.into_iter().map(|(record, rows)| (record, Table::from_values(program, record, &rows))).collect()
}

fn row_values(engine: &Engine, record: RecordId, given: &[(FieldId, NodeId)]) -> Vec<Value> {
    let program = &engine.program;
    // What is given reads no field: any table will do.
    let nothing = Table { record, rows: 0, columns: Vec::new() };
    let fields = program.records.get(record.index()).map(|r| r.fields.as_slice()).unwrap_or_default();
    let value = |field: &FieldId| {
        let given = given.iter().find(|(f, _)| f == field);
        let value = given.map_or(Value::Missing, |(_, node)| engine.eval_node(&nothing, 0, *node));
        match &program.fields[field.index()].default {
            Some(default) if value.is_missing() => crate::prepare::value_of(default),
            Some(_) | None => value,
        }
    };
    fields.iter().map(value).collect()
}

fn check_expect(engine: &Engine, batch: &Table, row: usize, expect: &Expect) -> Option<Failure> {
    let holds = engine.eval_node(batch, row, expect.when);
    if holds.is_true() {
        return None;
    }
    let (expected, got) = match expect.sides {
        Some((left, right)) => (shown(engine, batch, row, right), shown(engine, batch, row, left)),
        None => ("true".to_owned(), truth_text(&holds).to_owned()),
    };
    let derivation = expect.about.map(|about| derivation(engine, batch, row, about)).unwrap_or_default();
    Some(Failure { text: expect.text.clone(), expected, got, derivation, site: expect.site })
}

fn shown(engine: &Engine, batch: &Table, row: usize, node: NodeId) -> String {
    let ty = engine.program.nodes[node.index()].ty;
    known_text(engine, ty, &engine.eval_node(batch, row, node)).unwrap_or_else(|| "missing".to_owned())
}

fn truth_text(value: &Value) -> &'static str {
    match Truth::of(value) {
        Truth::True => "true",
        Truth::False => "false",
        Truth::Neither => "neither true nor false",
    }
}

fn derivation(engine: &Engine, batch: &Table, row: usize, about: DecisionId) -> String {
    let explained = engine.explain_decision(batch, row, about);
    explained.map(|e| e.decisions.iter().map(render_decision).collect()).unwrap_or_default()
}

/// A `prove` that a row breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterexample {
    /// Index into [`Program::proves`].
    pub prove: usize,
    /// Its text.
    pub name: String,
    /// The row that breaks it.
    pub row: usize,
    /// Where it stands.
    pub site: Site,
}

/// The `prove` statements that are false for a row. Neither true nor false does not break one.
pub fn check_prove(engine: &Engine, batch: &Table, row: usize) -> Vec<Counterexample> {
    let broken = |holds: NodeId| engine.eval_node(batch, row, holds) == Value::Bool(false);
    let proves = engine.program.proves.iter().enumerate().filter(|(_, prove)| broken(prove.holds));
    proves.map(|(i, prove)| Counterexample { prove: i, name: prove.name.clone(), row, site: prove.site }).collect()
}

/// Tries every `prove` on every row; the first row that breaks each.
pub fn try_proves(engine: &Engine, batch: &Table) -> Vec<Counterexample> {
    let mut found: BTreeMap<usize, Counterexample> = BTreeMap::new();
    for row in 0..batch.rows {
        if found.len() == engine.program.proves.len() {
            break;
        }
        for example in check_prove(engine, batch, row) {
            found.entry(example.prove).or_insert(example);
        }
    }
    found.into_values().collect()
}
