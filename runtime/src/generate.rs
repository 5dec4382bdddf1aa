//! Rows at the edges: missing values, ends of ranges, every label, the constants of the program
//! and what lies next to them, instants around `now`. For `prove` by example and for tests.

use crate::prepare::{contains, value_of};
use crate::table::Table;
use revplay_ir::program::{Amount, Const, DecisionKind, Each, FieldId, Node, Program, RecordId, Window};
use revplay_ir::time::DAY_US;
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// `n` rows of the decided record; of no record if the program decides none. Same arguments, same rows.
pub fn rows(program: &Program, now_us: i64, seed: u64, n: usize) -> Table {
    let Some(record) = program.decided else {
        return Table { record: RecordId(0), rows: 0, columns: Vec::new() };
    };
    rows_of(program, record, now_us, seed, n, n)
}

/// Rows of every record that a link leads to, `per_row` for each of `n` decided rows, with keys
/// that lead to each other.
pub fn linked(program: &Program, now_us: i64, seed: u64, n: usize, per_row: usize) -> Vec<Table> {
    let records: BTreeSet<RecordId> = program.links.iter().map(|link| link.to).collect();
    let rows = n.saturating_mul(per_row);
    records
        .into_iter()
        .map(|record| rows_of(program, record, now_us, seed ^ u64::from(record.0 + 1), rows, n))
        .collect()
}

fn rows_of(program: &Program, record: RecordId, now_us: i64, seed: u64, n: usize, keys: usize) -> Table {
    let constants = Constants::of(program, now_us);
    let mut random = Random(seed);
    let fields = program.records.get(record.index()).map(|r| r.fields.as_slice()).unwrap_or_default();
    let pools: Vec<Pool> = fields.iter().map(|field| pool(program, &constants, record, *field)).collect();
    let mut row = |i: usize| -> Vec<Value> { pools.iter().map(|pool| pool.draw(&mut random, i, keys)).collect() };
    let rows: Vec<Vec<Value>> = (0..n).map(&mut row).collect();
    Table::from_values(program, record, &rows)
}

/// Where a field's values come from.
enum Pool {
    /// A different one for each row.
    Key(Type),
    /// One of the rows' keys, or now and then none.
    Reference(Type, bool),
    /// One of these.
    Values(Vec<Value>),
}

impl Pool {
    fn draw(&self, random: &mut Random, row: usize, keys: usize) -> Value {
        match self {
            Pool::Key(ty) => key(*ty, row),
            Pool::Reference(_, true) if random.below(8) == 0 => Value::Missing,
            Pool::Reference(ty, _) => key(*ty, random.below(keys.max(1))),
            Pool::Values(values) => values.get(random.below(values.len().max(1))).cloned().unwrap_or(Value::Missing),
        }
    }
}

fn key(ty: Type, i: usize) -> Value {
    if ty == Type::Text { Value::text(&format!("k{i}")) } else { Value::Int(i as i64) }
}

fn pool(program: &Program, constants: &Constants, record: RecordId, id: FieldId) -> Pool {
    let field = &program.fields[id.index()];
    if program.records[record.index()].key == Some(id) {
        return Pool::Key(field.ty);
    }
    if program.links.iter().any(|link| link.from_field == id || link.to_field == id) {
        return Pool::Reference(field.ty, field.optional);
    }
    let mut values = constants.values(program, field.ty);
    if let Some(range) = &field.range {
        for bound in range.low.iter().chain(&range.high) {
            values.extend(around(value_of(bound)));
        }
        values.retain(|value| contains(range, value));
    }
    values.extend(field.default.as_ref().map(value_of));
    if values.is_empty() || field.optional {
        // Missing often enough that two fields are missing together.
        let share = values.len() / 6 + 1;
        values.extend(std::iter::repeat_n(Value::Missing, share));
    }
    Pool::Values(values)
}

/// The constants of a program, by how they are held.
struct Constants {
    now_us: i64,
    ints: BTreeSet<i64>,
    nums: Vec<f64>,
    texts: BTreeSet<Arc<str>>,
    spans: BTreeSet<i64>,
}

impl Constants {
    fn of(program: &Program, now_us: i64) -> Constants {
        let mut all = Constants {
            now_us,
            ints: BTreeSet::from([0, 1]),
            nums: vec![0.0, 1.0, 0.5],
            texts: BTreeSet::from([Arc::from("x")]),
            spans: BTreeSet::from([0, 1, DAY_US]),
        };
        for data in &program.nodes {
            match &data.node {
                Node::Const(literal) => all.add(literal, data.ty),
                Node::Aggregate(aggregate) => all.add_window(aggregate.window),
                _ => {}
            }
        }
        program.params.iter().for_each(|param| all.add(&param.default, param.ty));
        all.texts.extend(program.sets.iter().flat_map(|set| set.members.iter().take(5).cloned()));
        program.regexes.iter().for_each(|regex| all.add_words(&regex.pattern));
        program.decisions.iter().for_each(|decision| all.add_decision(&decision.kind));
        all
    }

    fn add(&mut self, literal: &Const, ty: Type) {
        match literal {
            Const::Int(x) if matches!(ty, Type::Duration | Type::Business(_)) => self.spans.extend([*x]),
            Const::Int(x) => self.ints.extend([*x]),
            Const::Num(x) => self.nums.push(*x),
            Const::Text(x) => self.texts.extend([x.clone()]),
            Const::Missing | Const::Bool(_) => {}
        }
    }

    fn add_window(&mut self, window: Option<Window>) {
        match window {
            Some(Window::Last(d) | Window::Next(d)) => self.spans.extend([d]),
            Some(Window::Ago(a, b)) => self.spans.extend([a, b]),
            None => {}
        }
    }

    /// The words of a pattern are texts that it may match.
    fn add_words(&mut self, pattern: &str) {
        let words = pattern.split(|c: char| !c.is_alphanumeric() && c != ' ').filter(|word| word.len() > 1);
        self.texts.extend(words.map(Arc::from));
    }

    fn add_decision(&mut self, kind: &DecisionKind) {
        match kind {
            DecisionKind::Score(score) => {
                let decays = score.decay.iter().chain(score.groups.iter().flat_map(|group| &group.decay));
                self.spans.extend(decays.map(|decay| decay.half_life_us));
                for rule in score.groups.iter().flat_map(|group| &group.rules) {
                    if let Amount::Each(Each { window, half_life_us, .. }) = &rule.amount {
                        self.add_window(*window);
                        self.spans.extend(*half_life_us);
                    }
                }
            }
            DecisionKind::Lookup(lookup) => {
                let cells = lookup.rows.iter().take(20).flat_map(|row| row.keys.iter().flatten());
                cells.for_each(|cell| self.add(cell, Type::Text));
            }
            DecisionKind::Band(_)
            | DecisionKind::Grade(_)
            | DecisionKind::Table(_)
            | DecisionKind::Journey(_)
            | DecisionKind::Recommend { .. }
            | DecisionKind::Route(_)
            | DecisionKind::Handoff(_)
            | DecisionKind::Value(_) => {}
        }
    }

    fn values(&self, program: &Program, ty: Type) -> Vec<Value> {
        let ints = || self.ints.iter().flat_map(|x| around(Value::Int(*x)));
        let instants =
            || self.spans.iter().flat_map(|d| [self.now_us.saturating_sub(*d), self.now_us.saturating_add(*d)]);
        match ty {
            Type::Bool => vec![Value::Bool(true), Value::Bool(false)],
            Type::Int | Type::Money(_) | Type::Decimal(_) | Type::Months => ints().collect(),
            Type::Number | Type::Percent => {
                let nums = self.nums.iter().flat_map(|x| around(Value::num(*x)));
                nums.chain(self.ints.iter().map(|x| Value::Num(*x as f64))).collect()
            }
            Type::Enum(id) => {
                let labels = program.enums.get(id.0 as usize).map_or(0, |def| def.labels.len());
                (0..labels as i64).map(Value::Int).collect()
            }
            Type::Text | Type::Target => self.texts.iter().map(|text| Value::Text(text.clone())).collect(),
            Type::Timestamp => instants().flat_map(|t| around(Value::Int(t))).collect(),
            Type::Date => instants().flat_map(|t| around(Value::Int(t.div_euclid(DAY_US)))).collect(),
            Type::Duration | Type::Business(_) => self.spans.iter().flat_map(|d| around(Value::Int(*d))).collect(),
            Type::List | Type::Error => Vec::new(),
        }
    }
}

/// A value and its neighbours.
fn around(value: Value) -> Vec<Value> {
    match value {
        Value::Int(x) => vec![Value::Int(x.saturating_sub(1)), Value::Int(x), Value::Int(x.saturating_add(1))],
        Value::Num(x) => vec![Value::num(x.next_down()), Value::num(x), Value::num(x.next_up())],
        Value::Missing | Value::Bool(_) | Value::Text(_) | Value::List(_) => vec![value],
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}
