//! KPIs as tables: groups down, periods across, the total below.

use super::table::TableOut;
use super::terminal::{self, Tone, count};
use crate::commands::kpi::KpiRun;
use revplay_ir::time;
use revplay_runtime::kpi::{KpiReport, KpiRow, TargetResult, TargetStatus};
use std::collections::BTreeMap;

/// Groups that are shown; the rest is counted.
const GROUPS_SHOWN: usize = 40;
/// Columns that a period takes, about.
const PERIOD_CHARS: usize = 11;

/// All KPIs, each with its table and targets.
pub fn render(run: &KpiRun) -> String {
    let mut out = String::new();
    for kpi in &run.kpis {
        render_kpi(&mut out, kpi);
        out.push('\n');
    }
    out.push_str(&format!(
        "{}: {} as of {} (time zones {})\n",
        run.playbook,
        count(run.rows as usize, &run.record),
        run.now,
        time::tzdb_version()
    ));
    out
}

fn render_kpi(out: &mut String, kpi: &KpiReport) {
    let title = kpi.title.as_ref().map(|t| format!(" ({t})")).unwrap_or_default();
    let decided = kpi.as_decided_at.as_ref().map(|at| format!(", as decided at {at}")).unwrap_or_default();
    let owners = if kpi.owners.is_empty() { String::new() } else { format!(", owned by {}", kpi.owners.join(", ")) };
    out.push_str(&format!("{}{title}{decided}{owners}\n", terminal::paint(Tone::Strong, &kpi.kpi)));
    if let Some(reason) = &kpi.not_built {
        out.push_str(&format!("  {}: {reason}\n", terminal::paint(Tone::Bad, "not computed yet")));
        return;
    }
    if kpi.per_period || !kpi.columns.is_empty() {
        table(out, kpi);
    }
    let total = kpi.total.text.as_deref().unwrap_or("no value");
    out.push_str(&format!("  {} {total}\n", if kpi.per_period { "all periods:" } else { "total:" }));
    if kpi.without_period > 0 {
        let rows = count(kpi.without_period as usize, "row");
        out.push_str(&format!("  {rows} in no period: the date that places them is missing\n"));
    }
    for target in &kpi.targets {
        out.push_str(&format!("  {}\n", target_line("target", target)));
    }
}

/// `target >= 12%: met, 14.2% in 2026-10`.
pub fn target_line(what: &str, target: &TargetResult) -> String {
    let (tone, verdict) = match target.status {
        TargetStatus::Met => (Tone::Good, "met"),
        TargetStatus::Missed => (Tone::Bad, "missed"),
        TargetStatus::NoValue => (Tone::Bad, "no value"),
        TargetStatus::NotChecked => (Tone::Quiet, "not checked, its last day has passed"),
    };
    let group = target.group.as_ref().map(|g| format!(" for {g}")).unwrap_or_default();
    let place = target.period.as_ref().map(|p| format!(" in {p}")).unwrap_or_default();
    let value = match (target.status, &target.value) {
        (TargetStatus::Met | TargetStatus::Missed, Some(value)) => format!(", {value}"),
        _ => String::new(),
    };
    format!("{what} {}{group}: {}{value}{place}", target.target, terminal::paint(tone, verdict))
}

fn table(out: &mut String, kpi: &KpiReport) {
    let mut periods: Vec<(String, bool)> = Vec::new();
    for row in kpi.periods.iter().chain(&kpi.rows) {
        if let Some(period) = row.period.as_ref().filter(|p| periods.iter().all(|(label, _)| *label != p.label)) {
            periods.push((period.label.clone(), period.unfinished));
        }
    }
    let room = terminal::width().saturating_sub(2 + kpi.columns.len() * 14) / PERIOD_CHARS;
    let hidden = periods.len().saturating_sub(room.max(2));
    periods.drain(..hidden);
    let columns = kpi.columns.len().max(1);
    let mut headings: Vec<String> = kpi.columns.clone();
    if kpi.columns.is_empty() {
        headings.push(String::new());
    }
    let values_in = if kpi.per_period { periods.len() } else { 1 };
    headings.extend(periods.iter().map(|(label, open)| if *open { format!("{label}*") } else { label.clone() }));
    if !kpi.per_period {
        headings.push("value".to_string());
    }
    let right = (0..headings.len()).map(|i| i >= columns).collect();
    let mut table = TableOut::new(headings, right);
    let groups = by_group(&kpi.rows);
    for (by, rows) in groups.iter().take(GROUPS_SHOWN).filter(|_| !kpi.columns.is_empty()) {
        let mut cells: Vec<String> = by.iter().map(|v| v.clone().unwrap_or_else(|| "(missing)".to_string())).collect();
        cells.extend(values(rows, &periods, kpi.per_period));
        table.row(cells);
    }
    let mut cells = vec![if kpi.columns.is_empty() { String::new() } else { "all".to_string() }];
    cells.extend(std::iter::repeat_n(String::new(), columns - 1));
    let totals: Vec<&KpiRow> = if kpi.per_period { kpi.periods.iter().collect() } else { vec![&kpi.total] };
    cells.extend(values(&totals, &periods, kpi.per_period));
    if values_in > 0 {
        table.row(cells);
        out.push_str(&table.render("  ", terminal::width()));
    }
    notes(out, groups.len().saturating_sub(GROUPS_SHOWN), hidden, periods.iter().any(|(_, open)| *open));
}

fn notes(out: &mut String, groups: usize, periods: usize, open: bool) {
    let mut notes = Vec::new();
    if open {
        notes.push("* not over yet".to_string());
    }
    if periods > 0 {
        notes.push(format!("{} before", count(periods, "period")));
    }
    if groups > 0 {
        notes.push(format!("{} more", count(groups, "group")));
    }
    if periods > 0 || groups > 0 {
        notes.push("all of them: --format csv".to_string());
    }
    if !notes.is_empty() {
        out.push_str(&format!("  {}\n", terminal::paint(Tone::Quiet, &notes.join("; "))));
    }
}

/// Rows by the values of the `by` columns, in the order they come first; the missing last.
fn by_group(rows: &[KpiRow]) -> Vec<(Vec<Option<String>>, Vec<&KpiRow>)> {
    let mut groups: BTreeMap<Vec<(bool, Option<String>)>, Vec<&KpiRow>> = BTreeMap::new();
    for row in rows {
        let key = row.by.iter().map(|v| (v.is_none(), v.clone())).collect();
        groups.entry(key).or_default().push(row);
    }
    groups.into_iter().map(|(key, rows)| (key.into_iter().map(|(_, v)| v).collect(), rows)).collect()
}

/// The values of a group under their periods; `-` where there is none.
fn values(rows: &[&KpiRow], periods: &[(String, bool)], per_period: bool) -> Vec<String> {
    let text = |row: Option<&&KpiRow>| row.and_then(|r| r.text.clone()).unwrap_or_else(|| "-".to_string());
    if !per_period {
        return vec![text(rows.first())];
    }
    let of = |label: &String| rows.iter().find(|r| r.period.as_ref().is_some_and(|p| p.label == *label));
    periods.iter().map(|(label, _)| text(of(label))).collect()
}
