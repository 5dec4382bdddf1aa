//! The decision program: schema, expression DAG, decisions, KPIs, tests.

mod kpi;
mod testing;

pub use kpi::{Compare, Kpi, KpiExpr, Target, Total};
pub use testing::{Expect, Prove, Test};

use crate::types::{CalendarId, Currency, EnumId, Type};
use std::sync::Arc;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);
        impl $name {
            /// The id as a vector index.
            pub fn index(self) -> usize { self.0 as usize }
        }
    )* };
}

ids! {
    /// Index into [`Program::records`].
    RecordId;
    /// Index into [`Program::fields`] (one numbering over all records).
    FieldId;
    /// Index into [`Program::links`].
    LinkId;
    /// Index into [`Program::params`].
    ParamId;
    /// Index into [`Program::sets`].
    SetId;
    /// Index into [`Program::regexes`].
    RegexId;
    /// Index into [`Program::nodes`].
    NodeId;
    /// Index into [`Program::decisions`].
    DecisionId;
    /// Index into [`Program::kpis`].
    KpiId;
}

/// A compiled playbook. Vectors are addressed by the ids above.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// The playbook's name (`inbound`).
    pub name: String,
    /// Its title, if it has one.
    pub title: Option<String>,
    /// The record that is decided; `None` for a file of shared definitions.
    pub decided: Option<RecordId>,
    /// IANA zone of the playbook.
    pub zone: String,
    /// First month of the fiscal year, 1..=12.
    pub fiscal_start: u8,
    /// First day of the week, 0 = Monday.
    pub week_start: u8,
    /// Source files, for [`Site`].
    pub files: Vec<String>,
    /// Enums, bands, grades and journeys; index 0 is the weekday.
    pub enums: Vec<EnumDef>,
    /// Records with their fields.
    pub records: Vec<Record>,
    /// Fields of all records.
    pub fields: Vec<Field>,
    /// Links between records.
    pub links: Vec<Link>,
    /// Mappings of export headers and spellings.
    pub mappings: Vec<Mapping>,
    /// Parameters with their ranges.
    pub params: Vec<Param>,
    /// Sets of texts for `in`.
    pub sets: Vec<TextSet>,
    /// Regular expressions.
    pub regexes: Vec<RegexDef>,
    /// Business calendars.
    pub calendars: Vec<Calendar>,
    /// The expression DAG: every node's operands come before it.
    pub nodes: Vec<NodeData>,
    /// Names that the playbook gives to nodes (`let`s), for explanations; sorted by node.
    pub names: Vec<(NodeId, String)>,
    /// Decisions, each after all that it reads.
    pub decisions: Vec<Decision>,
    /// Columns of the result, in the order of the playbook.
    pub outputs: Vec<Output>,
    /// KPIs, each after all that it refers to.
    pub kpis: Vec<Kpi>,
    /// The playbook's tests.
    pub tests: Vec<Test>,
    /// `prove` statements.
    pub proves: Vec<Prove>,
}

/// Where in the source something stands: file index and 1-based line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Site {
    /// Index into [`Program::files`].
    pub file: u32,
    /// 1-based line.
    pub line: u32,
}

/// An enumeration of labels.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumDef {
    /// The field's, band's, grade's or journey's name.
    pub name: String,
    /// Labels in the declared order.
    pub labels: Vec<String>,
    /// Other spellings met in data: (spelling, label index). Matched trimmed and case-folded.
    pub spellings: Vec<(String, u32)>,
    /// Which end is the highest, if the labels are ordered.
    pub order: Option<Highest>,
}

/// Which label of an ordered enum ranks highest (promise V3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Highest {
    /// Bands and grades.
    First,
    /// Journeys and `ordered enum`.
    Last,
}

/// A record type.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its name (`lead`).
    pub name: String,
    /// Its fields, in order.
    pub fields: Vec<FieldId>,
    /// The key field, if any.
    pub key: Option<FieldId>,
    /// The `event time` field, if any.
    pub event_time: Option<FieldId>,
    /// The `event id` field, if any.
    pub event_id: Option<FieldId>,
}

/// A field of a record, with all that reading a cell needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// The record it belongs to.
    pub record: RecordId,
    /// Its type.
    pub ty: Type,
    /// May be missing (`?`).
    pub optional: bool,
    /// Personal data.
    pub pii: bool,
    /// `=` and `in` fold case.
    pub ignoring_case: bool,
    /// Neither trimmed nor normalised on the way in.
    pub verbatim: bool,
    /// Replaces a missing cell and an absent column.
    pub default: Option<Const>,
    /// Allowed range.
    pub range: Option<Range>,
    /// Out of range becomes missing instead of a bad cell.
    pub range_else_missing: bool,
    /// Spellings of missing, compared trimmed and case-folded.
    pub missing: Vec<String>,
    /// For `percent(0..100)`: the number in the data that means 100 % (100); 1 otherwise.
    pub percent_full: f64,
}

/// A range of constants; `None` is open. Ends are included unless said otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// Lower bound, included.
    pub low: Option<Const>,
    /// Upper bound.
    pub high: Option<Const>,
    /// The upper bound itself is outside (`..<`).
    pub high_open: bool,
}

impl Range {
    /// Whether a constant of the range's own type lies in it; a bound of another kind holds everything.
    pub fn holds(&self, value: &Const) -> bool {
        let order = |bound: &Const| match (value, bound) {
            (Const::Int(a), Const::Int(b)) => Some(a.cmp(b)),
            (Const::Num(a), Const::Num(b)) => a.partial_cmp(b),
            (Const::Text(a), Const::Text(b)) => Some(a.cmp(b)),
            _ => None,
        };
        let above = self.low.as_ref().and_then(order).is_none_or(|o| o.is_ge());
        let open = self.high_open;
        above && self.high.as_ref().and_then(order).is_none_or(|o| if open { o.is_lt() } else { o.is_le() })
    }
}

/// A link between two records.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Its name on the `from` side (`account`, `activities`).
    pub name: String,
    /// The record that has the link.
    pub from: RecordId,
    /// The record it leads to.
    pub to: RecordId,
    /// `to many`.
    pub many: bool,
    /// Field of `from` that is compared.
    pub from_field: FieldId,
    /// Field of `to` that is compared.
    pub to_field: FieldId,
}

/// The headers and spellings of one system's export.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// Its name (`salesforce`).
    pub name: String,
    /// The record it feeds.
    pub record: RecordId,
    /// Header → field; several headers may feed one field, the first present wins.
    pub headers: Vec<(String, FieldId)>,
    /// Zone of stamps without one.
    pub zone: Option<String>,
    /// Further spellings of missing, for every column.
    pub missing: Vec<String>,
    /// `dates "dd.mm.yyyy"`: formats tried in order instead of ISO 8601.
    pub dates: Vec<String>,
    /// `numbers "1.234,56"`: an example that says the signs of thousands and decimals
    /// (see [`crate::number_style`]); without it, numbers have a decimal point and no thousands.
    pub numbers: Option<String>,
    /// Further words for true.
    pub yes: Vec<String>,
    /// Further words for false.
    pub no: Vec<String>,
    /// Headers whose cells are ranges such as `51-200`, with the number that is taken.
    pub range_ends: Vec<(String, RangeEnd)>,
}

/// Which number of a range is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RangeEnd {
    /// `as lower end of range`
    Lower,
    /// `as upper end of range`
    Upper,
    /// `as middle of range`: half-way, as the field's type rounds it (half away from zero).
    Middle,
}

/// A tunable constant.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Value unless `--param` says otherwise.
    pub default: Const,
    /// Range for which proofs hold.
    pub range: Option<Range>,
}

/// A set of texts.
#[derive(Clone, Debug, PartialEq)]
pub struct TextSet {
    /// The list's name, if it has one.
    pub name: Option<String>,
    /// Members, sorted and distinct; case-folded if `folded`.
    pub members: Vec<Arc<str>>,
    /// Compare ignoring case.
    pub folded: bool,
}

/// A regular expression in the syntax of the `regex` crate.
#[derive(Clone, Debug, PartialEq)]
pub struct RegexDef {
    /// The pattern without slashes.
    pub pattern: String,
    /// The flag `i`.
    pub ignoring_case: bool,
}

/// A business calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    /// Its name.
    pub name: String,
    /// IANA zone.
    pub zone: String,
    /// Open spans per weekday (0 = Monday) as minutes of the day, sorted, not overlapping; 1440 is midnight.
    pub open: [Vec<(u16, u16)>; 7],
    /// Closed days as days since 1970-01-01, sorted.
    pub holidays: Vec<i32>,
}

/// A literal. The type of the node or field says what an `Int` counts.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    /// Missing.
    Missing,
    /// `bool`.
    Bool(bool),
    /// Integer-like.
    Int(i64),
    /// `number`, `percent`.
    Num(f64),
    /// `text`, `target`.
    Text(Arc<str>),
}

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

/// The currency of a type, if it is money.
pub fn currency_of(ty: Type) -> Option<Currency> {
    match ty {
        Type::Money(c) => Some(c),
        Type::Bool
        | Type::Int
        | Type::Number
        | Type::Percent
        | Type::Decimal(_)
        | Type::Text
        | Type::Date
        | Type::Timestamp
        | Type::Duration
        | Type::Months
        | Type::Business(_)
        | Type::Enum(_)
        | Type::Target
        | Type::List
        | Type::Error => None,
    }
}

impl Const {
    /// The constant as a value.
    pub fn to_value(&self) -> crate::value::Value {
        use crate::value::Value;
        match self {
            Const::Missing => Value::Missing,
            Const::Bool(b) => Value::Bool(*b),
            Const::Int(n) => Value::Int(*n),
            Const::Num(x) => Value::num(*x),
            Const::Text(s) => Value::Text(Arc::clone(s)),
        }
    }

    /// The value as a constant; `None` for a list.
    pub fn of_value(value: &crate::value::Value) -> Option<Const> {
        use crate::value::Value;
        match value {
            Value::Missing => Some(Const::Missing),
            Value::Bool(b) => Some(Const::Bool(*b)),
            Value::Int(n) => Some(Const::Int(*n)),
            Value::Num(x) => Some(Const::Num(*x)),
            Value::Text(s) => Some(Const::Text(Arc::clone(s))),
            Value::List(_) => None,
        }
    }
}
