//! The outcome of tests, one line each; a failure with what was expected, what came, and why.

use super::terminal::{self, Tone, thousands};
use crate::commands::test::{Case, Outcome, Suite};
use revplay_runtime::testing::Failure;

/// All cases of a playbook.
pub fn render(suite: &Suite) -> String {
    let mut out = format!("{}\n", terminal::paint(Tone::Strong, &suite.path));
    for case in &suite.cases {
        render_case(&mut out, case);
    }
    out.push('\n');
    out
}

fn render_case(out: &mut String, case: &Case) {
    let mark = match case.outcome.passed() {
        true => terminal::paint(Tone::Good, "ok  "),
        false => terminal::paint(Tone::Bad, "FAIL"),
    };
    let what = if case.is_prove { "prove: " } else { "" };
    let after = match &case.outcome {
        Outcome::Held(leads) => {
            format!("  (held on {} generated leads; not yet a proof)", thousands(*leads as u64))
        }
        Outcome::Test(_) | Outcome::Broken { .. } | Outcome::NotRun(_) => String::new(),
    };
    let place = if case.outcome.passed() { String::new() } else { format!("  ({})", case.place) };
    let quiet = terminal::paint(Tone::Quiet, &format!("{after}{place}"));
    let gap = if after.is_empty() && place.is_empty() { "" } else { quiet.as_str() };
    out.push_str(&format!("  {mark}  {what}{}{gap}\n", case.name));
    match &case.outcome {
        Outcome::Held(_) => {}
        Outcome::NotRun(why) => indented(out, &format!("could not run: {why}")),
        Outcome::Broken { lead, derivation } => {
            indented(out, &format!("a lead that breaks it: {lead}"));
            indented(out, derivation.trim_end());
        }
        Outcome::Test(test) => {
            test.failures.iter().for_each(|failure| render_failure(out, failure));
            test.notes.iter().for_each(|note| indented(out, &format!("note: {note}")));
        }
    }
}

fn render_failure(out: &mut String, failure: &Failure) {
    indented(out, &format!("expect {}", failure.text));
    indented(out, &format!("  expected {}", terminal::paint(Tone::Good, &failure.expected)));
    indented(out, &format!("  got      {}", terminal::paint(Tone::Bad, &failure.got)));
    for line in failure.derivation.trim_end().lines() {
        indented(out, &format!("    {line}"));
    }
}

fn indented(out: &mut String, text: &str) {
    for line in text.lines() {
        let line = format!("        {line}");
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// A failure in plain words, for reports.
pub fn plain(case: &Case) -> String {
    let mut text = String::new();
    render_case(&mut text, case);
    anstream::adapter::strip_str(&text).to_string()
}
