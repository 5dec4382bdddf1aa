//! Scopes: on which record's row a node may be evaluated, and on which rows around it.

use super::Verifier;
use crate::program::*;

/// What a node needs of the row it is evaluated on (first), of the row around the aggregate that it is in (second),
/// and so on outward; `None` where any row will do.
pub(super) type Needs = Vec<Option<RecordId>>;

/// Two needs at once; `None` if they contradict.
fn both(a: &Needs, b: &Needs) -> Option<Needs> {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut needs = long.clone();
    for (need, &other) in needs.iter_mut().zip(short) {
        match (*need, other) {
            (Some(x), Some(y)) if x != y => return None,
            (None, some) => *need = some,
            (Some(_), _) => {}
        }
    }
    Some(needs)
}

/// The needs of every node, with faults where they contradict.
pub(super) fn of_nodes(cx: &mut Verifier<'_>) -> Vec<Needs> {
    let mut all: Vec<Needs> = Vec::with_capacity(cx.program.nodes.len());
    for (i, data) in cx.program.nodes.iter().enumerate() {
        let needs = of_node(cx, &all, &data.node);
        if needs.is_none() {
            cx.fault(format!("%{i} is used in the scope of two records"));
        }
        all.push(needs.unwrap_or_default());
    }
    all
}

fn of_node(cx: &Verifier<'_>, all: &[Needs], node: &Node) -> Option<Needs> {
    let of = |id: NodeId| all.get(id.index()).cloned().unwrap_or_default();
    match node {
        Node::Field(id) => Some(vec![Some(cx.program.fields.get(id.index())?.record)]),
        Node::Result(..) => Some(vec![cx.program.decided]),
        Node::HasLink(id) => Some(vec![Some(cx.link(*id)?.from)]),
        Node::Follow(id, inner) => {
            let link = cx.link(*id)?;
            let mut needs = both(&of(*inner), &vec![Some(link.to)])?;
            needs[0] = Some(link.from);
            Some(needs)
        }
        Node::Outer(inner) => {
            let mut needs = of(*inner);
            needs.insert(0, None);
            Some(needs)
        }
        Node::Aggregate(aggregate) => {
            let link = cx.link(aggregate.link)?;
            let mut needs = vec![Some(link.to), Some(link.from)];
            for id in aggregate.filter.into_iter().chain(aggregate.body) {
                needs = both(&needs, &of(id))?;
            }
            needs.remove(0);
            Some(needs)
        }
        Node::Const(_)
        | Node::Param(_)
        | Node::Now
        | Node::Op(..)
        | Node::Call(..)
        | Node::InSet(..)
        | Node::Matches(..)
        | Node::Choose { .. }
        | Node::AddBusiness(..)
        | Node::BusinessTime(..) => {
            node.operands().into_iter().try_fold(Needs::new(), |needs, id| both(&needs, &of(id)))
        }
    }
}

/// The node can be evaluated on a row of `record` (`None`: on no row at all), inside an aggregate or event rule of
/// `outer` if there is one.
pub(super) fn fits(needs: &Needs, record: Option<RecordId>, outer: Option<RecordId>) -> bool {
    let given = [record, outer];
    needs.iter().enumerate().all(|(level, need)| match given.get(level).copied().flatten() {
        Some(record) => need.is_none_or(|n| n == record),
        // No row: nothing may be read of it. Beyond the second level only what needs nothing.
        None => need.is_none(),
    }) && needs.len() <= 1 + usize::from(outer.is_some())
}
