//! A column of texts that are written one after the other.

use arrow_array::{ArrayRef, LargeStringArray, StringArray};
use arrow_buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use std::sync::Arc;

/// Bytes of a row for which there is room at first.
const ROW_ROOM: usize = 64;

/// Texts of rows.
#[derive(Debug)]
pub(crate) struct Texts {
    text: String,
    /// Where each row's text ends; the first is 0.
    ends: Vec<i64>,
}

impl Texts {
    /// Of so many rows.
    pub(crate) fn of_rows(rows: usize) -> Texts {
        let mut ends = Vec::with_capacity(rows + 1);
        ends.push(0);
        Texts { text: String::with_capacity(rows.saturating_mul(ROW_ROOM).min(1 << 24)), ends }
    }

    /// Adds a row's text: what `write` adds to the text behind the given place.
    #[inline]
    pub(crate) fn row(&mut self, write: impl FnOnce(&mut String, usize)) {
        let start = self.text.len();
        write(&mut self.text, start);
        self.ends.push(self.text.len() as i64);
    }

    /// The column.
    pub(crate) fn finish(self) -> ArrayRef {
        let bytes = Buffer::from_vec(self.text.into_bytes());
        let offsets: Result<Vec<i32>, _> = self.ends.iter().map(|end| i32::try_from(*end)).collect();
        match offsets {
            Ok(offsets) => Arc::new(StringArray::new(OffsetBuffer::new(ScalarBuffer::from(offsets)), bytes, None)),
            // Beyond 2 GB of reasons: whoever writes them says that it cannot.
            Err(_) => Arc::new(LargeStringArray::new(OffsetBuffer::new(ScalarBuffer::from(self.ends)), bytes, None)),
        }
    }
}
