//! Fetch.

use std::fs;
use std::path::{Path, PathBuf};

use crate::locks::git_claim::GitClaim;
use crate::{BlobId, ObjectId, RefName};

use super::porcelain::{FetchLine, fetch_lines};
use super::{Direction, Remote, RemoteError, RemoteErrorKind, RemoteUrl};
use crate::git::{Git, OnProgress};

/// The filter that leaves the content of all files at the remote.
pub(super) const NO_BLOBS: &str = "blob:none";

/// What is wanted of a fetch.
#[derive(Clone, Debug, Default)]
pub struct FetchOptions {
    /// Which refs go where, as git writes it: `+refs/heads/*:refs/remotes/origin/*`.
    pub refspecs: Vec<String>,
    /// Whether local refs that the remote has no more are removed.
    pub prune: bool,
    /// What stays at the remote, as `blob:none`: see [`Repository::promisor`](crate::Repository::promisor).
    pub filter: Option<String>,
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
            filter: None,
        }
    }
}

/// How much more of its history a shallow clone gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deepen {
    /// So many commits below where it ends.
    By(u32),
    /// All of it.
    Whole,
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
    /// Refs that did not move because that would have overwritten something, which the refspec forbids.
    pub refused: Vec<RefName>,
    /// Where the remote redirected us to, when its repository was renamed.
    pub redirected_to: Option<RemoteUrl>,
}

impl Remote {
    /// Fetches into the repository at `git_dir` and moves the refs that the refspecs name.
    pub fn fetch(
        &self,
        git_dir: &Path,
        options: &FetchOptions,
        on_progress: OnProgress<'_>,
    ) -> Result<FetchOutcome, RemoteError> {
        self.fetch_with(git_dir, options, None, on_progress)
    }

    /// The same, and more of the history that a shallow clone lacks.
    pub fn deepen(
        &self,
        git_dir: &Path,
        options: &FetchOptions,
        deepen: Deepen,
        on_progress: OnProgress<'_>,
    ) -> Result<FetchOutcome, RemoteError> {
        let deepen = match deepen {
            Deepen::By(commits) => format!("--deepen={commits}"),
            Deepen::Whole => "--unshallow".to_owned(),
        };
        self.fetch_with(git_dir, options, Some(deepen), on_progress)
    }

    fn fetch_with(
        &self,
        git_dir: &Path,
        options: &FetchOptions,
        deepen: Option<String>,
        on_progress: OnProgress<'_>,
    ) -> Result<FetchOutcome, RemoteError> {
        let prune = if options.prune { "--prune" } else { "--no-prune" };
        let git = self
            .git_with_filter("fetch", git_dir, options.filter.as_deref())
            .args(["--porcelain", "--progress", "--no-tags", "--no-write-fetch-head", prune])
            .args(["--no-auto-maintenance", "--no-recurse-submodules"])
            .args(deepen)
            .claim(GitClaim::take(&common_dir(git_dir), &["refs/", "packed-refs.lock", "shallow.lock"]))
            .operands([self.url.as_str()])
            .args(&options.refspecs);
        let outcome = self.call(git, Direction::Read, on_progress)?;
        let lines = fetch_lines(&outcome.output.text());
        let refused: Vec<RefName> =
            lines.iter().filter(|line| line.flag == '!').map(|line| line.name.clone()).collect();
        if !outcome.output.success() {
            let error = self.failure(&outcome, Direction::Read, missing_ref(&outcome.output.stderr));
            // A refused update has no words of its own, only its line.
            if refused.is_empty() || error.kind != RemoteErrorKind::Other {
                return Err(error);
            }
        }
        if self.is_web_page(&outcome) {
            return Err(self.explained(RemoteErrorKind::NotGit, &outcome, Direction::Read, None));
        }
        let updated =
            lines.into_iter().filter(|line| !matches!(line.flag, '!' | '=')).map(UpdatedRef::from).collect();
        Ok(FetchOutcome { updated, refused, redirected_to: Self::redirected_to(&outcome) })
    }

    /// Fetches blobs that a clone left here, all in one go, as git itself does it.
    pub(crate) fn fetch_blobs(
        &self,
        git_dir: &Path,
        blobs: &[BlobId],
        on_progress: OnProgress<'_>,
    ) -> Result<(), RemoteError> {
        let lines: Vec<_> = blobs.iter().map(|blob| format!("{blob}\n")).collect();
        let git = self
            .git_with_filter("fetch", git_dir, Some(NO_BLOBS))
            // They stand alone: there is nothing to negotiate about.
            .config("fetch.negotiationAlgorithm", "noop")
            .args(["--quiet", "--progress", "--no-tags", "--no-write-fetch-head", "--no-prune"])
            .args(["--no-auto-maintenance", "--no-recurse-submodules", "--stdin"])
            .claim(GitClaim::take(&common_dir(git_dir), &["shallow.lock"]))
            .operands([self.url.as_str()])
            .stdin(lines.concat());
        let outcome = self.call(git, Direction::Read, on_progress)?;
        if outcome.output.success() { Ok(()) } else { Err(self.failure(&outcome, Direction::Read, None)) }
    }

    /// Git knows the filters of remotes by their names, and takes an address for the name of one. An address that
    /// cannot stand in a setting goes without: then nothing is left out.
    fn git_with_filter(&self, command: &str, git_dir: &Path, filter: Option<&str>) -> Git {
        let git = self.git(command, Some(git_dir));
        let url = self.url.as_str();
        match filter.filter(|_| !url.contains('=')) {
            Some(filter) => git
                .config(format!("remote.{url}.promisor"), "true")
                .config(format!("remote.{url}.partialclonefilter"), filter),
            None => git,
        }
    }
}

impl From<FetchLine> for UpdatedRef {
    fn from(line: FetchLine) -> Self {
        Self { name: line.name, old: line.old, new: line.new, forced: line.flag == '+' }
    }
}

/// The folder that all work trees share, by the `.git` folder of one.
pub(super) fn common_dir(git_dir: &Path) -> PathBuf {
    match fs::read_to_string(git_dir.join("commondir")) {
        Ok(shared) => git_dir.join(shared.trim_end()),
        Err(_) => git_dir.to_owned(),
    }
}

/// `fatal: couldn't find remote ref refs/heads/x`.
fn missing_ref(stderr: &str) -> Option<&str> {
    let name = stderr.lines().find_map(|line| line.strip_prefix("fatal: couldn't find remote ref "))?.trim();
    Some(name.strip_prefix("refs/heads/").unwrap_or(name))
}
