//! The arena of nodes over a document's text.

use std::ops::Range;

use crate::{Language, ParseError, Pointer, Position, Value};

/// A node of one document; meaningless in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A leaf; its meaning is [`Document::value`].
    Scalar,
    /// `*name`; stands for the node that it names.
    Alias(NodeId),
    /// Items in order.
    Sequence(Vec<NodeId>),
    /// Entries in the order of the file; a key may occur twice, see [`Document::repeated_key`].
    Mapping(Vec<Pair>),
    /// The root of a YAML file that has no document or several.
    Stream(Vec<NodeId>),
}

/// One entry of a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The key's node.
    pub key: NodeId,
    /// The value's node; of an empty value the span is empty.
    pub value: NodeId,
}

/// One node.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is and what it holds.
    pub kind: NodeKind,
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
    text: String,
    language: Language,
    nodes: Vec<Node>,
    root: NodeId,
}

impl Document {
    /// Reads a file.
    pub fn parse(bytes: &[u8], language: Language) -> Result<Self, ParseError> {
        let _ = (bytes, language);
        todo!()
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

    /// A node by its id.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The data of a node; an alias has the data of the node it names.
    pub fn value(&self, id: NodeId) -> Value {
        let _ = id;
        todo!()
    }

    /// The node that a pointer names.
    pub fn lookup(&self, pointer: &Pointer) -> Option<NodeId> {
        let _ = pointer;
        todo!()
    }

    /// Where the first key stands that its mapping already has.
    pub fn repeated_key(&self) -> Option<Position> {
        todo!()
    }
}
