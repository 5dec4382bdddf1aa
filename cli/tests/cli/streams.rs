//! Terminals, pipes and colours.

use crate::support::{DATA, Folder, Ran};
use std::process::Stdio;

#[test]
fn help_teaches() {
    let folder = Folder::empty();
    for command in ["check", "run", "explain", "explain-code", "test", "kpi"] {
        let ran = folder.run(&[command, "--help"]);
        assert!(ran.expect(0).out.contains("Examples:"), "{}", ran.out);
    }
    insta::assert_snapshot!(folder.run(&["--help"]).expect(0).out);
    insta::assert_snapshot!(folder.run(&["run", "--help"]).expect(0).out);
    folder.run(&["--version"]).expect(0).prints("revplay 0.");
    folder.run(&[]).expect(2);
    folder.run(&["runn"]).expect(2).says("similar subcommand").says("run");
    folder.run(&["check", ".", "--fromat", "json"]).expect(2).says("--format");
}

#[test]
fn colours_only_where_they_belong() {
    let folder = Folder::mini();
    folder.write("mini.play", folder.read("mini.play").replace("fit = 90", "fit = 100"));
    let escape = '\u{1b}';
    let plain = folder.run(&["test", "mini.play"]);
    assert!(!plain.out.contains(escape) && !plain.err.contains(escape));
    let coloured = folder.run(&["test", "mini.play", "--color", "always"]);
    assert!(coloured.out.contains(escape));
    let never = folder.run(&["test", "mini.play", "--color", "never"]);
    assert_eq!(never.out, plain.out);
    let check = folder.run(&["check", "missing.play", "--color", "always"]);
    assert!(check.err.contains(escape), "{}", check.err);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = Folder::mini();
    let row = "7,X,DE,5,web,true,2026-10-02T10:00:00Z,,,\n";
    folder.write("leads.csv", folder.read("leads.csv") + &row.repeat(60_000));
    let mut command = folder.command();
    command.args(["run", "mini.play", "leads.csv", "-o", "-"]).args(DATA).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    drop(child.stdout.take());
    let ran = Ran::of(child.wait_with_output().expect("it ends"));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.shown());
}

#[test]
fn data_cannot_steer_the_terminal() {
    let folder = Folder::mini();
    folder.write("leads.csv", folder.read("leads.csv").replace("2000,web", "\u{1b}[2J,web"));
    let ran = folder.mini_run("run", &[]);
    assert!(!ran.expect(1).err.contains('\u{1b}'), "{}", ran.err);
}
