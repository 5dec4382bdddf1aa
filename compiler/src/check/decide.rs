//! Decisions: each declared one to its place in the program.

use super::names::DecisionDecl;
use super::{Cx, Scope};
use crate::ast::ItemKind;
use revplay_ir::program::{self as ir, Decision, DecisionId, DecisionKind, NodeId, Output, Part};
use revplay_ir::types::Type;

/// Checks every declared decision, in order of declaration.
pub fn check_decisions(cx: &mut Cx<'_>) {
    for index in 0..cx.names.decisions.len() {
        let Some(decl) = cx.names.decisions.get(index).cloned() else { continue };
        let decision = cx.in_unit(decl.place.unit, |cx| check_decision(cx, &decl));
        let id = DecisionId(index as u32);
        add_outputs(cx, id, &decision);
        cx.hir.program.decisions.push(decision);
    }
    for prove in 0..cx.units.len() {
        cx.in_unit(prove, check_proves);
    }
}

fn check_decision(cx: &mut Cx<'_>, decl: &DecisionDecl) -> Decision {
    let units = cx.units;
    let item = units.get(decl.place.unit).and_then(|u| u.tree.items.get(decl.place.item));
    let site = cx.site(decl.place.span);
    let scope = Scope::of(cx.hir.program.decided);
    let doc = item.and_then(|i| i.doc.clone());
    let failed = |cx: &mut Cx<'_>| DecisionKind::Value(cx.poison(decl.place.span));
    let (name, title, ty, kind) = match item.map(|i| &i.kind) {
        Some(ItemKind::Output(l)) => {
            let value = decl.output.and_then(|id| cx.names.lets.get(id.0 as usize)).and_then(|l| l.value);
            let value = value.unwrap_or_else(|| cx.poison(decl.place.span));
            (l.name.text.clone(), None, cx.ty(value), DecisionKind::Value(value))
        }
        Some(ItemKind::Score(s)) => {
            let (ty, score) = super::score::check_score(cx, s, &scope);
            (s.name.text.clone(), s.title.as_ref().map(|t| t.text.clone()), ty, DecisionKind::Score(score))
        }
        Some(ItemKind::Band(b)) => {
            let kind = super::rows::check_band(cx, b, decl.labels, &scope);
            (b.name.text.clone(), None, labelled(decl), kind)
        }
        Some(ItemKind::Grade(g)) => {
            let kind = super::rows::check_grade(cx, g, decl.labels, &scope);
            (g.name.text.clone(), None, labelled(decl), kind)
        }
        Some(ItemKind::Journey(j)) => {
            let kind = super::rows::check_journey(cx, j, decl.labels, &scope);
            (j.name.text.clone(), None, labelled(decl), kind)
        }
        Some(ItemKind::Recommend(r)) => {
            let kind = super::rows::check_recommend(cx, r, &scope);
            (r.name.text.clone(), None, Type::List, kind)
        }
        Some(ItemKind::Table(t)) => match super::table::check_table(cx, t, &scope) {
            Some((ty, kind)) => (t.name.text.clone(), None, ty, kind),
            None => (t.name.text.clone(), None, Type::Error, failed(cx)),
        },
        Some(ItemKind::Route(r)) => {
            let kind = super::handoff::check_route(cx, r, &scope);
            (r.name.text.clone(), None, Type::Target, kind)
        }
        Some(ItemKind::Handoff(h)) => {
            let kind = super::handoff::check_handoff(cx, h, decl.labels, &scope);
            (h.name.text.clone(), None, Type::Bool, kind)
        }
        Some(_) | None => (String::new(), None, Type::Error, failed(cx)),
    };
    Decision { name, title: title.or(doc), site, ty, kind }
}

fn labelled(decl: &DecisionDecl) -> Type {
    decl.labels.map_or(Type::Error, Type::Enum)
}

fn add_outputs(cx: &mut Cx<'_>, id: DecisionId, decision: &Decision) {
    let mut column = |name: String, ty: Type, part: Part| {
        cx.hir.program.outputs.push(Output { name, ty, decision: id, part });
    };
    let name = &decision.name;
    match &decision.kind {
        DecisionKind::Handoff(h) => {
            column(name.clone(), Type::Bool, Part::Main);
            column(format!("{name}_status"), Type::Enum(h.status), Part::Status);
            column(format!("{name}_reason"), Type::Text, Part::Reason);
            if h.due.is_some() {
                column(format!("{name}_due_at"), Type::Timestamp, Part::DueAt);
            }
        }
        DecisionKind::Table(ir::Table { outputs, .. }) | DecisionKind::Lookup(ir::Lookup { outputs, .. })
            if outputs.len() > 1 =>
        {
            for (index, (output, ty)) in outputs.iter().enumerate() {
                let part = if index == 0 { Part::Main } else { Part::Column(index as u8) };
                column(format!("{name}_{output}"), *ty, part);
            }
        }
        DecisionKind::Table(_)
        | DecisionKind::Lookup(_)
        | DecisionKind::Score(_)
        | DecisionKind::Band(_)
        | DecisionKind::Grade(_)
        | DecisionKind::Journey(_)
        | DecisionKind::Recommend { .. }
        | DecisionKind::Route(_)
        | DecisionKind::Value(_) => column(name.clone(), decision.ty, Part::Main),
    }
}

fn check_proves(cx: &mut Cx<'_>) {
    let units = cx.units;
    let scope = Scope::of(cx.hir.program.decided);
    let items = units.get(cx.unit).map(|u| u.tree.items.as_slice()).unwrap_or_default();
    for item in items {
        let ItemKind::Prove(prove) = &item.kind else { continue };
        // What must hold is refuted only by a record for which it is false, so `not` over missing is no slip here.
        let findings = cx.sink.len();
        let holds = cx.condition(&prove.holds, &scope);
        cx.sink.forget_warnings_after(findings);
        let site = cx.site(prove.name.span);
        cx.hir.program.proves.push(ir::Prove { name: prove.name.text.clone(), holds, site });
    }
}

/// A constant label.
pub fn label_node(cx: &mut Cx<'_>, ty: Type, name: &crate::ast::Name) -> NodeId {
    let index = match ty {
        Type::Enum(id) => cx
            .hir
            .program
            .enums
            .get(id.0 as usize)
            .and_then(|e| e.labels.iter().position(|l| *l == name.text))
            .unwrap_or(0),
        _ => 0,
    };
    cx.constant(ir::Const::Int(index as i64), ty, name.span)
}
