//! Linked rows that are folded while they are read give what kept rows give, and rows that do not stand by key are
//! noticed.

use revplay_ir::program::{Program, RecordId};
use revplay_ir::time::DAY_US;
use revplay_ir::value::Value;
use revplay_runtime::engine::{Engine, Settings};
use revplay_runtime::links::{LinkReport, LinkedRows, NotGrouped};
use revplay_runtime::native::{FoldedRows, Folding, Native};
use revplay_runtime::table::{Table, plain};
use revplay_tests::generate::Choices;
use revplay_tests::load;
use std::sync::Arc;

const NOW_US: i64 = 1_795_420_800_000_000; // 2026-11-23T08:00:00Z

fn text(key: &str, more: &str) -> String {
    format!(
        r#"playbook p for lead
record lead {{ id {key} key }}
record activity {{ lead_id {key}?, at timestamp? event time, what enum(view, form), minutes int?, note text }}
link lead.activities to many activity by activity.lead_id = lead.id
score s in -1000..1000 in steps of 0.01 {{
  +2 "Views"  each activities within last 60 days where what = view, half-life 9 days, at most 2 a week
  -3 "Others" each activities, half-life 30 days
  +minutes "Minutes" each activities where minutes < 50, at least 2 a week, up to 90
}}
let first_seen = min(activities.at)
score d in steps of 0.01 {{
  group "All" decay half-life 10 days since first_seen, if missing 50% {{
    +1 "Sevens" each activities where note starts with "7"
  }}
}}
output count = count(activities)
output time = sum(activities.minutes where what = form)
output last = latest(activities.minutes)
output first = first(activities.minutes)
output seen = max(activities.at within last 90 days)
output notes = count(distinct activities.note)
output text = latest(activities.note where what = form)
output busy = any(activities where minutes > 90)
{more}
"#
    )
}

struct Case {
    program: Arc<Program>,
    record: RecordId,
    events: Vec<Vec<Value>>,
    leads: Table,
}

/// Events of 3,000 leads.
fn case(is_text: bool, more: &str) -> Case {
    case_of(3_000, is_text, more)
}

/// Events of leads, each with its rows together; between them rows of one unknown lead, and rows without a lead.
fn case_of(known: usize, is_text: bool, more: &str) -> Case {
    let program: Arc<Program> = load::source(&text(if is_text { "text" } else { "int" }, more)).program();
    let record = RecordId(program.records.iter().position(|r| r.name == "activity").expect("a record") as u32);
    let key = |key: usize| if is_text { Value::text(&format!("lead {key}")) } else { Value::Int(key as i64 * 7) };
    let mut c = Choices::seeded(5);
    let mut events = Vec::new();
    for lead in 0..known {
        for _ in 0..c.below(25) {
            let lead = match c.below(100) {
                0 => Value::Missing,
                1 => key(1_000_000),
                _ => key(lead * 31 % known),
            };
            let at = Value::Int(NOW_US - c.below(120) as i64 * DAY_US / 2 + c.below(5) as i64 * DAY_US);
            let at = if c.once_in(40) { Value::Missing } else { at };
            let minutes = if c.once_in(5) { Value::Missing } else { Value::Int(c.below(100) as i64) };
            let note = Value::text(&format!("{}", c.below(900)));
            events.push(vec![lead, at, Value::Int(c.below(2) as i64), minutes, note]);
        }
    }
    let mut leads: Vec<Vec<Value>> = (0..known + 1_000).step_by(3).map(|lead| vec![key(lead)]).collect();
    leads.push(vec![Value::Missing]);
    let leads = Table::from_values(&program, program.decided.expect("it decides"), &leads);
    Case { program, record, events, leads }
}

impl Case {
    fn engine(&self) -> Engine {
        let settings = Settings { now_us: NOW_US, params: Vec::new() };
        Engine::new(self.program.clone(), settings).expect("an engine")
    }

    fn chunks(&self, rows: usize) -> impl Iterator<Item = Table> + '_ {
        self.events.chunks(rows).map(|rows| Table::from_values(&self.program, self.record, rows))
    }

    fn kept(&self) -> (Engine, LinkReport) {
        let mut engine = self.engine();
        let report = engine.link_rows(vec![self.rows(1 << 20)], Vec::new(), 1);
        (engine, report)
    }

    fn rows(&self, at_a_time: usize) -> LinkedRows {
        let mut rows = LinkedRows::new(&self.program, self.record);
        self.chunks(at_a_time).for_each(|chunk| rows.add(&chunk));
        rows
    }

    fn rows_on(&self, threads: usize, at_a_time: usize) -> LinkedRows {
        let mut rows = LinkedRows::new(&self.program, self.record);
        rows.add_all(self.chunks(at_a_time), threads);
        rows
    }

    fn folded(&self, engine: &Engine, rows: usize) -> Result<FoldedRows, NotGrouped> {
        let folding = Folding::new(engine, self.record).expect("nothing looks at the rows");
        let mut folded = folding.begin(engine);
        for chunk in self.chunks(rows) {
            folded.add(&folding.fold(engine, &chunk))?;
        }
        folded.finish(&folding, engine, 2)
    }
}

#[test]
fn l1_rows_that_are_folded_while_they_are_read_give_what_kept_rows_give() {
    for is_text in [true, false] {
        let case = case(is_text, "");
        let (kept, report) = case.kept();
        let wanted = kept.decide(&case.leads);
        // The last is all rows at once.
        for rows in [1_000, 16_384, 1 << 20] {
            let mut engine = case.engine();
            let folded = case.folded(&engine, rows).expect("rows stand by key");
            let of_folded = engine.link_rows(Vec::new(), vec![folded], 1);
            assert_eq!(of_folded, report, "chunks of {rows}");
            let native = Native::compile(&engine).expect("native code").decide(&engine, &case.leads);
            for decided in [engine.decide(&case.leads), native] {
                for ((output, wanted), column) in case.program.outputs.iter().zip(&wanted.columns).zip(&decided.columns)
                {
                    assert_eq!(plain(column).as_ref(), plain(wanted).as_ref(), "{}, chunks of {rows}", output.name);
                }
            }
            assert_eq!(engine.orphans(), kept.orphans(), "chunks of {rows}");
        }
    }
}

#[test]
fn l1_rows_that_do_not_stand_by_key_are_noticed() {
    for is_text in [true, false] {
        let mut case = case(is_text, "");
        let engine = case.engine();
        // Rows of a lead in the middle of the file come again at its end.
        let again: Vec<Vec<Value>> = case.events[20_500..20_510].to_vec();
        case.events.extend(again);
        assert!(case.folded(&engine, 1_000).is_err());
        // Chunks of few rows are all edge.
        assert!(case.folded(&engine, 100).is_err());
        // In one chunk they are together.
        assert!(case.folded(&engine, 1 << 20).is_ok());
    }
}

#[test]
fn l1_n1_kept_rows_in_any_order_fold_by_key_on_any_number_of_threads() {
    // Keys that are many are put to groups before they are numbered.
    for (known, is_text) in [(3_000, true), (3_000, false), (12_000, true)] {
        let mut case = case_of(known, is_text, "");
        let mut c = Choices::seeded(41);
        let again = case.events.clone();
        case.events.extend(again);
        for row in (1..case.events.len()).rev() {
            case.events.swap(row, c.below(row + 1));
        }
        assert!(case.events.len() > 1 << 16);
        let (kept, report) = case.kept();
        let wanted = kept.decide(&case.leads);
        for threads in [1, 3] {
            let mut engine = case.engine();
            let folding = Folding::new(&engine, case.record).expect("nothing looks at the rows");
            let folded = folding.of_kept(&engine, case.rows_on(threads, 20_011), threads);
            assert_eq!(engine.link_rows(Vec::new(), vec![folded], threads), report, "{threads} threads");
            let native = Native::compile(&engine).expect("native code").decide(&engine, &case.leads);
            for decided in [engine.decide(&case.leads), native] {
                for ((output, wanted), column) in case.program.outputs.iter().zip(&wanted.columns).zip(&decided.columns)
                {
                    assert_eq!(plain(column).as_ref(), plain(wanted).as_ref(), "{}, {threads} threads", output.name);
                }
            }
            assert_eq!(engine.orphans(), kept.orphans(), "{threads} threads");
        }
        let empty = Case { events: Vec::new(), ..case };
        let mut engine = empty.engine();
        let folding = Folding::new(&engine, empty.record).expect("nothing looks at the rows");
        let folded = folding.of_kept(&engine, empty.rows(1), 2);
        engine.link_rows(Vec::new(), vec![folded], 1);
        let (kept, _) = empty.kept();
        let (folded, kept) = (engine.decide(&empty.leads), kept.decide(&empty.leads));
        for (folded, kept) in folded.columns.iter().zip(&kept.columns) {
            assert_eq!(plain(folded).as_ref(), plain(kept).as_ref());
        }
    }
}

/// What needs the rows themselves keeps them.
#[test]
fn l1_rows_that_something_looks_at_are_kept() {
    for more in [
        "output other = count(activities where note = id)",
        "kpi calls {\n  value count(activity where minutes > 3)\n  per all\n}",
        "record campaign { name text key }\nlink activity.campaign to one campaign by activity.note = campaign.name",
        "record visit { lead_id text?, at timestamp? event time }\nlink lead.visits to many activity by activity.note = lead.id",
    ] {
        let case = case(true, more);
        assert!(Folding::new(&case.engine(), case.record).is_none(), "{more}");
    }
}
