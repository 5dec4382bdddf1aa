//! A folder with a playbook and leads, pipes that are fed by hand, and runs that are waited for no longer than needed.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

const PLAYBOOK: &str = "playbook p for lead { timezone \"Europe/Berlin\" }\n\
    record lead {\n  id text key\n  i int\n  m money(EUR)?\n  f number?\n}\n\
    score s { +1 per i }\n\
    band b of s { A >= 80, B >= 30, C otherwise }\n\
    output x = m\n\
    kpi n { value count(lead)\n per all\n target >= 3 }\n\
    kpi mean { value avg(f)\n by b\n per all }\n\
    kpi share { value count(lead where b = A) / count(lead)\n per all }\n";

/// How long anything may take: far more than it does, for machines under load.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder that goes away with the test.
pub struct Desk(pub PathBuf);

static NEXT: AtomicU32 = AtomicU32::new(0);

impl Desk {
    pub fn new() -> Desk {
        let name = format!("revplay-robust-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder");
        let desk = Desk(path);
        desk.write("p.play", PLAYBOOK);
        desk
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.0.join(name), bytes).expect("written");
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).expect(name)
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).expect("text")
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_revplay"));
        command.current_dir(&self.0).stdin(Stdio::null()).env("NO_COLOR", "1").env("TMPDIR", self.0.join("tmp"));
        fs::create_dir_all(self.0.join("tmp")).expect("a folder");
        command
    }

    /// `revplay COMMAND p.play LEADS` with what it needs and more arguments.
    pub fn over(&self, command: &str, leads: &str, more: &[&str]) -> Command {
        let mut program = self.command();
        program.args([command, "p.play", leads, "--now", "2026-11-23"]).args(more);
        program
    }

    pub fn run(&self, leads: &str, more: &[&str]) -> Ran {
        Ran::of(self.over("run", leads, more))
    }

    /// A shell command in the folder, with the program as `$REVPLAY`.
    pub fn shell(&self, script: &str) -> Ran {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).current_dir(&self.0).stdin(Stdio::null()).env("NO_COLOR", "1");
        shell.env("REVPLAY", env!("CARGO_BIN_EXE_revplay"));
        Ran::of(shell)
    }

    /// A pipe with a name.
    pub fn pipe(&self, name: &str) {
        assert_eq!(self.shell(&format!("mkfifo {name}")).code, Some(0), "mkfifo");
    }

    /// What a killed or interrupted run has left in the folder and where temporary files go.
    pub fn left_over(&self) -> Vec<String> {
        let folders = [self.0.clone(), self.0.join("tmp"), self.0.join("out")];
        let entries = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names.filter(|name| name.starts_with('.') || name.ends_with(".partial")).collect()
    }

    /// Waits until a temporary file of a result holds something.
    #[track_caller]
    pub fn wait_for_rows(&self, folder: &str) {
        let folder = self.0.join(folder);
        wait("a temporary file with rows", || {
            let entries = fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok);
            entries
                .filter(|entry| entry.file_name().to_string_lossy().starts_with(".revplay-"))
                .any(|entry| entry.metadata().is_ok_and(|about| about.len() > 0))
        });
    }

    #[track_caller]
    pub fn has_no(&self, name: &str) {
        assert!(!self.0.join(name).exists(), "{name} is there");
    }

    #[track_caller]
    pub fn is_tidy(&self) {
        assert_eq!(self.left_over(), Vec::<String>::new());
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Rows of leads without a header; every 997th has a bad cell.
pub fn rows(from: usize, to: usize) -> String {
    let row = |n: usize| {
        let i = if n % 997 == 5 { "bad".to_owned() } else { (n * 31 % 100).to_string() };
        format!("L-{n},{i},{}.{:02},{}\n", n % 1000, n % 100, (n as f64) / 7.0)
    };
    (from..to).map(row).collect()
}

pub const HEADER: &str = "id,i,m,f\n";

/// A whole file of leads.
pub fn leads(count: usize) -> String {
    HEADER.to_owned() + &rows(0, count)
}

/// Writes into a pipe what it is given, in a thread of its own; dropped, it closes the pipe.
pub struct Feed(Sender<Vec<u8>>);

impl Feed {
    pub fn new(path: &Path) -> Feed {
        let (sender, parts) = channel::<Vec<u8>>();
        let path = path.to_owned();
        spawn(move || {
            let Ok(mut pipe) = File::options().write(true).open(path) else { return };
            for part in parts {
                if pipe.write_all(&part).is_err() {
                    return;
                }
            }
        });
        Feed(sender)
    }

    pub fn give(&self, part: impl Into<Vec<u8>>) {
        self.0.send(part.into()).expect("the pipe is open");
    }
}

/// What came of a run.
#[derive(Debug)]
pub struct Ran {
    /// `None`: ended by a signal.
    pub code: Option<i32>,
    pub out: Vec<u8>,
    pub err: String,
}

impl Ran {
    pub fn of(mut command: Command) -> Ran {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        Ran::wait(child)
    }

    /// Waits for the end, but not for ever: a run that hangs is a failure.
    pub fn wait(child: Child) -> Ran {
        let (pid, (done, over)) = (child.id(), channel::<()>());
        spawn(move || {
            if over.recv_timeout(PATIENCE).is_err_and(|e| e == std::sync::mpsc::RecvTimeoutError::Timeout) {
                signal(pid, "KILL");
            }
        });
        let Output { status, stdout, stderr } = child.wait_with_output().expect("it ends");
        drop(done);
        Ran { code: status.code(), out: stdout, err: String::from_utf8_lossy(&stderr).into_owned() }
    }

    #[track_caller]
    pub fn ends(&self, code: i32, says: &[&str]) -> &Ran {
        assert_eq!(self.code, Some(code), "{}", self.err);
        for text in says {
            assert!(self.err.contains(text), "`{text}` in:\n{}", self.err);
        }
        for never in ["panicked", "E9999", "E0699"] {
            assert!(!self.err.contains(never), "{}", self.err);
        }
        self
    }
}

pub fn signal(pid: u32, name: &str) {
    let killed = Command::new("sh").args(["-c", &format!("kill -{name} {pid}")]).status().expect("a shell");
    assert!(killed.success() || name == "KILL", "kill -{name}");
}

#[track_caller]
pub fn wait(what: &str, mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < PATIENCE, "{what} does not come");
        sleep(Duration::from_millis(5));
    }
}

/// Says past the harness, which keeps what good tests print to itself, that something could not be tried here.
pub fn not_tested(what: &str) {
    let _ = writeln!(std::io::stderr(), "\nNOT TESTED: {what}\n");
}
