//! `revplay kpi`: the KPIs of a playbook over its records.

use crate::args::{EngineName, KpiArgs, KpiFormat, RejectLimit};
use crate::engines::Engines;
use crate::exit::{Exit, Failure, Stop};
use crate::output::rejects::RejectLog;
use crate::output::terminal;
use crate::output::{kpi_json, kpi_table, progress, report};
use crate::pipeline;
use crate::session::{Purpose, Session};
use revplay_ir::time;
use revplay_runtime::kpi::{KpiReport, KpiStates};
use std::cell::RefCell;

/// Rows that are read at a time.
const CHUNK_ROWS: usize = 16_384;

/// The KPIs and what they are taken from.
pub struct KpiRun {
    /// Name of the playbook.
    pub playbook: String,
    /// `now` in the playbook's zone.
    pub now: String,
    /// `now` in UTC.
    pub now_utc: String,
    /// Rows of the decided record that count.
    pub rows: u64,
    /// Name of the decided record.
    pub record: String,
    /// Rejected rows of all files.
    pub rejected: u64,
    /// The KPIs.
    pub kpis: Vec<KpiReport>,
}

/// Computes the KPIs, prints them, and judges the targets.
pub fn kpi(args: &KpiArgs) -> Result<Exit, Stop> {
    let session = Session::new(&args.decide, Purpose::Kpis, pipeline::threads(None), true)?;
    crate::overwrite::refuse(&session.program, &args.decide, &[("--rejects", args.rejects.as_deref())])?;
    let reader = session.open_leads(&args.decide, None, false)?;
    let mut states = KpiStates::new(&session.engine);
    let mut rejects = RejectLog::create(args.rejects.as_deref())?;
    rejects.linked(&session.linked.files)?;
    let bar = progress::Bar::new(&reader, true);
    let mut run = empty_run(&session);
    let engines = Engines::new(&session, EngineName::Native, false);
    let parser = reader.parser();
    let reader = RefCell::new(reader);
    pipeline::ordered(
        pipeline::threads(None),
        pipeline::AHEAD,
        || Ok(reader.borrow_mut().next_block(CHUNK_ROWS)?),
        |block| -> Result<_, Stop> {
            let chunk = parser.parse(block)?;
            let mut part = KpiStates::new(&session.engine);
            let (decided, columns, _) = engines.decide(&session, &chunk.table)?;
            part.add_given(&session.engine, &chunk.table, Some(&decided), columns);
            Ok((chunk, part))
        },
        |done| {
            let (chunk, part) = done?;
            states.merge(&part);
            run.rows += chunk.table.rows as u64;
            run.rejected += chunk.rejected_rows;
            rejects.leads(&chunk.rejects, chunk.rejected_rows)?;
            bar.advance(&reader.borrow(), run.rows);
            Ok(())
        },
    )?;
    bar.finish();
    states.add_linked(&session.engine);
    run.kpis = states.finish(&session.engine);
    let linked = session.linked.files.iter().map(|f| (f.rejected_rows, f.rows));
    let linked_rejected: u64 = session.linked.files.iter().map(|f| f.rejected_rows).sum();
    let leads = (run.rejected - linked_rejected, run.rows);
    let over = args.max_rejects.exceeded(&linked.chain([leads]).collect::<Vec<_>>());
    rejects.finish()?.say(over, args.max_rejects != RejectLimit::Rows(0));
    if run.kpis.is_empty() {
        terminal::say(&format!("the playbook `{}` defines no KPI; one begins `kpi mql_rate {{`\n", run.playbook));
    }
    let text = match args.format {
        KpiFormat::Text => kpi_table::render(&run),
        KpiFormat::Json => kpi_json::render_json(&run),
        KpiFormat::Csv => kpi_json::render_csv(&run),
    };
    terminal::print(&text)?;
    session.say_warnings();
    Ok(verdict(&run, args.gate, over))
}

fn empty_run(session: &Session) -> KpiRun {
    let now_us = session.engine.now_us();
    KpiRun {
        playbook: session.program.name.clone(),
        now: report::local_time(&session.program.zone, now_us),
        now_utc: time::format_timestamp(now_us),
        rows: 0,
        record: session.decided_name().to_string(),
        rejected: session.linked.files.iter().map(|f| f.rejected_rows).sum(),
        kpis: Vec::new(),
    }
}

/// A KPI that cannot be computed is a failure, whatever else was found; then rejects; then, with `--gate`, targets.
fn verdict(run: &KpiRun, gate: bool, over: bool) -> Exit {
    let mut not_built = false;
    for kpi in &run.kpis {
        if let Some(reason) = &kpi.not_built {
            not_built = true;
            Failure::new("E0811", format!("the KPI `{}` cannot be computed yet: {reason}", kpi.kpi))
                .help("leave that part out, or wait for the version that has it; the other KPIs are shown")
                .print();
        }
    }
    let failed: Vec<String> = run.kpis.iter().flat_map(failures).collect();
    if gate {
        for line in &failed {
            terminal::say(&format!("{}: {line}\n", terminal::paint(terminal::Tone::Bad, "gate")));
        }
    }
    if not_built {
        Exit::Failed
    } else if over || (gate && !failed.is_empty()) {
        Exit::Findings
    } else {
        Exit::Good
    }
}

/// The targets of a KPI that fail the gate, in words.
fn failures(kpi: &KpiReport) -> Vec<String> {
    let failed = kpi.targets.iter().filter(|t| t.status.fails() && kpi.not_built.is_none());
    failed.map(|target| kpi_table::target_line(&kpi.kpi, target)).collect()
}
