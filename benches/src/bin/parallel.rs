//! Decisions in memory on several threads, all results kept until the end of a run, with their answers.
//!
//! `cargo run --release -p revplay-benches --bin parallel -- leads_1m.parquet [rows per batch] [runs] [threads] [kind of columns]
//! [decide]`

use arrow_array::ArrayRef;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_schema::DataType;
use revplay_benches::{per_row, program, tables, with_dictionaries, with_plain_texts};
use revplay_ir::program::Program;
use revplay_runtime::decide::Decided;
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::kpi::{KpiReport, KpiStates};
use revplay_runtime::native::Native;
use revplay_runtime::table::Table;
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};

/// 2026-11-01T00:00:00Z in microseconds.
const NOW_US: i64 = 1_793_491_200_000_000;
/// Queues of the benchmark, `r00` to `r12`.
const QUEUES: usize = 13;

/// What threads made of the batches they took, one after the other.
type Taken = Vec<(Vec<(usize, Decided)>, KpiStates)>;

/// Decides all batches: each thread takes the next one that is left.
fn decide(engine: &Engine, native: &Native, tables: &[Table], threads: usize, with_kpis: bool) -> Taken {
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut kept, mut kpis) = (Vec::new(), KpiStates::new(engine));
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(table) = tables.get(at) else { return (kept, kpis) };
            if with_kpis {
                let (decided, columns) = native.decide_with(engine, table);
                kpis.add_given(engine, table, Some(&decided), columns);
                kept.push((at, decided));
            } else {
                kept.push((at, native.decide(engine, table)));
            }
        }
    };
    if threads == 1 {
        return vec![work()];
    }
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
    })
}

/// The KPIs over all threads.
fn finish(engine: &Engine, taken: &Taken) -> Vec<KpiReport> {
    let mut all = KpiStates::new(engine);
    for (_, kpis) in taken {
        all.merge(kpis);
    }
    all.finish(engine)
}

/// How many groups a KPI has, and their sum.
fn over_groups(reports: &[KpiReport], name: &str) -> (usize, f64) {
    let rows = reports.iter().filter(|r| r.kpi.ends_with(name)).flat_map(|r| &r.rows);
    rows.fold((0, 0.0), |(count, sum), row| (count + 1, sum + row.number.unwrap_or(0.0)))
}

fn column<'d>(program: &Program, decided: &'d Decided, name: &str) -> Result<&'d ArrayRef, String> {
    let at = program.outputs.iter().position(|o| o.name == name);
    at.and_then(|at| decided.columns.get(at)).ok_or_else(|| format!("the benchmark decides no {name}"))
}

fn sum(array: &ArrayRef) -> Result<i64, String> {
    let ints = arrow_cast::cast(array, &DataType::Int64).map_err(|e| e.to_string())?;
    Ok(ints.as_primitive::<Int64Type>().iter().flatten().sum())
}

/// The answers that `benches/answers.py` reads from files, as the fields of a JSON object.
fn answers(program: &Program, taken: &Taken) -> Result<String, String> {
    let (mut fit, mut hundredths, mut mql, mut routes) = (0, 0, 0, [0usize; QUEUES]);
    for (_, decided) in taken.iter().flat_map(|(kept, _)| kept) {
        fit += sum(column(program, decided, "fit")?)?;
        hundredths += sum(column(program, decided, "engagement")?)?;
        mql += column(program, decided, "mql")?.as_boolean().iter().filter(|b| *b == Some(true)).count();
        let texts = arrow_cast::cast(column(program, decided, "route")?, &DataType::Utf8).map_err(|e| e.to_string())?;
        for target in texts.as_string::<i32>().iter().flatten() {
            let number = target.rsplit(' ').next().and_then(|queue| queue.get(1..3)?.parse::<usize>().ok());
            let count = number.and_then(|n| routes.get_mut(n)).ok_or_else(|| format!("no queue: {target}"))?;
            *count += 1;
        }
    }
    let engagement = hundredths as f64 / 100.0;
    Ok(format!("\"sum_fit\": {fit}, \"sum_eng\": {engagement:.2}, \"mql\": {mql}, \"routes\": {routes:?}"))
}

fn main() -> Result<(), String> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("name the file of leads")?;
    let mut number = |otherwise: usize| args.next().and_then(|a| a.parse().ok()).unwrap_or(otherwise);
    let (batch, runs, threads) = (number(65_536), number(5), number(2));
    let (only, no_kpis) = (args.next().unwrap_or_default(), args.next().is_some());
    let program = program(concat!(env!("CARGO_MANIFEST_DIR"), "/../playbooks/benchmark/benchmark.play"))?;
    let settings = Settings { now_us: NOW_US, params: Vec::new() };
    let engine = Engine::new(program.clone(), settings).map_err(|e| e.to_string())?;
    let record = program.decided.ok_or("the playbook decides nothing")?;
    let wanted = KpiStates::needed(&program, record);
    let texts = with_plain_texts(&tables(&program, &path, batch)?);
    let rows: usize = texts.iter().map(|t| t.rows).sum();
    let said = if threads == 1 { "1 thread".to_string() } else { format!("{threads} threads") };
    let coded = with_dictionaries(&texts)?;
    for (columns, tables) in [("texts", &texts), ("dictionaries", &coded)] {
        if !columns.starts_with(&only) {
            continue;
        }
        for (what, with_kpis) in [("decide", false), ("decide + KPIs", true)] {
            if with_kpis && no_kpis {
                continue;
            }
            let compiled = if with_kpis { Native::compile_with(&engine, &wanted) } else { Native::compile(&engine) };
            let native = compiled.map_err(|e| e.to_string())?;
            let run = || {
                let taken = decide(&engine, &native, tables, threads, with_kpis);
                let reports = if with_kpis { finish(&engine, &taken) } else { Vec::new() };
                (taken, reports)
            };
            let (taken, reports) = run();
            let mut first = answers(&program, &taken)?;
            if with_kpis {
                let (groups, amounts) = over_groups(&reports, "opp_sum");
                let (_, medians) = over_groups(&reports, "median_engagement");
                first = format!("{first}, \"groups\": {groups}, \"sum_opp\": {amounts:.2}, \"sum_med\": {medians:.3}");
            }
            drop(taken);
            let (median, least) = per_row(rows, runs, || drop(black_box(run())));
            println!("{what}, {columns}, {said}  {rows} rows  median {median:.1} ns/row  least {least:.1} ns/row");
            println!("CHECK {{{first}}}");
        }
    }
    Ok(())
}
