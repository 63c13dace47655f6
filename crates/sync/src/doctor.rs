//! What everything else stands on, each piece to be asked for by itself: git, who commits, the lock, the remote.

use std::path::PathBuf;

use syncline_repo::{Git, GitVersion, Person, Protocol, RemoteError, RemoteUrl};

use crate::lock::Lock;
use crate::remote::Bound;
use crate::{Environment, SyncError, Workspace};

/// The remote, as it answered.
#[derive(Clone, Debug)]
pub struct RemoteState {
    /// How it is reached.
    pub protocol: Protocol,
    /// Its host; `None` for a folder.
    pub host: Option<String>,
    /// The branch of it that is followed; `None` where HEAD is on no branch.
    pub branch: Option<String>,
    /// Whether the remote has that branch.
    pub has_branch: bool,
    /// Where it sent us, when its repository was renamed.
    pub moved_to: Option<String>,
    /// Whether it was told a user name and token.
    pub signed_in: bool,
    /// Whether it would take a push; `None` where there is nothing to push yet.
    pub may_write: Option<Result<(), RemoteError>>,
    /// Whether anyone can read it without signing in.
    pub is_public: bool,
    /// How many seconds the clock here is ahead of its own, where it tells.
    pub clock_ahead: Option<i64>,
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

    /// Git's lock files that are there just now.
    pub fn lock_files(&self) -> Vec<PathBuf> {
        self.repo.lock_files()
    }

    /// How many seconds the clock here is behind the time of the last commit; `None` where it is not.
    pub fn clock_behind_commit(&self) -> Result<Option<i64>, SyncError> {
        let Some(commit) = self.repo.head()?.commit() else { return Ok(None) };
        let committed = self.repo.read_commit(commit)?.committer.time;
        Ok(Some(committed - self.environment.clock.now().0).filter(|behind| *behind > 0))
    }

    /// The address of the remote; `None` where none is connected.
    pub fn remote_url(&self) -> Result<Option<RemoteUrl>, SyncError> {
        match self.bound(self.repo.head()?.branch()) {
            Ok(bound) => Ok(Some(bound.remote.url().clone())),
            Err(SyncError::NoRemote) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Asks the remote for its branches and whether it would take a push, and changes nothing.
    pub fn check_remote(&self) -> Result<RemoteState, SyncError> {
        let head = self.repo.head()?;
        let Bound { name, remote } = self.bound(head.branch())?;
        let followed = head.branch().map(|branch| self.followed(branch, &name)).transpose()?;
        let reached = remote.reach()?;
        let now = self.environment.clock.now().0;
        let to_push = head.commit().zip(followed.as_ref());
        let may_write = to_push
            .map(|(commit, followed)| remote.try_push(self.repo.git_dir(), commit, &followed.remote_ref));
        Ok(RemoteState {
            protocol: remote.url().protocol(),
            host: remote.url().host().map(ToOwned::to_owned),
            has_branch: followed.as_ref().is_some_and(|it| reached.refs.get(&it.remote_ref).is_some()),
            branch: followed.map(|followed| followed.branch()),
            moved_to: reached.refs.redirected_to.map(|url| url.to_string()),
            signed_in: reached.signed_in,
            may_write,
            is_public: remote.is_public(),
            clock_ahead: reached.time.map(|time| now - time),
        })
    }
}
