//! A playbook inside a program: compiled once, then asked for decisions from any thread.
//!
//! | want | take |
//! |---|---|
//! | a playbook from the disk, or from memory | [`Playbook::open`], [`Playbook::compile`] |
//! | a batch of Arrow columns | [`Playbook::decide_batch`], [`Playbook::decide_batch_with_rejects`] |
//! | one record, typed, in less than a microsecond or so | [`Playbook::record`], [`Record::decide`] |
//! | JSON in, JSON out | [`Playbook::decide_json`], [`Record::decide_json`] |
//! | why | [`Record::explain`] |
//! | accounts, activities | [`Playbook::link`] |
//! | another playbook while the program runs | [`Reloading`] |
//!
//! # What holds
//!
//! - Nothing is global. A [`Playbook`] is a handle that is cheap to clone, may be used by any number of threads, and gives
//!   back all that it took, machine code included, with its last clone.
//! - Nothing reads a clock. `now` comes with each call: [`SystemTime`](std::time::SystemTime) for a moving clock, a fixed
//!   [`Now`] for results that can be repeated (promise N1).
//! - Nothing panics, whatever the playbook and the data are. Mistakes of a playbook come as [`CompileError`], with text
//!   for people and [`Finding`]s for programs; cells that cannot be used as [`Reject`]s.
//! - A record with a bad cell is rejected, never decided on something else (promise E2).
//! - Decisions are those of `revplay run`, bit for bit. Cells are read by the same rules, but for two that are about how
//!   people write into files: currency signs (`€ 12`), and the number and date styles of a mapping. Give such values
//!   typed, or as `12.50` and ISO 8601.
//!
//! # Columns of a batch
//!
//! Columns are found by the names of the fields, or by the headers of the mapping that [`Settings::mapping`] names. Others
//! are not looked at. A field takes:
//!
//! | field | Arrow types |
//! |---|---|
//! | `bool` | Boolean, integers 0 and 1 |
//! | `int` | all integers; floats and decimals that are whole |
//! | `number`, `percent` | integers, Float32, Float64, Decimal32 to 128 |
//! | `money` | Decimal32 to 128, integers; floats by their shortest decimal text |
//! | `text` | Utf8, LargeUtf8, Utf8View, dictionaries of them; integers |
//! | `enum` | the same: labels, or other spellings that the playbook lists |
//! | `date` | Date32, Date64; timestamps without a zone at midnight |
//! | `timestamp` | Timestamp of any unit, with a zone or without (then in the mapping's or the playbook's); dates |
//! | `duration` | Duration of any unit |
//!
//! Texts and dictionaries of texts are read into every field. The columns of the result are those of
//! [`Playbook::schema`]: one per output, by its name; labels as a dictionary of texts, routes' targets, texts and lists
//! (joined by `; `) as Utf8, money and scores with decimals as Decimal128, instants as Timestamp(Microsecond, UTC). Every
//! column may hold nulls: missing, and every column of a rejected row.

mod columns;
mod decision;
mod error;
mod fields;
mod handle;
mod intake;
mod json;
mod record;
mod reloading;
mod results;
mod settings;
mod sources;

pub use crate::cells::Cell;
pub use decision::{Decimal, Decision};
pub use error::{CompileError, Error, Finding, Reject};
pub use handle::{FieldHandle, FieldKey, OutputHandle, OutputKey};
pub use record::Record;
pub use reloading::Reloading;
pub use settings::{Now, Settings};
pub use sources::Sources;

use crate::decide::RowFinding;
use crate::engine::Engine;
use crate::links::LinkReport;
use crate::native::Native;
use crate::table::Table;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use columns::Rejects;
use fields::Fields;
use foldhash::fast::FixedState;
use intake::Intake;
use revplay_compiler::diagnostics::Severity;
use revplay_compiler::suggest::{closest, listed};
use revplay_ir::program::{Const, Field, FieldId, Param, ParamId, Program, RecordId};
use revplay_ir::time;
use std::hash::{BuildHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

/// How many bad cells an error names.
pub const REJECTS_MAX: usize = 100;
/// Names that a message lists.
const LISTED: usize = 20;

/// A compiled playbook, with its parameters and the rows of linked records. Cheap to clone: clones share everything.
#[derive(Clone)]
pub struct Playbook {
    compiled: Arc<Compiled>,
    state: Arc<State>,
}

/// What comes from the playbook's text.
struct Compiled {
    program: Arc<Program>,
    native: Option<Native>,
    findings: Vec<Finding>,
    /// By record.
    fields: Vec<Arc<Fields>>,
    /// Those of the decided record.
    decided: Arc<Fields>,
    schema: SchemaRef,
    outputs_layout: u64,
    /// Per output, what stands before its value in JSON.
    answer_names: Vec<String>,
    /// A table of the decided record without rows.
    empty: Table,
}

/// What may differ between playbooks of one text.
struct State {
    engine: Engine,
    linked: Vec<Linked>,
    report: LinkReport,
}

/// The rows of a linked record, as they were given.
#[derive(Clone)]
struct Linked {
    record: String,
    batches: Vec<RecordBatch>,
    /// Rows with bad cells are left out.
    with_rejects: bool,
}

/// A batch that was decided row by row, bad rows set aside.
#[derive(Clone, Debug)]
pub struct Decided {
    /// One row for each row of the input, in its order, by [`Playbook::schema`]; rejected rows are null throughout.
    pub batch: RecordBatch,
    /// The cells that rejected a row, by row.
    pub rejects: Vec<Reject>,
    /// How many rows were rejected.
    pub rejected: usize,
    /// Overlaps that the playbook forbids (two rows of a `unique` table): the first was taken.
    pub overlaps: Vec<RowFinding>,
}

impl std::fmt::Debug for Playbook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Playbook").field("name", &self.compiled.program.name).finish_non_exhaustive()
    }
}

impl Playbook {
    /// Checks a playbook, lowers it and makes its machine code: milliseconds for a usual one. Where there is no code
    /// generator for the machine, batches are evaluated instead.
    ///
    /// # Errors
    /// [`Error::Playbook`] with every mistake of the playbook; [`Error::UnknownName`] and [`Error::Parameter`] for
    /// what the settings name.
    pub fn compile(sources: Sources, settings: Settings) -> Result<Playbook, Error> {
        let (files, root) = sources.files();
        let checked = revplay_compiler::check(files, root);
        let Some(program) = checked.program else {
            return Err(CompileError::of(files, &checked.diagnostics).into());
        };
        let nothing = || {
            let help = "compile a playbook that uses this file, or add a line such as `playbook inbound for lead`";
            let message = "this file has no `playbook` line: it decides nothing";
            CompileError::of_file("E0804", sources.root_name(), message, help)
        };
        let record = program.decided.ok_or_else(nothing)?;
        let warnings: Vec<_> = checked.diagnostics.into_iter().filter(|d| d.severity != Severity::Error).collect();
        let findings = Finding::all(files, &warnings);
        let program = Arc::new(program);
        let fields = all_fields(&program, &settings)?;
        let decided = fields.get(record.index()).cloned().ok_or_else(nothing)?;
        let params = params(&program, &settings)?;
        let engine = Engine::new(program.clone(), crate::engine::Settings { now_us: 0, params })?;
        let native = if settings.evaluated { None } else { Native::compile(&engine).ok() };
        let mut layout = FixedState::default().build_hasher();
        program.outputs.iter().for_each(|output| (&output.name, output.ty).hash(&mut layout));
        let compiled = Compiled {
            native,
            findings,
            fields,
            schema: results::schema(&program),
            outputs_layout: layout.finish(),
            answer_names: json::names(&program),
            empty: Table { record, rows: 0, columns: vec![None; decided.names.len()] },
            decided,
            program,
        };
        let state = State { engine, linked: Vec::new(), report: LinkReport::default() };
        Ok(Playbook { compiled: Arc::new(compiled), state: Arc::new(state) })
    }

    /// Reads a playbook from the disk, with the files that it names, and compiles it.
    ///
    /// # Errors
    /// As [`Playbook::compile`]; a file that cannot be read is a finding.
    pub fn open(path: impl AsRef<Path>, settings: Settings) -> Result<Playbook, Error> {
        let path = path.as_ref();
        let sources = Sources::read(path).map_err(|reason| {
            CompileError::of_file("E0801", &path.to_string_lossy(), &reason, "name a `.play` file that can be read")
        })?;
        Playbook::compile(sources, settings)
    }

    /// Whether both are clones of one: then a [`Record`] made from one can be kept for the other.
    pub fn is_same(&self, other: &Playbook) -> bool {
        Arc::ptr_eq(&self.compiled, &other.compiled) && Arc::ptr_eq(&self.state, &other.state)
    }

    /// The playbook's name, as its `playbook` line has it.
    pub fn name(&self) -> &str {
        &self.compiled.program.name
    }

    /// Warnings and notes of the check.
    pub fn findings(&self) -> &[Finding] {
        &self.compiled.findings
    }

    /// The decision program.
    pub fn program(&self) -> &Arc<Program> {
        &self.compiled.program
    }

    /// Whether batches are decided by machine code.
    pub fn has_machine_code(&self) -> bool {
        self.compiled.native.is_some()
    }

    /// The columns of every result.
    pub fn schema(&self) -> SchemaRef {
        self.compiled.schema.clone()
    }

    /// An instant as a playbook writes it: `2026-11-23`, `2026-11-23 09:00` in the playbook's zone, or with an offset.
    ///
    /// # Errors
    /// [`Error::Instant`].
    pub fn instant(&self, text: &str) -> Result<Now, Error> {
        let zone = time::zone(&self.compiled.program.zone);
        let zone = zone.ok_or_else(|| crate::error::Error::UnknownZone { zone: self.compiled.program.zone.clone() })?;
        let instant = time::parse_timestamp(text.trim(), &zone);
        instant.map(Now::from_micros).map_err(|e| Error::Instant { text: text.to_owned(), message: e.to_string() })
    }

    /// A field of the decided record, looked up once for many records.
    ///
    /// # Errors
    /// [`Error::UnknownName`].
    pub fn field(&self, name: &str) -> Result<FieldHandle, Error> {
        Ok(FieldHandle { position: self.fields().position(name)?, layout: self.fields().layout })
    }

    /// An output, looked up once for many decisions: a score, a route, any column of the result.
    ///
    /// # Errors
    /// [`Error::UnknownName`].
    pub fn output(&self, name: &str) -> Result<OutputHandle, Error> {
        let outputs = &self.compiled.program.outputs;
        match outputs.iter().position(|output| output.name == name) {
            Some(index) => Ok(OutputHandle { index, layout: self.compiled.outputs_layout }),
            None => Err(unknown("output", name, outputs.iter().map(|o| o.name.as_str()))),
        }
    }

    /// An empty record to fill and decide, again and again.
    pub fn record(&self) -> Record {
        Record::new(self)
    }

    /// Decides a JSON object, or an array of objects, and answers with one object for each: outputs by name, labels and
    /// targets as texts, scores and money as numbers with all their decimals, instants as ISO 8601, lists as arrays,
    /// missing as `null`.
    ///
    /// Names of the object are those of the fields, or of the mapping; others are not looked at. Values of an object
    /// inside are named `outer.inner`. In an array, an object that cannot be decided is answered with
    /// `{"rejects": [{"row", "column", "value", "reason"}]}` in its place, and the others are decided.
    ///
    /// # Errors
    /// [`Error::Json`] for a text that is not of this form, [`Error::Rejected`] for a single object with bad cells;
    /// [`Error::to_json`] gives either as an answer.
    pub fn decide_json(&self, json: &str, now: impl Into<Now>) -> Result<String, Error> {
        let mut answer = String::new();
        self.record().decide_json(json, now, &mut answer)?;
        Ok(answer)
    }

    /// Decides every row of a batch. The result has one row for each, in the same order, by [`Playbook::schema`].
    ///
    /// # Errors
    /// [`Error::Column`] for a column that is missing, twice there or of a type that cannot be used;
    /// [`Error::Rejected`] with the first bad cells, if there is any.
    pub fn decide_batch(&self, batch: &RecordBatch, now: impl Into<Now>) -> Result<RecordBatch, Error> {
        let mut rejects = Rejects::new(REJECTS_MAX);
        let table = columns::table(self.fields(), batch, &mut rejects)?;
        if !rejects.list.is_empty() {
            return Err(Error::Rejected(rejects.list));
        }
        let decided = self.decide_table(&table, now.into());
        self.results(&decided.columns, table.rows, &[])
    }

    /// Decides every good row of a batch and sets the others aside (promise E2).
    ///
    /// # Errors
    /// [`Error::Column`] as [`Playbook::decide_batch`]; bad cells are no errors here.
    pub fn decide_batch_with_rejects(&self, batch: &RecordBatch, now: impl Into<Now>) -> Result<Decided, Error> {
        let mut rejects = Rejects::new(usize::MAX);
        let table = columns::table(self.fields(), batch, &mut rejects)?;
        let mut decided = self.decide_table(&table, now.into());
        let is_bad = |row: usize| rejects.rows.get(row) == Some(&true);
        decided.findings.retain(|finding| !is_bad(finding.row));
        Ok(Decided {
            batch: self.results(&decided.columns, table.rows, &rejects.rows)?,
            rejected: rejects.rows.iter().filter(|bad| **bad).count(),
            rejects: rejects.list,
            overlaps: decided.findings,
        })
    }

    fn decide_table(&self, table: &Table, now: Now) -> crate::decide::Decided {
        let engine = self.state.engine.with_now(now.micros());
        match &self.compiled.native {
            Some(native) => native.decide(&engine, table),
            None => engine.decide(table),
        }
    }

    fn results(&self, columns: &[arrow_array::ArrayRef], rows: usize, rejected: &[bool]) -> Result<RecordBatch, Error> {
        let Compiled { program, schema, .. } = self.compiled.as_ref();
        results::batch(program, schema, columns, rows, rejected).map_err(|e| Error::Column {
            column: String::new(),
            message: format!("this is a mistake of Revplay itself: {e}"),
            help: "please report it with the playbook".to_owned(),
        })
    }

    /// The same playbook with the rows of a linked record (`account`, `activity`), in one batch or several; rows that it
    /// had of that record before are replaced. An empty list takes them away.
    ///
    /// # Errors
    /// [`Error::UnknownName`] for a record that the playbook does not have, and as [`Playbook::decide_batch`]: a linked
    /// row with a bad cell would change the decisions of others unseen.
    pub fn link(&self, record: &str, batches: &[RecordBatch]) -> Result<Playbook, Error> {
        let (playbook, rejects) = self.with_linked(self.linked_with(record, batches, false))?;
        if rejects.is_empty() { Ok(playbook) } else { Err(Error::Rejected(rejects)) }
    }

    /// As [`Playbook::link`], but rows with bad cells are left out and told, as `revplay run` does. Rows are counted over
    /// all batches.
    ///
    /// # Errors
    /// [`Error::UnknownName`], [`Error::Column`].
    pub fn link_with_rejects(&self, record: &str, batches: &[RecordBatch]) -> Result<(Playbook, Vec<Reject>), Error> {
        self.with_linked(self.linked_with(record, batches, true))
    }

    fn linked_with(&self, record: &str, batches: &[RecordBatch], with_rejects: bool) -> Vec<Linked> {
        let mut linked = self.state.linked.clone();
        linked.retain(|known| known.record != record);
        linked.push(Linked { record: record.to_owned(), batches: batches.to_vec(), with_rejects });
        linked
    }

    /// What the last [`Playbook::link`] left out: repeated keys on the one-side, repeated events.
    pub fn link_report(&self) -> &LinkReport {
        &self.state.report
    }

    /// The same playbook with other values for some parameters; all others are as the playbook says.
    ///
    /// # Errors
    /// [`Error::UnknownName`], [`Error::Parameter`].
    pub fn with_params<'a>(&self, given: &[(&str, Cell<'a>)]) -> Result<Playbook, Error> {
        let settings = given.iter().fold(Settings::new(), |settings, (name, cell)| settings.param(name, *cell));
        let engine = self.state.engine.with_params(params(&self.compiled.program, &settings)?)?;
        let State { linked, report, .. } = self.state.as_ref();
        let state = State { engine, linked: linked.clone(), report: report.clone() };
        Ok(Playbook { compiled: self.compiled.clone(), state: Arc::new(state) })
    }

    /// With the linked rows of another playbook, of records that both have.
    fn with_links_of(&self, other: &Playbook) -> Result<Playbook, Error> {
        let both = other.state.linked.iter().filter(|known| self.fields_of(&known.record).is_ok()).cloned();
        let both: Vec<Linked> = both.collect();
        if both.is_empty() {
            return Ok(self.clone());
        }
        let tolerated = both.iter().any(|known| known.with_rejects);
        let (playbook, rejects) = self.with_linked(both)?;
        if rejects.is_empty() || tolerated { Ok(playbook) } else { Err(Error::Rejected(rejects)) }
    }

    /// Links all rows anew. The rejects are those of the record that came last.
    fn with_linked(&self, linked: Vec<Linked>) -> Result<(Playbook, Vec<Reject>), Error> {
        let (mut tables, mut found) = (Vec::new(), Vec::new());
        for Linked { record, batches, with_rejects } in &linked {
            found.clear();
            let fields = self.fields_of(record)?;
            let mut before = 0;
            for batch in batches {
                let mut rejects = Rejects::new(if *with_rejects { usize::MAX } else { REJECTS_MAX });
                let table = columns::table(fields, batch, &mut rejects)?;
                tables.push(columns::good_rows(&self.compiled.program, table, &rejects));
                found.extend(rejects.list.into_iter().map(|reject| Reject { row: before + reject.row, ..reject }));
                before += batch.num_rows();
            }
        }
        let mut engine = self.state.engine.clone();
        let report = engine.link(tables);
        let state = Arc::new(State { engine, linked, report });
        Ok((Playbook { compiled: self.compiled.clone(), state }, found))
    }

    fn fields(&self) -> &Fields {
        &self.compiled.decided
    }

    fn fields_of(&self, record: &str) -> Result<&Fields, Error> {
        let all = &self.compiled.fields;
        let found = all.iter().find(|fields| fields.record_name == record);
        found.map(Arc::as_ref).ok_or_else(|| unknown("record", record, all.iter().map(|f| f.record_name.as_str())))
    }

    fn answer_names(&self) -> &[String] {
        &self.compiled.answer_names
    }

    fn outputs_layout(&self) -> u64 {
        self.compiled.outputs_layout
    }
}

/// The fields of every record, by record.
fn all_fields(program: &Program, settings: &Settings) -> Result<Vec<Arc<Fields>>, Error> {
    let read = revplay_ir::reads::decisions_read(program).fields;
    if let Some(name) = &settings.mapping
        && !program.mappings.iter().any(|m| m.name == *name)
    {
        return Err(unknown("mapping", name, program.mappings.iter().map(|m| m.name.as_str())));
    }
    let mapping = |record: RecordId| {
        let name = settings.mapping.as_deref()?;
        program.mappings.iter().find(|m| m.name == name && m.record == record)
    };
    let ids = (0..program.records.len()).map(|index| RecordId(index as u32));
    ids.map(|id| Ok(Arc::new(Fields::new(program, id, mapping(id), &read)?))).collect()
}

fn params(program: &Program, settings: &Settings) -> Result<Vec<(ParamId, Const)>, Error> {
    let mut params = Vec::new();
    for (name, given) in &settings.params {
        let Some(index) = program.params.iter().position(|p| p.name == *name) else {
            return Err(unknown("parameter", name, program.params.iter().map(|p| p.name.as_str())));
        };
        let wrong = |message: &str| Error::Parameter { name: name.clone(), message: message.to_owned() };
        let Some(param) = program.params.get(index) else { continue };
        let value = intake_of(program, param)?.value(given.cell()).map_err(|reason| wrong(&reason))?;
        let value = Const::of_value(&value).ok_or_else(|| wrong("not a value that can be given"))?;
        params.push((ParamId(index as u32), value));
    }
    Ok(params)
}

/// A parameter takes what a field of its type takes.
fn intake_of(program: &Program, param: &Param) -> Result<Intake, Error> {
    let unknown_zone = || crate::error::Error::UnknownZone { zone: program.zone.clone() };
    let zone = time::zone(&program.zone).ok_or_else(unknown_zone)?;
    let field = Field { range: param.range.clone(), ..Field::new(&param.name, RecordId(0), param.ty) };
    Ok(Intake::new(program, (FieldId(0), &field), false, None, zone))
}

fn unknown<'a>(what: &'static str, name: &str, names: impl Iterator<Item = &'a str> + Clone) -> Error {
    let help = match closest(name, names.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => match listed(names, LISTED) {
            known if known.is_empty() => format!("it has no {what} at all"),
            known => format!("it has {known}"),
        },
    };
    Error::UnknownName { what, name: name.to_owned(), help }
}
