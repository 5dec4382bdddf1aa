//! What a territory table costs a lead: the same playbook with a table of 40,000 rows and without it, on the same leads.
//!
//! `cargo run --release -p revplay-benches --bin territory -- [leads] [rows of the table]`

use revplay_benches::seeded::Seeded;
use revplay_benches::{per_row, program_with, with_dictionaries};
use revplay_ir::program::Program;
use revplay_ir::value::Value;
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::native::Native;
use revplay_runtime::table::Table;
use std::fmt::Write;
use std::hint::black_box;

const COUNTRIES: usize = 40;
/// Rows of a batch.
const BATCH: usize = 16_384;
const RUNS: usize = 9;

/// The playbook: by country and postal area (an integer) or by domain (a text), to the person who has the territory.
fn playbook(table: Option<&str>) -> String {
    let mut text = String::from(
        "playbook places for lead\nrecord lead {\n  id int key\n  country text?\n  area int?\n  domain text?\n  size int?\n}\n",
    );
    text.push_str("score fit { +10 when size >= 100 }\n");
    if let Some(table) = table {
        let _ = writeln!(text, "{table}");
    }
    text
}

fn leads(program: &Program, count: usize, rows: usize) -> Option<Vec<Table>> {
    let mut seeded = Seeded::new(42);
    let areas = rows / COUNTRIES;
    let lead = |id: usize, seeded: &mut Seeded| {
        vec![
            Value::Int(id as i64),
            Value::text(&format!("c{}", seeded.below(COUNTRIES))),
            // One lead in ten has a place that the table does not know.
            Value::Int(seeded.below(areas * 10 / 9) as i64),
            Value::text(&format!("company{}.example", seeded.below(rows * 10 / 9))),
            Value::Int(seeded.below(1_000) as i64),
        ]
    };
    let record = program.decided?;
    let batch = |from: usize, seeded: &mut Seeded| {
        let rows: Vec<Vec<Value>> = (from..count.min(from + BATCH)).map(|id| lead(id, seeded)).collect();
        Table::from_values(program, record, &rows)
    };
    Some((0..count).step_by(BATCH).map(|from| batch(from, &mut seeded)).collect())
}

/// Nanoseconds per lead: the median and the least.
fn time(text: String, table: &[(&str, String)], count: usize, rows: usize) -> Result<(f64, f64), String> {
    let program = program_with("places.play", text, table)?;
    let settings = Settings { now_us: 0, params: Vec::new() };
    let engine = Engine::new(program.clone(), settings).map_err(|e| e.to_string())?;
    let native = Native::compile(&engine).map_err(|e| e.to_string())?;
    let batches = with_dictionaries(&leads(&program, count, rows).ok_or("the playbook decides nothing")?)?;
    let run = || batches.iter().for_each(|batch| drop(black_box(native.decide(&engine, batch))));
    run();
    Ok(per_row(count, RUNS, run))
}

fn main() -> Result<(), String> {
    let mut args = std::env::args().skip(1);
    let mut number = |otherwise: usize| args.next().and_then(|a| a.parse().ok()).unwrap_or(otherwise);
    let (count, rows) = (number(1_000_000), number(40_000));
    let (mut places, mut domains) = (String::from("country,area,rep\n"), String::from("domain,rep\n"));
    for row in 0..rows {
        let _ = writeln!(places, "c{},{},rep {}", row % COUNTRIES, row / COUNTRIES, row % 300);
        let _ = writeln!(domains, "company{row}.example,rep {}", row % 300);
    }
    let (without, _) = time(playbook(None), &[], count, rows)?;
    let tables = [
        (
            "country and area, unique",
            "table territory(country, area) -> rep text from \"territories.csv\" unique",
            &places,
        ),
        (
            "country and area, first",
            "table territory(country, area) -> rep text from \"territories.csv\" first",
            &places,
        ),
        (
            "country and area, most specific",
            "table territory(country, area) -> rep text from \"territories.csv\" most specific, blank is any",
            &places,
        ),
        ("domain, unique", "table territory(domain) -> rep text from \"territories.csv\" unique", &domains),
    ];
    println!("{count} leads, {rows} rows of the table, without it {without:.1} ns a lead");
    for (name, table, file) in tables {
        let (with, least) = time(playbook(Some(table)), &[("territories.csv", file.clone())], count, rows)?;
        println!("{name:<32} {:>7.1} ns a lead more (least {:.1})", with - without, least - without);
    }
    Ok(())
}
