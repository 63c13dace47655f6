//! What a path holds.

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
