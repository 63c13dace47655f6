//! What branches follow: git keeps that in its settings, which go along with no ref.

use syncline_repo::{BranchName, RefName};

use crate::remote::SEEN;
use crate::{Operation, RefMove, SyncError, Workspace};

impl Workspace {
    /// Before an operation is taken back: the branches that come again follow what they followed.
    pub(super) fn follow_again(&mut self, operation: &Operation) -> Result<(), SyncError> {
        // A new name takes along what the branch follows by now.
        if operation.renamed().is_some() {
            return Ok(());
        }
        for moved in operation.refs.iter().filter(|moved| moved.after.is_none()) {
            let (Some(branch), Some(follows)) = (moved.branch(), &moved.follows) else { continue };
            let is_there = self.repo.commit_at(&branch.ref_name())?.is_some();
            let is_bound = follows.remote == "."
                || self.repo.remotes().iter().any(|remote| remote.name == follows.remote);
            if !is_there && is_bound && self.repo.upstream(&branch).is_none() {
                let merge = RefName::new(&follows.merge)?;
                self.repo.set_upstream(&branch, Some((&follows.remote, &merge)))?;
            }
        }
        Ok(())
    }

    /// After it: the branches that are not there follow nothing, but for one that waits for its first commit.
    pub(super) fn follow_no_more(&mut self, operation: &Operation) -> Result<(), SyncError> {
        for branch in operation.refs.iter().filter(|moved| moved.comes_or_goes()).filter_map(RefMove::branch)
        {
            let is_gone = self.repo.commit_at(&branch.ref_name())?.is_none();
            if is_gone && self.repo.head()?.branch() != Some(&branch) && self.repo.upstream(&branch).is_some()
            {
                self.repo.set_upstream(&branch, None)?;
            }
        }
        Ok(())
    }
}

impl Operation {
    /// Whether a ref tells what was last seen of what a branch follows that came or went with it.
    pub(super) fn remembers_with_branch(&self, moved: &RefMove) -> bool {
        let Some(branch) = moved.name.strip_prefix(SEEN).and_then(|name| BranchName::new(name).ok()) else {
            return false;
        };
        self.refs.iter().any(|it| it.comes_or_goes() && it.branch().as_ref() == Some(&branch))
    }
}

impl RefMove {
    fn comes_or_goes(&self) -> bool {
        self.before.is_none() || self.after.is_none()
    }
}
