//! What everything else stands on, each piece to be asked for by itself: git, who commits, the lock, the remote.

use syncline_repo::{Git, GitVersion, Person};

use crate::lock::Lock;
use crate::{Environment, SyncError, Workspace};

/// The remote, as it answered.
#[derive(Clone, Debug)]
pub struct RemoteState {
    /// Its URL without user information.
    pub url: String,
    /// The branch of it that is followed; `None` where HEAD is on no branch.
    pub branch: Option<String>,
    /// Whether the remote has that branch.
    pub has_branch: bool,
    /// Whether anyone can read it without signing in.
    pub is_public: bool,
}

/// The version of the git that is installed. Fails where there is none, or one that is too old.
pub fn git_version(environment: &Environment) -> Result<GitVersion, SyncError> {
    Ok(Git::version(&environment.git)?)
}

impl Workspace {
    /// In whose name commits are made.
    pub fn who_commits(&self) -> Result<Person, SyncError> {
        Ok(self.author()?.person)
    }

    /// The process that writes just now, as it named itself.
    pub fn who_writes(&self) -> Option<String> {
        Lock::owner(self.repo.common_dir())
    }

    /// The address of the remote; `None` where none is connected.
    pub fn remote_url(&self) -> Result<Option<String>, SyncError> {
        match self.bound(self.repo.head()?.branch()) {
            Ok(bound) => Ok(Some(bound.remote.url().to_string())),
            Err(SyncError::NoRemote) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Asks the remote for its branches, and changes nothing.
    pub fn check_remote(&self) -> Result<RemoteState, SyncError> {
        let head = self.repo.head()?;
        let bound = self.bound(head.branch())?;
        let followed = head.branch().map(|branch| self.followed(branch, &bound.name)).transpose()?;
        let refs = bound.remote.list_refs()?;
        Ok(RemoteState {
            url: bound.remote.url().to_string(),
            has_branch: followed.as_ref().is_some_and(|it| refs.get(&it.remote_ref).is_some()),
            branch: followed.map(|followed| followed.branch()),
            is_public: bound.remote.is_public(),
        })
    }
}
