//! Scalar code: one operator on one row, a value and whether it is known.
//!
//! Used where the rows of a step are taken one by one, and for what is the same for all rows. Bools are 0 or 1 in an
//! i8 and 0 where unknown, so a bool's value says "is true". Every other value may be anything where unknown; nothing
//! traps on it.

use cranelift_codegen::ir as clif;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, types};
use cranelift_frontend::FunctionBuilder;
use revplay_ir::exact;
use revplay_ir::ops::Op;
use revplay_ir::program::{Compare, Const, Node, NodeId, Program};
use revplay_ir::types::Type;
use std::cmp::Ordering;

/// A value in code, and whether it is known (`None`: always).
#[derive(Clone, Copy, Debug)]
pub struct Val {
    /// i8 for bools, f64 for numbers and percents, else i64.
    pub v: clif::Value,
    /// i8, 0 or 1.
    pub ok: Option<clif::Value>,
}

/// The register type of a type.
pub fn register(ty: Type) -> clif::Type {
    if ty.is_float_like() {
        types::F64
    } else if ty == Type::Bool {
        types::I8
    } else {
        types::I64
    }
}

/// Emission of scalar code.
pub struct One<'e, 'f> {
    pub b: &'e mut FunctionBuilder<'f>,
    pub program: &'e Program,
}

impl One<'_, '_> {
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

    pub fn not(&mut self, v: clif::Value) -> clif::Value {
        self.b.ins().bxor_imm_u(v, 1)
    }

    /// Something of a type that is never known.
    pub fn missing(&mut self, ty: Type) -> Val {
        let register = register(ty);
        let v = if register == types::F64 { self.b.ins().f64const(0.0) } else { self.b.ins().iconst(register, 0) };
        let ok = self.bit(false);
        Val { v, ok: Some(ok) }
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

    /// Definitely false.
    fn falsy(&mut self, val: Val) -> clif::Value {
        let not = self.not(val.v);
        match val.ok {
            Some(ok) => self.b.ins().band(not, ok),
            None => not,
        }
    }

    /// An operator of one or two operands on values of the nodes `args`.
    pub fn op(&mut self, op: Op, args: &[NodeId], vals: &[Val], ty: Type) -> Val {
        match (op, vals) {
            (_, [a]) => self.unary(op, *a),
            (Op::CmpIntNum(_) | Op::CmpDecNum(..) | Op::CmpDec(..), [a, b]) => self.threshold(op, args, *a, *b),
            (_, [a, b]) => self.binary(op, *a, *b),
            _ => self.missing(ty),
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

    /// An exact comparison with a constant, as one of integers: the least that is not less than the constant, and the
    /// least that is greater; `None`: there is none.
    pub fn bounds(&self, op: Op, args: &[NodeId]) -> Option<(Compare, Option<i64>, Option<i64>)> {
        let constant = args.get(1).and_then(|n| self.program.nodes.get(n.index())).map(|n| &n.node);
        let (compare, order): (Compare, Box<dyn Fn(i64) -> Ordering>) = match (op, constant) {
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
            _ => return None,
        };
        // `order` rises with its argument: the first that is not less, and the first that is greater.
        Some((compare, first(|m| order(m) != Ordering::Less), first(|m| order(m) == Ordering::Greater)))
    }

    fn threshold(&mut self, op: Op, args: &[NodeId], a: Val, b: Val) -> Val {
        if let Op::CmpDec(c, x, y) = op
            && x == y
        {
            return self.binary(Op::CmpInt(c), a, b);
        }
        let Some((compare, not_less, greater)) = self.bounds(op, args) else { return self.missing(Type::Bool) };
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

/// The condition of an integer comparison.
pub fn int_condition(compare: Compare) -> IntCC {
    match compare {
        Compare::Eq => IntCC::Equal,
        Compare::Ne => IntCC::NotEqual,
        Compare::Lt => IntCC::SignedLessThan,
        Compare::Le => IntCC::SignedLessThanOrEqual,
        Compare::Gt => IntCC::SignedGreaterThan,
        Compare::Ge => IntCC::SignedGreaterThanOrEqual,
    }
}

/// The condition of a number comparison.
pub fn float_condition(compare: Compare) -> FloatCC {
    match compare {
        Compare::Eq => FloatCC::Equal,
        Compare::Ne => FloatCC::NotEqual,
        Compare::Lt => FloatCC::LessThan,
        Compare::Le => FloatCC::LessThanOrEqual,
        Compare::Gt => FloatCC::GreaterThan,
        Compare::Ge => FloatCC::GreaterThanOrEqual,
    }
}
