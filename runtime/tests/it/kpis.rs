//! Promises K1 to K5.

use crate::play::*;
use proptest::prelude::*;
use revplay_ir::ops::Op;
use revplay_ir::program::*;
use revplay_ir::types::{Currency, EnumId, Type};
use revplay_ir::value::Value;
use revplay_runtime::engine::Engine;
use revplay_runtime::kpi::{KpiReport, KpiStates, TargetStatus};
use revplay_runtime::table::Table;

const EUR: Type = Type::Money(Currency(*b"EUR"));
const SOURCE: EnumId = EnumId(1);

/// Leads with a source, an instant of creation, one of qualification, an amount and a number.
fn base() -> Play {
    let mut play = Play::new();
    assert_eq!(play.labels("source", &["web", "referral", "outbound"]), SOURCE);
    play.record(
        "lead",
        &[
            ("id", Type::Text),
            ("source", Type::Enum(SOURCE)),
            ("country", Type::Text),
            ("created_at", Type::Timestamp),
            ("mql_at", Type::Timestamp),
            ("amount", EUR),
            ("x", Type::Number),
        ],
    );
    play
}

fn lead(source: Value, country: Value, created_at: i64, mql: bool, amount: Value, x: Value) -> Vec<Value> {
    let mql_at = if mql { int(created_at) } else { MISSING };
    vec![MISSING, source, country, int(created_at), mql_at, amount, x]
}

fn total(play: &mut Play, fold: Fold, body: Option<&str>, filter: Option<NodeId>, by: &[&str], ty: Type) -> KpiExpr {
    let body = body.map(|path| play.field(path));
    let by = by.iter().map(|path| play.field(path)).collect();
    let anchor = Some(play.field("lead.created_at"));
    KpiExpr::Total(Total { fold, percentile: 0.5, record: RecordId(0), filter, body, ty, by, anchor })
}

fn kpi(name: &str, value: KpiExpr, ty: Type, by: &[&str], per: Option<Period>) -> Kpi {
    Kpi {
        name: name.into(),
        title: None,
        value,
        ty,
        by: by.iter().map(|b| b.to_string()).collect(),
        per,
        owners: vec![],
        targets: vec![],
        decided: false,
        not_built: None,
        site: SITE,
    }
}

/// count(lead where mql_at is known) / count(lead)
fn rate(play: &mut Play, by: &[&str], names: &[&str], per: Option<Period>) -> Kpi {
    let mql_at = play.field("lead.mql_at");
    let known = play.bool_op(Op::IsKnown, &[mql_at]);
    let won = total(play, Fold::Count, None, Some(known), by, Type::Int);
    let all = total(play, Fold::Count, None, None, by, Type::Int);
    kpi("mql_rate", KpiExpr::Op(Op::DivIntToNum, vec![won, all]), Type::Percent, names, per)
}

fn report(engine: &Engine, rows: &[Vec<Value>]) -> Vec<KpiReport> {
    let mut states = KpiStates::new(engine);
    states.add(engine, &table(engine, 0, rows));
    states.finish(engine)
}

/// Period, values of the `by` columns, value.
type Shown<'a> = (Option<&'a str>, Vec<Option<&'a str>>, Value);

fn shown(report: &KpiReport) -> Vec<Shown<'_>> {
    let rows = report.rows.iter().map(|row| {
        let period = row.period.as_ref().map(|period| period.label.as_str());
        (period, row.by.iter().map(Option::as_deref).collect(), row.value.clone())
    });
    rows.collect()
}

#[test]
fn k1_a_ratio_is_the_ratio_of_the_totals_and_k3_missing_is_a_group() {
    let mut play = base();
    let rate = rate(&mut play, &["lead.source"], &["source"], Some(Period::Month));
    play.program.kpis.push(rate);
    let engine = play.engine();
    let october = NOW - 30 * DAY;
    let rows: Vec<Vec<Value>> = [
        (int(1), october, true),
        (int(0), october, true),
        (int(0), october, false),
        (int(0), october, false),
        (MISSING, october, false),
        (int(0), NOW, true),
    ]
    .map(|(source, t, mql)| lead(source, MISSING, t, mql, MISSING, MISSING))
    .to_vec();
    let report = report(&engine, &rows).remove(0);
    let expected = [
        (Some("2026-10"), vec![Some("web")], Value::Num(1.0 / 3.0)),
        (Some("2026-10"), vec![Some("referral")], Value::Num(1.0)),
        (Some("2026-10"), vec![None], Value::Num(0.0)),
        (Some("2026-11"), vec![Some("web")], Value::Num(1.0)),
    ];
    assert_eq!(shown(&report), expected);
    let periods: Vec<(Value, bool)> = report
        .periods
        .iter()
        .map(|row| (row.value.clone(), row.period.as_ref().is_some_and(|p| p.unfinished)))
        .collect();
    assert_eq!(periods, [(Value::Num(0.4), false), (Value::Num(1.0), true)]);
    assert_eq!((report.total.value.clone(), report.total.text.as_deref()), (Value::Num(0.5), Some("50%")));
}

#[test]
fn k3_periods_are_of_the_playbooks_zone_and_a_row_without_an_instant_is_in_none() {
    let mut play = base();
    let leads = total(&mut play, Fold::Count, None, None, &[], Type::Int);
    play.program.kpis.push(kpi("leads", leads, Type::Int, &[], Some(Period::Month)));
    let engine = play.engine();
    // 2026-10-31T23:30Z is November in Berlin.
    let november = NOW - 22 * DAY - 8 * HOUR - HOUR / 2;
    let mut rows = vec![lead(MISSING, MISSING, november, false, MISSING, MISSING)];
    rows.push(vec![MISSING]);
    let report = report(&engine, &rows).remove(0);
    assert_eq!(shown(&report), [(Some("2026-11"), vec![], int(1))]);
    assert_eq!((report.without_period, report.total.value), (1, int(1)));
}

#[test]
fn k1_arithmetic_between_kpis_joins_on_the_names_of_by() {
    let mut play = base();
    let leads = total(&mut play, Fold::Count, None, None, &["lead.source", "lead.country"], Type::Int);
    play.program.kpis.push(kpi("leads", leads, Type::Int, &["source", "country"], None));
    let amount = total(&mut play, Fold::Sum, Some("lead.amount"), None, &["lead.country", "lead.source"], EUR);
    let per_lead = KpiExpr::Op(Op::UnscaleInt, vec![amount, KpiExpr::Op(Op::IntToNum, vec![KpiExpr::Kpi(KpiId(0))])]);
    play.program.kpis.push(kpi("per_lead", per_lead, EUR, &["country", "source"], None));
    let engine = play.engine();
    let rows = [(0, "DE", 100), (0, "DE", 101), (1, "DE", 50), (0, "AT", 7)];
    let rows = rows.map(|(s, c, a)| lead(int(s), text(c), NOW, false, int(a), MISSING));
    let report = report(&engine, &rows).remove(1);
    let expected = [
        (None, vec![Some("AT"), Some("web")], int(7)),
        (None, vec![Some("DE"), Some("web")], int(101)),
        (None, vec![Some("DE"), Some("referral")], int(50)),
    ];
    assert_eq!(shown(&report), expected, "201 / 2 is 100.5, rounded away from zero");
    assert_eq!((report.total.value, report.total.text.as_deref()), (int(65), Some("0.65 EUR")));
}

#[test]
fn k2_sums_are_exact_and_medians_are_of_type_7() {
    let mut play = base();
    let sum = total(&mut play, Fold::Sum, Some("lead.x"), None, &[], Type::Number);
    play.program.kpis.push(kpi("sum", sum, Type::Number, &[], None));
    let median = total(&mut play, Fold::Percentile, Some("lead.amount"), None, &[], EUR);
    play.program.kpis.push(kpi("median", median, EUR, &[], None));
    let mean = total(&mut play, Fold::Avg, Some("lead.amount"), None, &[], EUR);
    play.program.kpis.push(kpi("mean", mean, EUR, &[], None));
    let engine = play.engine();
    let rows = [(1e100, 1), (1.0, 2), (-1e100, 5), (0.5, 6)];
    let mut rows = rows.map(|(x, a)| lead(MISSING, MISSING, NOW, false, int(a), Value::Num(x))).to_vec();
    rows.push(lead(MISSING, MISSING, NOW, false, MISSING, MISSING));
    let values: Vec<Value> = report(&engine, &rows).into_iter().map(|r| r.total.value).collect();
    assert_eq!(values, [Value::Num(1.5), int(4), int(4)], "3.5 and 3.5, rounded away from zero");
    let nothing: Vec<Value> = report(&engine, &[]).into_iter().map(|r| r.total.value).collect();
    assert_eq!(nothing, [Value::Num(0.0), MISSING, MISSING]);
}

fn target(compare: Compare, value: f64, until: Option<i32>, each: Option<u32>) -> Target {
    Target { compare, value: Const::Num(value), until, each, text: format!("{compare:?} {value}") }
}

#[test]
fn k5_a_target_is_on_the_total_of_the_last_whole_period() {
    let mut play = base();
    let mut rate = rate(&mut play, &["lead.source"], &["source"], Some(Period::Month));
    let today = (NOW / DAY) as i32;
    rate.targets = vec![
        target(Compare::Ge, 0.5, Some(today), None),
        target(Compare::Gt, 0.5, None, None),
        target(Compare::Ge, 0.9, Some(today - 1), None),
        target(Compare::Ge, 0.6, None, Some(0)),
    ];
    play.program.kpis.push(rate);
    let engine = play.engine();
    let october = NOW - 30 * DAY;
    let rows = [(0, october, true), (1, october, false), (0, NOW, false), (2, october - 40 * DAY, true)];
    let rows = rows.map(|(s, t, mql)| lead(int(s), MISSING, t, mql, MISSING, MISSING));
    let targets = report(&engine, &rows).remove(0).targets;
    let told: Vec<_> = targets.iter().map(|t| (t.group.as_deref(), t.period.as_deref(), t.status)).collect();
    let period = Some("2026-10");
    let expected = [
        (None, period, TargetStatus::Met),
        (None, period, TargetStatus::Missed),
        (None, period, TargetStatus::NotChecked),
        (Some("source web"), period, TargetStatus::Met),
        (Some("source referral"), period, TargetStatus::Missed),
    ];
    assert_eq!(told, expected);
    let nothing = report(&engine, &[]).remove(0).targets;
    assert!(
        nothing.iter().all(|t| matches!(t.status, TargetStatus::NoValue | TargetStatus::NotChecked)),
        "{nothing:?}"
    );
    assert!(nothing[0].status.fails() && !nothing[2].status.fails());
}

#[test]
fn k4_a_kpi_may_count_decisions_as_of_now() {
    let mut play = base();
    let amount = play.field("lead.amount");
    let hundred = play.constant(Const::Int(100), EUR);
    let large = play.bool_op(Op::CmpInt(Compare::Ge), &[amount, hundred]);
    let decision = play.decide("large", Type::Bool, DecisionKind::Value(large));
    let result = play.result(decision);
    let count = total(&mut play, Fold::Count, None, Some(result), &[], Type::Int);
    let mut kpi = kpi("test.large", count, Type::Int, &[], None);
    kpi.decided = true;
    play.program.kpis.push(kpi);
    let engine = play.engine();
    let rows = [int(99), int(100), MISSING].map(|a| lead(MISSING, MISSING, NOW, false, a, MISSING));
    let report = report(&engine, &rows).remove(0);
    assert_eq!((report.total.value, report.as_decided_at.as_deref()), (int(1), Some("2026-11-23T08:00:00Z")));
}

#[test]
fn n4_linked_rows_count_once_without_retries_and_later_events() {
    let mut play = base();
    let event = play.record("event", &[("lead_id", Type::Text), ("at", Type::Timestamp), ("no", Type::Int)]);
    play.program.records[event.index()].event_time = Some(play.field_id("event.at"));
    play.program.records[event.index()].event_id = Some(play.field_id("event.no"));
    let events = Total {
        fold: Fold::Count,
        percentile: 0.5,
        record: event,
        filter: None,
        body: None,
        ty: Type::Int,
        by: vec![],
        anchor: None,
    };
    play.program.kpis.push(kpi("events", KpiExpr::Total(events), Type::Int, &[], None));
    let mut engine = play.engine();
    let row = |t: i64, no: i64| vec![MISSING, int(t), int(no)];
    let rows = table(&engine, 1, &[row(NOW, 1), row(NOW, 1), row(NOW, 2), row(NOW + 1, 3)]);
    engine.link(vec![rows]);
    let mut states = KpiStates::new(&engine);
    states.add_linked(&engine);
    assert_eq!(states.finish(&engine)[0].total.value, int(2));
}

#[test]
fn e1_what_is_not_built_says_so_and_has_no_rows() {
    let mut play = base();
    let mut rate = rate(&mut play, &[], &[], Some(Period::Month));
    rate.not_built = Some("`conversion` is not built yet".into());
    play.program.kpis.push(rate);
    let engine = play.engine();
    let report = report(&engine, &[lead(MISSING, MISSING, NOW, true, MISSING, MISSING)]).remove(0);
    assert_eq!((report.rows.len(), report.total.value, report.not_built.is_some()), (0, MISSING, true));
}

fn every_fold() -> Engine {
    let mut play = base();
    let by = ["lead.source", "lead.country"];
    for (fold, ty) in [
        (Fold::Sum, Type::Number),
        (Fold::Avg, Type::Number),
        (Fold::Percentile, Type::Number),
        (Fold::CountDistinct, Type::Int),
        (Fold::Max, Type::Number),
    ] {
        let value = total(&mut play, fold, Some("lead.x"), None, &by, ty);
        play.program.kpis.push(kpi("k", value, ty, &["source", "country"], Some(Period::Week)));
    }
    let rate = rate(&mut play, &by, &["source", "country"], Some(Period::Week));
    play.program.kpis.push(rate);
    play.engine()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn k2_splitting_and_reordering_rows_changes_nothing(seed in 0u64..1000, cut in 0usize..80, turn in 0usize..80) {
        let engine = every_fold();
        let rows = revplay_runtime::generate::rows(engine.program(), NOW, seed, 80);
        let slice = |from: usize, n: usize| Table {
            record: rows.record,
            rows: n,
            columns: rows.columns.iter().map(|c| c.as_ref().map(|c| c.slice(from, n))).collect(),
        };
        let mut whole = KpiStates::new(&engine);
        whole.add(&engine, &rows);
        let (mut a, mut b) = (KpiStates::new(&engine), KpiStates::new(&engine));
        a.add(&engine, &slice(cut, 80 - cut));
        b.add(&engine, &slice(0, cut.min(turn)));
        b.add(&engine, &slice(cut.min(turn), cut - cut.min(turn)));
        a.merge(&b);
        prop_assert_eq!(format!("{:?}", whole.finish(&engine)), format!("{:?}", a.finish(&engine)));
    }
}
