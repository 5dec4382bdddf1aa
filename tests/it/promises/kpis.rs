//! K1 to K5: what a KPI is over all levels, exactly, and when its target is missed.

use revplay_runtime::kpi::TargetStatus;
use revplay_tests::case::{Case, Outcome, check, play};

fn run(fields: &str, kpi: &str, csv: &str) -> Outcome {
    play(fields, kpi).leads(csv).run()
}

#[test]
fn k1_a_ratio_is_the_ratio_of_the_totals_at_every_level() {
    let kpi = "kpi rate { value count(lead where ok) / count(lead)\n by a, b\n per month of at }";
    let mut csv = "id,a,b,ok,at\n".to_string();
    for (a, b, good, all, month) in
        [("x", "p", 1, 1, 10), ("x", "q", 1, 9, 10), ("y", "p", 0, 10, 10), ("x", "p", 5, 10, 11)]
    {
        (0..all).for_each(|i| csv.push_str(&format!("{i},{a},{b},{},2026-{month}-05\n", i < good)));
    }
    let out = run("a text; b text; ok bool; at date", kpi, &csv);
    let number = |row: &revplay_runtime::kpi::KpiRow| row.number.expect("a value");
    let kpi = out.kpi("rate");
    assert_eq!(kpi.rows.iter().map(number).collect::<Vec<_>>(), [1.0, 1.0 / 9.0, 0.0, 0.5]);
    assert_eq!(number(&kpi.periods[0]), 2.0 / 20.0, "not the mean of 1, 1/9 and 0");
    assert_eq!(number(&kpi.total), 7.0 / 30.0);
}

#[test]
fn k1_arithmetic_between_kpis_over_different_records_joins_on_equal_by_names() {
    let body = "record deal { id text key, source text?, amount money(EUR)?, closed date }\n\
                kpi leads { value count(lead)\n by source\n per month of at }\n\
                kpi won { value sum(deal.amount)\n by source\n per month of closed }\n\
                kpi per_lead { value won / leads\n by source\n per month of at }";
    let case = play("source text?; at date", body);
    let errors = case.check().errors();
    assert_eq!(errors, Vec::<String>::new());
    let leads = "id,source,at\n1,web,2026-10-01\n2,web,2026-10-02\n3,fair,2026-10-03\n4,,2026-10-03\n";
    let deals = "id,source,amount,closed\n1,web,10.00,2026-10-09\n2,fair,7.50,2026-10-09\n3,,2.00,2026-10-09\n4,phone,9.00,2026-10-09\n";
    let out = case.leads(leads).rows("deal", deals).run();
    let rows: Vec<(Option<String>, Option<f64>)> =
        out.kpi("per_lead").rows.iter().map(|r| (r.by[0].clone(), r.number)).collect();
    let row = |name: &str, x: Option<f64>| (Some(name.to_string()), x);
    assert_eq!(rows, [row("fair", Some(7.5)), row("phone", None), row("web", Some(5.0)), (None, Some(2.0))]);
    assert_eq!(out.kpi("per_lead").total.number, Some(7.13), "28.50 EUR / 4, rounded half away");
}

#[test]
fn k1_a_kpi_means_the_same_alone_and_by_name() {
    let body = "kpi a { value sum(i)\n per all }\nkpi b { value count(lead)\n per all }\nkpi c { value a / b\n per all }\n\
                kpi d { value sum(i) / count(lead)\n per all }\nkpi e { value avg(i)\n per all }";
    let out = run("i int", body, "id,i\n1,5\n2,6\n3,9\n");
    assert_eq!(out.kpi("c").total.number, Some(20.0 / 3.0));
    assert_eq!(out.kpi("d").total.number, out.kpi("c").total.number);
    assert_eq!(out.kpi("e").total.number, out.kpi("c").total.number);
}

#[test]
fn k2_sums_of_int_and_money_are_exact() {
    let body = "kpi i { value sum(i)\n per all }\nkpi m { value sum(m)\n per all }\nkpi a { value avg(m)\n per all }";
    let csv = "id,i,m\n1,9007199254740993,0.10\n2,9007199254740993,0.20\n3,1,90071992547409.93\n";
    let out = run("i int; m money(EUR)", body, csv);
    assert_eq!(out.total("i"), "18014398509481987");
    assert_eq!(out.total("m"), "90071992547410.23 EUR");
    assert_eq!(out.total("a"), "30023997515803.41 EUR");
    let csv = "id,i,m\n1,9223372036854775807,0\n2,9223372036854775807,0\n3,-9223372036854775807,0\n";
    assert_eq!(run("i int; m money(EUR)", body, csv).total("i"), "9223372036854775807");
    let csv = "id,i,m\n1,9223372036854775807,0\n2,1,0\n";
    assert_eq!(run("i int; m money(EUR)", body, csv).total("i"), "-", "what does not fit is missing");
}

#[test]
fn k2_sums_and_means_of_numbers_do_not_depend_on_order_or_split() {
    let body = "kpi s { value sum(x)\n per all }\nkpi a { value avg(x)\n per all }";
    for turn in ["1e16,1.0,-1e16", "1.0,1e16,-1e16", "-1e16,1e16,1.0"] {
        let rows: String = turn.split(',').enumerate().map(|(i, x)| format!("{i},{x}\n")).collect();
        for chunk in [1, 2, 3] {
            let out = play("x number", body).leads(&format!("id,x\n{rows}")).chunk(chunk).run();
            assert_eq!(out.kpi("s").total.number, Some(1.0), "{turn} by {chunk}");
            assert_eq!(out.kpi("a").total.number, Some(1.0 / 3.0), "{turn} by {chunk}");
        }
    }
    // 0.1 ten times is 1.0 correctly rounded; added one after the other it is 0.9999999999999999.
    let rows: String = (0..10).map(|i| format!("{i},0.1\n")).collect();
    assert_eq!(run("x number", body, &format!("id,x\n{rows}")).kpi("s").total.number, Some(1.0));
    let huge = run("x number", body, "id,x\n1,1.7e308\n2,1.7e308\n3,-1.7e308\n");
    assert_eq!(huge.kpi("s").total.number, Some(1.7e308), "no overflow on the way");
    assert_eq!(run("x number", body, "id,x\n1,1.7e308\n2,1.7e308\n").total("s"), "-");
}

#[test]
fn k2_percentiles_interpolate_linearly() {
    let body = "kpi q { value percentile(i, 90%)\n per all }\nkpi m { value median(i)\n per all }\nkpi z { value percentile(i, 0%)\n per all }\n\
                kpi t { value percentile(i, 100%)\n per all }\nkpi w { value percentile(i, 25%)\n per all }";
    let out = run("i int?", body, "id,i\n1,1\n2,4\n3,3\n4,2\n5,\n");
    for (kpi, x) in [("q", 3.7), ("m", 2.5), ("z", 1.0), ("t", 4.0), ("w", 1.75)] {
        assert_eq!(out.kpi(kpi).total.number, Some(x), "{kpi}");
    }
    assert_eq!(run("i int?", body, "id,i\n1,7\n").kpi("q").total.number, Some(7.0));
    assert_eq!(run("i int?", body, "id,i\n1,\n").kpi("q").total.number, None);
}

#[test]
fn k3_per_is_mandatory() {
    let errors = check("i int", "kpi n { value count(lead) }").errors();
    assert!(errors.len() == 1 && errors[0].contains("E0409"), "{errors:#?}");
    assert!(errors[0].contains("per"), "{errors:#?}");
}

#[test]
fn k3_a_missing_group_is_a_row_of_its_own() {
    let kpi = "kpi n { value count(lead)\n by country\n per all }";
    let out = run("country text?", kpi, "id,country\n1,DE\n2,\n3,AT\n4,\n5,DE\n");
    assert_eq!(out.groups("n"), ["AT = 1", "DE = 2", "- = 2"]);
    assert_eq!(out.total("n"), "5");
}

#[test]
fn k3_rows_without_an_anchor_lie_in_no_period_and_are_counted() {
    let kpi = "kpi n { value count(lead)\n per month of at }";
    let out = run("at timestamp?", kpi, "id,at\n1,2026-10-05\n2,\n3,2026-10-31T23:30:00Z\n");
    assert_eq!(out.groups("n"), ["2026-10 = 1", "2026-11 = 1"], "the period is the zone's");
    assert_eq!(out.kpi("n").without_period, 1);
}

#[test]
fn k3_an_unfinished_period_is_marked() {
    let kpi = "kpi n { value count(lead)\n per month of at }";
    let out = run("at date", kpi, "id,at\n1,2026-10-31\n2,2026-11-01\n3,2026-12-24\n");
    let unfinished: Vec<bool> =
        out.kpi("n").rows.iter().map(|r| r.period.as_ref().expect("a period").unfinished).collect();
    assert_eq!(unfinished, [false, true, true]);
    let out = play("at date", kpi).leads("id,at\n1,2026-11-30\n").now("2026-12-01").run();
    assert!(!out.kpi("n").rows[0].period.as_ref().expect("a period").unfinished);
}

#[test]
fn k3_what_is_not_built_is_never_a_blank_column() {
    let kpi = "kpi c { value conversion(lead from a to b within 30 days)\n per month of a }";
    let case = play("a date?; b date?", kpi);
    let findings = case.check().findings();
    assert!(findings.len() == 1 && findings[0].contains("W0404"), "{findings:#?}");
    let out = case.leads("id,a,b\n1,2026-10-01,2026-10-05\n").run();
    assert!(out.kpi("c").not_built.is_some() && out.kpi("c").rows.is_empty());
}

#[test]
fn k4_decisions_are_counted_as_of_now_and_past_periods_of_them_are_a_warning() {
    let body = "score s { +1 per i }\nlet hot = s >= 5\nkpi then { value count(lead where hot)\n per month of at }";
    let case = play("i int; at date", body).leads("id,i,at\n1,5,2026-10-05\n2,4,2026-10-05\n");
    let findings = case.check().findings();
    assert!(findings.len() == 1 && findings[0].contains("W0403"), "{findings:#?}");
    let out = case.run();
    assert_eq!(out.kpi("then").kpi, "p.then", "a KPI over one playbook's decisions is reported under its name");
    assert!(
        out.kpi("then").as_decided_at.as_ref().is_some_and(|at| at.contains("2026-11-23")),
        "{:?}",
        out.kpi("then").as_decided_at
    );
    let all = body.replace("month of at", "all");
    assert_eq!(check("i int; at date", &all).findings(), Vec::<String>::new());
    let fact = "kpi then { value count(lead where i >= 5)\n per month of at }";
    let out = run("i int; at date", fact, "id,i,at\n1,5,2026-10-05\n");
    assert_eq!((out.kpi("then").kpi.as_str(), out.kpi("then").as_decided_at.as_ref()), ("then", None));
}

#[test]
fn k4_no_decision_reads_a_kpi() {
    let errors = check("i int", "kpi n { value count(lead)\n per all }\noutput x = n + 1").errors();
    assert_eq!(errors.len(), 1, "{errors:#?}");
}

fn target(kpi: &str, csv: &str) -> Vec<(Option<String>, Option<String>, TargetStatus)> {
    let out = run("source text?; ok bool; at date", kpi, csv);
    out.kpis[0].targets.iter().map(|t| (t.period.clone(), t.group.clone(), t.status)).collect()
}

#[test]
fn k5_a_target_is_on_the_total_of_the_last_whole_period() {
    let kpi = |target: &str| {
        format!("kpi r {{ value count(lead where ok) / count(lead)\n by source\n per month of at\n target {target} }}")
    };
    // October: 2 of 4; the running November: 0 of 1.
    let csv = "id,source,ok,at\n1,web,true,2026-10-01\n2,web,true,2026-10-02\n3,fair,false,2026-10-03\n4,fair,false,2026-10-03\n5,web,false,2026-11-03\n";
    let october = Some("2026-10".to_string());
    assert_eq!(target(&kpi(">= 50%"), csv), [(october.clone(), None, TargetStatus::Met)]);
    assert_eq!(target(&kpi("> 50%"), csv), [(october.clone(), None, TargetStatus::Missed)]);
    assert_eq!(target(&kpi(">= 50% until 2026-11-22"), csv)[0].2, TargetStatus::NotChecked);
    assert_eq!(target(&kpi(">= 50% until 2026-11-23"), csv)[0].2, TargetStatus::Met, "the last day counts");
    let each = target(&kpi("each source >= 50%"), csv);
    assert_eq!(each.len(), 2);
    assert!(each.contains(&(october.clone(), Some("source fair".to_string()), TargetStatus::Missed)), "{each:?}");
    assert!(each.contains(&(october, Some("source web".to_string()), TargetStatus::Met)), "{each:?}");
}

#[test]
fn k5_no_value_fails_the_gate_too() {
    let kpi = "kpi r { value count(lead where ok) / count(lead)\n per month of at\n target >= 50% }";
    let statuses = target(kpi, "id,source,ok,at\n1,web,true,2026-09-01\n");
    assert_eq!(statuses, [(Some("2026-10".to_string()), None, TargetStatus::NoValue)], "nothing in October");
    assert!(TargetStatus::NoValue.fails() && TargetStatus::Missed.fails());
    assert!(!TargetStatus::Met.fails() && !TargetStatus::NotChecked.fails());
}

#[test]
fn k5_the_target_is_of_the_kpis_unit() {
    for (value, target, good) in [
        ("count(lead where ok) / count(lead)", ">= 12%", true),
        ("sum(m)", ">= 10k EUR", true),
        ("sum(m)", ">= 10k USD", false),
        ("sum(m)", ">= 10k", false),
        ("count(lead)", ">= 5", true),
        ("count(lead)", ">= 5 days", false),
    ] {
        let errors =
            check("ok bool; m money(EUR)", &format!("kpi k {{ value {value}\n per all\n target {target} }}")).errors();
        assert_eq!(errors.is_empty(), good, "{value} {target}: {errors:#?}");
    }
}

#[test]
fn k5_a_target_over_everything_with_per_all() {
    let source = "kpi n { value count(lead)\n per all\n target >= 2 }";
    let case: Case = play("i int", source);
    assert_eq!(case.clone().leads("id,i\n1,1\n2,1\n").run().kpi("n").targets[0].status, TargetStatus::Met);
    assert_eq!(case.clone().leads("id,i\n1,1\n").run().kpi("n").targets[0].status, TargetStatus::Missed);
    assert_eq!(case.leads("id,i\n").run().kpi("n").targets[0].status, TargetStatus::Missed, "a count of nothing is 0");
}

#[test]
fn k1_a_kpi_of_another_file_may_be_grouped_by_this_files_decisions() {
    let shared =
        "record lead {\n id text key\n i int\n at date\n}\nkpi all_leads { value count(lead)\n per month of at }\n";
    let root = "playbook p for lead { timezone \"Europe/Berlin\" }\nuse \"shared.play\"\nscore s { +1 per i }\nband tier of s { A >= 5, B otherwise }\n\
                kpi by_tier { value all_leads\n by tier\n per all }\n";
    let out = Case::new(root)
        .beside("shared.play", shared)
        .leads("id,i,at\n1,5,2026-10-05\n2,1,2026-10-06\n3,2,2026-10-06\n")
        .run();
    assert_eq!(out.groups("by_tier"), ["A = 1", "B = 2"]);
    assert_eq!(out.groups("all_leads"), ["2026-10 = 3"]);
}

#[test]
fn n4_l1_linked_rows_of_a_kpi_count_as_they_do_in_rules() {
    // Nothing else reads the times, ids and keys: they count all the same.
    let body = "record visit { no text? event id, lead_id text, at timestamp event time }\nrecord account { id text key }\n\
                link lead.visits to many visit by visit.lead_id = lead.id\nlink lead.account to one account by account.id = lead.account_id\n\
                kpi visits { value count(visit)\n per all }\nkpi accounts { value count(account)\n per all }";
    let visits = "no,lead_id,at\ne1,1,2026-11-01\ne1,1,2026-11-01\ne2,1,2027-01-01\ne3,9,2026-11-02\n";
    let out = play("account_id text?", body)
        .leads("id,account_id\n1,a\n")
        .rows("visit", visits)
        .rows("account", "id\na\nb\na\n")
        .run();
    assert_eq!(out.total("visits"), "2", "neither the retry nor the event after now");
    assert_eq!(out.total("accounts"), "2", "a repeated key counts once");
}

/// A source without any customer is shown with 0, and misses a target for each source.
#[test]
fn l2_a_group_in_which_nothing_counts_is_0() {
    let kpi = "kpi won {\n  value count(lead where ok)\n  by source\n  per month of at\n  target each source >= 1\n}";
    let csv = "id,source,ok,at\n1,web,true,2026-10-02\n2,fair,false,2026-10-03\n3,web,false,2026-09-01\n";
    let out = play("source text; ok bool; at date", kpi).leads(csv).run();
    assert_eq!(out.groups("won"), ["2026-09/web = 0", "2026-10/fair = 0", "2026-10/web = 1"]);
    let missed = out.kpi("won").targets.iter().filter(|t| t.status == TargetStatus::Missed);
    assert_eq!(missed.filter_map(|t| t.group.clone()).collect::<Vec<_>>(), ["source fair"]);
}

#[test]
fn k3_groups_have_the_order_of_their_values() {
    let body = "score s in -20..20 { +1 per n }\nkpi by_s {\n  value count(lead)\n  by s\n  per all\n}\n\
                kpi by_e {\n  value count(lead)\n  by e\n  per month of at\n}";
    let csv = "id,n,e,at\n1,-5,high,2026-01-01\n2,-10,low,2026-02-01\n3,10,,2026-01-01\n4,5,mid,2026-03-01\n";
    let out = play("n int; e enum(low, mid, high)?; at date", body).leads(csv).run();
    assert_eq!(out.groups("by_s"), ["-10 = 1", "-5 = 1", "5 = 1", "10 = 1"]);
    let mut rows = out.kpi("by_e").rows.clone();
    rows.sort_by_key(|row| row.rank);
    let by: Vec<Option<String>> = rows.into_iter().flat_map(|row| row.by).collect();
    assert_eq!(by, [Some("low".into()), Some("mid".into()), Some("high".into()), None]);
}
