//! A program that embeds Revplay gets what the command line gets: the same cells, as texts of a record and as cells of
//! a CSV file, become the same values or are refused.

use revplay_runtime::playbook::{Now, Playbook, Settings, Sources};
use revplay_tests::case::{NOW, text};
use serde_json::Value;

/// A field of every type that a cell can have.
const FIELDS: [&str; 14] = [
    "bool?",
    "bool default true",
    "int?",
    "int? in 0..100 missing \"none\", \"-1\"",
    "int? in 1.. else missing",
    "number?",
    "percent?",
    "percent(0..100)?",
    "money(EUR)?",
    "money(JPY)?",
    "text?",
    "text? verbatim",
    "enum(web (\"Web Form\", \"1\"), Straße, other)?",
    "date?",
];
const MORE: [&str; 2] = ["timestamp?", "duration?"];

/// Cells that people have met.
const CELLS: [&str; 66] = [
    "",
    " ",
    "0",
    "1",
    "-1",
    "+1",
    "007",
    "12",
    " 12 ",
    "1200",
    "1,200",
    "1.200",
    "1 200",
    "12.0",
    "12.5",
    "12.50",
    ".5",
    "5.",
    "-0",
    "1e3",
    "1E-3",
    "1e999",
    "nan",
    "NaN",
    "inf",
    "-Infinity",
    "0x10",
    "12%",
    "12.3 %",
    "%",
    "12 EUR",
    "EUR 12",
    "eur 12.345",
    "12 USD",
    "12EUR",
    "EUR",
    "€12",
    "12.50 €",
    "-€ 3",
    "£12",
    "9223372036854775807",
    "9223372036854775808",
    "92233720368547758.07",
    "none",
    "NONE",
    "yes",
    "N",
    "ja",
    "true",
    "Web Form",
    "WEB",
    "STRASSE",
    "strasse",
    "fax",
    "2026-11-23",
    "2026-11-2",
    "2026-02-30",
    "2026-11-23 09:00",
    "2026-11-23T09:00:00Z",
    "2026-03-29 02:30",
    "0000-01-01",
    "4:30:00",
    "4:60:00",
    "3 days 4 hours",
    "e\u{301}",
    "\u{a0}x\u{a0}",
];

/// What the command line makes of all cells of a field, row by row; `Err` for a reject.
fn of_files(field: &str) -> Vec<Result<String, String>> {
    let rows: String = CELLS.iter().enumerate().map(|(id, cell)| format!("{id},\"{cell}\"\n")).collect();
    let out = revplay_tests::case::play(&format!("f {field}"), "output row = id\noutput x = f")
        .leads(&format!("id,f\n{rows}"))
        .run();
    let mut found: Vec<Result<String, String>> = vec![Err(String::new()); CELLS.len()];
    for (row, x) in out.column("row").into_iter().zip(out.column("x")) {
        found[row.parse::<usize>().unwrap()] = Ok(x);
    }
    assert_eq!(found.iter().filter(|f| f.is_err()).count(), out.rejects.len(), "{field}");
    for reject in &out.rejects {
        let line: usize = reject.split(' ').next().and_then(|n| n.parse().ok()).unwrap();
        found[line - 2] = Err(reject.clone());
    }
    found
}

fn playbook(field: &str) -> Playbook {
    let text = text(&format!("f {field}"), "output x = f");
    Playbook::compile(Sources::new("p.play", text), Settings::new()).unwrap_or_else(|e| panic!("{e}"))
}

/// The value of a JSON answer as a CSV file has it.
fn plain(answer: &str) -> String {
    let x = answer.strip_prefix("{\"x\":").and_then(|rest| rest.strip_suffix('}')).unwrap();
    match serde_json::from_str(x).unwrap() {
        Value::Null => String::new(),
        Value::String(text) => text,
        _ => x.to_string(),
    }
}

#[test]
fn e2_a_text_is_read_as_a_cell_of_a_file_is() {
    let mut taken = 0;
    for field in FIELDS.into_iter().chain(MORE) {
        let playbook = playbook(field);
        let now: Now = playbook.instant(NOW).unwrap();
        let mut record = playbook.record();
        for (cell, file) in CELLS.iter().zip(of_files(field)) {
            record.clear().set("id", 1).unwrap();
            let set = record.set("f", *cell).map(|_| ());
            match (set, file) {
                (Ok(()), Ok(file)) => {
                    assert_eq!(plain(&record.decide(now).unwrap().to_json()), file, "{field}: `{cell}`");
                    taken += 1;
                }
                (Err(_), Err(_)) => assert!(record.decide(now).is_err()),
                (Ok(()), Err(reject)) => panic!("{field}: `{cell}` is taken, and of a file refused: {reject}"),
                (Err(error), Ok(file)) => panic!("{field}: `{cell}` is refused, {error}, and of a file `{file}`"),
            }
        }
    }
    assert!(taken > 200, "{taken}");
}
