//! Why a row was decided so: every point, cap, decay and near miss.
//!
//! An explanation is made by the evaluation itself, with a tracer that records, so it cannot
//! disagree with the decision. [`Explanation`] serialises to JSON; its shape is stable: fields are
//! added, never renamed. Amounts are text in the analyst's words (`+30`, `71.25`, `12.50 EUR`).

mod facts;
mod near;
mod rows;
pub(crate) mod score;
mod text;
pub(crate) mod texts;
pub(crate) mod why;

pub use text::{render_decision, render_text};
pub use why::why_columns;

use crate::engine::Engine;
use crate::eval::Evaluator;
use crate::prepare::before::decisions_of;
use crate::table::Table;
use crate::trace::{Recording, Step};
use arrow_array::ArrayRef;
use revplay_ir::describe::format_value;
use revplay_ir::program::{Decision, DecisionId, DecisionKind, Part, Site};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use serde::Serialize;
use texts::Texts;

/// Every decision of one row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The playbook's name.
    pub playbook: String,
    /// The record's name (`lead`).
    pub record: String,
    /// The value of the record's key, if it has one.
    pub key: Option<String>,
    /// `now` of the run.
    pub now: String,
    /// In the order of the playbook.
    pub decisions: Vec<DecisionExplanation>,
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DecisionExplanation {
    /// Its name.
    pub name: String,
    /// Its title, if it has one.
    pub title: Option<String>,
    /// `score`, `band`, `grade`, `table`, `lookup`, `journey`, `recommend`, `route`, `handoff` or `value`.
    pub kind: &'static str,
    /// Its value; `null` if missing.
    pub value: Option<String>,
    /// Where the playbook defines it: `file:line`.
    pub site: String,
    /// Overlaps that the playbook forbids.
    pub findings: Vec<String>,
    /// How it came about.
    pub detail: Detail,
}

/// How a decision came about, by kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Detail {
    /// A score.
    Score(ScoreDetail),
    /// A band, table, journey, recommendation or route: the rows that were tried, in order.
    Rows {
        /// The rows.
        rows: Vec<RowDetail>,
    },
    /// A grade.
    Grade {
        /// The condition of the true row.
        row: Option<String>,
        /// The condition of the true column.
        column: Option<String>,
        /// What the two read.
        facts: Vec<Fact>,
    },
    /// A table of constants.
    Lookup {
        /// What was looked up.
        inputs: Vec<Fact>,
        /// The 1-based line of the row that was taken.
        line: Option<u32>,
        /// That row's keys (`DE, any`).
        row: Option<String>,
        /// Its further columns and their values.
        outputs: Vec<Fact>,
        /// Lines of rows that match as well as it.
        ties: Vec<u32>,
    },
    /// A handoff.
    Handoff(HandoffDetail),
    /// A named expression.
    Value {
        /// The expression.
        expression: String,
        /// What it reads.
        facts: Vec<Fact>,
    },
}

/// How a score came about. The `steps` of all lines add up to the score's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreDetail {
    /// What counted, in order.
    pub lines: Vec<ScoreLine>,
    /// Rules that nearly counted.
    pub near: Vec<NearMiss>,
    /// The score in steps.
    pub steps: i64,
}

/// A line of a score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreLine {
    /// `start`, `rule`, `group_decay`, `group_up_to`, `group_not_below`, `decay` or `range`.
    pub kind: &'static str,
    /// The group's label, if it has one.
    pub group: Option<String>,
    /// The rule's name, or what the line is (`cap of Company`).
    pub label: String,
    /// Points with their sign (`+30`, `-12.5`).
    pub points: String,
    /// The same in steps of the score.
    pub steps: i64,
    /// The rule's condition as the playbook writes it.
    pub condition: Option<String>,
    /// What the condition read.
    pub facts: Vec<Fact>,
    /// What the rule's own `up to` took, with its sign; already left out of `points`.
    pub limit_took: Option<String>,
    /// The factor of a decay (0.5) and the age it comes from.
    pub decay: Option<DecayDetail>,
    /// The events that counted.
    pub events: Option<EventsDetail>,
}

/// A decay.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DecayDetail {
    /// What it multiplied with.
    pub factor: f64,
    /// The age; `null` if the instant is missing.
    pub age: Option<String>,
}

/// The events of a rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventsDetail {
    /// The link's name.
    pub link: String,
    /// Those that counted, in order.
    pub counted: Vec<EventDetail>,
    /// Outside the window or after `now`.
    pub outside_window: u64,
    /// The condition is not true for them.
    pub not_matching: u64,
    /// Too few in their period (`at least`).
    pub too_few: u64,
    /// Displaced by larger ones of their period (`at most`).
    pub over_limit: u64,
    /// Their points are missing.
    pub no_points: u64,
}

/// An event that counted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventDetail {
    /// When.
    pub time: Option<String>,
    /// Factor of its decay; 1 without decay.
    pub factor: f64,
    /// Points after decay, rounded to a step for reading.
    pub points: String,
}

/// A rule that is not true, with what it lacks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NearMiss {
    /// The rule's name.
    pub rule: String,
    /// The points it would have given, if they are constant.
    pub points: Option<String>,
    /// What was missing: `employees is 120, needs employees >= 200`, `country is missing`.
    pub lacks: String,
}

/// A row that was tried.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowDetail {
    /// Its label, text or target.
    pub label: String,
    /// Its condition as the playbook writes it; empty for `otherwise`.
    pub condition: String,
    /// `taken`, `true`, `false`, `neither` or `no target`.
    pub outcome: &'static str,
    /// What its condition read.
    pub facts: Vec<Fact>,
    /// What the condition lacked, if it is not true.
    pub lacks: Option<String>,
}

/// A handoff.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HandoffDetail {
    /// The sides.
    pub from: String,
    /// To whom.
    pub to: String,
    /// `no`, `held` or `ready`.
    pub status: Option<String>,
    /// Which line qualifies, or what holds the record.
    pub reason: Option<String>,
    /// The `qualify` lines.
    pub qualify: Vec<RowDetail>,
    /// The required fields with their values.
    pub required: Vec<Fact>,
    /// Where the route sends it.
    pub route: Option<String>,
    /// Until when it must be accepted.
    pub due: Option<String>,
    /// How that is reckoned.
    pub due_rule: Option<String>,
    /// What that reads.
    pub due_facts: Vec<Fact>,
}

/// Something that a condition read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// Its name or expression.
    pub name: String,
    /// Its value; `null` if missing.
    pub value: Option<String>,
    /// It is, or is read from, personal data.
    pub pii: bool,
}

/// An evaluation with everything recorded.
pub(crate) type Recorded<'e> = Evaluator<'e, Recording>;

impl Engine {
    /// Explains every decision of a row of the decided record.
    pub fn explain(&self, batch: &Table, row: usize) -> Explanation {
        let mut cx = self.record_row(batch, row);
        let ids = (0..self.program.decisions.len()).map(|i| DecisionId(i as u32));
        let decisions = ids.map(|id| explain_decision(&mut cx, id)).collect();
        self.explanation(batch, row, decisions)
    }

    /// Explains one decision of a row; `None` if the program does not have it.
    pub fn explain_decision(&self, batch: &Table, row: usize, about: DecisionId) -> Option<Explanation> {
        self.program.decisions.get(about.index())?;
        let mut cx = self.record_row(batch, row);
        let decision = explain_decision(&mut cx, about);
        Some(self.explanation(batch, row, vec![decision]))
    }

    /// One line of reasons per decision that has any, as further columns; which columns depends on
    /// the program only, see [`why_columns`].
    pub fn why(&self, batch: &Table, row: usize) -> Vec<(String, String)> {
        let cx = self.record_row(batch, row);
        let named = |(id, decision): (DecisionId, &Decision)| (format!("{}_why", decision.name), why::reason(&cx, id));
        why::reasoned(&self.program).map(named).collect()
    }

    /// The reasons of every row of a batch: a column of texts for each of [`why_columns`].
    pub fn reasons(&self, batch: &Table) -> Vec<ArrayRef> {
        let all: Vec<DecisionId> = why::reasoned(&self.program).map(|(id, _)| id).collect();
        self.reasons_of(batch, &all)
    }

    /// The reasons of some decisions, of every row of a batch.
    pub(crate) fn reasons_of(&self, batch: &Table, about: &[DecisionId]) -> Vec<ArrayRef> {
        let mut columns: Vec<Texts> = about.iter().map(|_| Texts::of_rows(batch.rows)).collect();
        let before: Vec<Vec<usize>> = about.iter().map(|id| decisions_of(&self.program, *id)).collect();
        let mut cx = Evaluator::new(self, batch, Recording::default());
        for row in if about.is_empty() { 0..0 } else { 0..batch.rows } {
            cx.tracer.steps.clear();
            cx.start_row(row);
            for ((id, before), texts) in about.iter().zip(&before).zip(&mut columns) {
                before.iter().for_each(|d| cx.take(*d));
                cx.take(id.index());
                texts.row(|text, _| text.push_str(&why::reason(&cx, *id)));
            }
        }
        columns.into_iter().map(Texts::finish).collect()
    }

    fn record_row<'e>(&'e self, batch: &'e Table, row: usize) -> Recorded<'e> {
        let mut cx = Evaluator::new(self, batch, Recording::default());
        cx.start_row(row);
        cx.decide_all();
        cx
    }

    fn explanation(&self, batch: &Table, row: usize, decisions: Vec<DecisionExplanation>) -> Explanation {
        let program = &self.program;
        let record = program.records.get(batch.record.index());
        let key = record.and_then(|r| r.key).and_then(|field| {
            let (position, ty) = crate::links::place(program, &self.prepared.positions, field);
            known_text(self, ty, &batch.value(position, row, ty))
        });
        Explanation {
            playbook: program.name.clone(),
            record: record.map(|r| r.name.clone()).unwrap_or_default(),
            key,
            now: format_value(program, Type::Timestamp, &Value::Int(self.now_us)),
            decisions,
        }
    }
}

fn explain_decision(cx: &mut Recorded<'_>, id: DecisionId) -> DecisionExplanation {
    let program = cx.engine.program.clone();
    let decision = &program.decisions[id.index()];
    let steps: Vec<Step> = cx.tracer.steps.iter().filter(|(d, _)| *d == id).map(|(_, s)| s.clone()).collect();
    let detail = match &decision.kind {
        DecisionKind::Score(score) => Detail::Score(score::explain(cx, score, &steps)),
        DecisionKind::Grade(grade) => rows::explain_grade(cx, grade, &steps),
        DecisionKind::Lookup(lookup) => rows::explain_lookup(cx, id, lookup, &steps),
        DecisionKind::Handoff(handoff) => Detail::Handoff(rows::explain_handoff(cx, id, handoff, &steps)),
        DecisionKind::Value(node) => Detail::Value {
            expression: revplay_ir::describe::describe(&program, *node),
            facts: facts::facts(cx, *node),
        },
        DecisionKind::Band(_)
        | DecisionKind::Table(_)
        | DecisionKind::Journey(_)
        | DecisionKind::Recommend { .. }
        | DecisionKind::Route(_) => Detail::Rows { rows: rows::explain_rows(cx, decision, &steps) },
    };
    let findings = cx.findings.iter().filter(|f| f.decision == id).map(|f| f.message.clone()).collect();
    DecisionExplanation {
        name: decision.name.clone(),
        title: decision.title.clone(),
        kind: kind_name(&decision.kind),
        value: known_text(cx.engine, decision.ty, &cx.result(id, Part::Main)),
        site: site_text(cx.engine, decision.site),
        findings,
        detail,
    }
}

fn kind_name(kind: &DecisionKind) -> &'static str {
    match kind {
        DecisionKind::Score(_) => "score",
        DecisionKind::Band(_) => "band",
        DecisionKind::Grade(_) => "grade",
        DecisionKind::Table(_) => "table",
        DecisionKind::Lookup(_) => "lookup",
        DecisionKind::Journey(_) => "journey",
        DecisionKind::Recommend { .. } => "recommend",
        DecisionKind::Route(_) => "route",
        DecisionKind::Handoff(_) => "handoff",
        DecisionKind::Value(_) => "value",
    }
}

/// A value as text; `None` if missing.
pub(crate) fn known_text(engine: &Engine, ty: Type, value: &Value) -> Option<String> {
    (!value.is_missing()).then(|| format_value(&engine.program, ty, value))
}

fn site_text(engine: &Engine, site: Site) -> String {
    let file = engine.program.files.get(site.file as usize).map_or("", String::as_str);
    format!("{file}:{}", site.line)
}
