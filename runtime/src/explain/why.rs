//! Reasons in one line per decision.

use super::Recorded;
use super::score::{line_label, signed};
use crate::trace::{LineKind, Step, Truth};
use revplay_ir::program::{Decision, DecisionId, DecisionKind, Part, Program, Score};
use revplay_ir::value::Value;

/// The columns of reasons that a program has: one per score, band, grade, table, journey,
/// recommendation and route.
pub fn why_columns(program: &Program) -> Vec<String> {
    program.decisions.iter().filter(|d| has_reasons(d)).map(|d| format!("{}_why", d.name)).collect()
}

/// Whether a decision has reasons.
pub(crate) fn has_reasons(decision: &Decision) -> bool {
    match decision.kind {
        DecisionKind::Score(_)
        | DecisionKind::Band(_)
        | DecisionKind::Grade(_)
        | DecisionKind::Table(_)
        | DecisionKind::Lookup(_)
        | DecisionKind::Journey(_)
        | DecisionKind::Recommend { .. }
        | DecisionKind::Route(_) => true,
        // A handoff has its reason as a column of its own.
        DecisionKind::Handoff(_) | DecisionKind::Value(_) => false,
    }
}

/// The decisions that have reasons, in order.
pub(crate) fn reasoned(program: &Program) -> impl Iterator<Item = (DecisionId, &Decision)> {
    let decisions = program.decisions.iter().enumerate().map(|(i, d)| (DecisionId(i as u32), d));
    decisions.filter(|(_, d)| has_reasons(d))
}

/// The reasons of a decision that was taken with every step recorded.
pub(super) fn reason(cx: &Recorded<'_>, id: DecisionId) -> String {
    let Some(decision) = cx.engine.program.decisions.get(id.index()) else { return String::new() };
    let steps: Vec<&Step> = cx.tracer.steps.iter().filter(|(d, _)| *d == id).map(|(_, step)| step).collect();
    match &decision.kind {
        DecisionKind::Score(score) => score_reasons(score, &steps),
        DecisionKind::Route(_) => match cx.result(id, Part::Reason) {
            Value::Text(reason) => reason.to_string(),
            _ => String::new(),
        },
        kind => row_reasons(kind, &steps),
    }
}

fn score_reasons(score: &Score, steps: &[&Step]) -> String {
    let mut told = Vec::new();
    for step in steps {
        let (label, steps) = match step {
            Step::Rule(rule) => {
                let group = score.groups.get(rule.group);
                let name = group.and_then(|group| group.rules.get(rule.rule)).map(|rule| rule.name.clone());
                (name.unwrap_or_default(), rule.points)
            }
            Step::Line(line) => (short_label(score, line.kind), line.steps),
            Step::Row { .. } | Step::Cell { .. } | Step::Found { .. } | Step::NoTarget { .. } => {
                continue;
            }
        };
        if steps != 0 {
            told.push(format!("{label} {}", signed(score, steps)));
        }
    }
    told.join("; ")
}

/// What a line is called among reasons.
pub(crate) fn short_label(score: &Score, kind: LineKind) -> String {
    let group = match kind {
        LineKind::GroupDecay(i) | LineKind::GroupUpTo(i) | LineKind::GroupNotBelow(i) => score.groups.get(i),
        LineKind::Start | LineKind::ScoreDecay | LineKind::Range => None,
    };
    let name = group.and_then(|group| group.label.as_deref()).unwrap_or("the rule's group");
    let (_, label) = line_label(score, kind, name);
    label.split(" (").next().unwrap_or_default().to_owned()
}

fn row_reasons(kind: &DecisionKind, steps: &[&Step]) -> String {
    let mut told = Vec::new();
    for step in steps {
        match step {
            Step::Row { row, truth: Truth::True, chosen: true } => told.extend(row_text(kind, *row)),
            Step::Cell { row, column } => told.extend(cell_text(kind, *row, *column)),
            Step::Found { row, .. } => told.extend(row.and_then(|row| row_text(kind, row))),
            Step::Row { .. } | Step::Rule(_) | Step::Line(_) | Step::NoTarget { .. } => {}
        }
    }
    told.join("; ")
}

/// What says that a row was chosen.
pub(crate) fn row_text(kind: &DecisionKind, row: usize) -> Option<String> {
    let (text, when) = match kind {
        DecisionKind::Band(rows) | DecisionKind::Journey(rows) => {
            rows.rows.get(row).map(|row| (row.text.clone(), row.when))?
        }
        DecisionKind::Recommend { rows, .. } => rows.get(row).map(|row| (row.text.clone(), row.when))?,
        DecisionKind::Table(table) => table.rows.get(row).map(|row| (row.text.clone(), row.when))?,
        DecisionKind::Lookup(lookup) => return lookup.rows.get(row).map(|row| format!("line {}", row.line)),
        DecisionKind::Score(_)
        | DecisionKind::Grade(_)
        | DecisionKind::Route(_)
        | DecisionKind::Handoff(_)
        | DecisionKind::Value(_) => return None,
    };
    Some(if when.is_none() && text.is_empty() { "otherwise".to_owned() } else { text })
}

/// What says that a cell of a grade was chosen.
pub(crate) fn cell_text(kind: &DecisionKind, row: Option<usize>, column: Option<usize>) -> Option<String> {
    let DecisionKind::Grade(grade) = kind else { return None };
    let (row, column) = (grade.row_texts.get(row?)?, grade.column_texts.get(column?)?);
    Some(format!("{row}, {column}"))
}
