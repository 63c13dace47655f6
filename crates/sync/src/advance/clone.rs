//! The files of a clone. Git writes them, and the plan says so meanwhile: what is missing after a crash is not taken for
//! removed, and the next command writes it.

use syncline_format::RepoPath;
use syncline_repo::{Entry, Head, RemoteUrl, TreeId};

use super::plan::Plan;
use crate::record::operation::FolderWay;
use crate::{SyncError, Workspace};

const CLONE: &str = "clone";

impl Plan {
    pub(super) fn is_of_clone(&self) -> bool {
        self.kind == CLONE
    }
}

impl Workspace {
    /// Writes down that the folder is to get its first files.
    pub(crate) fn plan_files_of_clone(&self, url: &RemoteUrl) -> Result<(), SyncError> {
        let Head::Branch { name, commit: Some(commit) } = self.repo.head()? else { return Ok(()) };
        let tree = self.repo.tree_of(commit)?;
        // A plan that can never be carried out would stand in the way of every later command.
        self.repo.refuse_unwritable(None, tree)?;
        let way = FolderWay {
            before: self.keep_draft(self.tree_or_empty(None)?, None)?,
            after: self.keep_draft(tree, Some(commit))?,
        };
        self.write_plan(&Plan {
            version: 1,
            kind: CLONE.to_owned(),
            description: format!("Clone {url}"),
            from: Some(name.to_string()),
            branch: name.to_string(),
            old: None,
            new: Some(commit.to_string()),
            before: way.before.to_string(),
            after: way.after.to_string(),
            refs: Vec::new(),
        })
    }

    /// Whether a clone is to get its first files yet.
    pub(crate) fn has_plan_of_clone(&self) -> Result<bool, SyncError> {
        Ok(self.read_plan()?.is_some_and(|plan| plan.is_of_clone()))
    }

    /// The files are there.
    pub(crate) fn drop_plan_of_clone(&self) -> Result<(), SyncError> {
        if self.has_plan_of_clone()? { self.drop_plan("cloned") } else { Ok(()) }
    }

    /// The folder's files, with those as a whole that git was killed over: they have the beginning of what they were to
    /// have.
    pub(super) fn with_whole_files(
        &self,
        now: TreeId,
        target: TreeId,
        changed: &[(RepoPath, Option<Entry>)],
    ) -> Result<TreeId, SyncError> {
        let mut edits = Vec::new();
        for (path, entry) in changed {
            let whole = self.repo.entry_at(target, path)?;
            if let (Some(entry), Some(whole)) = (entry, whole)
                && self.repo.read_blob(whole.id)?.starts_with(&self.repo.read_blob(entry.id)?)
            {
                edits.push((path.clone(), Some(whole)));
            }
        }
        Ok(self.repo.edit_tree(Some(now), &edits)?)
    }
}
