//! The mistakes that people make: how many findings, where, and what they must say.
//!
//! Each playbook in `grammar/corpus/err/mistakes/` has a file `NAME.expect` next to it, written from the view of the
//! person who made the mistake:
//!
//! ```text
//! why    `=>` for `>=`
//! error  4:36 says `=>` help `>=` or `at least`
//! ```
//!
//! One line for each finding, and there must be no other. A place without a column leaves the column open. `says` are
//! words of the message and its labels, `help` of the help and the fix, `never` words that must not be shown.

#![allow(clippy::unwrap_used, clippy::panic)] // a test stops at the first surprise

use revplay_compiler::diagnostics::render::{Format, Look, render};
use revplay_compiler::diagnostics::{Diagnostic, Severity};
use revplay_compiler::source::FileSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../grammar/corpus/err/mistakes")
}

/// Path, file name and expectation of every playbook of the folder.
fn mistakes() -> Vec<(PathBuf, String, String)> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|f| f.unwrap().path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "play" || e == "csv"));
    paths.sort();
    let expected = |p: &PathBuf| std::fs::read_to_string(p.with_extension("expect")).unwrap();
    paths
        .into_iter()
        .map(|p| {
            let name = p.file_name().unwrap().to_string_lossy().into_owned();
            let expect = expected(&p);
            (p, name, expect)
        })
        .collect()
}

fn findings(path: &Path, name: &str) -> (FileSet, Vec<Diagnostic>) {
    findings_of(name, &std::fs::read(path).unwrap())
}

fn findings_of(name: &str, bytes: &[u8]) -> (FileSet, Vec<Diagnostic>) {
    let mut files = FileSet::new();
    let root = files.add_bytes(name, bytes);
    for needed in revplay_compiler::needed_files(&files, root) {
        if let Ok(text) = std::fs::read_to_string(folder().join(&needed)) {
            files.add(&needed, text);
        }
    }
    let found = revplay_compiler::check(&files, root).diagnostics;
    (files, found)
}

/// What one line of an expectation asks for: alternatives in the inner lists.
#[derive(Debug, Default)]
struct Expected {
    severity: String,
    line: u32,
    column: Option<u32>,
    says: Vec<Vec<String>>,
    help: Vec<Vec<String>>,
    never: Vec<Vec<String>>,
}

fn expected(text: &str) -> Vec<Expected> {
    text.lines().filter(|l| !l.starts_with("why ")).map(expected_line).collect()
}

fn expected_line(line: &str) -> Expected {
    let (severity, rest) = line.split_once(' ').unwrap();
    let rest = rest.trim_start();
    let (place, mut rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let (at, column) = place.split_once(':').map_or((place, None), |(l, c)| (l, Some(c.parse().unwrap())));
    let mut all = Expected { severity: severity.into(), line: at.parse().unwrap(), column, ..Expected::default() };
    let mut section = String::new();
    let mut alternative = false;
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        if let Some(quoted) = rest.strip_prefix('`') {
            let (word, after) = quoted.split_once('`').unwrap();
            let list = match section.as_str() {
                "says" => &mut all.says,
                "help" => &mut all.help,
                "never" => &mut all.never,
                other => panic!("`{other}` in `{line}`"),
            };
            match list.last_mut() {
                Some(last) if alternative => last.push(word.to_lowercase()),
                _ => list.push(vec![word.to_lowercase()]),
            }
            (rest, alternative) = (after, false);
        } else {
            let (word, after) = rest.split_once(' ').unwrap();
            alternative = word == "or";
            if !alternative {
                section = word.to_string();
            }
            rest = after;
        }
    }
    all
}

/// What is wrong with a finding, if anything is.
fn differences(files: &FileSet, want: &Expected, found: &Diagnostic) -> Vec<String> {
    let mut out = Vec::new();
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    if severity != want.severity {
        out.push(format!("is a {severity}"));
    }
    let label = found.labels.first().unwrap();
    let (line, column) = files.get(label.file).map_or((1, 1), |f| f.lines.line_column(&f.text, label.span.start));
    if line != want.line || want.column.is_some_and(|c| c != column) {
        out.push(format!("is at {line}:{column}"));
    }
    let labels: String = found.labels.iter().map(|l| format!(" {}", l.text)).collect();
    let says = format!("{}{labels}", found.message).to_lowercase();
    let fix = found.fix.as_ref().map_or(String::new(), |f| format!("{} {}", f.title, f.replacement));
    let help = format!("{} {fix}", found.help.as_deref().unwrap_or("")).to_lowercase();
    let lacks = |text: &str, words: &[String]| !words.iter().any(|w| text.contains(w.as_str()));
    out.extend(want.says.iter().filter(|w| lacks(&says, w)).map(|w| format!("does not say {w:?}")));
    out.extend(want.help.iter().filter(|w| lacks(&help, w)).map(|w| format!("gives no help with {w:?}")));
    let formats = [Format::Pretty, Format::Short, Format::Json];
    let all = formats.map(|f| render(files, std::slice::from_ref(found), f, Look::default())).join("\n").to_lowercase();
    out.extend(want.never.iter().flatten().filter(|w| all.contains(w.as_str())).map(|w| format!("shows {w:?}")));
    out
}

fn shown(files: &FileSet, found: &[Diagnostic]) -> String {
    found
        .iter()
        .map(|d| {
            let place = d
                .labels
                .first()
                .map_or((1, 1), |l| files.get(l.file).map_or((1, 1), |f| f.lines.line_column(&f.text, l.span.start)));
            let labels: String = d.labels.iter().map(|l| format!("\n      label: {}", l.text)).collect();
            let fix = d.fix.as_ref().map_or(String::new(), |f| format!("\n      fix: {}", f.title));
            let help = d.help.as_ref().map_or(String::new(), |h| format!("\n      help: {h}"));
            format!("    {}:{} {} {}{labels}{help}{fix}\n", place.0, place.1, d.code, d.message)
        })
        .collect()
}

#[test]
fn e1_mistakes_are_found_where_they_are_and_in_the_words_of_the_analyst() {
    let all = mistakes();
    assert!(all.len() >= 60, "{}", all.len());
    let mut wrong = String::new();
    for (path, name, expect) in &all {
        let (files, found) = findings(path, name);
        let wanted = expected(expect);
        let mut out: Vec<String> = Vec::new();
        if found.len() != wanted.len() {
            out.push(format!("{} findings instead of {}", found.len(), wanted.len()));
        }
        out.extend(
            wanted
                .iter()
                .zip(&found)
                .flat_map(|(w, f)| differences(&files, w, f).into_iter().map(|d| format!("{}: {d}", w.line))),
        );
        if !out.is_empty() {
            wrong.push_str(&format!("{name}: {}\n{}", out.join("; "), shown(&files, &found)));
        }
    }
    let count = wrong.lines().filter(|l| !l.starts_with(' ')).count();
    assert!(wrong.is_empty(), "{count} of {} differ\n{wrong}", all.len());
}

/// The text without what stands in backticks: the user's words and ours for playbooks.
fn outside_backticks(text: &str) -> String {
    text.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

#[test]
fn no_message_speaks_of_the_compiler() {
    let rules: Vec<String> = ["lexical", "expressions", "declarations", "keywords"]
        .iter()
        .flat_map(|f| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../grammar/src/{f}.pest"));
            let text = std::fs::read_to_string(path).unwrap();
            let named = text.lines().filter_map(|l| l.split_once('=')).map(|(name, _)| name.trim().to_string());
            named.filter(|n| n.contains('_') && !n.contains(' ')).collect::<Vec<_>>()
        })
        .collect();
    assert!(rules.len() > 150, "{}", rules.len());
    let types =
        ["i64", "u32", "f64", "usize", "Vec<", "Option", "Some(", "Err(", "&str", "Utf8Error", "EOI", "SOI", "::"];
    for (path, name, _) in mistakes() {
        for d in findings(&path, &name).1 {
            let texts = d.labels.iter().map(|l| &l.text).chain(d.help.iter()).chain([&d.message]);
            for text in texts {
                let plain = outside_backticks(text);
                let ours: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
                let rule =
                    rules.iter().find(|r| ours.contains(&r.as_str()) && *r != "half_life" && *r != "round_robin");
                assert_eq!(rule, None, "{name}: {text}");
                assert!(!types.iter().any(|t| plain.contains(t)), "{name}: {text}");
                assert!(!plain.contains('_'), "{name}: {text}");
                assert_eq!(text.matches('`').count() % 2, 0, "{name}: {text}");
            }
            assert!(!d.message.ends_with('.') && d.message.chars().count() <= 100, "{name}: {}", d.message);
            assert!(!d.message.chars().next().is_some_and(char::is_uppercase), "{name}: {}", d.message);
            assert!(d.help.is_some() || d.fix.is_some(), "{name}: {} says not what to do", d.message);
        }
    }
}

/// The text with all fixes that do not overlap.
fn mended(text: &str, found: &[Diagnostic]) -> String {
    let mut fixes: Vec<_> = found.iter().filter_map(|d| d.fix.as_ref()).collect();
    fixes.sort_by_key(|f| f.span.start);
    let (mut out, mut at) = (String::new(), 0);
    for fix in fixes.into_iter().filter(|f| f.span.start as usize <= text.len()) {
        if fix.span.start as usize >= at {
            out.push_str(&text[at..fix.span.start as usize]);
            out.push_str(&fix.replacement);
            at = fix.span.end as usize;
        }
    }
    out + &text[at..]
}

#[test]
fn fixes_leave_only_what_has_none() {
    for (path, name, _) in mistakes() {
        let (files, found) = findings(&path, &name);
        let text = files.iter().next().unwrap().1.text.clone();
        let without = found.iter().filter(|d| d.fix.is_none()).count();
        if without == found.len() {
            continue;
        }
        let mended = mended(&text, &found);
        let (files, left) = findings_of(&name, mended.as_bytes());
        // Warnings may appear once the playbook can be read.
        let errors = left.iter().filter(|d| d.severity == Severity::Error).count();
        assert_eq!(errors, without, "{name}:\n{mended}\n{}", shown(&files, &left));
    }
}

#[test]
fn e3_damaged_mistakes_end_soon() {
    for (path, name, _) in mistakes() {
        let bytes = std::fs::read(&path).unwrap();
        let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
        for skip in 0..lines.len() {
            let kept: Vec<u8> =
                lines.iter().enumerate().filter(|(i, _)| *i != skip).flat_map(|(_, l)| l.to_vec()).collect();
            findings_of(&name, &kept);
        }
    }
}

fn one_error(what: &str, text: &str) -> Diagnostic {
    let start = Instant::now();
    let (_, found) = findings_of("limits.play", text.as_bytes());
    // Generous: a debug build on a busy machine.
    assert!(start.elapsed() < Duration::from_secs(20), "{what} took {:?}", start.elapsed());
    assert_eq!(found.len(), 1, "{what}: {found:#?}");
    found.into_iter().next().unwrap()
}

#[test]
fn e3_limits_are_ordinary_findings() {
    let head = "playbook web for lead\nuse \"shared/lead.play\"\n";
    let large = format!("{head}{}", "# a long remark about nothing at all\n".repeat(120_000));
    assert!(large.len() > 4 << 20);
    assert!(one_error("a large file", &large).message.contains("4 MB"));
    for (open, close) in [("(", ")"), ("not ", ""), ("-", ""), ("abs(", ")")] {
        for n in [201, 100_000] {
            let text = format!("{head}let deep = {}employees{} > 1\n", open.repeat(n), close.repeat(n));
            let found = one_error(open, &text);
            assert!(found.message.contains("200") && found.labels[0].span.start > 0, "{open}: {}", found.message);
        }
    }
    let blocks = format!("{head}{}", "score s {\n".repeat(2_000));
    assert!(findings_of("limits.play", blocks.as_bytes()).1.len() <= 2_000);
    for pattern in ["(a{1000}){1000}", "((a{100}){100}){100}", "\\w{5000}"] {
        let found = one_error(pattern, &format!("{head}let big = title matches /{pattern}/\n"));
        assert!(found.help.as_deref().is_some_and(|h| h.contains("smaller counts")), "{found:#?}");
    }
    // Mistakes inside of mistakes are not looked at again and again.
    let nested = format!("{head}let deep = {}country{}\n", "(".repeat(90), " = \"a\" or \"b\")".repeat(90));
    let start = Instant::now();
    assert!(!findings_of("limits.play", nested.as_bytes()).1.is_empty());
    assert!(start.elapsed() < Duration::from_secs(20), "nested alternatives took {:?}", start.elapsed());
    let long = format!("{head}let big = title matches /{}/\n", "abc|".repeat(200_000));
    assert_eq!(one_error("a long pattern", &long).code, "E0314");
}

#[test]
fn a_file_that_is_no_text_says_what_it_is() {
    let start = "playbook web for lead\n";
    let wide = |big: bool| -> Vec<u8> {
        start.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    };
    let cases: [(&str, Vec<u8>, &str); 8] = [
        ("UTF-16 without a mark", wide(false), "UTF-16"),
        ("UTF-16, big end first", wide(true), "UTF-16"),
        ("a mark alone", vec![0xff, 0xfe], "UTF-16"),
        ("Latin-1", b"# M\xfcnchen\nplaybook web for lead\n".to_vec(), "line 1"),
        ("a workbook", b"PK\x03\x04rest".to_vec(), "workbook"),
        ("gzip", b"\x1f\x8b\x08\x00".to_vec(), "compressed"),
        ("PDF", b"%PDF-1.7".to_vec(), "PDF"),
        ("Parquet", b"PAR1....".to_vec(), "Parquet"),
    ];
    for (what, bytes, word) in cases {
        let (_, found) = findings_of("web.play", &bytes);
        assert_eq!(found.len(), 1, "{what}: {found:#?}");
        let help = found[0].help.as_deref().unwrap_or("");
        assert!(found[0].message.contains(word) && help.contains("UTF-8"), "{what}: {found:#?}");
    }
}

#[test]
fn odd_characters_that_do_no_harm_are_no_mistakes() {
    let head = "\u{feff}playbook web for lead\nuse \"shared/lead.play\"\n";
    for line in [
        "let a =\u{a0}country = \"DE\"\n",
        "let a = country = \"DE\" \u{200b}\n",
        "let a = title contains \"👩\u{200d}💻\"\n",
        "let größe = employees > 5\n",
        "# ein\u{ad}fach\nlet a = employees > 5\n",
    ] {
        let (files, found) = findings_of("web.play", format!("{head}{line}").as_bytes());
        assert!(found.is_empty(), "{line:?}\n{}", shown(&files, &found));
    }
}
