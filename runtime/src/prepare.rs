//! What is computed once per program: constants, compiled patterns, depths, indexes.

pub(crate) mod before;
pub(crate) mod shape;

use crate::engine::{HOPS_MAX, Settings};
use crate::error::Error;
use crate::lookup::LookupIndex;
use jiff::tz::TimeZone;
use regex::{Regex, RegexBuilder};
use revplay_ir::builtins::{self, Builtin};
use revplay_ir::program::{Const, DecisionKind, Node, Program, Range, RouteTarget};
use revplay_ir::time::{self, OpenHours};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use shape::Shape;
use std::sync::Arc;

/// Bytes that a compiled pattern may take (promise E3).
const REGEX_BYTES_MAX: usize = 4 << 20;

/// Tables by id, parallel to those of the program.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) zone: TimeZone,
    pub(crate) calendars: Vec<OpenHours>,
    pub(crate) params: Vec<Value>,
    pub(crate) regexes: Vec<Regex>,
    /// Per field: its position in its record.
    pub(crate) positions: Vec<usize>,
    /// Per node: the value of a constant.
    pub(crate) consts: Vec<Value>,
    /// Per node: the builtin of a call.
    pub(crate) builtins: Vec<Option<BuiltinRef>>,
    /// Per node: how deep the expression below it is, up to the next link.
    pub(crate) depths: Vec<u32>,
    /// Per node: how many decisions, counted from the first, must be taken before it.
    pub(crate) needs: Vec<u32>,
    /// Per decision: the index of a lookup.
    pub(crate) lookups: Vec<Option<LookupIndex>>,
    /// Per decision: the targets of a route as text; `None` for a person.
    pub(crate) targets: Vec<Vec<Option<Arc<str>>>>,
}

/// A builtin of the table.
#[derive(Clone, Copy)]
pub(crate) struct BuiltinRef(pub(crate) &'static Builtin);

impl std::fmt::Debug for BuiltinRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.name)
    }
}

impl Prepared {
    pub(crate) fn new(program: &Program, settings: &Settings) -> Result<Prepared, Error> {
        let shape = Shape::of(program);
        if let Some(&hops) = shape.hops.iter().find(|&&hops| hops > HOPS_MAX) {
            return Err(Error::TooManyHops { hops });
        }
        Ok(Prepared {
            zone: zone(&program.zone)?,
            calendars: calendars(program)?,
            params: params(program, settings)?,
            regexes: regexes(program)?,
            positions: positions(program),
            consts: program.nodes.iter().map(|data| const_of_node(&data.node)).collect(),
            builtins: program.nodes.iter().map(|data| builtin_of_node(&data.node)).collect::<Result<_, _>>()?,
            depths: shape.depths,
            needs: shape.needs,
            lookups: program.decisions.iter().map(|d| lookup_index(&d.kind)).collect(),
            targets: program.decisions.iter().map(|d| route_targets(&d.kind)).collect(),
        })
    }
}

/// A literal as a value.
pub(crate) fn value_of(literal: &Const) -> Value {
    match literal {
        Const::Missing => Value::Missing,
        Const::Bool(x) => Value::Bool(*x),
        Const::Int(x) => Value::Int(*x),
        Const::Num(x) => Value::num(*x),
        Const::Text(x) => Value::Text(x.clone()),
    }
}

fn zone(name: &str) -> Result<TimeZone, Error> {
    time::zone(name).ok_or_else(|| Error::UnknownZone { zone: name.to_owned() })
}

fn calendars(program: &Program) -> Result<Vec<OpenHours>, Error> {
    let prepare = |calendar: &revplay_ir::program::Calendar| {
        OpenHours::new(calendar).ok_or_else(|| Error::UnknownZone { zone: calendar.zone.clone() })
    };
    program.calendars.iter().map(prepare).collect()
}

fn regexes(program: &Program) -> Result<Vec<Regex>, Error> {
    let compile = |def: &revplay_ir::program::RegexDef| {
        let mut builder = RegexBuilder::new(&def.pattern);
        builder.case_insensitive(def.ignoring_case).size_limit(REGEX_BYTES_MAX);
        builder.build().map_err(|error| Error::BadRegex {
            pattern: def.pattern.clone(),
            reason: error.to_string().lines().last().unwrap_or_default().to_owned(),
        })
    };
    program.regexes.iter().map(compile).collect()
}

fn params(program: &Program, settings: &Settings) -> Result<Vec<Value>, Error> {
    let mut values: Vec<Value> = program.params.iter().map(|p| value_of(&p.default)).collect();
    for (id, literal) in &settings.params {
        let Some(param) = program.params.get(id.index()) else {
            return Err(Error::UnknownParam { index: id.0 });
        };
        let value = value_of(literal);
        if !is_of(&value, param.ty) {
            return Err(Error::ParamType { name: param.name.clone() });
        }
        if param.range.as_ref().is_some_and(|range| !contains(range, &value)) {
            return Err(Error::ParamRange { name: param.name.clone() });
        }
        values[id.index()] = value;
    }
    Ok(values)
}

fn is_of(value: &Value, ty: Type) -> bool {
    match value {
        Value::Missing | Value::List(_) => false,
        Value::Bool(_) => ty == Type::Bool,
        Value::Int(_) => ty.is_int_like(),
        Value::Num(_) => ty.is_float_like(),
        Value::Text(_) => matches!(ty, Type::Text | Type::Target),
    }
}

/// Whether a known value lies in a range of its own type.
pub(crate) fn contains(range: &Range, value: &Value) -> bool {
    let order = |bound: &Const| match (value, bound) {
        (Value::Int(a), Const::Int(b)) => Some(a.cmp(b)),
        (Value::Num(a), Const::Num(b)) => a.partial_cmp(b),
        (Value::Num(a), Const::Int(b)) => a.partial_cmp(&(*b as f64)),
        (Value::Text(a), Const::Text(b)) => Some(a.cmp(b)),
        _ => None,
    };
    let above = range.low.as_ref().and_then(order).is_none_or(|o| o.is_ge());
    let below = range.high.as_ref().and_then(order).is_none_or(|o| if range.high_open { o.is_lt() } else { o.is_le() });
    above && below
}

fn positions(program: &Program) -> Vec<usize> {
    let mut positions = vec![usize::MAX; program.fields.len()];
    for record in &program.records {
        for (position, field) in record.fields.iter().enumerate() {
            positions[field.index()] = position;
        }
    }
    positions
}

fn const_of_node(node: &Node) -> Value {
    match node {
        Node::Const(literal) => value_of(literal),
        _ => Value::Missing,
    }
}

fn builtin_of_node(node: &Node) -> Result<Option<BuiltinRef>, Error> {
    match node {
        Node::Call(name, _) => match builtins::find(name) {
            Some(builtin) => Ok(Some(BuiltinRef(builtin))),
            None => Err(Error::UnknownBuiltin { name: (*name).to_owned() }),
        },
        _ => Ok(None),
    }
}

fn lookup_index(kind: &DecisionKind) -> Option<LookupIndex> {
    match kind {
        DecisionKind::Lookup(lookup) => Some(LookupIndex::new(lookup)),
        _ => None,
    }
}

fn route_targets(kind: &DecisionKind) -> Vec<Option<Arc<str>>> {
    match kind {
        DecisionKind::Route(rows) => rows.iter().map(|row| target_text(&row.target)).collect(),
        _ => Vec::new(),
    }
}

fn target_text(target: &RouteTarget) -> Option<Arc<str>> {
    match target {
        RouteTarget::Hold(_) => Some(Arc::from("hold")),
        RouteTarget::Team(name) => Some(Arc::from(format!("team {name}"))),
        RouteTarget::Queue(name) => Some(Arc::from(format!("queue {name}"))),
        RouteTarget::Person(_) => None,
    }
}
