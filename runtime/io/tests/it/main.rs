//! Tests of reading and writing files, by promise.

#![allow(clippy::unwrap_used)]

mod csv_files;
mod fixture;
mod intake;
mod outputs;
mod parquet_files;
mod real_files;
mod round_trip;
