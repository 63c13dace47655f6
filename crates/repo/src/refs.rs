//! Refs: reading, and moving by compare-and-set.

use crate::{BranchName, CommitId, ObjectId, RefName, RepoError, Repository, Signature, TreeId};

/// A ref and what it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its full name.
    pub name: RefName,
    /// The object; of an annotated tag the tag.
    pub target: ObjectId,
}

/// Where HEAD is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// On a branch.
    Branch {
        /// The branch.
        name: BranchName,
        /// Its last commit; `None` before the first.
        commit: Option<CommitId>,
    },
    /// On a commit.
    Detached(CommitId),
}

/// Where a ref must be for an edit to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Anywhere.
    Any,
    /// It must not exist.
    Absent,
    /// It must name this.
    Exactly(ObjectId),
}

/// A ref to be moved, made or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefEdit {
    /// The ref.
    pub name: RefName,
    /// Where it must be now.
    pub expected: Expected,
    /// Where it is to be; `None` removes it.
    pub new: Option<ObjectId>,
    /// For the reflog, as `commit: Rename the login request`.
    pub message: String,
}

impl Head {
    /// The commit, wherever HEAD is.
    pub fn commit(&self) -> Option<CommitId> {
        match self {
            Self::Branch { commit, .. } => *commit,
            Self::Detached(commit) => Some(*commit),
        }
    }

    /// The branch, if HEAD is on one.
    pub fn branch(&self) -> Option<&BranchName> {
        match self {
            Self::Branch { name, .. } => Some(name),
            Self::Detached(_) => None,
        }
    }
}

impl Repository {
    /// Where HEAD is.
    pub fn head(&self) -> Result<Head, RepoError> {
        todo!()
    }

    /// What a ref names, symbolic refs followed; `None` where it is not there.
    pub fn reference(&self, name: &RefName) -> Result<Option<ObjectId>, RepoError> {
        todo!("{name}")
    }

    /// The commit that a ref names, tags followed; `None` where the ref is not there.
    pub fn commit_at(&self, name: &RefName) -> Result<Option<CommitId>, RepoError> {
        todo!("{name}")
    }

    /// The tree that a ref names, directly or through a commit; `None` where the ref is not there.
    pub fn tree_at(&self, name: &RefName) -> Result<Option<TreeId>, RepoError> {
        todo!("{name}")
    }

    /// The refs whose names begin with `prefix` (as `refs/heads/`), sorted by name. Symbolic ones (as
    /// `refs/remotes/origin/HEAD`) are left out.
    pub fn references(&self, prefix: &str) -> Result<Vec<Reference>, RepoError> {
        todo!("{prefix}")
    }

    /// The commit that a revision names, as `main`, `HEAD~2`, `v1.0`, `4be1`; `None` where there is none.
    pub fn resolve(&self, revision: &str) -> Result<Option<CommitId>, RepoError> {
        todo!("{revision}")
    }

    /// Moves refs, all or none, after flushing all new objects. `by` goes to the reflog.
    ///
    /// [`RepoError::RefMoved`] where one is not as expected, [`RepoError::RefLocked`] where another process
    /// is writing it.
    pub fn update_refs(&self, edits: &[RefEdit], by: &Signature) -> Result<(), RepoError> {
        todo!("{edits:?}{by:?}")
    }

    /// Puts HEAD on a branch, which need not exist yet. Neither index nor files change.
    pub fn set_head_branch(
        &self,
        branch: &BranchName,
        message: &str,
        by: &Signature,
    ) -> Result<(), RepoError> {
        todo!("{branch}{message}{by:?}")
    }
}
