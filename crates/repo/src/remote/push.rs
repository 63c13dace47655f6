//! Push.

use std::path::{Path, PathBuf};
use std::slice;

use crate::locks::git_claim::GitClaim;
use crate::{ObjectId, RefName};

use super::call::Outcome;
use super::classify::{is_ambiguous, kind_of_rejection};
use super::fetch::common_dir;
use super::porcelain::{PushLine, PushOutcome, push_lines};
use super::{Direction, Remote, RemoteError, RemoteErrorKind};
use crate::git::{Git, OnProgress};

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushOptions {
    /// Whether the user's `pre-push` hook runs; off in the server.
    pub run_hooks: bool,
    /// The folder that they run in, where the `.git` folder does not lie in it, as of a submodule.
    pub work_tree: Option<PathBuf>,
}

impl Default for PushOptions {
    fn default() -> Self {
        Self { run_hooks: true, work_tree: None }
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
    /// What the remote said along with it.
    pub remote_output: String,
}

impl PushResult {
    /// Whether the remote has what was pushed.
    pub fn is_done(&self) -> bool {
        !matches!(self.status, PushStatus::Failed(_))
    }

    /// The address at which the forge offers to open a pull request for a new branch.
    pub fn pull_request_url(&self) -> Option<&str> {
        let mut lines = self.remote_output.lines();
        lines.find(|line| line.contains("pull request") || line.contains("merge request"))?;
        lines.find_map(|line| {
            line.split_whitespace().find(|word| word.starts_with("https://") || word.starts_with("http://"))
        })
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
        // Without a ref, git would push what it is set up to push by itself.
        if refs.is_empty() {
            return Ok(Vec::new());
        }
        self.for_push().push_there(git_dir, refs, options, on_progress)
    }

    fn push_there(
        &self,
        git_dir: &Path,
        refs: &[PushRef],
        options: &PushOptions,
        on_progress: OnProgress<'_>,
    ) -> Result<Vec<PushResult>, RemoteError> {
        let mut results = self.push_once(git_dir, refs, options, on_progress)?;
        // A `pre-receive` hook refuses all for one. Each alone shows which one it is about.
        let declined = |result: &PushResult| result.error().is_some_and(is_by_hook);
        if results.iter().filter(|result| declined(result)).count() > 1 {
            for (result, push) in results.iter_mut().zip(refs).filter(|(result, _)| declined(result)) {
                if let Some(alone) =
                    self.push_once(git_dir, slice::from_ref(push), options, on_progress)?.pop()
                {
                    *result = alone;
                }
            }
        }
        Ok(results)
    }

    fn push_once(
        &self,
        git_dir: &Path,
        refs: &[PushRef],
        options: &PushOptions,
        on_progress: OnProgress<'_>,
    ) -> Result<Vec<PushResult>, RemoteError> {
        let outcome =
            match self.call(self.push_command(git_dir, refs, options), Direction::Write, on_progress) {
                Ok(outcome) => outcome,
                Err(error) => return self.look_after(git_dir, refs, error),
            };
        let lines = push_lines(&outcome.output.text());
        let results: Vec<PushResult> =
            refs.iter().filter_map(|push| self.result(push, &lines, &outcome)).collect();
        let unknown =
            results.iter().find_map(|result| result.error().filter(|error| is_ambiguous(error.kind)));
        match unknown {
            None if results.len() == refs.len() => Ok(results),
            Some(error) => self.look_after(git_dir, refs, error.clone()),
            None => {
                let error = self.whole_failure(&outcome, refs);
                if is_ambiguous(error.kind) { self.look_after(git_dir, refs, error) } else { Err(error) }
            }
        }
    }

    fn push_command(&self, git_dir: &Path, refs: &[PushRef], options: &PushOptions) -> Git {
        let verify = if options.run_hooks { "--verify" } else { "--no-verify" };
        let git = self.git("push", Some(git_dir));
        let git = match &options.work_tree {
            Some(folder) => git.in_work_tree(folder),
            None => git,
        };
        let git = git
            .args(["--porcelain", "--progress", "--no-follow-tags", "--no-recurse-submodules", verify])
            .arg("--no-force-if-includes")
            .claim(GitClaim::take(&common_dir(git_dir), &[]))
            .args(refs.iter().filter_map(PushRef::lease_argument));
        git.operands([self.url.as_str()]).args(refs.iter().map(PushRef::refspec))
    }

    /// What a line of git's says of one ref; `None` where no line is about it.
    fn result(&self, push: &PushRef, lines: &[PushLine], outcome: &Outcome) -> Option<PushResult> {
        let name = push.remote_ref.to_string();
        let line = lines.iter().find(|line| line.remote_ref == name)?;
        let status = match &line.outcome {
            PushOutcome::Done => PushStatus::Done,
            PushOutcome::UpToDate => PushStatus::UpToDate,
            PushOutcome::Rejected { by_remote, reason } => {
                PushStatus::Failed(self.rejection(&name, *by_remote, reason, outcome))
            }
        };
        let remote_output = self.remote_output(outcome);
        Some(PushResult { remote_ref: push.remote_ref.clone(), status, remote_output })
    }

    pub(super) fn rejection(
        &self,
        name: &str,
        by_remote: bool,
        reason: &str,
        outcome: &Outcome,
    ) -> RemoteError {
        // Hooks' words and the unpacker's come through `remote:` lines or, from a folder, as they are.
        let kind = kind_of_rejection(by_remote, reason, &outcome.output.stderr);
        let branch = name.strip_prefix("refs/heads/").unwrap_or(name);
        let mut error = self.explained(kind, outcome, Direction::Write, Some(branch));
        if kind == RemoteErrorKind::RefRefused {
            error.message = format!("{}: {reason}", error.message);
        }
        error
    }

    /// Git said nothing of the refs. With its own words about none, it is the user's hook that declined.
    fn whole_failure(&self, outcome: &Outcome, refs: &[PushRef]) -> RemoteError {
        let branch = refs.first().map(|push| push.remote_ref.to_string());
        let branch = branch.as_deref().map(|name| name.strip_prefix("refs/heads/").unwrap_or(name));
        let error = self.failure(outcome, Direction::Write, branch);
        let failed_to_push = outcome.output.code == Some(1)
            && outcome
                .output
                .stderr
                .lines()
                .last()
                .is_some_and(|line| line.starts_with("error: failed to push some refs"));
        if error.kind == RemoteErrorKind::Other && failed_to_push {
            return self.explained(RemoteErrorKind::LocalHookDeclined, outcome, Direction::Write, branch);
        }
        error
    }

    /// After a failure that leaves open what the remote did: looks what it has. Where that cannot be
    /// learned either, the failure stands for all.
    fn look_after(
        &self,
        git_dir: &Path,
        refs: &[PushRef],
        error: RemoteError,
    ) -> Result<Vec<PushResult>, RemoteError> {
        // After a request to stop there is no time to look; whoever goes on later looks first.
        let there = match error.kind {
            RemoteErrorKind::Cancelled => None,
            kind if !is_ambiguous(kind) => None,
            _ => self.list_refs_from(Some(git_dir), &[]).ok(),
        };
        let Some(there) = there else { return Err(error) };
        let result = |push: &PushRef| {
            let is_there = there.get(&push.remote_ref) == push.id;
            let status =
                if is_there { PushStatus::DoneAnswerLost } else { PushStatus::Failed(error.clone()) };
            PushResult {
                remote_ref: push.remote_ref.clone(),
                status,
                remote_output: error.remote_output.clone(),
            }
        };
        Ok(refs.iter().map(result).collect())
    }
}

fn is_by_hook(error: &RemoteError) -> bool {
    use RemoteErrorKind as Kind;
    matches!(error.kind, Kind::ProtectedBranch | Kind::HookDeclined | Kind::TooLarge)
}

impl PushRef {
    fn refspec(&self) -> String {
        self.id.map_or_else(|| format!(":{}", self.remote_ref), |id| format!("{id}:{}", self.remote_ref))
    }

    fn lease_argument(&self) -> Option<String> {
        let expected = match self.lease? {
            Lease::At(id) => id.to_string(),
            Lease::Absent => String::new(),
        };
        Some(format!("--force-with-lease={}:{expected}", self.remote_ref))
    }
}
