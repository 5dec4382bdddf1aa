//! Integers and decimals against binary64, exactly: the double is taken apart into an integer times a power of two.

use crate::decimal::{SCALE_MAX, pow10};
use std::cmp::Ordering;

/// |x| = mantissa × 2^exponent, mantissa < 2^53. `x` is finite.
fn parts(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let exponent = (bits >> 52 & 0x7ff) as i32;
    if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) }
}

fn bit_length(n: u128) -> i32 {
    128 - n.leading_zeros() as i32
}

fn signed(magnitude: u128, negative: bool) -> Option<i64> {
    if negative {
        (magnitude <= 1 << 63).then(|| (magnitude as u64).wrapping_neg() as i64)
    } else {
        i64::try_from(magnitude).ok()
    }
}

/// numerator ÷ denominator rounded half away from zero; `None` for a zero denominator or beyond 64 bits.
pub fn round_quotient(numerator: i128, denominator: i128) -> Option<i64> {
    if denominator == 0 {
        return None;
    }
    let magnitude = round_magnitude(numerator.unsigned_abs(), denominator.unsigned_abs());
    signed(magnitude, (numerator < 0) != (denominator < 0))
}

/// Half away; the denominator is not 0.
fn round_magnitude(numerator: u128, denominator: u128) -> u128 {
    let (quotient, rest) = (numerator / denominator, numerator % denominator);
    quotient + u128::from(rest >= denominator - rest)
}

/// n × x, the exact product rounded once, half away from zero; `None` if it does not fit or x is not finite.
#[inline]
pub fn scale_exact(n: i64, x: f64) -> Option<i64> {
    if !x.is_finite() {
        return None;
    }
    let (mantissa, exponent) = parts(x);
    let product = u128::from(n.unsigned_abs()) * u128::from(mantissa); // < 2^116
    let magnitude = shift_rounding(product, exponent)?;
    signed(magnitude, (n < 0) != (x < 0.0))
}

/// product × 2^exponent rounded half away; `None` if it needs more than 64 bits.
#[inline]
fn shift_rounding(product: u128, exponent: i32) -> Option<u128> {
    if product == 0 {
        return Some(0);
    }
    if exponent >= 0 {
        return (bit_length(product) + exponent <= 64).then(|| product << exponent);
    }
    let down = -exponent;
    if down > bit_length(product) {
        return Some(0); // below one half
    }
    if down == 128 {
        return Some(1); // unreachable for products below 2^116; kept total
    }
    let half = 1u128 << (down - 1);
    let magnitude = (product >> down) + u128::from(product & half != 0);
    Some(magnitude)
}

/// x × mul ÷ div × 2^exp2, exactly, rounded once, half away from zero; `None` if it does not fit, x is not finite, or
/// `div` is 0. `mul` and `div` are at most 10^18 and 2^63 in size, `exp2` at most 64.
pub(super) fn scale_ratio_exact(x: f64, mul: i64, div: i64, exp2: i32) -> Option<i64> {
    if !x.is_finite() || div == 0 {
        return None;
    }
    let (mantissa, exponent) = parts(x);
    let exponent = exponent + exp2;
    let top = u128::from(mantissa) * u128::from(mul.unsigned_abs()); // < 2^116
    let bottom = u128::from(div.unsigned_abs());
    let magnitude = if top == 0 {
        0
    } else if exponent >= 0 {
        if bit_length(top) + exponent > 127 {
            return None; // the quotient is at least 2^64
        }
        round_magnitude(top << exponent, bottom)
    } else if bit_length(bottom) - exponent > 127 {
        0 // the divisor is more than twice the greatest dividend
    } else {
        round_magnitude(top, bottom << -exponent)
    };
    signed(magnitude, (x < 0.0) != ((mul < 0) != (div < 0)))
}

/// n ÷ x, the exact quotient rounded once, half away from zero; `None` by zero, if it does not fit, or if x is not
/// finite.
pub fn unscale_exact(n: i64, x: f64) -> Option<i64> {
    if !x.is_finite() || x == 0.0 {
        return None;
    }
    if n == 0 {
        return Some(0);
    }
    let (mantissa, exponent) = parts(x);
    let (top, bottom) = (u128::from(n.unsigned_abs()), u128::from(mantissa));
    let magnitude = if exponent <= 0 {
        // top × 2^−exponent ÷ bottom: beyond 64 bits unless the left is below 2^118.
        if bit_length(top) - exponent > 118 {
            return None;
        }
        round_magnitude(top << -exponent, bottom)
    } else if bit_length(bottom) + exponent > 66 {
        0 // the divisor is more than twice the greatest n
    } else {
        round_magnitude(top, bottom << exponent)
    };
    signed(magnitude, (n < 0) != (x < 0.0))
}

/// An integer against a double, exactly (promise V2). A NaN, which never occurs, compares equal.
pub fn cmp_int_num(n: i64, x: f64) -> Ordering {
    cmp_decimal_num(n, 0, x).unwrap_or(Ordering::Equal)
}

/// mantissa × 10^−scale against a double, exactly; `None` for a NaN or a scale above 18.
pub fn cmp_decimal_num(n: i64, scale: u8, x: f64) -> Option<Ordering> {
    let power = pow10(scale)?;
    if x.is_nan() {
        return None;
    }
    let (sign, x_sign) = (n.signum(), if x == 0.0 { 0 } else { x.signum() as i64 });
    if sign != x_sign || sign == 0 {
        return Some(sign.cmp(&x_sign));
    }
    let by_size = if x.is_infinite() { Ordering::Less } else { cmp_magnitude(n.unsigned_abs(), power, x) };
    Some(if sign < 0 { by_size.reverse() } else { by_size })
}

/// left against |x| × power; neither is 0, x is finite.
fn cmp_magnitude(left: u64, power: i64, x: f64) -> Ordering {
    let (mantissa, exponent) = parts(x);
    let left = u128::from(left);
    let right = u128::from(mantissa) * u128::from(power.unsigned_abs()); // < 2^113
    if exponent >= 0 {
        if bit_length(right) + exponent > 127 { Ordering::Less } else { left.cmp(&(right << exponent)) }
    } else if bit_length(left) - exponent > 127 {
        Ordering::Greater
    } else {
        (left << -exponent).cmp(&right)
    }
}

/// a × 10^−scale_a against b × 10^−scale_b, exactly; `None` for a scale above 18.
pub fn cmp_decimals(a: i64, scale_a: u8, b: i64, scale_b: u8) -> Option<Ordering> {
    let (power_a, power_b) = (pow10(scale_a)?, pow10(scale_b)?);
    Some((i128::from(a) * i128::from(power_b)).cmp(&(i128::from(b) * i128::from(power_a))))
}

/// The double nearest to n × 10^−scale; `None` for a scale above 18.
pub fn decimal_to_num(n: i64, scale: u8) -> Option<f64> {
    let power = pow10(scale)?;
    debug_assert!(scale <= SCALE_MAX);
    if n.unsigned_abs() <= 1 << 53 {
        // Both are exact doubles (10^18 < 2^63 has fewer than 53 significant bits), so the quotient is rounded once.
        return Some(n as f64 / power as f64);
    }
    // Reading decimal text is correctly rounded, and defined in `core`.
    format!("{n}e-{scale}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDGES: [f64; 14] = [
        0.0,
        -0.0,
        0.5,
        -1.5,
        1e-300,
        5e-324,
        1e300,
        -1e300,
        9.223372036854776e18,
        -9.223372036854776e18,
        9007199254740993.0,
        0.1,
        f64::MAX,
        f64::MIN_POSITIVE,
    ];

    #[test]
    fn v2_int_against_number_is_exact() {
        assert_eq!(cmp_int_num(9007199254740993, 9007199254740992.0), Ordering::Greater);
        assert_eq!(cmp_int_num(i64::MAX, 9.223372036854776e18), Ordering::Less);
        assert_eq!(cmp_int_num(i64::MIN, -9.223372036854776e18), Ordering::Equal);
        assert_eq!(cmp_int_num(0, -0.0), Ordering::Equal);
        assert_eq!(cmp_int_num(0, 5e-324), Ordering::Less);
        assert_eq!(cmp_int_num(1, f64::INFINITY), Ordering::Less);
        assert_eq!(cmp_int_num(-1, f64::NEG_INFINITY), Ordering::Greater);
        // 0.1 as a double is a little more than one tenth; 0.3 a little less.
        assert_eq!(cmp_decimal_num(1, 1, 0.1), Some(Ordering::Less));
        assert_eq!(cmp_decimal_num(3, 1, 0.3), Some(Ordering::Greater));
        assert_eq!(cmp_decimal_num(5, 1, 0.5), Some(Ordering::Equal));
        assert_eq!(cmp_decimal_num(1, 19, 0.5), None);
        assert_eq!(cmp_decimals(200, 2, 2, 0), Some(Ordering::Equal));
        assert_eq!(cmp_decimals(i64::MAX, 0, i64::MAX, 18), Some(Ordering::Greater));
    }

    #[test]
    fn v2_money_times_number_is_rounded_once() {
        assert_eq!(scale_exact(5, 0.5), Some(3));
        assert_eq!(scale_exact(-5, 0.5), Some(-3));
        // 1.005 as a double is below 1.005: 100 × it is below 100.5.
        assert_eq!(scale_exact(100, 1.005), Some(100));
        // In binary64 the product would be rounded to 28.5 first.
        assert_eq!(scale_exact(100, 0.285), Some(28));
        assert_eq!(scale_exact(i64::MAX, 1.0), Some(i64::MAX));
        assert_eq!(scale_exact(i64::MIN, 1.0), Some(i64::MIN));
        assert_eq!(scale_exact(i64::MIN, -1.0), None);
        assert_eq!(scale_exact(i64::MAX, 2.0), None);
        assert_eq!(scale_exact(1, 5e-324), Some(0));
        assert_eq!(scale_exact(1, f64::NAN), None);
        assert_eq!(unscale_exact(5, 2.0), Some(3));
        assert_eq!(unscale_exact(-5, 2.0), Some(-3));
        assert_eq!(unscale_exact(1, 3.0), Some(0));
        assert_eq!(unscale_exact(1, 0.0), None);
        assert_eq!(unscale_exact(1, 5e-324), None);
        assert_eq!(unscale_exact(i64::MIN, -1.0), None);
        assert_eq!(unscale_exact(i64::MIN, 1.0), Some(i64::MIN));
        assert_eq!(unscale_exact(i64::MAX, 1e300), Some(0));
        assert_eq!(unscale_exact(i64::MAX, 2f64.powi(63)), Some(1));
        assert_eq!(unscale_exact(i64::MAX, 2f64.powi(64)), Some(0));
        for n in [0, 1, -1, 7, i64::MAX, i64::MIN] {
            for x in EDGES {
                scale_exact(n, x);
                unscale_exact(n, x);
                cmp_decimal_num(n, 18, x);
            }
        }
    }

    #[test]
    fn decimals_become_the_nearest_number() {
        for (n, scale, x) in [
            (1, 1, 0.1),
            (-7125, 2, -71.25),
            (i64::MAX, 18, 9.223372036854776),
            (123456789012345678, 17, 1.2345678901234568),
        ] {
            assert_eq!(decimal_to_num(n, scale), Some(x));
        }
        for n in [1i64 << 53, (1 << 53) - 1, 3, 12345678901] {
            for scale in 0..=18 {
                assert_eq!(decimal_to_num(n, scale), format!("{n}e-{scale}").parse().ok());
            }
        }
    }
}
