//! The syntax tree: what one file says, with spans, without ids or types.
//!
//! Equality ignores spans only through [`Name`]'s text; printing is in `ast/print.rs`.

use revplay_grammar::Span;

pub(crate) mod from_pairs;
pub mod phrases;
pub mod print;

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

/// `record lead { … }`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Record {
    pub name: Name,
    pub fields: Vec<Field>,
}

/// A field of a record.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Field {
    pub name: Name,
    pub ty: TypeRef,
    pub optional: bool,
    pub key: bool,
    pub pii: bool,
    pub event_time: bool,
    pub event_id: bool,
    pub ignoring_case: bool,
    pub verbatim: bool,
    pub default: Option<Expr>,
    pub range: Option<RangeLit>,
    /// `in 1.. else missing`
    pub range_else_missing: bool,
    pub missing: Vec<TextLit>,
    pub span: Span,
    pub doc: Option<String>,
}

/// A type as written.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum TypeRef {
    Bool,
    Int,
    Number,
    /// `percent` or `percent(0..100)`: the number that means 100 %.
    Percent(Option<NumberLit>),
    Money(Name),
    Text,
    Date,
    Timestamp,
    Duration,
    Enum {
        ordered: bool,
        labels: Vec<EnumLabel>,
    },
    /// A word that is no type.
    Unknown(Name),
}

/// A label with its other spellings.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct EnumLabel {
    pub name: Name,
    pub spellings: Vec<TextLit>,
}

/// `link lead.account to one account by account.id = lead.account_id`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Link {
    pub from: Name,
    pub name: Name,
    pub many: bool,
    pub to: Name,
    pub left: (Name, Name),
    pub right: (Name, Name),
}

/// `mapping salesforce for lead { "Id" -> id, … }`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Mapping {
    pub name: Name,
    pub record: Name,
    pub headers: Vec<(TextLit, Name)>,
    /// `as lower end of range`, by position in `headers`.
    pub range_ends: Vec<(usize, RangeEnd)>,
    pub timezone: Option<TextLit>,
    pub missing: Vec<TextLit>,
    pub dates: Vec<TextLit>,
    pub numbers: Option<TextLit>,
    pub yes: Vec<TextLit>,
    pub no: Vec<TextLit>,
}

/// Which number of a range such as `51-200` is taken: `as lower end of range`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum RangeEnd {
    Lower,
    Upper,
    Middle,
}

/// `param enterprise_size = 1000 in 100..100000`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Param {
    pub name: Name,
    pub value: Expr,
    pub range: Option<RangeLit>,
}

/// `list dach = "DE", "AT"` or `list x from "file.txt"`, either `ignoring case`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct List {
    pub name: Name,
    pub items: Vec<TextLit>,
    pub from: Option<TextLit>,
    pub ignoring_case: bool,
}

/// `let x [for account] = …`, and `output x = …`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Let {
    pub name: Name,
    pub record: Option<Name>,
    pub value: Expr,
}

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

/// `calendar berlin { … }`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Calendar {
    pub name: Name,
    pub open: Vec<OpenLine>,
    pub timezone: Option<TextLit>,
    pub holidays_from: Vec<TextLit>,
    /// `holidays 2026-12-24, 2026-12-31`
    pub holidays: Vec<(String, Span)>,
}

/// `open Mon..Fri 09:00..18:00`, `open Sat 10:00..14:00`, `open Mon..Fri 09:00..12:00, 13:00..17:00`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct OpenLine {
    /// Day ranges, each (first, last).
    pub days: Vec<(Name, Name)>,
    /// Times as minutes of the day.
    pub spans: Vec<(u16, u16)>,
    pub span: Span,
}

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

/// A range of literals or params: `1..`, `0..100`, `200..<big`, `..5`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct RangeLit {
    pub low: Option<Box<Expr>>,
    pub high: Option<Box<Expr>>,
    /// `..<`
    pub high_open: bool,
    pub span: Span,
}

/// A number as written: digits, then `k`/`M`, then `%` or a currency.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct NumberLit {
    /// Digits with an optional sign and decimal point: `-12.50`.
    pub digits: String,
    /// Power of ten of the suffix: 0, 3 (`k`), 6 (`M`), 9 (`B`).
    pub exponent: u8,
    pub unit: NumberUnit,
    pub span: Span,
}

/// The unit of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum NumberUnit {
    None,
    Percent,
    /// Three capitals.
    Currency(Name),
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    AtLeast,
    AtMost,
}

/// Arithmetic operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ArithOp {
    Add,
    Sub,
    Mul,
    Div,
    IntDiv,
    Mod,
}

/// Tests of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum TextOp {
    StartsWith,
    EndsWith,
    Contains,
}

/// Units of a duration literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum DurationUnit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    BusinessMinute,
    BusinessHour,
    BusinessDay,
}

/// `is …`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum IsTest {
    Missing,
    Known,
    True,
    False,
}

/// The right side of `in`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum InSet {
    /// `in (a, b)`
    Items(Vec<Expr>),
    /// `in dach`
    List(Name),
    /// `in 200..<1000`
    Range(RangeLit),
}

/// Kinds of expression, loosest first.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum ExprKind {
    /// `a when c, b when d, otherwise e` (a single `a when c` too)
    Cases {
        arms: Vec<(Expr, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
    /// Two or more operands.
    Or(Vec<Expr>),
    /// Two or more operands.
    And(Vec<Expr>),
    Not(Box<Expr>),
    Compare {
        op: CompareOp,
        left: Box<Expr>,
        right: Box<Expr>,
        ignoring_case: bool,
    },
    In {
        value: Box<Expr>,
        set: InSet,
        negated: bool,
        ignoring_case: bool,
    },
    Is {
        value: Box<Expr>,
        test: IsTest,
        negated: bool,
    },
    /// Pattern without slashes, and whether the flag `i` is set. Only `i` is a flag.
    Matches {
        value: Box<Expr>,
        pattern: String,
        pattern_span: Span,
        ignoring_case: bool,
        negated: bool,
    },
    TextTest {
        op: TextOp,
        value: Box<Expr>,
        arg: Box<Expr>,
        ignoring_case: bool,
    },
    /// `x within last 30 days`, `x from 60 to 30 days ago`
    Within {
        value: Box<Expr>,
        window: Box<Window>,
    },
    /// `x else d`
    Else(Box<Expr>, Box<Expr>),
    Arith {
        op: ArithOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Neg(Box<Expr>),
    /// `month of x`, `date of x`, `start of month of x`: the phrase without the last `of`, words joined by a space.
    Of {
        phrase: String,
        value: Box<Expr>,
    },
    /// `days between a and b`: the unit word.
    Between {
        unit: String,
        from: Box<Expr>,
        to: Box<Expr>,
    },
    /// `f(x, y)`, `count(activities within … where …)`, `count(distinct contacts.role where …)`.
    Call(Call),
    /// A bare word.
    Name(Name),
    /// `account.owner`
    Path(Name, Name),
    Number(NumberLit),
    Text(String),
    True,
    False,
    Missing,
    Now,
    Today,
    /// `2026-12-31`
    Date(String),
    /// `2026-11-23 09:00`, `2026-11-23 09:00:30`, with an optional zone (`Z`, `+01:00`)
    Timestamp(String),
    /// `30 days`, `4 business hours of berlin`, `1 month clipped`
    Duration(DurationLit),
    /// `team emea`, `queue nurture`, `person anna`, `hold`
    Target(TargetRef),
    Hold,
    /// Could not be parsed; already reported.
    Error,
}

/// A duration as written.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct DurationLit {
    /// Digits with an optional decimal point, or a name of a param.
    pub amount: Box<Expr>,
    pub unit: DurationUnit,
    /// `of berlin`
    pub calendar: Option<Name>,
    /// `clipped` (false) or `overflowing` (true)
    pub overflowing: Option<bool>,
}

/// A call.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Call {
    pub name: Name,
    pub distinct: bool,
    pub args: Vec<Expr>,
    pub window: Option<Box<Window>>,
    pub filter: Option<Box<Expr>>,
    /// `conversion(lead from mql_at to sql_at within 30 days)`: from, to, window.
    pub conversion: Option<Box<(Expr, Expr, Option<Expr>)>>,
}
