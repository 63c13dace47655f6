//! What becomes of the index: it goes along with the branch, and what is staged with it.

use std::collections::HashSet;

use syncline_format::RepoPath;
use syncline_repo::{Entry, TreeId};

use crate::merging::{Differing, Merging};
use crate::{SyncError, Workspace};

impl Workspace {
    /// What has to change in the index where HEAD goes from one tree to another. What is staged stays: where it
    /// meets what comes in, the two are merged as uncommitted work is. Doing it twice is doing it once.
    pub(super) fn index_edits(
        &self,
        old: Option<TreeId>,
        new: TreeId,
    ) -> Result<Vec<(RepoPath, Option<Entry>)>, SyncError> {
        let coming = self.repo.diff_trees(old, Some(new), None)?;
        let mut edits: Vec<_> = coming.into_iter().map(|change| (change.path, change.new)).collect();
        let staged = if edits.is_empty() { Vec::new() } else { self.repo.staged(old)? };
        let coming: HashSet<&RepoPath> = edits.iter().map(|(path, _)| path).collect();
        if !staged.iter().any(|(path, _)| coming.contains(path)) {
            return Ok(edits);
        }
        let index = self.repo.edit_tree(old, &staged)?;
        let Differing { inside, .. } = self.differing_paths(old, index, new)?;
        let merged = self.merge_paths(inside, index, Merging::Draft)?.tree;
        // Outside of the workspace's folder nothing is merged.
        edits.retain(|(path, _)| self.folder().is_some_and(|folder| !path.is_in(folder)));
        let within = self.repo.diff_trees(Some(index), Some(merged), None)?;
        edits.extend(within.into_iter().map(|change| (change.path, change.new)));
        Ok(edits)
    }
}
