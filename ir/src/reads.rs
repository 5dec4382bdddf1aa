//! Which fields, links and parameters are read. Only those columns are checked at intake (promise M6).

use crate::program::*;
use std::collections::BTreeSet;

/// What is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Fields, those that links compare and the times and ids of counted events included.
    pub fields: BTreeSet<FieldId>,
    /// Links.
    pub links: BTreeSet<LinkId>,
    /// Parameters.
    pub params: BTreeSet<ParamId>,
    /// Decisions.
    pub decisions: BTreeSet<DecisionId>,
}

impl Reads {
    fn link(&mut self, program: &Program, link: LinkId) {
        self.links.insert(link);
        let Some(def) = program.links.get(link.index()) else { return };
        self.fields.extend([def.from_field, def.to_field]);
        if def.many {
            self.events(program, def.to);
        }
    }

    /// Retries are removed by the event's id wherever its events are counted (promise L1), and an
    /// event after `now` does not count even without a window (promise N4).
    fn events(&mut self, program: &Program, record: RecordId) {
        let Some(record) = program.records.get(record.index()) else { return };
        self.fields.extend(record.event_id.into_iter().chain(record.event_time));
    }

    /// A KPI's total over the rows of a record: as rows that are linked, each key counts once (promise L1).
    fn total(&mut self, program: &Program, total: &Total) {
        self.nodes(program, total.nodes());
        if program.decided != Some(total.record) {
            self.events(program, total.record);
            let one_side = program.links.iter().filter(|link| !link.many && link.to == total.record);
            self.fields.extend(one_side.map(|link| link.to_field));
        }
    }

    fn nodes(&mut self, program: &Program, roots: impl IntoIterator<Item = NodeId>) {
        let mut open: Vec<NodeId> = roots.into_iter().collect();
        let mut seen = vec![false; program.nodes.len()];
        while let Some(id) = open.pop() {
            match seen.get_mut(id.index()) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            let Some(data) = program.nodes.get(id.index()) else { continue };
            open.extend(data.node.operands());
            match &data.node {
                Node::Field(field) => {
                    self.fields.insert(*field);
                }
                Node::Param(param) => {
                    self.params.insert(*param);
                }
                Node::Result(decision, _) => {
                    self.decisions.insert(*decision);
                }
                Node::Follow(link, _) | Node::HasLink(link) => self.link(program, *link),
                Node::Aggregate(aggregate) => self.link(program, aggregate.link),
                Node::Const(_)
                | Node::Now
                | Node::Op(..)
                | Node::Call(..)
                | Node::InSet(..)
                | Node::Matches(..)
                | Node::Choose { .. }
                | Node::Outer(_)
                | Node::AddBusiness(..)
                | Node::BusinessTime(..) => {}
            }
        }
    }

    fn decision(&mut self, program: &Program, kind: &DecisionKind) {
        let mut roots = kind.nodes();
        for each in kind.eaches() {
            self.link(program, each.link);
            roots.extend(each.nodes());
        }
        if let DecisionKind::Handoff(handoff) = kind {
            self.decisions.extend(handoff.route);
        }
        self.nodes(program, roots);
    }
}

/// What a node reads, directly or through its operands; not what the decisions read that it refers to.
pub fn node_reads(program: &Program, node: NodeId) -> Reads {
    let mut reads = Reads::default();
    reads.nodes(program, [node]);
    reads
}

/// What a decision reads, not counting the decisions that it refers to.
pub fn decision_reads(program: &Program, decision: &Decision) -> Reads {
    let mut reads = Reads::default();
    reads.decision(program, &decision.kind);
    reads
}

/// What a KPI reads; decisions that it refers to are named, not followed.
pub fn kpi_reads(program: &Program, kpi: &Kpi) -> Reads {
    let mut reads = Reads::default();
    for total in kpi.value.totals() {
        reads.total(program, total);
    }
    reads
}

/// What all decisions read, and the key of the decided record.
pub fn decisions_read(program: &Program) -> Reads {
    let mut reads = Reads::default();
    for decision in &program.decisions {
        reads.decision(program, &decision.kind);
    }
    let decided = program.decided.and_then(|id| program.records.get(id.index()));
    reads.fields.extend(decided.and_then(|record| record.key));
    reads
}

/// What the whole program reads: decisions, KPIs, proofs and the expectations of tests.
pub fn program_reads(program: &Program) -> Reads {
    let mut reads = decisions_read(program);
    for total in program.kpis.iter().flat_map(|kpi| kpi.value.totals()) {
        reads.total(program, total);
    }
    reads.nodes(program, program.proves.iter().map(|prove| prove.holds));
    for test in &program.tests {
        reads.nodes(program, test.expects.iter().map(|expect| expect.when));
    }
    reads
}

/// The fields that the whole program reads.
pub fn fields_read(program: &Program) -> BTreeSet<FieldId> {
    program_reads(program).fields
}
