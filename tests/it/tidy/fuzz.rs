//! The fuzz crate stands outside the workspace, so that nothing else notices when it falls behind.

use revplay_tests::repository::{files, read};
use std::collections::BTreeSet;

/// Names of the files directly or further below a folder: the first part of their paths, without an ending.
fn names_below(folder: &str) -> BTreeSet<String> {
    let all = files();
    let below = all.iter().filter_map(|path| path.strip_prefix(folder));
    below.map(|rest| rest.split(['/', '.']).next().unwrap_or_default().to_string()).collect()
}

#[test]
fn every_fuzz_target_has_its_judge_its_inputs_and_its_command() {
    let targets = names_below("fuzz/fuzz_targets/");
    assert!(targets.len() >= 6, "{targets:?}");
    assert_eq!(targets, names_below("fuzz/corpus/"), "each has kept inputs, and no others are kept");
    let (manifest, contributing, replay) =
        (read("fuzz/Cargo.toml"), read("CONTRIBUTING.md"), read("tests/it/fuzzing.rs"));
    assert_eq!(manifest.matches("[[bin]]").count(), targets.len(), "no binary is left over");
    for target in &targets {
        let binary = format!("[[bin]]\nname = \"{target}\"\npath = \"fuzz_targets/{target}.rs\"\n");
        assert!(manifest.contains(&binary), "fuzz/Cargo.toml does not name {target}");
        let glue = read(&format!("fuzz/fuzz_targets/{target}.rs"));
        assert!(glue.contains(&format!("revplay_tests::fuzzing::{target}(bytes)")), "{target} calls its judge");
        assert!(replay.contains(&format!("judge(\"{target}\", fuzzing::{target})")), "its inputs are tests: {target}");
        assert!(contributing.contains(&format!("\n| `{target}` |")), "CONTRIBUTING.md does not say what {target} does");
    }
    assert!(contributing.contains("cargo +nightly fuzz run parse -- "), "CONTRIBUTING.md says how to run one");
}

/// The pieces of a playbook that a fuzzer knows are words of the language.
#[test]
fn the_fuzzers_words_are_keywords() {
    let grammar: String = ["lexical", "expressions", "declarations", "keywords"]
        .iter()
        .map(|page| read(&format!("grammar/src/{page}.pest")))
        .collect();
    let dictionary = read("fuzz/playbook.dict");
    let words = dictionary.lines().filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'));
    let letters = |w: &&str| w.chars().all(|c| c.is_ascii_alphabetic());
    let unknown: Vec<&str> = words.filter(letters).filter(|w| !grammar.contains(&format!("\"{w}\""))).collect();
    assert!(unknown.is_empty(), "no words of the grammar: {unknown:?}");
}

/// Its flags, its lock file and its dependencies are its own.
#[test]
fn the_fuzz_crate_is_a_workspace_of_its_own() {
    assert!(read("Cargo.toml").contains("exclude = [\"fuzz\"]"), "the workspace leaves it out");
    assert!(read("fuzz/Cargo.toml").contains("\n[workspace]\n"), "it is one of its own");
}
