//! From what the code wrote to the columns of the result.

use super::emit_choice::NO_ROW;
use super::host::Host;
use super::memory::Out;
use super::plan::{DecisionPlan, Plan};
use crate::decide::Decided;
use crate::engine::Engine;
use crate::eval::Evaluator;
use crate::table::{ColumnBuilder, Table};
use crate::trace::NoTrace;
use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use revplay_ir::program::{DecisionId, DecisionKind, Output, Part};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::sync::Arc;

/// All columns of the program's outputs, and what is wrong with which row.
pub fn collect(engine: &Engine, plan: &Plan, batch: &Table, host: Host, outs: Vec<Out>) -> Decided {
    let outputs = &engine.program.outputs;
    let mut columns: Vec<Option<ArrayRef>> = host.outputs;
    let find =
        |id: DecisionId, part: Part| plan.outputs.iter().position(|o| *o == (id, part)).and_then(|i| outs.get(i));
    let mut later: Vec<usize> = Vec::new();
    for (index, output) in outputs.iter().enumerate() {
        let native = plan.decisions.get(output.decision.index()) == Some(&DecisionPlan::Native);
        match find(output.decision, output.part) {
            Some(out) if native && output.ty != Type::Target => columns[index] = Some(array(output.ty, out)),
            _ if native => later.push(index),
            _ => {}
        }
    }
    by_evaluator(engine, plan, batch, &outs, &later, &mut columns);
    let findings = findings(engine, plan, batch, &outs);
    let columns = columns
        .into_iter()
        .zip(outputs)
        .map(|(column, output)| column.unwrap_or_else(|| ColumnBuilder::new(output.ty, 0).finish()));
    Decided { columns: columns.collect(), findings }
}

fn array(ty: Type, out: &Out) -> ArrayRef {
    let missing = out.known.contains(&0);
    let nulls = missing.then(|| NullBuffer::from(out.known.iter().map(|k| *k != 0).collect::<Vec<bool>>()));
    if ty == Type::Bool {
        let values: BooleanBuffer = out.values.iter().map(|v| *v != 0).collect();
        Arc::new(BooleanArray::new(values, nulls))
    } else if ty.is_float_like() {
        let values: Vec<f64> = out.values.iter().map(|v| f64::from_bits(*v as u64)).collect();
        Arc::new(Float64Array::new(values.into(), nulls))
    } else {
        Arc::new(Int64Array::new(out.values.clone().into(), nulls))
    }
}

/// Texts that follow from a native choice: a route's target by the index of its row, a handoff's reason and due
/// time where it is true. Rows with anything to say are few, or their text is the same for all.
fn by_evaluator(
    engine: &Engine,
    plan: &Plan,
    batch: &Table,
    outs: &[Out],
    later: &[usize],
    columns: &mut [Option<ArrayRef>],
) {
    if later.is_empty() {
        return;
    }
    let outputs = &engine.program.outputs;
    let main = |id: DecisionId| plan.outputs.iter().position(|o| *o == (id, Part::Main)).and_then(|i| outs.get(i));
    let mut builders: Vec<(&Output, Option<&Out>, ColumnBuilder)> = later
        .iter()
        .filter_map(|i| outputs.get(*i))
        .map(|output| (output, main(output.decision), ColumnBuilder::new(output.ty, batch.rows)))
        .collect();
    let mut evaluator = Evaluator::new(engine, batch, NoTrace);
    for row in 0..batch.rows {
        let mut started = false;
        for (output, main, builder) in &mut builders {
            let choice = main.and_then(|m| m.values.get(row)).copied().unwrap_or(NO_ROW);
            let fixed = match &engine.program.decisions[output.decision.index()].kind {
                DecisionKind::Route(_) if output.part == Part::Main => {
                    let targets = engine.prepared.targets.get(output.decision.index());
                    match usize::try_from(choice).ok().and_then(|r| targets?.get(r)) {
                        Some(Some(target)) => Some(Value::Text(target.clone())),
                        Some(None) => None,
                        None => Some(Value::Missing),
                    }
                }
                DecisionKind::Handoff(_) if choice == 0 => Some(Value::Missing),
                _ => None,
            };
            let value = fixed.unwrap_or_else(|| {
                if !started {
                    evaluator.start_row(row);
                    started = true;
                }
                evaluator.decide_first(output.decision.index() + 1);
                evaluator.result(output.decision, output.part)
            });
            builder.push(&value);
        }
    }
    for (index, (_, _, mut builder)) in later.iter().zip(builders) {
        columns[*index] = Some(builder.finish());
    }
}

/// Overlaps: the code says in which rows to look, the evaluator what it is.
fn findings(engine: &Engine, plan: &Plan, batch: &Table, outs: &[Out]) -> Vec<crate::decide::RowFinding> {
    let flags: Vec<&Out> =
        plan.outputs.iter().zip(outs).filter(|((_, part), _)| *part == Part::Reason).map(|(_, out)| out).collect();
    let lookups = engine.program.decisions.iter().any(|d| matches!(d.kind, DecisionKind::Lookup(_)));
    if flags.is_empty() && !lookups {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut evaluator = Evaluator::new(engine, batch, NoTrace);
    for row in 0..batch.rows {
        if lookups || flags.iter().any(|f| f.values.get(row).is_some_and(|v| *v != 0)) {
            evaluator.start_row(row);
            evaluator.decide_all();
            found.append(&mut evaluator.findings);
        }
    }
    found
}
