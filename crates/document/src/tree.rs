//! The arena of nodes over a document's text.

use std::ops::Range;

use crate::arena::{Arena, Facts};
use crate::parse::{json, yaml};
use crate::scalar::Meaning;
use crate::{Language, ParseError, Position};

/// How many containers may lie in each other. Deeper files are refused: no such file is meant for people,
/// and whoever walks a tree may then do it by recursion.
pub const MAX_DEPTH: usize = 255;

/// The longest file that is read, in bytes: the tree of one takes up to twenty times as much memory, and a commit of
/// a few kilobytes can bring one of any length.
pub const MAX_BYTES: usize = 128 << 20;

/// A node of one document; meaningless in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// A scalar without quotes; the only style of JSON's numbers and words.
    Plain,
    /// `'text'`.
    SingleQuoted,
    /// `"text"`; the style of JSON's strings.
    DoubleQuoted,
    /// A block scalar that begins with `|`.
    Literal,
    /// A block scalar that begins with `>`.
    Folded,
    /// A container by indentation.
    Block,
    /// A container in brackets; the style of JSON's containers.
    Flow,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind<'d> {
    /// A leaf; its meaning is [`Document::value`].
    Scalar,
    /// `*name`; stands for the node that it names.
    Alias(NodeId),
    /// Items in order.
    Sequence(&'d [NodeId]),
    /// Entries in the order of the file; a key may occur twice, see [`Document::repeated_key`].
    Mapping(&'d [Pair]),
    /// The root of a YAML file that has no document or several.
    Stream(&'d [NodeId]),
}

/// One entry of a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The key's node.
    pub key: NodeId,
    /// The value's node; of an empty value the span is empty.
    pub value: NodeId,
}

/// One node, as it is seen in its document.
#[derive(Clone, Debug)]
pub struct Node<'d> {
    /// What it is and what it holds.
    pub kind: NodeKind<'d>,
    /// How it is written.
    pub style: Style,
    /// Its own text in bytes, with tag and anchor, without comments around it.
    pub span: Range<usize>,
    /// The container that it is in; `None` for the root.
    pub parent: Option<NodeId>,
}

/// A file's text and the tree over it.
#[derive(Clone, Debug)]
pub struct Document {
    pub(crate) text: String,
    pub(crate) language: Language,
    pub(crate) arena: Arena,
    pub(crate) root: NodeId,
    /// Where each document of the file begins: after its `---` where it has one.
    pub(crate) openings: Vec<usize>,
    /// The first key that its mapping already has.
    pub(crate) repeated: Option<NodeId>,
}

impl Document {
    /// Reads a file. A repeated key is no error, see [`Document::repeated_key`].
    pub fn parse(bytes: &[u8], language: Language) -> Result<Self, ParseError> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            ParseError::at(valid, valid.len(), "the file is not UTF-8 text")
        })?;
        if text.len() > MAX_BYTES {
            let reason = format!("the file is longer than {} MB", MAX_BYTES >> 20);
            return Err(ParseError::at(text, 0, reason));
        }
        match language {
            Language::Yaml => yaml::parse(text),
            Language::Json => json::parse(text),
        }
    }

    /// The text, byte for byte as it was read, with a byte order mark if it had one.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it was read as.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The outermost node.
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// How many nodes there are, keys included.
    pub fn node_count(&self) -> usize {
        self.arena.len()
    }

    /// All nodes: a container before what is in it, but the stream last.
    pub(crate) fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.arena.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// A node by its id.
    #[inline]
    pub fn node(&self, id: NodeId) -> Node<'_> {
        self.arena.node(id)
    }

    #[inline]
    pub(crate) fn facts(&self, id: NodeId) -> Facts {
        self.arena.facts(id)
    }

    /// Of a scalar.
    pub(crate) fn meaning(&self, id: NodeId) -> Meaning {
        self.arena.meaning(id)
    }

    /// A node's own text: its span.
    pub fn node_text(&self, id: NodeId) -> &str {
        &self.text[self.node(id).span]
    }

    /// The node itself, or the one that an alias names.
    pub fn resolve(&self, id: NodeId) -> NodeId {
        match self.node(id).kind {
            NodeKind::Alias(target) => target,
            _ => id,
        }
    }

    /// How many children a container has; 0 for any other node.
    pub fn child_count(&self, id: NodeId) -> usize {
        match self.node(id).kind {
            NodeKind::Scalar | NodeKind::Alias(_) => 0,
            NodeKind::Sequence(items) | NodeKind::Stream(items) => items.len(),
            NodeKind::Mapping(pairs) => pairs.len(),
        }
    }

    /// The value of a container's child by its number, counted from 0.
    pub fn child(&self, id: NodeId, index: usize) -> Option<NodeId> {
        match self.node(id).kind {
            NodeKind::Scalar | NodeKind::Alias(_) => None,
            NodeKind::Sequence(items) | NodeKind::Stream(items) => items.get(index).copied(),
            NodeKind::Mapping(pairs) => pairs.get(index).map(|pair| pair.value),
        }
    }

    /// The key of a mapping's entry by its number, counted from 0.
    pub fn key(&self, id: NodeId, index: usize) -> Option<NodeId> {
        match self.node(id).kind {
            NodeKind::Mapping(pairs) => pairs.get(index).map(|pair| pair.key),
            _ => None,
        }
    }

    /// A node's tag where the core schema does not resolve it, as in [`Value::Tagged`](crate::Value::Tagged).
    pub fn tag(&self, id: NodeId) -> Option<&str> {
        self.arena.properties(id)?.tag.as_deref()
    }

    /// The name of a node's anchor.
    pub fn anchor(&self, id: NodeId) -> Option<&str> {
        self.arena.properties(id)?.anchor.as_deref()
    }

    /// Where a node begins.
    pub fn position(&self, id: NodeId) -> Position {
        Position::of(&self.text, self.node(id).span.start)
    }

    /// Where the first key stands that its mapping already has. The entries of a key are told apart by their
    /// order; most readers take the last.
    pub fn repeated_key(&self) -> Option<Position> {
        self.repeated.map(|key| self.position(key))
    }
}
