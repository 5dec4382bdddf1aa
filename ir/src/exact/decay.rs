//! The one decay function (promises S3, V4).

/// Coefficients c1 to c11 of p(f) = 1 + f·(c1 + f·(c2 + …)), which is 2^−f on 0 ≤ f ≤ 1 with a relative error below
/// 2^-51, rounding included. Interpolated at Chebyshev nodes with p(0) = 1 held, so that age 0 and every whole
/// half-life are exact; it never rises, and p(1) is 0.5.
pub const DECAY_POLYNOMIAL: [f64; 11] = [
    -std::f64::consts::LN_2, // -0.6931471805599453
    0.2402265069590985,
    -0.05550410866473285,
    0.009618129106241331,
    -0.001333355803508817,
    0.0001540352517215062,
    -1.5252580836125649e-05,
    1.3212599041458506e-06,
    -1.0142862251827564e-07,
    6.785037152904477e-09,
    -3.2435703048209343e-10,
];

/// From here on 2^−x would be subnormal and is 0.
const UNDERFLOW: f64 = 1022.0;

/// Added to a number from 0 up to 2^51, it leaves the nearest whole number in the lowest bits.
const WHOLE: f64 = 4_503_599_627_370_496.0; // 2^52

/// 2^−x for x ≥ 0, every step an IEEE binary64 operation, in this order:
///
/// 1. x ≥ 1022, or x not a number: 0. x < 0: 1.
/// 2. k = floor(x), f = x − k (exact, 0 ≤ f < 1).
/// 3. q = c11; for c10 down to c1: q = q × f + c (a multiplication, then an addition).
/// 4. p = 1 + f × q, in 0.5..=1.
/// 5. p × 2^−k, the power from its exponent bits (exact: the result is never subnormal).
///
/// Written without branches: a loop over many x computes several at a time.
#[inline]
pub fn exp2_neg(x: f64) -> f64 {
    let inside = if x > 0.0 && x < UNDERFLOW { x } else { 0.0 };
    // To the nearest whole number, which then stands in the lowest bits; one less if that is above.
    let near = inside + WHOLE;
    let above = near - WHOLE > inside;
    let whole = near.to_bits().wrapping_sub(WHOLE.to_bits()).wrapping_sub(u64::from(above));
    let k = near - WHOLE - if above { 1.0 } else { 0.0 };
    let f = inside - k;
    let [c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11] = DECAY_POLYNOMIAL;
    let q = (((((c11 * f + c10) * f + c9) * f + c8) * f + c7) * f + c6) * f + c5;
    let q = (((q * f + c4) * f + c3) * f + c2) * f + c1;
    let p = 1.0 + f * q;
    let power = f64::from_bits(1023u64.wrapping_sub(whole) << 52);
    let known = if x < UNDERFLOW { p * power } else { 0.0 };
    if x <= 0.0 { 1.0 } else { known }
}

/// The factor of decay: 2^(−age/half-life) with x = age ÷ half-life, both first converted to binary64. A negative age
/// counts as 0 (promise M3); a half-life that is not positive never occurs in a verified program and gives 1.
#[inline]
pub fn decay_factor(age_us: i64, half_life_us: i64) -> f64 {
    if age_us <= 0 || half_life_us <= 0 {
        return 1.0;
    }
    exp2_neg(age_us as f64 / half_life_us as f64)
}

/// [`decay_factor`] of many ages, behind what the list holds.
pub fn decay_factors(ages_us: impl Iterator<Item = i64>, half_life_us: i64, factors: &mut Vec<f64>) {
    let from = factors.len();
    factors.extend(ages_us.map(|age| age as f64));
    let half_life = half_life_us as f64;
    if half_life_us <= 0 {
        factors.iter_mut().skip(from).for_each(|factor| *factor = 1.0);
        return;
    }
    // An age that is not positive gives an x that is not, and 1.
    for factor in factors.get_mut(from..).unwrap_or_default() {
        *factor = exp2_neg(*factor / half_life);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2^(−j/2^16) in units of 2^-62, by integer square roots of 1/2 and products: independent of any float.
    fn reference(j: u32) -> u128 {
        let one = 1u128 << 62;
        let mut root = one / 2;
        let mut value = one;
        for bit in 1..=16 {
            root = (root << 62).isqrt();
            if j >> (16 - bit) & 1 == 1 {
                value = (value * root + (one >> 1)) >> 62;
            }
        }
        value
    }

    #[test]
    fn v4_the_polynomial_is_within_two_to_the_minus_45() {
        let mut worst = 0u128;
        for j in 0..65_536u32 {
            let x = f64::from(j) / 65_536.0;
            let got = (exp2_neg(x) * 2f64.powi(62)) as u128;
            let want = reference(j);
            // relative error = |got − want| / want, in units of 2^-62
            worst = worst.max((got.abs_diff(want) << 62) / want);
        }
        assert!(worst <= 1 << 17, "relative error {worst} × 2^-62");
        // Tighter than promised: 2^-50.
        assert!(worst <= 1 << 12, "relative error {worst} × 2^-62");
    }

    #[test]
    fn s3_many_ages_at_a_time_are_each_by_itself() {
        let mut ages = vec![0, 1, -1, i64::MIN, i64::MAX, 1021, 1022, 1023, 5, 4, 3];
        let mut mixed = 7u64;
        for _ in 0..20_000 {
            mixed = mixed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ages.push(mixed as i64 >> (mixed % 60));
        }
        for half_life in [1, 2, 3, 7, 86_400_000_000, 1_209_600_000_000, i64::MAX, 0, -5] {
            let mut factors = vec![0.25];
            decay_factors(ages.iter().copied(), half_life, &mut factors);
            assert_eq!(factors.len(), ages.len() + 1);
            for (age, factor) in ages.iter().zip(factors.iter().skip(1)) {
                assert_eq!(factor.to_bits(), decay_factor(*age, half_life).to_bits(), "{age} {half_life}");
                assert_eq!(factor.to_bits(), step_by_step(*age, half_life).to_bits(), "{age} {half_life}");
            }
        }
    }

    /// The five steps as they are written down, with branches.
    fn step_by_step(age: i64, half_life: i64) -> f64 {
        let x = age as f64 / half_life as f64;
        if age <= 0 || half_life <= 0 {
            return 1.0;
        }
        if x >= UNDERFLOW {
            return 0.0;
        }
        let (k, mut q) = (x.floor(), 0.0);
        for (i, c) in DECAY_POLYNOMIAL.iter().rev().enumerate() {
            q = if i == 0 { *c } else { q * (x - k) + c };
        }
        (1.0 + (x - k) * q) * f64::from_bits((1023 - k as u64) << 52)
    }

    #[test]
    fn s3_whole_half_lives_are_exact() {
        for k in 0..1022i64 {
            assert_eq!(decay_factor(k * 1_000_003, 1_000_003), 2f64.powi(-(k as i32)));
        }
        assert_eq!(decay_factor(1022, 1), 0.0);
        assert_eq!(decay_factor(i64::MAX, 1), 0.0);
        assert_eq!(decay_factor(-5, 7), 1.0);
        assert_eq!(decay_factor(i64::MIN, 7), 1.0);
        assert_eq!(decay_factor(5, 0), 1.0);
        assert!(decay_factor(1_021_999_999, 1_000_000) > 0.0);
        assert_eq!(exp2_neg(f64::NAN), 0.0);
        assert_eq!(exp2_neg(f64::INFINITY), 0.0);
        assert_eq!(exp2_neg(-0.0), 1.0);
    }

    #[test]
    fn s3_older_is_never_more() {
        let mut previous = 1.0;
        for age in (0..200_000_000i64).step_by(997) {
            let factor = decay_factor(age, 30_000_001);
            assert!(factor <= previous && factor > 0.0);
            previous = factor;
        }
        // Across the seams between half-lives.
        for k in 1..60 {
            let x = f64::from(k);
            assert!(exp2_neg(x.next_down()) >= exp2_neg(x) && exp2_neg(x) >= exp2_neg(x.next_up()));
        }
    }

    #[test]
    fn v4_bits_are_pinned() {
        let bits = |age, half| decay_factor(age, half).to_bits();
        assert_eq!(bits(1, 2), PINNED[0], "{:#x}", bits(1, 2));
        assert_eq!(bits(7, 30), PINNED[1], "{:#x}", bits(7, 30));
        assert_eq!(bits(365, 30), PINNED[2], "{:#x}", bits(365, 30));
    }

    /// Computed apart, in another language, by the five steps.
    const PINNED: [u64; 3] = [0x3fe6a09e667f3bcc, 0x3feb38aa5682153f, 0x3f2c823e074ec12c];
}
