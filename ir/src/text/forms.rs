//! The forms of the parts of a program. A structure lists its keys once, for writing and for reading.

use super::TextError;
use super::form::{Form, number_of_bits, number_text};
use super::reader::{Reader, Token};
use super::writer::Writer;
use crate::ops::{compare_from_name, compare_name, period_from_name, period_name};
use crate::program::*;
use crate::types::{CalendarId, Currency, EnumId, Type};

/// Ids as `word#3`.
macro_rules! id_form {
    ($($ty:ident $word:literal),* $(,)?) => { $(
        impl Form for $ty {
            fn put(&self, w: &mut Writer) {
                w.word(&format!(concat!($word, "#{}"), self.0));
            }
            fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
                let word = r.word()?;
                let number = word.strip_prefix(concat!($word, "#")).and_then(|n| n.parse().ok());
                number.map_or_else(|| r.error(concat!("expected `", $word, "#` and a number")), |n| Ok($ty(n)))
            }
        }
        #[cfg(test)]
        impl super::arbitrary::Arbitrary for $ty {
            fn any(g: &mut super::arbitrary::Gen) -> Self {
                $ty(g.below(4) as u32)
            }
        }
    )* };
}
id_form!(
    RecordId "record", FieldId "field", LinkId "link", ParamId "param", SetId "set", RegexId "regex",
    DecisionId "decision", KpiId "kpi", EnumId "enum", CalendarId "calendar",
);

/// Enums of plain words.
macro_rules! word_form {
    ($($ty:ident { $($variant:ident $word:literal),* $(,)? })*) => { $(
        impl Form for $ty {
            fn put(&self, w: &mut Writer) {
                w.word(match self { $( $ty::$variant => $word, )* });
            }
            fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
                let word = r.word()?;
                match word.as_str() {
                    $( $word => Ok($ty::$variant), )*
                    _ => r.error(format!("unknown word `{word}`")),
                }
            }
        }
        #[cfg(test)]
        impl super::arbitrary::Arbitrary for $ty {
            fn any(g: &mut super::arbitrary::Gen) -> Self {
                *g.pick(&[$( $ty::$variant ),*])
            }
        }
    )* };
}
word_form! {
    Highest { First "first", Last "last" }
    RangeEnd { Lower "lower", Upper "upper", Middle "middle" }
    GroupPolicy { All "all", First "first", Unique "unique" }
    HitPolicy {
        First "first", Unique "unique", MostSpecific "most_specific", CollectCount "collect_count",
        CollectList "collect_list",
    }
    Fold {
        Count "count", CountDistinct "count_distinct", Sum "sum", Avg "avg", Min "min", Max "max", Any "any",
        All "all", First "first", Latest "latest", Percentile "percentile",
    }
}

/// Structures; `lines` puts each key on a line.
macro_rules! record_form {
    ($($ty:ident $style:ident { $($field:ident),* $(,)? })*) => { $(
        impl Form for $ty {
            const LINES: bool = true;

            fn put(&self, w: &mut Writer) {
                let lines = record_form!(@lines $style);
                w.open("{");
                $( if !self.$field.is_absent() {
                    if lines {
                        w.line();
                    }
                    w.key(stringify!($field));
                    self.$field.put(w);
                } )*
                w.close("}", lines);
            }

            fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
                r.enter()?;
                r.expect('{')?;
                $( let mut $field = None; )*
                while !r.eat('}')? {
                    let key = r.word()?;
                    r.expect(':')?;
                    match key.as_str() {
                        $( stringify!($field) if $field.is_none() => $field = Some(Form::get(r)?), )*
                        _ => return r.error(format!("unexpected key `{key}`")),
                    }
                }
                r.leave();
                Ok($ty { $( $field: match $field.or_else(Form::absent) {
                    Some(value) => value,
                    None => return r.error(concat!("key `", stringify!($field), "` is not there")),
                }, )* })
            }
        }
        #[cfg(test)]
        impl super::arbitrary::Arbitrary for $ty {
            fn any(g: &mut super::arbitrary::Gen) -> Self {
                $ty { $( $field: super::arbitrary::Arbitrary::any(g), )* }
            }
        }
    )* };
    (@lines lines) => { true };
    (@lines line) => { false };
}
record_form! {
    Program lines {
        name, title, decided, zone, fiscal_start, week_start, files, enums, records, fields, links, mappings, params,
        sets, regexes, calendars, nodes, names, decisions, outputs, kpis, tests, proves,
    }
    EnumDef line { name, labels, spellings, order }
    Record line { name, fields, key, event_time, event_id }
    Field line {
        name, record, ty, optional, pii, ignoring_case, verbatim, default, range, range_else_missing, missing,
        percent_full,
    }
    Range line { low, high, high_open }
    Link line { name, from, to, many, from_field, to_field }
    Mapping line { name, record, headers, zone, missing, dates, numbers, yes, no, range_ends }
    Param line { name, ty, default, range }
    TextSet line { name, members, folded }
    RegexDef line { pattern, ignoring_case }
    Calendar line { name, zone, open, holidays }
    Aggregate line { fold, link, window, filter, body }
    Output line { name, ty, decision, part }
    Decision lines { name, title, site, ty, kind }
    Rows lines { labels, rows }
    Row line { when, value, text, site }
    Score lines { scale, step, start, range, decay, groups }
    Group lines { label, policy, up_to, not_below, decay, rules, site }
    Decay line { half_life_us, since, if_missing }
    Rule line { name, when, amount, up_to, text, site }
    Each line { link, window, filter, points, half_life_us, at_most, at_least }
    Grade lines { labels, columns, rows, cells, column_texts, row_texts }
    Table lines { policy, outputs, rows }
    TableRow line { when, wildcards, values, text, site }
    Lookup lines { policy, inputs, input_names, folded, outputs, rows }
    LookupRow line { keys, values, line }
    RouteRow line { when, target, label, text, site }
    Handoff lines { from, to, qualify, require, route, due, status, follow_ups, reject, recycle }
    Kpi lines { name, title, value, ty, by, per, owners, targets, decided, not_built, site }
    Total line { fold, percentile, record, filter, body, ty, by, anchor }
    Target line { compare, value, until, each, text }
    Test lines { name, now_us, params, rows, expects, site }
    Expect line { when, sides, about, text, site }
    Prove line { name, holds, site }
}

impl Form for Compare {
    fn put(&self, w: &mut Writer) {
        w.word(compare_name(*self));
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        let word = r.word()?;
        compare_from_name(&word).map_or_else(|| r.error("expected a comparison"), Ok)
    }
}

impl Form for Period {
    fn put(&self, w: &mut Writer) {
        w.word(period_name(*self));
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        let word = r.word()?;
        period_from_name(&word).map_or_else(|| r.error("expected a period"), Ok)
    }
}

/// `@0:12`
impl Form for Site {
    fn put(&self, w: &mut Writer) {
        w.word(&format!("@{}:{}", self.file, self.line));
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        r.expect('@')?;
        let file = r.integer()?;
        r.expect(':')?;
        Ok(Site { file, line: r.integer()? })
    }
}

impl Form for Type {
    fn put(&self, w: &mut Writer) {
        w.word(&self.to_string());
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        let word = r.word()?;
        if let Some((name, id)) = word.split_once('#') {
            return match (name, id.parse()) {
                ("enum", Ok(id)) => Ok(Type::Enum(EnumId(id))),
                ("business", Ok(id)) => Ok(Type::Business(CalendarId(id))),
                _ => r.error(format!("unknown type `{word}`")),
            };
        }
        Ok(match word.as_str() {
            "bool" => Type::Bool,
            "int" => Type::Int,
            "number" => Type::Number,
            "percent" => Type::Percent,
            "money" => {
                r.expect('(')?;
                let code = r.word()?;
                r.expect(')')?;
                match <[u8; 3]>::try_from(code.as_bytes()) {
                    Ok(code) => Type::Money(Currency(code)),
                    Err(_) => return r.error("expected a currency of three letters"),
                }
            }
            "decimal" => {
                r.expect('(')?;
                let scale = r.integer()?;
                r.expect(')')?;
                Type::Decimal(scale)
            }
            "text" => Type::Text,
            "date" => Type::Date,
            "timestamp" => Type::Timestamp,
            "duration" => Type::Duration,
            "months" => Type::Months,
            "target" => Type::Target,
            "list" => Type::List,
            "error" => Type::Error,
            _ => return r.error(format!("unknown type `{word}`")),
        })
    }
}

/// `missing`, `true`, `12`, `0.5`, `"text"`.
impl Form for Const {
    fn put(&self, w: &mut Writer) {
        match self {
            Const::Missing => w.word("missing"),
            Const::Bool(b) => b.put(w),
            Const::Int(n) => n.put(w),
            Const::Num(x) => w.word(&number_text(*x)),
            Const::Text(text) => w.text(text),
        }
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        let read = match r.next()? {
            Token::Text(text) => Some(Const::Text(text.into())),
            Token::Number(number) if number.contains(['.', 'e']) => number.parse().ok().map(Const::Num),
            Token::Number(number) => number.parse().ok().map(Const::Int),
            Token::Word(word) => match word.as_str() {
                "missing" => Some(Const::Missing),
                "true" => Some(Const::Bool(true)),
                "false" => Some(Const::Bool(false)),
                word => number_of_bits(word).map(Const::Num),
            },
            Token::Mark(_) => None,
        };
        read.map_or_else(|| r.error("expected a constant"), Ok)
    }
}

/// `last 5`, `ago 5 3`, `next 5`, in microseconds.
impl Form for Window {
    fn put(&self, w: &mut Writer) {
        let (word, first, second) = match *self {
            Window::Last(d) => ("last", d, None),
            Window::Ago(a, b) => ("ago", a, Some(b)),
            Window::Next(d) => ("next", d, None),
        };
        w.word(word);
        first.put(w);
        if let Some(second) = second {
            second.put(w);
        }
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        match r.word()?.as_str() {
            "last" => Ok(Window::Last(r.integer()?)),
            "ago" => Ok(Window::Ago(r.integer()?, r.integer()?)),
            "next" => Ok(Window::Next(r.integer()?)),
            _ => r.error("expected a window"),
        }
    }
}

impl Form for DecisionKind {
    fn put(&self, w: &mut Writer) {
        match self {
            DecisionKind::Score(score) => put_kind(w, "score", score),
            DecisionKind::Band(rows) => put_kind(w, "band", rows),
            DecisionKind::Grade(grade) => put_kind(w, "grade", grade),
            DecisionKind::Table(table) => put_kind(w, "table", table),
            DecisionKind::Lookup(lookup) => put_kind(w, "lookup", lookup),
            DecisionKind::Journey(rows) => put_kind(w, "journey", rows),
            DecisionKind::Recommend { top, rows } => {
                put_kind(w, "recommend", top);
                rows.put(w);
            }
            DecisionKind::Route(rows) => put_kind(w, "route", rows),
            DecisionKind::Handoff(handoff) => put_kind(w, "handoff", handoff),
            DecisionKind::Value(node) => put_kind(w, "value", node),
        }
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        Ok(match r.word()?.as_str() {
            "score" => DecisionKind::Score(Form::get(r)?),
            "band" => DecisionKind::Band(Form::get(r)?),
            "grade" => DecisionKind::Grade(Form::get(r)?),
            "table" => DecisionKind::Table(Form::get(r)?),
            "lookup" => DecisionKind::Lookup(Form::get(r)?),
            "journey" => DecisionKind::Journey(Form::get(r)?),
            "recommend" => DecisionKind::Recommend { top: Form::get(r)?, rows: Form::get(r)? },
            "route" => DecisionKind::Route(Form::get(r)?),
            "handoff" => DecisionKind::Handoff(Form::get(r)?),
            "value" => DecisionKind::Value(Form::get(r)?),
            _ => return r.error("expected a kind of decision"),
        })
    }
}

fn put_kind(w: &mut Writer, word: &str, thing: &impl Form) {
    w.word(word);
    thing.put(w);
}

impl Form for Amount {
    fn put(&self, w: &mut Writer) {
        match self {
            Amount::Steps(steps) => put_kind(w, "steps", steps),
            Amount::Computed(node) => put_kind(w, "computed", node),
            Amount::Each(each) => put_kind(w, "each", each),
        }
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        match r.word()?.as_str() {
            "steps" => Form::get(r).map(Amount::Steps),
            "computed" => Form::get(r).map(Amount::Computed),
            "each" => Form::get(r).map(Amount::Each),
            _ => r.error("expected an amount"),
        }
    }
}

impl Form for RouteTarget {
    fn put(&self, w: &mut Writer) {
        match self {
            RouteTarget::Hold(reason) => put_kind(w, "hold", reason),
            RouteTarget::Team(name) => put_kind(w, "team", name),
            RouteTarget::Queue(name) => put_kind(w, "queue", name),
            RouteTarget::Person(node) => put_kind(w, "person", node),
        }
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        match r.word()?.as_str() {
            "hold" => Form::get(r).map(RouteTarget::Hold),
            "team" => Form::get(r).map(RouteTarget::Team),
            "queue" => Form::get(r).map(RouteTarget::Queue),
            "person" => Form::get(r).map(RouteTarget::Person),
            _ => r.error("expected a target"),
        }
    }
}

impl Form for KpiExpr {
    fn put(&self, w: &mut Writer) {
        match self {
            KpiExpr::Const(value) => put_kind(w, "const", value),
            KpiExpr::Total(total) => put_kind(w, "total", total),
            KpiExpr::Kpi(kpi) => put_kind(w, "kpi", kpi),
            KpiExpr::Op(op, args) => {
                put_kind(w, "op", op);
                args.put(w);
            }
        }
    }
    fn get(r: &mut Reader<'_>) -> Result<Self, TextError> {
        match r.word()?.as_str() {
            "const" => Form::get(r).map(KpiExpr::Const),
            "total" => Form::get(r).map(KpiExpr::Total),
            "kpi" => Form::get(r).map(KpiExpr::Kpi),
            "op" => Ok(KpiExpr::Op(Form::get(r)?, Form::get(r)?)),
            _ => r.error("expected the value of a kpi"),
        }
    }
}
