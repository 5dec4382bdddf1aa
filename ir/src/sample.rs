//! A small but complete program for tests: leads with an account and activities.

use crate::build::Builder;
use crate::ops::Op;
use crate::program::*;
use crate::time::{DAY_US, HOUR_US};
use crate::types::{CalendarId, Currency, EnumId, Type, WEEKDAY};
use std::sync::Arc;

pub(crate) const EUR: Type = Type::Money(Currency(*b"EUR"));
pub(crate) const INDUSTRY: EnumId = EnumId(1);
pub(crate) const TIER: EnumId = EnumId(2);
pub(crate) const STAGE: EnumId = EnumId(3);
pub(crate) const STATUS: EnumId = EnumId(4);

pub(crate) const EMPLOYEES: FieldId = FieldId(1);
pub(crate) const COUNTRY: FieldId = FieldId(2);
pub(crate) const REVENUE: FieldId = FieldId(3);
pub(crate) const SECTOR: FieldId = FieldId(4);
pub(crate) const CONSENT: FieldId = FieldId(5);
pub(crate) const CREATED: FieldId = FieldId(6);
pub(crate) const ACTIVE: FieldId = FieldId(7);
pub(crate) const OWNER: FieldId = FieldId(10);
pub(crate) const LEAD_ID: FieldId = FieldId(11);
pub(crate) const AT: FieldId = FieldId(12);
pub(crate) const ASSET: FieldId = FieldId(13);

pub(crate) const ACCOUNT: LinkId = LinkId(0);
pub(crate) const ACTIVITIES: LinkId = LinkId(1);

fn enum_def(name: &str, labels: &[&str], order: Option<Highest>) -> EnumDef {
    EnumDef { name: name.into(), labels: labels.iter().map(|l| l.to_string()).collect(), spellings: vec![], order }
}

fn field(name: &str, record: u32, ty: Type, optional: bool) -> Field {
    Field { optional, ignoring_case: name == "country", ..Field::new(name, RecordId(record), ty) }
}

/// The schema, without nodes and decisions.
pub(crate) fn schema() -> Program {
    let fields = vec![
        field("id", 0, Type::Text, false),
        field("employees", 0, Type::Int, true),
        field("country", 0, Type::Text, true),
        field("annual_revenue", 0, EUR, true),
        field("industry", 0, Type::Enum(INDUSTRY), true),
        field("consent", 0, Type::Bool, false),
        field("created_at", 0, Type::Timestamp, false),
        field("last_activity_at", 0, Type::Timestamp, true),
        field("account_id", 0, Type::Text, true),
        field("id", 1, Type::Text, false),
        field("owner", 1, Type::Text, true),
        field("lead_id", 2, Type::Text, false),
        field("at", 2, Type::Timestamp, false),
        field("asset", 2, Type::Text, true),
    ];
    let record = |name: &str, range: std::ops::Range<u32>, key: Option<u32>, time: Option<u32>| Record {
        name: name.into(),
        fields: range.map(FieldId).collect(),
        key: key.map(FieldId),
        event_time: time.map(FieldId),
        event_id: None,
    };
    let link = |name: &str, to: u32, many: bool, from_field: u32, to_field: u32| Link {
        name: name.into(),
        from: RecordId(0),
        to: RecordId(to),
        many,
        from_field: FieldId(from_field),
        to_field: FieldId(to_field),
    };
    let day = vec![(540, 1080)];
    Program {
        name: "inbound".into(),
        title: Some("Inbound".into()),
        decided: Some(RecordId(0)),
        zone: "Europe/Berlin".into(),
        fiscal_start: 2,
        week_start: 0,
        files: vec!["inbound.play".into()],
        enums: vec![
            enum_def("weekday", &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], None),
            enum_def("industry", &["software", "finance", "real estate"], None),
            enum_def("tier", &["A", "B"], Some(Highest::First)),
            enum_def("stage", &["awareness", "decision"], Some(Highest::Last)),
            enum_def("status", &["no", "held", "ready"], None),
        ],
        records: vec![
            record("lead", 0..9, Some(0), None),
            record("account", 9..11, Some(9), None),
            record("activity", 11..14, None, Some(12)),
        ],
        fields,
        links: vec![link("account", 1, false, 8, 9), link("activities", 2, true, 0, 11)],
        mappings: vec![],
        params: vec![Param { name: "enterprise_size".into(), ty: Type::Int, default: Const::Int(1000), range: None }],
        sets: vec![
            TextSet { name: Some("dach".into()), members: ["AT", "CH", "DE"].map(Arc::from).to_vec(), folded: false },
            TextSet { name: None, members: ["at", "de"].map(Arc::from).to_vec(), folded: true },
        ],
        regexes: vec![RegexDef { pattern: r"\b(vp|a/b)\b".into(), ignoring_case: true }],
        calendars: vec![Calendar {
            name: "berlin".into(),
            zone: "Europe/Berlin".into(),
            open: [day.clone(), day.clone(), day.clone(), day.clone(), day, vec![], vec![]],
            holidays: vec![20_812],
        }],
        nodes: vec![],
        names: vec![],
        decisions: vec![],
        outputs: vec![],
        kpis: vec![],
        tests: vec![],
        proves: vec![],
    }
}

/// Short forms for making nodes.
pub(crate) struct Nodes {
    pub b: Builder,
}

impl Nodes {
    pub fn new() -> Nodes {
        Nodes { b: Builder::new() }
    }
    pub fn field(&mut self, id: FieldId) -> NodeId {
        let field = &schema().fields[id.index()];
        self.b.add(Node::Field(id), field.ty, field.optional)
    }
    pub fn int(&mut self, n: i64, ty: Type) -> NodeId {
        self.b.constant(Const::Int(n), ty)
    }
    pub fn text(&mut self, s: &str) -> NodeId {
        self.b.constant(Const::Text(s.into()), Type::Text)
    }
    /// An operator; its type from the typing rule, missing if an operand may be or it is partial.
    pub fn op(&mut self, op: Op, args: &[NodeId]) -> NodeId {
        let types: Vec<Type> = args.iter().map(|&a| self.b.get(a).unwrap().ty).collect();
        let ty = crate::ops::result_type(op, &types).unwrap_or_else(|| panic!("{op:?} {types:?}"));
        let definite = matches!(op, Op::IsMissing | Op::IsKnown | Op::IsTrue | Op::IsFalse);
        let some = args.iter().any(|&a| self.b.get(a).unwrap().optional);
        let optional = !definite && (some || crate::ops::is_partial(op));
        self.b.add(Node::Op(op, args.to_vec()), ty, optional)
    }
}

fn row(when: Option<NodeId>, value: NodeId) -> Row {
    Row { when, value, text: "…".into(), site: Site { file: 0, line: 1 } }
}

/// A program with a score, a band, a route, a handoff, a table, an output, a KPI, a test and a proof.
pub(crate) fn program() -> Program {
    let mut n = Nodes::new();
    let site = Site { file: 0, line: 12 };
    let employees = n.field(EMPLOYEES);
    let size = n.b.add(Node::Param(ParamId(0)), Type::Int, false);
    let big = n.op(Op::CmpInt(Compare::Ge), &[employees, size]);
    let country = n.field(COUNTRY);
    let dach = n.b.add(Node::InSet(country, SetId(0)), Type::Bool, true);
    let active = n.field(ACTIVE);
    let asset = n.field(ASSET);
    let jobs = n.text("/jobs");
    let looks = n.op(Op::StartsWith, &[asset, jobs]);
    let five = n.int(5, Type::Int);
    let rule =
        |name: &str, when, amount| Rule { name: name.into(), when, amount, up_to: Some(20), text: "…".into(), site };
    let each = Each {
        link: ACTIVITIES,
        window: Some(Window::Last(90 * DAY_US)),
        filter: Some(looks),
        points: five,
        half_life_us: Some(30 * DAY_US),
        at_most: Some((1, Period::Week)),
        at_least: None,
    };
    let score = Score {
        scale: 2,
        step: 1,
        start: 0,
        range: Some((0, 10_000)),
        decay: Some(Decay { half_life_us: DAY_US, since: Some(active), if_missing: Some(0.5) }),
        groups: vec![Group {
            label: Some("Company".into()),
            policy: GroupPolicy::All,
            up_to: Some(6_000),
            not_below: None,
            decay: None,
            rules: vec![
                rule("Enterprise", Some(big), Amount::Steps(3_000)),
                rule("Jobs", None, Amount::Each(each)),
                rule("Size", Some(dach), Amount::Computed(employees)),
            ],
            site,
        }],
    };
    let fit = n.b.add(Node::Result(DecisionId(0), Part::Main), Type::Decimal(2), false);
    let limit = n.int(75, Type::Int);
    let high = n.op(Op::CmpDec(Compare::Ge, 2, 0), &[fit, limit]);
    let labels: Vec<NodeId> = (0..2).map(|i| n.int(i, Type::Enum(TIER))).collect();
    let band = Rows { labels: TIER, rows: vec![row(Some(high), labels[0]), row(None, labels[1])] };
    let owner = n.field(OWNER);
    let owner = n.b.add(Node::Follow(ACCOUNT, owner), Type::Text, true);
    let tier = n.b.add(Node::Result(DecisionId(1), Part::Main), Type::Enum(TIER), false);
    let is_a = n.op(Op::CmpInt(Compare::Eq), &[tier, labels[0]]);
    let consent = n.field(CONSENT);
    let refused = n.op(Op::Not, &[consent]);
    let route_row = |when, target| RouteRow { when, target, label: None, text: "…".into(), site };
    let route = vec![
        route_row(Some(refused), RouteTarget::Hold("No consent".into())),
        route_row(Some(is_a), RouteTarget::Person(owner)),
        route_row(None, RouteTarget::Queue("nurture".into())),
    ];
    let now = n.b.add(Node::Now, Type::Timestamp, false);
    let four = n.int(4 * HOUR_US, Type::Business(CalendarId(0)));
    let due = n.b.add(Node::AddBusiness(now, four, CalendarId(0)), Type::Timestamp, true);
    let handoff = Handoff {
        from: "marketing".into(),
        to: "sales".into(),
        qualify: vec![("Score".into(), high, site)],
        require: vec![("country".into(), country)],
        route: Some(DecisionId(2)),
        due: Some(due),
        status: STATUS,
        follow_ups: vec!["remind after 2 business hours".into()],
        reject: vec!["bad_data".into()],
        recycle: vec![],
    };
    let mql = n.b.add(Node::Result(DecisionId(3), Part::Main), Type::Bool, false);
    let sector = n.field(SECTOR);
    let _ = (sector, WEEKDAY, STAGE, REVENUE, CREATED, AT, LEAD_ID);
    let lookup = Lookup {
        policy: HitPolicy::MostSpecific,
        inputs: vec![country],
        input_names: vec!["country".into()],
        folded: vec![true],
        outputs: vec![("rep".into(), Type::Text)],
        rows: vec![
            LookupRow { keys: vec![Some(Const::Text("AT".into()))], values: vec![Const::Text("Anna".into())], line: 2 },
            LookupRow { keys: vec![None], values: vec![Const::Missing], line: 3 },
        ],
    };
    let created = n.field(CREATED);
    let month = n.op(Op::PeriodOf(Period::Month), &[created]);
    let total = Total {
        fold: Fold::Count,
        percentile: 0.0,
        record: RecordId(0),
        filter: Some(mql),
        body: None,
        ty: Type::Int,
        by: vec![month],
        anchor: Some(created),
    };
    let is_not = n.op(Op::Not, &[mql]);
    let sure = n.op(Op::Or, &[mql, is_not]);
    let id = n.text("1");
    let decision = |name: &str, ty, kind| Decision { name: name.into(), title: None, site, ty, kind };
    Program {
        nodes: n.b.finish(),
        names: vec![(big, "enterprise".into())],
        decisions: vec![
            decision("fit", Type::Decimal(2), DecisionKind::Score(score)),
            decision("tier", Type::Enum(TIER), DecisionKind::Band(band)),
            decision("desk", Type::Target, DecisionKind::Route(route)),
            decision("mql", Type::Bool, DecisionKind::Handoff(handoff)),
            decision("territory", Type::Text, DecisionKind::Lookup(lookup)),
        ],
        outputs: vec![
            Output { name: "fit".into(), ty: Type::Decimal(2), decision: DecisionId(0), part: Part::Main },
            Output { name: "mql_due_at".into(), ty: Type::Timestamp, decision: DecisionId(3), part: Part::DueAt },
        ],
        kpis: vec![Kpi {
            name: "inbound.mqls".into(),
            title: None,
            value: KpiExpr::Op(
                Op::DivIntToNum,
                vec![KpiExpr::Total(total.clone()), KpiExpr::Total(Total { filter: None, ..total })],
            ),
            ty: Type::Number,
            by: vec!["month".into()],
            per: Some(Period::Month),
            owners: vec![],
            targets: vec![],
            decided: true,
            not_built: None,
            site,
        }],
        tests: vec![Test {
            name: "one".into(),
            now_us: Some(0),
            params: vec![(ParamId(0), Const::Int(5))],
            rows: vec![(RecordId(0), vec![(FieldId(0), id)])],
            expects: vec![Expect { when: mql, sides: None, about: Some(DecisionId(3)), text: "mql".into(), site }],
            site,
        }],
        proves: vec![Prove { name: "sure".into(), holds: sure, site }],
        ..schema()
    }
}

/// The sample's schema and decisions without its nodes, for describing nodes built apart.
pub(crate) fn program_of_names() -> Program {
    Program { nodes: vec![], names: vec![], ..program() }
}
