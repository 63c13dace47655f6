//! How much of two texts is the same.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The lines of a text, each weighed by its length.
pub(super) struct LineSet {
    lines: HashMap<u64, usize>,
    size: usize,
}

impl LineSet {
    pub(super) fn new(bytes: &[u8]) -> Self {
        let mut lines: HashMap<u64, usize> = HashMap::new();
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let mut hasher = DefaultHasher::new();
            line.hash(&mut hasher);
            *lines.entry(hasher.finish()).or_default() += line.len();
        }
        Self { lines, size: bytes.len() }
    }
}

/// From 0 to 1: the part of the larger text whose lines are in the other too, wherever they stand. Two empty
/// texts have nothing in common.
pub(super) fn similarity(a: &LineSet, b: &LineSet) -> f64 {
    let shared = |(line, size): (&u64, &usize)| b.lines.get(line).map_or(0, |other| *other.min(size));
    let common: usize = a.lines.iter().map(shared).sum();
    let larger = a.size.max(b.size);
    #[expect(clippy::cast_precision_loss, reason = "the sizes of files are far below 2^52")]
    if larger == 0 { 0.0 } else { common as f64 / larger as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similarity_is_the_shared_part_of_the_larger_text() {
        let alike = |a: &str, b: &str| similarity(&LineSet::new(a.as_bytes()), &LineSet::new(b.as_bytes()));
        let cases = [
            ("a\nb\n", "b\na\n", 1.0),
            ("a\nb\n", "a\nc\n", 0.5),
            ("a\n", "a\nb\nc\nd\n", 0.25),
            ("", "", 0.0),
        ];
        for (a, b, expected) in cases {
            assert!((alike(a, b) - expected).abs() < 1e-9, "{a:?} {b:?}");
            assert!((alike(b, a) - expected).abs() < 1e-9, "{b:?} {a:?}");
        }
    }
}
