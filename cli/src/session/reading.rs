//! What a command reads: fields, and the records whose rows must or may be given.

use super::Purpose;
use revplay_ir::program::{FieldId, Kpi, LinkId, Program, RecordId};
use revplay_ir::reads::{self, Reads};
use std::collections::BTreeSet;

/// What is read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Fields of all records.
    pub fields: BTreeSet<FieldId>,
    /// Records whose rows must be given.
    pub required: BTreeSet<RecordId>,
    /// Records whose rows are read if they are given: only KPIs look at them.
    pub welcome: BTreeSet<RecordId>,
}

impl Reading {
    /// What a purpose needs of a program.
    pub fn of(program: &Program, purpose: Purpose) -> Reading {
        let mut reading = Reading::default();
        let kpis: Vec<BTreeSet<RecordId>> = program
            .kpis
            .iter()
            .filter(|kpi| purpose != Purpose::Explain && kpi.not_built.is_none())
            .map(|kpi| reading.kpi(program, kpi))
            .collect();
        let kpi_records = kpis.into_iter().flatten().collect();
        match purpose {
            Purpose::Kpis => {
                reading.required = kpi_records;
                let decided = program.decided.and_then(|id| program.records.get(id.index()));
                reading.fields.extend(decided.and_then(|record| record.key));
            }
            Purpose::Run | Purpose::Explain => {
                let decisions = reads::decisions_read(program);
                reading.required = records(program, &decisions.links);
                reading.fields.extend(decisions.fields);
                reading.welcome = kpi_records;
            }
        }
        reading
    }

    /// Adds the fields that a KPI reads and returns its records.
    fn kpi(&mut self, program: &Program, kpi: &Kpi) -> BTreeSet<RecordId> {
        let (reads, records) = kpi_needs(program, kpi);
        self.fields.extend(reads.fields);
        records
    }
}

/// Records besides the decided one that a KPI needs rows of, directly and through decisions.
pub fn kpi_records(program: &Program, kpi: &Kpi) -> BTreeSet<RecordId> {
    kpi_needs(program, kpi).1
}

fn kpi_needs(program: &Program, kpi: &Kpi) -> (Reads, BTreeSet<RecordId>) {
    let mut reads = reads::kpi_reads(program, kpi);
    let mut open: Vec<_> = reads.decisions.iter().copied().collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if let Some(decision) = program.decisions.get(id.index()).filter(|_| seen.insert(id)) {
            let below = reads::decision_reads(program, decision);
            reads.fields.extend(below.fields);
            reads.links.extend(below.links);
            open.extend(below.decisions);
        }
    }
    let mut needed = records(program, &reads.links);
    for total in kpi.value.totals() {
        needed.extend((Some(total.record) != program.decided).then_some(total.record));
        // An event after now does not count, so its time must be known.
        reads.fields.extend(program.records.get(total.record.index()).and_then(|r| r.event_time));
    }
    (reads, needed)
}

/// Records behind links, without the decided one.
fn records(program: &Program, links: &BTreeSet<LinkId>) -> BTreeSet<RecordId> {
    let behind = links.iter().filter_map(|link| program.links.get(link.index()));
    behind.map(|link| link.to).filter(|record| Some(*record) != program.decided).collect()
}
