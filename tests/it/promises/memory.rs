//! A1 and A2: deciding is pure; teams and their members are checked. Choosing a member is not built.

use revplay_tests::case::{Case, check, play};

const DESK: &str = "queue rest\nteam emea {\n member carl\n}\n\
                    route desk {\n hold \"No consent\" when not consent\n to team emea when country is known\n otherwise to queue rest\n}\n";
const FIELDS: &str = "email text?; country text?; consent bool default false; points int?; mql_at timestamp?";

fn handoff(extra: &str) -> Case {
    let body = format!(
        "calendar office {{ open Mon..Fri 09:00..17:00 }}\n{DESK}handoff mql from marketing to sales {{\n \
         qualify \"Score\" when points >= 60\n qualify \"Demo\" when points >= 40 and country = \"AT\"\n require email, country\n route desk\n \
         accept in 4 business hours of office from mql_at\n{extra}}}\noutput also = mql and consent"
    );
    play(FIELDS, &body)
}

#[test]
fn a1_a_handoff_is_a_bool_with_status_reason_and_due_time() {
    let csv = "id,email,country,consent,points,mql_at\n\
               1,a@b.c,DE,true,60,2026-11-20 16:00\n\
               2,a@b.c,AT,true,40,\n\
               3,a@b.c,DE,true,40,\n\
               4,a@b.c,DE,true,,\n\
               5,,DE,true,70,2026-11-20 16:00\n\
               6,a@b.c,DE,false,70,2026-11-20 16:00\n\
               7,,,false,70,2026-11-20 16:00\n";
    let out = handoff("").leads(csv).run();
    assert_eq!(out.rejects, Vec::<String>::new());
    assert_eq!(out.column("mql"), ["true", "true", "false", "false", "true", "true", "true"]);
    assert_eq!(out.column("mql_status"), ["ready", "ready", "no", "no", "held", "held", "held"]);
    let reasons = out.column("mql_reason");
    assert_eq!(reasons[..2], ["Score", "Demo"], "which qualify line");
    assert!(reasons[4].contains("email"), "what is missing: {}", reasons[4]);
    assert!(reasons[5].contains("No consent"), "which hold: {}", reasons[5]);
    assert!(
        ["email", "country", "No consent"].iter().all(|part| reasons[6].contains(part)),
        "all of it: {}",
        reasons[6]
    );
    let due = out.column("mql_due_at");
    assert_eq!(due[0], "2026-11-23T11:00:00Z", "one open hour on Friday, three on Monday");
    assert_eq!(due[1], "2026-11-23T12:00:00Z", "from now where the anchor is missing");
    assert_eq!(due[2], "");
    assert_eq!(out.column("also"), ["true", "true", "false", "false", "true", "false", "false"]);
}

#[test]
fn a1_deciding_depends_on_the_record_alone() {
    let row = |id: usize| format!("{id},a@b.c,{},true,{},\n", ["DE", "AT", ""][id % 3], id * 13 % 80);
    let all: Vec<String> = (0..40).map(row).collect();
    let head = "id,email,country,consent,points,mql_at\n";
    let together = handoff("").leads(&format!("{head}{}", all.concat())).run().csv;
    let lines: Vec<&str> = together.lines().skip(1).map(|l| l.split_once(',').expect("a row number").1).collect();
    for (row, line) in all.iter().zip(lines) {
        let alone = handoff("").leads(&format!("{head}{row}")).run().csv;
        assert_eq!(alone.lines().nth(1).and_then(|l| l.split_once(',')).expect("a row").1, line);
    }
}

#[test]
fn a1_what_is_not_built_of_a_handoff_says_so() {
    for clause in
        ["accept in 4 hours from mql_at, remind after 2 hours", "recycle no_budget to queue rest, again after 30 days"]
    {
        let extra =
            if clause.starts_with("accept") { String::new() } else { format!(" reject no_budget\n {clause}\n") };
        let body = format!(
            "{DESK}handoff mql from marketing to sales {{\n qualify \"Score\" when points >= 60\n route desk\n{}}}",
            if extra.is_empty() { format!(" {clause}\n") } else { extra }
        );
        let findings = check(FIELDS, &body).findings();
        assert!(
            findings.iter().any(|f| f.contains("not built") || f.contains("not carried out") || f.contains("W0404")),
            "{clause}: {findings:#?}"
        );
    }
}

#[test]
fn a2_members_and_absences_are_checked() {
    for (team, code) in [
        ("team a {\n member x\n member x\n}", "E0202"),
        ("team a {\n member x absent 2027-01-06..2026-12-20\n}", "E0311"),
        ("team a {\n member x\n hours nowhere\n}", "E0207"),
        ("team a {\n member x\n fallback team b\n}", "E0207"),
        ("team a {\n member x\n assign sticky by nothing\n}", "E0201"),
        ("team a {\n member x absent 2026-12-32..2027-01-06\n}", "E0313"),
    ] {
        let errors = check("account_id text?", team).errors();
        assert!(errors.len() == 1 && errors[0].contains(code), "{team}: {errors:#?}");
    }
    let good = "team a {\n member x weight 2\n member y absent 2026-12-20..2027-01-06\n assign round robin\n cap 25 a day per member\n}";
    assert_eq!(check("account_id text?", good).errors(), Vec::<String>::new());
}

#[test]
fn a2_the_route_ends_at_the_team_and_the_playbook_says_that_no_member_is_chosen() {
    let body = DESK.replace("member carl\n", "member carl\n member dora\n assign round robin\n");
    let case = play(FIELDS, &body).leads("id,email,country,consent,points,mql_at\n1,,DE,true,,\n");
    assert_eq!(case.run().column("desk"), ["team emea"]);
    let findings = case.check().findings();
    assert!(findings.iter().any(|f| f.contains("W0404")), "an `assign` that is not carried out says so: {findings:#?}");
}
