//! What teams share besides records: params, lists, calendars, queues, teams and their members.

use super::playbook::{time_zone_exists, weekday};
use super::{Cx, Scope, names};
use crate::ast::{self, ItemKind, Name, TargetRef};
use crate::diagnostics::{decisions as say_decisions, lints, names as say_names, schema as say};
use crate::source::FileId;
use crate::suggest;
use revplay_grammar::Span;
use revplay_ir::program as ir;
use revplay_ir::types::{CalendarId, Type};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A list of texts.
#[derive(Clone, Debug)]
pub struct ListDecl {
    /// Its texts, in order.
    pub texts: Vec<Arc<str>>,
    /// Compared ignoring case.
    pub ignoring_case: bool,
}

/// Shared names, each kind in a namespace of its own.
#[derive(Clone, Debug, Default)]
pub struct Shared {
    /// Lists.
    pub lists: BTreeMap<String, ListDecl>,
    /// Calendars.
    pub calendars: BTreeMap<String, CalendarId>,
    /// Queues.
    pub queues: BTreeMap<String, Span>,
    /// Teams with their fallbacks.
    pub teams: BTreeMap<String, TeamDecl>,
    /// Members of teams.
    pub members: BTreeMap<String, Span>,
}

/// A team.
#[derive(Clone, Debug)]
pub struct TeamDecl {
    /// Where.
    pub file: FileId,
    /// Where.
    pub span: Span,
    /// The team it falls back to.
    pub fallback: Option<(String, Span)>,
}

/// Reads all of them.
pub fn check_shared(cx: &mut Cx<'_>) {
    each_item(cx, |cx, item, unit, index| match item {
        ItemKind::Param(p) => check_param(cx, p, unit, index),
        ItemKind::List(l) => check_list(cx, l),
        ItemKind::Calendar(c) => check_calendar(cx, c),
        ItemKind::Queue(q) => declare_queue(cx, q),
        ItemKind::Team(t) => declare_team(cx, t),
        _ => {}
    });
    each_item(cx, |cx, item, _, _| {
        if let ItemKind::Team(t) = item {
            check_team(cx, t);
        }
    });
    check_fallbacks(cx);
    say_unassigned(cx);
}

fn each_item(cx: &mut Cx<'_>, mut visit: impl FnMut(&mut Cx<'_>, &ItemKind, usize, usize)) {
    let units = cx.units;
    for (unit, tree) in units.iter().enumerate() {
        for (index, item) in tree.tree.items.iter().enumerate() {
            cx.in_unit(unit, |cx| visit(cx, &item.kind, unit, index));
        }
    }
}

fn check_param(cx: &mut Cx<'_>, p: &ast::Param, unit: usize, item: usize) {
    let value = cx.expr(&p.value, &Scope::none(), None);
    let ty = cx.ty(value);
    let default = match cx.as_const(value) {
        Some(c) => c.clone(),
        None => {
            if ty != Type::Error {
                let file = cx.file();
                cx.report(crate::diagnostics::types::not_constant(file, p.value.span));
            }
            ir::Const::Missing
        }
    };
    let range = p.range.as_ref().and_then(|r| super::schema::check_range(cx, r, ty));
    if range.as_ref().is_some_and(|range| !range.holds(&default)) {
        let file = cx.file();
        cx.report(crate::diagnostics::types::outside_range(file, p.value.span, &p.name.text));
    }
    let id = ir::ParamId(cx.hir.program.params.len() as u32);
    cx.hir.program.params.push(ir::Param { name: p.name.text.clone(), ty, default, range });
    let place = names::Place { unit, item, file: cx.file(), span: p.name.span };
    let clash = cx.hir.program.decided.filter(|r| cx.names.fields.contains_key(&(*r, p.name.text.clone())));
    if let Some(record) = clash.and_then(|r| cx.hir.program.records.get(r.index())).map(|r| r.name.clone()) {
        cx.report(say_names::clashes_with_field(place.file, p.name.span, &p.name.text, &record));
    }
    names::declare_value(cx, None, &p.name, names::Value::Param(id), place);
}

/// Text of a file that a `from` names, or a finding.
pub fn text_of<'a>(cx: &mut Cx<'a>, path: &ast::TextLit) -> Option<(&'a str, String)> {
    let file = cx.file();
    let full = cx.files.relative(file, &path.text);
    let files = cx.files;
    match files.find(&full).and_then(|id| files.get(id)) {
        Some(found) => Some((found.text.as_str(), full)),
        None => {
            let reason = files.missing_reason(&full).unwrap_or("no such file").to_string();
            cx.report(say_names::file_missing(file, path.span, &path.text, &reason));
            None
        }
    }
}

fn check_list(cx: &mut Cx<'_>, l: &ast::List) {
    let mut texts: Vec<Arc<str>> = l.items.iter().map(|t| Arc::from(t.text.as_str())).collect();
    if let Some(path) = &l.from
        && let Some((text, _)) = text_of(cx, path)
    {
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        texts.extend(lines.filter(|l| !l.is_empty() && !l.starts_with('#')).map(Arc::from));
    }
    let decl = ListDecl { texts, ignoring_case: l.ignoring_case };
    if cx.names.shared.lists.insert(l.name.text.clone(), decl).is_some() {
        twice(cx, &l.name);
    }
}

fn twice(cx: &mut Cx<'_>, name: &Name) {
    let file = cx.file();
    cx.report(say_names::defined_twice(file, name.span, &name.text, file, name.span));
}

fn check_calendar(cx: &mut Cx<'_>, c: &ast::Calendar) {
    let file = cx.file();
    let mut calendar = ir::Calendar {
        name: c.name.text.clone(),
        zone: cx.hir.program.zone.clone(),
        open: Default::default(),
        holidays: Vec::new(),
    };
    if let Some(zone) = &c.timezone {
        if time_zone_exists(&zone.text) {
            calendar.zone = zone.text.clone();
        } else {
            cx.report(say::unknown_zone(file, zone.span, &zone.text));
        }
    }
    for line in &c.open {
        for (first, last) in &line.days {
            let (Some(from), Some(to)) = (day(cx, first), day(cx, last)) else { continue };
            // `Sat..Mon` runs over the end of the week.
            let days = (0..7u8).map(|i| (from + i) % 7).take(usize::from((to + 7 - from) % 7) + 1);
            for d in days {
                if let Some(open) = calendar.open.get_mut(usize::from(d)) {
                    open.extend(line.spans.iter().copied());
                }
            }
        }
        if line.spans.iter().any(|(a, b)| a >= b || *b > 1440) {
            cx.report(say::open_hours(file, line.span));
        }
    }
    for open in &mut calendar.open {
        open.sort_unstable();
        if open.windows(2).any(|w| matches!(w, [a, b] if b.0 < a.1)) {
            cx.sink.push(say::open_overlap(file, c.name.span, &c.name.text));
            open.clear();
        }
    }
    if calendar.open.iter().all(Vec::is_empty) {
        cx.report(say::never_open(file, c.name.span, &c.name.text));
    }
    calendar.holidays = holidays(cx, c);
    let id = CalendarId(cx.hir.program.calendars.len() as u32);
    cx.hir.program.calendars.push(calendar);
    if cx.names.shared.calendars.insert(c.name.text.clone(), id).is_some() {
        twice(cx, &c.name);
    }
}

fn day(cx: &mut Cx<'_>, name: &Name) -> Option<u8> {
    let found = weekday(name);
    if found.is_none() {
        let file = cx.file();
        cx.report(say::unknown_day(file, name.span, &name.text));
    }
    found
}

/// Closed days: those named, and those of the files.
fn holidays(cx: &mut Cx<'_>, c: &ast::Calendar) -> Vec<i32> {
    let file = cx.file();
    let mut days: Vec<i32> = Vec::new();
    for (date, span) in &c.holidays {
        match revplay_ir::time::parse_date(date) {
            Ok(day) => days.extend(i32::try_from(day)),
            Err(_) => cx.report(crate::diagnostics::types::bad_date(file, *span, date)),
        }
    }
    for path in &c.holidays_from {
        let Some((text, full)) = text_of(cx, path) else { continue };
        match crate::holidays::read(&full, text) {
            Ok(found) => days.extend(found),
            Err(reason) => cx.report(say::holiday_file(file, path.span, &path.text, &reason)),
        }
    }
    days.sort_unstable();
    days.dedup();
    days
}

fn declare_queue(cx: &mut Cx<'_>, queue: &Name) {
    if cx.names.shared.queues.insert(queue.text.clone(), queue.span).is_some() {
        twice(cx, queue);
    }
}

fn declare_team(cx: &mut Cx<'_>, t: &ast::Team) {
    let file = cx.file();
    let fallback = match &t.fallback {
        Some(TargetRef::Team(name)) => Some((name.text.clone(), name.span)),
        Some(TargetRef::Queue(_) | TargetRef::Person(_)) | None => None,
    };
    for member in &t.members {
        cx.names.shared.members.insert(member.name.text.clone(), member.name.span);
    }
    let decl = TeamDecl { file, span: t.name.span, fallback };
    if cx.names.shared.teams.insert(t.name.text.clone(), decl).is_some() {
        twice(cx, &t.name);
    }
}

fn check_team(cx: &mut Cx<'_>, t: &ast::Team) {
    if let Some(hours) = &t.hours {
        cx.find_calendar(hours);
    }
    if let Some(fallback) = &t.fallback {
        cx.check_target(fallback);
    }
    let file = cx.file();
    for (index, member) in t.members.iter().enumerate() {
        if let Some(first) = t.members.iter().take(index).find(|m| m.name.text == member.name.text) {
            cx.report(say_names::defined_twice(file, member.name.span, &member.name.text, file, first.name.span));
        }
        for (from, to) in &member.absent {
            let days = [from, to].map(|date| {
                let day = revplay_ir::time::parse_date(date);
                if day.is_err() {
                    cx.report(crate::diagnostics::types::bad_date(file, member.name.span, date));
                }
                day.ok()
            });
            if let [Some(from), Some(to)] = days
                && to < from
            {
                cx.report(crate::diagnostics::types::empty_range(file, member.name.span, ""));
            }
        }
    }
    if let Some(ast::Assign::Sticky(by)) = &t.assign {
        let scope = Scope::of(cx.hir.program.decided);
        cx.expr(by, &scope, None);
        // Reading a `let` here would need it checked first; assignment is not carried out yet.
        cx.blocked = None;
    }
}

/// Says once that nothing chooses among the members of a team (promises E1, A2).
fn say_unassigned(cx: &mut Cx<'_>) {
    let units = cx.units;
    for (unit, tree) in units.iter().enumerate() {
        for item in &tree.tree.items {
            let ItemKind::Team(team) = &item.kind else { continue };
            if team.assign.is_some() || team.cap.is_some() {
                let (file, what) =
                    (tree.file, "the choice of a member inside a team is checked, but not carried out yet");
                let finding = lints::not_built_yet(file, team.name.span, what).help("a route ends at the team");
                cx.in_unit(unit, |cx| cx.report(finding));
                return;
            }
        }
    }
}

/// A chain of fallbacks must end (promise T3).
fn check_fallbacks(cx: &mut Cx<'_>) {
    let teams = cx.names.shared.teams.clone();
    for (name, team) in &teams {
        let mut path = vec![name.as_str()];
        let mut next = team.fallback.as_ref();
        while let Some((to, span)) = next {
            if to == name {
                // A circle is found from each of its teams and reported once, from the first of them.
                if path.iter().all(|other| *other >= name.as_str()) {
                    cx.report(say_decisions::fallback_cycle(team.file, *span, &path));
                }
                break;
            }
            if path.contains(&to.as_str()) {
                break;
            }
            path.push(to);
            next = teams.get(to).and_then(|t| t.fallback.as_ref());
        }
    }
}

impl Cx<'_> {
    /// A calendar by name, or a finding.
    pub fn find_calendar(&mut self, name: &Name) -> Option<CalendarId> {
        if let Some(id) = self.names.shared.calendars.get(&name.text) {
            return Some(*id);
        }
        let near = suggest::closest(&name.text, self.names.shared.calendars.keys().map(String::as_str));
        let file = self.file();
        self.report(say_names::unknown_shared(file, name.span, "calendar", &name.text, near));
        None
    }

    /// A target that is a declared team or queue, or a finding. Persons are checked where they are used.
    pub fn check_target(&mut self, target: &TargetRef) -> bool {
        let shared = &self.names.shared;
        let (what, name, known, near) = match target {
            TargetRef::Team(n) => {
                let keys = shared.teams.keys().map(String::as_str);
                ("team", n, shared.teams.contains_key(&n.text), suggest::closest(&n.text, keys))
            }
            TargetRef::Queue(n) => {
                let keys = shared.queues.keys().map(String::as_str);
                ("queue", n, shared.queues.contains_key(&n.text), suggest::closest(&n.text, keys))
            }
            TargetRef::Person(_) => return true,
        };
        if !known {
            let file = self.file();
            self.report(say_names::unknown_shared(file, name.span, what, &name.text, near));
        }
        known
    }
}
