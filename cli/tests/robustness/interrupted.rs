//! Ctrl-C, kill, kill -9, at a moment in the middle of the rows.

use crate::desk::{Desk, Feed, HEADER, Ran, leads, not_tested, rows, signal, wait};
use std::process::{Child, Stdio};

/// Rows before the signal: more than are read ahead.
const HALF: usize = 140_000;

/// A run over a pipe that has given half of its rows, with rows on their way to the result.
fn halfway(desk: &Desk, more: &[&str]) -> (Child, Feed) {
    desk.pipe("leads.csv");
    let feed = Feed::new(&desk.0.join("leads.csv"));
    let mut run = desk.over("run", "leads.csv", more);
    let child = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    feed.give(HEADER);
    feed.give(rows(0, HALF));
    desk.wait_for_rows("");
    (child, feed)
}

/// Whether this process was started to ignore Ctrl-C (`cargo test &` in a script); then the program ignores it too.
fn ctrl_c_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask =
        status.lines().find_map(|l| l.strip_prefix("SigIgn:")).and_then(|m| u64::from_str_radix(m.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 2 != 0)
}

#[test]
fn ctrl_c_writes_nothing_says_so_and_exits_with_130() {
    if ctrl_c_is_ignored() {
        return not_tested("Ctrl-C: this process was started to ignore it");
    }
    for threads in ["1", "2"] {
        let desk = Desk::new();
        desk.write("out.csv", "an older result");
        let (child, _feed) = halfway(&desk, &["-o", "out.csv", "--threads", threads]);
        signal(child.id(), "INT");
        let ran = Ran::wait(child);
        ran.ends(130, &[]);
        assert_eq!(ran.err, "interrupted: nothing was written to out.csv\n");
        assert_eq!(ran.out, b"");
        assert_eq!(desk.text("out.csv"), "an older result");
        desk.is_tidy();
    }
}

#[test]
fn every_format_and_the_rejects_are_taken_back() {
    for out in ["out.csv.gz", "out.csv.zst", "out.jsonl", "out.parquet", "out.arrow"] {
        let desk = Desk::new();
        desk.pipe("leads.csv");
        let feed = Feed::new(&desk.0.join("leads.csv"));
        let mut run = desk.over("run", "leads.csv", &["-o", out, "--rejects", "rejects.csv"]);
        let child = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        feed.give(leads(HALF));
        // Parquet and packed text come in large pieces: it is enough that both files are begun.
        wait("two temporary files", || desk.left_over().len() == 2);
        signal(child.id(), "TERM");
        let ran = Ran::wait(child);
        ran.ends(143, &[&format!("interrupted: nothing was written to {out} and rejects.csv")]);
        desk.has_no(out);
        desk.has_no("rejects.csv");
        desk.is_tidy();
    }
}

#[test]
fn an_interruption_ends_what_waits_for_input() {
    for (signal_name, code) in [("TERM", 143), ("HUP", 129)] {
        for command in ["run", "kpi", "explain"] {
            let desk = Desk::new();
            desk.pipe("leads.jsonl");
            let feed = Feed::new(&desk.0.join("leads.jsonl"));
            let more: &[&str] = if command == "explain" { &["--key", "x"] } else { &[] };
            let mut run = desk.over(command, "leads.jsonl", more);
            let child = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
            // JSON lines of a pipe are copied first; the copy must go as well.
            feed.give("{\"id\":\"1\",\"i\":1}\n");
            wait("a copy", || !desk.left_over().is_empty());
            signal(child.id(), signal_name);
            let ran = Ran::wait(child);
            ran.ends(code, &["interrupted"]);
            desk.is_tidy();
        }
        let desk = Desk::new();
        desk.pipe("leads.csv");
        let feed = Feed::new(&desk.0.join("leads.csv"));
        let mut schema = desk.command();
        let child = schema.args(["schema", "leads.csv"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = child.spawn().expect("it starts");
        feed.give(rows(0, HALF));
        // More than a pipe holds was taken: the program is at work, and its handlers are set.
        feed.give(rows(0, 1));
        wait("handlers", || has_handlers(child.id()));
        signal(child.id(), signal_name);
        let ran = Ran::wait(child);
        ran.ends(code, &["interrupted\n"]);
        assert_eq!(ran.out, b"");
    }
}

/// Whether a process listens to SIGHUP; where the system does not say, a moment later.
fn has_handlers(pid: u32) -> bool {
    let Ok(status) = std::fs::read_to_string(format!("/proc/{pid}/status")) else {
        std::thread::sleep(std::time::Duration::from_secs(3));
        return true;
    };
    let mask =
        status.lines().find_map(|l| l.strip_prefix("SigCgt:")).and_then(|m| u64::from_str_radix(m.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 != 0)
}

#[test]
fn rows_on_standard_output_are_said_to_be_cut_off() {
    let desk = Desk::new();
    desk.write("leads.csv", leads(4 * HALF));
    let mut run = desk.over("run", "leads.csv", &["-o", "-"]);
    let mut child = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut first = [0; 10];
    std::io::Read::read_exact(child.stdout.as_mut().expect("a pipe"), &mut first).expect("rows");
    assert_eq!(&first, b"id,s,b,x\nL");
    // Nobody takes more: the program is in the middle of the rows.
    signal(child.id(), "TERM");
    Ran::wait(child).ends(143, &["interrupted: what came out on standard output is not the whole result\n"]);
}

#[test]
fn a_second_signal_ends_at_once_too() {
    let desk = Desk::new();
    let (child, _feed) = halfway(&desk, &["-o", "out.csv"]);
    signal(child.id(), "TERM");
    // It may have gone already.
    let _ = std::process::Command::new("sh").args(["-c", &format!("kill -TERM {} 2>/dev/null", child.id())]).status();
    assert_eq!(Ran::wait(child).code, Some(143));
    desk.has_no("out.csv");
}

#[test]
fn who_runs_it_with_nohup_is_not_interrupted() {
    let desk = Desk::new();
    desk.pipe("leads.csv");
    let feed = Feed::new(&desk.0.join("leads.csv"));
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "trap '' HUP INT; exec \"$REVPLAY\" run p.play leads.csv --now 2026-11-23 -o out.csv"]);
    shell.current_dir(&desk.0).env("REVPLAY", env!("CARGO_BIN_EXE_revplay"));
    let child = shell.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    feed.give(leads(HALF));
    desk.wait_for_rows("");
    if !std::path::Path::new("/proc/self/status").exists() {
        signal(child.id(), "KILL");
        Ran::wait(child);
        return not_tested("signals that were ignored from the start: the system does not say which");
    }
    signal(child.id(), "HUP");
    signal(child.id(), "INT");
    drop(feed);
    Ran::wait(child).ends(1, &["rows rejected"]);
    assert_eq!(desk.text("out.csv").lines().count(), HALF + 1 - (0..HALF).filter(|n| n % 997 == 5).count());
}

#[test]
fn kill_9_leaves_only_a_temporary_file_and_the_next_run_is_as_ever() {
    let desk = Desk::new();
    desk.write("out.csv", "an older result");
    let (child, feed) = halfway(&desk, &["-o", "out.csv"]);
    signal(child.id(), "KILL");
    assert_eq!(Ran::wait(child).code, None);
    drop(feed);
    assert_eq!(desk.text("out.csv"), "an older result");
    let left = desk.left_over();
    assert!(left.len() == 1 && left[0].starts_with(".revplay-") && left[0].ends_with(".tmp"), "{left:?}");
    std::fs::remove_file(desk.0.join("leads.csv")).expect("removed");
    desk.write("leads.csv", leads(1000));
    let clean = Desk::new();
    clean.write("leads.csv", leads(1000));
    let steady = |ran: &Ran| ran.err.lines().filter(|l| !l.contains("took")).collect::<Vec<_>>().join("\n");
    let (after, usual) = (desk.run("leads.csv", &["-o", "out.csv"]), clean.run("leads.csv", &["-o", "out.csv"]));
    after.ends(1, &[]);
    assert_eq!(steady(&after), steady(&usual));
    assert_eq!(desk.bytes("out.csv"), clean.bytes("out.csv"));
    assert_eq!(desk.left_over(), left, "somebody may look at it");
    // The folder is a playbook folder still.
    let check = desk.shell("\"$REVPLAY\" check . && \"$REVPLAY\" run . leads.csv --now 2026-11-23 -o again.csv");
    check.ends(1, &["1 row rejected"]);
}

#[test]
fn the_progress_bar_is_taken_away() {
    let desk = Desk::new();
    if desk.shell("command -v script && script --version").code != Some(0) {
        return not_tested("the terminal after an interruption: there is no `script`");
    }
    for end in ["kill -TERM $(cat pid); sleep 1", "true"] {
        let _ = std::fs::remove_file(desk.0.join("leads.csv"));
        desk.pipe("leads.csv");
        desk.write("rows.csv", leads(20_000));
        // The rows come slowly: a bar appears. Then the end.
        desk.write(
            "feed.sh",
            format!("exec 3> leads.csv; cat rows.csv >&3; for n in 1 2 3 4 5 6 7 8; do sleep 0.3; tail -n +2 rows.csv >&3; done; {end}"),
        );
        desk.write("run.sh", "echo $$ > pid; exec \"$REVPLAY\" run p.play leads.csv --now 2026-11-23 -o out.csv");
        let ran = desk.shell("sh feed.sh & TERM=xterm script -qec 'stty cols 80 rows 24; sh run.sh' typescript; wait");
        let shown = desk.text("typescript");
        assert!(shown.contains(" rows  "), "a bar was shown: {shown:?} {ran:?}");
        let (_, after_bar) = shown.rsplit_once(" rows  ").expect("a bar");
        // The line of the bar is cleared before anything is said.
        let words = after_bar.find("interrupted").or_else(|| after_bar.find("rejected")).expect("the last word");
        assert!(after_bar[..words].contains("\u{1b}[2K"), "{after_bar:?}");
        assert!(!shown.contains("\u{1b}[?25l") || shown.contains("\u{1b}[?25h"), "the cursor is there: {shown:?}");
    }
}
