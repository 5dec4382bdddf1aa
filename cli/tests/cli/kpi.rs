use crate::support::Folder;

#[test]
fn tables_for_people() {
    let folder = Folder::mini();
    insta::assert_snapshot!(folder.mini_run("kpi", &[]).expect(0).shown());
}

#[test]
fn k5_the_gate_fails_when_a_target_is_missed_or_has_no_value() {
    let folder = Folder::mini();
    folder.mini_run("kpi", &["--gate"]).expect(0);
    folder.write("mini.play", folder.read("mini.play").replace(">= 50%", ">= 51%"));
    folder.mini_run("kpi", &[]).expect(0).prints("target >= 51%: missed, 50% in 2026-10");
    folder.mini_run("kpi", &["--gate"]).expect(1).says("mql_rate").says("missed");
    let data = ["--data", "account=accounts.csv", "--data", "visits=visits.csv", "--now", "2026-09-15"];
    let none = folder.run(&[&["kpi", "mini.play", "leads.csv", "--gate"], &data[..]].concat());
    none.expect(1).prints("no value");
}

#[test]
fn csv_and_json_for_programs() {
    let folder = Folder::mini();
    let csv = folder.mini_run("kpi", &["--format", "csv"]);
    let mut lines = csv.expect(0).out.lines();
    assert_eq!(lines.next(), Some("kpi,level,period,first_day,unfinished,source,value,number"));
    assert_eq!(lines.next(), Some("leads,group,2026-10,2026-10-01,false,web,2,2"));
    assert!(csv.out.contains("\nmql_rate,total,,,,,50%,0.5\n"), "{}", csv.out);
    let json = folder.mini_run("kpi", &["--format", "json"]);
    let all: serde_json::Value = serde_json::from_str(&json.expect(0).out).expect("JSON");
    assert_eq!(all["kpis"][1]["targets"][0]["status"], "met");
    assert_eq!(all["rows"], 4);
}

#[test]
fn e1_what_is_not_built_is_said_and_the_others_are_shown() {
    let folder = Folder::mini();
    let cohort =
        "kpi won {\n  value conversion(lead from created_at to mql_at within 30 days)\n  per month of created_at\n}\n";
    folder.write("mini.play", format!("{}\n{cohort}", folder.read("mini.play")));
    let ran = folder.mini_run("kpi", &[]);
    ran.expect(2).says("E0811").says("`won`").prints("mql_rate").prints("not computed yet");
    folder.mini_run("run", &["-o", "x.csv"]).expect(0).prints("cannot be computed yet");
}

#[test]
fn rejects_count_here_too() {
    let folder = Folder::mini();
    folder.write("leads.csv", folder.read("leads.csv").replace(",web,", ",fax,"));
    folder.mini_run("kpi", &[]).expect(1).says("2 rows rejected");
    folder.mini_run("kpi", &["--max-rejects", "50%"]).expect(0);
}

#[test]
fn only_what_kpis_read_must_be_given() {
    let folder = Folder::mini();
    folder.run(&["kpi", "mini.play", "leads.csv", "--now", "2026-11-23"]).expect(0).prints("mql_rate");
}
