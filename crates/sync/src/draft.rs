//! The draft: what the user changed and has not committed.
//!
//! In a folder it is the folder's difference from the last commit; in a bare repository a commit at
//! `refs/syncline/drafts/<user>/<branch>`.

pub(crate) mod chosen;
pub(crate) mod local;
pub(crate) mod moved;
pub(crate) mod overlay;
mod parts;
pub(crate) mod pick;
pub(crate) mod save;
pub(crate) mod secrets;
pub(crate) mod sharing;
pub(crate) mod sort;
mod staying;
mod torn;

use syncline_format::RepoPath;
use syncline_repo::{BranchName, Changed, CommitId, Entry, RefName, SnapshotOptions, TreeId, Trouble};

use crate::advance::replace;
use crate::conflicts::ConflictSet;
use crate::merging::{Merging, TreeMerge};
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
    /// The base with all that changed, where it is stored already.
    pub(crate) stored: Option<TreeId>,
}

/// The draft that a bare repository keeps.
struct Stored {
    commit: CommitId,
    /// The commit that it was begun on.
    begun_on: Option<CommitId>,
    /// What it is on the branch's last commit: begun on another one, it is merged onto what somebody else
    /// committed or pushed meanwhile.
    now: TreeMerge,
}

impl Draft {
    /// The base with all that changed.
    pub(crate) fn tree(&self, workspace: &Workspace) -> Result<TreeId, SyncError> {
        match self.stored {
            Some(tree) => Ok(tree),
            None => Ok(workspace.repo.edit_tree(self.base, &self.edits())?),
        }
    }

    /// All that changed, as it is to be put into the base.
    pub(crate) fn edits(&self) -> Vec<(RepoPath, Option<Entry>)> {
        self.changed.iter().map(|changed| (changed.path.clone(), changed.after)).collect()
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
        let draft = if self.repo.work_tree().is_none() {
            self.stored_draft(branch, base)?
        } else {
            let options = SnapshotOptions { base, under: self.folder(), only, write, marked: false };
            let snapshot = self.repo.snapshot(&options)?;
            Draft { base, changed: snapshot.changed, trouble: snapshot.trouble, stored: None }
        };
        let files = draft.changed.iter().filter_map(|changed| Some((changed.path.clone(), changed.after?)));
        self.recognised.meet(&self.repo, &self.descriptions.formats, files);
        Ok(draft)
    }

    fn stored_draft(&self, branch: Option<&BranchName>, base: Option<TreeId>) -> Result<Draft, SyncError> {
        let stored = match branch {
            Some(branch) => self.read_stored(branch, self.repo.commit_at(&branch.ref_name())?)?,
            None => None,
        };
        let Some(Stored { now: TreeMerge { tree, .. }, .. }) = stored else {
            return Ok(Draft { base, changed: Vec::new(), trouble: Vec::new(), stored: base });
        };
        let differing = self.repo.diff_trees(base, Some(tree), self.folder())?.into_iter();
        let changed =
            differing.map(|one| Changed { path: one.path, before: one.old, after: one.new }).collect();
        // Outside of the workspace's folder the stored tree may differ in more.
        let stored = self.folder().is_none().then_some(tree);
        Ok(Draft { base, changed, trouble: Vec::new(), stored })
    }

    /// The stored draft of a branch whose last commit is `head`.
    fn read_stored(&self, branch: &BranchName, head: Option<CommitId>) -> Result<Option<Stored>, SyncError> {
        let Some(commit) = self.repo.commit_at(&self.draft_ref(branch)?)? else { return Ok(None) };
        let stored = self.repo.read_commit(commit)?;
        let begun_on = stored.parents.first().copied();
        let now = match head {
            Some(head) if begun_on != Some(head) => {
                let (base, target) = (self.tree_of(begun_on)?, self.repo.tree_of(head)?);
                self.merge_draft(base, stored.tree, target, (begun_on, Some(head)))?
            }
            _ => TreeMerge { tree: stored.tree, conflicts: Vec::new() },
        };
        Ok(Some(Stored { commit, begun_on, now }))
    }

    /// Uncommitted work together with what came in between two commits: what the draft has stays where both
    /// changed one thing.
    pub(crate) fn merge_draft(
        &self,
        base: Option<TreeId>,
        draft: TreeId,
        target: TreeId,
        (old, new): (Option<CommitId>, Option<CommitId>),
    ) -> Result<TreeMerge, SyncError> {
        let mut merged = self.merge_trees(base, draft, target, Merging::Draft)?;
        self.tell_of_draft(&mut merged.conflicts, old, new)?;
        Ok(merged)
    }

    /// Stores the draft of a bare repository as it is on the branch's last commit, and holds what both
    /// changed. The caller holds the lock.
    pub(crate) fn catch_up_draft(&self, branch: &BranchName) -> Result<(), SyncError> {
        if self.repo.work_tree().is_some() {
            return Ok(());
        }
        let head = self.repo.commit_at(&branch.ref_name())?;
        let Some(Stored { commit, begun_on, now }) = self.read_stored(branch, head)? else { return Ok(()) };
        if begun_on == head {
            return Ok(());
        }
        let is_empty = self.tree_of(head)? == Some(now.tree);
        let new = (!is_empty).then(|| self.keep_draft(now.tree, head)).transpose()?;
        let mut refs =
            vec![replace(self.draft_ref(branch)?, Some(commit), new, "on what was committed since")];
        refs = self.with_draft_conflicts(branch, refs, &now.conflicts, &[])?;
        self.move_refs(&refs)
    }

    /// What is held between the uncommitted work on a branch and what was pulled; never pushed.
    pub(crate) fn draft_conflicts(&self, branch: &BranchName) -> Result<ConflictSet, SyncError> {
        let name = match self.repo.work_tree() {
            Some(_) => format!("draft-conflicts/{branch}"),
            None => format!("draft-conflicts/{}/{branch}", self.environment.user),
        };
        ConflictSet::read(&self.repo, own_ref(&name)?)
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
