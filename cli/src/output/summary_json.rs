//! The summary of a run for programs. Keys are only ever added.
//!
//! ```json
//! { "playbook": "inbound", "now": "2026-11-23T08:00:00Z", "zone": "Europe/Berlin", "time_zones": "2026a",
//!   "rows": 100, "rejected": 2, "seconds": 0.02, "output": "decided.csv",
//!   "columns": { "read": {"id": "Id"}, "defaulted": [], "absent": [], "unused": ["Notes"] },
//!   "linked": [{ "record": "account", "file": "accounts.csv", "rows": 9, "rejected": 0, … }],
//!   "outputs": { "fit": { "mean": 42.5, "median": 40, "least": 0, "greatest": 95, "known": 100, "missing": 0 },
//!                "tier": { "counts": { "A": 12 }, "missing": 0 } },
//!   "overlaps": 0, "kpis": [] }
//! ```

use super::histogram::Histogram;
use super::report::{LinkedLine, Report};
use super::tally::{Tally, ranked};
use revplay_io::ColumnReport;
use revplay_ir::time;
use serde_json::{Map, Value, json};

/// The summary as one JSON object.
pub fn render(report: &Report) -> String {
    let outputs: Map<String, Value> =
        report.tallies.iter().map(|(output, tally)| (output.name.clone(), tally_json(tally))).collect();
    let document = json!({
        "playbook": report.playbook,
        "record": report.record,
        "now": report.now_utc,
        "zone": report.zone,
        "time_zones": time::tzdb_version(),
        "rows": report.rows,
        "rejected": report.rejected,
        "seconds": report.seconds,
        "output": report.output,
        "columns": columns(&report.columns),
        "linked": report.linked.iter().map(linked).collect::<Vec<_>>(),
        "outputs": outputs,
        "overlaps": report.findings,
        "kpis": report.kpis,
    });
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn columns(columns: &ColumnReport) -> Value {
    let read: Map<String, Value> =
        columns.read.iter().map(|(field, header)| (field.clone(), Value::from(header.clone()))).collect();
    json!({ "read_as": columns.found.words(), "read": read, "defaulted": columns.defaulted, "absent": columns.absent, "unused": columns.unused })
}

fn linked(linked: &LinkedLine) -> Value {
    json!({
        "record": linked.name,
        "file": linked.path,
        "rows": linked.rows,
        "rejected": linked.rejected,
        "retries": linked.retries,
        "after_now": linked.after_now,
        "without_time": linked.without_time,
        "orphans": linked.orphans,
        "columns": columns(&linked.columns),
    })
}

fn tally_json(tally: &Tally) -> Value {
    match tally {
        Tally::Points { histogram, scale, .. } => points(histogram, *scale),
        Tally::Labels { counts, names, missing } => {
            let counts: Map<String, Value> =
                names.iter().cloned().zip(counts.iter().map(|n| Value::from(*n))).collect();
            json!({ "counts": counts, "missing": missing })
        }
        Tally::Texts { counts, others, missing, .. } => {
            let counts: Map<String, Value> =
                ranked(counts).into_iter().map(|(text, n)| (text.to_string(), Value::from(n))).collect();
            json!({ "counts": counts, "others": others, "missing": missing })
        }
        Tally::Bools { yes, no, neither } => json!({ "yes": yes, "no": no, "neither": neither }),
        Tally::Known { known, missing } => json!({ "known": known, "missing": missing }),
    }
}

fn points(histogram: &Histogram, scale: u8) -> Value {
    let unit = 10f64.powi(i32::from(scale));
    let number = |n: i64| n as f64 / unit;
    json!({
        "known": histogram.total(),
        "missing": histogram.missing(),
        "mean": histogram.mean().map(|m| m / unit),
        "median": histogram.median().map(number),
        "least": histogram.span().map(|s| number(s.0)),
        "greatest": histogram.span().map(|s| number(s.1)),
        "bins": histogram.bins(),
        "bins_from": histogram.axis().map(|a| number(a.0)),
        "bins_to": histogram.axis().map(|a| number(a.1)),
    })
}
