//! Expressions and literals.

use super::{Name, TargetRef, Window};
use revplay_grammar::Span;

/// A range of literals or params: `1..`, `0..100`, `200..<big`, `..5`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct RangeLit {
    pub low: Option<Box<Expr>>,
    pub high: Option<Box<Expr>>,
    /// `..<`
    pub high_open: bool,
    pub span: Span,
}

/// A number as written: digits, then `k`/`M`, then `%` or a currency.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct NumberLit {
    /// Digits with an optional sign and decimal point: `-12.50`.
    pub digits: String,
    /// Power of ten of the suffix: 0, 3 (`k`), 6 (`M`), 9 (`B`).
    pub exponent: u8,
    pub unit: NumberUnit,
    pub span: Span,
}

/// The unit of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum NumberUnit {
    None,
    Percent,
    /// Three capitals.
    Currency(Name),
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    AtLeast,
    AtMost,
}

/// Arithmetic operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ArithOp {
    Add,
    Sub,
    Mul,
    Div,
    IntDiv,
    Mod,
}

/// Tests of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum TextOp {
    StartsWith,
    EndsWith,
    Contains,
}

/// Units of a duration literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum DurationUnit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    BusinessMinute,
    BusinessHour,
    BusinessDay,
}

/// `is …`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum IsTest {
    Missing,
    Known,
    True,
    False,
}

/// The right side of `in`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum InSet {
    /// `in (a, b)`
    Items(Vec<Expr>),
    /// `in dach`
    List(Name),
    /// `in 200..<1000`
    Range(RangeLit),
}

/// Kinds of expression, loosest first.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum ExprKind {
    /// `a when c, b when d, otherwise e` (a single `a when c` too)
    Cases {
        arms: Vec<(Expr, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
    /// Two or more operands.
    Or(Vec<Expr>),
    /// Two or more operands.
    And(Vec<Expr>),
    Not(Box<Expr>),
    Compare {
        op: CompareOp,
        left: Box<Expr>,
        right: Box<Expr>,
        ignoring_case: bool,
    },
    In {
        value: Box<Expr>,
        set: InSet,
        negated: bool,
        ignoring_case: bool,
    },
    Is {
        value: Box<Expr>,
        test: IsTest,
        negated: bool,
    },
    /// Pattern without slashes, and whether the flag `i` is set. Only `i` is a flag.
    Matches {
        value: Box<Expr>,
        pattern: String,
        pattern_span: Span,
        ignoring_case: bool,
        negated: bool,
    },
    TextTest {
        op: TextOp,
        value: Box<Expr>,
        arg: Box<Expr>,
        ignoring_case: bool,
    },
    /// `x within last 30 days`, `x from 60 to 30 days ago`
    Within {
        value: Box<Expr>,
        window: Box<Window>,
    },
    /// `x else d`
    Else(Box<Expr>, Box<Expr>),
    Arith {
        op: ArithOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Neg(Box<Expr>),
    /// `month of x`, `date of x`, `start of month of x`: the phrase without the last `of`, words joined by a space.
    Of {
        phrase: String,
        value: Box<Expr>,
    },
    /// `days between a and b`: the unit word.
    Between {
        unit: String,
        from: Box<Expr>,
        to: Box<Expr>,
    },
    /// `f(x, y)`, `count(activities within … where …)`, `count(distinct contacts.role where …)`.
    Call(Call),
    /// A bare word.
    Name(Name),
    /// `account.owner`
    Path(Name, Name),
    Number(NumberLit),
    Text(String),
    True,
    False,
    Missing,
    Now,
    Today,
    /// `2026-12-31`
    Date(String),
    /// `2026-11-23 09:00`, `2026-11-23 09:00:30`, with an optional zone (`Z`, `+01:00`)
    Timestamp(String),
    /// `30 days`, `4 business hours of berlin`, `1 month clipped`
    Duration(DurationLit),
    /// `team emea`, `queue nurture`, `person anna`, `hold`
    Target(TargetRef),
    Hold,
    /// Could not be parsed; already reported.
    Error,
}

/// A duration as written.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct DurationLit {
    /// Digits with an optional decimal point, or a name of a param.
    pub amount: Box<Expr>,
    pub unit: DurationUnit,
    /// `of berlin`
    pub calendar: Option<Name>,
    /// `clipped` (false) or `overflowing` (true)
    pub overflowing: Option<bool>,
}

/// A call.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Call {
    pub name: Name,
    pub distinct: bool,
    pub args: Vec<Expr>,
    pub window: Option<Box<Window>>,
    pub filter: Option<Box<Expr>>,
    /// `conversion(lead from mql_at to sql_at within 30 days)`: from, to, window.
    pub conversion: Option<Box<(Expr, Expr, Option<Expr>)>>,
}
