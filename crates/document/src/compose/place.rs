//! Where a value in block style stands, and what its slot gives it.

use std::rc::Rc;

use crate::compose::{Child, Piece, Slot};
use crate::layout::{ChildSpan, Layout};
use crate::{Document, NodeId, NodeKind, Style, extent, gap};

/// What a value in block style follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Indicator {
    /// Nothing, or `---`.
    Root,
    /// A key's colon.
    Colon,
    /// A dash.
    Dash,
}

/// Where a value in block style stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The column of the container around it; -1 for the root.
    pub(crate) column: isize,
    pub(crate) indicator: Indicator,
}

/// The text around a value that is its slot's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Around {
    /// Between the indicator and a value on the same line.
    pub(crate) gap: String,
    /// The comment that ends the line, with the blanks before it.
    pub(crate) trail: String,
    /// The line break behind it where it is to stay as it is: a file may mix them.
    pub(crate) line_break: String,
    /// Whether the comments above the first child are written already, above the dash.
    pub(crate) hoisted: bool,
    /// Whether a tag is written behind the indicator already.
    pub(crate) tagged: bool,
}

/// One child of a container as it stands in its document.
#[derive(Clone)]
pub(crate) struct Source<'a> {
    pub(crate) from: &'a Document,
    pub(crate) layout: Rc<Layout>,
    pub(crate) container: NodeId,
    pub(crate) index: usize,
}

impl Source<'_> {
    pub(crate) fn span(&self) -> &ChildSpan {
        &self.layout.slots[self.index]
    }

    pub(crate) fn is_block(&self) -> bool {
        self.from.node(self.container).style == Style::Block
    }

    /// Whether a piece is this child's own value, or has its frame.
    pub(crate) fn owns(&self, piece: &Piece<'_>) -> bool {
        match piece {
            Piece::Copy { from, node } | Piece::Container { from, node, .. } => {
                std::ptr::eq(*from, self.from) && *node == self.span().value
            }
            Piece::Value { .. } => false,
        }
    }
}

/// The column of the block container around a node; -1 for a root.
pub(crate) fn parent_column(from: &Document, node: NodeId) -> isize {
    let mut above = from.node(node).parent;
    while let Some(parent) = above {
        let container = from.node(parent);
        if container.style == Style::Block && !matches!(container.kind, NodeKind::Stream(_)) {
            return isize::try_from(extent::column(from, parent)).unwrap_or(isize::MAX);
        }
        above = container.parent;
    }
    -1
}

pub(crate) fn indicator_of(from: &Document, node: NodeId) -> Indicator {
    match from.node(node).parent.map(|parent| from.node(parent).kind) {
        Some(NodeKind::Mapping(_)) => Indicator::Colon,
        Some(NodeKind::Sequence(_)) => Indicator::Dash,
        _ => Indicator::Root,
    }
}

pub(crate) fn is_block_container(from: &Document, node: NodeId) -> bool {
    from.node(node).style == Style::Block
        && matches!(from.node(node).kind, NodeKind::Mapping(_) | NodeKind::Sequence(_))
}

pub(crate) fn has_comment(text: &str) -> bool {
    text.contains('#')
}

pub(crate) fn columns(column: usize) -> isize {
    isize::try_from(column).unwrap_or(isize::MAX)
}

pub(crate) fn is_empty_root(document: &Document) -> bool {
    document.child_count(document.root) == 0
}

pub(crate) fn starts_blank(lead: &str) -> bool {
    gap::lines(lead).next().is_some_and(|line| line.trim().is_empty())
}

/// What a frame holds; one that is no container of its own (an alias) holds what its children say.
pub(crate) fn is_sequence(from: &Document, frame: NodeId, children: &[Child<'_>]) -> bool {
    let has_key = |child: &Child<'_>| match &child.slot {
        Slot::Of { from, container, index } | Slot::Mixed { key: (from, container, index), .. } => {
            from.key(*container, *index).is_some()
        }
        Slot::New(key) => key.is_some(),
    };
    match from.node(from.resolve(frame)).kind {
        NodeKind::Sequence(_) => true,
        NodeKind::Mapping(_) => false,
        _ => !children.iter().any(has_key),
    }
}
