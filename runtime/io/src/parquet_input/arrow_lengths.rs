//! Lengths that an Arrow file states, before anything is read by them: a damaged one may ask for more memory than there is,
//! and that would end the process.

use arrow_ipc::reader::read_footer_length;
use arrow_ipc::{Message, RecordBatch, root_as_footer, root_as_message};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// Greatest length of an unpacked buffer, in bytes: what 32-bit offsets of texts can reach.
const UNPACKED_MAX: i64 = 1 << 31;
/// Stands before the length of a message.
const CONTINUATION: [u8; 4] = [0xff; 4];
/// Bytes behind the footer: its length and `ARROW1`.
const TRAILER: u64 = 10;

/// Checks the blocks that the footer of an Arrow file names.
///
/// # Errors
/// What is wrong, as the decoder's own errors.
pub(super) fn check_file(file: &mut File, size: u64) -> Result<(), String> {
    let trailer = size.checked_sub(TRAILER).ok_or("it is too short")?;
    let mut tail = [0; TRAILER as usize];
    read_at(file, trailer, &mut tail)?;
    let length = read_footer_length(tail).map_err(|e| e.to_string())?;
    let start = trailer.checked_sub(length as u64).ok_or("the footer is longer than the file")?;
    let mut footer = vec![0; length];
    read_at(file, start, &mut footer)?;
    let footer = root_as_footer(&footer).map_err(|e| e.to_string())?;
    let blocks = footer.dictionaries().into_iter().chain(footer.recordBatches()).flatten();
    for block in blocks {
        let stated = [block.offset(), i64::from(block.metaDataLength()), block.bodyLength()];
        let [Ok(offset), Ok(metadata), Ok(body)] = stated.map(u64::try_from) else {
            return Err("a block has a negative length".into());
        };
        within(size, &[offset, metadata, body])?;
        let message = bytes_at(file, offset, metadata)?;
        let skipped = if message.starts_with(&CONTINUATION) { 8 } else { 4 };
        check_message(file, size, message.get(skipped..).unwrap_or_default(), offset + metadata)?;
    }
    Ok(())
}

/// Checks the messages of an Arrow stream, one behind the other.
///
/// # Errors
/// As [`check_file`].
pub(super) fn check_stream(file: &mut File, size: u64) -> Result<(), String> {
    let mut at = 0;
    while at + 4 <= size {
        let mut length = [0; 4];
        read_at(file, at, &mut length)?;
        at += 4;
        if length == CONTINUATION {
            read_at(file, at, &mut length)?;
            at += 4;
        }
        let metadata = u64::try_from(i32::from_le_bytes(length)).map_err(|_| "a message has a negative length")?;
        if metadata == 0 {
            break;
        }
        within(size, &[at, metadata])?;
        let message = bytes_at(file, at, metadata)?;
        at = check_message(file, size, &message, at + metadata)?;
    }
    Ok(())
}

/// Checks the packed buffers of a message, and says where its body ends.
fn check_message(file: &mut File, size: u64, message: &[u8], body: u64) -> Result<u64, String> {
    let message: Message<'_> = root_as_message(message).map_err(|e| e.to_string())?;
    let length = u64::try_from(message.bodyLength()).map_err(|_| "a body has a negative length")?;
    let end = within(size, &[body, length])?;
    let in_dictionary = || message.header_as_dictionary_batch().and_then(|dictionary| dictionary.data());
    let batch: Option<RecordBatch<'_>> = message.header_as_record_batch().or_else(in_dictionary);
    let Some(batch) = batch.filter(|batch| batch.compression().is_some()) else { return Ok(end) };
    for buffer in batch.buffers().into_iter().flatten() {
        let [Ok(offset), Ok(packed)] = [buffer.offset(), buffer.length()].map(u64::try_from) else {
            return Err("a buffer has a negative length".into());
        };
        if packed == 0 {
            continue;
        }
        let mut unpacked = [0; 8];
        read_at(file, within(size, &[body, offset])?, &mut unpacked)?;
        if i64::from_le_bytes(unpacked) > UNPACKED_MAX {
            return Err("a buffer says that it is larger than any".into());
        }
    }
    Ok(end)
}

/// The sum of lengths, if it is inside the file.
fn within(size: u64, lengths: &[u64]) -> Result<u64, String> {
    let end = lengths.iter().try_fold(0u64, |sum, length| sum.checked_add(*length));
    end.filter(|end| *end <= size).ok_or_else(|| "a part is longer than the file".into())
}

fn bytes_at(file: &mut File, at: u64, length: u64) -> Result<Vec<u8>, String> {
    let length = usize::try_from(length).map_err(|e| e.to_string())?;
    let mut bytes = vec![0; length];
    read_at(file, at, &mut bytes)?;
    Ok(bytes)
}

fn read_at(file: &mut File, at: u64, bytes: &mut [u8]) -> Result<(), String> {
    let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(bytes));
    read.map_err(|e| e.to_string())
}
