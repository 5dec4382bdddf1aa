//! Decoded rows as chunks: column by column if all cells are good, else row by row.

use crate::cell::Cell;
use crate::columns::Bound;
use crate::error::{IoError, reading};
use crate::intake::whole::Memo;
use crate::limits;
use crate::reader::{Chunk, RowIntake, defect};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, DataType, SchemaRef};
use arrow_select::filter::filter_record_batch;
use revplay_runtime::cells::TypedColumn;
use std::sync::{Arc, Mutex};

/// Rows that are decoded.
#[derive(Debug)]
pub(crate) struct BatchBlock {
    pub(super) batch: RecordBatch,
    /// Rows of the file before them.
    pub(super) before: u64,
}

/// Makes chunks of decoded rows. What a chunk holds depends on its rows alone.
pub(crate) struct BatchParser {
    pub(super) path: String,
    /// Roots that were read, ascending.
    pub(super) wanted: Vec<usize>,
    /// The columns as the file states them, if they are kept.
    pub(super) kept: Option<SchemaRef>,
    pub(super) rows: RowIntake,
    /// What is remembered of each bound column, by whoever is not at work.
    pub(super) memos: Mutex<Vec<Vec<Memo>>>,
}

impl BatchParser {
    /// The rows of a block.
    ///
    /// # Errors
    /// E0610 for a cell that is too large.
    pub(crate) fn parse(&self, block: &BatchBlock) -> Result<Chunk, IoError> {
        let mut intake = self.rows.at(block.before);
        let batch = &block.batch;
        if let Some(columns) = self.whole(batch) {
            let kept = self.kept.as_ref().map(|schema| self.as_stored(schema, batch)).transpose()?;
            return Ok(intake.finish_whole(batch.num_rows(), columns, kept));
        }
        let columns = self.cells(batch)?;
        let mut good = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            self.take_row(&columns, row, block.before, &mut intake)?;
            good.push(intake.end());
        }
        let kept = match &self.kept {
            Some(schema) => {
                let good = filter_record_batch(batch, &BooleanArray::from(good)).map_err(|e| defect(&self.path, &e))?;
                Some(self.as_stored(schema, &good)?)
            }
            None => None,
        };
        intake.finish(kept)
    }

    /// The bound columns, if all their cells are good. Else they are taken row by row, for the rejects.
    fn whole(&self, batch: &RecordBatch) -> Option<Vec<ArrayRef>> {
        let mut memos = self.memos.lock().ok().and_then(|mut free| free.pop()).unwrap_or_default();
        memos.resize_with(self.rows.bound.len(), Memo::default);
        let columns = self.rows.bound.iter().zip(&mut memos).map(|(bound, memo)| match self.place(bound) {
            Some(place) => bound.intake.take_whole(batch.columns().get(place)?, memo),
            None => bound.intake.take_absent(batch.num_rows()),
        });
        let columns = columns.collect();
        if let Ok(mut free) = self.memos.lock() {
            free.push(memos);
        }
        columns
    }

    /// The bound columns, cell by cell.
    fn cells(&self, batch: &RecordBatch) -> Result<Vec<Option<TypedColumn>>, IoError> {
        let columns = self.rows.bound.iter().map(|bound| match self.place(bound) {
            Some(place) => TypedColumn::new(batch.column(place).as_ref()).map(Some),
            None => Ok(None),
        });
        columns.collect::<Result<Vec<_>, ArrowError>>().map_err(|e| defect(&self.path, &e))
    }

    /// Takes the cells of a row, without ending it.
    fn take_row(
        &self,
        columns: &[Option<TypedColumn>],
        row: usize,
        before: u64,
        intake: &mut RowIntake,
    ) -> Result<(), IoError> {
        intake.begin(None);
        for (index, column) in columns.iter().enumerate() {
            let given = column.as_ref().map(|column| column.get(row));
            if let Some(Cell::Text(text)) = given
                && text.len() > limits::CELL_BYTES
            {
                return Err(reading::cell_too_large(&self.path, &format!("row {}", before + row as u64 + 1)));
            }
            intake.take(index, given);
        }
        Ok(())
    }

    /// Where the column of a field stands among those that are read.
    fn place(&self, bound: &Bound) -> Option<usize> {
        let source = bound.source?;
        self.wanted.iter().position(|wanted| *wanted == source)
    }

    /// Kept columns in the types that the file states.
    fn as_stored(&self, schema: &SchemaRef, batch: &RecordBatch) -> Result<RecordBatch, IoError> {
        let stored = schema.fields().iter().zip(batch.columns());
        let columns = stored.map(|(field, column)| match field.data_type() == column.data_type() {
            true => Ok(column.clone()),
            false => arrow_cast::cast(column, field.data_type()),
        });
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        columns
            .collect::<Result<Vec<_>, _>>()
            .and_then(|columns| RecordBatch::try_new_with_options(schema.clone(), columns, &options))
            .map_err(|e| defect(&self.path, &e))
    }
}

/// The longest text of the dictionary that a column had last: many batches share one.
#[derive(Default)]
pub(super) struct Longest(Vec<Option<(ArrayRef, usize)>>);

impl Longest {
    fn of(&mut self, index: usize, values: &ArrayRef) -> Option<usize> {
        self.0.resize(self.0.len().max(index + 1), None);
        let last = self.0.get_mut(index)?;
        if let Some((same, longest)) = last
            && Arc::ptr_eq(same, values)
        {
            return Some(*longest);
        }
        let texts = values.as_string_opt::<i32>()?;
        let lengths = texts.value_offsets().windows(2).filter_map(|pair| pair.last()?.checked_sub(*pair.first()?));
        let longest = lengths.max().and_then(|longest| usize::try_from(longest).ok()).unwrap_or(0);
        *last = Some((values.clone(), longest));
        Some(longest)
    }
}

/// How many of the first rows fit a chunk by the size of their texts ([`limits::CHUNK_BYTES`]); at least one.
pub(super) fn fitting(batch: &RecordBatch, longest: &mut Longest) -> usize {
    let rows = batch.num_rows();
    let mut most = 0_usize;
    for (index, column) in batch.columns().iter().enumerate() {
        let dictionary = column.as_any_dictionary_opt();
        let longest = dictionary.and_then(|dictionary| longest.of(index, dictionary.values()));
        most = most.saturating_add(match longest {
            Some(longest) => longest.saturating_mul(rows),
            None => most_bytes(column),
        });
    }
    if most <= limits::CHUNK_BYTES {
        return rows;
    }
    // Columns without cells, like lists, are as large as they are.
    let columns: Vec<TypedColumn> = batch.columns().iter().filter_map(|c| TypedColumn::new(c.as_ref()).ok()).collect();
    let size = |row: usize| -> usize {
        let cell = |column: &TypedColumn| match column.get(row) {
            Cell::Text(text) => text.len(),
            Cell::NotText(bytes) => bytes.len(),
            Cell::Missing
            | Cell::Bool(_)
            | Cell::Int(_)
            | Cell::HugeInt(_)
            | Cell::Number(_)
            | Cell::Single(_)
            | Cell::Decimal { .. }
            | Cell::WideDecimal { .. }
            | Cell::Date(_)
            | Cell::Instant(_)
            | Cell::LocalTime(_)
            | Cell::Duration(_)
            | Cell::BeyondTime => 0,
        };
        columns.iter().map(cell).sum()
    };
    let mut bytes = 0_usize;
    let fits = (0..rows).take_while(|row| {
        bytes = bytes.saturating_add(size(*row));
        bytes <= limits::CHUNK_BYTES
    });
    fits.count().max(1).min(rows)
}

/// No fewer bytes than the texts of a column have.
fn most_bytes(column: &ArrayRef) -> usize {
    if let Some(dictionary) = column.as_any_dictionary_opt() {
        return most_bytes(dictionary.values()).saturating_mul(column.len());
    }
    let between = |first: i64, last: i64| usize::try_from(last - first).unwrap_or(usize::MAX);
    let narrow = |offsets: &[i32]| match offsets {
        [first, .., last] => between(i64::from(*first), i64::from(*last)),
        _ => 0,
    };
    let wide = |offsets: &[i64]| match offsets {
        [first, .., last] => between(*first, *last),
        _ => 0,
    };
    match column.data_type() {
        DataType::Utf8 => narrow(column.as_string::<i32>().value_offsets()),
        DataType::Binary => narrow(column.as_binary::<i32>().value_offsets()),
        DataType::LargeUtf8 => wide(column.as_string::<i64>().value_offsets()),
        DataType::LargeBinary => wide(column.as_binary::<i64>().value_offsets()),
        // The lower half of a view is its length.
        DataType::Utf8View => column.as_string_view().views().iter().map(|view| *view as u32 as usize).sum(),
        DataType::BinaryView => column.as_binary_view().views().iter().map(|view| *view as u32 as usize).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::types::Int32Type;
    use arrow_array::{DictionaryArray, Int32Array, LargeStringArray, StringArray, StringViewArray};

    #[test]
    fn e3_a_few_large_texts_do_not_multiply() {
        let large = "x".repeat(limits::CHUNK_BYTES / 4);
        let texts = || std::iter::repeat_n(large.as_str(), 10);
        let coded = DictionaryArray::<Int32Type>::new(
            Int32Array::from(vec![1; 10]),
            Arc::new(StringArray::from(vec!["small", large.as_str()])),
        );
        let small = DictionaryArray::<Int32Type>::new(
            Int32Array::from(vec![0; 10]),
            Arc::new(StringArray::from(vec!["small", large.as_str()])),
        );
        let columns: [(ArrayRef, usize); 5] = [
            (Arc::new(StringArray::from_iter_values(texts())), 4),
            (Arc::new(LargeStringArray::from_iter_values(texts())), 4),
            (Arc::new(StringViewArray::from_iter_values(texts())), 4),
            (Arc::new(coded), 4),
            (Arc::new(small), 10),
        ];
        for (column, rows) in columns {
            let batch = RecordBatch::try_from_iter([("t", column)]).unwrap();
            assert_eq!(fitting(&batch, &mut Longest::default()), rows, "{}", batch.schema());
            assert_eq!(fitting(&batch.slice(8, 2), &mut Longest::default()), 2);
        }
        let one = StringArray::from(vec!["x".repeat(limits::CHUNK_BYTES + 1)]);
        let one = RecordBatch::try_from_iter([("t", Arc::new(one) as ArrayRef)]).unwrap();
        assert_eq!(fitting(&one, &mut Longest::default()), 1);
    }
}
