//! Compiler of Revplay playbooks.

pub mod ast;
pub mod diagnostics;
pub mod source;
