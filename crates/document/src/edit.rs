//! Single edits by pointer.

use crate::{ComposeError, Document, Pointer, Position, Value};

/// One change of a document's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Gives a node another value; adds the entry where the mapping has no such key yet, and the item
    /// where the index is the sequence's length or `-`.
    Set {
        /// The node.
        at: Pointer,
        /// Its new value.
        value: Value,
    },
    /// Takes an entry or item out, with the comments that belong to it.
    Remove {
        /// The node.
        at: Pointer,
    },
    /// Puts a new item into a sequence before the item that is there now.
    Insert {
        /// The place.
        at: Pointer,
        /// The item.
        value: Value,
    },
}

/// Why an edit is not done; the document is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The pointer names nothing.
    #[error("there is nothing at `{0}`")]
    NotFound(Pointer),
    /// The node is an alias, or lies behind one: the edit would change other places too.
    #[error("`{at}` is an alias ({position}), and an edit of it would change other places too")]
    Alias {
        /// The pointer as asked for.
        at: Pointer,
        /// Where the alias stands.
        position: Position,
    },
    /// The mapping has the key more than once.
    #[error("`{at}` stands more than once in its mapping (again at {position})")]
    RepeatedKey {
        /// The pointer as asked for.
        at: Pointer,
        /// Where it stands again.
        position: Position,
    },
    /// The text could not be made.
    #[error("the edit of `{at}` could not be written safely")]
    Compose {
        /// The pointer as asked for.
        at: Pointer,
        /// Why.
        source: ComposeError,
    },
}

impl Document {
    /// The text after an edit; one that changes no data changes no byte.
    pub fn edit(&self, edit: &Edit) -> Result<String, EditError> {
        let _ = edit;
        todo!()
    }
}
