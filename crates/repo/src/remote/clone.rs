//! Clone.

use std::path::Path;

use super::{Direction, Remote, RemoteError, RemoteErrorKind};
use crate::BranchName;
use crate::git::OnProgress;

/// What is wanted of a clone.
#[derive(Clone, Debug, Default)]
pub struct CloneOptions {
    /// The branch to check out; the remote's own choice otherwise.
    pub branch: Option<BranchName>,
    /// A repository without a folder of files, as the server keeps them.
    pub bare: bool,
}

/// A clone that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloned {
    /// The branch that is checked out; of an empty remote the branch to be.
    pub branch: Option<BranchName>,
    /// Whether the remote has no commit.
    pub empty: bool,
}

impl Remote {
    /// Clones into `folder`, which is made, or is there and empty. On an error nothing is left behind.
    /// The address that is stored holds no credentials; the remote is named `origin`.
    pub fn clone_into(
        &self,
        folder: &Path,
        options: &CloneOptions,
        on_progress: OnProgress<'_>,
    ) -> Result<Cloned, RemoteError> {
        let _ = (self, folder, options, on_progress);
        Err(RemoteError::new(RemoteErrorKind::Other, Direction::Read, "not written yet"))
    }
}
