//! Grammar of Revplay playbooks.

pub mod span;

pub use span::{LineIndex, Span};
