//! The decision program: the contract between the compiler and every engine.
//!
//! A [`program::Program`] is a typed, null-aware, hash-consed DAG of [`program::Node`]s plus the
//! decisions, KPIs and tests that read it. It knows nothing of source text but the few names and
//! line numbers that an explanation shows. Every operator is defined once, in [`ops`]; every
//! builtin once, in its own file under [`builtins`].
//!
//! | module | what it settles |
//! |---|---|
//! | [`types`], [`value`], [`program`] | the shape of a program and of its values |
//! | [`ops`] | the meaning, name and typing of each operator |
//! | [`builtins`] | the functions an analyst may call |
//! | [`exact`] | rounding, exact products and comparisons, the one decay function |
//! | [`decimal`] | decimals and money as text |
//! | [`reading`] | texts of cells as values |
//! | [`fold`] | the one definition of "ignoring case" |
//! | [`number_style`] | how exports write numbers, said by an example |
//! | [`time`] | calendar arithmetic, business time, literals of time |
//! | [`build`] | making the DAG: hash-consing and simplification |
//! | [`text`] | the textual form, which round-trips |
//! | [`verify`] | well-formedness |
//! | [`describe`] | nodes and values in the analyst's words |
//! | [`reads`] | which fields, links and parameters a program reads |

pub mod build;
pub mod builtins;
pub mod decimal;
pub mod describe;
pub mod exact;
pub mod fold;
pub mod number_style;
pub mod ops;
pub mod program;
pub mod reading;
pub mod reads;
pub mod text;
pub mod time;
pub mod types;
pub mod value;
pub mod verify;
mod walk;

#[cfg(test)]
mod sample;
