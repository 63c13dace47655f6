//! Whether a text that was read back means what its pieces mean.

use crate::compose::{Child, Piece, Slot};
use crate::{Comparison, Document, NodeId, NodeKind, Value};

/// Whether a node means what a piece means, the order of entries included.
pub(crate) fn means(piece: &Piece<'_>, read: &Document, node: NodeId) -> bool {
    match piece {
        Piece::Copy { from, node: original } => same_node(from, *original, read, node),
        Piece::Value { value, .. } => read.value(node) == *value,
        Piece::Container { from, node: frame, children } => {
            container_means(from, *frame, children, read, node)
        }
    }
}

/// A copy means what it meant; an alias in it may stand for a new value of the anchor that it names, if that
/// is still where it was: the pieces mean the anchor's new value there, and that is compared by itself.
fn same_node(from: &Document, original: NodeId, read: &Document, node: NodeId) -> bool {
    if from.same_data(original, read, node, Comparison::Ordered) {
        return true;
    }
    if from.tag(original) != read.tag(node) {
        return false;
    }
    match (&from.node(original).kind, &read.node(node).kind) {
        (NodeKind::Alias(a), NodeKind::Alias(b)) => {
            from.anchor(*a) == read.anchor(*b) && from.pointer_of(*a) == read.pointer_of(*b)
        }
        (NodeKind::Sequence(a) | NodeKind::Stream(a), NodeKind::Sequence(b) | NodeKind::Stream(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_node(from, *a, read, *b))
        }
        (NodeKind::Mapping(a), NodeKind::Mapping(b)) => {
            let same = |from_id, read_id| same_node(from, from_id, read, read_id);
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a.key, b.key) && same(a.value, b.value))
        }
        _ => false,
    }
}

fn container_means(
    from: &Document,
    frame: NodeId,
    children: &[Child<'_>],
    read: &Document,
    node: NodeId,
) -> bool {
    let is_stream = |document: &Document, id: NodeId| matches!(document.node(id).kind, NodeKind::Stream(_));
    if is_stream(from, frame) && !is_stream(read, node) {
        // A stream that is left with one document is that document.
        return matches!(children, [only] if means(&only.value, read, node));
    }
    let is_mapping = match from.node(from.resolve(frame)).kind {
        NodeKind::Mapping(_) => Some(true),
        NodeKind::Sequence(_) => Some(false),
        _ => None,
    };
    let good_kind = match read.node(node).kind {
        NodeKind::Mapping(_) => is_mapping != Some(false),
        NodeKind::Sequence(_) => is_mapping != Some(true),
        NodeKind::Stream(_) => is_stream(from, frame),
        NodeKind::Scalar | NodeKind::Alias(_) => false,
    };
    let same_tag = from.tag(frame) == read.tag(node) || is_mapping.is_none();
    let child = |(index, child): (usize, &Child<'_>)| {
        let value = read.child(node, index).is_some_and(|value| means(&child.value, read, value));
        value && key_means(&child.slot, read, read.key(node, index))
    };
    good_kind
        && same_tag
        && read.child_count(node) == children.len()
        && children.iter().enumerate().all(child)
}

fn key_means(slot: &Slot<'_>, read: &Document, key: Option<NodeId>) -> bool {
    let Some(key) = key else { return true };
    match slot {
        Slot::Of { from, container, index } | Slot::Mixed { key: (from, container, index), .. } => {
            let original = from.key(from.resolve(*container), *index);
            original.is_some_and(|original| same_key(from, original, read, key))
        }
        Slot::New(wanted) => {
            wanted.as_ref().is_some_and(|wanted| same_key_value(wanted, &read.value(key), read))
        }
    }
}

/// A key of YAML that is no text becomes its text in JSON.
fn same_key(from: &Document, original: NodeId, read: &Document, key: NodeId) -> bool {
    from.same_hash(original, read, key)
        || from.language() != read.language() && from.key_text(original) == read.key_text(key)
}

fn same_key_value(wanted: &Value, found: &Value, read: &Document) -> bool {
    wanted == found || read.language() == crate::Language::Json && wanted.to_key() == found.to_key()
}
