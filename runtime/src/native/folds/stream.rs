//! The folds of a to-many link taken while its rows are read, where the rows of a key follow each other. Of them
//! nothing is kept but what they add up to: memory grows with the keys, not with the rows.
//!
//! Chunks are folded by any thread. A chunk begins and ends within some key, so the rows of the keys at its ends are put
//! aside, and those of keys with hardly any rows; they are few, and are folded at the end as the rows of a link are. A key
//! that comes in another chunk too shows that the rows do not stand so: then the file must be read once more, its rows be
//! kept, and be folded when all are there.

use super::block::{Block, Source, taken};
use super::days::Days;
use super::many::Many;
use super::rule::Lists;
use super::whose::{BORDER, Whose};
use super::{how_node, how_rule};
use crate::engine::Engine;
use crate::links::index::Index;
use crate::links::{
    Folded, FoldedColumns, FoldedKeys, GroupedRows, LinkReport, LinkedRows, Links, NotGrouped, event_times, keeps_all,
    on_threads, place,
};
use crate::native::plan::{How, What};
use crate::table::{Table, text_at};
use arrow_array::{Array, ArrayRef, Int64Array, StringArray};
use revplay_ir::program::{Amount, DecisionId, DecisionKind, LinkId, Node, NodeId, Program, RecordId};
use revplay_ir::types::Type;
use std::convert::Infallible;
use std::ops::Range;
use std::sync::Arc;

/// Rows that are looked at together.
const BLOCK_ROWS: usize = 1 << 13;
/// Rows after which it is judged whether they stand by key.
const TRIAL_ROWS: usize = 1 << 12;

/// Keys of a link that are folded at a time, and how many times are waited for together.
const PART_KEYS: usize = 1 << 12;
pub(super) const PARTS: usize = 32;

/// How the rows of a linked record are folded while they are read. May be shared by threads.
pub struct Folding {
    record: RecordId,
    link: LinkId,
    /// Position of the field by which rows are linked, and whether it holds texts.
    key: (usize, bool),
    columns: Vec<(What, Type)>,
    pub(super) many: Many,
    pub(super) source: Source,
}

/// What became of the rows of a chunk.
pub struct FoldedChunk {
    /// The keys that are not at its ends, how many rows each has, and what they add up to.
    keys: ArrayRef,
    counts: Vec<u32>,
    columns: Vec<Option<ArrayRef>>,
    /// The rows of the others.
    border: Table,
    rows: Seen,
}

/// Rows without a key, events after `now`, and events without a time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    pub(super) without_key: u64,
    after_now: u64,
    without_time: u64,
}

/// The rows of a linked record that were folded so far.
pub struct FoldingRows {
    keys: FoldedKeys,
    border: LinkedRows,
    all: usize,
    rows: Seen,
}

/// The rows of a linked record, folded, for [`Engine::link_rows`].
pub struct FoldedRows {
    pub(crate) record: RecordId,
    pub(crate) link: LinkId,
    pub(crate) index: Index,
    pub(crate) folded: Folded,
    pub(crate) after_now: u64,
    pub(crate) without_time: u64,
}

impl Folding {
    /// How the rows of a record are folded while they are read; `None` if something looks at the rows themselves: KPIs
    /// that count them, expressions that compare them with the row they belong to, links that lead on from them, rows
    /// that are left out for one before them.
    pub fn new(engine: &Engine, record: RecordId) -> Option<Folding> {
        let program = &engine.program;
        let mut links = (0u32..).map(LinkId).zip(&program.links).filter(|(_, link)| link.to == record);
        let (Some((id, link)), None) = (links.next(), links.next()) else { return None };
        let totals = program.kpis.iter().flat_map(|kpi| kpi.value.totals());
        let alone = link.many
            && Some(link.from) == program.decided
            && link.from != record
            && keeps_all(program, record)
            && program.links.iter().all(|link| link.from != record)
            && totals.into_iter().all(|total| total.record != record);
        let (position, ty) = place(program, &engine.prepared.positions, link.to_field);
        if !alone || !(ty.is_int_like() || ty == Type::Text) {
            return None;
        }
        let whats = folds(program, id).filter(|folds| !folds.is_empty())?;
        let many = Many::new(engine, &whats);
        let source = Source::new(engine, record, &many.nodes());
        let ty = |what: &What| match what {
            What::Rule(..) => Type::Int,
            What::Node(id) => program.nodes.get(id.index()).map_or(Type::Error, |data| data.ty),
        };
        let columns = whats.iter().map(|what| (*what, ty(what))).collect();
        Some(Folding { record, link: id, key: (position, !ty_is_int(program, link.to_field)), columns, many, source })
    }

    /// Folds rows that were kept, key by key, on some threads. The rows are given up: what they add up to takes less
    /// room, and is looked up faster than the rows themselves are found.
    pub fn of_kept(&self, engine: &Engine, rows: LinkedRows, threads: usize) -> FoldedRows {
        let wanted = if self.source.reads(self.key.0) { None } else { Some(self.key.0) };
        let rows = match GroupedRows::of(engine, rows, wanted, threads) {
            Ok(grouped) => return self.of_groups(engine, grouped, threads),
            Err(rows) => rows,
        };
        let (links, report) = Links::of_rows(engine, vec![rows], threads);
        let kept = Engine { links: Arc::new(links), ..engine.clone() };
        let keys = kept.links.index(self.link).map_or(0, |index| index.counts().len());
        let mut folded = self.nothing();
        let add = |part: Range<usize>, columns: &[Option<ArrayRef>]| -> Result<(), Infallible> {
            folded.add(part.len(), columns);
            Ok(())
        };
        let Ok(()) = self.each_part(&kept, keys, threads, add);
        let index = Arc::into_inner(kept.links).and_then(|links| links.into_index(self.link));
        let folded = folded.finish().packed(threads);
        self.done(index.unwrap_or_else(Index::nothing), folded, Seen::of_report(&report))
    }

    /// What the keys of a link add up to, in their order, some at a time.
    fn each_part<E>(
        &self,
        engine: &Engine,
        keys: usize,
        threads: usize,
        mut each: impl FnMut(Range<usize>, &[Option<ArrayRef>]) -> Result<(), E>,
    ) -> Result<(), E> {
        let part = |at: usize| at * PART_KEYS..keys.min((at + 1) * PART_KEYS);
        let parts = keys.div_ceil(PART_KEYS);
        for first in (0..parts).step_by(PARTS) {
            let columns = on_threads(threads, PARTS.min(parts - first), |at| {
                let slots: Vec<u32> = part(first + at).map(|slot| slot as u32).collect();
                self.many.columns(engine, self.link, &self.source, &slots)
            });
            for (at, columns) in columns.iter().enumerate() {
                each(part(first + at), columns)?;
            }
        }
        Ok(())
    }

    pub(super) fn nothing(&self) -> FoldedColumns {
        FoldedColumns::new(&self.columns, &self.many.finish(self.many.begin(1)))
    }

    pub(super) fn done(&self, index: Index, folded: Folded, rows: Seen) -> FoldedRows {
        let Seen { after_now, without_time, .. } = rows;
        FoldedRows { record: self.record, link: self.link, index, folded, after_now, without_time }
    }

    /// Begins without rows.
    pub fn begin(&self, engine: &Engine) -> FoldingRows {
        FoldingRows {
            keys: FoldedKeys::new(self.key.1, self.nothing()),
            border: LinkedRows::new(&engine.program, self.record),
            all: 0,
            rows: Seen::default(),
        }
    }

    /// Folds the rows of a chunk.
    pub fn fold(&self, engine: &Engine, rows: &Table) -> FoldedChunk {
        let column = rows.columns.get(self.key.0).and_then(Option::as_ref).filter(|column| column.len() == rows.rows);
        let whose = column.map_or_else(|| Whose::nobodys(rows.rows), |column| Whose::of(column.as_ref()));
        let mut chunk = FoldedChunk {
            keys: self.keys(column, &whose.firsts),
            counts: whose.counts,
            columns: Vec::new(),
            border: picked(rows, &whose.border),
            rows: Seen { without_key: whose.without_key, ..Seen::default() },
        };
        let mut states = self.many.begin(chunk.counts.len());
        let mut days = Days::new(&engine.prepared.zone, engine.calendaring());
        let mut lists = Lists::default();
        for from in (0..rows.rows).step_by(BLOCK_ROWS) {
            let rows = slice(rows, from, BLOCK_ROWS.min(rows.rows - from));
            let keys = whose.keys.get(from..from + rows.rows).unwrap_or_default();
            let times = event_times(engine, &rows);
            let block = self.source.block_of(engine, &rows, times.as_ref());
            if times.is_some() {
                chunk.rows.count_times(engine.now_us, &block, keys);
            }
            self.many.add(engine, &mut states, &block, keys, &mut days, &mut lists);
        }
        chunk.columns = self.many.finish(states);
        chunk
    }

    /// The keys of some rows, which have one.
    fn keys(&self, column: Option<&ArrayRef>, rows: &[u32]) -> ArrayRef {
        if !self.key.1 {
            let ints = column.and_then(|column| column.as_any().downcast_ref::<Int64Array>());
            let key =
                |row: &u32| ints.filter(|ints| (*row as usize) < ints.len()).map(|ints| ints.value(*row as usize));
            return Arc::new(rows.iter().map(key).collect::<Int64Array>());
        }
        let key = |row: &u32| column.and_then(|column| text_at(column.as_ref(), *row as usize));
        Arc::new(rows.iter().map(key).collect::<StringArray>())
    }
}

impl FoldingRows {
    /// Adds a chunk behind the others.
    ///
    /// # Errors
    /// If the rows of a key do not follow each other. What was folded is of no use then.
    pub fn add(&mut self, chunk: &FoldedChunk) -> Result<(), NotGrouped> {
        self.keys.add(chunk.keys.as_ref(), &chunk.counts, &chunk.columns)?;
        self.rows.add(chunk.rows);
        self.border.add(&chunk.border);
        self.all += chunk.counts.iter().map(|count| *count as usize).sum::<usize>() + chunk.border.rows;
        // Rows that are put aside are better kept in the first place.
        let scattered = self.all >= TRIAL_ROWS && self.border.rows() > self.all / 2;
        if scattered { Err(NotGrouped) } else { Ok(()) }
    }

    /// The end of the rows. What was put aside is folded on some threads.
    ///
    /// # Errors
    /// As [`FoldingRows::add`].
    pub fn finish(mut self, folding: &Folding, engine: &Engine, threads: usize) -> Result<FoldedRows, NotGrouped> {
        let (links, report) = Links::of_rows(engine, vec![self.border], threads);
        let border = Engine { links: Arc::new(links), ..engine.clone() };
        if let Some(index) = border.links.index(folding.link) {
            let counts: Vec<u32> = index.counts().collect();
            let keys = index.all_keys();
            folding.each_part(&border, counts.len(), threads, |part, columns| {
                let keys = keys.as_ref().ok_or(NotGrouped)?.slice(part.start, part.len());
                self.keys.add(keys.as_ref(), counts.get(part).unwrap_or_default(), columns)
            })?;
            self.rows.without_key += index.without_key();
        }
        self.rows.add(Seen::of_report(&report));
        self.keys.without_key = self.rows.without_key;
        let (folded, index) = self.keys.finish();
        Ok(folding.done(index, folded, self.rows))
    }
}

impl Seen {
    fn of_report(report: &LinkReport) -> Seen {
        let sum = |counts: &[(RecordId, u64)]| counts.iter().map(|(_, rows)| rows).sum();
        Seen { without_key: 0, after_now: sum(&report.after_now), without_time: sum(&report.without_time) }
    }

    pub(super) fn add(&mut self, other: Seen) {
        self.without_key += other.without_key;
        self.after_now += other.after_now;
        self.without_time += other.without_time;
    }

    /// Of the rows that are not put aside.
    pub(super) fn count_times(&mut self, now_us: i64, block: &Block, keys: &[u32]) {
        let inside = |key: &u32| *key != BORDER;
        if block.timed.is_none() {
            let after = block.times.iter().zip(keys).map(|(time, key)| u64::from((*time > now_us) & inside(key)));
            self.after_now += after.sum::<u64>();
            return;
        }
        for (row, _) in keys.iter().enumerate().filter(|(_, key)| inside(key)) {
            match block.time(row) {
                Some(time) => self.after_now += u64::from(time > now_us),
                None => self.without_time += 1,
            }
        }
    }
}

/// All that is folded over a link; `None` if something goes over it that is not folded by key.
fn folds(program: &Program, link: LinkId) -> Option<Vec<What>> {
    let mut found = Vec::new();
    for (id, data) in (0u32..).map(NodeId).zip(&program.nodes) {
        match &data.node {
            Node::Aggregate(aggregate) if aggregate.link == link => {
                let by_key = matches!(how_node(program, &data.node), Some(How::Linked(_)));
                found.push(by_key.then_some(What::Node(id))?);
            }
            Node::Follow(known, _) | Node::HasLink(known) if *known == link => return None,
            _ => {}
        }
    }
    for (id, decision) in (0u32..).map(DecisionId).zip(&program.decisions) {
        let DecisionKind::Score(score) = &decision.kind else { continue };
        for (g, group) in (0u32..).zip(&score.groups) {
            for (r, rule) in (0u32..).zip(&group.rules) {
                if let Amount::Each(each) = &rule.amount
                    && each.link == link
                {
                    let by_key = matches!(how_rule(program, each), How::Linked(_));
                    found.push(by_key.then_some(What::Rule(id, g, r))?);
                }
            }
        }
    }
    Some(found)
}

fn ty_is_int(program: &Program, field: revplay_ir::program::FieldId) -> bool {
    program.fields.get(field.index()).is_some_and(|about| about.ty.is_int_like())
}

fn slice(rows: &Table, from: usize, len: usize) -> Table {
    let column = |column: &ArrayRef| (column.len() == rows.rows).then(|| column.slice(from, len));
    let columns = rows.columns.iter().map(|array| array.as_ref().and_then(column)).collect();
    Table { record: rows.record, rows: len, columns }
}

fn picked(rows: &Table, wanted: &[u32]) -> Table {
    let column = |column: &ArrayRef| (column.len() == rows.rows).then(|| taken(column, wanted));
    let columns = rows.columns.iter().map(|array| array.as_ref().and_then(column)).collect();
    Table { record: rows.record, rows: wanted.len(), columns }
}
