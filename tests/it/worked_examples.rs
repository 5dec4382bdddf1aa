//! Worked examples that others have published, with their expected results: decision tables, decision graphs, point tables,
//! scorecards, routing, working time. Each case is decided by a playbook in `tests/fixtures/worked`.

mod clocks;
mod dmn;
mod fixture;
mod gorules;
mod points;
mod routing;

use serde_json::Value as Json;

/// What is left out, with the reason: file, case, why.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    ("routing-and-assignment", "round robin over 4 records", MEMORY),
    ("routing-and-assignment", "round robin after a last user", MEMORY),
    ("routing-and-assignment", "load balancing", MEMORY),
    ("routing-and-assignment", "weighted", MEMORY),
    ("routing-and-assignment", "a record stops matching: cancelled", TRACKED),
    ("routing-and-assignment", "a closing condition becomes true: closed", TRACKED),
    (
        "gorules-decision-graphs",
        "the list of items with a new field each",
        "one row comes out for each decided record: items are decided by a playbook of their own",
    ),
    (
        "gorules-decision-graphs",
        "an object in the answer (`breakdown`)",
        "answers are columns, one value each: its parts are columns",
    ),
    (
        "dmn-decision-tables",
        "a function called twice with other arguments",
        "there are no functions: the table is written twice",
    ),
    (
        "dmn-decision-tables",
        "RULE ORDER with two columns",
        "a table that collects has one column: there are two tables",
    ),
    ("odoo-predictive-lead-scoring", "all cases", "scores are not learned from history"),
];
const MEMORY: &str = "choosing the member of a team needs a memory of earlier assignments, which is not built yet";
const TRACKED: &str =
    "an assignment that is open, closed or cancelled is kept by the CRM; a playbook decides one record as it is now";

/// A file of the worked examples.
fn file(name: &str) -> Option<Json> {
    let path = revplay_tests::load::test_data()?.join("worked-examples").join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    Some(serde_json::from_str(&text).expect("JSON"))
}

fn cases(json: &Json) -> &[Json] {
    json.as_array().expect("an array")
}

#[test]
fn what_is_left_out_has_a_reason() {
    let width = LEFT_OUT.iter().map(|(file, case, _)| file.len() + case.len()).max().unwrap_or(0) + 2;
    for (file, case, why) in LEFT_OUT {
        let what = format!("{file}: {case}");
        println!("{what:width$}  {why}");
        assert!(!why.is_empty());
    }
    if let Some(data) = revplay_tests::load::test_data() {
        for (name, _, _) in LEFT_OUT {
            assert!(data.join("worked-examples").join(format!("{name}.json")).is_file(), "{name}");
        }
    }
}

/// Every fixture compiles without an error.
#[test]
fn every_fixture_compiles() {
    let folder = revplay_tests::load::root().join("tests/fixtures/worked");
    let mut found = 0;
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let name = entry.file_name().to_string_lossy().to_string();
        let Some(name) = name.strip_suffix(".play") else { continue };
        assert_eq!(revplay_tests::load::source(&fixture::text(name)).errors(), Vec::<String>::new(), "{name}");
        found += 1;
    }
    assert_eq!(found, 25);
}
