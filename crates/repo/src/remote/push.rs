//! Push.

use std::path::Path;

use crate::{ObjectId, RefName};

use super::{Direction, Remote, RemoteError, RemoteErrorKind};
use crate::git::OnProgress;

/// What must be on the remote for a push that is no fast-forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lease {
    /// The ref is exactly here.
    At(ObjectId),
    /// There is no such ref.
    Absent,
}

/// One ref to push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushRef {
    /// The commit (or tree); `None` removes the ref.
    pub id: Option<ObjectId>,
    /// The full name on the remote.
    pub remote_ref: RefName,
    /// Without one only a fast-forward is allowed.
    pub lease: Option<Lease>,
}

impl PushRef {
    /// A plain push: nothing on the remote is overwritten.
    pub fn fast_forward(id: impl Into<ObjectId>, remote_ref: RefName) -> Self {
        Self { id: Some(id.into()), remote_ref, lease: None }
    }

    /// A push that overwrites what is there, if that is what the lease says.
    pub fn with_lease(id: impl Into<ObjectId>, remote_ref: RefName, lease: Lease) -> Self {
        Self { id: Some(id.into()), remote_ref, lease: Some(lease) }
    }
}

/// What is wanted of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PushOptions {
    /// Whether the user's `pre-push` hook runs; off in the server.
    pub run_hooks: bool,
}

impl Default for PushOptions {
    fn default() -> Self {
        Self { run_hooks: true }
    }
}

/// What became of one ref.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushStatus {
    /// The remote has it now.
    Done,
    /// The remote had it already.
    UpToDate,
    /// The connection was lost before the answer, and a look at the remote showed that it has it.
    DoneAnswerLost,
    /// The remote does not have it.
    Failed(RemoteError),
}

/// What became of one ref.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushResult {
    /// The full name on the remote.
    pub remote_ref: RefName,
    /// The outcome.
    pub status: PushStatus,
}

impl PushResult {
    /// Whether the remote has what was pushed.
    pub fn is_done(&self) -> bool {
        !matches!(self.status, PushStatus::Failed(_))
    }

    /// The failure, if it is one.
    pub fn error(&self) -> Option<&RemoteError> {
        match &self.status {
            PushStatus::Failed(error) => Some(error),
            _ => None,
        }
    }
}

impl Remote {
    /// Pushes from the repository at `git_dir`, each ref for itself: one may be refused and another taken.
    /// The results come in the order of `refs`. After a failure that leaves open whether the remote took it,
    /// the remote is looked at. Err where nothing at all could be learned of the refs.
    pub fn push(
        &self,
        git_dir: &Path,
        refs: &[PushRef],
        options: &PushOptions,
        on_progress: OnProgress<'_>,
    ) -> Result<Vec<PushResult>, RemoteError> {
        let _ = (self, git_dir, refs, options, on_progress);
        Err(RemoteError::new(RemoteErrorKind::Other, Direction::Write, "not written yet"))
    }
}
