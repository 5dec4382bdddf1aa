//! L1 and L2: linked records, and folds over them.

use revplay_tests::case::play;

const ACCOUNT: &str = "record account { id text key, owner text?, staff int? }\nlink lead.account to one account by account.id = lead.account_id\n";
const VISITS: &str = "record visit { lead_id text, at timestamp? event time, n int?, x number?, t text?, m money(EUR)? }\n\
                      link lead.visits to many visit by visit.lead_id = lead.id\n";

#[test]
fn l1_decided_rows_are_independent_and_a_repeated_key_is_decided_each_time() {
    let out = play("i int", "output x = i").leads("id,i\n1,5\n1,6\n1,5\n").run();
    assert_eq!(out.column("x"), ["5", "6", "5"]);
}

#[test]
fn l1_on_the_one_side_a_repeated_key_is_a_reject_and_the_first_stays() {
    let body = format!("{ACCOUNT}output x = account.owner");
    let accounts = "id,owner\na,Ann\nb,Ben\na,Zoe\na,Yan\n";
    let out =
        play("account_id text?", &body).leads("id,account_id\n1,a\n2,b\n").rows("account", accounts).chunk(2).run();
    assert_eq!(out.column("x"), ["Ann", "Ben"]);
    assert_eq!(out.links.repeated.iter().map(|r| (r.row, r.first_row)).collect::<Vec<_>>(), [(2, 0), (3, 0)]);
}

#[test]
fn l1_without_a_match_every_field_is_missing_and_the_link_is_missing() {
    let body = format!(
        "{ACCOUNT}output x = account.owner\noutput y = account is missing\noutput z = account is known\noutput w = account.id is missing\n\
         output v = account.staff > 5 or account is missing"
    );
    let out = play("account_id text?", &body)
        .leads("id,account_id\n1,a\n2,zzz\n3,\n")
        .rows("account", "id,owner,staff\na,Ann,9\n")
        .run();
    assert_eq!(out.column("x"), ["Ann", "", ""]);
    assert_eq!(out.column("y"), ["false", "true", "true"]);
    assert_eq!(out.column("z"), ["true", "false", "false"]);
    assert_eq!(out.column("w"), ["false", "true", "true"]);
    assert_eq!(out.column("v"), ["true", "true", "true"]);
}

#[test]
fn l1_orphans_are_counted() {
    let body = format!("{VISITS}output x = count(visits)");
    let csv = "lead_id,at\n1,2026-11-01\n9,2026-11-01\n9,2026-11-02\n2,2026-11-01\n";
    let out = play("", &body).leads("id\n1\n2\n3\n").rows("visit", csv).chunk(1).run();
    assert_eq!(out.column("x"), ["1", "1", "0"]);
    assert_eq!(out.orphans, 2);
}

#[test]
fn l1_events_of_one_instant_keep_file_order() {
    let body = format!("{VISITS}output a = first(visits.t)\noutput b = latest(visits.t)");
    let csv = "lead_id,at,t\n1,2026-11-02,c\n1,2026-11-02,d\n1,2026-11-01,a\n1,2026-11-01,b\n1,,zzz\n";
    let out = play("", &body).leads("id\n1\n").rows("visit", csv).run();
    assert_eq!(out.column("a"), ["a"]);
    assert_eq!(out.column("b"), ["d"]);
}

#[test]
fn l1_event_id_removes_retries() {
    let body = "record visit { no text? event id, lead_id text, at timestamp event time, n int? }\n\
                link lead.visits to many visit by visit.lead_id = lead.id\noutput x = count(visits)\noutput s = sum(visits.n)\n\
                kpi rows { value count(visit)\n per all }";
    let csv = "no,lead_id,at,n\ne1,1,2026-11-01,5\ne1,1,2026-11-01,5\ne2,1,2026-11-01,7\n,1,2026-11-03,1\n,1,2026-11-03,1\ne1,2,2026-11-04,9\n";
    let out = play("", body).leads("id\n1\n2\n").rows("visit", csv).chunk(2).run();
    assert_eq!(out.column("x"), ["4", "0"], "without an id every row is an event of its own");
    assert_eq!(out.column("s"), ["14", "0"]);
    assert_eq!(out.total("rows"), "4");
    assert_eq!(out.links.retries.iter().map(|r| r.1).sum::<u64>(), 2);
}

#[test]
fn l1_links_join_text_as_the_key_reads() {
    let body = format!("{ACCOUNT}output x = account.owner");
    let out = play("account_id text?", &body)
        .leads("id,account_id\n1, a \n2,A\n3,cafe\u{301}\n")
        .rows("account", "id,owner\na,Ann\ncaf\u{e9},Cy\n");
    assert_eq!(out.run().column("x"), ["Ann", "", "Cy"]);
}

#[test]
fn l2_count_and_sum_of_nothing_are_0_the_others_missing() {
    let folds = [
        ("count(visits)", "0", "3"),
        ("count(visits where n > 3)", "0", "1"),
        ("count(distinct visits.t)", "0", "2"),
        ("sum(visits.n)", "0", "7"),
        ("sum(visits.x)", "0", "0.75"),
        ("sum(visits.m)", "0.00", "1.25"),
        ("avg(visits.n)", "", "3.5"),
        ("avg(visits.m)", "", "1.25"),
        ("min(visits.n)", "", "2"),
        ("max(visits.n)", "", "5"),
        ("latest(visits.t)", "", "b"),
        ("first(visits.t)", "", "a"),
        ("any(visits where n > 3)", "false", "true"),
        ("all(visits where n > 3)", "true", "false"),
    ];
    let outputs: Vec<String> =
        folds.iter().enumerate().map(|(i, (fold, ..))| format!("output o{i} = {fold}\n")).collect();
    let csv = "lead_id,at,n,x,t,m\n1,2026-11-01,5,0.5,a,1.25\n1,2026-11-02,2,,b,\n1,2026-11-03,,0.25,,\n";
    let out = play("", &format!("{VISITS}{}", outputs.concat())).leads("id\n1\n2\n").rows("visit", csv).run();
    for (i, (fold, nothing, something)) in folds.iter().enumerate() {
        assert_eq!(out.column(&format!("o{i}")), [*something, *nothing], "{fold}");
    }
}

#[test]
fn l2_sums_of_int_and_money_over_a_link_overflow_to_missing() {
    let body = format!("{VISITS}output a = sum(visits.n)\noutput b = sum(visits.m)");
    let csv = "lead_id,at,n,m\n1,2026-11-01,9223372036854775807,92233720368547758.07\n1,2026-11-02,1,0.01\n2,2026-11-01,9223372036854775807,92233720368547758.07\n\
               2,2026-11-02,1,0.01\n2,2026-11-03,-1,-0.01\n";
    let out = play("", &body).leads("id\n1\n2\n").rows("visit", csv).run();
    assert_eq!(out.column("a"), ["", "9223372036854775807"], "exact on the way, missing only if the sum does not fit");
    assert_eq!(out.column("b"), ["", "92233720368547758.07"]);
}
