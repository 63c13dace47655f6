//! Which keys the open mappings have.

use std::collections::{HashMap, HashSet};

use crate::hash::DataHash;

/// So many keys are looked through faster than they are hashed.
const FEW: usize = 24;

/// The first keys of all open mappings, those of the innermost last.
#[derive(Default)]
pub(crate) struct OpenKeys(Vec<DataHash>);

/// The keys of one mapping.
pub(crate) struct Keys {
    /// Where its first ones begin.
    from: usize,
    /// All, once there are more than a few.
    many: HashSet<DataHash>,
    /// How often a key was there again.
    repeats: HashMap<DataHash, u64>,
}

impl OpenKeys {
    /// A mapping begins.
    pub(crate) fn open(&self) -> Keys {
        Keys { from: self.0.len(), many: HashSet::new(), repeats: HashMap::new() }
    }

    /// The innermost mapping ends.
    pub(crate) fn close(&mut self, keys: &Keys) {
        self.0.truncate(keys.from);
    }

    /// Adds a key of the innermost mapping; whether it is new.
    pub(crate) fn add(&mut self, keys: &mut Keys, key: DataHash) -> bool {
        let few = &self.0[keys.from..];
        let is_new = if few.len() < FEW {
            let is_new = !few.contains(&key);
            self.0.extend(is_new.then_some(key));
            is_new
        } else {
            if keys.many.is_empty() {
                keys.many.extend(few);
            }
            keys.many.insert(key)
        };
        if !is_new {
            *keys.repeats.entry(key).or_default() += 1;
        }
        is_new
    }
}

impl Keys {
    /// How often a key was there before it was there last.
    pub(crate) fn occurrence(&self, key: DataHash) -> u64 {
        if self.repeats.is_empty() { 0 } else { self.repeats.get(&key).copied().unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_again_among_few_and_among_many() {
        let mut open = OpenKeys::default();
        let (mut outer, count) = (open.open(), 3 * FEW as DataHash);
        for key in 0..count {
            let mut inner = open.open();
            assert!(open.add(&mut inner, key) && !open.add(&mut inner, key), "{key}");
            open.close(&inner);
            assert!(open.add(&mut outer, key), "{key}");
        }
        for key in 0..count {
            assert_eq!((open.add(&mut outer, key), outer.occurrence(key)), (false, 1), "{key}");
        }
        assert_eq!(outer.occurrence(count), 0);
    }
}
