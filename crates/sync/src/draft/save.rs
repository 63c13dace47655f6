//! Saving what the user typed into the draft of a bare repository, so that nothing is only in memory.

use syncline_format::RepoPath;
use syncline_repo::{Entry, Mode};

use crate::advance::replace;
use crate::{SyncError, Workspace};

impl Workspace {
    /// Puts a file into the user's draft (`None` takes it out), on the disk before this returns. Its mode
    /// stays as it was.
    ///
    /// [`SyncError::ReadOnly`] where the workspace is a folder: there the draft is what the folder holds.
    pub fn save(&mut self, path: &RepoPath, content: Option<&[u8]>) -> Result<(), SyncError> {
        if self.repo.work_tree().is_some() {
            return Err(SyncError::ReadOnly("the draft of a folder is what it holds".to_owned()));
        }
        let _lock = self.begin()?;
        let on = self.on_branch()?;
        self.catch_up_draft(&on.name)?;
        let name = self.draft_ref(&on.name)?;
        let stored = self.repo.commit_at(&name)?;
        let base = self.tree_of(stored.or(on.commit))?;
        let old = base.map(|tree| self.repo.entry_at(tree, path)).transpose()?.flatten();
        let mode = old.map(|entry| entry.mode).filter(|mode| *mode == Mode::Executable).unwrap_or(Mode::File);
        let new = content.map(|bytes| self.repo.write_blob(bytes)).transpose()?;
        let new = new.map(|id| Entry { mode, id });
        if new == old {
            return Ok(());
        }
        let tree = self.repo.edit_tree(base, &[(path.clone(), new)])?;
        let draft = self.keep_draft(tree, on.commit)?;
        self.move_refs(&[replace(name.clone(), stored, Some(draft), "saved")])?;
        Ok(self.repo.persist_ref(&name)?)
    }
}
