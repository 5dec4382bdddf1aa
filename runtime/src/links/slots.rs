//! A hash table of numbers, which grows in parts.

/// Slots of an empty part; a power of two.
const SLOTS_MIN: usize = 64;
/// A table of so many slots comes in parts: each grows for itself, near to the processor, and nobody waits for a large
/// table to be laid out anew.
const PARTED_SLOTS: usize = 1 << 16;
/// Parts, as a power of two.
const PART_BITS: u32 = 6;

/// A slot holds the hash (32 bits) above the number plus one (32 bits); 0 is free. No part is ever more than half
/// full, so a search ends.
#[derive(Debug)]
pub(super) struct Slots {
    parts: Vec<Part>,
    /// The lowest bits of a hash say in which part it is.
    bits: u32,
}

#[derive(Debug)]
struct Part {
    slots: Vec<u64>,
    used: usize,
}

impl Slots {
    pub(super) fn new() -> Slots {
        Slots { parts: vec![Part::new()], bits: 0 }
    }

    /// The part of a hash, and where in it a search begins.
    #[inline]
    fn part(&self, hash: u32) -> (&[u64], usize) {
        let part = self.parts.get(part_of(hash, self.bits)).map(|part| part.slots.as_slice());
        (part.unwrap_or_default(), (hash >> self.bits) as usize)
    }

    /// The first slot with this hash, or 0.
    #[inline]
    pub(super) fn like(&self, hash: u32) -> u64 {
        let (slots, mut place) = self.part(hash);
        loop {
            let slot = at(slots, place);
            if slot == 0 || (slot >> 32) as u32 == hash {
                return slot;
            }
            place += 1;
        }
    }

    /// The number of the key with this hash for which `same` holds.
    pub(super) fn find(&self, hash: u32, same: impl Fn(u32) -> bool) -> Option<u32> {
        let (slots, mut place) = self.part(hash);
        loop {
            let slot = at(slots, place);
            if slot == 0 {
                return None;
            }
            if (slot >> 32) as u32 == hash && same(slot as u32 - 1) {
                return Some(slot as u32 - 1);
            }
            place += 1;
        }
    }

    /// Adds a key that is not there.
    pub(super) fn add(&mut self, hash: u32, number: u32) {
        let bits = self.bits;
        let Some(part) = self.parts.get_mut(part_of(hash, bits)) else { return };
        part.add(u64::from(hash) << 32 | u64::from(number + 1), bits);
        if bits == 0 && part.slots.len() >= PARTED_SLOTS {
            self.come_apart();
        }
    }

    fn come_apart(&mut self) {
        let all = std::mem::replace(&mut self.parts, (0..1 << PART_BITS).map(|_| Part::new()).collect());
        self.bits = PART_BITS;
        for slot in all.into_iter().flat_map(|part| part.slots).filter(|slot| *slot != 0) {
            if let Some(part) = self.parts.get_mut(part_of((slot >> 32) as u32, PART_BITS)) {
                part.add(slot, PART_BITS);
            }
        }
    }

    /// Adds to all numbers.
    pub(super) fn count_from(&mut self, first: usize) {
        let slots = self.parts.iter_mut().flat_map(|part| &mut part.slots);
        slots.filter(|slot| **slot != 0).for_each(|slot| *slot += first as u64);
    }
}

#[inline]
fn part_of(hash: u32, bits: u32) -> usize {
    hash as usize & ((1 << bits) - 1)
}

#[inline]
fn at(slots: &[u64], place: usize) -> u64 {
    slots.get(place & slots.len().wrapping_sub(1)).copied().unwrap_or(0)
}

impl Part {
    fn new() -> Part {
        Part { slots: vec![0; SLOTS_MIN], used: 0 }
    }

    fn add(&mut self, slot: u64, bits: u32) {
        if (self.used + 1) * 2 > self.slots.len() {
            let old = std::mem::take(&mut self.slots);
            self.slots = vec![0; old.len() * 2];
            old.into_iter().filter(|slot| *slot != 0).for_each(|slot| self.put(slot, bits));
        }
        self.put(slot, bits);
        self.used += 1;
    }

    fn put(&mut self, slot: u64, bits: u32) {
        let mask = self.slots.len() - 1;
        let mut place = (slot >> (32 + bits)) as usize & mask;
        while self.slots.get(place).is_some_and(|taken| *taken != 0) {
            place = (place + 1) & mask;
        }
        if let Some(free) = self.slots.get_mut(place) {
            *free = slot;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_whole_and_in_parts() {
        // Many of one hash, many that begin or end alike.
        let hash = |number: u32| match number % 4 {
            0 => number.wrapping_mul(0x9e37_79b9),
            1 => number << 12,
            2 => number,
            _ => 77 + (number / 64),
        };
        let mut slots = Slots::new();
        for number in 0..100_000 {
            assert_eq!(slots.find(hash(number), |known| known == number), None);
            slots.add(hash(number), number);
            assert_eq!(slots.find(hash(number), |known| known == number), Some(number));
        }
        assert_eq!(slots.parts.len(), 1 << PART_BITS);
        slots.count_from(5);
        for number in 0..100_000 {
            assert_eq!(slots.find(hash(number), |known| known == number + 5), Some(number + 5));
            assert_eq!((slots.like(hash(number)) >> 32) as u32, hash(number));
        }
        assert_eq!(slots.like(3 << 30 | 1), 0);
    }
}
