//! Where cells and rows of CSV text end, found 64 bytes at a time.
//!
//! A quote opens a cell only at its beginning; elsewhere it is an ordinary character. Sixty-four bytes are read as if
//! every quote opened or closed: that is right unless a quote that would open stands elsewhere, which is noticed
//! ([`Marks::stray`]). The row with such a quote is read byte by byte instead ([`walk`]).

use wide::u8x16;

/// Bytes that are looked at together.
pub(crate) const WIDTH: usize = 64;

/// Bytes that stand behind every text, whatever they are, so that there are always [`WIDTH`] bytes to look at.
pub(crate) const PADDING: usize = WIDTH;

/// The signs that end and quote cells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signs {
    pub separator: u8,
    separators: u8x16,
}

/// What the bytes before leave to those that follow; each but `quoted` is one bit, about the byte just before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before {
    /// All bits within quotes.
    quoted: u64,
    /// It ended a cell or a row.
    end: u64,
    /// It is a quote.
    quote: u64,
    /// It closed a cell, or is half of a doubled quote.
    closing: u64,
    /// It is an end of line outside quotes.
    line: u64,
    /// It is a `\r` outside quotes.
    carriage: u64,
}

impl Before {
    /// At the beginning of a row.
    pub(crate) const ROW: Before = Before { quoted: 0, end: 1, quote: 0, closing: 0, line: 1, carriage: 0 };

    /// The same, where a `\r` ended the row before: a `\n` that follows belongs to it.
    pub(crate) const ROW_AFTER_RETURN: Before = Before { carriage: 1, ..Before::ROW };
}

/// What sixty-four bytes are, a bit for each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marks {
    /// Ends of cells: separators and ends of rows.
    pub cells: u64,
    /// Ends of rows; the `\n` of `\r\n` is none.
    pub rows: u64,
    /// Ends of rows with nothing in them.
    pub empty: u64,
    /// `\n` within quotes.
    pub inner_lines: u64,
    /// Doubled quotes, and what follows a closing quote without ending the cell.
    pub odd: u64,
    /// Quotes that would open a cell where none begins: from the first on, nothing here holds.
    pub stray: u64,
}

impl Signs {
    pub(crate) fn new(separator: u8) -> Signs {
        Signs { separator, separators: u8x16::splat(separator) }
    }

    /// Whether bytes can be looked at together: not if a quote or an end of line separates.
    pub(crate) fn are_distinct(&self) -> bool {
        !matches!(self.separator, b'"' | b'\n' | b'\r')
    }

    /// Looks at `text` from `at` on, and moves `before` behind these bytes. `length` is that of the text without its
    /// padding.
    #[inline]
    pub(crate) fn look(&self, text: &[u8], length: usize, at: usize, before: &mut Before) -> Marks {
        let block = text.get(at..).and_then(|rest| rest.first_chunk::<WIDTH>()).unwrap_or(&[0; WIDTH]);
        let (mut quotes, mut separators, mut newlines, mut returns) = (0u64, 0u64, 0u64, 0u64);
        let (parts, _) = block.as_chunks::<16>();
        let mut any_return = u8x16::splat(0);
        for (part, shift) in parts.iter().zip([0u32, 16, 32, 48]) {
            let bytes = u8x16::new(*part);
            let mark = |sign: u8x16| u64::from(bytes.simd_eq(sign).to_bitmask()) << shift;
            quotes |= mark(u8x16::splat(b'"'));
            separators |= mark(self.separators);
            newlines |= mark(u8x16::splat(b'\n'));
            any_return |= bytes.simd_eq(u8x16::splat(b'\r'));
        }
        if any_return.to_bitmask() != 0 {
            for (part, shift) in parts.iter().zip([0u32, 16, 32, 48]) {
                returns |= u64::from(u8x16::new(*part).simd_eq(u8x16::splat(b'\r')).to_bitmask()) << shift;
            }
        }
        let left = length.saturating_sub(at);
        let known = if left < WIDTH { (1u64 << left) - 1 } else { u64::MAX };
        if left < WIDTH {
            for marks in [&mut quotes, &mut separators, &mut newlines, &mut returns] {
                *marks &= known;
            }
        }
        let inside = running_parity(quotes) ^ before.quoted;
        let (opening, closing) = (quotes & inside, quotes & !inside);
        let carriages = returns & !inside;
        let lines = newlines & !inside | carriages;
        let rows = lines & !(newlines & (carriages << 1 | before.carriage));
        let cells = separators & !inside | rows;
        let ends = cells | lines;
        let after_quote = quotes << 1 | before.quote;
        let after_closing = closing << 1 | before.closing;
        let marks = Marks {
            cells,
            rows,
            empty: rows & (lines << 1 | before.line),
            inner_lines: newlines & inside,
            odd: (opening & after_quote | after_closing & !(ends | quotes)) & known,
            stray: opening & !(ends << 1 | before.end | after_quote),
        };
        *before = Before {
            quoted: ((inside as i64) >> 63) as u64,
            end: ends >> 63,
            quote: quotes >> 63,
            closing: closing >> 63,
            line: lines >> 63,
            carriage: carriages >> 63,
        };
        marks
    }
}

/// Bit `i`: whether an odd number of bits is set in `0..=i`.
#[inline]
fn running_parity(bits: u64) -> u64 {
    let mut parity = bits ^ (bits << 1);
    parity ^= parity << 2;
    parity ^= parity << 4;
    parity ^= parity << 8;
    parity ^= parity << 16;
    parity ^ (parity << 32)
}

/// A row read byte by byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Walk {
    /// Where its end of line stands; `None` if the text ends first.
    pub end: Option<usize>,
    /// The text ends within quotes.
    pub open: bool,
    /// `\n` within quotes.
    pub inner_lines: u64,
}

/// Reads the row that begins at `start`, and tells each end of a cell, the end of the row included.
pub(crate) fn walk(text: &[u8], start: usize, separator: u8, mut cell_ends: impl FnMut(usize)) -> Walk {
    let mut walk = Walk { end: None, open: false, inner_lines: 0 };
    let mut cell_begins = true;
    let mut at = start;
    while let Some(&byte) = text.get(at) {
        if cell_begins && byte == b'"' {
            match walk_quoted(text, at + 1, &mut walk.inner_lines) {
                Some(after) => at = after,
                None => {
                    walk.open = true;
                    return walk;
                }
            }
            cell_begins = false;
            continue;
        }
        let rest = text.get(at..).unwrap_or(&[]);
        let Some(run) = memchr::memchr3(separator, b'\n', b'\r', rest) else { return walk };
        at += run;
        cell_ends(at);
        cell_begins = rest.get(run) == Some(&separator);
        if !cell_begins {
            walk.end = Some(at);
            return walk;
        }
        at += 1;
    }
    walk
}

/// From behind an opening quote to behind the closing one; `None` if there is none.
fn walk_quoted(text: &[u8], mut at: usize, inner_lines: &mut u64) -> Option<usize> {
    loop {
        let rest = text.get(at..)?;
        let run = memchr::memchr(b'"', rest).unwrap_or(rest.len());
        *inner_lines += memchr::memchr_iter(b'\n', rest.get(..run).unwrap_or(rest)).count() as u64;
        at += run + 1;
        if run == rest.len() {
            return None;
        }
        if text.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

/// Where the row after an end of line begins.
pub(crate) fn after_line(text: &[u8], end: usize) -> usize {
    match (text.get(end), text.get(end + 1)) {
        (Some(b'\r'), Some(b'\n')) => end + 2,
        _ => end + 1,
    }
}
