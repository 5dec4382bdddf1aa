//! Code for scores, in the order of promise S2 (see [`crate::score`], whose steps these are).
//!
//! Sums are kept in whole steps as long as all that they add up is whole, else in units of 2^-20 steps.

use super::emit::{Emit, Vals};
use super::lanes::{Known, Lanes};
use super::plan::{Input, What, plain_points};
use super::sum::{Points, Sum};
use super::told::Told;
use crate::score::limit_of;
use cranelift_codegen::ir as clif;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::IntCC;
use revplay_ir::exact::EVENT_UNITS_PER_STEP;
use revplay_ir::ops::Op;
use revplay_ir::program::{
    Amount, Const, Decay, DecisionId, Group, GroupPolicy, Node, NodeId, Part, Program, Rule, Score,
};
use revplay_ir::types::Type;

const UNIT: i64 = EVENT_UNITS_PER_STEP;

/// Points counted in whole steps, or in units.
#[derive(Clone, Copy, Debug)]
struct Counted {
    points: Points,
    units: bool,
}

/// Whether a group's sum is kept in units before its own decay: something decays, and its rules' points are not whole
/// steps whatever decays later.
pub fn in_units(program: &Program, score: &Score, group: &Group) -> bool {
    let whole = |rule: &Rule| match &rule.amount {
        Amount::Steps(_) => true,
        Amount::Computed(node) => plain_points(program, score, *node),
        Amount::Each(_) => false,
    };
    (score.decay.is_some() || group.decay.is_some()) && !group.rules.iter().all(whole)
}

impl Emit<'_, '_> {
    /// A score in units of 10^-scale, and whether a `unique` group has two true rules.
    pub fn score(&mut self, id: DecisionId, score: &Score) {
        let mut overlap = None;
        let apart: Vec<usize> = self.apart(id);
        let here = score.groups.iter().enumerate().filter(|(index, _)| apart.binary_search(index).is_err());
        let mut groups: Vec<Counted> =
            here.map(|(index, group)| self.group(id, score, index as u32, group, &mut overlap)).collect();
        if let Some((column, low, high)) = self.partial.get(&id).copied() {
            let v = self.load_wide(column);
            groups.push(Counted { points: Points { v: Lanes::Wide(v), low, high }, units: false });
        }
        let units = groups.iter().any(|g| g.units);
        let mut sum = Sum::default();
        self.add_constant(&mut sum, None, if units { score.start.saturating_mul(UNIT) } else { score.start });
        for group in groups {
            let points = if units { self.in_units(group) } else { group.points };
            self.add_points(&mut sum, points);
        }
        let mut points = self.total(sum);
        if let Some(decay) = &score.decay {
            points = self.decayed(Counted { points, units }, decay, true);
            self.tell(id, Told::Decayed, points.v);
        }
        if let Some((least, greatest)) = score.range {
            points = self.limited(points, least, greatest);
        }
        let v = self.times(points, score.step).v;
        self.results.insert((id, Part::Main), Vals { v, ok: Known::Always });
        let overlap = overlap.unwrap_or_else(|| self.mask_of(false));
        self.results.insert((id, Part::Reason), Vals { v: Lanes::Mask(overlap), ok: Known::Always });
    }

    /// The groups of a score that segments take care of, in order.
    fn apart(&self, id: DecisionId) -> Vec<usize> {
        let segments = self.plan.segments.iter().filter(|s| s.decision == id.index());
        segments.flat_map(|s| s.groups.iter().copied()).collect()
    }

    /// A segment: adds the points of its groups to a column. Gives their bounds.
    pub fn segment(&mut self, id: DecisionId, score: &Score, groups: &[usize], column: clif::Value) -> (i64, i64) {
        let mut sum = Sum::default();
        for index in groups {
            if let Some(group) = score.groups.get(*index) {
                let points = self.group(id, score, *index as u32, group, &mut None);
                self.add_points(&mut sum, points.points);
            }
        }
        let bounds = sum.bounds();
        let points = self.total(sum);
        let before = self.load_wide(column);
        let points = self.wide(points.v);
        let after = super::emit_ops::pairs(before, points).map(|(x, y)| self.b.ins().iadd(x, y));
        let address = self.row_address(column);
        for (pair, lane) in after.into_iter().enumerate() {
            self.b.ins().store(super::lanes::flags(), lane, address, pair as i32 * 16);
        }
        bounds
    }

    fn row_address(&mut self, column: clif::Value) -> clif::Value {
        let offset = self.b.ins().ishl_imm_u(self.row, 3);
        self.b.ins().iadd(column, offset)
    }

    fn load_wide(&mut self, column: clif::Value) -> [clif::Value; 4] {
        let address = self.row_address(column);
        [0, 16, 32, 48].map(|at| self.b.ins().load(super::emit_ops::INTS, super::lanes::flags(), address, at))
    }

    /// A group's points: in units if the score decays and the group's points are not whole, else in steps.
    fn group(
        &mut self,
        id: DecisionId,
        score: &Score,
        index: u32,
        group: &Group,
        overlap: &mut Option<clif::Value>,
    ) -> Counted {
        let fraction = score.decay.is_some() || group.decay.is_some();
        let mut counted: Vec<(Option<clif::Value>, &Rule, u32)> = Vec::new();
        // The rows where a rule counted already, for `first` and `unique`.
        let mut taken: Option<clif::Value> = None;
        for (r, rule) in group.rules.iter().enumerate() {
            self.breathe();
            let fires = rule.when.map(|when| {
                let when = self.node(when).v;
                self.truth(when)
            });
            let counts = match (group.policy, taken) {
                (GroupPolicy::All, _) => fires,
                (GroupPolicy::First | GroupPolicy::Unique, None) => {
                    taken = Some(fires.unwrap_or_else(|| self.mask_of(true)));
                    fires
                }
                (GroupPolicy::First | GroupPolicy::Unique, Some(before)) => {
                    let fires = fires.unwrap_or_else(|| self.mask_of(true));
                    if group.policy == GroupPolicy::Unique {
                        let twice = self.b.ins().band(before, fires);
                        *overlap = Some(match *overlap {
                            Some(overlap) => self.b.ins().bor(overlap, twice),
                            None => twice,
                        });
                    }
                    taken = Some(self.b.ins().bor(before, fires));
                    Some(self.b.ins().band_not(fires, before))
                }
            };
            if matches!(rule.amount, Amount::Steps(_)) {
                self.tell_rows(id, Told::Counts(index, r as u32), counts);
            }
            counted.push((counts, rule, r as u32));
        }
        let units = in_units(self.program, score, group);
        let mut sum = Sum::default();
        for (counts, rule, r) in counted {
            self.add_rule(&mut sum, (id, index, r), score, rule, (units, fraction), counts);
        }
        let points = self.total(sum);
        let mut group_points = Counted { points, units };
        if let Some(decay) = &group.decay {
            let to_steps = score.decay.is_none();
            let points = self.decayed(group_points, decay, to_steps);
            self.tell(id, Told::GroupDecayed(index), points.v);
            group_points = Counted { points, units: !to_steps };
        }
        let unit = if group_points.units { UNIT } else { 1 };
        let low = group.not_below.map_or(i64::MIN, |steps| steps * unit);
        let high = group.up_to.map_or(i64::MAX, |steps| steps * unit);
        Counted { points: self.limited(group_points.points, low, high), ..group_points }
    }

    fn in_units(&mut self, counted: Counted) -> Points {
        if counted.units { counted.points } else { self.times(counted.points, UNIT) }
    }

    /// Points × a positive constant; the product fits, as the plan has seen to.
    fn times(&mut self, points: Points, factor: i64) -> Points {
        if factor == 1 {
            return points;
        }
        let (low, high) = (points.low.saturating_mul(factor), points.high.saturating_mul(factor));
        let fits = low >= i64::from(i16::MIN) && high <= i64::from(i16::MAX);
        let v = match points.v {
            Lanes::Small(v) if fits => {
                let factor = super::lanes::const16(self.b, [factor as i16; 8]);
                Lanes::Small(self.b.ins().imul(v, factor))
            }
            v => {
                let (v, factor) = (self.wide(v), self.all64(factor));
                Lanes::Wide(v.map(|v| self.b.ins().imul(v, factor)))
            }
        };
        Points { v, low, high }
    }

    /// Adds a rule's effect in the rows where it counts.
    fn add_rule(
        &mut self,
        sum: &mut Sum,
        (id, g, r): (DecisionId, u32, u32),
        score: &Score,
        rule: &Rule,
        (units, fraction): (bool, bool),
        counts: Option<clif::Value>,
    ) {
        let limit = limit_of(rule.up_to);
        let unit = if units { UNIT } else { 1 };
        let points = match &rule.amount {
            Amount::Steps(steps) => return self.add_constant(sum, counts, steps.clamp(&-limit, &limit) * unit),
            Amount::Computed(node) if plain_points(self.program, score, *node) => {
                let points = self.plain(*node, score, limit, if fraction { UNIT } else { 1 });
                self.times(points, unit)
            }
            Amount::Computed(_) | Amount::Each(_) => {
                let Some(host) = self.plan.host_index.get(&What::Rule(id, g, r)).copied() else { return };
                let v = self.input(&Input::Host(host), Type::Int).v;
                Points { v, low: -limit * unit, high: limit * unit }
            }
        };
        let points = match counts {
            Some(counts) => self.masked(points, counts),
            None => points,
        };
        self.tell(id, Told::Effect(g, r), points.v);
        self.add_points(sum, points);
    }

    /// Whole points as limited steps; missing points add nothing, and so do those that do not fit 64 bits in the unit.
    fn plain(&mut self, node: NodeId, score: &Score, limit: i64, unit: i64) -> Points {
        let power = revplay_ir::decimal::pow10(score.scale).unwrap_or(1);
        let (factor, base) = self.factored(node);
        let base = self.node(base);
        // A product beyond 64 bits is missing: of the points, of the steps, of the units.
        let Some(all) = factor.checked_mul(power).and_then(|f| f.checked_mul(unit)) else {
            return Points { v: self.int(0).v, low: 0, high: 0 };
        };
        let steps = all / unit;
        let edge = limit / steps + 1;
        let known = match base.ok {
            Known::Always => None,
            ok => Some(self.known(ok)),
        };
        let (v, fits) = match base.v {
            Lanes::Small(v) => (Points { v: Lanes::Small(v), low: i16::MIN.into(), high: i16::MAX.into() }, None),
            v => {
                let v = self.wide(v);
                let (least, greatest) = (i64::MIN / all, i64::MAX / all);
                let fits = (all > 1).then(|| {
                    let (least, greatest) = (self.all64(least), self.all64(greatest));
                    let outside = v.map(|v| {
                        let under = self.b.ins().icmp(IntCC::SignedGreaterThan, least, v);
                        let over = self.b.ins().icmp(IntCC::SignedGreaterThan, v, greatest);
                        self.b.ins().bor(under, over)
                    });
                    let outside = super::lanes::narrow(self.b, outside);
                    self.b.ins().bnot(outside)
                });
                (Points { v: Lanes::Wide(v), low: i64::MIN, high: i64::MAX }, fits)
            }
        };
        let v = self.limited(v, -edge, edge);
        let v = self.times(v, steps);
        let mut points = self.limited(v, -limit, limit);
        for mask in [known, fits].into_iter().flatten() {
            points = self.masked(points, mask);
        }
        points
    }

    /// `3 × x` as its positive factor and `x`; any other node as 1 and itself.
    fn factored(&self, node: NodeId) -> (i64, NodeId) {
        let literal = |id: &NodeId| match self.program.nodes.get(id.index()).map(|n| &n.node) {
            Some(Node::Const(Const::Int(n))) if (1..1 << 20).contains(n) => Some(*n),
            _ => None,
        };
        match self.program.nodes.get(node.index()).map(|n| &n.node) {
            Some(Node::Op(Op::MulInt, args)) => match args.as_slice() {
                [a, b] => match (literal(a), literal(b)) {
                    (Some(n), None) => (n, *b),
                    (None, Some(n)) => (n, *a),
                    _ => (1, node),
                },
                _ => (1, node),
            },
            _ => (1, node),
        }
    }

    /// × the factor of a decay, the exact product rounded once: to whole steps, or to units.
    fn decayed(&mut self, counted: Counted, decay: &Decay, to_steps: bool) -> Points {
        let factor = self.decay_factor(decay);
        let unit = if counted.units { UNIT } else { 1 };
        let size = counted.points.low.unsigned_abs().max(counted.points.high.unsigned_abs());
        let bound = (size / unit as u64 + 1).min(1 << 42) as i64;
        if !counted.units && to_steps && size <= super::decay::EXACT {
            let v = self.round_product(counted.points.v, factor);
            return self.fitted(Points { v: Lanes::Wide(v), low: -(size as i64), high: size as i64 });
        }
        let units = self.in_units(counted);
        let vals = [Vals { v: units.v, ok: Known::Always }, Vals { v: Lanes::Num(factor), ok: Known::Always }];
        let out = self.rows(&vals, Type::Int, |emit, vals| {
            let [units, factor] = vals else { return emit.one().missing(Type::Int) };
            let mut factor = factor.v;
            if to_steps {
                let share = emit.b.ins().f64const(1.0 / UNIT as f64);
                // A power of two: the product is exact but where it rounds to nothing anyway.
                factor = emit.b.ins().fmul(factor, share);
            }
            let call = emit.b.ins().call(emit.imports.scale_exact, &[units.v, factor]);
            let product = emit.b.inst_results(call).first().copied();
            let v = product.unwrap_or_else(|| emit.one().int(0));
            super::one::Val { v, ok: None }
        });
        let bound = if to_steps { bound } else { bound.saturating_mul(UNIT) };
        self.fitted(Points { v: out.v, low: -bound, high: bound })
    }
}
