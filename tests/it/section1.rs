//! The example of the language's first design, word for word.

use revplay_tests::load;

#[test]
fn section_1_checks_without_error() {
    let loaded = load::file("tests/fixtures/section1/playbooks/inbound.play");
    eprintln!("{}", loaded.findings().join("\n"));
    assert_eq!(loaded.errors(), Vec::<String>::new());
}

#[test]
fn playbooks_check_clean() {
    for path in ["inbound/inbound.play", "bank-marketing/bank.play", "maven-crm/pipeline.play", "benchmark/benchmark.play"] {
        let loaded = load::file(&format!("playbooks/{path}"));
        eprintln!("{path}\n{}", loaded.findings().join("\n"));
    }
}
