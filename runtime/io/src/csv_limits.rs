//! The limits of a CSV row: the size of a cell, the size of the row, the number of cells.

use crate::csv_cell::unquoted;
use crate::csv_scan::walk;
use crate::error::{IoError, reading};
use crate::limits;

/// A row of fewer bytes is within every limit.
pub(crate) const SHORT_ROW: usize = 64 << 10;
const _: () = assert!(SHORT_ROW < limits::COLUMNS && SHORT_ROW < limits::CELL_BYTES);

/// A row that is longer than this before it is read to its end is over the limits: half of it may be doubled quotes.
pub(crate) const ROW_SPAN: usize = 2 * limits::ROW_BYTES + 4 * limits::COLUMNS;

/// Checks a row that begins on a line, or as much of it as was read. Sizes are those without quotes.
///
/// # Errors
/// E0610 for the first limit that is passed.
pub(crate) fn check_row(row: &[u8], separator: u8, path: &str, line: u64) -> Result<(), IoError> {
    let (mut start, mut size, mut cells) = (0, 0, 0);
    let mut problem = None;
    let mut content = Vec::new();
    let mut check = |end: usize| {
        if problem.is_some() {
            return;
        }
        let raw = row.get(start..end).unwrap_or(&[]);
        let length = if raw.first() == Some(&b'"') {
            content.clear();
            unquoted(raw, &mut content);
            content.len()
        } else {
            raw.len()
        };
        start = end + 1;
        size += length;
        cells += 1;
        if length > limits::CELL_BYTES {
            problem = Some(reading::cell_too_large(path, &format!("line {line}")));
        } else if size > limits::ROW_BYTES {
            problem = Some(reading::row_too_large(path, line));
        } else if cells > limits::COLUMNS {
            problem = Some(reading::too_many_columns(path, line));
        }
    };
    if walk(row, 0, separator, &mut check).end.is_none() {
        check(row.len());
    }
    problem.map_or(Ok(()), Err)
}
