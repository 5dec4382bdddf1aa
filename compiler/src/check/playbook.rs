//! Heads: `playbook … { timezone, fiscal year, week }`.

use super::{Cx, literal};
use crate::ast::{ItemKind, Name};
use crate::diagnostics::{names as say, schema as say_schema};
use crate::source::{FileId, FileSet};
use revplay_grammar::Span;
use revplay_ir::program as ir;

/// A program without declarations but the weekday enum.
pub fn empty_program(files: &FileSet) -> ir::Program {
    let labels = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map(String::from).to_vec();
    let weekday = ir::EnumDef { name: "weekday".into(), labels, spellings: Vec::new(), order: None };
    ir::Program {
        name: String::new(),
        title: None,
        decided: None,
        zone: "UTC".into(),
        fiscal_start: 1,
        week_start: 0,
        files: files.iter().map(|(_, f)| f.path.clone()).collect(),
        enums: vec![weekday],
        records: Vec::new(),
        fields: Vec::new(),
        links: Vec::new(),
        mappings: Vec::new(),
        params: Vec::new(),
        sets: Vec::new(),
        regexes: Vec::new(),
        calendars: Vec::new(),
        nodes: Vec::new(),
        names: Vec::new(),
        decisions: Vec::new(),
        outputs: Vec::new(),
        kpis: Vec::new(),
        tests: Vec::new(),
        proves: Vec::new(),
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Position of a name that is one of `names` or its first three letters, case-folded.
fn position(names: &[&str], written: &Name) -> Option<u8> {
    let word = written.text.to_lowercase();
    names.iter().position(|n| *n == word || (word.len() == 3 && n.starts_with(&word))).map(|i| i as u8)
}

/// Position of a weekday, Monday first.
pub fn weekday(name: &Name) -> Option<u8> {
    position(&DAYS, name)
}

/// Reads the one playbook head of all units.
pub fn check_heads(cx: &mut Cx<'_>) {
    let mut first: Option<(usize, Span)> = None;
    for (index, unit) in cx.units.iter().enumerate() {
        for item in &unit.tree.items {
            if matches!(item.kind, ItemKind::Error(_)) && begins_playbook(cx, unit.file, item.span) {
                cx.no_decided_told = true;
            }
            let ItemKind::Playbook(head) = &item.kind else { continue };
            if let Some((at, span)) = first {
                let other = cx.units.get(at).map_or(unit.file, |u| u.file);
                cx.report(say::second_playbook(unit.file, head.name.span, other, span));
                continue;
            }
            first = Some((index, head.name.span));
            cx.unit = index;
            let program = &mut cx.hir.program;
            program.name = head.name.text.clone();
            program.title = head.title.as_ref().map(|t| t.text.clone());
            if let Some(zone) = &head.timezone {
                if time_zone_exists(&zone.text) {
                    program.zone = zone.text.clone();
                } else {
                    cx.report(say_schema::unknown_zone(unit.file, zone.span, &zone.text));
                }
            }
            if let Some(month) = &head.fiscal_start {
                match position(&MONTHS, month) {
                    Some(index) => cx.hir.program.fiscal_start = index + 1,
                    None => cx.report(say_schema::unknown_month(unit.file, month.span, &month.text)),
                }
            }
            if let Some(day) = &head.week_start {
                match weekday(day) {
                    Some(index) => cx.hir.program.week_start = index,
                    None => cx.report(say_schema::unknown_day(unit.file, day.span, &day.text)),
                }
            }
        }
    }
    cx.unit = 0;
}

/// Whether an item that could not be read is the playbook's head.
fn begins_playbook(cx: &Cx<'_>, file: FileId, span: Span) -> bool {
    cx.files.get(file).is_some_and(|f| span.of(&f.text).split_whitespace().next() == Some("playbook"))
}

/// Whether the bundled time-zone data knows a zone.
pub fn time_zone_exists(name: &str) -> bool {
    revplay_ir::time::zone(name).is_some()
}

/// A currency in capitals, or a finding.
pub fn check_currency(cx: &mut Cx<'_>, name: &Name) -> Option<revplay_ir::types::Currency> {
    let found = literal::currency(&name.text);
    if found.is_none() {
        let near = crate::suggest::closest(&name.text, literal::CURRENCIES.iter().copied());
        let file = cx.file();
        cx.report(say_schema::unknown_currency(file, name.span, &name.text, near));
    }
    found
}
