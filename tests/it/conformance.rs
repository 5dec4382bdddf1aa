//! Substrait's cases of scalar functions and aggregates, as an outside judge: each becomes an expression of the language, is
//! compiled and decided over a file. What we answer differently on purpose, and what we cannot say, is listed with its reason.

mod cases;
mod express;
mod judge;

use cases::Case;
use express::Plan;
use revplay_tests::load;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What became of the cases of a file.
#[derive(Default)]
struct Counts {
    passed: usize,
    differs: usize,
    skipped: usize,
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "test") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The table that is printed and compared: counts by file, then every reason with its count.
fn table(files: &BTreeMap<String, Counts>, reasons: &BTreeMap<(&str, String), usize>) -> String {
    let mut out = format!("{:44} passed differs skipped\n", "file");
    let mut sum = Counts::default();
    for (file, c) in files {
        let _ = writeln!(out, "{file:44} {:6} {:7} {:7}", c.passed, c.differs, c.skipped);
        sum.passed += c.passed;
        sum.differs += c.differs;
        sum.skipped += c.skipped;
    }
    let _ = writeln!(out, "{:44} {:6} {:7} {:7}\n", "all", sum.passed, sum.differs, sum.skipped);
    for ((kind, reason), count) in reasons {
        let _ = writeln!(out, "{count:4} {kind}: {reason}");
    }
    out
}

#[test]
fn substrait_cases() {
    let Some(data) = load::test_data() else { return };
    let folder = data.join("conformance/substrait");
    let (mut by_file, mut reasons) = (BTreeMap::new(), BTreeMap::new());
    let (mut wrong, mut total) = (Vec::new(), 0);
    for path in files(&folder) {
        let name = path.strip_prefix(&folder).expect("below the folder").to_string_lossy().to_string();
        let text = std::fs::read_to_string(&path).expect("a file");
        let counts: &mut Counts = by_file.entry(name.clone()).or_default();
        for case in cases::parse(&text) {
            total += 1;
            match express::plan(&case) {
                Plan::Skip(reason) => {
                    counts.skipped += 1;
                    *reasons.entry(("skipped", reason)).or_insert(0) += 1;
                }
                Plan::Ask(ask) => {
                    wrong.extend(judge::wrong(&case, &ask).map(|why| format!("{name}: {}\n    {why}", case.line)));
                    match &ask.differs {
                        None => counts.passed += 1,
                        Some((reason, _)) => {
                            counts.differs += 1;
                            *reasons.entry(("differs", (*reason).to_string())).or_insert(0) += 1;
                        }
                    }
                }
            }
        }
    }
    let table = table(&by_file, &reasons);
    println!("{table}");
    assert!(wrong.is_empty(), "{} of {total} cases are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!((by_file.len(), total), (82, 818), "the cases that are there");
    insta::assert_snapshot!("substrait", table);
}

/// Of logic and comparison nothing is left out but what has no value here: infinities and NaN.
#[test]
fn logic_and_comparison_are_complete() {
    let Some(data) = load::test_data() else { return };
    for part in ["boolean", "comparison"] {
        for path in files(&data.join("conformance/substrait").join(part)) {
            let text = std::fs::read_to_string(&path).expect("a file");
            for case in cases::parse(&text) {
                let skipped = matches!(express::plan(&case), Plan::Skip(reason) if reason != express::FINITE);
                assert!(!skipped, "{}: {}", path.display(), case.line);
            }
        }
    }
}

#[test]
fn the_form_of_a_case() {
    let line = "f('a, (b)'::str, null::dec?<38, 2>) [x:Y] = <!ERROR>";
    let case: Case = cases::parse(line).remove(0);
    assert_eq!((case.function.as_str(), case.options.as_str()), ("f", "x:Y"));
    let [a, b] = case.args.as_slice() else { panic!("two arguments: {case:?}") };
    assert_eq!((a.text.as_str(), a.ty.as_str(), a.null), ("a, (b)", "str", false));
    assert_eq!((b.ty.as_str(), b.scale, b.null), ("dec", 2, true));
    assert_eq!(case.expected, cases::Expected::Error);
}
