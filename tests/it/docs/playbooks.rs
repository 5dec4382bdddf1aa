//! Playbooks in pages. All `play` fences of a page, in order, joined, are one complete playbook: it checks without
//! errors and its tests pass. A fence `play fail` stands alone and has an error. Fences of another kind (`text`)
//! show a form and are not checked.

use revplay_compiler::diagnostics::Severity;
use revplay_runtime::testing::run_test;
use revplay_tests::load::{self, Loaded};
use revplay_tests::repository::{self, fences};

/// Pages of the repository with playbooks in them.
fn pages() -> Vec<String> {
    let own_pages = ["README.md", "docs/guide.md", "docs/language.md"];
    let is_page = |p: &String| own_pages.contains(&p.as_str()) || (p.starts_with("playbooks/") && p.ends_with(".md"));
    repository::files().into_iter().filter(is_page).collect()
}

/// The `play` fences of a page in one text, each at the line where it stands in the page.
fn joined(page: &str) -> String {
    let mut text = String::new();
    for fence in fences(page).into_iter().filter(|f| f.words == "play") {
        let above = text.lines().count();
        text.push_str(&"\n".repeat(fence.line.saturating_sub(above)));
        text.push_str(&fence.text);
    }
    text
}

/// Findings of the page's playbook that a reader would stumble over: errors, and warnings that the page does not
/// name by their code.
fn unexpected(loaded: &Loaded, page: &str) -> Vec<String> {
    let named = |code: &str| page.contains(code);
    let found = loaded.checked.diagnostics.iter().zip(loaded.findings());
    found.filter(|(d, _)| d.severity == Severity::Error || !named(d.code)).map(|(_, text)| text).collect()
}

#[test]
fn the_playbook_of_every_page_checks_and_its_tests_pass() {
    let mut with_playbook = Vec::new();
    for path in pages() {
        let page = repository::read(&path);
        let text = joined(&page);
        if text.is_empty() {
            continue;
        }
        let loaded = load::text(&path, &text);
        assert_eq!(unexpected(&loaded, &page), Vec::<String>::new(), "{path}");
        let program = loaded.program();
        for test in &program.tests {
            let outcome = run_test(&program, test, 0).expect("it runs");
            assert!(outcome.passed, "{path}: {}: {:#?}", test.name, outcome.failures);
        }
        with_playbook.push((path, program.tests.len()));
    }
    for (path, tests) in [("README.md", 0), ("docs/guide.md", 2), ("docs/language.md", 1)] {
        assert!(with_playbook.contains(&(path.to_string(), tests)), "{path}: {tests} tests in {with_playbook:?}");
    }
}

#[test]
fn what_a_page_calls_wrong_is_wrong() {
    for path in pages() {
        for fence in fences(&repository::read(&path)).into_iter().filter(|f| f.words == "play fail") {
            assert_ne!(load::source(&fence.text).errors(), Vec::<String>::new(), "{path}:{}", fence.line);
        }
    }
}

#[test]
fn fences_are_of_a_known_kind() {
    // What is `rust` runs as a documentation test of `revplay-runtime`.
    let known = ["play", "play fail", "text", "csv", "sh", "console", "rust"];
    for path in pages().into_iter().chain(["docs/cli.md", "docs/first-use.md"].map(String::from)) {
        for fence in fences(&repository::read(&path)) {
            let kind = if fence.words.starts_with("console ") { "console" } else { &fence.words };
            let elsewhere = kind == "rust" && path != "README.md";
            assert!(known.contains(&kind) && !elsewhere, "{path}:{}: a fence `{}`", fence.line, fence.words);
        }
    }
}
