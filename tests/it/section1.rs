//! The example of the language's first design, word for word.

use revplay_runtime::testing::run_test;
use revplay_tests::load;

const PATH: &str = "tests/fixtures/section1/playbooks/inbound.play";

#[test]
fn section_1_checks_without_error_and_its_test_passes() {
    let loaded = load::file(PATH);
    assert_eq!(loaded.errors(), Vec::<String>::new());
    let program = loaded.program();
    let [test] = program.tests.as_slice() else { panic!("one test") };
    let outcome = run_test(&program, test, 0).expect("it runs");
    assert!(outcome.passed, "{:#?}", outcome.failures);
}

/// Every number of the example's `expect` line.
#[test]
fn a_changed_expectation_fails_with_the_reason() {
    let text = std::fs::read_to_string(load::root().join(PATH)).expect("the fixture");
    for (from, to, expected, got, reason) in [
        ("expect fit = 75", "expect fit = 74", "74", "75", "Decision maker"),
        ("tier = A, desk", "tier = B, desk", "B", "A", "fit >= 75"),
        (
            "desk = team dach_enterprise, not",
            "desk = team emea, not",
            "team emea",
            "team dach_enterprise",
            "Account is being worked",
        ),
    ] {
        assert!(text.contains(from), "{from}");
        let program = load::text(PATH, &text.replace(from, to)).program();
        let outcome = run_test(&program, &program.tests[0], 0).expect("it runs");
        let [failure] = outcome.failures.as_slice() else { panic!("one failure: {:#?}", outcome.failures) };
        assert_eq!((failure.expected.as_str(), failure.got.as_str()), (expected, got));
        assert!(failure.derivation.contains(reason), "{}", failure.derivation);
    }
    let program = load::text(PATH, &text.replace(", not mql", ", mql")).program();
    let outcome = run_test(&program, &program.tests[0], 0).expect("it runs");
    assert!(!outcome.passed);
    assert!(outcome.failures[0].derivation.contains("Score"), "{}", outcome.failures[0].derivation);
}

#[test]
fn playbooks_check_without_errors_and_their_tests_pass() {
    for path in ["inbound/inbound", "bank-marketing/bank", "maven-crm/pipeline", "benchmark/benchmark"] {
        let loaded = load::file(&format!("playbooks/{path}.play"));
        assert_eq!(loaded.errors(), Vec::<String>::new(), "{path}");
        let program = loaded.program();
        assert!(!program.tests.is_empty(), "{path} has tests");
        for test in &program.tests {
            let outcome = run_test(&program, test, 0).expect("it runs");
            assert!(outcome.passed, "{path}: {}: {:#?}", test.name, outcome.failures);
        }
    }
}
