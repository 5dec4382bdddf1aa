//! The textual form of a program: readable, diffable, and exact both ways.
//!
//! ```text
//! program {
//!   name: "inbound"
//!   …
//!   nodes: [
//!     %0 int? = field field#4 ; lead.employees
//!     %1 int = const 1000
//!     %2 bool? = op cmp.int.ge [%0 %1]
//!   ]
//!   decisions: [
//!     {
//!       name: "fit"
//!       kind: score {
//! ```
//!
//! A structure is `{key: value …}`; a key that is not there is none, empty or false. A list is `[…]`, a tuple `(…)`.
//! Ids are `%3` for nodes and `field#3` and so on for the rest. A comma is a blank; `;` starts a comment.

mod form;
mod forms;
mod node;
mod reader;
mod writer;

use crate::program::Program;
use form::Form;

/// Why a text is no program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    /// 1-based line.
    pub line: u32,
    /// What is wrong there.
    pub message: String,
}

impl std::fmt::Display for TextError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for TextError {}

/// Writes a program.
pub fn print(program: &Program) -> String {
    let notes = program
        .fields
        .iter()
        .map(|field| match program.records.get(field.record.index()) {
            Some(record) => format!("{}.{}", record.name, field.name),
            None => field.name.clone(),
        })
        .collect();
    let mut writer = writer::Writer::new(notes);
    writer.word("program");
    program.put(&mut writer);
    writer.finish()
}

/// Reads what [`print()`] wrote. The result has the form of a program; whether it is well-formed, [`crate::verify`] says.
pub fn parse(text: &str) -> Result<Program, TextError> {
    let mut reader = reader::Reader::new(text);
    reader.expect_word("program")?;
    let program = Program::get(&mut reader)?;
    reader.expect_end()?;
    Ok(program)
}

#[cfg(test)]
pub(crate) mod arbitrary;
#[cfg(test)]
mod tests;
