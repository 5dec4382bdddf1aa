use crate::support::Folder;

#[test]
fn tests_pass_and_proves_are_tried() {
    let folder = Folder::mini();
    let ran = folder.run(&["test", "mini.play"]);
    ran.expect(0).prints("2 passed, 0 failed").prints("not yet a proof");
    insta::assert_snapshot!(ran.out);
}

#[test]
fn a_failure_shows_expected_got_and_why() {
    let folder = Folder::mini();
    folder.write("mini.play", folder.read("mini.play").replace("expect fit = 90", "expect fit = 100"));
    let ran = folder.run(&["test", "mini.play", "--junit", "report.xml"]);
    ran.expect(1).prints("1 passed, 1 failed").prints("expected 100").prints("got      90");
    insta::assert_snapshot!(ran.out);
    let report = folder.read("report.xml");
    assert!(report.contains("tests=\"2\" failures=\"1\"") && report.contains("expected 100, got 90"), "{report}");
}

#[test]
fn a_prove_is_broken_by_a_lead() {
    let folder = Folder::mini();
    folder.write("mini.play", folder.read("mini.play").replace("desk = hold or consent", "tier != A"));
    let ran = folder.run(&["test", "mini.play"]);
    ran.expect(1).prints("1 passed, 1 failed").prints("a lead that breaks it: lead { id = ").prints("tier = A");
    let again = folder.run(&["test", "mini.play"]);
    assert_eq!(ran.out, again.out, "the same lead every time");
}

#[test]
fn errors_are_not_failures() {
    let folder = Folder::mini();
    folder.write("wrong.play", "playbook wrong for led\n");
    let ran = folder.run(&["test", "."]);
    ran.expect(2).says("wrong.play cannot be tested").prints("2 passed, 0 failed, 1 playbook with errors");
}

#[test]
fn a_filter_chooses_by_name() {
    let folder = Folder::mini();
    folder.run(&["test", ".", "--filter", "LARGE company"]).expect(0).prints("1 passed, 0 failed");
    folder.run(&["test", ".", "--filter", "no such"]).expect(2).says("E0815");
}

#[test]
fn no_tests_are_said() {
    let folder = Folder::empty();
    folder.write("bare.play", "record lead { id text key }\nplaybook bare for lead\n");
    folder.run(&["test", "."]).expect(0).prints("0 passed, 0 failed").says("no tests in 1 playbook");
}
