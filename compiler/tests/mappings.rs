//! Mappings: what their lines may say.

#![allow(clippy::unwrap_used)] // a test stops at the first surprise

use revplay_compiler::source::FileSet;
use revplay_ir::program::{Mapping, RangeEnd};

fn check(clauses: &str) -> Result<Mapping, Vec<String>> {
    let text = format!(
        "playbook p for lead\nrecord lead {{ id text key, size int?, city text? }}\nmapping m for lead {{\n{clauses}\n}}\n"
    );
    let mut files = FileSet::new();
    let root = files.add("p.play", text);
    let checked = revplay_compiler::check(&files, root);
    let found: Vec<String> = checked.diagnostics.iter().map(|d| format!("{} {}", d.code, d.message)).collect();
    if found.is_empty() { Ok(checked.program.unwrap().mappings.remove(0)) } else { Err(found) }
}

#[test]
fn a_mapping_says_how_cells_are_written() {
    let mapping = check(
        "\"Size\" -> size as lower end of range\n\"Größe\" -> size as upper end of range, \"S\" -> size as middle of range\n\
         numbers \"1.234,56\"\nyes \"ja\", \"x\"\nno \"nein\"\ndates \"excel\", \"iso\"\nmissing \"-\"",
    )
    .unwrap();
    let ends = [("Size", RangeEnd::Lower), ("Größe", RangeEnd::Upper), ("S", RangeEnd::Middle)];
    assert_eq!(mapping.range_ends, ends.map(|(header, end)| (header.to_owned(), end)));
    assert_eq!(mapping.numbers.as_deref(), Some("1.234,56"));
    assert_eq!((mapping.yes.len(), mapping.no.len(), mapping.dates.len()), (2, 1, 2));
}

#[test]
fn e1_lines_that_do_not_fit_are_told() {
    for (clauses, start) in [
        ("numbers \"1.234\"", "E0513 `1.234` does not say"),
        ("yes \"Ja\"\nno \"nein\", \"ja\"", "E0513 \"ja\" cannot mean both"),
        ("\"City\" -> city as middle of range", "E0513 a range gives a number, but `city` is"),
        ("numbers \"1,5\"\nnumbers \"1.5\"", "E01"),
        ("\"Size\" -> size as lower end", "E0101"),
    ] {
        let found = check(clauses).unwrap_err();
        assert!(found[0].starts_with(start), "{clauses}: {found:?}");
    }
}
