//! Compile time and throughput against the number of rules: each rule is two numeric comparisons and a constant.
//!
//! `cargo run --release -p revplay-benches --bin rules -- [rows] [numbers of rules]`

use revplay_benches::many::{playbook, rows};
use revplay_benches::{per_row, program_of};
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::native::Native;
use std::hint::black_box;
use std::time::Instant;

fn main() -> Result<(), String> {
    let mut args = std::env::args().skip(1);
    let count: usize = args.next().and_then(|a| a.parse().ok()).unwrap_or(100_000);
    let mut numbers: Vec<usize> = args.filter_map(|a| a.parse().ok()).collect();
    if numbers.is_empty() {
        numbers = vec![10, 24, 100, 1_000, 10_000];
    }
    for rules in numbers {
        let text = playbook(rules);
        let start = Instant::now();
        let program = program_of("many.play", text)?;
        let checked = start.elapsed();
        let start = Instant::now();
        let settings = Settings { now_us: 0, params: Vec::new() };
        let engine = Engine::new(program.clone(), settings).map_err(|e| e.to_string())?;
        let native = Native::compile(&engine).map_err(|e| e.to_string())?;
        let compiled = start.elapsed();
        let table = rows(&program, count).ok_or("no rows")?;
        let start = Instant::now();
        black_box(native.decide(&engine, &table));
        let first = start.elapsed();
        let (median, least) = per_row(count, 3, || {
            black_box(native.decide(&engine, &table));
        });
        println!(
            "{rules:>6} rules  source to program {:.1} ms  to native {:.1} ms  first batch {:.1} ms  run {:.3} ns per rule and row (least {:.3})",
            checked.as_secs_f64() * 1e3,
            compiled.as_secs_f64() * 1e3,
            first.as_secs_f64() * 1e3,
            median / rules as f64,
            least / rules as f64
        );
    }
    Ok(())
}
