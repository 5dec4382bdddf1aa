//! Reads and writes the files that playbooks decide: CSV, JSON lines, Excel, Parquet, Arrow; rejects.
//!
//! | step | function | from | to |
//! |---|---|---|---|
//! | 1 | [`Reader::open`] | a [`Source`], a program, the fields that are needed | columns bound to fields, [`ColumnReport`] |
//! | 2 | [`Reader::next_chunk`], or [`Reader::next_block`] and [`Parser::parse`] on several threads | rows of the file | [`Chunk`]: good rows as a table, [`Reject`]s for the others |
//! | 3 | [`Writer::write`], or [`Encoder::encode`] on several threads and [`Writer::append`]; [`Writer::finish`] | columns of results | a file that appears whole or not at all |
//!
//! No row is dropped (promise E2): each is in the table of its chunk or among its rejects.

mod cell;
mod columns;
mod csv_blocks;
mod csv_cell;
mod csv_columns;
mod csv_index;
mod csv_input;
mod csv_limits;
mod csv_rows;
mod csv_scan;
mod encoding;
mod error;
mod format;
mod found;
mod intake;
mod json_input;
mod kept;
pub mod limits;
mod loose;
mod names;
mod output;
mod parquet_input;
mod reader;
mod rejects;
mod stream;
mod unfinished;
mod watched;
mod workbook_input;

pub use columns::ColumnReport;
pub use encoding::{Encoding, KnownBy};
pub use error::{CODES, IoError};
pub use format::{Format, Packing, Source, Target};
pub use found::Found;
pub use output::{ColumnKind, Encoded, Encoder, OutputColumn, Sealed, WriteOptions, Writer, kept_text};
pub use reader::{Block, Chunk, Parser, ReadOptions, Reader};
pub use rejects::{Reject, RejectWriter};
pub use unfinished::{Halted, halt};
