//! One binary of all tests across crates.

mod goldens;
mod section1;
