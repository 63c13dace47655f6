//! Whether a text that was read back means what its pieces mean.

use std::collections::HashMap;

use crate::compose::{Child, Piece, Slot};
use crate::{Comparison, Document, NodeId, NodeKind, Pair, Value};

/// Whether a node means what a piece means, the order of entries included.
pub(crate) fn means(piece: &Piece<'_>, read: &Document, node: NodeId) -> bool {
    Verifier { read, origins: HashMap::new() }.means(piece, node)
}

/// Compares pieces with the text that was made of them.
struct Verifier<'r> {
    read: &'r Document,
    /// For nodes with changes in them: the node that gave the frame, with the address of its document.
    origins: HashMap<NodeId, (usize, NodeId)>,
}

fn address(document: &Document) -> usize {
    std::ptr::from_ref(document).addr()
}

impl Verifier<'_> {
    fn means(&mut self, piece: &Piece<'_>, node: NodeId) -> bool {
        match piece {
            Piece::Copy { from, node: original } => self.same_node(from, *original, node),
            Piece::Value { value, .. } => self.read.value(node) == *value,
            Piece::Container { from, node: frame, children } => {
                self.origins.insert(node, (address(from), *frame));
                self.container_means(from, *frame, children, node)
            }
        }
    }

    /// A copy means what it meant; an alias in it may stand for a new value of the anchor that it names: the
    /// pieces mean the new value there, and that is compared by itself.
    fn same_node(&mut self, from: &Document, original: NodeId, node: NodeId) -> bool {
        let read = self.read;
        if from.same_data(original, read, node, Comparison::Ordered) {
            return true;
        }
        if from.tag(original) != read.tag(node) {
            return false;
        }
        self.origins.insert(node, (address(from), original));
        match (from.node(original).kind, read.node(node).kind) {
            (NodeKind::Alias(a), NodeKind::Alias(b)) => self.same_anchor(from, a, b),
            (NodeKind::Sequence(a) | NodeKind::Stream(a), NodeKind::Sequence(b) | NodeKind::Stream(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.same_node(from, *a, *b))
            }
            (NodeKind::Mapping(a), NodeKind::Mapping(b)) => {
                let mut same = |(a, b): (&Pair, &Pair)| {
                    self.same_node(from, a.key, b.key) && self.same_node(from, a.value, b.value)
                };
                a.len() == b.len() && a.iter().zip(b).all(&mut same)
            }
            _ => false,
        }
    }

    /// Whether an anchor is the one that an alias named before: made of the same node, or at the same place.
    fn same_anchor(&self, from: &Document, before: NodeId, now: NodeId) -> bool {
        let same_origin = self.origins.get(&now) == Some(&(address(from), before));
        from.anchor(before) == self.read.anchor(now)
            && (same_origin || from.pointer_of(before) == self.read.pointer_of(now))
    }

    fn container_means(
        &mut self,
        from: &Document,
        frame: NodeId,
        children: &[Child<'_>],
        node: NodeId,
    ) -> bool {
        let read = self.read;
        let is_stream =
            |document: &Document, id: NodeId| matches!(document.node(id).kind, NodeKind::Stream(_));
        if is_stream(from, frame) && !is_stream(read, node) {
            // A stream that is left with one document is that document.
            return matches!(children, [only] if self.means(&only.value, node));
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
        let mut child = |(index, child): (usize, &Child<'_>)| {
            let value = read.child(node, index).is_some_and(|value| self.means(&child.value, value));
            value && key_means(&child.slot, read, read.key(node, index))
        };
        let same_count = read.child_count(node) == children.len();
        good_kind && same_tag && same_count && children.iter().enumerate().all(&mut child)
    }
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
