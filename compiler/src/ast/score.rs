//! Scores with their rules, and what is read off them: bands and grades.

use super::{CellTest, Expr, Name, NumberLit, RangeLit, TextLit};
use revplay_grammar::Span;

/// `score fit in 0..100 in steps of 0.01 { … }`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Score {
    pub name: Name,
    pub title: Option<TextLit>,
    pub range: Option<RangeLit>,
    pub step: Option<NumberLit>,
    pub decay: Option<Decay>,
    pub start: Option<NumberLit>,
    /// Groups and lone rules, in order.
    pub items: Vec<ScoreItem>,
}

/// A group or a rule.
#[derive(Clone, Debug, PartialEq)]
// Most items are rules: a box each would cost more than it saves.
#[allow(missing_docs, clippy::large_enum_variant)]
pub enum ScoreItem {
    Group(Group),
    Rule(Rule),
}

/// `group "Company" up to 60 { … }`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Group {
    pub label: TextLit,
    pub policy: Option<Policy>,
    pub up_to: Option<NumberLit>,
    pub not_below: Option<NumberLit>,
    pub decay: Option<Decay>,
    pub rules: Vec<Rule>,
    pub span: Span,
}

/// Policies of groups and tables, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Policy {
    All,
    First,
    Unique,
    MostSpecific,
    CollectCount,
    CollectList,
}

/// `decay half-life 30 days since x, if missing 50%`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Decay {
    pub half_life: Expr,
    pub since: Expr,
    pub if_missing: Option<NumberLit>,
    pub span: Span,
}

/// `+30 "Label" when …`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Rule {
    pub negative: bool,
    /// A number literal, a name or a parenthesised expression.
    pub amount: Expr,
    pub label: Option<TextLit>,
    /// `per X`: the amount times X.
    pub per: Option<Expr>,
    pub each: Option<Each>,
    pub when: Option<Expr>,
    pub up_to: Option<NumberLit>,
    pub span: Span,
}

/// `each activities within last 90 days where …, half-life 30 days, at most once a day, at least 3 a week`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Each {
    pub link: Name,
    pub window: Option<Window>,
    pub filter: Option<Expr>,
    pub half_life: Option<Expr>,
    pub at_most: Option<Rate>,
    pub at_least: Option<Rate>,
}

/// `once a day`, `3 a week`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Rate {
    pub count: u32,
    pub period: Name,
    pub span: Span,
}

/// A window on time.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Window {
    pub kind: WindowKind,
    pub span: Span,
}

/// The windows.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum WindowKind {
    Last(Expr),
    Ago(Expr, Expr),
    Next(Expr),
}

/// `band tier of fit { A >= 75, D otherwise }`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Band {
    pub name: Name,
    pub of: Expr,
    /// Label and test; `None` is otherwise.
    pub rows: Vec<(Name, Option<CellTest>, Span)>,
}

/// `grade priority { | … | }`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Grade {
    pub name: Name,
    /// Conditions of the columns; `None` is otherwise.
    pub columns: Vec<Option<Expr>>,
    /// Condition (`None` is otherwise) and labels.
    pub rows: Vec<(Option<Expr>, Vec<Name>, Span)>,
}
