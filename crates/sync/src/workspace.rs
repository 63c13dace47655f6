//! A workspace: resources bound to one folder of one branch of one Git repository.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use syncline_format::{Format, RepoPath};
use syncline_repo::{
    BranchName, CommitId, Credentials, Entry, Head, NewCommit, Person, RefEdit, RefName, Repository,
    Signature, TreeId, Upstream,
};

use crate::advance::Interrupted;
use crate::formats::recognise::{FORMATS, Recognised};
use crate::formats::{Descriptions, FOLDER as DESCRIPTIONS};
use crate::lock::Lock;
use crate::record::operation::{self, Done, FolderWay};
use crate::record::{Record, signature};
use crate::remote::remote_at;
use crate::settings::Settings;
use crate::{Environment, Problem, SyncError};

/// The branch of a repository that Syncline makes.
const FIRST_BRANCH: &str = "main";

/// An open workspace.
///
/// Reading takes no lock. Each operation that writes takes the repository's lock, and first finishes what a
/// crash left half done.
pub struct Workspace {
    pub(crate) repo: Repository,
    pub(crate) environment: Environment,
    pub(crate) settings: Settings,
    pub(crate) descriptions: Descriptions,
    pub(crate) recognised: Recognised,
    /// Where the remote sent us when it was last fetched from, where it has moved.
    pub(crate) moved_to: OnceLock<String>,
}

/// What `init` found and made.
#[derive(Clone, Debug)]
pub struct InitReport {
    /// The folder.
    pub root: PathBuf,
    /// Whether there was no repository before.
    pub created: bool,
    /// Name of the recognised format.
    pub format: String,
    /// How many resources are in the folder.
    pub resources: usize,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

/// The branch that an operation works on.
#[derive(Clone, Debug)]
pub(crate) struct OnBranch {
    pub(crate) name: BranchName,
    pub(crate) commit: Option<CommitId>,
}

impl fmt::Debug for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workspace").field("root", &self.root()).field("format", &self.format_name()).finish()
    }
}

impl Workspace {
    /// Makes the folder a workspace: an ordinary repository if it is in none. Nothing outside `.git` is
    /// written.
    pub fn init(
        dir: &Path,
        format: Option<&str>,
        environment: Environment,
    ) -> Result<(Self, InitReport), SyncError> {
        let is_new = !is_top_of_repository(dir);
        if is_new {
            if let Some(name) = format.filter(|name| FORMATS.get(name).is_none()) {
                return Err(SyncError::UnknownFormat(name.to_owned()));
            }
            Repository::init(dir, &BranchName::new(FIRST_BRANCH)?)?;
        }
        let mut workspace = Self::open(dir, environment)?;
        if let Some(name) = format {
            if workspace.descriptions.formats.get(name).is_none() {
                return Err(SyncError::UnknownFormat(name.to_owned()));
            }
            workspace.repo.set_config("syncline.format", Some(name))?;
            workspace.reload()?;
        }
        let survey = workspace.survey_folder()?;
        let report = InitReport {
            root: workspace.root().to_owned(),
            created: is_new,
            format: workspace.format_name().to_owned(),
            resources: survey.resources(),
            problems: survey.problems,
        };
        Ok((workspace, report))
    }

    /// Opens the workspace that `dir` is in.
    pub fn open(dir: &Path, environment: Environment) -> Result<Self, SyncError> {
        let repo = Repository::open(dir)?.with_environment(environment.git.clone());
        let descriptions = Descriptions::of(&repo)?;
        let settings = Settings::read(&repo, &descriptions.formats)?;
        let repo = with_supply(repo, &settings, &environment);
        let recognised = Recognised::of(&repo, &settings, &descriptions.formats)?;
        Ok(Self { repo, environment, settings, descriptions, recognised, moved_to: OnceLock::new() })
    }

    /// Reads settings and format again, after they changed.
    pub(crate) fn reload(&mut self) -> Result<(), SyncError> {
        self.repo.reload()?;
        self.descriptions = Descriptions::of(&self.repo)?;
        self.settings = Settings::read(&self.repo, &self.descriptions.formats)?;
        self.repo = with_supply(self.repo.clone(), &self.settings, &self.environment);
        self.recognised = Recognised::of(&self.repo, &self.settings, &self.descriptions.formats)?;
        Ok(())
    }

    /// Whether it is one folder, and what lies outside was left at the remote: then any operation may come to need it.
    pub fn is_in_part(&self) -> bool {
        self.folder().is_some() && self.repo.promisor().is_some()
    }

    /// Signs in with these from now on.
    #[must_use]
    pub fn signed_in(mut self, credentials: Option<Credentials>) -> Self {
        self.environment.credentials = credentials;
        self.repo = with_supply(self.repo, &self.settings, &self.environment);
        self
    }

    /// From now on nothing is fetched because it is read and was left at the remote.
    #[must_use]
    pub fn offline(mut self) -> Self {
        self.repo = self.repo.without_supply();
        self
    }

    /// The folder of the files; of a bare repository its own.
    pub fn root(&self) -> &Path {
        self.repo.work_tree().unwrap_or_else(|| self.repo.git_dir())
    }

    /// The folder of HEAD and index, as `.git`.
    pub fn git_dir(&self) -> &Path {
        self.repo.git_dir()
    }

    /// Name of the recognised format.
    pub fn format_name(&self) -> &str {
        self.format().name()
    }

    /// The format as far as it is known.
    pub(crate) fn format(&self) -> &Format {
        self.recognised.format()
    }

    /// The folder of the repository that is the workspace; `None` where it is all of it.
    pub(crate) fn folder(&self) -> Option<&RepoPath> {
        self.settings.folder.as_ref()
    }

    /// The folder that is to be the workspace, where neither the last commit nor the disk has it: then there is
    /// nothing to show or to commit until it is made.
    pub fn missing_folder(&self) -> Result<Option<RepoPath>, SyncError> {
        let Some(folder) = self.folder() else { return Ok(None) };
        Ok((!self.has_folder(folder)?).then(|| folder.clone()))
    }

    /// Whether the last commit or the disk has a folder.
    pub(crate) fn has_folder(&self, folder: &RepoPath) -> Result<bool, SyncError> {
        let is_on_disk =
            self.repo.work_tree().is_some_and(|top| top.join(folder.to_string()).symlink_metadata().is_ok());
        Ok(is_on_disk || self.is_in_tree(folder, self.tree_of(self.repo.head()?.commit())?)?)
    }

    /// Whether a tree has something of this name.
    pub(crate) fn is_in_tree(&self, folder: &RepoPath, tree: Option<TreeId>) -> Result<bool, SyncError> {
        let Some(tree) = tree else { return Ok(false) };
        Ok(self.repo.folder_at(tree, folder)?.is_some() || self.repo.entry_at(tree, folder)?.is_some())
    }

    /// The branch that HEAD is on.
    pub(crate) fn on_branch(&self) -> Result<OnBranch, SyncError> {
        match self.repo.head()? {
            Head::Branch { name, commit } => Ok(OnBranch { name, commit }),
            Head::Detached(_) => Err(SyncError::DetachedHead),
        }
    }

    /// The remote branch that a branch follows, and where it was when it was last looked at.
    pub(crate) fn upstream(
        &self,
        branch: &BranchName,
    ) -> Result<Option<(Upstream, Option<CommitId>)>, SyncError> {
        let Some(upstream) = self.repo.upstream(branch) else { return Ok(None) };
        let commit = self.repo.commit_at(&upstream.tracking)?;
        Ok(Some((upstream, commit)))
    }

    pub(crate) fn tree_of(&self, commit: Option<CommitId>) -> Result<Option<TreeId>, SyncError> {
        Ok(commit.map(|commit| self.repo.tree_of(commit)).transpose()?)
    }

    /// The commit that a revision names.
    pub(crate) fn revision(&self, text: &str) -> Result<CommitId, SyncError> {
        self.repo.resolve(text)?.ok_or_else(|| SyncError::UnknownRevision(text.to_owned()))
    }

    /// Takes the lock and finishes what a crash left, so that an operation can write. By what came in with that,
    /// something may not be shared any more.
    pub(crate) fn begin(&mut self) -> Result<Lock, SyncError> {
        Ok(self.begin_and_tell()?.0)
    }

    /// The same, and tells what a crash had left.
    pub(crate) fn begin_and_tell(&mut self) -> Result<(Lock, Option<Interrupted>), SyncError> {
        if let Some(in_progress) = self.repo.in_progress() {
            return Err(SyncError::InProgress(in_progress));
        }
        let lock = Lock::take(self.repo.common_dir(), &self.environment.owner)?;
        self.repo.remove_left_locks()?;
        self.refuse_damaged_records()?;
        let interrupted = self.finish_interrupted()?;
        if interrupted.is_some() {
            self.reload()?;
        }
        self.take_over_from_git()?;
        self.renew_overlays()?;
        Ok((lock, interrupted))
    }

    /// What is read after something was done is looked at before: a damaged record must not come to light then.
    fn refuse_damaged_records(&self) -> Result<(), SyncError> {
        let head = self.repo.head()?;
        let Some(branch) = head.branch() else { return Ok(()) };
        for kind in ["problems", "conflicts", "draft-conflicts"] {
            Record::read(&self.repo, own_ref(&format!("{kind}/{branch}"))?)?;
        }
        Ok(())
    }

    /// Finishes what a crash left half done, as each operation that writes does by itself: for who is to
    /// choose by what is there.
    pub fn resume(&mut self) -> Result<(), SyncError> {
        self.begin().map(drop)
    }

    /// Moves refs and records the operation, in one transaction.
    pub(crate) fn finish(
        &self,
        kind: &str,
        description: &str,
        refs: Vec<RefEdit>,
        folder: Option<FolderWay>,
    ) -> Result<(), SyncError> {
        let description = description.to_owned();
        self.finish_with_index(&[], Done { kind, description, refs, folder, head: None })
    }

    /// The same, and before the refs move these files get into the index.
    pub(crate) fn finish_with_index(
        &self,
        files: &[(RepoPath, Option<Entry>)],
        done: Done<'_>,
    ) -> Result<(), SyncError> {
        self.make_way(&done.refs)?;
        let record = operation::record(&self.repo, &self.environment, &done)?;
        let mut refs = done.refs;
        refs.push(record);
        self.publish(files, refs)
    }

    /// Gets files into the index, and moves refs in one transaction. A ref that is where it is to go has been
    /// moved by a process that was killed.
    pub(crate) fn publish(
        &self,
        files: &[(RepoPath, Option<Entry>)],
        refs: Vec<RefEdit>,
    ) -> Result<(), SyncError> {
        let mut left = Vec::new();
        for edit in refs {
            if self.repo.reference(&edit.name)? != edit.new {
                left.push(edit);
            }
        }
        let by = self.committer().unwrap_or_else(|| signature(self.environment.clock.now()));
        Ok(self.repo.publish(files, &left, &by)?)
    }

    /// Who writes changes, now.
    pub(crate) fn author(&self) -> Result<Signature, SyncError> {
        self.repo.author().map(|person| self.now(person)).ok_or(SyncError::NoAuthor)
    }

    pub(crate) fn committer(&self) -> Option<Signature> {
        self.repo.committer().map(|person| self.now(person))
    }

    /// Makes a commit in the user's name; no ref is moved.
    pub(crate) fn commit_as_user(
        &self,
        tree: TreeId,
        parents: Vec<CommitId>,
        message: String,
    ) -> Result<CommitId, SyncError> {
        let author = self.author()?;
        let committer = self.committer().unwrap_or_else(|| author.clone());
        Ok(self.repo.commit(&NewCommit { tree, parents, author, committer, message })?)
    }

    fn now(&self, person: Person) -> Signature {
        let (time, offset) = self.environment.clock.now();
        Signature { person, time, offset }
    }

    /// The last operations, newest first.
    pub fn operations(&self, limit: Option<usize>) -> Result<Vec<crate::Operation>, SyncError> {
        operation::list(&self.repo, limit)
    }
}

/// Of a workspace that is one folder, what a clone left at the remote is fetched when it is needed. A whole workspace
/// needs all: that is too much to come unasked.
fn with_supply(repo: Repository, settings: &Settings, environment: &Environment) -> Repository {
    let (Some(folder), Some((name, _))) = (&settings.folder, repo.promisor()) else { return repo };
    let url = repo.remotes().into_iter().find(|remote| remote.name == name).and_then(|remote| remote.url);
    // A bad address is told of by what talks to the remote.
    match url.and_then(|url| remote_at(&url, environment).ok()) {
        Some(remote) => {
            let remote = remote.with_repository(repo.git_dir());
            repo.with_supply(remote, &folders_of(folder))
        }
        None => repo,
    }
}

/// What a workspace of one folder needs the history of: the folder, and the descriptions of formats.
pub(crate) fn folders_of(folder: &RepoPath) -> Vec<RepoPath> {
    [Ok(folder.clone()), RepoPath::new(DESCRIPTIONS)].into_iter().flatten().collect()
}

pub(crate) fn is_top_of_repository(dir: &Path) -> bool {
    let Ok(repo) = Repository::open(dir) else { return false };
    let same = |a: &Path, b: &Path| std::fs::canonicalize(a).ok() == std::fs::canonicalize(b).ok();
    repo.work_tree().is_some_and(|top| same(top, dir)) || same(repo.git_dir(), dir)
}

/// A ref of ours, by what comes after `refs/syncline/`.
pub(crate) fn own_ref(rest: &str) -> Result<RefName, SyncError> {
    Ok(RefName::new(format!("refs/syncline/{rest}"))?)
}
