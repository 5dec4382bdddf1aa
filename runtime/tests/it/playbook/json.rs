//! JSON to JSON.

use super::{DEMO, NOW, demo};
use revplay_runtime::playbook::{Error, Playbook, Settings, Sources};
use serde_json::{Value, json};

fn decided(playbook: &Playbook, text: &str) -> Value {
    let answer = playbook.decide_json(text, NOW).unwrap_or_else(|e| panic!("{text}: {e}"));
    serde_json::from_str(&answer).unwrap()
}

#[test]
fn an_object_is_answered_with_an_object() {
    let lead = r#" {"id": 7, "employees": 1200, "country": "at", "title": "VP \"Sales\"", "consent": true,
        "revenue": 90071992547409.93, "share": 12.3, "created_at": "2026-11-23T10:00:00", "born": "2000-02-29",
        "waits": "100:30:00", "source": "web form", "other": {"x": [1]}, "note": "a\n\"b\"", "rate": 1e3} "#;
    let mut answer = decided(&demo(), lead);
    // Exact in the text below; a number of JSON's readers is not.
    answer.as_object_mut().unwrap().remove("money_back");
    assert_eq!(
        answer,
        json!({
            "fit": 75, "warmth": 0.0, "tier": "A", "content": ["Calculator", "Guide"], "desk": "person Anna",
            "mql": true, "mql_status": "ready", "mql_reason": "Fit",
            "answer_by": "2026-11-23T13:00:00Z", "age": "0:00:00", "fraction": 0.123, "ratio": 1000, "day": "2000-02-29", "from_where": "web", "told": "a\n\"b\"",
            "few": null, "longer": "100:30:00"
        })
    );
    let answer = demo().decide_json(lead, NOW).unwrap();
    assert!(answer.contains("\"money_back\":90071992547409.93,"), "exact: {answer}");
    assert!(answer.contains("\"warmth\":0.0,"), "all decimals: {answer}");
}

#[test]
fn an_array_is_answered_in_order_and_a_bad_object_in_its_place() {
    let text =
        r#"[{"id": "1", "employees": 5000}, {"id": "2", "employees": "5,000", "source": "fax"}, {}, {"id": "3"}]"#;
    let answer = decided(&demo(), text);
    let fits: Vec<&Value> = answer.as_array().unwrap().iter().map(|a| &a["fit"]).collect();
    assert_eq!(fits, [&json!(30), &Value::Null, &Value::Null, &json!(0)]);
    assert_eq!(answer[1]["rejects"][0]["column"], "employees");
    assert_eq!(answer[1]["rejects"][0]["row"], 1);
    assert_eq!(answer[1]["rejects"][1]["value"], "fax");
    assert_eq!(answer[2]["rejects"][0]["reason"], "the key is missing");
    assert_eq!(decided(&demo(), "[]"), json!([]));
}

#[test]
fn e2_a_single_object_with_bad_cells_is_an_error_with_all_of_them() {
    let error = demo().decide_json(r#"{"id": 1, "employees": 1.5, "revenue": 0.005}"#, NOW).unwrap_err();
    let reasons: Vec<&str> = error.rejects().iter().map(|r| r.reason.as_str()).collect();
    assert_eq!(reasons, ["not a whole number: it has decimals", "more than 2 decimals: nothing is rounded"]);
    let answer: Value = serde_json::from_str(&error.to_json()).unwrap();
    assert_eq!(answer["error"], "a cell cannot be used");
    assert_eq!(answer["rejects"][1]["value"], "0.005");
}

#[test]
fn a_mapping_names_the_values_and_objects_inside_are_named_by_their_way() {
    let settings = Settings::new().mapping("crm");
    let playbook = Playbook::compile(Sources::new("demo.play", DEMO), settings).unwrap();
    let lead =
        r#"{"Id": "1", "employee count ": 2000, "properties": {"title": "vp", "deep": {"er": 1}}, "title": "note"}"#;
    let answer = decided(&playbook, lead);
    assert_eq!((&answer["fit"], &answer["told"]), (&json!(55), &json!("note")), "a header is not a field's name");
    assert_eq!(decided(&playbook, r#"{"id": "1", "employees": 2000}"#)["fit"], 30, "names of fields are good too");
    let both = r#"{"id": "1", "Employee Count": 2000, "employees": 1}"#;
    assert_eq!(decided(&playbook, both)["fit"], 30, "the mapping's header goes before");
    let both = r#"{"id": "1", "employees": 1, "Employee Count": 2000}"#;
    assert_eq!(decided(&playbook, both)["fit"], 30, "in any order");
    let error = Playbook::compile(Sources::new("demo.play", DEMO), Settings::new().mapping("crn")).unwrap_err();
    assert_eq!(error.to_string(), "the playbook has no mapping `crn`; did you mean `crm`?");
}

#[test]
fn text_that_is_no_object_is_an_error_with_its_place() {
    let playbook = demo();
    for bad in
        ["", "1", "{", "[1]", "[{}", "{} {}", "{\"id\":}", "null", "{\"id\": \"\\ud800\"}x", "[{\"id\": 1},", "\u{0}"]
    {
        assert!(matches!(playbook.decide_json(bad, NOW), Err(Error::Json { .. })), "{bad}");
    }
    let twice = playbook.decide_json("{\"id\": 1,\n \"ID\": 2}", NOW).unwrap_err();
    assert!(twice.to_string().contains("the name `ID` stands twice"), "{twice}");
    assert!(twice.to_string().starts_with("line 2, "), "{twice}");
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{{\"id\": 1, \"note\": {}1{}}}", open.repeat(100_000), close.repeat(100_000));
        let _ = playbook.decide_json(&deep, NOW);
    }
    let mut record = playbook.record();
    let mut answer = "before".to_owned();
    record.decide_json("[{\"id\": 1}, 2]", NOW, &mut answer).unwrap_err();
    assert_eq!(answer, "before", "no half answer");
}
