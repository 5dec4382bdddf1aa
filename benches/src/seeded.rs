//! Numbers that look random and are the same in every run.

/// A seeded generator (xorshift).
pub struct Seeded(u64);

impl Seeded {
    /// Of a seed that is not 0.
    pub fn new(seed: u64) -> Seeded {
        Seeded(seed)
    }

    /// The next number below `n`; 0 if `n` is 0 or 1.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}
