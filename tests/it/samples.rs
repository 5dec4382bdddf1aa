//! The playbooks' made-up samples give the answers that were worked out by hand and by an independent script.

use revplay_tests::decide::{self, Run};
use revplay_tests::load;
use std::path::{Path, PathBuf};

fn rows(path: &Path) -> (Vec<String>, Vec<Vec<String>>) {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut lines = text.lines().map(|l| l.split(',').map(str::to_string).collect::<Vec<String>>());
    let head = lines.next().expect("a header");
    (head, lines.collect())
}

/// Every column of the expected file but its first, row by row.
fn same_as_expected(run: &Run, expected: &Path) {
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
