//! Which types an operator takes and gives, for the verifier.

use super::Op;
use crate::types::Type;

fn is_text(ty: Type) -> bool {
    matches!(ty, Type::Text | Type::Target)
}

/// Integer-like types that are added to and subtracted from themselves.
fn is_amount(ty: Type) -> bool {
    matches!(ty, Type::Int | Type::Money(_) | Type::Decimal(_) | Type::Duration | Type::Months | Type::Business(_))
}

fn when(condition: bool, ty: Type) -> Option<Type> {
    condition.then_some(ty)
}

/// The type of an operator's result, `None` if it does not take operands of these types.
///
/// Operators over `number` and `percent` take either; where the two meet, the result is a number.
pub fn result_type(op: Op, args: &[Type]) -> Option<Type> {
    if args.contains(&Type::Error) {
        return None;
    }
    match op {
        Op::And | Op::Or => when(!args.is_empty() && args.iter().all(|&t| t == Type::Bool), Type::Bool),
        _ => match *args {
            [a] => unary(op, a),
            [a, b] => binary(op, a, b),
            _ => None,
        },
    }
}

fn unary(op: Op, a: Type) -> Option<Type> {
    match op {
        Op::IsMissing | Op::IsKnown => Some(Type::Bool),
        Op::Not | Op::IsTrue | Op::IsFalse => when(a == Type::Bool, Type::Bool),
        Op::NegInt => when(is_amount(a), a),
        Op::NegNum => when(a.is_float_like(), a),
        Op::IntToNum => when(a == Type::Int, Type::Number),
        Op::DecToNum(scale) => match a {
            Type::Decimal(s) => when(s == scale, Type::Number),
            Type::Money(c) => when(c.minor_digits() == scale, Type::Number),
            _ => None,
        },
        Op::Rescale(digits) => match a {
            Type::Int if digits == 0 => Some(Type::Int),
            Type::Int => decimal(0, digits),
            Type::Decimal(s) => decimal(s, digits),
            _ => None,
        },
        Op::DateOf => when(a == Type::Timestamp, Type::Date),
        Op::StartOfDay => when(a == Type::Date, Type::Timestamp),
        Op::PeriodOf(_) => when(a == Type::Timestamp, Type::Text),
        Op::PeriodOfDate(_) => when(a == Type::Date, Type::Text),
        Op::LabelOf(e) => when(a == Type::Enum(e), Type::Text),
        _ => None,
    }
}

fn decimal(scale: u8, more: u8) -> Option<Type> {
    scale.checked_add(more).filter(|&s| s <= crate::decimal::SCALE_MAX).map(Type::Decimal)
}

fn binary(op: Op, a: Type, b: Type) -> Option<Type> {
    match op {
        Op::Else => when(a == b, a),
        Op::AddInt | Op::SubInt => sum(op, a, b),
        Op::MulInt => match (a, b) {
            (Type::Int, other) | (other, Type::Int) => when(is_amount(other), other),
            (Type::Decimal(s), Type::Decimal(t)) => decimal(s, t),
            _ => None,
        },
        Op::DivInt => when(is_amount(a) && a == b, Type::Int),
        Op::ModInt => when(is_amount(a) && a == b, a),
        Op::DivIntToNum => when(is_amount(a) && a == b, Type::Number),
        Op::ScaleInt | Op::UnscaleInt => when(matches!(a, Type::Money(_) | Type::Duration) && b.is_float_like(), a),
        Op::AddNum | Op::SubNum | Op::MulNum | Op::DivNum => floats(op, a, b),
        Op::CmpInt(_) => when(a.is_int_like() && a == b, Type::Bool),
        Op::CmpNum(_) => when(a.is_float_like() && b.is_float_like(), Type::Bool),
        Op::CmpIntNum(_) => when(a == Type::Int && b.is_float_like(), Type::Bool),
        Op::CmpDec(_, s, t) => when(is_decimal(a, s) && is_decimal(b, t), Type::Bool),
        Op::CmpDecNum(_, s) => when(is_decimal(a, s) && b.is_float_like(), Type::Bool),
        Op::CmpText(_)
        | Op::CmpTextFold(_)
        | Op::StartsWith
        | Op::StartsWithFold
        | Op::EndsWith
        | Op::EndsWithFold
        | Op::Contains
        | Op::ContainsFold => when(is_text(a) && is_text(b), Type::Bool),
        Op::CmpBool(_) => when(a == Type::Bool && b == Type::Bool, Type::Bool),
        Op::SubDate => when(a == Type::Date && b == Type::Date, Type::Duration),
        Op::AddDate => when(a == Type::Date && b == Type::Duration, Type::Date),
        Op::AddMonthsClipped | Op::AddMonthsOverflowing => {
            when(a == Type::Timestamp && b == Type::Months, Type::Timestamp)
        }
        Op::AddMonthsDateClipped | Op::AddMonthsDateOverflowing => {
            when(a == Type::Date && b == Type::Months, Type::Date)
        }
        _ => None,
    }
}

/// A decimal of a scale; scale 0 is an int.
fn is_decimal(ty: Type, scale: u8) -> bool {
    if scale == 0 { ty == Type::Int } else { ty == Type::Decimal(scale) }
}

fn sum(op: Op, a: Type, b: Type) -> Option<Type> {
    match (a, b) {
        (Type::Timestamp, Type::Duration) => Some(Type::Timestamp),
        (Type::Duration, Type::Timestamp) => when(op == Op::AddInt, Type::Timestamp),
        (Type::Timestamp, Type::Timestamp) => when(op == Op::SubInt, Type::Duration),
        _ => when(is_amount(a) && a == b, a),
    }
}

fn floats(op: Op, a: Type, b: Type) -> Option<Type> {
    let both_percent = a == Type::Percent && b == Type::Percent;
    let ty = if both_percent && op != Op::DivNum { Type::Percent } else { Type::Number };
    when(a.is_float_like() && b.is_float_like(), ty)
}
