//! Every folder of `playbooks/` does what its README says: the runs that it shows give the expected files beside it,
//! the tests inside pass, and a statement that it shows as broken is broken.

use revplay_ir::program::Program;
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::native::Native;
use revplay_runtime::{generate, testing};
use revplay_tests::decide::{self, Run};
use revplay_tests::load;
use revplay_tests::repository::{self, fences};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A line `revplay run …` of a README.
struct Shown {
    /// Folder below `playbooks/`.
    folder: String,
    playbook: String,
    rows: String,
    data: Vec<(String, String)>,
    mapping: Option<String>,
    now: String,
    /// The file beside the README with what must come out.
    expected: String,
}

impl Shown {
    /// Reads a command; `None` if it is no run whose results stand beside the README, or one with other options.
    fn of(folder: &str, line: &str) -> Option<Self> {
        let mut words = line.strip_prefix("revplay run ")?.split_whitespace();
        let (playbook, rows) = (words.next()?.to_string(), words.next()?.to_string());
        let mut shown = Self {
            folder: folder.to_string(),
            playbook,
            rows,
            data: Vec::new(),
            mapping: None,
            now: "2026-11-23".to_string(),
            expected: String::new(),
        };
        while let (Some(option), Some(value)) = (words.next(), words.next()) {
            match option {
                "--data" => {
                    let (name, file) = value.split_once('=')?;
                    shown.data.push((name.to_string(), file.to_string()));
                }
                "--mapping" => shown.mapping = Some(value.to_string()),
                "--now" => shown.now = value.to_string(),
                "-o" if value == "decided.csv" => shown.expected = "expected.csv".to_string(),
                "-o" => shown.expected = format!("expected_{value}"),
                _ => return None,
            }
        }
        let complete = shown.at(&shown.rows).is_file() && shown.at(&shown.expected).is_file();
        complete.then_some(shown)
    }

    fn at(&self, file: &str) -> PathBuf {
        load::root().join("playbooks").join(&self.folder).join(file)
    }

    fn path(&self) -> String {
        format!("playbooks/{}/{}", self.folder, self.playbook)
    }

    fn run(&self) -> Run {
        let program = load::file(&self.path()).program();
        let files: Vec<(String, PathBuf)> =
            self.data.iter().map(|(name, file)| (record_of(&program, name), self.at(file))).collect();
        let data: Vec<(&str, &Path)> = files.iter().map(|(name, file)| (name.as_str(), file.as_path())).collect();
        decide::run(program, &self.at(&self.rows), &data, self.mapping.as_deref(), &self.now)
    }
}

/// `--data` takes the name of a record or of a link.
fn record_of(program: &Program, name: &str) -> String {
    let linked = program.links.iter().find(|l| l.name == name).and_then(|l| program.records.get(l.to.index()));
    let known = program.records.iter().any(|r| r.name == name);
    linked.filter(|_| !known).map_or_else(|| name.to_string(), |record| record.name.clone())
}

/// Folders with a README, and the README.
fn readmes() -> Vec<(String, String)> {
    let all = repository::files();
    let names = all.iter().filter_map(|p| p.strip_prefix("playbooks/")?.strip_suffix("/README.md"));
    names.map(|folder| (folder.to_string(), repository::read(&format!("playbooks/{folder}/README.md")))).collect()
}

fn shown_in(folder: &str, readme: &str) -> Vec<Shown> {
    let commands = fences(readme).into_iter().filter(|f| f.words == "sh");
    let lines: Vec<String> = commands.flat_map(|f| f.text.lines().map(str::to_string).collect::<Vec<_>>()).collect();
    lines.iter().filter_map(|line| Shown::of(folder, line)).collect()
}

/// The cells of a line; a cell in quotes may have commas in it, but no quotes.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            _ => cells.last_mut().expect("a cell").push(c),
        }
    }
    cells
}

fn lines(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.lines().map(cells).collect()
}

#[test]
fn runs_that_readmes_show_give_the_expected_files() {
    let mut seen = BTreeSet::new();
    for (folder, readme) in readmes() {
        for shown in shown_in(&folder, &readme) {
            let what = format!("{} of {folder}", shown.expected);
            let run = shown.run();
            assert_eq!(run.rejects, Vec::<String>::new(), "{what}");
            let expected = lines(&shown.at(&shown.expected));
            let (head, rows) = expected.split_first().expect("a header");
            for (index, column) in head.iter().enumerate().skip(1) {
                let ours = run.columns.get(column).unwrap_or_else(|| panic!("{what}: no column {column}"));
                assert_eq!(ours.len(), rows.len(), "{what}: {column}");
                for (ours, row) in ours.iter().zip(rows) {
                    assert_eq!(*ours, row[index], "{what}: {column} of {}", row[0]);
                }
            }
            seen.insert(format!("{folder}/{}", shown.expected));
        }
    }
    for wanted in [
        "bank-marketing/expected.csv",
        "customer-success/expected.csv",
        "gitlab-scoring/expected.csv",
        "gitlab-scoring/expected_corrected.csv",
        "inbound/expected.csv",
        "posthog-fit/expected.csv",
        "posthog-fit/expected_corrected.csv",
    ] {
        assert!(seen.contains(wanted), "{wanted} was not compared: {seen:?}");
    }
}

/// `kpi,group,value`, with `(missing)` for the group of the missing and nothing for the total.
#[test]
fn kpis_of_customer_success_are_as_expected() {
    let (folder, readme) = readmes().into_iter().find(|(f, _)| f == "customer-success").expect("the folder");
    let [shown] = shown_in(&folder, &readme).try_into().unwrap_or_else(|_| panic!("one run"));
    let run = shown.run();
    let expected = lines(&shown.at("expected_kpis.csv"));
    for row in &expected[1..] {
        let [kpi, group, value] = row.as_slice() else { panic!("three cells: {row:?}") };
        let group_of = if group == "(missing)" { "" } else { group };
        let ours = match group.as_str() {
            "" => run.kpi(kpi).total.number,
            _ => run.groups(kpi).get(group_of).copied().flatten(),
        };
        let theirs: f64 = value.parse().expect("a number");
        let ours = ours.unwrap_or_else(|| panic!("{kpi} of `{group}` has no value"));
        assert!((ours - theirs).abs() < 1e-6, "{kpi} of `{group}`: {ours}, expected {theirs}");
    }
    let computed: usize = run.kpis.values().map(|k| 1 + if k.columns.is_empty() { 0 } else { k.rows.len() }).sum();
    assert_eq!(expected.len() - 1, computed, "every value is compared");
}

/// Names of the `prove`s of a program that a generated row breaks; both engines decide these rows alike.
fn broken(program: &Arc<Program>) -> BTreeSet<String> {
    let now_us = 1_767_225_600_000_000; // 2026-01-01, as `revplay test` does
    let mut engine = Engine::new(program.clone(), Settings { now_us, params: Vec::new() }).expect("an engine");
    engine.link(generate::linked(program, now_us, 1, 5_000, 3));
    let rows = generate::rows(program, now_us, 1, 5_000);
    let native = Native::compile(&engine).expect("native code");
    decide::same_on_both_engines(&engine, &native, &rows, &program.name);
    let found = testing::try_proves(&engine, &rows);
    found.into_iter().map(|example| example.name).collect()
}

#[test]
fn tests_inside_the_playbooks_to_begin_from_pass() {
    for path in [
        "customer-success/health",
        "gitlab-scoring/scoring",
        "gitlab-scoring/corrected",
        "posthog-fit/fit",
        "posthog-fit/corrected",
    ] {
        let program = load::file(&format!("playbooks/{path}.play")).program();
        assert!(program.tests.len() >= 5, "{path}");
        for test in &program.tests {
            let outcome = testing::run_test(&program, test, 0).expect("an engine");
            assert_eq!(outcome.failures, Vec::new(), "{path}: {}", test.name);
        }
        assert_eq!(broken(&program), BTreeSet::new(), "{path}");
    }
}

/// Names in lines `prove "NAME": …`.
fn names(statements: &str) -> BTreeSet<String> {
    statements.lines().filter_map(|l| l.split('"').nth(1).map(str::to_string)).collect()
}

/// A fence `text` of `prove` lines is what the page calls broken in its first playbook and true in its second.
#[test]
fn statements_that_readmes_call_broken_are_broken() {
    let mut count = 0;
    for (folder, readme) in readmes() {
        let statements: Vec<String> = fences(&readme)
            .into_iter()
            .filter(|f| f.words == "text" && f.text.starts_with("prove "))
            .map(|f| f.text)
            .collect();
        let shown = shown_in(&folder, &readme);
        for statements in statements {
            let [published, corrected] = shown.as_slice() else { continue };
            let with = |shown: &Shown| {
                let text = repository::read(&shown.path());
                broken(&load::text(&shown.path(), &format!("{text}\n{statements}")).program())
            };
            assert_eq!(with(published), names(&statements), "{folder}: what is broken in {}", published.playbook);
            assert_eq!(with(corrected), BTreeSet::new(), "{folder}: what is broken in {}", corrected.playbook);
            count += names(&statements).len();
        }
    }
    assert!(count >= 7, "{count} statements");
}
