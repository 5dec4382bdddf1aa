//! Machine code in memory: the only module with `unsafe`, each use with its reason.
#![allow(unsafe_code)]

use super::emit::{Emit, Imports};
use super::host::Host;
use super::plan::{Input, Plan};
use super::{Declined, emit};
use crate::engine::Engine;
use crate::table::Table;
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array};
use arrow_buffer::{BooleanBuffer, Buffer};
use cranelift_codegen::ir as clif;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{AbiParam, InstBuilder, MemFlagsData, types};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{FuncId, Linkage, Module};
use revplay_ir::exact;
use revplay_ir::program::Program;
use revplay_ir::value::Value;
use std::mem::ManuallyDrop;

/// (values, known) of each input; `now` and params; (values, known) of each output; first row, end.
type Entry = unsafe extern "C" fn(*const [*const u8; 2], *const i64, *const [*mut u8; 2], i64, i64);

/// Code with the memory it lies in.
pub struct Compiled {
    module: ManuallyDrop<JITModule>,
    entry: Entry,
}

// SAFETY: after `finalize_definitions` the module is only read, and the code keeps no state: it reads and
// writes through its arguments alone. `JITModule` is `Send`; nothing here hands out its interior by `&`.
unsafe impl Sync for Compiled {}

impl Drop for Compiled {
    fn drop(&mut self) {
        // SAFETY: the module is taken once, here; `entry` is not called again, since calls borrow `self`.
        // Without `free_memory` finished code is leaked on purpose by the library.
        unsafe { ManuallyDrop::take(&mut self.module).free_memory() }
    }
}

extern "C" fn decay_factor(age_us: i64, half_life_us: i64) -> f64 {
    exact::decay_factor(age_us, half_life_us)
}

extern "C" fn scale_exact(units: i64, factor: f64) -> i64 {
    exact::scale_exact(units, factor).unwrap_or(0)
}

fn declined(error: impl std::fmt::Display) -> Declined {
    Declined(error.to_string())
}

/// Compiles a plan.
pub fn compile(program: &Program, plan: &Plan) -> Result<Compiled, Declined> {
    let mut flags = settings::builder();
    // Straight-line code with many constants: the optimiser would hoist them all and spill (measured).
    for (name, value) in [("use_colocated_libcalls", "false"), ("is_pic", "false"), ("opt_level", "none")] {
        flags.set(name, value).map_err(declined)?;
    }
    flags.set("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" }).map_err(declined)?;
    let isa = cranelift_native::builder().map_err(declined)?.finish(settings::Flags::new(flags)).map_err(declined)?;
    let mut builder = JITBuilder::with_isa(isa, cranelift_module::default_libcall_names());
    builder.symbol("revplay_decay_factor", decay_factor as *const u8);
    builder.symbol("revplay_scale_exact", scale_exact as *const u8);
    let mut module = JITModule::new(builder);
    let built = define(&mut module, program, plan);
    let finished = built.and_then(|id| module.finalize_definitions().map(|()| id).map_err(declined));
    match finished {
        Ok(id) => {
            let code = module.get_finalized_function(id);
            // SAFETY: `code` is the function defined by `define` with exactly this signature and the
            // host's C calling convention (the module's default).
            let entry = unsafe { std::mem::transmute::<*const u8, Entry>(code) };
            Ok(Compiled { module: ManuallyDrop::new(module), entry })
        }
        Err(error) => {
            // SAFETY: no code of this module was or will be called.
            unsafe { module.free_memory() };
            Err(error)
        }
    }
}

fn define(module: &mut JITModule, program: &Program, plan: &Plan) -> Result<FuncId, Declined> {
    let mut import = |name: &str, params: &[clif::Type], returns: clif::Type| {
        let mut signature = module.make_signature();
        signature.params.extend(params.iter().map(|t| AbiParam::new(*t)));
        signature.returns.push(AbiParam::new(returns));
        module.declare_function(name, Linkage::Import, &signature).map_err(declined)
    };
    let decay_factor = import("revplay_decay_factor", &[types::I64, types::I64], types::F64)?;
    let scale_exact = import("revplay_scale_exact", &[types::I64, types::F64], types::I64)?;
    let mut signature = module.make_signature();
    signature.params.extend([AbiParam::new(types::I64); 5]);
    let id = module.declare_function("decide", Linkage::Local, &signature).map_err(declined)?;
    let mut context = module.make_context();
    context.func.signature = signature;
    let mut scratch = FunctionBuilderContext::new();
    let mut b = FunctionBuilder::new(&mut context.func, &mut scratch);
    let imports = Imports {
        decay_factor: module.declare_func_in_func(decay_factor, b.func),
        scale_exact: module.declare_func_in_func(scale_exact, b.func),
    };
    emit_loop(&mut b, program, plan, imports)?;
    b.seal_all_blocks();
    b.finalize(module.target_config());
    module.define_function(id, &mut context).map_err(declined)?;
    module.clear_context(&mut context);
    Ok(id)
}

/// `for row in first..end { decide and store }`
fn emit_loop(b: &mut FunctionBuilder<'_>, program: &Program, plan: &Plan, imports: Imports) -> Result<(), Declined> {
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
    let mut emit = Emit::new(b, program, plan, imports, [*columns, *settings, row]);
    emit.decisions();
    for (index, output) in plan.outputs.iter().enumerate() {
        if let Some(val) = emit.results.get(output).copied() {
            store(&mut emit, *outs, index as i32, val);
        }
    }
    let next = b.ins().iadd_imm_s(row, 1);
    b.ins().jump(head, &[next.into()]);
    b.switch_to_block(exit);
    b.ins().return_(&[]);
    Ok(())
}

fn store(emit: &mut emit::Emit<'_, '_>, outs: clif::Value, index: i32, val: emit::Val) {
    let known = emit.known(val);
    let (row, b) = (emit.row, &mut *emit.b);
    let flags = || {
        let mut flags = MemFlagsData::new();
        flags.set_notrap();
        flags
    };
    let ty = b.func.dfg.value_type(val.v);
    let wide = match ty {
        types::F64 => b.ins().bitcast(types::I64, MemFlagsData::new(), val.v),
        types::I8 => b.ins().uextend(types::I64, val.v),
        _ => val.v,
    };
    let values = b.ins().load(types::I64, flags(), outs, index * 16);
    let offset = b.ins().ishl_imm_u(row, 3);
    let address = b.ins().iadd(values, offset);
    b.ins().store(flags(), wide, address, 0);
    let knowns = b.ins().load(types::I64, flags(), outs, index * 16 + 8);
    let address = b.ins().iadd(knowns, row);
    b.ins().store(flags(), known, address, 0);
}

/// Values of an output as 64 bits each, and whether each is known.
pub struct Out {
    pub values: Vec<i64>,
    pub known: Vec<u8>,
}

/// An input kept alive while the code runs: its values and its bitmap of known rows, from bit 0 on.
struct Column {
    values: Buffer,
    known: Buffer,
}

impl Compiled {
    /// Runs the code over a batch.
    pub fn run(&self, engine: &Engine, plan: &Plan, batch: &Table, host: &Host) -> Vec<Out> {
        let rows = batch.rows;
        let all = Buffer::from(vec![0xffu8; rows.div_ceil(8)]);
        let none = Buffer::from(vec![0u8; rows.max(1) * 8]);
        let columns: Vec<Column> = plan
            .inputs
            .iter()
            .map(|input| match array_of(engine, plan, batch, host, input) {
                Some(array) => column(&array, rows, &all, &none),
                None => Column { values: none.clone(), known: none.clone() },
            })
            .collect();
        let pointers: Vec<[*const u8; 2]> = columns.iter().map(|c| [c.values.as_ptr(), c.known.as_ptr()]).collect();
        let mut settings = vec![engine.now_us()];
        settings.extend((0..engine.program.params.len()).map(|p| bits(&engine.param(param_id(p)))));
        let mut outs: Vec<Out> =
            plan.outputs.iter().map(|_| Out { values: vec![0; rows], known: vec![0; rows] }).collect();
        let targets: Vec<[*mut u8; 2]> =
            outs.iter_mut().map(|o| [o.values.as_mut_ptr().cast::<u8>(), o.known.as_mut_ptr()]).collect();
        // SAFETY: every input has `rows` values of 8 bytes (bools: bits) and a bitmap of at least `rows` bits
        // (`column` checks and pads); every output has room for `rows` values and bytes; the code touches row
        // `start..end` of them only, and all vectors live until the call returns.
        unsafe { (self.entry)(pointers.as_ptr(), settings.as_ptr(), targets.as_ptr(), 0, rows as i64) };
        outs
    }
}

fn param_id(index: usize) -> revplay_ir::program::ParamId {
    revplay_ir::program::ParamId(index as u32)
}

fn bits(value: &Value) -> i64 {
    match value {
        Value::Int(n) => *n,
        Value::Num(x) => x.to_bits() as i64,
        Value::Bool(b) => i64::from(*b),
        Value::Missing | Value::Text(_) | Value::List(_) => 0,
    }
}

fn array_of(engine: &Engine, plan: &Plan, batch: &Table, host: &Host, input: &Input) -> Option<ArrayRef> {
    let _ = plan;
    match input {
        Input::Field(field) => {
            let (position, _) = crate::links::place(&engine.program, &engine.prepared.positions, *field);
            batch.columns.get(position).cloned().flatten()
        }
        Input::Host(index) => host.columns.get(*index as usize).cloned(),
    }
}

/// The buffers of an array, long enough for `rows` rows and starting at row 0.
fn column(array: &ArrayRef, rows: usize, all: &Buffer, none: &Buffer) -> Column {
    if array.len() < rows {
        return Column { values: none.clone(), known: none.clone() };
    }
    let known = match array.nulls() {
        Some(nulls) => padded(nulls.inner(), rows),
        None => all.clone(),
    };
    let any = array.as_any();
    let values = if let Some(ints) = any.downcast_ref::<Int64Array>() {
        ints.values().inner().clone()
    } else if let Some(numbers) = any.downcast_ref::<Float64Array>() {
        numbers.values().inner().clone()
    } else if let Some(bools) = any.downcast_ref::<BooleanArray>() {
        padded(bools.values(), rows)
    } else {
        // Texts: only whether they are known is read.
        none.clone()
    };
    Column { values, known }
}

/// The bits from bit 0 of the buffer on: slices of arrays may begin inside a byte.
fn padded(bits: &BooleanBuffer, rows: usize) -> Buffer {
    let buffer = bits.sliced();
    if buffer.len() >= rows.div_ceil(8) { buffer } else { Buffer::from(vec![0u8; rows.div_ceil(8)]) }
}
