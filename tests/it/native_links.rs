//! Folds over linked records on both engines, bit for bit: windows, decay, rate limits, filters, aggregates of every
//! fold, missing times and keys, retries, repeated keys, links without rows.

use proptest::prelude::*;
use revplay_ir::program::{Program, RecordId};
use revplay_ir::time::DAY_US;
use revplay_ir::types::Type;
use revplay_ir::value::Value;
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::links::LinkedRows;
use revplay_runtime::native::Native;
use revplay_runtime::table::Table;
use revplay_tests::decide::same_on_both_engines as same;
use revplay_tests::generate::{Choices, cases};
use revplay_tests::load;
use std::sync::Arc;

const NOW_US: i64 = 1_795_420_800_000_000; // 2026-11-23T08:00:00Z

const AMOUNTS: [&str; 8] =
    ["+5", "-3", "+minutes", "+(minutes * 2 + value)", "-value", "+amount_points", "+(value / minutes)", "+0"];
const FILTERS: [&str; 10] = [
    "",
    " where what = form",
    " where what = form",
    " where minutes > 3",
    " where note starts with \"a\"",
    " where heavy",
    " where campaign.kind = paid",
    " where campaign is missing",
    " where minutes > n",
    " where value > 1 and what != view",
];
const WINDOWS: [&str; 5] =
    ["", " within last 30 days", " within last 3 days", " from 60 to 7 days ago", " within next 14 days"];
const FOLDS: [&str; 15] = [
    "count(activitiesWF)",
    "count(distinct activities.noteWF)",
    "count(distinct activities.minutesWF)",
    "sum(activities.minutesWF)",
    "sum(activities.valueWF)",
    "avg(activities.valueWF)",
    "avg(activities.amountWF)",
    "min(activities.minutesWF)",
    "max(activities.valueWF)",
    "latest(activities.noteWF)",
    "latest(activities.minutesWF)",
    "first(activities.atWF)",
    "first(activities.whatWF)",
    "any(activities.minutes > 3)",
    "all(activities.what = view)",
];

/// A playbook with some rules and aggregates over events.
fn playbook(c: &mut Choices) -> String {
    let key = c.one(&["text", "text", "int"]);
    let ignoring = if key == "text" { c.one(&["", " ignoring case"]) } else { "" };
    let at = c.one(&["timestamp", "timestamp?"]);
    let id = c.one(&["", ", token text? event id", ", token int? event id"]);
    let zone = c.one(&["Europe/Berlin", "America/Havana", "UTC"]);
    let mut text = format!(
        r#"playbook p for lead {{
  timezone "{zone}"
  {}
}}
record lead {{ id {key} key{ignoring}, account_id text?, n int? }}
record account {{ id text key, industry text?, staff int?, open bool? }}
record contact {{ account_id text?, role enum(boss, user)?, weight number? }}
record campaign {{ name text key, cost number?, kind enum(paid, free) }}
record activity {{
  lead_id {key}?
  at {at} event time
  campaign_name text?
  what enum(view, form, demo)
  minutes int?
  value number?
  amount money(EUR)?
  amount_points number?
  note text?{}
}}
link lead.account to one account by account.id = lead.account_id
link lead.activities to many activity by activity.lead_id = lead.id
link account.contacts to many contact by contact.account_id = account.id
link activity.campaign to one campaign by campaign.name = activity.campaign_name
let heavy for activity = minutes > 3 and what = form
let bosses for account = count(contacts where role = boss)
let weight for account = sum(contacts.weight)
"#,
        c.one(&["", "week starts sunday"]),
        id.replace(", ", "\n  "),
    );
    let decays = c.once_in(3);
    let step = c.one(&["1", "0.01", "0.25"]);
    text.push_str(&format!("score s in steps of {} {{\n", if decays { "0.01" } else { step }));
    if decays {
        text.push_str("  group \"All\" decay half-life 30 days since account.since, if missing 50% {\n");
        text = text.replace("open bool? }", "open bool?, since timestamp? }");
    }
    for rule in 0..1 + c.below(5) {
        let mut clauses = String::new();
        let period = |c: &mut Choices| c.one(&["day", "week", "month"]);
        if c.once_in(2) {
            clauses.push_str(c.one(&[", half-life 3 days", ", half-life 30 days", ", half-life 400 days"]));
        }
        if c.once_in(3) {
            clauses.push_str(&format!(", at least {} a {}", 2 + c.below(2), period(c)));
        }
        if c.once_in(2) {
            let most = c.one(&["once", "2", "3"]);
            clauses.push_str(&format!(", at most {most} a {}", period(c)));
        }
        if c.once_in(2) || decays {
            clauses.push_str(&format!(", up to {}", 1 + c.below(60)));
        }
        let (amount, window, filter) = (c.one(&AMOUNTS), c.one(&WINDOWS), c.one(&FILTERS));
        text.push_str(&format!("  {amount} \"rule {rule}\" each activities{window}{filter}{clauses}\n"));
    }
    text.push_str(if decays { "  }\n}\n" } else { "}\n" });
    for output in 0..1 + c.below(4) {
        let (window, filter) = (c.one(&WINDOWS), c.one(&FILTERS));
        let fold = c.one(&FOLDS).replace("WF", &format!("{window}{filter}"));
        text.push_str(&format!("output out_{output} = {fold}\n"));
    }
    text.push_str("output staff = account.staff else -1\noutput alone = account is missing\n");
    text.push_str(
        "output bosses = account.bosses\noutput weight = account.weight\noutput industry = account.industry\n",
    );
    text.push_str("output open = 1 when account.open, otherwise 0\n");
    text.push_str("output dach = 1 when account.industry in (\"i1\", \"i2\"), otherwise 0\n");
    text
}

/// Rows of a record: fields by their names.
fn rows(program: &Program, name: &str, c: &mut Choices, n: usize, keys: usize) -> Table {
    let record = RecordId(program.records.iter().position(|r| r.name == name).expect("a record") as u32);
    let about = &program.records[record.index()];
    let cell = |c: &mut Choices, field: &revplay_ir::program::Field, row: usize| -> Value {
        let key = |i: usize| match field.ty {
            Type::Int => Value::Int(i as i64 * 3 - 10),
            _ if i.is_multiple_of(3) => Value::text(&format!("Key {i} of a length beyond a word")),
            _ => Value::text(&format!("k{i}")),
        };
        if field.optional && c.once_in(7) {
            return Value::Missing;
        }
        match (name, field.name.as_str()) {
            ("lead", "id") => key(row),
            // Now and then a key is taken already.
            (_, "id" | "name") => key(if c.once_in(9) { c.below(keys) } else { row }),
            (_, "lead_id" | "account_id" | "campaign_name") => match key(c.below(keys + keys / 8 + 1)) {
                Value::Text(text) if c.once_in(4) => Value::text(&text.to_uppercase()),
                key => key,
            },
            (_, "token") if field.ty == Type::Int => Value::Int(c.below(n * 4) as i64),
            (_, "token") => Value::text(&format!("t{}", c.below(n * 4))),
            (_, "industry") => Value::text(c.one(&["i1", "i2", "i3"])),
            (_, "note") => Value::text(c.one(&["a", "ab", "b", "", "/jobs"])),
            _ => match field.ty {
                Type::Bool => Value::Bool(c.once_in(2)),
                Type::Enum(id) => Value::Int(c.below(program.enums[id.0 as usize].labels.len()) as i64),
                Type::Number => Value::Num(c.one(&[0.0, 0.1, -2.5, 1e12, 3.7, 1e-9, -0.0])),
                Type::Percent => Value::Num(c.below(300) as f64 / 100.0),
                Type::Timestamp => Value::Int(NOW_US - time_us(c)),
                Type::Date => Value::Int((NOW_US - time_us(c)).div_euclid(DAY_US)),
                _ => Value::Int(c.one(&[0, 1, 2, 3, 4, 5, 1_000, -7, i64::from(i32::MAX) * 1_000])),
            },
        }
    };
    let row = |row: usize, c: &mut Choices| {
        about.fields.iter().map(|field| cell(c, &program.fields[field.index()], row)).collect()
    };
    let all: Vec<Vec<Value>> = (0..n).map(|i| row(i, c)).collect();
    Table::from_values(program, record, &all)
}

/// How long ago: often within some days, at the ends of windows, now and then to come.
fn time_us(c: &mut Choices) -> i64 {
    match c.below(6) {
        0 => c.one(&[0, 3, 7, 30, 60, -14]) * DAY_US + c.one(&[-1, 0, 1]),
        1 => -(c.below(20) as i64 * DAY_US),
        2 => (c.below(4) as i64 * DAY_US) + c.below(1_000) as i64,
        _ => (c.bits() % (80 * DAY_US as u64)) as i64,
    }
}

fn both(seed: u64, leads: usize, per_lead: usize) {
    let mut c = Choices::seeded(seed);
    let source = playbook(&mut c);
    let program: Arc<Program> = load::source(&source).program();
    let settings = Settings { now_us: NOW_US, params: Vec::new() };
    let mut engine = Engine::new(program.clone(), settings).expect("an engine");
    let batch = rows(&program, "lead", &mut c, leads, leads);
    let what = format!("seed {seed}, {leads} leads, {per_lead} events each\n{source}");
    // Before anything is linked, too.
    same(&engine, &Native::compile(&engine).expect("native code"), &batch, &what);
    let events = leads * per_lead;
    let mut tables = vec![
        rows(&program, "account", &mut c, leads / 3 + 1, leads / 3 + 1),
        rows(&program, "contact", &mut c, leads, leads / 3 + 1),
        rows(&program, "campaign", &mut c, 5, 5),
    ];
    // In two tables: they are put together in order.
    tables.push(rows(&program, "activity", &mut c, events - events / 3, leads));
    tables.push(rows(&program, "activity", &mut c, events / 3, leads));
    engine.link(tables);
    let native = Native::compile(&engine).expect("native code");
    same(&engine, &native, &batch, &what);
    let orphans = engine.orphans();
    // The same engine again, and one row at a time.
    same(&engine, &native, &batch, &what);
    for row in 0..leads.min(3) {
        let columns = batch.columns.iter().map(|c| c.as_ref().map(|c| c.slice(row, 1))).collect();
        same(&engine, &native, &Table { record: batch.record, rows: 1, columns }, &what);
    }
    assert_eq!(orphans, engine.orphans(), "{what}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(250), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn l1_l2_s2_to_s5_n4_linked_rows_are_folded_alike_on_both_engines(
        seed in any::<u64>(), leads in 0usize..60, per_lead in 0usize..14,
    ) {
        both(seed, leads, per_lead);
    }
}

/// More rows than are looked at together, of few keys and of many.
#[test]
fn l1_many_events_are_folded_alike_on_both_engines() {
    both(11, 3, 12_000);
    both(12, 5_000, 7);
}

/// Keys in no order are numbered in another way than keys of which the rows follow each other.
#[test]
fn l1_n1_scattered_rows_fold_as_grouped_ones_on_any_number_of_threads() {
    for id in ["", "token text? event id"] {
        let text = format!(
            r#"playbook p for lead
record lead {{ id text key }}
record activity {{
  lead_id text?
  at timestamp event time
  what enum(view, form)
  minutes int?
  note text
  {id}
}}
link lead.activities to many activity by activity.lead_id = lead.id
score s in steps of 0.01 {{
  +2 "Views" each activities within last 60 days where what = view, half-life 9 days, at most 2 a week
  +3 "Others" each activities, half-life 30 days
}}
output count = count(activities)
output time = sum(activities.minutes where what = form)
output last = latest(activities.minutes)
output first = first(activities.minutes)
output notes = count(distinct activities.note)
"#
        );
        let program: Arc<Program> = load::source(&text).program();
        let mut c = Choices::seeded(7);
        let event = |c: &mut Choices| {
            let key = c.below(20_000);
            let lead = if c.once_in(50) { Value::Missing } else { Value::text(&format!("lead {key}")) };
            let what = Value::Int(c.below(2) as i64);
            let minutes = if c.once_in(5) { Value::Missing } else { Value::Int(c.below(100_000) as i64) };
            let note = Value::text(&format!("{}", c.below(200_000)));
            let mut row = vec![lead, Value::Int(NOW_US - time_us(c)), what, minutes, note];
            // Repeated by rows of the same lead alone.
            row.extend((!id.is_empty()).then(|| Value::text(&format!("{key}/{}", c.below(12)))));
            (key, row)
        };
        let mut events: Vec<(usize, Vec<Value>)> = (0..140_000).map(|_| event(&mut c)).collect();
        let record = RecordId(program.records.iter().position(|r| r.name == "activity").expect("a record") as u32);
        let mut leads: Vec<Vec<Value>> =
            (0..25_000).step_by(11).map(|i| vec![Value::text(&format!("lead {i}"))]).collect();
        leads.push(vec![Value::Missing]);
        let batch = Table::from_values(&program, program.decided.expect("it decides"), &leads);
        let linked = |events: &[(usize, Vec<Value>)], threads: usize| {
            let settings = Settings { now_us: NOW_US, params: Vec::new() };
            let mut engine = Engine::new(program.clone(), settings).expect("an engine");
            let mut rows = LinkedRows::new(&program, record);
            for chunk in events.chunks(30_011) {
                let chunk: Vec<Vec<Value>> = chunk.iter().map(|(_, row)| row.clone()).collect();
                rows.add(&Table::from_values(&program, record, &chunk));
            }
            let report = engine.link_rows(vec![rows], Vec::new(), threads);
            let decided = engine.decide(&batch);
            (engine, report, decided.columns)
        };
        let (engine, report, scattered) = linked(&events, 1);
        same(&engine, &Native::compile(&engine).expect("native code"), &batch, "scattered");
        let (others, of_threads, on_threads) = linked(&events, 3);
        assert_eq!((&scattered, &report, engine.orphans()), (&on_threads, &of_threads, others.orphans()));
        // Stable: the rows of a lead keep their order.
        events.sort_by_key(|(key, _)| *key);
        let (others, of_grouped, grouped) = linked(&events, 1);
        assert_eq!((&scattered, &report, engine.orphans()), (&grouped, &of_grouped, others.orphans()));
    }
}

/// The plan says what is folded, and why the rest is not.
#[test]
fn l1_the_plan_tells_what_is_folded_by_key() {
    let text = r#"playbook p for lead
record lead { id text key, n int? }
record activity { lead_id text, at timestamp event time, minutes int? }
link lead.activities to many activity by activity.lead_id = lead.id
score s {
  +1 "All" each activities
  +1 "Long" each activities where minutes > n
}
"#;
    let program = load::source(text).program();
    let engine = Engine::new(program.clone(), Settings { now_us: NOW_US, params: Vec::new() }).expect("an engine");
    let plan = Native::compile(&engine).expect("native code").plan().print(&program);
    assert!(plan.contains("  once per key of activities: s: All\n"), "{plan}");
    assert!(plan.contains("  row by row, compares linked rows with the record's own fields: s: Long\n"), "{plan}");
}
