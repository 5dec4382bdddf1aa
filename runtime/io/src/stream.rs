//! The bytes of a text input: opened, unpacked, counted, and looked at for their encoding.

use crate::encoding::undecided::{Undecided, unclear};
use crate::encoding::{self, Census, Decoding, Encoding, KnownBy};
use crate::error::{IoError, reading};
use crate::format::{Packing, Source};
use crate::watched::{Unpacked, Watch, Watched, changed};
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// Bytes of a buffer.
const BUFFER: usize = 256 << 10;

/// Bytes that are looked at for separator and encoding.
const SAMPLE: u64 = 64 << 10;

/// Bytes that are looked at for the encoding.
const CENSUS: u64 = 256 << 20;

/// Progress through the bytes of the source as they are stored (packed).
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress {
    read: Arc<AtomicU64>,
    /// `None` where the size is not known (standard input).
    pub total: Option<u64>,
    /// The encoding, if it became known only on the way.
    pub encoding: Arc<OnceLock<(Encoding, KnownBy)>>,
}

impl Progress {
    pub(crate) fn of_size(total: Option<u64>) -> Progress {
        Progress { read: Arc::default(), total, encoding: Arc::default() }
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

/// A text input after unpacking, as UTF-8 without its byte order mark.
pub(crate) struct TextStream {
    pub(crate) input: Box<dyn BufRead + Send>,
    /// The beginning of the text, for the separator.
    pub(crate) sample: Vec<u8>,
    pub(crate) progress: Progress,
    /// Says how to word a failing read.
    pub(crate) packing: Packing,
    pub(crate) encoding: (Encoding, KnownBy),
    pub(crate) path: String,
}

/// Opens a file, with its size; `None`: a pipe or a device, which can be read once only. A folder is an error.
pub(crate) fn open_file(path: &std::path::Path, name: &str) -> Result<(File, Option<u64>), IoError> {
    let file = File::open(path).map_err(|e| reading::cannot_open(name, &e))?;
    let metadata = file.metadata().map_err(|e| reading::cannot_open(name, &e))?;
    if metadata.is_dir() {
        return Err(reading::is_folder(name));
    }
    let size = metadata.is_file().then_some(metadata.len());
    Ok((file, size))
}

impl TextStream {
    /// Opens a source as text; packed bytes are recognised by their first ones, the encoding by a byte order
    /// mark or by all bytes up to [`CENSUS`] (of standard input: by the first [`SAMPLE`]) unless it is given. Of a text that
    /// is ASCII for long it becomes known on the way: [`Progress::encoding`].
    pub(crate) fn open(source: &Source, given: Option<Encoding>) -> Result<TextStream, IoError> {
        let path = source.name();
        let (mut text, packing, progress) = open_unpacked(source, &path)?;
        let failed = |e: io::Error| read_error(&path, packing, &e);
        let mut start = Vec::new();
        text.by_ref().take(SAMPLE).read_to_end(&mut start).map_err(failed)?;
        let encoding = match given {
            Some(encoding) => Some((encoding, KnownBy::Given)),
            None => {
                check_kind(&path, &start)?;
                find_encoding(source, &path, &start)?
            }
        };
        let whole = Cursor::new(start.clone()).chain(text);
        let decoded: Box<dyn Read + Send> = match encoding {
            None => {
                let (source, path, found) = (source.clone(), path.clone(), progress.encoding.clone());
                let find = move || {
                    let encoding = census(&source, &path, &start)?;
                    Ok(found.get_or_init(|| encoding).0)
                };
                Box::new(Undecided::new(whole, CENSUS, Box::new(find)))
            }
            Some((encoding, _)) if encoding.is_utf8() => Box::new(without_mark(whole).map_err(failed)?),
            Some((encoding, _)) => {
                Box::new(Decoding::new(BufReader::with_capacity(BUFFER, whole), encoding).map_err(failed)?)
            }
        };
        let encoding = encoding.unwrap_or((Encoding::UTF_8, KnownBy::Bytes));
        let mut decoded = BufReader::with_capacity(BUFFER, decoded);
        let mut sample = Vec::new();
        decoded.by_ref().take(SAMPLE).read_to_end(&mut sample).map_err(failed)?;
        let input = Box::new(BufReader::with_capacity(BUFFER, Cursor::new(sample.clone()).chain(decoded)));
        Ok(TextStream { input, sample, progress, packing, encoding, path })
    }
}

/// The bytes of a source, unpacked.
fn open_unpacked(source: &Source, path: &str) -> Result<(Box<dyn BufRead + Send>, Packing, Progress), IoError> {
    let mut watch = None;
    let (raw, total): (Box<dyn Read + Send>, Option<u64>) = match source {
        Source::Path(file) => {
            let (file, size) = open_file(file, path)?;
            // What the system makes up while it is read (`/proc`) has no size.
            match size.filter(|size| *size > 0) {
                Some(size) => {
                    let failed = |e: io::Error| reading::cannot_open(path, &e);
                    watch = Some(Watch::of(&file).map_err(failed)?);
                    (Box::new(Watched::new(file).map_err(failed)?), Some(size))
                }
                None => (Box::new(file), None),
            }
        }
        Source::Stdin => (Box::new(io::stdin()), None),
        Source::Memory(_, bytes) => (Box::new(Cursor::new(bytes.clone())), Some(bytes.len() as u64)),
    };
    let progress = Progress::of_size(total);
    let mut packed = BufReader::with_capacity(BUFFER, Counted { inner: raw, read: progress.read.clone() });
    let packing = Packing::of_start(packed.fill_buf().map_err(|e| reading::cannot_read(path, &e))?);
    let text: Box<dyn BufRead + Send> = match packing {
        Packing::Plain => Box::new(packed),
        Packing::Gzip => Box::new(BufReader::with_capacity(BUFFER, Unpacked::new(MultiGzDecoder::new(packed), watch))),
        Packing::Zstd => {
            let decoder = zstd::Decoder::with_buffer(packed).map_err(|e| read_error(path, packing, &e))?;
            Box::new(BufReader::with_capacity(BUFFER, Unpacked::new(decoder, watch)))
        }
    };
    Ok((text, packing, progress))
}

/// The encoding by the beginning of a text, if that is all that can be looked at or if it says enough. `None`: the text
/// can be read twice, and is ASCII so far; the first letter that is not may stand far down.
fn find_encoding(source: &Source, path: &str, start: &[u8]) -> Result<Option<(Encoding, KnownBy)>, IoError> {
    let ends_here = (start.len() as u64) < SAMPLE;
    let ordinary = match source {
        Source::Path(file) => std::fs::metadata(file).is_ok_and(|about| about.is_file()),
        Source::Memory(..) => true,
        Source::Stdin => false,
    };
    if ends_here || !ordinary {
        let mut census = Census::default();
        census.take(start);
        if ends_here {
            census.finish();
        }
        return encoding::detect(start, &census, path).map(Some);
    }
    match encoding::detect(start, &Census::default(), path)? {
        plain if plain == (Encoding::UTF_8, KnownBy::Bytes) && start.is_ascii() => Ok(None),
        _ => census(source, path, start).map(Some),
    }
}

/// Looks at the whole text, which must be one that can be read twice.
fn census(source: &Source, path: &str, start: &[u8]) -> Result<(Encoding, KnownBy), IoError> {
    let (text, packing, _) = open_unpacked(source, path)?;
    let mut text = text.take(CENSUS);
    let mut census = Census::default();
    let mut bytes = 0;
    loop {
        let piece = text.fill_buf().map_err(|e| read_error(path, packing, &e))?;
        if piece.is_empty() {
            break;
        }
        census.take(piece);
        let count = piece.len();
        bytes += count as u64;
        text.consume(count);
    }
    if bytes < CENSUS {
        census.finish();
    }
    encoding::detect(start, &census, path)
}

/// Passes over the byte order mark of UTF-8.
fn without_mark<R: Read + Send + 'static>(input: R) -> io::Result<impl Read + Send> {
    let mut input = BufReader::with_capacity(BUFFER, input);
    // The first buffer is the beginning of the file: it has all three bytes if there are so many.
    if input.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        input.consume(3);
    }
    Ok(input)
}

/// Words a failing read: damaged data, or the file changed or went away.
pub(crate) fn read_error(path: &str, packing: Packing, error: &io::Error) -> IoError {
    if let Some(changed) = changed(path, error) {
        return changed;
    }
    if let Some(unclear) = unclear(error) {
        return IoError { path: path.to_owned(), ..unclear.clone() };
    }
    use io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
    if packing != Packing::Plain && matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof | Other) {
        return reading::damaged_packing(path, packing);
    }
    reading::cannot_read(path, error)
}

/// Refuses what is no text.
fn check_kind(path: &str, start: &[u8]) -> Result<(), IoError> {
    if start.starts_with(b"PAR1") {
        return Err(reading::other_kind_of_file(path, "a Parquet file", "give the format `parquet`"));
    }
    if start.starts_with(b"PK\x03\x04") {
        let help = "if it is a workbook, name it `.xlsx` or give the format `xlsx`; if it is an archive, unpack it";
        return Err(reading::other_kind_of_file(path, "an Excel workbook or a zip archive", help));
    }
    if start.starts_with(b"ARROW1") {
        return Err(reading::other_kind_of_file(path, "an Arrow file", "give the format `arrow`"));
    }
    if start.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        let help = "open it in Excel and save it as `.xlsx` or `CSV UTF-8`";
        return Err(reading::other_kind_of_file(path, "an old Excel workbook (`.xls`)", help));
    }
    Ok(())
}

/// A first line that only names the separator, as Excel writes and reads it: `sep=;`.
pub(crate) fn separator_line(sample: &[u8]) -> Option<(u8, usize)> {
    let line = sample.split(|b| matches!(b, b'\n' | b'\r')).next().unwrap_or(&[]);
    match line {
        [s, e, p, b'=', sign] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => Some((*sign, line.len())),
        _ => None,
    }
}

/// The separator that stands most often outside quotes in the header; a comma if none does.
pub(crate) fn find_separator(sample: &[u8]) -> u8 {
    let mut counts = [(b',', 0usize), (b';', 0), (b'\t', 0), (b'|', 0)];
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
        assert_eq!(find_separator(b"a|b|c;d\n"), b'|');
        assert_eq!(find_separator(b""), b',');
    }

    #[test]
    fn a_line_may_name_the_separator() {
        assert_eq!(separator_line(b"sep=;\r\na;b\n"), Some((b';', 5)));
        assert_eq!(separator_line(b"SEP=|\na|b\n"), Some((b'|', 5)));
        assert_eq!(separator_line(b"sep,a\n"), None);
        assert_eq!(separator_line(b"sep=;;\n"), None);
    }

    #[test]
    fn other_kinds_of_files_are_told() {
        let code = |bytes: &[u8]| check_kind("x.csv", bytes).map_err(|e| e.code);
        for bytes in [&b"PK\x03\x04...."[..], b"PAR1", b"ARROW1\0\0", b"\xd0\xcf\x11\xe0"] {
            assert_eq!(code(bytes), Err("E0603"));
        }
        assert_eq!(code(b"id,name\n1,\0\0\0\n"), Ok(()));
        assert_eq!(code(b""), Ok(()));
    }
}
