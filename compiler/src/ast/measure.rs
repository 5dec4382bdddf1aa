//! What is measured and checked: KPIs, tests, proofs.

use super::{CompareOp, Expr, Name, TextLit};
use revplay_grammar::Span;

/// `kpi mql_rate "MQL rate" { … }`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Kpi {
    pub name: Name,
    pub title: Option<TextLit>,
    pub value: Option<Expr>,
    /// `, open still waiting` / `, open excluded`: how open records count, the words after `open`.
    pub open: Option<(String, Span)>,
    pub by: Vec<(Option<Name>, Expr)>,
    pub per: Option<KpiPer>,
    pub targets: Vec<KpiTarget>,
    pub owners: Vec<Name>,
    pub span: Span,
}

/// `per month of mql_at`, `per all`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum KpiPer {
    All(Span),
    /// Phrase (`month`, `fiscal quarter`, …), anchor.
    Period(String, Expr, Span),
}

/// `target [each source] >= 12% [until 2026-12-31]`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct KpiTarget {
    pub each: Option<Name>,
    pub op: CompareOp,
    pub value: Expr,
    /// ISO date.
    pub until: Option<(String, Span)>,
    pub span: Span,
}

/// `test "…" { … }`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Test {
    pub name: TextLit,
    /// A date or timestamp literal.
    pub now: Option<Expr>,
    pub params: Vec<(Name, Expr)>,
    pub rows: Vec<TestRow>,
    pub expects: Vec<Expr>,
}

/// A row that a test gives: record, `field = value`s, place.
pub type TestRow = (Name, Vec<(Name, Expr)>, Span);

/// `prove "…": condition`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Prove {
    pub name: TextLit,
    pub holds: Expr,
}
