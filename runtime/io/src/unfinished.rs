//! Temporary files of this process. Whoever ends the process before its time takes them away first: [`halt`].

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::{Builder, NamedTempFile};

/// How temporary files begin and end, so that people know what they are if a process was killed.
const PREFIX: &str = ".revplay-";
const SUFFIX: &str = ".tmp";

static STATE: Mutex<State> = Mutex::new(State { halted: false, next: 0, open: BTreeMap::new(), whole: Vec::new() });

struct State {
    halted: bool,
    next: u64,
    open: BTreeMap<u64, Open>,
    /// Results that have their names, since there was nothing open.
    whole: Vec<String>,
}

/// A file that is not whole.
struct Open {
    /// As the caller named the result; `None`: it is none.
    result: Option<String>,
    /// Where its bytes are until then; `None`: they are on their way already.
    temporary: Option<PathBuf>,
}

fn state() -> MutexGuard<'static, State> {
    // A list of names cannot be left half-changed.
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn interrupted() -> io::Error {
    // Not the kind `Interrupted`, which means "try again".
    io::Error::other("interrupted")
}

/// What an interruption found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Halted {
    /// Result files that had been begun; nothing of them is left.
    pub dropped: Vec<String>,
    /// Result files that are whole and have their names.
    pub whole: Vec<String>,
    /// Standard output (`-`), pipes and devices that have got a part of their rows.
    pub cut_off: Vec<String>,
}

/// Removes every temporary file of this process. From then on no result can be begun or get its name: the process is
/// expected to end.
pub fn halt() -> Halted {
    let mut state = state();
    state.halted = true;
    let mut halted = Halted { whole: state.whole.clone(), ..Halted::default() };
    for open in state.open.values() {
        match (&open.temporary, &open.result) {
            (Some(path), result) => {
                // It may be gone already; nothing can be done if it is not.
                let _ = std::fs::remove_file(path);
                halted.dropped.extend(result.clone());
            }
            (None, result) => halted.cut_off.extend(result.clone()),
        }
    }
    halted
}

/// A place on the list, until it is dropped.
pub(crate) struct Entry(u64);

impl Entry {
    fn new(state: &mut State, open: Open) -> Entry {
        state.next += 1;
        let number = state.next;
        state.open.insert(number, open);
        Entry(number)
    }

    /// For a result that has no temporary file.
    pub(crate) fn direct(result: &str) -> Entry {
        Entry::new(&mut state(), Open { result: Some(result.to_owned()), temporary: None })
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        state().open.remove(&self.0);
    }
}

/// A temporary file; dropped, it is removed.
pub(crate) struct Temporary {
    // The file goes before its place on the list.
    file: NamedTempFile,
    entry: Entry,
}

impl Temporary {
    /// A new one in a folder; `None`: where the system has its temporary files. `result` is the name of what it will
    /// be, if it is to be kept.
    ///
    /// # Errors
    /// If it cannot be created.
    pub(crate) fn create(folder: Option<&Path>, result: Option<&str>) -> io::Result<Temporary> {
        let mut builder = Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        // A result is as any program creates its files: open to all but for what the user masks.
        #[cfg(unix)]
        if result.is_some() {
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        }
        let mut state = state();
        if state.halted {
            return Err(interrupted());
        }
        let file = match folder {
            Some(folder) => builder.tempfile_in(folder)?,
            None => builder.tempfile()?,
        };
        if state.open.is_empty() {
            state.whole.clear();
        }
        let open = Open { result: result.map(str::to_owned), temporary: Some(file.path().to_owned()) };
        let entry = Entry::new(&mut state, open);
        Ok(Temporary { file, entry })
    }

    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    pub(crate) fn as_file(&self) -> &std::fs::File {
        self.file.as_file()
    }

    /// Gives the file its name, in place of an older one.
    ///
    /// # Errors
    /// If that cannot be done; the temporary file is removed.
    pub(crate) fn keep(self, path: &Path) -> io::Result<()> {
        let mut state = state();
        if state.halted {
            drop(state);
            return Err(interrupted());
        }
        self.file.persist(path).map_err(|e| e.error)?;
        let result = state.open.remove(&self.entry.0).and_then(|open| open.result);
        state.whole.extend(result);
        // The entry takes the lock again.
        drop(state);
        Ok(())
    }
}

impl Write for Temporary {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
