//! Decisions by rows: tables, journeys, recommendations.

use super::{CompareOp, Expr, Name, Policy, RangeLit, TextLit, TextOp, TypeRef};
use revplay_grammar::Span;

/// `table size -> enum(…) first { | … | }` or `table t(a, b) -> rep text from "f.csv" most specific, blank is any`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Table {
    pub name: Name,
    /// Inputs named in parentheses (for a file); for an inline table they come from its head row.
    pub inputs: Vec<Name>,
    /// Outputs: name (`None`: the table's own) and type.
    pub outputs: Vec<(Option<Name>, TypeRef)>,
    pub policy: Option<Policy>,
    pub blank_is_any: bool,
    pub from: Option<TextLit>,
    /// The head row of an inline table: input expressions, then output names.
    pub head: Vec<Expr>,
    /// Rows of an inline table.
    pub rows: Vec<TableRow>,
    pub span: Span,
}

/// A row of an inline table.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct TableRow {
    pub cells: Vec<Cell>,
    pub span: Span,
}

/// A cell of an inline table.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Cell {
    pub kind: CellKind,
    pub span: Span,
}

/// What a cell says.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum CellKind {
    Blank,
    Any,
    Otherwise,
    Test(CellTest),
}

/// A test of a value that is named elsewhere: of a band's score, of a table's column.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum CellTest {
    /// `>= 75`
    Compare(CompareOp, Expr),
    /// `200..999`
    Range(RangeLit),
    /// `(a, b)` after an optional `in`, or `a, b`; true for `not in`. `in dach` has the list's name as its only item.
    OneOf(Vec<Expr>, bool),
    /// A bare value: equality (or, in an output column, the value).
    Value(Expr),
    /// `missing` / `known`
    Known(bool),
    /// `starts with "x"`, `ends with`, `contains`
    Text(TextOp, Expr),
}

/// `journey stage { … }`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Journey {
    pub name: Name,
    pub stages: Vec<(Name, Option<Expr>, Span)>,
}

/// `recommend content top 2 { "x" when … }`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Recommend {
    pub name: Name,
    pub top: u32,
    pub rows: Vec<(TextLit, Option<Expr>, Span)>,
}
