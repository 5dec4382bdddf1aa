//! Point tables and scorecards.

use super::{cases, file, fixture};
use revplay_tests::case::{check, play};
use serde_json::{Value as Json, json};

#[test]
fn points_for_b2b_leads() {
    let Some(points) = file("point-tables") else { return };
    let cases = cases(&points["solid_growth_b2b_saas"]["cases"]);
    assert_eq!(cases.len(), 7);
    for case in cases {
        let out = fixture::case("points-b2b", &case["input"]).run();
        fixture::same(&out, &case.to_string(), &[("total", &case["total"]), ("class", &case["class"])]);
    }
}

/// The published table has 500 people in two of its bands: in a `unique` group that is found.
#[test]
fn overlapping_bands_are_found() {
    let body = "score size {\n  group \"Size\" unique {\n    +10 \"50 to 500\" when employees in 50..500\n    \
                +15 \"500 and more\" when employees >= 500\n  }\n}";
    let case = play("employees int", body).leads("id,employees\n1,499\n2,500\n3,501\n");
    let refused = check("employees int", body).errors();
    if refused.is_empty() {
        let out = case.run();
        assert_eq!(out.findings.len(), 1, "{:?}", out.findings);
        assert_eq!(out.findings[0].row, 1);
    } else {
        assert!(refused.iter().any(|e| e.contains("500")), "{refused:#?}");
    }
}

#[test]
fn points_for_each_event() {
    let Some(points) = file("point-tables") else { return };
    let pardot = &points["pardot_baseline"];
    let rules = pardot["rules"].as_object().expect("an object");
    let fixture = fixture::text("points-pardot");
    for (kind, amount) in rules {
        let amount = amount.as_i64().expect("points");
        let rule = fixture.lines().find(|l| l.contains(&format!("kind = `{kind}`"))).map(|l| l.trim());
        assert!(rule.map_or(amount == 0, |r| r.starts_with(&format!("{amount:+} "))), "{kind}: {amount}, {rule:?}");
    }
    let cases = cases(&pardot["cases"]);
    assert_eq!(cases.len(), 4);
    for case in cases {
        let mut rows = String::from("prospect,at,kind\n");
        for (kind, count) in case["events"].as_object().expect("an object") {
            let one = format!("1,2026-11-01 09:00,\"{kind}\"\n");
            rows.push_str(&one.repeat(count.as_u64().expect("a count") as usize));
        }
        let out = fixture::case("points-pardot", &json!({})).rows("event", &rows).run();
        fixture::same(&out, &case.to_string(), &[("total", &case["total"])]);
    }
}

#[test]
fn a_scorecard_with_reasons() {
    let Some(cards) = file("scorecards-with-reasons") else { return };
    let card = &cards["scorecards"][0];
    let input = |mut value: Json| {
        value["input3"] = json!("34.1");
        value
    };
    assert_eq!(cases(&card["cases"]).len(), 5);
    for case in cases(&card["cases"]) {
        let out = fixture::case("scorecard", &input(case["input"].clone())).run();
        fixture::same(&out, &case.to_string(), &[("simple", &case["score"]), ("reasons", &case["reasons"])]);
    }
}

/// A required input that is missing, of a wrong type or out of its set: the row is a reject, not a score.
#[test]
fn a_scorecard_rejects_bad_input() {
    let Some(cards) = file("scorecards-with-reasons") else { return };
    assert_eq!(cases(&cards["scorecards"][0]["error_cases"]).len(), 4);
    for bad in ["", "true", "4.1"] {
        let out = fixture::case("scorecard", &json!({ "input1": 5, "input2": 5, "input3": bad })).run();
        assert_eq!((out.rejects.len(), out.column("simple").len()), (1, 0), "`{bad}`: {:?}", out.rejects);
    }
    let texts = json!({ "input1": "5", "input2": "5", "input3": "34.1" });
    fixture::same(&fixture::case("scorecard", &texts).run(), "numbers given as texts", &[("simple", &json!(25))]);
}
