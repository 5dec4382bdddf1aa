//! Columns computed before the loop, row by row, by the evaluator: the one definition of every operator.

use super::distinct::{Columns, Memory};
use super::plan::{DecisionPlan, How, Plan, What};
use super::{folds, keyed};
use crate::decide::RowFinding;
use crate::engine::Engine;
use crate::eval::Evaluator;
use crate::prepare::before::{closure, decisions_of};
use crate::table::{ColumnBuilder, Table};
use crate::trace::NoTrace;
use arrow_array::ArrayRef;
use arrow_buffer::Buffer;
use revplay_ir::program::{Amount, DecisionId, DecisionKind, Program};
use revplay_ir::types::Type;
use revplay_ir::value::Value;

/// What was computed before the loop.
pub struct Host {
    /// Per column of flags.
    pub flags: Vec<Option<Buffer>>,
    /// Per entry of [`Plan::host`].
    pub columns: Vec<Option<ArrayRef>>,
    /// Per output of the program: its column, where its decision is taken by the evaluator.
    pub outputs: Vec<Option<ArrayRef>>,
    /// Overlaps of the decisions that the evaluator took.
    pub findings: Vec<RowFinding>,
}

/// Computes all columns of a batch.
pub fn compute(engine: &Engine, plan: &Plan, sources: &folds::Sources, batch: &Table, memory: &mut Memory) -> Host {
    let Columns { flags, host } = memory.columns(engine, plan, batch);
    let outputs = vec![None; engine.program.outputs.len()];
    let mut host = Host { flags, columns: host, outputs, findings: Vec::new() };
    folds::compute(engine, plan, sources, batch, &mut host.columns);
    keyed::compute(engine, plan, sources, batch, &mut host);
    if plan.by_row() {
        by_row(engine, plan, batch, &mut host);
    }
    host
}

/// A column that the evaluator fills row by row.
struct Filled {
    what: What,
    /// Index in [`Plan::host`].
    index: usize,
    /// Decisions that must be taken before, in order.
    after: Vec<usize>,
    builder: ColumnBuilder,
}

fn by_row(engine: &Engine, plan: &Plan, batch: &Table, host: &mut Host) {
    let program = &engine.program;
    let ty = |what: &What| match what {
        What::Node(node) => program.nodes[node.index()].ty,
        What::Rule(..) => Type::Int,
    };
    let rows = plan.host.iter().enumerate().filter(|(_, (_, how))| matches!(how, How::Rows(_)));
    let mut filled: Vec<Filled> = rows
        .map(|(index, (what, _))| Filled {
            what: *what,
            index,
            after: decisions_before(program, *what),
            builder: ColumnBuilder::new(ty(what), batch.rows),
        })
        .collect();
    let is_host = |d: usize| matches!(plan.decisions.get(d), Some(DecisionPlan::Host(_)));
    let mut taken: Vec<(usize, ColumnBuilder)> = program
        .outputs
        .iter()
        .enumerate()
        .filter(|(_, output)| plan.decides && is_host(output.decision.index()))
        .map(|(i, output)| (i, ColumnBuilder::new(output.ty, batch.rows)))
        .collect();
    let mut decisions: Vec<(usize, Vec<usize>)> = Vec::new();
    if plan.decides {
        let hosts = (0..program.decisions.len()).filter(|d| is_host(*d));
        decisions.extend(hosts.map(|d| (d, decisions_of(program, DecisionId(d as u32)))));
    }
    let mut evaluator = Evaluator::new(engine, batch, NoTrace);
    for row in 0..batch.rows {
        evaluator.start_row(row);
        for column in &mut filled {
            column.after.iter().for_each(|d| evaluator.take(*d));
            column.builder.push(&match column.what {
                What::Node(node) => evaluator.eval(crate::eval::ROOT, node),
                What::Rule(id, g, r) => rule_effect(&mut evaluator, id, g as usize, r as usize),
            });
        }
        for (decision, after) in &decisions {
            after.iter().for_each(|d| evaluator.take(*d));
            evaluator.take(*decision);
        }
        for (index, builder) in &mut taken {
            let output = &program.outputs[*index];
            builder.push(&evaluator.result(output.decision, output.part));
        }
        // Those of native decisions are found by the code.
        host.findings.extend(evaluator.findings.drain(..).filter(|f| is_host(f.decision.index())));
    }
    for mut column in filled {
        host.columns[column.index] = Some(column.builder.finish());
    }
    for (index, mut builder) in taken {
        host.outputs[index] = Some(builder.finish());
    }
}

/// The decisions that must be taken before a column can be filled, in order.
pub fn decisions_before(program: &Program, what: What) -> Vec<usize> {
    match what {
        What::Node(node) => closure(program, vec![node]),
        What::Rule(id, g, r) => {
            let rule = match program.decisions.get(id.index()).map(|d| &d.kind) {
                Some(DecisionKind::Score(score)) => {
                    score.groups.get(g as usize).and_then(|group| group.rules.get(r as usize))
                }
                Some(_) | None => None,
            };
            let nodes = match rule.map(|rule| &rule.amount) {
                Some(Amount::Computed(node)) => vec![*node],
                Some(Amount::Each(each)) => each.filter.into_iter().chain([each.points]).collect(),
                Some(Amount::Steps(_)) | None => Vec::new(),
            };
            closure(program, nodes)
        }
    }
}

/// A rule's effect if its condition were true: whole steps, or 2^-20 steps where something decays.
fn rule_effect(cx: &mut Evaluator<'_, NoTrace>, id: revplay_ir::program::DecisionId, g: usize, r: usize) -> Value {
    let engine = cx.engine;
    let DecisionKind::Score(score) = &engine.program.decisions[id.index()].kind else { return Value::Missing };
    let Some((group, rule)) = score.groups.get(g).and_then(|g| Some((g, g.rules.get(r)?))) else {
        return Value::Missing;
    };
    Value::Int(cx.rule_effect(score, What::Rule(id, g as u32, r as u32), group, rule))
}
