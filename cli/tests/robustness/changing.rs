//! Files that change while they are read, and readers that go away.

use crate::desk::{Desk, Feed, HEADER, Ran, leads, rows};
use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Stdio};

const ROWS: usize = 150_000;

/// A run that waits in the middle of its rows: it writes to a pipe, and only the first bytes are taken.
fn halfway(desk: &Desk, leads: &str, more: &[&str]) -> Child {
    let mut run = desk.over("run", leads, more);
    let mut child = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut first = [0; 100];
    child.stdout.as_mut().expect("a pipe").read_exact(&mut first).expect("rows");
    child
}

#[test]
fn leads_that_grow_or_shrink_while_they_are_read_are_an_error() {
    type Change = fn(&mut File) -> std::io::Result<()>;
    let changes: [(&str, Change); 3] = [
        ("the file grew from", |file| file.write_all(b"L-new,1,2")),
        ("the file shrank from", |file| file.set_len(3_000_000)),
        ("the file was written to", |file| file.set_len(0).and_then(|()| file.write_all(leads(ROWS).as_bytes()))),
    ];
    for (says, change) in changes {
        let desk = Desk::new();
        desk.write("leads.csv", leads(ROWS));
        let child = halfway(&desk, "leads.csv", &["-o", "-", "--threads", "1", "--rejects", "rejects.csv"]);
        let mut file = File::options().append(true).open(desk.0.join("leads.csv")).expect("the leads");
        change(&mut file).expect("changed");
        let ran = Ran::wait(child);
        ran.ends(2, &["error[E0602]: leads.csv: ", says, "some program is writing it"]);
        desk.has_no("rejects.csv");
        desk.is_tidy();
    }
}

#[test]
fn every_format_is_watched_until_its_end() {
    let desk = Desk::new();
    desk.write("leads.csv", leads(ROWS));
    let raw = "playbook raw for lead\nrecord lead { id text key }\nscore t { +1 when id is known }\n";
    desk.write("raw.play", raw);
    for name in ["in.parquet", "in.arrow", "in.jsonl", "in.csv.gz", "in.csv.zst"] {
        let keep = format!("\"$REVPLAY\" run raw.play leads.csv --keep i,m,f -o {name}");
        desk.shell(&keep).ends(0, &[]);
        let whole = desk.bytes(name).len() as u64;
        for (says, size) in [("the file grew from", whole + 100), ("the file shrank from", whole / 2)] {
            let child = halfway(&desk, name, &["-o", "-", "--threads", "1"]);
            let file = File::options().write(true).open(desk.0.join(name)).expect("the leads");
            file.set_len(size).expect("changed");
            Ran::wait(child).ends(2, &["error[E0602]", name, says]);
            // As it was, for the next change.
            desk.shell(&keep).ends(0, &[]);
        }
    }
}

#[test]
fn an_input_that_ends_in_the_middle_of_a_row_is_a_reject() {
    let desk = Desk::new();
    desk.pipe("leads.csv");
    let feed = Feed::new(&desk.0.join("leads.csv"));
    let mut run = desk.over("run", "leads.csv", &["-o", "out.csv"]);
    let child = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    feed.give(HEADER);
    feed.give("1,5,6,7\n2,5");
    drop(feed);
    Ran::wait(child).ends(1, &["1 row rejected"]);
    assert_eq!(desk.text("out.csv"), "id,s,b,x\n1,5,C,6.00\n");
}

#[test]
fn a_reader_that_goes_away_ends_the_run_quietly() {
    let desk = Desk::new();
    desk.write("leads.csv", leads(ROWS));
    for format in ["csv", "jsonl", "parquet", "arrow"] {
        for threads in ["1", "2"] {
            let mut child = halfway(&desk, "leads.csv", &["-o", "-", "--format", format, "--threads", threads]);
            drop(child.stdout.take());
            let ran = Ran::wait(child);
            if format == "parquet" {
                // Its rows come in large groups: these were all decided when the first bytes could be written.
                ran.ends(1, &["149 849 rows decided"]);
                assert!(!ran.err.contains("error"), "{}", ran.err);
            } else {
                ran.ends(0, &[]);
                assert_eq!(ran.err, "", "{format}");
            }
            desk.is_tidy();
        }
    }
    for command in ["kpi p.play leads.csv --now 2026-11-23", "schema leads.csv", "run p.play leads.csv --dry"] {
        let ran = desk.shell(&format!("(\"$REVPLAY\" {command}; echo \"code $?\" >&2) | true"));
        assert!(ran.err.ends_with("code 0\n"), "{command}: {}", ran.err);
    }
}

#[test]
fn a_pipe_with_a_name_is_read_once_by_every_command() {
    let desk = Desk::new();
    desk.write("leads.csv", leads(3000));
    desk.write("leads.jsonl", "{\"id\":\"1\",\"i\":5}\n{\"id\":\"2\",\"i\":6,\"m\":7}\n");
    desk.run("leads.csv", &["-o", "leads.parquet", "--format", "parquet"]).ends(1, &[]);
    desk.write("q.play", "playbook q for row\nrecord row { id text key, s int }\nscore t { + s }\n");
    desk.pipe("p.csv");
    desk.pipe("p.jsonl");
    desk.pipe("p.parquet");
    let fed = |pipe: &str, from: &str, command: &str| {
        let feed = Feed::new(&desk.0.join(pipe));
        feed.give(desk.bytes(from));
        drop(feed);
        desk.shell(&format!("exec \"$REVPLAY\" {command}"))
    };
    let file = desk.shell("\"$REVPLAY\" schema leads.csv --name lead").out;
    let piped = fed("p.csv", "leads.csv", "schema p.csv --name lead").out;
    let from_second =
        |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().skip(1).map(String::from).collect::<Vec<_>>();
    assert_eq!(from_second(&piped)[..7], from_second(&file)[..7]);
    fed("p.jsonl", "leads.jsonl", "run p.play p.jsonl --now 2026-11-23 -o a.csv").ends(0, &[]);
    assert_eq!(desk.text("a.csv").lines().count(), 3);
    fed("p.parquet", "leads.parquet", "run q.play p.parquet --now 2026-11-23 -o b.csv").ends(0, &[]);
    desk.run("leads.csv", &["-o", "leads2.csv"]).ends(1, &[]);
    assert_eq!(desk.text("b.csv").lines().count(), desk.text("leads2.csv").lines().count());
    fed("p.csv", "leads.csv", "kpi p.play p.csv --now 2026-11-23").ends(1, &[]);
    assert_eq!(rows(0, 1).lines().count(), 1);
    desk.is_tidy();
}
