//! Keys of linked rows and the numbers by which everything else knows them.
//!
//! Looking up is done in blocks: the loads of one step do not hang on each other, so that the processor waits for
//! several of them at a time.

use super::slots::Slots;
use arrow_array::{Array, StringArray};
use arrow_buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use foldhash::fast::FixedState;
use std::hash::BuildHasher;
use std::sync::OnceLock;

/// No key, or one that is not known.
pub(crate) const NONE: u32 = u32::MAX;

/// Keys that are looked up in one go.
const BLOCK: usize = 64;
/// Integers in a span of so many per key are numbered by place instead of by hash.
const SPAN_PER_KEY: u64 = 8;

/// Offsets in Arrow's texts have 32 bits.
const TOO_LONG: &str = "the texts of a column take less than 2 GB";

/// Which slot a key falls into is not seen outside, so a fixed seed does no harm to results.
fn hasher() -> FixedState {
    FixedState::with_seed(0x11c5)
}

/// Texts, numbered in the order in which they come, while more may come.
#[derive(Debug)]
pub(crate) struct TextNumbers {
    slots: Slots,
    bytes: Vec<u8>,
    /// Where each text starts, and the end of the last.
    starts: Vec<i32>,
    hasher: FixedState,
    /// The number of the text before: rows of one key often come together.
    last: u32,
}

impl TextNumbers {
    pub(crate) fn new() -> TextNumbers {
        TextNumbers { slots: Slots::new(), bytes: Vec::new(), starts: vec![0], hasher: hasher(), last: NONE }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The number of a text, which is the next one if it is new.
    pub(crate) fn number(&mut self, text: &str) -> u32 {
        let hash = self.hasher.hash_one(text.as_bytes()) as u32;
        self.number_of(text.as_bytes(), hash)
    }

    /// The numbers of an array's texts; [`NONE`] where there is none.
    pub(crate) fn number_all(&mut self, array: &StringArray, each: impl FnMut(u32)) {
        let hasher = hasher();
        let hash_of = |_: usize, text: &[u8]| hasher.hash_one(text) as u32;
        match array.nulls() {
            None => self.number_each(array.len(), |row| Some(array.value(row).as_bytes()), hash_of, each),
            Some(nulls) => {
                let text = |row: usize| nulls.is_valid(row).then(|| array.value(row).as_bytes());
                self.number_each(array.len(), text, hash_of, each);
            }
        }
    }

    /// The same of so many texts, whose hashes may be known already.
    pub(super) fn number_each<'a>(
        &mut self,
        count: usize,
        text: impl Fn(usize) -> Option<&'a [u8]>,
        hash_of: impl Fn(usize, &[u8]) -> u32,
        mut each: impl FnMut(u32),
    ) {
        let mut texts: [Option<&[u8]>; BLOCK] = [None; BLOCK];
        let mut hashes = [0u32; BLOCK];
        let mut slots = [0u64; BLOCK];
        let mut spans = [(0i32, 0i32); BLOCK];
        let mut touched = 0u8;
        for from in (0..count).step_by(BLOCK) {
            let rows = BLOCK.min(count - from);
            for (i, slot) in texts.iter_mut().enumerate().take(rows) {
                *slot = text(from + i);
            }
            // The texts come near before they are looked at, one after the other.
            for text in texts.iter().take(rows).flatten() {
                touched ^= text.first().copied().unwrap_or(0);
            }
            for (i, (hash, text)) in hashes.iter_mut().zip(&texts).enumerate().take(rows) {
                *hash = hash_of(from + i, text.unwrap_or_default());
            }
            for (slot, hash) in slots.iter_mut().zip(&hashes).take(rows) {
                *slot = self.slots.like(*hash);
            }
            for (span, slot) in spans.iter_mut().zip(&slots).take(rows) {
                *span = self.span(slot_number(*slot));
            }
            // So do those that they are compared with.
            for (start, _) in spans.iter().take(rows) {
                touched ^= usize::try_from(*start).ok().and_then(|start| self.bytes.get(start)).copied().unwrap_or(0);
            }
            std::hint::black_box(touched);
            for (text, ((hash, slot), span)) in texts.iter().zip(hashes.iter().zip(&slots).zip(&spans)).take(rows) {
                let Some(text) = text else {
                    each(NONE);
                    continue;
                };
                let found = (slot >> 32) as u32 == *hash && self.is(*span, text);
                each(if found { slot_number(*slot) } else { self.number_of(text, *hash) });
            }
        }
    }

    fn number_of(&mut self, text: &[u8], hash: u32) -> u32 {
        if self.last != NONE && self.is(self.span(self.last), text) {
            return self.last;
        }
        self.last = match self.slots.find(hash, |number| self.is(self.span(number), text)) {
            Some(number) => number,
            None => {
                let number = self.len() as u32;
                self.bytes.extend_from_slice(text);
                self.starts.push(i32::try_from(self.bytes.len()).expect(TOO_LONG));
                self.slots.add(hash, number);
                number
            }
        };
        self.last
    }

    fn span(&self, number: u32) -> (i32, i32) {
        let at = number as usize;
        match (self.starts.get(at), at.checked_add(1).and_then(|next| self.starts.get(next))) {
            (Some(start), Some(end)) => (*start, *end),
            _ => (-1, -1),
        }
    }

    #[inline]
    fn is(&self, span: (i32, i32), text: &[u8]) -> bool {
        self.bytes_of(span).is_some_and(|bytes| same(bytes, text))
    }

    fn bytes_of(&self, (start, end): (i32, i32)) -> Option<&[u8]> {
        self.bytes.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
    }

    /// The texts, by number, and the means to find them.
    pub(crate) fn finish(self) -> TextKeys {
        let mut keys = TextGroups::new(0);
        keys.add(self);
        keys.end()
    }
}

/// By which a text is found.
pub(super) fn hash_of(text: &[u8]) -> u32 {
    hasher().hash_one(text) as u32
}

/// The group of a text among `1 << bits` groups: what is above the bits by which slots are found.
pub(super) fn group(hash: u32, bits: u32) -> usize {
    (u64::from(hash) >> (u32::BITS - bits)) as usize
}

/// Whether two texts are the same: those of usual keys in a few loads.
#[inline]
fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let (Some((first, _)), Some((other_first, _))) = (a.split_first_chunk::<8>(), b.split_first_chunk::<8>()) else {
        return a == b;
    };
    let (Some((_, last)), Some((_, other_last))) = (a.split_last_chunk::<8>(), b.split_last_chunk::<8>()) else {
        return a == b;
    };
    if first != other_first || last != other_last {
        return false;
    }
    match (a.get(8..16), b.get(8..16)) {
        _ if a.len() <= 16 => true,
        (Some(middle), Some(other)) if a.len() <= 24 => {
            <[u8; 8]>::try_from(middle).ok() == <[u8; 8]>::try_from(other).ok()
        }
        _ => a == b,
    }
}

fn slot_number(slot: u64) -> u32 {
    (slot as u32).wrapping_sub(1)
}

/// Texts by number.
#[derive(Debug)]
pub(crate) struct TextKeys {
    bytes: Buffer,
    /// Where each text starts, and the end of the last.
    starts: ScalarBuffer<i32>,
    /// By group: one after the other they have the numbers.
    slots: Vec<Slots>,
    group_bits: u32,
    hasher: FixedState,
    /// The same as an array: made when it is first asked for, as it is looked at whether they are texts.
    texts: OnceLock<StringArray>,
}

/// Texts by number, group by group.
pub(super) struct TextGroups {
    bytes: Vec<u8>,
    starts: Vec<i32>,
    slots: Vec<Slots>,
    group_bits: u32,
}

impl TextGroups {
    /// No texts yet, of `1 << group_bits` groups.
    pub(super) fn new(group_bits: u32) -> TextGroups {
        TextGroups { bytes: Vec::new(), starts: vec![0], slots: Vec::new(), group_bits }
    }

    /// Adds the texts of the next group.
    pub(super) fn add(&mut self, mut group: TextNumbers) {
        if self.starts.len() == 1 {
            (self.bytes, self.starts) = (group.bytes, group.starts);
            self.slots.push(group.slots);
            return;
        }
        group.slots.count_from(self.starts.len() - 1);
        self.slots.push(group.slots);
        let before = self.bytes.len();
        self.bytes.extend_from_slice(&group.bytes);
        let start = |start: &i32| i32::try_from(*start as usize + before).expect(TOO_LONG);
        self.starts.extend(group.starts.iter().skip(1).map(start));
    }

    /// After the last group.
    pub(super) fn end(self) -> TextKeys {
        TextKeys {
            bytes: Buffer::from_vec(self.bytes),
            starts: ScalarBuffer::from(self.starts),
            slots: self.slots,
            group_bits: self.group_bits,
            hasher: hasher(),
            texts: OnceLock::new(),
        }
    }
}

impl TextKeys {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The texts in order of their numbers.
    pub(crate) fn texts(&self) -> &StringArray {
        self.texts.get_or_init(|| {
            let offsets = OffsetBuffer::new(self.starts.clone());
            let texts = StringArray::try_new(offsets, self.bytes.clone(), None);
            // What came in were texts.
            texts.unwrap_or_else(|_| StringArray::from(Vec::<&str>::new()))
        })
    }

    /// The number of a text.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        self.find_hashed(self.hasher.hash_one(text.as_bytes()) as u32, text.as_bytes())
    }

    fn find_hashed(&self, hash: u32, text: &[u8]) -> Option<u32> {
        self.slots.get(group(hash, self.group_bits))?.find(hash, |number| self.is(number, text))
    }

    #[inline]
    fn is(&self, number: u32, text: &[u8]) -> bool {
        let at = number as usize;
        let (Some(start), Some(end)) = (self.starts.get(at), self.starts.get(at.wrapping_add(1))) else { return false };
        self.bytes.get(*start as usize..*end as usize).is_some_and(|bytes| same(bytes, text))
    }

    /// The numbers of an array's texts; [`NONE`] where there is none or it is not known.
    pub(crate) fn find_all(&self, array: &StringArray) -> Vec<u32> {
        let mut out = vec![NONE; array.len()];
        let mut next = 0;
        for (block, found) in out.chunks_mut(BLOCK).enumerate() {
            let from = block * BLOCK;
            let text = |i: usize| array.value(from + i).as_bytes();
            // Two files are often in one order: then each text is the one after that of the row before.
            let mut rest = [0usize; BLOCK];
            let (mut left, mut followed) = (0, 0);
            for (i, number) in found.iter_mut().enumerate() {
                if array.is_null(from + i) {
                    continue;
                }
                if self.is(next, text(i)) {
                    (*number, next, followed) = (next, next + 1, i);
                } else if let Some(slot) = rest.get_mut(left) {
                    (*slot, left) = (i, left + 1);
                }
            }
            self.search(rest.get(..left).unwrap_or_default(), text, |i, number| {
                if let Some(found) = found.get_mut(i) {
                    *found = number;
                }
                if number != NONE && i >= followed {
                    next = number + 1;
                }
            });
        }
        out
    }

    /// The numbers of some texts of a block by their hashes.
    fn search<'a>(&self, wanted: &[usize], text: impl Fn(usize) -> &'a [u8], mut each: impl FnMut(usize, u32)) {
        let mut hashes = [0u32; BLOCK];
        let mut slots = [0u64; BLOCK];
        let mut starts = [0i32; BLOCK];
        let mut touched = 0u8;
        for (hash, i) in hashes.iter_mut().zip(wanted) {
            *hash = self.hasher.hash_one(text(*i)) as u32;
        }
        for ((slot, hash), _) in slots.iter_mut().zip(&hashes).zip(wanted) {
            *slot = self.slots.get(group(*hash, self.group_bits)).map_or(0, |slots| slots.like(*hash));
        }
        // The loads of one step do not wait for each other; the texts come near before they are compared.
        for ((start, slot), _) in starts.iter_mut().zip(&slots).zip(wanted) {
            *start = self.starts.get(slot_number(*slot) as usize).copied().unwrap_or(0);
        }
        for (start, _) in starts.iter().zip(wanted) {
            touched ^= usize::try_from(*start).ok().and_then(|start| self.bytes.get(start)).copied().unwrap_or(0);
        }
        std::hint::black_box(touched);
        for ((i, hash), slot) in wanted.iter().zip(&hashes).zip(&slots) {
            let guess = slot_number(*slot);
            let text = text(*i);
            let is_it = *slot != 0 && self.is(guess, text);
            each(*i, if is_it { guess } else { self.find_hashed(*hash, text).unwrap_or(NONE) });
        }
    }
}

/// Integers by number.
#[derive(Debug)]
pub(crate) enum IntKeys {
    /// The number of each integer from a first one on.
    Span(i64, Vec<u32>),
    /// By hash.
    Hashed(IntSlots, Vec<i64>),
}

/// The table of [`IntKeys::Hashed`].
#[derive(Debug)]
pub(crate) struct IntSlots(Slots);

fn int_hash(key: i64) -> u32 {
    let mixed = (key as u64 ^ (key as u64) >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as u32
}

impl IntKeys {
    /// Numbers integers in the order in which they come, and tells the number of each; [`NONE`] stays that.
    pub(crate) fn number(keys: impl Iterator<Item = Option<i64>> + Clone, mut each: impl FnMut(u32)) -> (IntKeys, u32) {
        let (mut least, mut greatest, mut count) = (i64::MAX, i64::MIN, 0u64);
        for key in keys.clone().flatten() {
            (least, greatest, count) = (least.min(key), greatest.max(key), count + 1);
        }
        let span = greatest.checked_sub(least).and_then(|span| u64::try_from(span).ok());
        let mut known = 0u32;
        if let Some(span) = span.filter(|span| *span < count.saturating_mul(SPAN_PER_KEY)) {
            let mut numbers = vec![NONE; span as usize + 1];
            for key in keys {
                let place = key.and_then(|key| numbers.get_mut(key.wrapping_sub(least) as usize));
                each(place.map_or(NONE, |number| {
                    if *number == NONE {
                        (*number, known) = (known, known + 1);
                    }
                    *number
                }));
            }
            return (IntKeys::Span(least, numbers), known);
        }
        let (mut slots, mut all) = (Slots::new(), Vec::new());
        for key in keys {
            let Some(key) = key else {
                each(NONE);
                continue;
            };
            let hash = int_hash(key);
            let found = slots.find(hash, |number| all.get(number as usize) == Some(&key));
            each(found.unwrap_or_else(|| {
                let number = all.len() as u32;
                all.push(key);
                slots.add(hash, number);
                number
            }));
        }
        let known = all.len() as u32;
        (IntKeys::Hashed(IntSlots(slots), all), known)
    }

    /// All integers by number.
    pub(crate) fn all(&self) -> Vec<i64> {
        match self {
            IntKeys::Span(least, numbers) => {
                let keys = (*least..).zip(numbers).filter(|(_, number)| **number != NONE);
                let mut keys: Vec<(u32, i64)> = keys.map(|(key, number)| (*number, key)).collect();
                keys.sort_unstable();
                keys.into_iter().map(|(_, key)| key).collect()
            }
            IntKeys::Hashed(_, all) => all.clone(),
        }
    }

    /// The number of an integer.
    pub(crate) fn find(&self, key: i64) -> u32 {
        match self {
            IntKeys::Span(least, numbers) => {
                let place = key.checked_sub(*least).and_then(|place| usize::try_from(place).ok());
                place.and_then(|place| numbers.get(place)).copied().unwrap_or(NONE)
            }
            IntKeys::Hashed(slots, all) => {
                slots.0.find(int_hash(key), |number| all.get(number as usize) == Some(&key)).unwrap_or(NONE)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn texts() -> Vec<Option<String>> {
        let text = |i: usize| match i % 7 {
            0 => None,
            1 => Some(String::new()),
            2 => Some(format!("{}", i * 7919 % 1_000)),
            _ => Some(format!("{}{}", "a".repeat(i % 40), i % 3_000)),
        };
        (0..20_000).map(text).collect()
    }

    #[test]
    fn texts_are_the_same_if_all_bytes_are() {
        for length in 0..40usize {
            let text: Vec<u8> = (0..length as u8).collect();
            assert!(same(&text, &text.clone()));
            assert!(!same(&text, &[text.as_slice(), b"x"].concat()));
            for at in 0..length {
                let mut other = text.clone();
                other[at] ^= 0x80;
                assert!(!same(&text, &other) && !same(&other, &text), "{length} {at}");
            }
        }
    }

    #[test]
    fn equal_texts_have_one_number_in_order_of_appearance() {
        let all = texts();
        let array: StringArray = all.iter().map(Option::as_deref).collect();
        let (mut numbers, mut got) = (TextNumbers::new(), Vec::new());
        // In unequal pieces, and one by one.
        numbers.number_all(&array.slice(0, 1), |n| got.push(n));
        numbers.number_all(&array.slice(1, 12_345), |n| got.push(n));
        for text in all.iter().skip(12_346) {
            got.push(text.as_ref().map_or(NONE, |t| numbers.number(t)));
        }
        let mut want: HashMap<&str, u32> = HashMap::new();
        for (text, number) in all.iter().zip(&got) {
            match text {
                None => assert_eq!(*number, NONE),
                Some(text) => {
                    let next = want.len() as u32;
                    assert_eq!(*want.entry(text).or_insert(next), *number);
                }
            }
        }
        let keys = numbers.finish();
        assert_eq!(keys.texts().len(), want.len());
        assert_eq!(keys.find_all(&array), got);
        let other: StringArray = (0..500).map(|i| Some(format!("other {i}"))).collect();
        assert!(keys.find_all(&other).iter().all(|n| *n == NONE));
        for (text, number) in want {
            assert_eq!(keys.find(text), Some(number));
        }
    }

    #[test]
    fn equal_integers_have_one_number_near_and_far() {
        for stretch in [1i64, 3, 1 << 40] {
            let all: Vec<Option<i64>> =
                (0..5_000i64).map(|i| (i % 11 != 0).then(|| (i * 7919 % 997 - 500) * stretch)).collect();
            let mut got = Vec::new();
            let (keys, known) = IntKeys::number(all.iter().copied(), |n| got.push(n));
            let mut want: HashMap<i64, u32> = HashMap::new();
            for (key, number) in all.iter().zip(&got) {
                let next = want.len() as u32;
                assert_eq!(key.map_or(NONE, |key| *want.entry(key).or_insert(next)), *number);
            }
            assert_eq!(known as usize, want.len());
            want.iter().for_each(|(key, number)| assert_eq!(keys.find(*key), *number));
            for key in [i64::MIN, i64::MAX, 501 * stretch, -501 * stretch] {
                assert_eq!(keys.find(key), NONE);
            }
        }
        let (keys, known) = IntKeys::number([Some(i64::MIN), Some(i64::MAX)].into_iter(), |_| ());
        assert_eq!((known, keys.find(i64::MIN), keys.find(i64::MAX), keys.find(0)), (2, 0, 1, NONE));
        assert_eq!(keys.all(), [i64::MIN, i64::MAX]);
        let (keys, known) = IntKeys::number([None].into_iter(), |n| assert_eq!(n, NONE));
        assert_eq!((known, keys.find(0)), (0, NONE));
    }
}
