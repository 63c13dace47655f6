//! What is held, without a look at the folder.

use crate::{SyncError, Workspace};

/// How much is held on a branch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// Conflicts, those against uncommitted work among them.
    pub conflicts: usize,
    /// Files of the last commit that cannot be read.
    pub problems: usize,
}

impl Workspace {
    /// What is held on the branch that the folder is on. Cheap after an operation, where
    /// [`Workspace::status`] would look through the folder once more; bad files that are only in the folder
    /// are therefore not counted.
    pub fn holding(&self) -> Result<Holding, SyncError> {
        let head = self.repo.head()?;
        let problems = self.committed_problems(head.commit())?.len();
        let conflicts = match &self.merged_branch()? {
            Some(branch) => {
                let of_commits = self.held_with_gits(branch)?.len();
                of_commits + self.draft_conflicts(branch)?.len()
            }
            None => 0,
        };
        Ok(Holding { conflicts, problems })
    }
}
