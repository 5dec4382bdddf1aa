//! What a change of the runtime costs or saves, on rows that are made here: `cargo bench -p revplay-benches`.
//!
//! Beside other engines and at full size it is measured by `run.py`.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use revplay_benches::many::{playbook, rows};
use revplay_benches::program_of;
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::native::Native;
use revplay_runtime::playbook::{Playbook, Sources};
use std::time::UNIX_EPOCH;

/// Rows of a batch, as `revplay run` reads them.
const BATCH: usize = 16_384;
const RULES: [usize; 4] = [10, 24, 100, 1_000];

fn main() {
    divan::main();
}

fn engine(rules: usize) -> Engine {
    let program = program_of("many.play", playbook(rules)).expect("the playbook is right");
    Engine::new(program, Settings { now_us: 0, params: Vec::new() }).expect("it has no params")
}

/// From source to a checked program.
#[divan::bench(args = RULES)]
fn source_to_program(bencher: Bencher, rules: usize) {
    let text = playbook(rules);
    bencher.counter(ItemsCount::new(rules)).bench(|| program_of("many.play", text.clone()));
}

/// From a program to machine code.
#[divan::bench(args = RULES)]
fn program_to_code(bencher: Bencher, rules: usize) {
    let engine = engine(rules);
    bencher.counter(ItemsCount::new(rules)).bench(|| Native::compile(&engine));
}

/// A batch by machine code; items are rows.
#[divan::bench(args = RULES, threads = [1, 2])]
fn batch_native(bencher: Bencher, rules: usize) {
    let engine = engine(rules);
    let native = Native::compile(&engine).expect("this machine has code");
    let batch = rows(engine.program(), BATCH).expect("it decides a record");
    bencher.counter(ItemsCount::new(BATCH)).bench(|| native.decide(&engine, black_box(&batch)));
}

/// The same by the evaluator.
#[divan::bench(args = [10, 24], sample_count = 10)]
fn batch_evaluator(bencher: Bencher, rules: usize) {
    let engine = engine(rules);
    let batch = rows(engine.program(), BATCH).expect("it decides a record");
    bencher.counter(ItemsCount::new(BATCH)).bench(|| engine.decide(black_box(&batch)));
}

/// One record, from JSON to JSON.
#[divan::bench(args = [10, 24, 100])]
fn record_json(bencher: Bencher, rules: usize) {
    let settings = revplay_runtime::playbook::Settings::new();
    let playbook = Playbook::compile(Sources::new("many.play", playbook(rules)), settings).expect("it is right");
    let lead = r#"{"id": 7, "c0": 1200, "c1": 70, "c2": 99000, "c7": 5}"#;
    bencher.bench(|| playbook.decide_json(black_box(lead), UNIX_EPOCH));
}
