//! A file that is read from its end, wherever it comes from.

use crate::error::{IoError, reading};
use crate::format::Source;
use crate::reader::ReadOptions;
use crate::stream::open_file;
use crate::watched::Watch;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// The file of a source, its size, and what tells at the end whether it is still the same.
///
/// # Errors
/// E0601 if it cannot be read.
pub(super) fn opened(source: &Source, path: &str) -> Result<(File, u64, Watch), IoError> {
    let (file, size) = match source {
        Source::Path(file) => match open_file(file, path)? {
            (file, Some(size)) => (file, size),
            (mut pipe, None) => spooled(&mut pipe, path)?,
        },
        Source::Stdin => spooled(&mut std::io::stdin(), path)?,
        Source::Memory(_, bytes) => spooled(&mut bytes.as_ref(), path)?,
    };
    let watch = Watch::of(&file).map_err(|e| reading::cannot_open(path, &e))?;
    Ok((file, size, watch))
}

/// Copies a stream to a temporary file that has no name.
fn spooled(input: &mut dyn Read, path: &str) -> Result<(File, u64), IoError> {
    let copy = |input: &mut dyn Read| {
        let mut file = tempfile::tempfile()?;
        let size = std::io::copy(input, &mut file)?;
        file.seek(SeekFrom::Start(0))?;
        Ok((file, size))
    };
    copy(input).map_err(|e: std::io::Error| reading::cannot_read(path, &e))
}

/// A Parquet file begins and ends with `PAR1`.
pub(super) fn check_magic(mut file: &File, size: u64, path: &str) -> Result<(), IoError> {
    let mut check = || {
        let (mut first, mut last) = ([0; 4], [0; 4]);
        file.read_exact(&mut first)?;
        file.seek(SeekFrom::End(-4))?;
        file.read_exact(&mut last)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(&first == b"PAR1" && &last == b"PAR1")
    };
    if size < 12 {
        return Err(reading::not_parquet(path));
    }
    let good = check().map_err(|e: std::io::Error| reading::cannot_read(path, &e))?;
    if good { Ok(()) } else { Err(reading::not_parquet(path)) }
}

/// Refuses options that a file with types does not have.
pub(super) fn check_options(options: &ReadOptions, path: &str, kind: &str) -> Result<(), IoError> {
    match options {
        ReadOptions { encoding: Some(_), .. } => Err(reading::no_encoding(path, kind)),
        ReadOptions { sheet: Some(_), .. } => Err(reading::no_sheets(path, kind)),
        _ => Ok(()),
    }
}
