//! The pages of the functions: every example `EXPR -> RESULT` is compiled and decided.

use revplay_ir::builtins::{find, find_phrase, writable};
use revplay_tests::case::Case;
use revplay_tests::load;
use revplay_tests::repository::{self, code_spans, fences};
use std::collections::BTreeSet;

/// Functions that the compiler itself knows, since they take a calendar.
const OF_THE_COMPILER: [&str; 1] = ["business_time"];

/// A playbook in UTC with the outputs `x0`, `x1`, … .
fn playbook(values: &[&str]) -> String {
    let outputs: Vec<String> = values.iter().enumerate().map(|(i, v)| format!("output x{i} = {v}\n")).collect();
    format!("playbook examples for lead\nrecord lead {{ id text key }}\n{}", outputs.concat())
}

/// The examples of a page: expression and result.
fn examples(page: &str) -> Vec<(String, String)> {
    let fences = fences(page);
    let lines = fences.iter().filter(|f| f.words == "examples").flat_map(|f| f.text.lines());
    lines.map(|l| l.split_once(" -> ").map(|(e, r)| (e.to_string(), r.to_string())).expect("EXPR -> RESULT")).collect()
}

/// The one lead's output cells at a fixed `now`; missing is empty.
#[track_caller]
fn cells(what: &str, values: &[&str]) -> Vec<String> {
    let source = playbook(values);
    assert_eq!(load::source(&source).findings(), Vec::<String>::new(), "{what}\n{source}");
    let out = Case::new(&source).leads("id\n1\n").now("2026-11-23 09:00").run();
    (0..values.len()).map(|i| out.column(&format!("x{i}")).remove(0)).collect()
}

#[test]
fn every_example_of_every_function_gives_its_result() {
    let mut count = 0;
    for builtin in writable() {
        let examples = examples(builtin.page);
        assert!(!examples.is_empty(), "{} has examples", builtin.name);
        for (expression, result) in &examples {
            let what = format!("{}: {expression} -> {result}", builtin.name);
            match result.as_str() {
                "missing" => assert_eq!(cells(&what, &[expression]), [""], "{what}"),
                _ => {
                    let [got, want] = <[String; 2]>::try_from(cells(&what, &[expression, result])).expect("two");
                    assert_eq!(got, want, "{what}");
                    assert!(!got.is_empty(), "{what}");
                }
            }
            count += 1;
        }
    }
    assert!(count > 100, "{count} examples");
}

/// An example that comes out of a constant says nothing about rows: the same with a text that comes from a cell.
#[test]
fn examples_over_texts_give_the_same_from_a_cell() {
    for builtin in writable() {
        for (expression, result) in examples(builtin.page) {
            let Some((cell, rest)) = first_text(&expression) else { continue };
            // A blank cell is missing, which is another example.
            if cell.trim().is_empty() {
                continue;
            }
            let of_cell = format!("{}cell{rest}", expression.split('"').next().unwrap_or_default());
            let source = format!(
                "playbook examples for lead\nrecord lead {{\n  id text key\n  cell text\n}}\noutput x0 = {of_cell}\n"
            );
            let out = Case::new(&source).leads(&format!("id,cell\n1,\"{cell}\"\n")).run();
            let want = if result == "missing" { String::new() } else { cells(&result, &[&result]).remove(0) };
            assert_eq!(out.column("x0"), [want], "{}: {of_cell} for `{cell}`", builtin.name);
        }
    }
}

/// The first text of an expression, and what stands behind it.
fn first_text(expression: &str) -> Option<(&str, &str)> {
    let (_, behind) = expression.split_once('"')?;
    let (cell, rest) = behind.split_once('"')?;
    // A comparison of two calls needs both texts as they are.
    (!rest.contains(" = ")).then_some((cell, rest))
}

/// The first cells of the table of functions in the reference.
fn table_of_functions() -> Vec<String> {
    let page = repository::read("docs/language.md");
    let (_, below) = page.split_once("\n## Functions\n").expect("a section");
    let (section, _) = below.split_once("\n## ").expect("a next section");
    let rows = section.lines().filter(|l| l.starts_with("| `"));
    rows.filter_map(|row| row.split(" | ").next().map(str::to_string)).collect()
}

#[test]
fn the_reference_lists_every_function_and_no_other() {
    let (mut named, mut phrases) = (BTreeSet::new(), BTreeSet::new());
    for cell in table_of_functions() {
        for span in code_spans(&cell) {
            match span.split_once('(') {
                Some((name, _)) => drop(named.insert(name.to_string())),
                None => drop(phrases.insert(span.replace('…', "start of"))),
            }
        }
    }
    for name in &named {
        assert!(find(name).is_some() || OF_THE_COMPILER.contains(&name.as_str()), "there is no function `{name}`");
    }
    let phrase_of = |span: &str| span.strip_suffix(" of t").map(str::to_string);
    for builtin in writable() {
        let by_phrase = builtin.phrase.is_some_and(|p| phrases.iter().any(|s| phrase_of(s).as_deref() == Some(p)));
        assert!(named.contains(builtin.name) || by_phrase, "the reference does not list `{}`", builtin.name);
    }
    for name in OF_THE_COMPILER {
        assert!(named.contains(name), "the reference does not list `{name}`");
    }
    // Phrases without a function of their own, such as `month of t`, are names of periods: they must compile.
    for phrase in phrases.iter().filter_map(|s| phrase_of(s)).filter(|p| find_phrase(p).is_none()) {
        let source = playbook(&[&format!("{phrase} of now")]);
        assert_eq!(load::source(&source).findings(), Vec::<String>::new(), "`{phrase} of`");
    }
}

#[test]
fn every_summary_of_a_function_with_a_second_form_names_it() {
    for builtin in writable() {
        let Some(phrase) = builtin.phrase else { continue };
        let shown = builtin.page.contains(&format!("{phrase} of ")) || builtin.page.contains(&format!("`{phrase} "));
        assert!(shown, "the page of `{}` does not show `{phrase} of x`", builtin.name);
    }
}
