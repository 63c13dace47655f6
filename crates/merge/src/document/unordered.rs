//! Compares data without regard to the order of lists.

use std::hash::{DefaultHasher, Hash, Hasher};

use syncline_document::{Document, NodeId, NodeKind};

use super::plan::Plan;
use super::sources::Sources;

/// Equal for nodes that hold the same, in whatever order.
pub(crate) fn of(document: &Document, node: NodeId) -> u128 {
    match document.node(node).kind {
        NodeKind::Scalar | NodeKind::Alias(_) => match document.scalar_text(node) {
            text if text.contains('\n') => mixed(text),
            _ => document.data_hash(node),
        },
        NodeKind::Sequence(items) | NodeKind::Stream(items) => {
            sum(items.iter().map(|item| mixed((0_u128, of(document, *item)))))
        }
        NodeKind::Mapping(pairs) => {
            sum(pairs.iter().map(|pair| mixed((document.data_hash(pair.key), of(document, pair.value)))))
        }
    }
}

/// As [`of`] for what a plan means.
pub(crate) fn of_plan(plan: &Plan, sources: &Sources<'_>) -> u128 {
    match plan {
        Plan::Copy(at) => of(sources.document(at.source), at.node),
        Plan::Text { text, .. } => mixed(text.as_str()),
        Plan::Container { children, .. } => sum(children.iter().map(|entry| {
            let key = entry.key.key(sources).map_or(0, |(document, key)| document.data_hash(key));
            mixed((key, of_plan(&entry.value.plan, sources)))
        })),
    }
}

fn sum(parts: impl Iterator<Item = u128>) -> u128 {
    parts.fold(1, u128::wrapping_add)
}

fn mixed(value: impl Hash) -> u128 {
    let (mut low, mut high) = (DefaultHasher::new(), DefaultHasher::new());
    high.write_u8(1);
    value.hash(&mut low);
    value.hash(&mut high);
    (u128::from(high.finish()) << 64) | u128::from(low.finish())
}
