//! One binary of all tests across crates.

mod section1;
