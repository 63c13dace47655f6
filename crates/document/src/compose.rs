//! New text out of stretches of existing text.

mod block;
mod block_child;
mod block_new;
mod flow;
mod fold;
mod place;
mod quote;
mod verify;
mod whole;
mod writer;

use self::writer::Writer;
pub(crate) use self::writer::{block_header, last_leaf};
use crate::{Document, Language, NodeId, Value};

/// What a node of the new text is made of.
#[derive(Clone, Debug)]
pub enum Piece<'a> {
    /// A node with its text as it stands in `from`, indented anew where its depth differs.
    Copy {
        /// The document that holds the node.
        from: &'a Document,
        /// The node.
        node: NodeId,
    },
    /// A container that keeps the frame of a node of `from` (block or flow style, indentation,
    /// comments before the first child and after the last) around new children.
    Container {
        /// The document that gives the frame.
        from: &'a Document,
        /// A mapping, a sequence or the stream of documents.
        node: NodeId,
        /// What is in it, in this order.
        children: Vec<Child<'a>>,
    },
    /// New data; written in the style of `like` where it can be (quotes, block scalar, flow).
    Value {
        /// The data.
        value: Value,
        /// A node whose style to follow.
        like: Option<(&'a Document, NodeId)>,
    },
}

/// One entry of a mapping, one item of a sequence or one document of a stream.
#[derive(Clone, Debug)]
pub struct Child<'a> {
    /// Where key, dash and the comments that belong to the child come from.
    pub slot: Slot<'a>,
    /// Its value.
    pub value: Piece<'a>,
}

/// Where the text around a child's value comes from.
#[derive(Clone, Debug)]
pub enum Slot<'a> {
    /// As around child number `index` of `container` in `from`: leading comments, key, trailing comment.
    Of {
        /// The document.
        from: &'a Document,
        /// A container of it.
        container: NodeId,
        /// Counted from 0.
        index: usize,
    },
    /// The key as around one child, the comments as around another.
    Mixed {
        /// Gives the key: document, container, index.
        key: (&'a Document, NodeId, usize),
        /// Gives leading and trailing comments and blank lines: document, container, index.
        comments: (&'a Document, NodeId, usize),
    },
    /// A new entry with this key; `None` in a sequence.
    New(Option<Value>),
}

/// Why no text could be composed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// The text was composed, and reads as something else than the pieces mean.
    #[error("the composed text does not read back as intended")]
    Mismatch,
    /// The text was composed, and differs outside of what was to be changed.
    #[error("the composed text differs outside of what was to be changed")]
    Outside,
}

/// The text that the pieces make, in the place of all of `base`'s text: what is a copy of `base` stays
/// byte for byte. The text is read back and compared with what the pieces mean, the order of entries
/// included; an alias may also stand for the new data of its anchor, where that is made of the same node
/// or is at the same pointer.
pub fn compose(base: &Document, root: &Piece<'_>) -> Result<String, ComposeError> {
    written(Writer::new(base), root)
}

/// As [`compose`], but new text over several lines is written in quotes.
pub(crate) fn compose_in_quotes(base: &Document, root: &Piece<'_>) -> Result<String, ComposeError> {
    written(Writer::in_quotes(base), root)
}

fn written<'a>(mut writer: Writer<'a>, root: &Piece<'a>) -> Result<String, ComposeError> {
    let base = writer.base;
    writer.document(root);
    let text = writer.finish();
    let read = Document::parse(text.as_bytes(), base.language()).map_err(|_| ComposeError::Mismatch)?;
    if verify::means(root, &read, read.root()) { Ok(text) } else { Err(ComposeError::Mismatch) }
}

impl Value {
    /// A file with this data alone, written as Syncline writes what is new.
    pub fn to_text(&self, language: Language) -> Result<String, ComposeError> {
        let frame = match language {
            Language::Yaml => "",
            Language::Json => "{}\n",
        };
        let frame = Document::parse(frame.as_bytes(), language).map_err(|_| ComposeError::Mismatch)?;
        compose(&frame, &Piece::Value { value: self.clone(), like: None })
    }
}
