//! Harness of the tests: the one place that calls the crates' interfaces.

pub mod case;
pub mod decide;
pub mod generate;
pub mod load;
pub mod repository;
