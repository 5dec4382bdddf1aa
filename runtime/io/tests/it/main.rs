//! Tests of reading and writing files, by promise.

#![allow(clippy::unwrap_used, clippy::panic)]

mod csv_files;
mod damaged_arrow;
mod fixture;
mod formats;
mod intake;
mod odd_files;
mod outputs;
mod parquet_files;
mod parquet_threads;
mod real_files;
mod round_trip;
mod written_forms;
