//! Counts what is in a document, wherever it stands: to tell whether a merge lost or doubled anything.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use syncline_document::{Document, NodeId, NodeKind};

use super::sources::Sources;

/// How often each key, and each scalar with its key, is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Census {
    counts: HashMap<(u128, u128), i64>,
}

/// Stands for the key of a list's item, and for the scalar of a key alone.
const NONE: u128 = 0;

impl Census {
    pub(crate) fn of(document: &Document) -> Self {
        let mut census = Self::default();
        census.add(document, document.root(), NONE);
        census
    }

    fn count(&mut self, key: u128, scalar: u128) {
        *self.counts.entry((key, scalar)).or_default() += 1;
    }

    fn add(&mut self, document: &Document, node: NodeId, key: u128) {
        match document.node(node).kind {
            NodeKind::Scalar | NodeKind::Alias(_) => match document.scalar_text(node) {
                text if text.contains('\n') => self.add_lines(text, key),
                _ => self.count(key, document.data_hash(node)),
            },
            NodeKind::Sequence(items) | NodeKind::Stream(items) => {
                for item in items {
                    self.add(document, *item, NONE);
                }
            }
            NodeKind::Mapping(pairs) => {
                for pair in pairs {
                    let key = document.data_hash(pair.key);
                    self.count(key, NONE);
                    self.add(document, pair.value, key);
                }
            }
        }
    }

    /// A long text counts by its lines: both sides may have changed some.
    fn add_lines(&mut self, text: &str, key: u128) {
        for line in text.lines() {
            let mut hasher = DefaultHasher::new();
            line.hash(&mut hasher);
            self.count(key, hasher.finish().into());
        }
    }

    /// Whether the document has all that either side added, lacks all that either removed, and has nothing
    /// twice that a side has moved. What both added may be there once or twice.
    pub(crate) fn keeps_all(&self, sources: &Sources<'_>) -> bool {
        let base = sources.base.map(Self::of).unwrap_or_default();
        let (first, second) = (Self::of(sources.first), Self::of(sources.second));
        let all = [&base, &first, &second, self];
        let keys = all.iter().flat_map(|census| census.counts.keys());
        keys.into_iter().all(|key| {
            let [base, first, second, own] =
                all.map(|census| census.counts.get(key).copied().unwrap_or_default());
            let (left, right, both) = (first - base, second - base, own - base);
            if left.signum() * right.signum() <= 0 {
                both == left + right
            } else {
                (left.abs().max(right.abs())..=(left + right).abs()).contains(&both.abs())
                    && both.signum() == left.signum()
            }
        })
    }
}
