//! How the program ends: exit codes, failures that stop it, and the net under it all.

use crate::output::terminal::{self, Tone};
use crate::{interrupt, load};
use revplay_compiler::diagnostics::render::pretty::wrap;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;

/// The exit codes, the same for every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: all is well.
    Good,
    /// 1: it ran, and found something: errors, rejects, failed tests, missed targets.
    Findings,
    /// 2: it could not run.
    Failed,
}

/// Why a command stops before its end.
#[derive(Debug)]
pub enum Stop {
    /// It cannot run.
    Failure(Failure),
    /// It cannot run, and has said why.
    Said,
    /// Nobody reads the output any more (`| head`): not a mistake.
    PipeClosed,
}

/// A failure of a command: what is wrong and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// `E0801`; every code has a page.
    pub code: &'static str,
    /// The file it is about, if any.
    pub path: Option<String>,
    /// What is wrong: lower case, no final period.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Failure {
    /// A failure without help yet.
    pub fn new(code: &'static str, message: impl Into<String>) -> Failure {
        Failure { code, path: None, message: message.into(), help: None }
    }

    /// About a file.
    pub fn about(mut self, path: impl Into<String>) -> Failure {
        self.path = Some(path.into());
        self
    }

    /// What to do.
    pub fn help(mut self, help: impl Into<String>) -> Failure {
        self.help = Some(help.into());
        self
    }

    /// Prints it to stderr.
    pub fn print(&self) {
        let path = self.path.as_ref().map(|p| format!("{p}: ")).unwrap_or_default();
        let code = terminal::paint(Tone::Bad, &format!("error[{}]", self.code));
        let mut text = format!("{code}: {path}{}\n", terminal::one_line(&self.message));
        if let Some(help) = &self.help {
            // In a file a line is a line: only on a terminal it is broken.
            let width = if terminal::stderr_is_terminal() { terminal::width() } else { usize::MAX };
            let lines = wrap(help, width.saturating_sub(8));
            text.push_str(&format!("  {}: {}\n", terminal::paint(Tone::Hint, "help"), lines.join("\n        ")));
        }
        terminal::say(&text);
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Failure(failure)
    }
}

impl From<revplay_io::IoError> for Stop {
    fn from(error: revplay_io::IoError) -> Stop {
        let path = Path::new(&error.path);
        let near = if error.code == "E0601" && !path.exists() { load::similar(path) } else { None };
        Stop::Failure(Failure {
            code: error.code,
            help: near.map(|near| format!("did you mean `{near}`?")).or(error.help),
            path: Some(if error.path == "-" { "standard input or output".to_string() } else { error.path }),
            message: error.message,
        })
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Stop::PipeClosed;
        }
        Stop::Failure(Failure::new("E0812", format!("the output cannot be written: {error}")))
    }
}

/// The process's exit code; prints the failure.
pub fn finish(result: Result<Exit, Stop>) -> ExitCode {
    interrupt::yield_to();
    match result {
        Ok(Exit::Good) | Err(Stop::PipeClosed) => ExitCode::SUCCESS,
        Ok(Exit::Findings) => ExitCode::from(1),
        Ok(Exit::Failed) | Err(Stop::Said) => ExitCode::from(2),
        Err(Stop::Failure(failure)) => {
            failure.print();
            ExitCode::from(2)
        }
    }
}

static PANIC: Mutex<Option<String>> = Mutex::new(None);
/// Stack of the working thread, in bytes: far above what the nesting limit needs, also in debug builds.
const STACK_BYTES: usize = 256 << 20;

/// Runs a command on a thread of its own; an internal error becomes a request to report it, never a crash.
pub fn guarded(work: impl FnOnce() -> Result<Exit, Stop> + Send + 'static) -> ExitCode {
    std::panic::set_hook(Box::new(|info| {
        if let Ok(mut slot) = PANIC.lock() {
            slot.get_or_insert_with(|| info.to_string().replace('\n', " "));
        }
    }));
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || finish(work()));
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        Ok(Err(_)) | Err(_) => {
            let detail = PANIC.lock().ok().and_then(|mut slot| slot.take()).unwrap_or_default();
            internal(&detail);
            ExitCode::from(2)
        }
    }
}

fn internal(detail: &str) {
    Failure::new("E9999", format!("revplay made a mistake of its own: {detail}"))
        .help(
            "this is never your fault; please report it with the command and, if you may, the playbook:\n\
             https://github.com/revplay/revplay/issues",
        )
        .print();
}
