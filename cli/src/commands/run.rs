//! `revplay run`: decides every lead of a file.

use crate::args::{EngineName, FileFormat, RejectLimit, RunArgs, TextOrJson};
use crate::engines::Engines;
use crate::exit::{Exit, Failure, Stop};
use crate::near::{listed, nearest};
use crate::output::rejects::RejectLog;
use crate::output::report::Report;
use crate::output::tally::Tally;
use crate::output::{progress, summary, summary_json, terminal};
use crate::session::reading::kpi_records;
use crate::session::{self, Purpose, Session};
use crate::unique::Unique;
use crate::{overwrite, pipeline};
use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use revplay_io::{Chunk, Encoded, Encoder, Format, OutputColumn, Reader, Sealed, Target, WriteOptions, Writer};
use revplay_ir::program::RecordId;
use revplay_ir::types::Type;
use revplay_runtime::decide::Decided;
use revplay_runtime::explain::why_columns;
use revplay_runtime::kpi::{KpiReport, KpiStates};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

/// Rows that are decided at a time.
const CHUNK_ROWS: usize = 16_384;

/// Decides the leads, writes the rows, prints the summary.
pub fn run(args: &RunArgs) -> Result<Exit, Stop> {
    if args.dry {
        return super::dry::dry(args);
    }
    let threads = pipeline::threads(args.threads);
    // Reasons tell of single events, and two engines are compared over the same rows.
    let fold = args.engine == EngineName::Native && !args.why;
    let session = Session::new(&args.decide, Purpose::Run, threads, fold)?;
    let given = args.format.map(FileFormat::format);
    let outputs = [("-o", args.output.as_deref()), ("--rejects", args.rejects.as_deref())];
    overwrite::refuse(&session.program, &args.decide, &outputs)?;
    let reader = session.open_leads(&args.decide, given, args.keep.is_some())?;
    let layout = Layout::new(&session, &reader, args)?;
    let destination = Destination::of(args, given)?;
    let mut writer = destination.open(&layout, threads)?;
    let encoder = writer.as_ref().map(Writer::encoder);
    let mut rejects = RejectLog::create(args.rejects.as_deref())?;
    rejects.linked(&session.linked.files)?;
    let mut report = Report::new(&session, reader.columns().clone());
    let mut kpis = KpiStates::new(&session.engine);
    let bar = progress::Bar::new(&reader, !args.no_progress);
    let started = Instant::now();
    let engines = Engines::new(&session, args.engine, args.why);
    let mut unique = args.unique.then(Unique::default);
    let parser = reader.parser();
    let reader = RefCell::new(reader);
    pipeline::ordered(
        threads,
        pipeline::AHEAD,
        || Ok(reader.borrow_mut().next_block(CHUNK_ROWS)?),
        |block| decide(&session, &engines, &layout, encoder.as_ref(), parser.parse(block)?),
        |done: Result<Done, Stop>| {
            let done = done?;
            report.add(&done.chunk, &done.decided, done.tallies);
            if let Some(unique) = &mut unique {
                unique.add(&done.key);
            }
            kpis.merge(&done.kpis);
            match (&mut writer, done.rows) {
                (Some(writer), Rows::Encoded(encoded)) => writer.append(encoded)?,
                (Some(writer), Rows::Columns(columns)) => writer.write(&columns)?,
                (None, Rows::Columns(columns)) => report.preview(&session, &layout.columns, &columns),
                (None, Rows::Encoded(_)) => {}
            }
            if writer.as_ref().is_some_and(Writer::closed) {
                return Err(Stop::PipeClosed);
            }
            rejects.leads(&done.chunk.rejects, done.chunk.rejected_rows)?;
            report.rejected += done.chunk.rejected_rows;
            bar.advance(&reader.borrow(), report.rows);
            Ok(())
        },
    )?;
    bar.finish();
    report.columns = reader.into_inner().columns().clone();
    // The disk takes its time to have all rows: meanwhile the KPIs are finished.
    let sealed = std::thread::scope(|scope| {
        let sealing = scope.spawn(move || writer.map(Writer::seal).transpose());
        kpis.add_linked(&session.engine);
        report.kpis = at_hand(&session, kpis.finish(&session.engine));
        sealing.join().unwrap_or_else(|crash| std::panic::resume_unwind(crash))
    })?;
    report.finish(&session, started.elapsed(), destination.name());
    // Rows and rejects get their names only when both are whole.
    let rejects_file = rejects.finish()?;
    sealed.map(Sealed::keep).transpose()?;
    let over = args.max_rejects.exceeded(&report.rejected_and_good());
    rejects_file.say(over, args.max_rejects != RejectLimit::Rows(0));
    let text = match args.summary {
        TextOrJson::Text => summary::render(&report),
        TextOrJson::Json => summary_json::render(&report),
    };
    if destination.is_stdout() {
        terminal::say(&text);
    } else {
        terminal::print(&text)?;
    }
    session.say_warnings();
    let repeated = unique.as_ref().and_then(Unique::finding);
    repeated.iter().for_each(|text| terminal::say(text));
    Ok(if repeated.is_some() || over || report.findings > 0 { Exit::Findings } else { Exit::Good })
}

/// The KPIs whose records were given; the others would count nothing, and look as if there were nothing.
fn at_hand(session: &Session, kpis: Vec<KpiReport>) -> Vec<KpiReport> {
    let given = |record: &RecordId| session.linked.files.iter().any(|f| f.record == *record);
    let defined = session.program.kpis.iter().zip(kpis);
    defined.filter(|(kpi, _)| kpi_records(&session.program, kpi).iter().all(given)).map(|(_, report)| report).collect()
}

/// A chunk that is decided.
struct Done {
    chunk: Chunk,
    key: ArrayRef,
    decided: Decided,
    kpis: KpiStates,
    tallies: Vec<Tally>,
    rows: Rows,
}

/// The rows of a result.
enum Rows {
    /// In the form of the file.
    Encoded(Encoded),
    /// For a preview.
    Columns(Vec<ArrayRef>),
}

fn decide(
    session: &Session,
    engines: &Engines,
    layout: &Layout,
    encoder: Option<&Encoder>,
    mut chunk: Chunk,
) -> Result<Done, Stop> {
    let (decided, columns, reasons) = engines.decide(session, &chunk.table)?;
    let mut kpis = KpiStates::new(&session.engine);
    kpis.add_given(&session.engine, &chunk.table, Some(&decided), columns);
    let tallies = Report::tallies(&session.program, &decided);
    let key = layout.key_column(&chunk);
    let reasons = why_columns(&session.program).into_iter().zip(reasons).collect();
    let columns = layout.arrange(session, chunk.kept.as_ref(), key.clone(), &decided, reasons);
    let rows = match encoder {
        Some(encoder) => Rows::Encoded(encoder.encode(&columns)?),
        None => Rows::Columns(columns),
    };
    // What the rows were read from is not needed any more.
    chunk.kept = None;
    Ok(Done { key, decided, tallies, rows, kpis, chunk })
}

/// The columns of the result.
struct Layout {
    columns: Vec<OutputColumn>,
    /// Position of the key in its record; none: the row number is written instead.
    key: Option<usize>,
    /// Columns of the source that are kept, by position.
    kept: Vec<usize>,
}

impl Layout {
    fn new(session: &Session, reader: &Reader, args: &RunArgs) -> Result<Layout, Stop> {
        let program = &session.program;
        let record = program.records.get(session.decided.index());
        let key = record.and_then(|r| r.fields.iter().position(|f| Some(*f) == r.key));
        let key_field = record.and_then(|r| r.key).and_then(|f| program.fields.get(f.index()));
        let mut columns = vec![match key_field {
            Some(field) => OutputColumn::value(program, &field.name, field.ty),
            None => OutputColumn::plain("row", Type::Int),
        }];
        let source = reader.kept_columns();
        let key_header = key_field.and_then(|f| reader.columns().read.iter().find(|(name, _)| *name == f.name));
        let kept = match args.keep.as_deref() {
            None => Vec::new(),
            Some("all") => {
                let is_key = |c: &OutputColumn| key_header.is_some_and(|(_, header)| *header == c.name);
                (0..source.len()).filter(|i| source.get(*i).is_some_and(|c| !is_key(c))).collect()
            }
            Some(names) => kept_columns(names, &source)?,
        };
        columns.extend(kept.iter().filter_map(|i| source.get(*i).cloned()));
        let reasons: BTreeSet<String> =
            if args.why { why_columns(program).into_iter().collect() } else { BTreeSet::new() };
        for output in &program.outputs {
            columns.push(OutputColumn::value(program, &output.name, output.ty));
            let reason = format!("{}_why", output.name);
            if reasons.contains(&reason) {
                columns.push(OutputColumn::plain(&reason, Type::Text));
            }
        }
        refuse_equal_names(&columns)?;
        Ok(Layout { columns, key, kept })
    }

    /// The columns of a decided chunk, in the order of the layout.
    fn arrange(
        &self,
        session: &Session,
        kept: Option<&RecordBatch>,
        key: ArrayRef,
        decided: &Decided,
        mut reasons: BTreeMap<String, ArrayRef>,
    ) -> Vec<ArrayRef> {
        let mut columns = vec![key];
        columns.extend(self.kept.iter().filter_map(|i| kept.and_then(|k| k.columns().get(*i)).cloned()));
        for (output, values) in session.program.outputs.iter().zip(&decided.columns) {
            columns.push(values.clone());
            columns.extend(reasons.remove(&format!("{}_why", output.name)));
        }
        columns
    }

    fn key_column(&self, chunk: &Chunk) -> ArrayRef {
        let read = self.key.and_then(|position| chunk.table.columns.get(position).cloned().flatten());
        read.unwrap_or_else(|| Arc::new(Int64Array::from_iter_values(chunk.numbers.iter().map(|n| *n as i64))))
    }
}

/// Positions of the named columns, in the order they are named.
fn kept_columns(names: &str, source: &[OutputColumn]) -> Result<Vec<usize>, Failure> {
    let headers = || source.iter().map(|c| c.name.as_str());
    let mut kept = Vec::new();
    for name in names.split(',').map(str::trim).filter(|n| !n.is_empty()) {
        let exact = headers().position(|h| h == name);
        let Some(at) = exact.or_else(|| headers().position(|h| h.trim().eq_ignore_ascii_case(name))) else {
            let meant = nearest(name, headers()).map(|n| format!("did you mean `{n}`? ")).unwrap_or_default();
            return Err(Failure::new("E0810", format!("--keep: the leads have no column `{name}`"))
                .help(format!("{meant}they have {}", listed(headers()))));
        };
        if !kept.contains(&at) {
            kept.push(at);
        }
    }
    Ok(kept)
}

fn refuse_equal_names(columns: &[OutputColumn]) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    match columns.iter().find(|c| !seen.insert(c.name.as_str())) {
        None => Ok(()),
        Some(column) => {
            Err(Failure::new("E0810", format!("two columns of the result would be called `{}`", column.name))
                .help("name the columns to keep one by one and leave this one out, or rename it in the source"))
        }
    }
}

/// Where the rows go.
enum Destination {
    /// To a file or to stdout.
    Rows(Target, Format),
    /// Nowhere: a person looks at a preview.
    Preview,
}

impl Destination {
    fn of(args: &RunArgs, given: Option<Format>) -> Result<Destination, Stop> {
        match args.output.as_deref() {
            None if terminal::stdout_is_terminal() => Ok(Destination::Preview),
            None => Ok(Destination::Rows(Target::Stdout, given.filter(|f| *f != Format::Excel).unwrap_or(Format::Csv))),
            Some(name) => Ok(Destination::Rows(Target::named(name), session::format_of(name, given)?)),
        }
    }

    fn open(&self, layout: &Layout, threads: usize) -> Result<Option<Writer>, Stop> {
        match self {
            Destination::Rows(target, format) => {
                // Encoding takes far less time than deciding and reading together.
                let encoders = threads / 2;
                let options = WriteOptions { threaded: threads > 1, encoders, ..WriteOptions::default() };
                Ok(Some(Writer::create(target, *format, layout.columns.clone(), &options)?))
            }
            Destination::Preview => Ok(None),
        }
    }

    fn is_stdout(&self) -> bool {
        matches!(self, Destination::Rows(Target::Stdout, _))
    }

    fn name(&self) -> Option<String> {
        match self {
            Destination::Rows(Target::Path(path), _) => Some(path.display().to_string()),
            Destination::Rows(Target::Stdout, _) | Destination::Preview => None,
        }
    }
}
