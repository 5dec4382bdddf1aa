//! Rounding of binary64 to whole numbers.

/// Half away from zero, as a double: 2.5 is 3, −2.5 is −3, 0.49999999999999994 is 0.
pub fn round_half_away(x: f64) -> f64 {
    let down = x.abs().floor();
    // The difference is exact; adding 0.5 before flooring would not be.
    let size = if x.abs() - down >= 0.5 { down + 1.0 } else { down };
    if x < 0.0 && size > 0.0 { -size } else { size }
}

/// The double as an integer if it is one and fits 64 bits.
fn fit(x: f64) -> Option<i64> {
    // 2^63 is exact as a double, i64::MAX is not.
    (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&x).then_some(x as i64)
}

/// Half away from zero; `None` if it does not fit.
pub fn round_to_int(x: f64) -> Option<i64> {
    fit(round_half_away(x))
}

/// Half away from zero, the nearest limit if it does not fit; 0 for what is not a number.
pub fn round_saturating(x: f64) -> i64 {
    round_half_away(x) as i64
}

/// The greatest integer not above; `None` if it does not fit.
pub fn floor_to_int(x: f64) -> Option<i64> {
    fit(x.floor())
}

/// The least integer not below; `None` if it does not fit.
pub fn ceil_to_int(x: f64) -> Option<i64> {
    fit(x.ceil())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s4_half_goes_away_from_zero() {
        for (x, n) in [
            (0.5, 1),
            (-0.5, -1),
            (2.5, 3),
            (-2.5, -3),
            (0.49999999999999994, 0),
            (-0.49999999999999994, 0),
            (4503599627370495.5, 4503599627370496),
            (4503599627370497.0, 4503599627370497),
            (9007199254740993.0, 9007199254740992),
            (-9.223372036854776e18, i64::MIN),
        ] {
            assert_eq!(round_to_int(x), Some(n), "{x}");
            assert_eq!(round_half_away(x), x.round(), "{x}");
        }
        assert_eq!(round_half_away(-0.2).to_bits(), 0);
        for x in [9.223372036854776e18, -9.3e18, f64::INFINITY, f64::NAN] {
            assert_eq!(round_to_int(x), None);
            assert_eq!(floor_to_int(x), None);
            assert_eq!(ceil_to_int(x), None);
        }
        assert_eq!(round_saturating(1e300), i64::MAX);
        assert_eq!(round_saturating(-1e300), i64::MIN);
        assert_eq!(round_saturating(f64::NAN), 0);
        assert_eq!(floor_to_int(-0.5), Some(-1));
        assert_eq!(ceil_to_int(-0.5), Some(0));
    }
}
