//! Lead assignment: first match, by field, by condition, by day.

use super::{cases, file, fixture};
use serde_json::{Value as Json, json};

#[test]
fn salesforce_lead_assignment() {
    let Some(routing) = file("routing-and-assignment") else { return };
    let leads = cases(&routing["salesforce_lead_assignment"]["cases (derived from the entries)"]);
    assert_eq!(leads.len(), 5);
    for case in leads {
        let owner = case["owner"].as_str().expect("an owner");
        let kind = if owner.ends_with("Queue") || owner.starts_with("default") { "queue" } else { "person" };
        let out = fixture::case("routing-salesforce", &case["input"]).run();
        fixture::same(&out, &case.to_string(), &[("owner", &json!(format!("{kind} {owner}")))]);
    }
}

fn frappe(routing: &Json, key: &str) -> Json {
    let all = cases(&routing["frappe_assignment_rules"]["cases"]);
    all.iter().find(|c| c.get(key).is_some()).unwrap_or_else(|| panic!("no case with {key}")).clone()
}

#[test]
fn frappe_by_the_owner_in_a_field() {
    let Some(routing) = file("routing-and-assignment") else { return };
    let case = frappe(&routing, "record_owner");
    let out = fixture::case("routing-frappe", &json!({ "owner": case["record_owner"] })).run();
    let expected = format!("person {}", case["assigned"].as_str().expect("a user"));
    fixture::same(&out, "by owner", &[("by_owner", &json!(expected))]);
}

#[test]
fn frappe_by_a_condition() {
    let Some(routing) = file("routing-and-assignment") else { return };
    let case = frappe(&routing, "condition");
    assert!(case["assigned"].is_null());
    let out = fixture::case("routing-frappe", &case["record"]).run();
    fixture::same(&out, "not public", &[("by_condition", &json!("queue nobody"))]);
}

#[test]
fn frappe_by_the_day_of_the_week() {
    let Some(routing) = file("routing-and-assignment") else { return };
    assert_eq!(frappe(&routing, "two rules")["on Friday"], "test3");
    for (now, expected) in [("2026-11-23 09:00", "team weekdays"), ("2026-11-27 09:00", "person test3")] {
        let out = fixture::case("routing-frappe", &json!({})).now(now).run();
        fixture::same(&out, now, &[("by_day", &json!(expected))]);
    }
}

/// Records are independent: a change of one moves its own due date and no other.
#[test]
fn frappe_due_date_from_a_field() {
    let Some(routing) = file("routing-and-assignment") else { return };
    assert!(frappe(&routing, "due date from field").is_object());
    let due = |first: &str| {
        let rows = [json!({ "expiry_date": first }), json!({ "expiry_date": "2026-12-24" })];
        fixture::case("routing-frappe", &json!({})).rows("note", &fixture::csv(&rows)).run().column("due")
    };
    assert_eq!(due("2026-12-01"), ["2026-12-01", "2026-12-24"]);
    assert_eq!(due("2026-12-05"), ["2026-12-05", "2026-12-24"]);
}

#[test]
fn every_case_is_tested_or_left_out() {
    let Some(routing) = file("routing-and-assignment") else { return };
    let left_out = super::LEFT_OUT.iter().filter(|(file, _, _)| *file == "routing-and-assignment").count();
    assert_eq!(cases(&routing["frappe_assignment_rules"]["cases"]).len(), left_out + 4);
}
