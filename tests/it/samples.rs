//! The playbooks' made-up samples give the answers that were worked out by hand and by an independent script.

use revplay_runtime::testing::run_test;
use revplay_tests::decide::{self, Run};
use revplay_tests::load;
use std::path::{Path, PathBuf};

/// The cells of a line; a cell in quotes may hold commas.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match (c, cells.last_mut()) {
            ('"', _) => quoted = !quoted,
            (',', _) if !quoted => cells.push(String::new()),
            (_, Some(cell)) => cell.push(c),
            (_, None) => {}
        }
    }
    cells
}

fn rows(path: &Path) -> (Vec<String>, Vec<Vec<String>>) {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut lines = text.lines().map(cells);
    let head = lines.next().expect("a header");
    (head, lines.collect())
}

/// Every column of the expected file but its first, row by row.
pub(crate) fn same_as_expected(run: &Run, expected: &Path) {
    let (head, rows) = rows(expected);
    for (index, column) in head.iter().enumerate().skip(1) {
        let ours = run.columns.get(column).unwrap_or_else(|| panic!("no column {column}"));
        assert_eq!(ours.len(), rows.len(), "{column}");
        for (line, (ours, row)) in ours.iter().zip(&rows).enumerate() {
            assert_eq!(*ours, row[index], "{column} of {} (line {})", row[0], line + 2);
        }
    }
}

fn folder(name: &str) -> PathBuf {
    load::root().join("playbooks").join(name)
}

#[test]
fn inbound_sample() {
    let program = load::file("playbooks/inbound/inbound.play").program();
    let at = |name: &str| folder("inbound").join(name);
    let (accounts, activities) = (at("accounts.csv"), at("activities.csv"));
    let data: [(&str, &Path); 2] = [("account", &accounts), ("activity", &activities)];
    let run = decide::run(program, &at("leads.csv"), &data, None, "2026-11-23 09:00");
    same_as_expected(&run, &at("expected.csv"));
}

#[test]
fn bank_marketing_sample() {
    let program = load::file("playbooks/bank-marketing/bank.play").program();
    let mapping = program.mappings.first().map(|m| m.name.clone());
    let at = |name: &str| folder("bank-marketing").join(name);
    let run = decide::run(program, &at("sample.csv"), &[], mapping.as_deref(), "2026-11-23");
    same_as_expected(&run, &at("expected.csv"));
}

#[test]
fn maven_crm_sample() {
    let program = load::file("playbooks/maven-crm/pipeline.play").program();
    let mapping = program.mappings.first().map(|m| m.name.clone());
    let at = |name: &str| folder("maven-crm/sample").join(name);
    let (a, p, t) = (at("accounts.csv"), at("products.csv"), at("sales_teams.csv"));
    let data: [(&str, &Path); 3] = [("customer", &a), ("catalogue", &p), ("agent", &t)];
    let run = decide::run(program, &at("sales_pipeline.csv"), &data, mapping.as_deref(), "2017-12-31");
    same_as_expected(&run, &at("expected.csv"));
}

/// A starter playbook without a finding, whose own tests pass, and what it decides for its sample.
#[track_caller]
fn starter(path: &str, rows: &str, data: &[(&str, &str)], now: &str) -> Run {
    let loaded = load::file(&format!("playbooks/{path}"));
    assert_eq!(loaded.findings(), Vec::<String>::new(), "{path}");
    let program = loaded.program();
    assert!(program.tests.len() >= 8, "{path}");
    for test in &program.tests {
        let outcome = run_test(&program, test, 0).expect("it runs");
        assert!(outcome.passed, "{path}: {}: {:#?}", test.name, outcome.failures);
    }
    let at = |name: &str| load::root().join("playbooks").join(path).with_file_name(name);
    let files: Vec<(&str, PathBuf)> = data.iter().map(|(record, file)| (*record, at(file))).collect();
    let files: Vec<(&str, &Path)> = files.iter().map(|(record, file)| (*record, file.as_path())).collect();
    let run = decide::run(program, &at(rows), &files, None, now);
    assert_eq!(run.rejects, Vec::<String>::new(), "{path}");
    same_as_expected(&run, &at("expected.csv"));
    run
}

/// Totals of KPIs, to four decimals.
#[track_caller]
fn totals(run: &Run, expected: &[(&str, f64)]) {
    for (name, value) in expected {
        let total = run.total(name).unwrap_or_else(|| panic!("{name} has no value"));
        assert!((total - value).abs() < 5e-5, "{name}: {total} instead of {value}");
    }
}

#[test]
fn partner_and_territory_sample() {
    let data = [("partner", "partners.csv"), ("registration", "registrations.csv")];
    let run = starter("partner-and-territory/territory.play", "leads.csv", &data, "2026-11-23 09:00");
    totals(
        &run,
        &[("coverage", 0.95), ("gaps", 0.0325), ("in_time", 0.7133), ("partner_share", 0.1325), ("conflicts", 4.0)],
    );
}

#[test]
fn buying_group_sample() {
    let data = [("contact", "contacts.csv"), ("activity", "activities.csv")];
    let run = starter("buying-group/group.play", "accounts.csv", &data, "2026-11-23 09:00");
    totals(
        &run,
        &[
            ("ready_share", 0.2619),
            ("complete_groups", 7.0),
            ("known_coverage", 0.5233),
            ("active_coverage", 0.3967),
            ("one_person", 0.1356),
            ("without_owner", 6.0),
        ],
    );
}
