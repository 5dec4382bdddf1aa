//! The root file and all that it uses, parsed.

use crate::ast::ItemKind;
use crate::check::Unit;
use crate::diagnostics::{Sink, names as say, syntax};
use crate::parse;
use crate::source::{FileId, FileSet};
use std::collections::BTreeMap;

/// Parses the root and every file reachable through `use`; reports those that are not there.
pub fn parse_units(files: &FileSet, root: FileId, sink: &mut Sink) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut index: BTreeMap<FileId, usize> = BTreeMap::new();
    let mut edges: Vec<Vec<usize>> = Vec::new();
    let mut todo = vec![root];
    index.insert(root, 0);
    let mut at = 0;
    while let Some(file) = todo.get(at).copied() {
        at += 1;
        let Some(source) = files.get(file) else { continue };
        if let Some(reason) = files.unreadable_reason(file) {
            sink.push(syntax::unreadable(file, reason));
        }
        let parsed = parse::parse(file, &source.text, sink);
        let mut uses = Vec::new();
        for item in &parsed.file.items {
            let ItemKind::Use(path) = &item.kind else { continue };
            let full = files.relative(file, &path.text);
            match files.find(&full) {
                Some(used) => {
                    let next = index.len();
                    let unit = *index.entry(used).or_insert(next);
                    if unit == next {
                        todo.push(used);
                    }
                    uses.push(unit);
                }
                None => {
                    let reason = files.missing_reason(&full).unwrap_or("no such file");
                    sink.push(say::file_missing(file, path.span, &path.text, reason));
                }
            }
        }
        edges.push(uses);
        units.push(Unit { file, tree: parsed.file, allows: parsed.allows, sees: Vec::new() });
    }
    for (start, unit) in units.iter_mut().enumerate() {
        let mut seen = vec![start];
        let mut next = 0;
        while let Some(from) = seen.get(next).copied() {
            next += 1;
            for to in edges.get(from).map(Vec::as_slice).unwrap_or_default() {
                if !seen.contains(to) {
                    seen.push(*to);
                }
            }
        }
        seen.sort_unstable();
        unit.sees = seen;
    }
    units
}

/// Paths named by `use` and `from` that are neither loaded nor known to be missing.
pub fn needed_files(files: &FileSet, root: FileId) -> Vec<String> {
    let mut sink = Sink::default();
    let units = parse_units(files, root, &mut sink);
    let mut needed: Vec<String> = Vec::new();
    for unit in &units {
        for item in &unit.tree.items {
            let named: Vec<&str> = match &item.kind {
                ItemKind::Use(path) => vec![path.text.as_str()],
                ItemKind::List(l) => l.from.iter().map(|p| p.text.as_str()).collect(),
                ItemKind::Table(t) => t.from.iter().map(|p| p.text.as_str()).collect(),
                ItemKind::Calendar(c) => c.holidays_from.iter().map(|p| p.text.as_str()).collect(),
                _ => Vec::new(),
            };
            for path in named {
                let full = files.relative(unit.file, path);
                if files.find(&full).is_none() && files.missing_reason(&full).is_none() && !needed.contains(&full) {
                    needed.push(full);
                }
            }
        }
    }
    needed
}
