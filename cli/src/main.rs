//! `revplay`: the command line. It parses arguments, reads files and shows results; all else is in the crates.

mod args;
mod commands;
mod engines;
mod exit;
mod interrupt;
mod load;
mod near;
mod output;
mod overwrite;
mod pipeline;
mod session;
mod settings;
mod unique;

use args::{Command, CommandLine};
use clap::Parser;
use std::process::ExitCode;

/// Chunks of rows come and go by the megabyte: the system's allocator gives each back to the kernel and asks again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let line = CommandLine::parse_from(forgiving(std::env::args_os().collect()));
    output::terminal::set_colour(line.color);
    interrupt::watch();
    exit::guarded(move || match line.command {
        Command::Check(args) => commands::check::check(&args),
        Command::Run(args) => commands::run::run(&args),
        Command::Explain(args) => commands::explain::explain(&args),
        Command::ExplainCode(args) => commands::explain_code::explain_code(&args),
        Command::Test(args) => commands::test::test(&args),
        Command::Kpi(args) => commands::kpi::kpi(&args),
        Command::Schema(args) => commands::schema::schema(&args),
        Command::Init(args) => commands::init::init(&args),
    })
}

/// `revplay explain E0301` means `explain-code`, as in compilers that people know.
fn forgiving(mut arguments: Vec<std::ffi::OsString>) -> Vec<std::ffi::OsString> {
    let is_code = |text: &str| {
        let (letter, digits) = text.split_at_checked(1).unwrap_or(("", ""));
        matches!(letter, "E" | "W" | "N" | "e" | "w" | "n") && digits.len() == 4 && digits.parse::<u32>().is_ok()
    };
    if let [_, command, code] = arguments.as_mut_slice()
        && command == "explain"
        && code.to_str().is_some_and(is_code)
    {
        *command = "explain-code".into();
    }
    arguments
}
