//! The syntax tree: what one file says, with spans, without ids or types.
//!
//! Equality ignores spans only through [`Name`]'s text; printing is in `ast/print.rs`.

use revplay_grammar::Span;

mod expr;
pub(crate) mod from_pairs;
mod measure;
pub mod phrases;
pub mod print;
mod routing;
mod rows;
mod schema;
mod score;

pub use expr::{
    ArithOp, Call, CompareOp, DurationLit, DurationUnit, Expr, ExprKind, InSet, IsTest, NumberLit, NumberUnit,
    RangeLit, TextOp,
};
pub use measure::{Kpi, KpiPer, KpiTarget, Prove, Test, TestRow};
pub use routing::{
    Accept, AcceptStep, Assign, Handoff, Member, Recycle, Route, RouteAction, RouteRow, TargetRef, Team,
};
pub use rows::{Cell, CellKind, CellTest, Journey, Recommend, Table, TableRow};
pub use schema::{Calendar, EnumLabel, Field, Let, Link, List, Mapping, OpenLine, Param, RangeEnd, Record, TypeRef};
pub use score::{Band, Decay, Each, Grade, Group, Policy, Rate, Rule, Score, ScoreItem, Window, WindowKind};

/// A name with its place. `quoted` if it was written in backticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name without backticks.
    pub text: String,
    /// Its place.
    pub span: Span,
    /// Written in backticks (never a keyword, never an enum label's bare word lookup).
    pub quoted: bool,
}

/// A text literal with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextLit {
    /// The text after escapes.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// One source file.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct File {
    /// Top-level items in order.
    pub items: Vec<Item>,
}

/// A top-level item.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// The whole item.
    pub span: Span,
    /// Text of the `##` lines above it.
    pub doc: Option<String>,
}

/// `# allow: NAME because REASON [until DATE]`
#[derive(Clone, Debug, PartialEq)]
pub struct Allow {
    /// The lint's name.
    pub lint: Name,
    /// The reason.
    pub reason: String,
    /// Last day, ISO.
    pub until: Option<String>,
    /// 1-based line that it silences.
    pub line: u32,
}

/// Top-level items.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum ItemKind {
    Playbook(Playbook),
    Use(TextLit),
    Record(Record),
    Link(Link),
    Mapping(Mapping),
    Param(Param),
    List(List),
    Let(Let),
    Score(Score),
    Band(Band),
    Grade(Grade),
    Table(Table),
    Journey(Journey),
    Recommend(Recommend),
    Calendar(Calendar),
    Queue(Name),
    Team(Team),
    Route(Route),
    Handoff(Handoff),
    Output(Let),
    Kpi(Kpi),
    Test(Test),
    Prove(Prove),
    /// Could not be parsed; a diagnostic says why. The name, if one was found, keeps later uses of it quiet.
    Error(Option<Name>),
}

/// `playbook inbound for lead "Title" { … }`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Playbook {
    pub name: Name,
    pub record: Option<Name>,
    pub title: Option<TextLit>,
    pub owners: Vec<Name>,
    pub timezone: Option<TextLit>,
    /// `fiscal year starts February`: the month's name as written.
    pub fiscal_start: Option<Name>,
    /// `week starts Sunday`: the day's name as written.
    pub week_start: Option<Name>,
}
