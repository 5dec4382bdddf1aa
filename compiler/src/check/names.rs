//! What every name means: one namespace of values per record, others for records, lists, calendars, teams.

use super::{Cx, Scope};
use crate::ast::{self, ItemKind, Name};
use crate::diagnostics::names as say;
use crate::hir::{ExprKind, LetId};
use crate::source::FileId;
use crate::suggest;
use revplay_grammar::Span;
use revplay_ir::program as ir;
use revplay_ir::types::{EnumId, Type};
use std::collections::BTreeMap;

/// Where something is declared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Index of the unit.
    pub unit: usize,
    /// Index of the item in its file.
    pub item: usize,
    /// The file.
    pub file: FileId,
    /// The name.
    pub span: Span,
}

/// A value of a record's namespace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// `let`, with its index in [`Names::lets`].
    Let(LetId),
    /// `param`.
    Param(ir::ParamId),
    /// A decision or a part of one.
    Result(ir::DecisionId, ir::Part, Type),
}

/// A declared `let` or `output`.
#[derive(Clone, Debug)]
pub struct LetDecl {
    /// Where.
    pub place: Place,
    /// Its record.
    pub record: Option<ir::RecordId>,
    /// Once checked: its value.
    pub value: Option<ir::NodeId>,
}

/// A declared decision.
#[derive(Clone, Debug)]
pub struct DecisionDecl {
    /// Where.
    pub place: Place,
    /// Its labels, for bands, grades, journeys and the status of handoffs.
    pub labels: Option<EnumId>,
    /// For outputs: the `let` that computes it.
    pub output: Option<LetId>,
}

/// All names.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Records.
    pub records: BTreeMap<String, (ir::RecordId, Place)>,
    /// Fields: (record, name).
    pub fields: BTreeMap<(ir::RecordId, String), ir::FieldId>,
    /// Links: (from record, name).
    pub links: BTreeMap<(ir::RecordId, String), ir::LinkId>,
    /// Values: (record, name); `None` for those that read no row.
    pub values: BTreeMap<(Option<ir::RecordId>, String), (Value, Place)>,
    /// `list`s, calendars, teams, queues, members and the rest of the shared names.
    pub shared: super::shared::Shared,
    /// `let`s and `output`s.
    pub lets: Vec<LetDecl>,
    /// Decisions by id in order of declaration.
    pub decisions: Vec<DecisionDecl>,
}

impl Names {
    /// The names of all values that can be read in a scope, for suggestions.
    pub fn in_scope<'n>(&'n self, scope: &Scope<'_>) -> Vec<&'n str> {
        let mut names: Vec<&str> = Vec::new();
        let mut next = Some(scope);
        while let Some(scope) = next {
            names.extend(self.fields.keys().filter(|(r, _)| Some(*r) == scope.record).map(|(_, n)| n.as_str()));
            names
                .extend(self.values.keys().filter(|(r, _)| r.is_none() || *r == scope.record).map(|(_, n)| n.as_str()));
            next = scope.outer;
        }
        names
    }
}

/// Declares params, lets, decisions and outputs of all units.
pub fn declare(cx: &mut Cx<'_>) {
    for unit in 0..cx.units.len() {
        let count = cx.units.get(unit).map_or(0, |u| u.tree.items.len());
        for item in 0..count {
            cx.in_unit(unit, |cx| declare_item(cx, unit, item));
        }
    }
}

fn declare_item(cx: &mut Cx<'_>, unit: usize, item: usize) {
    let units = cx.units;
    let Some(item_tree) = units.get(unit).and_then(|u| u.tree.items.get(item)) else { return };
    let place =
        |name: &Name| Place { unit, item, file: units.get(unit).map_or(FileId(0), |u| u.file), span: name.span };
    match &item_tree.kind {
        ItemKind::Let(l) => declare_let(cx, l, place(&l.name)),
        ItemKind::Output(l) => declare_output(cx, l, place(&l.name)),
        ItemKind::Score(s) => {
            let ty = super::score::score_type(cx, s);
            declare_decision(cx, &s.name, place(&s.name), ty, None);
        }
        ItemKind::Band(b) => {
            let labels = b.rows.iter().map(|r| &r.0);
            declare_labelled(cx, &b.name, place(&b.name), labels, ir::Highest::First);
        }
        ItemKind::Grade(g) => {
            let labels = g.rows.iter().flat_map(|r| r.1.iter());
            declare_labelled(cx, &g.name, place(&g.name), labels, ir::Highest::First);
        }
        ItemKind::Journey(j) => {
            let labels = j.stages.iter().map(|s| &s.0);
            declare_labelled(cx, &j.name, place(&j.name), labels, ir::Highest::Last);
        }
        ItemKind::Recommend(r) => {
            declare_decision(cx, &r.name, place(&r.name), Type::List, None);
        }
        ItemKind::Route(r) => {
            declare_decision(cx, &r.name, place(&r.name), Type::Target, None);
        }
        ItemKind::Handoff(h) => declare_handoff(cx, h, place(&h.name)),
        ItemKind::Table(t) => super::table::declare_table(cx, t, place(&t.name)),
        ItemKind::Error(Some(name)) => {
            // Later uses of a definition that could not be parsed stay quiet, and so does a clash with what it
            // only seems to define.
            let record = decided(cx);
            let key = (record, name.text.clone());
            let field = record.is_some_and(|r| cx.names.fields.contains_key(&(r, name.text.clone())));
            if !field && !cx.names.values.contains_key(&key) {
                declare_decision(cx, name, place(name), Type::Error, None);
            }
        }
        ItemKind::Playbook(_)
        | ItemKind::Use(_)
        | ItemKind::Record(_)
        | ItemKind::Link(_)
        | ItemKind::Mapping(_)
        | ItemKind::Param(_)
        | ItemKind::List(_)
        | ItemKind::Calendar(_)
        | ItemKind::Queue(_)
        | ItemKind::Team(_)
        | ItemKind::Kpi(_)
        | ItemKind::Test(_)
        | ItemKind::Prove(_)
        | ItemKind::Error(None) => {}
    }
}

/// The record that a definition without `for` belongs to.
fn decided(cx: &Cx<'_>) -> Option<ir::RecordId> {
    cx.hir.program.decided
}

fn declare_let(cx: &mut Cx<'_>, l: &ast::Let, place: Place) {
    let record = match &l.record {
        Some(name) => match cx.names.records.get(&name.text) {
            Some((id, _)) => Some(*id),
            None => {
                let known = cx.names.records.keys().map(String::as_str);
                let near = suggest::closest(&name.text, known);
                cx.report(say::unknown_record(place.file, name.span, &name.text, near));
                return;
            }
        },
        None => decided(cx),
    };
    let id = LetId(cx.names.lets.len() as u32);
    cx.names.lets.push(LetDecl { place, record, value: None });
    declare_value(cx, record, &l.name, Value::Let(id), place);
}

fn declare_output(cx: &mut Cx<'_>, l: &ast::Let, place: Place) {
    let id = LetId(cx.names.lets.len() as u32);
    cx.names.lets.push(LetDecl { place, record: decided(cx), value: None });
    declare_value(cx, decided(cx), &l.name, Value::Let(id), place);
    if require_playbook(cx, &l.name) {
        cx.names.decisions.push(DecisionDecl { place, labels: None, output: Some(id) });
    }
}

fn require_playbook(cx: &mut Cx<'_>, name: &Name) -> bool {
    if decided(cx).is_none() && !cx.no_decided_told {
        cx.no_decided_told = true;
        let file = cx.file();
        cx.report(say::outside_playbook(file, name.span, &name.text));
    }
    decided(cx).is_some()
}

/// Declares a decision and returns its id; outside a playbook it is reported and still named.
pub fn declare_decision(
    cx: &mut Cx<'_>,
    name: &Name,
    place: Place,
    ty: Type,
    labels: Option<EnumId>,
) -> ir::DecisionId {
    if ty != Type::Error {
        require_playbook(cx, name);
    }
    let id = ir::DecisionId(cx.names.decisions.len() as u32);
    cx.names.decisions.push(DecisionDecl { place, labels, output: None });
    declare_value(cx, decided(cx), name, Value::Result(id, ir::Part::Main, ty), place);
    id
}

fn declare_labelled<'n>(
    cx: &mut Cx<'_>,
    name: &Name,
    place: Place,
    labels: impl Iterator<Item = &'n Name>,
    order: ir::Highest,
) {
    let mut distinct: Vec<String> = Vec::new();
    for label in labels {
        if !distinct.contains(&label.text) {
            distinct.push(label.text.clone());
        }
    }
    let id = add_enum(cx, &name.text, distinct, Some(order));
    declare_decision(cx, name, place, Type::Enum(id), Some(id));
}

/// Adds an enum without spellings.
pub fn add_enum(cx: &mut Cx<'_>, name: &str, labels: Vec<String>, order: Option<ir::Highest>) -> EnumId {
    let id = EnumId(cx.hir.program.enums.len() as u32);
    cx.hir.program.enums.push(ir::EnumDef { name: name.to_string(), labels, spellings: Vec::new(), order });
    id
}

fn declare_handoff(cx: &mut Cx<'_>, h: &ast::Handoff, place: Place) {
    let labels = ["no", "held", "ready"].map(String::from).to_vec();
    let status = add_enum(cx, &format!("{}_status", h.name.text), labels, None);
    let id = declare_decision(cx, &h.name, place, Type::Bool, Some(status));
    for (suffix, part, ty) in [
        ("status", ir::Part::Status, Type::Enum(status)),
        ("reason", ir::Part::Reason, Type::Text),
        ("due_at", ir::Part::DueAt, Type::Timestamp),
    ] {
        let name = Name { text: format!("{}_{suffix}", h.name.text), span: h.name.span, quoted: true };
        declare_value(cx, decided(cx), &name, Value::Result(id, part, ty), place);
    }
}

/// Declares a value; reports a clash with a field or an earlier definition.
pub fn declare_value(cx: &mut Cx<'_>, record: Option<ir::RecordId>, name: &Name, value: Value, place: Place) {
    if let Some(record) = record
        && cx.names.fields.contains_key(&(record, name.text.clone()))
    {
        let record = cx.hir.program.records.get(record.index()).map_or("", |r| r.name.as_str());
        cx.sink.push(say::clashes_with_field(place.file, name.span, &name.text, record));
    }
    let key = (record, name.text.clone());
    let taken = cx.names.values.get(&key).or_else(|| cx.names.values.get(&(None, name.text.clone())));
    match taken {
        Some((_, first)) => {
            let first = *first;
            cx.report(say::defined_twice(place.file, name.span, &name.text, first.file, first.span));
        }
        None => {
            cx.names.values.insert(key, (value, place));
        }
    }
}

impl Cx<'_> {
    /// Whether the current unit sees what is declared at a place.
    pub fn sees(&self, place: Place) -> bool {
        self.units.get(self.unit).is_some_and(|u| u.sees.binary_search(&place.unit).is_ok())
    }

    /// A name as a value of a scope; `None` if it means nothing there.
    pub fn find_value(&mut self, name: &str, span: Span, scope: &Scope<'_>) -> Option<ir::NodeId> {
        if let Some(record) = scope.record
            && let Some(field) = self.names.fields.get(&(record, name.to_string())).copied()
        {
            return Some(self.field(field, span));
        }
        let own = self.names.values.get(&(scope.record, name.to_string()));
        let found = own.or_else(|| self.names.values.get(&(None, name.to_string()))).copied();
        if let Some((value, place)) = found
            && self.sees(place)
        {
            return Some(self.value(value, span));
        }
        let outer = scope.outer?;
        let inner = self.find_value(name, span, outer)?;
        let (ty, optional) = (self.ty(inner), self.optional(inner));
        Some(self.push(ir::Node::Outer(inner), ty, optional, span))
    }

    /// A field as an expression.
    pub fn field(&mut self, id: ir::FieldId, span: Span) -> ir::NodeId {
        let (ty, optional) = match self.hir.program.fields.get(id.index()) {
            Some(f) => (f.ty, (f.optional && f.default.is_none()) || f.range_else_missing),
            None => (Type::Error, true),
        };
        self.push(ir::Node::Field(id), ty, optional, span)
    }

    fn value(&mut self, value: Value, span: Span) -> ir::NodeId {
        match value {
            Value::Param(id) => {
                let ty = self.hir.program.params.get(id.index()).map_or(Type::Error, |p| p.ty);
                self.push(ir::Node::Param(id), ty, false, span)
            }
            Value::Result(id, part, ty) => {
                let optional = match part {
                    ir::Part::Main => self.names.decisions.get(id.index()).is_none_or(|d| self.may_lack(d)),
                    ir::Part::Status => false,
                    ir::Part::Column(_) | ir::Part::Reason | ir::Part::DueAt => true,
                };
                if ty == Type::Error {
                    return self.poison(span);
                }
                self.push(ir::Node::Result(id, part), ty, optional, span)
            }
            Value::Let(id) => match self.names.lets.get(id.0 as usize).and_then(|l| l.value) {
                Some(value) => {
                    let (ty, optional) = (self.ty(value), self.optional(value));
                    if ty == Type::Error {
                        return self.poison(span);
                    }
                    self.push_kind(ExprKind::Let(id), ty, optional, span)
                }
                None => {
                    self.blocked.get_or_insert(id);
                    self.poison(span)
                }
            },
        }
    }

    /// Tables may find no row; every other decision always has a result (promise M3).
    fn may_lack(&self, decision: &DecisionDecl) -> bool {
        let item = self.units.get(decision.place.unit).and_then(|u| u.tree.items.get(decision.place.item));
        matches!(item.map(|i| &i.kind), Some(ItemKind::Table(_)))
    }

    /// The record of a name, or a finding.
    pub fn find_record(&mut self, name: &Name) -> Option<ir::RecordId> {
        if let Some((id, _)) = self.names.records.get(&name.text) {
            return Some(*id);
        }
        let near = suggest::closest(&name.text, self.names.records.keys().map(String::as_str));
        let file = self.file();
        self.report(say::unknown_record(file, name.span, &name.text, near));
        None
    }
}
