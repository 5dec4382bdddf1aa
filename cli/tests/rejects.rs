//! E2 and K5 at the command line: rejects lose nothing, and the exit codes say what was found.

use std::path::PathBuf;
use std::process::{Command, Stdio};

const PLAYBOOK: &str = "playbook p for lead { timezone \"Europe/Berlin\" }\n\
    record lead {\n  id text key\n  i int\n  m money(EUR)?\n}\n\
    score s { +1 per i }\n\
    kpi n { value count(lead)\n per all\n target >= 3 }\n";

const LEADS: &str = "id,i,m\n1,5,1.00\n2,x,1.00\n3,6,\"1,500\"\n4,7,\n5,8,10 USD\n";

/// A folder of its own with playbook and leads.
struct Desk(PathBuf);

impl Desk {
    fn new(name: &str, leads: &str) -> Desk {
        let path = std::env::temp_dir().join(format!("revplay-rejects-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        std::fs::write(path.join("p.play"), PLAYBOOK).expect("written");
        std::fs::write(path.join("leads.csv"), leads).expect("written");
        Desk(path)
    }

    /// Exit code and stderr of a command over the playbook and its leads.
    fn run(&self, command: &str, arguments: &[&str]) -> (i32, String) {
        let mut program = Command::new(env!("CARGO_BIN_EXE_revplay"));
        program.current_dir(&self.0).stdin(Stdio::null()).env("NO_COLOR", "1");
        program.args([command, "p.play", "leads.csv", "--now", "2026-11-23"]).args(arguments);
        let output = program.output().expect("it starts");
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.code().unwrap_or(-1), format!("{out}{err}"))
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).expect(name)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn e2_the_good_rows_are_written_and_each_reject_has_line_column_value_and_reason() {
    let desk = Desk::new("file", LEADS);
    let (code, text) = desk.run("run", &["-o", "out.csv", "--rejects", "rejects.csv", "--keep", "m"]);
    assert_eq!(code, 1, "{text}");
    // Without `m` in the playbook only `i` is checked (promise M6).
    assert_eq!(desk.read("out.csv"), "id,m,s\n1,1.00,5\n3,\"1,500\",6\n4,,7\n5,10 USD,8\n");
    let rejects = desk.read("rejects.csv");
    assert_eq!(rejects.lines().next(), Some("line,row,column,field,value,reason"));
    assert!(rejects.contains("3,2,i,i,x,"), "{rejects}");
    assert_eq!(rejects.lines().count(), 2, "{rejects}");
    assert!(text.contains("1 row rejected"), "it is counted: {text}");
}

#[test]
fn e2_money_that_is_no_amount_of_the_fields_currency_is_a_reject() {
    let desk = Desk::new("money", LEADS);
    std::fs::write(desk.0.join("p.play"), format!("{PLAYBOOK}output x = m\n")).expect("written");
    let (code, text) = desk.run("run", &["-o", "out.csv", "--rejects", "rejects.csv"]);
    assert_eq!(code, 1, "{text}");
    assert_eq!(desk.read("out.csv"), "id,s,x\n1,5,1.00\n4,7,\n");
    let rejects = desk.read("rejects.csv");
    assert!(rejects.contains("4,3,m,m,\"1,500\",") && rejects.contains("6,5,m,m,10 USD,"), "{rejects}");
}

#[test]
fn e2_max_rejects_decides_the_exit_code() {
    let desk = Desk::new("limit", LEADS);
    for (limit, code) in [("0", 1), ("1", 0), ("2", 0), ("19.9%", 1), ("20%", 0), ("100%", 0), ("0%", 1)] {
        let (got, text) = desk.run("run", &["-o", "out.csv", "--max-rejects", limit]);
        assert_eq!(got, code, "--max-rejects {limit}: {text}");
        assert_eq!(desk.read("out.csv").lines().count(), 5, "the good rows are there with {limit}");
    }
    for wrong in ["-1", "x", "1.5", "101%"] {
        let (got, text) = desk.run("run", &["-o", "out.csv", &format!("--max-rejects={wrong}")]);
        assert_eq!(got, 2, "--max-rejects {wrong}: {text}");
    }
}

#[test]
fn e2_all_rows_good_or_none_at_all() {
    let good = Desk::new("good", "id,i\n1,5\n2,6\n");
    assert_eq!(good.run("run", &["-o", "out.csv"]).0, 0);
    let empty = Desk::new("empty", "id,i\n");
    assert_eq!(empty.run("run", &["-o", "out.csv", "--max-rejects", "0%"]).0, 0, "0 of 0 is not too many");
    let bad = Desk::new("bad", "id,i\n1,x\n");
    assert_eq!(bad.run("run", &["-o", "out.csv", "--max-rejects", "99%"]).0, 1);
    assert_eq!(bad.read("out.csv"), "id,s\n");
    let nothing = Desk::new("nothing", "");
    assert_eq!(nothing.run("run", &["-o", "out.csv"]).0, 2, "a file without a header cannot be read");
}

#[test]
fn k5_the_gate_exits_with_1_when_a_target_is_missed() {
    let met = Desk::new("met", "id,i\n1,5\n2,6\n3,7\n");
    assert_eq!(met.run("kpi", &["--gate"]).0, 0);
    let missed = Desk::new("missed", "id,i\n1,5\n2,6\n");
    assert_eq!(missed.run("kpi", &["--gate"]).0, 1);
    assert_eq!(missed.run("kpi", &[]).0, 0, "without --gate it only says so");
}

#[test]
fn e2_no_output_overwrites_what_the_run_reads() {
    let desk = Desk::new("overwrite", LEADS);
    for arguments in [
        ["-o", "leads.csv", "--format", "csv"].as_slice(),
        &["-o", "./leads.csv"],
        &["-o", "p.play", "--format", "csv"],
        &["-o", "out.csv", "--rejects", "leads.csv"],
        &["-o", "out.csv", "--rejects", "./out.csv"],
    ] {
        let (code, text) = desk.run("run", arguments);
        assert_eq!(code, 2, "{arguments:?}: {text}");
        assert!(text.contains("E0817"), "{arguments:?}: {text}");
    }
    assert_eq!(desk.read("leads.csv"), LEADS);
    assert_eq!(desk.read("p.play"), PLAYBOOK);
}
