//! In one word, how much two versions differ.

use std::collections::HashMap;

use syncline_document::{Document, NodeId, NodeKind, Value};
use syncline_format::FieldClass;

use super::{Change, ChangeKind, FieldChange};

/// How much two versions of a file, or of many, differ: each says that there is nothing of those after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// In nothing.
    Identical,
    /// In timestamps and local fields, in comments and layout.
    MetadataOnly,
    /// In the order of resources, of items of a list, or of keys too.
    OrderOnly,
    /// In what the data says.
    Content,
}

impl Verdict {
    /// Of the changes of a file, which has others too where there are none.
    pub fn of(changes: &[Change]) -> Self {
        changes.iter().map(of_change).max().unwrap_or(Self::MetadataOnly)
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::MetadataOnly => "metadata only",
            Self::OrderOnly => "order only",
            Self::Content => "content",
        }
    }
}

fn of_change(change: &Change) -> Verdict {
    let is_order = |field: &FieldChange| field.class == FieldClass::Order || field.is_reordering();
    match change.change {
        ChangeKind::Added | ChangeKind::Removed | ChangeKind::Moved => Verdict::Content,
        _ if !change.fields.iter().all(is_order) => Verdict::Content,
        _ if !change.fields.is_empty() || change.change == ChangeKind::Reordered => Verdict::OrderOnly,
        // No field differs, but lines: of a document those are comments, layout and the order of keys.
        _ if !change.is_document => Verdict::Content,
        _ if change.has_reordered_keys => Verdict::OrderOnly,
        _ => Verdict::MetadataOnly,
    }
}

impl FieldChange {
    /// Whether it is a list with the same items in another order.
    pub fn is_reordering(&self) -> bool {
        let (Some(Value::Sequence(before)), Some(Value::Sequence(after))) = (&self.before, &self.after)
        else {
            return false;
        };
        let mut numbers: HashMap<&Value, isize> = HashMap::new();
        for item in before {
            *numbers.entry(item).or_default() += 1;
        }
        for item in after {
            *numbers.entry(item).or_default() -= 1;
        }
        numbers.values().all(|number| *number == 0)
    }
}

/// Whether the keys that two nodes have in common stand in another order, in them or in what is in them.
pub(super) fn has_reordered_keys(
    (old, before): (&Document, NodeId),
    (new, after): (&Document, NodeId),
) -> bool {
    let (before, after) = (old.resolve(before), new.resolve(after));
    if text_of(old, before) == text_of(new, after) {
        return false;
    }
    match (old.node(before).kind, new.node(after).kind) {
        (NodeKind::Mapping(a), NodeKind::Mapping(b)) => {
            let places: HashMap<String, usize> =
                a.iter().enumerate().map(|(place, pair)| (old.key_text(pair.key), place)).collect();
            let stay = b.iter().filter_map(|pair| Some((*places.get(&new.key_text(pair.key))?, pair.value)));
            let stay: Vec<(usize, NodeId)> = stay.collect();
            !stay.is_sorted_by_key(|(place, _)| *place)
                || stay.iter().any(|(place, value)| has_reordered_keys((old, a[*place].value), (new, *value)))
        }
        (NodeKind::Sequence(a), NodeKind::Sequence(b)) | (NodeKind::Stream(a), NodeKind::Stream(b)) => {
            a.iter().zip(b).any(|(a, b)| has_reordered_keys((old, *a), (new, *b)))
        }
        _ => false,
    }
}

fn text_of(document: &Document, node: NodeId) -> &str {
    document.text().get(document.node(node).span.clone()).unwrap_or_default()
}
