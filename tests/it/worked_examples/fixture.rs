//! A fixture over the input of a case: JSON becomes a row whose headers are paths.

use revplay_tests::case::{Case, Outcome};
use revplay_tests::load;
use serde_json::Value as Json;

/// The text of a fixture.
pub fn text(name: &str) -> String {
    let path = load::root().join("tests/fixtures/worked").join(format!("{name}.play"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// A fixture over one record; its mapping is `json` if it has that one.
pub fn case(name: &str, input: &Json) -> Case {
    let text = text(name);
    let case = Case::new(&text).rows(&decided(&text), &csv(std::slice::from_ref(input)));
    if text.contains("mapping json ") { case.mapping("json") } else { case }
}

/// The record that a playbook decides.
fn decided(text: &str) -> String {
    let head = text.lines().find(|line| line.starts_with("playbook")).expect("a head");
    head.split_whitespace().nth(3).expect("its record").to_string()
}

/// Rows with an `id` and a column for every value, `a.b` for nested ones. Lists are left to linked records.
pub fn csv(rows: &[Json]) -> String {
    let mut names: Vec<String> = vec!["id".to_string()];
    let mut cells: Vec<Vec<(String, String)>> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let mut flat = vec![("id".to_string(), (index + 1).to_string())];
        flatten("", row, &mut flat);
        for (name, _) in &flat {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        cells.push(flat);
    }
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut out = names.iter().map(|n| quoted(n)).collect::<Vec<_>>().join(",") + "\n";
    for row in cells {
        let cell = |name: &String| row.iter().rfind(|(n, _)| n == name).map_or(String::new(), |(_, c)| quoted(c));
        out.push_str(&(names.iter().map(cell).collect::<Vec<_>>().join(",") + "\n"));
    }
    out
}

fn flatten(path: &str, json: &Json, out: &mut Vec<(String, String)>) {
    match json {
        Json::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(&path, value, out);
            }
        }
        Json::Array(_) => {}
        Json::Null => out.push((path.to_string(), String::new())),
        Json::String(text) => out.push((path.to_string(), text.clone())),
        Json::Bool(_) | Json::Number(_) => out.push((path.to_string(), json.to_string())),
    }
}

/// Columns of the one row against values of the case; `null` and what is absent are missing.
#[track_caller]
pub fn same(out: &Outcome, what: &str, pairs: &[(&str, &Json)]) {
    assert_eq!(out.rejects, Vec::<String>::new(), "{what}");
    for (column, theirs) in pairs {
        let ours = out.column(column).remove(0);
        assert!(equal(&ours, theirs), "{what}: {column} is `{ours}`, not {theirs}");
    }
}

fn equal(ours: &str, theirs: &Json) -> bool {
    match theirs {
        Json::Null => ours.is_empty(),
        Json::Bool(b) => ours == b.to_string(),
        Json::Number(n) => {
            let (ours, theirs) = (ours.parse::<f64>(), n.as_f64().unwrap_or(f64::NAN));
            ours.is_ok_and(|x| (x - theirs).abs() <= theirs.abs() * 1e-12)
        }
        Json::String(text) => ours == text,
        Json::Array(values) => {
            let texts: Vec<String> = values.iter().map(|v| v.as_str().map_or(v.to_string(), str::to_string)).collect();
            ours == texts.join("; ")
        }
        Json::Object(_) => false,
    }
}
