//! Whether there is something to do: what an agent in the background asks before it does anything.

use std::path::PathBuf;

use syncline_repo::ObjectId;

use crate::conflicts::ConflictSet;
use crate::lock::Lock;
use crate::workspace::own_ref;
use crate::{SyncError, Workspace};

/// The right to watch a folder, while it lives.
#[derive(Debug)]
pub struct Watching {
    _lock: Lock,
}

impl Workspace {
    /// Takes the right to watch this folder, which one process has at a time.
    pub fn watch(&self) -> Result<Watching, SyncError> {
        self.repo.exclude_leftovers_of_editors()?;
        Ok(Watching { _lock: Lock::watch(self.git_dir(), &self.environment.owner)? })
    }

    /// Whether the remote's branch or its conflicts are elsewhere than when they were last fetched. One short
    /// question; nothing is fetched.
    pub fn remote_has_news(&self) -> Result<bool, SyncError> {
        let on = self.on_branch()?;
        let bound = self.bound(Some(&on.name))?;
        let followed = self.followed(&on.name, &bound.name)?;
        let conflicts = own_ref(&format!("conflicts/{}", followed.branch()))?;
        let known =
            [followed.commit, ConflictSet::of_remote(&self.repo, &bound.name, &followed.branch())?.commit()];
        let names = [followed.remote_ref, conflicts];
        let there = bound.remote.look_at_refs(&names)?;
        Ok(names.iter().zip(known).any(|(name, known)| there.get(name) != known.map(ObjectId::from)))
    }

    /// The folders whose files may be of this workspace, the uppermost first. What lies directly in each of them is
    /// to be watched.
    pub fn folders(&self) -> Result<Vec<PathBuf>, SyncError> {
        Ok(self.repo.folders(self.folder())?)
    }
}
