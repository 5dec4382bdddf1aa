//! The file under a result: temporary until it is whole.

use crate::error::{IoError, writing};
use crate::format::Target;
use crate::unfinished::{Entry, Temporary};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

const BUFFER: usize = 256 << 10;

/// Bytes on their way to a file, standard output, or a device.
pub(super) struct OutputFile {
    kind: Kind,
    /// The reader of the pipe has gone.
    closed: bool,
}

enum Kind {
    /// Renamed when whole.
    Temporary(BufWriter<Temporary>, PathBuf),
    /// A device or a pipe with a name: nothing to rename.
    Direct {
        to: BufWriter<File>,
        _entry: Entry,
    },
    Stdout {
        to: BufWriter<io::Stdout>,
        _entry: Entry,
    },
}

impl OutputFile {
    /// # Errors
    /// E0614.
    pub(super) fn create(target: &Target) -> Result<OutputFile, IoError> {
        let name = target.name();
        let kind = match target.path() {
            Some(path) => Kind::at(path, &name)?,
            None => Kind::Stdout { to: BufWriter::with_capacity(BUFFER, io::stdout()), _entry: Entry::direct(&name) },
        };
        Ok(OutputFile { kind, closed: false })
    }

    pub(super) fn closed(&self) -> bool {
        self.closed
    }

    /// Writes what is left; only the name is missing then.
    pub(super) fn settle(&mut self) -> io::Result<()> {
        self.flush()?;
        match &self.kind {
            Kind::Temporary(buffer, _) => buffer.get_ref().as_file().sync_all(),
            Kind::Direct { .. } | Kind::Stdout { .. } => Ok(()),
        }
    }

    /// Gives a file that is settled its name.
    pub(super) fn keep(self) -> io::Result<()> {
        match self.kind {
            Kind::Temporary(buffer, path) => buffer.into_inner().map_err(io::IntoInnerError::into_error)?.keep(&path),
            Kind::Direct { .. } | Kind::Stdout { .. } => Ok(()),
        }
    }

    fn to(&mut self) -> &mut dyn Write {
        match &mut self.kind {
            Kind::Temporary(buffer, _) => buffer,
            Kind::Direct { to, .. } => to,
            Kind::Stdout { to, .. } => to,
        }
    }

    /// Runs a write; a closed pipe ends all writing without an error.
    fn unless_closed<T>(&mut self, dropped: T, run: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<T> {
        if self.closed {
            return Ok(dropped);
        }
        match run(self.to()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(dropped)
            }
            result => result,
        }
    }
}

impl Kind {
    fn at(path: &Path, name: &str) -> Result<Kind, IoError> {
        let failed = |e: &io::Error| writing::cannot_create(name, e);
        // A link stays a link: what it leads to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let permissions = match fs::metadata(&path) {
            Ok(found) if found.is_dir() => return Err(writing::is_folder(name)),
            Ok(found) if !found.is_file() => {
                let device = File::options().write(true).open(&path).map_err(|e| failed(&e))?;
                return Ok(Kind::Direct { to: BufWriter::with_capacity(BUFFER, device), _entry: Entry::direct(name) });
            }
            Ok(found) => Some(found.permissions()),
            Err(_) => None,
        };
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let file = Temporary::create(Some(folder), Some(name)).map_err(|e| failed(&e))?;
        if let Some(permissions) = permissions {
            file.as_file().set_permissions(permissions).map_err(|e| failed(&e))?;
        }
        Ok(Kind::Temporary(BufWriter::with_capacity(BUFFER, file), path))
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_closed(bytes.len(), |to| to.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_closed((), |to| to.flush())
    }
}
