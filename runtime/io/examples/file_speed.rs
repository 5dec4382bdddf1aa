//! Time per row of reading and of writing files, on one thread: `file_speed read FILE...`, `file_speed write FOLDER`.
//!
//! `read` takes files with the columns of the benchmark's leads; `write` makes columns like its decisions.

use arrow_array::{ArrayRef, BooleanArray, Int64Array, StringArray};
use revplay_io::{Format, IoError, OutputColumn, ReadOptions, Reader, Source, Target, WriteOptions, Writer};
use revplay_ir::program::{EnumDef, Field, FieldId, Program, Record, RecordId};
use revplay_ir::types::{EnumId, Type};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

const ROWS: usize = 1 << 20;
const CHUNK: usize = 16_384;

fn main() -> Result<(), IoError> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (mode, names) = args.split_first().map_or(("", [].as_slice()), |(mode, names)| (mode.as_str(), names));
    for name in names {
        match mode {
            "read" => read(name)?,
            "write" => write(Path::new(name))?,
            other => println!("`{other}` is neither `read` nor `write`"),
        }
    }
    Ok(())
}

fn labels(words: &str) -> EnumDef {
    EnumDef {
        name: "e".into(),
        labels: words.split(' ').map(String::from).collect(),
        spellings: Vec::new(),
        order: None,
    }
}

/// The record of the benchmark.
fn leads() -> Program {
    let (region, source, stage) = (Type::Enum(EnumId(1)), Type::Enum(EnumId(2)), Type::Enum(EnumId(3)));
    let kinds = [
        ("lead_id", Type::Int),
        ("email_domain", Type::Text),
        ("country", Type::Text),
        ("region", region),
        ("industry", Type::Text),
        ("title", Type::Text),
        ("source", source),
        ("lifecycle_stage", stage),
        ("employees", Type::Int),
        ("annual_revenue", Type::Number),
        ("page_views_30d", Type::Int),
        ("emails_opened_30d", Type::Int),
        ("webinar_count", Type::Int),
        ("demo_requested", Type::Bool),
        ("pricing_page_views", Type::Int),
        ("last_activity_at", Type::Timestamp),
        ("created_at", Type::Timestamp),
        ("is_customer", Type::Bool),
        ("consent", Type::Bool),
        ("opp_amount", Type::Number),
    ];
    let field = |(name, ty): &(&str, Type)| Field { optional: true, ..Field::new(name, RecordId(0), *ty) };
    let ids = (0..kinds.len()).filter_map(|i| u32::try_from(i).ok()).map(FieldId).collect();
    Program {
        name: "leads".into(),
        title: None,
        decided: Some(RecordId(0)),
        zone: "UTC".into(),
        fiscal_start: 1,
        week_start: 0,
        files: Vec::new(),
        enums: vec![
            labels("Mon Tue Wed Thu Fri Sat Sun"),
            labels("NA EMEA APAC LATAM ANZ"),
            labels(
                "organic paid_search webinar referral partner event outbound content social purchased_list scraped trial",
            ),
            labels("subscriber lead mql sql opportunity customer"),
        ],
        records: vec![Record {
            name: "lead".into(),
            fields: ids,
            key: Some(FieldId(0)),
            event_time: None,
            event_id: None,
        }],
        fields: kinds.iter().map(field).collect(),
        links: Vec::new(),
        mappings: Vec::new(),
        params: Vec::new(),
        sets: Vec::new(),
        regexes: Vec::new(),
        calendars: Vec::new(),
        nodes: Vec::new(),
        names: Vec::new(),
        decisions: Vec::new(),
        outputs: Vec::new(),
        kpis: Vec::new(),
        tests: Vec::new(),
        proves: Vec::new(),
    }
}

fn read(name: &str) -> Result<(), IoError> {
    let program = Arc::new(leads());
    let needed: BTreeSet<FieldId> = program.records.iter().flat_map(|r| r.fields.iter().copied()).collect();
    let format = if name.ends_with(".parquet") { Format::Parquet } else { Format::Csv };
    for _ in 0..3 {
        let started = Clock::now();
        let source = Source::Path(name.into());
        let options = ReadOptions::default();
        let mut reader = Reader::open(&source, format, &program, RecordId(0), None, &needed, &options)?;
        let (mut rows, mut rejects) = (0, 0);
        let parser = reader.parser();
        let mut parsing = 0;
        while let Some(block) = reader.next_block(CHUNK)? {
            let begun = Clock::now();
            let chunk = parser.parse(block)?;
            parsing += begun.nanoseconds();
            rows += chunk.table.rows;
            rejects += chunk.rejected_rows;
        }
        let parsing = parsing as f64 / rows.max(1) as f64;
        report(&format!("read {name} ({rejects} rejects; {parsing:.0} ns/row for other threads)"), rows, &started);
    }
    Ok(())
}

fn write(folder: &Path) -> Result<(), IoError> {
    let grades = labels("A1 A2 A3 B1 B2 B3 C1 C2 C3 D1 D2 D3");
    let grade = OutputColumn {
        name: "grade".into(),
        kind: revplay_io::ColumnKind::Value(Type::Enum(EnumId(0)), grades.labels.into()),
    };
    let columns = vec![
        OutputColumn::plain("lead_id", Type::Int),
        OutputColumn::plain("fit", Type::Int),
        OutputColumn::plain("engagement", Type::Decimal(2)),
        grade,
        OutputColumn::plain("route", Type::Target),
        OutputColumn::plain("mql", Type::Bool),
        OutputColumn::plain("due_at", Type::Timestamp),
    ];
    let chunks: Vec<Vec<ArrayRef>> = (0..ROWS).step_by(CHUNK).map(|start| made(start as i64)).collect();
    for (name, format) in [
        ("o.csv", Format::Csv),
        ("o.jsonl", Format::JsonLines),
        ("o.parquet", Format::Parquet),
        ("o.arrow", Format::Arrow),
    ] {
        let mut done = 0;
        for _ in 0..3 {
            let target = Target::Path(folder.join(name));
            let started = Clock::now();
            let mut writer = Writer::create(&target, format, columns.clone(), &WriteOptions::default())?;
            for chunk in &chunks {
                writer.write(chunk)?;
            }
            writer.finish()?;
            report(&format!("write {name}"), ROWS, &started);
            done += 1;
        }
        let size = std::fs::metadata(folder.join(name)).map_or(0, |found| found.len());
        println!("  {done} times {size} bytes");
    }
    Ok(())
}

/// Columns of decisions for the rows from `start` on: the same every time.
fn made(start: i64) -> Vec<ArrayRef> {
    const QUEUES: [&str; 13] = [
        "r00_rest",
        "r01_customer",
        "r02_north_america_top",
        "r03_us_software",
        "r04_north_america_large",
        "r05_north_america",
        "r06_britain_ireland_top",
        "r07_dach",
        "r08_emea_large",
        "r09_emea",
        "r10_apac_chips",
        "r11_apac",
        "r12_latam",
    ];
    let noise = move |salt: i64, below: i64| {
        (start..start + CHUNK as i64).map(move |row| {
            let mixed = (row ^ (salt << 40)).wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as i64);
            let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0x94D0_49BB_1331_11EB_u64 as i64);
            ((mixed >> 20) & 0xff_ffff_ffff) % below
        })
    };
    let ints = |values: Vec<i64>| -> ArrayRef { Arc::new(Int64Array::from(values)) };
    let queue = |n: i64| usize::try_from(n).ok().and_then(|n| QUEUES.get(n)).copied();
    vec![
        ints((start..start + CHUNK as i64).collect()),
        ints(noise(1, 101).collect()),
        ints(noise(2, 10_001).collect()),
        ints(noise(3, 12).collect()),
        Arc::new(noise(4, 13).map(queue).collect::<StringArray>()),
        Arc::new(noise(5, 100).map(|n| Some(n == 0)).collect::<BooleanArray>()),
        Arc::new(
            noise(6, 100)
                .map(|n| (n == 0).then_some(1_793_491_200_000_000 + n * 14_400_000_000))
                .collect::<Int64Array>(),
        ),
    ]
}

fn report(what: &str, rows: usize, started: &Clock) {
    println!("{what}: {rows} rows, {:.0} ns/row", started.nanoseconds() as f64 / rows.max(1) as f64);
}

/// Time on a processor, where the system tells it (Linux): other programs then count less. Else the time of day.
struct Clock(Instant, Option<u64>);

impl Clock {
    fn now() -> Clock {
        Clock(Instant::now(), on_processor())
    }

    fn nanoseconds(&self) -> u64 {
        match (self.1, on_processor()) {
            (Some(from), Some(to)) => to.saturating_sub(from),
            _ => u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX),
        }
    }
}

fn on_processor() -> Option<u64> {
    std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}
