//! Files decided as the command line decides them: reader, engine, columns as text.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use revplay_io::{Format, ReadOptions, Reader, Source};
use revplay_ir::describe::format_value;
use revplay_ir::program::{FieldId, Program, RecordId};
use revplay_ir::time;
use revplay_ir::value::Value;
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::explain::why_columns;
use revplay_runtime::kpi::{KpiReport, KpiStates};
use revplay_runtime::native::Native;
use revplay_runtime::table::{Table, plain};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// What came out of a run.
pub struct Run {
    /// The engine, with its linked rows.
    pub engine: Engine,
    /// The rows that were decided.
    pub tables: Vec<Table>,
    /// Column name → a text per row; missing is empty.
    pub columns: BTreeMap<String, Vec<String>>,
    /// KPIs by name.
    pub kpis: BTreeMap<String, KpiReport>,
    /// Rejects as `line column: reason`.
    pub rejects: Vec<String>,
}

/// An instant of a playbook's zone.
pub fn instant(program: &Program, now: &str) -> i64 {
    let zone = time::zone(&program.zone).expect("the zone is known");
    time::parse_timestamp(now, &zone).expect("an instant")
}

/// Reads all rows of a file as a record's table.
pub fn read(program: &Arc<Program>, record: RecordId, path: &Path, mapping: Option<&str>) -> (Vec<Table>, Vec<String>) {
    let needed: BTreeSet<FieldId> = revplay_ir::reads::fields_read(program);
    let own = |name: &&str| program.mappings.iter().any(|m| m.name == **name && m.record == record);
    let mapping = mapping.filter(own);
    let name = path.to_string_lossy().to_string();
    let format = Format::of(&name, None).expect("a known ending");
    let mut reader =
        Reader::open(&Source::named(&name), format, program, record, mapping, &needed, &ReadOptions::default())
            .unwrap_or_else(|e| panic!("{name}: {e:?}"));
    let (mut tables, mut rejects) = (Vec::new(), Vec::new());
    while let Some(chunk) = reader.next_chunk(8192).unwrap_or_else(|e| panic!("{name}: {e:?}")) {
        rejects.extend(chunk.rejects.iter().map(|r| format!("{} {}: {}", r.line, r.column, r.reason)));
        tables.push(chunk.table);
    }
    (tables, rejects)
}

/// Decides a file with its linked records (record name, path).
pub fn run(program: Arc<Program>, leads: &Path, data: &[(&str, &Path)], mapping: Option<&str>, now: &str) -> Run {
    let now_us = instant(&program, now);
    let mut engine = Engine::new(program.clone(), Settings { now_us, params: Vec::new() }).expect("an engine");
    let mut linked = Vec::new();
    let mut rejects = Vec::new();
    for (record, path) in data {
        let id = program.records.iter().position(|r| r.name == *record).expect("a record");
        let (tables, bad) = read(&program, RecordId(id as u32), path, mapping);
        rejects.extend(bad);
        linked.extend(tables);
    }
    engine.link(linked);
    let (tables, bad) = read(&program, program.decided.expect("a decided record"), leads, mapping);
    rejects.extend(bad);
    decide(engine, tables, rejects)
}

/// Decides a batch on both engines and compares every output.
pub fn same_on_both_engines(engine: &Engine, native: &Native, rows: &Table, what: &str) {
    let program = engine.program();
    let (evaluated, compiled) = (engine.decide(rows), native.decide(engine, rows));
    for ((output, a), b) in program.outputs.iter().zip(&evaluated.columns).zip(&compiled.columns) {
        let b = &plain(b);
        if a.as_ref() != b.as_ref() {
            let row = (0..rows.rows).find(|r| a.slice(*r, 1).as_ref() != b.slice(*r, 1).as_ref());
            let show = |c: &arrow_array::ArrayRef| row.map(|r| format!("{:?}", c.slice(r, 1)));
            panic!("{what}: {} differs at row {row:?}: {:?} evaluated, {:?} native", output.name, show(a), show(b));
        }
    }
    assert_eq!(evaluated.findings, compiled.findings, "{what}");
    for (row, values) in native.decide_singly(engine, rows).into_iter().enumerate() {
        let Some(values) = values else { continue };
        let result = engine.decide_row(rows, row);
        for (output, value) in program.outputs.iter().zip(values) {
            let evaluated = result.get(output.decision, output.part);
            assert_eq!(value, evaluated, "{what}: {} of row {row} as a single record", output.name);
        }
    }
}

/// Decides a batch with its reasons on both engines and compares both; row by row too, as one row is asked about.
pub fn same_reasons(engine: &Engine, rows: &Table, what: &str) {
    let native = Native::compile_why(engine, &[]).expect("native code");
    same_reasons_by(engine, &native, rows, what);
}

/// The same with native code that tells reasons.
pub fn same_reasons_by(engine: &Engine, native: &Native, rows: &Table, what: &str) {
    let (decided, _, told) = native.decide_why(engine, rows);
    let evaluated = engine.decide(rows);
    assert_eq!(decided.columns.iter().map(plain).collect::<Vec<_>>(), evaluated.columns, "{what}: decisions");
    assert_eq!(decided.findings, evaluated.findings, "{what}");
    let names = why_columns(engine.program());
    assert_eq!(told.len(), names.len(), "{what}");
    let told: Vec<_> = told.iter().map(plain).collect();
    let evaluated = engine.reasons(rows);
    for row in 0..rows.rows {
        let singly = engine.why(rows, row);
        assert_eq!(singly.len(), names.len(), "{what}");
        for (((name, text), evaluated), told) in singly.iter().zip(&evaluated).zip(&told) {
            assert_eq!(evaluated.as_string::<i32>().value(row), text, "{what}: {name} of row {row}, as a batch");
            assert!(told.is_valid(row), "{what}: {name} of row {row}");
            assert_eq!(told.as_string::<i32>().value(row), text, "{what}: {name} of row {row}, by native code");
        }
    }
    assert!(told.iter().all(|column| column.len() == rows.rows), "{what}");
}

/// Decides tables, on both engines.
pub fn decide(engine: Engine, tables: Vec<Table>, rejects: Vec<String>) -> Run {
    let program = engine.program().clone();
    let wanted = program.decided.map_or_else(Vec::new, |decided| KpiStates::needed(&program, decided));
    let native = Native::compile_with(&engine, &wanted).expect("native code");
    let telling = Native::compile_why(&engine, &wanted).expect("native code");
    for table in &tables {
        same_on_both_engines(&engine, &native, table, &program.name);
        same_reasons_by(&engine, &telling, table, &program.name);
    }
    let mut columns: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut states = KpiStates::new(&engine);
    states.add_linked(&engine);
    for table in &tables {
        let mut again = states.clone();
        let (decided, given) = native.decide_with(&engine, table);
        again.add_given(&engine, table, Some(&decided), given);
        states.add(&engine, table);
        assert_eq!(again.finish(&engine), states.finish(&engine), "KPIs over decisions taken before");
        for row in 0..table.rows {
            let result = engine.decide_row(table, row);
            for output in &program.outputs {
                let value = result.get(output.decision, output.part);
                let text = match &value {
                    Value::Missing => String::new(),
                    // As a file of results has it: people read a comma.
                    Value::List(texts) => texts.join("; "),
                    one => format_value(&program, output.ty, one),
                };
                columns.entry(output.name.clone()).or_default().push(text);
            }
        }
    }
    let kpis = states.finish(&engine).into_iter().map(|k| (k.kpi.clone(), k)).collect();
    Run { engine, tables, columns, kpis, rejects }
}

impl Run {
    /// How often each value of a column occurs.
    pub fn counts(&self, column: &str) -> BTreeMap<&str, u64> {
        let mut counts = BTreeMap::new();
        for value in self.columns.get(column).unwrap_or_else(|| panic!("no column {column}")) {
            *counts.entry(value.as_str()).or_insert(0) += 1;
        }
        counts
    }

    /// The KPI of a name, with or without the playbook's.
    pub fn kpi(&self, name: &str) -> &KpiReport {
        let suffix = format!(".{name}");
        let found = self.kpis.iter().find(|(k, _)| *k == name || k.ends_with(&suffix));
        found.unwrap_or_else(|| panic!("no KPI {name}: {:?}", self.kpis.keys())).1
    }

    /// A KPI's numbers by group: the `by` values and the period, joined by `/`; missing is empty.
    pub fn groups(&self, name: &str) -> BTreeMap<String, Option<f64>> {
        let kpi = self.kpi(name);
        let key = |row: &revplay_runtime::kpi::KpiRow| {
            let period = row.period.as_ref().map(|p| p.label.clone());
            let by = row.by.iter().map(|b| b.clone().unwrap_or_default());
            by.chain(period).collect::<Vec<_>>().join("/")
        };
        kpi.rows.iter().map(|row| (key(row), row.number)).collect()
    }

    /// A KPI's value over everything.
    pub fn total(&self, name: &str) -> Option<f64> {
        self.kpi(name).total.number
    }
}
