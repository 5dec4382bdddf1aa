use crate::support::Folder;

const WRONG: &str = "playbook wrong for lead\nrecord lead { id text key, employees int? }\n\
                     score fit in 0..100 {\n  +30 \"Large\" when employes >= 1000\n  +20 \"Mid\" when emplyees >= 200\n}\n";

#[test]
fn e1_every_mistake_in_one_pass() {
    let folder = Folder::empty();
    folder.write("wrong.play", WRONG);
    let ran = folder.run(&["check", "wrong.play"]);
    ran.expect(1).prints("`employes`").prints("`emplyees`").prints("1 file checked, 2 errors");
    insta::assert_snapshot!(ran.shown());
}

#[test]
fn short_is_for_editors() {
    let folder = Folder::empty();
    folder.write("wrong.play", WRONG);
    let ran = folder.run(&["check", "wrong.play", "--format", "short"]);
    ran.expect(1).says("1 file checked, 2 errors");
    let places: Vec<&str> = ran.out.lines().map(|l| l.split(": ").next().unwrap_or("")).collect();
    assert_eq!(places, ["wrong.play:4:20", "wrong.play:5:18"], "{}", ran.shown());
}

#[test]
fn json_is_an_array() {
    let folder = Folder::empty();
    folder.write("wrong.play", WRONG);
    let ran = folder.run(&["check", "wrong.play", "--format", "json"]);
    ran.expect(1);
    let findings: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let first = &findings[0];
    for key in ["file", "line", "column", "end", "code", "severity", "message", "help", "fix", "labels"] {
        assert!(first.get(key).is_some(), "{key} in {first}");
    }
    assert_eq!((first["line"].as_u64(), first["file"].as_str()), (Some(4), Some("wrong.play")));
    folder.write("good.play", "record lead { id text key }\n");
    assert_eq!(folder.run(&["check", "good.play", "--format", "json"]).expect(0).out, "[]\n");
}

#[test]
fn a_folder_is_all_playbooks_below_it() {
    let folder = Folder::mini();
    folder.write("deep/er/wrong.play", WRONG);
    folder.write(".hidden/wrong.play", WRONG);
    folder.run(&["check", "."]).expect(1).prints("2 files checked, 2 errors").prints("deep/er/wrong.play:4:20");
    folder.run(&["check", "mini.play", "./mini.play", "."]).expect(1).prints("2 files checked");
}

#[test]
fn what_playbooks_share_is_said_once() {
    let folder = Folder::empty();
    folder.write("shared.play", "record lead { id text key, employees intt }\n");
    folder.write("a.play", "use \"shared.play\"\nplaybook a for lead\n");
    folder.write("b.play", "use \"shared.play\"\nplaybook b for lead\n");
    let ran = folder.run(&["check", ".", "--format", "short"]);
    ran.expect(1).says("3 files checked, 1 error");
}

#[test]
fn warnings_fail_only_if_asked() {
    let folder = Folder::mini();
    let handoff = "handoff hand from marketing to sales {\n  qualify \"x\" when fit >= 50\n  \
                   accept in 4 hours from created_at, remind after 2 hours\n}\n";
    folder.write("warned.play", format!("{}\n{handoff}", folder.read("mini.play")));
    let ran = folder.run(&["check", "warned.play"]);
    ran.expect(0).prints("warning[").prints("no errors, 1 warning");
    folder.run(&["check", "warned.play", "--deny-warnings"]).expect(1);
}

#[test]
fn nothing_to_check_is_a_failure() {
    let folder = Folder::empty();
    folder.run(&["check", "."]).expect(2).says("E0802");
    folder.run(&["check", "missing.play"]).expect(2).says("E0801");
    folder.write("inbound.play", "record lead { id text key }\n");
    folder.run(&["check", "inbuond.play"]).expect(2).says("did you mean `inbound.play`?");
    folder.run(&["check", "inbound"]).expect(2).says("did you mean `inbound.play`?");
}

#[test]
fn e3_odd_files_are_ordinary_errors() {
    let folder = Folder::empty();
    folder.write("latin.play", b"record lead { id text key }\n# caf\xe9\n");
    folder.run(&["check", "latin.play"]).expect(2).says("line 2 holds a character that is not UTF-8");
    folder.write("good.play", "record lead { id text key }\n");
    folder.run(&["check", "."]).expect(2).says("latin.play: line 2").prints("1 file checked, no errors");
    folder.write("empty.play", "");
    assert!(folder.run(&["check", "empty.play"]).code <= 1);
    folder.write("nul.play", b"\0\0\0");
    folder.run(&["check", "nul.play"]).expect(1);
    folder.write("deep.play", format!("let x = {}1{}\n", "(".repeat(100_000), ")".repeat(100_000)));
    folder.run(&["check", "deep.play"]).expect(1);
    folder.write("self.play", "use \"self.play\"\nrecord lead { id text key }\n");
    assert!(folder.run(&["check", "self.play"]).code <= 1);
    folder.write("lost.play", "use \"nowhere.play\"\nrecord lead { id text key }\n");
    folder.run(&["check", "lost.play"]).expect(1).prints("there is no such file");
    folder.write("bom.play", "\u{feff}record lead { id text key }\n");
    folder.run(&["check", "bom.play"]).expect(0);
}

#[test]
fn stages_can_be_printed() {
    let folder = Folder::mini();
    for stage in ["tokens", "ast", "hir", "ir"] {
        let ran = folder.run(&["check", "mini.play", "--emit", stage]);
        assert!(ran.expect(0).out.lines().count() > 10, "{stage}: {}", ran.out);
    }
    folder.write("wrong.play", WRONG);
    folder.run(&["check", "wrong.play", "--emit", "ir"]).expect(1).says("`employes`");
}
