//! Scores (promises S1 to S5), in the order of S2.
//!
//! Everything is counted in integers of 2^-20 steps ("units", `i128`), a whole step being 2^20:
//!
//! 1. A rule's amount: constant steps; a computed number of points; or the sum of its events.
//!    Missing adds nothing.
//! 2. The rule's `up to` limits its size, and so does [`RULE_STEPS_MAX`].
//! 3. If neither the group nor the score decays, the rule's effect is rounded to whole steps, half
//!    away from zero, once: a computed number directly from its exact value, never over units.
//! 4. The group is the sum of its rules. If it decays, the exact product of the sum and the factor
//!    is rounded once: to whole steps, or to units if the score decays too.
//! 5. The group's `up to` and `not below`; they are whole steps, so it does not matter that they
//!    come after the rounding.
//! 6. The score is `start at` and its groups; if it decays, the exact product of the sum and the
//!    factor is rounded to whole steps. Then its range.
//!
//! The trace tells whole steps only. Where something decays, rules are told as they were before,
//! rounded, and the decay's line takes what is left, so that all lines always add up to the score.

use crate::eval::{Evaluator, ROOT};
use crate::native::plan::What;
use crate::trace::{DecayStep, EventsStep, Line, LineKind, RuleStep, Step, Tracer, Truth};
use revplay_ir::exact::{self, EVENT_UNITS_PER_STEP};
use revplay_ir::program::{Amount, Decay, DecisionId, Each, Group, GroupPolicy, NodeId, Rule, Score};
use revplay_ir::time::start_of_day;
use revplay_ir::types::Type;
use revplay_ir::value::Value;

/// The size of one rule's effect is limited to so many steps (2^40).
pub const RULE_STEPS_MAX: i64 = 1 << 40;
/// The size of a sum that decays is limited to so many steps (2^42).
pub const DECAYED_STEPS_MAX: i64 = 1 << 42;

const UNIT: i128 = EVENT_UNITS_PER_STEP as i128;

/// A rule that counted, or tried to.
#[derive(Default)]
struct Effect {
    /// Before the rule's `up to`.
    unlimited: i128,
    units: i128,
    amount_missing: bool,
    events: Option<EventsStep>,
}

/// A sum under way, and what the lines told so far add up to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Running {
    units: i128,
    told: i64,
}

impl Running {
    /// A sum that starts with so many steps, which are told.
    pub(crate) fn starting(steps: i64) -> Running {
        Running { units: whole_steps(steps), told: steps }
    }

    /// Adds a rule's effect; gives the points that are told of it.
    #[inline]
    pub(crate) fn add_rule(&mut self, units: i128) -> i64 {
        let points = steps_of(units);
        self.add(units, points);
        points
    }

    /// Adds an effect that is told as so many points.
    #[inline]
    pub(crate) fn add(&mut self, units: i128, points: i64) {
        self.units += units;
        self.told = self.told.saturating_add(points);
    }

    /// Adds the sum of a group.
    #[inline]
    pub(crate) fn add_group(&mut self, group: Running) {
        self.add(group.units, group.told);
    }

    /// The sum becomes another one; gives what the line tells that says so.
    #[inline]
    pub(crate) fn becomes(&mut self, units: i128) -> i64 {
        let before = self.told;
        *self = Running { units, told: steps_of(units) };
        self.told.saturating_sub(before)
    }

    /// The `up to` and the `not below` of a group.
    #[inline]
    pub(crate) fn limit(&mut self, group: &Group, index: usize, mut tell: impl FnMut(LineKind, i64)) {
        let (up_to, not_below) = (group.up_to.map(whole_steps), group.not_below.map(whole_steps));
        let (above, below) = (up_to.filter(|limit| self.units > *limit), not_below.filter(|limit| self.units < *limit));
        for (kind, limit) in [(LineKind::GroupUpTo(index), above), (LineKind::GroupNotBelow(index), below)] {
            if let Some(units) = limit {
                tell(kind, self.becomes(units));
            }
        }
    }

    /// The range of the score; gives the score in steps, and what the range adds.
    #[inline]
    pub(crate) fn in_range(&self, range: Option<(i64, i64)>) -> (i64, i64) {
        let before = steps_of(self.units);
        let steps = range.map_or(before, |(least, greatest)| before.min(greatest).max(least));
        (steps, steps.saturating_sub(before))
    }
}

impl<T: Tracer> Evaluator<'_, T> {
    /// The score in units of 10^-scale.
    pub(crate) fn eval_score(&mut self, id: DecisionId, score: &Score) -> Value {
        let mut sum = Running::starting(score.start);
        self.tell(id, LineKind::Start, score.start, None);
        for group in 0..score.groups.len() {
            sum.add_group(self.eval_group(id, score, group));
        }
        if let Some(decay) = &score.decay {
            let decay = self.eval_decay(decay);
            let steps = decayed_steps(sum.units, decay.factor);
            let took = sum.becomes(whole_steps(steps));
            self.tell(id, LineKind::ScoreDecay, took, Some(decay));
        }
        let (steps, added) = sum.in_range(score.range);
        if added != 0 {
            self.tell(id, LineKind::Range, added, None);
        }
        Value::Int(steps.saturating_mul(score.step))
    }

    fn eval_group(&mut self, id: DecisionId, score: &Score, index: usize) -> Running {
        let group = &score.groups[index];
        let mut sum = Running::default();
        let mut counted: Option<&Rule> = None;
        for (i, rule) in group.rules.iter().enumerate() {
            let shadowed = counted.is_some() && group.policy != GroupPolicy::All;
            if shadowed && group.policy == GroupPolicy::First && !T::RECORDS {
                break;
            }
            let truth = rule.when.map_or(Truth::True, |when| Truth::of(&self.eval(ROOT, when)));
            let fires = truth == Truth::True;
            if let Some(first) = counted.filter(|_| fires && group.policy == GroupPolicy::Unique) {
                let group = group.label.as_deref().unwrap_or_default();
                let message = format!("`{}` and `{}` are both true in the group `{group}`", first.name, rule.name);
                self.find(id, message);
            }
            let place = What::Rule(id, index as u32, i as u32);
            let effect = if fires && !shadowed { self.eval_rule(score, place, group, rule) } else { Effect::default() };
            if fires && !shadowed {
                counted = Some(rule);
            }
            let (points, unlimited) = (sum.add_rule(effect.units), steps_of(effect.unlimited));
            self.tracer.record(id, || {
                Step::Rule(RuleStep {
                    group: index,
                    rule: i,
                    truth,
                    shadowed: shadowed && fires,
                    points,
                    limit_took: points.saturating_sub(unlimited),
                    amount_missing: effect.amount_missing,
                    events: effect.events,
                })
            });
        }
        self.limit_group(id, score, index, sum)
    }

    /// The group's decay, its `up to` and its `not below`.
    fn limit_group(&mut self, id: DecisionId, score: &Score, index: usize, mut sum: Running) -> Running {
        let group = &score.groups[index];
        if let Some(decay) = &group.decay {
            let decay = self.eval_decay(decay);
            let units = if score.decay.is_some() {
                decayed_units(sum.units, decay.factor)
            } else {
                whole_steps(decayed_steps(sum.units, decay.factor))
            };
            let took = sum.becomes(units);
            self.tell(id, LineKind::GroupDecay(index), took, Some(decay));
        }
        sum.limit(group, index, |kind, steps| self.tell(id, kind, steps, None));
        sum
    }

    fn eval_rule(&mut self, score: &Score, place: What, group: &Group, rule: &Rule) -> Effect {
        let fraction = group.decay.is_some() || score.decay.is_some();
        let (units, missing, events) = match &rule.amount {
            Amount::Steps(steps) => (i128::from(*steps) * UNIT, false, None),
            Amount::Computed(node) => match self.computed(*node, score, fraction) {
                Some(units) => (units, false, None),
                None => (0, true, None),
            },
            Amount::Each(each) if self.engine.links.folded(each.link).is_some() => {
                let units = self.folded_units(each, place, fraction);
                return Effect { unlimited: units, units, ..Effect::default() };
            }
            Amount::Each(each) => {
                let (units, events) = self.eval_events(ROOT, score, each);
                (units, false, Some(events))
            }
        };
        let whole = |units: i128| if fraction { units } else { i128::from(steps_of(units)) * UNIT };
        let limited = whole(limited(units, rule.up_to));
        Effect { unlimited: whole(units), units: limited, amount_missing: missing, events }
    }

    /// What the events of a rule were found to be worth while they were read.
    fn folded_units(&mut self, each: &Each, place: What, fraction: bool) -> i128 {
        let engine = self.engine;
        let key = self.field(ROOT, engine.program.links[each.link.index()].from_field);
        match engine.links.folded_value(each.link, &key, place, Type::Int) {
            Some(Value::Int(effect)) if fraction => i128::from(effect),
            Some(Value::Int(effect)) => whole_steps(effect),
            _ => 0,
        }
    }

    /// A rule's effect if its condition were true: in units where the group or the score decays, else in whole
    /// steps. For engines that add up by themselves.
    pub(crate) fn rule_effect(&mut self, score: &Score, place: What, group: &Group, rule: &Rule) -> i64 {
        let units = self.eval_rule(score, place, group, rule).units;
        effect(units, group.decay.is_some() || score.decay.is_some())
    }

    /// A computed number of points: whole steps unless it may keep a fraction for a decay to come.
    fn computed(&mut self, node: NodeId, score: &Score, fraction: bool) -> Option<i128> {
        let scale = match self.engine.program.nodes[node.index()].ty {
            Type::Decimal(scale) => scale,
            _ => 0,
        };
        match (self.eval(ROOT, node), fraction) {
            (Value::Int(n), false) => exact::steps_of_decimal(n, scale, score.scale, score.step).map(whole_steps),
            (Value::Int(n), true) => exact::event_units_of_decimal(n, scale, score.scale, score.step).map(i128::from),
            (Value::Num(x), false) => exact::to_steps(x, score.scale, score.step).map(whole_steps),
            (Value::Num(x), true) => exact::event_units(x, score.scale, score.step).map(i128::from),
            (Value::Missing | Value::Bool(_) | Value::Text(_) | Value::List(_), _) => None,
        }
    }

    /// The factor of a group's or a score's decay; a missing instant has the factor that the
    /// playbook gives it (promise M3).
    fn eval_decay(&mut self, decay: &Decay) -> DecayStep {
        let engine = self.engine;
        let since = decay.since.map_or(Value::Missing, |node| match self.eval(ROOT, node) {
            Value::Int(days) if engine.program.nodes[node.index()].ty == Type::Date => {
                Value::Int(start_of_day(&engine.prepared.zone, days))
            }
            value => value,
        });
        match since {
            Value::Int(t) => {
                let age_us = engine.now_us.saturating_sub(t).max(0);
                DecayStep { factor: exact::decay_factor(age_us, decay.half_life_us), age_us: Some(age_us) }
            }
            Value::Missing | Value::Bool(_) | Value::Num(_) | Value::Text(_) | Value::List(_) => {
                DecayStep { factor: decay.if_missing.unwrap_or(1.0), age_us: None }
            }
        }
    }

    fn tell(&mut self, id: DecisionId, kind: LineKind, steps: i64, decay: Option<DecayStep>) {
        self.tracer.record(id, || Step::Line(Line { kind, steps, decay }));
    }
}

/// A rule's effect as one integer: units where something decays (`fraction`), else whole steps.
fn effect(units: i128, fraction: bool) -> i64 {
    if fraction { held(units) } else { steps_of(units) }
}

/// The effect of a rule whose events add up to so many units, as [`Evaluator::rule_effect`] gives it.
pub(crate) fn effect_of_events(units: i128, up_to: Option<i64>, fraction: bool) -> i64 {
    effect(limited(units, up_to), fraction)
}

/// The size that a rule's effect may have, in steps.
pub(crate) fn limit_of(up_to: Option<i64>) -> i64 {
    up_to.map_or(RULE_STEPS_MAX, |steps| steps.clamp(0, RULE_STEPS_MAX))
}

/// A rule's units after its `up to`.
fn limited(units: i128, up_to: Option<i64>) -> i128 {
    let limit = whole_steps(limit_of(up_to));
    units.clamp(-limit, limit)
}

/// Steps in units.
pub(crate) fn whole_steps(steps: i64) -> i128 {
    i128::from(steps) * UNIT
}

/// Units as whole steps, half away from zero.
fn steps_of(units: i128) -> i64 {
    let limit = if units < 0 { i64::MIN } else { i64::MAX };
    exact::steps_of_units(units).unwrap_or(limit)
}

fn held(units: i128) -> i64 {
    let limit = i128::from(DECAYED_STEPS_MAX) * UNIT;
    // 2^62 fits.
    units.clamp(-limit, limit) as i64
}

/// Units × factor, the exact product rounded once to units. The factor is 0..=1, so it fits.
fn decayed_units(units: i128, factor: f64) -> i128 {
    i128::from(exact::scale_exact(held(units), factor).unwrap_or(0))
}

/// Units × factor, the exact product rounded once to whole steps. (Factor ÷ 2^20 is exact but
/// where it is so small that the product is 0 anyway.)
fn decayed_steps(units: i128, factor: f64) -> i64 {
    exact::scale_exact(held(units), factor / EVENT_UNITS_PER_STEP as f64).unwrap_or(0)
}
