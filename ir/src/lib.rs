//! The decision program: the contract between the compiler and every engine.
//!
//! A [`program::Program`] is a typed, null-aware, hash-consed DAG of [`program::Node`]s plus the
//! decisions, KPIs and tests that read it. It knows nothing of source text but the few names and
//! line numbers that an explanation shows. Every operator is defined once, in [`ops`]; every
//! builtin once, in its own file under [`builtins`].

pub mod builtins;
pub mod ops;
pub mod program;
pub mod types;
pub mod value;
