//! Nodes: ids, order, hash-consing, types, and whether they may be missing.

use super::schema::verify_type;
use super::{Verifier, is_text, same_type};
use crate::build::{hash_node, same_node};
use crate::builtins;
use crate::ops::{self, Op};
use crate::program::*;
use crate::types::{CalendarId, Type};
use std::collections::HashMap;

/// Every id that a node holds is in range and every operand comes before it. If not, nothing else is looked at.
pub(super) fn verify_ids(cx: &mut Verifier<'_>) -> bool {
    let program = cx.program;
    let before = cx.faults.len();
    for (i, data) in program.nodes.iter().enumerate() {
        for operand in data.node.operands() {
            cx.check(operand.index() < i, || format!("%{i}: operand %{} does not come before it", operand.0));
        }
        let calendar = |id: CalendarId| (id.0 as usize) < program.calendars.len();
        let in_range = match &data.node {
            Node::Param(id) => id.index() < program.params.len(),
            Node::Field(id) => id.index() < program.fields.len(),
            Node::Result(id, _) => id.index() < program.decisions.len(),
            Node::InSet(_, id) => id.index() < program.sets.len(),
            Node::Matches(_, id) => id.index() < program.regexes.len(),
            Node::Follow(id, _) | Node::HasLink(id) => id.index() < program.links.len(),
            Node::Aggregate(aggregate) => aggregate.link.index() < program.links.len(),
            Node::AddBusiness(_, _, id) | Node::BusinessTime(_, _, id) => calendar(*id),
            Node::Op(Op::LabelOf(id), _) => (id.0 as usize) < program.enums.len(),
            Node::Const(_) | Node::Now | Node::Op(..) | Node::Call(..) | Node::Choose { .. } | Node::Outer(_) => true,
        };
        cx.check(in_range, || format!("%{i}: id out of range"));
    }
    let names = &program.names;
    cx.check(names.windows(2).all(|w| w[0].0 <= w[1].0), || "names are not sorted by node".into());
    cx.check(names.iter().all(|(id, _)| id.index() < program.nodes.len()), || "a name of no node".into());
    cx.faults.len() == before
}

pub(super) fn verify(cx: &mut Verifier<'_>) {
    let mut by_hash: HashMap<u64, Vec<usize>> = HashMap::new();
    for (i, data) in cx.program.nodes.iter().enumerate() {
        let same = by_hash.entry(hash_node(&data.node, data.ty)).or_default();
        for &j in same.iter() {
            let twin = &cx.program.nodes[j];
            if twin.ty == data.ty && same_node(&twin.node, &data.node) {
                cx.faults.push(format!("%{i} is equal to %{j}"));
            }
        }
        same.push(i);
        if verify_type(cx, data.ty, || format!("%{i}")) {
            let expected = Expected { cx, place: i }.of(&data.node, data.ty);
            match expected {
                None => cx.fault(format!("%{i}: {} does not fit its operands", data.ty)),
                Some(true) if !data.optional => cx.fault(format!("%{i} may be missing and does not say so")),
                Some(_) => {}
            }
        }
    }
}

/// Typing of one node.
struct Expected<'c, 'a> {
    cx: &'c Verifier<'a>,
    place: usize,
}

impl Expected<'_, '_> {
    /// `None` if the type does not fit; else whether the node may be missing.
    fn of(&self, node: &Node, ty: Type) -> Option<bool> {
        let program = self.cx.program;
        let when = |fits: bool, optional: bool| fits.then_some(optional);
        debug_assert!(self.place < program.nodes.len());
        match node {
            Node::Const(value) => when(self.cx.const_fits(value, ty), *value == Const::Missing),
            Node::Param(id) => when(program.params[id.index()].ty == ty, false),
            Node::Now => when(ty == Type::Timestamp, false),
            Node::Field(id) => {
                let field = &program.fields[id.index()];
                when(field.ty == ty, field.optional && field.default.is_none())
            }
            Node::Result(id, part) => {
                let decision = &program.decisions[id.index()];
                // A node out of range is reported where its decision is.
                let value = if let DecisionKind::Value(value) = decision.kind { self.cx.node(value) } else { None };
                let optional = value.is_some_and(|n| n.optional);
                when(part_type(decision, *part) == Some(ty), optional)
            }
            Node::Op(op, args) => self.of_op(*op, args, ty),
            Node::Call(name, args) => {
                let builtin = builtins::find(name)?;
                let types: Vec<Type> = args.iter().map(|&a| self.cx.ty(a)).collect();
                let is_final = std::ptr::eq(builtin.variant_for(&types), builtin) || builtin.variants.is_empty();
                let fits = is_final && builtin.result(&types) == Some(ty);
                when(fits, builtin.partial || self.any_optional(args))
            }
            Node::InSet(a, _) | Node::Matches(a, _) => {
                when(ty == Type::Bool && is_text(self.cx.ty(*a)), self.optional(*a))
            }
            Node::Choose { arms, otherwise } => self.of_choose(arms, *otherwise, ty),
            Node::Follow(id, a) => when(!program.links[id.index()].many && self.cx.ty(*a) == ty, true),
            Node::HasLink(id) => when(!program.links[id.index()].many && ty == Type::Bool, false),
            Node::Outer(a) => when(self.cx.ty(*a) == ty, self.optional(*a)),
            Node::Aggregate(aggregate) => self.of_aggregate(aggregate, ty),
            Node::AddBusiness(a, b, calendar) => {
                let fits = self.cx.ty(*a) == Type::Timestamp && self.cx.ty(*b) == Type::Business(*calendar);
                when(fits && ty == Type::Timestamp, true)
            }
            Node::BusinessTime(a, b, _) => {
                let fits = self.cx.ty(*a) == Type::Timestamp && self.cx.ty(*b) == Type::Timestamp;
                when(fits && ty == Type::Duration, self.optional(*a) || self.optional(*b))
            }
        }
    }

    fn optional(&self, id: NodeId) -> bool {
        self.cx.node(id).is_none_or(|n| n.optional)
    }

    fn any_optional(&self, ids: &[NodeId]) -> bool {
        ids.iter().any(|&id| self.optional(id))
    }

    fn of_op(&self, op: Op, args: &[NodeId], ty: Type) -> Option<bool> {
        let types: Vec<Type> = args.iter().map(|&a| self.cx.ty(a)).collect();
        let result = ops::result_type(op, &types)?;
        let optional = match (op, args) {
            (Op::IsMissing | Op::IsKnown | Op::IsTrue | Op::IsFalse, _) => false,
            (Op::Else, &[a, b]) => self.optional(a) && self.optional(b),
            _ => ops::is_partial(op) || self.any_optional(args),
        };
        same_type(result, ty).then_some(optional)
    }

    fn of_choose(&self, arms: &[(NodeId, NodeId)], otherwise: Option<NodeId>, ty: Type) -> Option<bool> {
        let conditions = arms.iter().all(|&(when, _)| self.cx.ty(when) == Type::Bool);
        let values: Vec<NodeId> = arms.iter().map(|&(_, value)| value).chain(otherwise).collect();
        let fits = conditions && values.iter().all(|&v| same_type(self.cx.ty(v), ty));
        fits.then(|| otherwise.is_none() || self.any_optional(&values))
    }

    fn of_aggregate(&self, aggregate: &Aggregate, ty: Type) -> Option<bool> {
        let link = self.cx.link(aggregate.link)?;
        let timed = self.cx.program.records.get(link.to.index())?.event_time.is_some();
        let filter = aggregate.filter.is_none_or(|f| self.cx.ty(f) == Type::Bool);
        if !link.many || !filter || aggregate.needs_time() && !timed {
            return None;
        }
        let body = aggregate.body.map(|b| self.cx.ty(b));
        // A sum may overflow, but says so only if its writer wants it to.
        let (fits, optional) = match (aggregate.fold, body) {
            (Fold::Count, None) => (ty == Type::Int, false),
            (Fold::CountDistinct, Some(_)) => (ty == Type::Int, false),
            (Fold::Any | Fold::All, Some(body)) => (body == Type::Bool && ty == Type::Bool, false),
            (Fold::Sum, Some(body)) => (same_type(body, ty) && is_summed(ty), false),
            (Fold::Avg, Some(body)) => (is_summed(body) && is_mean(body, ty), true),
            (Fold::Min | Fold::Max, Some(body)) => (body == ty && (ty.is_int_like() || ty.is_float_like()), true),
            (Fold::First | Fold::Latest, Some(body)) => (body == ty, true),
            (Fold::Percentile, _) | (_, None) | (Fold::Count, Some(_)) => return None,
        };
        fits.then_some(optional)
    }
}

fn is_summed(ty: Type) -> bool {
    ty.is_float_like() || matches!(ty, Type::Int | Type::Money(_) | Type::Decimal(_) | Type::Duration)
}

/// Means are numbers, but of money, durations and percentages of their own kind.
fn is_mean(body: Type, ty: Type) -> bool {
    match body {
        Type::Money(_) | Type::Duration => ty == body,
        _ => ty.is_float_like(),
    }
}

/// The type of a part of a decision's result; `None` if it has no such part.
pub(super) fn part_type(decision: &Decision, part: Part) -> Option<Type> {
    let outputs = match &decision.kind {
        DecisionKind::Table(table) => table.outputs.as_slice(),
        DecisionKind::Lookup(lookup) => lookup.outputs.as_slice(),
        DecisionKind::Score(_)
        | DecisionKind::Band(_)
        | DecisionKind::Grade(_)
        | DecisionKind::Journey(_)
        | DecisionKind::Recommend { .. }
        | DecisionKind::Route(_)
        | DecisionKind::Handoff(_)
        | DecisionKind::Value(_) => &[],
    };
    match (part, &decision.kind) {
        (Part::Main, _) => Some(decision.ty),
        (Part::Column(i), _) if i > 0 => outputs.get(usize::from(i)).map(|(_, ty)| *ty),
        (Part::Status, DecisionKind::Handoff(handoff)) => Some(Type::Enum(handoff.status)),
        (Part::Reason, DecisionKind::Handoff(_)) => Some(Type::Text),
        (Part::DueAt, DecisionKind::Handoff(_)) => Some(Type::Timestamp),
        (Part::Column(_) | Part::Status | Part::Reason | Part::DueAt, _) => None,
    }
}
