//! Points of a score as whole steps (promise S4).
//!
//! One step is `step` × 10^−`scale` points (`step` 25 at `scale` 2 is 0.25 points). Points become steps by one exact
//! quotient, rounded once, half away from zero. Points of events become units of 2^-20 steps the same way; their sum
//! is rounded to steps once. `None` is a result beyond 64 bits or a step that is not positive: such a rule adds
//! nothing, as one whose amount is missing (promise M3).

use super::ratio::{round_quotient, scale_exact, scale_ratio_exact};
use crate::decimal::pow10;

/// Units of an event's points in one step.
pub const EVENT_UNITS_PER_STEP: i64 = 1 << 20;

/// points × 10^scale × 2^bits ÷ step, exactly, rounded half away.
fn points_to(points: f64, scale: u8, step: i64, bits: i32) -> Option<i64> {
    let power = pow10(scale)?;
    if step <= 0 || !points.is_finite() {
        return None;
    }
    scale_ratio_exact(points, power, step, bits)
}

/// Points as whole steps.
pub fn to_steps(points: f64, scale: u8, step: i64) -> Option<i64> {
    points_to(points, scale, step, 0)
}

/// Points of one event, after its decay, as units of 2^-20 steps.
pub fn event_units(points: f64, scale: u8, step: i64) -> Option<i64> {
    points_to(points, scale, step, 20)
}

/// mantissa × 10^(scale − points_scale) × factor ÷ step, exactly, rounded half away.
fn decimal_to(mantissa: i64, points_scale: u8, scale: u8, step: i64, factor: i64) -> Option<i64> {
    if step <= 0 {
        return None;
    }
    let up = i128::from(pow10(scale.saturating_sub(points_scale))?);
    let down = i128::from(pow10(points_scale.saturating_sub(scale))?);
    let numerator = i128::from(mantissa).checked_mul(up)?.checked_mul(i128::from(factor))?;
    round_quotient(numerator, i128::from(step).checked_mul(down)?)
}

/// Points given as an int (`points_scale` 0) or decimal, as whole steps.
pub fn steps_of_decimal(mantissa: i64, points_scale: u8, scale: u8, step: i64) -> Option<i64> {
    decimal_to(mantissa, points_scale, scale, step, 1)
}

/// Points of one event without decay, given as an int or decimal, as units of 2^-20 steps.
pub fn event_units_of_decimal(mantissa: i64, points_scale: u8, scale: u8, step: i64) -> Option<i64> {
    decimal_to(mantissa, points_scale, scale, step, EVENT_UNITS_PER_STEP)
}

/// A sum of event units as whole steps, half away from zero; `None` beyond 64 bits.
#[inline]
pub fn steps_of_units(units: i128) -> Option<i64> {
    match i64::try_from(units) {
        Ok(units) => Some(steps_of_few(units)),
        Err(_) => round_quotient(units, i128::from(EVENT_UNITS_PER_STEP)),
    }
}

/// The same of units that fit 64 bits: a step is a power of two.
#[inline]
fn steps_of_few(units: i64) -> i64 {
    let size = (units.unsigned_abs() + EVENT_UNITS_PER_STEP as u64 / 2) / EVENT_UNITS_PER_STEP as u64;
    if units < 0 { -(size as i64) } else { size as i64 }
}

/// Steps after decay: the exact product, rounded half away from zero. The factor is 0..=1, so it always fits.
pub fn decay_steps(steps: i64, factor: f64) -> i64 {
    scale_exact(steps, factor).unwrap_or(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s4_units_of_any_size_are_rounded_alike() {
        let unit = i128::from(EVENT_UNITS_PER_STEP);
        let sizes = [0, 1, unit / 2 - 1, unit / 2, unit / 2 + 1, unit - 1, unit, unit + 1, 3 * unit / 2, 5 * unit / 2];
        let far = [0, 1 << 40, i128::from(i64::MAX) - 3 * unit, i128::from(i64::MAX) - unit, 1 << 70, 1 << 82];
        for units in sizes.iter().flat_map(|size| far.map(|far| far + size)).flat_map(|units| [units, -units]) {
            assert_eq!(steps_of_units(units), round_quotient(units, unit), "{units}");
        }
        assert_eq!(steps_of_units(i128::from(i64::MIN)), Some(-(1 << 43)));
    }

    #[test]
    fn s4_points_are_rounded_once_half_away_from_zero() {
        assert_eq!(to_steps(12.5, 0, 1), Some(13));
        assert_eq!(to_steps(-12.5, 0, 1), Some(-13));
        assert_eq!(to_steps(0.125, 2, 1), Some(13));
        assert_eq!(to_steps(0.285, 2, 1), Some(28)); // the double is below 0.285
        assert_eq!(to_steps(0.375, 2, 25), Some(2)); // one and a half steps of 0.25
        assert_eq!(to_steps(0.37499999999999994, 2, 25), Some(1));
        assert_eq!(to_steps(1e300, 0, 1), None);
        assert_eq!(to_steps(1e-300, 18, 3), Some(0));
        assert_eq!(to_steps(5e-324, 0, i64::MAX), Some(0));
        assert_eq!(to_steps(f64::NAN, 0, 1), None);
        assert_eq!(to_steps(1.0, 0, 0), None);
        assert_eq!(to_steps(1.0, 19, 1), None);
        assert_eq!(steps_of_decimal(285, 3, 2, 1), Some(29));
        assert_eq!(steps_of_decimal(2, 0, 2, 25), Some(8));
        assert_eq!(steps_of_decimal(i64::MAX, 0, 2, 1), None);
        assert_eq!(steps_of_decimal(i64::MIN, 18, 0, 1), Some(-9));
    }

    #[test]
    fn s4_events_count_in_fine_units() {
        assert_eq!(event_units(15.0, 0, 1), Some(15 << 20));
        assert_eq!(event_units(0.5, 2, 1), Some(50 << 20));
        assert_eq!(event_units_of_decimal(5, 0, 2, 1), Some(500 << 20));
        assert_eq!(event_units(1.0 / 3.0, 0, 3), Some(116_508));
        assert_eq!(steps_of_units(1 << 19), Some(1));
        assert_eq!(steps_of_units(-(1 << 19)), Some(-1));
        assert_eq!(steps_of_units((1 << 19) - 1), Some(0));
        assert_eq!(steps_of_units(i128::MAX), None);
    }

    #[test]
    fn s3_decay_of_steps() {
        assert_eq!(decay_steps(25, 0.5), 13);
        assert_eq!(decay_steps(-25, 0.5), -13);
        assert_eq!(decay_steps(i64::MAX, 1.0), i64::MAX);
        assert_eq!(decay_steps(i64::MIN, 1.0), i64::MIN);
        assert_eq!(decay_steps(7, 0.0), 0);
    }
}
