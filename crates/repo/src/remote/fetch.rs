//! Fetch.

use std::path::Path;

use crate::{ObjectId, RefName};

use super::{Direction, Remote, RemoteError, RemoteErrorKind};
use crate::git::OnProgress;

/// What is wanted of a fetch.
#[derive(Clone, Debug, Default)]
pub struct FetchOptions {
    /// Which refs go where, as git writes it: `+refs/heads/*:refs/remotes/origin/*`.
    pub refspecs: Vec<String>,
    /// Whether local refs that the remote has no more are removed.
    pub prune: bool,
}

impl FetchOptions {
    /// All branches of the remote, and the conflicts kept with them, under the name of the remote.
    pub fn for_remote(name: &str) -> Self {
        Self {
            refspecs: vec![
                format!("+refs/heads/*:refs/remotes/{name}/*"),
                format!("+refs/syncline/conflicts/*:refs/syncline/remotes/{name}/conflicts/*"),
            ],
            prune: true,
        }
    }
}

/// A local ref that a fetch moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdatedRef {
    /// Its full local name.
    pub name: RefName,
    /// Where it was; `None` where it is new.
    pub old: Option<ObjectId>,
    /// Where it is; `None` where it was pruned.
    pub new: Option<ObjectId>,
    /// Whether the remote's history was rewritten: the old commit is no ancestor of the new one.
    pub forced: bool,
}

/// What a fetch brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FetchOutcome {
    /// The refs that moved, in git's order.
    pub updated: Vec<UpdatedRef>,
    /// Where the remote redirected us to, when its repository was renamed.
    pub redirected_to: Option<String>,
}

impl Remote {
    /// Fetches into the repository at `git_dir` and moves the refs that the refspecs name.
    pub fn fetch(
        &self,
        git_dir: &Path,
        options: &FetchOptions,
        on_progress: OnProgress<'_>,
    ) -> Result<FetchOutcome, RemoteError> {
        let _ = (self, git_dir, options, on_progress);
        Err(RemoteError::new(RemoteErrorKind::Other, Direction::Read, "not written yet"))
    }
}
