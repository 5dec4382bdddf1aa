//! Columns computed before the loop, by the evaluator: the one definition of every operator.

use super::plan::{DecisionPlan, How, Plan, What};
use crate::engine::Engine;
use crate::eval::{Evaluator, ROOT};
use crate::table::{ColumnBuilder, Table};
use crate::trace::NoTrace;
use arrow_array::{Array, ArrayRef, Int64Array, StringArray};
use revplay_ir::program::{DecisionKind, FieldId, NodeId};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// What was computed before the loop.
pub struct Host {
    /// Per entry of [`Plan::host`].
    pub columns: Vec<ArrayRef>,
    /// Per output of the program: its column, where its decision is taken by the evaluator.
    pub outputs: Vec<Option<ArrayRef>>,
}

/// Computes all columns of a batch.
pub fn compute(engine: &Engine, plan: &Plan, batch: &Table) -> Host {
    let mut codes: HashMap<FieldId, Distinct> = HashMap::new();
    let mut columns: Vec<Option<ArrayRef>> = Vec::new();
    for (what, how) in &plan.host {
        columns.push(match (what, how) {
            (What::Node(node), How::Distinct(field)) => {
                let distinct = codes.entry(*field).or_insert_with(|| Distinct::of(engine, batch, *field));
                Some(distinct.column(engine, *node))
            }
            (What::Node(_) | What::Rule(..), _) => None,
        });
    }
    let mut outputs = vec![None; engine.program.outputs.len()];
    if plan.by_row() {
        by_row(engine, plan, batch, &mut columns, &mut outputs);
    }
    let empty = |column: Option<ArrayRef>| column.unwrap_or_else(|| Arc::new(Int64Array::from(vec![0; batch.rows])));
    Host { columns: columns.into_iter().map(empty).collect(), outputs }
}

/// The distinct values of a text column, and which of them each row has.
struct Distinct {
    values: Table,
    codes: Vec<u32>,
}

impl Distinct {
    fn of(engine: &Engine, batch: &Table, field: FieldId) -> Distinct {
        let (position, _) = crate::links::place(&engine.program, &engine.prepared.positions, field);
        let column = batch.columns.get(position).and_then(Option::as_ref);
        let texts = column.and_then(|c| c.as_any().downcast_ref::<StringArray>());
        let mut seen: HashMap<Option<&str>, u32> = HashMap::new();
        let mut distinct: Vec<Option<&str>> = Vec::new();
        let codes = (0..batch.rows)
            .map(|row| {
                let text = texts.filter(|t| t.is_valid(row)).map(|t| t.value(row));
                *seen.entry(text).or_insert_with(|| {
                    distinct.push(text);
                    distinct.len() as u32 - 1
                })
            })
            .collect();
        let mut columns: Vec<Option<ArrayRef>> = vec![None; batch.columns.len().max(position + 1)];
        if let Some(slot) = columns.get_mut(position) {
            *slot = Some(Arc::new(distinct.iter().copied().collect::<StringArray>()));
        }
        Distinct { values: Table { record: batch.record, rows: distinct.len(), columns }, codes }
    }

    fn column(&self, engine: &Engine, node: NodeId) -> ArrayRef {
        let mut evaluator = Evaluator::new(engine, &self.values, NoTrace);
        let values: Vec<Value> = (0..self.values.rows)
            .map(|row| {
                evaluator.start_row(row);
                evaluator.eval(ROOT, node)
            })
            .collect();
        let mut builder = ColumnBuilder::new(engine.program.nodes[node.index()].ty, self.codes.len());
        for code in &self.codes {
            builder.push(values.get(*code as usize).unwrap_or(&Value::Missing));
        }
        builder.finish()
    }
}

fn by_row(
    engine: &Engine,
    plan: &Plan,
    batch: &Table,
    columns: &mut [Option<ArrayRef>],
    outputs: &mut [Option<ArrayRef>],
) {
    let program = &engine.program;
    let ty = |what: &What| match what {
        What::Node(node) => program.nodes[node.index()].ty,
        What::Rule(..) => Type::Int,
    };
    let mut nodes: Vec<(usize, What, ColumnBuilder)> = plan
        .host
        .iter()
        .enumerate()
        .filter(|(_, (_, how))| matches!(how, How::Rows(_)))
        .map(|(i, (what, _))| (i, *what, ColumnBuilder::new(ty(what), batch.rows)))
        .collect();
    let is_host = |d: usize| matches!(plan.decisions.get(d), Some(DecisionPlan::Host(_)));
    let mut taken: Vec<(usize, ColumnBuilder)> = program
        .outputs
        .iter()
        .enumerate()
        .filter(|(_, output)| is_host(output.decision.index()))
        .map(|(i, output)| (i, ColumnBuilder::new(output.ty, batch.rows)))
        .collect();
    let mut evaluator = Evaluator::new(engine, batch, NoTrace);
    for row in 0..batch.rows {
        evaluator.start_row(row);
        for (_, what, builder) in &mut nodes {
            builder.push(&match what {
                What::Node(node) => evaluator.eval_row(*node),
                What::Rule(id, g, r) => rule_effect(&mut evaluator, *id, *g as usize, *r as usize),
            });
        }
        for (index, builder) in &mut taken {
            let output = &program.outputs[*index];
            evaluator.decide_first(output.decision.index() + 1);
            builder.push(&evaluator.result(output.decision, output.part));
        }
    }
    for (index, _, mut builder) in nodes {
        columns[index] = Some(builder.finish());
    }
    for (index, mut builder) in taken {
        outputs[index] = Some(builder.finish());
    }
}

/// A rule's effect if its condition were true: whole steps, or 2^-20 steps where something decays.
fn rule_effect(cx: &mut Evaluator<'_, NoTrace>, id: revplay_ir::program::DecisionId, g: usize, r: usize) -> Value {
    let engine = cx.engine;
    let DecisionKind::Score(score) = &engine.program.decisions[id.index()].kind else { return Value::Missing };
    cx.decide_first(id.index());
    let Some((group, rule)) = score.groups.get(g).and_then(|g| Some((g, g.rules.get(r)?))) else {
        return Value::Missing;
    };
    Value::Int(cx.rule_effect(score, group, rule))
}
