//! What the entries of a mapping are known by: the key and, where a key is repeated, which of its entries.

use std::collections::HashMap;

use syncline_document::{Document, NodeId, NodeKind};

/// The hash of a key, and the place of the entry among those with that key, counted from 0.
pub(crate) type EntryKey = (u128, usize);

/// Numbers the entries of each key.
pub(crate) fn numbered(keys: impl IntoIterator<Item = u128>) -> impl Iterator<Item = EntryKey> {
    let mut seen: HashMap<u128, usize> = HashMap::new();
    keys.into_iter().map(move |key| {
        let next = seen.entry(key).or_default();
        *next += 1;
        (key, *next - 1)
    })
}

/// What the entries of a mapping are known by, in their order; nothing of any other node.
pub(crate) fn of(document: &Document, mapping: NodeId) -> Vec<EntryKey> {
    let NodeKind::Mapping(pairs) = document.node(mapping).kind else { return Vec::new() };
    let keys = pairs.iter().map(|pair| document.data_hash(pair.key));
    if document.repeated_key().is_none() {
        keys.map(|key| (key, 0)).collect()
    } else {
        numbered(keys).collect()
    }
}
