//! Messages of the parser: words, places, fixes, and neighbours that stay.

#![allow(clippy::unwrap_used, clippy::panic)] // a test stops at the first surprise

use revplay_compiler::ast::{ExprKind, ItemKind, ScoreItem, print};
use revplay_compiler::diagnostics::{Diagnostic, Sink};
use revplay_compiler::parse::{Parsed, parse};
use revplay_compiler::source::FileId;
use revplay_grammar::LineIndex;
use std::fmt::Write;
use std::path::Path;

fn read(text: &str) -> (Parsed, Vec<Diagnostic>) {
    let mut sink = Sink::default();
    let parsed = parse(FileId(0), text, &mut sink);
    (parsed, sink.finish())
}

fn broken(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../grammar/corpus/err");
    std::fs::read_to_string(root.join(name).with_extension("play")).unwrap()
}

fn listing(text: &str, found: &[Diagnostic]) -> String {
    let lines = LineIndex::new(text);
    found.iter().fold(String::new(), |mut out, d| {
        let place = &d.labels[0];
        let (line, column) = lines.line_column(text, place.span.start);
        let _ = writeln!(out, "{line}:{column} {} {}", d.code, d.message);
        for label in d.labels.iter().filter(|l| !l.text.is_empty()) {
            let _ = writeln!(out, "     {}", label.text);
        }
        d.help.iter().for_each(|h| _ = writeln!(out, "     help: {h}"));
        d.fix.iter().for_each(|f| _ = writeln!(out, "     fix: {}", f.title));
        out
    })
}

#[test]
fn messages() {
    for name in ["foreign", "braces", "lines"] {
        let text = broken(name);
        let (_, found) = read(&text);
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(format!("syntax_{name}"), listing(&text, &found)));
    }
}

#[test]
fn messages_follow_the_style() {
    for name in ["foreign", "braces", "lines"] {
        for d in read(&broken(name)).1 {
            assert!(!d.message.ends_with('.') && d.message.chars().count() < 80, "{}", d.message);
            assert!(d.message.chars().next().is_some_and(|c| !c.is_uppercase()), "{}", d.message);
            assert!(d.help.is_some() || !d.labels[0].text.is_empty(), "{} says not what to do", d.message);
        }
    }
}

#[test]
fn fixes_mend_what_they_promise() {
    let text = broken("foreign");
    let (_, found) = read(&text);
    let mut fixes: Vec<_> = found.iter().filter_map(|d| d.fix.as_ref()).collect();
    fixes.sort_by_key(|f| f.span.start);
    let (mut mended, mut at) = (String::new(), 0);
    for fix in &fixes {
        if fix.span.start as usize >= at {
            mended.push_str(&text[at..fix.span.start as usize]);
            mended.push_str(&fix.replacement);
            at = fix.span.end as usize;
        }
    }
    mended.push_str(&text[at..]);
    let left = read(&mended).1;
    assert!(left.iter().all(|d| d.fix.is_none()), "{}\n{mended}", listing(&mended, &left));
    assert_eq!(left.len(), found.iter().filter(|d| d.fix.is_none()).count(), "{}", listing(&mended, &left));
}

/// Kinds and names of the items of a text.
fn outline(text: &str) -> Vec<String> {
    let debug = |kind: &ItemKind| {
        let text = format!("{kind:?}");
        text.split(['(', ' ']).next().unwrap_or("").to_string()
    };
    read(text).0.file.items.iter().map(|i| debug(&i.kind)).collect()
}

#[test]
fn e1_a_missing_brace_leaves_its_neighbours_intact() {
    let text = "record a {\n  id text\nrecord b {\n  id text\n}\nscore s {\n  group \"g\" {\n    +1 \"x\" when y\n  group \"h\" {\n    +2 when z\n  }\n  +3 \"w\" when y\n}\nlet c = 1\n";
    let (parsed, found) = read(text);
    assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["E0102", "E0102"], "{}", listing(text, &found));
    assert_eq!(outline(text), ["Record", "Record", "Score", "Let"]);
    let ItemKind::Score(score) = &parsed.file.items[2].kind else { panic!() };
    let groups = score.items.iter().filter(|i| matches!(i, ScoreItem::Group(_))).count();
    assert_eq!((score.items.len(), groups), (3, 2));
}

#[test]
fn e1_a_broken_line_leaves_its_neighbours_intact() {
    let text = "score s {\n  +1 \"a\" when x\n  +2 \"b\" when y 5\n  +3 \"c\" when z\n}\nroute r {\n  to team\n  otherwise hold\n}\nrecord q { id text, bad in, good int }\n";
    let (parsed, found) = read(text);
    assert_eq!(found.len(), 3, "{}", listing(text, &found));
    assert_eq!(outline(text), ["Score", "Route", "Record"]);
    let ItemKind::Score(score) = &parsed.file.items[0].kind else { panic!() };
    let ItemKind::Record(record) = &parsed.file.items[2].kind else { panic!() };
    assert_eq!(score.items.len(), 2);
    assert_eq!(record.fields.iter().map(|f| f.name.text.as_str()).collect::<Vec<_>>(), ["id", "good"]);
}

#[test]
fn an_unreadable_item_keeps_its_name() {
    let (parsed, found) = read("score fit on lead {\n  +1 \"a\" when b\n}\n");
    assert_eq!(found.len(), 1);
    assert!(matches!(&parsed.file.items[0].kind, ItemKind::Error(Some(name)) if name.text == "fit"));
}

/// What an expression is read as, in canonical text; `!` and the code if it is refused.
fn canonical(expression: &str) -> String {
    let (parsed, found) = read(&format!("let a = {expression}\n"));
    match (&parsed.file.items[0].kind, found.first()) {
        (_, Some(d)) => format!("!{}", d.code),
        (ItemKind::Let(l), None) => print::expr(&l.value),
        _ => panic!(),
    }
}

#[test]
fn expressions_have_one_canonical_text() {
    let cases = [
        ("a or b and not c = d", "a or b and not c = d"),
        ("(a or b) and c", "(a or b) and c"),
        ("((a and (b and c)))", "a and b and c"),
        ("not (a = b)", "not a = b"),
        ("not (a and b)", "not (a and b)"),
        ("a - (b - c) - d", "a - (b - c) - d"),
        ("(a * b) + c", "a * b + c"),
        ("(a + b) * -c", "(a + b) * -c"),
        ("a - -5", "a - -5"),
        ("-(5)", "-(5)"),
        ("a/b else 0 > 5", "a / b else 0 > 5"),
        ("a > (b else 0)", "a > (b else 0)"),
        ("(a else 0) + b", "(a else 0) + b"),
        ("a else b else c", "a else b else c"),
        ("a else (b else c)", "a else (b else c)"),
        ("a   in ( 1,2 )", "a in (1, 2)"),
        ("x from 60 to 30 days ago", "x from 60 to 30 days ago"),
        ("x from 2 weeks to 1 day ago", "x from 2 weeks to 1 day ago"),
        ("days between a and b + 1", "days between a and b + 1"),
        ("start of month of created_at", "start of month of created_at"),
        ("1 day + 2 day", "1 day + 2 days"),
        ("4 business hours of berlin", "4 business hours of berlin"),
        ("\"a\" when b, otherwise \"c\"", "\"a\" when b, otherwise \"c\""),
        ("(1 when (a else false), otherwise 0) + 1", "(1 when (a else false), otherwise 0) + 1"),
        ("count(events within last 7 days where kind=a)", "count(events within last 7 days where kind = a)"),
        ("`when` = `first`", "`when` = `first`"),
        ("2026-11-23T9:00Z", "2026-11-23 09:00Z"),
        ("a = b = c", "!E0122"),
        ("a else 0 + b", "!E0122"),
        ("1 when a else 0", "!E0119"),
        ("1 when a > b else 0", "!E0119"),
        ("a in (1,500)", "!E0111"),
        ("a in (1, 500)", "a in (1, 500)"),
        ("a > 2026-11-2", "!E0114"),
        ("a in 1..\n", "a in 1.."),
        ("\"\\q\"", "!E0123"),
        ("a matches /x/g", "!E0123"),
        ("3 business weeks", "!E0101"),
    ];
    for (written, wanted) in cases {
        assert_eq!(canonical(written), wanted, "`{written}`");
    }
}

#[test]
fn precedence_is_what_the_text_shows() {
    let kind = |text: &str| match read(&format!("let a = {text}\n")).0.file.items.remove(0).kind {
        ItemKind::Let(l) => l.value.kind,
        _ => ExprKind::Error,
    };
    assert!(matches!(kind("a or b and c"), ExprKind::Or(o) if matches!(o[1].kind, ExprKind::And(_))));
    assert!(matches!(kind("not a and b"), ExprKind::And(o) if matches!(o[0].kind, ExprKind::Not(_))));
    assert!(matches!(kind("not a = b"), ExprKind::Not(o) if matches!(o.kind, ExprKind::Compare { .. })));
    assert!(matches!(kind("a else b > c"), ExprKind::Compare { left, .. } if matches!(left.kind, ExprKind::Else(..))));
    assert!(matches!(kind("a + b * c"), ExprKind::Arith { right, .. } if matches!(right.kind, ExprKind::Arith { .. })));
    assert!(matches!(kind("a = hold"), ExprKind::Compare { right, .. } if matches!(right.kind, ExprKind::Hold)));
    assert!(matches!(kind("a = `hold`"), ExprKind::Compare { right, .. } if matches!(right.kind, ExprKind::Name(_))));
    assert!(matches!(kind("hold"), ExprKind::Name(_)));
}

#[test]
fn documentation_and_allows_are_found_by_their_place() {
    let text = "## Who.\n##  Indented.\n# allow: unused because it is shown\nlet a = 1  # allow: other because x until 2026-12-31\n\nlet b = 2 ## not documentation\nlet c = 3\nrecord r {\n  ## Key.\n  id text\n}\n# allow: nothing\n";
    let (parsed, found) = read(text);
    assert_eq!(parsed.file.items[0].doc.as_deref(), Some("Who.\n Indented."));
    assert_eq!(parsed.file.items[2].doc, None);
    let ItemKind::Record(record) = &parsed.file.items[3].kind else { panic!() };
    assert_eq!(record.fields[0].doc.as_deref(), Some("Key."));
    let allows: Vec<_> = parsed.allows.iter().map(|a| (a.lint.text.as_str(), a.line, a.until.as_deref())).collect();
    assert_eq!(allows, [("unused", 4, None), ("other", 4, Some("2026-12-31"))]);
    assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["E0125"]);
}

#[test]
fn e3_deep_trees_are_built_and_printed_on_a_small_stack() {
    for (open, close) in [("(1 + ", ")"), ("not ", ""), ("f(", ")"), ("month of ", "")] {
        let depth = if open.contains('+') { 100 } else { 200 };
        let text = format!("let a = {}x{}\n", open.repeat(depth), close.repeat(depth));
        let (parsed, found) = read(&text);
        assert!(found.is_empty(), "{open}");
        let again = read(&print::file(&parsed.file)).0;
        assert!(print::same(&parsed.file, &again.file), "{open}");
    }
}
