//! Names that are looked up once.

use super::Playbook;
use super::error::Error;

/// A field of the decided record, from [`Playbook::field`]. It is good for every playbook whose record has the same
/// fields with the same types in the same order, so it may outlive a reload; for any other it is an error to use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FieldHandle {
    pub(super) position: usize,
    pub(super) layout: u64,
}

/// An output of the playbook, from [`Playbook::output`]; as [`FieldHandle`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OutputHandle {
    pub(super) index: usize,
    pub(super) layout: u64,
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for &str {}
    impl Sealed for super::FieldHandle {}
    impl Sealed for super::OutputHandle {}
}

/// What names a field: its name, or a [`FieldHandle`], which is faster.
pub trait FieldKey: sealed::Sealed {
    /// The handle, for this playbook.
    ///
    /// # Errors
    /// [`Error::UnknownName`].
    fn handle(self, playbook: &Playbook) -> Result<FieldHandle, Error>;
}

/// What names an output: its name, or an [`OutputHandle`], which is faster.
pub trait OutputKey: sealed::Sealed {
    /// The handle, for this playbook.
    ///
    /// # Errors
    /// [`Error::UnknownName`].
    fn handle(self, playbook: &Playbook) -> Result<OutputHandle, Error>;
}

impl FieldKey for &str {
    fn handle(self, playbook: &Playbook) -> Result<FieldHandle, Error> {
        playbook.field(self)
    }
}

impl OutputKey for &str {
    fn handle(self, playbook: &Playbook) -> Result<OutputHandle, Error> {
        playbook.output(self)
    }
}

fn stale(what: &'static str, number: usize) -> Error {
    Error::UnknownName {
        what,
        name: format!("number {number}"),
        help: "the handle is of a playbook with other names or types; look the name up again".to_owned(),
    }
}

impl FieldKey for FieldHandle {
    fn handle(self, playbook: &Playbook) -> Result<FieldHandle, Error> {
        if self.layout == playbook.fields().layout { Ok(self) } else { Err(stale("field", self.position)) }
    }
}

impl OutputKey for OutputHandle {
    fn handle(self, playbook: &Playbook) -> Result<OutputHandle, Error> {
        if self.layout == playbook.outputs_layout() { Ok(self) } else { Err(stale("output", self.index)) }
    }
}
