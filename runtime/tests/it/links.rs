//! Promises L1, L2, N4 on linked records.

use crate::play::*;
use revplay_ir::ops::Op;
use revplay_ir::program::*;
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use revplay_runtime::links::RepeatedKey;

/// Leads of accounts with activities; accounts have contacts.
fn base() -> Play {
    let mut play = Play::new();
    play.record("lead", &[("id", Type::Text), ("account_id", Type::Text), ("n", Type::Int)]);
    play.record("account", &[("id", Type::Text), ("owner", Type::Text)]);
    let activity = play.record(
        "activity",
        &[("lead_id", Type::Text), ("at", Type::Timestamp), ("n", Type::Int), ("event", Type::Int)],
    );
    play.record("contact", &[("account_id", Type::Text), ("role", Type::Text)]);
    play.program.records[activity.index()].event_time = Some(play.field_id("activity.at"));
    play.program.records[activity.index()].event_id = Some(play.field_id("activity.event"));
    play.link("account", false, "lead.account_id", "account.id");
    play.link("activities", true, "lead.id", "activity.lead_id");
    play.link("contacts", true, "account.id", "contact.account_id");
    play
}

fn aggregate(play: &mut Play, fold: Fold, link: u32, body: Option<NodeId>, filter: Option<NodeId>, ty: Type) -> NodeId {
    play.dag.add(Node::Aggregate(Aggregate { fold, link: LinkId(link), window: None, filter, body }), ty, true)
}

fn activity(lead: &str, at: i64, n: Value) -> Vec<Value> {
    vec![text(lead), int(at), n, MISSING]
}

#[test]
fn l1_without_a_match_every_field_of_the_link_is_missing() {
    let mut play = base();
    let owner = play.field("account.owner");
    let owner = play.dag.add(Node::Follow(LinkId(0), owner), Type::Text, true);
    let has = play.dag.add(Node::HasLink(LinkId(0)), Type::Bool, false);
    let mut engine = play.engine();
    let accounts = table(&engine, 1, &[vec![text("a"), text("Anna")], vec![text("b"), MISSING]]);
    let leads = table(
        &engine,
        0,
        &[vec![text("1"), text("a")], vec![text("2"), text("b")], vec![text("3"), text("z")], vec![text("4"), MISSING]],
    );
    assert_eq!(engine.eval_node(&leads, 0, has), Value::Bool(false), "nothing is linked yet");
    engine.link(vec![accounts]);
    let owners: Vec<Value> = (0..4).map(|row| engine.eval_node(&leads, row, owner)).collect();
    assert_eq!(owners, [text("Anna"), MISSING, MISSING, MISSING]);
    let known: Vec<Value> = (0..4).map(|row| engine.eval_node(&leads, row, has)).collect();
    assert_eq!(known, [true, true, false, false].map(Value::Bool));
}

#[test]
fn l1_of_a_repeated_key_the_first_stays_and_the_others_are_reported() {
    let mut play = base();
    let owner = play.field("account.owner");
    let owner = play.dag.add(Node::Follow(LinkId(0), owner), Type::Text, true);
    let mut engine = play.engine();
    let accounts = table(
        &engine,
        1,
        &[vec![text("a"), text("Anna")], vec![text("b"), text("Ben")], vec![text("a"), text("Carl")]],
    );
    let report = engine.link(vec![accounts]);
    assert_eq!(report.repeated, [RepeatedKey { record: RecordId(1), field: FieldId(3), row: 2, first_row: 0 }]);
    let leads = table(&engine, 0, &[vec![text("1"), text("a")]]);
    assert_eq!(engine.eval_node(&leads, 0, owner), text("Anna"));
}

#[test]
fn l1_links_ignore_case_if_a_field_of_theirs_does() {
    let mut play = base();
    let id = play.field_id("account.id");
    play.program.fields[id.index()].ignoring_case = true;
    let has = play.dag.add(Node::HasLink(LinkId(0)), Type::Bool, false);
    let mut engine = play.engine();
    let accounts = table(&engine, 1, &[vec![text("Straße"), MISSING], vec![text("STRASSE"), MISSING]]);
    assert_eq!(engine.link(vec![accounts]).repeated.len(), 1);
    let leads = table(&engine, 0, &[vec![text("1"), text("strasse")]]);
    assert_eq!(engine.eval_node(&leads, 0, has), Value::Bool(true));
}

#[test]
fn l1_retries_and_later_events_are_counted_and_orphans_after_deciding() {
    let mut play = base();
    let count = aggregate(&mut play, Fold::Count, 1, None, None, Type::Int);
    play.decide("events", Type::Int, DecisionKind::Value(count));
    let mut engine = play.engine();
    let row = |lead: Value, at: i64, event: Value| vec![lead, int(at), MISSING, event];
    let first = table(
        &engine,
        2,
        &[row(text("1"), NOW, int(7)), row(text("1"), NOW + 1, int(8)), row(text("2"), NOW, MISSING)],
    );
    let second =
        table(&engine, 2, &[row(text("1"), NOW, int(7)), row(text("9"), NOW, MISSING), row(MISSING, NOW, MISSING)]);
    let report = engine.link(vec![first, second]);
    assert_eq!((report.retries, report.after_now), (vec![(RecordId(2), 1)], vec![(RecordId(2), 1)]));
    let leads = |ids: &[&str]| table(&engine, 0, &ids.iter().map(|id| vec![text(id)]).collect::<Vec<_>>());
    engine.decide(&leads(&["1"]));
    let orphans = |engine: &revplay_runtime::engine::Engine| {
        engine.orphans().iter().map(|o| (o.link.0, o.rows)).collect::<Vec<_>>()
    };
    assert_eq!(orphans(&engine), [(1, 3)]);
    let decided = engine.decide(&leads(&["2", "3"]));
    assert_eq!(orphans(&engine), [(1, 2)], "the row of lead 9 and the row without a lead");
    assert_eq!(decided.columns[0].len(), 2);
}

#[test]
fn l1_events_are_those_of_their_lead_in_whatever_order_they_come() {
    let mut play = base();
    let n = play.field("activity.n");
    let folds = [Fold::Count, Fold::Sum, Fold::Max, Fold::First, Fold::Latest];
    let nodes: Vec<NodeId> =
        folds.iter().map(|fold| aggregate(&mut play, *fold, 1, Some(n), None, Type::Int)).collect();
    let program = play.finish();
    // Lead, time, n, event id: every eleventh row is a retry of the one before, some have no lead, some numbers are large.
    let event = |i: i64| {
        let lead = (i % 13 > 0).then_some(i * i % 40);
        let number = (i % 5 > 0).then_some(if i % 50 == 1 { i << 40 } else { i * 7 % 300 - 3 });
        (lead, NOW - i * 1_000, number, i - i64::from(i % 11 == 10))
    };
    let order = |key: fn(i64) -> i64| {
        let mut events: Vec<i64> = (0..2_000).collect();
        // A retry stays behind the row that it repeats.
        events.sort_by_key(|i| (key(i - i64::from(i % 11 == 10)), *i));
        events
    };
    let orders =
        [order(|i| i * i % 40), order(|i| i), order(|i| i * 7_919 % 2_003), order(|i| i * i % 40 + i % 97 / 96 * 50)];
    for events in orders {
        let mut engine = engine(program.clone());
        let rows = events.iter().map(|i| event(*i));
        let value = |x: Option<i64>| x.map_or(MISSING, int);
        let lead_of = |lead: Option<i64>| lead.map_or(MISSING, |lead| text(&format!("lead {lead}")));
        let cells: Vec<Vec<Value>> =
            rows.clone().map(|(lead, at, n, id)| vec![lead_of(lead), int(at), value(n), int(id)]).collect();
        let tables = cells.chunks(700).map(|part| table(&engine, 2, part)).collect();
        let report = engine.link(tables);
        let mut first = std::collections::BTreeSet::new();
        let kept: Vec<_> = rows.filter(|(_, _, _, id)| first.insert(*id)).collect();
        assert_eq!(report.retries, [(RecordId(2), 2_000 - kept.len() as u64)]);
        for lead in 0..41 {
            let mine = || kept.iter().filter(|event| event.0 == Some(lead));
            let known = || mine().filter_map(|(_, at, n, _)| Some((*at, (*n)?)));
            let want = [
                int(mine().count() as i64),
                int(known().map(|(_, n)| n).sum()),
                value(known().map(|(_, n)| n).max()),
                value(known().min().map(|(_, n)| n)),
                value(known().max().map(|(_, n)| n)),
            ];
            let leads = table(&engine, 0, &[vec![text(&format!("lead {lead}"))]]);
            let got: Vec<Value> = nodes.iter().map(|node| engine.eval_node(&leads, 0, *node)).collect();
            assert_eq!(got, want, "lead {lead}");
        }
    }
}

#[test]
fn l2_counts_and_sums_of_nothing_are_0_and_the_rest_is_missing() {
    let mut play = base();
    let n = play.field("activity.n");
    let yes = play.constant(Const::Bool(true), Type::Bool);
    let folds = [
        (Fold::Count, None, Type::Int, int(0)),
        (Fold::CountDistinct, Some(n), Type::Int, int(0)),
        (Fold::Sum, Some(n), Type::Int, int(0)),
        (Fold::Avg, Some(n), Type::Number, MISSING),
        (Fold::Min, Some(n), Type::Int, MISSING),
        (Fold::Max, Some(n), Type::Int, MISSING),
        (Fold::First, Some(n), Type::Int, MISSING),
        (Fold::Latest, Some(n), Type::Int, MISSING),
        (Fold::Any, Some(yes), Type::Bool, Value::Bool(false)),
        (Fold::All, Some(yes), Type::Bool, Value::Bool(true)),
    ];
    let nodes: Vec<NodeId> =
        folds.iter().map(|(fold, body, ty, _)| aggregate(&mut play, *fold, 1, *body, None, *ty)).collect();
    let engine = play.engine();
    let leads = table(&engine, 0, &[vec![text("1")]]);
    for (node, (fold, _, _, expected)) in nodes.into_iter().zip(folds) {
        assert_eq!(engine.eval_node(&leads, 0, node), expected, "{fold:?}");
    }
}

#[test]
fn folds_of_rows_leave_out_what_is_missing() {
    let mut play = base();
    let n = play.field("activity.n");
    let folds = [
        (Fold::Count, None, Type::Int, int(5)),
        (Fold::CountDistinct, Some(n), Type::Int, int(3)),
        (Fold::Sum, Some(n), Type::Int, int(10)),
        (Fold::Avg, Some(n), Type::Number, Value::Num(2.5)),
        (Fold::Min, Some(n), Type::Int, int(1)),
        (Fold::Max, Some(n), Type::Int, int(5)),
        (Fold::First, Some(n), Type::Int, int(2)),
        (Fold::Latest, Some(n), Type::Int, int(1)),
    ];
    let nodes: Vec<NodeId> =
        folds.iter().map(|(fold, body, ty, _)| aggregate(&mut play, *fold, 1, *body, None, *ty)).collect();
    let mut engine = play.engine();
    // First and latest: of one instant the first, the last in the file; a later event does not count.
    let events = [
        activity("1", NOW - 9, int(2)),
        activity("1", NOW - 9, int(5)),
        activity("1", NOW, int(2)),
        activity("1", NOW, int(1)),
        activity("1", NOW, MISSING),
        activity("1", NOW + 1, int(100)),
        activity("2", NOW, int(100)),
    ];
    let events = table(&engine, 2, &events);
    engine.link(vec![events]);
    let leads = table(&engine, 0, &[vec![text("1")]]);
    for (node, (fold, _, _, expected)) in nodes.into_iter().zip(folds) {
        assert_eq!(engine.eval_node(&leads, 0, node), expected, "{fold:?}");
    }
}

#[test]
fn the_inside_of_an_aggregate_sees_its_row_and_the_row_around_it() {
    let mut play = base();
    // count(activities where activity.n >= lead.n + count(activities))
    let (n, lead_n) = (play.field("activity.n"), play.field("lead.n"));
    let all = aggregate(&mut play, Fold::Count, 1, None, None, Type::Int);
    let least = play.op(Op::AddInt, &[lead_n, all], Type::Int);
    let outer = play.dag.add(Node::Outer(least), Type::Int, true);
    let filter = play.bool_op(Op::CmpInt(Compare::Ge), &[n, outer]);
    let count = aggregate(&mut play, Fold::Count, 1, None, Some(filter), Type::Int);
    let mut engine = play.engine();
    let events = [3, 4, 5, 6].map(|n| activity("1", NOW, int(n)));
    let events = table(&engine, 2, &events);
    engine.link(vec![events]);
    let leads = table(&engine, 0, &[vec![text("1"), MISSING, int(1)], vec![text("1"), MISSING, int(2)]]);
    assert_eq!(engine.eval_node(&leads, 0, count), int(2), "at least 1 + 4");
    assert_eq!(engine.eval_node(&leads, 1, count), int(1));
}

#[test]
fn an_aggregate_of_a_linked_record_is_reached_through_the_link() {
    let mut play = base();
    let role = play.field("contact.role");
    let roles = aggregate(&mut play, Fold::CountDistinct, 2, Some(role), None, Type::Int);
    let roles = play.dag.add(Node::Follow(LinkId(0), roles), Type::Int, true);
    let mut engine = play.engine();
    let accounts = table(&engine, 1, &[vec![text("a"), MISSING]]);
    let contacts = table(
        &engine,
        3,
        &[
            vec![text("a"), text("buyer")],
            vec![text("a"), text("user")],
            vec![text("a"), text("user")],
            vec![text("z"), text("user")],
        ],
    );
    engine.link(vec![contacts, accounts]);
    let leads = table(&engine, 0, &[vec![text("1"), text("a")], vec![text("2"), text("z")]]);
    assert_eq!((engine.eval_node(&leads, 0, roles), engine.eval_node(&leads, 1, roles)), (int(2), MISSING));
    assert_eq!(engine.orphans().iter().map(|o| (o.link.0, o.rows)).collect::<Vec<_>>(), [(2, 1)]);
}

#[test]
fn n4_windows_leave_out_events_without_a_time() {
    let mut play = base();
    let window = |play: &mut Play, window| {
        let aggregate = Aggregate { fold: Fold::Count, link: LinkId(1), window, filter: None, body: None };
        play.dag.add(Node::Aggregate(aggregate), Type::Int, false)
    };
    let last = window(&mut play, Some(Window::Last(7 * DAY)));
    let next = window(&mut play, Some(Window::Next(7 * DAY)));
    let all = window(&mut play, None);
    let mut engine = play.engine();
    let mut events = [NOW - 8 * DAY, NOW - 7 * DAY, NOW, NOW + DAY].map(|t| activity("1", t, MISSING)).to_vec();
    events.push(vec![text("1"), MISSING, MISSING, MISSING]);
    let events = table(&engine, 2, &events);
    let report = engine.link(vec![events]);
    assert_eq!(report.without_time, [(RecordId(2), 1)]);
    let leads = table(&engine, 0, &[vec![text("1")]]);
    assert_eq!([last, next, all].map(|node| engine.eval_node(&leads, 0, node)), [int(2), int(2), int(4)]);
}
