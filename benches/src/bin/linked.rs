//! Linked records at speed: reading, linking and folding events for leads.
//!
//! `cargo run --release -p revplay-benches --bin linked -- PLAYBOOK LEADS RECORD=FILE...`

use revplay_benches::{per_row, program};
use revplay_io::{Format, ReadOptions, Reader, Source};
use revplay_ir::program::{Program, RecordId};
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::links::LinkedRows;
use revplay_runtime::native::Native;
use revplay_runtime::table::Table;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// 2026-11-23T08:00:00Z in microseconds.
const NOW_US: i64 = 1_795_420_800_000_000;
/// Rows of a batch.
const BATCH: usize = 16_384;

fn main() -> Result<(), String> {
    let mut args = std::env::args().skip(1);
    let program = program(&args.next().ok_or("name the playbook")?)?;
    let leads = args.next().ok_or("name the file of leads")?;
    let mut engine =
        Engine::new(program.clone(), Settings { now_us: NOW_US, params: Vec::new() }).map_err(|e| e.to_string())?;
    let (mut linked, mut events) = (Vec::new(), 0);
    for data in args {
        let (name, path) = data.split_once('=').ok_or("write RECORD=FILE")?;
        let record = program.records.iter().position(|r| r.name == name).ok_or("no such record")?;
        let record = RecordId(record as u32);
        let start = Instant::now();
        let tables = read(&program, record, path)?;
        let read = start.elapsed().as_nanos() as f64;
        let start = Instant::now();
        let mut rows = LinkedRows::new(&program, record);
        tables.iter().for_each(|table| rows.add(table));
        let count = rows.rows().max(1) as f64;
        let gathered = start.elapsed().as_nanos() as f64;
        println!("{name}: {count} rows, read {:.1} ns/row, gathered {:.1} ns/row", read / count, gathered / count);
        events = events.max(rows.rows());
        linked.push(rows);
    }
    let start = Instant::now();
    engine.link_rows(linked, Vec::new(), 1);
    println!("linked in {:.1} ns/event", start.elapsed().as_nanos() as f64 / events.max(1) as f64);
    let tables = read(&program, program.decided.ok_or("the playbook decides nothing")?, &leads)?;
    let rows: usize = tables.iter().map(|t| t.rows).sum();
    let native = Native::compile(&engine).map_err(|e| e.to_string())?;
    print!("{}", native.plan().print(&program));
    let (median, least) = per_row(rows, 3, || {
        tables.iter().for_each(|table| {
            black_box(native.decide(&engine, table));
        });
    });
    println!("decide: {rows} rows, median {median:.1} ns/row, least {least:.1} ns/row");
    let few = rows.min(20_000);
    let (median, _) = per_row(few, 1, || {
        tables.iter().take(few.div_ceil(BATCH)).for_each(|table| {
            black_box(engine.decide(table));
        });
    });
    println!("evaluator: {few} rows, {median:.1} ns/row");
    Ok(())
}

fn read(program: &Arc<Program>, record: RecordId, path: &str) -> Result<Vec<Table>, String> {
    let needed = revplay_ir::reads::fields_read(program);
    let source = Source::Path(Path::new(path).to_path_buf());
    let format = Format::of_name(path).unwrap_or(Format::Csv);
    let mut reader = Reader::open(&source, format, program, record, None, &needed, &ReadOptions::default())
        .map_err(|e| e.to_string())?;
    let mut tables = Vec::new();
    while let Some(chunk) = reader.next_chunk(BATCH).map_err(|e| e.to_string())? {
        tables.push(chunk.table);
    }
    Ok(tables)
}
