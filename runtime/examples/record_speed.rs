//! How long one record takes: typed, and JSON to JSON, with the playbook of the benchmark.
//!
//! `cargo run --release -p revplay-runtime --example record_speed`

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use revplay_runtime::playbook::{Cell, Now, Playbook, Settings};
use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

const PLAYBOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../playbooks/benchmark/benchmark.play");
const LEAD: &str = r#"{"lead_id": 1, "email": "ada@example.com", "email_domain": "example.com", "country": "DE",
    "region": "EMEA", "industry": "Software", "title": "VP Sales", "source": "webinar", "lifecycle_stage": "lead",
    "employees": 1200, "annual_revenue": 25000000.0, "page_views_30d": 12, "emails_opened_30d": 4, "webinar_count": 1,
    "demo_requested": true, "pricing_page_views": 2, "last_activity_at": "2025-12-20T10:00:00Z",
    "created_at": "2025-12-01T08:30:00Z", "is_customer": false, "consent": true, "opp_amount": 50000.0}"#;
const CALLS: u32 = 200_000;

/// How long this thread was on a processor: other programs do not count.
fn on_processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(stat.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0))
}

/// Calls something so often and tells how long one call takes.
fn each(what: &str, calls: u32, mut call: impl FnMut(u32) -> Result<(), Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    (0..calls / 10).try_for_each(&mut call)?;
    let start = on_processor();
    (0..calls).try_for_each(&mut call)?;
    println!("{what:<44} {:>7.0} ns", (on_processor() - start).as_nanos() as f64 / f64::from(calls));
    Ok(())
}

/// So many leads as columns.
fn batch(rows: usize) -> Result<RecordBatch, Box<dyn Error>> {
    let ints = |n: i64| Arc::new(Int64Array::from(vec![n; rows])) as ArrayRef;
    let texts = |text: &str| Arc::new(StringArray::from(vec![text; rows])) as ArrayRef;
    let times = || {
        Arc::new(TimestampMicrosecondArray::from(vec![1_766_000_000_000_000; rows]).with_timezone("UTC")) as ArrayRef
    };
    let bools = |b: bool| Arc::new(BooleanArray::from(vec![b; rows])) as ArrayRef;
    Ok(RecordBatch::try_from_iter([
        ("lead_id", ints(1)),
        ("email_domain", texts("example.com")),
        ("country", texts("DE")),
        ("region", texts("EMEA")),
        ("industry", texts("Software")),
        ("title", texts("VP Sales")),
        ("source", texts("webinar")),
        ("lifecycle_stage", texts("lead")),
        ("employees", ints(1200)),
        ("annual_revenue", Arc::new(Float64Array::from(vec![25e6; rows]))),
        ("page_views_30d", ints(12)),
        ("emails_opened_30d", ints(4)),
        ("webinar_count", ints(1)),
        ("demo_requested", bools(true)),
        ("pricing_page_views", ints(2)),
        ("last_activity_at", times()),
        ("created_at", times()),
        ("is_customer", bools(false)),
        ("consent", bools(true)),
    ])?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let start = on_processor();
    let playbook = Playbook::open(PLAYBOOK, Settings::new())?;
    println!("compiled in {:?}", on_processor() - start);
    let now = Now::from_micros(1_767_225_600_000_000);
    let mut record = playbook.record();
    let (employees, title, page_views) =
        (playbook.field("employees")?, playbook.field("title")?, playbook.field("page_views_30d")?);
    let grade = playbook.output("grade")?;
    record.read_json(LEAD)?;
    println!("{}", record.decide(now)?.to_json());

    each("two whole numbers set", CALLS, |i| {
        record.set(employees, i % 2_000)?.set(page_views, i % 30)?;
        Ok(())
    })?;
    each("decided", CALLS, |_| {
        black_box(record.decide(now)?);
        Ok(())
    })?;
    each("three fields set, decided, one output read", CALLS, |i| {
        record.set(employees, i % 2_000)?.set(page_views, i % 30)?.set(title, Cell::Text("VP Sales"))?;
        black_box(record.decide(now)?.text(grade)?);
        Ok(())
    })?;
    each("JSON read", CALLS, |_| Ok(record.read_json(black_box(LEAD))?))?;
    let mut answer = String::new();
    each("JSON to JSON", CALLS, |_| {
        answer.clear();
        Ok(record.decide_json(black_box(LEAD), now, &mut answer)?)
    })?;
    each("JSON to JSON, a new record each time", CALLS / 10, |_| {
        black_box(playbook.decide_json(black_box(LEAD), now)?);
        Ok(())
    })?;
    for rows in [1, 10, 1_000] {
        let leads = batch(rows)?;
        each(&format!("a batch of {rows}"), CALLS / 10 / rows.min(50) as u32, |_| {
            black_box(playbook.decide_batch(black_box(&leads), now)?);
            Ok(())
        })?;
    }
    Ok(())
}
