//! Tests of descriptions.

use super::*;
use crate::ops::Op;
use crate::sample::{self, *};
use crate::time::{DAY_US, HOUR_US};
use crate::types::WEEKDAY;
use crate::value::Value;

/// The description of a node that `make` builds.
fn of(make: impl FnOnce(&mut Nodes) -> NodeId) -> String {
    let mut nodes = Nodes::new();
    let root = make(&mut nodes);
    let program = Program { nodes: nodes.b.finish(), ..sample::program_of_names() };
    describe(&program, root)
}

#[test]
fn comparisons_and_sets() {
    let text = of(|n| {
        let employees = n.field(EMPLOYEES);
        let limit = n.int(200, Type::Int);
        let big = n.op(Op::CmpInt(Compare::Ge), &[employees, limit]);
        let country = n.field(COUNTRY);
        let listed = n.b.add(Node::InSet(country, SetId(1)), Type::Bool, true);
        n.op(Op::And, &[big, listed])
    });
    assert_eq!(text, "employees >= 200 and country in (\"at\", \"de\")");
    let text = of(|n| {
        let country = n.field(COUNTRY);
        let listed = n.b.add(Node::InSet(country, SetId(0)), Type::Bool, true);
        n.op(Op::Not, &[listed])
    });
    assert_eq!(text, "country not in dach");
    let text = of(|n| {
        let sector = n.field(SECTOR);
        let items = [1, 2].map(|i| n.int(i, Type::Enum(INDUSTRY)));
        let tests = items.map(|item| n.op(Op::CmpInt(Compare::Eq), &[sector, item]));
        n.op(Op::Or, &tests)
    });
    assert_eq!(text, "industry in (finance, `real estate`)");
    let text = of(|n| {
        let employees = n.field(EMPLOYEES);
        let low = n.int(200, Type::Int);
        let high = n.b.add(Node::Param(ParamId(0)), Type::Int, false);
        let low = n.op(Op::CmpInt(Compare::Ge), &[employees, low]);
        let high = n.op(Op::CmpInt(Compare::Lt), &[employees, high]);
        n.op(Op::And, &[low, high])
    });
    assert_eq!(text, "employees in 200..<enterprise_size");
    let text = of(|n| {
        let tier = n.b.add(Node::Result(DecisionId(1), Part::Main), Type::Enum(TIER), false);
        let b = n.int(1, Type::Enum(TIER));
        n.op(Op::CmpInt(Compare::Le), &[tier, b])
    });
    assert_eq!(text, "tier at least B");
    let text = of(|n| {
        let id = n.field(ASSET);
        n.b.add(Node::Matches(id, RegexId(0)), Type::Bool, true)
    });
    assert_eq!(text, r"asset matches /\b(vp|a\/b)\b/i");
}

#[test]
fn parentheses_where_they_are_needed() {
    let text = of(|n| {
        let a = n.field(CONSENT);
        let sector = n.field(SECTOR);
        let b = n.op(Op::IsMissing, &[sector]);
        let employees = n.field(EMPLOYEES);
        let c = n.op(Op::IsKnown, &[employees]);
        let any = n.op(Op::Or, &[b, c]);
        let both = n.op(Op::And, &[a, any]);
        n.op(Op::Not, &[both])
    });
    assert_eq!(text, "not (consent and (industry is missing or employees is known))");
    let text = of(|n| {
        let x = n.field(EMPLOYEES);
        let [one, two, three] = [1, 2, 3].map(|i| n.int(i, Type::Int));
        let difference = n.op(Op::SubInt, &[x, one]);
        let inner = n.op(Op::SubInt, &[x, difference]);
        let product = n.op(Op::MulInt, &[inner, two]);
        let or_three = n.op(Op::Else, &[product, three]);
        n.op(Op::CmpInt(Compare::Gt), &[or_three, two])
    });
    assert_eq!(text, "(employees - (employees - 1)) * 2 else 3 > 2");
}

#[test]
fn literals() {
    let program = sample::program();
    let show = |ty, n| literal(&program, ty, &Const::Int(n));
    assert_eq!(show(EUR, 1_000_000_000), "10M EUR");
    assert_eq!(show(EUR, 25_000_000), "250k EUR");
    assert_eq!(show(EUR, 1_250), "12.50 EUR");
    assert_eq!(show(EUR, 0), "0 EUR");
    assert_eq!(show(Type::Duration, 30 * DAY_US), "30 days");
    assert_eq!(show(Type::Date, 0), "1970-01-01");
    assert_eq!(show(Type::Timestamp, 9 * HOUR_US), "1970-01-01 09:00Z");
    assert_eq!(show(Type::Timestamp, 1), "1970-01-01 00:00:00.000001Z");
    assert_eq!(show(Type::Decimal(2), 7_500), "75");
    assert_eq!(show(Type::Enum(WEEKDAY), 6), "Sun");
    assert_eq!(show(Type::Enum(WEEKDAY), 60), "`#60`");
    assert_eq!(show(Type::Months, 1), "1 month");
    assert_eq!(show(Type::Business(CalendarId(0)), 4 * HOUR_US), "4 business hours of berlin");
    assert_eq!(literal(&program, Type::Text, &Const::Text("a\"b".into())), "\"a\\\"b\"");
    for (x, text) in
        [(0.12, "12%"), (1.0, "100%"), (0.005, "0.5%"), (-0.125, "-12.5%"), (0.07, "7%"), (0.29, "29%"), (0.0, "0%")]
    {
        assert_eq!(literal(&program, Type::Percent, &Const::Num(x)), text);
    }
    assert_eq!(format_number(10.0), "10");
    assert_eq!(format_number(1e300), "1e300");
    assert_eq!(format_number(-0.0), "0");
}

#[test]
fn values_as_results_show_them() {
    let program = sample::program();
    let show = |ty, n| format_value(&program, ty, &Value::Int(n));
    assert_eq!(show(Type::Decimal(2), 7_125), "71.25");
    assert_eq!(show(Type::Int, 2_000), "2000");
    assert_eq!(show(EUR, 1_000_000_000), "10000000 EUR");
    assert_eq!(show(EUR, 1_250), "12.50 EUR");
    assert_eq!(show(Type::Timestamp, 0), "1970-01-01T00:00:00Z");
    assert_eq!(show(Type::Duration, 3 * DAY_US + 4 * HOUR_US), "3 days 4 hours");
    assert_eq!(show(Type::Enum(INDUSTRY), 2), "real estate");
    assert_eq!(format_value(&program, Type::Bool, &Value::Missing), "missing");
}

#[test]
fn links_events_and_time() {
    let text = of(|n| {
        let owner = n.field(OWNER);
        let followed = n.b.add(Node::Follow(ACCOUNT, owner), Type::Text, true);
        let anna = n.text("anna");
        n.op(Op::CmpTextFold(Compare::Eq), &[followed, anna])
    });
    assert_eq!(text, "account.owner = \"anna\" ignoring case");
    let text = of(|n| {
        let asset = n.field(ASSET);
        let country = n.field(COUNTRY);
        let country = n.b.add(Node::Outer(country), Type::Text, true);
        let filter = n.op(Op::CmpText(Compare::Eq), &[asset, country]);
        let aggregate = Aggregate {
            fold: Fold::Count,
            link: ACTIVITIES,
            window: Some(Window::Last(7 * DAY_US)),
            filter: Some(filter),
            body: None,
        };
        let count = n.b.add(Node::Aggregate(aggregate), Type::Int, false);
        let one = n.int(1, Type::Int);
        n.op(Op::CmpInt(Compare::Ge), &[count, one])
    });
    assert_eq!(text, "count(activities within last 7 days where asset = lead.country) >= 1");
    let text = of(|n| {
        let at = n.field(AT);
        let aggregate = Aggregate {
            fold: Fold::Latest,
            link: ACTIVITIES,
            window: Some(Window::Ago(60 * DAY_US, 30 * DAY_US)),
            filter: None,
            body: Some(at),
        };
        n.b.add(Node::Aggregate(aggregate), Type::Timestamp, true)
    });
    assert_eq!(text, "latest(activities.at from 60 to 30 days ago)");
    let text = of(|n| {
        let created = n.field(CREATED);
        let month = n.op(Op::PeriodOf(Period::FiscalQuarter), &[created]);
        let label = n.text("FY2027-Q1");
        n.op(Op::CmpText(Compare::Eq), &[month, label])
    });
    assert_eq!(text, "fiscal quarter of created_at = \"FY2027-Q1\"");
    let text = of(|n| {
        let created = n.field(CREATED);
        let months = n.int(1, Type::Months);
        let later = n.op(Op::AddMonthsClipped, &[created, months]);
        let hours = n.int(4 * HOUR_US, Type::Business(CalendarId(0)));
        n.b.add(Node::AddBusiness(later, hours, CalendarId(0)), Type::Timestamp, true)
    });
    assert_eq!(text, "created_at + 1 month clipped + 4 business hours of berlin");
    let text = of(|n| {
        let created = n.field(CREATED);
        let day = n.b.add(Node::Call("weekday", vec![created]), Type::Enum(WEEKDAY), false);
        let a = n.int(0, Type::Enum(WEEKDAY));
        n.op(Op::CmpInt(Compare::Ne), &[day, a])
    });
    assert_eq!(text, "weekday of created_at != Mon");
}

#[test]
fn names_stand_for_what_they_name() {
    let program = sample::program();
    let (named, _) = program.names[0];
    assert_eq!(describe(&program, named), "employees >= enterprise_size");
    let mut wider = program.clone();
    wider.nodes.push(NodeData { node: Node::Op(Op::Not, vec![named]), ty: Type::Bool, optional: true });
    assert_eq!(describe(&wider, NodeId(program.nodes.len() as u32)), "not enterprise");
    // A `let` that only repeats a field or a constant gives it no other name.
    wider.names.insert(0, (NodeId(0), "headcount".into()));
    assert_eq!(describe(&wider, named), "employees >= enterprise_size");
    assert_eq!(quoted_name("where"), "`where`");
    assert_eq!(quoted_name("mql_at"), "mql_at");
    assert_eq!(quoted_name("Größe"), "`Größe`");
}

#[test]
fn e3_huge_nodes_end_in_an_ellipsis() {
    // Each node twice its operand: 2^200 leaves if written out.
    let mut program = sample::schema();
    program.nodes.push(NodeData { node: Node::Field(EMPLOYEES), ty: Type::Int, optional: true });
    for i in 0..200 {
        program.nodes.push(NodeData {
            node: Node::Op(Op::AddInt, vec![NodeId(i), NodeId(i)]),
            ty: Type::Int,
            optional: true,
        });
    }
    let text = describe(&program, NodeId(200));
    assert!(text.chars().count() <= LENGTH_MAX + 1 && text.ends_with('…'), "{text}");
    assert_eq!(describe(&program, NodeId(999)), "…");
}

#[test]
fn what_is_read() {
    let program = sample::program();
    let fields = crate::reads::fields_read(&program);
    for id in [EMPLOYEES, COUNTRY, CONSENT, ACTIVE, OWNER, LEAD_ID, AT, ASSET, CREATED, FieldId(8), FieldId(9)] {
        assert!(fields.contains(&id), "{id:?}");
    }
    assert!(!fields.contains(&REVENUE) && !fields.contains(&SECTOR));
    let decided = crate::reads::decisions_read(&program);
    assert!(!decided.fields.contains(&CREATED) && decided.fields.contains(&FieldId(0)));
    let kpi = crate::reads::kpi_reads(&program, &program.kpis[0]);
    assert_eq!(kpi.decisions.into_iter().collect::<Vec<_>>(), [DecisionId(3)]);
    let fit = crate::reads::decision_reads(&program, &program.decisions[0]);
    assert_eq!(fit.params.len(), 1);
    assert_eq!(fit.links.into_iter().collect::<Vec<_>>(), [ACTIVITIES]);
}
