//! Whether the values of a column repeat.

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal64Type, Float64Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use std::collections::BTreeSet;

/// Values that are looked at, and as few as say nothing.
const SAMPLE: usize = 4096;
const FEWEST: usize = 1000;

/// Whether nearly every one of the first values stands there once: keys, amounts, times to the microsecond. Types
/// other than texts and those of 64 bits count as repeating.
pub(super) fn mostly_distinct(array: &ArrayRef) -> bool {
    let (seen, distinct) = match array.data_type() {
        DataType::Utf8 => count(array.as_string::<i32>().iter().flatten()),
        DataType::Float64 => count(array.as_primitive::<Float64Type>().iter().flatten().map(f64::to_bits)),
        DataType::Int64 => count(array.as_primitive::<Int64Type>().iter().flatten()),
        DataType::Decimal64(..) => count(array.as_primitive::<Decimal64Type>().iter().flatten()),
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            count(array.as_primitive::<TimestampMicrosecondType>().iter().flatten())
        }
        _ => (0, 0),
    };
    seen >= FEWEST && distinct * 20 >= seen * 19
}

fn count<T: Ord>(values: impl Iterator<Item = T>) -> (usize, usize) {
    let values: Vec<T> = values.take(SAMPLE).collect();
    let seen = values.len();
    (seen, values.into_iter().collect::<BTreeSet<T>>().len())
}
