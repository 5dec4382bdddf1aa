//! The encoding of a text file: found by its byte order mark or by its bytes, and decoded to UTF-8.

use crate::error::{IoError, reading};
use encoding_rs::{Decoder, DecoderResult, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::fmt;
use std::io::{self, BufRead, Read};

pub(crate) mod undecided;

/// Bytes of decoded text that are held at a time.
const BUFFER: usize = 64 << 10;

/// Stands for bytes that are no character: never part of UTF-8, so that the cell becomes a bad one.
const NO_CHARACTER: u8 = 0xff;

/// An encoding of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    pub(crate) const UTF_8: Encoding = Encoding(UTF_8);

    /// The encoding of a name such as `windows-1252`, `latin1`, `utf-16le`, `macintosh`, `shift_jis`, in any case
    /// (the labels of the WHATWG encoding standard).
    ///
    /// # Errors
    /// E0618 if there is none of that name.
    pub fn named(name: &str) -> Result<Encoding, IoError> {
        let found = encoding_rs::Encoding::for_label_no_replacement(name.as_bytes());
        found.map(Encoding).ok_or_else(|| reading::unknown_encoding(name))
    }

    pub(crate) fn is_utf8(self) -> bool {
        self.0 == UTF_8
    }

    /// Bytes of a byte order mark of this encoding at the beginning of the text.
    fn mark_length(self, start: &[u8]) -> usize {
        encoding_rs::Encoding::for_bom(start).map_or(0, |(found, length)| if found == self.0 { length } else { 0 })
    }
}

/// `UTF-8`, `Windows-1252`, `UTF-16LE`.
impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 == WINDOWS_1252 { "Windows-1252" } else { self.0.name() })
    }
}

/// How an encoding became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownBy {
    /// It was asked for.
    Given,
    /// The file begins with a byte order mark.
    Mark,
    /// The bytes of the file fit no other.
    Bytes,
}

/// The encoding of a text by its beginning and the census of its bytes.
///
/// # Errors
/// E0607 if the bytes are neither UTF-8 nor plainly Windows-1252.
pub(crate) fn detect(start: &[u8], census: &Census, path: &str) -> Result<(Encoding, KnownBy), IoError> {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(start) {
        return Ok((Encoding(encoding), KnownBy::Mark));
    }
    if let Some(encoding) = looks_like_utf16(start) {
        return Ok((Encoding(encoding), KnownBy::Bytes));
    }
    match (census.invalid, census.wide) {
        (0, _) => Ok((Encoding(UTF_8), KnownBy::Bytes)),
        // Without one character of UTF-8 beside them, these are letters of another encoding.
        (_, 0) if !census.undefined => Ok((Encoding(WINDOWS_1252), KnownBy::Bytes)),
        (invalid, wide) if invalid > wide => Err(reading::unclear_encoding(path)),
        _ => Ok((Encoding(UTF_8), KnownBy::Bytes)),
    }
}

/// Without a byte order mark: nearly every second byte of plain text is zero.
fn looks_like_utf16(start: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = start.get(..start.len().min(512)).unwrap_or(start);
    let zeros = |first: usize| head.iter().skip(first).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
    match half {
        0..4 => None,
        _ if even * 10 >= half * 9 && odd * 10 <= half => Some(UTF_16BE),
        _ if odd * 10 >= half * 9 && even * 10 <= half => Some(UTF_16LE),
        _ => None,
    }
}

/// Counts what speaks for and against UTF-8.
#[derive(Clone, Debug, Default)]
pub(crate) struct Census {
    /// Characters of several bytes.
    wide: u64,
    /// Bytes that cannot be UTF-8.
    invalid: u64,
    /// A byte that Windows-1252 does not use.
    undefined: bool,
    /// The beginning of a character at the end of a piece.
    open: Vec<u8>,
}

impl Census {
    /// Of a whole text.
    #[cfg(test)]
    pub(crate) fn of(text: &[u8]) -> Census {
        let mut census = Census::default();
        census.take(text);
        census.finish();
        census
    }

    /// Takes the next piece of the text.
    pub(crate) fn take(&mut self, piece: &[u8]) {
        if self.open.is_empty() && piece.is_ascii() {
            return;
        }
        let mut bytes = std::mem::take(&mut self.open);
        bytes.extend_from_slice(piece);
        let mut rest = bytes.as_slice();
        loop {
            match simdutf8::compat::from_utf8(rest) {
                Ok(text) => return self.count(text),
                Err(error) => {
                    let (good, bad) = rest.split_at_checked(error.valid_up_to()).unwrap_or((rest, &[]));
                    self.count(std::str::from_utf8(good).unwrap_or(""));
                    let Some(length) = error.error_len() else {
                        self.open = bad.to_vec();
                        return;
                    };
                    let (bad, after) = bad.split_at_checked(length).unwrap_or((bad, &[]));
                    self.wrong(bad);
                    rest = after;
                }
            }
        }
    }

    /// Ends the text: what is still open is no character.
    pub(crate) fn finish(&mut self) {
        let open = std::mem::take(&mut self.open);
        if !open.is_empty() {
            self.wrong(&open);
        }
    }

    fn count(&mut self, text: &str) {
        if !text.is_ascii() {
            // Each such character begins with one such byte.
            self.wide += text.bytes().filter(|byte| *byte >= 0xc0).count() as u64;
        }
    }

    fn wrong(&mut self, bytes: &[u8]) {
        self.invalid += 1;
        self.undefined |= bytes.iter().any(|b| matches!(b, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d));
    }
}

/// Text of an encoding as UTF-8.
pub(crate) struct Decoding<R> {
    inner: R,
    decoder: Decoder,
    out: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: BufRead> Decoding<R> {
    /// Decodes from here on; a byte order mark is passed over.
    pub(crate) fn new(mut inner: R, encoding: Encoding) -> io::Result<Decoding<R>> {
        let mark = encoding.mark_length(inner.fill_buf()?);
        inner.consume(mark);
        let decoder = encoding.0.new_decoder_without_bom_handling();
        Ok(Decoding { inner, decoder, out: Vec::new(), at: 0, ended: false })
    }

    fn refill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.at = 0;
        while self.out.is_empty() && !self.ended {
            let input = match self.inner.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                input => input?,
            };
            let last = input.is_empty();
            self.out.resize(BUFFER, 0);
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(input, &mut self.out, last);
            self.out.truncate(written);
            self.inner.consume(read);
            match result {
                DecoderResult::Malformed(..) => self.out.push(NO_CHARACTER),
                DecoderResult::InputEmpty => self.ended = last,
                DecoderResult::OutputFull => {}
            }
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Decoding<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.out.len() {
            self.refill()?;
        }
        let rest = self.out.get(self.at..).unwrap_or(&[]);
        let count = rest.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> Result<(String, KnownBy), &'static str> {
        detect(bytes, &Census::of(bytes), "x.csv").map(|(e, by)| (e.to_string(), by)).map_err(|e| e.code)
    }

    fn decoded(name: &str, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        // Small pieces, so that characters are cut.
        let pieces = io::BufReader::with_capacity(3, bytes);
        Decoding::new(pieces, Encoding::named(name).unwrap()).unwrap().read_to_end(&mut out).unwrap();
        out
    }

    #[test]
    fn encodings_are_found() {
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        for (bytes, name, by) in [
            (b"id,name\n1,Ann\n".to_vec(), "UTF-8", KnownBy::Bytes),
            ("id,name\n1,Müller\n".into(), "UTF-8", KnownBy::Bytes),
            ("\u{feff}id\n1\n".into(), "UTF-8", KnownBy::Mark),
            (b"id,name\n1,M\xfcller\n".to_vec(), "Windows-1252", KnownBy::Bytes),
            (b"id,\x80\n1,\x93a\x94\n".to_vec(), "Windows-1252", KnownBy::Bytes),
            ([&[0xff, 0xfe], &utf16("id;ä\n")[..]].concat(), "UTF-16LE", KnownBy::Mark),
            (utf16("id,name\n1,Ann\n"), "UTF-16LE", KnownBy::Bytes),
        ] {
            assert_eq!(found(&bytes), Ok((name.to_owned(), by)), "{bytes:?}");
        }
        assert_eq!(found("a,ü,ö,ä\n1,\u{fc}".as_bytes()).unwrap().0, "UTF-8");
        assert_eq!(found(b"\xc3\xbc\xc3\xa4,x\n\xfc,y\n").unwrap().0, "UTF-8", "one bad cell");
        assert_eq!(found(b"\x81\x8d,\xfc\n"), Err("E0607"));
        assert_eq!(Encoding::named("klingon").unwrap_err().code, "E0618");
    }

    #[test]
    fn texts_are_decoded_and_damage_is_never_hidden() {
        assert_eq!(decoded("windows-1252", b"M\xfcller \x80"), "Müller €".as_bytes());
        assert_eq!(decoded("utf-16le", b"\xff\xfeM\0\xfc\0"), "Mü".as_bytes());
        assert_eq!(decoded("utf-16be", b"\0M\0\xfc"), "Mü".as_bytes());
        assert_eq!(decoded("utf-16le", b"a\0\x00\xd8b\0"), b"a\xffb", "half a pair");
        assert_eq!(decoded("utf-16le", b"a\0b"), b"a\xff", "cut off");
        assert_eq!(decoded("shift_jis", b"\x93\xfa"), "日".as_bytes());
    }

    #[test]
    fn a_census_may_be_taken_in_pieces() {
        let text = "aü€😀".as_bytes();
        let mut census = Census::default();
        text.chunks(1).for_each(|piece| census.take(piece));
        census.finish();
        assert_eq!((census.wide, census.invalid), (3, 0));
        assert_eq!(Census::of(b"a\xc3").invalid, 1);
    }
}
