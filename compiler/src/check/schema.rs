//! Records, fields, links and mappings.

use super::names::Place;
use super::playbook::{check_currency, time_zone_exists};
use super::{Cx, Scope, literal};
use crate::ast::{self, ItemKind, Name, TypeRef};
use crate::diagnostics::{names as say_names, schema as say};
use crate::suggest;
use revplay_ir::number_style::NumberStyle;
use revplay_ir::program as ir;
use revplay_ir::types::{EnumId, Type};

/// Declares all records, then their fields; finds the decided record.
pub fn check_records(cx: &mut Cx<'_>) {
    let units = cx.units;
    for (unit, tree) in units.iter().enumerate() {
        for (item, found) in tree.tree.items.iter().enumerate() {
            let ItemKind::Record(record) = &found.kind else { continue };
            let place = Place { unit, item, file: tree.file, span: record.name.span };
            if let Some((_, first)) = cx.names.records.get(&record.name.text).copied() {
                // The file that uses the other one comes second for who reads them.
                let uses =
                    |by: usize, other: usize| units.get(by).is_some_and(|u| u.sees.binary_search(&other).is_ok());
                let (first, second) = match uses(first.unit, unit) && !uses(unit, first.unit) {
                    true => (place, first),
                    false => (first, place),
                };
                cx.report(say_names::defined_twice(
                    second.file,
                    second.span,
                    &record.name.text,
                    first.file,
                    first.span,
                ));
                continue;
            }
            let id = ir::RecordId(cx.hir.program.records.len() as u32);
            cx.names.records.insert(record.name.text.clone(), (id, place));
            cx.hir.program.records.push(ir::Record {
                name: record.name.text.clone(),
                fields: Vec::new(),
                key: None,
                event_time: None,
                event_id: None,
            });
            cx.in_unit(unit, |cx| record.fields.iter().for_each(|f| check_field(cx, id, f)));
        }
    }
    for (unit, tree) in units.iter().enumerate() {
        for item in &tree.tree.items {
            let ItemKind::Playbook(head) = &item.kind else { continue };
            let Some(name) = &head.record else { continue };
            let found = cx.in_unit(unit, |cx| cx.find_record(name)).or_else(|| meant_record(cx, name));
            cx.no_decided_told |= found.is_none();
            if cx.hir.program.decided.is_none() {
                cx.hir.program.decided = found;
            }
        }
    }
}

/// The record that a misspelt head surely means, so that nothing else is reported for it.
fn meant_record(cx: &Cx<'_>, name: &Name) -> Option<ir::RecordId> {
    let near = suggest::closest(&name.text, cx.names.records.keys().map(String::as_str))?;
    cx.names.records.get(&near).map(|(id, _)| *id)
}

fn check_field(cx: &mut Cx<'_>, record: ir::RecordId, field: &ast::Field) {
    let file = cx.file();
    let name = &field.name;
    let record_name = cx.hir.program.records.get(record.index()).map_or(String::new(), |r| r.name.clone());
    if cx.names.fields.contains_key(&(record, name.text.clone())) {
        cx.report(say::field_twice(file, name.span, &name.text, &record_name));
        return;
    }
    let id = ir::FieldId(cx.hir.program.fields.len() as u32);
    cx.names.fields.insert((record, name.text.clone()), id);
    let ty = field_type(cx, &name.text, &field.ty);
    let percent_full = match &field.ty {
        TypeRef::Percent(Some(full)) => literal::number(full).ok().filter(|x| *x > 0.0).unwrap_or(1.0),
        _ => 1.0,
    };
    // Registered before its default and range are checked, which may not read it.
    cx.hir.program.fields.push(ir::Field {
        name: name.text.clone(),
        record,
        ty,
        optional: field.optional,
        pii: field.pii,
        ignoring_case: field.ignoring_case,
        verbatim: field.verbatim,
        default: None,
        range: None,
        range_else_missing: field.range_else_missing,
        missing: field.missing.iter().map(|t| t.text.clone()).collect(),
        percent_full,
    });
    let default = field.default.as_ref().and_then(|e| cx.constant_of(e, ty));
    let range = field.range.as_ref().and_then(|r| check_range(cx, r, ty));
    if let Some(f) = cx.hir.program.fields.get_mut(id.index()) {
        f.default = default;
        f.range = range;
    }
    if field.ignoring_case && !matches!(ty, Type::Text | Type::Enum(_) | Type::Error) {
        cx.report(say::modifier(file, name.span, "ignoring case", "a text", &name.text));
    }
    if field.event_time && !matches!(ty, Type::Timestamp | Type::Date | Type::Error) {
        cx.report(say::modifier(file, name.span, "event time", "a timestamp", &name.text));
    }
    if field.key && !matches!(ty, Type::Text | Type::Int | Type::Error) {
        cx.report(say::modifier(file, name.span, "key", "a text or an int", &name.text));
    }
    if field.key && field.optional {
        cx.report(say::optional_key(file, name.span, &name.text));
    }
    let Some(r) = cx.hir.program.records.get_mut(record.index()) else { return };
    r.fields.push(id);
    let mut again = None;
    for (set, slot, what) in [
        (field.key, &mut r.key, "key"),
        (field.event_time, &mut r.event_time, "event time"),
        (field.event_id, &mut r.event_id, "event id"),
    ] {
        if set && slot.replace(id).is_some() {
            again = Some(what);
        }
    }
    if let Some(what) = again {
        cx.report(say::second_role(file, name.span, what, &record_name));
    }
}

/// A type as written; enums are declared.
pub fn field_type(cx: &mut Cx<'_>, name: &str, ty: &TypeRef) -> Type {
    match ty {
        TypeRef::Bool => Type::Bool,
        TypeRef::Int => Type::Int,
        TypeRef::Number => Type::Number,
        TypeRef::Percent(_) => Type::Percent,
        TypeRef::Money(currency) => check_currency(cx, currency).map_or(Type::Error, Type::Money),
        TypeRef::Text => Type::Text,
        TypeRef::Date => Type::Date,
        TypeRef::Timestamp => Type::Timestamp,
        TypeRef::Duration => Type::Duration,
        TypeRef::Enum { ordered, labels } => Type::Enum(check_enum(cx, name, *ordered, labels)),
        TypeRef::Unknown(word) => {
            let types = ["bool", "int", "number", "percent", "money", "text", "date", "timestamp", "duration", "enum"];
            let near = suggest::closest(&word.text, types);
            let file = cx.file();
            cx.report(say::unknown_type(file, word.span, &word.text, near));
            Type::Error
        }
    }
}

fn check_enum(cx: &mut Cx<'_>, name: &str, ordered: bool, labels: &[ast::EnumLabel]) -> EnumId {
    let file = cx.file();
    let mut names: Vec<String> = Vec::new();
    let mut spellings: Vec<(String, u32)> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        let written = std::iter::once((&label.name.text, label.name.span));
        for (text, span) in written.chain(label.spellings.iter().map(|s| (&s.text, s.span))) {
            let folded = revplay_ir::fold::fold_case(text.trim());
            if seen.contains(&folded) {
                cx.report(say::label_twice(file, span, text, name));
            }
            seen.push(folded);
        }
        names.push(label.name.text.clone());
        spellings.extend(label.spellings.iter().map(|s| (s.text.clone(), index as u32)));
    }
    let order = ordered.then_some(ir::Highest::Last);
    let id = super::names::add_enum(cx, name, names, order);
    if let Some(e) = cx.hir.program.enums.get_mut(id.0 as usize) {
        e.spellings = spellings;
    }
    id
}

/// A range of constants of a type. A range of dates for a timestamp holds the whole last day (promise V5).
pub fn check_range(cx: &mut Cx<'_>, range: &ast::RangeLit, ty: Type) -> Option<ir::Range> {
    let low = range.low.as_ref().and_then(|e| cx.constant_of(e, ty));
    let (mut high, mut high_open) = (None, range.high_open);
    if let Some(e) = &range.high {
        if let Some(last) = cx.day_for(e, ty) {
            let end = if range.high_open { last } else { last.saturating_add(1) };
            (high, high_open) = (Some(ir::Const::Int(cx.start_of_day_us(end))), true);
        } else {
            high = cx.constant_of(e, ty);
        }
    }
    let empty = |order: std::cmp::Ordering| order.is_gt() || (order.is_eq() && high_open);
    let nothing = match (&low, &high) {
        (Some(ir::Const::Int(l)), Some(ir::Const::Int(h))) => empty(l.cmp(h)),
        (Some(ir::Const::Num(l)), Some(ir::Const::Num(h))) => l.partial_cmp(h).is_none_or(empty),
        _ => false,
    };
    if nothing {
        let file = cx.file();
        cx.report(crate::diagnostics::types::empty_range(file, range.span, cx.written(range.span)));
    }
    Some(ir::Range { low, high, high_open })
}

impl Cx<'_> {
    /// A constant expression as a constant of a type, or a finding. A date for a timestamp is the day's beginning.
    pub fn constant_of(&mut self, e: &ast::Expr, ty: Type) -> Option<ir::Const> {
        if let Some(day) = self.day_for(e, ty) {
            return Some(ir::Const::Int(self.start_of_day_us(day)));
        }
        let id = self.expr(e, &Scope::none(), Some(ty));
        let id = self.coerce(id, ty);
        let got = self.ty(id);
        match self.as_const(id) {
            Some(value) if got == ty || got == Type::Error || *value == ir::Const::Missing => Some(value.clone()),
            Some(_) if ty == Type::Error => None,
            Some(_) => {
                let (file, want, name) = (self.file(), self.type_name(ty), self.type_name(got));
                self.report(crate::diagnostics::types::constant_does_not_fit(file, e.span, (&want, ty), (&name, got)));
                None
            }
            None => {
                if got != Type::Error {
                    let file = self.file();
                    self.report(crate::diagnostics::types::not_constant(file, e.span));
                }
                None
            }
        }
    }

    /// The day of a date literal where a timestamp is wanted.
    fn day_for(&mut self, e: &ast::Expr, ty: Type) -> Option<i64> {
        if ty != Type::Timestamp || !matches!(e.kind, ast::ExprKind::Date(_)) {
            return None;
        }
        let id = self.expr(e, &Scope::none(), Some(ty));
        match (self.ty(id), self.as_const(id)) {
            (Type::Date, Some(ir::Const::Int(day))) => Some(*day),
            _ => None,
        }
    }

    /// When a day begins in the playbook's zone.
    fn start_of_day_us(&self, day: i64) -> i64 {
        let midnight = day.saturating_mul(revplay_ir::time::DAY_US);
        revplay_ir::time::zone(&self.hir.program.zone).map_or(midnight, |z| revplay_ir::time::start_of_day(&z, day))
    }
}

/// Links, after all records.
pub fn check_links(cx: &mut Cx<'_>) {
    let units = cx.units;
    for (unit, tree) in units.iter().enumerate() {
        for item in &tree.tree.items {
            match &item.kind {
                ItemKind::Link(link) => cx.in_unit(unit, |cx| check_link(cx, link)),
                ItemKind::Mapping(mapping) => cx.in_unit(unit, |cx| check_mapping(cx, mapping)),
                _ => {}
            }
        }
    }
}

fn check_link(cx: &mut Cx<'_>, link: &ast::Link) {
    let file = cx.file();
    let (Some(from), Some(to)) = (cx.find_record(&link.from), cx.find_record(&link.to)) else { return };
    let mut side = |pair: &(Name, Name)| {
        let record = cx.find_record(&pair.0)?;
        let field = cx.find_field(record, &pair.1)?;
        Some((record, field))
    };
    let (Some(left), Some(right)) = (side(&link.left), side(&link.right)) else { return };
    let (from_field, to_field) = if left.0 == from && right.0 == to {
        (left.1, right.1)
    } else if left.0 == to && right.0 == from {
        (right.1, left.1)
    } else {
        cx.report(say::link_sides(file, link.left.0.span.to(link.right.1.span), &link.from.text, &link.to.text));
        return;
    };
    let ty = |f: ir::FieldId| cx.hir.program.fields.get(f.index()).map_or(Type::Error, |f| f.ty);
    let (a, b) = (ty(from_field), ty(to_field));
    if a != b && a != Type::Error && b != Type::Error {
        let (a, b) = (cx.type_name(a), cx.type_name(b));
        cx.report(say::link_types(file, link.left.0.span.to(link.right.1.span), &a, &b));
    }
    let key = (from, link.name.text.clone());
    if cx.names.fields.contains_key(&key) || cx.names.links.contains_key(&key) {
        cx.report(say::field_twice(file, link.name.span, &link.name.text, &link.from.text));
        return;
    }
    let id = ir::LinkId(cx.hir.program.links.len() as u32);
    cx.names.links.insert(key, id);
    let name = link.name.text.clone();
    cx.hir.program.links.push(ir::Link { name, from, to, many: link.many, from_field, to_field });
}

fn check_mapping(cx: &mut Cx<'_>, mapping: &ast::Mapping) {
    let file = cx.file();
    let Some(record) = cx.find_record(&mapping.record) else { return };
    let mut headers: Vec<(String, ir::FieldId)> = Vec::new();
    for (header, field) in &mapping.headers {
        let Some(id) = cx.find_field(record, field) else { continue };
        if headers.iter().any(|(h, _)| *h == header.text) {
            cx.report(say::header_twice(file, header.span, &header.text));
        }
        headers.push((header.text.clone(), id));
    }
    let zone = mapping.timezone.as_ref().filter(|z| {
        let known = time_zone_exists(&z.text);
        if !known {
            cx.sink.push(say::unknown_zone(file, z.span, &z.text));
        }
        known
    });
    let same = |m: &ir::Mapping| m.name == mapping.name.text && m.record == record;
    if cx.hir.program.mappings.iter().any(same) {
        cx.report(say::mapping_twice(file, mapping.name.span, &mapping.name.text, &mapping.record.text));
        return;
    }
    let texts = |list: &[ast::TextLit]| list.iter().map(|t| t.text.clone()).collect::<Vec<_>>();
    let numbers = mapping.numbers.as_ref().filter(|t| {
        let known = NumberStyle::of_example(&t.text).is_some();
        if !known {
            cx.sink.push(say::number_example(file, t.span, &t.text));
        }
        known
    });
    let numbers = numbers.map(|t| t.text.clone());
    check_yes_and_no(cx, mapping);
    let range_ends = range_ends(cx, record, mapping);
    cx.hir.program.mappings.push(ir::Mapping {
        name: mapping.name.text.clone(),
        record,
        headers,
        zone: zone.map(|z| z.text.clone()),
        missing: texts(&mapping.missing),
        dates: texts(&mapping.dates),
        numbers,
        yes: texts(&mapping.yes),
        no: texts(&mapping.no),
        range_ends,
    });
}

/// A word that means both true and false.
fn check_yes_and_no(cx: &mut Cx<'_>, mapping: &ast::Mapping) {
    let file = cx.file();
    let folded = |t: &ast::TextLit| revplay_ir::fold::fold_case(t.text.trim());
    for word in &mapping.no {
        if mapping.yes.iter().any(|yes| folded(yes) == folded(word)) {
            cx.report(say::yes_and_no(file, word.span, &word.text));
        }
    }
}

/// `as lower end of range`: only for fields that hold a number.
fn range_ends(cx: &mut Cx<'_>, record: ir::RecordId, mapping: &ast::Mapping) -> Vec<(String, ir::RangeEnd)> {
    let file = cx.file();
    let mut ends = Vec::new();
    for (at, end) in &mapping.range_ends {
        let Some((header, field)) = mapping.headers.get(*at) else { continue };
        let id = cx.names.fields.get(&(record, field.text.clone()));
        let ty = id.and_then(|id| cx.hir.program.fields.get(id.index())).map_or(Type::Error, |f| f.ty);
        if !matches!(ty, Type::Int | Type::Number | Type::Money(_) | Type::Error) {
            let ty = cx.type_name(ty);
            cx.report(say::range_of_other(file, field.span, &field.text, &ty));
        }
        let end = match end {
            ast::RangeEnd::Lower => ir::RangeEnd::Lower,
            ast::RangeEnd::Upper => ir::RangeEnd::Upper,
            ast::RangeEnd::Middle => ir::RangeEnd::Middle,
        };
        ends.push((header.text.clone(), end));
    }
    ends
}

impl Cx<'_> {
    /// A field of a record by name, or a finding.
    pub fn find_field(&mut self, record: ir::RecordId, name: &Name) -> Option<ir::FieldId> {
        if let Some(id) = self.names.fields.get(&(record, name.text.clone())) {
            return Some(*id);
        }
        let owner = self.hir.program.records.get(record.index()).map_or(String::new(), |r| r.name.clone());
        let fields = self.names.fields.keys().filter(|(r, _)| *r == record).map(|(_, n)| n.as_str());
        let near = suggest::closest(&name.text, fields);
        let file = self.file();
        self.report(say::unknown_field(file, name.span, &name.text, &owner, near));
        None
    }
}
