//! What goes wrong around a run: signals, full disks, damaged and changing files, readers that go away. Nothing half-written
//! has the name of a result, nothing is left behind, and it is said what happened.
#![cfg(unix)]

#[path = "robustness/desk.rs"]
mod desk;

#[path = "robustness/changing.rs"]
mod changing;
#[path = "robustness/full_disk.rs"]
mod full_disk;
#[path = "robustness/interrupted.rs"]
mod interrupted;
#[path = "robustness/odd_files.rs"]
mod odd_files;
#[path = "robustness/same_bytes.rs"]
mod same_bytes;
