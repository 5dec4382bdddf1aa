//! Scores and their rules.

use super::{LinkId, NodeId, Site, Window};

/// An additive score in integer steps (promises S1 to S5).
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Decimal digits of the step: values leave in units of 10^-scale.
    pub scale: u8,
    /// One step in units of 10^-scale (1 for steps of 1 or 0.01; 25 for steps of 0.25).
    pub step: i64,
    /// Points to start with, in steps.
    pub start: i64,
    /// Least and greatest, in steps.
    pub range: Option<(i64, i64)>,
    /// Decay of the whole score.
    pub decay: Option<Decay>,
    /// Groups; rules outside any group are in groups of their own without label or limits.
    pub groups: Vec<Group>,
}

/// A group of rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its label; `None` for rules outside a group.
    pub label: Option<String>,
    /// Which of its true rules count.
    pub policy: GroupPolicy,
    /// Signed upper limit in steps.
    pub up_to: Option<i64>,
    /// Signed lower limit in steps.
    pub not_below: Option<i64>,
    /// Decay of the group's sum.
    pub decay: Option<Decay>,
    /// Its rules.
    pub rules: Vec<Rule>,
    /// Where.
    pub site: Site,
}

/// Which true rules of a group count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupPolicy {
    /// All.
    All,
    /// The first.
    First,
    /// Two true is an error.
    Unique,
}

/// Exponential decay: × 2^(−age/half-life).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decay {
    /// Half-life in microseconds, > 0.
    pub half_life_us: i64,
    /// The instant it counts from; for the decay of events, the event time (`None`).
    pub since: Option<NodeId>,
    /// Factor if that instant is missing.
    pub if_missing: Option<f64>,
}

/// A rule of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Stable name: the label, else the canonical text of the condition (promise S1).
    pub name: String,
    /// Condition; `None` is always.
    pub when: Option<NodeId>,
    /// Points.
    pub amount: Amount,
    /// Limit of the size of its effect, in steps, ≥ 0.
    pub up_to: Option<i64>,
    /// The condition as the playbook writes it.
    pub text: String,
    /// Where.
    pub site: Site,
}

/// How many points a rule gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Amount {
    /// Constant, in steps.
    Steps(i64),
    /// A computed number of points (not steps; type number, int or decimal), rounded once.
    Computed(NodeId),
    /// Points per event of a to-many link.
    Each(Each),
}

/// Points per event.
#[derive(Clone, Debug, PartialEq)]
pub struct Each {
    /// The to-many link.
    pub link: LinkId,
    /// Which events by time.
    pub window: Option<Window>,
    /// Only events for which this is true.
    pub filter: Option<NodeId>,
    /// Points (not steps) of one event, in the scope of the event; number, int or decimal.
    pub points: NodeId,
    /// Decay of each event by its age.
    pub half_life_us: Option<i64>,
    /// At most n events a period; the largest after decay stay.
    pub at_most: Option<(u32, Period)>,
    /// A period counts only with at least n events.
    pub at_least: Option<(u32, Period)>,
}

/// A calendar period in the playbook's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Period {
    /// Calendar day.
    Day,
    /// Week, from the declared first day.
    Week,
    /// Month.
    Month,
    /// Quarter of the calendar year.
    Quarter,
    /// Quarter of the fiscal year.
    FiscalQuarter,
    /// Calendar year.
    Year,
    /// Fiscal year, named by the calendar year in which it ends.
    FiscalYear,
}
