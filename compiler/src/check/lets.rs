//! `let`s and `output`s, each after those that it reads.

use super::{Cx, Scope};
use crate::ast::{Expr, ItemKind};
use crate::diagnostics::names as say;
use crate::hir::{Let, LetId};

/// Checks all `let`s without recursion: one that is blocked waits on a stack.
pub fn check_lets(cx: &mut Cx<'_>) {
    for index in 0..cx.names.lets.len() {
        let mut stack = vec![LetId(index as u32)];
        while let Some(id) = stack.last().copied() {
            if done(cx, id) {
                stack.pop();
                continue;
            }
            match attempt(cx, id) {
                None => {
                    stack.pop();
                }
                Some(blocker) => match stack.iter().position(|s| *s == blocker) {
                    None => stack.push(blocker),
                    Some(start) => {
                        report_cycle(cx, stack.get(start..).unwrap_or_default());
                        let cycle = stack.split_off(start);
                        cycle.into_iter().for_each(|id| poison(cx, id));
                    }
                },
            }
        }
    }
    cx.hir.lets = (0..cx.names.lets.len()).filter_map(|index| finished(cx, LetId(index as u32))).collect();
}

/// The `let` of an id, by whose number others refer to it.
fn finished(cx: &Cx<'_>, id: LetId) -> Option<Let> {
    let decl = cx.names.lets.get(id.0 as usize)?;
    let name = source(cx, id).map_or(String::new(), |(_, name, _)| name.to_string());
    Some(Let { name, record: decl.record, value: decl.value? })
}

fn done(cx: &Cx<'_>, id: LetId) -> bool {
    cx.names.lets.get(id.0 as usize).is_none_or(|l| l.value.is_some())
}

fn source<'a>(cx: &Cx<'a>, id: LetId) -> Option<(&'a Expr, &'a str, usize)> {
    let place = cx.names.lets.get(id.0 as usize)?.place;
    let units = cx.units;
    match &units.get(place.unit)?.tree.items.get(place.item)?.kind {
        ItemKind::Let(l) | ItemKind::Output(l) => Some((&l.value, &l.name.text, place.unit)),
        _ => None,
    }
}

/// Checks one; if it reads one not checked yet, all traces of the attempt are removed and that one is returned.
fn attempt(cx: &mut Cx<'_>, id: LetId) -> Option<LetId> {
    let (value, _, unit) = source(cx, id)?;
    let record = cx.names.lets.get(id.0 as usize).and_then(|l| l.record);
    let (exprs, sets, regexes) = (cx.hir.exprs.len(), cx.hir.program.sets.len(), cx.hir.program.regexes.len());
    let findings = cx.sink.len();
    let checked = cx.in_unit(unit, |cx| cx.expr(value, &Scope::of(record), None));
    if let Some(blocker) = cx.blocked.take() {
        cx.hir.exprs.truncate(exprs);
        cx.hir.program.sets.truncate(sets);
        cx.hir.program.regexes.truncate(regexes);
        cx.sink.truncate(findings);
        return Some(blocker);
    }
    let decl = cx.names.lets.get_mut(id.0 as usize)?;
    decl.value = Some(checked);
    None
}

fn poison(cx: &mut Cx<'_>, id: LetId) {
    let span = cx.names.lets.get(id.0 as usize).map_or_else(Default::default, |l| l.place.span);
    let value = cx.poison(span);
    if let Some(l) = cx.names.lets.get_mut(id.0 as usize) {
        l.value = Some(value);
    }
}

fn report_cycle(cx: &mut Cx<'_>, cycle: &[LetId]) {
    let names: Vec<&str> = cycle.iter().filter_map(|id| source(cx, *id).map(|(_, name, _)| name)).collect();
    if let Some(place) = cycle.first().and_then(|id| cx.names.lets.get(id.0 as usize)).map(|l| l.place) {
        cx.report(say::cycle(place.file, place.span, &names));
    }
}
