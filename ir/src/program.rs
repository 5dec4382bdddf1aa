//! The decision program: schema, expression DAG, decisions, KPIs, tests.

mod decision;
mod kpi;
mod node;
mod schema;
mod score;
mod testing;

pub use decision::{
    Decision, DecisionKind, Grade, Handoff, HitPolicy, Lookup, LookupRow, Output, RouteRow, RouteTarget, Row, Rows,
    Table, TableRow,
};
pub use kpi::{Compare, Kpi, KpiExpr, Target, Total};
pub use node::{Aggregate, Fold, Node, NodeData, Part, Window};
pub use schema::{
    Calendar, Const, EnumDef, Field, Highest, Link, Mapping, Param, Range, RangeEnd, Record, RegexDef, TextSet,
    currency_of,
};
pub use score::{Amount, Decay, Each, Group, GroupPolicy, Period, Rule, Score};
pub use testing::{Expect, Prove, Test};

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
