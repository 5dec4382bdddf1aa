//! THE meaning of every operator: types, missing, overflow, comparison.

use crate::decimal::pow10;
use crate::exact;
use crate::program::{Compare, Period};
use crate::time::DAY_US;

/// An operator. Unless its line says otherwise, a missing operand makes the result missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Op {
    /// Three-valued `not` (promise M2).
    Not,
    /// Three-valued `and` of one or more bools: false wins, else missing, else true.
    And,
    /// Three-valued `or` of one or more bools: true wins, else missing, else false.
    Or,
    /// Any → bool, definite: the operand has no value.
    IsMissing,
    /// Any → bool, definite: the operand has a value.
    IsKnown,
    /// Bool → bool, definite: the operand is true.
    IsTrue,
    /// Bool → bool, definite: the operand is false.
    IsFalse,
    /// `x else d`: the first operand if it is known, else the second.
    Else,
    /// Checked integer addition (int, money, decimals of one scale, durations, timestamp + duration); overflow is missing.
    AddInt,
    /// Checked integer subtraction.
    SubInt,
    /// Checked integer multiplication.
    MulInt,
    /// Checked integer negation.
    NegInt,
    /// `div`: floor of the quotient; by zero or overflow is missing.
    DivInt,
    /// `mod`: a − b·floor(a/b), the sign of b; by zero is missing.
    ModInt,
    /// int / int → number: both to binary64, then divided; by zero is missing. Also money/money, duration/duration.
    DivIntToNum,
    /// money × number → money, duration × number → duration: the exact product rounded half away from zero to the
    /// minor unit; out of range is missing.
    ScaleInt,
    /// money / number → money, duration / number → duration: the exact quotient rounded half away from zero.
    UnscaleInt,
    /// binary64 addition; a result that is not finite is missing (as for all four).
    AddNum,
    /// binary64 subtraction.
    SubNum,
    /// binary64 multiplication.
    MulNum,
    /// binary64 division; by zero is missing.
    DivNum,
    /// binary64 negation.
    NegNum,
    /// int → number, nearest even.
    IntToNum,
    /// decimal of this scale → number: correctly rounded value of mantissa / 10^scale.
    DecToNum(u8),
    /// int or decimal → decimal with this many more digits: × 10^k, overflow is missing.
    Rescale(u8),
    /// Comparison of two integers of one unit.
    CmpInt(Compare),
    /// Comparison of two finite numbers (`-0.0 = 0.0`).
    CmpNum(Compare),
    /// Exact comparison of an integer (left) with a number (right) (promise V2).
    CmpIntNum(Compare),
    /// Exact comparison of two decimals of these scales (0: an int).
    CmpDec(Compare, u8, u8),
    /// Exact comparison of a decimal of this scale (left) with a number (right).
    CmpDecNum(Compare, u8),
    /// Comparison of two texts by code points.
    CmpText(Compare),
    /// Comparison of two texts after case folding.
    CmpTextFold(Compare),
    /// Equality of two bools (`Eq`, `Ne` only).
    CmpBool(Compare),
    /// First text starts with the second.
    StartsWith,
    /// The same after case folding.
    StartsWithFold,
    /// First text ends with the second.
    EndsWith,
    /// The same after case folding.
    EndsWithFold,
    /// First text contains the second.
    Contains,
    /// The same after case folding.
    ContainsFold,
    /// timestamp → its date in the playbook's zone.
    DateOf,
    /// date → the instant at which that day starts in the playbook's zone.
    StartOfDay,
    /// date − date → duration (whole days).
    SubDate,
    /// date + duration of whole days → date; a duration that is not whole days is missing.
    AddDate,
    /// timestamp + months, the day clipped to the month's last (promise N3), in the playbook's zone.
    AddMonthsClipped,
    /// timestamp + months, days past the month's last run over into the next month.
    AddMonthsOverflowing,
    /// date + months, clipped.
    AddMonthsDateClipped,
    /// date + months, overflowing.
    AddMonthsDateOverflowing,
    /// timestamp → the label of its period in the playbook's zone: `2026-11-23`, `2026-W48`, `2026-11`, `2026-Q4`,
    /// `FY2027-Q3`, `2026`, `FY2027`.
    PeriodOf(Period),
    /// date → the label of its period.
    PeriodOfDate(Period),
    /// enum → its label as text.
    LabelOf(crate::types::EnumId),
}

mod compare;
mod integer;
mod logic;
mod name;
mod text;
mod time;
mod typing;

pub use compare::{flipped, holds, negated};
pub use name::{compare_from_name, compare_name, period_from_name, period_name};
pub use typing::result_type;

use crate::builtins::EvalContext;
use crate::value::Value;

/// The result of an operator. Total: operands of a wrong type or number give missing.
pub fn eval(op: Op, args: &[Value], cx: &EvalContext<'_>) -> Value {
    if needs_context(op) { time::eval(op, args, cx) } else { eval_const(op, args) }
}

/// Whether the result depends on the playbook (its zone, its weeks, its enums) besides the operands.
pub fn needs_context(op: Op) -> bool {
    matches!(
        op,
        Op::DateOf
            | Op::StartOfDay
            | Op::AddMonthsClipped
            | Op::AddMonthsOverflowing
            | Op::PeriodOf(_)
            | Op::PeriodOfDate(_)
            | Op::LabelOf(_)
    )
}

/// [`eval`] of an operator that needs no context; missing for one that does.
pub fn eval_const(op: Op, args: &[Value]) -> Value {
    match (op, args) {
        (Op::And, _) if !args.is_empty() => logic::and(args),
        (Op::Or, _) if !args.is_empty() => logic::or(args),
        (Op::Not, [a]) => logic::not(a),
        (Op::IsMissing, [a]) => Value::Bool(a.is_missing()),
        (Op::IsKnown, [a]) => Value::Bool(!a.is_missing()),
        (Op::IsTrue, [a]) => Value::Bool(*a == Value::Bool(true)),
        (Op::IsFalse, [a]) => Value::Bool(*a == Value::Bool(false)),
        (Op::Else, [a, b]) => {
            if a.is_missing() {
                b.clone()
            } else {
                a.clone()
            }
        }
        (_, [Value::Int(a)]) => eval_int(op, *a),
        (_, [Value::Num(a)]) if op == Op::NegNum => Value::num(-a),
        (_, [Value::Int(a), Value::Int(b)]) => eval_int_int(op, *a, *b),
        (_, [Value::Num(a), Value::Num(b)]) => eval_num_num(op, *a, *b),
        (_, [Value::Int(a), Value::Num(b)]) => eval_int_num(op, *a, *b),
        (_, [Value::Text(a), Value::Text(b)]) => text::eval(op, a, b),
        (Op::CmpBool(c), [Value::Bool(a), Value::Bool(b)]) => compare::result(c, Some(a.cmp(b))),
        _ => Value::Missing,
    }
}

fn int_or_missing(n: Option<i64>) -> Value {
    n.map_or(Value::Missing, Value::Int)
}

fn eval_int(op: Op, a: i64) -> Value {
    match op {
        Op::NegInt => int_or_missing(a.checked_neg()),
        Op::IntToNum => Value::num(a as f64),
        Op::DecToNum(scale) => exact::decimal_to_num(a, scale).map_or(Value::Missing, Value::num),
        Op::Rescale(digits) => int_or_missing(pow10(digits).and_then(|p| a.checked_mul(p))),
        _ => Value::Missing,
    }
}

fn eval_int_int(op: Op, a: i64, b: i64) -> Value {
    match op {
        Op::AddInt => int_or_missing(a.checked_add(b)),
        Op::SubInt => int_or_missing(a.checked_sub(b)),
        Op::MulInt => int_or_missing(a.checked_mul(b)),
        Op::DivInt => integer::div(a, b),
        Op::ModInt => integer::modulo(a, b),
        Op::DivIntToNum if b == 0 => Value::Missing,
        Op::DivIntToNum => Value::num(a as f64 / b as f64),
        Op::CmpInt(c) => compare::result(c, Some(a.cmp(&b))),
        Op::CmpDec(c, s, t) => compare::result(c, exact::cmp_decimals(a, s, b, t)),
        Op::SubDate => int_or_missing(a.checked_sub(b).and_then(|d| d.checked_mul(DAY_US))),
        Op::AddDate if b % DAY_US == 0 => int_or_missing(crate::time::add_days(a, b / DAY_US)),
        Op::AddMonthsDateClipped => int_or_missing(crate::time::add_months_date(a, b, false)),
        Op::AddMonthsDateOverflowing => int_or_missing(crate::time::add_months_date(a, b, true)),
        _ => Value::Missing,
    }
}

fn eval_num_num(op: Op, a: f64, b: f64) -> Value {
    match op {
        Op::AddNum => Value::num(a + b),
        Op::SubNum => Value::num(a - b),
        Op::MulNum => Value::num(a * b),
        Op::DivNum => Value::num(a / b),
        Op::CmpNum(c) => compare::result(c, a.partial_cmp(&b)),
        _ => Value::Missing,
    }
}

fn eval_int_num(op: Op, a: i64, b: f64) -> Value {
    match op {
        Op::ScaleInt => int_or_missing(exact::scale_exact(a, b)),
        Op::UnscaleInt => int_or_missing(exact::unscale_exact(a, b)),
        Op::CmpIntNum(c) => compare::result(c, exact::cmp_decimal_num(a, 0, b)),
        Op::CmpDecNum(c, scale) => compare::result(c, exact::cmp_decimal_num(a, scale, b)),
        _ => Value::Missing,
    }
}

/// Whether the result may be missing although every operand is known.
pub fn is_partial(op: Op) -> bool {
    match op {
        Op::DivInt | Op::ModInt | Op::DivIntToNum | Op::UnscaleInt | Op::DivNum | Op::AddDate => true,
        _ => overflows(op),
    }
}

/// Whether the result is missing for known operands only where it would be out of range: beyond 64 bits, beyond
/// binary64, beyond the year 9999. No lead of an ordinary table meets that.
pub fn overflows(op: Op) -> bool {
    matches!(
        op,
        Op::AddInt
            | Op::SubInt
            | Op::MulInt
            | Op::NegInt
            | Op::ScaleInt
            | Op::AddNum
            | Op::SubNum
            | Op::MulNum
            | Op::Rescale(_)
            | Op::SubDate
            | Op::AddMonthsClipped
            | Op::AddMonthsOverflowing
            | Op::AddMonthsDateClipped
            | Op::AddMonthsDateOverflowing
    )
}

#[cfg(test)]
mod tests;
