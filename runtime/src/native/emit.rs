//! Code for nodes: branch-free, eight rows at a time, a value and whether it is known.
//!
//! A bool's mask is clear where the bool is unknown, so it says "is true". Every other value may be anything where
//! unknown; nothing traps on it. What has no vector form is done row by row by [`One`], inside the step.

use super::lanes::{
    Known, Lanes, ROWS, cast, const_num, const16, const64, flags, halve, narrow, select64, spread, spread_bit, unhalve,
    widen,
};
use super::one::{One, Val, register};
use super::plan::{Input, Plan, What};
use super::shape::{Shape, Width};
use cranelift_codegen::ir as clif;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, types};
use cranelift_frontend::FunctionBuilder;
use revplay_ir::ops::Op;
use revplay_ir::program::{Const, DecisionId, Node, NodeId, Part, Program};
use revplay_ir::types::Type;
use std::collections::{BTreeMap, BTreeSet};

/// Nodes that are remembered between conditions.
const FRESH_MAX: usize = 384;

/// Values of a step's rows, and whether they are known.
#[derive(Clone, Copy, Debug)]
pub struct Vals {
    pub v: Lanes,
    pub ok: Known,
}

/// Functions of ours that code calls.
#[derive(Clone, Copy)]
pub struct Imports {
    /// `fn(units: i64, factor: f64) -> i64`: the exact product, rounded once half away from zero.
    pub scale_exact: clif::FuncRef,
    /// `fn(code: i64, a: i64, b: i64) -> (bits: i64, known: i64)`: the operators of [`called`].
    pub operator: clif::FuncRef,
}

/// Operators that are calls of the evaluator's function, by number: exact quotients and products of 128 bits are not
/// for a few instructions.
pub fn called(op: Op) -> Option<i64> {
    match op {
        Op::DivInt => Some(1),
        Op::ModInt => Some(2),
        Op::ScaleInt => Some(3),
        Op::UnscaleInt => Some(4),
        Op::DecToNum(scale) => Some(16 + i64::from(scale)),
        _ => None,
    }
}

/// The operator of a number.
pub fn of_number(code: i64) -> Option<Op> {
    match code {
        1 => Some(Op::DivInt),
        2 => Some(Op::ModInt),
        3 => Some(Op::ScaleInt),
        4 => Some(Op::UnscaleInt),
        _ => u8::try_from(code - 16).ok().map(Op::DecToNum),
    }
}

/// Emission of the code for a step.
pub struct Emit<'a, 'f> {
    pub b: &'a mut FunctionBuilder<'f>,
    pub program: &'a Program,
    pub plan: &'a Plan,
    pub shape: &'a Shape,
    pub imports: Imports,
    /// Array of (values, known) pointers per input.
    pub columns: clif::Value,
    /// `now`, then the params, as 64 bits each.
    pub params: clif::Value,
    /// Array of (values, known) pointers per output.
    pub outs: clif::Value,
    /// The first row of the step, a multiple of [`ROWS`].
    pub row: clif::Value,
    memo: Vec<Option<Vals>>,
    /// Columns of flags that were read, by input.
    bytes: BTreeMap<u32, clif::Value>,
    /// Parts of decisions taken so far.
    pub results: BTreeMap<(DecisionId, Part), Vals>,
    /// Points of segments, by decision: the address of the column, and bounds.
    pub partial: BTreeMap<DecisionId, (clif::Value, i64, i64)>,
    /// Nodes emitted since the memory of them was last cleared.
    fresh: Vec<NodeId>,
    /// Factors of decay that were emitted ahead, by field, half-life and the factor of missing.
    pub factors: BTreeMap<(Option<NodeId>, i64, Option<u64>), [clif::Value; 4]>,
    /// Outputs that were written as soon as they were known.
    pub written: BTreeSet<u32>,
}

/// Where the code of a step finds its arguments.
pub struct Arguments {
    pub columns: clif::Value,
    pub params: clif::Value,
    pub outs: clif::Value,
    pub row: clif::Value,
}

impl<'a, 'f> Emit<'a, 'f> {
    pub fn new(
        b: &'a mut FunctionBuilder<'f>,
        (program, plan, shape): (&'a Program, &'a Plan, &'a Shape),
        imports: Imports,
        Arguments { columns, params, outs, row }: Arguments,
    ) -> Emit<'a, 'f> {
        let memo = vec![None; program.nodes.len()];
        let (bytes, results) = (BTreeMap::new(), BTreeMap::new());
        let (partial, factors, fresh, written) = (BTreeMap::new(), BTreeMap::new(), Vec::new(), BTreeSet::new());
        Emit {
            b,
            program,
            plan,
            shape,
            imports,
            columns,
            params,
            outs,
            row,
            memo,
            bytes,
            results,
            partial,
            fresh,
            factors,
            written,
        }
    }

    pub fn one(&mut self) -> One<'_, 'f> {
        One { b: self.b, program: self.program }
    }

    /// An integer literal.
    pub fn int(&mut self, value: i64) -> Vals {
        let v = self.b.ins().iconst(types::I64, value);
        Vals { v: Lanes::Same(v, Some(value)), ok: Known::Always }
    }

    /// A mask of no rows or of all.
    pub fn mask_of(&mut self, value: bool) -> clif::Value {
        const16(self.b, [if value { -1 } else { 0 }; 8])
    }

    /// Something that is never known.
    pub fn missing(&mut self, ty: Type) -> Vals {
        let never = self.mask_of(false);
        let v = match register(ty) {
            types::I8 => Lanes::Mask(never),
            types::F64 => Lanes::Same(self.b.ins().f64const(0.0), None),
            _ => self.int(0).v,
        };
        Vals { v, ok: Known::Mask(never) }
    }

    /// The rows of a bool where it is true.
    pub fn truth(&mut self, lanes: Lanes) -> clif::Value {
        match lanes {
            Lanes::Mask(v) | Lanes::Small(v) => v,
            Lanes::Same(v, _) => spread_bit(self.b, v),
            Lanes::Wide(v) | Lanes::Num(v) => narrow(self.b, v),
            Lanes::Half(v) => self.b.ins().snarrow(v[0], v[1]),
        }
    }

    /// The rows where something is known.
    pub fn known(&mut self, ok: Known) -> clif::Value {
        match ok {
            Known::Always => self.mask_of(true),
            Known::Mask(mask) => mask,
            Known::Same(bit) => spread_bit(self.b, bit),
        }
    }

    /// 64-bit lanes.
    pub fn wide(&mut self, lanes: Lanes) -> [clif::Value; 4] {
        match lanes {
            Lanes::Wide(v) | Lanes::Num(v) => v,
            Lanes::Half(v) => unhalve(self.b, v),
            Lanes::Small(v) | Lanes::Mask(v) => widen(self.b, v),
            Lanes::Same(v, _) => spread(self.b, v),
        }
    }

    pub fn both(&mut self, a: Known, b: Known) -> Known {
        match (a, b) {
            (Known::Always, ok) | (ok, Known::Always) => ok,
            (Known::Same(a), Known::Same(b)) => Known::Same(self.b.ins().band(a, b)),
            (a, b) => {
                let (a, b) = (self.known(a), self.known(b));
                Known::Mask(self.b.ins().band(a, b))
            }
        }
    }

    /// A bool of a mask that is cleared where it is unknown.
    pub fn bool(&mut self, mask: clif::Value, ok: Known) -> Vals {
        let v = match ok {
            Known::Always => mask,
            _ => {
                let known = self.known(ok);
                self.b.ins().band(mask, known)
            }
        };
        Vals { v: Lanes::Mask(v), ok }
    }

    /// The value of a node, emitted once. Operands come first in the program, so a loop over what is still
    /// missing needs no recursion.
    pub fn node(&mut self, root: NodeId) -> Vals {
        let mut stack = vec![root];
        while let Some(id) = stack.last().copied() {
            if self.memo.get(id.index()).copied().flatten().is_some() {
                stack.pop();
                continue;
            }
            let before = stack.len();
            if self.plan.is_native(id)
                && let Some(data) = self.program.nodes.get(id.index())
            {
                for operand in data.node.operands() {
                    if self.memo.get(operand.index()).copied().flatten().is_none() {
                        stack.push(operand);
                    }
                }
            }
            if stack.len() == before {
                let val = self.emit(id);
                if let Some(slot) = self.memo.get_mut(id.index()) {
                    *slot = Some(val);
                    self.fresh.push(id);
                }
                stack.pop();
            }
        }
        self.memoized(root)
    }

    /// Between conditions: forgets what was emitted once there is much of it, so that no value is kept in a register
    /// or on the stack for long. Register allocation takes more than linear time otherwise.
    pub fn breathe(&mut self) {
        if self.fresh.len() > FRESH_MAX {
            self.bytes.clear();
            for id in std::mem::take(&mut self.fresh) {
                if let Some(slot) = self.memo.get_mut(id.index()) {
                    *slot = None;
                }
            }
        }
    }

    pub fn memoized(&mut self, id: NodeId) -> Vals {
        match self.memo.get(id.index()).copied().flatten() {
            Some(vals) => vals,
            None => self.missing(self.program.nodes.get(id.index()).map_or(Type::Int, |n| n.ty)),
        }
    }

    fn emit(&mut self, id: NodeId) -> Vals {
        let Some(data) = self.program.nodes.get(id.index()) else { return self.missing(Type::Int) };
        if let Some(flag) = self.plan.flag_index.get(&id).copied() {
            let v = self.flag(flag.input, flag.yes);
            let ok = match flag.known {
                Some(bit) => Known::Mask(self.flag(flag.input, bit)),
                None => Known::Always,
            };
            return Vals { v: Lanes::Mask(v), ok };
        }
        if let Some(host) = self.plan.host_index.get(&What::Node(id)).copied() {
            return self.input(&Input::Host(host), data.ty);
        }
        match &data.node {
            Node::Const(value) => self.constant(value, data.ty),
            Node::Param(param) => self.param(param.0 as i32 + 1, data.ty),
            Node::Now => self.param(0, Type::Timestamp),
            Node::Field(field) => self.input(&Input::Field(*field), data.ty),
            Node::Result(decision, part) => match self.results.get(&(*decision, *part)).copied() {
                Some(val) => val,
                None => self.missing(data.ty),
            },
            Node::Op(op, args) => self.op(*op, args, data.ty),
            Node::Choose { arms, otherwise } => {
                let last = otherwise.map(|o| self.memoized(o));
                let mut chosen = last.unwrap_or_else(|| self.missing(data.ty));
                for (when, value) in arms.iter().rev() {
                    let (when, value) = (self.memoized(*when), self.memoized(*value));
                    let when = self.truth(when.v);
                    chosen = self.choose(when, value, chosen);
                }
                chosen
            }
            Node::Call(..)
            | Node::InSet(..)
            | Node::Matches(..)
            | Node::Follow(..)
            | Node::HasLink(_)
            | Node::Outer(_)
            | Node::Aggregate(_)
            | Node::AddBusiness(..)
            | Node::BusinessTime(..) => self.missing(data.ty),
        }
    }

    /// `a` in the rows of the mask, else `b`.
    pub fn choose(&mut self, when: clif::Value, a: Vals, b: Vals) -> Vals {
        let v = match (self.small(a.v), self.small(b.v)) {
            (Some(x), Some(y)) => {
                let v = self.b.ins().bitselect(when, x, y);
                if matches!((a.v, b.v), (Lanes::Mask(_), _) | (_, Lanes::Mask(_))) {
                    Lanes::Mask(v)
                } else {
                    Lanes::Small(v)
                }
            }
            _ => {
                let (x, y) = (self.wide(a.v), self.wide(b.v));
                let float = x.first().is_some_and(|v| self.b.func.dfg.value_type(*v) == types::F64X2);
                let v = select64(self.b, when, x, y);
                if float { Lanes::Num(v) } else { Lanes::Wide(v) }
            }
        };
        let ok = match (a.ok, b.ok) {
            (Known::Always, Known::Always) => Known::Always,
            (a, b) => {
                let (a, b) = (self.known(a), self.known(b));
                Known::Mask(self.b.ins().bitselect(when, a, b))
            }
        };
        Vals { v, ok }
    }

    /// 16-bit lanes, where the value has such a form at hand.
    pub fn small(&mut self, lanes: Lanes) -> Option<clif::Value> {
        match lanes {
            Lanes::Mask(v) | Lanes::Small(v) => Some(v),
            Lanes::Same(_, Some(n)) => Some(const16(self.b, [i16::try_from(n).ok()?; 8])),
            Lanes::Same(v, None) if self.b.func.dfg.value_type(v) == types::I8 => Some(spread_bit(self.b, v)),
            Lanes::Same(_, None) | Lanes::Half(_) | Lanes::Wide(_) | Lanes::Num(_) => None,
        }
    }

    fn constant(&mut self, value: &Const, ty: Type) -> Vals {
        let v = match value {
            Const::Missing => return self.missing(ty),
            Const::Bool(b) => Lanes::Mask(self.mask_of(*b)),
            Const::Int(n) => return self.int(*n),
            Const::Num(x) => Lanes::Same(self.b.ins().f64const(*x), None),
            Const::Text(_) => return self.int(0),
        };
        Vals { v, ok: Known::Always }
    }

    fn param(&mut self, index: i32, ty: Type) -> Vals {
        let v = match register(ty) {
            types::F64 => self.b.ins().load(types::F64, flags(), self.params, index * 8),
            types::I8 => {
                let wide = self.b.ins().load(types::I64, flags(), self.params, index * 8);
                self.b.ins().ireduce(types::I8, wide)
            }
            _ => self.b.ins().load(types::I64, flags(), self.params, index * 8),
        };
        Vals { v: Lanes::Same(v, None), ok: Known::Always }
    }

    /// A column of the input.
    pub fn input(&mut self, input: &Input, ty: Type) -> Vals {
        let Some(index) = self.plan.input(input) else { return self.missing(ty) };
        let at = index as i32 * 16;
        let ok = if self.shape.nullable(index) {
            let known = self.b.ins().load(types::I64, flags(), self.columns, at + 8);
            Known::Mask(self.bits(known))
        } else {
            Known::Always
        };
        if matches!(ty, Type::Text | Type::Target | Type::List) {
            return Vals { v: self.int(0).v, ok };
        }
        let values = self.b.ins().load(types::I64, flags(), self.columns, at);
        if register(ty) == types::I8 {
            let mask = self.bits(values);
            return self.bool(mask, ok);
        }
        let float = register(ty) == types::F64;
        let width = if float { Width::Wide } else { self.shape.width(index) };
        if self.plan.packs() && width != Width::Wide {
            return Vals { v: self.packed(values, width), ok };
        }
        let offset = self.b.ins().ishl_imm_u(self.row, 3);
        let address = self.b.ins().iadd(values, offset);
        let lanes = if float { types::F64X2 } else { types::I64X2 };
        let v = [0, 16, 32, 48].map(|at| self.b.ins().load(lanes, flags(), address, at));
        let v = match ty {
            // Their host has seen that all fit.
            _ if width == Width::Small => Lanes::Small(narrow(self.b, v)),
            _ if width == Width::Half => Lanes::Half(halve(self.b, v)),
            Type::Enum(_) => Lanes::Small(narrow(self.b, v)),
            _ if float => Lanes::Num(v),
            _ => Lanes::Wide(v),
        };
        Vals { v, ok }
    }

    /// A step of a column whose integers were packed before the loop.
    fn packed(&mut self, values: clif::Value, width: Width) -> Lanes {
        let offset = self.b.ins().ishl_imm_u(self.row, if width == Width::Small { 1 } else { 2 });
        let address = self.b.ins().iadd(values, offset);
        if width == Width::Small {
            return Lanes::Small(self.b.ins().load(types::I16X8, flags(), address, 0));
        }
        Lanes::Half([0, 16].map(|at| self.b.ins().load(types::I32X4, flags(), address, at)))
    }

    /// The step's byte of a bitmap as a mask: bit n for row n.
    fn bits(&mut self, bitmap: clif::Value) -> clif::Value {
        let byte = self.b.ins().ushr_imm_u(self.row, 3);
        let address = self.b.ins().iadd(bitmap, byte);
        let byte = self.b.ins().uload8(types::I32, flags(), address, 0);
        let byte = self.b.ins().ireduce(types::I16, byte);
        let bytes = self.b.ins().splat(types::I16X8, byte);
        let bits = const16(self.b, [1, 2, 4, 8, 16, 32, 64, 128]);
        let set = self.b.ins().band(bytes, bits);
        self.b.ins().icmp(IntCC::Equal, set, bits)
    }

    /// One bit of a column of flags, a byte per row.
    fn flag(&mut self, input: u32, bit: u8) -> clif::Value {
        let bytes = match self.bytes.get(&input).copied() {
            Some(bytes) => bytes,
            None => {
                let column = self.b.ins().load(types::I64, flags(), self.columns, input as i32 * 16);
                let address = self.b.ins().iadd(column, self.row);
                let bytes = self.b.ins().uload8x8(flags(), address, 0);
                self.bytes.insert(input, bytes);
                bytes
            }
        };
        let bit = const16(self.b, [1 << bit; 8]);
        let set = self.b.ins().band(bytes, bit);
        self.b.ins().icmp(IntCC::Equal, set, bit)
    }

    /// What [`One`] makes of each row.
    pub fn rows(&mut self, vals: &[Vals], ty: Type, mut one: impl FnMut(&mut Self, &[Val]) -> Val) -> Vals {
        let mut out: Vec<Val> = Vec::with_capacity(ROWS);
        for row in 0..ROWS as u8 {
            let vals: Vec<Val> = vals.iter().map(|v| self.extract(*v, row)).collect();
            out.push(one(self, &vals));
        }
        let ok = if out.iter().all(|v| v.ok.is_none()) {
            Known::Always
        } else {
            let bits: Vec<clif::Value> = out.iter().map(|v| self.one().known(*v)).collect();
            Known::Mask(self.gather_bits(&bits))
        };
        let v: Vec<clif::Value> = out.iter().map(|v| v.v).collect();
        match register(ty) {
            types::I8 => {
                let mask = self.gather_bits(&v);
                self.bool(mask, ok)
            }
            register => {
                let float = register == types::F64;
                let ty = if float { types::F64X2 } else { types::I64X2 };
                let mut lanes = [0usize, 2, 4, 6].map(|at| {
                    let first = v.get(at).copied().unwrap_or(self.row);
                    self.b.ins().splat(ty, first)
                });
                for (pair, lane) in lanes.iter_mut().enumerate() {
                    if let Some(second) = v.get(2 * pair + 1).copied() {
                        *lane = self.b.ins().insertlane(*lane, second, 1);
                    }
                }
                Vals { v: if float { Lanes::Num(lanes) } else { Lanes::Wide(lanes) }, ok }
            }
        }
    }

    fn gather_bits(&mut self, bits: &[clif::Value]) -> clif::Value {
        let mut lanes = self.mask_of(false);
        for (row, bit) in bits.iter().enumerate() {
            let wide = self.b.ins().uextend(types::I16, *bit);
            lanes = self.b.ins().insertlane(lanes, wide, row as u8);
        }
        self.b.ins().ineg(lanes)
    }

    fn extract(&mut self, vals: Vals, row: u8) -> Val {
        let bit = |emit: &mut Self, mask| {
            let lane = emit.b.ins().extractlane(mask, row);
            let low = emit.b.ins().ireduce(types::I8, lane);
            emit.b.ins().band_imm_u(low, 1)
        };
        let v = match vals.v {
            Lanes::Mask(v) => bit(self, v),
            Lanes::Small(v) => {
                let lane = self.b.ins().extractlane(v, row);
                self.b.ins().sextend(types::I64, lane)
            }
            Lanes::Half(v) => {
                let four = v.get(usize::from(row / 4)).copied().unwrap_or(self.row);
                let lane = self.b.ins().extractlane(four, row % 4);
                self.b.ins().sextend(types::I64, lane)
            }
            Lanes::Wide(v) | Lanes::Num(v) => {
                let pair = v.get(usize::from(row / 2)).copied().unwrap_or(self.row);
                self.b.ins().extractlane(pair, row % 2)
            }
            Lanes::Same(v, _) => v,
        };
        let ok = match vals.ok {
            Known::Always => None,
            Known::Mask(mask) => Some(bit(self, mask)),
            Known::Same(ok) => Some(ok),
        };
        Val { v, ok }
    }

    /// A constant in all 64-bit lanes.
    pub fn all64(&mut self, value: i64) -> clif::Value {
        const64(self.b, value)
    }

    /// A number in all lanes.
    pub fn all_num(&mut self, value: f64) -> clif::Value {
        const_num(self.b, value)
    }

    /// Bits as integers or numbers.
    pub fn as_type(&mut self, ty: clif::Type, v: clif::Value) -> clif::Value {
        cast(self.b, ty, v)
    }
}
