//! A playbook made ready to decide: checked, with its settings and the rows of linked records.

pub mod linked;
pub mod reading;

use crate::args::DecideArgs;
use crate::commands::check;
use crate::exit::{Failure, Stop};
use crate::load;
use crate::output::terminal::{self, count};
use crate::settings;
use linked::Linked;
use reading::Reading;
use revplay_compiler::diagnostics::render::{Format as FindingFormat, render};
use revplay_compiler::diagnostics::{Diagnostic, Severity};
use revplay_compiler::source::FileSet;
use revplay_io::{Encoding, Format, ReadOptions, Reader, Source};
use revplay_ir::program::{Program, RecordId};
use revplay_runtime::engine::Engine;
use std::io::Read;
use std::sync::Arc;

/// What a command needs of the playbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// All decisions, and those KPIs whose records are at hand.
    Run,
    /// All decisions.
    Explain,
    /// All KPIs, and the decisions that they read.
    Kpis,
}

/// What a command decides with.
pub struct Session {
    /// The playbook's path.
    playbook: String,
    /// Warnings of the checker.
    warnings: usize,
    /// The compiled playbook.
    pub program: Arc<Program>,
    /// The record that is decided.
    pub decided: RecordId,
    /// The engine with its linked rows.
    pub engine: Engine,
    /// What is read.
    pub reading: Reading,
    /// The files of linked records.
    pub linked: Linked,
    /// On how many threads files are read.
    threads: usize,
}

impl Session {
    /// Checks the playbook, applies `--now` and `--param`, and reads the rows of linked records, on so many threads.
    /// `fold` says that values are wanted, and nobody asks for the linked rows behind them.
    pub fn new(args: &DecideArgs, purpose: Purpose, threads: usize, fold: bool) -> Result<Session, Stop> {
        let playbook = load::find_playbook(&args.playbook)?;
        let (program, warnings) = compile(&playbook)?;
        let program = Arc::new(program);
        let Some(decided) = program.decided else {
            return Err(Failure::new("E0804", "this file has no `playbook` line: it decides nothing")
                .about(&playbook)
                .help("run a playbook that uses this file, or add a line such as `playbook inbound for lead`")
                .into());
        };
        let settings = settings::settings(&program, args.now.as_deref(), &args.param)?;
        let mut engine = Engine::new(program.clone(), settings).map_err(|e| {
            Failure::new("E0814", e.to_string()).about(&playbook).help("change that part of the playbook")
        })?;
        let reading = Reading::of(&program, purpose);
        let linked = linked::read(&program, &mut engine, args, &reading, threads, fold)?;
        Ok(Session { playbook, warnings, program, decided, engine, reading, linked, threads })
    }

    /// Opens the leads.
    pub fn open_leads(&self, args: &DecideArgs, format: Option<Format>, keep: bool) -> Result<Reader, Stop> {
        let source = Source::named(&args.leads);
        let format = format_of_input(&args.leads, format);
        let mapping = mapping_for(&self.program, self.decided, args.mapping.as_deref(), true);
        let options = read_options(args.encoding.as_deref(), args.sheet.as_deref(), keep)?;
        let options = ReadOptions { threads: self.threads, ..options };
        Ok(Reader::open(&source, format, &self.program, self.decided, mapping, &self.reading.fields, &options)?)
    }

    /// Says on stderr that the checker has warnings, once the work is done.
    pub fn say_warnings(&self) {
        if self.warnings > 0 {
            let note = format!("{}: see them with `revplay check {}`", count(self.warnings, "warning"), self.playbook);
            terminal::say(&format!("{}\n", terminal::paint(terminal::Tone::Doubtful, &note)));
        }
    }

    /// Name of the decided record.
    pub fn decided_name(&self) -> &str {
        self.program.records.get(self.decided.index()).map_or("record", |r| r.name.as_str())
    }
}

/// The format of an output: by its name, else as given; a pipe is CSV.
pub fn format_of(name: &str, given: Option<Format>) -> Result<Format, Stop> {
    match (name, given) {
        ("-", None) => Ok(Format::Csv),
        _ => Ok(Format::of(name, Format::of_name(name).or(given))?),
    }
}

/// How a file is read.
pub fn read_options(encoding: Option<&str>, sheet: Option<&str>, keep: bool) -> Result<ReadOptions, Stop> {
    let encoding = encoding.map(Encoding::named).transpose()?;
    Ok(ReadOptions { keep, encoding, sheet: sheet.map(String::from), ..ReadOptions::default() })
}

/// The format of an input: by its name, else as given, else by its first bytes (reading tells kinds of
/// files that are none of them).
pub fn format_of_input(name: &str, given: Option<Format>) -> Format {
    Format::of_name(name).or(given).unwrap_or_else(|| format_of_bytes(name))
}

fn format_of_bytes(name: &str) -> Format {
    let ordinary = std::fs::metadata(name).is_ok_and(|about| about.is_file());
    let mut start = [0; 4];
    let read = ordinary && std::fs::File::open(name).and_then(|mut file| file.read_exact(&mut start)).is_ok();
    if read { Format::of_start(&start) } else { Format::Csv }
}

/// The mapping for a record. One name may stand for several records' mappings; a record without one
/// of that name is read without, unless no record has it (then reading says so).
pub fn mapping_for<'a>(
    program: &Program,
    record: RecordId,
    name: Option<&'a str>,
    is_decided: bool,
) -> Option<&'a str> {
    let name = name?;
    let own = program.mappings.iter().any(|m| m.name == name && m.record == record);
    let elsewhere = program.mappings.iter().any(|m| m.name == name);
    (own || (is_decided && !elsewhere)).then_some(name)
}

/// The program of a playbook and how many warnings it has. Its errors are printed.
pub fn compile(playbook: &str) -> Result<(Program, usize), Stop> {
    let mut files = FileSet::new();
    let root = load::load(&mut files, playbook)?;
    let checked = revplay_compiler::check(&files, root);
    let (errors, others): (Vec<Diagnostic>, Vec<Diagnostic>) =
        checked.diagnostics.into_iter().partition(|d| d.severity == Severity::Error);
    let Some(program) = checked.program.filter(|_| errors.is_empty()) else {
        terminal::say(&render(&files, &errors, FindingFormat::Pretty, check::look_on_stderr()));
        terminal::say(&format!("{playbook} cannot run: {}\n", count(errors.len(), "error")));
        return Err(Stop::Said);
    };
    let warnings = others.iter().filter(|d| d.severity == Severity::Warning).count();
    Ok((program, warnings))
}
