//! Expressions: the nodes of the graph.

use super::{Const, DecisionId, FieldId, LinkId, NodeId, ParamId, RegexId, SetId};
use crate::types::{CalendarId, Type};

/// A node with its type. Two nodes of a program are never equal (hash-consing).
#[derive(Clone, Debug, PartialEq)]
pub struct NodeData {
    /// What it computes.
    pub node: Node,
    /// Its type.
    pub ty: Type,
    /// May be missing.
    pub optional: bool,
}

/// An expression. It is evaluated for one row of a record (its scope): `Field`s are of that row,
/// `Follow` moves to the linked row, `Aggregate` to each linked row, `Outer` back from there.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A constant.
    Const(Const),
    /// A parameter.
    Param(ParamId),
    /// The instant of the run.
    Now,
    /// A field of the row.
    Field(FieldId),
    /// A part of an earlier decision (see [`Part`]) of the decided record.
    Result(DecisionId, Part),
    /// An operator of [`crate::ops`].
    Op(crate::ops::Op, Vec<NodeId>),
    /// A builtin of [`crate::builtins`], by name.
    Call(&'static str, Vec<NodeId>),
    /// Membership of a text.
    InSet(NodeId, SetId),
    /// Regex search.
    Matches(NodeId, RegexId),
    /// The first arm whose condition is true; without one, `otherwise` or missing.
    Choose {
        /// (condition, value).
        arms: Vec<(NodeId, NodeId)>,
        /// Value if no condition is true.
        otherwise: Option<NodeId>,
    },
    /// A node evaluated on the linked row of a to-one link; missing without one.
    Follow(LinkId, NodeId),
    /// Whether a to-one link has a row (definite).
    HasLink(LinkId),
    /// Inside an aggregate: a node evaluated on the row that the aggregate belongs to.
    Outer(NodeId),
    /// A fold over the rows of a to-many link.
    Aggregate(Aggregate),
    /// Operand and calendar: timestamp + business duration → timestamp.
    AddBusiness(NodeId, NodeId, CalendarId),
    /// Open microseconds between two timestamps → duration (negative if the second is earlier).
    BusinessTime(NodeId, NodeId, CalendarId),
}

/// Which part of a decision's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The decision itself: score, label, table's first output, stage, list, target, bool.
    Main,
    /// A further output column of a table (1, 2, …).
    Column(u8),
    /// `handoff_status`: enum no, held, ready.
    Status,
    /// `handoff_reason`: text.
    Reason,
    /// `handoff_due_at`: timestamp.
    DueAt,
}

/// What an aggregate folds.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// The fold.
    pub fold: Fold,
    /// The to-many link.
    pub link: LinkId,
    /// Which rows by their event time.
    pub window: Option<Window>,
    /// Only rows for which this is true (in the scope of the linked record).
    pub filter: Option<NodeId>,
    /// What is folded (in the scope of the linked record); none for `Count`; the condition for `Any`, `All`.
    pub body: Option<NodeId>,
}

/// A fold (promise L2: of nothing, counts and sums are 0, `any` false, `all` true, the rest missing).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fold {
    /// Rows.
    Count,
    /// Distinct values that are known.
    CountDistinct,
    /// Sum.
    Sum,
    /// Mean, a number (money: money, rounded half away).
    Avg,
    /// Least.
    Min,
    /// Greatest.
    Max,
    /// Some row is true.
    Any,
    /// No row is not true.
    All,
    /// Value of the earliest event; among one instant, the first in the file.
    First,
    /// Value of the latest event; among one instant, the last in the file.
    Latest,
    /// KPIs only: the percentile, type 7.
    Percentile,
}

/// A window on event time, relative to `now` (promise N4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Window {
    /// `within last D`: now − D ≤ t ≤ now.
    Last(i64),
    /// `from A to B ago`: now − A ≤ t ≤ now − B.
    Ago(i64, i64),
    /// `within next D`: now ≤ t ≤ now + D.
    Next(i64),
}
