//! One binary of all tests across crates.

mod conformance;
mod docs;
mod explain;
mod generated;
mod goldens;
mod goldens_more;
mod native;
mod promises;
mod samples;
mod section1;
mod tidy;
