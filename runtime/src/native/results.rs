//! From what the code wrote to the columns of the result.

use super::emit_choice::NO_ROW;
use super::host::Host;
use super::memory::Out;
use super::plan::{DecisionPlan, Output, Plan};
use super::told::Told;
use crate::decide::{Decided, RowFinding};
use crate::engine::Engine;
use crate::eval::Evaluator;
use crate::table::{ColumnBuilder, Table};
use crate::trace::NoTrace;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int32Array, Int64Array, StringArray};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};
use revplay_ir::program::{DecisionId, DecisionKind, Part};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use std::sync::Arc;

/// What the code wrote, by output.
pub struct Outs {
    outs: Vec<Option<Out>>,
    rows: usize,
}

impl Outs {
    pub fn new(outs: Vec<Out>, rows: usize) -> Outs {
        Outs { outs: outs.into_iter().map(Some).collect(), rows }
    }

    fn get(&self, plan: &Plan, output: Output) -> Option<&Out> {
        let at = plan.outputs.iter().position(|o| *o == output)?;
        self.outs.get(at)?.as_ref()
    }

    /// What reasons need.
    pub fn told(&self, plan: &Plan, id: DecisionId, told: Told) -> Option<&Out> {
        self.outs.get(*plan.told.get(&(id, told))? as usize)?.as_ref()
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// An output as an array of a type. It is taken: its memory becomes the array's.
    pub fn array(&mut self, plan: &Plan, output: Output, ty: Type) -> Option<ArrayRef> {
        let at = plan.outputs.iter().position(|o| *o == output)?;
        Some(array(ty, self.outs.get_mut(at)?.take()?, self.rows))
    }
}

/// All columns of the program's outputs, and what is wrong with which row.
pub fn collect(engine: &Engine, plan: &Plan, batch: &Table, host: &mut Host, outs: &mut Outs) -> Decided {
    let outputs = &engine.program.outputs;
    let mut columns: Vec<Option<ArrayRef>> = std::mem::take(&mut host.outputs);
    let native = |id: DecisionId| plan.decisions.get(id.index()) == Some(&DecisionPlan::Native);
    let is_text = |ty| matches!(ty, Type::Target | Type::Text | Type::List);
    let mut findings = findings(engine, plan, batch, outs);
    findings.append(&mut host.findings);
    findings.sort_by_key(|f| (f.row, f.decision.index()));
    let mut later: Vec<usize> = Vec::new();
    for (index, output) in outputs.iter().enumerate().filter(|(_, o)| native(o.decision)) {
        if let Some(column) = targets(engine, plan, outs, output) {
            columns[index] = Some(column);
        } else if is_text(output.ty)
            || outs.get(plan, Output::Part(output.decision, output.part)).is_none()
            || output.part == Part::Reason
        {
            later.push(index);
        }
    }
    let wanted: Vec<Option<Vec<i64>>> =
        later.iter().map(|i| choices(plan, outs, outputs[*i].decision, batch.rows)).collect();
    for (index, output) in outputs.iter().enumerate().filter(|(i, o)| native(o.decision) && !later.contains(i)) {
        if columns[index].is_none() {
            columns[index] = outs.array(plan, Output::Part(output.decision, output.part), output.ty);
        }
    }
    by_evaluator(engine, batch, &later, &wanted, &mut columns);
    let columns = columns
        .into_iter()
        .zip(outputs)
        .map(|(column, output)| column.unwrap_or_else(|| ColumnBuilder::new(output.ty, 0).finish()));
    Decided { columns: columns.collect(), findings }
}

fn array(ty: Type, out: Out, rows: usize) -> ArrayRef {
    let nulls =
        (!out.known.is_empty()).then(|| NullBuffer::new(BooleanBuffer::new(Buffer::from_vec(out.known), 0, rows)));
    let nulls = nulls.filter(|n| n.null_count() > 0);
    if ty == Type::Bool {
        Arc::new(BooleanArray::new(BooleanBuffer::new(Buffer::from_vec(out.bits), 0, rows), nulls))
    } else if ty.is_float_like() {
        Arc::new(Float64Array::new(ScalarBuffer::new(Buffer::from_vec(out.values), 0, rows), nulls))
    } else {
        Arc::new(Int64Array::new(ScalarBuffer::new(Buffer::from_vec(out.values), 0, rows), nulls))
    }
}

/// The targets of a route whose rows are all fixed, as a dictionary of them.
fn targets(engine: &Engine, plan: &Plan, outs: &Outs, output: &revplay_ir::program::Output) -> Option<ArrayRef> {
    let DecisionKind::Route(_) = engine.program.decisions.get(output.decision.index())?.kind else { return None };
    if output.part != Part::Main {
        return None;
    }
    let targets: Option<StringArray> =
        engine.prepared.targets.get(output.decision.index())?.iter().map(|t| Some(Some(t.as_deref()?))).collect();
    let chosen = outs.get(plan, Output::Part(output.decision, Part::Main))?;
    let rows = chosen.values.get(..outs.rows)?;
    let keys: Vec<i32> = rows.iter().map(|row| *row as i32).collect();
    // Rows without a target are those of index `NO_ROW`, below all others.
    let least = keys.iter().fold(0, |least, key| (*key).min(least));
    let nulls = (i64::from(least) == NO_ROW).then(|| keys.iter().map(|key| i64::from(*key) != NO_ROW).collect());
    let keys = Int32Array::new(keys.into(), nulls);
    let values: ArrayRef = Arc::new(targets?);
    DictionaryArray::<Int32Type>::try_new(keys, values).ok().map(|array| Arc::new(array) as ArrayRef)
}

/// The `Main` of a decision as integers, to see which rows have anything to say.
fn choices(plan: &Plan, outs: &Outs, decision: DecisionId, rows: usize) -> Option<Vec<i64>> {
    let main = outs.get(plan, Output::Part(decision, Part::Main))?;
    if main.bits.is_empty() {
        return Some(main.values.iter().take(rows).copied().collect());
    }
    let bit = |row: usize| main.bits.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1);
    Some((0..rows).map(|row| i64::from(bit(row))).collect())
}

/// Texts that follow from a native choice: a route's target that is a person, a handoff's reason and due time where it
/// is true. Rows with anything to say are few. Decisions taken natively are read from their columns.
fn by_evaluator(
    engine: &Engine,
    batch: &Table,
    later: &[usize],
    wanted: &[Option<Vec<i64>>],
    columns: &mut [Option<ArrayRef>],
) {
    if later.is_empty() {
        return;
    }
    let program = &engine.program;
    let mut builders: Vec<ColumnBuilder> =
        later.iter().map(|i| ColumnBuilder::new(program.outputs[*i].ty, batch.rows)).collect();
    let mut evaluator = Evaluator::new(engine, batch, NoTrace);
    let before: Vec<Vec<usize>> =
        later.iter().map(|i| crate::prepare::before::decisions_of(program, program.outputs[*i].decision)).collect();
    for row in 0..batch.rows {
        let mut started = false;
        for (at, builder) in builders.iter_mut().enumerate() {
            let Some(output) = later.get(at).and_then(|i| program.outputs.get(*i)) else { continue };
            let choice = wanted.get(at).and_then(Option::as_ref).and_then(|w| w.get(row)).copied().unwrap_or(NO_ROW);
            let fixed = match &program.decisions[output.decision.index()].kind {
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
                before.get(at).into_iter().flatten().for_each(|d| evaluator.take(*d));
                evaluator.take(output.decision.index());
                evaluator.result(output.decision, output.part)
            });
            builder.push(&value);
        }
    }
    for (index, mut builder) in later.iter().zip(builders) {
        columns[*index] = Some(builder.finish());
    }
}

/// Overlaps: the code says in which rows to look, the evaluator what it is.
fn findings(engine: &Engine, plan: &Plan, batch: &Table, outs: &Outs) -> Vec<RowFinding> {
    let reasons = plan.outputs.iter().zip(&outs.outs);
    let flags: Vec<&Vec<u8>> = reasons
        .filter_map(|(output, out)| match output {
            Output::Part(_, Part::Reason) => out.as_ref().map(|out| &out.bits),
            Output::Part(..) | Output::Node(_) | Output::Told(..) => None,
        })
        .filter(|bits| bits.iter().any(|byte| *byte != 0))
        .collect();
    let mut found = Vec::new();
    if flags.is_empty() {
        return found;
    }
    let mut evaluator = Evaluator::new(engine, batch, NoTrace);
    for row in 0..batch.rows {
        if flags.iter().any(|bits| bits.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1)) {
            evaluator.start_row(row);
            evaluator.decide_all();
            let native = |f: &RowFinding| plan.decisions.get(f.decision.index()) == Some(&DecisionPlan::Native);
            found.extend(evaluator.findings.drain(..).filter(native));
        }
    }
    found
}
