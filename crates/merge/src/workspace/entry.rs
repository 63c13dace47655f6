//! What a path holds.

use std::fmt;
use std::sync::Arc;

/// What kind of thing a path holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// An ordinary file.
    File,
    /// A file that can be run.
    Executable,
    /// A symbolic link; its content is its target, which is never followed.
    Link,
    /// A submodule; its id is a commit of another repository.
    Submodule,
}

/// What a path holds: the id says of what content.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry<Id> {
    /// What kind of thing it is.
    pub mode: Mode,
    /// Its content; two entries with one id have the same.
    pub id: Id,
}

impl Mode {
    /// Whether it is a file of either sort.
    pub(super) fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }

    /// As conflicts name it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Executable => "executable",
            Self::Link => "link",
            Self::Submodule => "submodule",
        }
    }
}

/// Content that one of the versions had, or that the merge made on its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Content<Id> {
    Known(Id),
    Made(Arc<[u8]>),
}

impl<Id> Content<Id> {
    pub(super) fn read<E>(&self, known: &dyn Fn(&Id) -> Result<Vec<u8>, E>) -> Result<Vec<u8>, E> {
        match self {
            Self::Known(id) => known(id),
            Self::Made(bytes) => Ok(bytes.to_vec()),
        }
    }
}

impl<Id: fmt::Display> fmt::Display for Content<Id> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(id) => id.fmt(f),
            // Only documents are made, and those are shown as they are.
            Self::Made(bytes) => String::from_utf8_lossy(bytes).fmt(f),
        }
    }
}

impl<Id> Entry<Id> {
    /// With content that has another name.
    pub(super) fn map<Other>(self, name: impl FnOnce(Id) -> Other) -> Entry<Other> {
        Entry { mode: self.mode, id: name(self.id) }
    }
}
