//! THE meaning of every operator: types, missing, overflow, comparison.

use crate::program::{Compare, Period};

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
