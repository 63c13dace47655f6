//! What the nodes of a document mean, and whether two mean the same.

use crate::hash;
use crate::hash::DataHash;
use crate::parse::build::inner_text;
use crate::scalar::Meaning;
use crate::{Document, NodeId, NodeKind, Pointer, Value};

/// What counts when two nodes are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The data alone: the order of mapping entries does not count.
    Data,
    /// The data and the order of mapping entries.
    Ordered,
}

impl Document {
    /// The data of a node; an alias has the data of the node it names, a stream is the list of its documents.
    pub fn value(&self, id: NodeId) -> Value {
        let id = self.resolve(id);
        let plain = match self.node(id).kind {
            NodeKind::Sequence(items) | NodeKind::Stream(items) => {
                Value::Sequence(items.iter().map(|item| self.value(*item)).collect())
            }
            NodeKind::Mapping(pairs) => Value::Mapping(
                pairs.iter().map(|pair| (self.value(pair.key), self.value(pair.value))).collect(),
            ),
            NodeKind::Scalar | NodeKind::Alias(_) => self.meaning(id).value(self.scalar_text(id)),
        };
        match self.tag(id) {
            Some(tag) => Value::Tagged(tag.into(), Box::new(plain)),
            None => plain,
        }
    }

    /// A scalar's text with quotes, escapes and folding undone; an alias has the text of the scalar it
    /// names. Empty for a container.
    pub fn scalar_text(&self, id: NodeId) -> &str {
        let id = self.resolve(id);
        let node = self.node(id);
        match node.kind {
            NodeKind::Scalar => self
                .arena
                .decoded(id)
                .unwrap_or_else(|| inner_text(&self.text[self.facts(id).content..node.span.end], node.style)),
            _ => "",
        }
    }

    /// The text of a key, as it stands in a pointer.
    pub fn key_text(&self, key: NodeId) -> String {
        let key = self.resolve(key);
        match self.node(key).kind {
            NodeKind::Scalar if self.is_key_as_written(key) => self.scalar_text(key).to_owned(),
            _ => self.value(key).to_key(),
        }
    }

    /// Whether a scalar's text names it as a key. A key that is null or a truth value is written in many ways, and its
    /// pointer must not depend on which.
    fn is_key_as_written(&self, key: NodeId) -> bool {
        matches!(self.meaning(key), Meaning::String | Meaning::Number)
    }

    /// The structural hash of a node: equal for equal data, whatever the style, comments and the order of
    /// mappings; different otherwise, up to the chance of a collision of 128 bits. The order of lists, the
    /// text of numbers and tags count. Comparable between documents of one run of the program; not stored.
    pub fn data_hash(&self, id: NodeId) -> DataHash {
        self.arena.hash(id)
    }

    /// Whether two nodes have the same data, mapping order aside; in constant time, by [`Self::data_hash`].
    pub fn same_hash(&self, id: NodeId, other: &Document, theirs: NodeId) -> bool {
        self.data_hash(id) == other.data_hash(theirs)
    }

    /// Whether two nodes have the same bytes, without the comments around them.
    pub fn same_text(&self, id: NodeId, other: &Document, theirs: NodeId) -> bool {
        self.node_text(id) == other.node_text(theirs)
    }

    /// Whether two nodes mean the same, without building values.
    pub fn same_data(&self, id: NodeId, other: &Document, theirs: NodeId, comparison: Comparison) -> bool {
        if !self.same_hash(id, other, theirs) {
            return false;
        }
        comparison == Comparison::Data || self.same_order(self.resolve(id), other, other.resolve(theirs))
    }

    /// Of nodes whose hashes are equal: whether the entries come in the same order at every depth.
    fn same_order(&self, id: NodeId, other: &Document, theirs: NodeId) -> bool {
        let same = |a: NodeId, b: NodeId| {
            self.same_hash(a, other, b) && self.same_order(self.resolve(a), other, other.resolve(b))
        };
        match (self.node(id).kind, other.node(theirs).kind) {
            (NodeKind::Sequence(a) | NodeKind::Stream(a), NodeKind::Sequence(b) | NodeKind::Stream(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(*a, *b))
            }
            (NodeKind::Mapping(a), NodeKind::Mapping(b)) => {
                a.len() == b.len()
                    && a.iter().zip(b).all(|(a, b)| same(a.key, b.key) && same(a.value, b.value))
            }
            _ => true,
        }
    }

    /// The node that a pointer names; a pointer may lead through an alias.
    pub fn lookup(&self, pointer: &Pointer) -> Option<NodeId> {
        let mut node = self.root;
        for part in pointer.parts() {
            let index = self.child_index(node, part)?;
            node = self.child(self.resolve(node), index)?;
        }
        Some(node)
    }

    /// The value of a mapping's first entry whose key has this text.
    pub fn entry(&self, mapping: NodeId, key: &str) -> Option<NodeId> {
        let NodeKind::Mapping(pairs) = self.node(self.resolve(mapping)).kind else { return None };
        let hash = hash::of_string(key);
        let is_meant = |own: NodeId| match self.arena.hash_of_bare_string(own) {
            Some(own) => own == hash,
            None => self.scalar_text(own) == key,
        };
        pairs.iter().find(|pair| is_meant(pair.key)).map(|pair| pair.value)
    }

    /// The number of the child that a part of a pointer names.
    pub fn child_index(&self, container: NodeId, part: &str) -> Option<usize> {
        let container = self.resolve(container);
        match self.node(container).kind {
            NodeKind::Mapping(pairs) => pairs.iter().position(|pair| self.is_key(pair.key, part)),
            NodeKind::Sequence(items) | NodeKind::Stream(items) => {
                // RFC 6901: no sign, no leading zero.
                let index: usize = part.parse().ok().filter(|index: &usize| index.to_string() == part)?;
                (index < items.len()).then_some(index)
            }
            NodeKind::Scalar | NodeKind::Alias(_) => None,
        }
    }

    pub(crate) fn is_key(&self, key: NodeId, part: &str) -> bool {
        let key = self.resolve(key);
        match self.node(key).kind {
            NodeKind::Scalar if self.is_key_as_written(key) => self.scalar_text(key) == part,
            _ => self.key_text(key) == part,
        }
    }

    /// The pointer to a node; of a key, that of its entry.
    pub fn pointer_of(&self, id: NodeId) -> Pointer {
        let mut parts = Vec::new();
        let mut node = id;
        while let Some(parent) = self.node(node).parent {
            parts.push(self.part_of(parent, node));
            node = parent;
        }
        parts.iter().rev().fold(Pointer::root(), |pointer, part| pointer.child(part.as_str()))
    }

    fn part_of(&self, parent: NodeId, child: NodeId) -> String {
        match self.node(parent).kind {
            NodeKind::Mapping(pairs) => {
                let index = pairs.partition_point(|pair| pair.value < child);
                pairs.get(index).map(|pair| self.key_text(pair.key)).unwrap_or_default()
            }
            // Children lie in the arena in the order of the file.
            NodeKind::Sequence(items) | NodeKind::Stream(items) => {
                items.partition_point(|item| *item < child).to_string()
            }
            NodeKind::Scalar | NodeKind::Alias(_) => String::new(),
        }
    }
}
