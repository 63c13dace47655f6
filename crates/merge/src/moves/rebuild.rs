//! A document with some of its nodes taken out or replaced, all else byte for byte.

use std::collections::{HashMap, HashSet};

use syncline_document::{Child, Document, Edit, NodeId, NodeKind, Piece, Pointer, Slot, Value, compose};

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

/// The text of a document with an item taken out of its list and put at the end of another one, which is made where
/// it is not there. `None` where that lies in the item itself, or where no text can be made.
pub fn move_item(document: &Document, item: &Pointer, list: &Pointer) -> Option<String> {
    if list.parts().starts_with(item.parts()) {
        return None;
    }
    let node = document.lookup(item)?;
    let found = document.lookup(list).map(|node| document.resolve(node));
    let has_items =
        |list: &NodeId| matches!(document.node(*list).kind, NodeKind::Sequence(items) if !items.is_empty());
    if let Some(list) = found.filter(has_items) {
        let back = subtree(document, node)?;
        return Some(put_back(document, node, list, usize::MAX, &back)?.text().to_owned());
    }
    // The item's own place stays what it is: a list that was empty moves nothing.
    let value = Value::Sequence(vec![document.value(node)]);
    let text = document.edit(&Edit::Set { at: list.clone(), value }).ok()?;
    let document = Document::parse(text.as_bytes(), document.language()).ok()?;
    document.edit(&Edit::Remove { at: item.clone() }).ok()
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
