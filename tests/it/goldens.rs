//! Real data: every figure of `golden.json` that the language can say, exactly.

use revplay_tests::decide::{self, Run};
use revplay_tests::load;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub fn golden(folder: &Path) -> Json {
    let text = std::fs::read_to_string(folder.join("golden.json")).expect("golden.json");
    serde_json::from_str(&text).expect("JSON")
}

/// Ratios in golden.json are rounded to six decimals; so is ours, from its full value.
pub fn rounded(x: f64) -> f64 {
    format!("{x:.6}").parse().expect("a number")
}

#[track_caller]
pub fn same(what: &str, ours: Option<f64>, theirs: &Json) {
    let theirs = theirs.as_f64().unwrap_or_else(|| panic!("{what}: {theirs} is no number"));
    assert_eq!(ours.map(rounded), Some(theirs), "{what}");
}

/// `{group: {n, positive, rate}}` against our rate by group.
#[track_caller]
pub fn same_rates(run: &Run, kpi: &str, theirs: &Json, missing: &str) {
    let ours = run.groups(kpi);
    let theirs = theirs.as_object().expect("an object");
    assert_eq!(ours.len(), theirs.len(), "{kpi}: groups {:?}", ours.keys());
    for (group, figures) in theirs {
        let key = if group == missing { "" } else { group.as_str() };
        same(&format!("{kpi} of {group}"), ours.get(key).copied().flatten(), &figures["rate"]);
    }
    for (prefix, figure) in [("n_of", "n"), ("positive_of", "positive")] {
        let ours = run.groups(&format!("{prefix}_{kpi}"));
        for (group, figures) in theirs {
            let key = if group == missing { "" } else { group.as_str() };
            same(&format!("{figure} of {kpi}, {group}"), ours.get(key).copied().flatten(), &figures[figure]);
        }
    }
}

/// The playbook with the two totals of every rate as KPIs of their own: golden.json has them too.
fn with_totals(path: &str) -> String {
    let text = std::fs::read_to_string(load::root().join(path)).expect(path);
    let rate = regex::Regex::new(
        r"(?m)^kpi (\w+) [^\n]*\{\n  value +(count\([^\n]*\)) / (count\([^\n]*\))\n((?:  [^\n]*\n)+)\}",
    )
    .expect("a pattern");
    let mut totals = String::new();
    for found in rate.captures_iter(&text) {
        let clauses: String = found[4].split_inclusive('\n').filter(|l| !l.trim().starts_with("target")).collect();
        for (prefix, value) in [("positive_of", &found[2]), ("n_of", &found[3])] {
            totals.push_str(&format!("\nkpi {prefix}_{} {{\n  value {value}\n{clauses}}}\n", &found[1]));
        }
    }
    assert!(!totals.is_empty(), "{path} has rates");
    text + &totals
}

#[track_caller]
pub fn same_counts(what: &str, ours: &BTreeMap<&str, u64>, theirs: &Json, name: impl Fn(&str) -> String) {
    let theirs: BTreeMap<String, u64> = theirs
        .as_object()
        .expect("an object")
        .iter()
        .map(|(k, v)| (name(k), v.as_u64().or_else(|| v["n"].as_u64()).expect("a count")))
        .collect();
    let ours: BTreeMap<String, u64> = ours.iter().map(|(k, v)| (k.to_string(), *v)).collect();
    assert_eq!(ours, theirs, "{what}");
}

fn bank() -> Option<(Run, Json)> {
    let folder: PathBuf = load::test_data()?.join("bank-marketing");
    let program =
        load::text("playbooks/bank-marketing/bank.play", &with_totals("playbooks/bank-marketing/bank.play")).program();
    let mapping = program.mappings.first().map(|m| m.name.clone());
    let file = folder.join("bank-additional-full.csv.gz");
    let run = decide::run(program, &file, &[], mapping.as_deref(), "2026-11-23");
    Some((run, golden(&folder)))
}

#[test]
fn bank_marketing_gives_every_figure_of_golden_json() {
    let Some((run, golden)) = bank() else { return };
    assert_eq!(run.rejects, Vec::<String>::new());
    assert_eq!(run.columns["propensity"].len() as u64, golden["rows"].as_u64().expect("rows"));

    let kpi = &golden["kpi"];
    same("conversion", run.total("conversion_rate"), &kpi["conversion"]["rate"]);
    same("positive", run.total("subscriptions"), &kpi["conversion"]["positive"]);
    same_rates(&run, "conversion_by_outcome", &kpi["by_poutcome"], "-");
    same_rates(&run, "conversion_by_contact", &kpi["by_contact"], "-");
    same_rates(&run, "conversion_by_month", &kpi["by_month"], "-");
    same_rates(&run, "conversion_by_job", &kpi["by_job"], "unknown");
    let before = &kpi["previously_contacted (pdays!=999)"];
    same("called before", run.total("called_before"), &before["n"]);
    same("called before, subscribed", run.total("called_before_subscribed"), &before["positive"]);
    let calls = run.total("calls_per_success").expect("a value");
    assert_eq!(format!("{calls:.5}"), format!("{:.5}", kpi["calls_per_success"].as_f64().expect("a number")));
    same("talk seconds", run.total("talk_seconds"), &kpi["total_talk_seconds"]);
    same("median duration", run.total("median_duration"), &kpi["median_duration"]);

    let score = &golden["playbook_score"];
    same_counts("scores", &run.counts("propensity"), &score["distinct_scores"], str::to_string);
    let points: Vec<i64> = run.columns["propensity"].iter().map(|p| p.parse().expect("points")).collect();
    assert_eq!(points.iter().sum::<i64>(), score["sum"].as_i64().expect("sum"));
    assert_eq!(points.iter().min().copied(), score["min"].as_i64());
    assert_eq!(points.iter().max().copied(), score["max"].as_i64());
    same_counts("tiers", &run.counts("tier"), &score["by_tier"], str::to_string);
    same_rates(&run, "conversion_by_tier", &score["by_tier"], "-");

    let route = &golden["playbook_route_first_match"]["by_route"];
    let queue = |name: &str| format!("queue {name}");
    same_counts("routes", &run.counts("desk"), route, queue);
    let by_desk = run.groups("conversion_by_desk");
    for (name, figures) in route.as_object().expect("an object") {
        same(name, by_desk.get(&queue(name)).copied().flatten(), &figures["rate"]);
        let positive = run.groups("positive_of_conversion_by_desk");
        same(name, positive.get(&queue(name)).copied().flatten(), &figures["positive"]);
    }
    for first in golden["first_rows"].as_array().expect("rows") {
        let row = first["row"].as_u64().expect("a row") as usize - 1;
        assert_eq!(points[row], first["score"].as_i64().expect("a score"));
        assert_eq!(run.columns["tier"][row], first["tier"].as_str().expect("a tier"));
        assert_eq!(run.columns["desk"][row], queue(first["route"].as_str().expect("a route")));
    }
}

/// Figures of golden.json that the playbook itself has no use for.
const MORE: &str = "
kpi lost_at_zero {
  value count(opportunity where deal_stage = Lost and close_value = 0 USD)
  per all
}
kpi open_and_blank {
  value count(opportunity where close_value is missing)
  per all
}
kpi youngest {
  value min(days_between(opportunity.engage_date, 2017-12-31) where deal_stage = Engaging)
  per all
}
kpi oldest {
  value max(days_between(opportunity.engage_date, 2017-12-31) where deal_stage = Engaging)
  per all
}
";

fn maven() -> Option<(Run, Json)> {
    let folder: PathBuf = load::test_data()?.join("maven-crm");
    let program =
        load::text("playbooks/maven-crm/pipeline.play", &(with_totals("playbooks/maven-crm/pipeline.play") + MORE))
            .program();
    let mapping = program.mappings.first().map(|m| m.name.clone());
    let file = |name: &str| folder.join(name);
    let (accounts, products, teams) = (file("accounts.csv"), file("products.csv"), file("sales_teams.csv"));
    let data: [(&str, &Path); 3] = [("customer", &accounts), ("catalogue", &products), ("agent", &teams)];
    let run = decide::run(program, &file("sales_pipeline.csv"), &data, mapping.as_deref(), "2017-12-31");
    Some((run, golden(&folder)))
}

#[test]
fn maven_crm_gives_every_figure_of_golden_json() {
    let Some((run, golden)) = maven() else { return };
    assert_eq!(run.rejects, Vec::<String>::new());
    let kpi = &golden["kpi"];
    let stages = run.groups("deals_by_stage");
    for (stage, count) in golden["stage_counts"].as_object().expect("an object") {
        same(stage, stages.get(stage).copied().flatten(), count);
    }
    same("win rate", run.total("win_rate"), &kpi["win_rate"]["rate"]);
    same("won revenue", run.total("won_revenue_total"), &kpi["won_revenue"]);
    same("average won deal", run.total("average_won_deal"), &kpi["average_won_deal"]);
    same("cycle days won", run.total("cycle_days_won"), &kpi["average_cycle_days_won"]);
    same("cycle days lost", run.total("cycle_days_lost"), &kpi["average_cycle_days_lost"]);
    same("median cycle", run.total("median_cycle_days_won"), &kpi["median_cycle_days_won"]);
    same("velocity", run.total("sales_velocity"), &kpi["sales_velocity_per_day"]["value"]);
    for (name, key) in [("won_revenue", "won_revenue_by_quarter"), ("won_deals", "won_count_by_quarter")] {
        let ours = run.groups(name);
        let theirs = kpi[key].as_object().expect("an object");
        for (quarter, value) in theirs {
            let label = format!("{}-{}", &quarter[..4], &quarter[4..]);
            same(&format!("{name} {label}"), ours.get(&label).copied().flatten(), value);
        }
    }
    same("won", run.total("positive_of_win_rate"), &kpi["win_rate"]["won"]);
    same("closed", run.total("n_of_win_rate"), &kpi["win_rate"]["closed"]);
    same_rates(&run, "win_rate_by_office", &kpi["by_regional_office"], "-");
    same_rates(&run, "win_rate_by_manager", &kpi["by_manager"], "-");
    same_rates(&run, "win_rate_by_agent", &kpi["by_agent"], "-");
    same_rates(&run, "win_rate_by_product", &kpi["by_product"], "-");
    let segments = &kpi["by_segment (SMB <500, Mid-Market <2500, Enterprise employees)"];
    for (kpi_name, figure) in [
        ("win_rate_by_segment", "rate"),
        ("n_of_win_rate_by_segment", "n"),
        ("positive_of_win_rate_by_segment", "positive"),
    ] {
        let ours = run.groups(kpi_name);
        for (segment, figures) in segments.as_object().expect("an object") {
            let found = ours.iter().find(|(k, _)| k.to_lowercase().replace('_', "-") == segment.to_lowercase());
            same(&format!("{kpi_name} {segment}"), found.and_then(|f| *f.1), &figures[figure]);
        }
    }
    for (kpi_name, figure) in [
        ("win_rate_by_sector", "rate"),
        ("n_of_win_rate_by_sector", "n"),
        ("positive_of_win_rate_by_sector", "positive"),
    ] {
        let ours = run.groups(kpi_name);
        for (sector, figures) in kpi["by_sector"].as_object().expect("an object") {
            same(&format!("{kpi_name} {sector}"), ours.get(sector).copied().flatten(), &figures[figure]);
        }
    }
    let ours = run.groups("won_revenue_by_manager");
    for (manager, value) in kpi["won_revenue_by_manager"].as_object().expect("an object") {
        same(manager, ours.get(manager).copied().flatten(), value);
    }

    let quality = &golden["data_quality"];
    let unknown = &quality["pipeline rows whose product has no exact match in products.csv"]["rows"];
    same("unknown products", run.total("unknown_products"), unknown);
    same("without account", run.total("without_account"), &quality["pipeline rows with blank account"]);
    let ours = run.groups("without_account");
    for (stage, count) in quality["blank accounts by stage"].as_object().expect("an object") {
        same(stage, ours.get(stage).copied().flatten(), count);
    }
    same("misspelt sectors", run.total("misspelt_sectors"), &quality["sector typo technolgy"]);
    same("misspelt countries", run.total("misspelt_countries"), &quality["country typo Philipines"]);

    let blanks = &quality["lost deals have close_value 0, open deals have it blank"];
    same("lost at 0", run.total("lost_at_zero"), &blanks[0]);
    same("open and blank", run.total("open_and_blank"), &blanks[1]);
    let stale = &golden["playbook_stale_deal_SLA"];
    same("youngest", run.total("youngest"), &stale["min_age"]);
    same("oldest", run.total("oldest"), &stale["max_age"]);

    let mut desks = run.counts("desk");
    desks.retain(|desk, _| *desk != "queue closed_deals");
    let name = |golden: &str| {
        let plain = golden.to_lowercase().replace("regional:", "regional_");
        let found = desks.keys().find(|d| d.ends_with(&format!(" {plain}")));
        found.map_or(golden.to_string(), |d| d.to_string())
    };
    same_counts("open deals by desk", &desks, &golden["playbook_open_deal_routing_first_match"]["counts"], name);
    let mut follow_up = run.counts("follow_up");
    follow_up.retain(|value, _| ["escalate", "remind", "ok"].contains(value));
    same_counts("stale deals", &follow_up, &golden["playbook_stale_deal_SLA"]["counts"], str::to_string);
}
