//! Numbers of typed sources: whole numbers, numbers, percentages, amounts.

use super::Cell;
use arrow_buffer::i256;
use revplay_ir::reading::{
    Giver, HAS_DECIMALS, INFINITE, INT_TOO_LARGE, NOT_INT, NOT_MONEY, NOT_NUMBER, Reason, TOO_LARGE, parse_number,
    parse_percent, parse_scaled, too_many_decimals,
};
use std::borrow::Cow;

/// 2^63 as a number: the first that is no int.
const INT_LIMIT: f64 = 9_223_372_036_854_775_808.0;

impl Cell<'_> {
    /// True or false, or the numbers 1 and 0.
    pub fn as_bool(self) -> Option<bool> {
        match self {
            Cell::Bool(b) => Some(b),
            Cell::Int(0) => Some(false),
            Cell::Int(1) => Some(true),
            Cell::Int(_)
            | Cell::Missing
            | Cell::Text(_)
            | Cell::NotText(_)
            | Cell::HugeInt(_)
            | Cell::Number(_)
            | Cell::Single(_)
            | Cell::Decimal { .. }
            | Cell::WideDecimal { .. }
            | Cell::Date(_)
            | Cell::Instant(_)
            | Cell::LocalTime(_)
            | Cell::Duration(_)
            | Cell::BeyondTime => None,
        }
    }

    /// A whole number; whole floats and decimals are fine. NaN is missing.
    ///
    /// # Errors
    /// Why it is none.
    pub fn as_int(self) -> Result<Option<i64>, Reason> {
        let whole = |x: f64| -> Result<Option<i64>, Reason> {
            match x {
                x if x.is_nan() => Ok(None),
                x if x.is_infinite() => Err(INFINITE.into()),
                x if x.fract() != 0.0 => Err(HAS_DECIMALS.into()),
                x if (-INT_LIMIT..INT_LIMIT).contains(&x) => Ok(Some(x as i64)),
                _ => Err(INT_TOO_LARGE.into()),
            }
        };
        let exact = |units: Result<i64, Fault>| match units {
            Ok(n) => Ok(Some(n)),
            Err(Fault::TooManyDecimals) => Err(HAS_DECIMALS.into()),
            Err(Fault::TooLarge) => Err(TOO_LARGE.into()),
        };
        match self {
            Cell::Int(n) => Ok(Some(n)),
            Cell::HugeInt(_) => Err(INT_TOO_LARGE.into()),
            Cell::Number(x) => whole(x),
            Cell::Single(x) => whole(f64::from(x)),
            Cell::Decimal { digits, scale } => exact(rescaled(digits, scale, 0)),
            Cell::WideDecimal { digits, scale } => exact(rescaled_wide(*digits, scale, 0)),
            Cell::Missing
            | Cell::Text(_)
            | Cell::NotText(_)
            | Cell::Bool(_)
            | Cell::Date(_)
            | Cell::Instant(_)
            | Cell::LocalTime(_)
            | Cell::Duration(_)
            | Cell::BeyondTime => Err(NOT_INT.into()),
        }
    }

    /// A number. NaN is missing.
    ///
    /// # Errors
    /// Why it is none.
    pub fn as_number(self) -> Result<Option<f64>, Reason> {
        match self {
            Cell::Int(n) => Ok(Some(n as f64)),
            Cell::HugeInt(n) => Ok(Some(n as f64)),
            Cell::Number(x) => finite(x),
            Cell::Single(x) => finite(f64::from(x)),
            Cell::Decimal { .. } | Cell::WideDecimal { .. } => {
                self.printed().map_or(Err(NOT_NUMBER.into()), |text| parse_number(&text, Giver::Caller))
            }
            Cell::Missing
            | Cell::Text(_)
            | Cell::NotText(_)
            | Cell::Bool(_)
            | Cell::Date(_)
            | Cell::Instant(_)
            | Cell::LocalTime(_)
            | Cell::Duration(_)
            | Cell::BeyondTime => Err(NOT_NUMBER.into()),
        }
    }

    /// A fraction of `full`: the same bits as its shortest text would give. NaN is missing.
    ///
    /// # Errors
    /// Why it is none.
    pub fn as_percent(self, full: f64) -> Result<Option<f64>, Reason> {
        match (self.as_number()?, self.printed()) {
            (Some(x), _) if full == 1.0 => Ok(Some(x)),
            (Some(_), Some(text)) => parse_percent(&text, full, Giver::Caller, |number| Ok(Cow::Borrowed(number))),
            (_, None) | (None, _) => Ok(None),
        }
    }

    /// An amount as a count of 10^-scale. A float counts as its shortest decimal text. NaN is missing.
    ///
    /// # Errors
    /// Why it is none.
    pub fn as_scaled(self, scale: u8) -> Result<Option<i64>, Reason> {
        let exact = |units: Result<i64, Fault>| match units {
            Ok(n) => Ok(Some(n)),
            Err(Fault::TooManyDecimals) => Err(too_many_decimals(scale)),
            Err(Fault::TooLarge) => Err(TOO_LARGE.into()),
        };
        match self {
            Cell::Decimal { digits, scale: from } => exact(rescaled(digits, from, scale)),
            Cell::WideDecimal { digits, scale: from } => exact(rescaled_wide(*digits, from, scale)),
            Cell::Number(x) if x.is_nan() => Ok(None),
            Cell::Single(x) if x.is_nan() => Ok(None),
            Cell::Number(_) | Cell::Single(_) | Cell::Int(_) | Cell::HugeInt(_) => match self.printed() {
                Some(text) => parse_scaled(&text, scale, Giver::Caller).map(Some),
                None => Err(INFINITE.into()),
            },
            Cell::Missing
            | Cell::Text(_)
            | Cell::NotText(_)
            | Cell::Bool(_)
            | Cell::Date(_)
            | Cell::Instant(_)
            | Cell::LocalTime(_)
            | Cell::Duration(_)
            | Cell::BeyondTime => Err(NOT_MONEY.into()),
        }
    }
}

fn finite(x: f64) -> Result<Option<f64>, Reason> {
    if x.is_infinite() { Err(INFINITE.into()) } else { Ok((!x.is_nan()).then_some(x)) }
}

/// Why a decimal has no such scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    TooManyDecimals,
    TooLarge,
}

/// Moves a decimal to another scale; decimals that are not zero are never dropped.
fn rescaled(digits: i128, from: i8, to: u8) -> Result<i64, Fault> {
    let shift = i32::from(to) - i32::from(from);
    if digits == 0 {
        return Ok(0);
    }
    let moved = match 10i128.checked_pow(shift.unsigned_abs()) {
        Some(factor) if shift >= 0 => digits.checked_mul(factor).ok_or(Fault::TooLarge)?,
        Some(factor) if digits % factor == 0 => digits / factor,
        None if shift >= 0 => return Err(Fault::TooLarge),
        Some(_) | None => return Err(Fault::TooManyDecimals),
    };
    i64::try_from(moved).map_err(|_| Fault::TooLarge)
}

/// The same for more digits.
fn rescaled_wide(digits: i256, from: i8, to: u8) -> Result<i64, Fault> {
    if let Some(digits) = digits.to_i128() {
        return rescaled(digits, from, to);
    }
    let shift = i32::from(to) - i32::from(from);
    // What 128 bits do not hold is larger still with more zeros.
    let Some(fewer) = u32::try_from(-shift).ok().filter(|fewer| *fewer > 0) else { return Err(Fault::TooLarge) };
    let factor = i256::from_i128(10).checked_pow(fewer).ok_or(Fault::TooManyDecimals)?;
    let quotient = digits.checked_div(factor).ok_or(Fault::TooManyDecimals)?;
    if quotient.checked_mul(factor) != Some(digits) {
        return Err(Fault::TooManyDecimals);
    }
    quotient.to_i128().and_then(|n| i64::try_from(n).ok()).ok_or(Fault::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v1_ints_are_whole_and_fit() {
        assert_eq!(Cell::Number(1200.0).as_int(), Ok(Some(1200)));
        assert!(Cell::Number(0.5).as_int().is_err());
        assert!(Cell::Number(9_223_372_036_854_775_808.0).as_int().is_err());
        assert_eq!(Cell::Number(-9_223_372_036_854_775_808.0).as_int(), Ok(Some(i64::MIN)));
        assert!(Cell::HugeInt(u64::MAX).as_int().is_err());
        assert_eq!(Cell::Decimal { digits: 125, scale: 2 }.as_int(), Err(HAS_DECIMALS.into()));
        assert_eq!(Cell::Int(2).as_bool(), None);
    }

    #[test]
    fn v2_nan_is_missing_and_infinity_is_bad() {
        assert_eq!(Cell::Number(f64::NAN).as_number(), Ok(None));
        assert!(Cell::Single(f32::INFINITY).as_number().is_err());
        assert_eq!(Cell::Number(f64::NAN).as_percent(100.0), Ok(None));
        assert_eq!(Cell::Number(f64::NAN).as_scaled(2), Ok(None));
    }

    #[test]
    fn v1_percent_is_a_fraction() {
        assert_eq!(Cell::Number(12.3).as_percent(100.0), Ok(Some(0.123)));
        assert_eq!(Cell::Single(12.3).as_percent(100.0), Ok(Some(0.123)));
        assert_eq!(Cell::Int(7).as_percent(100.0), Ok(Some(0.07)));
    }

    #[test]
    fn e2_money_of_typed_sources_is_exact() {
        assert_eq!(Cell::Number(0.07).as_scaled(2), Ok(Some(7)));
        assert_eq!(Cell::Number(1234.5).as_scaled(2), Ok(Some(123_450)));
        assert_eq!(Cell::Single(12.34).as_scaled(2), Ok(Some(1234)));
        assert!(Cell::Number(0.1 + 0.2).as_scaled(2).is_err(), "0.30000000000000004");
        assert_eq!(Cell::Int(12).as_scaled(2), Ok(Some(1200)));
        assert!(Cell::Int(i64::MAX).as_scaled(2).is_err());
        // As many digits as they have, or more.
        for (digits, scale, units) in [
            (123_400, 4, Ok(Some(1234))),
            (123_401, 4, Err(too_many_decimals(2))),
            (12, -2, Ok(Some(120_000))),
            (0, 127, Ok(Some(0))),
            (1, 127, Err(too_many_decimals(2))),
            (1, -128, Err(TOO_LARGE.into())),
        ] {
            assert_eq!(Cell::Decimal { digits, scale }.as_scaled(2), units, "{digits} {scale}");
            let wide = i256::from_i128(digits);
            assert_eq!(Cell::WideDecimal { digits: &wide, scale }.as_scaled(2), units, "{digits} {scale}");
        }
        let ten = i256::from_i128(10);
        let hundred = ten.checked_pow(60).unwrap();
        assert_eq!(Cell::WideDecimal { digits: &hundred, scale: 58 }.as_scaled(2), Ok(Some(10_000)));
        assert_eq!(Cell::WideDecimal { digits: &hundred, scale: 58 }.as_int(), Ok(Some(100)));
        assert_eq!(Cell::WideDecimal { digits: &hundred, scale: 58 }.as_number(), Ok(Some(100.0)));
        assert_eq!(Cell::WideDecimal { digits: &hundred, scale: 0 }.as_scaled(2), Err(TOO_LARGE.into()));
        for (digits, scale) in [(i256::MAX, 0), (i256::MIN, 76), (i256::MIN, 127), (i256::MIN, -128)] {
            assert!(Cell::WideDecimal { digits: &digits, scale }.as_scaled(2).is_err());
        }
    }
}
