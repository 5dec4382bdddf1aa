//! Columns over linked records: what the rows of a key add up to, a batch's keys at a time.
//!
//! | part | what it does |
//! |---|---|
//! | this file | what can be done this way; which links a batch needs |
//! | `many` | all folds of a to-many link, key by key |
//! | `block` | a number of linked rows as a batch, with the values of nodes over it |
//! | `rule`, `days` | the events of a rule: decay, rate limits, sums |
//! | `aggregate` | folds of values |
//! | `one` | values of the rows behind to-one links |
//! | `stream`, `whose` | the folds of a link taken while its rows are read |
//! | `scattered` | the same where the rows of a key are scattered over the file |
//!
//! Amounts, decay and folds are those of the evaluator: the same functions.

mod aggregate;
mod block;
mod days;
mod many;
mod one;
mod rule;
mod scattered;
mod stream;
mod whose;

use super::plan::{How, Plan, What};
use crate::engine::Engine;
use crate::prepare::shape::for_each_operand;
use crate::table::Table;
use arrow_array::ArrayRef;
pub(super) use block::Source;
pub(crate) use block::taken;
use many::Many;
use one::One;
use revplay_ir::program::{Aggregate, Each, Fold, LinkId, Node, NodeId, Program, RecordId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
pub use stream::{FoldedChunk, FoldedRows, Folding, FoldingRows};

/// What is computed over the rows of each link, or of a batch itself, and its code: made ready when it is first needed.
#[derive(Default)]
pub(super) struct Sources {
    known: Mutex<BTreeMap<Option<LinkId>, Arc<Source>>>,
}

impl Sources {
    /// Of nodes over the rows that a link leads to.
    fn of_link(&self, engine: &Engine, link: LinkId, nodes: impl FnOnce() -> Vec<NodeId>) -> Arc<Source> {
        let record = engine.program.links.get(link.index()).map_or(RecordId(0), |link| link.to);
        self.of(Some(link), || Source::new(engine, record, &nodes()))
    }

    /// Of nodes over the rows of a batch.
    pub(super) fn of_batch(
        &self,
        engine: &Engine,
        record: RecordId,
        nodes: impl FnOnce() -> Vec<NodeId>,
    ) -> Arc<Source> {
        self.of(None, || Source::new(engine, record, &nodes()))
    }

    fn of(&self, key: Option<LinkId>, new: impl FnOnce() -> Source) -> Arc<Source> {
        match self.known.lock() {
            Ok(mut known) => known.entry(key).or_insert_with(|| Arc::new(new())).clone(),
            Err(_) => Arc::new(new()),
        }
    }
}

/// How the effect of a rule's events is computed.
pub(super) fn how_rule(program: &Program, each: &Each) -> How {
    how(program, each.link, each.filter.into_iter().chain([each.points]))
}

/// How a node that goes over a link is computed; `None` if it goes over none.
pub(super) fn how_node(program: &Program, node: &Node) -> Option<How> {
    match node {
        Node::Aggregate(Aggregate { fold: Fold::Percentile, .. }) => None,
        Node::Aggregate(a) => Some(how(program, a.link, a.filter.into_iter().chain(a.body))),
        Node::Follow(link, body) => Some(how(program, *link, [*body].into_iter())),
        Node::HasLink(link) => Some(How::Linked(*link)),
        Node::Const(_)
        | Node::Param(_)
        | Node::Now
        | Node::Field(_)
        | Node::Result(..)
        | Node::Op(..)
        | Node::Call(..)
        | Node::InSet(..)
        | Node::Matches(..)
        | Node::Choose { .. }
        | Node::Outer(_)
        | Node::AddBusiness(..)
        | Node::BusinessTime(..) => None,
    }
}

/// Values of linked rows can be computed apart if they hang on nothing but these rows and what these lead to.
fn how(program: &Program, link: LinkId, nodes: impl Iterator<Item = NodeId>) -> How {
    let mut stack: Vec<NodeId> = nodes.collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = stack.pop() {
        let Some(data) = program.nodes.get(id.index()).filter(|_| seen.insert(id)) else { continue };
        match &data.node {
            Node::Outer(_) => return How::Rows("compares linked rows with the record's own fields"),
            Node::Result(..) => return How::Rows("reads a decision for linked rows"),
            node => for_each_operand(node, |operand, _| stack.push(operand)),
        }
    }
    How::Linked(link)
}

/// Fills the columns of a plan that are computed over links.
pub(super) fn compute(
    engine: &Engine,
    plan: &Plan,
    sources: &Sources,
    batch: &Table,
    columns: &mut [Option<ArrayRef>],
) {
    let mut links: BTreeMap<LinkId, Vec<(usize, What)>> = BTreeMap::new();
    for (index, (what, how)) in plan.host.iter().enumerate() {
        if let How::Linked(link) = how {
            links.entry(*link).or_default().push((index, *what));
        }
    }
    for (link, wanted) in links {
        let slots = engine.links.slots(&engine.program, &engine.prepared.positions, link, batch);
        let (follows, folds): (Vec<_>, Vec<_>) =
            wanted.into_iter().partition(|(_, what)| follows(&engine.program, what));
        let whats = |wanted: &[(usize, What)]| wanted.iter().map(|(_, what)| *what).collect::<Vec<What>>();
        if let Some(known) = engine.links.folded(link) {
            let arrays = known.arrays(folds.iter().map(|(_, what)| *what), &slots);
            for ((index, _), array) in folds.iter().zip(arrays) {
                if let Some(column) = columns.get_mut(*index) {
                    *column = array;
                }
            }
            // Nothing is folded while it is read where a link is followed.
            continue;
        }
        let (one, many) = (One::new(engine, &whats(&follows)), Many::new(engine, &whats(&folds)));
        let source = sources.of_link(engine, link, || one.nodes().into_iter().chain(many.nodes()).collect());
        let arrays =
            one.columns(engine, link, &source, &slots).into_iter().chain(many.columns(engine, link, &source, &slots));
        for ((index, _), array) in follows.iter().chain(&folds).zip(arrays) {
            if let Some(column) = columns.get_mut(*index) {
                *column = array;
            }
        }
    }
}

fn follows(program: &Program, what: &What) -> bool {
    match what {
        What::Node(id) => {
            let node = program.nodes.get(id.index()).map(|data| &data.node);
            matches!(node, Some(Node::Follow(..) | Node::HasLink(_)))
        }
        What::Rule(..) => false,
    }
}
