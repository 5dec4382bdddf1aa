//! Disks that are full, limits on the size of files, folders that go away or may not be written to.

use crate::desk::{Desk, Feed, HEADER, Ran, leads, not_tested, rows};
use std::process::Stdio;

const OUTPUTS: [&str; 6] = ["out.csv", "out.csv.gz", "out.csv.zst", "out.jsonl", "out.parquet", "out.arrow"];

#[test]
fn a_limit_on_the_size_of_files_is_an_error_with_its_reason() {
    let desk = Desk::new();
    desk.write("leads.csv", leads(20_000));
    for out in OUTPUTS {
        desk.write(out, "an older result");
        // 20 blocks are 10 or 20 kB, by the shell.
        let ran =
            desk.shell(&format!("ulimit -f 20; exec \"$REVPLAY\" run p.play leads.csv --now 2026-11-23 -o {out}"));
        ran.ends(2, &["error[E0615]", out, "larger than is allowed", "an older result is untouched"]);
        assert_eq!(desk.text(out), "an older result");
        desk.is_tidy();
    }
}

#[test]
fn a_full_disk_leaves_nothing_behind() {
    let desk = Desk::new();
    desk.write("leads.csv", leads(60_000));
    std::fs::create_dir(desk.0.join("small")).expect("a folder");
    let mounted = |script: &str| {
        // What is left in it is counted at the end.
        let count = "code=$?; ls -A small | grep -c . >&2; exit $code";
        let mount = "mount -t tmpfs -o size=24k none small";
        desk.shell(&format!("unshare -rm sh -c '{mount} && ({script}); {count}'"))
    };
    if mounted("true").code != Some(0) {
        not_tested("a full disk: no small file system can be mounted here (tried: a size limit, /dev/full)");
        return;
    }
    for out in OUTPUTS {
        let ran = mounted(&format!("\"$REVPLAY\" run p.play leads.csv --now 2026-11-23 -o small/{out}"));
        ran.ends(2, &["error[E0615]", out, "the disk is full", "nothing was left behind"]);
        assert!(ran.err.ends_with("\n0\n"), "the folder is empty: {}", ran.err);
    }
    // There is room for the result, and none for the rejects.
    let ran = mounted(
        "dd if=/dev/zero of=small/fill bs=1k 2>/dev/null; \
         \"$REVPLAY\" run p.play leads.csv --now 2026-11-23 -o out.csv --rejects small/more.csv; code=$?; \
         rm small/fill; exit $code",
    );
    ran.ends(2, &["error[E0615]", "small/more.csv", "the disk is full"]);
    assert!(ran.err.ends_with("\n0\n"), "{}", ran.err);
    desk.has_no("out.csv");
    let project = mounted(
        "dd if=/dev/zero of=small/fill bs=1k count=16 2>/dev/null; \"$REVPLAY\" init small/ours; code=$?; rm small/fill; exit $code",
    );
    project.ends(2, &["error[E0816]", "nothing was left behind"]);
    assert!(project.err.ends_with("\n0\n"), "{}", project.err);
}

#[test]
fn what_cannot_be_written_is_said_with_its_code() {
    let desk = Desk::new();
    if !std::path::Path::new("/dev/full").exists() {
        return not_tested("a device that is full: there is no /dev/full");
    }
    desk.write("leads.csv", leads(20_000));
    let ran = desk.run("leads.csv", &["-o", "out.csv", "--rejects", "/dev/full"]);
    ran.ends(2, &["error[E0615]: /dev/full: the disk is full", "not the whole result"]);
    desk.has_no("out.csv");
    desk.is_tidy();
    desk.run("leads.csv", &["-o", "/dev/full", "--format", "jsonl"]).ends(2, &["error[E0615]: /dev/full"]);
    for (command, code) in [
        ("run p.play leads.csv --now 2026-11-23", "E0615"),
        ("run p.play leads.csv --now 2026-11-23 --format parquet", "E0615"),
        ("run p.play leads.csv --now 2026-11-23 -o kept.csv", "E0812"),
        ("kpi p.play leads.csv --now 2026-11-23", "E0812"),
        ("schema leads.csv", "E0812"),
        ("init ours", "E0812"),
    ] {
        desk.shell(&format!("\"$REVPLAY\" {command} > /dev/full")).ends(2, &[code]);
    }
    assert!(desk.text("kept.csv").lines().count() > 19_000, "the result itself is whole");
}

#[test]
fn a_folder_that_goes_away_is_an_error() {
    for threads in ["1", "2"] {
        let desk = Desk::new();
        std::fs::create_dir(desk.0.join("out")).expect("a folder");
        desk.pipe("leads.csv");
        let feed = Feed::new(&desk.0.join("leads.csv"));
        let mut run = desk.over("run", "leads.csv", &["-o", "out/out.csv", "--threads", threads]);
        let child = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        feed.give(HEADER);
        feed.give(rows(0, 140_000));
        desk.wait_for_rows("out");
        std::fs::remove_dir_all(desk.0.join("out")).expect("removed");
        drop(feed);
        Ran::wait(child).ends(2, &["error[E0615]: out/out.csv: its folder was there at first, and is gone"]);
        desk.has_no("out");
        desk.is_tidy();
    }
}

#[test]
fn a_folder_that_takes_the_name_of_the_result_is_an_error() {
    let desk = Desk::new();
    desk.pipe("leads.csv");
    let feed = Feed::new(&desk.0.join("leads.csv"));
    let mut run = desk.over("run", "leads.csv", &["-o", "out.csv"]);
    let child = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    feed.give(HEADER);
    feed.give(rows(0, 140_000));
    desk.wait_for_rows("");
    std::fs::create_dir(desk.0.join("out.csv")).expect("a folder");
    drop(feed);
    Ran::wait(child).ends(2, &["error[E0615]: out.csv: a folder has taken its name"]);
    desk.is_tidy();
}

#[test]
fn a_folder_without_permission_or_none_at_all_is_an_error_before_any_work() {
    let desk = Desk::new();
    desk.write("leads.csv", leads(10));
    desk.run("leads.csv", &["-o", "nowhere/out.csv"]).ends(2, &["error[E0614]", "create the folder first"]);
    desk.run("leads.csv", &["-o", "leads.csv/out.csv"]).ends(2, &["error[E0614]", "not a folder"]);
    desk.run("leads.csv", &["-o", "out.csv", "--rejects", "nowhere/r.csv"]).ends(2, &["error[E0614]"]);
    desk.has_no("out.csv");
    desk.is_tidy();
    // Nothing is forbidden to root: somebody else tries.
    let script = "mkdir closed && chmod 555 closed && if [ $(id -u) = 0 ]; then \
                  setpriv --reuid=65534 --clear-groups \"$REVPLAY\" --version >&2 && \
                  exec setpriv --reuid=65534 --clear-groups \"$REVPLAY\" run p.play leads.csv --now 2026-11-23 -o closed/out.csv; \
                  else exec \"$REVPLAY\" run p.play leads.csv --now 2026-11-23 -o closed/out.csv; fi";
    let ran = desk.shell(script);
    if ran.code == Some(2) && ran.err.contains("error[") {
        ran.ends(2, &["error[E0614]: closed/out.csv: nothing may be written into this folder"]);
    } else {
        not_tested("a folder without permission: this is root, and nobody else can run the program");
    }
    assert_eq!(std::fs::read_dir(desk.0.join("closed")).expect("a folder").count(), 0);
}
