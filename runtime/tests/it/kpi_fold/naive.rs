//! Cases of totals, and their naive fold.

use crate::play::*;
use revplay_ir::ops::Op;
use revplay_ir::program::*;
use revplay_ir::time::{Calendaring, date_of, format_date, period_start};
use revplay_ir::types::{Currency, Type};
use revplay_ir::value::Value;
use revplay_ir::{exact, time};
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::exact_sum::ExactSum;
use revplay_runtime::kpi::{KpiReport, KpiRow};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use xsum::{Xsum, XsumSmall};

pub const FIELDS: [&str; 9] = ["flag", "label", "int", "money", "decimal", "number", "text", "day", "at"];
pub const EUR: Type = Type::Money(Currency(*b"EUR"));
pub const LABELS: [&str; 3] = ["web", "referral", "outbound"];

/// What is totalled: besides the program, what the naive fold must know.
pub struct Case {
    pub engine: Engine,
    pub by: Vec<usize>,
    pub per: Option<Period>,
    pub anchor: Option<usize>,
    pub totals: Vec<Naive>,
}

/// One total, as positions of fields.
#[derive(Clone, Copy, Debug)]
pub struct Naive {
    pub fold: Fold,
    pub percentile: f64,
    pub filter: Filter,
    pub body: Option<usize>,
    pub ty: Type,
    pub body_ty: Type,
}

#[derive(Clone, Copy, Debug)]
pub enum Filter {
    None,
    Flag,
    TextKnown,
    Never,
}

impl Case {
    /// Leaves only some totals.
    pub fn keep(&mut self, kept: impl Fn(&Naive) -> bool) {
        self.keep_at(|_, naive| kept(naive));
    }

    pub fn keep_at(&mut self, kept: impl Fn(usize, &Naive) -> bool) {
        let mut program = (**self.engine.program()).clone();
        let keeps: Vec<bool> = self.totals.iter().enumerate().map(|(i, naive)| kept(i, naive)).collect();
        let (mut of_kpis, mut of_totals) = (keeps.iter(), keeps.iter());
        program.kpis.retain(|_| of_kpis.next().is_some_and(|kept| *kept));
        self.totals.retain(|_| of_totals.next().is_some_and(|kept| *kept));
        self.engine = Engine::new(Arc::new(program), Settings { now_us: NOW, params: vec![] }).expect("an engine");
    }
}

pub fn types() -> [Type; 9] {
    use revplay_ir::types::EnumId;
    [
        Type::Bool,
        Type::Enum(EnumId(1)),
        Type::Int,
        EUR,
        Type::Decimal(2),
        Type::Number,
        Type::Text,
        Type::Date,
        Type::Timestamp,
    ]
}

pub fn case(by: &[usize], per: Option<Period>, anchor: Option<usize>, timed: bool) -> Case {
    let mut play = Play::new();
    play.labels("label", &LABELS);
    let fields: Vec<(&str, Type)> = FIELDS.into_iter().zip(types()).collect();
    play.record("lead", &fields);
    let nodes: Vec<NodeId> = FIELDS.iter().map(|name| play.field(&format!("lead.{name}"))).collect();
    let known = play.bool_op(Op::IsKnown, &[nodes[6]]);
    let unknown = play.bool_op(Op::IsMissing, &[nodes[6]]);
    let never = play.bool_op(Op::And, &[known, unknown]);
    if timed {
        play.program.records[0].event_time = Some(play.field_id("lead.at"));
    }
    let mut totals = Vec::new();
    let mut add = |fold, percentile, body: Option<usize>, ty| {
        let body_ty = body.map_or(Type::Int, |body| types()[body]);
        let some = [Filter::Flag, Filter::TextKnown, Filter::Never][totals.len() / 2 % 3];
        for filter in [Filter::None, some] {
            totals.push(Naive { fold, percentile, filter, body, ty, body_ty });
        }
    };
    add(Fold::Count, 0.5, None, Type::Int);
    add(Fold::Any, 0.5, Some(0), Type::Bool);
    add(Fold::All, 0.5, Some(0), Type::Bool);
    for (body, ty) in types().into_iter().enumerate() {
        add(Fold::CountDistinct, 0.5, Some(body), Type::Int);
        for fold in [Fold::Min, Fold::Max, Fold::First, Fold::Latest] {
            add(fold, 0.5, Some(body), ty);
        }
    }
    for (body, mean) in [(2, Type::Number), (3, EUR), (4, Type::Number), (5, Type::Number)] {
        add(Fold::Sum, 0.5, Some(body), types()[body]);
        add(Fold::Avg, 0.5, Some(body), mean);
        for percentile in [0.0, 0.1, 0.5, 0.95, 1.0] {
            add(Fold::Percentile, percentile, Some(body), mean);
        }
    }
    for naive in &totals {
        let filter = match naive.filter {
            Filter::None => None,
            Filter::Flag => Some(nodes[0]),
            Filter::TextKnown => Some(known),
            Filter::Never => Some(never),
        };
        let value = KpiExpr::Total(Total {
            fold: naive.fold,
            percentile: naive.percentile,
            record: RecordId(0),
            filter,
            body: naive.body.map(|body| nodes[body]),
            ty: naive.ty,
            by: by.iter().map(|by| nodes[*by]).collect(),
            anchor: anchor.map(|anchor| nodes[anchor]),
        });
        play.program.kpis.push(Kpi {
            name: format!("{naive:?}"),
            title: None,
            value,
            ty: naive.ty,
            by: by.iter().map(|by| FIELDS[*by].to_string()).collect(),
            per,
            owners: vec![],
            targets: vec![],
            decided: false,
            not_built: None,
            site: SITE,
        });
    }
    Case { engine: play.engine(), by: by.to_vec(), per, anchor, totals }
}

/// A value of a group, in the order of reports: missing last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    Bool(bool),
    Int(i64),
    Num(i64),
    Text(String),
    Missing,
}

pub fn key(value: &Value) -> Key {
    match value {
        Value::Bool(x) => Key::Bool(*x),
        Value::Int(x) => Key::Int(*x),
        Value::Num(x) => {
            let bits = (x + 0.0).to_bits() as i64;
            Key::Num(if bits < 0 { i64::MIN.wrapping_sub(bits) } else { bits })
        }
        Value::Text(x) => Key::Text(x.to_string()),
        Value::Missing | Value::List(_) => Key::Missing,
    }
}

pub type Group = (Option<i64>, Vec<Key>);

/// Per group in order, the body and the time of each row that passes.
pub type Groups = BTreeMap<Group, Vec<(Value, Option<i64>)>>;

/// Per group in order, the body and the time of each row that passes; and the rows without a period.
pub fn collect(case: &Case, naive: &Naive, rows: &[Vec<Value>]) -> (Groups, u64) {
    let program = case.engine.program();
    let zone = time::zone(&program.zone).expect("a zone");
    let calendaring = Calendaring { fiscal_start: program.fiscal_start, week_start: program.week_start };
    let timed = program.records[0].event_time.is_some();
    let mut groups: Groups = BTreeMap::new();
    let mut unplaced = 0;
    for row in rows {
        let at = match row[8] {
            Value::Int(at) if timed => Some(at),
            _ => None,
        };
        if at.is_some_and(|at| at > NOW) {
            continue;
        }
        let passes = match naive.filter {
            Filter::None => true,
            Filter::Flag => row[0] == Value::Bool(true),
            Filter::TextKnown => row[6] != Value::Missing,
            Filter::Never => false,
        };
        let mut start = None;
        if let Some(per) = case.per {
            let day = case.anchor.and_then(|anchor| match (&row[anchor], anchor) {
                (Value::Int(day), 7) => Some(*day),
                (Value::Int(at), _) => Some(date_of(&zone, *at)),
                _ => None,
            });
            let Some(day) = day else {
                unplaced += u64::from(passes);
                continue;
            };
            start = Some(period_start(per, day, calendaring));
        }
        let group = groups.entry((start, case.by.iter().map(|by| key(&row[*by])).collect())).or_default();
        if passes {
            group.push((naive.body.map_or(Value::Missing, |body| row[body].clone()), at));
        }
    }
    (groups, unplaced)
}

pub fn finish(naive: &Naive, rows: &[(Value, Option<i64>)]) -> Value {
    let known: Vec<&(Value, Option<i64>)> = rows.iter().filter(|row| row.0 != Value::Missing).collect();
    let ints: Vec<i64> =
        known.iter().filter_map(|(v, _)| if let Value::Int(x) = v { Some(*x) } else { None }).collect();
    let nums: Vec<f64> =
        known.iter().filter_map(|(v, _)| if let Value::Num(x) = v { Some(*x) } else { None }).collect();
    let int = |x: i128| i64::try_from(x).map_or(Value::Missing, Value::Int);
    let of_float = naive.body_ty == Type::Number;
    let order = |a: &Value, b: &Value| match (a, b) {
        (Value::Num(a), Value::Num(b)) => a.total_cmp(b),
        (a, b) => key(a).cmp(&key(b)),
    };
    match naive.fold {
        Fold::Count => int(rows.len() as i128),
        Fold::CountDistinct => int(known.iter().map(|row| key(&row.0)).collect::<BTreeSet<_>>().len() as i128),
        Fold::Sum if of_float => {
            let sum_of = |sign: f64| {
                let mut sum = XsumSmall::new();
                nums.iter().for_each(|x| sum.add(sign * x));
                sum.sum() + 0.0
            };
            // The crate misses the nearest number of some negative sums.
            let sum = sum_of(1.0);
            Value::num(if sum < 0.0 { -sum_of(-1.0) } else { sum })
        }
        Fold::Sum => int(ints.iter().map(|x| i128::from(*x)).sum()),
        Fold::Avg if known.is_empty() => Value::Missing,
        Fold::Avg if naive.ty == EUR => {
            let sum = ints.iter().map(|x| i128::from(*x)).sum();
            exact::round_quotient(sum, ints.len() as i128).map_or(Value::Missing, Value::Int)
        }
        Fold::Avg => {
            let mut sum = ExactSum::default();
            nums.iter().for_each(|x| sum.add(*x));
            ints.iter().for_each(|x| sum.add_int(*x));
            let unit = if naive.body_ty == Type::Decimal(2) { 100 } else { 1 };
            sum.divided_by(known.len() as u128 * unit).map_or(Value::Missing, Value::num)
        }
        Fold::Min => known.iter().map(|r| r.0.clone()).min_by(order).unwrap_or(Value::Missing),
        Fold::Max => known.iter().map(|r| r.0.clone()).max_by(order).unwrap_or(Value::Missing),
        Fold::Any => Value::Bool(rows.iter().any(|row| row.0.is_true())),
        Fold::All => Value::Bool(rows.iter().all(|row| row.0.is_true())),
        Fold::First => {
            let timed = known.iter().filter(|row| row.1.is_some());
            timed.min_by_key(|row| row.1).map_or(Value::Missing, |row| row.0.clone())
        }
        Fold::Latest => {
            let timed = known.iter().filter(|row| row.1.is_some());
            timed.max_by_key(|row| row.1).map_or(Value::Missing, |row| row.0.clone())
        }
        Fold::Percentile => {
            let mut sorted: Vec<Value> = known.iter().map(|row| row.0.clone()).collect();
            sorted.sort_by(order);
            let position = sorted.len().saturating_sub(1) as f64 * naive.percentile;
            let (low, part) = (position.floor() as usize, position - position.floor());
            match (sorted.get(low), sorted.get(low + 1).or(sorted.get(low))) {
                (Some(Value::Int(a)), Some(Value::Int(b))) if naive.ty == EUR => {
                    let step = b.checked_sub(*a).and_then(|gap| exact::scale_exact(gap, part));
                    step.and_then(|step| a.checked_add(step)).map_or(Value::Missing, Value::Int)
                }
                (Some(Value::Int(a)), Some(Value::Int(b))) => {
                    let unit = if naive.body_ty == Type::Decimal(2) { 100.0 } else { 1.0 };
                    let (a, b) = (*a as f64, *b as f64);
                    Value::num((a + (b - a) * part) / unit)
                }
                (Some(Value::Num(a)), Some(Value::Num(_))) if part == 0.0 => Value::num(*a),
                (Some(Value::Num(a)), Some(Value::Num(b))) => {
                    let between = a * (1.0 - part) + b * part;
                    Value::num(if (b - a).is_finite() { a + (b - a) * part } else { between })
                }
                _ => Value::Missing,
            }
        }
    }
}

/// Bits, so that 0.0 and -0.0 differ.
pub fn bits(value: &Value) -> String {
    match value {
        Value::Num(x) => format!("{:016x} {x:e}", x.to_bits()),
        other => format!("{other:?}"),
    }
}

/// Rows of one level of a report: period, shown texts and labels, value.
pub type Line = (Option<String>, Vec<Option<String>>, String);

pub fn lines(case: &Case, rows: &[KpiRow]) -> Vec<Line> {
    let line = |row: &KpiRow| {
        let period = row.period.as_ref().map(|period| period.first_day.clone());
        let shown = row.by.iter().zip(&case.by).filter(|(_, by)| matches!(by, 1 | 6)).map(|(text, _)| text.clone());
        (period, shown.collect(), bits(&row.value))
    };
    rows.iter().map(line).collect()
}

/// Equal, or the first lines that differ.
pub fn same(got: &[Line], expected: &[Line], what: &dyn Fn() -> String) {
    let differ = got.iter().zip(expected).find(|(a, b)| a != b);
    assert!(differ.is_none(), "{}: {differ:?}", what());
    assert_eq!(got.len(), expected.len(), "{}", what());
}

/// What the report of a total must say.
pub struct Expected {
    pub rows: Vec<Line>,
    pub periods: Vec<Line>,
    pub total: String,
    pub unplaced: u64,
}

pub fn expected(case: &Case, naive: &Naive, rows: &[Vec<Value>]) -> Expected {
    let (groups, unplaced) = collect(case, naive, rows);
    let line = |(group, rows): (&Group, &Vec<(Value, Option<i64>)>)| -> Line {
        let shown = group.1.iter().zip(&case.by).filter_map(|(key, by)| match (key, by) {
            (Key::Int(x), 1) => Some(Some(LABELS[*x as usize].to_string())),
            (Key::Text(x), 6) => Some(Some(x.clone())),
            (Key::Missing, 1 | 6) => Some(None),
            _ => None,
        });
        (group.0.map(format_date), shown.collect(), bits(&finish(naive, rows)))
    };
    let coarse = |whole: bool| {
        let mut merged: Groups = BTreeMap::new();
        for (group, rows) in &groups {
            let key = (group.0.filter(|_| !whole), Vec::new());
            merged.entry(key).or_default().extend(rows.iter().cloned());
        }
        merged
    };
    let periods = if case.per.is_some() { coarse(false) } else { BTreeMap::new() };
    Expected {
        rows: groups.iter().map(line).collect(),
        periods: periods.iter().map(line).collect(),
        total: bits(&finish(naive, &coarse(true).into_values().next().unwrap_or_default())),
        unplaced,
    }
}

pub fn check(case: &Case, expected: &[Expected], reports: &[KpiReport], how: &str) {
    for ((naive, expected), report) in case.totals.iter().zip(expected).zip(reports) {
        let what = |level: &'static str| move || format!("{how}: {naive:?} by {:?}, {level}", case.by);
        same(&lines(case, &report.rows), &expected.rows, &what("groups"));
        same(&lines(case, &report.periods), &expected.periods, &what("periods"));
        assert_eq!(bits(&report.total.value), expected.total, "{}", what("in all")());
        assert_eq!(report.without_period, expected.unplaced, "{}", what("without a period")());
    }
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "by {:?} per {:?} of {:?}", self.by, self.per, self.anchor)
    }
}
