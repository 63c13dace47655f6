//! A document with some of its nodes taken out or replaced, all else byte for byte.

use std::collections::{HashMap, HashSet};

use syncline_document::{Child, Document, NodeId, NodeKind, Piece, Slot, compose};

/// What becomes of nodes: another document's root in their place, or nothing.
pub(super) type Changes = HashMap<NodeId, Option<Document>>;

/// The document with the changes; `None` where no text can be made.
pub(super) fn rebuild(document: &Document, changes: &Changes) -> Option<Document> {
    let above = changes.keys().flat_map(|node| ancestors(document, *node)).collect();
    let text = compose(document, &piece(document, document.root(), changes, &above)).ok()?;
    Document::parse(text.as_bytes(), document.language()).ok()
}

/// The document with a node taken out of its place and put into a list.
pub(super) fn put_back(
    document: &Document,
    node: NodeId,
    list: NodeId,
    index: usize,
    back: &Document,
) -> Option<Document> {
    let changes = Changes::from([(node, None)]);
    let above = ancestors(document, node).chain([list]).chain(ancestors(document, list)).collect();
    let root = piece(document, document.root(), &changes, &above);
    let root = insert(root, list, index, back);
    let text = compose(document, &root).ok()?;
    Document::parse(text.as_bytes(), document.language()).ok()
}

/// Puts an item into the list's piece.
fn insert<'a>(root: Piece<'a>, list: NodeId, index: usize, back: &'a Document) -> Piece<'a> {
    let Piece::Container { from, node, mut children } = root else { return root };
    if node == list {
        let value = Piece::Copy { from: back, node: back.root() };
        children.insert(index.min(children.len()), Child { slot: Slot::New(None), value });
    } else {
        let inner = std::mem::take(&mut children).into_iter();
        children =
            inner.map(|child| Child { value: insert(child.value, list, index, back), ..child }).collect();
    }
    Piece::Container { from, node, children }
}

/// One node as a document of its own.
pub(super) fn subtree(document: &Document, node: NodeId) -> Option<Document> {
    let text = compose(document, &Piece::Copy { from: document, node }).ok()?;
    Document::parse(text.as_bytes(), document.language()).ok()
}

fn ancestors(document: &Document, node: NodeId) -> impl Iterator<Item = NodeId> {
    std::iter::successors(document.node(node).parent, |node| document.node(*node).parent)
}

fn piece<'a>(
    document: &'a Document,
    node: NodeId,
    changes: &'a Changes,
    above: &HashSet<NodeId>,
) -> Piece<'a> {
    if !above.contains(&node) {
        return Piece::Copy { from: document, node };
    }
    let nodes: Vec<NodeId> = match document.node(node).kind {
        NodeKind::Sequence(items) | NodeKind::Stream(items) => items.to_vec(),
        NodeKind::Mapping(pairs) => pairs.iter().map(|pair| pair.value).collect(),
        NodeKind::Scalar | NodeKind::Alias(_) => Vec::new(),
    };
    let children = nodes.into_iter().enumerate().filter_map(|(index, child)| {
        let value = match changes.get(&child) {
            Some(None) => return None,
            Some(Some(other)) => Piece::Copy { from: other, node: other.root() },
            None => piece(document, child, changes, above),
        };
        Some(Child { slot: Slot::Of { from: document, container: node, index }, value })
    });
    Piece::Container { from: document, node, children: children.collect() }
}
