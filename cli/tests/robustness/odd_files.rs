//! Inputs that are no files, empty, cut off or damaged, or that change their mind halfway.

use crate::desk::{Desk, leads};
use std::os::unix::net::UnixListener;

#[test]
fn what_is_no_file_is_said_to_be_none() {
    let desk = Desk::new();
    std::fs::create_dir(desk.0.join("folder.csv")).expect("a folder");
    let _socket = UnixListener::bind(desk.0.join("socket.csv")).expect("a socket");
    desk.write("empty.csv", "");
    desk.write("blank.csv", "\n\n\r\n");
    for (name, code, says) in [
        ("folder.csv", "E0601", "this is a folder, not a file"),
        ("socket.csv", "E0601", "cannot be opened"),
        ("missing.csv", "E0601", "there is no such file"),
        ("empty.csv", "E0604", "not even a header"),
        ("blank.csv", "E0604", ""),
        ("/dev/null", "E0604", "not even a header"),
    ] {
        desk.run(name, &["-o", "out.csv"]).ends(2, &[code, name, says]);
        for format in ["csv", "jsonl", "parquet", "arrow", "xlsx"] {
            let mut schema = desk.command();
            schema.args(["schema", name, "--format", format]);
            crate::desk::Ran::of(schema).ends(2, &["error[E06", name]);
        }
        let kpis = crate::desk::Ran::of(desk.over("kpi", name, &["--rejects", "rejects.csv"]));
        kpis.ends(2, &[code, says]);
        desk.has_no("out.csv");
        desk.has_no("rejects.csv");
        desk.is_tidy();
    }
}

#[test]
fn only_a_header_is_no_rows() {
    let desk = Desk::new();
    for (text, name) in [("id,i,m,f\n", "a.csv"), ("id,i,m,f", "b.csv"), ("\u{feff}id;i;m;f\r\n", "c.csv")] {
        desk.write(name, text);
        desk.run(name, &["-o", "out.csv"]).ends(0, &[]);
        assert_eq!(desk.text("out.csv"), "id,s,b,x\n", "{name}");
        desk.run(name, &["-o", "out.parquet"]).ends(0, &[]);
        crate::desk::Ran::of(desk.over("kpi", name, &[])).ends(0, &[]);
        desk.is_tidy();
    }
}

#[test]
fn a_file_that_ends_in_a_quote_loses_one_row_and_says_so() {
    let desk = Desk::new();
    for end in ["3,\"", "3,5,6,\"", "3,\"5"] {
        desk.write("leads.csv", format!("id,i,m,f\n1,5,6,7\n2,5,6,7\n{end}"));
        let ran = desk.run("leads.csv", &["-o", "out.csv", "--rejects", "rejects.csv"]);
        ran.ends(1, &["1 row rejected"]);
        assert_eq!(desk.text("out.csv"), "id,s,b,x\n1,5,C,6.00\n2,5,C,6.00\n", "{end:?}");
        let rejects = desk.text("rejects.csv");
        assert!(rejects.contains("\n4,3,") && rejects.contains("never closed"), "{end:?}: {rejects}");
    }
    // With more lines below it, it is not known how many rows it has swallowed.
    desk.write("leads.csv", "id,i,m,f\n1,5,6,7\n\"3,5,6,7\n4,5,6,7\n");
    std::fs::remove_file(desk.0.join("out.csv")).expect("removed");
    desk.run("leads.csv", &["-o", "out.csv"]).ends(2, &["error[E0611]: leads.csv: line 3"]);
    desk.has_no("out.csv");
    desk.is_tidy();
}

#[test]
fn a_column_that_changes_its_type_halfway_gives_rejects() {
    let desk = Desk::new();
    let half =
        |from: usize, cell: &str| -> String { (from..from + 20_000).map(|n| format!("L{n},{cell},1.50,\n")).collect() };
    for (cell, reason) in
        [("n/v", "whole number"), ("7.5", "whole number"), ("2026-01-01", "whole number"), ("true", "whole number")]
    {
        desk.write("leads.csv", format!("id,i,m,f\n{}{}", half(0, "7"), half(20_000, cell)));
        let ran = desk.run("leads.csv", &["-o", "out.csv", "--rejects", "rejects.csv"]);
        ran.ends(1, &["20 000 rows rejected"]);
        assert_eq!(desk.text("out.csv").lines().count(), 20_001);
        let rejects = desk.text("rejects.csv");
        assert_eq!(rejects.lines().count(), 20_001);
        let first = rejects.lines().nth(1).unwrap_or_default();
        assert!(first.starts_with(&format!("20002,20001,i,i,{cell},")) && first.contains(reason), "{first}");
    }
    let lines = |from: usize, cell: &str| -> String {
        (from..from + 500).map(|n| format!("{{\"id\":\"L{n}\",\"i\":{cell}}}\n")).collect()
    };
    for cell in ["\"x\"", "[1,2]", "{\"a\":1}", "true", "1e400"] {
        desk.write("leads.jsonl", format!("{}{}", lines(0, "7"), lines(500, cell)));
        let ran = desk.run("leads.jsonl", &["-o", "out.csv"]);
        assert!(matches!(ran.code, Some(1 | 2)), "{cell}: {}", ran.err);
        if ran.code == Some(1) {
            ran.ends(1, &["500 rows rejected"]);
            assert_eq!(desk.text("out.csv").lines().count(), 501, "{cell}");
        }
    }
    desk.is_tidy();
}

#[test]
fn files_that_are_cut_off_or_damaged_give_no_result() {
    let desk = Desk::new();
    desk.write("leads.csv", leads(20_000));
    desk.write(
        "q.play",
        "playbook q for row\nrecord row { id text key, s int, x money(EUR)? }\nscore t { + s }\noutput y = x\n",
    );
    for whole in ["in.parquet", "in.arrow", "in.csv.gz", "in.csv.zst"] {
        desk.run("leads.csv", &["-o", whole]).ends(1, &[]);
        let bytes = desk.bytes(whole);
        let read = |name: &str, bytes: &[u8]| {
            desk.write(name, bytes);
            desk.shell(&format!("exec \"$REVPLAY\" run q.play {name} --now 2026-11-23 -o out.csv"))
        };
        read(&format!("good-{whole}"), &bytes).ends(0, &[]);
        std::fs::remove_file(desk.0.join("out.csv")).expect("removed");
        for tenth in 0..10 {
            let name = format!("cut-{whole}");
            let cut = bytes.get(..bytes.len() * tenth / 10).expect("a part");
            let ran = read(&name, cut);
            ran.ends(2, &["error[E060", &name]);
            desk.has_no("out.csv");
            desk.is_tidy();
        }
        // A gap in the middle: beginning and end look as they should.
        let mut gap = bytes.clone();
        gap.drain(bytes.len() / 3..bytes.len() / 2);
        read(&format!("gap-{whole}"), &gap).ends(2, &["error[E060"]);
        desk.has_no("out.csv");
        desk.is_tidy();
    }
}
