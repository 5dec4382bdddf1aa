//! Real data, two more sets: every figure of `golden.json`, exactly.

use crate::goldens::{golden, same, same_counts};
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::{generate, testing};
use revplay_tests::decide::{self, Run};
use revplay_tests::load;
use serde_json::Value as Json;
use std::path::Path;

/// A playbook over a real file, which it reads as its records and once more as plain lines.
fn run(playbook: &str, folder: &str, file: &str) -> Option<(Run, Json)> {
    let folder = load::test_data()?.join(folder);
    let program = load::file(playbook).program();
    let mapping = program.mappings.first().map(|m| m.name.clone());
    let file = folder.join(file);
    let data: [(&str, &Path); 1] = [("line", &file)];
    let run = decide::run(program, &file, &data, mapping.as_deref(), "2026-11-23");
    assert_eq!(run.rejects, Vec::<String>::new());
    Some((run, golden(&folder)))
}

/// Keys of a breakdown: golden's name for a group, ours.
type Names = fn(&str) -> String;

fn as_is(name: &str) -> String {
    name.to_string()
}

fn unknown_is_missing(name: &str) -> String {
    if name == "Unknown" { String::new() } else { name.to_string() }
}

/// `{group: {n, positive, rate}}` against three KPIs by the same groups. A group without any positive has a row with 0.
#[track_caller]
fn breakdown(run: &Run, [n, positive, rate]: [String; 3], theirs: &Json, name: Names) {
    let (counts, positives, rates) = (run.groups(&n), run.groups(&positive), run.groups(&rate));
    let theirs = theirs.as_object().expect("an object");
    assert_eq!(counts.len(), theirs.len(), "{n}: {:?}", counts.keys());
    assert_eq!(positives.len(), theirs.len(), "{positive}: {:?}", positives.keys());
    assert_eq!(rates.len(), theirs.len(), "{rate}: {:?}", rates.keys());
    for (group, figures) in theirs {
        let key = name(group);
        same(&format!("{n} of {group}"), counts.get(&key).copied().flatten(), &figures["n"]);
        same(&format!("{positive} of {group}"), positives.get(&key).copied().flatten(), &figures["positive"]);
        same(&format!("{rate} of {group}"), rates.get(&key).copied().flatten(), &figures["rate"]);
    }
}

fn three(by: &str) -> [String; 3] {
    ["deals", "won", "win_rate"].map(|kpi| format!("{kpi}_by_{by}"))
}

fn four_decimals(x: Option<f64>) -> String {
    format!("{:.4}", x.expect("a value"))
}

fn salvirt() -> Option<(Run, Json)> {
    run("playbooks/salvirt-b2b-deals/qualify.play", "salvirt-b2b-deals", "b2b_sales.csv")
}

#[test]
fn salvirt_gives_every_figure_of_golden_json() {
    let Some((run, golden)) = salvirt() else { return };
    assert_eq!(run.columns["points"].len() as u64, golden["rows"].as_u64().expect("rows"));
    same("deals", run.total("deals"), &golden["rows"]);
    same("copies", run.total("copies"), &golden["exact_duplicate_rows"]);
    same("won", run.total("deals_won"), &golden["won"]);
    same("lost", run.total("deals_lost"), &golden["lost"]);
    let by = [
        ("Up_sale", "up_sale"),
        ("Client", "client"),
        ("Competitors", "competitors"),
        ("Source", "source"),
        ("Seller", "seller"),
        ("Product", "product"),
        ("Budgt_alloc", "budget"),
        ("Comp_size", "company_size"),
        ("Authority", "authority"),
        ("Deal_type", "deal_type"),
    ];
    assert_eq!(golden["win_rate_by"].as_object().expect("an object").len(), by.len());
    for (theirs, ours) in by {
        // Up-sale is a yes or no of the playbook.
        let yes_no = |name: &str| if name == "Yes" { "true".to_string() } else { "false".to_string() };
        let name = if ours == "up_sale" { yes_no } else { unknown_is_missing };
        breakdown(&run, three(ours), &golden["win_rate_by"][theirs], name);
    }

    let rubric = &golden["published_rubric"];
    same_counts("points", &run.counts("points"), &rubric["histogram"], str::to_string);
    breakdown(&run, three("points"), &rubric["by_score"], as_is);
    same_counts("grades", &run.counts("grade_of_deal"), &rubric["by_grade"], str::to_string);
    breakdown(&run, three("grade"), &rubric["by_grade"], as_is);
    same("AUC", run.total("separation"), &rubric["auc_all"]);

    let gate: Names = |name| if name == "blocked" { "held".to_string() } else { "ready".to_string() };
    breakdown(&run, three("gate"), &golden["qualification_gate"]["by"], gate);
    same_counts("gate", &run.counts("gate_status"), &golden["qualification_gate"]["by"], gate);
    let queue: Names = |name| format!("queue {name}");
    breakdown(&run, three("desk"), &golden["queue_first_match"]["by"], queue);
    same_counts("queues", &run.counts("desk"), &golden["queue_first_match"]["by"], queue);

    let published = &golden["cross_check_with_published_figures"]["recomputed"];
    assert_eq!(four_decimals(run.total("win_rate")), four_decimals(published["win_rate"].as_f64()));
    let without = run.total("win_rate_without_copies");
    assert_eq!(four_decimals(without), four_decimals(published["dedup_win_rate"].as_f64()));
}

/// The same figures as the words of that README: percentages without decimals.
#[test]
fn salvirt_gives_the_published_percentages() {
    let Some((run, _)) = salvirt() else { return };
    let percent = |x: Option<f64>| format!("{:.0}", x.expect("a value") * 100.0);
    let of = |by: &str, group: &str| percent(run.groups(&format!("win_rate_by_{by}")).get(group).copied().flatten());
    let shares = [
        ("up_sale", "true", "74"),
        ("up_sale", "false", "23"),
        ("competitors", "Yes", "21"),
        ("competitors", "No", "67"),
        ("client", "New", "17"),
        ("client", "Current", "70"),
        ("seller", "Seller 1", "67"),
        ("seller", "Seller 9", "33"),
        ("product", "Product D", "39"),
    ];
    for (by, group, published) in shares {
        assert_eq!(of(by, group), published, "{by} {group}");
    }
    let product_d = run.groups("deals_by_product")["Product D"].zip(run.total("deals")).map(|(d, all)| d / all);
    assert_eq!(percent(product_d), "31");
}

fn shoppers() -> Option<(Run, Json)> {
    run("playbooks/online-shoppers/shoppers.play", "online-shoppers", "online_shoppers_intention.csv.gz")
}

#[test]
fn online_shoppers_gives_every_figure_of_golden_json() {
    let Some((run, golden)) = shoppers() else { return };
    let three = |by: &str| ["visits", "buyers", "conversion"].map(|kpi| format!("{kpi}_by_{by}"));
    same("visits", run.total("visits"), &golden["rows"]);
    same("copies", run.total("copies"), &golden["exact_duplicate_rows"]);
    same("buyers", run.total("buyers"), &golden["buyers"]);
    same("conversion", run.total("conversion"), &golden["rate"]);
    let month: Names = |name| name.chars().take(3).collect();
    breakdown(&run, three("month"), &golden["by_month"], month);
    let visitor: Names = |name| name.to_lowercase().replace("_visitor", "");
    breakdown(&run, three("visitor"), &golden["by_visitor"], visitor);
    breakdown(&run, three("weekend"), &golden["by_weekend"], str::to_lowercase);
    same("with page value", run.total("with_page_value"), &golden["page_values_positive"]["n"]);
    same("of them, bought", run.total("with_page_value_bought"), &golden["page_values_positive"]["positive"]);
    // golden.json rounds this sum to four decimals.
    assert_eq!(four_decimals(run.total("page_value_total")), four_decimals(golden["sum_PageValues"].as_f64()));

    let score = &golden["intent_score"];
    same("sum", run.total("intent_total"), &score["sum"]);
    same("min", run.total("intent_least"), &score["min"]);
    same("max", run.total("intent_most"), &score["max"]);
    same_counts("scores", &run.counts("intent"), &score["histogram"], str::to_string);
    let by_intent = run.groups("visits_by_intent");
    for (points, visits) in score["histogram"].as_object().expect("an object") {
        same(&format!("visits with {points}"), by_intent.get(points).copied().flatten(), visits);
    }
    same_counts("tiers", &run.counts("tier"), &score["by_tier"], str::to_string);
    breakdown(&run, three("tier"), &score["by_tier"], as_is);
}

/// Every column of a file of expected decisions but its first.
#[track_caller]
fn sample(playbook: &str, folder: &str) {
    let at = |name: &str| load::root().join("playbooks").join(folder).join(name);
    let program = load::file(playbook).program();
    let mapping = program.mappings.first().map(|m| m.name.clone());
    let file = at("sample.csv");
    let run = decide::run(program, &file, &[("line", &file)], mapping.as_deref(), "2026-11-23");
    assert_eq!(run.rejects, Vec::<String>::new());
    let expected = std::fs::read_to_string(at("expected.csv")).expect("expected.csv");
    let rows: Vec<Vec<&str>> = expected.lines().map(|line| line.split(',').collect()).collect();
    let (head, rows) = rows.split_first().expect("a header");
    for (index, column) in head.iter().enumerate().skip(1) {
        let theirs: Vec<&str> = rows.iter().map(|row| row[index]).collect();
        assert_eq!(run.columns[*column], theirs, "{column}");
    }
}

#[test]
fn salvirt_sample() {
    sample("playbooks/salvirt-b2b-deals/qualify.play", "salvirt-b2b-deals");
}

#[test]
fn online_shoppers_sample() {
    sample("playbooks/online-shoppers/shoppers.play", "online-shoppers");
}

/// The tests inside the two playbooks pass, and nothing is found that breaks a `prove`.
#[test]
fn tests_inside_the_playbooks_pass() {
    for path in ["playbooks/salvirt-b2b-deals/qualify.play", "playbooks/online-shoppers/shoppers.play"] {
        let loaded = load::file(path);
        assert_eq!(loaded.findings(), Vec::<String>::new(), "{path}");
        let program = loaded.program();
        assert!(program.tests.len() >= 4, "{path}");
        for test in &program.tests {
            let outcome = testing::run_test(&program, test, 0).expect("an engine");
            assert_eq!(outcome.failures, Vec::new(), "{path}: {}", test.name);
        }
        let engine = Engine::new(program.clone(), Settings { now_us: 0, params: Vec::new() }).expect("an engine");
        let broken = testing::try_proves(&engine, &generate::rows(&program, 0, 1, 2000));
        assert!(program.proves.len() == 1 && broken.is_empty(), "{path}: {broken:?}");
    }
}
