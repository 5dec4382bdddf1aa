//! One binary of all tests across crates.

// Tests fail by panicking, in what they call too.
#![allow(clippy::panic, clippy::unwrap_used)]

mod conformance;
mod crm_exports;
mod docs;
mod embedding;
mod explain;
mod fuzzing;
mod generated;
mod goldens;
mod goldens_more;
mod native;
mod native_folding;
mod native_links;
mod native_reasons;
mod playbook_folders;
mod promises;
mod samples;
mod section1;
mod tidy;
mod worked_examples;
