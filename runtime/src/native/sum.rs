//! Sums of points in the narrowest lanes that hold them.

use super::emit::Emit;
use super::emit_ops::pairs;
use super::lanes::{Lanes, const16, narrow, widen};
use cranelift_codegen::ir as clif;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::IntCC;

/// A sum under way: 16-bit lanes while its bounds allow, 64-bit lanes for the rest; and the bounds of all of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum {
    small: Option<clif::Value>,
    small_low: i64,
    small_high: i64,
    wide: Option<[clif::Value; 4]>,
    low: i128,
    high: i128,
}

/// Points with their bounds; zero where they do not count.
#[derive(Clone, Copy, Debug)]
pub struct Points {
    pub v: Lanes,
    pub low: i64,
    pub high: i64,
}

impl Sum {
    /// Least and greatest that the sum can be.
    pub fn bounds(&self) -> (i64, i64) {
        let held = |n: i128| n.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64;
        (held(self.low), held(self.high))
    }
}

impl Emit<'_, '_> {
    /// A constant amount, in the rows of the mask (`None`: all).
    pub fn add_constant(&mut self, sum: &mut Sum, mask: Option<clif::Value>, amount: i64) {
        let (low, high) = match mask {
            Some(_) => (amount.min(0), amount.max(0)),
            None => (amount, amount),
        };
        match (i16::try_from(amount), mask) {
            _ if amount == 0 => {}
            (Ok(amount), Some(mask)) => {
                let amount = const16(self.b, [amount; 8]);
                let v = self.b.ins().band(mask, amount);
                self.add_points(sum, Points { v: Lanes::Small(v), low, high });
            }
            (Ok(amount), None) => {
                let v = const16(self.b, [amount; 8]);
                self.add_points(sum, Points { v: Lanes::Small(v), low, high });
            }
            (Err(_), mask) => {
                let mut v = [self.all64(amount); 4];
                if let Some(mask) = mask {
                    v = pairs(widen(self.b, mask), v).map(|(m, v)| self.b.ins().band(m, v));
                }
                self.add_points(sum, Points { v: Lanes::Wide(v), low, high });
            }
        }
    }

    /// Adds points.
    pub fn add_points(&mut self, sum: &mut Sum, points: Points) {
        sum.low += i128::from(points.low);
        sum.high += i128::from(points.high);
        match points.v {
            Lanes::Small(v) | Lanes::Mask(v) => {
                let (low, high) = (sum.small_low + points.low, sum.small_high + points.high);
                if low < i64::from(i16::MIN) || high > i64::from(i16::MAX) {
                    self.flush(sum);
                    (sum.small, sum.small_low, sum.small_high) = (Some(v), points.low, points.high);
                } else {
                    (sum.small_low, sum.small_high) = (low, high);
                    sum.small = Some(match sum.small {
                        Some(small) => self.b.ins().iadd(small, v),
                        None => v,
                    });
                }
            }
            v => {
                let v = self.wide(v);
                sum.wide = Some(match sum.wide {
                    Some(wide) => pairs(wide, v).map(|(x, y)| self.b.ins().iadd(x, y)),
                    None => v,
                });
            }
        }
    }

    fn flush(&mut self, sum: &mut Sum) {
        if let Some(small) = sum.small.take() {
            let v = widen(self.b, small);
            sum.wide = Some(match sum.wide {
                Some(wide) => pairs(wide, v).map(|(x, y)| self.b.ins().iadd(x, y)),
                None => v,
            });
        }
        (sum.small_low, sum.small_high) = (0, 0);
    }

    /// The sum.
    pub fn total(&mut self, mut sum: Sum) -> Points {
        let (low, high) = sum.bounds();
        let v = match (sum.small, sum.wide) {
            (small, None) => Lanes::Small(small.unwrap_or_else(|| const16(self.b, [0; 8]))),
            (_, Some(_)) => {
                self.flush(&mut sum);
                Lanes::Wide(sum.wide.unwrap_or([self.row; 4]))
            }
        };
        self.fitted(Points { v, low, high })
    }

    /// 16-bit lanes where the bounds allow.
    pub fn fitted(&mut self, points: Points) -> Points {
        let fits = points.low >= i64::from(i16::MIN) && points.high <= i64::from(i16::MAX);
        match points.v {
            Lanes::Wide(v) if fits => Points { v: Lanes::Small(narrow(self.b, v)), ..points },
            _ => points,
        }
    }

    /// First the upper limit, then the lower, as the evaluator does. `i64::MAX` and `i64::MIN` are no limits.
    pub fn limited(&mut self, mut points: Points, low: i64, high: i64) -> Points {
        if points.high > high {
            points.v = self.limit(points.v, high, true);
            (points.low, points.high) = (points.low.min(high), high);
        }
        if points.low < low {
            points.v = self.limit(points.v, low, false);
            (points.low, points.high) = (low, points.high.max(low));
        }
        self.fitted(points)
    }

    fn limit(&mut self, v: Lanes, bound: i64, upper: bool) -> Lanes {
        if let (Lanes::Small(v), Ok(bound)) = (v, i16::try_from(bound)) {
            let bound = const16(self.b, [bound; 8]);
            return Lanes::Small(if upper { self.b.ins().smin(v, bound) } else { self.b.ins().smax(v, bound) });
        }
        let (v, bound) = (self.wide(v), self.all64(bound));
        Lanes::Wide(v.map(|v| {
            let beyond = match upper {
                true => self.b.ins().icmp(IntCC::SignedGreaterThan, v, bound),
                false => self.b.ins().icmp(IntCC::SignedGreaterThan, bound, v),
            };
            self.b.ins().bitselect(beyond, bound, v)
        }))
    }

    /// The points in the rows of a mask, zero elsewhere.
    pub fn masked(&mut self, points: Points, mask: clif::Value) -> Points {
        let v = match points.v {
            Lanes::Small(v) | Lanes::Mask(v) => Lanes::Small(self.b.ins().band(v, mask)),
            v => {
                let v = self.wide(v);
                Lanes::Wide(pairs(widen(self.b, mask), v).map(|(m, v)| self.b.ins().band(m, v)))
            }
        };
        Points { v, low: points.low.min(0), high: points.high.max(0) }
    }
}
