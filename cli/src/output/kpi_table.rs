//! KPIs as tables: groups down, periods across, the total below.

use super::table::TableOut;
use super::terminal::{self, Tone, count};
use crate::commands::kpi::KpiRun;
use revplay_ir::time;
use revplay_runtime::kpi::{KpiReport, KpiRow, TargetResult, TargetStatus};
use std::collections::BTreeMap;

/// Groups that are shown; the rest is counted.
const GROUPS_SHOWN: usize = 20;

/// All KPIs, each with its table and targets.
pub fn render(run: &KpiRun) -> String {
    let mut out = String::new();
    for kpi in &run.kpis {
        render_kpi(&mut out, run, kpi);
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

fn render_kpi(out: &mut String, run: &KpiRun, kpi: &KpiReport) {
    let title = kpi.title.as_ref().map(|t| format!(" ({t})")).unwrap_or_default();
    let decided = kpi.as_decided_at.as_ref().map(|_| format!(", as decided at {}", run.now)).unwrap_or_default();
    let owners = if kpi.owners.is_empty() { String::new() } else { format!(", owned by {}", kpi.owners.join(", ")) };
    out.push_str(&format!("{}{title}{decided}{owners}\n", terminal::paint(Tone::Strong, &kpi.kpi)));
    if let Some(reason) = &kpi.not_built {
        out.push_str(&format!("  {}: {reason}\n", terminal::paint(Tone::Bad, "not computed yet")));
        return;
    }
    if kpi.per_period || !kpi.columns.is_empty() {
        table(out, kpi);
    }
    let total = kpi.total.text.as_deref().map_or_else(|| "no value".to_string(), readable);
    if kpi.per_period {
        out.push_str(&format!("  all periods: {total}\n"));
    } else if kpi.columns.is_empty() {
        out.push_str(&format!("  {total}\n"));
    }
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
        (TargetStatus::Met | TargetStatus::Missed, Some(value)) => format!(", {}", readable(value)),
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
    if kpi.per_period && periods.is_empty() {
        return;
    }
    let groups = by_group(&kpi.rows);
    let shown = groups.iter().take(GROUPS_SHOWN).filter(|_| !kpi.columns.is_empty());
    let mut lines: Vec<(Vec<String>, Vec<String>)> = shown
        .map(|(by, rows)| {
            let names = by.iter().map(|v| v.clone().unwrap_or_else(|| "(missing)".to_string())).collect();
            (names, values(rows, &periods, kpi.per_period))
        })
        .collect();
    let totals: Vec<&KpiRow> = if kpi.per_period { kpi.periods.iter().collect() } else { vec![&kpi.total] };
    let mut all = vec![String::new(); kpi.columns.len().max(1)];
    if let (Some(first), false) = (all.first_mut(), kpi.columns.is_empty()) {
        *first = "all".to_string();
    }
    lines.push((all, values(&totals, &periods, kpi.per_period)));
    let mut headings: Vec<String> = periods.iter().map(|(label, open)| mark(label, *open)).collect();
    if !kpi.per_period {
        headings.push("value".to_string());
    }
    let hidden = hidden_periods(kpi, &headings, &lines);
    let mut all_headings = if kpi.columns.is_empty() { vec![String::new()] } else { kpi.columns.clone() };
    let right = (0..all_headings.len() + headings.len()).map(|i| i >= all_headings.len()).collect();
    all_headings.extend(headings.into_iter().skip(hidden));
    let mut table = TableOut::new(all_headings, right);
    for (names, values) in lines {
        table.row(names.into_iter().chain(values.into_iter().skip(hidden)).collect());
    }
    out.push_str(&table.render("  ", terminal::width()));
    let open = periods.iter().any(|(_, open)| *open);
    notes(out, groups.len().saturating_sub(GROUPS_SHOWN), hidden, open);
}

fn mark(label: &str, open: bool) -> String {
    if open { format!("{label}*") } else { label.to_string() }
}

/// How many of the first periods must be left out for the others to fit the width.
fn hidden_periods(kpi: &KpiReport, headings: &[String], lines: &[(Vec<String>, Vec<String>)]) -> usize {
    let chars = |text: Option<&String>| text.map_or(0, |t| t.chars().count());
    let name_chars: usize = (0..kpi.columns.len().max(1))
        .map(|i| {
            let names = lines.iter().map(|(names, _)| chars(names.get(i)));
            names.chain([chars(kpi.columns.get(i))]).max().unwrap_or(0) + 2
        })
        .sum();
    let mut room = terminal::width().saturating_sub(2 + name_chars);
    let mut fit = 0;
    for i in (0..headings.len()).rev() {
        let values = lines.iter().map(|(_, values)| chars(values.get(i)));
        let wide = values.chain([chars(headings.get(i))]).max().unwrap_or(0) + 2;
        if wide > room && fit > 0 {
            break;
        }
        room = room.saturating_sub(wide);
        fit += 1;
    }
    headings.len() - fit
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
    let mut groups: BTreeMap<usize, Vec<&KpiRow>> = BTreeMap::new();
    for row in rows {
        groups.entry(row.rank).or_default().push(row);
    }
    let by = |rows: &[&KpiRow]| rows.first().map(|row| row.by.clone()).unwrap_or_default();
    groups.into_values().map(|rows| (by(&rows), rows)).collect()
}

/// The values of a group under their periods; `-` where there is none.
fn values(rows: &[&KpiRow], periods: &[(String, bool)], per_period: bool) -> Vec<String> {
    let text = |row: Option<&&KpiRow>| row.and_then(|r| r.text.as_deref()).map_or_else(|| "-".to_string(), readable);
    if !per_period {
        return vec![text(rows.first())];
    }
    let of = |label: &String| rows.iter().find(|r| r.period.as_ref().is_some_and(|p| p.label == *label));
    periods.iter().map(|(label, _)| text(of(label))).collect()
}

/// A value as a person compares it: long fractions cut to two decimals, times to their two largest units.
/// The full value is in the JSON and CSV forms.
pub fn readable(text: &str) -> String {
    let (number, sign) = match text.strip_suffix('%') {
        Some(number) => (number, "%"),
        None => (text, ""),
    };
    if let Ok(value) = number.parse::<f64>() {
        let decimals = number.split_once('.').map_or(0, |(_, d)| d.len());
        if decimals <= 2 {
            return format!("{}{sign}", grouped(number));
        }
        if value != 0.0 && value.abs() < 0.001 {
            return format!("{value:.2e}{sign}");
        }
        let kept = if value.abs() < 1.0 { 4 } else { 2 };
        return format!("{}{sign}", grouped(format!("{value:.kept$}").trim_end_matches('0').trim_end_matches('.')));
    }
    let words: Vec<&str> = text.split(' ').collect();
    let units = [("day", "d"), ("hour", "h"), ("minute", "min"), ("second", "s")];
    let mut parts = Vec::new();
    for pair in words.chunks(2) {
        let [count, word] = pair else { return text.to_string() };
        let unit = units.iter().find(|(long, _)| word.strip_suffix('s').unwrap_or(word) == *long);
        let Some((_, short)) = unit else { return text.to_string() };
        let count = count.split_once('.').map_or(*count, |(whole, _)| whole);
        parts.push(format!("{count} {short}"));
    }
    parts.truncate(2);
    parts.join(" ")
}

/// `41 494 758.74`: the whole part in groups, as counts are.
fn grouped(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    match (whole.parse(), fraction) {
        (Ok(whole), Some(fraction)) => format!("{sign}{}.{fraction}", terminal::thousands(whole)),
        (Ok(whole), None) => format!("{sign}{}", terminal::thousands(whole)),
        (Err(_), _) => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn values_are_cut_for_reading() {
        assert_eq!(readable("24.390243902439024%"), "24.39%");
        assert_eq!(readable("12%"), "12%");
        assert_eq!(readable("35.973333333333336"), "35.97");
        assert_eq!(readable("2.50001"), "2.5");
        assert_eq!(readable("0.00012345"), "1.23e-4");
        assert_eq!(readable("0.17512345"), "0.1751");
        assert_eq!(readable("0.175"), "0.175");
        assert_eq!(readable("-41494758.7431"), "-41 494 758.74");
        assert_eq!(readable("1000000"), "1 000 000");
        assert_eq!(readable("5 hours 18 minutes 16 seconds"), "5 h 18 min");
        assert_eq!(readable("12.50 EUR"), "12.50 EUR");
        assert_eq!(readable("DE"), "DE");
    }
}
