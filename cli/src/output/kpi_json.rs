//! KPIs for programs: JSON, and CSV with one line for each value. Keys and columns are only ever added.

use crate::commands::kpi::KpiRun;
use revplay_ir::time;
use revplay_runtime::kpi::{KpiReport, KpiRow};
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    playbook: &'a str,
    now: &'a str,
    time_zones: &'a str,
    rows: u64,
    rejected: u64,
    kpis: &'a [KpiReport],
}

/// The KPIs as one JSON object.
pub fn render_json(run: &KpiRun) -> String {
    let document = Document {
        playbook: &run.playbook,
        now: &run.now_utc,
        time_zones: time::tzdb_version(),
        rows: run.rows,
        rejected: run.rejected,
        kpis: &run.kpis,
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// `kpi,level,period,first_day,unfinished,BY…,value,number`; a level is `group`, `period` or `total`.
pub fn render_csv(run: &KpiRun) -> String {
    let mut by: Vec<&str> = Vec::new();
    for name in run.kpis.iter().flat_map(|k| &k.columns) {
        if !by.contains(&name.as_str()) {
            by.push(name);
        }
    }
    let mut out = String::new();
    let mut heading = vec!["kpi", "level", "period", "first_day", "unfinished"];
    heading.extend(&by);
    heading.extend(["value", "number"]);
    line(&mut out, heading.iter().map(|h| h.to_string()));
    for kpi in run.kpis.iter().filter(|k| k.not_built.is_none()) {
        if !kpi.columns.is_empty() {
            kpi.rows.iter().for_each(|row| value(&mut out, kpi, "group", &by, row));
        }
        kpi.periods.iter().for_each(|row| value(&mut out, kpi, "period", &by, row));
        value(&mut out, kpi, "total", &by, &kpi.total);
    }
    out
}

fn value(out: &mut String, kpi: &KpiReport, level: &str, by: &[&str], row: &KpiRow) {
    let period = row.period.as_ref();
    let mut cells = vec![
        kpi.kpi.clone(),
        level.to_string(),
        period.map(|p| p.label.clone()).unwrap_or_default(),
        period.map(|p| p.first_day.clone()).unwrap_or_default(),
        period.map(|p| p.unfinished.to_string()).unwrap_or_default(),
    ];
    for name in by {
        let at = kpi.columns.iter().position(|c| c == name);
        cells.push(at.and_then(|i| row.by.get(i)).cloned().flatten().unwrap_or_default());
    }
    cells.push(row.text.clone().unwrap_or_default());
    cells.push(row.number.map(|n| n.to_string()).unwrap_or_default());
    line(out, cells);
}

/// A line of CSV; a cell is quoted where it must be.
fn line(out: &mut String, cells: impl IntoIterator<Item = String>) {
    for (i, cell) in cells.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            out.push_str(&format!("\"{}\"", cell.replace('"', "\"\"")));
        } else {
            out.push_str(&cell);
        }
    }
    out.push('\n');
}
