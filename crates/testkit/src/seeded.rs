//! Choices, ids and times that look random and are always the same.

/// `SplitMix64` (Steele, Lea and Flood, 2014): a few lines, and good enough for ids.
pub struct Seeded {
    state: u64,
    clock: u64,
}

impl Seeded {
    /// The choices that a seed makes.
    pub fn new(seed: u64) -> Self {
        // In 2024, as milliseconds since 1970.
        Self { state: seed, clock: 1_718_000_000_000 }
    }

    /// The next number, anywhere in its type.
    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number under `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// An id of the tool: a prefix and 32 hex digits.
    pub(crate) fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}_{:016x}{:016x}", self.next(), self.next())
    }

    /// The time at which the next thing was made: always a later one.
    pub(crate) fn created(&mut self) -> u64 {
        self.clock += 20_000 + self.below(400_000);
        self.clock
    }
}
