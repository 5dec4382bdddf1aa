//! The rules of the repository: who may know whom, what sources hold, which files there are.

mod crates;
mod fuzz;
mod sources;
