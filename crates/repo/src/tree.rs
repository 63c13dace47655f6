//! Trees: reading, comparing, editing. What is equal on both sides is never opened, so cost follows the
//! changes.

use syncline_format::RepoPath;

use crate::{BlobId, RepoError, Repository, TreeId};

/// What kind of thing a path holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// An ordinary file.
    File,
    /// A file that can be run.
    Executable,
    /// A symbolic link; the blob is its target.
    Link,
    /// A submodule; the id is the commit that it is at, and no object of this repository.
    Submodule,
}

/// What a tree has at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Entry {
    /// What kind of thing it is.
    pub mode: Mode,
    /// Its content.
    pub id: BlobId,
}

/// A path that differs between two trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeChange {
    /// The path, of a file; never of a folder.
    pub path: RepoPath,
    /// What the old tree has there.
    pub old: Option<Entry>,
    /// What the new tree has there.
    pub new: Option<Entry>,
}

impl Repository {
    /// What the tree has at the path; `None` where there is nothing, or a folder.
    pub fn entry_at(&self, tree: TreeId, path: &RepoPath) -> Result<Option<Entry>, RepoError> {
        todo!("{tree}{path}")
    }

    /// The tree of a folder; `None` where there is none.
    pub fn folder_at(&self, tree: TreeId, path: &RepoPath) -> Result<Option<TreeId>, RepoError> {
        todo!("{tree}{path}")
    }

    /// All files of the tree, or of the folder `under` of it (then too with their whole paths), in Git's
    /// order. A path that must not be is [`RepoError::UnsafePath`].
    pub fn entries(
        &self,
        tree: TreeId,
        under: Option<&RepoPath>,
    ) -> Result<Vec<(RepoPath, Entry)>, RepoError> {
        todo!("{tree}{under:?}")
    }

    /// The tree that results from putting (`Some`) and removing (`None`) files in `base`. Folders are made
    /// as needed, and empty ones vanish. A file put where a folder is replaces the folder, and the other way
    /// round, unless another edit contradicts that ([`RepoError::EditTree`]).
    pub fn edit_tree(
        &self,
        base: Option<TreeId>,
        edits: &[(RepoPath, Option<Entry>)],
    ) -> Result<TreeId, RepoError> {
        todo!("{base:?}{edits:?}")
    }

    /// The files that differ, in Git's order, or only those below the folder (or at the file) `under`. No
    /// renames are looked for. A path that must not be is [`RepoError::UnsafePath`].
    pub fn diff_trees(
        &self,
        old: Option<TreeId>,
        new: Option<TreeId>,
        under: Option<&RepoPath>,
    ) -> Result<Vec<TreeChange>, RepoError> {
        todo!("{old:?}{new:?}{under:?}")
    }
}
