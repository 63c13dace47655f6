//! Looking up single values in a document without building all of it.

use syncline_document::{Document, NodeId, NodeKind, Pointer, Value};

/// The text of a scalar that is a string or a number.
pub(crate) fn text(document: &Document, node: NodeId) -> Option<String> {
    if !matches!(document.node(document.resolve(node)).kind, NodeKind::Scalar) {
        return None;
    }
    match document.value(node) {
        Value::String(text) | Value::Number(text) => Some(text.into()),
        _ => None,
    }
}

/// The text of the scalar at a path of keys.
pub(crate) fn text_at(document: &Document, node: NodeId, path: &[Box<str>]) -> Option<String> {
    text(document, node_at(document, node, path)?)
}

/// The node at a path of keys.
pub(crate) fn node_at(document: &Document, node: NodeId, path: &[Box<str>]) -> Option<NodeId> {
    path.iter().try_fold(node, |node, key| child(document, node, key))
}

/// The parts of a path of keys joined by `/`.
pub(crate) fn path(text: &str) -> Vec<Box<str>> {
    text.split('/').map(Into::into).collect()
}

/// The value of a mapping's first entry with this key; of a list the item with this number.
pub(crate) fn child(document: &Document, node: NodeId, key: &str) -> Option<NodeId> {
    match document.node(document.resolve(node)).kind {
        NodeKind::Mapping(_) => document.entry(node, key),
        NodeKind::Sequence(items) => items.get(key.parse::<usize>().ok()?).copied(),
        _ => None,
    }
}

/// One part of a pointer, by what the node is that it goes into.
pub(crate) enum Step<'a> {
    /// Into one document of a stream.
    Document,
    /// Into a list.
    Item,
    /// Into a mapping.
    Key(&'a str),
    /// Into what this version of the file does not have.
    Unknown(&'a str),
}

/// The parts of a pointer.
pub(crate) fn steps<'a>(document: &'a Document, pointer: &'a Pointer) -> impl Iterator<Item = Step<'a>> {
    let mut node = Some(document.root());
    pointer.parts().iter().map(move |part| {
        let Some(at) = node.map(|at| document.resolve(at)) else { return Step::Unknown(part) };
        node = document.child_index(at, part).and_then(|index| document.child(at, index));
        match document.node(at).kind {
            NodeKind::Stream(_) => Step::Document,
            NodeKind::Sequence(_) => Step::Item,
            NodeKind::Mapping(_) => Step::Key(part),
            NodeKind::Scalar | NodeKind::Alias(_) => Step::Unknown(part),
        }
    })
}
