//! Looking up single values in a document without building all of it.

use syncline_document::{Document, NodeId, NodeKind, Pointer, Style, Value};

/// A node with its aliases followed.
pub(crate) fn resolve(document: &Document, node: NodeId) -> NodeId {
    match document.node(node).kind {
        NodeKind::Alias(target) => target,
        _ => node,
    }
}

/// The text of a scalar that is a string or a number.
pub(crate) fn text(document: &Document, node: NodeId) -> Option<String> {
    if !matches!(document.node(resolve(document, node)).kind, NodeKind::Scalar) {
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

/// The value of a mapping's first entry with this key.
pub(crate) fn child(document: &Document, node: NodeId, key: &str) -> Option<NodeId> {
    match &document.node(resolve(document, node)).kind {
        NodeKind::Mapping(pairs) => {
            pairs.iter().find(|pair| key_is(document, pair.key, key)).map(|pair| pair.value)
        }
        _ => None,
    }
}

fn key_is(document: &Document, node: NodeId, key: &str) -> bool {
    match plain_text(document, node) {
        Some(text) => text == key,
        None => document.value(node).as_str() == Some(key),
    }
}

/// The text of a key; `None` where it is a container, or nothing.
pub(crate) fn key_text(document: &Document, node: NodeId) -> Option<std::borrow::Cow<'_, str>> {
    plain_text(document, node).map(Into::into).or_else(|| text(document, node).map(Into::into))
}

/// The text of a plain scalar of one line, which is as it stands in the file: nearly every key is one, and
/// asking for its value would copy it.
fn plain_text(document: &Document, node: NodeId) -> Option<&str> {
    let found = document.node(node);
    if found.style != Style::Plain || !matches!(found.kind, NodeKind::Scalar) {
        return None;
    }
    let text = &document.text()[found.span.clone()];
    (!text.starts_with(['!', '&']) && !text.contains('\n')).then_some(text)
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
        let Some(at) = node.map(|at| resolve(document, at)) else { return Step::Unknown(part) };
        let index = part.parse::<usize>().ok();
        match &document.node(at).kind {
            NodeKind::Stream(documents) => {
                node = index.and_then(|index| documents.get(index).copied());
                Step::Document
            }
            NodeKind::Sequence(items) => {
                node = index.and_then(|index| items.get(index).copied());
                Step::Item
            }
            NodeKind::Mapping(_) => {
                node = child(document, at, part);
                Step::Key(part)
            }
            _ => {
                node = None;
                Step::Unknown(part)
            }
        }
    })
}
