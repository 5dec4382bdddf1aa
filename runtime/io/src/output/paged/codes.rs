//! Numbers as Parquet packs them: codes of a dictionary, and which rows have a value.

use arrow_buffer::BooleanBufferBuilder;

/// Adds codes of a dictionary with so many entries: the width of a code in bits, then the codes.
pub(super) fn put_codes(codes: &[u32], entries: usize, into: &mut Vec<u8>) {
    let last = u32::try_from(entries.saturating_sub(1)).unwrap_or(u32::MAX);
    let width = u32::BITS - last.leading_zeros();
    into.push(width as u8);
    let Some(first) = codes.first() else { return };
    if codes.iter().all(|code| code == first) {
        put_length(codes.len() << 1, into);
        into.extend(first.to_le_bytes().iter().take(width.div_ceil(8) as usize));
        return;
    }
    let groups = codes.len().div_ceil(8);
    put_length(groups << 1 | 1, into);
    let end = into.len() + groups * width as usize;
    into.reserve(end - into.len() + 8);
    let (mut word, mut bits) = (0u64, 0);
    for code in codes {
        word |= u64::from(*code) << bits;
        bits += width;
        if bits >= u32::BITS {
            into.extend_from_slice(&(word as u32).to_le_bytes());
            word >>= u32::BITS;
            bits -= u32::BITS;
        }
    }
    into.extend_from_slice(&(word as u32).to_le_bytes());
    into.resize(end, 0);
}

/// Adds which of the rows have a value, with the length of that before it.
pub(super) fn put_levels(valid: &BooleanBufferBuilder, missing: usize, into: &mut Vec<u8>) {
    let start = into.len();
    into.extend_from_slice(&[0; 4]);
    let rows = valid.len();
    if missing == 0 || missing == rows {
        put_length(rows << 1, into);
        into.push(u8::from(missing == 0));
    } else {
        put_length(rows.div_ceil(8) << 1 | 1, into);
        into.extend_from_slice(valid.as_slice());
    }
    let length = u32::try_from(into.len() - start - 4).unwrap_or(u32::MAX);
    if let Some(place) = into.get_mut(start..start + 4) {
        place.copy_from_slice(&length.to_le_bytes());
    }
}

/// A number by sevens of bits.
fn put_length(mut length: usize, into: &mut Vec<u8>) {
    while length > 0x7f {
        into.push(length as u8 | 0x80);
        length >>= 7;
    }
    into.push(length as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(bytes: &[u8], count: usize) -> Vec<u32> {
        let width = usize::from(bytes[0]);
        let (mut at, mut header, mut shift) = (1, 0usize, 0);
        loop {
            header |= usize::from(bytes[at] & 0x7f) << shift;
            shift += 7;
            at += 1;
            if bytes[at - 1] < 0x80 {
                break;
            }
        }
        let bit = |i: usize| u32::from(bytes[at + i / 8] >> (i % 8) & 1);
        let number = |start: usize| (0..width).fold(0, |n, i| n | bit(start + i) << i);
        if header & 1 == 0 {
            assert_eq!((header >> 1, bytes.len()), (count, at + width.div_ceil(8)));
            return vec![number(0); count];
        }
        assert_eq!((header >> 1, bytes.len()), (count.div_ceil(8), at + count.div_ceil(8) * width));
        (0..count).map(|i| number(i * width)).collect()
    }

    #[test]
    fn codes_of_every_width_come_back() {
        for entries in [1, 2, 3, 4, 5, 100, 256, 257, 65_536, 1 << 20, 1 << 31, u32::MAX as usize + 1] {
            for count in [1, 2, 7, 8, 9, 64, 1000] {
                let codes: Vec<u32> = (0..count as u64)
                    .map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % entries as u64) as u32)
                    .collect();
                let mut bytes = Vec::new();
                put_codes(&codes, entries, &mut bytes);
                assert_eq!(unpacked(&bytes, count), codes, "{count} of {entries}");
            }
        }
        let mut bytes = Vec::new();
        put_codes(&[], 0, &mut bytes);
        assert_eq!(bytes, [0]);
    }
}
