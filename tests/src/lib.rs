//! Harness of the tests: the one place that calls the crates' interfaces.

// A harness fails by panicking, as tests do.
#![allow(clippy::panic, clippy::unwrap_used)]

pub mod case;
pub mod decide;
pub mod fuzzing;
pub mod generate;
pub mod load;
pub mod mangle;
pub mod repository;
