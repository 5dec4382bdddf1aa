//! Development tasks: `cargo xtask ci` is the test command, `cargo xtask bless` rewrites snapshots.

use std::process::{Command, ExitCode};

const HELP: &str = "\
cargo xtask TASK

  ci      format check, lints, all tests: what must be green before a commit
  test    all tests
  bless   rewrite the snapshots of all tests; read the diff before you commit it
";

fn main() -> ExitCode {
    let task = std::env::args().nth(1).unwrap_or_default();
    let done = match task.as_str() {
        "ci" => ci(),
        "test" => test("no"),
        "bless" => test("always"),
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    if done { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn ci() -> bool {
    cargo(&["fmt", "--all", "--check"], &[])
        && cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"], &[])
        && test("no")
}

/// All tests. Snapshots that differ fail unless `update` is `always`.
fn test(update: &str) -> bool {
    cargo(&["test", "--workspace", "--quiet"], &[("INSTA_UPDATE", update), ("INSTA_FORCE_PASS", "0")])
}

fn cargo(args: &[&str], env: &[(&str, &str)]) -> bool {
    eprintln!("cargo {}", args.join(" "));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo).args(args).envs(env.iter().copied()).status();
    match status {
        Ok(status) => status.success(),
        Err(error) => {
            eprintln!("cannot run cargo: {error}");
            false
        }
    }
}
