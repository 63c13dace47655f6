//! What must be held, by the identity of nodes.

use syncline_document::Value;

use super::model::Uid;

/// What kind of place is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A value in a document.
    Field,
    /// A run of lines, or comments; no edit here makes such a conflict.
    Lines,
    /// That a file is there.
    File,
    /// Where a file is.
    Path,
}

/// What is held of: a node, or the file with this root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// A node of a document.
    Node(Uid),
    /// A file, by its root.
    File(Uid),
}

/// A conflict that the merge must find.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// What kind of place.
    pub place: Place,
    /// Of what.
    pub who: Who,
    /// The base's value, ours and theirs; `None` where the values are not foretold (that of a folder whose
    /// children moved depends on when one looks).
    pub values: Option<[Option<Value>; 3]>,
    /// Whether it must be found; otherwise it may be.
    pub is_certain: bool,
}
