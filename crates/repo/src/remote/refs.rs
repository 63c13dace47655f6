//! What refs a remote has.

use std::collections::BTreeMap;

use crate::{BranchName, CommitId, ObjectId, RefName};

use super::{Direction, Remote, RemoteError, RemoteErrorKind};

/// The refs of a remote, as it lists them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoteRefs {
    /// Full name to id; tags as they are, not peeled.
    pub refs: BTreeMap<RefName, ObjectId>,
    /// The branch that `HEAD` names, in full; there even where that branch has no commit yet, if the remote
    /// tells.
    pub head: Option<RefName>,
}

impl RemoteRefs {
    /// Whether the remote has no ref at all.
    pub fn is_empty(&self) -> bool {
        self.refs.is_empty()
    }

    /// Where a ref is.
    pub fn get(&self, name: &RefName) -> Option<ObjectId> {
        self.refs.get(name).copied()
    }

    /// The commit of a branch.
    pub fn branch(&self, branch: &BranchName) -> Option<CommitId> {
        self.get(&branch.ref_name()).map(ObjectId::as_commit)
    }

    /// The branch that `HEAD` names.
    pub fn head_branch(&self) -> Option<BranchName> {
        self.head.as_ref()?.branch()
    }
}

impl Remote {
    /// Lists the remote's refs.
    pub fn list_refs(&self) -> Result<RemoteRefs, RemoteError> {
        let _ = self;
        Err(RemoteError::new(RemoteErrorKind::Other, Direction::Read, "not written yet"))
    }
}
