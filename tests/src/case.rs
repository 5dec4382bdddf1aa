//! A playbook and its rows as texts, through the whole pipeline: check, program, files, engine, result file.

use crate::load::{self, Loaded};
use arrow_array::{ArrayRef, Int64Array};
use revplay_io::{ColumnReport, Format, OutputColumn, ReadOptions, Reader, Source, Target, WriteOptions, Writer};
use revplay_ir::program::{FieldId, Program, RecordId};
use revplay_ir::types::Type;
use revplay_runtime::decide::RowFinding;
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::kpi::{KpiReport, KpiRow, KpiStates};
use revplay_runtime::links::LinkReport;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// `now` unless a case says another: a Monday morning in Berlin.
pub const NOW: &str = "2026-11-23 09:00";

/// What is decided, and from what.
#[derive(Clone, Debug)]
pub struct Case {
    source: String,
    beside: Vec<(String, String)>,
    rows: Vec<(String, Vec<u8>)>,
    now: String,
    mapping: Option<String>,
    chunk: usize,
}

/// What came out.
#[derive(Debug)]
pub struct Outcome {
    /// The result file as it was written.
    pub csv: String,
    columns: BTreeMap<String, Vec<String>>,
    /// Rejects of all files as `line column: reason`.
    pub rejects: Vec<String>,
    /// What became of the decided record's columns.
    pub read: ColumnReport,
    /// What linking left out.
    pub links: LinkReport,
    /// Rows of a `to many` link that no decided row leads to.
    pub orphans: u64,
    /// Overlaps that were met.
    pub findings: Vec<RowFinding>,
    /// KPIs, in the order of the playbook.
    pub kpis: Vec<KpiReport>,
    /// The engine, with its linked rows.
    pub engine: Engine,
}

/// A playbook over `record lead { id text key, … }` in Berlin's zone.
pub fn play(fields: &str, body: &str) -> Case {
    Case::new(&text(fields, body))
}

/// The text of [`play`].
pub fn text(fields: &str, body: &str) -> String {
    let head = "playbook p for lead { timezone \"Europe/Berlin\" }\nrecord lead {\n  id text key\n";
    format!("{head}  {}\n}}\n{body}\n", fields.replace("; ", "\n  "))
}

/// The findings of [`text`]: errors and warnings.
pub fn check(fields: &str, body: &str) -> Loaded {
    load::source(&text(fields, body))
}

/// The one output `x` of one row: fields, their cells, the definition of `x`.
#[track_caller]
pub fn value(fields: &str, cells: &str, x: &str) -> String {
    let names: Vec<&str> = fields.split("; ").filter_map(|f| f.split_whitespace().next()).collect();
    let csv = format!("id,{}\n1,{cells}\n", names.join(","));
    let out = play(fields, &format!("output x = {x}")).leads(&csv).run();
    assert_eq!(out.rejects, Vec::<String>::new(), "{x}");
    out.column("x").remove(0)
}

impl Case {
    /// A whole playbook.
    pub fn new(source: &str) -> Case {
        Case {
            source: source.to_string(),
            beside: Vec::new(),
            rows: Vec::new(),
            now: NOW.to_string(),
            mapping: None,
            chunk: 8192,
        }
    }

    /// The rows of the decided record.
    pub fn leads(self, csv: &str) -> Case {
        self.rows("lead", csv)
    }

    /// The rows of a record.
    pub fn rows(self, record: &str, csv: &str) -> Case {
        self.bytes(record, csv.as_bytes())
    }

    /// The rows of a record, as bytes.
    pub fn bytes(mut self, record: &str, csv: &[u8]) -> Case {
        self.rows.retain(|(r, _)| r != record);
        self.rows.push((record.to_string(), csv.to_vec()));
        self
    }

    /// A file beside the playbook that it names.
    pub fn beside(mut self, path: &str, text: &str) -> Case {
        self.beside.push((path.to_string(), text.to_string()));
        self
    }

    /// Another `now`.
    pub fn now(mut self, now: &str) -> Case {
        self.now = now.to_string();
        self
    }

    /// Reads by a mapping.
    pub fn mapping(mut self, name: &str) -> Case {
        self.mapping = Some(name.to_string());
        self
    }

    /// Rows that are read and decided at a time.
    pub fn chunk(mut self, rows: usize) -> Case {
        self.chunk = rows;
        self
    }

    /// The checked playbook.
    pub fn check(&self) -> Loaded {
        let beside: Vec<(&str, &str)> = self.beside.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
        load::source_beside(&self.source, &beside)
    }

    /// Everything; panics with the reason if the playbook or a file is refused.
    #[track_caller]
    pub fn run(&self) -> Outcome {
        match self.try_run() {
            Ok(outcome) => outcome,
            Err(error) => panic!("{error}"),
        }
    }

    /// Everything, or why a file is refused (code and message).
    #[track_caller]
    pub fn try_run(&self) -> Result<Outcome, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let program = self.check().program();
        let zone = revplay_ir::time::zone(&program.zone).expect("a zone");
        let now_us = revplay_ir::time::parse_timestamp(&self.now, &zone).expect("an instant");
        let mut engine = Engine::new(program.clone(), Settings { now_us, params: Vec::new() }).expect("an engine");
        let decided = program.decided.expect("a decided record");
        let mut out = Gathered::default();
        let mut linked = Vec::new();
        for (name, bytes) in &self.rows {
            let record = record_of(&program, name);
            if record == decided {
                continue;
            }
            let mut reader = self.open(folder.path(), &program, record, name, bytes)?;
            while let Some(chunk) = reader.next_chunk(self.chunk).map_err(refused)? {
                out.rejects.extend(chunk.rejects.iter().map(|r| format!("{} {}: {}", r.line, r.column, r.reason)));
                linked.push(chunk.table);
            }
        }
        let links = engine.link(linked);
        let mut kpis = KpiStates::new(&engine);
        kpis.add_linked(&engine);
        let csv = self.decide(folder.path(), &engine, &mut kpis, &mut out)?;
        Ok(Outcome {
            columns: columns_of(&csv),
            csv,
            rejects: out.rejects,
            read: out.read,
            links,
            orphans: engine.orphans().iter().map(|o| o.rows).sum(),
            findings: out.findings,
            kpis: kpis.finish(&engine),
            engine,
        })
    }

    fn open(
        &self,
        folder: &Path,
        program: &Arc<Program>,
        record: RecordId,
        name: &str,
        bytes: &[u8],
    ) -> Result<Reader, String> {
        let path = folder.join(format!("{name}.csv"));
        std::fs::write(&path, bytes).expect("a file");
        let needed: BTreeSet<FieldId> = revplay_ir::reads::fields_read(program);
        let own = |m: &&str| program.mappings.iter().any(|d| d.name == **m && d.record == record);
        let mapping = self.mapping.as_deref().filter(own);
        let source = Source::Path(path);
        Reader::open(&source, Format::Csv, program, record, mapping, &needed, &ReadOptions::default()).map_err(refused)
    }

    fn decide(
        &self,
        folder: &Path,
        engine: &Engine,
        kpis: &mut KpiStates,
        out: &mut Gathered,
    ) -> Result<String, String> {
        let program = engine.program();
        let decided = program.decided.expect("a decided record");
        let name = &program.records[decided.index()].name;
        let bytes = self.rows.iter().find(|(r, _)| r == name).map(|(_, b)| b.as_slice()).unwrap_or(b"id\n1\n");
        let mut reader = self.open(folder, program, decided, name, bytes)?;
        out.read = reader.columns().clone();
        let mut columns = vec![OutputColumn::plain("row", Type::Int)];
        columns.extend(program.outputs.iter().map(|o| OutputColumn::value(program, &o.name, o.ty)));
        let path = folder.join("decided.csv");
        let target = Target::named(&path.to_string_lossy());
        let mut writer = Writer::create(&target, Format::Csv, columns, &WriteOptions::default()).map_err(refused)?;
        while let Some(chunk) = reader.next_chunk(self.chunk).map_err(refused)? {
            let result = engine.decide(&chunk.table);
            let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(chunk.numbers.iter().map(|n| *n as i64)));
            let arrays: Vec<ArrayRef> = std::iter::once(numbers).chain(result.columns).collect();
            writer.write(&arrays).map_err(refused)?;
            kpis.add(engine, &chunk.table);
            out.findings.extend(result.findings);
            out.rejects.extend(chunk.rejects.iter().map(|r| format!("{} {}: {}", r.line, r.column, r.reason)));
        }
        writer.finish().map_err(refused)?;
        Ok(std::fs::read_to_string(path).expect("the result"))
    }
}

#[derive(Default)]
struct Gathered {
    rejects: Vec<String>,
    findings: Vec<RowFinding>,
    read: ColumnReport,
}

fn refused(error: revplay_io::IoError) -> String {
    format!("{}: {} ({})", error.code, error.message, error.help.as_deref().unwrap_or("-"))
}

fn record_of(program: &Program, name: &str) -> RecordId {
    let found = program.records.iter().position(|r| r.name == name);
    RecordId(found.unwrap_or_else(|| panic!("no record {name}")) as u32)
}

impl Outcome {
    /// The cells of a column, as the result file has them; missing is empty.
    #[track_caller]
    pub fn column(&self, name: &str) -> Vec<String> {
        let names = self.columns.keys();
        self.columns.get(name).unwrap_or_else(|| panic!("no column {name}: {names:?}")).clone()
    }

    /// The KPI of a name, with or without the playbook's.
    #[track_caller]
    pub fn kpi(&self, name: &str) -> &KpiReport {
        let suffix = format!(".{name}");
        let found = self.kpis.iter().find(|k| k.kpi == name || k.kpi.ends_with(&suffix));
        found.unwrap_or_else(|| panic!("no KPI {name}"))
    }

    /// A KPI's rows as `period/by/by = text`; missing is `-`.
    #[track_caller]
    pub fn groups(&self, name: &str) -> Vec<String> {
        self.kpi(name).rows.iter().map(shown).collect()
    }

    /// A KPI's value over everything, as its text; missing is `-`.
    #[track_caller]
    pub fn total(&self, name: &str) -> String {
        self.kpi(name).total.text.clone().unwrap_or_else(|| "-".to_string())
    }
}

/// A row of a KPI as `period/by = text`.
pub fn shown(row: &KpiRow) -> String {
    let period = row.period.iter().map(|p| p.label.clone());
    let by = row.by.iter().map(|b| b.clone().unwrap_or_else(|| "-".to_string()));
    let key: Vec<String> = period.chain(by).collect();
    format!("{} = {}", key.join("/"), row.text.as_deref().unwrap_or("-"))
}

/// Columns of a CSV text by header.
fn columns_of(csv: &str) -> BTreeMap<String, Vec<String>> {
    let mut rows = csv_rows(csv).into_iter();
    let names = rows.next().unwrap_or_default();
    let mut columns: Vec<Vec<String>> = vec![Vec::new(); names.len()];
    for row in rows {
        columns.iter_mut().zip(row).for_each(|(column, cell)| column.push(cell));
    }
    names.into_iter().zip(columns).collect()
}

/// Cells of a CSV text with `"` around cells that need it.
pub fn csv_rows(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = csv.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\r' if !quoted => {}
            c => cell.push(c),
        }
    }
    rows
}
