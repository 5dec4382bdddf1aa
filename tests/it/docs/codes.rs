//! Codes of findings and errors: each is in its crate's table, made somewhere, and has its page.

use revplay_compiler::diagnostics::codes::CODES;
use revplay_tests::repository::{self, files};
use std::collections::BTreeSet;

/// Where a crate keeps its codes.
struct Codes {
    /// Folder of its sources.
    sources: &'static str,
    /// The file with the table.
    table: &'static str,
    /// Folder of the pages.
    pages: &'static str,
}

const ALL: [Codes; 3] = [
    Codes { sources: "compiler/src/", table: "compiler/src/diagnostics/codes.rs", pages: "compiler/docs/errors/" },
    Codes { sources: "runtime/io/src/", table: "runtime/io/src/error.rs", pages: "runtime/io/docs/errors/" },
    Codes { sources: "cli/src/", table: "cli/src/commands/explain_code.rs", pages: "cli/docs/errors/" },
];

/// The code of a source file that runs: no comments, nothing below its tests.
fn running(path: &str) -> String {
    let text = repository::read(path);
    let (above, _) = text.split_once("#[cfg(test)]").unwrap_or((&text, ""));
    above.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Codes in quotes (`"E0301"`).
fn quoted(text: &str) -> BTreeSet<String> {
    let pattern = regex::Regex::new(r#""([EWN]\d{4})""#).expect("a pattern");
    pattern.captures_iter(text).map(|c| c[1].to_string()).collect()
}

/// The rows of a table: what stands between the code's table and the end of it.
fn rows(table: &str) -> BTreeSet<String> {
    let text = running(table);
    let pattern = regex::Regex::new(r#"(?m)^\s+\(?"([EWN]\d{4})",? ""#).expect("a pattern");
    pattern.captures_iter(&text).map(|c| c[1].to_string()).collect()
}

#[test]
fn every_code_is_in_its_table_and_made_somewhere() {
    for crate_codes in &ALL {
        let rows = rows(crate_codes.table);
        let sources = files().into_iter().filter(|p| p.starts_with(crate_codes.sources) && p.ends_with(".rs"));
        let made: BTreeSet<String> = sources
            .flat_map(|path| {
                let text = running(&path);
                // In the file of the table only what is not a row is made there.
                let of_table = if path == crate_codes.table { rows.clone() } else { BTreeSet::new() };
                // Codes of other crates are asked for, not made.
                let others: BTreeSet<String> = others(crate_codes);
                quoted(&text).into_iter().filter(move |c| !of_table.contains(c) && !others.contains(c))
            })
            .collect();
        let made: BTreeSet<String> = made.into_iter().chain(made_beside_the_table(crate_codes.table)).collect();
        assert!(rows.len() > 10, "{}: {rows:?}", crate_codes.table);
        let without_row: Vec<&String> = made.difference(&rows).collect();
        let never_made: Vec<&String> = rows.difference(&made).collect();
        assert!(without_row.is_empty(), "made, but not in {}: {without_row:?}", crate_codes.table);
        assert!(never_made.is_empty(), "in {}, but never made: {never_made:?}", crate_codes.table);
    }
}

/// The codes of all other crates.
fn others(of: &Codes) -> BTreeSet<String> {
    ALL.iter().filter(|c| c.table != of.table).flat_map(|c| rows(c.table)).collect()
}

/// Codes that the file of the table makes itself: in a call, not in a row.
fn made_beside_the_table(table: &str) -> BTreeSet<String> {
    let pattern = regex::Regex::new(r#"new\("([EWN]\d{4})""#).expect("a pattern");
    pattern.captures_iter(&running(table)).map(|c| c[1].to_string()).collect()
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    for crate_codes in &ALL {
        let pages = files().into_iter().filter_map(|p| {
            p.strip_prefix(crate_codes.pages).and_then(|name| name.strip_suffix(".md")).map(str::to_string)
        });
        assert_eq!(pages.collect::<BTreeSet<String>>(), rows(crate_codes.table), "{}", crate_codes.pages);
        for code in rows(crate_codes.table) {
            let page = repository::read(&format!("{}{code}.md", crate_codes.pages));
            assert!(page.starts_with(&format!("# {code}: ")), "the title of {code}");
        }
    }
    let table: BTreeSet<String> = CODES.iter().map(|c| c.code.to_string()).collect();
    assert_eq!(table, rows(ALL[0].table), "the rows of the compiler's table are read right");
    let table: BTreeSet<String> = revplay_io::CODES.iter().map(|(code, _, _)| code.to_string()).collect();
    assert_eq!(table, rows(ALL[1].table), "the rows of the table for files are read right");
}

/// A factory that nobody calls is a message that nobody gets.
#[test]
fn every_factory_of_the_compiler_is_used() {
    let sources: Vec<String> =
        files().into_iter().filter(|p| p.starts_with("compiler/src/") && p.ends_with(".rs")).collect();
    let factories = sources.iter().filter(|p| p.starts_with("compiler/src/diagnostics/") && !p.contains("/render"));
    let all: String = sources.iter().map(|p| running(p)).collect();
    let defined = regex::Regex::new(r"(?m)^pub fn (\w+)").expect("a pattern");
    for path in factories {
        for name in defined.captures_iter(&running(path)).map(|c| c[1].to_string()) {
            let used = regex::Regex::new(&format!(r"\b{name}\b")).expect("a pattern").find_iter(&all).count();
            assert!(used > 1, "{path}: nobody calls `{name}`");
        }
    }
}

/// The reference lists the warnings, since they can be silenced by name.
#[test]
fn the_reference_lists_every_warning() {
    let page = repository::read("docs/language.md");
    for code in CODES.iter().filter(|c| c.code.starts_with('W')) {
        assert!(page.contains(&format!("| {} | `{}` |", code.code, code.name)), "{}", code.code);
    }
    let pattern = regex::Regex::new(r"(?m)^\| (W\d{4}) \| `([\w-]+)`").expect("a pattern");
    for row in pattern.captures_iter(&page) {
        assert!(CODES.iter().any(|c| c.code == &row[1] && c.name == &row[2]), "{}", &row[0]);
    }
}

/// Codes that pages mention are codes.
#[test]
fn codes_in_documents_exist() {
    let known: BTreeSet<String> = ALL.iter().flat_map(|c| rows(c.table)).collect();
    let pattern = regex::Regex::new(r"\b[EWN]\d{4}\b").expect("a pattern");
    for path in files().into_iter().filter(|p| p.ends_with(".md")) {
        for found in pattern.find_iter(&repository::read(&path)) {
            assert!(known.contains(found.as_str()), "{path}: there is no {}", found.as_str());
        }
    }
}
