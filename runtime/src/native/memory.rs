//! Machine code in memory: the only module with `unsafe`, each use with its reason.
#![allow(unsafe_code)]

use super::Declined;
use super::emit::{Arguments, Emit, Imports};
use super::inputs::Column;
use super::lanes::{ROWS, flags};
use super::plan::{Output, Plan};
use super::segments::RUN_ROWS;
use super::shape::Shape;
use super::stores::OutKind;
use cranelift_codegen::ir as clif;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{AbiParam, InstBuilder, types};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{FuncId, Linkage, Module};
use revplay_ir::exact;
use revplay_ir::program::{DecisionId, DecisionKind, Program};
use std::collections::BTreeSet;
use std::mem::ManuallyDrop;

/// (values, known) of each input; `now` and params; (values, known) of each output; first row, end: multiples of
/// [`ROWS`].
type Entry = unsafe extern "C" fn(*const [*const u8; 2], *const i64, *const [*mut u8; 2], i64, i64);

/// Code with the memory it lies in.
pub struct Compiled {
    module: ManuallyDrop<JITModule>,
    /// The functions of segments, then the main one.
    entries: Vec<Entry>,
    shape: Shape,
    outs: Vec<OutKind>,
    /// Columns to which segments add.
    partials: usize,
}

// SAFETY: after `finalize_definitions` the module is only read, and the code keeps no state: it reads and
// writes through its arguments alone. `JITModule` is `Send`; nothing here hands out its interior by `&`.
unsafe impl Sync for Compiled {}

impl Drop for Compiled {
    fn drop(&mut self) {
        // SAFETY: the module is taken once, here; no entry is called again, since calls borrow `self`.
        // Without `free_memory` finished code is leaked on purpose by the library.
        unsafe { ManuallyDrop::take(&mut self.module).free_memory() }
    }
}

extern "C" fn scale_exact(units: i64, factor: f64) -> i64 {
    exact::scale_exact(units, factor).unwrap_or(0)
}

/// What an operator gives: its bits, and whether it is known.
#[repr(C)]
struct Answer {
    bits: i64,
    known: i64,
}

extern "C" fn operator(code: i64, a: i64, b: i64) -> Answer {
    use revplay_ir::ops::{Op, eval_const};
    use revplay_ir::value::Value;
    let value = match super::emit::of_number(code) {
        Some(op @ (Op::ScaleInt | Op::UnscaleInt)) => {
            eval_const(op, &[Value::Int(a), Value::num(f64::from_bits(b as u64))])
        }
        Some(op @ Op::DecToNum(_)) => eval_const(op, &[Value::Int(a)]),
        Some(op) => eval_const(op, &[Value::Int(a), Value::Int(b)]),
        None => Value::Missing,
    };
    match value {
        Value::Int(n) => Answer { bits: n, known: 1 },
        Value::Num(x) => Answer { bits: x.to_bits() as i64, known: 1 },
        Value::Missing | Value::Bool(_) | Value::Text(_) | Value::List(_) => Answer { bits: 0, known: 0 },
    }
}

fn declined(error: impl std::fmt::Display) -> Declined {
    Declined(error.to_string())
}

/// How code is generated, on any machine.
fn generation(checked: bool) -> Result<settings::Flags, Declined> {
    let mut flags = settings::builder();
    // Straight-line code with many constants: the optimiser would hoist them all and spill (measured).
    for (name, value) in [("use_colocated_libcalls", "false"), ("is_pic", "false"), ("opt_level", "none")] {
        flags.set(name, value).map_err(declined)?;
    }
    flags.set("enable_verifier", if checked { "true" } else { "false" }).map_err(declined)?;
    Ok(settings::Flags::new(flags))
}

/// Compiles a plan for another machine, checks the code and throws it away.
#[cfg(test)]
pub fn compile_elsewhere(machine: &str, program: &Program, plan: &Plan, shape: &Shape) -> Result<(), Declined> {
    let isa = cranelift_codegen::isa::lookup_by_name(machine).map_err(declined)?;
    let isa = isa.finish(generation(true)?).map_err(declined)?;
    let mut module = JITModule::new(JITBuilder::with_isa(isa, cranelift_module::default_libcall_names()));
    let built = define(&mut module, program, plan, shape);
    // SAFETY: no code of this module was or will be called.
    unsafe { module.free_memory() };
    built.map(|_| ())
}

/// Compiles a plan for batches of a shape.
pub fn compile(program: &Program, plan: &Plan, shape: &Shape) -> Result<Compiled, Declined> {
    let flags = generation(cfg!(debug_assertions))?;
    let isa = cranelift_native::builder().map_err(declined)?.finish(flags).map_err(declined)?;
    let mut builder = JITBuilder::with_isa(isa, cranelift_module::default_libcall_names());
    builder.symbol("revplay_scale_exact", scale_exact as *const u8);
    builder.symbol("revplay_operator", operator as *const u8);
    let mut module = JITModule::new(builder);
    let built = define(&mut module, program, plan, shape);
    let finished = built.and_then(|built| module.finalize_definitions().map(|()| built).map_err(declined));
    match finished {
        Ok(built) => {
            let entry = |id: &FuncId| {
                let code = module.get_finalized_function(*id);
                // SAFETY: `code` is a function defined by `define` with exactly this signature and the host's C
                // calling convention (the module's default).
                unsafe { std::mem::transmute::<*const u8, Entry>(code) }
            };
            let entries = built.functions.iter().map(entry).collect();
            let (outs, partials) = (built.outs, built.partials);
            Ok(Compiled { module: ManuallyDrop::new(module), entries, shape: shape.clone(), outs, partials })
        }
        Err(error) => {
            // SAFETY: no code of this module was or will be called.
            unsafe { module.free_memory() };
            Err(error)
        }
    }
}

/// What was defined in a module.
struct Built {
    functions: Vec<FuncId>,
    outs: Vec<OutKind>,
    partials: usize,
}

fn define(module: &mut JITModule, program: &Program, plan: &Plan, shape: &Shape) -> Result<Built, Declined> {
    let mut import = |name: &str, params: &[clif::Type], returns: &[clif::Type]| {
        let mut signature = module.make_signature();
        signature.params.extend(params.iter().map(|t| AbiParam::new(*t)));
        signature.returns.extend(returns.iter().map(|t| AbiParam::new(*t)));
        module.declare_function(name, Linkage::Import, &signature).map_err(declined)
    };
    let scale_exact = import("revplay_scale_exact", &[types::I64, types::F64], &[types::I64])?;
    let operator = import("revplay_operator", &[types::I64; 3], &[types::I64; 2])?;
    let mut context = module.make_context();
    let mut scratch = FunctionBuilderContext::new();
    let mut written: BTreeSet<u32> = BTreeSet::new();
    let mut function = |name: &str, work: &mut Work<'_>| {
        let mut signature = module.make_signature();
        signature.params.extend([AbiParam::new(types::I64); 5]);
        let id = module.declare_function(name, Linkage::Local, &signature).map_err(declined)?;
        context.func.signature = signature;
        let mut b = FunctionBuilder::new(&mut context.func, &mut scratch);
        let imports = Imports {
            scale_exact: module.declare_func_in_func(scale_exact, b.func),
            operator: module.declare_func_in_func(operator, b.func),
        };
        written.extend(emit_loop(&mut b, (program, plan, shape), imports, work)?);
        b.seal_all_blocks();
        b.finalize(module.target_config());
        module.define_function(id, &mut context).map_err(declined)?;
        module.clear_context(&mut context);
        Ok(id)
    };
    let mut functions = Vec::new();
    let mut bounds: Vec<(DecisionId, i64, i64)> = Vec::new();
    for (index, segment) in plan.segments.iter().enumerate() {
        let id = DecisionId(segment.decision as u32);
        let at = bounds.iter().position(|(d, ..)| *d == id).unwrap_or_else(|| {
            bounds.push((id, 0, 0));
            bounds.len() - 1
        });
        let column = (plan.outputs.len() + at) as i32;
        functions.push(function(&format!("segment{index}"), &mut |emit| {
            let Some(DecisionKind::Score(score)) = program.decisions.get(segment.decision).map(|d| &d.kind) else {
                return;
            };
            let column = emit.b.ins().load(types::I64, flags(), emit.outs, column * 16);
            let (low, high) = emit.segment(id, score, &segment.groups, column);
            if let Some((_, least, greatest)) = bounds.get_mut(at) {
                (*least, *greatest) = (least.saturating_add(low), greatest.saturating_add(high));
            }
        })?);
    }
    let mut kinds = Vec::new();
    functions.push(function("decide", &mut |emit| {
        for (at, (id, low, high)) in bounds.iter().enumerate() {
            let column = (plan.outputs.len() + at) as i32;
            let column = emit.b.ins().load(types::I64, flags(), emit.outs, column * 16);
            emit.partial.insert(*id, (column, *low, *high));
        }
        kinds = decide_and_store(emit);
    })?);
    // Memory that is never written must not be read either.
    if plan.told.values().any(|index| !written.contains(index)) {
        return Err(declined("a reason that the code does not tell"));
    }
    Ok(Built { functions, outs: kinds, partials: bounds.len() })
}

/// Emits what a function does with a step.
type Work<'w> = dyn for<'a, 'f> FnMut(&mut Emit<'a, 'f>) + 'w;

fn decide_and_store(emit: &mut Emit<'_, '_>) -> Vec<OutKind> {
    let mut kinds = Vec::new();
    let plan = emit.plan;
    emit.decay_first();
    for (index, output) in plan.outputs.iter().enumerate() {
        let vals = match output {
            Output::Told(_, told) => {
                kinds.push(told.kind());
                continue;
            }
            Output::Part(id, part) => {
                emit.decision(*id);
                emit.results.get(&(*id, *part)).copied()
            }
            Output::Node(node) => Some(emit.node(*node)),
        };
        let vals = vals.unwrap_or_else(|| emit.missing(revplay_ir::types::Type::Int));
        kinds.push(emit.store(index as i32, vals));
    }
    kinds
}

/// `for row in (first..end).step_by(8) { work }`. Gives the outputs that were told in it.
fn emit_loop(
    b: &mut FunctionBuilder<'_>,
    of: (&Program, &Plan, &Shape),
    imports: Imports,
    work: &mut Work<'_>,
) -> Result<BTreeSet<u32>, Declined> {
    let [entry, head, body, exit] = [(); 4].map(|()| b.create_block());
    b.append_block_params_for_function_params(entry);
    let params = b.block_params(entry).to_vec();
    let [columns, settings, outs, first, end] = params.as_slice() else { return Err(declined("no parameters")) };
    b.switch_to_block(entry);
    let row = b.append_block_param(head, types::I64);
    b.ins().jump(head, &[(*first).into()]);
    b.switch_to_block(head);
    let more = b.ins().icmp(IntCC::SignedLessThan, row, *end);
    b.ins().brif(more, body, &[], exit, &[]);
    b.switch_to_block(body);
    let mut emit = Emit::new(b, of, imports, Arguments { columns: *columns, params: *settings, outs: *outs, row });
    work(&mut emit);
    let written = std::mem::take(&mut emit.written);
    let next = b.ins().iadd_imm_s(row, ROWS as i64);
    b.ins().jump(head, &[next.into()]);
    b.switch_to_block(exit);
    b.ins().return_(&[]);
    Ok(written)
}

/// An output of the code: as many steps of rows as the batch has, or one more.
pub struct Out {
    /// 64 bits per row; empty where the output is a bit per row.
    pub values: Vec<i64>,
    /// A bit per row; empty where the output is 64 bits.
    pub bits: Vec<u8>,
    /// A bit per row that is known; empty: all are.
    pub known: Vec<u8>,
}

impl Compiled {
    /// What the code is for.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Runs the code over columns of its shape, each of `rows` rows.
    pub fn run(&self, columns: &[Column], settings: &[i64], rows: usize) -> Vec<Out> {
        let steps = rows.div_ceil(ROWS);
        let whole = rows / ROWS * ROWS;
        let mut outs: Vec<Out> = self.outs.iter().map(|kind| Out::of(*kind, steps)).collect();
        outs.extend((0..self.partials).map(|_| Out::partial(steps)));
        let pointers: Vec<[*const u8; 2]> = columns.iter().map(Column::pointers).collect();
        let targets: Vec<[*mut u8; 2]> = outs.iter_mut().map(|out| out.pointers(0)).collect();
        // Several functions take turns on a run of rows while it is in the cache.
        let run = if self.entries.len() > 1 { RUN_ROWS } else { whole.max(1) };
        for first in (0..whole).step_by(run) {
            let end = (first + run).min(whole);
            for entry in &self.entries {
                // SAFETY: every input has values and a bitmap for at least `whole` rows in the widths of the shape
                // (`Column::new` sees to it; `whole` is at most `rows`), every output has room for as many, `settings`
                // holds `now` and every param, and all of them live until the call returns.
                unsafe { entry(pointers.as_ptr(), settings.as_ptr(), targets.as_ptr(), first as i64, end as i64) };
            }
        }
        if whole < rows {
            // The last step reads whole registers: its rows are copied to where there is room for eight.
            let last: Vec<Column> = columns.iter().map(|column| column.last_step(whole, rows)).collect();
            let pointers: Vec<[*const u8; 2]> = last.iter().map(Column::pointers).collect();
            let targets: Vec<[*mut u8; 2]> = outs.iter_mut().map(|out| out.pointers(whole)).collect();
            for entry in &self.entries {
                // SAFETY: as above, for one step from row 0 of the copies, which have room for it; the outputs begin
                // at row `whole` and have room for the step, since they are `steps` steps long.
                unsafe { entry(pointers.as_ptr(), settings.as_ptr(), targets.as_ptr(), 0, ROWS as i64) };
            }
        }
        outs.truncate(self.outs.len());
        for (out, kind) in outs.iter_mut().zip(&self.outs).filter(|(_, kind)| !kind.bits) {
            debug_assert!(out.values.capacity() >= steps * ROWS && !kind.bits);
            // SAFETY: there is room for as many (`Out::of`), and the code has written each: it stores every output of
            // every step, and all steps from 0 to `steps` have run.
            unsafe { out.values.set_len(steps * ROWS) };
        }
        outs
    }
}

/// Room for one step of an input or an output: eight values and eight bits that say which are known.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct StepRoom {
    /// 64, 16, 8 or 1 bit for each row, from the first byte on.
    pub values: [i64; ROWS],
    /// A bit for each row.
    pub known: u8,
}

impl Compiled {
    /// Runs one step over rooms: one per input in the form of the general shape, one per output and per column of
    /// segments. `settings` is `now` and every param.
    pub fn step(&self, inputs: &[StepRoom], settings: &[i64], outs: &mut [StepRoom], pointers: &mut StepPointers) {
        if outs.len() < self.outs.len() + self.partials {
            return;
        }
        outs.iter_mut().skip(self.outs.len()).for_each(|partial| *partial = StepRoom::default());
        pointers.inputs.clear();
        pointers.inputs.extend(inputs.iter().map(|room| [room.values.as_ptr().cast::<u8>(), &raw const room.known]));
        pointers.outs.clear();
        let pair = |room: &mut StepRoom| [room.values.as_mut_ptr().cast::<u8>(), &raw mut room.known];
        pointers.outs.extend(outs.iter_mut().map(pair));
        for entry in &self.entries {
            // SAFETY: each room holds a step of the widest form, and a byte of its bitmap; there is one for every
            // input (`Single` makes them from the plan) and for every output (checked above), and they live until the
            // call returns.
            unsafe {
                entry(pointers.inputs.as_ptr(), settings.as_ptr(), pointers.outs.as_ptr(), 0, ROWS as i64);
            }
        }
    }

    /// Whether the code says which values of an output are known; else all are.
    pub fn writes_known(&self, output: usize) -> bool {
        self.outs.get(output).is_none_or(|kind| kind.known)
    }

    /// Rooms that [`Compiled::step`] needs for what is written.
    pub fn rooms(&self) -> usize {
        self.outs.len() + self.partials
    }
}

/// Memory for the pointers of a step.
#[derive(Debug, Default)]
pub struct StepPointers {
    inputs: Vec<[*const u8; 2]>,
    outs: Vec<[*mut u8; 2]>,
}

// SAFETY: the pointers are written anew by each step before they are used, and are not read otherwise.
unsafe impl Send for StepPointers {}

impl Out {
    /// Room for what the code writes. Values are not there before it has run: to clear them first takes as long as to
    /// write them.
    fn of(kind: OutKind, steps: usize) -> Out {
        let (values, bits) = if kind.bits { (0, steps) } else { (steps * ROWS, 0) };
        let known = vec![0; if kind.known { steps } else { 0 }];
        Out { values: Vec::with_capacity(values), bits: vec![0; bits], known }
    }

    /// A column to which segments add.
    fn partial(steps: usize) -> Out {
        Out { values: vec![0; steps * ROWS], bits: Vec::new(), known: Vec::new() }
    }

    /// Where the values and the bitmap of known rows of a row begin. A part that is not written points nowhere in
    /// particular.
    fn pointers(&mut self, row: usize) -> [*mut u8; 2] {
        let bits = self.bits.get_mut(row / ROWS..).map(<[u8]>::as_mut_ptr);
        let written = self.values.len() > row;
        let values = match written {
            true => self.values.get_mut(row..).map(|v| v.as_mut_ptr().cast::<u8>()),
            false => self.values.spare_capacity_mut().get_mut(row..).map(|v| v.as_mut_ptr().cast::<u8>()),
        };
        let values = values.filter(|_| self.bits.is_empty());
        let known = self.known.get_mut(row / ROWS..).map(<[u8]>::as_mut_ptr);
        let nowhere = std::ptr::NonNull::<u8>::dangling().as_ptr();
        [values.or(bits).unwrap_or(nowhere), known.unwrap_or(nowhere)]
    }
}

#[cfg(test)]
mod tests;
