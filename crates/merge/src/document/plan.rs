//! What a merged document is made of, before it is text.

use std::collections::HashMap;

use syncline_document::{Child, Document, NodeId, NodeKind, Piece, Pointer, Slot, Value};

use super::Inputs;
use super::keys::{self, EntryKey};
use super::sources::{At, Source, Sources, Trio};
use super::tree::Spots;
use crate::conflict::{Conflict, Place, Side};

/// A merged node with what is held of it.
#[derive(Clone, Debug)]
pub(crate) struct Merged {
    pub(crate) plan: Plan,
    pub(crate) held: Vec<Held>,
    /// What was merged, where it is more than a copy.
    pub(crate) nodes: Trio<NodeId>,
}

/// Where a merged node comes from.
#[derive(Clone, Debug)]
pub(crate) enum Plan {
    /// As it stands in one version.
    Copy(At),
    /// A container with the frame of one version around merged children.
    Container { frame: At, children: Vec<Entry> },
    /// A text that was merged by lines, to be written like a node.
    Text { text: String, like: At },
}

/// A child of a merged container.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Gives the key or dash.
    pub(crate) key: ChildAt,
    /// Gives the comments.
    pub(crate) comments: ChildAt,
    pub(crate) value: Merged,
}

/// A child of a container by its number; of no container where a lone document counts as a list of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChildAt {
    pub(crate) source: Source,
    pub(crate) container: Option<NodeId>,
    pub(crate) index: usize,
}

/// A conflict, before its place in the merged document is known.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) place: Place,
    pub(crate) values: Trio<HeldValue>,
}

/// A version of what is held.
#[derive(Clone, Debug)]
pub(crate) enum HeldValue {
    Node(At),
    Data(Value),
}

impl Merged {
    pub(crate) fn of(plan: Plan) -> Self {
        Self { plan, held: Vec::new(), nodes: Trio::default() }
    }

    pub(crate) fn copy(at: At) -> Self {
        Self::of(Plan::Copy(at))
    }

    /// What the first side has; all three are held.
    pub(crate) fn held(spots: Spots) -> Self {
        Self { held: vec![Held::nodes(spots.nodes())], ..Self::copy(spots.first()) }
    }
}

impl Held {
    pub(crate) fn nodes(nodes: Trio<NodeId>) -> Self {
        Self { place: Place::Field, values: nodes.map(|source, node| HeldValue::Node(At { source, node })) }
    }
}

/// Whose anchors and aliases are written out as the data that they stand for: two versions may give one name
/// to different nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WriteOut {
    None,
    Second,
    Both,
}

impl WriteOut {
    fn covers(self, sources: &Sources<'_>, at: At) -> bool {
        let covered = match self {
            Self::None => false,
            Self::Second => at.source == Source::Second,
            Self::Both => true,
        };
        covered && has_references(sources.document(at.source), at.node)
    }
}

fn has_references(document: &Document, node: NodeId) -> bool {
    let mut children = (0..document.child_count(node)).filter_map(|index| document.child(node, index));
    matches!(document.node(node).kind, NodeKind::Alias(_))
        || document.anchor(node).is_some()
        || children.any(|child| has_references(document, child))
}

impl Plan {
    /// The pieces that the plan stands for.
    pub(crate) fn piece<'a>(&self, sources: &Sources<'a>, write_out: WriteOut) -> Piece<'a> {
        match self {
            Self::Copy(at) if write_out.covers(sources, *at) => {
                let document = sources.document(at.source);
                let node = document.resolve(at.node);
                Piece::Value { value: document.value(node), like: Some((document, node)) }
            }
            Self::Copy(at) => Piece::Copy { from: sources.document(at.source), node: at.node },
            Self::Container { frame, children } => Piece::Container {
                from: sources.document(frame.source),
                node: frame.node,
                children: children.iter().map(|entry| entry.child(sources, write_out)).collect(),
            },
            Self::Text { text, like } => Piece::Value {
                value: Value::string(text.as_str()),
                like: Some((sources.document(like.source), like.node)),
            },
        }
    }

    /// The data that the plan means.
    pub(crate) fn value(&self, sources: &Sources<'_>) -> Value {
        match self {
            Self::Copy(at) => sources.document(at.source).value(at.node),
            Self::Text { text, .. } => Value::string(text.as_str()),
            Self::Container { frame, children } => {
                let document = sources.document(frame.source);
                let plain = if self.is_sequence(sources) {
                    Value::Sequence(children.iter().map(|entry| entry.value.plan.value(sources)).collect())
                } else {
                    let key =
                        |entry: &Entry| entry.key.key(sources).map(|(document, key)| document.value(key));
                    let entry =
                        |entry: &Entry| (key(entry).unwrap_or(Value::Null), entry.value.plan.value(sources));
                    Value::Mapping(children.iter().map(entry).collect())
                };
                match document.tag(frame.node) {
                    Some(tag) => Value::Tagged(tag.into(), Box::new(plain)),
                    None => plain,
                }
            }
        }
    }

    /// Whether there is an anchor or alias in it.
    pub(crate) fn has_references(&self, sources: &Sources<'_>) -> bool {
        match self {
            Self::Copy(at) => has_references(sources.document(at.source), at.node),
            Self::Container { children, .. } => {
                children.iter().any(|entry| entry.value.plan.has_references(sources))
            }
            Self::Text { .. } => false,
        }
    }

    /// Whether a node of another document means what the plan does. Mapping order does not count.
    pub(crate) fn matches(&self, sources: &Sources<'_>, document: &Document, node: NodeId) -> bool {
        match self {
            Self::Copy(at) => {
                let from = sources.document(at.source);
                from.same_hash(at.node, document, node) || written_alike(from, at.node, document, node)
            }
            Self::Text { text, .. } => {
                matches!(document.node(node).kind, NodeKind::Scalar)
                    && document.value(node).as_str() == Some(text)
            }
            Self::Container { frame, children } => {
                let from = sources.document(frame.source);
                let same_kind = kinds_agree(from.node(frame.node).kind, document.node(node).kind);
                same_kind
                    && from.tag(frame.node) == document.tag(node)
                    && document.child_count(node) == children.len()
                    && children_match(children, sources, document, node)
            }
        }
    }

    /// Whether it is a list that is merged item by item.
    fn is_sequence(&self, sources: &Sources<'_>) -> bool {
        match self {
            Self::Container { frame, .. } => {
                !matches!(sources.document(frame.source).node(frame.node).kind, NodeKind::Mapping(_))
            }
            _ => false,
        }
    }
}

pub(crate) fn kinds_agree(a: NodeKind<'_>, b: NodeKind<'_>) -> bool {
    matches!(
        (a, b),
        (NodeKind::Mapping(_), NodeKind::Mapping(_))
            | (NodeKind::Sequence(_), NodeKind::Sequence(_))
            | (NodeKind::Stream(_), NodeKind::Stream(_))
    )
}

fn children_match(children: &[Entry], sources: &Sources<'_>, document: &Document, node: NodeId) -> bool {
    let NodeKind::Mapping(pairs) = document.node(node).kind else {
        let mut indexed = children.iter().enumerate();
        return indexed.all(|(index, entry)| {
            document
                .child(node, index)
                .is_some_and(|child| entry.value.plan.matches(sources, document, child))
        });
    };
    let by_key: HashMap<EntryKey, NodeId> =
        keys::of(document, node).into_iter().zip(pairs.iter().map(|pair| pair.value)).collect();
    // An entry without a key is in no mapping, and its 0 is no hash of one.
    let key = |entry: &Entry| entry.key.key(sources).map_or(0, |(from, key)| from.data_hash(key));
    keys::numbered(children.iter().map(key)).zip(children).all(|(key, entry)| {
        by_key.get(&key).is_some_and(|child| entry.value.plan.matches(sources, document, *child))
    })
}

/// Whether two nodes have the same data with each alias taken by its name: where an anchor's node was
/// merged, its aliases mean something new and are written as before.
fn written_alike(a: &Document, left: NodeId, b: &Document, right: NodeId) -> bool {
    match (a.node(left).kind, b.node(right).kind) {
        (NodeKind::Alias(_), NodeKind::Alias(_)) => a.same_text(left, b, right),
        (NodeKind::Mapping(_), NodeKind::Mapping(_))
        | (NodeKind::Sequence(_), NodeKind::Sequence(_))
        | (NodeKind::Stream(_), NodeKind::Stream(_)) => {
            let key = |document: &Document, node, index| {
                document.key(node, index).map(|key| document.data_hash(key))
            };
            let count = a.child_count(left);
            a.tag(left) == b.tag(right)
                && count == b.child_count(right)
                && (0..count).all(|index| {
                    let children = a.child(left, index).zip(b.child(right, index));
                    key(a, left, index) == key(b, right, index)
                        && children.is_some_and(|(x, y)| a.same_hash(x, b, y) || written_alike(a, x, b, y))
                })
        }
        _ => false,
    }
}

impl Entry {
    fn child<'a>(&self, sources: &Sources<'a>, write_out: WriteOut) -> Child<'a> {
        let of =
            |at: ChildAt| at.container.map(|container| (sources.document(at.source), container, at.index));
        let slot = match (of(self.key), of(self.comments)) {
            (Some((from, container, index)), _) if self.key == self.comments => {
                Slot::Of { from, container, index }
            }
            (Some(key), Some(comments)) => Slot::Mixed { key, comments },
            (Some((from, container, index)), None) => Slot::Of { from, container, index },
            (None, _) => Slot::New(None),
        };
        Child { slot, value: self.value.plan.piece(sources, write_out) }
    }
}

impl ChildAt {
    /// The document and node of the entry's key.
    pub(crate) fn key<'a>(&self, sources: &Sources<'a>) -> Option<(&'a Document, NodeId)> {
        let document = sources.document(self.source);
        Some((document, document.key(self.container?, self.index)?))
    }
}

/// All that is held, with its place in the merged document.
pub(crate) fn conflicts(merged: &Merged, sources: &Sources<'_>, inputs: &Inputs<'_>) -> Vec<Conflict> {
    let mut walk = Walk { sources, inputs, found: Vec::new() };
    walk.visit(merged, &Pointer::root());
    walk.found
}

struct Walk<'w, 'a> {
    sources: &'w Sources<'a>,
    inputs: &'w Inputs<'a>,
    found: Vec<Conflict>,
}

impl Walk<'_, '_> {
    fn visit(&mut self, merged: &Merged, at: &Pointer) {
        for held in &merged.held {
            let conflict = self.conflict(held, at);
            self.found.push(conflict);
        }
        let Plan::Container { children, .. } = &merged.plan else { return };
        let sequence = merged.plan.is_sequence(self.sources);
        for (index, entry) in children.iter().enumerate() {
            if !entry.value.has_held() {
                continue;
            }
            let key = entry.key.key(self.sources).map(|(document, key)| document.key_text(key));
            let part = if sequence { None } else { key }.unwrap_or_else(|| index.to_string());
            self.visit(&entry.value, &at.child(part));
        }
    }

    fn conflict(&self, held: &Held, at: &Pointer) -> Conflict {
        let value = |value: Option<&HeldValue>| {
            value.map(|value| match value {
                HeldValue::Node(at) => self.sources.document(at.source).value(at.node),
                HeldValue::Data(value) => value.clone(),
            })
        };
        let (first, second) = (value(held.values.first.as_ref()), value(held.values.second.as_ref()));
        // What was removed on the first side stays as the second side has it.
        let kept = if first.is_some() { self.inputs.first } else { self.inputs.first.other() };
        let (ours, theirs) = match self.inputs.first {
            Side::Ours => (first, second),
            Side::Theirs => (second, first),
        };
        let values = [value(held.values.base.as_ref()), ours, theirs];
        Conflict { field: at.clone(), ..Conflict::new(self.inputs.path.clone(), held.place, values, kept) }
    }
}

impl Merged {
    /// Whether anything is held here or below.
    pub(crate) fn has_held(&self) -> bool {
        if !self.held.is_empty() {
            return true;
        }
        match &self.plan {
            Plan::Container { children, .. } => children.iter().any(|entry| entry.value.has_held()),
            _ => false,
        }
    }
}
