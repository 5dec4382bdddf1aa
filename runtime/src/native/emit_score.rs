//! Code for scores, in the order of promise S2 (see [`crate::score`], whose steps these are).

use super::emit::{Emit, Val};
use super::plan::{Input, What, plain_points};
use crate::score::RULE_STEPS_MAX;
use cranelift_codegen::ir as clif;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::IntCC;
use revplay_ir::exact::EVENT_UNITS_PER_STEP;
use revplay_ir::program::{Amount, Decay, DecisionId, Group, GroupPolicy, Part, Rule, Score};
use revplay_ir::types::Type;

const UNIT: i64 = EVENT_UNITS_PER_STEP;

impl Emit<'_, '_> {
    /// A score in units of 10^-scale, and whether a `unique` group has two true rules.
    pub fn score(&mut self, id: DecisionId, score: &Score) {
        let decays = score.decay.is_some();
        let scale = if decays { UNIT } else { 1 };
        let mut sum = self.int(score.start * scale);
        let mut overlap = self.bit(false);
        for (index, group) in score.groups.iter().enumerate() {
            let points = self.group(id, score, index as u32, group, &mut overlap);
            sum = self.b.ins().iadd(sum, points);
        }
        if let Some(decay) = &score.decay {
            sum = self.decayed(sum, decay, true);
        }
        if let Some((least, greatest)) = score.range {
            sum = self.clamp(sum, least, greatest);
        }
        let v = if score.step == 1 {
            sum
        } else {
            let step = self.int(score.step);
            self.b.ins().imul(sum, step)
        };
        self.results.insert((id, Part::Main), Val { v, ok: None });
        let overlap = self.b.ins().uextend(clif::types::I64, overlap);
        self.results.insert((id, Part::Reason), Val { v: overlap, ok: None });
    }

    /// A group's points: 2^-20 steps if the score decays, else steps.
    fn group(
        &mut self,
        id: DecisionId,
        score: &Score,
        index: u32,
        group: &Group,
        overlap: &mut clif::Value,
    ) -> clif::Value {
        let fraction = score.decay.is_some() || group.decay.is_some();
        let mut sum = self.int(0);
        // Whether a rule counted already, for `first` and `unique`.
        let mut taken = self.bit(false);
        for (r, rule) in group.rules.iter().enumerate() {
            let fires = match rule.when {
                Some(when) => self.node(when).v,
                None => self.bit(true),
            };
            let counts = match group.policy {
                GroupPolicy::All => fires,
                GroupPolicy::First | GroupPolicy::Unique => {
                    if group.policy == GroupPolicy::Unique {
                        let twice = self.b.ins().band(taken, fires);
                        *overlap = self.b.ins().bor(*overlap, twice);
                    }
                    let open = self.not(taken);
                    taken = self.b.ins().bor(taken, fires);
                    self.b.ins().band(fires, open)
                }
            };
            let points = self.rule(id, score, index, r as u32, rule, fraction);
            let none = self.int(0);
            let points = self.b.ins().select(counts, points, none);
            sum = self.b.ins().iadd(sum, points);
        }
        if let Some(decay) = &group.decay {
            sum = self.decayed(sum, decay, score.decay.is_none());
        }
        let unit = if score.decay.is_some() { UNIT } else { 1 };
        let low = group.not_below.map_or(i64::MIN, |steps| steps * unit);
        let high = group.up_to.map_or(i64::MAX, |steps| steps * unit);
        self.limited(sum, low, high)
    }

    /// First the upper limit, then the lower, as the evaluator does.
    fn limited(&mut self, mut sum: clif::Value, low: i64, high: i64) -> clif::Value {
        if high != i64::MAX {
            let bound = self.int(high);
            let over = self.b.ins().icmp(IntCC::SignedGreaterThan, sum, bound);
            sum = self.b.ins().select(over, bound, sum);
        }
        if low != i64::MIN {
            let bound = self.int(low);
            let under = self.b.ins().icmp(IntCC::SignedLessThan, sum, bound);
            sum = self.b.ins().select(under, bound, sum);
        }
        sum
    }

    fn clamp(&mut self, sum: clif::Value, least: i64, greatest: i64) -> clif::Value {
        self.limited(sum, least, greatest)
    }

    /// A rule's effect if it fires.
    fn rule(&mut self, id: DecisionId, score: &Score, g: u32, r: u32, rule: &Rule, fraction: bool) -> clif::Value {
        let unit = if fraction { UNIT } else { 1 };
        let limit = rule.up_to.map_or(RULE_STEPS_MAX, |steps| steps.clamp(0, RULE_STEPS_MAX));
        match &rule.amount {
            Amount::Steps(steps) => self.int(steps.clamp(&-limit, &limit) * unit),
            Amount::Computed(node) if plain_points(self.program, score, *node, fraction) => {
                let points = self.node(*node);
                self.plain(points, score, limit, unit)
            }
            Amount::Computed(_) | Amount::Each(_) => {
                let Some(host) = self.plan.host_index.get(&What::Rule(id, g, r)).copied() else { return self.int(0) };
                self.input(&Input::Host(host), Type::Int, false).v
            }
        }
    }

    /// Whole points as limited steps; missing points add nothing, and so do those out of range.
    fn plain(&mut self, points: Val, score: &Score, limit: i64, unit: i64) -> clif::Value {
        let power = revplay_ir::decimal::pow10(score.scale).unwrap_or(1);
        let factor = self.int(power);
        let (steps, over) = self.b.ins().smul_overflow(points.v, factor);
        let mut counts = self.not(over);
        if unit != 1 {
            // In units it must fit as well, else the amount is missing.
            let unit = self.int(unit);
            let (_, over) = self.b.ins().smul_overflow(steps, unit);
            let fits = self.not(over);
            counts = self.b.ins().band(counts, fits);
        }
        if let Some(ok) = points.ok {
            counts = self.b.ins().band(counts, ok);
        }
        let none = self.int(0);
        let steps = self.b.ins().select(counts, steps, none);
        let limited = self.limited(steps, -limit, limit);
        if unit == 1 {
            return limited;
        }
        let unit = self.int(unit);
        self.b.ins().imul(limited, unit)
    }

    /// 2^-20 steps × factor, the exact product rounded once: to whole steps, or to 2^-20 steps.
    fn decayed(&mut self, units: clif::Value, decay: &Decay, to_steps: bool) -> clif::Value {
        let missing = self.b.ins().f64const(decay.if_missing.unwrap_or(1.0));
        let factor = match decay.since {
            None => missing,
            Some(since) => {
                let since = self.node(since);
                let now = self.b.ins().load(clif::types::I64, clif::MemFlagsData::new(), self.params, 0);
                let (age, over) = self.b.ins().ssub_overflow(now, since.v);
                // As a saturating subtraction: it overflows upwards only for an instant before all time.
                let zero = self.int(0);
                let past = self.b.ins().icmp(IntCC::SignedLessThan, since.v, zero);
                let most = self.int(i64::MAX);
                let saturated = self.b.ins().select(past, most, zero);
                let age = self.b.ins().select(over, saturated, age);
                let future = self.b.ins().icmp(IntCC::SignedLessThan, age, zero);
                let age = self.b.ins().select(future, zero, age);
                let half_life = self.int(decay.half_life_us);
                let call = self.b.ins().call(self.imports.decay_factor, &[age, half_life]);
                let factor = self.b.inst_results(call).first().copied().unwrap_or(missing);
                match since.ok {
                    Some(ok) => self.b.ins().select(ok, factor, missing),
                    None => factor,
                }
            }
        };
        let factor = if to_steps {
            let share = self.b.ins().f64const(1.0 / UNIT as f64);
            // A power of two: the product is exact but where it rounds to nothing anyway.
            self.b.ins().fmul(factor, share)
        } else {
            factor
        };
        let call = self.b.ins().call(self.imports.scale_exact, &[units, factor]);
        let product = self.b.inst_results(call).first().copied();
        product.unwrap_or_else(|| self.int(0))
    }
}
