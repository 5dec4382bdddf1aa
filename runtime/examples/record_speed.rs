//! How long one record takes: typed, and JSON to JSON, with the playbook of the benchmark.
//!
//! `cargo run --release -p revplay-runtime --example record_speed`

use revplay_runtime::playbook::{Cell, Now, Playbook, Settings};
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

const PLAYBOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../playbooks/benchmark/benchmark.play");
const LEAD: &str = r#"{"lead_id": 1, "email": "ada@example.com", "email_domain": "example.com", "country": "DE",
    "region": "EMEA", "industry": "Software", "title": "VP Sales", "source": "webinar", "lifecycle_stage": "lead",
    "employees": 1200, "annual_revenue": 25000000.0, "page_views_30d": 12, "emails_opened_30d": 4, "webinar_count": 1,
    "demo_requested": true, "pricing_page_views": 2, "last_activity_at": "2025-12-20T10:00:00Z",
    "created_at": "2025-12-01T08:30:00Z", "is_customer": false, "consent": true, "opp_amount": 50000.0}"#;
const CALLS: u32 = 200_000;

fn main() -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let playbook = Playbook::open(PLAYBOOK, Settings::new())?;
    println!("compiled in {:?}", start.elapsed());
    let now = Now::from_micros(1_767_225_600_000_000);
    let mut record = playbook.record();
    let (employees, title, page_views) =
        (playbook.field("employees")?, playbook.field("title")?, playbook.field("page_views_30d")?);
    let grade = playbook.output("grade")?;
    record.read_json(LEAD)?;
    println!("{}", record.decide(now)?.to_json());

    let each = |what: &str, start: Instant| {
        println!("{what:<44} {:>7.0} ns", start.elapsed().as_nanos() as f64 / f64::from(CALLS))
    };
    let start = Instant::now();
    for i in 0..CALLS {
        record.set(employees, i % 2_000)?.set(page_views, i % 30)?;
    }
    each("two whole numbers set", start);
    let start = Instant::now();
    for i in 0..CALLS {
        record.set(employees, i % 2_000)?.set(page_views, i % 30)?.set(title, Cell::Text("VP Sales"))?;
        black_box(record.decide(now)?.text(grade)?);
    }
    each("three fields set, decided, one output read", start);
    let start = Instant::now();
    for _ in 0..CALLS {
        record.read_json(black_box(LEAD))?;
    }
    each("JSON read", start);
    let mut answer = String::new();
    let start = Instant::now();
    for _ in 0..CALLS {
        answer.clear();
        record.decide_json(black_box(LEAD), now, &mut answer)?;
        black_box(&answer);
    }
    each("JSON to JSON", start);
    let start = Instant::now();
    for _ in 0..CALLS / 10 {
        black_box(playbook.decide_json(black_box(LEAD), now)?);
    }
    println!(
        "{:<44} {:>7.0} ns",
        "JSON to JSON, a new record each time",
        start.elapsed().as_nanos() as f64 / f64::from(CALLS / 10)
    );
    Ok(())
}
