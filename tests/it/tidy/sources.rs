//! What sources and other files must not hold.

use revplay_tests::load::root;
use revplay_tests::repository::{files, read};
use std::collections::BTreeSet;

/// More lines than this need two files.
const LINES_MAX: usize = 900;
/// More lines than this are worth a thought.
const LINES_WARNED: usize = 600;
/// Larger files do not belong into a repository.
const BYTES_MAX: u64 = 1 << 20;
/// Where `unsafe` may stand, each time below a comment `SAFETY:` that says why it is sound.
const UNSAFE_ALLOWED: [&str; 1] = ["runtime/src/native/memory.rs"];
/// Lines above an `unsafe` in which its reason stands.
const REASON_LINES: usize = 5;
/// Sources that compute: no clock, no environment, no files.
const PURE: [&str; 4] = ["grammar/src/", "compiler/src/", "ir/src/", "runtime/src/"];
/// The one among them that reads files: those of a playbook, for programs that embed the runtime.
const READS_PLAYBOOKS: &str = "runtime/src/playbook/sources/disk.rs";

/// The promises of the language.
const PROMISES: [(char, u8); 9] =
    [('v', 5), ('m', 6), ('s', 5), ('t', 4), ('n', 4), ('l', 2), ('a', 2), ('k', 5), ('e', 3)];

/// Rust files, without this one, which names what it looks for.
fn sources() -> impl Iterator<Item = String> {
    files().into_iter().filter(|p| p.ends_with(".rs") && p != "tests/it/tidy/sources.rs")
}

/// Whether a file holds tests only.
fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs")
}

/// Lines that run, with their numbers: no comments, and nothing below `#[cfg(test)]` followed by a module.
fn running(text: &str) -> Vec<(usize, &str)> {
    let lines: Vec<&str> = text.lines().collect();
    let inner = |i: &usize| lines.get(i + 1).is_some_and(|next| next.contains("mod ") && next.ends_with('{'));
    let end = (0..lines.len()).find(|i| lines[*i].trim() == "#[cfg(test)]" && inner(i)).unwrap_or(lines.len());
    let code = lines.into_iter().take(end).enumerate().filter(|(_, l)| !l.trim_start().starts_with("//"));
    code.map(|(index, line)| (index + 1, line)).collect()
}

/// Places where one of the words stands in lines that run.
fn places(path: &str, words: &[&str]) -> Vec<String> {
    let text = read(path);
    let found = running(&text).into_iter().filter(|(_, line)| words.iter().any(|w| line.contains(w)));
    found.map(|(number, line)| format!("{path}:{number}: {}", line.trim())).collect()
}

#[track_caller]
fn none(found: Vec<String>, why: &str) {
    assert!(found.is_empty(), "{why}:\n{}", found.join("\n"));
}

#[test]
fn no_source_is_too_long() {
    let lengths = sources().map(|p| (read(&p).lines().count(), p));
    let mut long: Vec<(usize, String)> = lengths.filter(|(lines, _)| *lines > LINES_WARNED).collect();
    long.sort();
    for (lines, path) in &long {
        println!("long: {path}, {lines} lines");
    }
    long.retain(|(lines, _)| *lines > LINES_MAX);
    assert!(long.is_empty(), "more than {LINES_MAX} lines: {long:?}");
}

#[test]
fn no_test_is_switched_off_and_nothing_is_left_to_do() {
    let words = ["#[ignore", "todo!(", "unimplemented!(", "dbg!("];
    none(sources().flat_map(|p| places(&p, &words)).collect(), "finish it or remove it");
}

#[test]
fn unsafe_code_stands_where_it_is_allowed() {
    let elsewhere = sources().filter(|p| !UNSAFE_ALLOWED.iter().any(|a| p.starts_with(a)));
    none(elsewhere.flat_map(|p| places(&p, &["unsafe ", "unsafe{"])).collect(), "no unsafe code here");
    assert!(read("Cargo.toml").contains("unsafe_code = \"forbid\""), "the lint is on");
}

#[test]
fn unsafe_code_says_why_it_is_sound() {
    let mut without = Vec::new();
    for path in files().into_iter().filter(|p| UNSAFE_ALLOWED.contains(&p.as_str())) {
        let text = read(&path);
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in running(&text) {
            let block = line.contains("unsafe {") || line.contains("unsafe impl") || line.contains("unsafe fn");
            let above = lines.iter().take(number - 1).rev().take(REASON_LINES);
            if block && !above.clone().any(|l| l.contains("// SAFETY: ")) {
                without.push(format!("{path}:{number}: {}", line.trim()));
            }
        }
    }
    none(without, "no `// SAFETY:` above");
}

#[test]
fn names_of_files_say_what_is_in_them() {
    let banned = ["utils", "util", "helpers", "helper", "common", "misc", "manager", "processor", "mod"];
    let stem = |p: &String| p.rsplit('/').next().and_then(|n| n.strip_suffix(".rs")).map(str::to_string);
    let wrong = sources().filter(|p| {
        let folders = p.split('/').any(|part| banned.contains(&part));
        folders || stem(p).is_some_and(|s| banned.iter().any(|b| s == *b || s.ends_with(&format!("_{b}"))))
    });
    none(wrong.collect(), "a file is named by what is in it");
}

#[test]
fn n1_what_computes_reads_no_clock_no_environment_and_no_files() {
    let words =
        ["SystemTime::now", "Instant::now", "std::env", "std::fs", "Zoned::now", "Timestamp::now", "thread_rng"];
    let pure = sources().filter(|p| PURE.iter().any(|f| p.starts_with(f)) && !is_test(p) && p != READS_PLAYBOOKS);
    none(pure.flat_map(|p| places(&p, &words)).collect(), "an input of the caller, not of the machine");
}

/// Hash order differs from run to run: a `HashMap` answers questions and is never walked through.
#[test]
fn n1_hash_maps_are_asked_and_never_walked() {
    let declared = regex::Regex::new(r"(let (?:mut )?)?(\w+)(?:: | = )Hash(?:Map|Set)\b").expect("a pattern");
    let methods = "iter|iter_mut|into_iter|keys|into_keys|values|values_mut|into_values|drain|retain";
    let mut walked = Vec::new();
    for path in sources().filter(|p| PURE.iter().any(|f| p.starts_with(f)) && !is_test(p)) {
        let text = read(&path);
        for found in declared.captures_iter(&text) {
            let is_local = found.get(1).is_some();
            let (before, owner) = if is_local { (r"(?:^|[^.\w])", "") } else { ("", r"self\.") };
            let name = format!("{owner}{}", &found[2]);
            let walks = format!(r"{before}{name}\.(?:{methods})\(|\bin &?(?:mut )?{name} \{{");
            let walks = regex::Regex::new(&walks).expect("a pattern");
            let lines = running(&text).into_iter().filter(|(_, line)| walks.is_match(line));
            walked.extend(lines.map(|(number, line)| format!("{path}:{number}: {}", line.trim())));
        }
    }
    none(walked, "take a `BTreeMap`, or sort first");
}

#[test]
fn no_file_names_a_machine() {
    let machine = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];
    let mut found = Vec::new();
    for path in files() {
        let Ok(text) = std::fs::read_to_string(root().join(&path)) else { continue };
        let lines = text.lines().enumerate().filter(|(_, l)| machine.iter().any(|m| l.contains(m)));
        found.extend(lines.map(|(index, line)| format!("{path}:{}: {line}", index + 1)));
    }
    none(found, "a path of one machine");
}

#[test]
fn no_file_is_large() {
    let size = |p: &String| std::fs::metadata(root().join(p)).map_or(0, |m| m.len());
    none(files().into_iter().filter(|p| size(p) > BYTES_MAX).collect(), "more than 1 MB");
}

/// A snapshot is named by its test (`MODULE__TEST.snap`, `…-2.snap`), by the test's choice or by its input (`err_braces.snap`).
#[test]
fn no_snapshot_is_left_over() {
    let all = files();
    let inputs: BTreeSet<&str> = all.iter().filter_map(|p| p.strip_suffix(".play")?.rsplit('/').next()).collect();
    let mut left = Vec::new();
    for path in all.iter().filter(|p| p.ends_with(".snap")) {
        let source =
            read(path).lines().find_map(|l| l.strip_prefix("source: ").map(str::to_string)).unwrap_or_default();
        let made_by = if root().join(&source).is_file() { read(&source) } else { String::new() };
        let name = path.rsplit('/').next().and_then(|n| n.strip_suffix(".snap")).unwrap_or_default();
        let name = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-');
        let is_there = match (name.rsplit_once("__"), name.split_once('_')) {
            (Some((_, test)), _) => {
                [format!("fn {test}("), format!("!(\"{test}\",")].iter().any(|n| made_by.contains(n))
            }
            (None, Some((_, input))) => !made_by.is_empty() && inputs.contains(input),
            (None, None) => false,
        };
        if !is_there {
            left.push(format!("{path}: made by `{source}`"));
        }
    }
    none(left, "a snapshot without its test");
}

/// Every numbered promise of the language has a test that carries its name, from playbook text to result file.
#[test]
fn every_promise_has_a_test() {
    let acceptance = files().into_iter().filter(|p| p.starts_with("tests/it/promises/") && p.ends_with(".rs"));
    let text: String = acceptance.map(|p| read(&p)).collect();
    let pattern = regex::Regex::new(r"(?m)#\[test\]\s+fn ([a-z]\d)_").expect("a pattern");
    let tested: BTreeSet<String> = pattern.captures_iter(&text).map(|c| c[1].to_string()).collect();
    let promised = PROMISES.iter().flat_map(|(letter, last)| (1..=*last).map(move |n| format!("{letter}{n}")));
    none(promised.filter(|p| !tested.contains(p)).collect(), "promises without a test in tests/it/promises/");
}
