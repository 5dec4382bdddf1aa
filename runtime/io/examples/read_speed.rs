//! How long reading takes: `cargo run --release -p revplay-io --example read_speed -- FILE.csv [ROWS]` reads the columns
//! of the benchmark's leads and prints nanoseconds per row; then how much of it cannot be shared among threads.

use revplay_io::{Format, ReadOptions, Reader, Source};
use revplay_ir::program::{EnumDef, Field, FieldId, Program, Record, RecordId};
use revplay_ir::types::{EnumId, Type};
use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

const LEAD: RecordId = RecordId(0);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("which file?")?;
    let chunk_rows: usize = arguments.next().map_or(Ok(16_384), |rows| rows.parse())?;
    let program = Arc::new(leads());
    let needed: BTreeSet<FieldId> = (0u32..).map(FieldId).take(program.fields.len()).collect();
    let source = Source::Path(file.into());
    let options = ReadOptions::default();
    let open = || Reader::open(&source, Format::Csv, &program, LEAD, None, &needed, &options);
    let started = Instant::now();
    let mut reader = open()?;
    let opened = started.elapsed();
    let (mut rows, mut rejected) = (0u64, 0);
    while let Some(chunk) = reader.next_chunk(chunk_rows)? {
        rows += chunk.table.rows as u64;
        rejected += chunk.rejected_rows;
    }
    let all = started.elapsed();
    let mut reader = open()?;
    let started = Instant::now();
    while reader.next_block(chunk_rows)?.is_some() {}
    let cutting = started.elapsed();
    let per_row = |time: std::time::Duration| time.as_nanos() as f64 / (rows + rejected).max(1) as f64;
    println!(
        "{rows} rows, {rejected} rejected: {:.0} ns a row, {:.0} of them to open the file, {:.0} to cut it into blocks",
        per_row(all),
        per_row(opened),
        per_row(cutting)
    );
    Ok(())
}

/// The record of `playbooks/benchmark`.
fn leads() -> Program {
    let labels: [&[&str]; 3] = [
        &["NA", "EMEA", "APAC", "LATAM", "ANZ"],
        &[
            "organic",
            "paid_search",
            "webinar",
            "referral",
            "partner",
            "event",
            "outbound",
            "content",
            "social",
            "purchased_list",
            "scraped",
            "trial",
        ],
        &["subscriber", "lead", "mql", "sql", "opportunity", "customer"],
    ];
    let label = |number| Type::Enum(EnumId(number));
    let fields = [
        ("lead_id", Type::Int, false),
        ("email", Type::Text, true),
        ("email_domain", Type::Text, true),
        ("country", Type::Text, true),
        ("region", label(0), true),
        ("industry", Type::Text, true),
        ("title", Type::Text, true),
        ("source", label(1), false),
        ("lifecycle_stage", label(2), false),
        ("employees", Type::Int, true),
        ("annual_revenue", Type::Number, true),
        ("page_views_30d", Type::Int, false),
        ("emails_opened_30d", Type::Int, false),
        ("webinar_count", Type::Int, false),
        ("demo_requested", Type::Bool, false),
        ("pricing_page_views", Type::Int, false),
        ("last_activity_at", Type::Timestamp, true),
        ("created_at", Type::Timestamp, false),
        ("is_customer", Type::Bool, false),
        ("consent", Type::Bool, true),
        ("opp_amount", Type::Number, true),
    ];
    let fields: Vec<Field> = fields.into_iter().map(|(name, ty, optional)| field(name, ty, optional)).collect();
    let ids: Vec<FieldId> = (0u32..).map(FieldId).take(fields.len()).collect();
    let record =
        Record { name: "lead".into(), key: ids.first().copied(), fields: ids, event_time: None, event_id: None };
    let definition = |labels: &&[&str]| EnumDef {
        name: "label".into(),
        labels: labels.iter().map(|l| (*l).to_owned()).collect(),
        spellings: Vec::new(),
        order: None,
    };
    Program {
        name: "leads".into(),
        title: None,
        decided: Some(LEAD),
        zone: "UTC".into(),
        fiscal_start: 1,
        week_start: 0,
        files: Vec::new(),
        enums: labels.iter().map(definition).collect(),
        records: vec![record],
        fields,
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

fn field(name: &str, ty: Type, optional: bool) -> Field {
    Field { optional, ..Field::new(name, LEAD, ty) }
}
