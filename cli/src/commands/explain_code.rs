//! `revplay explain-code`: the page of a code.

use crate::args::ExplainCodeArgs;
use crate::exit::{Exit, Failure, Stop};
use crate::near::{listed, nearest};
use crate::output::terminal::{self, Tone};

/// A code of any crate: code, name, page.
type Code = (&'static str, &'static str, &'static str);

/// Prints the pages of the codes, or the list of all codes.
pub fn explain_code(args: &ExplainCodeArgs) -> Result<Exit, Stop> {
    let codes = all_codes();
    if args.codes.is_empty() {
        let lines: Vec<String> = codes.iter().map(|(code, name, _)| format!("{code}  {name}\n")).collect();
        terminal::print(&lines.concat())?;
        return Ok(Exit::Good);
    }
    for (i, wanted) in args.codes.iter().enumerate() {
        let page = codes.iter().find(|(code, name, _)| code.eq_ignore_ascii_case(wanted) || *name == *wanted);
        let Some((_, _, page)) = page else { return Err(unknown(wanted, &codes).into()) };
        let gap = if i > 0 { "\n" } else { "" };
        terminal::print(&format!("{gap}{}", painted(page)))?;
    }
    Ok(Exit::Good)
}

/// Codes of the compiler, of reading and writing files, and of the command line, sorted.
fn all_codes() -> Vec<Code> {
    let compiler = revplay_compiler::diagnostics::codes::CODES.iter().map(|c| (c.code, c.name, c.page));
    let mut codes: Vec<Code> = compiler.chain(revplay_io::CODES.iter().copied()).chain(OWN.iter().copied()).collect();
    codes.sort_unstable();
    codes
}

/// The codes of the command line.
pub const OWN: &[Code] = &[
    ("E0801", "no-such-playbook", include_str!("../../docs/errors/E0801.md")),
    ("E0802", "no-playbook-here", include_str!("../../docs/errors/E0802.md")),
    ("E0803", "several-playbooks-here", include_str!("../../docs/errors/E0803.md")),
    ("E0804", "nothing-is-decided", include_str!("../../docs/errors/E0804.md")),
    ("E0805", "parameter", include_str!("../../docs/errors/E0805.md")),
    ("E0806", "now", include_str!("../../docs/errors/E0806.md")),
    ("E0807", "data-option", include_str!("../../docs/errors/E0807.md")),
    ("E0808", "linked-data-missing", include_str!("../../docs/errors/E0808.md")),
    ("E0809", "no-such-key", include_str!("../../docs/errors/E0809.md")),
    ("E0810", "keep-option", include_str!("../../docs/errors/E0810.md")),
    ("E0811", "kpi-not-built", include_str!("../../docs/errors/E0811.md")),
    ("E0812", "output-closed", include_str!("../../docs/errors/E0812.md")),
    ("E0813", "unknown-code", include_str!("../../docs/errors/E0813.md")),
    ("E0814", "engine", include_str!("../../docs/errors/E0814.md")),
    ("E0815", "no-such-test", include_str!("../../docs/errors/E0815.md")),
    ("E0816", "init-folder", include_str!("../../docs/errors/E0816.md")),
    ("E0817", "overwrites-input", include_str!("../../docs/errors/E0817.md")),
    ("E9999", "internal", include_str!("../../docs/errors/E9999.md")),
];

fn unknown(wanted: &str, codes: &[Code]) -> Failure {
    let shown = terminal::cut(wanted, 40);
    let near = nearest(wanted, codes.iter().flat_map(|(code, name, _)| [*code, *name]));
    let same_start: Vec<&str> = codes
        .iter()
        .map(|(code, _, _)| *code)
        .filter(|code| {
            wanted.get(..3).is_some_and(|start| code.get(..3).is_some_and(|c| c.eq_ignore_ascii_case(start)))
        })
        .collect();
    let some = if same_start.len() < 2 { String::new() } else { format!("there are {}; ", listed(same_start)) };
    let meant = near.map(|n| format!("did you mean `{n}`? ")).unwrap_or_default();
    Failure::new("E0813", format!("there is no code `{shown}`"))
        .help(format!("{meant}{some}all codes: revplay explain-code"))
}

/// The page with its headings and code marked; plain where there are no colours.
fn painted(page: &str) -> String {
    let mut out = String::new();
    let mut in_code = false;
    for line in page.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
            if !terminal::stdout_has_colour() {
                out.push_str(line);
                out.push('\n');
            }
            continue;
        }
        let painted = match line.trim_start_matches('#') {
            _ if in_code => format!("    {}", terminal::paint(Tone::Hint, line)),
            heading if heading.len() < line.len() => terminal::paint(Tone::Strong, heading.trim_start()),
            _ => line.to_string(),
        };
        let plain = if terminal::stdout_has_colour() { painted } else { line.to_string() };
        out.push_str(&plain);
        out.push('\n');
    }
    out
}
