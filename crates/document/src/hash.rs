//! The structural hash of a node: equal data, equal hash, whatever the style and the order of mappings.

use siphasher::sip128::SipHasher13;

use crate::Value;

/// 128 bits, so that equal hashes may be taken for equal data: a single 64-bit hash would meet itself by
/// chance once in a few billion pairs, and an edit would be lost without a word.
pub(crate) type DataHash = u128;

/// What is hashed is told apart by the domain.
fn of_bytes(domain: u8, bytes: &[u8]) -> DataHash {
    SipHasher13::new_with_keys(u64::from(domain), 0).hash(bytes).as_u128()
}

fn of_pair(domain: u8, first: DataHash, second: DataHash) -> DataHash {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(&first.to_le_bytes());
    bytes[16..].copy_from_slice(&second.to_le_bytes());
    of_bytes(domain, &bytes)
}

/// The hash of a value that is no container.
pub(crate) fn of_scalar(value: &Value) -> DataHash {
    match value {
        Value::Bool(yes) => of_bytes(b'b', &[u8::from(*yes)]),
        Value::Number(text) => of_bytes(b'n', text.as_bytes()),
        Value::String(text) => of_bytes(b's', text.as_bytes()),
        _ => of_bytes(b'0', &[]),
    }
}

/// As [`of_scalar`] for a string, without the string being owned.
pub(crate) fn of_string(text: &str) -> DataHash {
    of_bytes(b's', text.as_bytes())
}

/// As [`of_scalar`] for a number, without its text being owned.
pub(crate) fn of_number(text: &str) -> DataHash {
    of_bytes(b'n', text.as_bytes())
}

/// The hash of a value with a tag.
pub(crate) fn of_tagged(tag: &str, inner: DataHash) -> DataHash {
    of_pair(b't', of_bytes(b'T', tag.as_bytes()), inner)
}

/// Collects the hash of a container, child by child.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ContainerHash {
    ordered: bool,
    sum: DataHash,
    count: u64,
}

impl ContainerHash {
    /// Of a sequence or a stream: order counts.
    pub(crate) fn sequence() -> Self {
        Self { ordered: true, sum: 0, count: 0 }
    }

    /// Of a mapping: order does not count.
    pub(crate) fn mapping() -> Self {
        Self { ordered: false, sum: 0, count: 0 }
    }

    /// Adds an item.
    pub(crate) fn item(&mut self, item: DataHash) {
        self.sum = of_pair(b'i', self.sum, item);
        self.count += 1;
    }

    /// Adds an entry. Among those of one key the order counts: most readers take the last of them.
    pub(crate) fn entry(&mut self, key: DataHash, occurrence: u64, value: DataHash) {
        let key = if occurrence == 0 { key } else { of_pair(b'r', key, DataHash::from(occurrence)) };
        self.sum = self.sum.wrapping_add(of_pair(b'e', key, value));
        self.count += 1;
    }

    /// The hash of the whole.
    pub(crate) fn finish(self) -> DataHash {
        of_pair(if self.ordered { b'l' } else { b'm' }, self.sum, DataHash::from(self.count))
    }
}
