//! One binary of all tests across crates.

mod explain;
mod generated;
mod goldens;
mod promises;
mod samples;
mod section1;
