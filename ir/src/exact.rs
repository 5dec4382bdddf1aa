//! Rounding, exact products and comparisons of integers with binary64, and the one decay function.
//!
//! Nothing here uses a fused multiply-add or a platform's mathematics library (promise V4).
//!
//! - [`ratio`](self): [`scale_exact`], [`unscale_exact`], [`cmp_int_num`] and their kin work on the exact binary
//!   value of the double, in 128-bit integers.
//! - [`decay_factor`]: 2^(−age/half-life), in additions, multiplications, one division and one floor.
//! - [`steps`](to_steps): points of a score to whole steps, event points to units of 2^-20 steps.

mod decay;
mod ratio;
mod rounding;
mod steps;

pub use decay::{DECAY_POLYNOMIAL, decay_factor, decay_factors, exp2_neg};
pub use ratio::{
    cmp_decimal_num, cmp_decimals, cmp_int_num, decimal_to_num, round_quotient, scale_exact, unscale_exact,
};
pub use rounding::{ceil_to_int, floor_to_int, round_half_away, round_saturating, round_to_int};
pub use steps::{
    EVENT_UNITS_PER_STEP, decay_steps, event_units, event_units_of_decimal, steps_of_decimal, steps_of_units, to_steps,
};
