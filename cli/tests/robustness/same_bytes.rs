//! N1 and K2: neither the number of threads nor the order of the rows changes what comes out.

use crate::desk::{Desk, HEADER, Ran, leads, rows};

const ROWS: usize = 40_000;

/// A playbook that reads nothing but the key, so that bad cells come through as text.
const RAW: &str = "playbook raw for lead\nrecord lead { id text key }\nscore t { +1 when id is known }\n";

#[test]
fn n1_threads_do_not_change_a_byte_in_any_format() {
    let desk = Desk::new();
    desk.write("raw.play", RAW);
    desk.write("in.csv", leads(ROWS));
    for name in ["in.csv.gz", "in.csv.zst", "in.jsonl", "in.jsonl.gz", "in.parquet", "in.arrow"] {
        desk.shell(&format!("\"$REVPLAY\" run raw.play in.csv --keep i,m,f -o {name}")).ends(0, &[]);
    }
    for (from, to) in [
        ("in.csv", "csv"),
        ("in.csv", "parquet"),
        ("in.parquet", "parquet"),
        ("in.parquet", "csv"),
        ("in.arrow", "arrow"),
        ("in.jsonl", "jsonl"),
        ("in.jsonl.gz", "jsonl.zst"),
        ("in.csv.gz", "csv.gz"),
        ("in.csv.zst", "csv.zst"),
    ] {
        let run = |threads: &str| {
            let (out, rejects) = (format!("out-{threads}.{to}"), format!("rejects-{threads}.csv"));
            let more = ["-o", &out, "--rejects", &rejects, "--threads", threads, "--keep", "all", "--summary", "json"];
            let ran = desk.run(from, &more);
            ran.ends(1, &["rows rejected"]);
            let mut summary: serde_json::Value = serde_json::from_slice(&ran.out).expect("JSON");
            summary["seconds"].take();
            summary["output"].take();
            (desk.bytes(&out), desk.text(&rejects), summary)
        };
        let one = run("1");
        assert_eq!(one.1.lines().count(), 1 + (0..ROWS).filter(|n| n % 997 == 5).count(), "{from}");
        for threads in ["2", "5"] {
            let more = run(threads);
            assert!(more.0 == one.0, "{from} to {to}: other rows with {threads} threads");
            assert_eq!((&more.1, &more.2), (&one.1, &one.2), "{from} to {to}, {threads} threads");
        }
    }
}

#[test]
fn k2_the_order_of_the_rows_does_not_change_a_kpi() {
    let desk = Desk::new();
    desk.write("ordered.csv", leads(ROWS));
    let text = rows(0, ROWS);
    let mut lines: Vec<&str> = text.lines().collect();
    lines.reverse();
    desk.write("reversed.csv", format!("{HEADER}{}\n", lines.join("\n")));
    // A shuffle that is the same each time: steps of a number that shares no factor with the count.
    let shuffled: Vec<&str> = (0..ROWS).map(|n| lines[n * 7919 % ROWS]).collect();
    desk.write("shuffled.csv", format!("{HEADER}{}\n", shuffled.join("\n")));
    for form in ["text", "json", "csv"] {
        let kpis = |leads: &str| {
            let ran = Ran::of(desk.over("kpi", leads, &["--format", form]));
            String::from_utf8(ran.ends(1, &["rows rejected"]).out.clone()).expect("text")
        };
        let ordered = kpis("ordered.csv");
        assert!(ordered.contains("mean") && ordered.contains("share"), "{ordered}");
        assert_eq!(kpis("reversed.csv"), ordered);
        assert_eq!(kpis("shuffled.csv"), ordered);
    }
    let summary = |leads: &str, threads: &str| {
        let ran = desk.run(leads, &["-o", "out.csv", "--summary", "json", "--threads", threads]);
        let summary: serde_json::Value = serde_json::from_slice(&ran.ends(1, &[]).out).expect("JSON");
        summary["kpis"].clone()
    };
    let ordered = summary("ordered.csv", "1");
    assert!(ordered.is_array() || ordered.is_object(), "{ordered}");
    assert_eq!(summary("shuffled.csv", "2"), ordered);
    assert_eq!(summary("reversed.csv", "5"), ordered);
}
