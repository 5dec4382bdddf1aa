//! Decisions of a row, and of a batch as columns.

mod choice;
mod handoff;
pub(crate) mod route;

use crate::engine::Engine;
use crate::eval::{Evaluator, ROOT};
use crate::table::{ColumnBuilder, Table, cell};
use crate::trace::{NoTrace, Tracer};
use arrow_array::{Array, ArrayRef, StringArray};
use revplay_ir::program::{DecisionId, DecisionKind, Output, Program};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::sync::Arc;

/// The decisions of a batch.
#[derive(Clone, Debug)]
pub struct Decided {
    /// One per output of the program, in its order, as canonical arrays (see [`Table`]): labels as
    /// their index (see [`label_column`]), lists as their texts joined by `; `. Native code gives the targets of a
    /// route as a dictionary.
    pub columns: Vec<ArrayRef>,
    /// What is wrong with a row's decision although it was taken; by row.
    pub findings: Vec<RowFinding>,
}

/// An overlap that the playbook forbids: two rows of a `unique` group or table are true, or the
/// most specific rows of a table tie. The first of them was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFinding {
    /// The row, from 0, in its batch.
    pub row: usize,
    /// The decision.
    pub decision: DecisionId,
    /// What overlaps, in the analyst's words.
    pub message: String,
}

/// Decides every row of a batch of the decided record.
pub(crate) fn decide(engine: &Engine, batch: &Table) -> Decided {
    engine.links.mark_reached(&engine.program, &engine.prepared.positions, batch);
    let outputs = &engine.program.outputs;
    let mut builders: Vec<ColumnBuilder> =
        outputs.iter().map(|output| ColumnBuilder::new(output.ty, batch.rows)).collect();
    let mut findings = Vec::new();
    let mut evaluator = Evaluator::new(engine, batch, NoTrace);
    for row in 0..batch.rows {
        evaluator.start_row(row);
        evaluator.decide_all();
        for (output, builder) in outputs.iter().zip(&mut builders) {
            builder.push(&evaluator.result(output.decision, output.part));
        }
        findings.append(&mut evaluator.findings);
    }
    Decided { columns: builders.iter_mut().map(ColumnBuilder::finish).collect(), findings }
}

/// The column of an enum, band, grade, journey or status as its labels; other columns unchanged.
pub fn label_column(program: &Program, output: &Output, column: &ArrayRef) -> ArrayRef {
    let Type::Enum(id) = output.ty else { return column.clone() };
    let label = |row| match cell(column.as_ref(), row, output.ty) {
        Value::Int(index) => label(program, id, index),
        _ => None,
    };
    Arc::new((0..column.len()).map(label).collect::<StringArray>())
}

/// The label of an index.
pub(crate) fn label(program: &Program, id: revplay_ir::types::EnumId, index: i64) -> Option<&str> {
    let labels = &program.enums.get(id.0 as usize)?.labels;
    labels.get(usize::try_from(index).ok()?).map(String::as_str)
}

impl<T: Tracer> Evaluator<'_, T> {
    /// Takes a decision: its parts, `Main` first.
    pub(crate) fn eval_decision(&mut self, id: DecisionId) -> Vec<Value> {
        let engine = self.engine;
        match &engine.program.decisions[id.index()].kind {
            DecisionKind::Score(score) => vec![self.eval_score(id, score)],
            DecisionKind::Band(rows) => vec![self.eval_band(id, &rows.rows)],
            DecisionKind::Grade(grade) => vec![self.eval_grade(id, grade)],
            DecisionKind::Table(table) => self.eval_table(id, table),
            DecisionKind::Lookup(lookup) => self.eval_lookup(id, lookup),
            DecisionKind::Journey(rows) => vec![self.eval_journey(id, &rows.rows)],
            DecisionKind::Recommend { top, rows } => vec![self.eval_recommend(id, *top, rows)],
            DecisionKind::Route(rows) => self.eval_route(id, rows),
            DecisionKind::Handoff(handoff) => self.eval_handoff(id, handoff),
            DecisionKind::Value(node) => vec![self.eval(ROOT, *node)],
        }
    }

    /// Reports an overlap.
    pub(crate) fn find(&mut self, decision: DecisionId, message: String) {
        let row = self.row();
        self.findings.push(RowFinding { row, decision, message });
    }
}
