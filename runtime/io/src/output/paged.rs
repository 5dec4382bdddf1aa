//! A column of a Parquet file, page by page: the common types with less work than an encoder for all types has.

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal64Type, DurationMicrosecondType, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef};
use arrow_buffer::{BooleanBufferBuilder, NullBuffer};
use arrow_schema::{DataType, TimeUnit};
use chunk::Page;
use codes::{put_codes, put_levels};
use dictionary::IntDictionary;
use parquet::basic::{Encoding, Type};
use parquet::errors::ParquetError;
use parquet::schema::types::ColumnDescPtr;
use words::Words;

mod chunk;
mod codec;
mod codes;
mod dictionary;
#[cfg(test)]
mod tests;
mod words;

pub(super) use chunk::ColumnChunk;
pub(super) use codec::Codec;

/// Rows of a page.
const PAGE_ROWS: usize = 1 << 15;

/// The pages of a column in one row group.
pub(super) struct PagedColumn {
    column: ColumnDescPtr,
    values: Values,
    /// Which rows of the page that is being filled have a value.
    valid: BooleanBufferBuilder,
    missing: usize,
    pages: Vec<Page>,
    /// Bytes of the pages.
    size: usize,
}

/// The values of the page that is being filled; missing rows have none.
enum Values {
    Ints(Ints),
    Words(Box<Words>),
    Bools { bits: BooleanBufferBuilder, any: [bool; 2] },
}

/// The smallest and the largest value of a page.
type Edges = Option<(Vec<u8>, Vec<u8>)>;

#[derive(Default)]
struct Ints {
    dictionary: Option<IntDictionary>,
    /// The page has codes of the dictionary; else every value stands there itself.
    coded: bool,
    codes: Vec<u32>,
    plain: Vec<u8>,
    edges: Option<(i64, i64)>,
}

impl PagedColumn {
    /// For a column of this type; `None` if it is left to the encoder for all types. `repeats`: the same values come
    /// again and again.
    pub(super) fn new(column: &ColumnDescPtr, ty: &DataType, repeats: bool) -> Option<PagedColumn> {
        if column.max_rep_level() != 0 || column.max_def_level() != 1 {
            return None;
        }
        let values = match (ty, column.physical_type()) {
            (
                DataType::Int64
                | DataType::Timestamp(TimeUnit::Microsecond, _)
                | DataType::Duration(TimeUnit::Microsecond)
                | DataType::Decimal64(..),
                Type::INT64,
            ) => Values::Ints(Ints {
                dictionary: repeats.then(IntDictionary::default),
                coded: repeats,
                ..Ints::default()
            }),
            (DataType::Boolean, Type::BOOLEAN) => Values::Bools { bits: BooleanBufferBuilder::new(0), any: [false; 2] },
            (DataType::Dictionary(keys, texts), Type::BYTE_ARRAY)
                if **keys == DataType::Int32 && **texts == DataType::Utf8 =>
            {
                Values::Words(Box::default())
            }
            _ => return None,
        };
        let valid = BooleanBufferBuilder::new(PAGE_ROWS);
        Some(PagedColumn { column: column.clone(), values, valid, missing: 0, pages: Vec::new(), size: 0 })
    }

    /// Bytes of what was added so far.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Adds rows.
    ///
    /// # Errors
    /// If the array is of another type, which is a defect of ours, or a page cannot be compressed.
    pub(super) fn add(&mut self, array: &ArrayRef, codec: &mut Codec) -> Result<(), ParquetError> {
        let mut at = 0;
        while at < array.len() {
            let rows = (PAGE_ROWS - self.valid.len()).min(array.len() - at);
            self.fill(&array.slice(at, rows))?;
            if self.valid.len() >= PAGE_ROWS {
                self.end_page(codec)?;
            }
            at += rows;
        }
        Ok(())
    }

    fn fill(&mut self, array: &ArrayRef) -> Result<(), ParquetError> {
        let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
        match &mut self.values {
            Values::Ints(ints) => ints.fill(ints_of(array).ok_or_else(other_type)?, nulls.as_ref()),
            Values::Words(words) => words.fill(array, nulls.as_ref()).ok_or_else(other_type)?,
            Values::Bools { bits, any } => {
                let bools = array.as_boolean_opt().ok_or_else(other_type)?;
                let values = bools.values();
                match &nulls {
                    None => bits.append_buffer(values),
                    Some(nulls) => nulls.valid_indices().for_each(|row| bits.append(values.value(row))),
                }
                let (known, yes) = (bools.len() - bools.null_count(), bools.true_count());
                *any = [any[0] | (yes < known), any[1] | (yes > 0)];
            }
        }
        match &nulls {
            None => self.valid.append_n(array.len(), true),
            Some(nulls) => self.valid.append_buffer(nulls.inner()),
        }
        self.missing += nulls.map_or(0, |nulls| nulls.null_count());
        Ok(())
    }

    fn end_page(&mut self, codec: &mut Codec) -> Result<(), ParquetError> {
        let mut bytes = Vec::new();
        put_levels(&self.valid, self.missing, &mut bytes);
        let (encoding, edges) = match &mut self.values {
            Values::Ints(ints) => ints.end_page(&mut bytes),
            Values::Words(words) => words.end_page(&mut bytes),
            Values::Bools { bits, any } => {
                bytes.extend_from_slice(bits.as_slice());
                *bits = BooleanBufferBuilder::new(0);
                let [no, yes] = std::mem::take(any);
                (Encoding::PLAIN, (no || yes).then(|| (vec![u8::from(!no)], vec![u8::from(yes)])))
            }
        };
        let page = Page::new(&bytes, encoding, (self.valid.len(), self.missing), edges, codec)?;
        self.size += page.size();
        self.pages.push(page);
        self.valid.truncate(0);
        self.missing = 0;
        Ok(())
    }

    /// All pages, as they stand in the file.
    ///
    /// # Errors
    /// If a page cannot be compressed or written.
    pub(super) fn finish(mut self, codec: &mut Codec) -> Result<ColumnChunk, ParquetError> {
        if !self.valid.is_empty() {
            self.end_page(codec)?;
        }
        let dictionary = match &self.values {
            Values::Ints(ints) => ints.dictionary.as_ref().map(|entries| (entries.bytes(), entries.len())),
            Values::Words(words) => Some(words.dictionary()),
            Values::Bools { .. } => None,
        };
        ColumnChunk::new(&self.column, &self.pages, dictionary, codec)
    }
}

impl Ints {
    fn fill(&mut self, values: &[i64], nulls: Option<&NullBuffer>) {
        let known: Vec<i64>;
        let values = match nulls {
            None => values,
            Some(nulls) => {
                known = nulls.valid_indices().filter_map(|row| values.get(row).copied()).collect();
                &known
            }
        };
        let edges = values.iter().fold((i64::MAX, i64::MIN), |(low, high), n| (low.min(*n), high.max(*n)));
        if !values.is_empty() {
            let (low, high) = self.edges.unwrap_or(edges);
            self.edges = Some((low.min(edges.0), high.max(edges.1)));
        }
        match self.dictionary.as_mut().filter(|_| self.coded) {
            Some(entries) => self.codes.extend(values.iter().map(|n| entries.code(*n))),
            None => put_ints(values, &mut self.plain),
        }
    }

    fn end_page(&mut self, bytes: &mut Vec<u8>) -> (Encoding, Edges) {
        let edges = self.edges.take().map(|(low, high)| (low.to_le_bytes().to_vec(), high.to_le_bytes().to_vec()));
        let encoding = match self.dictionary.as_ref().filter(|_| self.coded) {
            Some(entries) => {
                put_codes(&self.codes, entries.len(), bytes);
                Encoding::RLE_DICTIONARY
            }
            None => {
                bytes.extend_from_slice(&self.plain);
                Encoding::PLAIN
            }
        };
        self.coded = self.dictionary.as_ref().is_some_and(|entries| !entries.is_full());
        self.codes.clear();
        self.plain.clear();
        (encoding, edges)
    }
}

/// Adds whole numbers as they stand in a page.
fn put_ints(values: &[i64], into: &mut Vec<u8>) {
    let start = into.len();
    into.resize(start + size_of_val(values), 0);
    let places = into.get_mut(start..).unwrap_or(&mut []).as_chunks_mut::<8>().0;
    places.iter_mut().zip(values).for_each(|(place, value)| *place = value.to_le_bytes());
}

/// The values of a column of whole numbers of 64 bits, whatever they count.
fn ints_of(array: &ArrayRef) -> Option<&[i64]> {
    Some(match array.data_type() {
        DataType::Int64 => array.as_primitive_opt::<Int64Type>()?.values(),
        DataType::Timestamp(..) => array.as_primitive_opt::<TimestampMicrosecondType>()?.values(),
        DataType::Duration(..) => array.as_primitive_opt::<DurationMicrosecondType>()?.values(),
        DataType::Decimal64(..) => array.as_primitive_opt::<Decimal64Type>()?.values(),
        _ => return None,
    })
}

fn other_type() -> ParquetError {
    ParquetError::General("the column is of another type".to_owned())
}
