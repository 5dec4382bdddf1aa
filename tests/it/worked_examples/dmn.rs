//! Hit policies: decision tables of the DMN Technology Compatibility Kit.

use super::{cases, file, fixture};
use serde_json::{Value as Json, json};

/// The cases of a model.
fn model<'a>(file: &'a Json, id: &str) -> &'a [Json] {
    let model = cases(&file["models"]).iter().find(|m| m["id"] == id).unwrap_or_else(|| panic!("no model {id}"));
    cases(&model["cases"])
}

#[test]
fn first() {
    let Some(dmn) = file("dmn-decision-tables") else { return };
    for case in model(&dmn, "0108-first-hitpolicy") {
        let out = fixture::case("dmn-first", &case["input"]).run();
        let expected = &case["expected"]["Approval"];
        let pairs = [("approval_status", &expected["Status"]), ("approval_rate", &expected["Rate"])];
        fixture::same(&out, &case.to_string(), &pairs);
    }
    for case in model(&dmn, "0111-first-hitpolicy-singleoutputcol") {
        let out = fixture::case("dmn-first-single", &case["input"]).run();
        fixture::same(&out, &case.to_string(), &[("advertisement", &case["expected"]["Advertisement"])]);
    }
}

/// All matches in the order of the rows: `collect list`.
#[test]
fn rule_order() {
    let Some(dmn) = file("dmn-decision-tables") else { return };
    for case in model(&dmn, "0109-ruleOrder-hitpolicy") {
        let out = fixture::case("dmn-rule-order", &case["input"]).run();
        let of = |name: &str| {
            Json::from(cases(&case["expected"]["Approval"]).iter().map(|a| a[name].clone()).collect::<Vec<_>>())
        };
        fixture::same(&out, &case.to_string(), &[("status", &of("Status")), ("rate", &of("Rate"))]);
    }
    for case in model(&dmn, "0112-ruleOrder-hitpolicy-singleinoutcol") {
        let out = fixture::case("dmn-rule-order-single", &case["input"]).run();
        fixture::same(&out, &case.to_string(), &[("approval", &case["expected"]["Approval"])]);
    }
}

#[test]
fn collect_and_sum_is_a_score() {
    let Some(dmn) = file("dmn-decision-tables") else { return };
    for case in model(&dmn, "0115-sum-collect-hitpolicy") {
        let out = fixture::case("dmn-collect-sum", &case["input"]).run();
        fixture::same(&out, &case.to_string(), &[("salary", &case["expected"]["Salary"])]);
    }
}

#[test]
fn priority_is_the_order_of_the_rows() {
    let Some(dmn) = file("dmn-decision-tables") else { return };
    for case in model(&dmn, "0118-multi-priority-hitpolicy") {
        let out = fixture::case("dmn-priority", &case["input"]).run();
        let expected = &case["expected"]["Approval Status"];
        let pairs = [("approval_status", &expected["Approved/Declined"]), ("approval_rate", &expected["Rate"])];
        fixture::same(&out, &case.to_string(), &pairs);
    }
}

#[test]
fn a_loan_in_eleven_decisions() {
    let Some(dmn) = file("dmn-decision-tables") else { return };
    let columns = [
        ("Adjudication", "adjudication"),
        ("ApplicationRiskScore", "application_risk"),
        ("Pre-bureauRiskCategory", "pre_risk"),
        ("BureauCallType", "bureau_call"),
        ("Post-bureauRiskCategory", "post_risk"),
        ("RequiredMonthlyInstallment", "installment"),
        ("Pre-bureauAffordability", "pre_affordability"),
        ("Eligibility", "eligibility"),
        ("Strategy", "strategy"),
        ("Post-bureauAffordability", "post_affordability"),
        ("Routing", "routing"),
    ];
    for case in model(&dmn, "0004-lending") {
        let out = fixture::case("dmn-lending", &case["input"]).run();
        assert_eq!(case["expected"].as_object().expect("an object").len(), columns.len());
        let pairs: Vec<(&str, &Json)> =
            columns.iter().map(|(theirs, ours)| (*ours, &case["expected"][theirs])).collect();
        fixture::same(&out, &case.to_string(), &pairs);
    }
}

/// The kit's table of risk categories has a gap at exactly 130 points: nothing is made up there.
#[test]
fn a_gap_in_a_table_is_missing() {
    let Some(dmn) = file("dmn-decision-tables") else { return };
    let mut input = model(&dmn, "0004-lending")[0]["input"].clone();
    input["ApplicantData"]["ExistingCustomer"] = json!(false);
    let out = fixture::case("dmn-lending", &input).run();
    fixture::same(&out, "130 points", &[("application_risk", &json!(130)), ("pre_risk", &Json::Null)]);
}

#[test]
fn every_model_has_a_test() {
    let Some(dmn) = file("dmn-decision-tables") else { return };
    let mut ids: Vec<&str> = cases(&dmn["models"]).iter().filter_map(|m| m["id"].as_str()).collect();
    ids.sort_unstable();
    let tested = ["0004", "0108", "0109", "0111", "0112", "0115", "0118"];
    assert_eq!(ids.iter().map(|id| &id[..4]).collect::<Vec<_>>(), tested);
}
