//! Text whose encoding is not known yet. While all of it is ASCII nothing depends on it: only the first other byte makes
//! it worth a look at the whole file, which would otherwise be read twice.

use super::{Decoding, Encoding};
use crate::error::IoError;
use std::fmt;
use std::io::{self, BufRead, Cursor, Read};

/// Finds the encoding by all bytes.
pub(crate) type Find = Box<dyn FnOnce() -> Result<Encoding, IoError> + Send>;

/// The text as UTF-8, whatever its encoding turns out to be.
pub(crate) struct Undecided<R> {
    state: State<R>,
    /// Bytes to come that may still decide.
    deciding: u64,
}

enum State<R> {
    /// So far all is ASCII.
    Open(R, Find),
    Utf8(R),
    Other(Box<Decoding<io::Chain<Cursor<Vec<u8>>, R>>>),
    Failed,
}

/// The encoding could not be found: the error of a read.
#[derive(Debug)]
struct Unclear(IoError);

impl fmt::Display for Unclear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Unclear {}

/// Why the encoding could not be found, if that is why a read failed.
pub(crate) fn unclear(error: &io::Error) -> Option<&IoError> {
    error.get_ref()?.downcast_ref::<Unclear>().map(|unclear| &unclear.0)
}

impl<R: BufRead> Undecided<R> {
    /// Of a text in UTF-8, or in an encoding that has ASCII, of which so many bytes decide.
    pub(crate) fn new(inner: R, deciding: u64, find: Find) -> Undecided<R> {
        Undecided { state: State::Open(inner, find), deciding }
    }
}

impl<R: BufRead> Read for Undecided<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let inner = match &mut self.state {
            State::Open(inner, _) => inner,
            State::Utf8(inner) => return inner.read(into),
            State::Other(decoding) => return decoding.read(into),
            State::Failed => return Ok(0),
        };
        let count = inner.read(into)?;
        let piece = into.get(..count).unwrap_or(&[]);
        let ascii = if piece.is_ascii() { count } else { piece.iter().take_while(|byte| byte.is_ascii()).count() };
        let still_deciding = (ascii as u64) < self.deciding;
        self.deciding = self.deciding.saturating_sub(count as u64);
        if ascii == count && still_deciding {
            return Ok(count);
        }
        let State::Open(inner, find) = std::mem::replace(&mut self.state, State::Failed) else { return Ok(0) };
        if !still_deciding {
            self.state = State::Utf8(inner);
            return Ok(count);
        }
        let encoding = find().map_err(|found| io::Error::other(Unclear(found)))?;
        if encoding.is_utf8() {
            self.state = State::Utf8(inner);
            return Ok(count);
        }
        let rest = piece.get(ascii..).unwrap_or(&[]).to_vec();
        let mut decoding = Decoding::new(Cursor::new(rest).chain(inner), encoding)?;
        let count = if ascii > 0 { ascii } else { decoding.read(into)? };
        self.state = State::Other(Box::new(decoding));
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// What comes out, and how often the encoding was looked for.
    fn read(bytes: &[u8], deciding: u64, name: &'static str, piece: usize) -> (io::Result<Vec<u8>>, u32) {
        let asked = Arc::new(AtomicU32::new(0));
        let count = asked.clone();
        let find = move || {
            count.fetch_add(1, Ordering::Relaxed);
            Encoding::named(name)
        };
        let inner = io::BufReader::with_capacity(piece, Cursor::new(bytes.to_vec()));
        let mut undecided = Undecided::new(inner, deciding, Box::new(find));
        let mut out = Vec::new();
        let mut buffer = vec![0; piece];
        let result = loop {
            match undecided.read(&mut buffer) {
                Ok(0) => break Ok(out),
                Ok(count) => out.extend_from_slice(&buffer[..count]),
                Err(error) => break Err(error),
            }
        };
        (result, asked.load(Ordering::Relaxed))
    }

    #[test]
    fn ascii_needs_no_encoding() {
        for piece in [1, 3, 100] {
            let (text, asked) = read(b"id,name\n1,Ann\n", 1000, "latin1", piece);
            assert_eq!((text.unwrap(), asked), (b"id,name\n1,Ann\n".to_vec(), 0));
        }
    }

    #[test]
    fn the_first_other_byte_decides_for_all_that_follow() {
        for piece in [1, 2, 5, 100] {
            let (text, asked) = read(b"a,M\xfcller,\xe4\n", 1000, "latin1", piece);
            assert_eq!((text.unwrap(), asked), ("a,Müller,ä\n".as_bytes().to_vec(), 1), "by {piece}");
            let (text, asked) = read("a,Müller\n".as_bytes(), 1000, "utf-8", piece);
            assert_eq!((text.unwrap(), asked), ("a,Müller\n".as_bytes().to_vec(), 1));
        }
    }

    #[test]
    fn what_stands_too_far_down_decides_nothing() {
        for piece in [1, 2, 5, 100] {
            let (text, asked) = read(b"abcd\xfc", 4, "latin1", piece);
            assert_eq!((text.unwrap(), asked), (b"abcd\xfc".to_vec(), 0), "by {piece}");
            let (text, asked) = read(b"abc\xfc", 4, "latin1", piece);
            assert_eq!((text.unwrap(), asked), ("abcü".as_bytes().to_vec(), 1), "by {piece}");
        }
    }

    #[test]
    fn an_encoding_that_cannot_be_found_is_the_error() {
        let (text, _) = read(b"a\xfc", 1000, "klingon", 100);
        assert_eq!(unclear(&text.unwrap_err()).unwrap().code, "E0618");
    }
}
