//! The corpus: whole files with their syntax, broken files with their mistakes.

#![allow(clippy::unwrap_used, clippy::panic)] // a test stops at the first surprise

use revplay_grammar::{LineIndex, Node, Parse, parse};
use std::fmt::Write;
use std::path::Path;

fn corpus(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(root).unwrap().map(|f| f.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "play"));
    files.sort();
    files
        .iter()
        .map(|f| (f.file_stem().unwrap().to_string_lossy().into(), std::fs::read_to_string(f).unwrap()))
        .collect()
}

fn outline(parse: &Parse, node: &Node, depth: usize, out: &mut String) {
    let text = if node.children.is_empty() { format!(" {}", parse.text(node)) } else { String::new() };
    let _ = writeln!(out, "{}{:?}{text}", "  ".repeat(depth), node.rule);
    node.children.iter().for_each(|child| outline(parse, child, depth + 1, out));
}

fn mistakes(text: &str, parse: &Parse) -> String {
    let lines = LineIndex::new(text);
    parse.errors.iter().fold(String::new(), |mut out, e| {
        let (line, column) = lines.line_column(text, e.span.start);
        let _ = writeln!(out, "{line}:{column} {:?} {:?}", e.span.of(text), e.problem);
        out
    })
}

fn settings(name: &str) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("../corpus");
    settings.set_description(name);
    settings.set_omit_expression(true);
    settings
}

#[test]
fn whole_files_have_no_mistakes() {
    for (name, text) in corpus("ok") {
        let parse = parse(&text);
        assert_eq!(mistakes(&text, &parse), "", "{name}");
        let mut out = String::new();
        for item in &parse.items {
            outline(&parse, item.node.as_ref().unwrap(), 0, &mut out);
        }
        settings(&name).bind(|| insta::assert_snapshot!(format!("ok/{name}").replace('/', "_"), out));
    }
}

#[test]
fn broken_files_report_each_mistake_once() {
    for (name, text) in corpus("err") {
        let parse = parse(&text);
        let mut out = mistakes(&text, &parse);
        for item in &parse.items {
            let kind = item.node.as_ref().map_or("unreadable".to_string(), |n| format!("{:?}", n.rule));
            let _ = writeln!(out, "{kind} {}", item.name.map_or("", |n| n.of(&text)));
        }
        settings(&name).bind(|| insta::assert_snapshot!(format!("err/{name}").replace('/', "_"), out));
    }
}

#[test]
fn places_have_no_blanks_at_their_ends_and_nest() {
    fn check(text: &str, node: &Node) {
        let own = node.span.of(text);
        assert_eq!(own.trim(), own, "{:?}", node.rule);
        for child in &node.children {
            assert!(node.span.start <= child.span.start && child.span.end <= node.span.end, "{:?}", child.rule);
            check(text, child);
        }
    }
    for (_, text) in corpus("ok") {
        parse(&text).items.iter().for_each(|i| check(&text, i.node.as_ref().unwrap()));
    }
}

#[test]
fn tokens_cover_every_byte() {
    for (_, text) in corpus("ok").into_iter().chain(corpus("err")) {
        let mut end = 0;
        for token in revplay_grammar::tokens(&text) {
            assert_eq!(token.span.start, end);
            end = token.span.end;
        }
        assert_eq!(end as usize, text.len());
    }
}
