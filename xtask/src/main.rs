//! Development tasks: `cargo xtask ci` is the test command, `cargo xtask bless` rewrites snapshots.

mod disk;

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
    disk::look_ahead();
    cargo(&["fmt", "--all", "--check"], &[])
        && cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"], &[])
        && test("no")
}

/// All tests. Snapshots that differ fail unless `update` is `always`.
///
/// The examples are not linked, which takes as much room as the tests themselves: clippy has looked at them, and those that
/// say something are part of a test.
fn test(update: &str) -> bool {
    let env = [("INSTA_UPDATE", update), ("INSTA_FORCE_PASS", "0")];
    cargo(&["test", "--workspace", "--quiet", "--tests"], &env)
        && cargo(&["test", "--workspace", "--quiet", "--doc"], &env)
}

fn cargo(args: &[&str], env: &[(&str, &str)]) -> bool {
    eprintln!("cargo {}", args.join(" "));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(args).envs(env.iter().copied());
    if std::env::var_os("CARGO_INCREMENTAL").is_none() && !disk::is_worked_in() {
        command.env("CARGO_INCREMENTAL", "0");
    }
    match command.status() {
        Ok(status) if status.success() => true,
        Ok(_) => {
            disk::look_back();
            false
        }
        Err(error) => {
            eprintln!("cannot run cargo: {error}");
            false
        }
    }
}
