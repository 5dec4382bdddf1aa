//! N1 to N4: now, periods, months, windows, zones.

use revplay_tests::case::{Case, check, play, value};

const VISITS: &str = "record visit { lead_id text, at timestamp? event time }\nlink lead.visits to many visit by visit.lead_id = lead.id\n";

fn visits(at: &[&str]) -> String {
    let rows: Vec<String> = at.iter().map(|at| format!("1,{at}\n")).collect();
    format!("lead_id,at\n{}", rows.concat())
}

#[track_caller]
fn count(window: &str, at: &[&str]) -> String {
    let body = format!("{VISITS}output x = count(visits {window})");
    play("", &body).leads("id\n1\n").rows("visit", &visits(at)).run().column("x").remove(0)
}

#[test]
fn n1_now_is_one_instant_and_today_its_date_in_the_playbooks_zone() {
    let body = "output n = now\noutput d = today";
    let out = play("i int", body).leads("id,i\n1,1\n2,2\n").now("2026-11-22T23:30:00Z").run();
    assert_eq!(out.column("n"), ["2026-11-22T23:30:00Z", "2026-11-22T23:30:00Z"]);
    assert_eq!(out.column("d"), ["2026-11-23", "2026-11-23"], "in Berlin it is half past midnight");
}

#[test]
fn n1_the_same_bytes_whatever_the_size_of_chunks() {
    let body = format!(
        "{VISITS}score s in steps of 0.01 {{ +(x) \"x\" when x is known\n +5 \"v\" each visits, half-life 3 days, at most once a day }}\n\
         band tier of s {{ A >= 5, B otherwise }}\noutput share = x / 3\noutput n = count(visits)\n\
         kpi total {{ value sum(x)\n by tier\n per all }}\nkpi mean {{ value avg(x)\n per all }}"
    );
    let leads: String = (0..200)
        .map(|i| format!("{i},{}\n", if i % 7 == 0 { String::new() } else { format!("{}", i as f64 * 0.1 - 3.0) }))
        .collect();
    let events: String =
        (0..300).map(|i| format!("{},2026-11-{:02} {:02}:00\n", i % 150, 1 + i % 24, i % 24)).collect();
    let run = |chunk: usize| {
        let case =
            play("x number?", &body).leads(&format!("id,x\n{leads}")).rows("visit", &format!("lead_id,at\n{events}"));
        let out = case.chunk(chunk).run();
        (out.csv.clone(), out.groups("total"), out.total("mean"), out.orphans)
    };
    let whole = run(100_000);
    assert_eq!(whole.0.lines().count(), 201);
    for chunk in [1, 2, 7, 64, 199] {
        assert_eq!(run(chunk), whole, "chunks of {chunk}");
    }
}

#[test]
fn n2_weeks_days_and_hours_are_exact_across_a_change_of_the_clock() {
    // 2026-10-25 has 25 hours in Berlin.
    assert_eq!(value("at timestamp", "2026-10-24 12:00", "at + 1 day"), "2026-10-25T10:00:00Z");
    assert_eq!(value("at timestamp", "2026-10-24 12:00", "at + 1 week - 7 days = at"), "true");
    assert_eq!(value("a timestamp; b timestamp", "2026-10-25,2026-10-26", "b - a"), "25:00:00");
    assert_eq!(value("a timestamp; b timestamp", "2026-03-29,2026-03-30", "b - a"), "23:00:00");
    assert_eq!(
        value("at timestamp", "2026-10-24 12:00", "1 week = 7 days and 1 day = 24 hours and 1 hour = 60 minutes"),
        "true"
    );
}

#[test]
fn n2_periods_use_the_playbooks_zone() {
    // One in the morning of 1 November in Berlin is still October in UTC.
    let at = "2026-10-31T23:30:00Z";
    for (x, text) in [
        ("month of at", "2026-11"),
        ("quarter of at", "2026-Q4"),
        ("week of at", "2026-W44"),
        ("year of at", "2026"),
        ("day of at", "2026-11-01"),
        ("date of at", "2026-11-01"),
        ("hour of at", "0"),
        ("start of month of at", "2026-10-31T23:00:00Z"),
        ("start of week of at", "2026-10-25T23:00:00Z"),
    ] {
        assert_eq!(value("at timestamp", at, x), text, "{x}");
    }
    // ISO weeks: 1 January 2027 lies in week 53 of 2026.
    assert_eq!(value("at timestamp", "2027-01-01", "week of at"), "2026-W53");
    assert_eq!(value("at timestamp", "2027-01-04", "week of at"), "2027-W01");
}

#[test]
fn n2_the_fiscal_year_starts_when_the_playbook_says() {
    let head = "playbook p for lead {\n timezone \"Europe/Berlin\"\n fiscal year starts February\n}\nrecord lead {\n id text key\n at timestamp\n}\n";
    let body = "output q = fiscal quarter of at\noutput y = fiscal year of at";
    let out = Case::new(&format!("{head}{body}\n"))
        .leads("id,at\n1,2026-01-31\n2,2026-02-01\n3,2026-11-01\n4,2027-01-31\n")
        .run();
    let q = out.column("q");
    assert_ne!(q[0], q[1], "{q:?}");
    assert_eq!(q[2], q[3], "{q:?}");
    assert!(q[1].ends_with("Q1") && q[0].ends_with("Q4"), "{q:?}");
    let y = out.column("y");
    assert!(y[0] != y[1] && y[1] == y[2] && y[2] == y[3], "{y:?}");
}

const OFFICE: &str =
    "calendar office {\n open Mon..Fri 09:00..17:00\n timezone \"Europe/Berlin\"\n holidays 2026-12-25\n}\n";

#[test]
fn n2_business_time_counts_open_time_only() {
    let time = |a: &str, b: &str| {
        let out = play("a timestamp?; b timestamp?", &format!("{OFFICE}output x = business_time(office, a, b)"))
            .leads(&format!("id,a,b\n1,{a},{b}\n"))
            .run();
        out.column("x").remove(0)
    };
    assert_eq!(time("2026-11-20 16:00", "2026-11-23 10:00"), "2:00:00", "over a week-end");
    assert_eq!(time("2026-11-21 10:00", "2026-11-22 20:00"), "0:00:00", "closed");
    assert_eq!(time("2026-11-23 10:00", "2026-11-20 16:00"), "-2:00:00");
    assert_eq!(time("2026-12-24 16:00", "2026-12-28 10:00"), "2:00:00", "a holiday");
    assert_eq!(time("", "2026-12-28 10:00"), "");
    // From Friday to Monday over a change of the clock; and a whole year in closed form.
    assert_eq!(time("2026-10-23 16:00", "2026-10-26 10:00"), "2:00:00");
    assert_eq!(time("2026-03-27 16:00", "2026-03-30 10:00"), "2:00:00");
    assert_eq!(time("1970-01-01", "2970-01-01"), time("1970-01-01", "2970-01-01"));
}

#[test]
fn n2_business_time_of_a_night_shift_across_the_clock_change() {
    let night = "calendar night {\n open Mon..Sun 00:00..06:00\n timezone \"Europe/Berlin\"\n}\n";
    let out = play("a timestamp; b timestamp", &format!("{night}output x = business_time(night, a, b)"))
        .leads("id,a,b\n1,2026-10-25,2026-10-26\n2,2026-03-29,2026-03-30\n3,2026-10-24,2026-10-25\n")
        .run();
    assert_eq!(out.column("x"), ["7:00:00", "5:00:00", "6:00:00"]);
}

#[test]
fn n2_business_hours_are_added_as_open_time() {
    let add = |hours: &str, at: &str| {
        let out = play("a timestamp", &format!("{OFFICE}output x = a + {hours} of office"))
            .leads(&format!("id,a\n1,{at}\n"))
            .run();
        out.column("x").remove(0)
    };
    assert_eq!(add("4 business hours", "2026-11-20 15:00"), "2026-11-23T10:00:00Z", "Monday 11:00 in Berlin");
    assert_eq!(add("4 business hours", "2026-11-21 15:00"), "2026-11-23T12:00:00Z", "from the next opening");
    assert_eq!(add("2 business hours", "2026-11-20 15:00"), "2026-11-20T16:00:00Z", "to the end of the day");
    assert_eq!(add("4 business hours", "2026-10-23 15:00"), "2026-10-26T10:00:00Z", "over the change of the clock");
    let errors = check("a timestamp", &format!("{OFFICE}output x = now - a > 2 business hours of office")).errors();
    assert_eq!(errors.len(), 1, "calendar time and business time do not compare: {errors:#?}");
}

#[test]
fn n3_adding_months_says_clipped_or_overflowing() {
    for (x, text) in [
        ("d + 1 month clipped", "2026-02-28"),
        ("d + 1 month overflowing", "2026-03-03"),
        ("d + 13 months clipped", "2027-02-28"),
        ("d + 25 months clipped", "2028-02-29"),
        ("d - 2 months clipped", "2025-11-30"),
        ("d + 1 year clipped", "2027-01-31"),
        ("d + 1 quarter clipped", "2026-04-30"),
    ] {
        assert_eq!(value("d date", "2026-01-31", x), text, "{x}");
    }
    let errors = check("d date", "output x = d + 1 month").errors();
    assert!(errors.len() == 1 && errors[0].contains("E0307"), "{errors:#?}");
    assert!(errors[0].contains("clipped") && errors[0].contains("overflowing"), "{errors:#?}");
    assert_eq!(check("d date", "output x = d + 30 days").errors(), Vec::<String>::new());
}

#[test]
fn n3_months_keep_the_time_of_day_in_the_playbooks_zone() {
    // From winter to summer time: 09:00 stays 09:00 in Berlin.
    assert_eq!(value("at timestamp", "2026-03-15 09:00", "at + 1 month clipped"), "2026-04-15T07:00:00Z");
    assert_eq!(value("at timestamp", "2026-01-31 09:00", "at + 1 month clipped"), "2026-02-28T08:00:00Z");
}

#[test]
fn n3_one_month_and_30_days_do_not_compare() {
    for x in ["1 month > 30 days", "now - at > 1 month", "1 month + 30 days > 2 months"] {
        let errors = check("at timestamp", &format!("output x = {x}")).errors();
        assert_eq!(errors.len(), 1, "{x}: {errors:#?}");
        assert!(!errors[0].ends_with("(-)"), "it says what to write: {errors:#?}");
    }
    let errors = check("at timestamp", "output x = at within last 1 month").errors();
    assert!(errors.len() == 1 && errors[0].contains("E0307"), "{errors:#?}");
}

#[test]
fn n4_within_last_means_now_minus_d_to_now_both_included() {
    let edges = ["2026-11-16 09:00", "2026-11-16 08:59:59.999999", "2026-11-23 09:00", "2026-11-23 09:00:00.000001"];
    assert_eq!(count("within last 7 days", &edges), "2");
    for (at, answer) in edges.iter().zip(["true", "false", "true", "false"]) {
        assert_eq!(value("at timestamp", at, "at within last 7 days"), answer, "{at}");
    }
}

#[test]
fn n4_the_other_windows() {
    let at =
        ["2026-09-24 09:00", "2026-10-24 09:00", "2026-10-24 10:00", "2026-11-23 09:00", "2026-11-24", "2026-12-24"];
    // 60 days ago is 24 September 10:00 (summer time), 30 days ago 24 October 10:00.
    assert_eq!(count("from 60 to 30 days ago", &at), "2");
    assert_eq!(count("within next 7 days", &at), "2");
    assert_eq!(count("", &at), "4", "without a window: all up to now");
    let errors = check("at timestamp", "output x = at from 30 to 60 days ago").errors();
    assert!(errors.len() == 1 && errors[0].contains("E0308"), "{errors:#?}");
}

#[test]
fn n4_an_event_after_now_is_not_counted_and_one_without_a_time_is_outside_every_window() {
    let body = format!(
        "{VISITS}output x = count(visits)\noutput y = count(visits within last 9000 days)\noutput z = count(visits within next 9000 days)"
    );
    let csv = visits(&["2026-11-20", "", "2027-01-01", ""]);
    let out = play("", &body).leads("id\n1\n").rows("visit", &csv).run();
    assert_eq!(out.column("y"), ["1"]);
    assert_eq!(out.column("z"), ["1"]);
    assert_eq!(out.column("x"), ["3"], "no window: the two without a time are counted, the one after now is not");
    assert_eq!(out.links.after_now.iter().map(|r| r.1).collect::<Vec<_>>(), [1]);
    assert_eq!(out.links.without_time.iter().map(|r| r.1).collect::<Vec<_>>(), [2]);
}

#[test]
fn n4_stamps_without_a_zone_are_in_the_mappings_zone_else_the_playbooks() {
    let body = "mapping us for lead { \"at\" -> at\n timezone \"America/New_York\" }\noutput x = at";
    let csv = "id,at\n1,2026-11-23 09:00\n2,2026-11-23T09:00:00Z\n3,2026-11-23 09:00+05:00\n";
    let out = play("at timestamp", body).leads(csv).run();
    assert_eq!(out.column("x"), ["2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z", "2026-11-23T04:00:00Z"]);
    let out = play("at timestamp", body).leads(csv).mapping("us").run();
    assert_eq!(out.column("x"), ["2026-11-23T14:00:00Z", "2026-11-23T09:00:00Z", "2026-11-23T04:00:00Z"]);
}

#[test]
fn n4_a_skipped_time_is_a_bad_cell_and_a_repeated_one_the_earlier() {
    let csv = "id,at\n1,2026-03-29 02:30\n2,2026-10-25 02:30\n3,2026-03-29 01:59:59\n4,2026-03-29 03:00\n5,2026-03-29 02:30+01:00\n";
    let out = play("at timestamp", "output x = at").leads(csv).run();
    assert_eq!(
        out.column("x"),
        ["2026-10-25T00:30:00Z", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"]
    );
    assert_eq!(out.rejects.len(), 1);
    assert!(out.rejects[0].starts_with("2 at: ") && out.rejects[0].contains("clock"), "{}", out.rejects[0]);
}

#[test]
fn n4_a_day_that_has_no_midnight() {
    // Santiago skips from 24:00 to 01:00: 6 September 2026 begins at 01:00 (04:00Z).
    let head = "playbook p for lead { timezone \"America/Santiago\" }\nrecord lead {\n id text key\n d date\n at timestamp\n}\n";
    let body = "output a = at in 2026-09-06..2026-09-06\noutput b = date of at\noutput c = start of month of at\n\
                kpi n { value count(lead)\n per day of at }";
    let csv = "id,d,at\n1,2026-09-06,2026-09-06T03:59:59Z\n2,2026-09-06,2026-09-06T04:00:00Z\n3,2026-09-06,2026-09-07T02:59:59Z\n4,2026-09-06,2026-09-07T03:00:00Z\n";
    let out = Case::new(&format!("{head}{body}\n")).leads(csv).run();
    assert_eq!(out.column("a"), ["false", "true", "true", "false"]);
    assert_eq!(out.column("b"), ["2026-09-05", "2026-09-06", "2026-09-06", "2026-09-07"]);
    assert_eq!(out.groups("n"), ["2026-09-05 = 1", "2026-09-06 = 2", "2026-09-07 = 1"]);
    // A date given for a timestamp is the beginning of that day, also where that is no midnight.
    let out = Case::new(&format!("{head}output x = at\n")).leads("id,d,at\n1,2026-09-06,2026-09-06\n").run();
    assert_eq!(out.column("x"), ["2026-09-06T04:00:00Z"]);
}

#[test]
fn n4_dates_that_do_not_exist_are_bad_cells() {
    let csv = "id,d\n1,2026-02-29\n2,2026-13-01\n3,2026-11-2\n4,2024-02-29\n5,02.11.2026\n";
    let out = play("d date", "output x = d").leads(csv).run();
    assert_eq!(out.column("x"), ["2024-02-29"]);
    assert_eq!(out.rejects.len(), 4, "{:#?}", out.rejects);
    for literal in ["2026-02-29", "2026-13-01"] {
        let errors = check("d date", &format!("output x = d = {literal}")).errors();
        assert!(errors.len() == 1 && errors[0].contains("E0313"), "{literal}: {errors:#?}");
    }
}
