//! The draft: what the user changed and has not committed.
//!
//! In a folder it is the folder's difference from the last commit; in a bare repository a commit at
//! `refs/syncline/drafts/<user>/<branch>`.

use syncline_format::RepoPath;
use syncline_repo::{BranchName, Changed, CommitId, RefName, SnapshotOptions, TreeId, Trouble};

use crate::record::{Note, write_commit};
use crate::workspace::own_ref;
use crate::{SyncError, Workspace};

/// What differs from a commit.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    /// The commit's tree; `None` before the first commit.
    pub(crate) base: Option<TreeId>,
    /// Files that differ, in the order of their paths.
    pub(crate) changed: Vec<Changed>,
    /// What could not be read, or is left to git.
    pub(crate) trouble: Vec<Trouble>,
    /// How many files the base has in the part that was looked at.
    pub(crate) base_files: usize,
}

impl Draft {
    /// The base with all that changed.
    pub(crate) fn tree(&self, workspace: &Workspace) -> Result<TreeId, SyncError> {
        let edits: Vec<_> =
            self.changed.iter().map(|changed| (changed.path.clone(), changed.after)).collect();
        Ok(workspace.repo.edit_tree(self.base, &edits)?)
    }
}

impl Workspace {
    /// The draft against a commit. With `only`, nothing else is looked at.
    pub(crate) fn draft(
        &self,
        branch: Option<&BranchName>,
        base: Option<CommitId>,
        only: Option<&[RepoPath]>,
        write: bool,
    ) -> Result<Draft, SyncError> {
        let base = self.tree_of(base)?;
        if self.repo.work_tree().is_none() {
            return self.stored_draft(branch, base);
        }
        let options = SnapshotOptions { base, under: self.folder(), only, write };
        let snapshot = self.repo.snapshot(&options)?;
        let (changed, trouble, base_files) = (snapshot.changed, snapshot.trouble, snapshot.base_files);
        Ok(Draft { base, changed, trouble, base_files })
    }

    fn stored_draft(&self, branch: Option<&BranchName>, base: Option<TreeId>) -> Result<Draft, SyncError> {
        let stored = branch.map(|branch| self.draft_ref(branch)).transpose()?;
        let stored = stored.map(|name| self.repo.tree_at(&name)).transpose()?.flatten();
        let Some(tree) = stored else {
            return Ok(Draft { base, changed: Vec::new(), trouble: Vec::new(), base_files: 0 });
        };
        let differing = self.repo.diff_trees(base, Some(tree), self.folder())?.into_iter();
        let changed =
            differing.map(|one| Changed { path: one.path, before: one.old, after: one.new }).collect();
        Ok(Draft { base, changed, trouble: Vec::new(), base_files: 0 })
    }

    /// Where a bare repository keeps the user's draft of a branch.
    pub(crate) fn draft_ref(&self, branch: &BranchName) -> Result<RefName, SyncError> {
        own_ref(&format!("drafts/{}/{branch}", self.environment.user))
    }

    /// A commit that keeps the folder's state, on top of the commit it is based on.
    pub(crate) fn keep_draft(&self, tree: TreeId, base: Option<CommitId>) -> Result<CommitId, SyncError> {
        let note = Note::new(&self.environment, "Uncommitted work");
        write_commit(&self.repo, tree, base.into_iter().collect(), &note)
    }
}
