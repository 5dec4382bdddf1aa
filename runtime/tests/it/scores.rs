//! Promises S1 to S5, M2, M3.

use crate::play::*;
use proptest::prelude::*;
use revplay_ir::program::*;
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use revplay_runtime::engine::Engine;
use revplay_runtime::explain::{Detail, ScoreLine};

/// Leads with employees, a number of points and an instant; activities with a time and points.
fn base() -> Play {
    let mut play = Play::new();
    play.record(
        "lead",
        &[("id", Type::Text), ("employees", Type::Int), ("points", Type::Number), ("seen", Type::Timestamp)],
    );
    let activity =
        play.record("activity", &[("lead_id", Type::Text), ("at", Type::Timestamp), ("points", Type::Number)]);
    play.program.records[activity.index()].event_time = Some(play.field_id("activity.at"));
    play.link("activities", true, "lead.id", "activity.lead_id");
    play
}

fn lead(employees: Value, points: Value, seen: Value) -> Vec<Value> {
    vec![text("1"), employees, points, seen]
}

fn scored(play: Play, score: Score, row: Vec<Value>, events: &[(i64, f64)]) -> (i64, Vec<ScoreLine>) {
    let mut play = play;
    let ty = if score.scale == 0 { Type::Int } else { Type::Decimal(score.scale) };
    let id = play.decide("fit", ty, DecisionKind::Score(score));
    let mut engine = play.engine();
    link_events(&mut engine, events);
    let batch = table(&engine, 0, &[row]);
    let Value::Int(value) = engine.decide_row(&batch, 0).get(id, Part::Main) else {
        panic!("a score is never missing")
    };
    let explanation = engine.explain(&batch, 0);
    match &explanation.decisions[id.index()].detail {
        Detail::Score(detail) => (value, detail.lines.clone()),
        other => panic!("{other:?}"),
    }
}

fn link_events(engine: &mut Engine, events: &[(i64, f64)]) {
    let rows: Vec<Vec<Value>> = events.iter().map(|(t, p)| vec![text("1"), int(*t), Value::Num(*p)]).collect();
    let events = table(engine, 1, &rows);
    engine.link(vec![events]);
}

fn told(lines: &[ScoreLine]) -> Vec<(String, i64)> {
    lines.iter().map(|line| (line.label.clone(), line.steps)).collect()
}

fn pairs(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    expected.iter().map(|(label, steps)| (label.to_string(), *steps)).collect()
}

#[test]
fn s1_all_true_rules_count_and_a_missing_condition_does_not() {
    let mut play = base();
    let large = play.at_least("lead.employees", 1000);
    let small = play.at_least("lead.employees", 10);
    let rules = vec![
        rule("large", Some(large), Amount::Steps(30)),
        rule("small", Some(small), Amount::Steps(5)),
        rule("always", None, Amount::Steps(1)),
    ];
    let id = play.decide("fit", Type::Int, DecisionKind::Score(score(vec![group(None, rules)])));
    let engine = play.engine();
    assert_eq!(decided(&engine, id, lead(int(2000), MISSING, MISSING)), int(36));
    assert_eq!(decided(&engine, id, lead(int(10), MISSING, MISSING)), int(6));
    assert_eq!(decided(&engine, id, lead(MISSING, MISSING, MISSING)), int(1));
}

#[test]
fn s1_in_a_first_group_only_the_first_true_rule_counts() {
    let mut play = base();
    let large = play.at_least("lead.employees", 1000);
    let small = play.at_least("lead.employees", 10);
    let mut first =
        group(None, vec![rule("large", Some(large), Amount::Steps(30)), rule("small", Some(small), Amount::Steps(5))]);
    first.policy = GroupPolicy::First;
    let id = play.decide("fit", Type::Int, DecisionKind::Score(score(vec![first])));
    let engine = play.engine();
    assert_eq!(decided(&engine, id, lead(int(2000), MISSING, MISSING)), int(30));
    assert_eq!(decided(&engine, id, lead(int(20), MISSING, MISSING)), int(5));
}

#[test]
fn s1_two_true_rules_of_a_unique_group_are_found() {
    let mut play = base();
    let large = play.at_least("lead.employees", 1000);
    let small = play.at_least("lead.employees", 10);
    let mut unique = group(
        Some("Size"),
        vec![rule("large", Some(large), Amount::Steps(30)), rule("small", Some(small), Amount::Steps(5))],
    );
    unique.policy = GroupPolicy::Unique;
    let id = play.decide("fit", Type::Int, DecisionKind::Score(score(vec![unique])));
    let engine = play.engine();
    let batch = table(&engine, 0, &[lead(int(20), MISSING, MISSING), lead(int(2000), MISSING, MISSING)]);
    let decided = engine.decide(&batch);
    assert_eq!(decided.findings.len(), 1);
    assert_eq!((decided.findings[0].row, decided.findings[0].decision), (1, id));
    assert_eq!(decided.findings[0].message, "`large` and `small` are both true in the group `Size`");
    assert_eq!(engine.decide_row(&batch, 1).get(id, Part::Main), int(30));
}

#[test]
fn s2_caps_and_range_apply_in_order_and_each_loss_is_told() {
    let play = base();
    let mut company =
        group(Some("Company"), vec![rule("a", None, Amount::Steps(50)), rule("b", None, Amount::Steps(40))]);
    company.up_to = Some(60);
    let mut bad = group(Some("Bad"), vec![rule("c", None, Amount::Steps(-70))]);
    bad.not_below = Some(-20);
    let mut fit = score(vec![company, bad, group(None, vec![rule("d", None, Amount::Steps(75))])]);
    fit.start = 5;
    fit.range = Some((0, 100));
    let (value, lines) = scored(play, fit, lead(MISSING, MISSING, MISSING), &[]);
    assert_eq!(value, 100);
    let expected = [
        ("start at", 5),
        ("a", 50),
        ("b", 40),
        ("cap of Company (up to 60)", -30),
        ("c", -70),
        ("floor of Bad (not below -20)", 50),
        ("d", 75),
        ("range of the score (0..100)", -20),
    ];
    assert_eq!(told(&lines), pairs(&expected));
}

#[test]
fn s2_the_limit_of_a_rule_is_on_the_size_of_its_effect() {
    let mut play = base();
    let points = play.field("lead.points");
    let mut limited = rule("per view", None, Amount::Computed(points));
    limited.up_to = Some(20);
    let make = || score(vec![group(None, vec![limited.clone()])]);
    let at = |play: Play, x: f64| scored(play, make(), lead(MISSING, Value::Num(x), MISSING), &[]);
    let (value, lines) = at(play, -33.0);
    assert_eq!((value, lines[0].steps, lines[0].limit_took.as_deref()), (-20, -20, Some("+13")));
}

#[test]
fn m3_a_rule_whose_amount_is_missing_adds_nothing() {
    let mut play = base();
    let points = play.field("lead.points");
    let rules = vec![rule("computed", None, Amount::Computed(points)), rule("one", None, Amount::Steps(1))];
    assert_eq!(scored(play, score(vec![group(None, rules)]), lead(MISSING, MISSING, MISSING), &[]).0, 1);
}

#[test]
fn s4_a_computed_amount_is_rounded_once_half_away_from_zero() {
    for (points, expected) in [(2.5, 3), (-2.5, -3), (2.4999999999999996, 2), (0.49999999999999994, 0)] {
        let mut play = base();
        let node = play.field("lead.points");
        let fit = score(vec![group(None, vec![rule("computed", None, Amount::Computed(node))])]);
        assert_eq!(scored(play, fit, lead(MISSING, Value::Num(points), MISSING), &[]).0, expected, "{points}");
    }
}

#[test]
fn s4_steps_of_a_quarter_leave_in_units_of_their_scale() {
    let mut play = base();
    let node = play.field("lead.points");
    let mut fit = score(vec![group(None, vec![rule("computed", None, Amount::Computed(node))])]);
    (fit.scale, fit.step) = (2, 25);
    // 1.30 is 5.2 steps: 5 steps are 1.25.
    assert_eq!(scored(play, fit, lead(MISSING, Value::Num(1.3), MISSING), &[]).0, 125);
}

#[test]
fn s3_an_event_counts_half_after_its_half_life_and_a_future_instant_has_age_0() {
    let mut play = base();
    let points = play.field("activity.points");
    let mut counted = each(LinkId(0), points);
    counted.half_life_us = Some(30 * DAY);
    let fit = score(vec![group(None, vec![rule("webinars", None, Amount::Each(counted))])]);
    let events = [(NOW, 8.0), (NOW - 30 * DAY, 8.0), (NOW - 60 * DAY, 8.0), (NOW + 1, 8.0)];
    let (value, lines) = scored(play, fit, lead(MISSING, MISSING, MISSING), &events);
    assert_eq!(value, 8 + 4 + 2);
    let events = lines[0].events.as_ref().expect("events");
    assert_eq!((events.counted.len(), events.outside_window), (3, 1));
    assert_eq!(events.counted[1].factor, 0.5);
}

#[test]
fn s4_events_add_up_in_units_so_their_order_cannot_matter() {
    // Three times 1/3 of a step, each rounded to 2^-20 steps: 1.0 less one unit.
    let third = 1.0 / 3.0;
    let sum_of = |events: &[(i64, f64)]| {
        let mut play = base();
        let points = play.field("activity.points");
        let fit = score(vec![group(None, vec![rule("e", None, Amount::Each(each(LinkId(0), points)))])]);
        scored(play, fit, lead(MISSING, MISSING, MISSING), events).0
    };
    assert_eq!(sum_of(&[(NOW, third), (NOW, third), (NOW, third)]), 1);
    assert_eq!(sum_of(&[(NOW, 0.1), (NOW, 0.2), (NOW, 0.2)]), sum_of(&[(NOW, 0.2), (NOW, 0.1), (NOW, 0.2)]));
}

#[test]
fn s5_at_most_one_a_day_keeps_the_largest_of_the_local_day() {
    // Midnight in Berlin is 23:00 UTC: a day by UTC would put all of them together but the last two.
    let midnight = NOW - 9 * HOUR;
    let events = [(midnight - HOUR, 2.0), (midnight, 3.0), (midnight + HOUR, 5.0), (midnight + 2 * HOUR, -6.0)];
    let mut play = base();
    let points = play.field("activity.points");
    let mut opens = each(LinkId(0), points);
    opens.at_most = Some((1, Period::Day));
    let fit = score(vec![group(None, vec![rule("opens", None, Amount::Each(opens))])]);
    let (value, lines) = scored(play, fit, lead(MISSING, MISSING, MISSING), &events);
    assert_eq!(value, 2 - 6, "one of the 22nd, the largest by size of the 23rd");
    assert_eq!(lines[0].events.as_ref().map(|e| e.over_limit), Some(2));
}

#[test]
fn s5_at_least_three_a_week_lets_only_full_weeks_count() {
    let monday = NOW - 9 * HOUR;
    let before = [(monday - DAY, 1.0), (monday - 2 * DAY, 1.0), (monday - 3 * DAY, 1.0)];
    let this = [(monday + HOUR, 1.0), (monday + 2 * HOUR, 1.0)];
    let mut play = base();
    let points = play.field("activity.points");
    let mut jobs = each(LinkId(0), points);
    (jobs.at_least, jobs.at_most) = (Some((3, Period::Week)), Some((1, Period::Week)));
    let fit = score(vec![group(None, vec![rule("jobs", None, Amount::Each(jobs))])]);
    let events: Vec<(i64, f64)> = before.into_iter().chain(this).collect();
    let (value, lines) = scored(play, fit, lead(MISSING, MISSING, MISSING), &events);
    assert_eq!(value, 1);
    let events = lines[0].events.as_ref().expect("events");
    assert_eq!((events.too_few, events.over_limit), (2, 2));
}

#[test]
fn s2_a_decaying_group_is_rounded_at_its_end_and_then_capped() {
    let mut play = base();
    let (points, seen) = (play.field("lead.points"), play.field("lead.seen"));
    let decay = Decay { half_life_us: 30 * DAY, since: Some(seen), if_missing: Some(0.5) };
    let mut site =
        group(Some("Site"), vec![rule("a", None, Amount::Computed(points)), rule("b", None, Amount::Steps(10))]);
    site.decay = Some(decay);
    site.up_to = Some(7);
    let fit = score(vec![site]);
    // (6.6 + 10) / 2 = 8.3: rules as they were, then what the decay and the cap took.
    let (value, lines) = scored(play, fit, lead(MISSING, Value::Num(6.6), int(NOW - 30 * DAY)), &[]);
    assert_eq!(value, 7);
    assert_eq!(told(&lines), pairs(&[("a", 7), ("b", 10), ("decay of Site", -9), ("cap of Site (up to 7)", -1)]));
    let decay = lines[2].decay.as_ref().expect("decay");
    assert_eq!((decay.factor, decay.age.is_some()), (0.5, true));
}

#[test]
fn m3_a_decay_without_its_instant_has_the_factor_that_is_said() {
    let mut play = base();
    let seen = play.field("lead.seen");
    let mut fit = score(vec![group(None, vec![rule("b", None, Amount::Steps(10))])]);
    fit.decay = Some(Decay { half_life_us: 30 * DAY, since: Some(seen), if_missing: Some(0.25) });
    let id = play.decide("fit", Type::Int, DecisionKind::Score(fit));
    let engine = play.engine();
    assert_eq!(decided(&engine, id, lead(MISSING, MISSING, MISSING)), int(3), "2.5 is rounded away from zero");
    assert_eq!(decided(&engine, id, lead(MISSING, MISSING, int(NOW + DAY))), int(10), "age 0");
}

#[test]
fn s4_huge_amounts_neither_trap_nor_wrap() {
    let mut play = base();
    let points = play.field("lead.points");
    let seen = play.field("lead.seen");
    let mut site =
        group(None, vec![rule("a", None, Amount::Computed(points)), rule("b", None, Amount::Steps(i64::MAX))]);
    site.decay = Some(Decay { half_life_us: 1, since: Some(seen), if_missing: Some(1.0) });
    let plain = group(None, vec![rule("c", None, Amount::Computed(points)), rule("d", None, Amount::Steps(i64::MIN))]);
    let fit = score(vec![site, plain]);
    let (value, lines) = scored(play, fit, lead(MISSING, Value::Num(1e300), MISSING), &[]);
    assert_eq!(lines.iter().map(|l| l.steps).sum::<i64>(), value);
}

/// A score of any shape over the leads and activities of `base`.
fn any_score() -> impl Strategy<Value = (Score, Vec<(i64, f64)>, Vec<Value>)> {
    let decay = || proptest::option::of((1i64..100, proptest::option::of(0.0..=1.0f64)));
    let kind = prop_oneof![Just(0u8), Just(1), Just(2)];
    let a_rule = (kind, -60i64..60, proptest::option::of(0i64..40), 0u8..3, proptest::option::of(1i64..90));
    let a_group = (
        proptest::collection::vec(a_rule, 1..4),
        proptest::option::of(-20i64..60),
        proptest::option::of(-40i64..20),
        decay(),
        0u8..2,
    );
    let groups = proptest::collection::vec(a_group, 0..4);
    let shape = (
        groups,
        -10i64..20,
        proptest::option::of((-5i64..5, 5i64..100)),
        decay(),
        prop_oneof![Just((0u8, 1i64)), Just((2, 1)), Just((2, 25))],
    );
    let events = proptest::collection::vec((0i64..100_000, -9.0..9.0f64), 0..8);
    let row =
        (proptest::option::of(0i64..2000), proptest::option::of(-90.0..90.0f64), proptest::option::of(-10i64..400));
    (shape, events, row).prop_map(|((groups, start, range, decay, (scale, step)), events, row)| {
        let decay_of = |decay: Option<(i64, Option<f64>)>| {
            decay.map(|(days, missing)| Decay {
                half_life_us: days * DAY,
                since: Some(NodeId(2)),
                if_missing: missing.or(Some(0.5)),
            })
        };
        let groups = groups.into_iter().map(|(rules, up_to, not_below, decay, policy)| Group {
            label: Some("G".into()),
            policy: if policy == 0 { GroupPolicy::All } else { GroupPolicy::First },
            up_to,
            not_below,
            decay: decay_of(decay),
            rules: rules.into_iter().enumerate().map(|(i, rule)| rule_of(i, rule)).collect(),
            site: SITE,
        });
        let score = Score { scale, step, start, range, decay: decay_of(decay), groups: groups.collect() };
        let events = events.into_iter().map(|(minutes, points)| (NOW - minutes * 60_000_000, points)).collect();
        let value = |x: Option<i64>| x.map_or(MISSING, int);
        let row = vec![text("1"), value(row.0), row.1.map_or(MISSING, Value::Num), value(row.2.map(|d| NOW - d * DAY))];
        (score, events, row)
    })
}

/// Nodes 0 to 4 of `generated`: condition, points, seen, points of an event, employees.
fn rule_of(i: usize, (kind, steps, up_to, limits, half_life): (u8, i64, Option<i64>, u8, Option<i64>)) -> Rule {
    let amount = match kind {
        0 => Amount::Steps(steps),
        1 => Amount::Computed(NodeId(1)),
        _ => Amount::Each(Each {
            link: LinkId(0),
            window: (limits == 1).then_some(Window::Last(40 * DAY)),
            filter: None,
            points: NodeId(3),
            half_life_us: half_life.map(|days| days * DAY),
            at_most: (limits > 0).then_some((1, Period::Week)),
            at_least: (limits == 2).then_some((2, Period::Week)),
        }),
    };
    let when = (i % 2 == 1).then_some(NodeId(5));
    Rule { name: format!("rule {i}"), when, amount, up_to, text: String::new(), site: SITE }
}

fn generated() -> Play {
    let mut play = base();
    let employees = play.field("lead.employees");
    let nodes = [employees, play.field("lead.points"), play.field("lead.seen"), play.field("activity.points")];
    let limit = play.int(500);
    let large = play.at_least("lead.employees", 500);
    assert_eq!((nodes, limit, large), ([NodeId(0), NodeId(1), NodeId(2), NodeId(3)], NodeId(4), NodeId(5)));
    play
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn s4_contributions_shown_add_up_to_the_score_exactly((score, events, row) in any_score()) {
        let (step, range) = (score.step, score.range);
        let (value, lines) = scored(generated(), score, row, &events);
        let sum: i64 = lines.iter().map(|line| line.steps).sum();
        prop_assert_eq!(sum * step, value, "{:?}", lines);
        if let Some((least, greatest)) = range {
            prop_assert!((least * step..=greatest * step).contains(&value));
        }
    }

    #[test]
    fn s4_the_order_of_events_and_rules_does_not_matter((score, events, row) in any_score()) {
        // Events of one instant are told apart by file order: keep one of each.
        let mut events = events;
        events.sort_by_key(|(t, _)| *t);
        events.dedup_by_key(|(t, _)| *t);
        let value = scored(generated(), score.clone(), row.clone(), &events).0;
        let mut turned = score;
        for group in turned.groups.iter_mut().filter(|group| group.policy == GroupPolicy::All) {
            group.rules.reverse();
        }
        turned.groups.reverse();
        events.reverse();
        prop_assert_eq!(scored(generated(), turned, row, &events).0, value);
    }
}
