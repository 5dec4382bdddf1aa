//! The summary of a run, for people.

use super::histogram::{Histogram, label_line, percent};
use super::kpi_table::{readable, target_line};
use super::report::{LinkedLine, Report};
use super::table::TableOut;
use super::tally::{Tally, ranked};
use super::terminal::{self, Tone, count, thousands};
use revplay_io::ColumnReport;
use revplay_ir::decimal::format_decimal;
use revplay_ir::program::{Output, Part};
use revplay_ir::time;
use std::collections::HashMap;

/// Targets and list items that are shown; the rest is counted.
const TEXTS_SHOWN: usize = 8;
/// Reasons that are shown.
const REASONS_SHOWN: usize = 5;
/// Names of columns in a line.
const COLUMNS_SHOWN: usize = 8;
/// Characters before the names.
const NAMES_INDENT: usize = 12;

/// The whole summary.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    head(&mut out, report);
    let labels = report.tallies.iter().map(|(o, _)| o.name.chars().count()).max().unwrap_or(0).min(28);
    scores(&mut out, report, labels);
    counts(&mut out, report, labels);
    others(&mut out, report, labels);
    kpis(&mut out, report);
    for (row, message) in &report.overlaps {
        out.push_str(&format!("{} row {row}: {message}\n", terminal::paint(Tone::Bad, "overlap")));
    }
    let more = report.findings.saturating_sub(report.overlaps.len() as u64);
    if more > 0 {
        out.push_str(&format!("        and {} more\n", thousands(more)));
    }
    preview(&mut out, report);
    out
}

fn preview(out: &mut String, report: &Report) {
    let Some(preview) = &report.preview else { return };
    let (headings, right) = preview.headings.iter().cloned().unzip();
    let mut table = TableOut::new(headings, right);
    preview.rows.iter().for_each(|row| table.row(row.clone()));
    if !table.is_empty() {
        out.push('\n');
        out.push_str(&table.render("", terminal::width()));
        let rest = report.rows.saturating_sub(preview.rows.len() as u64);
        if rest > 0 {
            let note = format!("… and {}; write them all with -o decided.csv", count(rest as usize, "more row"));
            out.push_str(&format!("{}\n", terminal::paint(Tone::Quiet, &note)));
        }
    }
}

fn head(out: &mut String, report: &Report) {
    let title = report.title.as_ref().map(|t| format!(" ({t})")).unwrap_or_default();
    let name = terminal::paint(Tone::Strong, &report.playbook);
    let rejected = match report.rejected {
        0 => String::new(),
        n => terminal::paint(Tone::Bad, &format!(", {} rejected", thousands(n))),
    };
    let to = report.output.as_ref().map(|o| format!(" -> {o}")).unwrap_or_default();
    out.push_str(&format!("{name}{title}: {} decided{rejected}{to}\n", count(report.rows as usize, "row")));
    line(out, "now", &format!("{} (time zones {})", report.now, time::tzdb_version()));
    line(out, "took", &speed(report.rows, report.seconds));
    columns(out, &report.record, &report.columns);
    report.linked.iter().for_each(|linked| linked_line(out, linked));
    for name in &report.unused {
        line(out, name, "nothing in the playbook reads it: its file was not opened");
    }
}

fn line(out: &mut String, name: &str, text: &str) {
    let width = 9usize.saturating_sub(name.chars().count());
    out.push_str(&format!("  {}{} {text}\n", terminal::paint(Tone::Quiet, name), " ".repeat(width)));
}

/// `1.2 s, 8 300 rows per second`.
fn speed(rows: u64, seconds: f64) -> String {
    let took = if seconds < 1.0 { format!("{:.0} ms", (seconds * 1e3).max(1.0)) } else { format!("{seconds:.1} s") };
    if seconds < 0.01 || rows < 1000 {
        return took;
    }
    let rate = rows as f64 / seconds;
    let digits = 10f64.powf((rate.log10().floor() - 1.0).max(0.0));
    format!("{took}, {} rows per second", thousands(((rate / digits).round() * digits) as u64))
}

/// What was read and what was not: a column that nobody reads may be a header that is spelled otherwise.
fn columns(out: &mut String, _record: &str, columns: &ColumnReport) {
    let total = columns.read.len() + columns.unused.len();
    if !is_ordinary(columns) {
        line(out, "read as", &columns.found.words());
    }
    line(out, "columns", &format!("{} of {} read", columns.read.len(), total));
    for (what, names) in [("not read", &columns.unused), ("absent", &columns.absent), ("default", &columns.defaulted)] {
        if !names.is_empty() {
            let note = match what {
                "absent" => " (missing in every row)",
                "default" => " (no column: the default in every row)",
                _ => "",
            };
            line(out, what, &format!("{}{note}", names_line(names)));
        }
    }
}

/// A file that says itself how it is to be read: nothing was found out that somebody might want to know.
fn is_ordinary(columns: &ColumnReport) -> bool {
    let utf8 = columns.found.encoding.is_none_or(|(encoding, _)| encoding.to_string() == "UTF-8");
    utf8 && columns.found.sheet.is_none()
}

/// As many names as one line of the terminal has room for, at least one.
fn names_line(names: &[String]) -> String {
    let room = terminal::width().saturating_sub(NAMES_INDENT);
    let short: Vec<String> = names.iter().take(COLUMNS_SHOWN).map(|n| terminal::cut(n, 40)).collect();
    let text_of = |shown: usize| {
        let text = short.iter().take(shown).cloned().collect::<Vec<_>>().join(", ");
        let rest = names.len().saturating_sub(shown);
        if rest > 0 { format!("{text} and {rest} more") } else { text }
    };
    let fitting = (1..=short.len()).rev().map(text_of).find(|text| text.chars().count() <= room);
    fitting.unwrap_or_else(|| text_of(1))
}

fn linked_line(out: &mut String, linked: &LinkedLine) {
    let mut parts = vec![count(linked.rows as usize, "row")];
    let facts = [
        (linked.rejected, "rejected"),
        (linked.retries, "repeated (same event id)"),
        (linked.after_now, "after now"),
        (linked.without_time, "without a time"),
        (linked.orphans, "that no lead leads to"),
    ];
    parts.extend(facts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{} {what}", thousands(*n))));
    line(out, &linked.name, &format!("{} ({})", parts.join(", "), linked.path));
    if !linked.columns.absent.is_empty() {
        line(out, "", &format!("absent: {} (missing in every row)", names_line(&linked.columns.absent)));
    }
    if !linked.columns.defaulted.is_empty() {
        line(out, "", &format!("default: {}", names_line(&linked.columns.defaulted)));
    }
}

/// One line of bars per score.
fn scores(out: &mut String, report: &Report, width: usize) {
    let mut first = true;
    for (output, tally) in &report.tallies {
        let Tally::Points { histogram, scale, is_score: true } = tally else { continue };
        if std::mem::take(&mut first) {
            out.push('\n');
        }
        out.push_str(&score_line(output, histogram, *scale, width));
    }
}

fn score_line(output: &Output, histogram: &Histogram, scale: u8, width: usize) -> String {
    let show = |v: i64| format_decimal(v, scale);
    let (Some((low, high)), Some((least, greatest))) = (histogram.axis(), histogram.span()) else {
        return format!("  {:width$}  no rows\n", output.name);
    };
    let mean = histogram.mean().map(|m| format!("{:.1}", m / 10f64.powi(i32::from(scale)))).unwrap_or_default();
    let median = histogram.median().map(show).unwrap_or_default();
    let name = terminal::paint(Tone::Strong, &format!("{:width$}", terminal::cut(&output.name, width)));
    format!(
        "  {name}  {:>5} {} {:<5}  mean {mean}, median {median}, {} to {}\n",
        show(low),
        histogram.bars(),
        show(high),
        show(least),
        show(greatest)
    )
}

/// Counts of labels, targets and items: on one line if they are few, else as bars.
fn counts(out: &mut String, report: &Report, width: usize) {
    let mut short = String::new();
    let mut long = String::new();
    for (output, tally) in &report.tallies {
        let lines = match tally {
            Tally::Labels { counts, names, missing } => {
                let mut lines: Vec<(String, u64)> = names.iter().cloned().zip(counts.iter().copied()).collect();
                lines.extend((*missing > 0).then(|| ("(missing)".to_string(), *missing)));
                lines
            }
            Tally::Texts { counts, others, missing, .. } => {
                let shown = if output.part == Part::Reason { REASONS_SHOWN } else { TEXTS_SHOWN };
                text_lines(counts, *others, *missing, shown)
            }
            Tally::Points { .. } | Tally::Bools { .. } | Tally::Known { .. } => continue,
        };
        if lines.is_empty() || report.rows == 0 {
            continue;
        }
        let shares = lines.iter().map(|(name, n)| format!("{name} {} ({})", thousands(*n), percent(*n, report.rows)));
        let one_line = terminal::one_line(&shares.collect::<Vec<_>>().join("  "));
        if lines.len() <= 6 && one_line.chars().count() + width + 4 <= terminal::width() {
            let name = terminal::paint(Tone::Strong, &format!("{:width$}", terminal::cut(&output.name, width)));
            short.push_str(&format!("  {name}  {one_line}\n"));
        } else {
            bars(&mut long, &output.name, &lines, report.rows);
        }
    }
    if !short.is_empty() {
        out.push_str(&format!("\n{short}"));
    }
    out.push_str(&long);
}

/// The most frequent texts, what is left together, and rows without one.
fn text_lines(counts: &HashMap<String, u64>, others: u64, missing: u64, shown: usize) -> Vec<(String, u64)> {
    let ranked = ranked(counts);
    let mut lines: Vec<(String, u64)> = ranked.iter().take(shown).map(|(text, n)| (text.to_string(), *n)).collect();
    let hidden = ranked.len().saturating_sub(shown);
    let rest: u64 = ranked.iter().skip(shown).map(|(_, n)| n).sum::<u64>() + others;
    lines.extend((rest > 0).then(|| (format!("({} more)", thousands(hidden as u64)), rest)));
    lines.extend((missing > 0).then(|| ("(none)".to_string(), missing)));
    lines
}

fn bars(out: &mut String, name: &str, lines: &[(String, u64)], rows: u64) {
    out.push_str(&format!("\n  {}\n", terminal::paint(Tone::Strong, name)));
    let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).min(36);
    let most = lines.iter().map(|(_, n)| *n).max().unwrap_or(0);
    for (name, n) in lines {
        out.push_str(&format!("    {}\n", label_line(name, width, *n, rows, most).trim_end()));
    }
}

/// Yes and no, and how many of the other columns have a value.
fn others(out: &mut String, report: &Report, width: usize) {
    let mut lines = String::new();
    for (output, tally) in &report.tallies {
        let text = match tally {
            Tally::Bools { yes, no, neither } => {
                let neither = if *neither > 0 { format!(", neither {}", thousands(*neither)) } else { String::new() };
                format!("yes {} ({}), no {}{neither}", thousands(*yes), percent(*yes, report.rows), thousands(*no))
            }
            Tally::Known { known, .. } => format!("known in {} ({})", thousands(*known), percent(*known, report.rows)),
            Tally::Points { histogram, scale, is_score: false } => match histogram.span() {
                Some((least, greatest)) => {
                    format!("{} to {}", format_decimal(least, *scale), format_decimal(greatest, *scale))
                }
                None => "missing in every row".to_string(),
            },
            Tally::Points { is_score: true, .. } | Tally::Labels { .. } | Tally::Texts { .. } => continue,
        };
        lines.push_str(&format!("  {}  {text}\n", terminal::paint(Tone::Strong, &format!("{:width$}", output.name))));
    }
    if !lines.is_empty() && report.rows > 0 {
        out.push('\n');
        out.push_str(&lines);
    }
}

/// KPIs that have a target, or all in few words.
fn kpis(out: &mut String, report: &Report) {
    let mut lines = String::new();
    let width = report.kpis.iter().map(|k| k.kpi.chars().count()).max().unwrap_or(0).min(36);
    for kpi in report.kpis.iter().filter(|k| k.not_built.is_none()) {
        let name = format!("{:width$}", terminal::cut(&kpi.kpi, width));
        if kpi.targets.is_empty() {
            lines.push_str(&format!(
                "    {name}  {}\n",
                kpi.total.text.as_deref().map_or_else(|| "no value".to_string(), readable)
            ));
        }
        for target in &kpi.targets {
            lines.push_str(&format!("    {name}  {}\n", target_line("target", target)));
        }
    }
    let not_built = report.kpis.iter().filter(|k| k.not_built.is_some()).count();
    if not_built > 0 {
        let note = format!("{} cannot be computed yet: see `revplay kpi`", count(not_built, "KPI"));
        lines.push_str(&format!("    {}\n", terminal::paint(Tone::Doubtful, &note)));
    }
    if !lines.is_empty() {
        out.push_str(&format!("\n  {}\n{lines}", terminal::paint(Tone::Strong, "KPIs")));
    }
}
