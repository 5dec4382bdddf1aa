//! Decisions and what they give; all but scores.

use super::{Const, DecisionId, NodeId, Part, Score, Site};
use crate::types::{EnumId, Type};

/// A column of the result.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Column name.
    pub name: String,
    /// Type.
    pub ty: Type,
    /// The decision it comes from.
    pub decision: DecisionId,
    /// Which part of it.
    pub part: Part,
}

/// A decision with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Its name (`fit`).
    pub name: String,
    /// Title or documentation shown to people.
    pub title: Option<String>,
    /// Where it is defined.
    pub site: Site,
    /// Type of [`Part::Main`].
    pub ty: Type,
    /// What it does.
    pub kind: DecisionKind,
}

/// The kinds of decision.
#[derive(Clone, Debug, PartialEq)]
pub enum DecisionKind {
    /// Points.
    Score(Score),
    /// Label of a score.
    Band(Rows),
    /// Label from two axes.
    Grade(Grade),
    /// Decision table with conditions.
    Table(Table),
    /// Decision table of constants, looked up by key.
    Lookup(Lookup),
    /// Stage: the last true row; row 0 needs no condition.
    Journey(Rows),
    /// The first `top` true rows, as a list.
    Recommend {
        /// How many at most.
        top: u32,
        /// Rows with a text as value.
        rows: Vec<Row>,
    },
    /// Where the record goes.
    Route(Vec<RouteRow>),
    /// Marketing to sales.
    Handoff(Handoff),
    /// A named expression: `output` (and a bool `let` that is written out).
    Value(NodeId),
}

/// Rows whose value is the enum label of the same index, tried in order; `when: None` is `otherwise`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// The labels' enum.
    pub labels: EnumId,
    /// One row per label, in order.
    pub rows: Vec<Row>,
}

/// A row with a condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Condition; `None` is always true.
    pub when: Option<NodeId>,
    /// Value of the row.
    pub value: NodeId,
    /// The condition as the playbook writes it.
    pub text: String,
    /// Where.
    pub site: Site,
}

/// A grade: rows by columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Grade {
    /// The labels' enum.
    pub labels: EnumId,
    /// Conditions of the columns; `None` is otherwise (last).
    pub columns: Vec<Option<NodeId>>,
    /// Conditions of the rows; `None` is otherwise (last).
    pub rows: Vec<Option<NodeId>>,
    /// Label index per row and column.
    pub cells: Vec<Vec<u32>>,
    /// Texts of the columns' conditions.
    pub column_texts: Vec<String>,
    /// Texts of the rows' conditions.
    pub row_texts: Vec<String>,
}

/// Hit policy of a table (promise T2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HitPolicy {
    /// The first true row.
    First,
    /// Two true rows are an error.
    Unique,
    /// The true row with the fewest wildcards; a tie is an error.
    MostSpecific,
    /// How many rows are true.
    CollectCount,
    /// The first output of every true row.
    CollectList,
}

/// A table of conditions.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Hit policy.
    pub policy: HitPolicy,
    /// Output columns: name and type.
    pub outputs: Vec<(String, Type)>,
    /// Rows.
    pub rows: Vec<TableRow>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableRow {
    /// Condition; `None` is `otherwise`.
    pub when: Option<NodeId>,
    /// Cells that are wildcards (for `most specific`).
    pub wildcards: u32,
    /// One node per output column.
    pub values: Vec<NodeId>,
    /// The row as text.
    pub text: String,
    /// Where.
    pub site: Site,
}

/// A table of constants.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// Hit policy: `First`, `Unique` or `MostSpecific`.
    pub policy: HitPolicy,
    /// What the key columns are compared with (type text or enum).
    pub inputs: Vec<NodeId>,
    /// Names of the inputs, for explanations.
    pub input_names: Vec<String>,
    /// Compare the texts of this input ignoring case.
    pub folded: Vec<bool>,
    /// Output columns.
    pub outputs: Vec<(String, Type)>,
    /// Rows: `None` in a key is the wildcard, which matches missing too.
    pub rows: Vec<LookupRow>,
}

/// A row of a [`Lookup`].
#[derive(Clone, Debug, PartialEq)]
pub struct LookupRow {
    /// One per input.
    pub keys: Vec<Option<Const>>,
    /// One per output.
    pub values: Vec<Const>,
    /// 1-based line of its file.
    pub line: u32,
}

/// A row of a route.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteRow {
    /// Condition; `None` is `otherwise`.
    pub when: Option<NodeId>,
    /// Where to; a missing target does not match (promise T3).
    pub target: RouteTarget,
    /// Its label, if any.
    pub label: Option<String>,
    /// The condition as the playbook writes it.
    pub text: String,
    /// Where.
    pub site: Site,
}

/// The target of a route row.
#[derive(Clone, Debug, PartialEq)]
pub enum RouteTarget {
    /// `hold "reason"`.
    Hold(String),
    /// A declared team.
    Team(String),
    /// A declared queue.
    Queue(String),
    /// A declared member or a text expression.
    Person(NodeId),
}

/// A handoff.
#[derive(Clone, Debug, PartialEq)]
pub struct Handoff {
    /// From which side.
    pub from: String,
    /// To which side.
    pub to: String,
    /// Qualify lines: label and condition.
    pub qualify: Vec<(String, NodeId, Site)>,
    /// Required fields: name and node.
    pub require: Vec<(String, NodeId)>,
    /// The route, if one is named.
    pub route: Option<DecisionId>,
    /// When it must be accepted: the due time as a node over `now` and the anchor.
    pub due: Option<NodeId>,
    /// The enum of the status (no, held, ready).
    pub status: EnumId,
    /// Reminders and escalations as text, for the report (not carried out yet).
    pub follow_ups: Vec<String>,
    /// Reasons to reject.
    pub reject: Vec<String>,
    /// Recycle line as text.
    pub recycle: Vec<String>,
}
