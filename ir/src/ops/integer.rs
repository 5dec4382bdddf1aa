//! Checked integers: int, money, decimals, dates and lengths of time (promise V2).

use super::int_or_missing;
use crate::value::Value;

/// ⌊a ÷ b⌋; missing by zero and for the one quotient that does not fit.
pub(super) fn div(a: i64, b: i64) -> Value {
    int_or_missing(floor_div(a, b))
}

/// a − b·⌊a ÷ b⌋, with the sign of b; missing by zero.
pub(super) fn modulo(a: i64, b: i64) -> Value {
    if b == 0 {
        return Value::Missing;
    }
    // i64::MIN mod −1 is 0 though the quotient does not fit.
    let rest = a.wrapping_rem(b);
    Value::Int(if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest })
}

fn floor_div(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    let rest = a.wrapping_rem(b);
    if rest != 0 && (rest < 0) != (b < 0) { quotient.checked_sub(1) } else { Some(quotient) }
}
