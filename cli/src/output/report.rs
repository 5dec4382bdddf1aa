//! What a run gathers for its summary.

use super::tally::Tally;
use crate::session::Session;
use crate::session::linked::name_of;
use arrow_array::{Array, ArrayRef};
use revplay_io::{Chunk, ColumnReport, OutputColumn};
use revplay_ir::program::{Output, Program};
use revplay_ir::time;
use revplay_runtime::decide::Decided;
use revplay_runtime::kpi::KpiReport;
use revplay_runtime::table::plain;
use std::collections::BTreeMap;
use std::time::Duration;

/// Decided rows that a preview shows.
const PREVIEW_ROWS: usize = 10;
/// Overlaps that the summary names.
const OVERLAPS_SHOWN: usize = 3;

/// A run in numbers.
pub struct Report {
    /// Name and title of the playbook.
    pub playbook: String,
    /// Its title.
    pub title: Option<String>,
    /// Name of the decided record.
    pub record: String,
    /// Decided rows.
    pub rows: u64,
    /// Rejected leads.
    pub rejected: u64,
    /// `now` in the playbook's zone.
    pub now: String,
    /// `now` in UTC.
    pub now_utc: String,
    /// The playbook's zone.
    pub zone: String,
    /// Seconds from the first row to the last.
    pub seconds: f64,
    /// Where the rows went; none for stdout or a preview.
    pub output: Option<String>,
    /// What became of the columns of the leads.
    pub columns: ColumnReport,
    /// Counts per output column.
    pub tallies: Vec<(Output, Tally)>,
    /// Linked files.
    pub linked: Vec<LinkedLine>,
    /// Records whose file nothing reads.
    pub unused: Vec<String>,
    /// Rows where rules overlap that must not.
    pub findings: u64,
    /// The first of them: row number and message.
    pub overlaps: Vec<(u64, String)>,
    /// The KPIs over the decided rows.
    pub kpis: Vec<KpiReport>,
    /// Texts of the first decided rows, with headings.
    pub preview: Option<Preview>,
}

/// The first decided rows.
#[derive(Default)]
pub struct Preview {
    /// Headings, and whether the column holds numbers.
    pub headings: Vec<(String, bool)>,
    /// Rows of texts.
    pub rows: Vec<Vec<String>>,
}

/// A linked file in the summary.
pub struct LinkedLine {
    /// The record.
    pub name: String,
    /// Its file.
    pub path: String,
    /// Rows that are linked.
    pub rows: u64,
    /// Rejected rows.
    pub rejected: u64,
    /// Events that repeat an id.
    pub retries: u64,
    /// Events after `now`.
    pub after_now: u64,
    /// Events without a time.
    pub without_time: u64,
    /// Rows that no lead leads to, per link.
    pub orphans: u64,
    /// What became of the columns.
    pub columns: ColumnReport,
}

impl Report {
    /// An empty report.
    pub fn new(session: &Session, columns: ColumnReport) -> Report {
        let program = &session.program;
        let now_us = session.engine.now_us();
        let linked = &session.linked;
        Report {
            playbook: program.name.clone(),
            title: program.title.clone(),
            record: session.decided_name().to_string(),
            rows: 0,
            rejected: 0,
            now: local_time(&program.zone, now_us),
            now_utc: time::format_timestamp(now_us),
            zone: program.zone.clone(),
            seconds: 0.0,
            output: None,
            columns,
            tallies: program.outputs.iter().map(|o| (o.clone(), Tally::of(program, o))).collect(),
            linked: Vec::new(),
            unused: linked.unused.clone(),
            findings: 0,
            overlaps: Vec::new(),
            kpis: Vec::new(),
            preview: None,
        }
    }

    /// The counts of a decided chunk; any thread can take them.
    pub fn tallies(program: &Program, decided: &Decided) -> Vec<Tally> {
        let outputs = program.outputs.iter().zip(&decided.columns);
        let tally = |(output, column): (&Output, &ArrayRef)| {
            let mut tally = Tally::of(program, output);
            tally.add(column.as_ref());
            tally
        };
        outputs.map(tally).collect()
    }

    /// Adds a decided chunk, in the order of the rows.
    pub fn add(&mut self, chunk: &Chunk, decided: &Decided, tallies: Vec<Tally>) {
        self.rows += chunk.table.rows as u64;
        for ((_, mine), tally) in self.tallies.iter_mut().zip(tallies) {
            mine.merge(tally);
        }
        self.findings += decided.findings.len() as u64;
        let room = OVERLAPS_SHOWN.saturating_sub(self.overlaps.len());
        for finding in decided.findings.iter().take(room) {
            let number = chunk.numbers.get(finding.row).copied().unwrap_or_default();
            self.overlaps.push((number, finding.message.clone()));
        }
    }

    /// Keeps the first rows of a chunk for the preview.
    pub fn preview(&mut self, session: &Session, columns: &[OutputColumn], arrays: &[ArrayRef]) {
        let preview = self.preview.get_or_insert_with(|| Preview {
            headings: columns.iter().map(|c| (c.name.clone(), super::cell::is_number(c))).collect(),
            rows: Vec::new(),
        });
        let rows = arrays.first().map_or(0, |a| a.len());
        let arrays: Vec<ArrayRef> = arrays.iter().map(|a| plain(&a.slice(0, rows.min(PREVIEW_ROWS)))).collect();
        for row in 0..rows.min(PREVIEW_ROWS.saturating_sub(preview.rows.len())) {
            let texts =
                columns.iter().zip(&arrays).map(|(c, a)| super::cell::text(&session.program, c, a.as_ref(), row));
            preview.rows.push(texts.collect());
        }
    }

    /// Completes the report after the last row.
    pub fn finish(&mut self, session: &Session, took: Duration, output: Option<String>) {
        self.seconds = took.as_secs_f64();
        self.output = output;
        let program = &session.program;
        let mut orphans: BTreeMap<_, u64> = BTreeMap::new();
        for orphan in session.engine.orphans() {
            if let Some(link) = program.links.get(orphan.link.index()) {
                let most = orphans.entry(link.to).or_insert(orphan.rows);
                *most = (*most).min(orphan.rows);
            }
        }
        let report = &session.linked.report;
        self.linked = session
            .linked
            .files
            .iter()
            .map(|file| {
                let of = |counts: &[(revplay_ir::program::RecordId, u64)]| {
                    counts.iter().find(|(record, _)| *record == file.record).map_or(0, |(_, n)| *n)
                };
                LinkedLine {
                    name: name_of(program, file.record),
                    path: file.path.clone(),
                    rows: file.rows,
                    rejected: file.rejected_rows,
                    retries: of(&report.retries),
                    after_now: of(&report.after_now),
                    without_time: of(&report.without_time),
                    orphans: orphans.get(&file.record).copied().unwrap_or(0),
                    columns: file.columns.clone(),
                }
            })
            .collect();
    }

    /// Rejected and good rows of each file.
    pub fn rejected_and_good(&self) -> Vec<(u64, u64)> {
        let linked = self.linked.iter().map(|file| (file.rejected, file.rows));
        linked.chain([(self.rejected, self.rows)]).collect()
    }
}

/// `2026-11-23 09:00 Europe/Berlin`; seconds only where they are not zero.
pub fn local_time(zone: &str, us: i64) -> String {
    let Some(tz) = time::zone(zone) else { return time::format_timestamp(us) };
    let (day, of_day) = time::local_of(&tz, us);
    let seconds = of_day / time::SECOND_US;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let clock =
        if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") };
    format!("{} {clock} {zone}", time::format_date(day))
}
