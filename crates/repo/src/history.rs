//! The graph of commits.

use syncline_format::RepoPath;

use crate::{Commit, CommitId, RepoError, Repository};

/// Commits, the newest first; see [`Repository::history`].
pub struct History {
    repository: Repository,
    path: Option<RepoPath>,
}

impl Repository {
    /// The commits that `from` can reach and `hide` cannot, the newest first.
    pub fn history(&self, from: &[CommitId], hide: &[CommitId]) -> Result<History, RepoError> {
        todo!("{from:?}{hide:?}")
    }

    /// All best common ancestors; empty where the histories are unrelated.
    pub fn merge_bases(&self, a: CommitId, b: CommitId) -> Result<Vec<CommitId>, RepoError> {
        todo!("{a}{b}")
    }

    /// How many commits `local` has that `upstream` has not, and the other way round.
    pub fn ahead_behind(&self, local: CommitId, upstream: CommitId) -> Result<(usize, usize), RepoError> {
        todo!("{local}{upstream}")
    }

    /// Whether `descendant` has `ancestor` in its history, or is it.
    pub fn is_ancestor(&self, ancestor: CommitId, descendant: CommitId) -> Result<bool, RepoError> {
        todo!("{ancestor}{descendant}")
    }
}

impl History {
    /// Only the commits in which the file or folder differs from all parents.
    #[must_use]
    pub fn touching(mut self, path: RepoPath) -> Self {
        self.path = Some(path);
        self
    }
}

impl Iterator for History {
    type Item = Result<Commit, RepoError>;

    fn next(&mut self) -> Option<Self::Item> {
        todo!("{}{:?}", self.repository.git_dir().display(), self.path)
    }
}
