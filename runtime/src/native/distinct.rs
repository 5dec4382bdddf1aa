//! What is computed once per distinct text of a field, and kept from batch to batch.

use super::coded::Coded;
use super::plan::{How, Plan, What};
use super::texts::Texts;
use crate::engine::Engine;
use crate::eval::{Evaluator, ROOT};
use crate::table::{ColumnBuilder, Table, cell};
use crate::trace::NoTrace;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, StringArray};
use arrow_buffer::Buffer;
use revplay_ir::program::{FieldId, NodeId};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Distinct texts that are kept of a field, in number and in bytes; beyond, it starts anew.
const TEXTS_MAX: usize = 1 << 17;
const BYTES_MAX: usize = 16 << 20;
/// Rows after which it is judged whether texts come again.
const TRIAL_ROWS: usize = 1 << 16;

/// What is known of the texts of all fields.
#[derive(Debug, Default)]
pub struct Memory {
    fields: BTreeMap<FieldId, FieldMemory>,
}

/// What is known of the texts of one field. Number 0 is missing, the others are one more than in `texts`.
#[derive(Debug, Default)]
struct FieldMemory {
    texts: Texts,
    /// Per column of flags of the field: a byte per number.
    flags: Vec<Vec<u8>>,
    /// Per column before the loop that hangs on the field: a value per number.
    values: Vec<Vec<Value>>,
    rows: usize,
    /// Texts hardly ever come again: each row is looked at.
    raw: bool,
    /// The last dictionary that was met, and the numbers of its entries: batches of one file share it.
    dictionary: Option<(ArrayRef, Vec<u32>)>,
    /// Flags by entry of the last dictionary that was met where nothing but flags hangs on the field.
    coded: Option<Coded>,
}

/// An entry of a dictionary that no row had yet.
const UNSEEN: u32 = u32::MAX;

/// Which flags and columns hang on a field: their indexes in the plan.
#[derive(Debug)]
pub struct Hung {
    flags: Vec<usize>,
    columns: Vec<(usize, NodeId)>,
}

/// The columns of a batch: of flags, and of other values per distinct text (by index in the plan).
pub struct Columns {
    /// Per column of flags.
    pub flags: Vec<Option<Buffer>>,
    /// Per column before the loop; `None` where it does not hang on one text.
    pub host: Vec<Option<ArrayRef>>,
}

impl Memory {
    /// The flags of one text of a field, by column of flags; `empty` is a table of its record.
    pub fn one(
        &mut self,
        of: (&Engine, &Plan, &Table),
        hung: (FieldId, usize, &Hung),
        text: Option<&str>,
    ) -> impl Iterator<Item = (usize, u8)> {
        self.fields.entry(hung.0).or_default().one(of, hung, text)
    }

    /// Computes the columns of a batch.
    pub fn columns(&mut self, engine: &Engine, plan: &Plan, batch: &Table) -> Columns {
        let fields = hung_on(plan);
        let mut columns = Columns { flags: vec![None; plan.flags.len()], host: vec![None; plan.host.len()] };
        for (field, hung) in fields {
            let memory = self.fields.entry(field).or_default();
            memory.add(engine, plan, batch, field, &hung, &mut columns);
        }
        columns
    }
}

/// What hangs on the text of which field.
pub fn hung_on(plan: &Plan) -> BTreeMap<FieldId, Hung> {
    let mut fields: BTreeMap<FieldId, Hung> = BTreeMap::new();
    let none = || Hung { flags: Vec::new(), columns: Vec::new() };
    for (index, column) in plan.flags.iter().enumerate() {
        fields.entry(column.field).or_insert_with(none).flags.push(index);
    }
    for (index, (what, how)) in plan.host.iter().enumerate() {
        if let (What::Node(node), How::Distinct(field)) = (what, how) {
            fields.entry(*field).or_insert_with(none).columns.push((index, *node));
        }
    }
    fields
}

impl FieldMemory {
    /// The flags of one text, by column of flags.
    fn one(
        &mut self,
        (engine, plan, empty): (&Engine, &Plan, &Table),
        (field, position, hung): (FieldId, usize, &Hung),
        text: Option<&str>,
    ) -> impl Iterator<Item = (usize, u8)> {
        self.flags.resize(hung.flags.len(), Vec::new());
        if self.texts.len() > TEXTS_MAX || self.texts.size() > BYTES_MAX {
            self.forget();
        }
        let number = text.map_or(0, |text| self.texts.number(text) as usize + 1);
        if self.flags.first().is_none_or(|flags| flags.len() <= number) {
            self.learn_new(engine, plan, empty, (position, field), hung);
        }
        let byte = move |(at, flags): (&usize, &Vec<u8>)| (*at, flags.get(number).copied().unwrap_or(0));
        hung.flags.iter().zip(&self.flags).map(byte)
    }

    fn add(&mut self, engine: &Engine, plan: &Plan, batch: &Table, field: FieldId, hung: &Hung, columns: &mut Columns) {
        self.flags.resize(hung.flags.len(), Vec::new());
        self.values.resize(hung.columns.len(), Vec::new());
        let (position, _) = crate::links::place(&engine.program, &engine.prepared.positions, field);
        let array = batch.columns.get(position).and_then(Option::as_ref);
        if self.raw {
            self.forget();
            let rows: Vec<u32> = (1..=batch.rows as u32).collect();
            self.learn(engine, plan, batch, hung);
            self.spread(engine, hung, &rows, columns);
            self.forget();
            return;
        }
        if self.texts.len() > TEXTS_MAX || self.texts.size() > BYTES_MAX {
            self.forget();
        }
        if hung.columns.is_empty()
            && let Some(coded) = array.and_then(|a| a.as_any().downcast_ref::<DictionaryArray<Int32Type>>())
            && coded.len() == batch.rows
        {
            self.add_coded((engine, plan, batch), (position, field), hung, coded, columns);
            self.judge(batch.rows);
            return;
        }
        let numbers = self.numbers(array, batch.rows);
        self.learn_new(engine, plan, batch, (position, field), hung);
        self.spread(engine, hung, &numbers, columns);
        self.judge(batch.rows);
    }

    /// Gives up on texts that hardly ever come again.
    fn judge(&mut self, rows: usize) {
        self.rows += rows;
        self.raw = self.rows >= TRIAL_ROWS && self.texts.len() * 2 > self.rows;
        if self.raw {
            self.forget();
        }
    }

    /// The flags of a column with a dictionary: looked up by its keys, once an entry's text is known.
    fn add_coded(
        &mut self,
        (engine, plan, batch): (&Engine, &Plan, &Table),
        place: (usize, FieldId),
        hung: &Hung,
        array: &DictionaryArray<Int32Type>,
        columns: &mut Columns,
    ) {
        // Number 0, missing, is learned with the first batch.
        self.learn_new(engine, plan, batch, place, hung);
        let missing: Vec<u8> = self.flags.iter().map(|bytes| bytes.first().copied().unwrap_or(0)).collect();
        let last = self.coded.take().filter(|coded| coded.is_of(array.values()));
        let mut coded = last.unwrap_or_else(|| Coded::new(array.values().clone(), hung.flags.len()));
        let found = coded.flags(array, &missing).unwrap_or_else(|| {
            let new: Vec<(usize, usize)> = coded
                .unseen(array)
                .into_iter()
                .map(|entry| match cell(array.values().as_ref(), entry, Type::Text) {
                    Value::Text(text) => (entry, self.texts.number_of_entry(&text) as usize + 1),
                    _ => (entry, 0),
                })
                .collect();
            self.learn_new(engine, plan, batch, place, hung);
            for (entry, number) in new {
                coded.learn(entry, self.flags.iter().map(|bytes| bytes.get(number).copied().unwrap_or(0)));
            }
            coded.flags_seen(array, &missing)
        });
        for (at, column) in hung.flags.iter().zip(found) {
            if let Some(slot) = columns.flags.get_mut(*at) {
                *slot = Some(Buffer::from_vec(column));
            }
        }
        self.coded = Some(coded);
    }

    fn forget(&mut self) {
        self.dictionary = None;
        self.coded = None;
        self.texts = Texts::default();
        self.flags.iter_mut().for_each(Vec::clear);
        self.values.iter_mut().for_each(Vec::clear);
    }

    /// The number of each row's text.
    fn numbers(&mut self, array: Option<&ArrayRef>, rows: usize) -> Vec<u32> {
        let any = array.map(|a| a.as_any());
        let texts = &mut self.texts;
        if let Some(array) = any.and_then(|a| a.downcast_ref::<StringArray>()) {
            return match array.nulls() {
                None => (0..rows.min(array.len())).map(|row| texts.number(array.value(row)) + 1).collect(),
                Some(nulls) => (0..rows.min(array.len()))
                    .map(|row| if nulls.is_valid(row) { texts.number(array.value(row)) + 1 } else { 0 })
                    .collect(),
            };
        }
        let Some(array) = any.and_then(|a| a.downcast_ref::<DictionaryArray<Int32Type>>()) else {
            return vec![0; rows];
        };
        let values = array.values();
        let last = self.dictionary.take().filter(|(last, _)| Arc::ptr_eq(last, values));
        // An entry may be there though no row has it: it is not worth a number.
        let mut entries = last.map_or_else(|| vec![UNSEEN; values.len()], |(_, entries)| entries);
        let mut of_key = |key: i32| {
            let Some(entry) = usize::try_from(key).ok().and_then(|key| entries.get_mut(key)) else { return 0 };
            if *entry == UNSEEN {
                *entry = match cell(values.as_ref(), key as usize, Type::Text) {
                    Value::Text(text) => texts.number_of_entry(&text) + 1,
                    _ => 0,
                };
            }
            *entry
        };
        let keys = array.keys();
        let numbers = match keys.nulls() {
            None => keys.values().iter().map(|key| of_key(*key)).collect(),
            Some(nulls) => {
                (0..keys.len()).map(|row| if nulls.is_valid(row) { of_key(keys.value(row)) } else { 0 }).collect()
            }
        };
        self.dictionary = Some((values.clone(), entries));
        numbers
    }

    /// Evaluates what hangs on the texts that came new.
    fn learn_new(&mut self, engine: &Engine, plan: &Plan, batch: &Table, (position, _): (usize, FieldId), hung: &Hung) {
        let known = self.flags.first().map(Vec::len).or(self.values.first().map(Vec::len)).unwrap_or(0);
        // Number 0 is there from the start.
        let first = known.max(1) - 1;
        if known > 0 && first == self.texts.len() {
            return;
        }
        let missing = (known == 0).then_some(None);
        let new = (first..self.texts.len()).map(|number| Some(self.texts.get(number)));
        let array: StringArray = missing.into_iter().chain(new).collect();
        let rows = array.len();
        let mut columns: Vec<Option<ArrayRef>> = vec![None; batch.columns.len().max(position + 1)];
        if let Some(slot) = columns.get_mut(position) {
            *slot = Some(Arc::new(array));
        }
        self.evaluate(engine, plan, &Table { record: batch.record, rows, columns }, hung);
    }

    /// Evaluates what hangs on the text of each row, as if all were distinct.
    fn learn(&mut self, engine: &Engine, plan: &Plan, batch: &Table, hung: &Hung) {
        let nothing = Table { record: batch.record, rows: 1, columns: vec![None; batch.columns.len()] };
        self.evaluate(engine, plan, &nothing, hung);
        self.evaluate(engine, plan, batch, hung);
    }

    fn evaluate(&mut self, engine: &Engine, plan: &Plan, texts: &Table, hung: &Hung) {
        let mut evaluator = Evaluator::new(engine, texts, NoTrace);
        for row in 0..texts.rows {
            evaluator.start_row(row);
            for (at, bytes) in hung.flags.iter().zip(&mut self.flags) {
                let mut byte = 0;
                for (node, yes, known) in plan.flags.get(*at).map(|f| f.predicates.as_slice()).unwrap_or_default() {
                    if let Value::Bool(value) = evaluator.eval(ROOT, *node) {
                        byte |= u8::from(value) << yes;
                        byte |= known.map_or(0, |known| 1 << known);
                    }
                }
                bytes.push(byte);
            }
            for ((_, node), values) in hung.columns.iter().zip(&mut self.values) {
                values.push(evaluator.eval(ROOT, *node));
            }
        }
    }

    /// From numbers to columns.
    fn spread(&self, engine: &Engine, hung: &Hung, numbers: &[u32], columns: &mut Columns) {
        for (at, bytes) in hung.flags.iter().zip(&self.flags) {
            let column: Vec<u8> = numbers.iter().map(|n| bytes.get(*n as usize).copied().unwrap_or(0)).collect();
            if let Some(slot) = columns.flags.get_mut(*at) {
                *slot = Some(Buffer::from_vec(column));
            }
        }
        for ((at, node), values) in hung.columns.iter().zip(&self.values) {
            let ty = engine.program.nodes.get(node.index()).map_or(Type::Error, |n| n.ty);
            let mut builder = ColumnBuilder::new(ty, numbers.len());
            for number in numbers {
                builder.push(values.get(*number as usize).unwrap_or(&Value::Missing));
            }
            if let Some(slot) = columns.host.get_mut(*at) {
                *slot = Some(builder.finish());
            }
        }
    }
}
