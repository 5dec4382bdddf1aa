//! Compile time and throughput against the number of rules: each rule is two numeric comparisons and a constant.
//!
//! `cargo run --release -p revplay-benches --bin rules -- [rows] [numbers of rules]`

use revplay_benches::{per_row, program_of};
use revplay_ir::program::Program;
use revplay_ir::value::Value;
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::native::Native;
use revplay_runtime::table::Table;
use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

const COLUMNS: usize = 40;

/// A seeded generator (xorshift), so that every run sees the same rules and rows.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n.max(1)
    }
}

fn playbook(rules: usize) -> String {
    let mut seeded = Seeded(0x9e37_79b9_7f4a_7c15);
    let mut text = String::from("playbook many for lead\nrecord lead {\n  id int key\n");
    for column in 0..COLUMNS {
        let _ = writeln!(text, "  c{column} int?");
    }
    text.push_str("}\nscore points {\n");
    for _ in 0..rules {
        let (a, b) = (seeded.below(COLUMNS as u64), seeded.below(COLUMNS as u64));
        let (x, y) = (seeded.below(100_000), seeded.below(100_000));
        let points = seeded.below(20) + 1;
        let _ = writeln!(text, "  +{points} when c{a} >= {x} and c{b} < {y}");
    }
    text.push_str("}\n");
    text
}

fn rows(program: &Program, count: usize) -> Option<Table> {
    let mut seeded = Seeded(42);
    let rows: Vec<Vec<Value>> = (0..count)
        .map(|id| {
            let mut row = vec![Value::Int(id as i64)];
            row.extend((0..COLUMNS).map(|_| match seeded.below(10) {
                0 => Value::Missing,
                _ => Value::Int(seeded.below(100_000) as i64),
            }));
            row
        })
        .collect();
    Some(Table::from_values(program, program.decided?, &rows))
}

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
