//! The buffers that code reads.

use super::lanes::ROWS;
use super::shape::{Shape, Width};
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int64Array, StringArray};
use arrow_buffer::{BooleanBuffer, Buffer};
use revplay_ir::types::Type;

/// Batches below this are not worth code of their own shape.
pub const SPECIAL_ROWS: usize = 4_096;

/// A column as it is found.
pub enum Found {
    /// An array of a canonical kind.
    Array(ArrayRef),
    /// A byte per row.
    Bytes(Buffer),
    /// The batch has none: missing in every row.
    Nothing,
}

/// What the code reads of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A bit per row.
    Bits,
    /// An integer of 64 bits per row.
    Ints,
    /// A number per row.
    Numbers,
    /// Whether it is known: texts.
    Known,
    /// A byte per row.
    Bytes,
}

impl Kind {
    /// Of a type.
    pub fn of(ty: Type) -> Kind {
        match ty {
            Type::Bool => Kind::Bits,
            Type::Text | Type::Target | Type::List | Type::Error => Kind::Known,
            _ if ty.is_float_like() => Kind::Numbers,
            _ => Kind::Ints,
        }
    }
}

impl Found {
    fn is_of(&self, kind: Kind, rows: usize) -> bool {
        match self {
            Found::Array(array) => {
                let any = array.as_any();
                array.len() >= rows
                    && match kind {
                        Kind::Bits => any.is::<BooleanArray>(),
                        Kind::Ints => any.is::<Int64Array>(),
                        Kind::Numbers => any.is::<Float64Array>(),
                        Kind::Known => any.is::<StringArray>() || any.is::<DictionaryArray<Int32Type>>(),
                        Kind::Bytes => false,
                    }
            }
            Found::Bytes(bytes) => kind == Kind::Bytes && bytes.len() >= rows,
            Found::Nothing => true,
        }
    }
}

/// A column's buffers, from row 0 on.
pub struct Column {
    values: Buffer,
    known: Buffer,
    /// Bits per row of the values.
    width: usize,
}

/// What of a column can be made use of.
pub struct Prepared {
    found: Found,
    kind: Kind,
    /// Some value may be missing.
    pub nullable: bool,
    /// The bits that hold all of its integers.
    pub width: Width,
}

impl Prepared {
    /// Looks at a column of so many rows; `small`: its integers may be worth narrower registers. One that is not of the
    /// kind that the code reads is missing in every row, as it is to the evaluator.
    pub fn new(found: Found, kind: Kind, rows: usize, small: bool) -> Prepared {
        let found = if found.is_of(kind, rows) { found } else { Found::Nothing };
        let (nullable, width) = match &found {
            Found::Array(array) => {
                // Of a dictionary, an entry may be missing too.
                let nullable = array.len() < rows || array.logical_null_count() > 0;
                let ints = array.as_any().downcast_ref::<Int64Array>().filter(|_| small && rows >= SPECIAL_ROWS);
                (nullable, ints.map_or(Width::Wide, |ints| width(ints.values())))
            }
            Found::Bytes(_) => (false, Width::Wide),
            Found::Nothing => (true, Width::Wide),
        };
        Prepared { found, kind, nullable, width }
    }
}

impl Column {
    /// The buffers in the form that the shape asks for, long enough for `rows` rows. With `pack`, integers that the shape
    /// has narrow are packed here, for several functions to read; else the one function packs a step when it reads it.
    pub fn new(prepared: &Prepared, shape: &Shape, input: u32, rows: usize, pack: bool) -> Column {
        let bytes = rows.div_ceil(8);
        let all = || Buffer::from(vec![0xffu8; bytes]);
        let nothing =
            || Column { values: Buffer::from(vec![0u8; rows * 8]), known: Buffer::from(vec![0; bytes]), width: 64 };
        let array = match &prepared.found {
            Found::Array(array) if array.len() >= rows => array,
            Found::Bytes(values) => {
                return Column { values: values.clone(), known: Buffer::from(Vec::<u8>::new()), width: 8 };
            }
            Found::Array(_) | Found::Nothing => return nothing(),
        };
        let known = match array.logical_nulls().filter(|n| n.null_count() > 0) {
            Some(nulls) => from_bit_0(nulls.inner(), rows),
            None if shape.nullable(input) => all(),
            None => Buffer::from(Vec::<u8>::new()),
        };
        if prepared.width > shape.width(input) {
            return nothing();
        }
        let any = array.as_any();
        let (values, width) = match prepared.kind {
            Kind::Bits => match any.downcast_ref::<BooleanArray>() {
                Some(bools) => (from_bit_0(bools.values(), rows), 1),
                None => return nothing(),
            },
            Kind::Ints => match any.downcast_ref::<Int64Array>() {
                Some(ints) => match shape.width(input) {
                    Width::Small if pack => (packed(ints, |n| n as i16), 16),
                    Width::Half if pack => (packed(ints, |n| n as i32), 32),
                    Width::Small | Width::Half | Width::Wide => (ints.values().inner().clone(), 64),
                },
                None => return nothing(),
            },
            Kind::Numbers => match any.downcast_ref::<Float64Array>() {
                Some(numbers) => (numbers.values().inner().clone(), 64),
                None => return nothing(),
            },
            // Only whether they are known is read.
            Kind::Known | Kind::Bytes => (Buffer::from(Vec::<u8>::new()), 0),
        };
        Column { values, known, width }
    }

    pub fn pointers(&self) -> [*const u8; 2] {
        [self.values.as_ptr(), self.known.as_ptr()]
    }

    /// The rows from `start`, a multiple of eight, as one step.
    pub fn last_step(&self, start: usize, rows: usize) -> Column {
        let copy = |buffer: &Buffer, width: usize| {
            let (from, to) = (start * width / 8, (rows * width).div_ceil(8));
            let mut step = vec![0u8; ROWS * width / 8];
            for (slot, byte) in step.iter_mut().zip(buffer.get(from..to.min(buffer.len())).unwrap_or_default()) {
                *slot = *byte;
            }
            Buffer::from(step)
        };
        Column { values: copy(&self.values, self.width), known: copy(&self.known, 1), width: self.width }
    }
}

/// The bits that hold every value. Without a way out in a block, so that it is done many at a time.
fn width(values: &[i64]) -> Width {
    let beyond = |block: &[i64], half: i64| block.iter().fold(0u64, |bits, n| bits | n.wrapping_add(half) as u64);
    let mut width = Width::Small;
    for block in values.chunks(1_024) {
        if width == Width::Small && beyond(block, 1 << 15) >> 16 != 0 {
            width = Width::Half;
        }
        if width == Width::Half && beyond(block, 1 << 31) >> 32 != 0 {
            return Width::Wide;
        }
    }
    width
}

/// Integers in fewer bits, which hold them.
fn packed<T: arrow_buffer::ArrowNativeType>(array: &Int64Array, pack: impl Fn(i64) -> T) -> Buffer {
    Buffer::from_vec(array.values().iter().map(|n| pack(*n)).collect::<Vec<T>>())
}

/// The bits from bit 0 of the buffer on: slices of arrays may begin inside a byte.
fn from_bit_0(bits: &BooleanBuffer, rows: usize) -> Buffer {
    let buffer = bits.sliced();
    if buffer.len() >= rows.div_ceil(8) { buffer } else { Buffer::from(vec![0u8; rows.div_ceil(8)]) }
}
