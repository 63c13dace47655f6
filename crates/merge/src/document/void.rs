//! A document that one side emptied.

use syncline_document::{Document, NodeId, NodeKind, Value};

use super::children::Family;
use super::plan::{Entry, Held, Merged, Plan};
use super::sources::{At, Source, Sources, Trio};
use super::tree::Spots;

/// Where one side emptied the document (took all away, or made a comment of it) and the other changed it:
/// the changed one stays, and each entry that was changed is held. `None` where that is not so.
pub(crate) fn merge(sources: &Sources<'_>, spots: Spots) -> Option<Merged> {
    let is_void = |at: At| is_void(sources.document(at.source), at.node);
    let is_mapping = |at: At| matches!(sources.document(at.source).node(at.node).kind, NodeKind::Mapping(_));
    let (base, first, second) = (spots.base()?, spots.first(), spots.second());
    let left = match (is_void(first), is_void(second)) {
        (true, false) => second,
        (false, true) => first,
        _ => return None,
    };
    if !is_mapping(base) || !is_mapping(left) || sources.same_data(base, left) || sources.repeat_keys() {
        return None;
    }
    let family = Family::of(sources, left.source, left.node);
    let children = (0..family.values.len()).map(|index| {
        let mut value = Merged::copy(At { node: family.values[index], ..left });
        value.held.extend(changed(sources, base, left, index));
        Entry { key: family.at(index), comments: family.at(index), value }
    });
    Some(Merged::of(Plan::Container { frame: left, children: children.collect() }))
}

/// Whether a document says nothing: comments at most.
fn is_void(document: &Document, node: NodeId) -> bool {
    match document.node(node).kind {
        NodeKind::Stream(documents) => documents.is_empty(),
        NodeKind::Scalar => document.value(node) == Value::Null,
        _ => false,
    }
}

/// The conflict of an entry that is not as it was.
fn changed(sources: &Sources<'_>, base: At, left: At, index: usize) -> Option<Held> {
    let (old, new) = (sources.document(base.source), sources.document(left.source));
    let (key, value) = (new.key(left.node, index)?, new.child(left.node, index)?);
    let before = old.child_index(base.node, &new.key_text(key)).and_then(|index| old.child(base.node, index));
    if before.is_some_and(|before| old.same_hash(before, new, value)) {
        return None;
    }
    let of = |source: Source| -> Option<NodeId> { (left.source == source).then_some(value) };
    Some(Held::nodes(Trio { base: before, first: of(Source::First), second: of(Source::Second) }))
}
