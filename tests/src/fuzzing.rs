//! What must hold of any bytes: the judges of the fuzz targets, which `it/fuzzing.rs` runs over the inputs that are kept.
//!
//! Every function takes what a fuzzer gives and panics if something is wrong.

use crate::{decide, generate, load, mangle};
use revplay_compiler::diagnostics::render::{Format, Look, render};
use revplay_compiler::source::{FileId, FileSet};
use revplay_compiler::{Checked, Stage, ast, check, emit, needed_files};
use revplay_ir::program::Program;
use revplay_ir::text;
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::generate as edges;
use std::sync::Arc;

mod files;

pub use files::{csv, parquet};

/// The sign between a playbook and the text of every file that it names.
const NEW_PAGE: u8 = 0x0c;
/// Files that a playbook may name; further ones are not there.
const FILES_MAX: usize = 6;
/// Rows that a playbook from a text decides.
const ROWS: usize = 24;
/// Linked rows for each row.
const LINKED: usize = 3;
/// 2026-11-23T08:00:00Z, and instants where calendars have an edge: clocks that jump, a leap day, the ends of time.
const INSTANTS_US: [i64; 8] = [
    1_795_420_800_000_000,
    1_774_746_000_000_000,
    1_792_890_000_000_000,
    1_709_164_800_000_000,
    0,
    -1,
    253_402_207_200_000_000,
    -62_135_596_800_000_000,
];

/// A playbook as bytes, and after a form feed the bytes of all files that it names: it is checked, and what is found can be
/// shown. If nothing is wrong with it, its printed form means the same, and so does the text of its program.
pub fn parse(bytes: &[u8]) {
    let (files, root) = paged(bytes);
    let checked = check(&files, root);
    for format in [Format::Pretty, Format::Short, Format::Json] {
        render(&files, &checked.diagnostics, format, Look::default());
    }
    emit(&files, root, Stage::Tokens);
    let Checked { program: Some(program), units, .. } = &checked else { return };
    reads_back(program);
    let Some(unit) = units.first() else { return };
    let printed = ast::print::file(&unit.tree);
    let (again_files, again_root) = with_second(printed.as_bytes(), second_of(bytes));
    let again = check(&again_files, again_root);
    let Some(same) = &again.program else {
        panic!("the printed form has errors: {:?}\n{printed}", again.diagnostics);
    };
    let mut moved = program.clone();
    load::copy_sites(&mut moved, same);
    moved.files.clone_from(&same.files);
    assert_eq!(text::print(&moved), text::print(same), "the printed form means something else\n{printed}");
    let twice = again.units.first().map(|unit| ast::print::file(&unit.tree));
    assert_eq!(twice.as_deref(), Some(printed.as_str()), "printing is stable");
}

/// A playbook as for [`parse`]: if nothing is wrong with it, it decides rows at its edges, alike on both engines.
pub fn decide(bytes: &[u8]) {
    let (files, root) = paged(bytes);
    if let Some(program) = check(&files, root).program {
        decides(Arc::new(program), INSTANTS_US[0], bytes.len() as u64, ROWS);
    }
}

/// Choices for the generator of playbooks: the first bytes choose the instant and the rows, all others the playbook.
pub fn engines(bytes: &[u8]) {
    let Some(([instant, rows, seed], choices)) = bytes.split_first_chunk() else { return };
    let generated = generate::playbook_of(generate::Choices::given(choices));
    let program = load::source(&generated.source).program();
    let now_us = INSTANTS_US[usize::from(*instant) % INSTANTS_US.len()];
    decides(program, now_us, u64::from(*seed), usize::from(rows % 131));
}

/// The text of a program: if it reads, it prints and reads as the same again, and can be judged well-formed or not.
pub fn program(bytes: &[u8]) {
    if let Ok(program) = text::parse(&String::from_utf8_lossy(bytes)) {
        reads_back(&program);
        // What it says is not asked: the program may have any form.
        drop(revplay_ir::verify::verify(&program));
    }
}

fn reads_back(program: &Program) {
    let printed = text::print(program);
    let back = text::parse(&printed).unwrap_or_else(|e| panic!("its text does not read: {e}\n{printed}"));
    assert_eq!(text::print(&back), printed);
    // Not `==`: something that is no number equals nothing.
    assert_eq!(format!("{back:?}"), format!("{program:?}"));
}

fn decides(program: Arc<Program>, now_us: i64, seed: u64, rows: usize) {
    // Patterns may be too large and links too long.
    let Ok(mut engine) = Engine::new(program.clone(), Settings { now_us, params: Vec::new() }) else { return };
    engine.link(edges::linked(&program, now_us, seed, rows, LINKED));
    if program.decided.is_none() {
        return;
    }
    let batch = edges::rows(&program, now_us, seed, rows);
    for row in 0..rows.min(4) {
        engine.explain(&batch, row);
    }
    let odd = mangle::mangled(&batch, seed);
    assert_eq!(engine.decide(&batch).columns, engine.decide(&odd).columns, "buffers change nothing");
    decide::decide(engine, vec![batch, odd], Vec::new());
}

fn second_of(bytes: &[u8]) -> Option<&[u8]> {
    let at = bytes.iter().position(|b| *b == NEW_PAGE)?;
    bytes.get(at + 1..)
}

fn paged(bytes: &[u8]) -> (FileSet, FileId) {
    let first = bytes.split(|b| *b == NEW_PAGE).next().unwrap_or_default();
    with_second(first, second_of(bytes))
}

fn with_second(first: &[u8], second: Option<&[u8]>) -> (FileSet, FileId) {
    let mut files = FileSet::new();
    let root = files.add_bytes("fuzz.play", first);
    let mut left = FILES_MAX;
    loop {
        let needed = needed_files(&files, root);
        if needed.is_empty() {
            return (files, root);
        }
        for path in needed {
            match second.filter(|_| left > 0) {
                Some(text) => _ = files.add_bytes(&path, text),
                None => files.add_missing(&path, "it is not there".to_string()),
            }
            left = left.saturating_sub(1);
        }
    }
}
