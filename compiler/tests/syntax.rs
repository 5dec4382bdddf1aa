//! The parser: printing and reading again gives the same tree.

#![allow(clippy::unwrap_used, clippy::panic)] // a test stops at the first surprise

use revplay_compiler::ast::print;
use revplay_compiler::diagnostics::{Diagnostic, Sink};
use revplay_compiler::parse::{Parsed, parse};
use revplay_compiler::source::FileId;
use std::path::Path;

fn read(text: &str) -> (Parsed, Vec<Diagnostic>) {
    let mut sink = Sink::default();
    let parsed = parse(FileId(0), text, &mut sink);
    (parsed, sink.finish())
}

fn corpus(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../grammar/corpus").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(root).unwrap().map(|f| f.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "play"));
    files.sort();
    files
        .iter()
        .map(|f| (f.file_name().unwrap().to_string_lossy().into(), std::fs::read_to_string(f).unwrap()))
        .collect()
}

#[test]
fn printing_and_reading_gives_the_same_tree() {
    for (name, text) in corpus("ok") {
        let (first, found) = read(&text);
        assert!(found.is_empty(), "{name}: {found:#?}");
        let printed = print::file(&first.file);
        let (second, found) = read(&printed);
        assert!(found.is_empty(), "{name} printed: {found:#?}\n{printed}");
        let (a, b) = (print::tree(&first.file), print::tree(&second.file));
        if let Some((l, r)) = a.lines().zip(b.lines()).find(|(l, r)| l != r) {
            panic!("{name}: `{l}` became `{r}`\n{printed}");
        }
        assert!(print::same(&first.file, &second.file), "{name}");
        assert_eq!(printed, print::file(&second.file), "{name}");
    }
}

/// Every keyword that is one only in its place.
fn keywords() -> Vec<String> {
    let rules =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../grammar/src/keywords.pest")).unwrap();
    let reserved = [
        "when",
        "where",
        "and",
        "or",
        "not",
        "in",
        "is",
        "true",
        "false",
        "missing",
        "now",
        "today",
        "otherwise",
        "else",
        "within",
    ];
    let words = rules.lines().filter_map(|l| l.split('"').nth(1)).filter(|w| !reserved.contains(w) && !w.contains('-'));
    let others =
        ["match", "experiment", "div", "mod", "days", "hours", "month", "email", "if", "between", "active", "lead"];
    words.map(str::to_string).chain(others.iter().map(|w| w.to_string())).collect()
}

#[test]
fn keywords_are_names_everywhere_else() {
    for k in keywords() {
        // A target called like an operator needs backticks in an expression.
        let operator = matches!(k.as_str(), "contains" | "matches" | "div" | "mod" | "from" | "to");
        let t = if operator { format!("`{k}`") } else { k.clone() };
        let text = format!(
            "record lead {{\n  id text key\n  {k} text?\n  other int\n}}\n\
             record line {{ id text, {k} enum({k}, x)?, other int }}\n\
             let {k} = lead.{k} = \"x\" and other > 1\n\
             let b = {k} = \"x\" and {k} is known or {k} in (\"a\", {k}) and not {k} != \"x\"\n\
             let c = {k} contains \"x\" or {k} starts with \"x\" or {k} matches /x/ or {k} ends with {k}\n\
             let d = {k} + 1 > {k} else 3 and ({k} - {k} * {k}) / {k} > {k}\n\
             let e = {k} at least {k} and {k} at most {k} or {k} not in {k}\n\
             let f = count({k} where {k} = {k}) > 1 and {k}({k}) = 2 and x.{k} > 1 and {k}.{k} = 1\n\
             let g = month of {k} = 1 and {k} within last 30 days and {k} from 60 to 30 days ago\n\
             let h = {k} when {k}, {k} when {k} = 1, otherwise {k}\n\
             let i = 1 < {k}\nlet j = {k}\n"
        ) + &format!(
            "score s {{\n  +1 \"a\" when {k}\n  +2 \"b\" per {k}, up to 20 when {k} = \"x\"\n  +{k} \"c\" when {k} is missing\n  \
                 +5 each {k} where {k} = {k}, at most once a day, up to 5\n}}\n\
                 journey {k} {{ {k}, x when {k} }}\nband {k} of {k} {{ {k} >= 5, x otherwise }}\n\
                 team {k} {{ member {k} }}\nqueue {k}\n\
                 route {k} {{\n  to team {k} when {k}\n  to queue {k} \"x\" when {k} = 1\n  otherwise to person {k}\n}}\n\
                 kpi {k} {{\n  value count(lead where {k}) / count({k})\n  by {k}, other\n  per month of {k}\n  target each {k} >= 3\n}}\n\
                 test \"t\" {{\n  lead {{ {k} = \"x\", other = 1 }}\n  expect {k} = 1, {k} = team {t}\n}}\n\
                 link lead.{k} to one {k} by {k}.{k} = lead.{k}\n\
                 mapping {k} for {k} {{ \"x\" -> {k}, \"y\" -> {k} }}\n\
                 handoff {k} from {k} to {k} {{\n  qualify when {k}\n  require {k}, other\n  route {k}\n  reject {k}, x\n}}\n"
        );
        let (parsed, found) = read(&text);
        let found: Vec<_> = found
            .iter()
            .map(|d| {
                (
                    d.labels[0].span.of(&text),
                    &d.message,
                    &d.labels[0].text,
                    text[..d.labels[0].span.start as usize].lines().last(),
                )
            })
            .collect();
        assert!(found.is_empty(), "`{k}`: {found:#?}");
        let printed = print::file(&parsed.file);
        let (again, found) = read(&printed);
        assert!(found.is_empty(), "`{k}` printed: {found:#?}\n{printed}");
        assert_eq!(print::tree(&parsed.file), print::tree(&again.file), "`{k}`");
    }
}

#[test]
fn line_endings_and_a_byte_order_mark_change_nothing() {
    for (name, text) in corpus("ok") {
        let unix = read(&text).0.file;
        let (windows, found) = read(&format!("\u{feff}{}", text.replace('\n', "\r\n")));
        assert!(found.is_empty(), "{name}: {found:#?}");
        assert!(print::same(&unix, &windows.file), "{name}");
    }
}

#[test]
fn order_of_clauses_in_a_rule_is_free() {
    let one = read("score s {\n  +2 \"x\" per a, up to 20 when b\n}\n").0.file;
    let other = read("score s {\n  +2 \"x\" when b, up to 20, per a\n}\n").0.file;
    assert!(print::same(&one, &other));
}

#[test]
fn e3_a_line_left_out_still_prints_and_reads_again() {
    for (name, text) in corpus("ok") {
        let lines: Vec<&str> = text.lines().collect();
        for skip in 0..lines.len() {
            let kept: Vec<&str> = lines.iter().enumerate().filter(|(i, _)| *i != skip).map(|(_, l)| *l).collect();
            let (first, found) = read(&kept.join("\n"));
            let printed = print::file(&first.file);
            if found.is_empty() {
                let (second, found) = read(&printed);
                assert!(found.is_empty(), "{name} without line {}: {found:#?}", skip + 1);
                assert!(print::same(&first.file, &second.file), "{name} without line {}", skip + 1);
            }
        }
    }
}
