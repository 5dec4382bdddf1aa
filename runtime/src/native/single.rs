//! One record: the code of a batch, on a step of which only the first row counts.

use super::distinct::{Hung, Memory, hung_on};
use super::emit_choice::NO_ROW;
use super::memory::{StepPointers, StepRoom};
use super::plan::{DecisionPlan, Input, Output, Plan};
use super::{Native, params_of, settings_of};
use crate::engine::Engine;
use crate::table::Table;
use revplay_ir::program::{DecisionKind, FieldId, Part, Program};
use revplay_ir::types::Type;
use revplay_ir::value::Value;

/// What one thread needs to decide records one by one; used again for each.
pub(crate) struct Single {
    native: Native,
    settings: Vec<i64>,
    inputs: Vec<StepRoom>,
    outs: Vec<StepRoom>,
    pointers: StepPointers,
    memory: Memory,
    /// Fields with predicates: position in the record, and what hangs on the text.
    texts: Vec<(FieldId, usize, Hung)>,
    /// Per input: the position of its field; `None` for flags.
    positions: Vec<Option<usize>>,
    /// Per column of flags: its input.
    flag_inputs: Vec<usize>,
    /// Per output of the program: how it is read.
    reads: Vec<Read>,
    /// Outputs that say that rows overlap.
    overlaps: Vec<usize>,
}

/// How an output of the program is read from what the code wrote: by its place there.
#[derive(Clone, Copy, Debug)]
enum Read {
    Value(usize),
    /// The index of a route's row.
    Target(usize),
    /// Follows from a handoff that is true; else missing.
    OfHandoff(usize),
}

impl std::fmt::Debug for Single {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Single").field("inputs", &self.inputs.len()).finish_non_exhaustive()
    }
}

impl Single {
    /// For the records of an engine's program. `None` where something is left to the evaluator in any case: then it may
    /// as well do the rest.
    pub(crate) fn new(native: &Native, engine: &Engine) -> Option<Single> {
        let (plan, program) = (native.plan(), &engine.program);
        let all_native = plan.decisions.iter().all(|d| *d == DecisionPlan::Native);
        if !plan.decides || !all_native || !plan.host.is_empty() {
            return None;
        }
        let place = |field: FieldId| crate::links::place(program, &engine.prepared.positions, field).0;
        let position = |input: &Input| match input {
            Input::Field(field) => Some(place(*field)),
            Input::Host(_) | Input::Flags(_) => None,
        };
        let flag_input = |index| plan.inputs.iter().position(|i| *i == Input::Flags(index as u32));
        let reads: Option<Vec<Read>> = program.outputs.iter().map(|output| read(program, plan, output)).collect();
        let is_overlap = |output: &Output| matches!(output, Output::Part(_, Part::Reason));
        Some(Single {
            settings: settings_of(engine, &params_of(engine)),
            inputs: vec![StepRoom::default(); plan.inputs.len()],
            outs: vec![StepRoom::default(); native.inner.general.rooms()],
            pointers: StepPointers::default(),
            memory: Memory::default(),
            texts: hung_on(plan).into_iter().map(|(field, hung)| (field, place(field), hung)).collect(),
            positions: plan.inputs.iter().map(position).collect(),
            flag_inputs: (0..plan.flags.len()).map(flag_input).collect::<Option<Vec<usize>>>()?,
            reads: reads?,
            overlaps: plan.outputs.iter().enumerate().filter(|(_, o)| is_overlap(o)).map(|(at, _)| at).collect(),
            native: native.clone(),
        })
    }

    /// Decides a record given by the values of its fields, and puts the results by output. False if there is more to it
    /// than the code can say: an overlap, or what follows from a handoff.
    pub(crate) fn decide(
        &mut self,
        engine: &Engine,
        empty: &Table,
        values: &[Value],
        outputs: &mut Vec<Value>,
    ) -> bool {
        if let Some(now) = self.settings.first_mut() {
            *now = engine.now_us;
        }
        for (room, position) in self.inputs.iter_mut().zip(&self.positions) {
            let value = position.and_then(|p| values.get(p)).unwrap_or(&Value::Missing);
            room.known = u8::from(!value.is_missing());
            if let Some(first) = room.values.first_mut() {
                *first = super::bits(value);
            }
        }
        for (field, position, hung) in &self.texts {
            let text = match values.get(*position) {
                Some(Value::Text(text)) => Some(text.as_ref()),
                _ => None,
            };
            let of = (engine, &self.native.inner.plan, empty);
            for (at, byte) in self.memory.one(of, (*field, *position, hung), text) {
                let input = self.flag_inputs.get(at).and_then(|input| self.inputs.get_mut(*input));
                if let Some(first) = input.and_then(|room| room.values.first_mut()) {
                    *first = i64::from(byte);
                }
            }
        }
        self.native.inner.general.step(&self.inputs, &self.settings, &mut self.outs, &mut self.pointers);
        if self.overlaps.iter().any(|at| self.bit(*at)) {
            return false;
        }
        outputs.clear();
        for (output, read) in engine.program.outputs.iter().zip(&self.reads) {
            let value = match read {
                Read::Value(at) => self.value(*at, output.ty),
                Read::Target(at) => {
                    let targets = engine.prepared.targets.get(output.decision.index());
                    match self.first(*at) {
                        NO_ROW => Value::Missing,
                        row => match usize::try_from(row).ok().and_then(|row| targets?.get(row)) {
                            Some(Some(target)) => Value::Text(target.clone()),
                            Some(None) | None => return false,
                        },
                    }
                }
                Read::OfHandoff(at) if !self.bit(*at) => Value::Missing,
                Read::OfHandoff(_) => return false,
            };
            outputs.push(value);
        }
        true
    }

    fn first(&self, at: usize) -> i64 {
        self.outs.get(at).and_then(|room| room.values.first().copied()).unwrap_or(NO_ROW)
    }

    /// The first row's bit.
    fn bit(&self, at: usize) -> bool {
        self.first(at) & 1 == 1
    }

    fn value(&self, at: usize, ty: Type) -> Value {
        let kind = self.native.inner.general.writes_known(at);
        let known = self.outs.get(at).is_some_and(|room| !kind || room.known & 1 == 1);
        if !known {
            Value::Missing
        } else if ty == Type::Bool {
            Value::Bool(self.bit(at))
        } else if ty.is_float_like() {
            Value::num(f64::from_bits(self.first(at) as u64))
        } else {
            Value::Int(self.first(at))
        }
    }
}

fn read(program: &Program, plan: &Plan, output: &revplay_ir::program::Output) -> Option<Read> {
    let at = |part| plan.outputs.iter().position(|o| *o == Output::Part(output.decision, part));
    match &program.decisions.get(output.decision.index())?.kind {
        DecisionKind::Route(_) if output.part == Part::Main => Some(Read::Target(at(Part::Main)?)),
        DecisionKind::Handoff(_) => match at(output.part) {
            Some(at) => Some(Read::Value(at)),
            None => Some(Read::OfHandoff(at(Part::Main)?)),
        },
        _ => Some(Read::Value(at(output.part)?)),
    }
}
