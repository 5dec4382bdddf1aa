//! Test outcomes as JUnit XML, for CI systems.

use super::test_lines;
use crate::commands::test::{Case, Outcome, Suite};
use crate::exit::{Failure, Stop};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// Writes the report; it replaces an older one only when it is whole.
pub fn write(path: &str, suites: &[Suite]) -> Result<(), Stop> {
    let mut report = Report::new("revplay");
    report.add_test_suites(suites.iter().map(suite));
    let failed = |why: String| Failure::new("E0812", format!("the report cannot be written: {why}")).about(path);
    let text = report.to_string().map_err(|e| failed(e.to_string()))?;
    let partial = format!("{path}.partial");
    std::fs::write(&partial, text).and_then(|()| std::fs::rename(&partial, path)).map_err(|e| {
        let _ = std::fs::remove_file(&partial);
        failed(e.to_string())
    })?;
    Ok(())
}

fn suite(suite: &Suite) -> TestSuite {
    let mut out = TestSuite::new(suite.path.clone());
    for case in &suite.cases {
        let mut one = TestCase::new(case.name.clone(), status(case));
        one.set_classname(suite.path.clone()).set_time(case.took);
        one.extra.insert("file".into(), case.place.clone().into());
        out.add_test_case(one);
    }
    out
}

fn status(case: &Case) -> TestCaseStatus {
    if case.outcome.passed() {
        return TestCaseStatus::success();
    }
    let (kind, message) = match &case.outcome {
        Outcome::NotRun(why) => (NonSuccessKind::Error, why.clone()),
        Outcome::Broken { lead, .. } => (NonSuccessKind::Failure, format!("a lead that breaks it: {lead}")),
        Outcome::Test(test) => {
            let first = test.failures.first();
            let message = first.map(|f| format!("expect {}: expected {}, got {}", f.text, f.expected, f.got));
            (NonSuccessKind::Failure, message.unwrap_or_default())
        }
        Outcome::Held(_) => (NonSuccessKind::Failure, String::new()),
    };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(message).set_description(test_lines::plain(case));
    status
}
