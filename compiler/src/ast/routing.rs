//! Who gets a record: teams, routes, handoffs.

use super::{Expr, Name, Rate, TextLit};
use revplay_grammar::Span;

/// `team emea { … }`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Team {
    pub name: Name,
    pub members: Vec<Member>,
    pub assign: Option<Assign>,
    pub cap: Option<Rate>,
    pub hours: Option<Name>,
    pub fallback: Option<TargetRef>,
}

/// `member anna weight 2 absent 2026-12-20..2027-01-06`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Member {
    pub name: Name,
    pub weight: Option<u32>,
    pub absent: Vec<(String, String)>,
}

/// How a team assigns.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Assign {
    RoundRobin,
    Weighted,
    LeastLoaded,
    Sticky(Expr),
}

/// `team emea`, `queue nurture`, `person anna`, `person account.owner`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum TargetRef {
    Team(Name),
    Queue(Name),
    Person(Box<Expr>),
}

/// `route desk { … }`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Route {
    pub name: Name,
    pub rows: Vec<RouteRow>,
    pub span: Span,
}

/// A row of a route. Without `when` it is an `otherwise` if `otherwise` is set.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct RouteRow {
    pub action: RouteAction,
    pub label: Option<TextLit>,
    pub when: Option<Expr>,
    pub otherwise: bool,
    pub span: Span,
}

/// What a row does.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum RouteAction {
    /// `hold "reason"` (the label is the reason)
    Hold,
    /// `to …`
    To(TargetRef),
}

/// `handoff mql from marketing to sales { … }`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Handoff {
    pub name: Name,
    pub from: Name,
    pub to: Name,
    pub qualify: Vec<(Option<TextLit>, Expr, Span)>,
    pub require: Vec<Name>,
    pub route: Option<Name>,
    pub accept: Option<Accept>,
    pub reject: Vec<Name>,
    pub recycle: Vec<Recycle>,
    pub span: Span,
}

/// `accept in D from X, remind after D, then reassign twice, then escalate to person x`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Accept {
    pub within: Expr,
    pub from: Option<Expr>,
    pub steps: Vec<AcceptStep>,
    pub span: Span,
}

/// A follow-up of an unanswered handoff.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum AcceptStep {
    RemindAfter(Expr),
    Reassign(u32),
    EscalateTo(TargetRef),
}

/// `recycle a, b to queue nurture, again after 30 days`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Recycle {
    pub reasons: Vec<Name>,
    pub to: TargetRef,
    pub again_after: Option<Expr>,
    pub span: Span,
}
