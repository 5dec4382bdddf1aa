//! The files of a playbook.

use revplay_compiler::source::{FileId, FileSet};
use std::path::Path;

mod disk;

/// The files that a playbook is made of: the root, and those that it names with `use` and `from`, in memory.
///
/// ```
/// use revplay_runtime::playbook::Sources;
/// let sources = Sources::new("inbound/inbound.play", "playbook inbound for lead\nuse \"../shared/crm.play\"\n")
///     .with("shared/crm.play", "record lead { id text key }\n");
/// ```
#[derive(Clone, Debug)]
pub struct Sources {
    files: FileSet,
    root: FileId,
}

impl Sources {
    /// A playbook of one file. The name is what findings show; names in `use` and `from` are relative to its folder.
    pub fn new(name: &str, text: impl Into<String>) -> Sources {
        let mut files = FileSet::new();
        let root = files.add(name, text.into());
        Sources { files, root }
    }

    /// Adds a file that the playbook names: another playbook, a list, a table, a calendar. A file of the same name is
    /// replaced; one that nothing names is never looked at.
    #[must_use]
    pub fn with(mut self, name: &str, text: impl Into<String>) -> Sources {
        self.files.add(name, text.into());
        self
    }

    /// Adds a file as it lies on a disk or in a store. One that is no UTF-8 text is a finding of the check.
    #[must_use]
    pub fn with_bytes(mut self, name: &str, bytes: &[u8]) -> Sources {
        self.files.add_bytes(name, bytes);
        self
    }

    /// Reads a playbook from the disk with all the files that it names. What cannot be read is a finding of the check,
    /// at the line that names it.
    ///
    /// # Errors
    /// Why the playbook itself cannot be read.
    pub fn read(path: impl AsRef<Path>) -> Result<Sources, String> {
        let path = path.as_ref();
        let mut files = FileSet::new();
        let root = files.add_bytes(&path.to_string_lossy(), &disk::read(path)?);
        disk::read_needed(&mut files, root);
        Ok(Sources { files, root })
    }

    /// Names of the files that the playbook names and that are not here: what a service has still to fetch, until
    /// there is none. One file may name further ones.
    pub fn needed(&self) -> Vec<String> {
        revplay_compiler::needed_files(&self.files, self.root)
    }

    pub(super) fn files(&self) -> (&FileSet, FileId) {
        (&self.files, self.root)
    }

    pub(super) fn root_name(&self) -> &str {
        self.files.get(self.root).map_or("", |file| file.path.as_str())
    }
}
