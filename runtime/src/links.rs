//! Linked records: their rows, found by the field that links them (promise L1).

mod by_group;
mod column;
mod folded;
mod gather;
mod groups;
mod halves;
pub(crate) mod index;
pub(crate) mod keys;
mod open;
mod order;
mod packed;
mod parts;
mod pending;
mod pieces;
mod slots;
mod times;

pub use folded::NotGrouped;
pub(crate) use folded::{Folded, FoldedColumns, FoldedKeys};
pub use gather::LinkedRows;
pub(crate) use groups::GroupedRows;

use crate::engine::Engine;
use crate::native::FoldedRows;
use crate::native::plan::What;
use crate::table::Table;
use arrow_array::ArrayRef;
pub(crate) use column::Rows;
use index::Index;
pub(crate) use index::OfKey;
use keys::NONE;
pub(crate) use parts::on_threads;
pub(crate) use pieces::Picked;
use revplay_ir::program::{FieldId, Fold, LinkId, Program, RecordId};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
pub(crate) use times::Times;

/// Batches of which it is remembered where their rows lead: as many as there may be threads at work.
const RECENT_MAX: usize = 8;

/// The linked records' rows and the indexes over them.
#[derive(Debug)]
pub(crate) struct Links {
    /// Per record.
    tables: Vec<Option<Linked>>,
    /// Per link.
    indexes: Vec<Option<Index>>,
    /// Per link: what its rows add up to, where they were folded while they were read.
    folded: Vec<Option<Folded>>,
    /// Where the rows of the latest batches of the decided record lead: by link and key column.
    recent: Mutex<Vec<Recent>>,
}

/// A link, the key column of a batch, and where its rows lead.
type Recent = (LinkId, ArrayRef, Arc<Vec<u32>>);

/// The rows of a linked record.
#[derive(Debug)]
pub(crate) struct Linked {
    pub(crate) rows: Rows,
    /// Event time per row in microseconds, if the record has one.
    pub(crate) times: Option<Times>,
    /// Rows that count: neither a retry nor a repeated key; `None`: all.
    alive: Option<Vec<bool>>,
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
            folded: program.links.iter().map(|_| None).collect(),
            recent: Mutex::default(),
        }
    }

    pub(crate) fn build(engine: &Engine, tables: Vec<Table>) -> (Links, LinkReport) {
        let mut by_record: BTreeMap<RecordId, LinkedRows> = BTreeMap::new();
        for table in tables {
            let new = || LinkedRows::new(&engine.program, table.record);
            by_record.entry(table.record).or_insert_with(new).add(&table);
        }
        Links::of_rows(engine, by_record.into_values().collect(), 1)
    }

    pub(crate) fn of_rows(engine: &Engine, rows: Vec<LinkedRows>, threads: usize) -> (Links, LinkReport) {
        let program = &engine.program;
        let mut links = Links::empty(program);
        let mut report = LinkReport::default();
        let by_record: BTreeMap<RecordId, LinkedRows> = rows.into_iter().map(|rows| (rows.record(), rows)).collect();
        for (record, rows) in by_record {
            let by_key = position_of_key(engine, record).filter(|_| keeps_all(program, record));
            let linked = Linked::new(engine, rows.finish(by_key, threads), &mut report);
            if let Some(slot) = links.tables.get_mut(record.index()) {
                *slot = Some(linked);
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
    pub(crate) fn rows(&self, link: LinkId, key: &Value) -> OfKey<'_> {
        match self.indexes.get(link.index()) {
            Some(Some(index)) => index.slot(key).map_or(OfKey::NOTHING, |slot| index.rows(slot)),
            Some(None) | None => OfKey::NOTHING,
        }
    }

    /// The rows of a link by key, if its record was linked.
    pub(crate) fn index(&self, link: LinkId) -> Option<&Index> {
        self.indexes.get(link.index()).and_then(Option::as_ref)
    }

    /// The keys of a link without its rows.
    pub(crate) fn into_index(mut self, link: LinkId) -> Option<Index> {
        self.indexes.get_mut(link.index())?.take().map(Index::without_rows)
    }

    /// What the rows of a link add up to, if they were folded while they were read.
    pub(crate) fn folded(&self, link: LinkId) -> Option<&Folded> {
        self.folded.get(link.index()).and_then(Option::as_ref)
    }

    /// One of these for the row with a key, if it is known here.
    pub(crate) fn folded_value(&self, link: LinkId, key: &Value, what: What, ty: Type) -> Option<Value> {
        let (folded, index) = self.folded(link).zip(self.index(link))?;
        Some(folded.value(what, index.slot(key).unwrap_or(NONE), ty))
    }

    /// Where the rows of a batch lead by a link: the numbers of their keys in its index, [`NONE`] for nowhere.
    pub(crate) fn slots(&self, program: &Program, positions: &[usize], link: LinkId, batch: &Table) -> Arc<Vec<u32>> {
        let about = program.links.get(link.index()).filter(|about| about.from == batch.record);
        let (Some(index), Some(about)) = (self.index(link), about) else { return Arc::new(vec![NONE; batch.rows]) };
        let column = batch.columns.get(place(program, positions, about.from_field).0).and_then(Option::as_ref);
        let remembered = column.filter(|_| program.decided == Some(batch.record));
        let same = |known: &ArrayRef| remembered.is_some_and(|column| Arc::ptr_eq(known, column));
        if let Ok(recent) = self.recent.lock()
            && let Some((_, _, slots)) = recent.iter().find(|(known, column, _)| *known == link && same(column))
        {
            return slots.clone();
        }
        let slots = Arc::new(index.slots(column, batch.rows));
        if let (Some(column), Ok(mut recent)) = (remembered, self.recent.lock()) {
            if recent.len() >= RECENT_MAX * self.indexes.len() {
                recent.remove(0);
            }
            recent.push((link, column.clone(), slots.clone()));
        }
        slots
    }

    /// Marks the keys that a batch reaches, for [`Links::orphans`].
    pub(crate) fn mark_reached(&self, program: &Program, positions: &[usize], batch: &Table) {
        for (id, (link, index)) in program.links.iter().zip(&self.indexes).enumerate() {
            let Some(index) = index.as_ref().filter(|_| link.many && link.from == batch.record) else { continue };
            let slots = self.slots(program, positions, LinkId(id as u32), batch);
            slots.iter().filter(|slot| **slot != NONE).for_each(|slot| index.mark(*slot));
        }
    }

    pub(crate) fn orphans(&self, program: &Program) -> Vec<Orphans> {
        let mut orphans = Vec::new();
        for (i, (link, index)) in program.links.iter().zip(&self.indexes).enumerate() {
            let Some(index) = index.as_ref().filter(|_| link.many) else { continue };
            // Other records' rows are all here: mark what they reach now.
            if let Some(from) = self.linked(link.from).filter(|_| Some(link.from) != program.decided) {
                let column = from.rows.whole(position_of(program, link.from_field));
                let slots = index.slots(column.as_ref(), from.rows.len);
                let reaching = slots.iter().enumerate().filter(|(row, slot)| **slot != NONE && from.is_alive(*row));
                reaching.for_each(|(_, slot)| index.mark(*slot));
            }
            orphans.push(Orphans { link: LinkId(i as u32), rows: index.not_reached() });
        }
        orphans
    }
}

impl Linked {
    fn new(engine: &Engine, rows: Rows, report: &mut LinkReport) -> Linked {
        let program = &engine.program;
        let times = Times::of_rows(engine, &rows);
        let record = rows.record;
        let mut linked = Linked { alive: None, times, rows };
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
            let (mut after, mut without) = (0, 0);
            for (_, time) in times.iter().enumerate().filter(|(row, _)| linked.is_alive(*row)) {
                after += u64::from(time.is_some_and(|t| t > engine.now_us));
                without += u64::from(time.is_none());
            }
            report.after_now.extend((after > 0).then_some((record, after)));
            report.without_time.extend((without > 0).then_some((record, without)));
        }
        linked.put_by_key(engine);
        linked
    }

    /// Puts the rows of a key next to each other, unless they are.
    fn put_by_key(&mut self, engine: &Engine) {
        let Some(position) = position_of_key(engine, self.rows.record) else { return };
        let mut links = engine.program.links.iter().filter(|link| link.many && link.to == self.rows.record);
        let (Some(link), None) = (links.next(), &self.rows.ordered) else { return };
        // They may hold a column that is moved.
        self.times = None;
        order::by_key(&mut self.rows, &mut self.alive, position, index::folds(&engine.program, link));
        self.times = Times::of_rows(engine, &self.rows);
    }

    /// Where the rows of each key of the field at a position start, if they all follow each other and count.
    pub(super) fn ordered_by(&self, position: usize) -> Option<&[u32]> {
        let ordered = self.rows.ordered.as_ref().filter(|ordered| ordered.position == position);
        ordered.filter(|_| self.alive.is_none()).map(|ordered| ordered.starts.as_slice())
    }

    /// Whether a row counts.
    #[inline]
    pub(crate) fn is_alive(&self, row: usize) -> bool {
        self.alive.as_ref().map_or(row < self.rows.len, |alive| alive.get(row) == Some(&true))
    }

    /// Lets the first row of each value of a field stay; returns the others with the row that
    /// they repeat. Rows without a value all stay.
    fn drop_repeats(&mut self, engine: &Engine, field: FieldId) -> Vec<(usize, usize)> {
        let (position, _) = place(&engine.program, &engine.prepared.positions, field);
        let folded = engine.program.fields[field.index()].ignoring_case;
        let (_, numbers, known) = index::number(&self.rows, position, folded);
        let mut first = vec![NONE; known as usize];
        let mut repeats = Vec::new();
        numbers.each(|row, number| {
            let Some(first) = first.get_mut(number as usize).filter(|_| self.is_alive(row)) else { return };
            if *first == NONE {
                *first = row as u32;
            } else {
                repeats.push((row, *first as usize));
            }
        });
        drop(numbers);
        if !repeats.is_empty() {
            let alive = self.alive.get_or_insert_with(|| vec![true; self.rows.len]);
            for (row, _) in &repeats {
                if let Some(alive) = alive.get_mut(*row) {
                    *alive = false;
                }
            }
        }
        repeats
    }
}

impl Engine {
    /// As [`Engine::link`], of rows that were gathered chunk by chunk, on so many threads, and of rows that were folded
    /// while they were read. Of two with the same record the last one stays.
    ///
    /// What was folded holds for this `now` and these parameters: an engine made from this one for others must be
    /// linked anew.
    pub fn link_rows(&mut self, rows: Vec<LinkedRows>, folded: Vec<FoldedRows>, threads: usize) -> LinkReport {
        let (mut links, mut report) = Links::of_rows(self, rows, threads);
        for rows in folded {
            let at = rows.link.index();
            if let (Some(index), Some(folded)) = (links.indexes.get_mut(at), links.folded.get_mut(at)) {
                (*index, *folded) = (Some(rows.index), Some(rows.folded));
            }
            report.after_now.extend((rows.after_now > 0).then_some((rows.record, rows.after_now)));
            report.without_time.extend((rows.without_time > 0).then_some((rows.record, rows.without_time)));
        }
        self.links = links.into();
        report
    }
}

/// The field by whose keys the rows of a record are put together: they are folded together. Rows of one key keep their
/// order, and nothing but the `first` and `latest` of KPIs looks at the order of others.
fn position_of_key(engine: &Engine, record: RecordId) -> Option<usize> {
    let program = &engine.program;
    let totals = || program.kpis.iter().flat_map(|kpi| kpi.value.totals()).filter(|total| total.record == record);
    let mut links = program.links.iter().filter(|link| link.many && link.to == record);
    // The rows of a key of another link would lose their order.
    let (Some(link), None) = (links.next(), links.next()) else { return None };
    if totals().any(|total| matches!(total.fold, Fold::First | Fold::Latest)) {
        return None;
    }
    Some(place(program, &engine.prepared.positions, link.to_field).0)
}

/// Whether no row of a record is left out for one before it in the file, and its texts are keys as they stand.
pub(crate) fn keeps_all(program: &Program, record: RecordId) -> bool {
    let event_id = program.records.get(record.index()).and_then(|about| about.event_id);
    let mut links = program.links.iter().filter(|link| link.to == record);
    event_id.is_none() && links.all(|link| link.many && !index::folds(program, link))
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
pub(crate) fn event_times(engine: &Engine, table: &Table) -> Option<Times> {
    Times::of(engine, table)
}

/// Position in its record and type of a field.
pub(crate) fn place(program: &Program, positions: &[usize], field: FieldId) -> (usize, Type) {
    (positions[field.index()], program.fields[field.index()].ty)
}

fn position_of(program: &Program, field: FieldId) -> usize {
    let record = &program.records[program.fields[field.index()].record.index()];
    record.fields.iter().position(|f| *f == field).unwrap_or(usize::MAX)
}
