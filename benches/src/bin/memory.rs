//! Decisions in memory: nanoseconds per row of the native code on the benchmark's rows.
//!
//! `cargo run --release -p revplay-benches --bin memory -- leads_1m.parquet [rows per batch] [runs]`

use revplay_benches::{per_row, program, tables, with_dictionaries};
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::kpi::KpiStates;
use revplay_runtime::native::Native;
use std::hint::black_box;

/// 2026-11-01T00:00:00Z in microseconds.
const NOW_US: i64 = 1_793_491_200_000_000;

fn main() -> Result<(), String> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("name the file of leads")?;
    let batch: usize = args.next().and_then(|a| a.parse().ok()).unwrap_or(65_536);
    let runs: usize = args.next().and_then(|a| a.parse().ok()).unwrap_or(5);
    let program = program(concat!(env!("CARGO_MANIFEST_DIR"), "/../playbooks/benchmark/benchmark.play"))?;
    let settings = Settings { now_us: NOW_US, params: Vec::new() };
    let engine = Engine::new(program.clone(), settings).map_err(|e| e.to_string())?;
    let decided = program.decided.ok_or("the playbook decides nothing")?;
    let wanted = KpiStates::needed(&program, decided);
    let texts = tables(&program, &path, batch)?;
    let rows: usize = texts.iter().map(|t| t.rows).sum();
    for (name, tables) in [("texts", texts.clone()), ("dictionaries", with_dictionaries(&texts)?)] {
        let native = Native::compile(&engine).map_err(|e| e.to_string())?;
        let (median, least) = per_row(rows, runs, || {
            for table in &tables {
                black_box(native.decide(&engine, table));
            }
        });
        println!("decide, {name}  {rows} rows  median {median:.1} ns/row  least {least:.1} ns/row");
        let native = Native::compile_with(&engine, &wanted).map_err(|e| e.to_string())?;
        let (median, least) = per_row(rows, runs, || {
            let mut kpis = KpiStates::new(&engine);
            for table in &tables {
                let (decided, columns) = native.decide_with(&engine, table);
                kpis.add_given(&engine, table, Some(&decided), columns);
            }
            black_box(kpis.finish(&engine));
        });
        println!("decide + KPIs, {name}  {rows} rows  median {median:.1} ns/row  least {least:.1} ns/row");
    }
    Ok(())
}
