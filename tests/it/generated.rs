//! Generated playbooks: print, parse, check, evaluate; the program's text form.

use proptest::prelude::*;
use revplay_ir::program::Program;
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::generate;
use revplay_tests::generate as playbooks;
use revplay_tests::load;
use std::sync::Arc;

const NOW_US: i64 = 1_795_420_800_000_000; // 2026-11-23T08:00:00Z

/// An engine with generated rows of all linked records.
fn engine(program: &Arc<Program>, seed: u64) -> Engine {
    let mut engine = Engine::new(program.clone(), Settings { now_us: NOW_US, params: Vec::new() }).expect("an engine");
    let linked = generate::linked(program, NOW_US, seed, 50, 3);
    engine.link(linked);
    engine
}

/// Everything that must hold for one seed.
fn check_seed(seed: u64) {
    let generated = playbooks::playbook(seed);
    let loaded = load::source(&generated.source);
    assert_eq!(loaded.errors(), Vec::<String>::new(), "seed {seed}\n{}", generated.source);

    let printed = revplay_compiler::ast::print::file(&loaded.checked.units[0].tree);
    let again = load::source(&printed);
    let twice = revplay_compiler::ast::print::file(&again.checked.units[0].tree);
    assert_eq!(printed, twice, "seed {seed}: printing is stable");

    let program = loaded.program();
    assert_eq!(*again.program(), Program { files: again.program().files.clone(), ..strip(&program, &again.program()) });
    let text = revplay_ir::text::print(&program);
    let parsed = revplay_ir::text::parse(&text).unwrap_or_else(|e| panic!("seed {seed}: {e:?}\n{text}"));
    assert_eq!(parsed, *program, "seed {seed}: the text form round-trips");

    let engine = engine(&program, seed);
    let rows = generate::rows(&program, NOW_US, seed, 50);
    let decided = engine.decide(&rows);
    assert_eq!(decided.columns.len(), program.outputs.len());
    for row in 0..rows.rows {
        let explanation = engine.explain(&rows, row);
        super::explain::accounts_for_every_point(&program, &engine, &rows, row, &explanation);
    }
}

/// The program with the sites of another: printing moves lines.
fn strip(program: &Program, sites_of: &Program) -> Program {
    let mut program = program.clone();
    revplay_tests::load::copy_sites(&mut program, sites_of);
    program
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_playbooks_print_parse_check_and_evaluate(seed in any::<u64>()) {
        check_seed(seed);
    }
}
