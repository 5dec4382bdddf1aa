//! The bytes of a text input: opened, unpacked, counted, and looked at for their encoding.

use crate::error::{IoError, reading};
use crate::format::Source;
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of a buffer.
const BUFFER: usize = 256 << 10;

/// Bytes that are looked at for separator and encoding.
const SAMPLE: u64 = 64 << 10;

/// Progress through the bytes of the source as they are stored (packed).
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress {
    read: Arc<AtomicU64>,
    /// `None` where the size is not known (standard input).
    pub total: Option<u64>,
}

impl Progress {
    pub(crate) fn of_size(total: Option<u64>) -> Progress {
        Progress { read: Arc::default(), total }
    }

    pub(crate) fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self, bytes: u64) {
        self.read.store(bytes, Ordering::Relaxed);
    }
}

/// Counts what passes.
struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// A text input after unpacking, without its byte order mark.
pub(crate) struct TextStream {
    pub(crate) input: Box<dyn BufRead + Send>,
    /// The beginning of the text, for the separator.
    pub(crate) sample: Vec<u8>,
    pub(crate) progress: Progress,
    /// Packed with gzip: says how to word a failing read.
    pub(crate) gzip: bool,
    pub(crate) path: String,
}

/// Opens a file; a folder is an error.
pub(crate) fn open_file(path: &std::path::Path, name: &str) -> Result<(File, u64), IoError> {
    let file = File::open(path).map_err(|e| reading::cannot_open(name, &e))?;
    let metadata = file.metadata().map_err(|e| reading::cannot_open(name, &e))?;
    if metadata.is_dir() {
        return Err(reading::is_folder(name));
    }
    Ok((file, metadata.len()))
}

impl TextStream {
    /// Opens a source as UTF-8 text; packed bytes are recognised by their first two.
    pub(crate) fn open(source: &Source) -> Result<TextStream, IoError> {
        let path = source.name();
        let (raw, total): (Box<dyn Read + Send>, Option<u64>) = match source {
            Source::Path(file) => {
                let (file, size) = open_file(file, &path)?;
                (Box::new(file), (size > 0).then_some(size))
            }
            Source::Stdin => (Box::new(io::stdin()), None),
            Source::Memory(_, bytes) => (Box::new(Cursor::new(bytes.clone())), Some(bytes.len() as u64)),
        };
        let progress = Progress::of_size(total);
        let mut packed = BufReader::with_capacity(BUFFER, Counted { inner: raw, read: progress.read.clone() });
        let first = packed.fill_buf().map_err(|e| reading::cannot_read(&path, &e))?;
        let gzip = first.starts_with(&[0x1f, 0x8b]);
        let mut text: Box<dyn BufRead + Send> = if gzip {
            Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(packed)))
        } else {
            Box::new(packed)
        };
        let mut sample = Vec::new();
        text.by_ref().take(SAMPLE).read_to_end(&mut sample).map_err(|e| read_error(&path, gzip, &e))?;
        check_encoding(&path, &sample)?;
        if sample.starts_with(b"\xef\xbb\xbf") {
            sample.drain(..3);
        }
        let input = Box::new(BufReader::with_capacity(BUFFER, Cursor::new(sample.clone()).chain(text)));
        Ok(TextStream { input, sample, progress, gzip, path })
    }
}

/// Words a failing read: damaged data, or the file went away.
pub(crate) fn read_error(path: &str, gzip: bool, error: &io::Error) -> IoError {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    if gzip && matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof) {
        return reading::damaged_gzip(path);
    }
    reading::cannot_read(path, error)
}

/// Refuses what is no UTF-8 text as a whole. Single bad cells are left to intake.
fn check_encoding(path: &str, sample: &[u8]) -> Result<(), IoError> {
    if sample.starts_with(&[0xff, 0xfe]) || sample.starts_with(&[0xfe, 0xff]) || looks_like_utf16(sample) {
        return Err(reading::utf16(path));
    }
    if sample.starts_with(b"PAR1") {
        return Err(reading::other_kind_of_file(path, "a Parquet file", "give the format `parquet`"));
    }
    if sample.starts_with(b"PK\x03\x04") {
        let help = "open it and save the sheet as `CSV UTF-8`, or unpack the archive";
        return Err(reading::other_kind_of_file(path, "an Excel workbook or a zip archive", help));
    }
    let (mut lines, mut bad) = (0usize, 0usize);
    // The last line of a sample may end inside a character.
    let whole =
        if sample.len() as u64 == SAMPLE { sample.rsplitn(2, |&b| b == b'\n').nth(1).unwrap_or(&[]) } else { sample };
    for line in whole.split(|&b| b == b'\n').filter(|line| !line.is_empty()) {
        lines += 1;
        bad += usize::from(std::str::from_utf8(line).is_err());
    }
    if lines > 1 && bad * 2 > lines { Err(reading::mostly_not_utf8(path)) } else { Ok(()) }
}

/// Without a byte order mark: nearly every second byte of plain text is zero.
fn looks_like_utf16(sample: &[u8]) -> bool {
    let head = sample.get(..sample.len().min(512)).unwrap_or(sample);
    let zeros = |first: usize| head.iter().skip(first).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
    half >= 4 && ((even * 10 >= half * 9 && odd * 10 <= half) || (odd * 10 >= half * 9 && even * 10 <= half))
}

/// The separator that stands most often outside quotes in the header; a comma if none does.
pub(crate) fn find_separator(sample: &[u8]) -> u8 {
    let mut counts = [(b',', 0usize), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    let mut seen = false;
    for &byte in sample {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted && seen => break,
            b'\n' | b'\r' => continue,
            _ if !quoted => counts.iter_mut().filter(|(sign, _)| *sign == byte).for_each(|(_, count)| *count += 1),
            _ => {}
        }
        seen = true;
    }
    // `max_by_key` takes the last of equals; the comma shall win a draw.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(sign, _)| *sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators() {
        assert_eq!(find_separator(b"a,b,c\n1;2;3;4;5\n"), b',');
        assert_eq!(find_separator(b"\"a,b,c,d\";b;c\r\n"), b';');
        assert_eq!(find_separator(b"a\tb, c\td\n"), b'\t');
        assert_eq!(find_separator(b"alone\n1,2"), b',');
        assert_eq!(find_separator(b"\n\na;b\n"), b';');
        assert_eq!(find_separator(b""), b',');
    }

    #[test]
    fn encodings() {
        let code = |bytes: &[u8]| check_encoding("x.csv", bytes).map_err(|e| e.code);
        let utf16: Vec<u8> = "id,name\n1,Ann\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(code(&utf16), Err("E0607"));
        assert_eq!(code(&[&[0xff, 0xfe], &utf16[..]].concat()), Err("E0607"));
        assert_eq!(code(b"id,name\n1,M\xfcller\n2,J\xe4ger\n3,K\xf6nig\n"), Err("E0607"));
        assert_eq!(code(b"id,name\n1,M\xfcller\n2,Smith\n3,Jones\n"), Ok(()), "one bad cell is a bad cell");
        assert_eq!(code(b"id,name\n1,\0\0\0\n"), Ok(()));
        assert_eq!(code(b""), Ok(()));
        assert_eq!(code(b"PK\x03\x04...."), Err("E0603"));
    }
}
