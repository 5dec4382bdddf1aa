//! The limits of an input. Each gives an ordinary error that names it, never a crash.

/// Greatest size of one cell, in bytes.
pub const CELL_BYTES: usize = 16 << 20;

/// Greatest size of one CSV row without its quotes, in bytes.
pub const ROW_BYTES: usize = 256 << 20;

/// Greatest number of columns of one file.
pub const COLUMNS: usize = 100_000;

/// A chunk ends when its rows hold this many bytes, even if fewer rows than asked for are in it: a
/// few large cells do not multiply with the number of rows in a chunk.
pub const CHUNK_BYTES: usize = 32 << 20;

/// Characters of a value that a reject shows.
pub const SHOWN_CHARS: usize = 200;
