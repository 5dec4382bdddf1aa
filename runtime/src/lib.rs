//! Evaluates decision programs.

pub mod table;
