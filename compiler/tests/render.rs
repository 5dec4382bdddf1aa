//! The three formats of findings, over hand-made diagnostics.

use revplay_compiler::diagnostics::Diagnostic;
use revplay_compiler::diagnostics::render::{Format, Look, render};
use revplay_compiler::source::{FileId, FileSet};
use revplay_grammar::Span;

const SOURCE: &str = "playbook inbound for lead\n\nscore fit {\n  +30 \"Enterprise\" when employes >= 1000\n  \
                      +20 \"Größe\" when größe >= 1,000\n}\nscore fit {\n  +1 \"x\" when true\n}\n";
const SHARED: &str = "record lead {\n  id text key\n  employees int?\n}\n";

fn files() -> (FileSet, FileId, FileId) {
    let mut files = FileSet::new();
    let shared = files.add("shared/crm.play", SHARED.into());
    let root = files.add("inbound/inbound.play", SOURCE.into());
    (files, root, shared)
}

fn span(text: &str, piece: &str) -> Span {
    let start = text.find(piece).expect("the piece is there");
    Span::new(start, start + piece.len())
}

fn findings() -> (FileSet, Vec<Diagnostic>) {
    let (files, root, shared) = files();
    let name = span(SOURCE, "employes");
    let first = span(SOURCE, "score fit");
    let second = SOURCE.rfind("score fit").map(|i| Span::new(i, i + 9)).expect("twice");
    let diagnostics = vec![
        Diagnostic::new("E0201", root, name, "`employes` is not a field of `lead`")
            .here("not found")
            .also(shared, span(SHARED, "employees int?"), "a field with a similar name")
            .help("did you mean `employees`?")
            .fix(name, "write `employees`", "employees"),
        Diagnostic::new("E0104", root, span(SOURCE, "1,000"), "a number has no comma in it").help(
            "write `1000` or `1k`: commas separate things, so this would be read as two numbers, and nobody would notice",
        ),
        Diagnostic::new("W0401", root, second, "the score `fit` is defined twice").also(root, first, "first here"),
    ];
    (files, diagnostics)
}

#[test]
fn pretty_shows_source_labels_help_and_code() {
    let (files, diagnostics) = findings();
    insta::assert_snapshot!(render(&files, &diagnostics, Format::Pretty, Look { width: 80, colour: false }));
}

#[test]
fn short_is_one_line_a_finding() {
    let (files, diagnostics) = findings();
    insta::assert_snapshot!(render(&files, &diagnostics, Format::Short, Look::default()));
}

#[test]
fn json_has_every_key() {
    let (files, diagnostics) = findings();
    insta::assert_snapshot!(render(&files, &diagnostics, Format::Json, Look::default()));
}

#[test]
fn columns_count_characters() {
    let (files, diagnostics) = findings();
    let short = render(&files, &diagnostics[1..2], Format::Short, Look::default());
    assert!(short.starts_with("inbound/inbound.play:5:29: "), "{short}");
    let pretty = render(&files, &diagnostics[1..2], Format::Pretty, Look::default());
    assert!(pretty.contains("[inbound/inbound.play:5:29]"), "{pretty}");
}

#[test]
fn nothing_found_is_empty() {
    let files = FileSet::new();
    assert_eq!(render(&files, &[], Format::Pretty, Look::default()), "");
    assert_eq!(render(&files, &[], Format::Short, Look::default()), "");
    assert_eq!(render(&files, &[], Format::Json, Look::default()), "[]\n");
}

#[test]
fn e3_every_span_of_an_odd_text_renders() {
    let texts = ["", "\n", "a", "a\n", "ä\r\n\tb\r\n", "\n\n\nü", "x\u{1b}[31my\n", "tab\there\n  \n\n", "\r\r\n\r"];
    for text in texts {
        let mut files = FileSet::new();
        let file = files.add("odd.play", text.into());
        for start in 0..=text.len() + 2 {
            for end in start.saturating_sub(1)..=text.len() + 2 {
                let d = Diagnostic::new("E0101", file, Span::new(start, end), "odd").here("here");
                let both = d.clone().also(file, Span::new(0, text.len()), "all of it");
                for format in [Format::Pretty, Format::Short, Format::Json] {
                    assert!(!render(&files, &[d.clone(), both.clone()], format, Look::default()).is_empty());
                }
            }
        }
    }
}

#[test]
fn long_spans_and_long_lines_are_cut() {
    let mut files = FileSet::new();
    let many = files.add("many.play", "line\n".repeat(500));
    let d = Diagnostic::new("E0101", many, Span::new(0, 2500), "a long block").here("begins here");
    assert!(render(&files, &[d], Format::Pretty, Look::default()).lines().count() < 12);
    let wide = files.add("wide.play", "word ".repeat(5_000));
    let d = Diagnostic::new("E0101", wide, Span::new(10_000, 10_004), "a long line").here("here");
    let text = render(&files, &[d], Format::Pretty, Look::default());
    assert!(text.contains("at wide.play:1:10001: here") && text.len() < 300, "{text}");
}

#[test]
fn colour_only_when_asked() {
    let (files, diagnostics) = findings();
    let plain = render(&files, &diagnostics, Format::Pretty, Look { width: 80, colour: false });
    let coloured = render(&files, &diagnostics, Format::Pretty, Look { width: 80, colour: true });
    assert!(!plain.contains('\u{1b}') && coloured.contains('\u{1b}'));
}
