use crate::support::Folder;

#[test]
fn every_point_is_explained() {
    let folder = Folder::mini();
    let ran = folder.mini_run("explain", &["--key", "1"]);
    ran.expect(0).prints("fit = 100").prints("Large: employees >= large").prints("person Anna");
    insta::assert_snapshot!(ran.shown());
}

#[test]
fn json_has_every_decision() {
    let folder = Folder::mini();
    let ran = folder.mini_run("explain", &["--key", "2", "--format", "json"]);
    let explained: serde_json::Value = serde_json::from_str(&ran.expect(0).out).expect("JSON");
    let names: Vec<_> = explained["decisions"].as_array().expect("a list").iter().map(|d| &d["name"]).collect();
    assert_eq!(names, ["fit", "tier", "desk"]);
}

#[test]
fn a_key_that_is_not_there() {
    let folder = Folder::mini();
    let leads =
        folder.read("leads.csv").replace("\n3,Gamma", "\nL-300,Gamma").replace(",,event,false", ",many,event,false");
    folder.write("leads.csv", leads.replace("\n4,", "\nL-400,"));
    folder.mini_run("explain", &["--key", "L-4000"]).expect(2).says("E0809").says("did you mean `L-400`?");
    let reject = folder.mini_run("explain", &["--key", "L-300"]);
    reject.expect(2).says("is a reject").says("line 4, employees `many`");
}

#[test]
fn codes_have_pages() {
    let folder = Folder::empty();
    let all = folder.run(&["explain-code"]);
    let codes: Vec<&str> = all.expect(0).out.lines().filter_map(|l| l.split_whitespace().next()).collect();
    assert!(codes.len() > 40, "{codes:?}");
    for code in &codes {
        let page = folder.run(&["explain-code", code]);
        assert!(page.expect(0).out.starts_with(&format!("# {code}: ")), "{code}: {}", page.out);
    }
    let mut sorted = codes.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted, codes, "sorted, and none twice");
    folder.run(&["explain", "e0601"]).expect(0).prints("# E0601");
    folder.run(&["explain-code", "missing-column"]).expect(0).prints("# E0606");
    folder.run(&["explain-code", "missing-colum"]).expect(2).says("did you mean `missing-column`?");
    folder.run(&["explain-code", "E0698"]).expect(2).says("E0813").says("did you mean");
}
