//! `prove` tried on generated leads. A lead that breaks one settles it; none found is not yet a proof.

use super::{Case, Outcome, place};
use crate::settings::constant;
use revplay_ir::program::{Const, Program, RecordId};
use revplay_ir::value::Value;
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::explain::render_text;
use revplay_runtime::table::Table;
use revplay_runtime::{generate, testing};
use std::sync::Arc;
use std::time::Instant;

/// Leads that are generated, and linked rows for each.
const LEADS: usize = 5_000;
const LINKED_PER_LEAD: usize = 3;
/// The same leads every time: a failure can be looked at again.
const SEED: u64 = 1;

/// Tries the proves of these indexes.
pub fn try_all(program: &Arc<Program>, proves: &[usize], now_us: i64) -> Vec<Case> {
    let Some(decided) = program.decided.filter(|_| !proves.is_empty()) else { return Vec::new() };
    let started = Instant::now();
    let mut cases = Vec::new();
    let engine = Engine::new(program.clone(), Settings { now_us, params: Vec::new() });
    let mut engine = match engine {
        Ok(engine) => engine,
        Err(error) => {
            return proves
                .iter()
                .filter_map(|i| case(program, *i, Outcome::NotRun(error.to_string()), started))
                .collect();
        }
    };
    engine.link(generate::linked(program, now_us, SEED, LEADS, LINKED_PER_LEAD));
    let batch = generate::rows(program, now_us, SEED, LEADS);
    let broken = testing::try_proves(&engine, &batch);
    for index in proves {
        let outcome = match broken.iter().find(|example| example.prove == *index) {
            None => Outcome::Held(batch.rows),
            Some(example) => witness(&engine, decided, &batch, example.row, *index),
        };
        cases.extend(case(program, *index, outcome, started));
    }
    cases
}

fn case(program: &Program, index: usize, outcome: Outcome, started: Instant) -> Option<Case> {
    let prove = program.proves.get(index)?;
    let place = place(program, prove.site);
    Some(Case { name: prove.name.clone(), is_prove: true, place, outcome, took: started.elapsed() })
}

/// The lead that breaks a prove, with all fields left out that it does not need.
fn witness(engine: &Engine, decided: RecordId, batch: &Table, row: usize, prove: usize) -> Outcome {
    // A lead that breaks it without any linked rows says more.
    let settings = Settings { now_us: engine.now_us(), params: Vec::new() };
    let alone = Engine::new(engine.program().clone(), settings).ok();
    let breaks_alone = |alone: &Engine| testing::check_prove(alone, batch, row).iter().any(|e| e.prove == prove);
    let alone = alone.filter(breaks_alone);
    let links = if alone.is_some() || engine.program().links.is_empty() { "" } else { ", with generated linked rows" };
    let engine = alone.as_ref().unwrap_or(engine);
    let program = engine.program();
    let fields = program.records.get(decided.index()).map(|r| r.fields.clone()).unwrap_or_default();
    let defined: Vec<_> = fields.iter().filter_map(|f| program.fields.get(f.index())).collect();
    let mut values: Vec<Value> =
        defined.iter().enumerate().map(|(position, field)| batch.value(position, row, field.ty)).collect();
    let breaks = |values: &[Value]| {
        let table = Table::from_values(program, decided, &[values.to_vec()]);
        testing::check_prove(engine, &table, 0).iter().any(|example| example.prove == prove)
    };
    let mut left_out = vec![false; values.len()];
    for (position, field) in defined.iter().enumerate() {
        let without = match &field.default {
            Some(default) => value_of(default),
            None if field.optional => Value::Missing,
            None => continue,
        };
        let Some(slot) = values.get_mut(position) else { continue };
        let kept = std::mem::replace(slot, without);
        if breaks(&values) {
            if let Some(flag) = left_out.get_mut(position) {
                *flag = true;
            }
        } else if let Some(slot) = values.get_mut(position) {
            *slot = kept;
        }
    }
    let mut parts = Vec::new();
    for ((field, value), left_out) in defined.iter().zip(&values).zip(&left_out) {
        if !left_out && let Some(text) = literal(program, field.ty, value) {
            parts.push(format!("{} = {text}", field.name));
        }
    }
    let record = program.records.get(decided.index()).map_or("lead", |r| r.name.as_str());
    let table = Table::from_values(program, decided, &[values]);
    Outcome::Broken {
        lead: format!("{record} {{ {} }}{links}", parts.join(", ")),
        derivation: render_text(&engine.explain(&table, 0)),
    }
}

fn value_of(constant: &Const) -> Value {
    match constant {
        Const::Missing => Value::Missing,
        Const::Bool(b) => Value::Bool(*b),
        Const::Int(n) => Value::Int(*n),
        Const::Num(n) => Value::Num(*n),
        Const::Text(t) => Value::Text(t.clone()),
    }
}

/// A value as a test of the playbook would write it; none if it is missing.
fn literal(program: &Program, ty: revplay_ir::types::Type, value: &Value) -> Option<String> {
    let constant = match value {
        Value::Missing | Value::List(_) => return None,
        Value::Bool(b) => Const::Bool(*b),
        Value::Int(n) => Const::Int(*n),
        Value::Num(n) => Const::Num(*n),
        Value::Text(t) => return Some(format!("{:?}", t.as_ref())),
    };
    Some(constant::show(program, ty, &constant))
}
