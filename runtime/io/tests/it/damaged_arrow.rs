//! Arrow files whose stated lengths are wrong.

use crate::fixture::*;
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use revplay_io::{Format, ReadOptions, Source};
use revplay_ir::types::Type;
use std::sync::Arc;

const TEXT: &str = "the same words again and again, ";

fn batch() -> RecordBatch {
    let texts: ArrayRef = Arc::new(StringArray::from(vec![TEXT.repeat(40); 50]));
    RecordBatch::try_from_iter([("x", texts)]).unwrap()
}

fn options(packing: CompressionType) -> IpcWriteOptions {
    IpcWriteOptions::default().try_with_compression(Some(packing)).unwrap()
}

fn packed_file(packing: CompressionType) -> Vec<u8> {
    let batch = batch();
    let mut writer = FileWriter::try_new_with_options(Vec::new(), &batch.schema(), options(packing)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn packed_stream(packing: CompressionType) -> Vec<u8> {
    let batch = batch();
    let mut writer = StreamWriter::try_new_with_options(Vec::new(), &batch.schema(), options(packing)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

/// The code of the error, or how many rows were read.
fn outcome(bytes: &[u8]) -> Result<usize, &'static str> {
    let program = program(vec![optional("x", Type::Text)]);
    let source = Source::Memory("rows.arrow".into(), bytes.into());
    let read = read_source(&program, &source, Format::Arrow, None, &ReadOptions::default(), 1_000);
    read.map(|taken| taken.rows.len()).map_err(|error| error.code)
}

/// Before each packed buffer stands its unpacked length, which nothing else bounds.
#[test]
fn e3_a_wrong_length_of_a_packed_buffer_is_a_damaged_file() {
    let length = (TEXT.len() as i64 * 40 * 50).to_le_bytes();
    for packing in [CompressionType::LZ4_FRAME, CompressionType::ZSTD] {
        for bytes in [packed_file(packing), packed_stream(packing)] {
            assert_eq!(outcome(&bytes), Ok(50));
            // The last place: the offsets of the texts end with the same number.
            let at = bytes.windows(8).rposition(|w| w == length).expect("the length of the texts");
            for wrong in [1 << 62, 1 << 47, 1 << 40, 1 << 33, 5, -2] {
                let mut damaged = bytes.clone();
                damaged[at..at + 8].copy_from_slice(&i64::to_le_bytes(wrong));
                assert_eq!(outcome(&damaged), Err("E0608"), "{packing:?} {wrong}");
            }
        }
    }
}
