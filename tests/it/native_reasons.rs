//! Reasons by native code are those of the evaluator, text for text.

use arrow_array::StringArray;
use revplay_ir::program::Program;
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::generate;
use revplay_runtime::native::Native;
use revplay_runtime::table::Table;
use revplay_tests::decide::{self, same_reasons, same_reasons_by};
use revplay_tests::load;
use revplay_tests::mangle::mangled;
use std::sync::Arc;

const NOW_US: i64 = 1_795_420_800_000_000; // 2026-11-23T08:00:00Z

fn engine(program: &Arc<Program>, now_us: i64, seed: u64, rows: usize) -> Engine {
    let mut engine = Engine::new(program.clone(), Settings { now_us, params: Vec::new() }).expect("an engine");
    engine.link(generate::linked(program, now_us, seed, rows, 3));
    engine
}

const PLAYBOOKS: [&str; 13] = [
    "bank-marketing/bank",
    "benchmark/benchmark",
    "buying-group/group",
    "customer-success/health",
    "gitlab-scoring/corrected",
    "gitlab-scoring/scoring",
    "inbound/inbound",
    "maven-crm/pipeline",
    "online-shoppers/shoppers",
    "partner-and-territory/territory",
    "posthog-fit/corrected",
    "posthog-fit/fit",
    "salvirt-b2b-deals/qualify",
];

/// Every playbook, with rows at the edges: enough for code of their own shape, and few.
#[test]
fn playbooks_have_the_same_reasons_on_both_engines() {
    for path in PLAYBOOKS {
        let program = load::file(&format!("playbooks/{path}.play")).program();
        let now_us = decide::instant(&program, "2026-11-23 09:00");
        let engine = engine(&program, now_us, 13, 200);
        let native = Native::compile_why(&engine, &[]).expect("native code");
        for rows in [0, 1, 9, 1_500] {
            let rows = generate::rows(&program, now_us, 13, rows);
            same_reasons_by(&engine, &native, &rows, path);
        }
    }
}

/// What the generated playbooks do not have: groups and tables that take one row, labels that stand in several cells,
/// points at both limits, decays within decays.
const ODD: &str = r#"playbook p for lead
record lead {
  id text key, a int?, b number?, c int, seen timestamp?, born date?, owner text?, country text?, f bool?
}
queue rest
team north { member anna }

score alone in -5..30 in steps of 0.25 {
  start at -3
  group "One" unique {
    +5 "low" when a < 10
    +7 "high" when a >= 5
    -2 "known" when b is known
  }
  group "First, \"quoted\"; yes" first up to 8 not below -4 {
    +20 when f
    +3 "three" when a > 3
    -9 "minus" when c < 0
    +1 "always"
  }
  group "Nothing" { +0 "none" when f
    -6 "c" when c > 0 }
  +2.5 "per a" per a, up to 6
  -1 "per c" per c when f, up to 3
}
score fading in 0..50 in steps of 0.01 decay half-life 10 days since seen, if missing 40% {
  start at 11
  group "Inner" up to 9 decay half-life 3 days since seen, if missing 0% {
    +4 per a, up to 20
    +0.33 "third" when f
  }
  group "Limited" up to 3 not below -2 {
    -1 per c, up to 7
    +5 when a is missing
  }
  +13.37 "plain" when b > 1
}
score whole decay half-life 1 days since seen, if missing 100% {
  +1 "one" when f
  +2 "two" when a > 2
}
score by_date decay half-life 30 days since born, if missing 10% {
  +50 "fifty"
  +1 per c, up to 9
}
band tier of alone { High >= 10, Low otherwise }
grade cells {
  |           | fading >= 20 | otherwise |
  | a >= 100  | X            | Y         |
  | a >= 0    | X            | Y         |
  | otherwise | Y            | X         |
}
table size -> enum(large, middle) unique {
  | a     | c    | size   |
  | >= 10 | >= 0 | large  |
  | >= 5  | any  | middle |
}
journey stage {
  one
  two when a > 0
  three when f
}
recommend next top 2 {
  "Guide" when a > 0
  "Call; now" when f
  "Demo" when c > 0
}
route desk {
  hold "Not yet" when c < 0
  to person owner when a > 2
  to team north "Label" when f
  to queue rest when country = "DE"
  otherwise to queue rest
}
"#;

fn odd_rows(program: &Program, rows: usize, seed: u64) -> Table {
    let mut table = generate::rows(program, NOW_US, seed, rows);
    // People whose names are blank are as if they were missing.
    let record = program.decided.and_then(|r| program.records.get(r.index())).expect("a record");
    let owner = record.fields.iter().position(|f| program.fields[f.index()].name == "owner").expect("the owner");
    let names = [Some("anna"), Some(" "), None, Some("Ben Okri"), Some("\t ")];
    let names: StringArray = (0..rows).map(|row| names[row * 7 % names.len()]).collect();
    table.columns[owner] = Some(Arc::new(names));
    table
}

#[test]
fn odd_decisions_have_the_same_reasons_on_both_engines() {
    let loaded = load::source(ODD);
    assert_eq!(loaded.errors(), Vec::<String>::new());
    let program = loaded.program();
    let engine = engine(&program, NOW_US, 1, 10);
    let native = Native::compile_why(&engine, &[]).expect("native code");
    let plan = native.plan().print(&program);
    for line in [
        "alone: native; reasons from what the code tells\n",
        "by_date: native; reasons from what the code tells\n",
        "desk: native; reasons from what the code tells\n",
        "next: row by row, a list; reasons by the evaluator, as its result\n",
    ] {
        assert!(plan.contains(line), "{line}{plan}");
    }
    for seed in 0..6 {
        for rows in [1, 7, 64, 700, 5_001] {
            let rows = odd_rows(&program, rows, seed);
            same_reasons_by(&engine, &native, &rows, "odd decisions");
            same_reasons_by(&engine, &native, &mangled(&rows, seed), "odd decisions, odd buffers");
        }
    }
    // All of it was met, or the comparison says little.
    let rows = odd_rows(&program, 5_001, 3);
    let all: Vec<String> =
        (0..rows.rows).flat_map(|row| engine.why(&rows, row)).map(|(name, text)| format!("{name}={text}")).collect();
    let parts = [
        "cap of First, \"quoted\"; yes",
        "floor of First",
        "decay of Inner",
        "decay of the score",
        "range of the score",
        "per a +",
        "low +5.00",
        "high +7.00",
        "known -2.00",
        "cells_why=a >= 100, fading >= 20",
        "size_why=\0",
        "stage_why=always",
        "next_why=\0",
        "desk_why=Not yet",
        "desk_why=a > 2",
        "desk_why=Label",
        "desk_why=country = \"DE\"",
        "desk_why=otherwise",
        "tier_why=otherwise",
        "floor of Limited",
        "cap of Limited",
    ];
    let met = |part: &&str| match part.strip_suffix('\0') {
        Some(empty) => all.iter().any(|text| text == empty),
        None => all.iter().any(|text| text.contains(*part)),
    };
    let unmet: Vec<&str> = parts.into_iter().filter(|part| !met(part)).collect();
    assert!(unmet.is_empty(), "no row has {unmet:?}; some have {:#?}", &all[..40]);
}

/// Scores that are cut into several functions tell their rules in each of them.
#[test]
fn e3_large_scores_have_the_same_reasons_on_both_engines() {
    let mut text = String::from("playbook p for lead\nrecord lead { id text key, a int?, b number?, t text? }\n");
    text.push_str("score s in 0..900 {\n");
    for i in 0..300 {
        let rule = match i % 5 {
            0 => format!("+{} when a >= {i} and b < {}", i % 7, i * 3),
            1 => format!("-{} when t = \"t{i}\" or a = {i}", i % 5),
            2 => format!("+1 \"L{i}\" per a, up to {}", i % 11 + 1),
            3 => format!("+70000 \"M{i}\" when b > {i} and a is missing"),
            _ => format!("group \"g{i}\" first up to 9 {{\n +5 \"x{i}\" when a > {i}\n +13 \"y{i}\" when b > {i}\n }}"),
        };
        text.push_str(&format!("  {rule}\n"));
    }
    text.push_str("}\nband level of s { Top >= 800, Some >= 1, Rest otherwise }\n");
    let program = load::source(&text).program();
    let engine = engine(&program, NOW_US, 1, 50);
    let native = Native::compile_why(&engine, &[]).expect("native code");
    assert!(native.plan().segments.len() > 3, "{}", native.plan().print(&program));
    for rows in [1, 8, 9, 1_025, 3_000] {
        same_reasons_by(&engine, &native, &generate::rows(&program, NOW_US, 3, rows), "large scores");
    }
}

/// Columns of a wrong kind are missing, and so are their reasons.
#[test]
fn e2_columns_that_are_not_there_have_the_same_reasons_on_both_engines() {
    let program = load::source(ODD).program();
    let engine = engine(&program, NOW_US, 1, 10);
    let rows = generate::rows(&program, NOW_US, 2, 40);
    for without in 0..rows.columns.len() {
        let mut rows = rows.clone();
        rows.columns[without] = None;
        same_reasons(&engine, &rows, &format!("without column {without}"));
    }
}
