//! How a text stands in a text file: CSV quotes it where it must, JSON always.

use super::text::{Text, Word};
use arrow_array::StringArray;

/// The kind of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// CSV (RFC 4180) with this separator: quotes only where they are needed.
    Csv(u8),
    /// JSON: a string.
    Json,
}

impl Style {
    /// Whether a byte cannot stand in a text as it is.
    #[inline]
    fn marks(self, byte: u8) -> bool {
        match self {
            Style::Csv(separator) => byte == separator || matches!(byte, b'"' | b'\n' | b'\r'),
            Style::Json => byte < b' ' || matches!(byte, b'"' | b'\\'),
        }
    }

    /// Whether no text of a column holds a byte that cannot stand as it is.
    pub(super) fn is_plain(self, texts: &StringArray) -> bool {
        let offsets = texts.value_offsets();
        let ends = offsets.first().zip(offsets.last());
        let ends = ends.and_then(|(first, last)| usize::try_from(*first).ok().zip(usize::try_from(*last).ok()));
        let bytes = ends.and_then(|(first, last)| texts.value_data().get(first..last)).unwrap_or(&[]);
        // Without a way out inside of a piece, a few instructions look at many bytes.
        let marked = |piece: &[u8]| piece.iter().fold(false, |marked, byte| marked | self.marks(*byte));
        !bytes.chunks(4096).any(marked)
    }

    /// Adds a text that is known to be plain: a part of a larger one.
    #[inline]
    pub(super) fn put_plain(self, of: &[u8], start: usize, len: usize, into: &mut Text) {
        match self {
            Style::Csv(_) if len == 0 => into.extend(b"\"\""),
            Style::Csv(_) => into.part(of, start, len),
            Style::Json => {
                into.push(b'"');
                into.part(of, start, len);
                into.push(b'"');
            }
        }
    }

    /// Adds any text.
    pub(super) fn put(self, text: &[u8], into: &mut Text) {
        match self {
            Style::Csv(_) if text.is_empty() => into.extend(b"\"\""),
            Style::Csv(_) if text.iter().any(|byte| self.marks(*byte)) => quoted_csv(text, into),
            Style::Csv(_) => into.extend(text),
            Style::Json => quoted_json(text, into),
        }
    }

    /// A text as it will stand in many rows.
    pub(super) fn word(self, text: &str) -> Word {
        let mut written = Text::default();
        self.put(text.as_bytes(), &mut written);
        Word::new(written.as_bytes())
    }
}

fn quoted_csv(text: &[u8], into: &mut Text) {
    into.push(b'"');
    for (index, piece) in text.split(|byte| *byte == b'"').enumerate() {
        if index > 0 {
            into.extend(b"\"\"");
        }
        into.extend(piece);
    }
    into.push(b'"');
}

/// A JSON string; bytes that are no text become the replacement character.
fn quoted_json(text: &[u8], into: &mut Text) {
    into.push(b'"');
    for c in String::from_utf8_lossy(text).chars() {
        match c {
            '"' => into.extend(b"\\\""),
            '\\' => into.extend(b"\\\\"),
            '\n' => into.extend(b"\\n"),
            '\r' => into.extend(b"\\r"),
            '\t' => into.extend(b"\\t"),
            c if c < ' ' => into.extend(format!("\\u{:04x}", c as u32).as_bytes()),
            c => into.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    into.push(b'"');
}
