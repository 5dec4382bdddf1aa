use crate::support::{DATA, Folder};

#[test]
fn one_row_out_for_every_row_in() {
    let folder = Folder::mini();
    let ran = folder.mini_run("run", &["-o", "out.csv"]);
    insta::assert_snapshot!(ran.expect(0).shown());
    let rows = "id,fit,tier,desk\n1,100,A,person Anna\n2,30,B,queue inbox\n3,0,C,hold\n4,60,B,queue inbox\n";
    assert_eq!(folder.read("out.csv"), rows);
    let piped = folder.mini_run("run", &["-o", "-"]);
    assert_eq!((piped.expect(0).out.as_str(), piped.err.contains("4 rows decided")), (rows, true));
    assert_eq!(folder.mini_run("run", &[]).expect(0).out, rows);
}

#[test]
fn n1_same_input_same_bytes() {
    let folder = Folder::mini();
    for name in ["a.parquet", "b.parquet", "a.csv", "b.csv"] {
        folder.mini_run("run", &["-o", name, "--why", "--keep", "all"]).expect(0);
    }
    assert_eq!(folder.bytes("a.csv"), folder.bytes("b.csv"));
    assert_eq!(folder.bytes("a.parquet"), folder.bytes("b.parquet"));
}

#[test]
fn n1_any_number_of_threads_writes_the_same_bytes() {
    let folder = Folder::mini();
    let mut leads = folder.read("leads.csv").lines().next().expect("a header").to_string();
    for i in 0..40_000 {
        let employees = if i % 997 == 0 { "bad".to_string() } else { (i % 3000 + 1).to_string() };
        leads.push_str(&format!("\n{i},,DE,{employees},web,true,2026-10-02T10:00:00Z,,a{},", i % 3));
    }
    folder.write("leads.csv", leads);
    let run = |threads: &str, out: &str| {
        let rejects = format!("rejects-{out}");
        let ran =
            folder.mini_run("run", &["--threads", threads, "-o", out, "--rejects", &rejects, "--summary", "json"]);
        let mut summary: serde_json::Value = serde_json::from_str(&ran.expect(1).out).expect("JSON");
        summary["seconds"].take();
        summary["output"].take();
        (folder.bytes(out), folder.bytes(&rejects), summary)
    };
    let one = run("1", "a.csv");
    assert_eq!(one.2["rows"], 40_000 - 41);
    assert!(run("2", "b.csv") == one && run("5", "c.csv") == one);
}

#[test]
fn kept_columns_and_reasons() {
    let folder = Folder::mini();
    folder.mini_run("run", &["-o", "out.csv", "--keep", "notes, Company", "--why"]).expect(0);
    let out = folder.read("out.csv");
    let mut lines = out.lines();
    assert_eq!(lines.next(), Some("id,notes,company,fit,fit_why,tier,tier_why,desk,desk_why"));
    assert_eq!(
        lines.next(),
        Some(
            "1,call,Alpha,100,Large +60; Home +30; Visits +20; range of the score -10,A,fit >= 80,person Anna,Known account"
        )
    );
    let ran = folder.mini_run("run", &["--keep", "nots"]);
    ran.expect(2).says("E0810").says("did you mean `notes`?");
}

#[test]
fn a_result_is_input_again() {
    let folder = Folder::mini();
    folder.write("fold.play", "playbook fold for row\nrecord row { id text key, fit int }\nscore s { + fit }\n");
    for name in ["out.parquet", "out.csv.gz"] {
        folder.mini_run("run", &["-o", name]).expect(0);
        let ran = folder.run(&["run", "fold.play", name]);
        assert_eq!(ran.expect(0).out, "id,s\n1,100\n2,30\n3,0\n4,60\n", "{name}");
    }
}

#[test]
fn a_pipe_is_csv() {
    use std::io::Write;
    let folder = Folder::mini();
    let mut command = folder.command();
    command.args(["run", "mini.play", "-", "-o", "-"]).args(DATA);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().expect("it starts");
    child.stdin.take().expect("a pipe").write_all(folder.read("leads.csv").as_bytes()).expect("written");
    let ran = crate::support::Ran::of(child.wait_with_output().expect("it ends"));
    assert_eq!(ran.expect(0).out.lines().count(), 5);
}

#[test]
fn e2_bad_rows_are_rejects_and_good_rows_are_written() {
    let folder = Folder::mini();
    let bad = "5,Epsilon,DE,many,web,true,2026-10-02T10:00:00Z,,,\n6,Zeta,DE,5,fax,true,2026-10-02T10:00:00Z,,,\n";
    folder.write("leads.csv", folder.read("leads.csv") + bad);
    let ran = folder.mini_run("run", &["-o", "out.csv"]);
    ran.expect(1).says("2 rows rejected").says("`many`").says("`fax`").says("--rejects rejects.csv");
    insta::assert_snapshot!(ran.err);
    assert_eq!(folder.read("out.csv").lines().count(), 5);
    folder.mini_run("run", &["-o", "out.csv", "--max-rejects", "2"]).expect(0).says("which --max-rejects allows");
    folder.mini_run("run", &["-o", "out.csv", "--max-rejects", "1"]).expect(1);
    folder.mini_run("run", &["-o", "out.csv", "--max-rejects", "34%"]).expect(0);
    folder.mini_run("run", &["-o", "out.csv", "--max-rejects", "33%"]).expect(1);
    folder.mini_run("run", &["-o", "out.csv", "--rejects", "rejects.csv"]).expect(1).says("rejects.csv");
    let rejects = folder.read("rejects.csv");
    assert!(rejects.starts_with("line,row,column,field,value,reason\n6,5,employees,employees,many,"), "{rejects}");
}

#[test]
fn l1_a_repeated_key_of_a_linked_record_is_a_reject() {
    let folder = Folder::mini();
    folder.write("accounts.csv", "id,owner\na1,Anna\na1,Berta\n");
    let ran = folder.mini_run("run", &["-o", "out.csv", "--rejects", "r.csv"]);
    ran.expect(1).says("1 row rejected").says("r.account.csv");
    assert!(folder.read("out.csv").contains("person Anna"), "the first stays");
    assert!(folder.read("r.account.csv").contains("row 1 has the same key"));
    assert_eq!(folder.read("r.csv").lines().count(), 1);
}

#[test]
fn missing_and_unknown_data_is_named_with_its_flag() {
    let folder = Folder::mini();
    let ran = folder.run(&["run", "mini.play", "leads.csv"]);
    ran.expect(2).says("E0808").says("--data account=FILE --data visit=FILE");
    let run = |data: &str| folder.run(&["run", "mini.play", "leads.csv", "--data", data]);
    run("accuont=accounts.csv").expect(2).says("did you mean `account`?");
    run("accounts.csv").expect(2).says("not of the form NAME=FILE");
    let twice = folder.mini_run("run", &["--data", "visit=visits.csv"]);
    twice.expect(2).says("given twice");
    folder.run(&["run", "mini.play", "lead.csv", DATA[0], DATA[1], DATA[2], DATA[3]]).expect(2).says("`leads.csv`?");
}

#[test]
fn params_are_checked() {
    let folder = Folder::mini();
    let run = |param: &str| folder.mini_run("run", &["--param", param]);
    assert!(run("large=3k").expect(0).out.contains("1,50,B"), "2,000 are not large any more, and the visits add 20");
    run("larg=500").expect(2).says("did you mean `large`?");
    run("large=5").expect(2).says("outside the range 100..10000");
    run("large=1,500").expect(2).says("not a whole number");
    run("large").expect(2).says("NAME=VALUE");
    folder.mini_run("run", &["--param", "large=500", "--param", "large=600"]).expect(2).says("given twice");
}

#[test]
fn now_is_a_date_or_a_time() {
    let folder = Folder::mini();
    let run =
        |now: &str| folder.run(&["run", "mini.play", "leads.csv", DATA[0], DATA[1], DATA[2], DATA[3], "--now", now]);
    run("2026-11-23T09:00").expect(0).says("2026-11-23 09:00 Europe/Berlin");
    run("2026-11-23T09:00:00Z").expect(0).says("2026-11-23 10:00 Europe/Berlin");
    for bad in ["yesterday", "23.11.2026", "2026-11-2", "2026-02-30"] {
        run(bad).expect(2).says("E0806");
    }
    run("2026-03-29 02:30").expect(2).says("skips");
}

#[test]
fn a_mapping_reads_other_headers() {
    let folder = Folder::mini();
    folder.write("leads.csv", folder.read("leads.csv").replace("id,company,", "Lead Id,Firma,"));
    folder.mini_run("run", &[]).expect(2).says("E0606").says("from `Lead Id`: add `--mapping crm`");
    assert_eq!(folder.mini_run("run", &["--mapping", "crm"]).expect(0).out.lines().count(), 5);
    folder.mini_run("run", &["--mapping", "cmr"]).expect(2).says("did you mean `crm`?");
}

#[test]
fn the_summary_is_json_too() {
    let folder = Folder::mini();
    let ran = folder.mini_run("run", &["-o", "out.csv", "--summary", "json"]);
    let summary: serde_json::Value = serde_json::from_str(&ran.expect(0).out).expect("JSON");
    assert_eq!(summary["rows"], 4);
    assert_eq!(summary["outputs"]["tier"]["counts"]["B"], 2);
    assert_eq!(summary["outputs"]["fit"]["greatest"], 100.0);
    assert_eq!(summary["columns"]["unused"][1], "notes");
    assert_eq!(summary["linked"][1]["orphans"], 1);
    assert_eq!(summary["now"], "2026-11-22T23:00:00Z");
}

#[test]
fn an_older_result_stays_until_the_new_one_is_whole() {
    let folder = Folder::mini();
    folder.write("out.csv", "old\n");
    folder.write("cut.csv.gz", cut_off_gzip(&folder.read("leads.csv")));
    let ran = folder.run(&[&["run", "mini.play", "cut.csv.gz", "-o", "out.csv"], DATA].concat());
    ran.expect(2).says("E0608");
    assert_eq!(folder.read("out.csv"), "old\n");
    let left: Vec<_> = std::fs::read_dir(&folder.0).expect("a folder").flatten().map(|e| e.file_name()).collect();
    assert_eq!(left.len(), 6, "{left:?}");
}

/// A gzip file with one stored block that promises more than there is.
fn cut_off_gzip(text: &str) -> Vec<u8> {
    let promised = text.len() as u16 + 50;
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    bytes.extend(promised.to_le_bytes());
    bytes.extend((!promised).to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes
}

#[test]
fn outputs_that_cannot_be_written_are_told_before_the_work() {
    let folder = Folder::mini();
    folder.mini_run("run", &["-o", "no/such/folder/out.csv"]).expect(2).says("E0614");
    folder.mini_run("run", &["-o", "out.xlsx"]).expect(2).says("E0603");
    folder.mini_run("run", &["-o", "out.dat", "--format", "csv"]).expect(0);
}

#[test]
fn playbooks_with_errors_do_not_run() {
    let folder = Folder::mini();
    folder.write("mini.play", folder.read("mini.play").replace("employees >= large", "employes >= large"));
    folder.mini_run("run", &[]).expect(2).says("did you mean").says("mini.play cannot run: 1 error");
    folder.write("shared.play", "record lead { id text key }\n");
    folder.run(&["run", "shared.play", "leads.csv"]).expect(2).says("E0804");
}

#[test]
fn a_folder_with_one_playbook_is_that_playbook() {
    let folder = Folder::mini();
    folder.write("shared.play", "record other { id text key }\n");
    let run = |playbook: &str| folder.run(&[&["run", playbook, "leads.csv"], DATA].concat());
    run(".").expect(0);
    folder.write("second.play", "playbook second for other\nuse \"shared.play\"\n");
    run(".").expect(2).says("E0803").says("`mini.play`, `second.play`");
    folder.write("sub/readme.txt", "");
    run("sub").expect(2).says("E0802");
}

#[test]
fn names_that_do_not_say_the_format() {
    let folder = Folder::mini();
    folder.write("fold.play", "playbook fold for row\nrecord row { id text key, fit int }\nscore s { + fit }\n");
    folder.mini_run("run", &["-o", "out.parquet"]).expect(0);
    folder.write("export", folder.bytes("out.parquet"));
    folder.run(&["run", "fold.play", "export"]).expect(0).prints("1,100");
    folder.write("export", folder.read("leads.csv"));
    folder.run(&[&["run", "mini.play", "export"], DATA].concat()).expect(0).prints("person Anna");
    folder.write("leads.xlsx", b"PK\x03\x04rest");
    folder.run(&[&["run", "mini.play", "leads.xlsx"], DATA].concat()).expect(2).says("Excel");
    folder.run(&[&["run", "mini.play", "."], DATA].concat()).expect(2).says("this is a folder");
}

#[test]
fn no_rows_are_no_mistake() {
    let folder = Folder::mini();
    let header = folder.read("leads.csv").lines().next().expect("a header").to_string();
    folder.write("leads.csv", format!("{header}\n"));
    assert_eq!(folder.mini_run("run", &[]).expect(0).out, "id,fit,tier,desk\n");
    folder.write("leads.csv", "");
    folder.mini_run("run", &[]).expect(2).says("E0604");
}
