//! Native code gives what the evaluator gives, bit for bit.

use arrow_array::{ArrayRef, Int64Array};
use proptest::prelude::*;
use revplay_ir::program::Program;
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::generate;
use revplay_runtime::native::Native;
use revplay_runtime::table::Table;
use revplay_tests::decide::{self, same_on_both_engines as same, same_reasons_by};
use revplay_tests::generate as playbooks;
use revplay_tests::load;
use revplay_tests::mangle::mangled;
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
    #![proptest_config(ProptestConfig { cases: playbooks::cases(300), failure_persistence: None, ..ProptestConfig::default() })]

    /// Generated programs, batches of 0 to 130 rows of edge values.
    #[test]
    fn v4_generated_programs_decide_alike_on_both_engines(seed in any::<u64>(), rows in 0usize..130) {
        let generated = playbooks::playbook(seed);
        let program = load::source(&generated.source).program();
        let engine = engine(&program, NOW_US, seed, rows);
        let native = Native::compile(&engine).expect("native code");
        let batch = generate::rows(&program, NOW_US, seed, rows);
        same(&engine, &native, &batch, &format!("seed {seed}\n{}", generated.source));
        // The same rows in odd buffers, with the code and what it learned of texts.
        let odd = mangled(&batch, seed);
        same(&engine, &native, &odd, &format!("seed {seed}, odd buffers\n{}", generated.source));
        let telling = Native::compile_why(&engine, &[]).expect("native code");
        same_reasons_by(&engine, &telling, &batch, &format!("seed {seed}\n{}", generated.source));
        same_reasons_by(&engine, &telling, &odd, &format!("seed {seed}, odd buffers\n{}", generated.source));
        assert_eq!(engine.decide(&batch).columns, engine.decide(&odd).columns, "seed {seed}: the buffers change nothing");
    }
}

/// Batches that are large enough for code of their own: with missing values and without, with small integers and with
/// large ones, one after the other.
#[test]
fn v4_specialised_code_decides_alike() {
    for path in ["benchmark/benchmark", "inbound/inbound"] {
        let program = load::file(&format!("playbooks/{path}.play")).program();
        let now_us = decide::instant(&program, "2026-11-23 09:00");
        let engine = engine(&program, now_us, 5, 300);
        let native = Native::compile(&engine).expect("native code");
        for seed in 0..4 {
            let rows = generate::rows(&program, now_us, seed, 5_003);
            for rows in [mangled(&rows, seed), ordinary(&rows), rows] {
                same(&engine, &native, &rows, path);
            }
        }
    }
}

/// The rows without anything missing, their numbers small.
fn ordinary(rows: &Table) -> Table {
    let columns = rows.columns.iter().map(|column| {
        column.as_ref().map(|array| -> ArrayRef {
            match array.as_any().downcast_ref::<Int64Array>() {
                Some(ints) => Arc::new(ints.iter().map(|n| Some(n.unwrap_or(3).rem_euclid(5))).collect::<Int64Array>()),
                None => array.clone(),
            }
        })
    });
    Table { record: rows.record, rows: rows.rows, columns: columns.collect() }
}

/// Integers at the edges of 16, 32 and 64 bits, in columns that hold nothing wider, by one function and by several.
#[test]
fn v4_integers_of_every_width_decide_alike() {
    let edges: Vec<i64> =
        [7u32, 15, 16, 31, 32, 62].iter().flat_map(|bits| [-1, 0, 1].map(|by| (1i64 << bits) + by)).collect();
    for copies in [1, 30] {
        let mut text = String::from("playbook p for lead\nrecord lead { id text key, a int?, b int? }\nscore s {\n");
        for copy in 0..copies {
            for (i, edge) in edges.iter().enumerate() {
                text.push_str(&format!("  +{} \"A{copy} {i}\" when a >= {edge} and b < {edge}\n", i + copy + 1));
                text.push_str(&format!("  +{} \"B{copy} {i}\" when a = {edge} or b = 0 - {edge}\n", i % 5 + 1));
            }
        }
        text.push_str(
            "  +3 when a < b\n  +1 per b, up to 9\n}\noutput sum = a + b\noutput either = a when a > b, otherwise b\n",
        );
        let program = load::source(&text).program();
        let engine = engine(&program, NOW_US, 1, 5);
        for most in [1i64 << 15, 1 << 31, i64::MAX] {
            // A native code of its own: only so many shapes are compiled.
            let native = Native::compile(&engine).expect("native code");
            assert_eq!(native.plan().segments.len() > 1, copies > 1);
            let rows = 5_003;
            let of = |by: usize| {
                let value = |row: usize| {
                    let edge = edges.get((row * by) % edges.len()).copied().unwrap_or(0);
                    let value = if row.is_multiple_of(3) { -edge } else { edge };
                    (-most..most).contains(&value).then_some(value)
                };
                Some(Arc::new((0..rows).map(value).collect::<Int64Array>()) as ArrayRef)
            };
            let ids: arrow_array::StringArray = (0..rows).map(|row| Some(row.to_string())).collect();
            let record = program.decided.expect("a decided record");
            let table = Table { record, rows, columns: vec![Some(Arc::new(ids)), of(1), of(7)] };
            same(&engine, &native, &table, &format!("{copies} copies, below {most}"));
        }
    }
}

/// Scores that are cut into several functions, with rules of every kind between them.
#[test]
fn e3_large_scores_decide_alike() {
    let mut text =
        String::from("playbook p for lead\nrecord lead { id text key, a int?, b number?, t text?, f bool? }\n");
    text.push_str("score first in 0..90 {\n");
    for i in 0..300 {
        let rule = match i % 6 {
            0 => format!("+{} when a >= {i} and b < {}", i % 7, i * 3),
            1 => format!("-{} when t = \"t{i}\" or a = {i}", i % 5),
            2 => format!("+1 \"L{i}\" per a, up to {}", i % 11 + 1),
            3 => format!("+{} when f and a < {i}", i % 40_000),
            4 => format!("+70000 when b > {i} and a is missing"),
            _ => format!("group \"g{i}\" first up to 9 {{\n +5 when a > {i}\n +3 when b > {i}\n }}"),
        };
        text.push_str(&format!("  {rule}\n"));
    }
    text.push_str("}\nscore second {\n");
    for i in 0..200 {
        text.push_str(&format!("  +{} when first > {} and a > {i}\n", i % 9, i % 90));
    }
    text.push_str("}\n");
    let program = load::source(&text).program();
    let engine = engine(&program, NOW_US, 1, 50);
    let native = Native::compile(&engine).expect("native code");
    assert!(native.plan().segments.len() > 3, "{}", native.plan().print(&program));
    for rows in [0, 1, 7, 8, 9, 1_024, 1_025, 5_000] {
        let rows = generate::rows(&program, NOW_US, 3, rows);
        same(&engine, &native, &rows, "large scores");
        same(&engine, &native, &mangled(&rows, 9), "large scores");
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

/// Columns of a wrong kind are missing to both engines: the code never reads beyond a buffer.
#[test]
fn e2_columns_of_a_wrong_kind_are_missing_to_both_engines() {
    let program = load::file("playbooks/benchmark/benchmark.play").program();
    let engine = engine(&program, NOW_US, 1, 10);
    let native = Native::compile(&engine).expect("native code");
    for rows in [1, 9, 5_000] {
        let good = generate::rows(&program, NOW_US, 7, rows);
        let kinds: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from(vec![1; rows])),
            Arc::new(arrow_array::BooleanArray::from(vec![true; rows])),
            Arc::new(arrow_array::StringArray::from(vec!["x"; rows])),
            Arc::new(arrow_array::Int32Array::from(vec![7; rows])),
        ];
        for (shift, _) in kinds.iter().enumerate() {
            let wrong = (0..good.columns.len()).map(|i| kinds.get((i + shift) % kinds.len()).cloned());
            let wrong = Table { record: good.record, rows, columns: wrong.collect() };
            same(&engine, &native, &wrong, &format!("kinds shifted by {shift}"));
            // Too short is refused by whoever checks the table; here it must only do no harm.
            let short = wrong.columns.iter().map(|c| c.as_ref().map(|array| array.slice(0, rows / 2)));
            let short = Table { columns: short.collect(), ..wrong };
            assert!(native.decide(&engine, &short).columns.iter().all(|column| column.len() == rows));
        }
    }
}
