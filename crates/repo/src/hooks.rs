//! The user's hooks, run as git runs them.

use crate::{RepoError, Repository, TreeId};

/// What the hooks made of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitHooks {
    /// The tree to commit: `pre-commit` may have changed the index that it was shown.
    pub tree: TreeId,
    /// The message to use.
    pub message: String,
}

impl Repository {
    /// Whether there are hooks that a commit would run.
    pub fn has_commit_hooks(&self) -> bool {
        todo!()
    }

    /// Runs `pre-commit`, `prepare-commit-msg` and `commit-msg` on an index that holds the tree.
    /// [`RepoError::HookRefused`] where one says no. In a bare repository nothing runs.
    pub fn run_commit_hooks(&self, tree: TreeId, message: &str) -> Result<CommitHooks, RepoError> {
        todo!("{tree}{message}")
    }

    /// Runs `post-commit`; what it says changes nothing.
    pub fn run_post_commit(&self) {
        todo!()
    }
}
