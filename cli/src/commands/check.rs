//! `revplay check`: every finding of every playbook below the paths.

use crate::args::{CheckArgs, EmitStage, FindingFormat};
use crate::exit::{Exit, Stop};
use crate::load;
use crate::output::terminal::{self, Tone, count};
use revplay_compiler::diagnostics::render::{Format, Look, render};
use revplay_compiler::diagnostics::{Diagnostic, Severity};
use revplay_compiler::source::{FileId, FileSet};
use revplay_runtime::kpi::KpiStates;
use revplay_runtime::native::plan::Plan;

/// Checks every playbook among the paths and prints what it found.
pub fn check(args: &CheckArgs) -> Result<Exit, Stop> {
    let paths = load::find_playbooks(&args.paths)?;
    let mut files = FileSet::new();
    let mut roots = Vec::new();
    let mut unread = false;
    for path in &paths {
        match load::load(&mut files, path) {
            Ok(root) => roots.push(root),
            Err(failure) => {
                failure.print();
                unread = true;
            }
        }
    }
    if roots.is_empty() {
        return Err(Stop::Said);
    }
    if let Some(stage) = args.emit {
        return emit(&files, &roots, stage);
    }
    let found = check_all(&files, &roots);
    let (format, look) = match args.format {
        FindingFormat::Pretty => (Format::Pretty, look()),
        FindingFormat::Short => (Format::Short, Look::default()),
        FindingFormat::Json => (Format::Json, Look::default()),
    };
    let mut text = render(&files, &found, format, look);
    let summary = summary(roots.len(), &found);
    match args.format {
        FindingFormat::Pretty => text.push_str(&summary),
        FindingFormat::Short | FindingFormat::Json => {}
    }
    ignore_closed_pipe(terminal::print(&text))?;
    match args.format {
        FindingFormat::Pretty => {}
        FindingFormat::Short | FindingFormat::Json => terminal::say(&summary),
    }
    let bad = found.iter().any(|d| match d.severity {
        Severity::Error => true,
        Severity::Warning => args.deny_warnings,
        Severity::Note => false,
    });
    Ok(match (unread, bad) {
        (true, _) => Exit::Failed,
        (false, true) => Exit::Findings,
        (false, false) => Exit::Good,
    })
}

/// How findings look on stdout.
pub fn look() -> Look {
    Look { width: terminal::width(), colour: terminal::stdout_has_colour() }
}

/// How findings look on stderr.
pub fn look_on_stderr() -> Look {
    // The stream takes the colours off where they do not belong.
    Look { width: terminal::width(), colour: true }
}

/// Findings of all roots in the order of files and places; what several roots share is said once.
fn check_all(files: &FileSet, roots: &[FileId]) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for root in roots {
        for diagnostic in revplay_compiler::check(files, *root).diagnostics {
            if !found.contains(&diagnostic) {
                found.push(diagnostic);
            }
        }
    }
    let place = |d: &Diagnostic| {
        let label = d.labels.first();
        let path = label.and_then(|l| files.get(l.file)).map(|f| f.path.clone());
        (path, label.map(|l| (l.span.start, l.span.end)), d.code)
    };
    found.sort_by_cached_key(place);
    found
}

/// `3 files checked, 1 error, 2 warnings`.
fn summary(checked: usize, found: &[Diagnostic]) -> String {
    let of = |severity| found.iter().filter(|d| d.severity == severity).count();
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    let errors_text = if errors == 0 { "no errors".to_string() } else { count(errors, "error") };
    let mut text = format!("{} checked, ", count(checked, "file"));
    text.push_str(&terminal::paint(if errors > 0 { Tone::Bad } else { Tone::Good }, &errors_text));
    if warnings > 0 {
        text.push_str(&format!(", {}", terminal::paint(Tone::Doubtful, &count(warnings, "warning"))));
    }
    text.push('\n');
    text
}

fn emit_stage(files: &FileSet, root: FileId, stage: EmitStage) -> String {
    let stage = match stage {
        EmitStage::Tokens => revplay_compiler::Stage::Tokens,
        EmitStage::Ast => revplay_compiler::Stage::Ast,
        EmitStage::Hir => revplay_compiler::Stage::Hir,
        EmitStage::Ir => revplay_compiler::Stage::Ir,
        EmitStage::Plan => {
            let program = revplay_compiler::check(files, root).program;
            return program.map_or(String::new(), |p| plan_of(&p));
        }
    };
    revplay_compiler::emit(files, root, stage)
}

fn emit(files: &FileSet, roots: &[FileId], stage: EmitStage) -> Result<Exit, Stop> {
    for root in roots {
        if let (true, Some(file)) = (roots.len() > 1, files.get(*root)) {
            terminal::print(&format!("# {}\n", file.path))?;
        }
        let mut text = emit_stage(files, *root, stage);
        if !text.ends_with('\n') {
            text.push('\n');
        }
        terminal::print(&text)?;
    }
    let found = check_all(files, roots);
    let errors: Vec<Diagnostic> = found.into_iter().filter(|d| d.severity == Severity::Error).collect();
    if errors.is_empty() {
        return Ok(Exit::Good);
    }
    terminal::say(&render(files, &errors, Format::Pretty, look_on_stderr()));
    Ok(Exit::Findings)
}

/// A reader that has seen enough does not change the verdict.
fn ignore_closed_pipe(result: Result<(), Stop>) -> Result<(), Stop> {
    match result {
        Err(Stop::PipeClosed) => Ok(()),
        Ok(()) | Err(Stop::Failure(_) | Stop::Said) => result,
    }
}

/// What runs how, for decisions and for what KPIs fold.
fn plan_of(program: &revplay_ir::program::Program) -> String {
    let wanted = program.decided.map_or_else(Vec::new, |record| KpiStates::needed(program, record));
    Plan::new(program, &wanted).print(program)
}
