//! S1 to S5: what a score adds, in which order, in which steps.

use revplay_tests::case::{Case, check, play};

const EVENTS: &str = "record event { lead_id text, at timestamp event time, kind enum(view, form)?, n int?, value number? }\n\
                      link lead.events to many event by event.lead_id = lead.id\n";

/// A score `s` over the events of lead 1: (time, kind).
fn over_events(rules: &str, events: &[(&str, &str)]) -> Case {
    let rows: Vec<String> = events.iter().map(|(at, kind)| format!("1,{at},{kind}\n")).collect();
    let csv = format!("lead_id,at,kind\n{}", rows.concat());
    play("", &format!("{EVENTS}{rules}")).leads("id\n1\n").rows("event", &csv)
}

#[track_caller]
fn score(rules: &str, events: &[(&str, &str)]) -> String {
    over_events(rules, events).run().column("s").remove(0)
}

#[test]
fn s1_all_rules_that_are_true_count_in_any_order() {
    let rules = ["+1 when i > 0", "+20 when i > 1", "+300 when i > 2", "-5000 when i > 3"];
    let leads = "id,i\n1,0\n2,1\n3,2\n4,3\n5,4\n";
    let expected = ["0", "1", "21", "321", "-4679"];
    for turn in 0..rules.len() {
        let turned: Vec<&str> = (0..rules.len()).map(|i| rules[(i + turn) % rules.len()]).collect();
        let out = play("i int", &format!("score s {{ {} }}", turned.join("\n"))).leads(leads).run();
        assert_eq!(out.column("s"), expected, "{turned:?}");
    }
}

#[test]
fn s1_in_a_first_group_only_the_first_true_rule_counts() {
    let body = "score s { group \"g\" first { +1 when i > 2\n +20 when i > 1\n +300 when i > 0 }\n +1000 when true }";
    let out = play("i int?", body).leads("id,i\n1,3\n2,2\n3,1\n4,0\n5,\n").run();
    assert_eq!(out.column("s"), ["1001", "1020", "1300", "1000", "1000"]);
}

#[test]
fn s1_in_a_unique_group_two_true_rules_are_a_finding() {
    let body = "score s { group \"size\" unique { +1 \"large\" when i > 5\n +2 \"huge\" when i > 9\n +4 \"small\" when i <= 5 } }";
    let out = play("i int", body).leads("id,i\n1,3\n2,7\n3,11\n").run();
    assert_eq!(out.column("s")[..2], ["4", "1"]);
    assert_eq!(out.findings.len(), 1, "{:#?}", out.findings);
    let finding = &out.findings[0];
    assert_eq!(finding.row, 2);
    assert!(finding.message.contains("large") && finding.message.contains("huge"), "{}", finding.message);
}

#[test]
fn s1_equal_names_in_one_score_are_an_error() {
    for rules in [
        "+1 \"Big\" when i > 5\n +2 \"Big\" when i > 9",
        "+1 when i > 5\n +2 when i>5",
        "+1 \"Big\" when i > 5\n group \"g\" { +2 \"Big\" when i > 9 }",
    ] {
        let errors = check("i int", &format!("score s {{ {rules} }}")).errors();
        assert!(errors.len() == 1 && errors[0].contains("E0405"), "{rules}: {errors:#?}");
    }
    let two = "score s { +1 \"Big\" when i > 5 }\nscore t { +1 \"Big\" when i > 5 }";
    assert_eq!(check("i int", two).errors(), Vec::<String>::new(), "two scores may use one name");
}

#[test]
fn s2_the_order_of_losses() {
    // Three events of 8 points, half a half-life old ones at 4; at most once a day leaves 8 (today) and 4 (30 days ago);
    // up to 10 leaves 10; the group's decay over 30 days halves it to 5; + 30 is cut by the group's 25;
    // start 50 gives 75; the score's decay halves it to 37.5; the range cuts at 30.
    let body = format!(
        "{EVENTS}score s in 0..30 in steps of 0.01 decay half-life 30 days since then {{ start at 50\n \
         group \"g\" up to 25 decay half-life 30 days since then {{ +8 \"e\" each events, half-life 30 days, at most once a day, up to 10\n +40 \"flat\" when true }} }}"
    );
    let events = "lead_id,at\n1,2026-11-23 09:00\n1,2026-11-23 08:59\n1,2026-10-24 10:00\n";
    let out = play("then timestamp", &body).leads("id,then\n1,2026-10-24 10:00\n").rows("event", events).run();
    assert_eq!(out.column("s"), ["30.00"]);
    let wide = body.replace("in 0..30", "in 0..1000");
    let out = play("then timestamp", &wide).leads("id,then\n1,2026-10-24 10:00\n").rows("event", events).run();
    // (10 + 40) / 2 = 25, not above the group's 25; (50 + 25) / 2.
    assert_eq!(out.column("s"), ["37.50"]);
    let narrow = wide.replace("up to 25", "up to 20");
    let out = play("then timestamp", &narrow).leads("id,then\n1,2026-10-24 10:00\n").rows("event", events).run();
    assert_eq!(out.column("s"), ["35.00"], "the cap comes after the group's decay");
}

#[test]
fn s2_decay_comes_before_the_rate_limit_and_the_rate_limit_before_up_to() {
    // After decay the newer event of a day is the larger one; it stays.
    let rules = "score s in steps of 0.01 { +8 \"e\" each events, half-life 1 hours, at most once a day, up to 5 }";
    assert_eq!(score(rules, &[("2026-11-23 08:00", ""), ("2026-11-23 07:00", "")]), "4.00");
    assert_eq!(score(rules, &[("2026-11-23 09:00", ""), ("2026-11-23 07:00", "")]), "5.00");
}

#[test]
fn s2_up_to_limits_the_size_of_a_negative_rule_and_a_groups_is_signed() {
    let body = "score s { -3 \"minus\" per i, up to 10 }\nscore t { group \"g\" up to 10 { -3 \"minus\" per i } }\n\
                score u { group \"g\" up to 10 not below -5 { -3 \"minus\" per i } }";
    let out = play("i int", body).leads("id,i\n1,2\n2,5\n3,-5\n").run();
    assert_eq!(out.column("s"), ["-6", "-10", "10"]);
    assert_eq!(out.column("t"), ["-6", "-15", "10"]);
    assert_eq!(out.column("u"), ["-5", "-5", "10"]);
}

#[test]
fn s2_each_loss_can_be_shown() {
    let body = "score s in 0..15 { group \"Company\" up to 10 { +22 \"Large\" when true }\n +9 \"Home\" when true }";
    let case = play("i int", body).leads("id,i\n1,1\n");
    let out = case.run();
    assert_eq!(out.column("s"), ["15"]);
    let why = why(&case);
    for line in ["+22  Large", "-12  cap of Company (up to 10)", "+9  Home", "-4  range of the score (0..15)"] {
        assert!(why.contains(line), "{line}: {why}");
    }
}

/// The explanation of the first lead as text.
fn why(case: &Case) -> String {
    let program = case.check().program();
    let engine = case.run().engine;
    let fields = program.records[program.decided.expect("a record").index()].fields.len();
    let row = vec![revplay_ir::value::Value::Int(1); fields];
    let table = revplay_runtime::table::Table::from_values(&program, program.decided.expect("a record"), &[row]);
    revplay_runtime::explain::render_text(&engine.explain(&table, 0))
}

#[test]
fn s3_half_life_multiplies_by_two_to_the_minus_age_over_d() {
    let rules = "score s in steps of 0.01 { +64 \"e\" each events, half-life 1 day }";
    for (at, points) in [
        ("2026-11-23 09:00", "64.00"),
        ("2026-11-22 09:00", "32.00"),
        ("2026-11-21 09:00", "16.00"),
        ("2026-11-22 21:00", "45.25"),
        ("2026-11-13 09:00", "0.06"),
        ("2020-01-01", "0.00"),
    ] {
        assert_eq!(score(rules, &[(at, "")]), points, "{at}");
    }
}

#[test]
fn s3_window_and_decay_combine() {
    let rules = "score s in steps of 0.01 { +64 \"e\" each events within last 1 day, half-life 1 day }";
    assert_eq!(score(rules, &[("2026-11-22 09:00", "")]), "32.00", "the edge is inside");
    assert_eq!(score(rules, &[("2026-11-22 08:59:59.999999", "")]), "0.00");
}

#[test]
fn s4_the_default_step_is_1_or_a_hundredth_where_something_decays() {
    let body = "score s { +5 per x }\nscore t { group \"g\" decay half-life 30 days since at { +5 per x } }\nscore u in steps of 0.5 { +0.5 per x }";
    let out = play("x int; at timestamp", body).leads("id,x,at\n1,3,2026-11-23 09:00\n").run();
    assert_eq!(out.column("s"), ["15"]);
    assert_eq!(out.column("t"), ["15.00"]);
    assert_eq!(out.column("u"), ["1.5"]);
}

#[test]
fn s4_constant_points_are_whole_steps() {
    for (score, good) in [
        ("score s { +2.5 when true }", false),
        ("score s in steps of 0.5 { +2.5 when true }", true),
        ("score s in steps of 0.5 { +2.4 when true }", false),
        ("score s in steps of 0.01 { +2.25 when true }", true),
        ("score s { start at 0.5\n +2 when true }", false),
        ("score s { group \"g\" up to 2.5 { +2 when true } }", false),
        ("score s { +2 per i, up to 2.5 }", false),
        ("score s in 0..9.5 { +2 when true }", false),
    ] {
        let errors = check("i int", score).errors();
        match good {
            true => assert_eq!(errors, Vec::<String>::new(), "{score}"),
            false => assert!(errors.len() == 1 && errors[0].contains("E0403"), "{score}: {errors:#?}"),
        }
    }
}

#[test]
fn s4_a_computed_amount_is_rounded_once_half_away_from_zero() {
    let body = "score s { +1 \"x\" per x }\nscore t { -1 \"x\" per x }\nscore u { +(x) \"x\" when true }";
    let out = play("x number", body).leads("id,x\n1,0.5\n2,1.5\n3,2.5\n4,0.49\n5,-0.5\n6,-2.5\n").run();
    assert_eq!(out.column("s"), ["1", "2", "3", "0", "-1", "-3"]);
    assert_eq!(out.column("t"), ["-1", "-2", "-3", "0", "1", "3"]);
    assert_eq!(out.column("u"), ["1", "2", "3", "0", "-1", "-3"]);
}

#[test]
fn s4_events_of_a_rule_are_rounded_together_not_one_by_one() {
    // 0.4 + 0.4 + 0.4 = 1.2: rounded one by one nothing would be left.
    let body = format!("{EVENTS}score s {{ +(value) \"e\" each events }}");
    let csv = "lead_id,at,value\n1,2026-11-01,0.4\n1,2026-11-02,0.4\n1,2026-11-03,0.4\n";
    let out = play("", &body).leads("id\n1\n").rows("event", csv).run();
    assert_eq!(out.column("s"), ["1"]);
}

#[test]
fn s4_the_order_of_events_cannot_matter() {
    let body = format!(
        "{EVENTS}score s in steps of 0.01 {{ +(value) \"e\" each events, half-life 13 days\n \
         +7 \"once\" each events where kind = form, half-life 3 days, at most once a day, up to 20\n \
         +(n) \"at least\" each events, at least 3 a week, at most once a week }}"
    );
    let mut rows: Vec<String> = (0..60)
        .map(|i| {
            let (day, hour, kind) = (1 + i * 7 % 23, i * 5 % 24, ["view", "form", ""][i % 3]);
            format!("{},2026-11-{day:02} {hour:02}:00,{kind},{},{}\n", 1 + i % 2, i % 5, 0.1 * i as f64)
        })
        .collect();
    let run = |rows: &[String]| {
        let csv = format!("lead_id,at,kind,n,value\n{}", rows.concat());
        play("", &body).leads("id\n1\n2\n").rows("event", &csv).chunk(7).run().csv
    };
    let first = run(&rows);
    assert!(!first.contains(",0.00"), "{first}");
    for _ in 0..7 {
        rows.rotate_left(11);
        let half = rows.len() / 2;
        rows[half..].reverse();
        assert_eq!(run(&rows), first);
    }
}

#[test]
fn s4_huge_points_do_not_wrap() {
    let body = "score s { +1 \"i\" per i\n +1 \"j\" per j }";
    let csv = "id,i,j\n1,9223372036854775807,9223372036854775807\n2,-9223372036854775808,-9223372036854775808\n3,1,1\n";
    let out = play("i int; j int", body).leads(csv).run();
    let points: Vec<i64> = out.column("s").iter().map(|p| p.parse().expect("a whole number")).collect();
    assert!(points[0] >= 0 && points[1] <= 0 && points[2] == 2, "{points:?}");
}

#[test]
fn s5_at_most_once_a_day_in_the_playbooks_zone() {
    let rules = "score s { +5 \"e\" each events, at most once a day }";
    // 23:30 and 00:30 in Berlin are two days; in UTC both lie on the 19th.
    assert_eq!(score(rules, &[("2026-11-19T22:30:00Z", ""), ("2026-11-19T23:30:00Z", "")]), "10");
    assert_eq!(score(rules, &[("2026-11-19 00:00", ""), ("2026-11-19 23:59:59.999999", "")]), "5");
    let weekly = "score s { +5 \"e\" each events, at most once a week }";
    // Sunday and Monday: weeks start Monday.
    assert_eq!(score(weekly, &[("2026-11-15", ""), ("2026-11-16", "")]), "10");
    assert_eq!(score(weekly, &[("2026-11-16", ""), ("2026-11-22 23:59", "")]), "5");
    let monthly = "score s { +5 \"e\" each events, at most once a month }";
    assert_eq!(score(monthly, &[("2026-10-31", ""), ("2026-11-01", ""), ("2026-11-20", "")]), "10");
}

#[test]
fn s5_weeks_start_when_the_playbook_says() {
    let body = "score s { +5 \"e\" each events, at most once a week }";
    let head =
        "playbook p for lead {\n timezone \"Europe/Berlin\"\n week starts Sunday\n}\nrecord lead { id text key }\n";
    let events = "lead_id,at\n1,2026-11-15\n1,2026-11-16\n";
    let out = Case::new(&format!("{head}{EVENTS}{body}\n")).leads("id\n1\n").rows("event", events).run();
    assert_eq!(out.column("s"), ["5"]);
}

#[test]
fn s5_the_event_of_the_largest_size_stays_also_of_negative_ones() {
    let body = |rule: &str| format!("{EVENTS}score s {{ {rule} }}");
    let csv = "lead_id,at,n\n1,2026-11-20 08:00,3\n1,2026-11-20 09:00,-7\n1,2026-11-20 10:00,5\n1,2026-11-20 11:00,\n";
    let run = |rule| play("", &body(rule)).leads("id\n1\n").rows("event", csv).run().column("s").remove(0);
    assert_eq!(run("+(n) \"e\" each events, at most once a day"), "-7");
    assert_eq!(run("+(n) \"e\" each events where n > 0, at most once a day"), "5");
}

#[test]
fn s5_ties_the_earliest_then_file_order() {
    // Equal size, opposite sign: which one stays shows.
    let body = format!("{EVENTS}score s {{ +(n) \"e\" each events, at most once a day }}");
    let run = |csv: &str| play("", &body).leads("id\n1\n").rows("event", csv).run().column("s").remove(0);
    assert_eq!(run("lead_id,at,n\n1,2026-11-20 09:00,4\n1,2026-11-20 08:00,-4\n"), "-4", "the earliest");
    assert_eq!(run("lead_id,at,n\n1,2026-11-20 08:00,4\n1,2026-11-20 08:00,-4\n"), "4", "the first of the file");
    assert_eq!(run("lead_id,at,n\n1,2026-11-20 08:00,-4\n1,2026-11-20 08:00,4\n"), "-4", "the first of the file");
}

#[test]
fn s5_at_least_3_a_week_lets_a_week_count_only_with_that_many_events() {
    let rules = "score s { -25 \"job\" each events, at least 3 a week, at most once a week }";
    let (mo, tu, we) = (("2026-11-16", ""), ("2026-11-17", ""), ("2026-11-18", ""));
    assert_eq!(score(rules, &[mo, tu, we]), "-25");
    assert_eq!(score(rules, &[mo, tu]), "0");
    // Three events, but over two weeks (Sunday, Monday, Tuesday).
    assert_eq!(score(rules, &[("2026-11-15", ""), mo, tu]), "0");
    let all = "score s { -5 \"job\" each events, at least 3 a week }";
    assert_eq!(score(all, &[mo, tu, we, ("2026-11-19", ""), ("2026-11-09", "")]), "-20");
}

#[test]
fn s5_only_the_events_that_the_rule_chooses_make_up_the_number() {
    let rules = "score s { +5 \"e\" each events where kind = form, at least 3 a week }";
    let events = [("2026-11-16", "form"), ("2026-11-17", "view"), ("2026-11-18", "form"), ("2026-11-19", "form")];
    assert_eq!(score(rules, &events[..3]), "0");
    assert_eq!(score(rules, &events), "15");
}
