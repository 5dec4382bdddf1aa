//! Rows put next to the others of their key, in two passes that write to few places at a time: first by groups of keys,
//! then by key.

use super::keys::NONE;
use crate::native::folds::taken;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int32Array, Int64Array, StringArray};
use arrow_buffer::{ArrowNativeType, BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};
use std::sync::Arc;

/// Groups of keys of the first pass, as a power of two: so many places are written to in turn.
const GROUP_BITS: u32 = 9;

/// A stable order of rows by the number of their key; rows without one come last.
pub(super) struct Order {
    /// The number of each row's key, in file order, and in the order after the first pass.
    numbers: Vec<u32>,
    grouped: Vec<u32>,
    /// A number's group is what is above so many bits.
    shift: u32,
    /// Where each group and each key starts.
    groups: Vec<u32>,
    keys: Vec<u32>,
}

impl Order {
    /// Of rows with these numbers below `known`, or [`NONE`]. `None` if that is the order they have.
    pub(super) fn of(mut numbers: Vec<u32>, known: u32) -> Option<Order> {
        if numbers.is_sorted() {
            return None;
        }
        numbers.iter_mut().filter(|number| **number == NONE).for_each(|number| *number = known);
        let shift = (u32::BITS - known.leading_zeros()).saturating_sub(GROUP_BITS);
        let groups = starts(numbers.iter().map(|number| number >> shift), (known >> shift) as usize + 1);
        let keys = starts(numbers.iter().copied(), known as usize + 1);
        let mut grouped = vec![0; numbers.len()];
        spread(numbers.iter().copied(), numbers.iter().map(|number| number >> shift), &groups, &mut grouped);
        Some(Order { numbers, grouped, shift, groups, keys })
    }

    /// Values of the rows, in this order.
    pub(super) fn values<T: Copy + Default>(&self, values: Vec<T>) -> Vec<T> {
        self.passes(values, &mut Vec::new(), |value| value, |value| value)
    }

    /// The two passes over values, which `scratch` holds in between; the result takes their own memory.
    fn passes<T: Copy, M: Copy + Default>(
        &self,
        mut values: Vec<T>,
        scratch: &mut Vec<M>,
        to: impl Fn(T) -> M,
        back: impl Fn(M) -> T,
    ) -> Vec<T> {
        scratch.resize(self.numbers.len(), M::default());
        let groups = self.numbers.iter().map(|number| number >> self.shift);
        spread(values.iter().map(|value| to(*value)), groups, &self.groups, scratch);
        spread(scratch.iter().map(|value| back(*value)), self.grouped.iter().copied(), &self.keys, &mut values);
        values
    }

    /// A column of the rows, in this order; `scratch` is used again.
    pub(super) fn column(&self, array: ArrayRef, scratch: &mut Vec<i64>) -> ArrayRef {
        let nulls = array.nulls().map(|nulls| NullBuffer::new(self.bits(nulls.inner())));
        let any = array.as_any();
        if let Some(ints) = any.downcast_ref::<Int64Array>().cloned() {
            drop(array);
            let values = self.passes(owned(ints.into_parts().1), scratch, |value| value, |value| value);
            return Arc::new(Int64Array::new(ScalarBuffer::from(values), nulls));
        }
        if let Some(nums) = any.downcast_ref::<Float64Array>().cloned() {
            drop(array);
            let (to, back) = (|value: f64| value.to_bits() as i64, |value: i64| f64::from_bits(value as u64));
            let values = self.passes(owned(nums.into_parts().1), scratch, to, back);
            return Arc::new(Float64Array::new(ScalarBuffer::from(values), nulls));
        }
        if let Some(bools) = any.downcast_ref::<BooleanArray>() {
            return Arc::new(BooleanArray::new(self.bits(bools.values()), nulls));
        }
        if let Some(coded) = any.downcast_ref::<DictionaryArray<Int32Type>>().cloned() {
            drop(array);
            let (keys, texts) = coded.into_parts();
            let keys = Int32Array::new(ScalarBuffer::from(self.values(owned(keys.into_parts().1))), nulls);
            // The keys are those that were there before.
            return match DictionaryArray::<Int32Type>::try_new(keys, texts) {
                Ok(array) => Arc::new(array),
                Err(_) => Arc::new(StringArray::new_null(self.numbers.len())),
            };
        }
        let rows: Vec<u32> = (0..array.len() as u32).collect();
        taken(&array, &self.values(rows))
    }

    fn bits(&self, bits: &BooleanBuffer) -> BooleanBuffer {
        let bytes = self.values(bits.iter().map(u8::from).collect::<Vec<u8>>());
        let words = bytes.chunks(64).map(|bits| bits.iter().rev().fold(0u64, |word, bit| word << 1 | u64::from(*bit)));
        BooleanBuffer::new(Buffer::from_vec(words.collect::<Vec<u64>>()), 0, bytes.len())
    }
}

/// Values to write to: their own memory, if nobody else looks at it.
fn owned<T: ArrowNativeType>(values: ScalarBuffer<T>) -> Vec<T> {
    values.into_inner().into_vec().unwrap_or_else(|shared| shared.typed_data::<T>().to_vec())
}

/// Where each place starts, if the rows go to these places.
fn starts(places: impl Iterator<Item = u32>, count: usize) -> Vec<u32> {
    let mut starts = vec![0; count + 1];
    for place in places {
        if let Some(next) = starts.get_mut(place as usize + 1) {
            *next += 1;
        }
    }
    let mut total = 0;
    for start in &mut starts {
        total += *start;
        *start = total;
    }
    starts
}

/// Puts values to their places, in order within a place.
fn spread<T>(values: impl Iterator<Item = T>, places: impl Iterator<Item = u32>, starts: &[u32], out: &mut [T]) {
    let mut next = starts.to_vec();
    for (value, place) in values.zip(places) {
        let Some(next) = next.get_mut(place as usize) else { continue };
        if let Some(slot) = out.get_mut(*next as usize) {
            *slot = value;
        }
        *next += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::text_at;

    #[test]
    fn l1_rows_of_a_key_stand_together_in_file_order() {
        for known in [1u32, 7, 600, 100_000] {
            let rows = 20_000u64;
            let number = |row: u64| {
                let mixed = (row + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
                if mixed.is_multiple_of(17) { NONE } else { (mixed % u64::from(known)) as u32 }
            };
            let numbers: Vec<u32> = (0..rows).map(number).collect();
            let mut want: Vec<u32> = (0..rows as u32).collect();
            want.sort_by_key(|row| numbers[*row as usize]);
            let order = Order::of(numbers, known).expect("they are not in order");
            let mut scratch = Vec::new();
            let all: Vec<u32> = (0..rows as u32).collect();
            assert_eq!(order.values(all), want);
            let ints: ArrayRef = Arc::new((0..rows as i64).map(|x| (x % 3 > 0).then_some(x)).collect::<Int64Array>());
            let bools: ArrayRef = Arc::new((0..rows).map(|x| Some(x % 5 == 0)).collect::<BooleanArray>());
            let texts: ArrayRef = Arc::new((0..rows).map(|x| Some(format!("{x}"))).collect::<StringArray>());
            let ints =
                order.column(ints, &mut scratch).as_any().downcast_ref::<Int64Array>().expect("integers").clone();
            let bools =
                order.column(bools, &mut scratch).as_any().downcast_ref::<BooleanArray>().expect("bools").clone();
            let texts = order.column(texts, &mut scratch);
            for (row, from) in want.iter().enumerate() {
                assert_eq!(
                    (ints.is_valid(row), ints.value(row)),
                    (from % 3 > 0, if from % 3 > 0 { *from as i64 } else { 0 })
                );
                assert_eq!(bools.value(row), from % 5 == 0);
                assert_eq!(text_at(texts.as_ref(), row), Some(format!("{from}").as_str()));
            }
        }
        assert!(Order::of(vec![0, 0, 1, 4, NONE], 5).is_none());
    }
}
