//! Linked records: their rows, found by the field that links them (promise L1).

mod index;

use crate::engine::Engine;
use crate::table::Table;
use index::Index;
use revplay_ir::program::{FieldId, LinkId, Program, RecordId};
use revplay_ir::time;
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::collections::{BTreeMap, HashMap};

/// The linked records' rows and the indexes over them.
#[derive(Debug)]
pub(crate) struct Links {
    /// Per record.
    tables: Vec<Option<Linked>>,
    /// Per link.
    indexes: Vec<Option<Index>>,
}

/// The rows of a linked record.
#[derive(Debug)]
pub(crate) struct Linked {
    pub(crate) table: Table,
    /// Event time per row in microseconds, if the record has one.
    pub(crate) times: Option<Vec<Option<i64>>>,
    /// Rows that count: neither a retry nor a repeated key.
    pub(crate) alive: Vec<bool>,
}

/// What linking left out and counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkReport {
    /// Rows on the one-side of a link whose key an earlier row has: they are rejects.
    pub repeated: Vec<RepeatedKey>,
    /// Per record, rows that repeat an `event id` and do not count.
    pub retries: Vec<(RecordId, u64)>,
    /// Per record, events after `now`: only a window `within next` sees them.
    pub after_now: Vec<(RecordId, u64)>,
    /// Per record, events without a time: outside every window.
    pub without_time: Vec<(RecordId, u64)>,
}

/// A row whose key is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatedKey {
    /// The record.
    pub record: RecordId,
    /// The field that must not repeat.
    pub field: FieldId,
    /// The row, from 0, in the record's table.
    pub row: usize,
    /// The earlier row with the key, which stays.
    pub first_row: usize,
}

/// Events of a to-many link that no row leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphans {
    /// The link.
    pub link: LinkId,
    /// How many rows.
    pub rows: u64,
}

impl Links {
    /// No rows behind any link.
    pub(crate) fn empty(program: &Program) -> Links {
        Links {
            tables: program.records.iter().map(|_| None).collect(),
            indexes: program.links.iter().map(|_| None).collect(),
        }
    }

    pub(crate) fn build(engine: &Engine, tables: Vec<Table>) -> (Links, LinkReport) {
        let program = &engine.program;
        let mut links = Links::empty(program);
        let mut report = LinkReport::default();
        let mut by_record: BTreeMap<RecordId, Vec<Table>> = BTreeMap::new();
        for table in tables {
            by_record.entry(table.record).or_default().push(table);
        }
        for (record, tables) in by_record {
            if let Some(table) = Table::concat(program, tables) {
                let linked = Linked::new(engine, table, &mut report);
                if let Some(slot) = links.tables.get_mut(record.index()) {
                    *slot = Some(linked);
                }
            }
        }
        for (link, slot) in program.links.iter().zip(&mut links.indexes) {
            if let Some(Some(linked)) = links.tables.get(link.to.index()) {
                *slot = Some(Index::build(program, &engine.prepared.positions, link, linked));
            }
        }
        (links, report)
    }

    /// The rows of a record that was linked.
    pub(crate) fn linked(&self, record: RecordId) -> Option<&Linked> {
        self.tables.get(record.index()).and_then(Option::as_ref)
    }

    /// Rows that a link leads to from a row with this key, in file order.
    pub(crate) fn rows(&self, link: LinkId, key: &Value) -> &[u32] {
        match self.indexes.get(link.index()) {
            Some(Some(index)) => index.slot(key).map_or(&[], |slot| index.rows(slot)),
            Some(None) | None => &[],
        }
    }

    /// Marks the keys that a batch reaches, for [`Links::orphans`].
    pub(crate) fn mark_reached(&self, program: &Program, positions: &[usize], batch: &Table) {
        for (link, index) in program.links.iter().zip(&self.indexes) {
            let Some(index) = index.as_ref().filter(|_| link.many && link.from == batch.record) else { continue };
            let (position, ty) = place(program, positions, link.from_field);
            for row in 0..batch.rows {
                if let Some(slot) = index.slot(&batch.value(position, row, ty)) {
                    index.mark(slot);
                }
            }
        }
    }

    pub(crate) fn orphans(&self, program: &Program) -> Vec<Orphans> {
        let mut orphans = Vec::new();
        for (i, (link, index)) in program.links.iter().zip(&self.indexes).enumerate() {
            let Some(index) = index.as_ref().filter(|_| link.many) else { continue };
            // Other records' rows are all here: mark what they reach now.
            if let Some(from) = self.linked(link.from).filter(|_| Some(link.from) != program.decided) {
                let position = position_of(program, link.from_field);
                let ty = program.fields[link.from_field.index()].ty;
                for row in (0..from.table.rows).filter(|&row| from.alive[row]) {
                    if let Some(slot) = index.slot(&from.table.value(position, row, ty)) {
                        index.mark(slot);
                    }
                }
            }
            orphans.push(Orphans { link: LinkId(i as u32), rows: index.not_reached() });
        }
        orphans
    }
}

impl Linked {
    fn new(engine: &Engine, table: Table, report: &mut LinkReport) -> Linked {
        let program = &engine.program;
        let mut linked = Linked { alive: vec![true; table.rows], times: event_times(engine, &table), table };
        let record = linked.table.record;
        if let Some(event_id) = program.records.get(record.index()).and_then(|r| r.event_id) {
            let repeats = linked.drop_repeats(engine, event_id);
            if !repeats.is_empty() {
                report.retries.push((record, repeats.len() as u64));
            }
        }
        for field in one_side_keys(program, record) {
            let repeats = linked.drop_repeats(engine, field);
            let repeats = repeats.into_iter().map(|(row, first_row)| RepeatedKey { record, field, row, first_row });
            report.repeated.extend(repeats);
        }
        if let Some(times) = &linked.times {
            let alive = || times.iter().zip(&linked.alive).filter(|(_, alive)| **alive).map(|(time, _)| time);
            let after = alive().filter(|time| time.is_some_and(|t| t > engine.now_us)).count() as u64;
            let without = alive().filter(|time| time.is_none()).count() as u64;
            report.after_now.extend((after > 0).then_some((record, after)));
            report.without_time.extend((without > 0).then_some((record, without)));
        }
        linked
    }

    /// Lets the first row of each value of a field stay; returns the others with the row that
    /// they repeat. Rows without a value all stay.
    fn drop_repeats(&mut self, engine: &Engine, field: FieldId) -> Vec<(usize, usize)> {
        let (position, ty) = place(&engine.program, &engine.prepared.positions, field);
        let folded = engine.program.fields[field.index()].ignoring_case;
        let mut first: HashMap<index::Key, usize> = HashMap::new();
        let mut repeats = Vec::new();
        for row in 0..self.table.rows {
            let Some(key) = index::Key::of(&self.table.value(position, row, ty), folded) else { continue };
            if !self.alive[row] {
                continue;
            }
            let first_row = *first.entry(key).or_insert(row);
            if first_row != row {
                self.alive[row] = false;
                repeats.push((row, first_row));
            }
        }
        repeats
    }
}

/// Fields of a record that to-one links find its rows by.
fn one_side_keys(program: &Program, record: RecordId) -> Vec<FieldId> {
    let mut keys: Vec<FieldId> =
        program.links.iter().filter(|l| !l.many && l.to == record).map(|l| l.to_field).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// The event time of each row; a date is the start of that day in the playbook's zone.
pub(crate) fn event_times(engine: &Engine, table: &Table) -> Option<Vec<Option<i64>>> {
    let field = engine.program.records.get(table.record.index())?.event_time?;
    let (position, ty) = place(&engine.program, &engine.prepared.positions, field);
    let zone = &engine.prepared.zone;
    let time = |row| match table.value(position, row, ty) {
        Value::Int(days) if ty == Type::Date => Some(time::start_of_day(zone, days)),
        Value::Int(us) => Some(us),
        Value::Missing | Value::Bool(_) | Value::Num(_) | Value::Text(_) | Value::List(_) => None,
    };
    Some((0..table.rows).map(time).collect())
}

/// Position in its record and type of a field.
pub(crate) fn place(program: &Program, positions: &[usize], field: FieldId) -> (usize, Type) {
    (positions[field.index()], program.fields[field.index()].ty)
}

fn position_of(program: &Program, field: FieldId) -> usize {
    let record = &program.records[program.fields[field.index()].record.index()];
    record.fields.iter().position(|f| *f == field).unwrap_or(usize::MAX)
}
