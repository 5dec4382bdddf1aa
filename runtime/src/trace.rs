//! What the evaluator tells about its work. There is one evaluation path: it is generic over a
//! [`Tracer`], so that an explanation cannot disagree with the decision that it explains.

use revplay_ir::program::{DecisionId, LinkId};
use revplay_ir::value::Value;

/// Receives the steps of an evaluation.
pub(crate) trait Tracer {
    /// Whether steps are kept; evaluation skips gathering what nobody will read.
    const RECORDS: bool;

    /// Takes a step; the closure is called only where steps are kept.
    fn record(&mut self, decision: DecisionId, step: impl FnOnce() -> Step);
}

/// Keeps nothing: deciding in bulk.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NoTrace;

impl Tracer for NoTrace {
    const RECORDS: bool = false;

    fn record(&mut self, _decision: DecisionId, _step: impl FnOnce() -> Step) {}
}

/// Keeps every step, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recording {
    pub(crate) steps: Vec<(DecisionId, Step)>,
}

impl Tracer for Recording {
    const RECORDS: bool = true;

    fn record(&mut self, decision: DecisionId, step: impl FnOnce() -> Step) {
        self.steps.push((decision, step()));
    }
}

/// Definite or not (promise M2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    True,
    False,
    Neither,
}

impl Truth {
    pub(crate) fn of(value: &Value) -> Truth {
        match value {
            Value::Bool(true) => Truth::True,
            Value::Bool(false) => Truth::False,
            Value::Missing | Value::Int(_) | Value::Num(_) | Value::Text(_) | Value::List(_) => Truth::Neither,
        }
    }
}

/// A step of deciding one row.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A rule of a score.
    Rule(RuleStep),
    /// What a score gained or lost apart from its rules.
    Line(Line),
    /// A row that was tried, of a band, table, journey, recommendation, route or handoff's
    /// `qualify`; `None` without a condition.
    Row { row: usize, truth: Truth, chosen: bool },
    /// The row and the column of a grade.
    Cell { row: Option<usize>, column: Option<usize> },
    /// The rows of a lookup that match: the chosen one and those that tie with it.
    Found { inputs: Vec<Value>, row: Option<usize>, ties: Vec<usize> },
    /// A route's row whose condition is true and whose person is missing.
    NoTarget { row: usize },
}

/// A rule that was looked at. Points are in steps of the score.
#[derive(Clone, Debug)]
pub(crate) struct RuleStep {
    pub(crate) group: usize,
    pub(crate) rule: usize,
    pub(crate) truth: Truth,
    /// An earlier rule of the group counted and only the first may.
    pub(crate) shadowed: bool,
    /// What it adds to the score.
    pub(crate) points: i64,
    /// What its own `up to` took (with its sign), already left out of `points`.
    pub(crate) limit_took: i64,
    /// Its amount is missing (promise M3).
    pub(crate) amount_missing: bool,
    /// The events, if it counts events.
    pub(crate) events: Option<EventsStep>,
}

/// The events of a rule.
#[derive(Clone, Debug, Default)]
pub(crate) struct EventsStep {
    pub(crate) link: Option<LinkId>,
    pub(crate) counted: Vec<EventStep>,
    /// Linked events that the window or `now` leaves out.
    pub(crate) outside_window: u64,
    /// Events inside the window whose condition is not true.
    pub(crate) not_matching: u64,
    /// Events whose period has too few (`at least`).
    pub(crate) too_few: u64,
    /// Events that a larger one of the same period displaced (`at most`).
    pub(crate) over_limit: u64,
    /// Events whose points are missing.
    pub(crate) no_points: u64,
}

/// An event that counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventStep {
    pub(crate) time_us: Option<i64>,
    pub(crate) factor: f64,
    /// Points after decay in units of 2^-20 steps.
    pub(crate) units: i64,
}

/// A line of a score that is no rule; `steps` has its sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) kind: LineKind,
    pub(crate) steps: i64,
    /// Factor and age of a decay.
    pub(crate) decay: Option<DecayStep>,
}

/// Which line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineKind {
    Start,
    GroupDecay(usize),
    GroupUpTo(usize),
    GroupNotBelow(usize),
    ScoreDecay,
    Range,
}

/// What a decay multiplied with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DecayStep {
    pub(crate) factor: f64,
    /// `None`: the instant is missing.
    pub(crate) age_us: Option<i64>,
}
