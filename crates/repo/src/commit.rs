//! Commits.

use crate::{CommitId, RepoError, Repository, TreeId};

/// A name and an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Person {
    /// As Git shows it.
    pub name: String,
    /// As Git shows it, without `<>`.
    pub email: String,
}

/// Who did it, and when.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    /// Who.
    pub person: Person,
    /// Seconds since 1970, UTC.
    pub time: i64,
    /// Offset of the local time from UTC, in seconds.
    pub offset: i32,
}

/// A commit to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCommit {
    /// What it holds.
    pub tree: TreeId,
    /// The commits it comes after.
    pub parents: Vec<CommitId>,
    /// Who wrote the change.
    pub author: Signature,
    /// Who made the commit.
    pub committer: Signature,
    /// The message; a newline is put at its end where there is none.
    pub message: String,
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: CommitId,
    /// What it holds.
    pub tree: TreeId,
    /// The commits it comes after.
    pub parents: Vec<CommitId>,
    /// Who wrote the change.
    pub author: Signature,
    /// Who made the commit.
    pub committer: Signature,
    /// The whole message; bytes that are no UTF-8 are replaced.
    pub message: String,
}

impl Commit {
    /// The first line of the message.
    pub fn subject(&self) -> &str {
        self.message.trim_start().lines().next().unwrap_or_default()
    }
}

impl Repository {
    /// Makes a commit; no ref is moved. Signed by git where `commit.gpgSign` is set.
    pub fn commit(&self, commit: &NewCommit) -> Result<CommitId, RepoError> {
        todo!("{commit:?}")
    }

    /// Reads a commit.
    pub fn read_commit(&self, id: CommitId) -> Result<Commit, RepoError> {
        todo!("{id}")
    }

    /// The tree of a commit.
    pub fn tree_of(&self, id: CommitId) -> Result<TreeId, RepoError> {
        todo!("{id}")
    }
}
