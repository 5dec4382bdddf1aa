//! Operators as text, for the textual form: `add.int`, `cmp.int.ge`, `cmp.dec.ge.2.0`.

use super::Op;
use crate::program::{Compare, Period};
use crate::types::EnumId;

/// Operators without immediates.
const PLAIN: &[(&str, Op)] = &[
    ("not", Op::Not),
    ("and", Op::And),
    ("or", Op::Or),
    ("is_missing", Op::IsMissing),
    ("is_known", Op::IsKnown),
    ("is_true", Op::IsTrue),
    ("is_false", Op::IsFalse),
    ("else", Op::Else),
    ("add.int", Op::AddInt),
    ("sub.int", Op::SubInt),
    ("mul.int", Op::MulInt),
    ("neg.int", Op::NegInt),
    ("div.int", Op::DivInt),
    ("mod.int", Op::ModInt),
    ("div.int.num", Op::DivIntToNum),
    ("scale.int", Op::ScaleInt),
    ("unscale.int", Op::UnscaleInt),
    ("add.num", Op::AddNum),
    ("sub.num", Op::SubNum),
    ("mul.num", Op::MulNum),
    ("div.num", Op::DivNum),
    ("neg.num", Op::NegNum),
    ("int.to.num", Op::IntToNum),
    ("starts_with", Op::StartsWith),
    ("starts_with.fold", Op::StartsWithFold),
    ("ends_with", Op::EndsWith),
    ("ends_with.fold", Op::EndsWithFold),
    ("contains", Op::Contains),
    ("contains.fold", Op::ContainsFold),
    ("date_of", Op::DateOf),
    ("start_of_day", Op::StartOfDay),
    ("sub.date", Op::SubDate),
    ("add.date", Op::AddDate),
    ("add_months.clipped", Op::AddMonthsClipped),
    ("add_months.overflowing", Op::AddMonthsOverflowing),
    ("add_months.date.clipped", Op::AddMonthsDateClipped),
    ("add_months.date.overflowing", Op::AddMonthsDateOverflowing),
];

/// The comparisons with their names.
const COMPARES: [(&str, Compare); 6] = [
    ("eq", Compare::Eq),
    ("ne", Compare::Ne),
    ("lt", Compare::Lt),
    ("le", Compare::Le),
    ("gt", Compare::Gt),
    ("ge", Compare::Ge),
];

/// The periods with their names.
const PERIODS: [(&str, Period); 7] = [
    ("day", Period::Day),
    ("week", Period::Week),
    ("month", Period::Month),
    ("quarter", Period::Quarter),
    ("fiscal_quarter", Period::FiscalQuarter),
    ("year", Period::Year),
    ("fiscal_year", Period::FiscalYear),
];

/// The name of a comparison: `ge`.
pub fn compare_name(compare: Compare) -> &'static str {
    COMPARES.iter().find(|(_, c)| *c == compare).map_or("?", |(name, _)| name)
}

/// The comparison of a name.
pub fn compare_from_name(name: &str) -> Option<Compare> {
    COMPARES.iter().find(|(n, _)| *n == name).map(|(_, c)| *c)
}

/// The name of a period: `fiscal_quarter`.
pub fn period_name(period: Period) -> &'static str {
    PERIODS.iter().find(|(_, p)| *p == period).map_or("?", |(name, _)| name)
}

/// The period of a name.
pub fn period_from_name(name: &str) -> Option<Period> {
    PERIODS.iter().find(|(n, _)| *n == name).map(|(_, p)| *p)
}

impl Op {
    /// Its name in the textual form, immediates included.
    pub fn name(self) -> String {
        match self {
            Op::DecToNum(scale) => format!("dec.to.num.{scale}"),
            Op::Rescale(digits) => format!("rescale.{digits}"),
            Op::CmpInt(c) => format!("cmp.int.{}", compare_name(c)),
            Op::CmpNum(c) => format!("cmp.num.{}", compare_name(c)),
            Op::CmpIntNum(c) => format!("cmp.int.num.{}", compare_name(c)),
            Op::CmpDec(c, a, b) => format!("cmp.dec.{}.{a}.{b}", compare_name(c)),
            Op::CmpDecNum(c, scale) => format!("cmp.dec.num.{}.{scale}", compare_name(c)),
            Op::CmpText(c) => format!("cmp.text.{}", compare_name(c)),
            Op::CmpTextFold(c) => format!("cmp.text.fold.{}", compare_name(c)),
            Op::CmpBool(c) => format!("cmp.bool.{}", compare_name(c)),
            Op::PeriodOf(p) => format!("period_of.{}", period_name(p)),
            Op::PeriodOfDate(p) => format!("period_of.date.{}", period_name(p)),
            Op::LabelOf(e) => format!("label_of.{}", e.0),
            plain => PLAIN.iter().find(|(_, op)| *op == plain).map_or("?", |(name, _)| name).to_string(),
        }
    }

    /// The operator of a name.
    pub fn from_name(name: &str) -> Option<Op> {
        if let Some((_, op)) = PLAIN.iter().find(|(n, _)| *n == name) {
            return Some(*op);
        }
        let number = |text: &str| -> Option<u8> {
            // No leading zeros or signs: one name per operator.
            let n: u8 = text.parse().ok()?;
            (n.to_string() == text).then_some(n)
        };
        let parts: Vec<&str> = name.split('.').collect();
        match parts.as_slice() {
            ["dec", "to", "num", scale] => Some(Op::DecToNum(number(scale)?)),
            ["rescale", digits] => Some(Op::Rescale(number(digits)?)),
            ["cmp", "int", c] => Some(Op::CmpInt(compare_from_name(c)?)),
            ["cmp", "num", c] => Some(Op::CmpNum(compare_from_name(c)?)),
            ["cmp", "int", "num", c] => Some(Op::CmpIntNum(compare_from_name(c)?)),
            ["cmp", "dec", "num", c, scale] => Some(Op::CmpDecNum(compare_from_name(c)?, number(scale)?)),
            ["cmp", "dec", c, a, b] => Some(Op::CmpDec(compare_from_name(c)?, number(a)?, number(b)?)),
            ["cmp", "text", c] => Some(Op::CmpText(compare_from_name(c)?)),
            ["cmp", "text", "fold", c] => Some(Op::CmpTextFold(compare_from_name(c)?)),
            ["cmp", "bool", c] => Some(Op::CmpBool(compare_from_name(c)?)),
            ["period_of", p] => Some(Op::PeriodOf(period_from_name(p)?)),
            ["period_of", "date", p] => Some(Op::PeriodOfDate(period_from_name(p)?)),
            ["label_of", id] => {
                let n: u32 = id.parse().ok()?;
                (n.to_string() == *id).then_some(Op::LabelOf(EnumId(n)))
            }
            _ => None,
        }
    }

    /// Every operator with sample immediates, for tests and listings.
    pub fn samples() -> Vec<Op> {
        let mut all: Vec<Op> = PLAIN.iter().map(|(_, op)| *op).collect();
        for (_, c) in COMPARES {
            all.extend([
                Op::CmpInt(c),
                Op::CmpNum(c),
                Op::CmpIntNum(c),
                Op::CmpDec(c, 2, 0),
                Op::CmpDec(c, 0, 18),
                Op::CmpDecNum(c, 3),
                Op::CmpText(c),
                Op::CmpTextFold(c),
            ]);
        }
        for (_, p) in PERIODS {
            all.extend([Op::PeriodOf(p), Op::PeriodOfDate(p)]);
        }
        all.extend([Op::CmpBool(Compare::Eq), Op::CmpBool(Compare::Ne), Op::DecToNum(2), Op::Rescale(2)]);
        all.push(Op::LabelOf(EnumId(0)));
        all
    }
}
