//! Opening and making repositories.

mod came_with_files;
pub(crate) mod head_log;
mod settings;
pub(crate) mod worktrees;

use std::fs;
use std::path::{Path, PathBuf};

use gix::create::Kind;

use crate::folder::temporary;
use crate::index::cache::IndexCache;
use crate::objects::Objects;
use crate::partial::Supply;
use crate::repository::worktrees::REBASED;
use crate::{BranchName, GitEnvironment, RepoError};

/// An open repository.
///
/// It can be sent to another thread, and a clone is cheap: one for each thread. Clones share the new objects
/// that are not flushed yet.
#[derive(Clone)]
pub struct Repository {
    pub(crate) git: gix::Repository,
    pub(crate) objects: Objects,
    pub(crate) environment: GitEnvironment,
    pub(crate) index: IndexCache,
    /// Where what is missing comes from, in a clone that left files at its remote.
    pub(crate) supply: Option<Supply>,
}

/// An operation of git's that is not finished: Syncline reads, and refuses to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InProgress {
    /// `git merge`.
    Merge,
    /// `git rebase`.
    Rebase,
    /// `git cherry-pick`.
    CherryPick,
    /// `git revert`.
    Revert,
    /// `git bisect`.
    Bisect,
    /// `git am`.
    ApplyMailbox,
}

impl InProgress {
    /// The git command that it is of, as `merge`.
    pub fn command(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Rebase => "rebase",
            Self::CherryPick => "cherry-pick",
            Self::Revert => "revert",
            Self::Bisect => "bisect",
            Self::ApplyMailbox => "am",
        }
    }

    /// What to type to be done with it, as a next step for people.
    pub fn how_to_end(self) -> String {
        let command = self.command();
        match self {
            Self::Bisect => "end it with `git bisect reset`".to_owned(),
            Self::Merge => "finish it with `git commit`, or drop it with `git merge --abort`".to_owned(),
            _ => {
                format!("finish it with `git {command} --continue`, or drop it with `git {command} --abort`")
            }
        }
    }
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository").field("git_dir", &self.git_dir()).finish_non_exhaustive()
    }
}

impl Repository {
    /// Opens the repository that `dir` is in, as git finds it: the folder or one above it, or a bare one.
    pub fn open(dir: &Path) -> Result<Self, RepoError> {
        // Git and hooks run in other folders than this process: a relative path would lead them astray.
        let dir = &absolute(dir).map_err(|_| RepoError::NotARepository(dir.to_owned()))?;
        let git = gix::discover_opts(dir, gix::discover::upwards::Options::default(), options());
        Self::new(git.map_err(|error| open_error(dir, error))?, dir)
    }

    /// Makes a repository with a work tree in `dir`, which is created when it is missing; what is there stays.
    /// The first commit will be on `branch`. Where `dir` is a repository already, that is opened as it is.
    pub fn init(dir: &Path, branch: &BranchName) -> Result<Self, RepoError> {
        if dir.join(".git").exists() {
            return Self::open(dir);
        }
        let failed = |source: std::io::Error| RepoError::Init { path: dir.to_owned(), source: source.into() };
        std::fs::create_dir_all(dir).map_err(failed)?;
        // Made beside its place: a process that is killed over it leaves no half of a repository, only what the
        // next removes.
        temporary::holds_something(dir);
        let making = temporary::make_in(dir, &|path: &Path| std::fs::create_dir(path)).map_err(failed)?;
        let made = Self::create(&making, branch, Kind::WithWorktree)
            .and_then(|_| std::fs::rename(making.join(".git"), dir.join(".git")).map_err(failed));
        // Best effort: where it failed, the error is the one to tell.
        let _ = std::fs::remove_dir_all(&making);
        made?;
        Self::open(dir)
    }

    /// Makes a bare repository in `dir`, which is created when it is missing.
    pub fn init_bare(dir: &Path, branch: &BranchName) -> Result<Self, RepoError> {
        Self::create(dir, branch, Kind::Bare)
    }

    fn create(dir: &Path, branch: &BranchName, kind: Kind) -> Result<Self, RepoError> {
        let failed = |source: Box<dyn std::error::Error + Send + Sync>| RepoError::Init {
            path: dir.to_owned(),
            source,
        };
        std::fs::create_dir_all(dir).map_err(|error| failed(error.into()))?;
        let dir = &absolute(dir).map_err(|error| failed(error.into()))?;
        let options = gix::create::Options::default();
        let git = gix::ThreadSafeRepository::init_opts(dir, kind, options, self::options())
            .map_err(|error| failed(error.into()))?;
        // Nothing refers to the new repository yet, so that no lock is needed.
        let head = git.refs.git_dir().join("HEAD");
        std::fs::write(&head, format!("ref: {}\n", branch.ref_name()))
            .map_err(|error| failed(error.into()))?;
        Self::new(git.to_thread_local(), dir)
    }

    fn new(mut git: gix::Repository, dir: &Path) -> Result<Self, RepoError> {
        refuse_unsupported(&git)?;
        if git.git_dir_trust() != gix::sec::Trust::Full {
            return Err(RepoError::DubiousOwnership(dir.to_owned()));
        }
        came_with_files::refuse(&git)?;
        settings::refuse_unreadable(&git)?;
        let is_partial = is_partial(&git);
        let objects = Objects::new(&mut git.objects, is_partial);
        Ok(Self {
            git,
            objects,
            environment: GitEnvironment::of_this_process(),
            index: IndexCache::default(),
            supply: None,
        })
    }

    /// Hands another environment to the git and the hooks that are started.
    #[must_use]
    pub fn with_environment(mut self, environment: GitEnvironment) -> Self {
        self.environment = environment;
        self
    }

    /// Reads the configuration again, after another process changed it.
    pub fn reload(&mut self) -> Result<(), RepoError> {
        let dir = self.git_dir().to_owned();
        self.git.reload().map_err(|error| RepoError::Open { path: dir, source: error.into() })?;
        self.objects = self.objects.with_disk(&mut self.git.objects);
        Ok(())
    }

    /// The folder of this work tree's HEAD and index, as `.git`.
    pub fn git_dir(&self) -> &Path {
        self.git.git_dir()
    }

    /// The folder of objects, refs and configuration; another than [`git_dir`](Self::git_dir) in a linked
    /// work tree.
    pub fn common_dir(&self) -> &Path {
        self.git.common_dir()
    }

    /// The folder of the user's files; `None` where the repository is bare.
    pub fn work_tree(&self) -> Option<&Path> {
        self.git.workdir()
    }

    /// Whether the folder is this repository's own, so that it would be a remote of itself.
    pub fn is_at(&self, folder: &Path) -> bool {
        let Ok(folder) = folder.canonicalize() else { return false };
        let own = [self.work_tree(), Some(self.git_dir()), Some(self.common_dir())];
        own.into_iter().flatten().any(|own| own.canonicalize().is_ok_and(|own| own == folder))
    }

    /// The operation of git's that is not finished.
    pub fn in_progress(&self) -> Option<InProgress> {
        use gix::state::InProgress as State;
        // All of them work on files.
        self.work_tree()?;
        let Some(state) = self.git.state() else { return self.sequence_in_progress() };
        Some(match state {
            State::ApplyMailbox => InProgress::ApplyMailbox,
            State::ApplyMailboxRebase | State::Rebase | State::RebaseInteractive => InProgress::Rebase,
            State::Bisect => InProgress::Bisect,
            State::CherryPick | State::CherryPickSequence => InProgress::CherryPick,
            State::Merge => InProgress::Merge,
            State::Revert | State::RevertSequence => InProgress::Revert,
        })
    }

    /// A cherry-pick or revert of several commits, of which the one that met a conflict was committed by hand: git
    /// notes only what is left to do.
    fn sequence_in_progress(&self) -> Option<InProgress> {
        let left = fs::read_to_string(self.git_dir().join("sequencer/todo")).ok()?;
        match left.split_whitespace().next()? {
            "pick" | "p" => Some(InProgress::CherryPick),
            "revert" => Some(InProgress::Revert),
            _ => None,
        }
    }

    /// The branch that `git rebase` is at work on: HEAD is on none meanwhile.
    pub fn branch_being_rebased(&self) -> Option<BranchName> {
        let name = REBASED.iter().find_map(|file| fs::read_to_string(self.git_dir().join(file)).ok())?;
        BranchName::new(name.trim_end().strip_prefix("refs/heads/")?).ok()
    }

    /// Whether a git process is about to change the index, and with it the files.
    pub fn is_index_locked(&self) -> bool {
        self.git_dir().join("index.lock").exists()
    }

    /// Lets git tidy up (pack loose objects and refs), where it finds that it is time; a few milliseconds
    /// where it is not. What fails is told to nobody: it will be tried again.
    pub fn maintain(&self) {
        let git = crate::Git::new(&self.environment, "maintenance").in_git_dir(self.git_dir());
        if let Err(error) = git.args(["run", "--auto", "--quiet"]).run_ok() {
            tracing::warn!(%error, "git maintenance failed");
        }
    }

    /// The lock files in the way of writing, as `index.lock`: of a git that runs, or of one that died.
    pub fn lock_files(&self) -> Vec<PathBuf> {
        let shared = ["config.lock", "packed-refs.lock"].map(|name| self.common_dir().join(name));
        let own = ["HEAD.lock", "index.lock"].map(|name| self.git_dir().join(name));
        own.into_iter().chain(shared).filter(|path| path.exists()).collect()
    }
}

/// The number of packs that an open repository can ever have is fixed when it is opened, by default at 32 or a
/// tenth more than there are; each fetch may bring one, and a server keeps a repository open for long.
fn options() -> gix::open::Options {
    let slots = gix::odb::store::init::Slots::AsNeededByDiskState { multiplier: 2.0, minimum: 1024 };
    gix::open::Options::default().object_store_slots(slots)
}

/// Whether it was cloned with `--filter`, by git: what is missing git fetches when it comes to need it.
fn is_partial(git: &gix::Repository) -> bool {
    let config = git.config_snapshot();
    let mut remotes = git.remote_names().into_iter();
    config.string("extensions.partialClone").is_some()
        || remotes.any(|name| config.boolean(format!("remote.{name}.promisor").as_str()).unwrap_or(false))
}

/// Links are followed: a link to a folder of a repository is in that repository.
fn absolute(dir: &Path) -> std::io::Result<PathBuf> {
    if cfg!(windows) { std::path::absolute(dir) } else { dir.canonicalize() }
}

fn open_error(dir: &Path, error: gix::Error) -> RepoError {
    let path = dir.to_owned();
    match error.downcast_any_ref::<gix::discover::upwards::Error>() {
        Some(gix::discover::upwards::Error::NoTrustedGitRepository { candidate, .. }) => {
            RepoError::DubiousOwnership(candidate.clone())
        }
        Some(_) => RepoError::NotARepository(path),
        None if !dir.exists() => RepoError::NotARepository(path),
        None if error.iter_errors().any(|cause| cause.to_string().contains("extensions.objectFormat")) => {
            other_hash("SHA-256")
        }
        None if error.iter_errors().any(|cause| cause.to_string().contains(NO_SETTINGS)) => {
            // It quotes what it met, lines and all.
            let reasons: Vec<String> = error.iter_errors().skip(1).map(|cause| in_a_line(cause)).collect();
            RepoError::Settings { path, source: reasons.join(": ").into() }
        }
        None => RepoError::Open { path, source: error.into() },
    }
}

/// How gix 0.90 says that it cannot read settings.
const NO_SETTINGS: &str = "configuration could not be loaded";

fn in_a_line(error: &dyn std::fmt::Display) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn other_hash(name: &str) -> RepoError {
    RepoError::Unsupported {
        what: format!("{name} object ids"),
        effect: "which Syncline does not support yet",
    }
}

/// gix 0.90 takes a repository with reftable for one without any refs: nothing in it could be trusted.
fn refuse_unsupported(git: &gix::Repository) -> Result<(), RepoError> {
    let config = git.config_snapshot();
    let refs = config.string("extensions.refStorage");
    if refs.is_some_and(|kind| kind.as_slice() != b"files") {
        return Err(RepoError::Unsupported {
            what: "the reftable format for its refs".to_owned(),
            effect: "which Syncline cannot read or write yet; `git refs migrate --ref-format=files` changes it",
        });
    }
    if git.object_hash() != gix::hash::Kind::Sha1 {
        return Err(other_hash(&git.object_hash().to_string()));
    }
    Ok(())
}
