//! Native code gives what the evaluator gives, bit for bit.

use proptest::prelude::*;
use revplay_ir::program::Program;
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::generate;
use revplay_runtime::native::Native;
use revplay_tests::decide::{self, same_on_both_engines as same};
use revplay_tests::generate as playbooks;
use revplay_tests::load;
use std::sync::Arc;

const NOW_US: i64 = 1_795_420_800_000_000; // 2026-11-23T08:00:00Z

fn engine(program: &Arc<Program>, now_us: i64, seed: u64, rows: usize) -> Engine {
    let mut engine = Engine::new(program.clone(), Settings { now_us, params: Vec::new() }).expect("an engine");
    engine.link(generate::linked(program, now_us, seed, rows, 3));
    engine
}

#[test]
fn playbooks_decide_alike_on_both_engines() {
    for path in ["inbound/inbound", "bank-marketing/bank", "maven-crm/pipeline", "benchmark/benchmark"] {
        let program = load::file(&format!("playbooks/{path}.play")).program();
        let now_us = decide::instant(&program, "2026-11-23 09:00");
        let engine = engine(&program, now_us, 11, 3_000);
        let native = Native::compile(&engine).expect("native code");
        let rows = generate::rows(&program, now_us, 11, 3_000);
        same(&engine, &native, &rows, path);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Generated programs, batches of 0 to 130 rows of edge values.
    #[test]
    fn v4_generated_programs_decide_alike_on_both_engines(seed in any::<u64>(), rows in 0usize..130) {
        let generated = playbooks::playbook(seed);
        let program = load::source(&generated.source).program();
        let engine = engine(&program, NOW_US, seed, rows);
        let native = Native::compile(&engine).expect("native code");
        let batch = generate::rows(&program, NOW_US, seed, rows);
        same(&engine, &native, &batch, &format!("seed {seed}\n{}", generated.source));
    }
}

/// A chain of definitions, each of which reads the one before several times, is compiled once each.
#[test]
fn e3_a_chain_of_definitions_compiles_in_time_linear_in_its_length() {
    let mut text = String::from("playbook p for lead\nrecord lead { id text key, n int? }\nlet a0 = n\n");
    for i in 1..200 {
        let before = i - 1;
        text.push_str(&format!("let a{i} = a{before} + 1 when a{before} > {before}, otherwise a{before}\n"));
    }
    text.push_str("output x = a199\n");
    let program = load::source(&text).program();
    let engine = engine(&program, NOW_US, 1, 50);
    let native = Native::compile(&engine).expect("native code");
    same(&engine, &native, &generate::rows(&program, NOW_US, 1, 50), "a chain");
}
