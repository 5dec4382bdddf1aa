//! Code for operators on eight rows.

use super::emit::{Emit, Vals, called};
use super::lanes::{Known, Lanes, const16, const32, narrow, widen};
use super::one::{float_condition, int_condition, register};
use cranelift_codegen::ir as clif;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, types};
use revplay_ir::ops::Op;
use revplay_ir::program::{Compare, NodeId};
use revplay_ir::types::Type;

impl Emit<'_, '_> {
    /// An operator on operands that were emitted.
    pub fn op(&mut self, op: Op, args: &[NodeId], ty: Type) -> Vals {
        let vals: Vec<Vals> = args.iter().map(|a| self.memoized(*a)).collect();
        match (op, vals.as_slice()) {
            (Op::And, _) => self.junction(&vals, true),
            (Op::Or, _) => self.junction(&vals, false),
            (Op::Not, [a]) => {
                let v = self.falsy(*a);
                Vals { v: Lanes::Mask(v), ok: a.ok }
            }
            (Op::IsKnown, [a]) => self.sure(a.ok, true),
            (Op::IsMissing, [a]) => self.sure(a.ok, false),
            (Op::IsTrue, [a]) => {
                let v = self.truth(a.v);
                Vals { v: Lanes::Mask(v), ok: Known::Always }
            }
            (Op::IsFalse, [a]) => {
                let v = self.falsy(*a);
                Vals { v: Lanes::Mask(v), ok: Known::Always }
            }
            (Op::Else, [a, b]) => match a.ok {
                Known::Always => *a,
                ok => {
                    let known = self.known(ok);
                    self.choose(known, *a, *b)
                }
            },
            (Op::DecToNum(scale), [Vals { v: Lanes::Small(v), ok }]) => {
                let numbers = self.numbers(*v);
                let power = self.all_num(revplay_ir::decimal::pow10(scale).unwrap_or(1) as f64);
                // Both are exact, so the quotient is rounded once.
                Vals { v: Lanes::Num(numbers.map(|n| self.b.ins().fdiv(n, power))), ok: *ok }
            }
            (Op::IntToNum, [Vals { v: Lanes::Small(v), ok }]) => Vals { v: Lanes::Num(self.numbers(*v)), ok: *ok },
            (_, vals) if let Some(code) = called(op) => self.call(code, vals, ty),
            (_, vals) if vals.iter().all(|v| matches!(v.v, Lanes::Same(..)) && !matches!(v.ok, Known::Mask(_))) => {
                self.same(op, args, vals, ty)
            }
            (Op::CmpInt(c), [a, b]) => self.compare_ints(c, *a, *b),
            (Op::CmpDec(c, x, y), [a, b]) if x == y => self.compare_ints(c, *a, *b),
            (Op::CmpIntNum(_) | Op::CmpDecNum(..) | Op::CmpDec(..), [a, _]) => match self.one().bounds(op, args) {
                Some((compare, not_less, greater)) => self.threshold(compare, *a, not_less, greater),
                None => self.missing(ty),
            },
            (Op::CmpBool(c), [a, b]) => {
                let (x, y) = (self.truth(a.v), self.truth(b.v));
                let differ = self.b.ins().bxor(x, y);
                let mask = if c == Compare::Eq { self.b.ins().bnot(differ) } else { differ };
                let ok = self.both(a.ok, b.ok);
                self.bool(mask, ok)
            }
            (Op::CmpNum(c), [a, b]) => {
                let (x, y) = (self.wide(a.v), self.wide(b.v));
                let masks = pairs(x, y).map(|(x, y)| self.b.ins().fcmp(float_condition(c), x, y));
                let mask = narrow(self.b, masks);
                let ok = self.both(a.ok, b.ok);
                self.bool(mask, ok)
            }
            (Op::AddInt | Op::SubInt, [a, b]) => self.add(op == Op::SubInt, *a, *b),
            (Op::AddNum | Op::SubNum | Op::MulNum | Op::DivNum, [a, b]) => self.arithmetic(op, *a, *b),
            _ => {
                let args = args.to_vec();
                self.rows(&vals, ty, |emit, vals| emit.one().op(op, &args, vals, ty))
            }
        }
    }

    /// 16-bit integers as numbers: added to a power of two their bits stand at its end.
    fn numbers(&mut self, v: clif::Value) -> [clif::Value; 4] {
        let (bits, number) = (self.all64(0x4338_0000_0000_0000), self.all_num(6_755_399_441_055_744.0));
        widen(self.b, v).map(|v| {
            let sum = self.b.ins().iadd(v, bits);
            let sum = self.as_type(NUMS, sum);
            self.b.ins().fsub(sum, number)
        })
    }

    /// A call of the evaluator's operator for each row.
    fn call(&mut self, code: i64, vals: &[Vals], ty: Type) -> Vals {
        self.rows(vals, ty, |emit, vals| {
            let code = emit.b.ins().iconst(types::I64, code);
            let mut args = vec![code];
            let mut ok = None;
            for val in vals {
                let float = emit.b.func.dfg.value_type(val.v) == types::F64;
                args.push(if float { emit.b.ins().bitcast(types::I64, MemFlagsData::new(), val.v) } else { val.v });
                ok = match (ok, val.ok) {
                    (None, ok) | (ok, None) => ok,
                    (Some(a), Some(b)) => Some(emit.b.ins().band(a, b)),
                };
            }
            args.resize(3, code);
            let call = emit.b.ins().call(emit.imports.operator, &args);
            let (mut bits, mut known) = (code, code);
            if let [a, b] = emit.b.inst_results(call) {
                (bits, known) = (*a, *b);
            }
            if register(ty) == types::F64 {
                bits = emit.b.ins().bitcast(types::F64, MemFlagsData::new(), bits);
            }
            let known = emit.b.ins().ireduce(types::I8, known);
            let known = match ok {
                Some(ok) => emit.b.ins().band(ok, known),
                None => known,
            };
            super::one::Val { v: bits, ok: Some(known) }
        })
    }

    /// What is the same for all rows stays so.
    fn same(&mut self, op: Op, args: &[NodeId], vals: &[Vals], ty: Type) -> Vals {
        let one: Vec<super::one::Val> = vals
            .iter()
            .map(|vals| {
                let v = match vals.v {
                    Lanes::Same(v, _) | Lanes::Mask(v) | Lanes::Small(v) => v,
                    Lanes::Half([v, _]) | Lanes::Wide([v, ..]) | Lanes::Num([v, ..]) => v,
                };
                let ok = match vals.ok {
                    Known::Same(ok) | Known::Mask(ok) => Some(ok),
                    Known::Always => None,
                };
                super::one::Val { v, ok }
            })
            .collect();
        let val = self.one().op(op, args, &one, ty);
        Vals { v: Lanes::Same(val.v, None), ok: val.ok.map_or(Known::Always, Known::Same) }
    }

    /// Kleene's `and` and `or`: known if one operand decides it, or all are known.
    fn junction(&mut self, vals: &[Vals], and: bool) -> Vals {
        let truths: Vec<clif::Value> = vals.iter().map(|v| self.truth(v.v)).collect();
        let Some(v) = self.fold(&truths, and) else { return self.missing(Type::Bool) };
        if vals.iter().all(|v| matches!(v.ok, Known::Always)) {
            return Vals { v: Lanes::Mask(v), ok: Known::Always };
        }
        let falsies: Vec<clif::Value> = vals.iter().map(|v| self.falsy(*v)).collect();
        let false_ = self.fold(&falsies, !and).unwrap_or(v);
        let ok = self.b.ins().bor(v, false_);
        Vals { v: Lanes::Mask(v), ok: Known::Mask(ok) }
    }

    fn fold(&mut self, masks: &[clif::Value], and: bool) -> Option<clif::Value> {
        let (first, rest) = masks.split_first()?;
        let all = |x, y: &clif::Value| if and { self.b.ins().band(x, *y) } else { self.b.ins().bor(x, *y) };
        Some(rest.iter().fold(*first, all))
    }

    /// Definitely false.
    fn falsy(&mut self, val: Vals) -> clif::Value {
        let truth = self.truth(val.v);
        let not = self.b.ins().bnot(truth);
        match val.ok {
            Known::Always => not,
            ok => {
                let known = self.known(ok);
                self.b.ins().band(known, not)
            }
        }
    }

    fn sure(&mut self, ok: Known, known: bool) -> Vals {
        let mask = self.known(ok);
        let mask = if known { mask } else { self.b.ins().bnot(mask) };
        Vals { v: Lanes::Mask(mask), ok: Known::Always }
    }

    fn compare_ints(&mut self, c: Compare, a: Vals, b: Vals) -> Vals {
        let ok = self.both(a.ok, b.ok);
        let mask = match (a.v, b.v) {
            (_, Lanes::Same(_, Some(n))) => self.compare_literal(c, a.v, n),
            (Lanes::Same(_, Some(n)), _) => self.compare_literal(revplay_ir::ops::flipped(c), b.v, n),
            (Lanes::Small(x), Lanes::Small(y)) => self.b.ins().icmp(int_condition(c), x, y),
            (Lanes::Half([x, z]), Lanes::Half([y, w])) => {
                let low = self.b.ins().icmp(int_condition(c), x, y);
                let high = self.b.ins().icmp(int_condition(c), z, w);
                self.b.ins().snarrow(low, high)
            }
            (x, y) => {
                let (x, y) = (self.wide(x), self.wide(y));
                let masks = pairs(x, y).map(|(x, y)| self.b.ins().icmp(int_condition(c), x, y));
                narrow(self.b, masks)
            }
        };
        self.bool(mask, ok)
    }

    /// A comparison with a literal, by the one comparison that the processor has for each kind.
    fn compare_literal(&mut self, c: Compare, a: Lanes, n: i64) -> clif::Value {
        match c {
            Compare::Ge => self.at_least(a, Some(n)),
            Compare::Gt => self.at_least(a, n.checked_add(1)),
            Compare::Lt => {
                let mask = self.at_least(a, Some(n));
                self.b.ins().bnot(mask)
            }
            Compare::Le => {
                let mask = self.at_least(a, n.checked_add(1));
                self.b.ins().bnot(mask)
            }
            Compare::Eq | Compare::Ne => {
                let mask = match a {
                    Lanes::Small(v) => match i16::try_from(n) {
                        Ok(n) => {
                            let n = const16(self.b, [n; 8]);
                            self.b.ins().icmp(IntCC::Equal, v, n)
                        }
                        Err(_) => self.mask_of(false),
                    },
                    Lanes::Half(v) => match i32::try_from(n) {
                        Ok(n) => self.halves(IntCC::Equal, v, n),
                        Err(_) => self.mask_of(false),
                    },
                    a => {
                        let (v, n) = (self.wide(a), self.all64(n));
                        let masks = v.map(|v| self.b.ins().icmp(IntCC::Equal, v, n));
                        narrow(self.b, masks)
                    }
                };
                if c == Compare::Eq { mask } else { self.b.ins().bnot(mask) }
            }
        }
    }

    /// The rows whose value is at least a bound; `None`: beyond all integers.
    fn at_least(&mut self, v: Lanes, bound: Option<i64>) -> clif::Value {
        let below = match bound {
            None => return self.mask_of(false),
            Some(i64::MIN) => return self.mask_of(true),
            Some(bound) => bound - 1,
        };
        match v {
            Lanes::Small(v) => match i16::try_from(below) {
                Ok(below) => {
                    let below = const16(self.b, [below; 8]);
                    self.b.ins().icmp(IntCC::SignedGreaterThan, v, below)
                }
                Err(_) => self.mask_of(below < 0),
            },
            Lanes::Half(v) => match i32::try_from(below) {
                Ok(below) => self.halves(IntCC::SignedGreaterThan, v, below),
                Err(_) => self.mask_of(below < 0),
            },
            v => {
                let (v, below) = (self.wide(v), self.all64(below));
                let masks = v.map(|v| self.b.ins().icmp(IntCC::SignedGreaterThan, v, below));
                narrow(self.b, masks)
            }
        }
    }

    /// A comparison of 32-bit lanes with a constant.
    fn halves(&mut self, condition: IntCC, v: [clif::Value; 2], n: i32) -> clif::Value {
        let n = const32(self.b, n);
        let [low, high] = v.map(|v| self.b.ins().icmp(condition, v, n));
        self.b.ins().snarrow(low, high)
    }

    /// An exact comparison with a constant, by the least integers that are not less and that are greater.
    fn threshold(&mut self, c: Compare, a: Vals, not_less: Option<i64>, greater: Option<i64>) -> Vals {
        let at_least = self.at_least(a.v, not_less);
        let above = self.at_least(a.v, greater);
        let mask = match c {
            Compare::Ge => at_least,
            Compare::Gt => above,
            Compare::Lt => self.b.ins().bnot(at_least),
            Compare::Le => self.b.ins().bnot(above),
            Compare::Eq => self.b.ins().band_not(at_least, above),
            Compare::Ne => {
                let below = self.b.ins().bnot(at_least);
                self.b.ins().bor(below, above)
            }
        };
        self.bool(mask, a.ok)
    }

    /// Checked addition or subtraction: beyond 64 bits is missing.
    fn add(&mut self, minus: bool, a: Vals, b: Vals) -> Vals {
        let (x, y) = (self.wide(a.v), self.wide(b.v));
        let zero = self.all64(0);
        let mut over = x;
        let mut sum = x;
        for ((sum, over), (x, y)) in sum.iter_mut().zip(&mut over).zip(pairs(x, y)) {
            *sum = if minus { self.b.ins().isub(x, y) } else { self.b.ins().iadd(x, y) };
            // Overflow: the operands' signs make it possible, and the result's sign is not the first's.
            let signs = self.b.ins().bxor(x, y);
            let turned = self.b.ins().bxor(x, *sum);
            let both = if minus { self.b.ins().band(signs, turned) } else { self.b.ins().band_not(turned, signs) };
            *over = self.b.ins().icmp(IntCC::SignedLessThan, both, zero);
        }
        let over = narrow(self.b, over);
        let fits = self.b.ins().bnot(over);
        let ok = self.both(a.ok, b.ok);
        let ok = self.both(ok, Known::Mask(fits));
        Vals { v: Lanes::Wide(sum), ok }
    }

    /// A result that is not finite is missing (promise V2).
    fn arithmetic(&mut self, op: Op, a: Vals, b: Vals) -> Vals {
        let (x, y) = (self.wide(a.v), self.wide(b.v));
        let infinite = self.all_num(f64::INFINITY);
        let mut finite = x;
        let mut out = x;
        for ((out, finite), (x, y)) in out.iter_mut().zip(&mut finite).zip(pairs(x, y)) {
            *out = match op {
                Op::AddNum => self.b.ins().fadd(x, y),
                Op::SubNum => self.b.ins().fsub(x, y),
                Op::MulNum => self.b.ins().fmul(x, y),
                _ => self.b.ins().fdiv(x, y),
            };
            let size = self.b.ins().fabs(*out);
            *finite = self.b.ins().fcmp(FloatCC::LessThan, size, infinite);
        }
        let finite = narrow(self.b, finite);
        let ok = self.both(a.ok, b.ok);
        let ok = self.both(ok, Known::Mask(finite));
        Vals { v: Lanes::Num(out), ok }
    }
}

/// Two registers' worth of lanes, side by side.
pub fn pairs(x: [clif::Value; 4], y: [clif::Value; 4]) -> [(clif::Value, clif::Value); 4] {
    let ([a, b, c, d], [e, f, g, h]) = (x, y);
    [(a, e), (b, f), (c, g), (d, h)]
}

/// The vector type of 64-bit integers.
pub const INTS: clif::Type = types::I64X2;
/// The vector type of numbers.
pub const NUMS: clif::Type = types::F64X2;
