//! `revplay test`: the tests and proves that playbooks carry with them.

pub mod prove;

use crate::args::TestArgs;
use crate::commands::check;
use crate::exit::{Exit, Failure, Stop};
use crate::output::terminal::{self, Tone, count};
use crate::output::{junit, test_lines};
use crate::{load, settings};
use revplay_compiler::diagnostics::render::{Format, render};
use revplay_compiler::diagnostics::{Diagnostic, Severity};
use revplay_compiler::source::FileSet;
use revplay_ir::program::{Program, Site};
use revplay_runtime::testing::{self, TestOutcome};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A test or prove that was run.
pub struct Case {
    /// Its name.
    pub name: String,
    /// `prove` rather than `test`.
    pub is_prove: bool,
    /// Where it stands: `path:line`.
    pub place: String,
    /// What came of it.
    pub outcome: Outcome,
    /// How long it took.
    pub took: Duration,
}

/// What came of a case.
pub enum Outcome {
    /// It ran.
    Test(TestOutcome),
    /// A prove held on so many generated leads.
    Held(usize),
    /// A lead that breaks a prove, as a playbook writes it, and how it was decided.
    Broken {
        /// `lead { … }`.
        lead: String,
        /// The explanation.
        derivation: String,
    },
    /// It could not run.
    NotRun(String),
}

impl Outcome {
    /// Whether it is good.
    pub fn passed(&self) -> bool {
        match self {
            Outcome::Test(outcome) => outcome.passed,
            Outcome::Held(_) => true,
            Outcome::Broken { .. } | Outcome::NotRun(_) => false,
        }
    }
}

/// The cases of one playbook.
pub struct Suite {
    /// The playbook's path.
    pub path: String,
    /// Its cases.
    pub cases: Vec<Case>,
}

/// Runs the tests of every playbook among the paths.
pub fn test(args: &TestArgs) -> Result<Exit, Stop> {
    let paths = load::find_playbooks(&args.paths)?;
    let filter = args.filter.as_deref().map(str::to_lowercase);
    let mut suites = Vec::new();
    let mut broken = 0;
    let mut seen = BTreeSet::new();
    for path in &paths {
        let Some(program) = compile(path) else {
            broken += 1;
            continue;
        };
        let now_us = settings::parse_now(&program, &args.now)?;
        let cases = cases(&Arc::new(program), now_us, filter.as_deref(), &mut seen);
        if !cases.is_empty() {
            let suite = Suite { path: path.clone(), cases };
            terminal::print(&test_lines::render(&suite))?;
            suites.push(suite);
        }
    }
    let ran: usize = suites.iter().map(|s| s.cases.len()).sum();
    if ran == 0 && broken == 0 {
        let exit = nothing_ran(args, paths.len())?;
        report(args, &suites)?;
        return Ok(exit);
    }
    let failed = suites.iter().flat_map(|s| &s.cases).filter(|c| !c.outcome.passed()).count();
    terminal::print(&summary(ran - failed, failed, broken))?;
    report(args, &suites)?;
    Ok(match (broken, failed) {
        (0, 0) => Exit::Good,
        (0, _) => Exit::Findings,
        (_, _) => Exit::Failed,
    })
}

fn report(args: &TestArgs, suites: &[Suite]) -> Result<(), Stop> {
    match &args.junit {
        Some(path) => junit::write(path, suites),
        None => Ok(()),
    }
}

/// `8 passed, 0 failed`.
fn summary(passed: usize, failed: usize, broken: usize) -> String {
    let passed_text = terminal::paint(if failed == 0 { Tone::Good } else { Tone::Strong }, &format!("{passed} passed"));
    let failed_text = format!("{failed} failed");
    let failed_text = if failed > 0 { terminal::paint(Tone::Bad, &failed_text) } else { failed_text };
    let broken_text = match broken {
        0 => String::new(),
        n => format!(", {}", terminal::paint(Tone::Bad, &format!("{} with errors", count(n, "playbook")))),
    };
    format!("{passed_text}, {failed_text}{broken_text}\n")
}

fn nothing_ran(args: &TestArgs, playbooks: usize) -> Result<Exit, Stop> {
    if let Some(filter) = &args.filter {
        return Err(Failure::new("E0815", format!("no test has `{filter}` in its name"))
            .help("leave --filter away to see all tests")
            .into());
    }
    terminal::print("0 passed, 0 failed\n")?;
    let hint = "a test is written: test \"a big bank is tier A\" { lead { id = \"1\" } expect tier = A }";
    terminal::say(&format!("no tests in {}; {hint}\n", count(playbooks, "playbook")));
    Ok(Exit::Good)
}

/// The program, or its errors printed.
fn compile(path: &str) -> Option<Program> {
    let mut files = FileSet::new();
    let root = load::load(&mut files, path).map_err(|failure| failure.print()).ok()?;
    let checked = revplay_compiler::check(&files, root);
    if checked.program.is_none() {
        let errors: Vec<Diagnostic> =
            checked.diagnostics.into_iter().filter(|d| d.severity == Severity::Error).collect();
        terminal::say(&render(&files, &errors, Format::Pretty, check::look_on_stderr()));
        terminal::say(&format!("{path} cannot be tested: {}\n\n", count(errors.len(), "error")));
    }
    checked.program
}

/// Runs the tests and proves of a program; one that another playbook shares runs once.
fn cases(
    program: &Arc<Program>,
    now_us: i64,
    filter: Option<&str>,
    seen: &mut BTreeSet<(String, String)>,
) -> Vec<Case> {
    let mut wanted = |name: &str, place: &str| {
        let matches = filter.is_none_or(|f| name.to_lowercase().contains(f));
        matches && seen.insert((place.to_string(), name.to_string()))
    };
    let mut cases = Vec::new();
    for test in &program.tests {
        let place = place(program, test.site);
        if !wanted(&test.name, &place) {
            continue;
        }
        let started = Instant::now();
        let outcome = match testing::run_test(program, test, now_us) {
            Ok(outcome) => Outcome::Test(outcome),
            Err(error) => Outcome::NotRun(error.to_string()),
        };
        cases.push(Case { name: test.name.clone(), is_prove: false, place, outcome, took: started.elapsed() });
    }
    let proves: Vec<usize> = (0..program.proves.len())
        .filter(|i| program.proves.get(*i).is_some_and(|p| wanted(&p.name, &self::place(program, p.site))))
        .collect();
    cases.extend(prove::try_all(program, &proves, now_us));
    cases
}

/// `path:line` of a place in the playbook.
pub fn place(program: &Program, site: Site) -> String {
    let file = program.files.get(site.file as usize).map_or("", String::as_str);
    format!("{file}:{}", site.line)
}
