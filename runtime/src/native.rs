//! Native code: a program's decisions as one loop of machine code over a batch, eight rows at a time.
//!
//! The evaluator is the meaning; this is an optimisation that may decline. Its parts:
//!
//! | part | what it does |
//! |---|---|
//! | [`plan`] | which nodes and decisions run natively, which are computed before the loop, and why |
//! | `texts`, `distinct`, `coded` | text predicates once per distinct value, kept from batch to batch |
//! | `folds` | columns over linked records, once per key |
//! | `keyed` | lookups by key |
//! | `host` | columns that the evaluator computes row by row before the loop |
//! | `inputs` | buffers in the form the code reads; integers in 16 or 32 bits where they fit |
//! | `lanes`, `emit`, `emit_ops` | branch-free code for nodes: 128-bit registers, no trapping instruction |
//! | `sum`, `emit_score`, `decay`, `emit_choice` | code for decisions |
//! | `segments` | large scores as several functions |
//! | `one` | what has no vector form, row by row inside a step |
//! | `memory` | code in memory, and its call |
//! | `stores`, `results` | from registers to buffers, from buffers to columns |
//! | `told`, `reasons` | what the code tells beside its decisions where reasons are asked for, and its words |
//! | `single` | one record: a step of which one row counts |
//!
//! Decay and exact rounding follow the evaluator's functions step for step, or call them. [`Native::decide`] gives what
//! `Engine::decide` gives, bit for bit.

mod coded;
mod decay;
mod distinct;
mod emit;
mod emit_choice;
mod emit_ops;
mod emit_score;
pub(crate) mod folds;
mod host;
mod inputs;
mod keyed;
mod lanes;
mod memory;
mod one;
pub mod plan;
mod reasons;
mod results;
mod segments;
mod shape;
mod single;
mod stores;
mod sum;
mod texts;
mod told;

use crate::decide::Decided;
use crate::engine::Engine;
use crate::kpi::NodeColumns;
use crate::table::Table;
use arrow_array::ArrayRef;
use distinct::Memory;
pub use folds::{FoldedChunk, FoldedRows, Folding, FoldingRows};
use inputs::{Column, Found, Kind, Prepared, SPECIAL_ROWS};
use memory::Compiled;
use plan::{Input, Output, Plan};
use reasons::Reasons;
use results::Outs;
use revplay_ir::program::{NodeId, ParamId, RecordId};
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use shape::Shape;
pub(crate) use single::Single;
use std::sync::{Arc, Mutex};

/// Why there is no native code; the evaluator takes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declined(pub String);

impl std::fmt::Display for Declined {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no native code: {}", self.0)
    }
}

impl std::error::Error for Declined {}

/// How many versions of the code there may be: one for any batch, the others for batches without missing values in
/// some columns and with small integers in some.
const VERSIONS_MAX: usize = 4;

/// The native code of a program, or of some nodes of one of its records. Cheap to clone; the code is freed with the
/// last clone. May be shared by threads.
#[derive(Clone)]
pub struct Native {
    inner: Arc<Inner>,
}

struct Inner {
    plan: Plan,
    general: Arc<Compiled>,
    special: Mutex<Vec<Arc<Compiled>>>,
    sources: folds::Sources,
    /// The words of reasons, if they are told.
    reasons: Option<Reasons>,
    /// What was learned about texts, one for each thread that is at work, and the params it was learned with.
    memories: Mutex<Vec<(Vec<Value>, Memory)>>,
}

impl Native {
    /// Compiles the program of an engine. `now` and params are read at run time.
    ///
    /// # Errors
    /// [`Declined`] where the host has no backend or the code generator fails.
    pub fn compile(engine: &Engine) -> Result<Native, Declined> {
        Native::of_plan(engine, Plan::new(&engine.program, &[]))
    }

    /// Compiles the program of an engine, and the columns of nodes of the decided record beside it: what KPIs fold.
    ///
    /// # Errors
    /// As [`Native::compile`].
    pub fn compile_with(engine: &Engine, wanted: &[NodeId]) -> Result<Native, Declined> {
        Native::of_plan(engine, Plan::new(&engine.program, wanted))
    }

    /// The same, with code that tells the reasons of its decisions too: for [`Native::decide_why`].
    ///
    /// # Errors
    /// As [`Native::compile`].
    pub fn compile_why(engine: &Engine, wanted: &[NodeId]) -> Result<Native, Declined> {
        let mut plan = Plan::new(&engine.program, wanted);
        plan.tell_reasons(&engine.program);
        Native::of_plan(engine, plan)
    }

    /// Compiles the columns of nodes of a record alone.
    ///
    /// # Errors
    /// As [`Native::compile`].
    pub fn of_nodes(engine: &Engine, record: RecordId, wanted: &[NodeId]) -> Result<Native, Declined> {
        Native::of_plan(engine, Plan::of_nodes(&engine.program, record, wanted))
    }

    fn of_plan(engine: &Engine, plan: Plan) -> Result<Native, Declined> {
        let general = compile(engine, &plan, &Shape::general(plan.inputs.len()))?;
        let reasons = (!plan.told.is_empty()).then(|| Reasons::new(&engine.program, &plan));
        let (special, memories) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
        Ok(Native {
            inner: Arc::new(Inner {
                plan,
                general: Arc::new(general),
                special,
                sources: folds::Sources::default(),
                reasons,
                memories,
            }),
        })
    }

    /// What runs how.
    pub fn plan(&self) -> &Plan {
        &self.inner.plan
    }

    /// Decides every row of a batch of the decided record, as `Engine::decide` does.
    pub fn decide(&self, engine: &Engine, batch: &Table) -> Decided {
        self.decisions(engine, batch).0
    }

    fn decisions(&self, engine: &Engine, batch: &Table) -> (Decided, host::Host, Outs) {
        engine.links.mark_reached(&engine.program, &engine.prepared.positions, batch);
        let (mut host, mut outs) = self.run(engine, batch);
        let decided = results::collect(engine, self.plan(), batch, &mut host, &mut outs);
        (decided, host, outs)
    }

    /// Decides every row of a batch, and gives the columns that [`Native::compile_with`] was asked for.
    pub fn decide_with(&self, engine: &Engine, batch: &Table) -> (Decided, NodeColumns) {
        let (decided, host, mut outs) = self.decisions(engine, batch);
        let columns = self.columns_of(engine, batch, Some(&decided), &host, &mut outs);
        (decided, columns)
    }

    /// As [`Native::decide_with`], and the reasons of every row: what [`Engine::reasons`] gives, texts with a dictionary
    /// or without.
    pub fn decide_why(&self, engine: &Engine, batch: &Table) -> (Decided, NodeColumns, Vec<ArrayRef>) {
        let (decided, host, mut outs) = self.decisions(engine, batch);
        let reasons = match &self.inner.reasons {
            Some(reasons) => reasons.columns(engine, self.plan(), batch, &outs),
            None => engine.reasons(batch),
        };
        let columns = self.columns_of(engine, batch, Some(&decided), &host, &mut outs);
        (decided, columns, reasons)
    }

    /// The columns that [`Native::of_nodes`] was asked for, of a batch of the record.
    pub fn columns(&self, engine: &Engine, batch: &Table) -> NodeColumns {
        let (host, mut outs) = self.run(engine, batch);
        self.columns_of(engine, batch, None, &host, &mut outs)
    }

    /// Decides rows of a batch one by one, as single records are: the values of each row by output. `None` for a row
    /// that the evaluator must decide; all of them where some decision has no native code.
    pub fn decide_singly(&self, engine: &Engine, batch: &Table) -> Vec<Option<Vec<Value>>> {
        let Some(mut single) = Single::new(self, engine) else { return vec![None; batch.rows] };
        let program = &engine.program;
        let fields = program.records.get(batch.record.index()).map(|r| r.fields.as_slice()).unwrap_or_default();
        let empty = Table { record: batch.record, rows: 0, columns: vec![None; batch.columns.len()] };
        let ty = |field: &revplay_ir::program::FieldId| program.fields.get(field.index()).map_or(Type::Error, |f| f.ty);
        (0..batch.rows)
            .map(|row| {
                let cells = fields.iter().enumerate();
                let values: Vec<Value> = cells.map(|(position, field)| batch.value(position, row, ty(field))).collect();
                let mut outputs = Vec::new();
                single.decide(engine, &empty, &values, &mut outputs).then_some(outputs)
            })
            .collect()
    }

    fn columns_of(
        &self,
        engine: &Engine,
        batch: &Table,
        decided: Option<&Decided>,
        host: &host::Host,
        outs: &mut Outs,
    ) -> NodeColumns {
        let (plan, program) = (self.plan(), &engine.program);
        let mut columns = NodeColumns::new(engine, batch, decided);
        for id in &plan.wanted {
            let ty = program.nodes.get(id.index()).map_or(Type::Error, |n| n.ty);
            let computed = match plan.host_index.get(&plan::What::Node(*id)) {
                Some(index) => host.columns.get(*index as usize).cloned().flatten(),
                None => outs.array(plan, Output::Node(*id), ty),
            };
            if let Some(array) = computed {
                columns.give(program, *id, array);
            }
        }
        columns
    }

    fn run(&self, engine: &Engine, batch: &Table) -> (host::Host, Outs) {
        let plan = self.plan();
        let params = params_of(engine);
        let settings = settings_of(engine, &params);
        let mut memory = self.take_memory(&params);
        let host = host::compute(engine, plan, &self.inner.sources, batch, &mut memory);
        if let Ok(mut memories) = self.inner.memories.lock() {
            memories.push((params, memory));
        }
        let prepared: Vec<Prepared> = plan.inputs.iter().map(|i| self.prepare(engine, batch, &host, i)).collect();
        let code = self.version(engine, &prepared, batch.rows);
        let columns: Vec<Column> = prepared
            .iter()
            .enumerate()
            .map(|(input, prepared)| Column::new(prepared, code.shape(), input as u32, batch.rows, plan.packs()))
            .collect();
        let outs = code.run(&columns, &settings, batch.rows);
        (host, Outs::new(outs, batch.rows))
    }

    fn take_memory(&self, params: &[Value]) -> Memory {
        let Ok(mut memories) = self.inner.memories.lock() else { return Memory::default() };
        match memories.iter().position(|(p, _)| p == params) {
            Some(at) => memories.swap_remove(at).1,
            None => {
                memories.clear();
                Memory::default()
            }
        }
    }

    fn prepare(&self, engine: &Engine, batch: &Table, host: &host::Host, input: &Input) -> Prepared {
        let program = &engine.program;
        let mut small = false;
        let (found, kind) = match input {
            Input::Field(field) => {
                let (position, _) = crate::links::place(program, &engine.prepared.positions, *field);
                let ty = program.fields.get(field.index()).map_or(Type::Error, |f| f.ty);
                small = ty == Type::Int;
                (batch.columns.get(position).cloned().flatten().map(Found::Array), Kind::of(ty))
            }
            Input::Host(index) => {
                let ty = match self.plan().host.get(*index as usize).map(|(what, _)| what) {
                    Some(plan::What::Node(id)) => program.nodes.get(id.index()).map_or(Type::Error, |n| n.ty),
                    Some(plan::What::Rule(..)) | None => Type::Int,
                };
                (host.columns.get(*index as usize).cloned().flatten().map(Found::Array), Kind::of(ty))
            }
            Input::Flags(index) => (host.flags.get(*index as usize).cloned().flatten().map(Found::Bytes), Kind::Bytes),
        };
        Prepared::new(found.unwrap_or(Found::Nothing), kind, batch.rows, small)
    }

    /// The code for a batch: of its own shape where that pays.
    fn version(&self, engine: &Engine, prepared: &[Prepared], rows: usize) -> Arc<Compiled> {
        let general = || self.inner.general.clone();
        if rows < SPECIAL_ROWS {
            return general();
        }
        let shape = Shape::of(prepared.iter().map(|p| (p.nullable, p.width)));
        let Ok(mut special) = self.inner.special.lock() else { return general() };
        if let Some(code) = special.iter().find(|code| *code.shape() == shape) {
            return code.clone();
        }
        if special.len() < VERSIONS_MAX
            && let Ok(code) = compile(engine, self.plan(), &shape)
        {
            special.push(Arc::new(code));
            return special.last().cloned().unwrap_or_else(general);
        }
        special.iter().find(|code| code.shape().covers(&shape)).cloned().unwrap_or_else(general)
    }
}

fn params_of(engine: &Engine) -> Vec<Value> {
    (0..engine.program.params.len()).map(|p| engine.param(ParamId(p as u32))).collect()
}

/// `now` and the params, as the code reads them.
fn settings_of(engine: &Engine, params: &[Value]) -> Vec<i64> {
    std::iter::once(engine.now_us()).chain(params.iter().map(bits)).collect()
}

fn compile(engine: &Engine, plan: &Plan, shape: &Shape) -> Result<Compiled, Declined> {
    let program = engine.program.clone();
    // The code generator is young on some targets: a panic there must not end the process.
    std::panic::catch_unwind(|| memory::compile(&program, plan, shape))
        .unwrap_or_else(|_| Err(Declined("the code generator failed".into())))
}

fn bits(value: &Value) -> i64 {
    match value {
        Value::Int(n) => *n,
        Value::Num(x) => x.to_bits() as i64,
        Value::Bool(b) => i64::from(*b),
        Value::Missing | Value::Text(_) | Value::List(_) => 0,
    }
}
