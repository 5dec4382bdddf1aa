//! A folder of its own for each test, and the program run in it.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

const MINI: &str = include_str!("../fixtures/mini.play");
const LEADS: &str = include_str!("../fixtures/leads.csv");
const ACCOUNTS: &str = include_str!("../fixtures/accounts.csv");
const VISITS: &str = include_str!("../fixtures/visits.csv");

/// Flags that every run of the fixture needs.
pub const DATA: &[&str] = &["--data", "account=accounts.csv", "--data", "visits=visits.csv", "--now", "2026-11-23"];

/// A folder that goes away with the test.
pub struct Folder(pub PathBuf);

static NEXT: AtomicU32 = AtomicU32::new(0);

impl Folder {
    /// An empty folder.
    pub fn empty() -> Folder {
        let name = format!("revplay-cli-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    /// A folder with the fixture: a playbook, leads, accounts and visits.
    pub fn mini() -> Folder {
        let folder = Folder::empty();
        for (name, text) in
            [("mini.play", MINI), ("leads.csv", LEADS), ("accounts.csv", ACCOUNTS), ("visits.csv", VISITS)]
        {
            folder.write(name, text);
        }
        folder
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("written");
    }

    pub fn read(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).expect("text")
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).expect(name)
    }

    /// The program in this folder.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_revplay"));
        command.current_dir(&self.0).stdin(Stdio::null()).env("COLUMNS", "100");
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR"] {
            command.env_remove(name);
        }
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command().args(arguments).output().expect("it starts"))
    }

    /// Runs a command over the fixture's playbook, leads and linked data.
    pub fn mini_run(&self, command: &str, arguments: &[&str]) -> Ran {
        let all: Vec<&str> = [command, "mini.play", "leads.csv"].iter().chain(DATA).chain(arguments).copied().collect();
        self.run(&all)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What came of a run.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(output: std::process::Output) -> Ran {
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Exit code, stdout and stderr as one text, without what differs from run to run.
    pub fn shown(&self) -> String {
        let steady = |text: &str| {
            let line = |line: &str| match line.trim_start() {
                l if l.starts_with("took ") => "  took      TIME".to_string(),
                _ => match (line.find("(time zones "), line.rfind(')')) {
                    (Some(from), Some(to)) if from < to => {
                        format!("{}(time zones VERSION){}", &line[..from], &line[to + 1..])
                    }
                    _ => line.to_string(),
                },
            };
            text.lines().map(line).collect::<Vec<_>>().join("\n")
        };
        format!("exit {}\n--- stdout\n{}\n--- stderr\n{}", self.code, steady(&self.out), steady(&self.err))
    }

    #[track_caller]
    pub fn expect(&self, code: i32) -> &Ran {
        assert_eq!(self.code, code, "{}", self.shown());
        assert!(!self.err.contains("panicked") && !self.err.contains("E9999"), "{}", self.shown());
        self
    }

    #[track_caller]
    pub fn says(&self, text: &str) -> &Ran {
        assert!(self.err.contains(text), "`{text}` in:\n{}", self.shown());
        self
    }

    #[track_caller]
    pub fn prints(&self, text: &str) -> &Ran {
        assert!(self.out.contains(text), "`{text}` in:\n{}", self.shown());
        self
    }
}
