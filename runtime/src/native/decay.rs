//! Code for decay: the factor, step for step as [`exact::decay_factor`] computes it, and the exact product.

use super::emit::Emit;
use super::emit_ops::{INTS, NUMS, pairs};
use super::lanes::{Known, Lanes, select64};
use super::plan::DecisionPlan;
use cranelift_codegen::ir as clif;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, types};
use revplay_ir::exact::DECAY_POLYNOMIAL;
use revplay_ir::program::{Decay, DecisionKind, Node, NodeId};

/// Greatest size of a sum whose product with a factor is rounded exactly here: both halves of the product fit 53 bits.
pub const EXACT: u64 = 1 << 25;

/// 2^52: a whole number below it, added to it, stands in the low bits.
const MAGIC: f64 = 4_503_599_627_370_496.0;
const MAGIC_BITS: i64 = 0x4330_0000_0000_0000;
/// 2^84, for the upper half of an integer.
const UPPER_BITS: i64 = 0x4530_0000_0000_0000;
/// 2^84 + 2^52.
const UPPER: f64 = 19_342_813_118_337_666_422_669_312.0;

/// Factors that are emitted ahead, of a score: each takes four registers.
const EARLY_MAX: usize = 2;

/// What a factor depends on.
fn key(decay: &Decay) -> (Option<NodeId>, i64, Option<u64>) {
    (decay.since, decay.half_life_us, decay.if_missing.map(f64::to_bits))
}

impl Emit<'_, '_> {
    /// Emits the factors of scores whose decay hangs on fields alone. At the start of a step: each is one long chain of
    /// operations that wait for each other, and what else the step does is done meanwhile.
    pub fn decay_first(&mut self) {
        let program = self.program;
        for (index, decision) in program.decisions.iter().enumerate() {
            let native = self.plan.decisions.get(index) == Some(&DecisionPlan::Native);
            let DecisionKind::Score(score) = &decision.kind else { continue };
            if !native || self.plan.packs() {
                continue;
            }
            let at_hand = |decay: &&Decay| {
                let since = decay.since.and_then(|since| program.nodes.get(since.index()));
                since.is_some_and(|since| matches!(since.node, Node::Field(_)))
            };
            let decays = score.decay.iter().chain(score.groups.iter().flat_map(|group| &group.decay));
            for decay in decays.filter(at_hand).take(EARLY_MAX) {
                let factor = self.decay_factor(decay);
                self.factors.insert(key(decay), factor);
            }
        }
    }

    /// The factor of each row.
    pub fn decay_factor(&mut self, decay: &Decay) -> [clif::Value; 4] {
        if let Some(factor) = self.factors.get(&key(decay)).copied() {
            return factor;
        }
        let missing = [self.all_num(decay.if_missing.unwrap_or(1.0)); 4];
        let Some(since) = decay.since else { return missing };
        let since = self.node(since);
        let now = self.b.ins().load(types::I64, super::lanes::flags(), self.params, 0);
        let now = self.b.ins().splat(INTS, now);
        let lanes = self.wide(since.v);
        let factor = lanes.map(|since| {
            let age = self.age(now, since);
            self.factor(age, decay.half_life_us)
        });
        match since.ok {
            Known::Always => factor,
            ok => {
                let known = self.known(ok);
                select64(self.b, known, factor, missing)
            }
        }
    }

    /// `now − since`, held in 64 bits, at least 0.
    fn age(&mut self, now: clif::Value, since: clif::Value) -> clif::Value {
        let zero = self.all64(0);
        let age = self.b.ins().isub(now, since);
        let signs = self.b.ins().bxor(now, since);
        let turned = self.b.ins().bxor(now, age);
        let over = self.b.ins().band(signs, turned);
        let over = self.b.ins().icmp(IntCC::SignedLessThan, over, zero);
        let future = self.b.ins().icmp(IntCC::SignedLessThan, age, zero);
        let plain = self.b.ins().band_not(age, future);
        // It overflows upwards only for an instant before 1970, and downwards into the future.
        let past = self.b.ins().icmp(IntCC::SignedLessThan, since, zero);
        let most = self.all64(i64::MAX);
        let held = self.b.ins().band(past, most);
        self.b.ins().bitselect(over, held, plain)
    }

    /// 2^(−age ÷ half-life) for an age of at least 0.
    fn factor(&mut self, age: clif::Value, half_life_us: i64) -> clif::Value {
        // To binary64, rounded once: the upper half is exact, and so is the lower.
        let low = self.all64(0xffff_ffff);
        let low = self.b.ins().band(age, low);
        let magic = self.all64(MAGIC_BITS);
        let low = self.b.ins().bor(low, magic);
        let high = self.b.ins().ushr_imm_u(age, 32);
        let upper = self.all64(UPPER_BITS);
        let high = self.b.ins().bor(high, upper);
        let (low, high) = (self.as_type(NUMS, low), self.as_type(NUMS, high));
        let upper = self.all_num(UPPER);
        let high = self.b.ins().fsub(high, upper);
        let age = self.b.ins().fadd(high, low);
        let half_life = self.all_num(half_life_us.max(1) as f64);
        let x = self.b.ins().fdiv(age, half_life);
        self.exp2_neg(x)
    }

    /// The five steps of [`revplay_ir::exact::exp2_neg`] for x ≥ 0.
    fn exp2_neg(&mut self, x: clif::Value) -> clif::Value {
        let underflow = self.all_num(1022.0);
        let gone = self.b.ins().fcmp(FloatCC::GreaterThanOrEqual, x, underflow);
        let bits = self.as_type(INTS, x);
        let bits = self.b.ins().band_not(bits, gone);
        let x = self.as_type(NUMS, bits);
        let k = self.b.ins().floor(x);
        let f = self.b.ins().fsub(x, k);
        let [first, .., last] = DECAY_POLYNOMIAL;
        let _ = first;
        let mut q = self.all_num(last);
        for c in DECAY_POLYNOMIAL.iter().rev().skip(1) {
            let c = self.all_num(*c);
            q = self.b.ins().fmul(q, f);
            q = self.b.ins().fadd(q, c);
        }
        let product = self.b.ins().fmul(f, q);
        let one = self.all_num(1.0);
        let p = self.b.ins().fadd(one, product);
        // 1023 − k as exponent: whatever stands above the 12 bits is shifted out.
        let magic = self.all_num(MAGIC);
        let k = self.b.ins().fadd(k, magic);
        let k = self.as_type(INTS, k);
        let bias = self.all64(1023);
        let exponent = self.b.ins().isub(bias, k);
        let power = self.b.ins().ishl_imm_u(exponent, 52);
        let power = self.as_type(NUMS, power);
        let result = self.b.ins().fmul(p, power);
        let result = self.as_type(INTS, result);
        let result = self.b.ins().band_not(result, gone);
        self.as_type(NUMS, result)
    }

    /// Steps of at most [`EXACT`] × factors of 0 to 1: the exact product, rounded half away from zero.
    ///
    /// The factor is split into halves of 26 and 27 bits, so both partial products are exact; their sum and its error
    /// are exact too (Dekker's fast two-sum), and the error settles what the rounded sum alone could not.
    pub fn round_product(&mut self, steps: Lanes, factor: [clif::Value; 4]) -> [clif::Value; 4] {
        let steps = self.wide(steps);
        let mut out = steps;
        for (out, (n, factor)) in out.iter_mut().zip(pairs(steps, factor)) {
            *out = self.round_one(n, factor);
        }
        out
    }

    fn round_one(&mut self, n: clif::Value, factor: clif::Value) -> clif::Value {
        let zero = self.all64(0);
        let sign = self.b.ins().icmp(IntCC::SignedLessThan, n, zero);
        let turned = self.b.ins().bxor(n, sign);
        let size = self.b.ins().isub(turned, sign);
        let magic_bits = self.all64(MAGIC_BITS);
        let size = self.b.ins().bor(size, magic_bits);
        let size = self.as_type(NUMS, size);
        let magic = self.all_num(MAGIC);
        let size = self.b.ins().fsub(size, magic);
        let upper = self.all64(!0x07ff_ffff);
        let bits = self.as_type(INTS, factor);
        let high = self.b.ins().band(bits, upper);
        let high = self.as_type(NUMS, high);
        let low = self.b.ins().fsub(factor, high);
        let (a, c) = (self.b.ins().fmul(size, high), self.b.ins().fmul(size, low));
        let sum = self.b.ins().fadd(a, c);
        let most = self.b.ins().fsub(sum, a);
        let error = self.b.ins().fsub(c, most);
        let whole = self.b.ins().floor(sum);
        let rest = self.b.ins().fsub(sum, whole);
        let half = self.all_num(0.5);
        let beyond = self.b.ins().fsub(rest, half);
        let needed = self.b.ins().fneg(error);
        let up = self.b.ins().fcmp(FloatCC::GreaterThanOrEqual, beyond, needed);
        let one = self.all_num(1.0);
        let one = self.as_type(INTS, one);
        let up = self.b.ins().band(up, one);
        let up = self.as_type(NUMS, up);
        let rounded = self.b.ins().fadd(whole, up);
        let bits = self.b.ins().fadd(rounded, magic);
        let bits = self.as_type(INTS, bits);
        let low = self.all64(0xffff_ffff);
        let size = self.b.ins().band(bits, low);
        let turned = self.b.ins().bxor(size, sign);
        self.b.ins().isub(turned, sign)
    }
}
