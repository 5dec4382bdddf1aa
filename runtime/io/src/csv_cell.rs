//! What a CSV cell holds without its quotes (RFC 4180, forgiving where the meaning is plain).
//!
//! A cell that begins with a quote ends with the next quote that is not doubled; blanks after it are dropped. A quote
//! elsewhere is an ordinary character.

/// What is wrong with a row as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowFault {
    /// `"Anna" Smith,`
    TextAfterQuote,
    /// The last row of the file, alone.
    UnclosedQuote,
}

/// Adds what a cell holds, and says what is wrong with its quotes.
pub(crate) fn unquoted(raw: &[u8], into: &mut Vec<u8>) -> Option<RowFault> {
    let Some(mut rest) = raw.strip_prefix(b"\"") else {
        into.extend_from_slice(raw);
        return None;
    };
    loop {
        let Some(run) = memchr::memchr(b'"', rest) else {
            into.extend_from_slice(rest);
            return Some(RowFault::UnclosedQuote);
        };
        let (text, after) = rest.split_at_checked(run).unwrap_or((rest, &[]));
        into.extend_from_slice(text);
        let after = after.strip_prefix(b"\"").unwrap_or(after);
        match after.strip_prefix(b"\"") {
            Some(further) => {
                into.push(b'"');
                rest = further;
            }
            None => {
                let blanks = after.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
                let tail = after.get(blanks..).unwrap_or(&[]);
                into.extend_from_slice(tail);
                return (!tail.is_empty()).then_some(RowFault::TextAfterQuote);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_without_their_quotes() {
        for (raw, text, fault) in [
            ("plain \"x\"", "plain \"x\"", None),
            ("\"\"", "", None),
            ("\"a\"", "a", None),
            ("\"a\" \t", "a", None),
            ("\"a\"\"b\"", "a\"b", None),
            ("\"\"\"\"", "\"", None),
            ("\"Anna\" Smith \"x\"", "AnnaSmith \"x\"", Some(RowFault::TextAfterQuote)),
            ("\"open", "open", Some(RowFault::UnclosedQuote)),
            ("\"open\"\"", "open\"", Some(RowFault::UnclosedQuote)),
        ] {
            let mut found = Vec::new();
            assert_eq!(unquoted(raw.as_bytes(), &mut found), fault, "{raw}");
            assert_eq!(found, text.as_bytes(), "{raw}");
        }
    }
}
