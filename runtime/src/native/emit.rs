//! Code for nodes: branch-free, a value and whether it is known.
//!
//! Bools are 0 or 1 in an i8 and 0 where unknown, so a bool's value says "is true". Every other
//! value may be anything where unknown; nothing traps on it.

use super::plan::{Input, Plan, What};
use cranelift_codegen::ir as clif;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, types};
use cranelift_frontend::FunctionBuilder;
use revplay_ir::exact;
use revplay_ir::ops::Op;
use revplay_ir::program::{Compare, Const, DecisionId, Node, NodeId, Part, Program};
use revplay_ir::types::Type;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A value in code, and whether it is known (`None`: always).
#[derive(Clone, Copy, Debug)]
pub struct Val {
    /// i8 for bools, f64 for numbers and percents, else i64.
    pub v: clif::Value,
    /// i8, 0 or 1.
    pub ok: Option<clif::Value>,
}

/// Functions of ours that code calls.
#[derive(Clone, Copy)]
pub struct Imports {
    /// `fn(age_us: i64, half_life_us: i64) -> f64`
    pub decay_factor: clif::FuncRef,
    /// `fn(units: i64, factor: f64) -> i64`: the exact product, rounded once half away from zero.
    pub scale_exact: clif::FuncRef,
}

/// Emission of one row's code.
pub struct Emit<'a, 'f> {
    pub b: &'a mut FunctionBuilder<'f>,
    pub program: &'a Program,
    pub plan: &'a Plan,
    pub imports: Imports,
    /// Array of (values, known) pointers per input.
    pub columns: clif::Value,
    /// `now`, then the params, as 64 bits each.
    pub params: clif::Value,
    /// The row.
    pub row: clif::Value,
    memo: Vec<Option<Val>>,
    /// Parts of decisions taken so far.
    pub results: BTreeMap<(DecisionId, Part), Val>,
}

fn flags() -> MemFlagsData {
    let mut flags = MemFlagsData::new();
    flags.set_notrap();
    flags
}

impl<'a, 'f> Emit<'a, 'f> {
    pub fn new(
        b: &'a mut FunctionBuilder<'f>,
        program: &'a Program,
        plan: &'a Plan,
        imports: Imports,
        [columns, params, row]: [clif::Value; 3],
    ) -> Emit<'a, 'f> {
        let memo = vec![None; program.nodes.len()];
        Emit { b, program, plan, imports, columns, params, row, memo, results: BTreeMap::new() }
    }

    /// The type in registers of a type.
    pub fn register(ty: Type) -> clif::Type {
        if ty.is_float_like() {
            types::F64
        } else if ty == Type::Bool {
            types::I8
        } else {
            types::I64
        }
    }

    pub fn int(&mut self, value: i64) -> clif::Value {
        self.b.ins().iconst(types::I64, value)
    }

    pub fn bit(&mut self, value: bool) -> clif::Value {
        self.b.ins().iconst(types::I8, i64::from(value))
    }

    pub fn known(&mut self, val: Val) -> clif::Value {
        match val.ok {
            Some(ok) => ok,
            None => self.bit(true),
        }
    }

    /// Both known.
    fn both(&mut self, a: Val, b: Val) -> Option<clif::Value> {
        match (a.ok, b.ok) {
            (None, ok) | (ok, None) => ok,
            (Some(a), Some(b)) => Some(self.b.ins().band(a, b)),
        }
    }

    fn and(&mut self, ok: Option<clif::Value>, also: clif::Value) -> Option<clif::Value> {
        Some(match ok {
            Some(ok) => self.b.ins().band(ok, also),
            None => also,
        })
    }

    /// A bool whose value is 0 where it is unknown.
    fn truth(&mut self, v: clif::Value, ok: Option<clif::Value>) -> Val {
        let v = match ok {
            Some(ok) => self.b.ins().band(v, ok),
            None => v,
        };
        Val { v, ok }
    }

    pub fn not(&mut self, v: clif::Value) -> clif::Value {
        self.b.ins().bxor_imm_u(v, 1)
    }

    /// The value of a node, emitted once. Operands come first in the program, so a loop over what is still
    /// missing needs no recursion.
    pub fn node(&mut self, root: NodeId) -> Val {
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
                }
                stack.pop();
            }
        }
        self.memo.get(root.index()).copied().flatten().unwrap_or_else(|| self.missing(Type::Int))
    }

    /// Something of a type that is never known.
    pub fn missing(&mut self, ty: Type) -> Val {
        let register = Self::register(ty);
        let v = if register == types::F64 { self.b.ins().f64const(0.0) } else { self.b.ins().iconst(register, 0) };
        let ok = self.bit(false);
        Val { v, ok: Some(ok) }
    }

    fn memoized(&mut self, id: NodeId) -> Val {
        self.memo.get(id.index()).copied().flatten().unwrap_or_else(|| self.missing(Type::Int))
    }

    fn emit(&mut self, id: NodeId) -> Val {
        let Some(data) = self.program.nodes.get(id.index()) else { return self.missing(Type::Int) };
        if let Some(host) = self.plan.host_index.get(&What::Node(id)).copied() {
            return self.input(&Input::Host(host), data.ty, data.optional);
        }
        match &data.node {
            Node::Const(value) => self.constant(value, data.ty),
            Node::Param(param) => self.param(param.0 as i32 + 1, data.ty),
            Node::Now => self.param(0, Type::Timestamp),
            Node::Field(field) => self.input(&Input::Field(*field), data.ty, data.optional),
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
                    chosen = self.choose(when.v, value, chosen);
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

    /// `a` if the bit is set, else `b`.
    pub fn choose(&mut self, when: clif::Value, a: Val, b: Val) -> Val {
        let v = self.b.ins().select(when, a.v, b.v);
        let ok = match (a.ok, b.ok) {
            (None, None) => None,
            _ => {
                let (a, b) = (self.known(a), self.known(b));
                Some(self.b.ins().select(when, a, b))
            }
        };
        Val { v, ok }
    }

    fn constant(&mut self, value: &Const, ty: Type) -> Val {
        let v = match value {
            Const::Missing => return self.missing(ty),
            Const::Bool(b) => self.bit(*b),
            Const::Int(n) => self.int(*n),
            Const::Num(x) => self.b.ins().f64const(*x),
            Const::Text(_) => self.int(0),
        };
        Val { v, ok: None }
    }

    fn param(&mut self, index: i32, ty: Type) -> Val {
        let v = match Self::register(ty) {
            types::F64 => self.b.ins().load(types::F64, flags(), self.params, index * 8),
            types::I8 => {
                let wide = self.b.ins().load(types::I64, flags(), self.params, index * 8);
                self.b.ins().ireduce(types::I8, wide)
            }
            _ => self.b.ins().load(types::I64, flags(), self.params, index * 8),
        };
        Val { v, ok: None }
    }

    /// A column of the input at the row.
    pub fn input(&mut self, input: &Input, ty: Type, optional: bool) -> Val {
        let Some(index) = self.plan.input(input) else { return self.missing(ty) };
        let at = index as i32 * 16;
        let is_text = matches!(ty, Type::Text | Type::Target | Type::List);
        let ok = (optional || is_text).then(|| {
            let known = self.b.ins().load(types::I64, flags(), self.columns, at + 8);
            self.bit_at(known)
        });
        if is_text {
            let v = self.int(0);
            return Val { v, ok };
        }
        let values = self.b.ins().load(types::I64, flags(), self.columns, at);
        match Self::register(ty) {
            types::I8 => {
                let v = self.bit_at(values);
                self.truth(v, ok)
            }
            register => {
                let offset = self.b.ins().ishl_imm_u(self.row, 3);
                let address = self.b.ins().iadd(values, offset);
                let v = self.b.ins().load(register, flags(), address, 0);
                Val { v, ok }
            }
        }
    }

    /// The row's bit of a bitmap.
    fn bit_at(&mut self, bitmap: clif::Value) -> clif::Value {
        let byte = self.b.ins().ushr_imm_u(self.row, 3);
        let address = self.b.ins().iadd(bitmap, byte);
        let byte = self.b.ins().uload8(types::I32, flags(), address, 0);
        let shift = self.b.ins().ireduce(types::I32, self.row);
        let shift = self.b.ins().band_imm_u(shift, 7);
        let bit = self.b.ins().ushr(byte, shift);
        let bit = self.b.ins().band_imm_u(bit, 1);
        self.b.ins().ireduce(types::I8, bit)
    }

    fn op(&mut self, op: Op, args: &[NodeId], ty: Type) -> Val {
        let vals: Vec<Val> = args.iter().map(|a| self.memoized(*a)).collect();
        match (op, vals.as_slice()) {
            (Op::And, _) => self.junction(&vals, true),
            (Op::Or, _) => self.junction(&vals, false),
            (_, [a]) => self.unary(op, *a),
            (Op::Else, [a, b]) => {
                let known = self.known(*a);
                let chosen = self.choose(known, *a, *b);
                if a.ok.is_none() { *a } else { chosen }
            }
            (Op::CmpIntNum(_) | Op::CmpDecNum(..) | Op::CmpDec(..), [a, b]) => self.threshold(op, args, *a, *b),
            (_, [a, b]) => self.binary(op, *a, *b),
            _ => self.missing(ty),
        }
    }

    /// Kleene's `and` and `or`: known if one operand decides it, or all are known.
    fn junction(&mut self, vals: &[Val], and: bool) -> Val {
        let (mut all, mut any) = (self.bit(true), self.bit(false));
        for val in vals {
            let falsy = self.falsy(*val);
            let (yes, no) = if and { (val.v, falsy) } else { (falsy, val.v) };
            all = self.b.ins().band(all, yes);
            any = self.b.ins().bor(any, no);
        }
        let v = if and { all } else { any };
        let ok = vals.iter().any(|v| v.ok.is_some()).then(|| self.b.ins().bor(all, any));
        Val { v, ok }
    }

    /// Definitely false.
    fn falsy(&mut self, val: Val) -> clif::Value {
        let not = self.not(val.v);
        match val.ok {
            Some(ok) => self.b.ins().band(not, ok),
            None => not,
        }
    }

    fn unary(&mut self, op: Op, a: Val) -> Val {
        match op {
            Op::Not => {
                let v = self.falsy(a);
                Val { v, ok: a.ok }
            }
            Op::IsKnown => Val { v: self.known(a), ok: None },
            Op::IsMissing => {
                let known = self.known(a);
                Val { v: self.not(known), ok: None }
            }
            Op::IsTrue => Val { v: a.v, ok: None },
            Op::IsFalse => Val { v: self.falsy(a), ok: None },
            Op::NegInt => {
                let v = self.b.ins().ineg(a.v);
                let least = self.int(i64::MIN);
                let fits = self.b.ins().icmp(IntCC::NotEqual, a.v, least);
                Val { v, ok: self.and(a.ok, fits) }
            }
            Op::NegNum => Val { v: self.b.ins().fneg(a.v), ok: a.ok },
            Op::IntToNum => Val { v: self.b.ins().fcvt_from_sint(types::F64, a.v), ok: a.ok },
            Op::Rescale(digits) => match revplay_ir::decimal::pow10(digits) {
                Some(power) => {
                    let power = self.int(power);
                    let (v, over) = self.b.ins().smul_overflow(a.v, power);
                    let fits = self.not(over);
                    Val { v, ok: self.and(a.ok, fits) }
                }
                None => self.missing(Type::Int),
            },
            _ => self.missing(Type::Int),
        }
    }

    fn binary(&mut self, op: Op, a: Val, b: Val) -> Val {
        let ok = self.both(a, b);
        match op {
            Op::AddInt | Op::SubInt | Op::MulInt => {
                let (v, over) = match op {
                    Op::AddInt => self.b.ins().sadd_overflow(a.v, b.v),
                    Op::SubInt => self.b.ins().ssub_overflow(a.v, b.v),
                    _ => self.b.ins().smul_overflow(a.v, b.v),
                };
                let fits = self.not(over);
                Val { v, ok: self.and(ok, fits) }
            }
            Op::DivIntToNum => {
                let (x, y) =
                    (self.b.ins().fcvt_from_sint(types::F64, a.v), self.b.ins().fcvt_from_sint(types::F64, b.v));
                let v = self.b.ins().fdiv(x, y);
                self.finite(v, ok)
            }
            Op::AddNum | Op::SubNum | Op::MulNum | Op::DivNum => {
                let v = match op {
                    Op::AddNum => self.b.ins().fadd(a.v, b.v),
                    Op::SubNum => self.b.ins().fsub(a.v, b.v),
                    Op::MulNum => self.b.ins().fmul(a.v, b.v),
                    _ => self.b.ins().fdiv(a.v, b.v),
                };
                self.finite(v, ok)
            }
            Op::CmpInt(c) => {
                let v = self.b.ins().icmp(int_condition(c), a.v, b.v);
                self.truth(v, ok)
            }
            Op::CmpBool(c) => {
                let v = self.b.ins().icmp(int_condition(c), a.v, b.v);
                self.truth(v, ok)
            }
            Op::CmpNum(c) => {
                let v = self.b.ins().fcmp(float_condition(c), a.v, b.v);
                self.truth(v, ok)
            }
            _ => self.missing(Type::Int),
        }
    }

    /// A result that is not finite is missing (promise V2).
    fn finite(&mut self, v: clif::Value, ok: Option<clif::Value>) -> Val {
        let size = self.b.ins().fabs(v);
        let infinite = self.b.ins().f64const(f64::INFINITY);
        let fits = self.b.ins().fcmp(FloatCC::LessThan, size, infinite);
        Val { v, ok: self.and(ok, fits) }
    }

    /// An exact comparison with a constant, as one of integers: the least integer that passes is found now.
    fn threshold(&mut self, op: Op, args: &[NodeId], a: Val, b: Val) -> Val {
        let constant = args.get(1).and_then(|n| self.program.nodes.get(n.index())).map(|n| &n.node);
        let (compare, order): (Compare, Box<dyn Fn(i64) -> Ordering>) = match (op, constant) {
            (Op::CmpDec(c, x, y), _) if x == y => return self.binary(Op::CmpInt(c), a, b),
            (Op::CmpDec(c, x, y), Some(Node::Const(Const::Int(n)))) => {
                let n = *n;
                (c, Box::new(move |m| exact::cmp_decimals(m, x, n, y).unwrap_or(Ordering::Equal)))
            }
            (Op::CmpIntNum(c), Some(Node::Const(Const::Num(n)))) => {
                let n = *n;
                (c, Box::new(move |m| exact::cmp_int_num(m, n)))
            }
            (Op::CmpDecNum(c, scale), Some(Node::Const(Const::Num(n)))) => {
                let n = *n;
                (c, Box::new(move |m| exact::cmp_decimal_num(m, scale, n).unwrap_or(Ordering::Equal)))
            }
            _ => return self.missing(Type::Bool),
        };
        // `order` rises with its argument: the first that is not less, and the first that is greater.
        let not_less = first(|m| order(m) != Ordering::Less);
        let greater = first(|m| order(m) == Ordering::Greater);
        let at_least = self.at_least(a.v, not_less);
        let above = self.at_least(a.v, greater);
        let v = match compare {
            Compare::Ge => at_least,
            Compare::Gt => above,
            Compare::Lt => self.not(at_least),
            Compare::Le => self.not(above),
            Compare::Eq => {
                let not = self.not(above);
                self.b.ins().band(at_least, not)
            }
            Compare::Ne => {
                let below = self.not(at_least);
                self.b.ins().bor(below, above)
            }
        };
        self.truth(v, a.ok)
    }

    fn at_least(&mut self, v: clif::Value, bound: Option<i64>) -> clif::Value {
        match bound {
            Some(bound) => {
                let bound = self.int(bound);
                self.b.ins().icmp(IntCC::SignedGreaterThanOrEqual, v, bound)
            }
            None => self.bit(false),
        }
    }
}

/// The least integer for which a rising test passes.
fn first(passes: impl Fn(i64) -> bool) -> Option<i64> {
    if !passes(i64::MAX) {
        return None;
    }
    let (mut low, mut high) = (i64::MIN, i64::MAX);
    while low < high {
        let middle = low.midpoint(high);
        let middle = if middle == high { middle - 1 } else { middle };
        if passes(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(low)
}

fn int_condition(compare: Compare) -> IntCC {
    match compare {
        Compare::Eq => IntCC::Equal,
        Compare::Ne => IntCC::NotEqual,
        Compare::Lt => IntCC::SignedLessThan,
        Compare::Le => IntCC::SignedLessThanOrEqual,
        Compare::Gt => IntCC::SignedGreaterThan,
        Compare::Ge => IntCC::SignedGreaterThanOrEqual,
    }
}

fn float_condition(compare: Compare) -> FloatCC {
    match compare {
        Compare::Eq => FloatCC::Equal,
        Compare::Ne => FloatCC::NotEqual,
        Compare::Lt => FloatCC::LessThan,
        Compare::Le => FloatCC::LessThanOrEqual,
        Compare::Gt => FloatCC::GreaterThan,
        Compare::Ge => FloatCC::GreaterThanOrEqual,
    }
}
