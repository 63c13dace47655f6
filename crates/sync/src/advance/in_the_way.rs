//! Files in the way of what comes in: they have to be known before anything is written.

use std::collections::HashMap;

use syncline_format::RepoPath;
use syncline_repo::{CommitId, SnapshotOptions, TreeId, Trouble, TroubleKind};

use crate::{SyncError, Workspace};

impl Workspace {
    /// Fails where a file is in the way of what comes in, which has to be known before anything is written or
    /// pushed: one that cannot be taken, and one outside the workspace's folder that is changed on the way and
    /// in the work tree, which is git's to merge.
    pub(crate) fn refuse_files_in_the_way(
        &self,
        old: Option<CommitId>,
        new: Option<CommitId>,
    ) -> Result<(), SyncError> {
        if self.repo.work_tree().is_none() {
            return Ok(());
        }
        let base = self.tree_of(old)?;
        let coming = self.repo.diff_trees(base, self.tree_of(new)?, None)?;
        let paths: Vec<_> = coming.iter().map(|change| change.path.clone()).collect();
        let options =
            SnapshotOptions { base, only: Some(&paths), marked: true, ..SnapshotOptions::default() };
        let snapshot = self.repo.snapshot(&options)?;
        refuse_trouble(&snapshot.trouble, &paths)?;
        let Some(folder) = self.folder() else { return Ok(()) };
        let coming: HashMap<_, _> = coming.iter().map(|change| (&change.path, change.new)).collect();
        for changed in snapshot.changed.into_iter().filter(|changed| !changed.path.is_in(folder)) {
            if coming.get(&changed.path) != Some(&changed.after) {
                return Err(SyncError::OutsideFolder(changed.path));
            }
        }
        Ok(())
    }

    /// Fails where a file outside the workspace's folder is to be written, and is not as `before` has it: an undo may
    /// come from a time when the workspace was another folder.
    pub(super) fn refuse_work_outside(&self, before: TreeId, after: TreeId) -> Result<(), SyncError> {
        let Some(folder) = self.folder() else { return Ok(()) };
        let mut outside = self.repo.diff_trees(Some(before), Some(after), None)?;
        outside.retain(|change| !change.path.is_in(folder));
        let paths: Vec<_> = outside.iter().map(|change| change.path.clone()).collect();
        let options = SnapshotOptions {
            base: Some(before),
            only: Some(&paths),
            marked: true,
            ..SnapshotOptions::default()
        };
        let snapshot = self.repo.snapshot(&options)?;
        refuse_trouble(&snapshot.trouble, &paths)?;
        let goal: HashMap<_, _> = outside.iter().map(|change| (&change.path, change.new)).collect();
        let work = snapshot.changed.into_iter().find(|it| goal.get(&it.path) != Some(&it.after));
        work.map_or(Ok(()), |changed| Err(SyncError::OutsideFolder(changed.path)))
    }

    /// Fails where a file that is to be written cannot be taken: the plan could never be carried out.
    pub(super) fn refuse_trouble_on_the_way(
        &self,
        trouble: &[Trouble],
        before: TreeId,
        after: TreeId,
    ) -> Result<(), SyncError> {
        if trouble.is_empty() {
            return Ok(());
        }
        let changes = self.repo.diff_trees(Some(before), Some(after), None)?;
        refuse_trouble(trouble, &changes.into_iter().map(|change| change.path).collect::<Vec<_>>())
    }
}

/// Fails where one of the paths is, or lies in, something that cannot be taken. What is left to git is no
/// trouble: it stays as it is, and is named.
pub(super) fn refuse_trouble(trouble: &[Trouble], paths: &[RepoPath]) -> Result<(), SyncError> {
    let is_left_to_git = |kind| matches!(kind, TroubleKind::Filter | TroubleKind::Repository);
    let mut in_earnest = trouble.iter().filter(|trouble| !is_left_to_git(trouble.kind));
    match in_earnest.find(|trouble| paths.iter().any(|path| path.is_in(&trouble.path))) {
        Some(Trouble { path, reason, .. }) => {
            Err(SyncError::CannotTake { path: path.clone(), reason: reason.clone() })
        }
        None => Ok(()),
    }
}
