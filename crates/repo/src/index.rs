//! The index: after each operation it agrees with HEAD in what the operation touched.

use syncline_format::RepoPath;

use crate::{Entry, RepoError, Repository, TreeId};

impl Repository {
    /// Puts (`Some`) and removes (`None`) entries, with the files' stat data as of now where the file in
    /// the work tree is that entry, so that `git status` is clean and quick. Everything else that is staged
    /// stays. Conflict stages of these paths are cleared. A missing index is taken for an empty one.
    /// New objects are flushed first. In a bare repository nothing happens.
    pub fn update_index(&self, edits: &[(RepoPath, Option<Entry>)]) -> Result<(), RepoError> {
        todo!("{edits:?}")
    }

    /// Makes the index hold exactly this tree; stat data of entries that stay is kept.
    pub fn reset_index_to(&self, tree: Option<TreeId>) -> Result<(), RepoError> {
        todo!("{tree:?}")
    }

    /// The paths that are staged: that differ between the tree (HEAD's) and the index.
    pub fn staged(&self, tree: Option<TreeId>) -> Result<Vec<RepoPath>, RepoError> {
        todo!("{tree:?}")
    }
}
