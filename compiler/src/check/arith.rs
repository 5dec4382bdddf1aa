//! Which operator an arithmetic sign means for two types, and what is converted first.

use crate::ast::ArithOp;
use revplay_ir::ops::Op;
use revplay_ir::types::Type;

/// How to compute `left op right`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// Applied to the left operand first.
    pub left: Option<Op>,
    /// Applied to the right operand first.
    pub right: Option<Op>,
    /// The operator.
    pub op: Op,
    /// Operands are swapped (`2 * price` is `price * 2`).
    pub swap: bool,
    /// Type of the result.
    pub ty: Type,
}

/// Conversion of a plain quantity to `number`: of int and decimal; `None` for what is a number already.
pub fn to_number(ty: Type) -> Option<Op> {
    match ty {
        Type::Int => Some(Op::IntToNum),
        Type::Decimal(scale) => Some(Op::DecToNum(scale)),
        Type::Bool
        | Type::Number
        | Type::Percent
        | Type::Money(_)
        | Type::Text
        | Type::Date
        | Type::Timestamp
        | Type::Duration
        | Type::Months
        | Type::Business(_)
        | Type::Enum(_)
        | Type::Target
        | Type::List
        | Type::Error => None,
    }
}

fn is_plain(ty: Type) -> bool {
    matches!(ty, Type::Int | Type::Number | Type::Decimal(_))
}

fn plan(op: Op, ty: Type) -> Option<Plan> {
    Some(Plan { left: None, right: None, op, swap: false, ty })
}

fn as_numbers(l: Type, r: Type, op: Op, ty: Type) -> Option<Plan> {
    Some(Plan { left: to_number(l), right: to_number(r), op, swap: false, ty })
}

/// The plan, or `None` if the units do not go together. Calendar months and open time are planned by the caller.
pub fn arith(op: ArithOp, l: Type, r: Type) -> Option<Plan> {
    match op {
        ArithOp::Add => add(l, r, Op::AddInt, Op::AddNum),
        ArithOp::Sub => match (l, r) {
            (Type::Timestamp, Type::Timestamp) => plan(Op::SubInt, Type::Duration),
            (Type::Date, Type::Date) => plan(Op::SubDate, Type::Duration),
            _ => add(l, r, Op::SubInt, Op::SubNum),
        },
        ArithOp::Mul => mul(l, r).or_else(|| mul(r, l).map(|p| Plan { swap: true, ..p })),
        ArithOp::Div => div(l, r),
        ArithOp::IntDiv if l == Type::Int && r == Type::Int => plan(Op::DivInt, Type::Int),
        ArithOp::Mod if l == Type::Int && r == Type::Int => plan(Op::ModInt, Type::Int),
        ArithOp::IntDiv | ArithOp::Mod => None,
    }
}

fn add(l: Type, r: Type, int: Op, num: Op) -> Option<Plan> {
    match (l, r) {
        (Type::Int, Type::Int) | (Type::Duration, Type::Duration) | (Type::Months, Type::Months) => plan(int, l),
        (Type::Money(a), Type::Money(b)) if a == b => plan(int, l),
        (Type::Timestamp, Type::Duration) => plan(int, Type::Timestamp),
        (Type::Percent, Type::Percent) => plan(num, Type::Percent),
        (Type::Number, _) | (_, Type::Number) if is_plain(l) && is_plain(r) => as_numbers(l, r, num, Type::Number),
        (Type::Int | Type::Decimal(_), Type::Int | Type::Decimal(_)) => {
            let scale = |t| if let Type::Decimal(s) = t { s } else { 0 };
            let both = scale(l).max(scale(r));
            let up = |t| (scale(t) < both).then(|| Op::Rescale(both - scale(t)));
            Some(Plan { left: up(l), right: up(r), op: int, swap: false, ty: Type::Decimal(both) })
        }
        _ => None,
    }
}

fn mul(l: Type, r: Type) -> Option<Plan> {
    match (l, r) {
        (Type::Int | Type::Money(_) | Type::Duration | Type::Months, Type::Int) => plan(Op::MulInt, l),
        (Type::Money(_) | Type::Duration, Type::Number | Type::Percent) => plan(Op::ScaleInt, l),
        (Type::Money(_) | Type::Duration, Type::Decimal(_)) => as_scaled(l, r, Op::ScaleInt),
        (Type::Percent, Type::Percent) => plan(Op::MulNum, Type::Percent),
        (Type::Percent, Type::Int | Type::Number | Type::Decimal(_)) => as_numbers(l, r, Op::MulNum, Type::Number),
        _ if is_plain(l) && is_plain(r) => as_numbers(l, r, Op::MulNum, Type::Number),
        _ => None,
    }
}

fn as_scaled(l: Type, r: Type, op: Op) -> Option<Plan> {
    Some(Plan { left: None, right: to_number(r), op, swap: false, ty: l })
}

fn div(l: Type, r: Type) -> Option<Plan> {
    match (l, r) {
        (Type::Int, Type::Int) | (Type::Duration, Type::Duration) => plan(Op::DivIntToNum, Type::Number),
        (Type::Money(a), Type::Money(b)) if a == b => plan(Op::DivIntToNum, Type::Number),
        (Type::Money(_) | Type::Duration, Type::Int | Type::Number | Type::Decimal(_) | Type::Percent) => {
            as_scaled(l, r, Op::UnscaleInt)
        }
        (Type::Percent, Type::Percent) => plan(Op::DivNum, Type::Number),
        (Type::Percent, Type::Int | Type::Number | Type::Decimal(_)) => as_numbers(l, r, Op::DivNum, Type::Percent),
        _ if is_plain(l) && is_plain(r) => as_numbers(l, r, Op::DivNum, Type::Number),
        _ => None,
    }
}
