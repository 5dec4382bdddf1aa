//! The examples say what they are meant to say.

#[allow(dead_code)]
#[path = "../../../examples/batch.rs"]
mod batch;
#[allow(dead_code)]
#[path = "../../../examples/hot_reload.rs"]
mod hot_reload;
#[allow(dead_code)]
#[path = "../../../examples/one_record.rs"]
mod one_record;

fn said(run: impl Fn(&mut Vec<u8>) -> Result<(), Box<dyn std::error::Error>>) -> String {
    let mut out = Vec::new();
    run(&mut out).unwrap_or_else(|e| panic!("{e}"));
    String::from_utf8(out).unwrap()
}

#[test]
fn a_batch() {
    let lines = "fit 80, person Anna Berger\nfit 0, queue nurture\nrejected\n\
                 row 2, column `employees`, `-7`: outside the range 1..\n";
    assert_eq!(said(batch::run), lines);
}

#[test]
fn one_record_typed_and_as_json() {
    let said = said(one_record::run);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines[..3],
        [
            "fit Some(50), tier Some(\"A\"), mql Some(true)",
            "fit Some(0), tier Some(\"B\"), mql Some(false)",
            r#"{"fit":75,"tier":"A","mql":true,"mql_status":"ready","mql_reason":"Fit"}"#,
        ]
    );
    assert!(
        lines[3].starts_with(
            r#"{"error":"a cell cannot be used","rejects":[{"row":0,"column":"employees","value":"2,000""#
        )
    );
    assert_eq!(lines[4], "lead 1, decided by demo as of 2026-11-23T09:00:00Z");
    assert!(said.contains("    Decision maker (+25): title is missing\n"), "{said}");
}

#[test]
fn a_reload_under_threads() {
    let said = said(hot_reload::run);
    let first = "[10, 10, 10, 10]\nerror[E0201]: `employes` is neither a field of lead nor defined here\n";
    assert!(said.starts_with(first), "{said}");
    assert!(said.contains("did you mean `employees`?"), "{said}");
    assert!(said.ends_with("\n[20, 20, 20, 20]\n"), "{said}");
}
